"""What prices, costs, taxes, payment terms and credit limits say has changed.

Prices agreed with one account are few quotations' business, which are measured in the
same breath. The others may bear on every open quotation: a scheduled action follows, so
that whoever changes a price does not wait for it.
"""

from odoo import api, models

from ...rules.states import UNDECIDED

_TAX = frozenset(
    ("amount", "amount_type", "price_include_override", "children_tax_ids")
)


class KeyAccount(models.Model):
    _inherit = "key.account"

    def _agreed_prices_changed(self):
        res = super()._agreed_prices_changed()
        orders = self.order_ids.filtered(lambda o: o.state in UNDECIDED)
        orders._mark_authority()
        requirements = self.env["key.account.requirement"]
        requirements._measure_undecided([("key_account_id", "in", self.ids)])
        return res


class ProductTemplate(models.Model):
    _inherit = "product.template"

    def write(self, vals):
        res = super().write(vals)
        if not {"list_price", "taxes_id", "uom_id"}.isdisjoint(vals):
            self.env["sale.order"]._measure_again_later("discount", "amount")
        return res


class ProductProduct(models.Model):
    _inherit = "product.product"

    def write(self, vals):
        res = super().write(vals)
        if "standard_price" in vals:
            self.env["sale.order"]._measure_again_later("margin")
        return res


class ProductPricelistItem(models.Model):
    _inherit = "product.pricelist.item"

    def _prices_changed(self):
        res = super()._prices_changed()
        self.env["sale.order"]._measure_again_later("discount")
        return res


class ResCurrencyRate(models.Model):
    _inherit = "res.currency.rate"

    @api.model
    def _rates_changed(self):
        res = super()._rates_changed()
        dimensions = ("discount", "amount", "margin", "credit")
        self.env["sale.order"]._measure_again_later(*dimensions)
        return res


class ResPartner(models.Model):
    _inherit = "res.partner"

    def write(self, vals):
        res = super().write(vals)
        if not {"credit_limit", "use_partner_credit_limit"}.isdisjoint(vals):
            self.env["sale.order"]._measure_again_later("credit")
        return res


class AccountTax(models.Model):
    _inherit = "account.tax"

    def write(self, vals):
        res = super().write(vals)
        if not _TAX.isdisjoint(vals):
            self.env["sale.order"]._measure_again_later("discount", "credit")
        return res


class AccountPaymentTermLine(models.Model):
    _inherit = "account.payment.term.line"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        self.env["sale.order"]._measure_again_later("payment_days")
        return lines

    def write(self, vals):
        res = super().write(vals)
        self.env["sale.order"]._measure_again_later("payment_days")
        return res

    def unlink(self):
        res = super().unlink()
        self.env["sale.order"]._measure_again_later("payment_days")
        return res
