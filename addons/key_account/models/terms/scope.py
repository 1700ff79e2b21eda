"""Whose quotation it is, and whether the controls concern it."""

from odoo import api, fields, models, tools

from ...rules.states import CONTROLLED
from ..shared import optional
from ..shared.links import read_links


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["key.account.under", "sale.order"]
    _under = frozenset(("opportunity_id",))
    _kept = frozenset(("key_account_id",))

    key_account_id = fields.Many2one(
        "key.account",
        compute="_compute_key_account_id",
        store=True,
        precompute=True,
        index="btree_not_null",
        ondelete="restrict",
    )

    @api.depends("partner_id", "company_id")
    def _compute_key_account_id(self):
        accounts = self.env["key.account"]._of_customers(
            self.partner_id.commercial_partner_id
        )
        for order in self:
            key = (order.partner_id.commercial_partner_id.id, order.company_id.id)
            order.key_account_id = accounts.get(key, False)

    @api.model
    def _open_parents(self, name, parents):
        if name != "opportunity_id":
            return super()._open_parents(name, parents)
        # Opportunities that we do not follow are Odoo's alone.
        leads = parents.sudo()
        plain = (leads - leads._followed()).with_env(self.env)
        return plain | super()._open_parents(name, parents - plain)

    def action_open_deal(self):
        """The opportunity, at the step in which it stands."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "key_account.crm_lead_pipeline_action"
        )
        return {**action, "res_id": self.opportunity_id.id, "views": [(False, "form")]}

    def _key_account_concerned(self):
        """Orders that the controls concern: of a key account, or of a key-account
        team."""
        return self._of_key_accounts(lambda order: not optional.is_webshop_cart(order))

    def _said_stays(self):
        enforced = self._key_account_concerned().filtered(
            lambda order: order.company_id._key_account_enforces()
        )
        return super()._said_stays() | enforced

    def _key_account_carts(self):
        """Carts of the webshop that the controls would concern, had a colleague priced
        them."""
        return self._of_key_accounts(optional.is_webshop_cart)

    def _of_key_accounts(self, condition):
        """Those of a key account or a key-account team that meet a condition."""
        modes = self.env["res.company"]._key_account_modes()
        if not modes:
            return self.browse()
        teams = self.env["crm.team"]._key_account_team_ids()
        orders = self.sudo().filtered(
            lambda order: (
                order.company_id.id in modes
                and (
                    order.team_id.id in teams
                    or order.key_account_id.state in CONTROLLED
                )
                and condition(order)
            )
        )
        return orders.with_env(self.env) if orders else self.browse()

    def _read_at_once(self):
        """Read what a decision on these asks of them by one query, what is read seldom
        included, and what hangs on them by another. Whoever calls it asks afterwards
        what the user may do with them."""
        orders = self.sudo()
        orders.fetch(self._columns_of_a_decision())
        read_links((orders, self._links_of_a_decision()))

    @api.model
    @tools.ormcache()
    def _columns_of_a_decision(self):
        return tuple(
            name
            for name, field in self._fields.items()
            if field.store
            and field.column_type
            and field.prefetch in (True, "key_account")
        )

    @api.model
    def _links_of_a_decision(self):
        """Hook: lists that measuring and deciding look at; each room adds its own."""
        return ["order_line", "requirement_ids"]

    def _key_account_customer(self):
        """The company that buys: the account's, which needs no look at the contact."""
        account = self.key_account_id._read_for_deals()
        return account.partner_id or self.partner_id.commercial_partner_id

    @api.model
    def _will_be_concerned(self, vals):
        """Whether an order made of ``vals`` would be controlled, before it exists."""
        names = ("partner_id", "company_id", "team_id", "user_id")
        defaults = {
            name: self.env.context[f"default_{name}"]
            for name in names
            if f"default_{name}" in self.env.context
        }
        given = {name: vals[name] for name in names if name in vals}
        probe = self.new({**defaults, **given})
        return bool(probe._key_account_concerned())
