"""A visit to a key account, as planned."""

from bisect import bisect_left
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..shared.label import address_line, listed, selection_labels

VISIT_STATES = [
    ("planned", "Planned"),
    ("confirmed", "Confirmed"),
    ("held", "Held"),
    ("reported", "Reported"),
    ("reviewed", "Reviewed"),
    ("cancelled", "Cancelled"),
]
METHODS = [
    ("onsite", "At the customer's"),
    ("phone", "Telephone"),
    ("video", "Video"),
    ("reception", "Reception at our place"),
]

# What moves or ends a deadline: the visit's own, and that of an opportunity whose step
# lasts until the planned visit.
_DEADLINES = {"state", "date_start", "date_end"}
# What the calendar shows of a visit.
_CALENDAR = {"name", "date_start", "date_end", "place", "user_id", "participant_ids"}


class KeyAccountVisit(models.Model):
    """A visit to a key account: planned, held, reported, reviewed.

    The way through the states is a control. ``state``, and who did what when, are
    written by the ``action_*`` methods alone, which check who may; neither a context
    nor superuser rights open them to ``write``, ``create`` or import.
    """

    _name = "key.account.visit"
    _description = "Visit"
    _inherit = ["mail.thread", "mail.activity.mixin", "key.account.under"]
    _order = "date_start desc, id desc"
    _check_company_auto = True
    _under = frozenset(("key_account_id", "opportunity_ids"))
    _kept = frozenset(
        (
            "state",
            "date_original",
            "calendar_event_id",
            "reported_opportunity_ids",
            "to_reschedule",
            "cancelled_on",
            "cancelled_by_id",
            "cancel_reason",
        )
    )

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
    reported_opportunity_ids = fields.Many2many(
        "crm.lead",
        "key_account_visit_reported_lead_rel",
        "visit_id",
        "lead_id",
        string="Reported for",
        readonly=True,
        copy=False,
        help="The opportunities that its report is about: it counts for no other.",
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
    step_guidance = fields.Char("Step guidance", compute="_compute_step_guidance")
    method = fields.Selection(METHODS, default="onsite", required=True)
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
        "To reschedule",
        readonly=True,
        copy=False,
        help="The calendar event was deleted: the visit needs a new date.",
    )
    cancelled_on = fields.Datetime("Cancelled on", readonly=True, copy=False)
    cancelled_by_id = fields.Many2one(
        "res.users", string="Cancelled by", readonly=True, copy=False
    )
    cancel_reason = fields.Char(
        string="Reason for cancelling", readonly=True, copy=False
    )

    # For the screens
    is_overdue = fields.Boolean("Is overdue", compute="_compute_is_overdue")
    previous_visit_id = fields.Many2one(
        "key.account.visit", string="Last visit", compute="_compute_previous_visit_id"
    )
    previous_next_step = fields.Char(
        string="Next step agreed then", compute="_compute_previous_visit_id"
    )
    previous_guidance = fields.Text(
        string="Guidance then", compute="_compute_previous_visit_id"
    )

    # When an account was visited last, one look per account.
    _last_held_idx = models.Index(
        "(key_account_id, held_start) WHERE state IN ('held', 'reported', 'reviewed')"
    )
    # Those that are still to do: few of many, the last first.
    _open_idx = models.Index(
        "(key_account_id, date_start DESC, id DESC)"
        " WHERE state IN ('planned', 'confirmed', 'held', 'reported')"
    )
    _dates_in_order = models.Constraint(
        "CHECK (date_end >= date_start)", "A visit cannot end before it starts."
    )

    # ------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------

    @api.depends("key_account_id", "purpose")
    def _compute_name(self):
        purposes = selection_labels(self, "purpose")
        for visit in self:
            parts = [visit.key_account_id.name, purposes.get(visit.purpose)]
            # In a form that opens nobody has said yet to whom.
            if parts[0] and not visit._is_named_by_hand(purposes.values()):
                visit.name = " – ".join(part for part in parts if part)
            else:
                visit.name = visit.name

    def _is_named_by_hand(self, purposes):
        """Whether somebody has written the subject, or it is kept already."""
        made = tuple(f" – {purpose}" for purpose in purposes)
        return bool(self.name) and (bool(self._origin) or not self.name.endswith(made))

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
                visit.place = address_line(visit.key_account_id.partner_id)
            else:
                visit.place = visit.place

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
        files = self.key_account_id._with_merged()
        earlier = self.search(
            [
                ("key_account_id", "in", list(files)),
                ("state", "in", ("reported", "reviewed")),
            ],
            order="date_start desc, id desc",
        ).grouped(lambda visit: files[visit.key_account_id.id])
        starts = {
            account: [visit.date_start for visit in reversed(visits)]
            for account, visits in earlier.items()
        }
        for visit in self:
            # The last that began before this one, which none of the same start did.
            account = visit.key_account_id._origin.id
            before = visit.date_start and bisect_left(
                starts.get(account, ()), visit.date_start
            )
            previous = earlier[account][-before] if before else self.browse()
            if previous and previous == visit._origin:
                # Its own start has just been changed, and is not written yet.
                older = earlier[account][len(starts[account]) - before + 1 :]
                previous = older[:1]
            visit.previous_visit_id = previous
            visit.previous_next_step = previous.next_step
            visit.previous_guidance = previous.guidance

    # ------------------------------------------------------------
    # CONSTRAINTS
    # ------------------------------------------------------------

    @api.constrains("opportunity_ids", "key_account_id")
    def _check_opportunities_of_the_account(self):
        for visit in self:
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
                        leads=listed(self.env, strangers.mapped("display_name")),
                        customer=customer.display_name,
                    )
                )

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        self._assert_kept_start(vals_list)
        self._assert_not_judged(vals_list)
        return super().create(vals_list)

    def write(self, vals):
        self._assert_kept(vals)
        self._assert_reckonable(vals)
        if not self._is_by_process(vals):
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
            self._locked()._push_calendar()
        return result

    def _message_auto_subscribe_notify(self, partner_ids, template):
        """Planning visits for somebody sends them no mail: their calendar shows it."""

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _write_kept(self, vals):
        """With the rights of the process: whoever may visit does not edit the stamps.
        What was told about a deadline ends with it."""
        res = super(KeyAccountVisit, self.sudo())._write_kept(vals)
        if not _DEADLINES.isdisjoint(vals):
            self._deadline_refresh()
            self.sudo().opportunity_ids._deadline_refresh()
        return res
