"""What somebody canvasses changes hands with their accounts."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..models.shared.label import listed

MARKET, CANVASS = "key.account.market", "key.account.canvass"


class KeyAccountHandover(models.TransientModel):
    """Their markets, and what they promised people in the street: by default where all
    of their accounts are handed over. Contacts and reports stay their author's; whoever
    takes over reads them."""

    _inherit = "key.account.handover"
    _under = frozenset(("market_ids",))

    canvassing = fields.Boolean(
        string="And what they canvass",
        compute="_compute_canvassing",
        store=True,
        readonly=False,
        help="Markets, and next steps that were promised there. Whoever takes over"
        " reads what was entered for the team.",
    )
    market_ids = fields.Many2many(
        MARKET,
        "key_account_handover_market_rel",
        "handover_id",
        "market_id",
        string="Markets",
        compute="_compute_market_ids",
        # Only what whoever opens it may read.
        compute_sudo=False,
        store=True,
        readonly=False,
        domain="['|', ('user_id', '=', from_user_id),"
        " ('member_ids', '=', from_user_id)]",
    )
    market_count = fields.Integer(string="Number of markets", compute="_compute_counts")
    canvass_count = fields.Integer(
        string="Next steps of canvassing", compute="_compute_counts"
    )

    # ---------------------------------------- compute

    @api.depends("from_user_id", "key_account_ids")
    def _compute_canvassing(self):
        for handover in self:
            person = handover.from_user_id._origin
            theirs = self.env["key.account"].search([("user_id", "=", person.id)])
            handover.canvassing = bool(person) and theirs <= (
                handover.key_account_ids._origin
            )

    @api.depends("from_user_id")
    def _compute_market_ids(self):
        for handover in self:
            markets = self.env[MARKET]
            if person := handover.from_user_id._origin:
                markets = markets.search(markets._canvassed_by(person))
            handover.market_ids = markets._decided_by_user()

    @api.depends("canvassing", "market_ids")
    def _compute_counts(self):
        return super()._compute_counts()

    # ---------------------------------------- what moves

    def _moving(self):
        moving = super()._moving()
        if not self.canvassing:
            return {**moving, MARKET: Domain.FALSE, CANVASS: Domain.FALSE}
        chosen = Domain("id", "in", self.market_ids._origin.ids)
        return {**moving, MARKET: chosen, CANVASS: self._moving_next_steps()}

    def _moving_next_steps(self):
        """Open next steps of the person in the teams that the user decides on, without
        those in markets that stay with them."""
        entries, markets = self.env[CANVASS], self.env[MARKET]
        person = self.from_user_id._origin
        # Whose they are does not hang on what the user sees of them.
        staying = markets.sudo().search(markets._canvassed_by(person))
        staying -= self.market_ids._origin
        return (
            entries._next_step_of(person)
            & entries._next_step_open()
            & Domain("market_id", "not in", staying.ids)
            & Domain("company_id", "in", self.env.companies.ids)
            & self._decided_teams()
        )

    def _decided_teams(self):
        user = self.env.user
        if user.has_group("key_account.group_director"):
            return Domain.TRUE
        # A manager need not see every team there is.
        teams = self.env["crm.team"].sudo().search([("is_key_account", "=", True)])
        return Domain(
            "team_id", "in", teams.filtered(lambda t: t._is_managed_by(user)).ids
        )

    def _give(self, records, person):
        if records._name == MARKET:
            records._pass_on(self.from_user_id, person)
        elif records._name == CANVASS:
            records._pass_on_next_step(person)
        else:
            return super()._give(records, person)
        return None

    # ---------------------------------------- who may

    def _hands_over_more(self):
        return (
            self.canvassing
            and self.kind == "leaves"
            and bool(self.market_ids or self.canvass_count)
        )

    def _companies(self):
        companies = super()._companies()
        if not self.canvassing or self.kind != "leaves":
            return companies
        entries = self.env[CANVASS].search(self._moving()[CANVASS])
        return companies | self.market_ids.company_id | entries.company_id

    def _assert_may_hand_over(self):
        result = super()._assert_may_hand_over()
        if not self.canvassing or self.kind != "leaves":
            return result
        markets = self.market_ids
        markets._assert_may_decide()
        person = self.from_user_id
        if others := markets - markets.filtered_domain(markets._canvassed_by(person)):
            raise UserError(
                self.env._(
                    "These markets are not, or no longer, with %(person)s:"
                    " %(markets)s. Take them off the list.",
                    person=self._from_name(),
                    markets=listed(self.env, others.mapped("display_name")),
                )
            )
        return result

    # ---------------------------------------- words

    def _handed_names(self):
        names = super()._handed_names()
        if self.kind == "leaves" and self.canvassing:
            names += self.market_ids.mapped("display_name")
            if not names:
                names = [self._fields["canvass_count"]._description_string(self.env)]
        return names
