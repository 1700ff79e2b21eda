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


def add_grades(env):
    """From how many points an appraisal is which grade, once; what was deleted of it
    stays deleted. What was confirmed before has no grade."""
    grades = env["key.account.kpi.grade"].with_context(active_test=False)
    if not grades.search_count([], limit=1):
        name = "data/kpi_grade.xml"
        convert_file(env, "key_account_reports", name, {}, mode="init", noupdate=True)


# In this order; each does nothing where it is done already.
STEPS = (add_service_catalogue, add_grades)
