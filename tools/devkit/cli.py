"""Commands of ``tools/dev.py``; the Makefile's targets are these."""

import argparse
import shutil
import signal
import subprocess
import sys

from . import (
    any_day,
    attacks,
    dashboards,
    databases,
    demo,
    extra_runs,
    lint,
    mutants,
    neighbours,
    odoo,
    paths,
    postgres,
    readme,
    setup,
    testing,
    translations,
)
from .console import Failure, say


def main(arguments):
    """Run one command; what the person must know comes as one line."""
    options = parse(arguments)
    signal.signal(signal.SIGTERM, interrupt)
    try:
        if options.run is not clean:
            setup.ensure_python(arguments)
        return options.run(options) or 0
    except Failure as failure:
        print("error: %s" % failure, file=sys.stderr, flush=True)
        return 1
    except KeyboardInterrupt:
        print("\ninterrupted", file=sys.stderr)
        return 130


def interrupt(_signal, _frame):
    """Let SIGTERM end a command as tidily as Ctrl-C does."""
    raise KeyboardInterrupt


# Commands that hand the rest of the line on, with the number of arguments of their own.
HANDING_ON = {
    "psql": 1,
    **dict.fromkeys(("odoo", "run", "bench", "soak", "replica", "screenshots"), 0),
}


def parse(arguments):
    """Parse the command line; ``arguments`` of the result holds what is handed on."""
    own = HANDING_ON.get(arguments[0]) if arguments else None
    if own is None:
        return parser().parse_args(arguments)
    options = parser().parse_args(arguments[: own + 1])
    options.arguments = arguments[own + 1 :]
    return options


def parser():
    """The command line."""
    top = argparse.ArgumentParser(prog="tools/dev.py")
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    for function, help_text, *arguments in listed():
        name = function.__name__.rstrip("_").replace("_", "-")
        sub = commands.add_parser(name, help=help_text)
        sub.set_defaults(run=function)
        for flag, keywords in arguments:
            sub.add_argument(flag, **keywords)
    return top


def listed():
    """The commands: what runs, what it is for, and its arguments."""
    name = ("database", {})
    origin = ("--from", {"dest": "origin", "default": odoo.TEMPLATE})
    only = ("--only", {"choices": ("plain", "own"), "help": "one side alone"})
    modules = "modules of Odoo whose tests run (%s)" % " ".join(testing.ODOO_SUITES)
    suites = {"nargs": "+", "default": testing.ODOO_SUITES, "metavar": "MODULE"}
    suites = ("--suites", dict(suites, help=modules))
    classes = ("names", {"nargs": "*", "help": "test classes or Test.test_x, else all"})
    demo_data = ("--demo", {"action": "store_true", "help": "with demo data"})
    english = ("--english", {"action": "store_true", "help": "without Chinese"})
    four = ("--all", {"action": "store_true", "help": "with and without both"})
    some = ("paths", {"nargs": "*"})
    fix = ("--fix", {"action": "store_true", "help": "repair what can be repaired"})
    tried = ("names", {"nargs": "*", "help": "mutants of tests/mutants.txt, all else"})
    where = ("--database", {"default": mutants.DATABASE})
    at = ("names", {"nargs": "*", "help": "moments such as new-year-utc, else all"})
    whole = ("--whole", {"action": "store_true", "help": "every test of the add-ons"})
    jobs = ("--jobs", {"type": int, "help": "side by side (else one a core)"})
    port = ("--port", {"type": int, "default": 8069})
    return (
        (demo_, "serve the demo database", port),
        (test, "lint and all tests"),
        (test_odoo, "Odoo's own tests without and with the add-ons", only, suites),
        (
            test_neighbours,
            "the add-ons' tests beside stock, webshop, loyalty and others of Odoo",
            *(classes, demo_data, english, four),
        ),
        (
            mutants_,
            "whether each sentence has a test that fails without it",
            *(tried, where, jobs),
        ),
        (any_day_, "tests at the turn of days, quarters, years", at, whole),
        (bench, "measure with and without the add-ons"),
        (soak, "kill workers under load: nothing lost, doubled, past its guards"),
        (replica, "read every screen through a streaming replica"),
        (lint_, "check the style of everything, or of paths", some, fix),
        (translations_, "bring the catalogues to the present terms"),
        (readme_, "write the add-ons' README.rst, docs/attacks.md, the dashboards"),
        (screenshots, "take the pictures of the README"),
        (setup_, "set everything up, with the template database"),
        (odoo_, "run Odoo with the set-up's configuration"),
        (clone, "make a database anew as a copy of the template", name, origin),
        (drop, "remove a database and its filestore", name),
        (shell, "Odoo's Python shell on a database", name),
        (psql, "SQL prompt on a database", name),
        (run_, "run a program in the set-up's environment"),
        (clean, "remove everything that was set up, the demo data too"),
    )


