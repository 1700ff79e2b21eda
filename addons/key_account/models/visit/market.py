"""A market that is canvassed: where it is, who sees to it, how far it is covered."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...rules import canvass as rules
from ..shared.act import meet
from ..shared.label import listed

# Who reads a market, and whose it is.
_DECIDED = {"user_id", "member_ids", "team_id", "company_id", "active"}


class KeyAccountMarket(models.Model):
    """A market (a street, a hall, a town) with its potential customers: the places, in
    the order of the route. Each is covered or not; whoever is entered in the market is
    put on its list, so that none is left out."""

    _name = "key.account.market"
    _description = "Market"
    _inherit = ["mail.thread", "key.account.kept"]
    _order = "area, name, id"
    _check_company_auto = True
    # Record rules ask for these first, see ``shared/id_list.py``.
    _few = True

    name = fields.Char(string="Market", required=True, tracking=True)
    active = fields.Boolean(default=True, copy=False)
    area = fields.Char(index=True, tracking=True, help="District, town or region.")
    place = fields.Char(string="Address", help="Where it is, and how to get there.")
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    team_id = fields.Many2one(
        "crm.team",
        string="Sales Team",
        index=True,
        check_company=True,
        tracking=True,
        default=lambda self: self.env["key.account"]._default_team_id(),
        domain="[('is_key_account', '=', True)]",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        required=True,
        index=True,
        check_company=True,
        tracking=True,
        default=lambda self: self.env.user,
    )
    member_ids = fields.Many2many(
        "res.users",
        "key_account_market_member_rel",
        "market_id",
        "user_id",
        string="Also canvassed by",
        help="They see the market with its list of potential customers, and enter"
        " contacts in it. What others have entered they do not see.",
    )
    access_user_ids = fields.Many2many(
        "res.users",
        "key_account_market_access_rel",
        "market_id",
        "user_id",
        string="Readable by",
        compute="_compute_access_user_ids",
        store=True,
        help="Who is responsible, who canvasses it as well, and the team's managers and"
        " supporters.",
    )
    note = fields.Text(string="Notes")
    place_ids = fields.One2many(
        "key.account.market.place", "market_id", string="Potential customers", copy=True
    )
    place_count = fields.Integer(
        string="On the list", compute="_compute_coverage", store=True
    )
    covered_count = fields.Integer(
        string="Covered", compute="_compute_coverage", store=True
    )
    coverage = fields.Float(
        string="Coverage (%)",
        compute="_compute_coverage",
        store=True,
        digits=(5, 1),
        aggregator="avg",
        help="Potential customers of the list that were entered at least once ÷ all of"
        " them.",
    )

    # ---------------------------------------- compute

    @api.depends(
        "user_id",
        "member_ids",
        "team_id.user_id",
        "team_id.key_account_manager_ids",
        "team_id.key_account_support_ids",
    )
    def _compute_access_user_ids(self):
        meet(self.filtered("id"))
        for market in self:
            team = market.team_id
            market.access_user_ids = (
                market.user_id
                | market.member_ids
                | team._key_account_managers()
                | team.key_account_support_ids
            )

    @api.depends("place_ids.covered", "place_ids.active")
    def _compute_coverage(self):
        counts = {
            (market.id, covered): count
            for market, covered, count in self.env[
                "key.account.market.place"
            ]._read_group(
                [("market_id", "in", self.ids)],
                ["market_id", "covered"],
                ["__count"],
            )
        }
        for market in self:
            covered = counts.get((market._origin.id, True), 0)
            total = covered + counts.get((market._origin.id, False), 0)
            market.place_count = total
            market.covered_count = covered
            market.coverage = rules.coverage(covered, total)

    # ---------------------------------------- CRUD

    def write(self, vals):
        self._assert_kept(vals)
        if not _DECIDED.isdisjoint(vals):
            self._assert_may_decide()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_unused(self):
        # Whoever deletes a market need not be allowed to read what was entered in it.
        entries = self.env["key.account.canvass"].sudo()
        if entries.search_count([("market_id", "in", self.ids)], limit=1):
            raise UserError(
                self.env._(
                    "Contacts were entered in this market: %(markets)s. Archive it"
                    " instead.",
                    markets=listed(self.env, self.mapped("display_name")),
                )
            )

    def _assert_may_decide(self):
        """Whose a market is, and who canvasses it, says who is responsible, or manages
        or supports the team."""
        self.check_access("write")
        foreign = self - self._decided_by_user()
        if foreign:
            raise AccessError(
                self.env._(
                    "Who is responsible for a market and who canvasses it is decided by"
                    " whoever is responsible, or the manager of its team. Ask them for:"
                    " %(markets)s.",
                    markets=listed(self.env, foreign.mapped("display_name")),
                )
            )

    def _decided_by_user(self):
        """Markets that the user says whose they are, and who canvasses them."""
        user = self.env.user
        if self.env.su:
            return self
        return self.filtered(
            lambda market: (
                user
                in (
                    market.user_id
                    | market.sudo().team_id._key_account_managers()
                    | market.sudo().team_id.key_account_support_ids
                )
                or market.sudo().team_id._is_managed_by(user, everywhere=True)
            )
        )

    # ---------------------------------------- actions

    def action_canvass(self):
        """Enter contacts in this market: today's, each a line."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "key_account.canvass_action"
        )
        action["context"] = {
            "default_market_id": self.id,
            "search_default_market_id": self.id,
        }
        return action
