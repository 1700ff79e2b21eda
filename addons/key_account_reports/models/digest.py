"""Figures of key accounts in Odoo's digest, each as its reader may see them."""

from odoo import fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

_READERS = "key_account.group_specialist,key_account.group_support"
# Who sets up digests, or has key accounts; nobody else reads what is ticked.
_GROUPS = f"{_READERS},base.group_erp_manager"


class DigestDigest(models.Model):
    """Off until somebody ticks them in a digest. They are counted as the recipient, so
    that a specialist reads of their own accounts, a director of all."""

    _inherit = "digest.digest"

    kpi_key_account_visits = fields.Boolean("Visits to Key Accounts", groups=_GROUPS)
    kpi_key_account_visits_value = fields.Integer(
        compute="_compute_kpi_key_account_visits_value", groups=_GROUPS
    )
    kpi_key_account_signed = fields.Boolean("Signed by Key Accounts", groups=_GROUPS)
    kpi_key_account_signed_value = fields.Monetary(
        compute="_compute_kpi_key_account_signed_value", groups=_GROUPS
    )
    kpi_key_account_complaints = fields.Boolean(
        "Complaints of Key Accounts", groups=_GROUPS
    )
    kpi_key_account_complaints_value = fields.Integer(
        compute="_compute_kpi_key_account_complaints_value", groups=_GROUPS
    )

    # ------------------------------------------------------------
    # COMPUTE METHODS
    # ------------------------------------------------------------

    def _compute_kpi_key_account_visits_value(self):
        """Visits held, as the analysis and the KPIs count them: none of the past, which
        was entered afterwards and is nobody's work of these days."""
        self._assert_reads_key_accounts()
        self._calculate_company_based_kpi(
            "key.account.visit",
            "kpi_key_account_visits_value",
            date_field="held_start",
            additional_domain=[
                ("state", "in", ("held", "reported", "reviewed")),
                ("is_history", "!=", True),
            ],
        )

    def _compute_kpi_key_account_signed_value(self):
        """Untaxed, in company currency, of signatures whose values were recorded; what
        is signed counts as for the KPIs: once, when it counts, not what was
        cancelled."""
        self._assert_reads_key_accounts()
        kpis = self.env["key.account.kpi"].sudo()
        counting = SQL(
            "(SELECT id FROM (%s) signed)", kpis._sql_signature_of_each(SQL("TRUE"))
        )
        self._calculate_company_based_kpi(
            "key.account.signature",
            "kpi_key_account_signed_value",
            date_field="signed_on",
            additional_domain=[("id", "in", counting), ("is_valued", "=", True)],
            sum_field="net_value",
        )

    def _compute_kpi_key_account_complaints_value(self):
        self._assert_reads_key_accounts()
        self._calculate_company_based_kpi(
            "key.account.feedback",
            "kpi_key_account_complaints_value",
            date_field="received_on",
            additional_domain=[
                ("kind", "=", "complaint"),
                ("state", "!=", "cancelled"),
            ],
        )

    # ------------------------------------------------------------
    # BUSINESS METHODS
    # ------------------------------------------------------------

    def _compute_kpis_actions(self, company, user):
        actions = super()._compute_kpis_actions(company, user)
        menu = self.env.ref("key_account.menu_root").id
        for name, action in (
            ("visits", "key_account.visit_action"),
            ("signed", "key_account_reports.concession_report_action"),
            ("complaints", "key_account.feedback_action"),
        ):
            actions[f"kpi_key_account_{name}"] = f"{action}?menu_id={menu}"
        return actions

    def _assert_reads_key_accounts(self):
        """Whoever has no key accounts gets a digest without these figures."""
        if not self.env.user.has_groups(_READERS):
            raise AccessError(
                self.env._("Figures of key accounts are for those who work with them.")
            )
