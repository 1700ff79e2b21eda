"""The trial of a customer: it has an end, and is passed by an evaluation made in it."""

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import format_date

from ...rules import account_state
from ...rules.evidence import said
from ..shared.label import listed
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

    # ---------------------------------------- CRUD

    @api.model_create_multi
    def create(self, vals_list):
        accounts = super().create(vals_list)
        accounts.filtered(lambda a: a.state == "trial")._set_trial_end()
        return accounts

    def write(self, vals):
        if vals.get("state") != "trial" or "trial_end" in vals:
            return super().write(vals)
        beginning = self.filtered(lambda account: account.state != "trial")
        result = super().write(vals)
        beginning._set_trial_end()
        return result

    def _set_trial_end(self):
        """However a trial began, and whoever did not say until when."""
        for account in self:
            account._write_kept({"trial_end": account._default_trial_end()})

    def _default_trial_end(self):
        """By the policy of the account; three months where there is none."""
        months = self._policy().trial_months or 3
        return today_of(self) + relativedelta(months=months)

    # ---------------------------------------- actions

    def action_start_trial(self, end=None, reason=None):
        """Begin the trial, until the day that is said or the policy has."""
        self.check_access("write")
        self._assert_may_write({"state": "trial"})
        self._assert_to_come(end)
        for account in self.filtered(lambda a: a.state != "trial"):
            account._on_occasion(reason=reason)._write_kept(
                {"state": "trial", "trial_end": end or account._default_trial_end()}
            )

    def action_extend_trial(self, end, reason):
        """Let the trial end on another day; the manager of the team decides."""
        self.check_access("write")
        if foreign := self - self._managed_by_user():
            raise AccessError(
                self.env._(
                    "How long a trial takes is decided by the manager of the team. Ask"
                    " the manager of: %(accounts)s.",
                    accounts=listed(self.env, foreign.mapped("display_name")),
                )
            )
        if others := self.filtered(lambda account: account.state != "trial"):
            raise UserError(
                self.env._(
                    "These accounts are not on trial: %(accounts)s. Start their trial.",
                    accounts=listed(self.env, others.mapped("display_name")),
                )
            )
        if not end:
            raise UserError(self.env._("Say when the trial ends."))
        if not (reason := said(reason)):
            raise UserError(self.env._("Say why the end of the trial is changed."))
        self._assert_to_come(end)
        self._write_kept({"trial_end": end})
        for account in self:
            account.message_post(
                body=self.env._("The end of the trial was changed: %s", reason)
            )

    def _assert_to_come(self, end):
        today = max(map(today_of, self), default=None)
        if end and today and fields.Date.to_date(end) <= today:
            raise UserError(
                self.env._(
                    "A trial ends on a day that is still to come, not on %(day)s.",
                    day=format_date(self.env, end),
                )
            )

    # ---------------------------------------- passing

    def _assert_may_become(self, state):
        super()._assert_may_become(state)
        if state != "active":
            return
        trials = self.filtered(lambda account: account.state == "trial")
        if unproved := trials - trials._evaluated_in_trial():
            raise UserError(
                self.env._(
                    "A trial is passed by an evaluation made during the trial."
                    " Evaluate first: %(accounts)s.",
                    accounts=listed(self.env, unproved.mapped("display_name")),
                )
            )

    def _evaluated_in_trial(self):
        """Those of these accounts, all on trial, whose evaluation was finished, and
        judges a day, in the trial; two queries."""
        files, began = self._with_merged(), self._trials_began()
        # What was judged counts, whoever may read how.
        evaluations = self.env["key.account.evaluation"].sudo()
        found = evaluations.search(
            Domain("key_account_id", "in", list(files)) & Domain("state", "=", "done")
        )
        passed = {
            files[each.key_account_id.id]
            for each in found
            if (day := began.get(files[each.key_account_id.id]))
            and each.date >= day
            and each.company_id._key_account_day(each.done_on) >= day
        }
        return self.filtered(lambda account: account.id in passed)

    def _trials_began(self):
        """``{account id: the day on which its trial began}``; that of a file that was
        merged into this one goes on, and began when it did."""
        began = {}
        kinds = ("opened", "initial", "state")
        for id_, came in self._came_into(["trial"], kinds).items():
            own = [each for each in came if each.file_id == id_]
            if own and own[-1].by_merger:
                own = [each for each in came if not each.by_merger]
            if own:
                began[id_] = max(each.day for each in own)
        return began


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
        if account.state == "trial" and not account._evaluated_in_trial():
            account.message_post(
                body=self.env._(
                    "The trial goes on: it is passed by an evaluation made during the"
                    " trial. Evaluate the customer, then the manager of the team lets"
                    " it pass."
                )
            )
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
