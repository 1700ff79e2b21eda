"""A customer who could become a key account, and what was decided of it."""

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...rules.evidence import said
from ..shared.label import field_label, labelled, listed, noted, selection_labels
from ..shared.missing import missing
from ..shared.working_time import today_of
from .strategy import MODES

_CRITERIA = {
    "amount": "revenue",
    "margin": "margin",
    "orders": "orders",
    "standing": "standing",
    "purchasing_power": "purchasing_power",
    "potential": "potential",
}
# What whoever decides says.
_SAID = {
    "team_id",
    "user_id",
    "strategy_mode",
    "strategy",
    "reference_partner_id",
    "decline_reason",
}


class KeyAccountProposal(models.Model):
    """A customer of the company who meets one of its criteria, with the figures. A
    manager accepts, which opens the file, or declines; where the company asks for it, a
    director approves the development strategy first, and names the person in charge.
    """

    _name = "key.account.proposal"
    _description = "Proposed Key Account"
    _inherit = ["mail.thread", "mail.activity.mixin", "key.account.kept"]
    _order = "state, revenue desc, id"
    _rec_name = "partner_id"
    _check_company_auto = True
    _kept = frozenset(("state",))
    _no_default = frozenset(_SAID)

    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    state = fields.Selection(
        [
            ("open", "Proposed"),
            ("submitted", "Before the director"),
            ("accepted", "Accepted"),
            ("declined", "Declined"),
            ("lapsed", "Lapsed"),
        ],
        default="open",
        required=True,
        readonly=True,
        tracking=True,
        index=True,
    )
    criteria = fields.Char(readonly=True)
    criteria_text = fields.Char(
        string="Because of", compute="_compute_criteria_text", compute_sudo=True
    )
    proposed_on = fields.Date("Proposed on", readonly=True)
    figured_on = fields.Datetime(string="Figures as of", readonly=True)
    revenue = fields.Monetary(string="Orders of 12 months", readonly=True)
    growth = fields.Float(
        string="Growth (%)", digits=(7, 1), readonly=True, aggregator=None
    )
    margin = fields.Monetary(
        string="Margin of 12 months",
        readonly=True,
        help="Of the lines whose cost is known; asked for only where a criterion needs"
        " it.",
    )
    margin_rate = fields.Float(
        string="Margin (%)", digits=(7, 1), readonly=True, aggregator=None
    )
    orders = fields.Integer(string="Number of orders", readonly=True)
    standing = fields.Integer(
        string="Standing and brand", readonly=True, aggregator="avg"
    )
    purchasing_power = fields.Integer(
        "Purchasing power", readonly=True, aggregator="avg"
    )
    potential = fields.Integer(readonly=True, aggregator="avg")
    share = fields.Float(
        string="Our share (%)", digits=(5, 1), readonly=True, aggregator=None
    )
    team_id = fields.Many2one(
        "crm.team",
        string="Sales Team",
        check_company=True,
        tracking=True,
        domain="[('is_key_account', '=', True)]",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Specialist",
        check_company=True,
        tracking=True,
        help="The person in charge of the account.",
    )
    strategy_mode = fields.Selection(MODES, string="Mode of development", tracking=True)
    strategy = fields.Text(string="Development strategy")
    reference_partner_id = fields.Many2one(
        "res.partner", string="Reference customer", ondelete="set null"
    )
    decline_reason = fields.Char(string="Reason", tracking=True)
    decided_by_id = fields.Many2one(
        "res.users", string="Decided by", readonly=True, ondelete="restrict"
    )
    decided_on = fields.Datetime("Decided on", readonly=True)
    declined_until = fields.Date(
        string="Not proposed before", readonly=True, tracking=True
    )
    approved_by_id = fields.Many2one(
        "res.users", string="Approved by", readonly=True, ondelete="restrict"
    )
    approved_on = fields.Datetime("Approved on", readonly=True)
    key_account_id = fields.Many2one(
        "key.account", readonly=True, ondelete="set null", index="btree_not_null"
    )
    needs_approval = fields.Boolean("Needs approval", compute="_compute_needs_approval")
    may_decide = fields.Boolean(compute="_compute_may_decide")

    is_superseded = fields.Boolean(
        readonly=True,
        help="Its customer was merged into another one who has a proposal of their"
        " own.",
    )

    _once = models.UniqueIndex(
        "(company_id, partner_id) WHERE is_superseded IS NOT TRUE",
        "A customer is proposed once in a company.",
    )

    # ---------------------------------------- compute

    @api.depends("criteria")
    def _compute_criteria_text(self):
        labels = {
            code: self._fields[name]._description_string(self.env)
            for code, name in _CRITERIA.items()
        }
        for proposal in self:
            codes = (proposal.criteria or "").split(",")
            proposal.criteria_text = listed(
                self.env, (labels[c] for c in codes if c in labels)
            )

    @api.depends("company_id")
    def _compute_needs_approval(self):
        for proposal in self:
            company = proposal.company_id
            proposal.needs_approval = company.key_account_approve_strategy

    @api.depends("state", "decided_by_id")
    @api.depends_context("uid")
    def _compute_may_decide(self):
        """Whose turn it is: the managers', then a director's who has not accepted."""
        directs = self.env.user.has_group("key_account.group_director")
        for proposal in self:
            proposal.may_decide = proposal.state == "open" or (
                proposal.state == "submitted"
                and directs
                and proposal.decided_by_id != self.env.user
            )

    # ---------------------------------------- CRUD

    def write(self, vals):
        self._assert_kept(vals)
        if not self._is_by_process(vals) and not _SAID.isdisjoint(vals):
            self._assert_may_say()
        return super().write(vals)

    def _merge(self):
        """These are of one customer now: one per company stays, how far it had come
        before how old it is; the others are superseded, nothing is deleted."""
        order = ("accepted", "submitted", "declined", "open", "lapsed")
        standing = self.filtered(lambda p: not p.is_superseded)
        ranked = standing.sorted(lambda p: (order.index(p.state), p.id))
        for proposals in ranked.grouped("company_id").values():
            proposals[1:]._write_kept({"is_superseded": True})

    # ---------------------------------------- actions

    def action_accept(self):
        """The manager takes the customer on: a file is opened, or the strategy is put
        before a director."""
        self._assert_state("open")
        self._assert_said(self._needed_to_accept)
        self._assert_manages()
        self._assert_in_charge()
        self._write_kept(
            {"decided_by_id": self.env.uid, "decided_on": fields.Datetime.now()}
        )
        waiting = self.filtered("needs_approval")
        if waiting:
            waiting._write_kept({"state": "submitted"})
        for proposal in self - waiting:
            proposal._open_file({})
        return True

    def action_approve(self):
        """A director approves the strategy and the person in charge: not who accepted
        the customer."""
        self._assert_state("submitted")
        self._assert_directs()
        self._assert_said(self._needed_to_accept)
        self._assert_in_charge()
        self._write_kept(
            {"approved_by_id": self.env.uid, "approved_on": fields.Datetime.now()}
        )
        for proposal in self:
            proposal._open_file(self.env["key.account"]._approved_strategy())
        return True

    def action_decline(self):
        """Not proposed again for the months of the company's settings."""
        self._assert_state("open", "submitted")
        self.filtered(lambda p: p.state == "submitted")._assert_directs()
        self._assert_said(lambda proposal: ["decline_reason"])
        for proposal in self:
            months = proposal.company_id.key_account_decline_months
            proposal._write_kept(
                {
                    "state": "declined",
                    "decided_by_id": self.env.uid,
                    "decided_on": fields.Datetime.now(),
                    "declined_until": today_of(proposal) + relativedelta(months=months),
                }
            )
        return True

    def action_open_account(self):
        self.ensure_one()
        return self.key_account_id.get_formview_action()

    # ---------------------------------------- business

    def _open_file(self, approved):
        """The candidate's file, with the rights of whoever decides."""
        self.ensure_one()
        values = {
            "partner_id": self.partner_id.id,
            "company_id": self.company_id.id,
            "team_id": self.team_id.id,
            "user_id": self.user_id.id,
            "strategy_mode": self.strategy_mode,
            "strategy": self.strategy,
            "reference_partner_id": self.reference_partner_id.id,
        }
        accounts = self.env["key.account"].with_company(self.company_id)
        account = accounts.create(values)
        if approved:
            account._write_kept(approved)
        self._write_kept({"state": "accepted", "key_account_id": account.id})

    def _needed_to_accept(self, proposal):
        needed = ["team_id", "user_id"]
        if proposal.needs_approval:
            needed += ["strategy_mode", "strategy"]
        return needed

    # ---------------------------------------- who may, and when

    def _assert_state(self, *states):
        self.check_access("write")
        wrong = self.filtered(lambda proposal: proposal.state not in states)
        if wrong:
            labels = selection_labels(self, "state")
            raise UserError(
                self.env._(
                    "This is done with proposals in state %(states)s. These are in"
                    " another: %(proposals)s.",
                    states=" / ".join(labels[state] for state in states),
                    proposals=listed(
                        self.env,
                        (
                            noted(self.env, p.display_name, labels[p.state])
                            for p in wrong
                        ),
                    ),
                )
            )

    def _assert_said(self, needed):
        gaps = {
            proposal: [
                name
                for name in needed(proposal)
                if not (
                    said(proposal[name])
                    if isinstance(proposal[name], str)
                    else proposal[name]
                )
            ]
            for proposal in self
        }
        lines = [
            labelled(
                self.env,
                proposal.display_name,
                listed(self.env, (field_label(self, name) for name in names)),
            )
            for proposal, names in gaps.items()
            if names
        ]
        if lines:
            raise missing(
                self.env._("Please fill in first:\n%s", "\n".join(lines)),
                set().union(*gaps.values()),
            )

    def _assert_manages(self):
        """Who takes a customer on into a team manages it."""
        foreign = self.filtered(
            lambda p: not p.sudo().team_id._is_managed_by(self.env.user)
        )
        if foreign:
            raise AccessError(
                self.env._(
                    "Customers are taken on by the manager of the team they come to."
                    " Choose a team of yours, or ask its manager, for: %(proposals)s.",
                    proposals=listed(self.env, foreign.mapped("display_name")),
                )
            )

    def _assert_in_charge(self):
        """Whoever is in charge of a customer can open the file."""
        for proposal in self:
            person = proposal.user_id.sudo()
            if problems := person._key_account_unfit(proposal.company_id):
                raise UserError(
                    self.env._(
                        "%(person)s cannot be in charge of %(customer)s:\n"
                        "%(problems)s\nChoose somebody else, or have this set right"
                        " under Settings / Users first.",
                        person=person.name,
                        customer=proposal.display_name,
                        problems="\n".join(f"- {problem}" for problem in problems),
                    )
                )

    def _assert_directs(self):
        """A director, other than who accepted."""
        if not self:
            return
        user = self.env.user
        if not user.has_group("key_account.group_director"):
            raise AccessError(
                self.env._(
                    "The development strategy is approved by a director. Ask one of the"
                    " directors of the company."
                )
            )
        own = self.filtered(lambda proposal: proposal.decided_by_id == user)
        if own:
            raise AccessError(
                self.env._(
                    "Whoever accepted a customer cannot approve the strategy as well."
                    " Ask another director for: %(proposals)s.",
                    proposals=listed(self.env, own.mapped("display_name")),
                )
            )

    def _assert_may_say(self):
        """Whoever decides next says how: managers what is proposed, then directors;
        what is decided stays."""
        if self.env.user._is_superuser():
            return
        decided = self.filtered(lambda p: p.state not in ("open", "submitted"))
        if decided:
            raise UserError(
                self.env._(
                    "These proposals are decided, or have lapsed, and stay as they are:"
                    " %(proposals)s.",
                    proposals=listed(self.env, decided.mapped("display_name")),
                )
            )
        if submitted := self.filtered(lambda p: p.state == "submitted"):
            submitted._assert_directs()
