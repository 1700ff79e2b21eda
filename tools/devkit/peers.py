"""Add-ons of others that the benchmark compares with; they are never part of ours."""

from . import process
from .paths import DEV, venv_program

# OCA's approval of quotations, as published.
WHEELS = (
    "odoo-addon-base-tier-validation==19.0.1.4.6",
    "odoo-addon-sale-tier-validation==19.0.1.0.0.3",
)
MODULES = ("sale_crm", "sale_management", "sale_tier_validation")
FOLDER = DEV / "peers"


def ensure():
    """Fetch the wheels once; return the folder of their add-ons."""
    addons = FOLDER / "odoo" / "addons"
    if not (addons / "sale_tier_validation" / "__manifest__.py").is_file():
        process.must(
            "peers",
            "cannot download the add-ons to compare with",
            *(venv_program("python"), "-m", "pip", "install", "--no-deps", "--quiet"),
            *("--target", FOLDER, "--upgrade", *WHEELS),
            attempts=3,
        )
    return addons
