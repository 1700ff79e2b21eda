"""Odoo itself: its configuration, its runs, and the template database."""

import os
import re
import subprocess

from . import databases, paths, postgres, process, source, stamps
from .console import Failure, step

TEMPLATE = "ka_template"
TEMPLATE_MODULES = (
    "sale_crm",
    "sale_management",
    "calendar",
    "rating",
    "portal",
    "crm",
    "account",
)
LANGUAGES = "en_US,zh_CN"


def write_conf(settings):
    """Write ``.dev/odoo.conf``; a password stays in the environment."""
    addons = [paths.ADDONS, *source.addons_paths()]
    options = {
        "addons_path": ",".join(str(path) for path in addons),
        "data_dir": str(paths.DATA),
        "bin_path": str(paths.BIN),
        "http_interface": "127.0.0.1",
        "list_db": "True",
        "with_demo": "False",
        "max_cron_threads": "0",
        **{name: value for name, value in settings.items() if name != "db_password"},
    }
    lines = ["[options]"] + ["%s = %s" % item for item in options.items()]
    partial = paths.CONF.with_suffix(".part")
    partial.write_text("\n".join(lines) + "\n")
    partial.replace(paths.CONF)


def environment(settings=None):
    """Environment for Odoo and everything it starts."""
    path = os.pathsep.join(
        (str(paths.BIN), str(paths.VENV / "bin"), os.environ.get("PATH", ""))
    )
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("PG") or postgres.named()
    }
    for name in ("PGDATABASE", "PYTHONDONTWRITEBYTECODE"):
        kept.pop(name, None)
    env = dict(kept, PATH=path, FONTCONFIG_FILE=str(paths.FONTS_CONF))
    # Odoo starts dozens of times in a run of all tests: what it compiled once is kept,
    # beside the sources and not among them.
    env["PYTHONPYCACHEPREFIX"] = str(paths.PYCACHE)
    env["ODOO_RC"] = str(paths.CONF)
    if settings and settings.get("db_password"):
        env["PGPASSWORD"] = settings["db_password"]
    return env


def command(*arguments):
    """Command line of Odoo: a subcommand's name, if any, stands first."""
    python = str(paths.venv_program("python"))
    head, rest = [], list(arguments)
    if rest and not rest[0].startswith("-"):
        head = [rest.pop(0)]
        if head[0] in ("i18n", "module"):
            head.append(rest.pop(0))
    return [python, "-m", "odoo", *head, "-c", str(paths.CONF), *rest]


def run(settings, *arguments):
    """Run Odoo in the terminal; return its exit code."""
    return subprocess.call(command(*arguments), env=environment(settings))


def logged(settings, name, *arguments, **keywords):
    """Run Odoo into a log; return exit code and log."""
    keywords.setdefault("progress", progress)
    return process.logged(
        name,
        *command(*arguments),
        env=environment(settings),
        cwd=paths.ROOT,
        **keywords,
    )


def progress(line):
    """What a line of Odoo's log tells of its progress."""
    match = re.search(r"Loading module (\w+) \((\d+)/(\d+)\)", line)
    if match:
        return "%s (%s of %s)" % match.groups()
    match = re.search(r"odoo\.addons\.(\w+)\.tests\.\S*: Starting (\w+)\.(\w+)", line)
    return "%s: %s" % match.group(1, 3) if match else None


def errors(text):
    """Lines of a log at level ERROR or CRITICAL."""
    return re.findall(r"^.* \d+ (?:ERROR|CRITICAL) .*$", text, re.MULTILINE)


def install(settings, database, modules, name, *options):
    """Install ``modules``; what Odoo logs as an error counts as a failure."""
    code, log = logged(
        settings,
        name,
        "-d",
        database,
        "-i",
        ",".join(modules),
        "--stop-after-init",
        "--no-http",
        *options,
    )
    found = errors(log.read_text(errors="replace"))
    if code or found:
        raise Failure(
            "installing %s failed: %s; log: %s"
            % (", ".join(modules), found[-1] if found else "exit code %d" % code, log)
        )


def ensure_template(settings):
    """Build once the database with what the add-ons depend on, without demo data."""
    value = stamps.fingerprint(source.release(), TEMPLATE_MODULES, LANGUAGES)
    if stamps.is_done(TEMPLATE, value) and databases.exists(settings, TEMPLATE):
        return
    partial = TEMPLATE + "_new"
    with step("Template database (about one minute)"):
        databases.drop(settings, partial)
        install(
            settings,
            partial,
            TEMPLATE_MODULES,
            "template",
            "--load-language=" + LANGUAGES,
        )
        databases.rename(settings, partial, TEMPLATE)
    stamps.mark_done(TEMPLATE, value)


def prepare(settings, database, modules):
    """A fresh copy of the template with ``modules`` installed."""
    databases.clone(settings, TEMPLATE, database)
    if modules:
        install(settings, database, modules, "install-" + database)
