"""Odoo 19's source: a checkout that ODOO_PATH names, Debian's package, or git."""

import os
import shutil
from pathlib import Path

from . import apt, checks, process, stamps
from .console import Failure, say, step
from .paths import DEBS, SOURCE, VENV

STEP = "odoo"
SUITE = "sid"
PACKAGE = "odoo-19"
# The package's own links point into these.
LINKED = (
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
    "fonts-roboto-unhinted",
    "fonts-montserrat",
    "fonts-inconsolata",
    "fonts-ocr-b",
)
GIT_URL = "https://github.com/odoo/odoo.git"
GIT_BRANCH = "19.0"


def given():
    """The person's own checkout, or None."""
    path = os.environ.get("ODOO_PATH")
    if not path:
        return None
    path = Path(path).expanduser().resolve()
    if not (path / "odoo" / "release.py").is_file():
        raise Failure("ODOO_PATH names no checkout of Odoo: %s" % path)
    text = (path / "odoo" / "release.py").read_text()
    if "version_info = (19, 0" not in text:
        raise Failure("ODOO_PATH names another version than Odoo 19.0: %s" % path)
    return path


def python_path():
    """The folder in which ``import odoo`` finds Odoo."""
    own = given()
    if own:
        return own
    packaged = SOURCE / "usr/lib/python3/dist-packages"
    return packaged if packaged.is_dir() else SOURCE


def addons_paths():
    """Odoo's own add-on folders."""
    base = python_path()
    folders = (base / "odoo" / "addons", base / "addons")
    return [folder for folder in folders if folder.is_dir()]


def ensure():
    """Fetch the source once, and let the virtual environment import it."""
    if not given() and not stamps.is_done(STEP, GIT_BRANCH):
        checks.check_disk(needed_gb=2)
        partial = SOURCE.with_name("odoo.part")
        shutil.rmtree(partial, ignore_errors=True)
        fetch(partial)
        shutil.rmtree(SOURCE, ignore_errors=True)
        partial.rename(SOURCE)
        stamps.mark_done(STEP, GIT_BRANCH)
    link()


def fetch(target):
    """Debian's package where it can be had, else a clone."""
    try:
        with step("Odoo 19 from Debian (123 MB)"):
            fetch_package(target)
    except Failure as failure:
        say("    not from Debian: %s" % failure)
        with step("Odoo 19 from git (about 700 MB)"):
            fetch_git(target)


def fetch_package(target):
    """Download and unpack Debian's package and what it links to."""
    private = apt.Apt(SUITE)
    for deb in private.download(PACKAGE, *LINKED):
        apt.unpack(deb, target)
    shutil.rmtree(DEBS / SUITE, ignore_errors=True)


def fetch_git(target):
    """Clone the newest state of the branch."""
    checks.check_program("git", "git")
    process.must(
        "git-clone",
        "cannot clone Odoo 19: is there a network connection?",
        "git",
        "clone",
        "--quiet",
        "--depth",
        "1",
        "--branch",
        GIT_BRANCH,
        os.environ.get("ODOO_GIT_URL", GIT_URL),
        target,
    )


def link():
    """Write the .pth file by which the virtual environment imports Odoo."""
    text = "%s\n" % python_path()
    for site in (VENV / "lib").glob("python3*/site-packages"):
        path = site / "odoo-source.pth"
        if not path.is_file() or path.read_text() != text:
            path.write_text(text)


def release():
    """Identity of the source, for what is built from it."""
    path = python_path()
    return stamps.fingerprint(str(path), path / "odoo" / "release.py")
