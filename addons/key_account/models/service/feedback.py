"""What a customer tells us: complaints, opinions, questions; and what becomes of it."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from ...rules.feedback import SEVERITIES

KINDS = [
    ("complaint", "Complaint"),
    ("opinion", "Opinion"),
    ("question", "Question asked"),
]
CHANNELS = [
    ("portal", "Portal"),
    ("mail", "E-mail"),
    ("visit", "Visit"),
    ("phone", "Telephone"),
    ("survey", "Survey"),
]
STATES = [
    ("open", "In hand"),
    ("waiting", "Waits for the customer"),
    ("answered", "Answer given"),
    ("resolved", "Resolved"),
    ("cancelled", "Cancelled"),
]
FAULTS = [
    ("undecided", "Undecided"),
    ("ours", "Ours"),
    ("customer", "Customer's"),
    ("none", "Nobody's"),
]
# Something has still to be done about it.
OPEN_STATES = ("open", "waiting", "answered")


class KeyAccountFeedback(models.Model):
    """A complaint, an opinion or a question of a customer.

    The way through the states is a control: ``state``, who did what when, whose fault
    it was and what the clocks say are written by the ``action_*`` methods alone.

    Where nobody knows yet whose account it is about, it stands under none: those who
    manage or support a key-account team of the company see it, and put it under one.
    """

    _name = "key.account.feedback"
    _description = "Feedback"
    _inherit = ["mail.thread", "mail.activity.mixin", "key.account.under"]
    _order = "next_due, id desc"
    _rec_names_search = ["name", "number"]
    _check_company_auto = True
    _under = frozenset(("key_account_id",))
    _kept = frozenset(
        (
            *("state", "number", "fault", "fault_reason", "cancel_reason"),
            *("entered_by_id", "entered_on"),
        )
    )

    number = fields.Char(
        string="Reference", readonly=True, copy=False, default="New", index="trigram"
    )
    name = fields.Char(string="Subject", required=True, tracking=True, index="trigram")
    kind = fields.Selection(
        KINDS, required=True, default="complaint", tracking=True, index=True
    )
    channel = fields.Selection(CHANNELS, required=True, default="phone", copy=False)
    severity = fields.Selection(
        SEVERITIES, required=True, default="normal", tracking=True
    )
    description = fields.Text(string="What the customer says")
    state = fields.Selection(
        STATES,
        required=True,
        readonly=True,
        default="open",
        copy=False,
        tracking=True,
        index=True,
    )
    received_on = fields.Datetime(
        "Received on",
        required=True,
        default=lambda self: fields.Datetime.now(),
        copy=False,
        tracking=True,
        index=True,
        help="When the customer told us, by whatever way: the clocks begin then.",
    )
    entered_on = fields.Datetime(
        "Entered on",
        readonly=True,
        copy=False,
        default=lambda self: fields.Datetime.now(),
    )
    entered_by_id = fields.Many2one(
        "res.users",
        string="Entered by",
        readonly=True,
        copy=False,
        default=lambda self: self.env.user,
        ondelete="restrict",
    )

    # Whose
    key_account_id = fields.Many2one(
        "key.account",
        string="Account",
        ondelete="restrict",
        index=True,
        tracking=True,
        help="Empty: nobody knows yet. Those who manage or support a key-account team"
        " see it until it is put under an account.",
    )
    company_id = fields.Many2one(
        "res.company",
        compute="_compute_company_id",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        index=True,
    )
    team_id = fields.Many2one(
        related="key_account_id.team_id", store=True, index=True, precompute=True
    )
    grade = fields.Selection(related="key_account_id.grade")
    partner_id = fields.Many2one(
        "res.partner",
        string="Contact",
        ondelete="set null",
        index="btree_not_null",
        check_company=True,
        help="Who told us, and whom we answer.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        compute="_compute_user_id",
        store=True,
        readonly=False,
        precompute=True,
        index=True,
        tracking=True,
        check_company=True,
        help="Who answers the customer.",
    )
    order_id = fields.Many2one(
        "sale.order",
        ondelete="set null",
        index="btree_not_null",
        check_company=True,
    )
    visit_id = fields.Many2one(
        "key.account.visit",
        ondelete="restrict",
        index="btree_not_null",
        check_company=True,
        help="The visit at which the customer said so.",
    )

    # What we do about it
    answer = fields.Html(
        string="What the customer was told",
        readonly=True,
        copy=False,
        help="Written by “Give Answer” alone; the history keeps earlier ones.",
    )
    note = fields.Text(string="Inner remarks", copy=False, help="For colleagues only.")
    root_cause = fields.Text(string="Root cause", copy=False, tracking=True)
    corrective_action = fields.Text(
        string="Corrective action", copy=False, tracking=True
    )
    cancel_reason = fields.Char(
        string="Reason for cancelling", readonly=True, copy=False, tracking=True
    )

    # Whose fault a complaint was
    fault = fields.Selection(
        FAULTS,
        required=True,
        readonly=True,
        default="undecided",
        copy=False,
        tracking=True,
        help="Judged by the team's support or manager; never by the account's"
        " specialist, nor by whoever has to answer.",
    )
    fault_reason = fields.Char(string="Why so judged", readonly=True, copy=False)
    fault_judged_by_id = fields.Many2one(
        "res.users", string="Judged by", readonly=True, copy=False, ondelete="restrict"
    )
    fault_judged_on = fields.Datetime(string="Judged on", readonly=True, copy=False)
    is_valid = fields.Boolean(
        string="Valid complaint",
        compute="_compute_is_valid",
        store=True,
        help="A complaint that is our fault.",
    )

    # The clocks, see feedback_clock.py
    answer_due = fields.Datetime("Answer due", readonly=True, copy=False)
    resolution_due = fields.Datetime("Resolution due", readonly=True, copy=False)
    next_due = fields.Datetime(
        string="Next due",
        readonly=True,
        copy=False,
        index=True,
        help="Which of the two runs out next; empty while we wait for the customer.",
    )
    answered_on = fields.Datetime(
        string="Answered on", readonly=True, copy=False, tracking=True
    )
    resolved_on = fields.Datetime(
        "Resolved on", readonly=True, copy=False, tracking=True
    )
    reopened = fields.Integer(
        string="Times reopened", readonly=True, copy=False, aggregator=None
    )

    # ---------------------------------------- compute

    @api.depends("key_account_id.company_id")
    def _compute_company_id(self):
        for feedback in self:
            feedback.company_id = (
                feedback.key_account_id.company_id
                or feedback.company_id
                or self.env.company
            )

    @api.depends("key_account_id")
    def _compute_user_id(self):
        owners = {
            account: self._owner_who_reads(account) for account in self.key_account_id
        }
        for feedback in self:
            account = feedback.key_account_id
            # Who has it keeps it, as long as they work for the account.
            if not feedback.user_id or (
                account and feedback.user_id not in account.sudo().access_user_ids
            ):
                feedback.user_id = owners.get(account)

    @api.depends("kind", "fault")
    def _compute_is_valid(self):
        for feedback in self:
            feedback.is_valid = feedback.kind == "complaint" and (
                feedback.fault == "ours"
            )

    @api.depends("number", "name")
    def _compute_display_name(self):
        for feedback in self:
            # The number is given when it is saved: until then the screen says “New”.
            parts = (feedback.number if feedback.id else False, feedback.name)
            feedback.display_name = " ".join(part for part in parts if part)

    # ---------------------------------------- constraints

    @api.constrains("received_on")
    def _check_was_received(self):
        now = fields.Datetime.now()
        if self.filtered(lambda feedback: feedback.received_on > now):
            raise ValidationError(
                self.env._(
                    "Received on: this moment has not come yet. Enter when the customer"
                    " told us."
                )
            )

    # ---------------------------------------- CRUD

    @api.model_create_multi
    def create(self, vals_list):
        self._assert_kept_start(vals_list)
        self._assert_may_place(vals_list)
        sequence = self.env["ir.sequence"]
        sequence = self.env.company._key_account_counting(sequence)
        vals_list = [
            {
                **vals,
                "number": sequence.next_by_code("key.account.feedback") or "New",
                "entered_by_id": self.env.uid,
                "entered_on": fields.Datetime.now(),
            }
            for vals in vals_list
        ]
        names = ("number", "entered_by_id", "entered_on")
        records = super(KeyAccountFeedback, self._unlocked(names)).create(vals_list)
        return records.with_env(self.env)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise AccessError(
            self.env._(
                "What customers told us is not deleted: it counts. What was entered by"
                " mistake is cancelled, with a reason, by the manager."
            )
        )
