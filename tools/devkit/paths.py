"""Where things lie: everything generated stands below the ignored folder ``.dev``."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ADDONS = ROOT / "addons"
TESTS = ROOT / "tests"
MODULES = ("key_account", "key_account_reports")

DEV = ROOT / ".dev"
VENV = DEV / "venv"
BIN = DEV / "bin"
LOGS = DEV / "logs"
STAMPS = DEV / "stamps"
SOURCE = DEV / "odoo"
DATA = DEV / "data"
POSTGRES = DEV / "postgres"
DEBS = DEV / "debs"
SYSROOT = DEV / "sysroot"
NODE = DEV / "node"
CONF = DEV / "odoo.conf"
FONTS_CONF = DEV / "fonts.conf"
PYCACHE = DEV / "pycache"
REQUIREMENTS = ROOT / "tools" / "requirements.txt"


def venv_program(name):
    """Path of a program of the virtual environment."""
    return VENV / "bin" / name


def installable_modules():
    """Names of this repository's add-ons that can be installed, dependencies first."""
    return [name for name in MODULES if (ADDONS / name / "__manifest__.py").is_file()]