def demo_(options):
    """The demo, served."""
    return demo.run(options.port)


def test(_options):
    """All tests."""
    return testing.run_all()


def test_odoo(options):
    """Odoo's own tests."""
    return testing.run_odoo_suites(options.only, options.suites)


def test_neighbours(options):
    """The add-ons' tests beside other modules."""
    return neighbours.run(options.names, options.demo, options.english, options.all)


def mutants_(options):
    """Sentences taken away one by one."""
    return mutants.run(options.names, options.database, options.jobs)


def any_day_(options):
    """Tests by other clocks."""
    return any_day.run(options.names, options.whole)


def bench(options):
    """The benchmark."""
    return extra_runs.bench(options.arguments)


def replica(options):
    """What is only read is read from a replica."""
    return extra_runs.replica(options.arguments)


def soak(options):
    """Clients, killed workers, a restarted PostgreSQL."""
    return extra_runs.soak(options.arguments)


def screenshots(options):
    """The README's pictures."""
    return extra_runs.screenshots(options.arguments)


def readme_(_options):
    """The add-ons' descriptions, the page of attacks, and the dashboards."""
    attacks.write()
    dashboards.write()
    return readme.write_all()


def translations_(_options):
    """Templates and catalogues."""
    return translations.update()


def setup_(_options):
    """Set up and say so."""
    setup.ensure()
    say("Ready: %s" % paths.CONF)


def odoo_(options):
    """Odoo's own command line."""
    return odoo.run(setup.ensure(template=False), *options.arguments)


def clone(options):
    """A fresh copy of the template or of another database."""
    databases.clone(setup.ensure(), options.origin, options.database)
    say("Database %s is a fresh copy of %s." % (options.database, options.origin))


def drop(options):
    """Remove one database."""
    databases.drop(setup.ensure(template=False), options.database)


def shell(options):
    """Odoo's shell."""
    settings = setup.ensure(template=False)
    return odoo.run(settings, "shell", "-d", options.database, "--no-http")


def psql(options):
    """psql of the embedded server's version."""
    settings = setup.ensure(template=False)
    arguments = [postgres.program("psql"), "-d", options.database]
    for flag, key in (("-h", "db_host"), ("-p", "db_port"), ("-U", "db_user")):
        if settings.get(key):
            arguments += [flag, settings[key]]
    return subprocess.call(
        arguments + options.arguments, env=odoo.environment(settings)
    )


def run_(options):
    """Any program, with Odoo's environment."""
    settings = setup.ensure(template=False)
    return subprocess.call(options.arguments, env=odoo.environment(settings))


def lint_(options):
    """OCA's checks."""
    setup.ensure(template=False)
    passed = lint.lint(options.paths, options.fix)
    return 0 if passed else 1


def clean(_options):
    """Stop the embedded server and remove ``.dev``."""
    if postgres.stop_embedded():
        say("Stopped the embedded PostgreSQL.")
    shutil.rmtree(paths.DEV, ignore_errors=True)
    if paths.DEV.exists():
        raise Failure(
            "cannot remove all of %s: it holds files of another user" % paths.DEV
        )
