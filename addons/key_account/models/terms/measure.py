"""What a quotation promises, as the rules measure it and as it is signed."""

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import format_amount, formatLang

from ...rules import authority as rules
from ...rules import envelope
from ..shared.links import read_links
from .inputs import PRICED


class SaleOrder(models.Model):
    _inherit = "sale.order"

    requirement_ids = fields.One2many(
        "key.account.requirement",
        "order_id",
        string="Requirements",
        groups="key_account.group_specialist,key_account.group_support",
    )
    handover_terms = fields.Html(
        string="Handover terms",
        help="How, where and by whom the goods are handed over and accepted.",
        prefetch="key_account",
    )
    authority_discount = fields.Float(
        string="Discount (%)",
        compute="_compute_authority_discount",
        help="Weighted, against reference prices.",
    )

    @api.depends("order_line.price_subtotal")
    def _compute_authority_discount(self):
        concerned = self._key_account_concerned()
        (self - concerned).authority_discount = 0.0
        # Where no price is measured by itself, it is for this figure.
        bare = concerned.filtered(
            lambda order: PRICED.isdisjoint(order._dimension_codes())
        )
        inputs = bare._measuring_inputs(("discount",)) if bare else {}
        terms = {order: order._terms(inputs[order]) for order in bare}
        found = (concerned - bare)._found_at_hand()
        terms |= {order: found[order].terms for order in found}
        for order in concerned:
            measures = rules.measure_terms(terms[order], ("discount",))
            worst = envelope.worst(measures).get(("discount", "order"))
            order.authority_discount = worst or 0.0

    # ------------------------------------------------------------
    # Measuring
    # ------------------------------------------------------------

    def _identity(self, inputs=None):
        """What an approval is bound to by name: another of these needs another
        approval. With inputs, the products are those that were measured."""
        self.ensure_one()
        # As it is, not as far as whoever asks may read it.
        return self.sudo()._identity_values(inputs)

    def _identity_values(self, inputs):
        """Hook: what :meth:`_identity` says; later rooms add theirs."""
        if inputs:
            products = inputs["products"]
        else:
            products = self._measured_products().ids
        units = self._measured_lines().product_uom_id
        identity = {
            "partner": self._key_account_customer().id,
            "company": self.company_id.id,
            "currency": self.currency_id.id,
            "products": sorted(products),
            "parts": self._chosen_parts(),
            # A dozen that contains more is another offer.
            "units": {str(unit.id): unit._key_account_factor() for unit in units},
        }
        # What has been signed and confirmed asks for nothing more.
        return identity if self.state == "sale" else {**identity, **self._asked()}

    def _chosen_parts(self):
        """The items that were chosen in combos, with their options: the price of a
        combo covers these."""
        parts = self.order_line.filtered(lambda line: line._is_combo_part())
        return sorted(part._extra_key() for part in parts)

    def _asked(self):
        """What the customer has to do before it is an order."""
        return {
            "signature": self.require_signature,
            "prepayment": self.prepayment_percent if self.require_payment else 0.0,
        }

    def _terms(self, inputs):
        """The terms as the rules measure them, with the given inputs."""
        self.ensure_one()
        order = self.sudo()
        lines, offered, untaxed, total = [], [], 0.0, 0.0
        none, combos = order.order_line.browse(), order.order_line.combo_item_id
        by_category = order._limits_by_category()
        for line in order.order_line:
            if not line._is_term():
                continue
            line_untaxed, line_total = line._measured_values()
            untaxed += line_untaxed
            total += line_total
            if not line._is_combo_part():
                into = offered if line._is_offered() else lines
                parts = line._combo_parts() if combos else none
                into.append(line._measured(inputs, parts, by_category))
        rate = inputs["rate"]
        return rules.Terms(
            lines=tuple(lines),
            offered=tuple(offered),
            untaxed=untaxed / rate if rate else None,
            total=total / rate if rate else None,
            rounding=order.company_id.currency_id.rounding,
            **order._terms_beside_lines(inputs),
        )

    def _terms_beside_lines(self, inputs):
        """What the switched-on dimensions ask of the order itself, as ``Terms`` has it.

        An add-on puts what its own dimensions need into ``more``; what it names in
        ``_added_terms()`` is there already.
        """
        self.ensure_one()
        codes = self._dimension_codes()
        values = {
            "receivable": inputs.get("receivable"),
            "credit_limit": inputs.get("credit_limit"),
            "more": self._added_values(),
        }
        if "payment_days" in codes:
            values["payment_days"] = self.payment_term_id._key_account_due_days()
        if "lead_time" in codes:
            values["promised_days"] = self._promised_days(inputs)
        if "deviation" in codes:
            # What is asked for after the order was confirmed is another deal.
            confirmed = self.state == "sale" and "deviations" in inputs
            values["deviations"] = (
                inputs["deviations"] if confirmed else len(self._deviating_lines())
            )
        return values

    # ------------------------------------------------------------
    # Fingerprint and snapshot
    # ------------------------------------------------------------

    def _terms_fingerprint(self):
        """SHA-256 of all commercial terms: what a signature binds."""
        self.ensure_one()
        # The same for everybody, whatever of it they may read.
        return envelope.fingerprint(self.sudo()._commercial_terms())

    def _has_fingerprint(self, fingerprint):
        """Whether these are the terms that a fingerprint was made of."""
        self.ensure_one()
        # As above.
        terms = self.sudo()._commercial_terms()
        if not fingerprint or fingerprint == envelope.fingerprint(terms):
            return bool(fingerprint)
        return any(
            fingerprint == envelope.fingerprint(former)
            for former in self._former_terms(terms)
        )

    def _former_terms(self, terms):
        """Hook: how the same terms were written down before. A customer that was merged
        is the same customer, by whatever id it was known then."""
        former = self.env["key.account.merge"]._former_ids(self.partner_id.id)
        known = [terms, *({**terms, "partner": partner_id} for partner_id in former)]
        # Until it was part of them, nobody was shown the rest of a payment term.
        shorter = [
            {name: value for name, value in each.items() if name != "payment_rest"}
            for each in known
        ]
        return known[1:] + shorter

    def _commercial_terms(self):
        """Hook: what the fingerprint is made of; later rooms add theirs."""
        read_links(*self._lists_of_terms())
        lines = self.order_line.filtered(lambda line: not line._is_down_payment())
        added = {name: value for name, value in self._added_values().items() if value}
        return {
            # What was signed before there was any of it says nothing of it.
            **({"added": added} if added else {}),
            "partner": self.partner_id.id,
            "company": self.company_id.id,
            "currency": self.currency_id.name,
            "pricelist": self.pricelist_id.id,
            "payment_term": [
                self.payment_term_id.id,
                [
                    [part.value, repr(part.value_amount), part.delay_type, part.nb_days]
                    for part in self.payment_term_id.line_ids
                ],
            ],
            "payment_rest": self.payment_term_id._key_account_rest(),
            "commitment_date": fields.Datetime.to_string(self.commitment_date) or "",
            "note": str(self.note or ""),
            "handover": str(self.handover_terms or ""),
            "requirements": [
                [r.kind, r.name, r.our_standard or ""]
                for r in self.requirement_ids.sorted("id")
            ],
            "lines": [
                line._commercial_terms()
                for line in lines.sorted(lambda line: (line.sequence, line.id))
            ],
        }

    def _lists_of_terms(self):
        """Hook: ``[(records, names)]``, the lists that the fingerprint looks at; read
        at once."""
        return [(self.order_line, ["tax_ids"])]

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
