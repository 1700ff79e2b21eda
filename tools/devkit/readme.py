"""Builds each add-on's README.md from the fragments in its folder ``readme``."""

from ast import literal_eval

from .paths import ADDONS, MODULES

_SECTIONS = (
    ("DESCRIPTION", None),
    ("CONFIGURE", "Configuration"),
    ("USAGE", "Usage"),
    ("EXTEND", "Extending it"),
    ("ROADMAP", "Known limits"),
)


def build(addon):
    """The text of the README of an add-on (a folder)."""
    manifest = literal_eval((addon / "__manifest__.py").read_text(encoding="utf-8"))
    parts = [f"# {manifest['name']}\n"]
    for name, title in _SECTIONS:
        fragment = addon / "readme" / f"{name}.md"
        if fragment.exists():
            heading = f"## {title}\n\n" if title else ""
            text = fragment.read_text(encoding="utf-8").strip()
            parts.append(f"{heading}{text}\n")
    parts.append(f"## Licence\n\n{manifest['license']}\n")
    return "\n".join(parts)


def write_all():
    """Write the README of both add-ons."""
    for module in MODULES:
        (ADDONS / module / "README.md").write_text(
            build(ADDONS / module), encoding="utf-8"
        )
    return 0


def stale():
    """Names of the add-ons whose README does not say what its fragments say."""
    return [
        module
        for module in MODULES
        if not (ADDONS / module / "README.md").exists()
        or (ADDONS / module / "README.md").read_text(encoding="utf-8")
        != build(ADDONS / module)
    ]
