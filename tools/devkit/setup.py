"""The whole set-up, in order; each part is done once."""

import fcntl
from contextlib import contextmanager

from . import checks, extras, odoo, postgres, python_env, source
from .console import say
from .paths import DEV


@contextmanager
def locked():
    """Let one set-up run at a time."""
    DEV.mkdir(exist_ok=True)
    checks.check_owner()
    with (DEV / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another set-up is running; waiting for it.")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def ensure_python(arguments):
    """Go on inside the virtual environment, made if need be."""
    with locked():
        python_env.ensure()
    if not python_env.inside():
        python_env.reexec(arguments)


def ensure(template=True):
    """Everything that Odoo needs; return the database server's settings."""
    with locked():
        source.ensure()
        extras.ensure()
        settings = postgres.ensure()
        odoo.write_conf(settings)
        if template:
            odoo.ensure_template(settings)
    return settings
