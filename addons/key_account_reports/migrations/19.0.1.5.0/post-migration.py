"""What a database of an earlier version needs once the new code is loaded."""

from odoo import SUPERUSER_ID, api
from odoo.tools.convert import convert_file

# One of what a file brings: where it is known, all of it was there once.
_SERVICE_KPI = "kpi_valid_complaints"


def migrate(cr, version):
    if not version:
        return
    env = api.Environment(cr, SUPERUSER_ID, {})
    for step in STEPS:
        step(env)


def add_service_catalogue(env):
    """The KPIs of service, once; what is deleted of them later stays deleted."""
    known = env["ir.model.data"].search_count(
        [("module", "=", "key_account_reports"), ("name", "=", _SERVICE_KPI)], limit=1
    )
    if not known:
        name = "data/kpi_catalogue_service.xml"
        convert_file(env, "key_account_reports", name, {}, mode="init", noupdate=True)


# In this order; each does nothing where it is done already.
STEPS = (add_service_catalogue,)
