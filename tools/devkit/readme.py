"""Builds each add-on's README.rst from the fragments in its folder ``readme``."""

from ast import literal_eval

from .paths import ADDONS, MODULES

_SECTIONS = (
    ("DESCRIPTION", None),
    ("CONTEXT", "Use Cases / Context"),
    ("CONFIGURE", "Configuration"),
    ("USAGE", "Usage"),
    ("FIGURES", "Figures worked by hand"),
    ("EXTEND", "Extending it"),
    ("ROADMAP", "Known issues / Roadmap"),
    ("HISTORY", "Changelog"),
    ("CONTRIBUTORS", "Contributors"),
    ("CREDITS", "Other credits"),
)


def build(addon):
    """The text of the README of an add-on (a folder)."""
    manifest = literal_eval((addon / "__manifest__.py").read_text(encoding="utf-8"))
    parts = [_heading(manifest["name"], "=")]
    for name, title in _SECTIONS:
        fragment = addon / "readme" / f"{name}.rst"
        if fragment.exists():
            if title:
                parts.append(_heading(title, "-"))
            parts.append(fragment.read_text(encoding="utf-8").strip() + "\n")
    parts += [_heading("Licence", "-"), manifest["license"] + "\n"]
    return "\n".join(parts)


def _heading(title, mark):
    return f"{title}\n{mark * len(title)}\n"


def write_all():
    """Write the README of both add-ons."""
    for module in MODULES:
        (ADDONS / module / "README.rst").write_text(
            build(ADDONS / module), encoding="utf-8"
        )
    return 0


def stale():
    """Names of the add-ons whose README does not say what its fragments say."""
    return [
        module
        for module in MODULES
        if not (ADDONS / module / "README.rst").exists()
        or (ADDONS / module / "README.rst").read_text(encoding="utf-8")
        != build(ADDONS / module)
    ]
