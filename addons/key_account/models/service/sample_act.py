"""What happens with a sample: who may do it, when, and what is written down of it."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ...rules import sample as rules
from ...rules.evidence import said
from ..shared.act import take_in_hand
from ..shared.label import labelled, listed, noted, selection_labels
from ..shared.missing import missing
from ..shared.working_time import today_of


class KeyAccountSample(models.Model):
    _inherit = "key.account.sample"

    # Agreed
    agreed_on = fields.Date(string="Standard agreed on", readonly=True, copy=False)
    agreed_with_id = fields.Many2one(
        "res.partner",
        string="Agreed with",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )
    agreed_by_id = fields.Many2one(
        "res.users",
        string="Agreed by",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )
    agreed_fingerprint = fields.Char(readonly=True, copy=False, exportable=False)

    # Sent
    sent_on = fields.Date("Sent on", readonly=True, copy=False)
    sent_by_id = fields.Many2one(
        "res.users", string="Sent by", readonly=True, copy=False, ondelete="restrict"
    )
    sent_recorded_on = fields.Datetime(
        string="Sending entered on", readonly=True, copy=False
    )
    carrier = fields.Char(readonly=True, copy=False)
    tracking_ref = fields.Char(string="Tracking number", readonly=True, copy=False)

    # Cancelled
    cancel_reason = fields.Char(
        string="Reason for cancelling", readonly=True, copy=False
    )
    cancelled_on = fields.Date("Cancelled on", readonly=True, copy=False)
    cancelled_by_id = fields.Many2one(
        "res.users",
        string="Cancelled by",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )

    # ------------------------------------------------------------
    # BEFORE IT LEAVES
    # ------------------------------------------------------------

    def action_agree(self, partner_id, date=None):
        """The customer agreed to the standard: who of theirs, and when. From now on it
        stands, and so does the day that is promised.

        :param partner_id: id of a contact of the customer
        :param date: the day of the agreement; today by default
        """
        self._assert_act("agree", self.env._("agreed"))
        self._assert_complete()
        contact = self.env["res.partner"].browse(partner_id or [])
        for sample in self:
            day = sample._day(date, sample.requested_on)
            sample._assert_of_customer(contact)
            if sample.promised_date < day:
                raise UserError(
                    self.env._(
                        "“%s” cannot be promised for a day before its standard was"
                        " agreed. Correct the promised day.",
                        sample.display_name,
                    )
                )
            sample._write_kept(
                {
                    "state": rules.AGREED,
                    "agreed_on": day,
                    "agreed_with_id": contact.id,
                    "agreed_by_id": self.env.uid,
                    "agreed_fingerprint": sample._fingerprint(),
                    "first_promised": sample.first_promised or sample.promised_date,
                }
            )
        self._ask_for_check()
        return True

    def action_revise(self):
        """The standard changes: it is agreed, and the sample checked, anew. What was
        first promised stays."""
        self._assert_act("revise", self.env._("changed"))
        self._write_kept(
            {
                "state": rules.REQUESTED,
                "agreed_on": False,
                "agreed_with_id": False,
                "agreed_by_id": False,
                "agreed_fingerprint": False,
            }
        )
        self._end_check()
        return True

    # ------------------------------------------------------------
    # IT LEAVES
    # ------------------------------------------------------------

    def action_send(self, date=None, carrier=None, tracking_ref=None):
        """It is on its way. Whether that is as promised is written down now.

        :param date: the day on which it left, not before its check; today by default
        """
        self._assert_act("send", self.env._("sent"))
        for sample in self:
            sample._assert_as_agreed()
            checked = sample.company_id._key_account_day(sample.checked_on)
            day = sample._day(date, checked)
            sample._write_kept(
                {
                    "state": rules.SENT,
                    "sent_on": day,
                    "sent_by_id": self.env.uid,
                    "sent_recorded_on": fields.Datetime.now(),
                    "carrier": said(carrier) or False,
                    "tracking_ref": said(tracking_ref) or False,
                    "on_time": rules.in_time(day, sample.first_promised) or False,
                }
            )
        self._deadline_refresh()
        return True

    def action_cancel(self, reason=None):
        """It is not made, or of no use any more. A promise that has been broken by then
        stays broken."""
        reason = said(reason)
        if not reason:
            raise UserError(self.env._("Say why the sample is cancelled."))
        self._assert_act("cancel", self.env._("cancelled"))
        for sample in self:
            today = today_of(sample)
            vals = {
                "state": rules.CANCELLED,
                "cancel_reason": reason,
                "cancelled_on": today,
                "cancelled_by_id": self.env.uid,
            }
            if not sample.on_time and rules.in_time(today, sample.first_promised) == (
                "no"
            ):
                vals["on_time"] = "no"
            sample._write_kept(vals)
        # The activity is the checker's.
        self.sudo().activity_unlink(["key_account.mail_activity_sample_check"])
        self._deadline_refresh()
        return True

    # ------------------------------------------------------------
    # WHAT IS ASKED
    # ------------------------------------------------------------

    def _assert_act(self, act, done, write=True):
        """Raise where this cannot be done with one of these by now. They are locked:
        whoever does it at the same moment finds it done.

        :param done: what would have been done with them, in a sentence
        """
        if write:
            self.check_access("write")
            take_in_hand(self)
        wrong = self.filtered(lambda sample: not rules.may(act, sample.state))
        if wrong:
            labels = selection_labels(self, "state")
            raise UserError(
                self.env._(
                    "%(samples)s cannot be %(done)s: only samples in state %(states)s"
                    " can.",
                    samples=listed(
                        self.env,
                        (
                            noted(self.env, sample.display_name, labels[sample.state])
                            for sample in wrong
                        ),
                    ),
                    done=done,
                    states=" / ".join(labels[state] for state in rules.ACTS[act]),
                )
            )

    def _assert_complete(self):
        """All that is missing of the request, in one message."""
        gaps = {sample: sample._missing_parts() for sample in self}
        lines = [
            labelled(self.env, sample.display_name, listed(self.env, parts.values()))
            for sample, parts in gaps.items()
            if parts
        ]
        if lines:
            raise missing(
                self.env._(
                    "Before the standard is agreed, please add:\n%s", "\n".join(lines)
                ),
                set().union(*gaps.values()),
            )

    def _missing_parts(self):
        self.ensure_one()
        parts = {}
        if not said(self.standard) and not self.drawing_ids:
            parts["standard"] = self.env._("the standard, in words or as a drawing")
        if not self.promised_date:
            parts["promised_date"] = self.env._("the day that is promised")
        return parts

    def _assert_as_agreed(self):
        """A drawing can be replaced elsewhere: what leaves is what was agreed, and what
        was checked."""
        sample = self.sudo()
        now = sample._fingerprint()
        if sample.agreed_fingerprint != now or (
            sample.check_fingerprint and sample.check_fingerprint != now
        ):
            raise UserError(
                self.env._(
                    "“%s”: the standard, or a drawing, is no longer what was agreed."
                    " Press “Change the Standard”, and have it agreed and checked"
                    " anew.",
                    self.display_name,
                )
            )

    @api.model
    def _to_day(self, date):
        return fields.Date.to_date(date) if date else None

    def _day(self, date, first):
        """The day on which something happened: what was said, or today by the clock of
        the company; raise where it cannot be.

        :param first: the day of what comes before it
        """
        self.ensure_one()
        today = today_of(self)
        day = self._to_day(date) or today
        problem = rules.day_problem(day, first, today)
        if problem == "late":
            raise UserError(
                self.env._(
                    "“%(sample)s”: %(day)s is still to come.",
                    sample=self.display_name,
                    day=format_date(self.env, day),
                )
            )
        if problem:
            raise UserError(
                self.env._(
                    "“%(sample)s”: that cannot have happened on %(day)s, as what comes"
                    " before it was on %(first)s.",
                    sample=self.display_name,
                    day=format_date(self.env, day),
                    first=format_date(self.env, first),
                )
            )
        return day
