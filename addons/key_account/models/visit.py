from datetime import datetime, timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import is_html_empty, plaintext2html
from odoo.tools.misc import clean_context

from ..rules import working_time

# Compared by identity: a caller can send any context over RPC, but never this very
# object.
_STEP = object()

VISIT_STATES = [
    ("planned", "Planned"),
    ("confirmed", "Confirmed"),
    ("held", "Held"),
    ("reported", "Reported"),
    ("reviewed", "Reviewed"),
    ("cancelled", "Cancelled"),
]
SCORES = ("review_potential", "review_standing", "review_value", "review_difficulty")

# Written by the steps of the visit (action_*) alone.
_CONTROLLED = {
    "state", "date_original", "calendar_event_id", "to_reschedule",
    "reported_on", "reported_by_id", "report_deadline", "report_in_time",
    "report_was_late",
    "reviewed_on", "reviewed_by_id", "review_deadline", "review_in_time",
    "returned_on", "returned_by_id", "return_comment",
    "cancelled_on", "cancelled_by_id", "cancel_reason",
}  # fmt: skip
# Derived from the account.
_DERIVED = {"company_id", "team_id"}
# Written by those who may review, while the report lies before them.
_REVIEW = {*SCORES, "review_feasibility", "guidance", "duties"}
# What was planned stands once the visit was held.
_PLAN = {"key_account_id", "purpose", "method", "date_start", "date_end"}
# Whose it is and when it took place stand once it was reported: the deadline counts
# from there.
_HELD = {"user_id", "held_start", "held_end"}
# The report stands once it was reviewed.
_REPORT = {
    "name", "step", "objectives", "place", "contact_ids", "participant_ids", "met_ids",
    "summary",
    "requirement_ids", "currency_id", "target_price", "competitors", "commitment_ids",
    "outcome",
    "failure_reason", "failure_note", "next_step", "next_date", "grant_ids",
}  # fmt: skip
# What the calendar shows of a visit.
_CALENDAR = {"name", "date_start", "date_end", "place", "user_id", "participant_ids"}


