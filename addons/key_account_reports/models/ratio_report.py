"""What the analyses share: a group's rate is the rate of its sums."""

from odoo import api, models
from odoo.tools import SQL


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
        name = aggregate_spec.split(":")[0]
        ratios, means = self._ratios(), self._means()
        if name not in ratios and name not in means:
            return super()._read_group_select(aggregate_spec, query)
        numerator, denominator = ratios.get(name) or means[name]
        return SQL(
            "%s * SUM(%s) / NULLIF(SUM(%s), 0)",
            100.0 if name in ratios else 1.0,
            self._field_to_sql(self._table, numerator, query),
            self._field_to_sql(self._table, denominator, query),
        )
