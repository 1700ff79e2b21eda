"""What the analyses share: a group's rate is the rate of its sums."""

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL


def told_apart(column):
    """Whether a group holds numbers of different kinds, which have no sum: of two KPIs,
    of months and quarters, amounts of two currencies.

    :param column: ``{name: SQL}`` of ``kpi_id``, ``period``, ``unit``, ``currency_id``
    """
    return SQL(
        """
        (MIN(%(kpi_id)s) <> MAX(%(kpi_id)s)
         OR MIN(%(period)s) <> MAX(%(period)s)
         OR MIN(%(unit)s) = 'amount'
        AND MIN(%(currency_id)s) <> MAX(%(currency_id)s))
        """,
        **{name: column[name] for name in ("kpi_id", "period", "unit", "currency_id")},
    )


class KeyAccountRatioReport(models.AbstractModel):
    """An analysis whose rows carry numerators and denominators beside their ratio.

    Whatever rows are grouped by, the ratio of the group is Σ ÷ Σ, not the mean of its
    rows' ratios.
    """

    _name = "key.account.ratio.report"
    _description = "Analysis with Ratios"

    @api.model
    def _ratios(self):
        """``{field: (numerator, denominator)}`` of the ratios in percent."""
        return {}

    @api.model
    def _means(self):
        """The same of what is so much per piece."""
        return {}

    def _read_group_select(self, aggregate_spec, query):
        name, _colon, function = aggregate_spec.partition(":")
        if function == "sum_currency":
            return self._sum_here(name, query)
        ratios, means = self._ratios(), self._means()
        if name not in ratios and name not in means:
            return super()._read_group_select(aggregate_spec, query)
        factor = 100.0 if name in ratios else 1.0
        parts = ratios.get(name) or means[name]
        plain = self._rate_of(factor, (self._sum(part, query) for part in parts))
        if "monetary" not in {self._fields[part].type for part in parts}:
            return plain
        rates = self._rates_here()
        if len(rates) == 1:
            return plain
        # Of one currency no rate is needed, and none may be known.
        currency = self._field_to_sql(self._table, "currency_id", query)
        return SQL(
            "CASE WHEN MIN(%s) = MAX(%s) THEN %s ELSE %s END",
            currency,
            currency,
            plain,
            self._rate_of(factor, (self._sum_here(part, query) for part in parts)),
        )

    def _rate_of(self, factor, parts):
        return SQL("%s * %s / NULLIF(%s, 0)", factor, *parts)

    def _sum(self, name, query):
        return SQL("SUM(%s)", self._field_to_sql(self._table, name, query))

    def _sum_here(self, name, query):
        """The sum of amounts (SQL) in the currency of the company at hand, at the rates
        of its today: amounts of two currencies never meet unconverted. None where one
        of them is in a currency without a rate, which Odoo takes for one to one."""
        rates = self._rates_here()
        if len(rates) == 1:
            return self._sum(name, query)
        rate = SQL(
            "CASE %s %s END",
            self._field_to_sql(self._table, "currency_id", query),
            SQL(" ").join(
                SQL("WHEN %s THEN %s::numeric", currency.id, rate)
                for currency, rate in rates.items()
            ),
        )
        amount = self._field_to_sql(self._table, name, query)
        return SQL(
            "CASE WHEN BOOL_OR(%s <> 0 AND %s IS NULL) THEN NULL ELSE SUM(%s / %s) END",
            amount,
            rate,
            amount,
            rate,
        )

    @api.model
    def _rates_here(self):
        """``{currency: units of it for one of the company's at hand}``, None without a
        rate, of the currencies of all companies."""
        here = self.env.company
        own, today = here.currency_id, here._key_account_today()
        companies = self.env["res.company"].sudo().search(Domain.TRUE)
        return {
            currency: own._key_account_rate(currency, here, today)
            for currency in companies.currency_id | own
        }
