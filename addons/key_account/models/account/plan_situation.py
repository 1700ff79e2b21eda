"""Parts of a year's plan that tell the situation: competitors, what the customer buys
by, what they buy from us."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class KeyAccountPlanCompetitor(models.Model):
    """Somebody else who sells to the customer what we could."""

    _name = "key.account.plan.competitor"
    _description = "Competitor in a Plan"
    _inherit = ["key.account.plan.part"]
    _order = "share desc, sequence, id"

    name = fields.Char(string="Competitor", required=True)
    share = fields.Float(
        string="Share (%)",
        digits=(5, 1),
        aggregator=None,
        help="Of what the customer buys of our kind.",
    )
    strengths = fields.Char()
    weaknesses = fields.Char()

    @api.constrains("share")
    def _check_share(self):
        for competitor in self:
            if not 0.0 <= competitor.share <= 100.0:
                raise ValidationError(
                    self.env._(
                        "%(competitor)s: a share is between 0 and 100 %%.",
                        competitor=competitor.name,
                    )
                )


class KeyAccountPlanFactor(models.Model):
    """What the customer buys by; the first counts most for them."""

    _name = "key.account.plan.factor"
    _description = "Purchase Factor in a Plan"
    _inherit = ["key.account.plan.part"]
    _order = "sequence, id"

    name = fields.Char(string="Purchase factor", required=True)
    standing = fields.Selection(
        [
            ("better", "Better than others"),
            ("equal", "Like others"),
            ("worse", "Worse than others"),
        ],
        string="Where we stand",
    )
    note = fields.Char()


class KeyAccountPlanItem(models.Model):
    """What the customer ordered from us in 12 months: read from the orders, not typed.

    One row per product and unit; ``product_id`` is empty where it stands for all the
    rest. Amounts are in company currency, at the rate of each order.
    """

    _name = "key.account.plan.item"
    _description = "Item Bought"
    _inherit = ["key.account.plan.part"]
    _order = "amount desc, id"

    name = fields.Char(string="Item", readonly=True)
    product_id = fields.Many2one(
        "product.product", readonly=True, ondelete="set null", index="btree_not_null"
    )
    quantity = fields.Float(digits="Product Unit", readonly=True, aggregator=None)
    uom_id = fields.Many2one("uom.uom", string="Unit", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount = fields.Monetary(readonly=True)
    last_order = fields.Date("Last order", readonly=True)


class KeyAccountPlan(models.Model):
    _inherit = "key.account.plan"

    competitor_ids = fields.One2many(
        "key.account.plan.competitor", "plan_id", string="Competitors", copy=True
    )
    factor_ids = fields.One2many(
        "key.account.plan.factor", "plan_id", string="Purchase factors", copy=True
    )
    item_ids = fields.One2many(
        "key.account.plan.item", "plan_id", string="Items bought", copy=False
    )
    items_from = fields.Date(string="Orders from", readonly=True, copy=False)
    items_to = fields.Date(string="Orders until", readonly=True, copy=False)
    purchased_before = fields.Monetary(
        string="Ordered from us",
        readonly=True,
        copy=False,
        help="In the 12 months before the plan was written, untaxed.",
    )

    def action_load_items(self):
        """Read from the orders anew what the customer bought."""
        self.check_access("write")
        self._assert_draft()
        self._load_items()
        return True
