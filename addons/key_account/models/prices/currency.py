"""Amounts of two currencies meet converted by the rate of a day, and unrounded.

Odoo takes a currency that has no rate for as much as any other; here it cannot be
compared at all.
"""

from odoo import api, models, tools

from ..shared.remembered import forget


class ResCurrency(models.Model):
    _inherit = "res.currency"

    def _key_account_rate(self, currency, company, day):
        """Units of ``currency`` for one of this, as ``company`` has it on ``day``;
        None where one of them has no rate."""
        self.ensure_one()
        if not currency or self == currency:
            return 1.0
        rated = self._key_account_rated_ids(company.id)
        if not rated.issuperset((self.id, currency.id)):
            return None
        return self._get_conversion_rate(self, currency, company, day)

    def _key_account_convert(self, amount, currency, company, day):
        """An amount of this in ``currency``, not rounded; None where that cannot be
        said."""
        rate = self._key_account_rate(currency, company, day)
        return None if rate is None or amount is None else amount * rate

    @api.model
    @tools.ormcache("company_id")
    def _key_account_rated_ids(self, company_id):
        """Ids of the currencies that a company knows the worth of: its own, and those
        with rates."""
        # Kept for everybody: not as whoever asks first may read it.
        company = self.env["res.company"].sudo().browse(company_id)
        root = company.root_id
        rows = (
            self.env["res.currency.rate"]
            .sudo()
            ._read_group([("company_id", "in", (False, root.id))], ["currency_id"])
        )
        own = company.currency_id | root.currency_id
        return frozenset(own.ids).union(currency.id for (currency,) in rows)


class ResCurrencyRate(models.Model):
    _inherit = "res.currency.rate"

    @api.model_create_multi
    def create(self, vals_list):
        rates = super().create(vals_list)
        self._rates_changed()
        return rates

    def write(self, vals):
        res = super().write(vals)
        self._rates_changed()
        return res

    def unlink(self):
        res = super().unlink()
        self._rates_changed()
        return res

    @api.model
    def _rates_changed(self):
        """Hook: which currencies have rates is asked anew. The room on top (``again``)
        has quotations measured by them, too."""
        forget(self.env)
