"""OCA's checks for 19.0, each tool called directly out of the virtual environment."""

import subprocess
from pathlib import Path

from . import extras, odoo, paths, process
from .console import say

PRETTIER = ("prettier@3.3.3", "@prettier/plugin-xml@3.4.1")
PRETTIER_SUFFIXES = {".xml", ".js", ".cjs", ".scss", ".css", ".yaml", ".yml", ".json"}


def lint(given=(), fix=False):
    """Run every check on ``given`` paths, or on everything; tell whether all pass."""
    files = list(listing(given))
    modules = sorted({module for module in map(module_of, files) if module})
    env = dict(odoo.environment(), NODE_PATH=str(prettier_folder()))
    failed = []
    for title, command in commands(files, modules, fix):
        code = subprocess.call(command, cwd=paths.ROOT, env=env)
        say("%-28s %s" % (title, "FAILED" if code else "ok"))
        if code:
            failed.append(title)
    return not failed


def listing(given):
    """Files to check: those git knows or would add, below ``given``."""
    chosen = [str(path) for path in given] or ["."]
    names = process.output(
        "git",
        "ls-files",
        "--cached",
        "--others",
        "--exclude-standard",
        "--",
        *chosen,
        cwd=paths.ROOT,
    )
    for name in sorted(set(names.splitlines())):
        if (paths.ROOT / name).is_file():
            yield name


def module_of(name):
    """The add-on folder that a file belongs to, or None."""
    parts = Path(name).parts
    if len(parts) > 2 and parts[0] == "addons":
        module = Path(*parts[:2])
        if (paths.ROOT / module / "__manifest__.py").is_file():
            return str(module)
    return None


def commands(files, modules, fix):
    """Yield the title and command line of each check that has something to look at."""
    python = [name for name in files if name.endswith(".py")]
    pretty = [name for name in files if prettier_wants(name)]
    catalogues = [name for name in files if name.endswith((".po", ".pot"))]
    ruff = str(paths.venv_program("ruff"))
    if python:
        yield (
            "ruff",
            [
                ruff,
                "check",
                "--output-format=concise",
                *(["--fix"] if fix else []),
                *python,
            ],
        )
        yield (
            "ruff format",
            [
                ruff,
                "format",
                *([] if fix else ["--check", "--output-format=concise"]),
                *python,
            ],
        )
    if pretty:
        program = str(prettier_folder() / ".bin/prettier")
        action = ["--write", "--list-different"] if fix else ["--check"]
        yield "prettier", [program, "--log-level", "warn", *action, *pretty]
    if modules:
        yield (
            "pylint-odoo",
            [str(paths.venv_program("pylint")), "--rcfile=.pylintrc", *modules],
        )
        checks = str(paths.venv_program("oca-checks-odoo-module"))
        yield "oca-checks-odoo-module", [checks, *modules]
    if catalogues:
        # As OCA does: the layout is gettext's own.
        checks = [
            str(paths.venv_program("oca-checks-po")),
            "--disable=po-pretty-format",
        ]
        yield "oca-checks-po", [*checks, *catalogues]


def prettier_wants(name):
    """Whether prettier formats a file: no libraries, no generated description."""
    return Path(name).suffix in PRETTIER_SUFFIXES and "/static/lib/" not in name


def prettier_folder():
    """Folder with prettier and its XML plug-in."""
    return extras.npm_packages("prettier", *PRETTIER)
