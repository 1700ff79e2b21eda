"""Deadlines and scores of a company, for whoever configures key accounts."""

from odoo import api, fields, models
from odoo.exceptions import AccessError


class KeyAccountCompanySettings(models.TransientModel):
    """What stands on Odoo's settings page beside the set-up, which only Odoo's
    administrators may open. Saving writes the company."""

    _name = "key.account.company.settings"
    _description = "Key Account Settings"
    _inherit = ["key.account.look"]
    _under = frozenset(("company_id",))

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    key_account_approval_days = fields.Integer(
        related="company_id.key_account_approval_days", readonly=False
    )
    key_account_report_hours = fields.Float(
        related="company_id.key_account_report_hours", readonly=False
    )
    key_account_visit_position = fields.Boolean(
        related="company_id.key_account_visit_position", readonly=False
    )
    key_account_review_days = fields.Integer(
        related="company_id.key_account_review_days", readonly=False
    )
    key_account_sign_off_hours = fields.Float(
        related="company_id.key_account_sign_off_hours", readonly=False
    )
    key_account_remind_hours = fields.Float(
        related="company_id.key_account_remind_hours", readonly=False
    )
    key_account_escalate_hours = fields.Float(
        related="company_id.key_account_escalate_hours", readonly=False
    )
    key_account_director_hours = fields.Float(
        related="company_id.key_account_director_hours", readonly=False
    )
    key_account_grade_a = fields.Float(
        related="company_id.key_account_grade_a", readonly=False
    )
    key_account_grade_b = fields.Float(
        related="company_id.key_account_grade_b", readonly=False
    )
    key_account_grade_c = fields.Float(
        related="company_id.key_account_grade_c", readonly=False
    )
    key_account_evaluation_months = fields.Integer(
        related="company_id.key_account_evaluation_months", readonly=False
    )

    key_account_visit_hours = fields.Float(
        related="company_id.key_account_visit_hours", readonly=False
    )
    key_account_visits_per_day = fields.Integer(
        related="company_id.key_account_visits_per_day", readonly=False
    )
    key_account_canvass_months = fields.Integer(
        related="company_id.key_account_canvass_months", readonly=False
    )
    key_account_feedback_alias = fields.Char(
        related="company_id.key_account_feedback_alias", readonly=False
    )
    key_account_feedback_domain = fields.Char(
        related="company_id.key_account_feedback_domain"
    )
    key_account_satisfaction_auto = fields.Boolean(
        related="company_id.key_account_satisfaction_auto", readonly=False
    )
    key_account_satisfaction_days = fields.Integer(
        related="company_id.key_account_satisfaction_days", readonly=False
    )
    key_account_satisfaction_reminders = fields.Integer(
        related="company_id.key_account_satisfaction_reminders", readonly=False
    )
    key_account_satisfaction_every = fields.Integer(
        related="company_id.key_account_satisfaction_every", readonly=False
    )
    key_account_satisfaction_low = fields.Integer(
        related="company_id.key_account_satisfaction_low", readonly=False
    )

    @api.model_create_multi
    def create(self, vals_list):
        companies = self._said_parents("company_id", vals_list)
        self._assert_may_configure({*companies.ids})
        # The right to configure key accounts is none to write companies, and what is
        # written of them stands above.
        return (
            super(KeyAccountCompanySettings, self.sudo())
            .create(vals_list)
            .with_env(self.env)
        )

    def write(self, vals):
        companies = {
            *self.company_id.ids,
            vals.get("company_id") or self.env.company.id,
        }
        self._assert_may_configure(companies)
        return super(KeyAccountCompanySettings, self.sudo()).write(vals)

    def action_save(self):
        """The form has been saved by now."""
        return {"type": "ir.actions.act_window_close"}

    def _assert_may_configure(self, company_ids):
        user = self.env.user
        if not user.has_group("key_account.group_configuration"):
            raise AccessError(
                self.env._(
                    "Key accounts are set up by somebody with Key Accounts /"
                    " Configuration."
                )
            )
        if not company_ids.issubset(user.company_ids.ids):
            raise AccessError(self.env._("You do not work in that company."))
