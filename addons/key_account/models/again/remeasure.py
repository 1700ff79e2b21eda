"""What quotations are measured with has changed: lists show it a moment later.

Guards measure anew whatever is stored. The stored state of open quotations, which lists
and the portal go by, is brought up to date by a scheduled action, so that whoever
changes a price, a cost or a credit limit does not wait for it.
"""

from odoo import api, models
from odoo.fields import Domain

from ...rules.states import UNDECIDED

_BATCH = 100
_CRON = "key_account.cron_measure_again"


class SaleOrder(models.Model):
    _inherit = "sale.order"

    @api.model
    def _measure_again_later(self, *dimensions):
        """Have open quotations measured again, if a company with controls measures one
        of these dimensions; once per transaction, and without a query where none
        does."""
        Company, data = self.env["res.company"], self.env.cr.precommit.data
        if _CRON in data or not any(
            not set(dimensions).isdisjoint(
                Company._key_account_dimension_codes(company)
            )
            for company in Company._key_account_modes()
        ):
            return
        data[_CRON] = True
        # Whoever manages the scheduled actions may have deleted it.
        if cron := self.env.ref(_CRON, raise_if_not_found=False):
            cron.sudo()._trigger()

    @api.model
    def _cron_measure_again(self):
        """Bring the stored authority state of open quotations up to date."""
        companies = list(self.env["res.company"]._key_account_modes())
        orders = self.sudo().search(
            Domain("company_id", "in", companies)
            & Domain("state", "in", UNDECIDED)
            & Domain("authority_state", "!=", "not_applicable")
        )
        for start in range(0, len(orders), _BATCH):
            batch = orders[start : start + _BATCH].exists()
            batch._mark_authority()
            batch.flush_recordset()
            batch.filtered("sign_off_deadline")._route_again()
            self.env["ir.cron"]._commit_progress(
                len(batch), remaining=max(len(orders) - start - _BATCH, 0)
            )
            self.env.invalidate_all()


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

    @api.model_create_multi
    def create(self, vals_list):
        items = super().create(vals_list)
        self.env["sale.order"]._measure_again_later("discount")
        return items

    def write(self, vals):
        res = super().write(vals)
        self.env["sale.order"]._measure_again_later("discount")
        return res

    def unlink(self):
        res = super().unlink()
        self.env["sale.order"]._measure_again_later("discount")
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
        if not {"amount", "amount_type", "price_include_override"}.isdisjoint(vals):
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
