"""The price that a customer asks for, as a quotation writes it."""

from odoo import models
from odoo.exceptions import UserError

from ...rules import prices


class KeyAccountRequirement(models.Model):
    _inherit = "key.account.requirement"

    def _price_on(self, order):
        """The price of a unit in the currency of a quotation, at the rate of the day,
        with the taxes that its prices include.

        :param order: which need not be stored yet
        """
        self.ensure_one()
        company, product = order.company_id or self.company_id, self.product_id
        price = self.currency_id._key_account_convert(
            self.target_price, order.currency_id, company, company._key_account_today()
        )
        if price is None:
            raise UserError(
                self.env._(
                    "Requirement “%(line)s”: its price in %(currency)s cannot be quoted"
                    " in %(other)s, because there is no exchange rate. Have one"
                    " entered, or change the currency.",
                    line=self.name,
                    currency=self.currency_id.name,
                    other=order.currency_id.name,
                )
            )
        taxes = product.taxes_id._filter_taxes_by_company(company)
        if product.product_tmpl_id.type == "combo":
            # Odoo puts none to it, whatever it has.
            taxes = taxes.browse()
        taxes = order.fiscal_position_id.map_tax(taxes)
        price = taxes._key_account_taxed(price, product)
        if price == self.target_price:
            return price
        steps = self.env["key.account.reference.price"]._steps(order.currency_id)
        return prices.written(price, min(steps))