class KeyAccountVisit(models.Model):
    """A visit to a key account: planned, held, reported, reviewed.

    The way through the states is a control. ``state`` and the stamps of each step are
    written by the ``action_*`` methods alone, which check who may take the step;
    neither a context nor superuser rights open them to ``write``, ``create`` or import.
    """

    _name = "key.account.visit"
    _description = "Visit"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date_start desc, id desc"
    _check_company_auto = True

    name = fields.Char(
        string="Subject",
        compute="_compute_name",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
    )
    key_account_id = fields.Many2one(
        "key.account",
        string="Account",
        required=True,
        ondelete="restrict",
        index=True,
        tracking=True,
    )
    company_id = fields.Many2one(
        related="key_account_id.company_id", store=True, index=True, precompute=True
    )
    team_id = fields.Many2one(
        related="key_account_id.team_id", store=True, index=True, precompute=True
    )
    partner_id = fields.Many2one(related="key_account_id.partner_id", string="Customer")
    state = fields.Selection(
        VISIT_STATES,
        default="planned",
        required=True,
        index=True,
        copy=False,
        tracking=True,
    )
    opportunity_ids = fields.Many2many(
        "crm.lead",
        "key_account_visit_lead_rel",
        "visit_id",
        "lead_id",
        string="Opportunities",
        check_company=True,
    )

    # Plan
    purpose = fields.Selection(
        [
            ("development", "Development"),
            ("revisit", "Revisit"),
            ("service", "Service"),
            ("sponsor", "Sponsor meeting"),
            ("collection", "Collection"),
            ("survey", "Survey"),
        ],
        default="development",
        required=True,
        tracking=True,
    )
    step = fields.Selection(
        [
            ("1", "1 · Good impression"),
            ("2", "2 · Listen and explore"),
            ("3", "3 · Go deep"),
            ("4", "4 · Settle conditions"),
        ],
        help="Four-step guidance: 1 leave a good impression, learn the basics; 2 listen, gather"
        " intelligence, keep conditions high; 3 go deep, show will and posture; 4"
        " settle conditions.",
    )
    step_guidance = fields.Char(compute="_compute_step_guidance")
    method = fields.Selection(
        [
            ("onsite", "At the customer's"),
            ("phone", "Telephone"),
            ("video", "Video"),
            ("reception", "Reception at our place"),
        ],
        default="onsite",
        required=True,
    )
    objectives = fields.Text(help="What shall be known or agreed when we leave?")
    contact_ids = fields.Many2many(
        "res.partner",
        "key_account_visit_contact_rel",
        "visit_id",
        "partner_id",
        string="Contacts to meet",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        default=lambda self: self.env.user,
        required=True,
        index=True,
        tracking=True,
    )
    participant_ids = fields.One2many(
        "key.account.visit.participant", "visit_id", string="Participants", copy=True
    )
    date_start = fields.Datetime(
        string="Planned start", required=True, index=True, tracking=True, copy=False
    )
    date_end = fields.Datetime(
        string="Planned end",
        compute="_compute_date_end",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        copy=False,
    )
    date_original = fields.Datetime(
        string="Original date",
        compute="_compute_date_original",
        store=True,
        precompute=True,
        copy=False,
        help="When the visit was to take place as first planned.",
    )
    place = fields.Char(
        compute="_compute_place",
        store=True,
        readonly=False,
        precompute=True,
        copy=False,
    )
    calendar_event_id = fields.Many2one(
        "calendar.event",
        string="Calendar event",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    to_reschedule = fields.Boolean(
        readonly=True,
        copy=False,
        help="The calendar event was deleted: the visit needs a new date.",
    )
    cancelled_on = fields.Datetime(readonly=True, copy=False)
    cancelled_by_id = fields.Many2one(
        "res.users", string="Cancelled by", readonly=True, copy=False
    )
    cancel_reason = fields.Char(
        string="Reason for cancelling", readonly=True, copy=False
    )

    # Held
    held_start = fields.Datetime(string="Began", copy=False, tracking=True)
    held_end = fields.Datetime(string="Ended", copy=False, tracking=True)

    # Report
    met_ids = fields.Many2many(
        "res.partner",
        "key_account_visit_met_rel",
        "visit_id",
        "partner_id",
        string="Who was met",
        copy=False,
    )
    summary = fields.Html(copy=False)
    requirement_ids = fields.One2many(
        "key.account.requirement", "visit_id", string="Requirements"
    )
    currency_id = fields.Many2one(
        "res.currency",
        compute="_compute_currency_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    target_price = fields.Monetary(string="Customer's target price", copy=False)
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
    next_step = fields.Char(copy=False)
    next_date = fields.Date(string="Next step on", copy=False)
    next_activity_id = fields.Many2one(
        "mail.activity", readonly=True, copy=False, ondelete="set null"
    )
    reported_on = fields.Datetime(readonly=True, copy=False)
    reported_by_id = fields.Many2one(
        "res.users", string="Reported by", readonly=True, copy=False
    )
    report_deadline = fields.Datetime(
        string="Report due", compute="_compute_report_deadline", store=True, copy=False
    )
    report_was_late = fields.Boolean(
        string="First report late",
        readonly=True,
        copy=False,
        help="A report that came late stays late, also when it was returned for completion.",
    )
    report_in_time = fields.Boolean(
        string="Reported in time",
        compute="_compute_report_in_time",
        store=True,
        copy=False,
    )
    returned_on = fields.Datetime(readonly=True, copy=False)
    returned_by_id = fields.Many2one(
        "res.users", string="Returned by", readonly=True, copy=False
    )
    return_comment = fields.Text(string="To complete", readonly=True, copy=False)

    # Review
    review_potential = fields.Integer(string="Potential", aggregator="avg", copy=False)
    review_standing = fields.Integer(
        string="Standing in the industry", aggregator="avg", copy=False
    )
    review_value = fields.Integer(
        string="Development value", aggregator="avg", copy=False
    )
    review_difficulty = fields.Integer(
        string="Difficulty", aggregator="avg", copy=False
    )
    review_feasibility = fields.Selection(
        [
            ("feasible", "Feasible"),
            ("with_changes", "Feasible with changes"),
            ("not_feasible", "Not feasible"),
        ],
        string="Feasibility of the plan",
        copy=False,
    )
    guidance = fields.Text(string="Manager's guidance", copy=False)
    duties = fields.Text(string="Duties and authority given", copy=False)
    grant_ids = fields.One2many(
        "key.account.authority.grant", "visit_id", string="Authority given"
    )
    reviewed_on = fields.Datetime(readonly=True, copy=False)
    reviewed_by_id = fields.Many2one(
        "res.users", string="Reviewed by", readonly=True, copy=False
    )
    review_deadline = fields.Datetime(
        string="Review due", compute="_compute_review_deadline", store=True, copy=False
    )
    review_in_time = fields.Boolean(
        string="Reviewed in time",
        compute="_compute_review_in_time",
        store=True,
        copy=False,
    )

    # For the screens
    can_review = fields.Boolean(compute="_compute_can_review")
    is_overdue = fields.Boolean(compute="_compute_is_overdue")
    previous_visit_id = fields.Many2one(
        "key.account.visit", string="Last visit", compute="_compute_previous_visit_id"
    )
    previous_next_step = fields.Char(
        string="Next step agreed then", compute="_compute_previous_visit_id"
    )
    previous_guidance = fields.Text(
        string="Guidance then", compute="_compute_previous_visit_id"
    )

    _dates_in_order = models.Constraint(
        "CHECK (date_end >= date_start)", "A visit cannot end before it starts."
    )
    _held_in_order = models.Constraint(
        "CHECK (held_end >= held_start)", "A visit cannot have ended before it began."
    )
    _scores_within = models.Constraint(
        "CHECK (%s)"
        % " AND ".join(f"COALESCE({score}, 0) BETWEEN 0 AND 5" for score in SCORES),
        "Scores of a review go from 1 to 5.",
    )

    # ------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------

    @api.depends("key_account_id", "purpose")
    def _compute_name(self):
        purposes = dict(self._fields["purpose"]._description_selection(self.env))
        for visit in self:
            parts = [visit.key_account_id.name, purposes.get(visit.purpose)]
            visit.name = visit.name or " – ".join(part for part in parts if part)

    @api.depends("step")
    def _compute_step_guidance(self):
        guidance = {
            "1": self.env._("Leave a good impression, learn the basics."),
            "2": self.env._(
                "Listen, gather intelligence, explore, keep conditions high."
            ),
            "3": self.env._("Go deep, show will and posture."),
            "4": self.env._("Settle conditions."),
        }
        for visit in self:
            visit.step_guidance = guidance.get(visit.step, False)

    @api.depends("date_start")
    def _compute_date_end(self):
        """An hour by default; moving the start in a form moves the end along."""
        for visit in self:
            origin, start, end = visit._origin, visit.date_start, visit.date_end
            length = timedelta(hours=1)
            if origin.date_end and origin.date_start:
                length = origin.date_end - origin.date_start
            untouched = not end or end == origin.date_end
            visit.date_end = (
                start + length if start and (untouched or end < start) else end
            )

    # No dependency: it is computed once, when the visit is made, and stays.
    def _compute_date_original(self):
        for visit in self:
            visit.date_original = visit.date_original or visit.date_start

    @api.depends("key_account_id", "method")
    def _compute_place(self):
        for visit in self:
            if visit.method == "onsite" and not visit.place:
                visit.place = visit.key_account_id.partner_id.contact_address_inline
            else:
                visit.place = visit.place

    @api.depends("key_account_id.company_id")
    def _compute_currency_id(self):
        for visit in self:
            company = visit.key_account_id.company_id or self.env.company
            visit.currency_id = visit.currency_id or company.currency_id

    @api.depends("held_end", "returned_on", "company_id")
    def _compute_report_deadline(self):
        self._compute_deadline(
            "report_deadline",
            lambda visit: visit.returned_on or visit.held_end,
            lambda company: (company.key_account_report_hours, working_time.HOURS),
        )

    @api.depends("reported_on", "company_id")
    def _compute_review_deadline(self):
        self._compute_deadline(
            "review_deadline",
            lambda visit: visit.reported_on,
            lambda company: (company.key_account_review_days, working_time.DAYS),
        )

    def _compute_deadline(self, name, start_of, limit_of):
        """Working time from a start, by the setting as it is now."""
        for company, visits in self.grouped("company_id").items():
            starts = {start_of(visit) for visit in visits} - {False}
            deadlines = (
                company._key_account_deadlines(starts, *limit_of(company))
                if starts
                else {}
            )
            for visit in visits:
                visit[name] = deadlines.get(start_of(visit), False)

    @api.depends("reported_on", "report_deadline", "report_was_late")
    def _compute_report_in_time(self):
        for visit in self:
            visit.report_in_time = (
                not visit.report_was_late
                and working_time.is_in_time(visit.reported_on, visit.report_deadline)
            )

    @api.depends("reviewed_on", "review_deadline")
    def _compute_review_in_time(self):
        for visit in self:
            visit.review_in_time = working_time.is_in_time(
                visit.reviewed_on, visit.review_deadline
            )

    @api.depends("state", "team_id", "reported_by_id", "user_id")
    @api.depends_context("uid")
    def _compute_can_review(self):
        reviewers = self._reviewers()
        for visit in self:
            visit.can_review = (
                visit.state == "reported" and self.env.user in reviewers[visit]
            )

    @api.depends("state", "date_end", "report_deadline", "review_deadline")
    def _compute_is_overdue(self):
        now = fields.Datetime.now()
        due = {
            "planned": "date_start",
            "confirmed": "date_end",
            "held": "report_deadline",
            "reported": "review_deadline",
        }
        for visit in self:
            deadline = visit.state in due and visit[due[visit.state]]
            visit.is_overdue = bool(deadline) and deadline < now

    @api.depends("key_account_id", "date_start")
    def _compute_previous_visit_id(self):
        earlier = self.search(
            [
                ("key_account_id", "in", self.key_account_id.ids),
                ("state", "in", ("reported", "reviewed")),
            ],
            order="date_start desc, id desc",
        ).grouped("key_account_id")
        for visit in self:
            previous = next(
                (
                    other
                    for other in earlier.get(visit.key_account_id, ())
                    if other != visit._origin
                    and visit.date_start
                    and other.date_start < visit.date_start
                ),
                self.browse(),
            )
            visit.previous_visit_id = previous
            visit.previous_next_step = previous.next_step
            visit.previous_guidance = previous.guidance

    # ------------------------------------------------------------
    # CONSTRAINTS
    # ------------------------------------------------------------

    @api.constrains("opportunity_ids", "key_account_id")
    def _check_opportunities_of_the_account(self):
        for visit in self.sudo():
            customer = visit.key_account_id.partner_id
            strangers = visit.opportunity_ids.filtered(
                lambda lead, customer=customer: (
                    lead.partner_id.commercial_partner_id != customer
                )
            )
            if strangers:
                raise ValidationError(
                    self.env._(
                        "Visit %(visit)s: %(leads)s do not belong to %(customer)s."
                        " Choose"
                        " opportunities of this account, or set their customer first.",
                        visit=visit.display_name,
                        leads=", ".join(strangers.mapped("display_name")),
                        customer=customer.display_name,
                    )
                )

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

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        # The first state is no step; sending it along changes nothing.
        vals_list = [
            {k: v for k, v in vals.items() if not (k == "state" and v == "planned")}
            for vals in vals_list
        ]
        self._assert_creatable(vals_list)
        return super().create(vals_list)

    def write(self, vals):
        if self.env.context.get("key_account_step") is not _STEP:
            self._assert_writable(vals)
        if vals.get("date_start") and "date_end" not in vals:
            # Moving the start alone keeps the length.
            start = fields.Datetime.to_datetime(vals["date_start"])
            lengths = self.grouped(lambda visit: visit.date_end - visit.date_start)
            for length, visits in lengths.items():
                super(KeyAccountVisit, visits).write(
                    {**vals, "date_end": start + length}
                )
            result = True
        else:
            result = super().write(vals)
        if not _CALENDAR.isdisjoint(vals):
            self._push_calendar()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_only_what_did_not_happen(self):
        happened = self.filtered(
            lambda visit: visit.state not in ("planned", "cancelled")
        )
        if happened:
            raise UserError(
                self.env._(
                    "%s cannot be deleted. Cancel visits that will not take place;"
                    " visits that did"
                    " are kept.",
                    happened._named_with_state(),
                )
            )

    def _has_field_access(self, field, operation):
        if operation == "write" and not self.env.su:
            if field.name in _CONTROLLED:
                return False
            if field.name in _REVIEW and not self.env.user.has_group(
                "key_account.group_manager"
            ):
                return False
        return super()._has_field_access(field, operation)

    def _message_auto_subscribe_notify(self, partner_ids, template):
        """Planning visits for somebody sends them no mail: their calendar shows it."""

    # ------------------------------------------------------------
    # ACTIONS: the steps of a visit
    # ------------------------------------------------------------

    def action_confirm(self):
        """The date stands: the visit appears in the calendar of those who take part."""
        self._assert_step("planned", self.env._("confirmed"))
        self._write_step({"state": "confirmed", "to_reschedule": False})
        self._create_calendar()
        return True

    def action_check_in(self):
        """One tap on arrival."""
        self._assert_step("confirmed", self.env._("checked in"))
        self._assert_day_has_come()
        self.filtered(lambda visit: not visit.held_start)._write_step(
            {"held_start": fields.Datetime.now()}
        )
        return True

    def action_hold(self):
        """One tap on leaving. Later, the planned hours count unless others are given."""
        self._assert_step("confirmed", self.env._("marked as held"))
        self._assert_day_has_come()
        now = fields.Datetime.now()
        for visit in self:
            start, end = visit._held_between(now)
            visit._write_step(
                {
                    "state": "held",
                    "held_start": start,
                    "held_end": end,
                    "to_reschedule": False,
                    "met_ids": [
                        fields.Command.set((visit.met_ids or visit.contact_ids).ids)
                    ],
                }
            )
        self._schedule_report()
        return True

    def action_report(self):
        """Hand the report in to the manager."""
        self._assert_step("held", self.env._("reported"))
        self._assert_report_complete()
        self._write_step(
            {
                "state": "reported",
                "reported_on": fields.Datetime.now(),
                "reported_by_id": self.env.uid,
            }
        )
        self.sudo().activity_feedback(["key_account.mail_activity_visit_report"])
        self._schedule_follow_up()
        self._schedule_review()
        return True

    def action_review(self, vals=None):
        """Accept the report with the manager's judgement.

        :param vals: review fields that are written first, e.g. ``{"review_potential":
        4}``
        """
        self._assert_step("reported", self.env._("reviewed"))
        self._assert_may_review()
        if vals:
            unknown = set(vals) - _REVIEW
            if unknown:
                raise UserError(
                    self.env._("%s is no part of a review.", ", ".join(sorted(unknown)))
                )
            self.write(vals)
        self._assert_review_complete()
        self._write_step(
            {
                "state": "reviewed",
                "reviewed_on": fields.Datetime.now(),
                "reviewed_by_id": self.env.uid,
            }
        )
        self.sudo().activity_feedback(["key_account.mail_activity_visit_review"])
        for visit in self:
            visit._tell(
                visit._concerned(),
                self.env._("The report was reviewed."),
                visit.guidance,
            )
        return True

    def action_return(self, comment=None):
        """Give the report back for completion; it is due again, counted from now."""
        comment = self._assert_reason(comment, self.env._("what is to be completed"))
        self._assert_step("reported", self.env._("returned"))
        self._assert_may_review()
        returned = {
            "state": "held",
            "returned_on": fields.Datetime.now(),
            "returned_by_id": self.env.uid,
            "return_comment": comment,
            "reported_on": False,
            "reported_by_id": False,
        }
        concerned = {visit: visit._concerned() for visit in self}
        late = self.filtered(lambda visit: not visit.report_in_time)
        late._write_step({**returned, "report_was_late": True})
        (self - late)._write_step(returned)
        self.sudo().activity_unlink(["key_account.mail_activity_visit_review"])
        self._schedule_report()
        for visit, users in concerned.items():
            visit._tell(
                users, self.env._("The report was returned for completion."), comment
            )
        return True

    def action_cancel(self, reason=None):
        reason = self._assert_reason(
            reason, self.env._("why the visit does not take place")
        )
        self._assert_step(("planned", "confirmed"), self.env._("cancelled"))
        self._write_step(
            {
                "state": "cancelled",
                "to_reschedule": False,
                "cancelled_on": fields.Datetime.now(),
                "cancelled_by_id": self.env.uid,
                "cancel_reason": reason,
            }
        )
        self._remove_calendar()
        return True

    def action_replan(self, date_start=None, date_end=None):
        """Back to planning, with a new date if given; the original date is kept."""
        self._assert_step(
            ("planned", "confirmed", "cancelled"), self.env._("planned again")
        )
        replanned = {
            "state": "planned",
            "to_reschedule": False,
            "held_start": False,
            "cancelled_on": False,
            "cancelled_by_id": False,
            "cancel_reason": False,
        }
        if date_start:
            replanned["date_start"] = date_start
        if date_end:
            replanned["date_end"] = date_end
        self._write_step(replanned)
        self._remove_calendar()
        return True

    # ------------------------------------------------------------
    # ACTIONS: screens
    # ------------------------------------------------------------

    def action_open_report(self):
        """The short report form, made for a telephone."""
        return self._open_form(
            "key_account.visit_view_form_report", self.env._("Visit report")
        )

    def action_open_review(self):
        return self._open_form(
            "key_account.visit_view_form_review", self.env._("Review")
        )

    def action_submit_report(self):
        """From the report form: hand in, then back to the visit."""
        self.action_report()
        return self._open_form("key_account.visit_view_form", self.env._("Visit"))

    def action_ask_reason(self):
        """Ask why a visit is cancelled, a report returned (context ``visit_step``)."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Reason"),
            "res_model": "key.account.visit.reason",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_visit_ids": self.ids,
                "default_step": self.env.context.get("visit_step", "cancel"),
            },
        }

    def action_open_calendar_event(self):
        self.ensure_one()
        return self.calendar_event_id.get_formview_action()

    def _open_form(self, view_xmlid, name):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": self._name,
            "res_id": self.id,
            "views": [(self.env.ref(view_xmlid).id, "form")],
        }

    # ------------------------------------------------------------
    # WHO MAY, AND WHEN
    # ------------------------------------------------------------

    def _write_step(self, vals):
        """Write what only a step may write. Private, so that no RPC reaches it."""
        return self.sudo().with_context(key_account_step=_STEP).write(vals)

    def _assert_step(self, states, done):
        """The caller may write these visits, all of which are in these states."""
        self.check_access("write")
        wrong = self.filtered(lambda visit: visit.state not in states)
        if wrong:
            labels = dict(self._fields["state"]._description_selection(self.env))
            allowed = [label for state, label in labels.items() if state in states]
            raise UserError(
                self.env._(
                    "%(visits)s cannot be %(done)s: only visits in state %(states)s"
                    " can.",
                    visits=wrong._named_with_state(),
                    done=done,
                    states=" / ".join(allowed),
                )
            )

    def _assert_day_has_come(self):
        today = fields.Date.context_today(self)
        ahead = self.filtered(
            lambda visit: (
                not visit.held_start
                and fields.Datetime.context_timestamp(visit, visit.date_start).date()
                > today
            )
        )
        if ahead:
            raise UserError(
                self.env._(
                    "%s: the day has not come yet. Move the visit to the day it takes"
                    " place first.",
                    ", ".join(ahead.mapped("display_name")),
                )
            )

    def _assert_report_complete(self):
        """Everything that is missing, of all the visits, in one message."""
        messages = [
            f"{visit.display_name}: {', '.join(missing)}"
            for visit in self
            if (missing := visit._missing_in_report())
        ]
        if messages:
            raise UserError(
                self.env._(
                    "The report is not complete. Please add:\n%s", "\n".join(messages)
                )
            )

    def _missing_in_report(self):
        self.ensure_one()
        failed = self.outcome == "not_achieved"
        missing = []
        if not self.met_ids and not failed:
            missing.append(self.env._("who was met"))
        if is_html_empty(self.summary):
            missing.append(self.env._("the summary"))
        if not self.outcome:
            missing.append(self.env._("the outcome"))
        if failed and not self.failure_reason:
            missing.append(self.env._("the reason why it was not achieved"))
        if failed and self.failure_reason == "other" and not self.failure_note:
            missing.append(self.env._("the reason in words"))
        return missing

    def _assert_review_complete(self):
        messages = []
        for visit in self:
            missing = [
                self._fields[score]._description_string(self.env)
                for score in SCORES
                if not visit[score]
            ]
            if missing:
                messages.append(f"{visit.display_name}: {', '.join(missing)}")
        if messages:
            raise UserError(
                self.env._(
                    "The review is not complete. Please judge:\n%s", "\n".join(messages)
                )
            )

    def _assert_may_review(self):
        reviewers = self._reviewers()
        refused = self.filtered(lambda visit: self.env.user not in reviewers[visit])
        if refused:
            raise AccessError(
                self.env._(
                    "%(user)s cannot review %(visits)s. Reviews are for the managers"
                    " of the"
                    " account's team and for directors, and not for whoever held or"
                    " reported the"
                    " visit.",
                    user=self.env.user.name,
                    visits=", ".join(refused.mapped("display_name")),
                )
            )

    def _assert_reason(self, reason, what):
        reason = (reason or "").strip()
        if not reason:
            raise UserError(
                self.env._(
                    "%(visits)s: please say %(what)s.",
                    visits=", ".join(self.mapped("display_name")),
                    what=what,
                )
            )
        return reason

    @api.model
    def _assert_creatable(self, vals_list):
        """A visit starts as planned and not judged, whatever the context says."""
        names = {name for vals in vals_list for name in vals}
        names |= {
            key.removeprefix("default_")
            for key in self.env.context
            if key.startswith("default_")
        }
        forbidden = names & (_CONTROLLED | _REVIEW)
        if forbidden:
            self._raise_controlled(forbidden)

    def _assert_writable(self, vals):
        names = set(vals)
        forbidden = names & (_CONTROLLED | _DERIVED)
        if forbidden:
            self._raise_controlled(forbidden)
        if names & _REVIEW:
            self._assert_step("reported", self.env._("judged"))
            self._assert_may_review()
        frozen = {
            "held": _PLAN,
            "reported": _PLAN | _HELD,
            "reviewed": _PLAN | _HELD | _REPORT,
        }
        for visit in self:
            stands = names & frozen.get(visit.state, set())
            if stands:
                raise UserError(
                    self.env._(
                        "%(visit)s: %(fields)s can no longer be changed. A manager"
                        " can return a"
                        " report for completion as long as it is not reviewed.",
                        visit=visit._named_with_state(),
                        fields=self._labels(stands),
                    )
                )

    def _assert_lines_open(self):
        """Participants and commitments stand with the report they belong to."""
        reviewed = self.filtered(lambda visit: visit.state == "reviewed")
        if reviewed:
            raise UserError(
                self.env._(
                    "%s: the report is reviewed, its lines can no longer be changed.",
                    ", ".join(reviewed.mapped("display_name")),
                )
            )

    def _raise_controlled(self, names):
        raise AccessError(
            self.env._(
                "These cannot be entered, the steps of a visit (confirm, check in,"
                " report, review …)"
                " write them: %s",
                self._labels(names),
            )
        )

    def _labels(self, names):
        return ", ".join(
            sorted(self._fields[name]._description_string(self.env) for name in names)
        )

    def _named_with_state(self):
        labels = dict(self._fields["state"]._description_selection(self.env))
        return ", ".join(
            f"{visit.display_name} ({labels[visit.state]})" for visit in self
        )

    def _reviewers(self):
        """Who may review each visit, as ``{visit: users}``.

        Managers of the account's team and the directors of the company, without whoever
        held or reported the visit; only where nobody else manages may they do it
        themselves.
        """
        directors = self.env.ref("key_account.group_director").sudo().all_user_ids
        reviewers = {}
        for visit in self:
            named = visit.team_id.sudo()._key_account_managers()
            managing = named.filtered(
                lambda user: user.has_group("key_account.group_manager")
            )
            managing |= directors.filtered(
                lambda user, company=visit.company_id: company in user.company_ids
            )
            managing = managing.filtered("active")
            others = managing - visit.sudo().reported_by_id - visit.sudo().user_id
            reviewers[visit] = (others or managing).with_env(self.env)
        return reviewers

    # ------------------------------------------------------------
    # CALENDAR
    # ------------------------------------------------------------

    def _create_calendar(self):
        events = (
            self.env["calendar.event"]
            ._key_account_quietly()
            .create([visit._calendar_values() for visit in self])
        )
        for visit, event in zip(self, events, strict=True):
            visit._write_step({"calendar_event_id": event.id})

    def _calendar_values(self):
        """The event of a visit, with our people: customers are invited by hand."""
        self.ensure_one()
        ours = self.user_id | self.participant_ids.user_id
        values = {
            "name": self.name,
            "start": self.date_start,
            "stop": self.date_end,
            "allday": False,
            "location": self.place,
            "description": self.objectives and plaintext2html(self.objectives),
            "user_id": self.user_id.id,
            "partner_ids": [fields.Command.set(ours.partner_id.ids)],
            "key_account_visit_id": self.id,
        }
        if len(self.opportunity_ids) == 1:
            values["opportunity_id"] = self.opportunity_ids.id
        return values

    def _push_calendar(self):
        """Bring events of confirmed visits up to date, make those that are missing."""
        confirmed = self.sudo().filtered(lambda visit: visit.state == "confirmed")
        without = confirmed.filtered(lambda visit: not visit.calendar_event_id)
        for visit in confirmed - without:
            event = visit.calendar_event_id._key_account_quietly()
            values = visit._calendar_values()
            values.pop("description")
            ours = set(values.pop("partner_ids")[0][2])
            changed = {
                name: value
                for name, value in values.items()
                if (event[name].id if name.endswith("_id") else event[name]) != value
            }
            missing = ours - set(event.partner_ids.ids)
            if missing:
                changed["partner_ids"] = [
                    fields.Command.link(partner) for partner in missing
                ]
            if changed:
                event.write(changed)
        if without:
            without._create_calendar()
            without._write_step({"to_reschedule": False})

    def _follow_calendar(self):
        """The event was moved: so is the visit, as long as it has not taken place."""
        for visit in self.filtered(lambda visit: visit.state == "confirmed"):
            event = visit.calendar_event_id
            if event and (event.start, event.stop) != (
                visit.date_start,
                visit.date_end,
            ):
                visit._write_step({"date_start": event.start, "date_end": event.stop})

    def _lose_calendar(self):
        """The event is gone: the visit needs a new date."""
        self.exists().filtered(lambda visit: visit.state == "confirmed")._write_step(
            {"calendar_event_id": False, "to_reschedule": True}
        )

    def _remove_calendar(self):
        self.sudo().calendar_event_id._key_account_quietly().unlink()

    # ------------------------------------------------------------
    # WHAT FOLLOWS FROM A STEP
    # ------------------------------------------------------------

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

    def _schedule_report(self):
        self._schedule(
            "key_account.mail_activity_visit_report",
            [
                (visit, visit.user_id, visit.report_deadline, visit.return_comment)
                for visit in self
            ],
        )

    def _schedule_review(self):
        """One activity per visit: for the team's leader, else who else manages."""
        reviewers = self._reviewers()
        due = []
        for visit in self:
            leader = visit.team_id.sudo().user_id & reviewers[visit]
            named = visit.team_id.sudo()._key_account_managers() & reviewers[visit]
            reviewer = (leader or named or reviewers[visit])[:1]
            if reviewer:
                due.append((visit, reviewer, visit.review_deadline, False))
        self._schedule("key_account.mail_activity_visit_review", due)

    def _schedule_follow_up(self):
        """What was agreed becomes work of somebody on a day, and that only once."""
        type_xmlid = "key_account.mail_activity_follow_up"
        now = fields.Datetime.now()
        for visit in self.sudo().filtered(
            lambda visit: (
                visit.next_step and visit.next_date and not visit.next_activity_id
            )
        ):
            visit._write_step(
                {
                    "next_activity_id": visit._schedule(
                        type_xmlid,
                        [(visit, visit.user_id, visit.next_date, visit.next_step)],
                    ).id
                }
            )
        open_commitments = self.sudo().commitment_ids.filtered(
            lambda line: not line.activity_id
        )
        activities = self._schedule(
            type_xmlid,
            [
                (line.visit_id, line._responsible(), line.date or now, line._in_words())
                for line in open_commitments
            ],
        )
        for line, activity in zip(open_commitments, activities, strict=True):
            line.activity_id = activity

    def _schedule(self, type_xmlid, due):
        """Create activities in one go.

        :param due: list of (visit, user, deadline as date or datetime in UTC, text)
        """
        activity_type = self.env.ref(type_xmlid)
        model = self.env["ir.model"]._get(self._name)
        return (
            self.env["mail.activity"]
            .sudo()
            .with_context(
                clean_context(self.env.context), mail_activity_quick_update=True
            )
            .create(
                [
                    {
                        "activity_type_id": activity_type.id,
                        "res_model_id": model.id,
                        "res_id": visit.id,
                        "user_id": user.id,
                        "date_deadline": self._day_for(user, deadline),
                        "summary": text or activity_type.summary or activity_type.name,
                        "automated": True,
                    }
                    for visit, user, deadline, text in due
                ]
            )
        )

    def _day_for(self, user, deadline):
        """The day of a deadline as the user's clock shows it."""
        if isinstance(deadline, datetime):
            there = self.with_context(tz=user.tz or self.env.context.get("tz"))
            return fields.Datetime.context_timestamp(there, deadline).date()
        return deadline or fields.Date.context_today(self)

    def _concerned(self):
        """Whose visit and whose report it is, apart from who acts."""
        return (self.user_id | self.reported_by_id) - self.env.user

    def _tell(self, users, headline, text):
        """A note for users, in their inbox or by mail, as they prefer."""
        self.ensure_one()
        self.message_post(
            body=f"{headline} {text or ''}".strip(),
            partner_ids=users.partner_id.ids,
            subtype_xmlid="mail.mt_note",
        )


class KeyAccountVisitLine(models.AbstractModel):
    """What belongs to a visit and stands with it once the report was reviewed."""

    _name = "key.account.visit.line"
    _description = "Line of a Visit"

    visit_id = fields.Many2one(
        "key.account.visit", required=True, ondelete="cascade", index=True
    )
    key_account_id = fields.Many2one(
        related="visit_id.key_account_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="visit_id.company_id", store=True, index=True, precompute=True
    )

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.visit_id._assert_lines_open()
        return lines

    def write(self, vals):
        if not {"key_account_id", "company_id"}.isdisjoint(vals):
            raise UserError(
                self.env._("Account and company of a line are those of its visit.")
            )
        self.visit_id._assert_lines_open()
        result = super().write(vals)
        self.visit_id._assert_lines_open()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_before_review(self):
        self.visit_id._assert_lines_open()


class KeyAccountVisitParticipant(models.Model):
    _name = "key.account.visit.participant"
    _description = "Visit Participant"
    _inherit = ["key.account.visit.line"]

    user_id = fields.Many2one("res.users", string="Participant", required=True)
    role = fields.Char(string="Part", help="What this person contributes to the visit.")

    _once = models.Constraint(
        "UNIQUE (visit_id, user_id)", "Each participant is named once."
    )


class KeyAccountVisitCommitment(models.Model):
    """What one side promised; reporting the visit makes an activity of it."""

    _name = "key.account.visit.commitment"
    _description = "Commitment"
    _inherit = ["key.account.visit.line"]
    _order = "date, id"

    name = fields.Char(string="Commitment", required=True)
    side = fields.Selection(
        [("ours", "We promised"), ("theirs", "The customer promised")],
        default="ours",
        required=True,
    )
    date = fields.Date(string="Until")
    user_id = fields.Many2one("res.users", string="Who sees to it")
    activity_id = fields.Many2one(
        "mail.activity",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
    )

    def _responsible(self):
        return self.user_id or self.visit_id.user_id

    def _in_words(self):
        side = dict(self._fields["side"]._description_selection(self.env))[self.side]
        return f"{side}: {self.name}"
