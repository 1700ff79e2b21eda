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


def add_judged(env):
    """The KPIs that are judged, with their levels, once; and a set for sales support
    where there is none, as there never was one. Sets in use stay as they are."""
    kpis = env["key.account.kpi"].with_context(active_test=False)
    if kpis.search_count([("kind", "=", "judged")], limit=1):
        return
    names = ["data/kpi_judged.xml"]
    sets = env["key.account.kpi.set"].with_context(active_test=False)
    if not sets.search_count([("role", "=", "support")], limit=1):
        names.append("data/kpi_set_support.xml")
    for name in names:
        convert_file(env, "key_account_reports", name, {}, mode="init", noupdate=True)


def add_posts(env):
    """The posts of the process manual, once."""
    known = env["ir.model.data"].search_count(
        [("module", "=", "key_account_reports"), ("name", "=", "post_specialist")],
        limit=1,
    )
    if not known:
        name = "data/post.xml"
        convert_file(env, "key_account_reports", name, {}, mode="init", noupdate=True)


# In this order; each does nothing where it is done already.
STEPS = (add_service_catalogue, add_judged, add_grades, add_posts)
