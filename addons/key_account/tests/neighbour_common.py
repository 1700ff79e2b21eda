from odoo import Command

from .attack_common import AttackCase


class NeighbourCase(AttackCase):
    """Quotations beside modules that are there or not."""

    def needs(self, *modules):
        """Skip a test where one of these modules is not installed."""
        for name in modules:
            if name not in self.env.registry._init_modules:
                self.skipTest(f"{name} is not installed")

    def cart(self, website, contact=None, **line):
        """What a visitor of the shop has put together, as the shop makes it."""
        visitor = contact or website.user_id
        order = (
            self.env["sale.order"]
            .with_user(visitor)
            .sudo()
            .create(
                {
                    "partner_id": visitor.partner_id.id,
                    "website_id": website.id,
                    "company_id": website.company_id.id,
                    "require_payment": True,
                    "order_line": [
                        Command.create({"product_id": self.pump.id, **line})
                    ],
                }
            )
        )
        self.env.flush_all()
        return order

    def website(self):
        website = self.env["website"].search([], limit=1)
        website.company_id = self.company
        return website

    def programme(self, discount=50.0, **vals):
        """A discount that everybody gets who orders."""
        return self.env["loyalty.program"].create(
            {
                "name": "Spring",
                "program_type": "promotion",
                "trigger": "auto",
                "applies_on": "current",
                "company_id": self.company.id,
                "rule_ids": [Command.create({"minimum_qty": 1})],
                "reward_ids": [
                    Command.create(
                        {
                            "reward_type": "discount",
                            "discount": discount,
                            "discount_mode": "percent",
                            "discount_applicability": "order",
                            **vals,
                        }
                    )
                ],
            }
        )

    def carrier(self, **vals):
        """A carrier at 20.00 a parcel."""
        product = self.env["product.product"].create(
            {"name": "Parcel", "type": "service", "list_price": 20.0, "taxes_id": False}
        )
        values = {"name": "Parcel", "product_id": product.id, "fixed_price": 20.0}
        return self.env["delivery.carrier"].create(
            {**values, "delivery_type": "fixed", **vals}
        )

    def remeasured(self, order):
        order._mark_authority()
        self.env.flush_all()
        self.env.invalidate_all()
        return order.authority_state
