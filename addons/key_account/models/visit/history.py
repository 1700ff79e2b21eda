"""Visits of the past: what took place before the department worked here."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tools import format_datetime

from ..shared.label import listed, selection_labels

_MANAGER = "key_account.group_manager"


class KeyAccountVisit(models.Model):
    """A manager enters them, on the import screen or by ``create()``: they are closed
    from the start, ask nobody for anything, and say of themselves that they are not a
    record of the process. When an account was visited last, and how often, counts them;
    figures on reports, reviews and plans do not.
    """

    _name = "key.account.visit"
    _inherit = ["key.account.visit", "key.account.importing"]
    _no_default = frozenset(("is_history",))
    _import_columns = (
        *("key_account_id", "is_history", "date_start", "date_end", "user_id"),
        *("purpose", "method", "met_ids", "summary", "outcome", "failure_reason"),
        *("failure_note", "next_step"),
    )

    is_history = fields.Boolean(
        string="Of the past",
        copy=False,
        help="Entered afterwards, as it took place before visits were kept here. It"
        " counts as a visit to the account, and in no figure on reports and reviews.",
    )

    # ---------------------------------------- compute

    def _compute_report_deadline(self):
        history = self.filtered("is_history")
        history.report_deadline = False
        return super(KeyAccountVisit, self - history)._compute_report_deadline()

    # ---------------------------------------- CRUD

    @api.model_create_multi
    def create(self, vals_list):
        past = [vals for vals in vals_list if vals.get("is_history")]
        if not past:
            return super().create(vals_list)
        self._assert_kept_start(vals_list)
        self._assert_not_judged(vals_list)
        self._assert_may_enter_history(past)
        visits = super().create(
            [
                self._past_values(vals) if vals.get("is_history") else vals
                for vals in vals_list
            ]
        )
        # Of its own accord nothing of it is open: nobody reports or reviews it.
        history = visits.filtered("is_history")
        history.sudo()._set_kept({"state": "reviewed"})
        history._people_met()._refresh_last_contact()
        return visits

    def _assert_writable(self, vals):
        res = super()._assert_writable(vals)
        if "is_history" in vals:
            told = bool(vals["is_history"])
            if self.filtered(lambda visit: visit.is_history != told):
                self._refuse_kept(["is_history"])
        return res

    def _is_slip(self):
        """A file that was wrong is taken back on its day: it is in no figure."""
        today = self.company_id._key_account_today()
        entered = self.company_id._key_account_day(self.create_date)
        return super()._is_slip() or (
            self.is_history and entered == today and self.env.user.has_group(_MANAGER)
        )

    # ---------------------------------------- business

    @api.model
    def _assert_may_enter_history(self, vals_list):
        """Raise where somebody would say of visits that they were made without anybody
        having seen them planned, reported or reviewed."""
        if not self.env.user.has_group(_MANAGER):
            raise AccessError(
                self.env._(
                    "Visits of the past are entered by a manager of key accounts. Plan"
                    " and report your own visits, or ask your manager to import them."
                )
            )
        accounts = self._said_parents("key_account_id", vals_list)
        others = accounts - accounts._managed_by_user()
        if others:
            readable = others._filtered_access("read")
            raise AccessError(
                self.env._(
                    "%s: visits of the past are entered by a manager of the account's"
                    " team.",
                    listed(self.env, readable.mapped("display_name"))
                    or self.env._("What you have no access to"),
                )
            )

    @api.model
    def _past_values(self, vals):
        """These values, with when it was held."""
        now = fields.Datetime.now()
        start = fields.Datetime.to_datetime(vals.get("date_start"))
        if not start:
            raise UserError(
                self.env._(
                    "A visit of the past needs the time it took place. Enter its start."
                )
            )
        end = fields.Datetime.to_datetime(vals.get("date_end"))
        end = end or start + timedelta(hours=1)
        if end > now:
            raise UserError(
                self.env._(
                    "%s has not come yet, and a visit of the past has to be over."
                    " Plan the visit instead.",
                    format_datetime(self.env, end),
                )
            )
        return {
            # Nobody comes along any more, and no step is proposed.
            "participant_ids": [Command.clear()],
            "step": False,
            **vals,
            "date_end": end,
            "held_start": start,
            "held_end": end,
        }

    @api.model
    def _import_examples(self):
        account = self.env["key.account"].search([], limit=1)
        if not account:
            return []
        today = self.env.company._key_account_today()
        labels = {
            name: selection_labels(self, name)
            for name in ("purpose", "method", "outcome")
        }
        example = {
            "key_account_id": account.display_name,
            "is_history": "1",
            "date_start": f"{today - timedelta(days=40)} 09:00:00",
            "date_end": f"{today - timedelta(days=40)} 10:30:00",
            "user_id": self.env.user.name,
            "purpose": labels["purpose"]["development"],
            "method": labels["method"]["onsite"],
            "summary": self.env._("Example: shown round the plant, samples wanted."),
            "outcome": labels["outcome"]["achieved"],
        }
        later = {
            **example,
            "date_start": f"{today - timedelta(days=12)} 14:00:00",
            "date_end": f"{today - timedelta(days=12)} 15:00:00",
            "purpose": labels["purpose"]["revisit"],
            "method": labels["method"]["phone"],
            "summary": self.env._("Example: the samples are being tested."),
            "outcome": labels["outcome"]["partly"],
            "next_step": self.env._("Ask for the result."),
        }
        return [example, later]
