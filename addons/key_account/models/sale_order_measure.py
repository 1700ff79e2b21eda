"""What a quotation promises, as the rules measure it and as it is signed."""

from markupsafe import Markup

from odoo import fields, models
from odoo.tools import format_amount, formatLang

from ..rules import authority as rules
from ..rules import envelope


class SaleOrder(models.Model):
    _inherit = "sale.order"

    # ------------------------------------------------------------
    # Measuring
    # ------------------------------------------------------------

    def _measured_lines(self):
        """Lines that carry a price; the parts of a combo are measured with it."""
        return self.order_line.filtered(
            lambda line: line._is_term() and not line.combo_item_id
        )

    def _measuring_inputs(self):
        """{order: inputs}: the rate and the untaxed reference price of each product and
        unit."""
        result = {}
        # Read for all at once: what is filtered below loses its prefetch companions.
        everything = self.sudo().order_line
        everything.product_id.product_tmpl_id.mapped("list_price")
        everything.tax_ids.mapped("price_include")
        for order in self.sudo():
            lines = order._measured_lines().filtered("product_id")
            prices = order._reference_prices(lines)
            result[self.browse(order._ids)] = {
                "date": fields.Date.to_string(order.date_order or fields.Date.today()),
                "rate": order.currency_rate or 1.0,
                "reference": prices,
            }
        return result

    def _identity(self, inputs=None):
        """What an approval is bound to by name: another of these needs another
        approval. With inputs, the products are those that were measured."""
        self.ensure_one()
        order = self.sudo()
        if inputs:
            products = {int(key.partition(":")[0]) for key in inputs["reference"]}
        else:
            products = order._measured_lines().product_id.ids
        return {
            "partner": order._key_account_customer().id,
            "company": order.company_id.id,
            "currency": order.currency_id.id,
            "products": sorted(products),
        }

    def _reference_prices(self, lines):
        """{"product:unit": untaxed unit price in the currency of the order}, in one
        batch per unit."""
        self.ensure_one()
        pricelist = self.company_id.key_account_reference_pricelist_id
        date = self.date_order or fields.Datetime.now()
        prices = {}
        for uom, group in lines.grouped("product_uom_id").items():
            if pricelist:
                found = pricelist._get_products_price(
                    group.product_id, 1.0, currency=self.currency_id, uom=uom, date=date
                )
            else:
                found = self._list_prices(group.product_id, uom, date)
            for line in group:
                product = line.product_id._origin or line.product_id
                price = found.get(line.product_id.id, found.get(product.id))
                prices[f"{product.id}:{uom.id}"] = line._untaxed_reference(price)
        return prices

    def _list_prices(self, products, uom, date):
        """``{product id: list price}``, as ``_price_compute()`` has them.

        That one reads the main company and the attributes of every product anew,
        although most prices are in its currency and most products have no attributes.
        """
        with_attributes = products.filtered("combination_indices")
        prices = with_attributes._price_compute(
            "list_price",
            uom=uom,
            currency=self.currency_id,
            company=self.company_id,
            date=date,
        )
        main_currency = self.env["res.company"]._key_account_main_currency()
        for product in products - with_attributes:
            # Its own fields would be fetched one by one from the template.
            template = product.product_tmpl_id
            price = template.list_price
            if uom and uom != template.uom_id:
                price = template.uom_id._compute_price(price, uom)
            currency = template.company_id.sudo().currency_id or main_currency
            if currency != self.currency_id:
                price = currency._convert(
                    price, self.currency_id, self.company_id, date
                )
            prices[product.id] = price
        return prices

    def _terms(self, inputs):
        """The terms as the rules measure them, with the given inputs."""
        self.ensure_one()
        order = self.sudo()
        lines, untaxed = [], 0.0
        for line in order.order_line:
            if not line._is_term():
                continue
            net = line.price_subtotal
            untaxed += net
            if line.combo_item_id:
                continue
            product = line.product_id._origin or line.product_id
            unit = inputs["reference"].get(f"{product.id}:{line.product_uom_id.id}")
            for part in line._combo_parts():
                net += part.price_subtotal
            if unit is not None:
                unit *= line.product_uom_qty
            lines.append(
                rules.Line(
                    where=(line.name or line.product_id.name or "").split("\n")[0],
                    net=net,
                    reference=unit if product else None,
                    category=product.product_tmpl_id.categ_id.id or None,
                )
            )
        return rules.Terms(tuple(lines), untaxed / (inputs["rate"] or 1.0))

    def _dimension_codes(self):
        return [
            code.strip()
            for code in (self.company_id.sudo().key_account_dimensions or "").split(",")
        ]

    # ------------------------------------------------------------
    # Fingerprint and snapshot
    # ------------------------------------------------------------

    def _terms_fingerprint(self):
        """SHA-256 of all commercial terms: what a signature binds."""
        self.ensure_one()
        return envelope.fingerprint(self.sudo()._commercial_terms())

    def _commercial_terms(self):
        lines = self.order_line.filtered(lambda line: not line.is_downpayment)
        return {
            "partner": self.partner_id.id,
            "company": self.company_id.id,
            "currency": self.currency_id.name,
            "pricelist": self.pricelist_id.id,
            "payment_term": self.payment_term_id.id,
            "commitment_date": fields.Datetime.to_string(self.commitment_date) or "",
            "note": str(self.note or ""),
            "handover": str(self.handover_terms or ""),
            "agreements": self.agreement_ids._terms(),
            "requirements": [
                [r.kind, r.name, r.our_standard or ""]
                for r in self.requirement_ids.sorted("id")
            ],
            "lines": [
                line._commercial_terms()
                for line in lines.sorted(lambda line: (line.sequence, line.id))
            ],
        }

    def _terms_snapshot(self):
        """The terms as a small readable table, kept with the event."""
        self.ensure_one()
        row = Markup(
            "<tr><td>%s</td><td class='text-end'>%s %s</td><td class='text-end'>%s</td>"
            "<td class='text-end'>%s %%</td><td class='text-end'>%s</td></tr>"
        )
        rows = Markup().join(
            row
            % (
                line.name,
                formatLang(self.env, line.product_uom_qty),
                line.product_uom_id.name or "",
                format_amount(self.env, line.price_unit, self.currency_id),
                formatLang(self.env, line.discount),
                format_amount(self.env, line.price_subtotal, self.currency_id),
            )
            for line in self.order_line.filtered(lambda line: not line.display_type)
        )
        total = format_amount(self.env, self.amount_untaxed, self.currency_id)
        return Markup(
            "<table class='table table-sm'>%s<tr><th colspan='4'>%s</th><th"
            " class='text-end'>%s</th></tr></table>"
        ) % (rows, self.env._("Untaxed amount"), total)
