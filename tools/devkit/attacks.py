"""Writes docs/attacks.md: every attack that is tried, read from the tests."""

import ast

from .paths import ADDONS, MODULES, ROOT

TARGET = ROOT / "docs" / "attacks.md"
_HEAD = """\
# What is tried to get past the controls

Each line is one test: a way to bring a quotation that is not signed off (or whose
approval or signature does not cover its terms any more) to the customer, to have it
signed, paid, confirmed or invoiced; to forge what the process keeps; to decide on one's
own work; to see or move what is somebody else's; to embellish a KPI. Some lines say
what has to go on working. Everything happens as the person named, through the entry
named, in mode *enforce* where nothing else is said.

Written by `make readme` from the first lines of the tests; `make test` runs them, and
fails when this page is not what they say. %d paths.
"""


def sources():
    """The files with attacks, those of the add-ons first."""
    return [
        *(
            path
            for module in MODULES
            for path in sorted((ADDONS / module / "tests").glob("test_attack_*.py"))
        ),
        ROOT / "tests" / "test_concurrency.py",
    ]


def attacks(source):
    """(name of the test, path, as whom, what happens) of each attack in a file."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            told = " ".join((ast.get_docstring(node) or "").split())
            parts = [part.strip() for part in told.split(" | ")]
            if len(parts) == 3:
                yield node.name, *parts


def unnamed(source):
    """Names of the tests in a file of attacks that do not say what they try; the file
    itself, where that does not say what it is about."""
    named = {name for name, *_rest in attacks(source)}
    untitled = [] if titled(source) else ["the file itself"]
    return untitled + [
        node.name
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef)
        and node.name.startswith("test_")
        and node.name not in named
    ]


def titled(source):
    """What a file of attacks is about, in one line; empty where it does not say."""
    about, _gap, _more = (ast.get_docstring(ast.parse(source)) or "").partition("\n\n")
    return " ".join(about.split()).rstrip(".")


def build():
    """The text of the page."""
    count, parts = 0, []
    for path in sources():
        source = path.read_text(encoding="utf-8")
        rows = list(attacks(source))
        count += len(rows)
        title = (
            "At the same moment, over several connections"
            if path.name == "test_concurrency.py"
            else titled(source)
        )
        parts.append(
            f"\n## {title}\n\n[{path.name}](../{path.relative_to(ROOT)})\n\n"
            "| path | as whom | what happens | test |\n|---|---|---|---|\n"
        )
        parts += [
            f"| {_cell(way)} | {_cell(who)} | {_cell(result)} | `{name}` |\n"
            for name, way, who, result in rows
        ]
    return _HEAD % count + "".join(parts)


def _cell(text):
    return text.replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*")


def write():
    """Write the page."""
    TARGET.write_text(build(), encoding="utf-8")


def is_stale():
    """Whether the page says something else than the tests."""
    return not TARGET.exists() or TARGET.read_text(encoding="utf-8") != build()
