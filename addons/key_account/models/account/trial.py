"""What entering a stage makes of the customer's account file."""

from dateutil.relativedelta import relativedelta

from odoo import fields, models
from odoo.tools import format_date

from ...rules import account_state
from ..shared.working_time import today_of

# How long before the trial ends its evaluation is due.
_EVALUATION_LEAD = relativedelta(weeks=1)


class KeyAccount(models.Model):
    _inherit = "key.account"

    trial_end = fields.Date(
        string="Trial ends",
        readonly=True,
        copy=False,
        tracking=True,
        help="The trial has to be evaluated before.",
    )


class CrmLead(models.Model):
    _inherit = "crm.lead"

    def _begin_step(self, stage):
        if stage.entry_account_state:
            self._change_account(stage)
        return super()._begin_step(stage)

    def _change_account(self, stage):
        """Begin the trial of the account, or end it as passed; an account for which
        that is no way to go is left as it is.
        """
        self.ensure_one()
        account = self.key_account_id.sudo()
        state = stage.entry_account_state
        if (
            not account
            or not self._is_key_account_team(self.team_id)
            or account.state == state
            or not account_state.may_become(account.state, state)
        ):
            return
        vals = {"state": state}
        if state == "trial":
            today = today_of(account)
            vals["trial_end"] = today + relativedelta(months=stage.trial_months)
        account._write_kept(vals)
        if state == "trial":
            self._ask_for_evaluation(account)

    def _ask_for_evaluation(self, account):
        """The evaluation is due before the trial ends."""
        managers = self.team_id._with_people()._key_account_managers()
        user = managers[:1] or self.user_id or self.env.user
        reader = self.with_context(lang=user.lang)
        account.activity_schedule(
            "mail.mail_activity_data_todo",
            date_deadline=account.trial_end - _EVALUATION_LEAD,
            summary=reader.env._("Evaluate the trial"),
            note=reader.env._(
                "The trial ends on %(date)s. Evaluate it before, and decide.",
                date=format_date(reader.env, account.trial_end),
            ),
            user_id=user.id,
        )
