"""The virtual environment with Odoo's Python packages, pinned."""

import importlib.util
import os
import re
import shutil
import sys

from . import checks, process, stamps
from .console import Failure, step
from .paths import DEV, REQUIREMENTS, VENV, venv_program

STEP = "python"
PDFIUM = "pypdfium2==5.15.2"


def wanted():
    """What the environment depends on: the pins, the interpreter and its own place."""
    return stamps.fingerprint(REQUIREMENTS, sys.version, str(VENV))


def inside():
    """Whether this very process runs in the virtual environment."""
    return os.path.realpath(sys.prefix) == os.path.realpath(VENV)


def ensure():
    """Create the environment once; a changed pin updates it."""
    if inside() or stamps.is_done(STEP, wanted()):
        return
    checks.check_venv()
    checks.check_disk()
    with step("Python packages (one to three minutes)"):
        if not usable():
            shutil.rmtree(VENV, ignore_errors=True)
            DEV.mkdir(exist_ok=True)
            process.must(
                "venv", "cannot make %s" % VENV, sys.executable, "-m", "venv", VENV
            )
        install()
    stamps.mark_done(STEP, wanted())


def usable():
    """Whether there is an environment of this very Python version."""
    try:
        code = "import sys, pip; print(sys.version)"
        return (
            process.output(venv_program("python"), "-c", code).strip()
            == sys.version.strip()
        )
    except (OSError, process.subprocess.CalledProcessError):
        return False


def install(*wanted_packages):
    """Install the pinned packages, or these; try again after a broken download."""
    try:
        process.must(
            "pip",
            "cannot install the Python packages",
            venv_program("python"),
            *("-m", "pip", "install", "--no-input", "--retries", "3"),
            "--disable-pip-version-check",
            *(wanted_packages or ("-r", REQUIREMENTS)),
            attempts=3,
            progress=pip_progress,
        )
    except Failure as failure:
        raise Failure("%s. Is there a network connection?" % failure) from None


def ensure_pdfium():
    """What draws the pages of a PDF; only the pictures need it."""
    if importlib.util.find_spec("pypdfium2") is None:
        with step("Drawing of printed pages"):
            install(PDFIUM)


def pip_progress(line):
    """Show which package pip is at."""
    match = re.match(
        r"(Collecting|Downloading|Building wheel for|Installing) ?(\S*)", line.strip()
    )
    return " ".join(match.groups()) if match else None


def reexec(arguments):
    """Go on inside the environment: replaces this process."""
    python = str(venv_program("python"))
    os.execv(python, [python, sys.argv[0], *arguments])
