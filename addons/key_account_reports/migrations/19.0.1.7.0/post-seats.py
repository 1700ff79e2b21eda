"""Whoever was asked to appraise reads the others only once they gave theirs."""

from odoo import SUPERUSER_ID, api

_RULES = ("kpi_judgement_rule_people", "kpi_judgement_rule_all")
_WAS = "('sheet_id.state', '=', 'appraised')"
_NOW = (
    "'&', ('sheet_id.state', '=', 'appraised'), ('sheet_id.appraiser_ids', 'not any',"
    " [('user_id', '=', user.id), ('given_on', '=', False)])"
)


def migrate(cr, version):
    if not version:
        return
    remember(cr)
    hide(api.Environment(cr, SUPERUSER_ID, {}))


def remember(cr):
    """What was judged on these sheets could be read by others."""
    cr.execute(
        """
        UPDATE key_account_kpi_sheet SET was_appraised = TRUE
         WHERE (state IN ('appraised', 'confirmed') OR version > 1)
           AND was_appraised IS NOT TRUE
        """
    )


def hide(env):
    """Rules stay as a company changed them; those that are ours are made anew."""
    for name in _RULES:
        rule = env.ref(f"key_account_reports.{name}", raise_if_not_found=False)
        domain = rule and rule.domain_force or ""
        if _WAS in domain and "not any" not in domain:
            rule.domain_force = domain.replace(_WAS, _NOW)
