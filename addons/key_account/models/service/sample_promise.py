"""A sample is a promise with a date: reminder, overdue, escalation; kept or not."""

from datetime import datetime, time

from pytz import UTC, timezone

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ...rules import sample as rules
from ...rules.evidence import said
from ..shared.deadline import Due
from ..shared.working_time import today_of


class KeyAccountSample(models.Model):
    _name = "key.account.sample"
    _inherit = ["key.account.sample", "key.account.deadline.mixin"]

    promised_date = fields.Date(
        string="Promised to be sent by",
        copy=False,
        tracking=True,
        index="btree_not_null",
        help="The day by which we told the customer that it leaves.",
    )
    first_promised = fields.Date(
        string="First promised",
        readonly=True,
        copy=False,
        help="As promised when the standard was first agreed: whether it is sent on"
        " time is told by this day, whatever was promised later.",
    )
    promise_deadline = fields.Datetime(
        "Promise deadline",
        compute="_compute_promise_deadline",
        store=True,
        help="The end of the promised day where the company works.",
    )
    on_time = fields.Selection(
        [("yes", "On time"), ("no", "Late")],
        string="Sent as promised",
        readonly=True,
        copy=False,
        help="Written down when it is sent, by the day first promised.",
    )
    is_overdue = fields.Boolean("Is overdue", compute="_compute_is_overdue")

    _promises = models.Index(
        "(promise_deadline) WHERE state IN ('requested', 'agreed', 'checked')"
    )

    # ------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------

    @api.depends("promised_date", "company_id")
    def _compute_promise_deadline(self):
        for sample in self:
            day = sample.promised_date
            company = sample.company_id
            zone = timezone(company._key_account_time_zone(company.id))
            end = day and zone.localize(datetime.combine(day, time.max))
            sample.promise_deadline = end and end.astimezone(UTC).replace(
                tzinfo=None, microsecond=0
            )

    @api.depends("promise_deadline", "state")
    def _compute_is_overdue(self):
        now = fields.Datetime.now()
        for sample in self:
            sample.is_overdue = (
                sample.state in rules.UNSENT
                and bool(sample.promise_deadline)
                and sample.promise_deadline < now
            )

    # ------------------------------------------------------------
    # ANOTHER DAY
    # ------------------------------------------------------------

    def action_promise(self, date, reason=None):
        """Promise another day, with the reason; what was first promised stays."""
        self._assert_act("promise", self.env._("promised for another day"))
        reason = said(reason)
        if not reason:
            raise UserError(
                self.env._("Say why the sample is promised for another day.")
            )
        day = fields.Date.to_date(date)
        for sample in self:
            if not day or day < today_of(sample):
                raise UserError(
                    self.env._(
                        "“%s” is promised for a day that is still to come.",
                        sample.display_name,
                    )
                )
            sample._write_kept({"promised_date": day})
            sample.message_post(
                body=self.env._(
                    "Promised for %(day)s: %(reason)s",
                    day=format_date(self.env, day),
                    reason=reason,
                ),
                subtype_xmlid="mail.mt_note",
            )
        self._deadline_refresh()
        return True

    # ------------------------------------------------------------
    # DEADLINE
    # ------------------------------------------------------------

    @api.model
    def _deadline_domain(self, until):
        return [
            ("state", "in", rules.UNSENT),
            ("promise_deadline", "<=", until),
            ("opportunity_id.active", "=", True),
        ]

    def _deadline_due(self):
        waiting = self.filtered(
            lambda sample: (
                sample.state in rules.UNSENT
                and sample.promise_deadline
                # What was promised for a deal that is lost is nobody's to send.
                and sample.opportunity_id.active
            )
        )
        directors = self._key_account_directors(waiting.company_id)
        return {
            sample: Due(
                key="promise",
                deadline=sample.promise_deadline,
                company=sample.company_id,
                responsible=sample.user_id,
                managers=sample.team_id._key_account_managers(),
                directors=directors[sample.company_id],
            )
            for sample in waiting
        }

    def _deadline_name(self):
        return self.env._("sample %s", self.display_name)

    def write(self, vals):
        result = super().write(vals)
        if not {"promised_date", "user_id", "opportunity_id"}.isdisjoint(vals):
            self._deadline_refresh()
        return result


class CrmLead(models.Model):
    _inherit = "crm.lead"

    def _after_lost(self):
        result = super()._after_lost()
        # Of whomever they are.
        self.sudo().sample_ids._deadline_refresh()
        return result
