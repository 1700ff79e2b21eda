"""What terms are measured with: rates, reference prices, costs, receivables, dates.

An approval freezes them (:mod:`.envelope`): later terms are compared with
what was known then.
"""

from collections import defaultdict

from odoo import fields, models
from odoo.tools import SQL

# Dimensions that need reference prices: ``amount`` asks whether more money is for more
# goods.
PRICED = frozenset(("discount", "amount"))


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _dimension_codes(self):
        """Codes of the dimensions that the company has switched on."""
        return self.env["res.company"]._key_account_dimension_codes(self.company_id.id)

    def _measuring_inputs(self, codes=None):
        """``{order: inputs}``, in batches: only what the switched-on dimensions need.

        A dimension that needs inputs of its own has a method ``_inputs_<code>()``,
        which gets all orders that measure it at once and returns ``{order: values}``;
        values are plain, they are stored as JSON.

        :param codes: measure these instead of those switched on
        """
        orders = self.sudo()
        if self.env["product.attribute"]._key_account_has_options():
            # Read for all at once: what is filtered below loses its companions.
            orders.order_line.mapped("product_no_variant_attribute_value_ids")
        result, measuring = {}, defaultdict(list)
        for order in orders:
            asked = codes or order._dimension_codes()
            for name in asked:
                measuring[name].append(order.id)
            if not PRICED.isdisjoint(asked):
                measuring["reference"].append(order.id)
            day = order._measuring_day()
            result[order.id] = {
                "date": fields.Date.to_string(day),
                "rate": order._measuring_rate(day),
                "products": sorted(order._measured_products().ids),
                "reference": {},
            }
        for name, ids in measuring.items():
            method = getattr(orders, f"_inputs_{name}", None)
            if method:
                found = getattr(orders.browse(ids), f"_inputs_{name}")()
                for order, values in found.items():
                    result[order.id].update(values)
        return {order: result[order.id] for order in self}

    def _measuring_day(self):
        """The day whose prices and rates count: that of the quotation. Its date can be
        typed in, so no day counts that was over when it was made, nor one to come."""
        self.ensure_one()
        now = fields.Datetime.now()
        made = self._origin.create_date or now
        moment = min(max(self.date_order or now, made), now)
        return self.company_id._key_account_day(moment)

    def _measuring_rate(self, day):
        """Units of the order's currency for one of the company's; None where that has
        no rate."""
        self.ensure_one()
        own = self.company_id.currency_id
        return own._key_account_rate(self.currency_id or own, self.company_id, day)

    def _untaxed_of_company(self):
        """The untaxed amount in company currency, as evidence tells it."""
        self.ensure_one()
        return self._untaxed_of_companies()[self]

    def _untaxed_of_companies(self):
        """``{order: untaxed amount in company currency}``, as lists tell it: by the
        rate of the day that counts; none (0) where the currency has no rate, which Odoo
        takes for one to one."""
        found, rates = {}, {}
        for order in self:
            own, company = order.company_id.currency_id, order.company_id
            if order.currency_id.id not in own._key_account_rated_ids(company.id):
                found[order] = 0.0
                continue
            day, rate = order._measuring_day(), order.currency_rate
            # Odoo goes by the date of the quotation, whatever was typed there, in UTC.
            if order.date_order and order.date_order.date() != day:
                key = (company, order.currency_id, day)
                if key not in rates:
                    rates[key] = order._measuring_rate(day)
                rate = rates[key]
            found[order] = order.amount_untaxed / (rate or 1.0)
        return found

    def _measured_lines(self):
        """Lines that carry a price; the parts of a combo are measured with it."""
        return self.order_line.filtered(
            lambda line: line._is_term() and not line._is_combo_part()
        )

    def _measured_products(self):
        products = self._measured_lines().product_id
        return products._origin or products

    # ------------------------------------------------------------
    # Reference prices
    # ------------------------------------------------------------

    def _inputs_reference(self):
        """{"product:unit": table of untaxed unit prices in the currency of the order},
        with the extra prices of the parts of combos; one batch per company, day,
        currency and unit."""
        Reference = self.env["key.account.reference.price"]
        result = {order: {"reference": {}} for order in self}
        groups = defaultdict(list)
        with_combos = self.filtered("order_line.combo_item_id")
        products = self.order_line.product_id
        facts = (products._origin or products)._key_account_facts()
        for order in self:
            day, company = order._measuring_day(), order.company_id
            sources = Reference._sources(order.key_account_id, company, day)
            for line in order._measured_lines().filtered("product_id"):
                key = (sources, line.product_uom_id, order.currency_id, company, day)
                groups[key].append((order, line))
            for part in order.order_line.filtered(lambda line: line._is_combo_part()):
                extra = part._extra_price(order.currency_id, day, facts)
                result[order]["reference"][part._extra_key()] = extra
        for (sources, *key), rows in groups.items():
            asked = {line._price_key(): line._priced_product() for _o, line in rows}
            tables = Reference._tables(sources, asked, *key, facts)
            untaxed = {}
            for order, line in rows:
                key = line._price_key()
                if key not in untaxed:
                    untaxed[key] = line._untaxed_table(tables[key], facts)
                result[order]["reference"][key] = untaxed[key]
                if order in with_combos:
                    shares = line._untaxed_shares(tables[key], facts)
                    result[order]["reference"].update(shares)
                if facts[line._stored_product().id].combo:
                    share = line._untaxed_share_unchosen(tables[key], facts)
                    result[order]["reference"].update(share)
        return result

    # ------------------------------------------------------------
    # Costs
    # ------------------------------------------------------------

    def _inputs_margin(self):
        """{"product:unit": unit cost in the currency of the order, or None}."""
        result = {}
        for company, orders in self.grouped("company_id").items():
            orders = orders.with_company(company)
            orders.order_line.product_id.mapped("standard_price")
            for order in orders:
                result[order] = {"cost": order._unit_costs()}
        return result

    def _unit_costs(self):
        """Where lines of one product differ in cost: the mean of their quantities."""
        self.ensure_one()
        sums = defaultdict(lambda: [0.0, 0.0])
        costs = {}
        for line in self.order_line.filtered("product_id"):
            if not line._is_term():
                continue
            key, cost = line._price_key(), line._unit_cost()
            quantity = line.product_uom_qty
            costs.setdefault(key, cost)
            if cost is not None and quantity > 0.0:
                sums[key][0] += cost * quantity
                sums[key][1] += quantity
        for key, (value, quantity) in sums.items():
            costs[key] = value / quantity
        return costs

    # ------------------------------------------------------------
    # Promise of delivery
    # ------------------------------------------------------------

    def _inputs_lead_time(self):
        """The day of the promise, and {"product": lead time in days}."""
        result = {}
        for order in self:
            lead = {}
            for line in order.order_line.filtered("product_id"):
                if line._is_term():
                    key = str(line._stored_product().id)
                    lead[key] = max(lead.get(key, 0.0), line._lead_days())
            promised = order._local_day(order._promised_when())
            result[order] = {"promised": fields.Date.to_string(promised), "lead": lead}
        return result

    def _promised_when(self):
        """When the delivery date was promised; now, while that is being edited."""
        self.ensure_one()
        stored = self._origin
        if not stored or stored.commitment_date != self.commitment_date:
            return fields.Datetime.now()
        return stored.promised_on or stored.create_date or fields.Datetime.now()

    def _local_day(self, moment):
        """The day of a moment where the company works."""
        company = self.company_id
        return company._key_account_day(moment)

    def _promised_days(self, inputs):
        """Days from the promise to the delivery; None where nothing is promised."""
        if not self.commitment_date or not inputs.get("promised"):
            return None
        promised = fields.Date.from_string(inputs["promised"])
        return float((self._local_day(self.commitment_date) - promised).days)

    # ------------------------------------------------------------
    # Payment, credit, deviation
    # ------------------------------------------------------------

    def _inputs_payment_days(self):
        # Nothing is frozen: what the term says is what is promised. Read for all.
        self.payment_term_id.line_ids.mapped("nb_days")
        return {}

    def _inputs_credit(self):
        """What the customer owes beside this order, and may owe, in company currency:
        what is open of its own invoices is in its total already."""
        result, own = {}, self._open_of_own_invoices()
        for company, orders in self.grouped("company_id").items():
            customers = {order: order._key_account_customer() for order in orders}
            partners = self.env["res.partner"].union(*customers.values())
            open_by_partner = self._open_receivables(partners, company)
            partners = partners.with_company(company)
            limits = {partner.id: partner.credit_limit for partner in partners}
            for order, customer in customers.items():
                owed = open_by_partner.get(customer.id, 0.0)
                result[order] = {
                    "receivable": owed - own.get(order._origin.id, 0.0),
                    "credit_limit": limits.get(customer.id) or None,
                }
        return result

    def _open_receivables(self, partners, company):
        """``{partner id: open amount}`` of posted entries, as Odoo's "Total
        receivable", whose cached value does not follow new invoices."""
        rows = self.env["account.move.line"]._read_group(
            [
                ("parent_state", "=", "posted"),
                ("account_id.account_type", "=", "asset_receivable"),
                ("partner_id", "in", partners.ids),
                ("reconciled", "=", False),
                ("company_id", "child_of", company.root_id.id),
            ],
            ["partner_id"],
            ["amount_residual:sum"],
        )
        return {partner.id: amount for partner, amount in rows}

    def _open_of_own_invoices(self):
        """``{order id: what is open of the invoices that bill it}``, in company
        currency; of one that bills others too, its share. One query."""
        if not self._origin:
            return {}
        for name in ("account.move", "account.move.line", "sale.order.line"):
            self.env[name].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT line.order_id,
                       SUM(move.amount_residual_signed * -billed.balance
                           / NULLIF(move.amount_untaxed_signed, 0))
                  FROM sale_order_line line
                  JOIN sale_order_line_invoice_rel rel ON rel.order_line_id = line.id
                  JOIN account_move_line billed ON billed.id = rel.invoice_line_id
                  JOIN account_move move ON move.id = billed.move_id
                 WHERE line.order_id = ANY(%s) AND move.state = 'posted'
                   AND move.amount_residual_signed <> 0
              GROUP BY line.order_id
                """,
                self._origin.ids,
            )
        )
        return {order_id: float(amount or 0.0) for order_id, amount in rows}

    def _inputs_deviation(self):
        return {order: {"deviations": len(order._deviating_lines())} for order in self}

    def _deviating_lines(self):
        """Requirement lines of the quotation and its deal that lie outside our
        capability, or are met on a condition only."""
        lines = self.requirement_ids | self.opportunity_id.requirement_ids
        return lines.filtered(
            lambda line: (
                line.state != "dropped" and line.able in ("no", "with_condition")
            )
        )
