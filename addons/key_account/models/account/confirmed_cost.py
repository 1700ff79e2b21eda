"""What a unit cost when its order was confirmed: it does not move any more."""

from odoo import api, fields, models
from odoo.tools import SQL

from ..shared import optional

# A line that says another one of these is another purchase.
_COSTED = frozenset(("product_id", "product_uom_id"))


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    confirmed_cost = fields.Float(
        string="Unit cost when confirmed",
        digits=(16, 6),
        readonly=True,
        copy=False,
        aggregator=None,
        groups="key_account.group_manager",
        help="Per unit of the line, in company currency, as it was when the order of"
        " the key account was confirmed: the margin of twelve months does not change"
        " with what the product costs later. Empty: what it costs now counts.",
    )

    # ---------------------------------------- CRUD

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._keep_later_costs()
        return lines

    def write(self, vals):
        res = super().write(vals)
        if not _COSTED.isdisjoint(vals):
            self._keep_later_costs()
        return res

    # ---------------------------------------- business

    def _keep_later_costs(self):
        """What is added to an order whose costs were kept costs what it does then."""
        # What a line costs hangs on nobody's rights.
        added = self.sudo().filtered(
            lambda line: (
                line.product_id
                and line.order_id.state == "sale"
                and line.order_id.key_account_id
            )
        )
        if added:
            added._flush_costs()
            which = SQL(
                """
                line.id = ANY(%s) AND EXISTS (
                    SELECT FROM sale_order_line other
                     WHERE other.order_id = line.order_id
                       AND other.confirmed_cost IS NOT NULL)
                """,
                added.ids,
            )
            self.env.cr.execute(added._sql_keep_costs(which))
            added._forget_costs()

    def _flush_costs(self):
        """So that the database knows what ``_sql_keep_costs()`` reads."""
        columns = optional.cost_columns(self)
        self.flush_model(
            ["order_id", "display_type", "confirmed_cost", *_COSTED, *columns]
        )
        self.env["sale.order"].flush_model(["company_id", "currency_rate"])
        self.env["product.product"].flush_model(["standard_price"])

    def _forget_costs(self):
        self.invalidate_model(["confirmed_cost"], flush=False)

    @api.model
    def _sql_keep_costs(self, which):
        """The statement that keeps what a unit of each ``line`` costs. A cost that
        nobody knows stays empty.

        :param which: SQL, which lines
        """
        return SQL(
            """
            UPDATE sale_order_line AS kept SET confirmed_cost = found.cost
              FROM (%s) found
             WHERE kept.id = found.id
            """,
            self._sql_costs(which),
        )

    @api.model
    def _sql_costs(self, which):
        """``id, cost`` of each ``line``: what a unit costs by what the line says
        (sale_margin), else by the product of today, in company currency.

        :param which: SQL, which lines
        """
        return SQL(
            """
            SELECT line.id, ROUND(COALESCE(
                   %(entered)s / NULLIF(sold.currency_rate, 0),
                   NULLIF((product.standard_price ->> sold.company_id::text
                          )::numeric, 0) * unit.factor / NULLIF(own.factor, 0)
                   )::numeric, 6) AS cost
              FROM sale_order_line line
              JOIN sale_order sold ON sold.id = line.order_id
              JOIN product_product product ON product.id = line.product_id
              JOIN product_template template ON template.id = product.product_tmpl_id
              JOIN uom_uom own ON own.id = template.uom_id
         LEFT JOIN uom_uom unit ON unit.id = line.product_uom_id
             WHERE %(which)s AND line.display_type IS NULL
            """,
            entered=optional.entered_cost(self, "line"),
            which=which,
        )

    @api.model
    def _write_costs(self, costs):
        """Keep these costs with whatever else is written of the lines.

        :param costs: ``{line id: cost}``
        """
        field = self._fields["confirmed_cost"]
        for line_id, cost in costs.items():
            field._update_cache(self.browse(line_id), float(cost), dirty=True)
