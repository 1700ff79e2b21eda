from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ...rules import working_time

# Compared by identity: a caller can send any context, but never this very object.
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
_CONTROLLED = set(
    "state date_original calendar_event_id to_reschedule"
    " reported_on reported_by_id report_deadline report_in_time report_was_late"
    " reviewed_on reviewed_by_id review_deadline review_in_time"
    " returned_on returned_by_id return_comment"
    " cancelled_on cancelled_by_id cancel_reason".split()
)
# Derived from the account.
_DERIVED = {"company_id", "team_id"}
# Written by those who may review, while the report lies before them.
_REVIEW = {*SCORES, "review_feasibility", "guidance", "duties"}
# What was planned stands once the visit was held.
_PLAN = {"key_account_id", "purpose", "method", "date_start", "date_end"}
# Whose it is and when it took place stand once reported: deadlines count from there.
_HELD = {"user_id", "held_start", "held_end"}
# The report stands once it was reviewed.
_REPORT = set(
    "name step objectives place contact_ids participant_ids met_ids summary"
    " requirement_ids currency_id target_price competitors commitment_ids outcome"
    " failure_reason failure_note next_step next_date grant_ids".split()
)
_FROZEN = {
    "held": _PLAN,
    "reported": _PLAN | _HELD,
    "reviewed": _PLAN | _HELD | _REPORT,
}
# What moves or ends a deadline: its own, and that of a step until the planned visit.
_DEADLINES = {"state", "date_start", "date_end"}
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
        help="Four-step guidance: 1 leave a good impression, learn the basics; 2 listen"
        " and gather intelligence, keep conditions high; 3 go deep, show will and"
        " posture; 4 settle conditions.",
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
        help="A report that came late stays late, also when it was returned.",
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
    # WHAT CANNOT BE ENTERED
    # ------------------------------------------------------------

    def _write_step(self, vals):
        """Write what only a step may write. Private, so that no RPC reaches it."""
        res = self.sudo().with_context(key_account_step=_STEP).write(vals)
        if not _DEADLINES.isdisjoint(vals):
            self._deadline_refresh()
            self.sudo().opportunity_ids._deadline_refresh()
        return res

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
        for visit in self:
            stands = names & _FROZEN.get(visit.state, set())
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
