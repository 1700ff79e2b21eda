"""Prerequisites, each refused in one clear line before any work begins."""

import importlib.util
import os
import shutil
import socket

from .console import Failure
from .paths import DEV, ROOT

NEEDED_GB = 3


def check_disk(folder=ROOT, needed_gb=NEEDED_GB):
    """Refuse to start a set-up that the disk cannot hold."""
    free_gb = shutil.disk_usage(folder).free / 1e9
    if free_gb < needed_gb:
        raise Failure(
            "not enough disk space: %.1f GB free in %s, %d GB needed"
            % (free_gb, folder, needed_gb)
        )


def check_venv():
    """Refuse a Python that Debian ships without its venv module."""
    if not (importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip")):
        raise Failure(
            "this Python cannot make virtual environments: install python3-venv "
            "(sudo apt-get install python3-venv)"
        )


def check_owner(folder=DEV):
    """Refuse a set-up folder that another user made."""
    if folder.exists() and not os.access(folder, os.W_OK):
        raise Failure(
            "%s belongs to another user: remove it with that user's `make clean`"
            % folder
        )


def check_port(port, host="127.0.0.1"):
    """Refuse a port that something else serves."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Failure(
                "port %d on %s cannot be used (%s): stop what uses it, or choose "
                "another with: make demo PORT=8070" % (port, host, error.strerror)
            ) from error


def check_program(name, package):
    """Refuse to go on without a program, naming the package that brings it."""
    if not shutil.which(name):
        raise Failure(
            "%s is missing: install it (sudo apt-get install %s)" % (name, package)
        )
