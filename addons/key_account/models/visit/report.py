"""A visit as it took place, and the report of it."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import is_html_empty

from ...rules import working_time
from ..shared.label import labelled, listed
from ..shared.missing import missing


class KeyAccountVisit(models.Model):
    _inherit = "key.account.visit"
    _kept = frozenset(
        (
            "reported_on",
            "reported_by_id",
            "report_deadline",
            "report_was_late",
            "report_in_time",
            "returned_on",
            "returned_by_id",
            "return_comment",
        )
    )
    _no_default = frozenset(("held_start", "held_end"))

    held_start = fields.Datetime(string="Began", copy=False, tracking=True)
    held_end = fields.Datetime(string="Ended", copy=False, tracking=True)
    met_ids = fields.Many2many(
        "res.partner",
        "key_account_visit_met_rel",
        "visit_id",
        "partner_id",
        string="Who was met",
        copy=False,
    )
    summary = fields.Html(copy=False)
    currency_id = fields.Many2one(
        "res.currency",
        compute="_compute_currency_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    target_price = fields.Monetary(
        string="Customer's target price", aggregator=None, copy=False
    )
    competitors = fields.Text(string="Competitors seen", copy=False)
    commitment_ids = fields.One2many(
        "key.account.visit.commitment", "visit_id", string="Commitments"
    )
    outcome = fields.Selection(
        [
            ("achieved", "Achieved"),
            ("partly", "Partly achieved"),
            ("not_achieved", "Not achieved"),
        ],
        copy=False,
        tracking=True,
    )
    failure_reason = fields.Selection(
        [
            ("offer", "Our product, service or terms do not fit"),
            ("mismatch", "Mismatch of size or idea"),
            ("funds", "Funds or obstacles on their side"),
            ("competitor", "Tied to a competitor"),
            ("other", "Other"),
        ],
        string="Reason",
        copy=False,
    )
    failure_note = fields.Char(string="Reason in words", copy=False)
    next_step = fields.Char("Next step", copy=False)
    next_date = fields.Date(string="Next step on", copy=False)
    reported_on = fields.Datetime("Reported on", readonly=True, copy=False)
    reported_by_id = fields.Many2one(
        "res.users", string="Reported by", readonly=True, copy=False
    )
    report_deadline = fields.Datetime(
        string="Report due", compute="_compute_report_deadline", store=True, copy=False
    )
    held_first_end = fields.Datetime(
        string="First entered as ended",
        readonly=True,
        copy=False,
        help="The report is due from there, also where a later end is entered"
        " afterwards.",
    )
    held_entered_on = fields.Datetime(
        string="Entered as held on",
        readonly=True,
        copy=False,
        help="When it was said that the visit took place, whenever it was planned.",
    )
    report_was_late = fields.Boolean(
        string="First report late",
        readonly=True,
        copy=False,
        help="A report that came late stays late, also when it was returned.",
    )
    report_in_time = fields.Boolean(
        string="Reported in time",
        compute="_compute_report_in_time",
        store=True,
        copy=False,
    )
    returned_on = fields.Datetime("Returned on", readonly=True, copy=False)
    returned_by_id = fields.Many2one(
        "res.users", string="Returned by", readonly=True, copy=False
    )
    return_comment = fields.Text(string="To complete", readonly=True, copy=False)

    _held_in_order = models.Constraint(
        "CHECK (held_end >= held_start)", "A visit cannot have ended before it began."
    )

    # ---------------------------------------- compute

    @api.depends("key_account_id.company_id")
    def _compute_currency_id(self):
        for visit in self:
            company = visit.key_account_id.company_id or self.env.company
            visit.currency_id = visit.currency_id or company.currency_id

    @api.depends("held_end", "held_first_end", "returned_on", "company_id")
    def _compute_report_deadline(self):
        self._compute_deadline(
            "report_deadline",
            lambda visit: visit.returned_on or visit._ended(),
            lambda company: (company.key_account_report_hours, working_time.HOURS),
        )

    @api.depends("reported_on", "report_deadline", "report_was_late")
    def _compute_report_in_time(self):
        for visit in self:
            visit.report_in_time = (
                not visit.report_was_late
                and working_time.is_in_time(visit.reported_on, visit.report_deadline)
            )

    # ---------------------------------------- constraints

    @api.constrains("held_start", "held_end")
    def _check_held_in_the_past(self):
        latest = fields.Datetime.now() + timedelta(minutes=1)
        for visit in self:
            if max(visit.held_start or latest, visit.held_end or latest) > latest:
                raise ValidationError(
                    self.env._(
                        "Visit %s: it cannot have taken place in the future. Correct"
                        " when it began"
                        " and ended.",
                        visit.display_name,
                    )
                )

    # ---------------------------------------- business

    def _assert_day_has_come(self):
        # By the server's clock, on the company's day: neither is the caller's to set.
        ahead = self.filtered(
            lambda visit: (
                visit.company_id._key_account_day(visit.date_start)
                > visit.company_id._key_account_today()
            )
        )
        if ahead:
            raise UserError(
                self.env._(
                    "%s: the day has not come yet. Move the visit to the day it takes"
                    " place first.",
                    listed(self.env, ahead.mapped("display_name")),
                )
            )

    def _ended(self):
        """From when its report is due: the end, at the latest as first entered."""
        if not self.held_end:
            return False
        return min(self.held_end, self.held_first_end or self.held_end)

    def _held_between(self, now):
        """When it took place, unless it was entered: check-in, else the plan."""
        start = self.held_start or min(self.date_start, now)
        if self.held_end:
            end = self.held_end
        elif self.held_start and now - self.held_start < timedelta(hours=12):
            end = now
        else:
            end = min(start + (self.date_end - self.date_start), now)
        return start, max(start, end)

    def _assert_report_complete(self):
        """Everything that is missing, of all the visits, in one message."""
        gaps = {visit: visit._missing_in_report() for visit in self}
        lines = [
            labelled(self.env, visit.display_name, listed(self.env, parts.values()))
            for visit, parts in gaps.items()
            if parts
        ]
        if lines:
            raise missing(
                self.env._(
                    "The report is not complete. Please add:\n%s", "\n".join(lines)
                ),
                set().union(*gaps.values()),
            )

    def _missing_in_report(self):
        """``{field: what it is called in a sentence}`` of what is not written yet."""
        self.ensure_one()
        failed = self.outcome == "not_achieved"
        parts = {}
        if not self.met_ids and not failed:
            parts["met_ids"] = self.env._("who was met")
        if is_html_empty(self.summary):
            parts["summary"] = self.env._("the summary")
        if not self.outcome:
            parts["outcome"] = self.env._("the outcome")
        if failed and not self.failure_reason:
            parts["failure_reason"] = self.env._("the reason why it was not achieved")
        if failed and self.failure_reason == "other" and not self.failure_note:
            parts["failure_note"] = self.env._("the reason in words")
        return parts
