"""Commands of ``tools/dev.py``; the Makefile's targets are these."""

import argparse
import shutil
import signal
import subprocess
import sys

from . import (
    attacks,
    databases,
    demo,
    extra_runs,
    lint,
    mutants,
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
HANDING_ON = {"odoo": 0, "run": 0, "psql": 1, "bench": 0, "screenshots": 0}


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

    def command(function, help_text, *arguments):
        sub = commands.add_parser(
            function.__name__.rstrip("_").replace("_", "-"), help=help_text
        )
        sub.set_defaults(run=function)
        for names, keywords in arguments:
            sub.add_argument(*names, **keywords)

    name = (("database",), {})
    origin = (("--from",), {"dest": "origin", "default": odoo.TEMPLATE})
    only = (("--only",), {"choices": ("plain", "own"), "help": "one side alone"})
    suites = (
        ("--suites",),
        {
            "nargs": "+",
            "default": testing.ODOO_SUITES,
            "metavar": "MODULE",
            "help": "modules of Odoo whose tests run (%s)"
            % " ".join(testing.ODOO_SUITES),
        },
    )
    some = (("paths",), {"nargs": "*"})
    tried = (
        (("names",), {"nargs": "*", "help": "mutants of tests/mutants.txt, all else"}),
        (("--database",), {"default": mutants.DATABASE}),
        (
            ("--jobs",),
            {"type": int, "help": "side by side (else one a core)"},
        ),
    )
    fix = (("--fix",), {"action": "store_true", "help": "repair what can be repaired"})
    port = (("--port",), {"type": int, "default": 8069})
    command(demo_, "serve the demo database", port)
    command(test, "lint and all tests")
    command(test_odoo, "Odoo's own tests without and with the add-ons", only, suites)
    command(mutants_, "whether each sentence has a test that fails without it", *tried)
    command(bench, "measure with and without the add-ons")
    command(lint_, "check the style of everything, or of paths", some, fix)
    command(translations_, "bring the catalogues to the present terms")
    command(readme_, "write the add-ons' README.rst, and docs/attacks.md")
    command(screenshots, "take the pictures of the README")
    command(setup_, "set everything up, with the template database")
    command(odoo_, "run Odoo with the set-up's configuration")
    command(clone, "make a database anew as a copy of the template", name, origin)
    command(drop, "remove a database and its filestore", name)
    command(shell, "Odoo's Python shell on a database", name)
    command(psql, "SQL prompt on a database", name)
    command(run_, "run a program in the set-up's environment")
    command(clean, "remove everything that was set up, the demo data too")
    return top


def demo_(options):
    """The demo, served."""
    return demo.run(options.port)


def test(_options):
    """All tests."""
    return testing.run_all()


def test_odoo(options):
    """Odoo's own tests."""
    return testing.run_odoo_suites(options.only, options.suites)


def mutants_(options):
    """Sentences taken away one by one."""
    return mutants.run(options.names, options.database, options.jobs)


def bench(options):
    """The benchmark."""
    return extra_runs.bench(options.arguments)


def screenshots(options):
    """The README's pictures."""
    return extra_runs.screenshots(options.arguments)


def readme_(_options):
    """The add-ons' descriptions, and the page of attacks."""
    attacks.write()
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
