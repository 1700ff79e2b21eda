"""What a database of an earlier version needs once the new code is loaded."""

from odoo import SUPERUSER_ID, api
from odoo.tools.convert import convert_file

# What was there before has the periods that a new database gives it.
_BY_MONTH = ("visit_plan_completion", "report_timeliness")


def migrate(cr, version):
    if not version:
        return
    env = api.Environment(cr, SUPERUSER_ID, {})
    for step in STEPS:
        step(env)


def name_periods(env):
    """How often the KPIs of before are measured; running sheets of a year go on."""
    if env["key.account.kpi.figure"].search_count([], limit=1):
        return
    kpis = env["key.account.kpi"].with_context(active_test=False)
    kpis = kpis.search([("code", "in", _BY_MONTH), ("monthly", "=", False)])
    kpis.write({"monthly": True, "yearly": False})


def add_catalogue(env):
    """The KPIs that were added to the catalogue, once; what was deleted of the others
    stays deleted."""
    if not env["key.account.kpi.figure"].search_count([], limit=1):
        name = "data/kpi_catalogue.xml"
        convert_file(env, "key_account_reports", name, {}, mode="init", noupdate=True)


def compute_figures(env):
    """Sheets show stored figures: they are computed as soon as the server runs."""
    cron = env.ref("key_account_reports.cron_keep_scores", raise_if_not_found=False)
    if cron:
        cron._trigger()


STEPS = (name_periods, add_catalogue, compute_figures)
