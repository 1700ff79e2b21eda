"""Databases together with their filestores."""

import os
import shutil

from . import paths, postgres
from .console import Failure


def filestore(name):
    """Folder of a database's attachments."""
    return paths.DATA / "filestore" / name


def exists(settings, name):
    """Whether the database exists."""
    with postgres.connect(settings) as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,))
        return bool(cursor.fetchone())


def drop(settings, name):
    """Remove a database, if it exists, and its filestore."""
    with postgres.connect(settings) as cursor:
        disconnect(cursor, name)
        cursor.execute('DROP DATABASE IF EXISTS "%s"' % name)
    shutil.rmtree(filestore(name), ignore_errors=True)


def disconnect(cursor, name):
    """End other connections to a database, which forbid copying and dropping it."""
    cursor.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = %s AND backend_type = 'client backend'"
        " AND pid <> pg_backend_pid()",
        (name,),
    )


def clone(settings, origin, name):
    """Make ``name`` anew as a copy of ``origin``; files never change, so are linked."""
    if not exists(settings, origin):
        raise Failure("there is no database %s" % origin)
    drop(settings, name)
    if filestore(origin).is_dir():
        shutil.copytree(filestore(origin), filestore(name), copy_function=os.link)
    with postgres.connect(settings) as cursor:
        disconnect(cursor, origin)
        cursor.execute('CREATE DATABASE "%s" TEMPLATE "%s"' % (name, origin))


def rename(settings, old, new):
    """Give a finished database its name; the last thing done to it."""
    drop(settings, new)
    if filestore(old).is_dir():
        filestore(old).rename(filestore(new))
    with postgres.connect(settings) as cursor:
        disconnect(cursor, old)
        cursor.execute('ALTER DATABASE "%s" RENAME TO "%s"' % (old, new))


def query(settings, name, sql, parameters=()):
    """Rows of a query on one database."""
    with postgres.connect(settings, name) as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()


def execute(settings, name, sql, parameters=()):
    """Run a statement on one database."""
    with postgres.connect(settings, name) as cursor:
        cursor.execute(sql, parameters)
