"""The impact of a quotation and what changed since it was last decided, for whoever
signs it off."""

from odoo import api, fields, models
from odoo.tools import format_amount, format_date, formatLang

from ...rules import authority as rules
from ...rules import difference, envelope

ACCEPTED = ("approve",)
DECIDED = ("approve", "reject", "send_back")


class SaleOrder(models.Model):
    _inherit = "sale.order"

    authority_difference = fields.Html(
        compute="_compute_authority_difference",
        sanitize=False,
        groups="sales_team.group_sale_salesman",
        help="What changed since the last approval, or the last decision.",
    )
    authority_impact = fields.Html(
        compute="_compute_authority_impact",
        sanitize=False,
        groups="sales_team.group_sale_salesman",
        help="What lies outside authority, by how much, and who may accept it.",
    )

    # ------------------------------------------------------------
    # Compute
    # ------------------------------------------------------------

    @api.depends("authority_state", "approval_ids", "order_line.price_subtotal")
    @api.depends_context("lang", "uid")
    def _compute_authority_difference(self):
        asked = self._key_account_concerned().filtered(
            lambda order: order.authority_state in ("required", "pending", "rejected")
        )
        (self - asked).authority_difference = False
        found = asked._found_at_hand()
        for order in asked:
            changes = order._changes_since_decision(found[order].inputs)
            order.authority_difference = bool(changes) and self.env["ir.qweb"]._render(
                "key_account.authority_difference",
                {"changes": changes, "order": order},
            )

    @api.depends("authority_state", "approval_ids", "order_line.price_subtotal")
    @api.depends_context("lang", "uid")
    def _compute_authority_impact(self):
        concerned = self._key_account_concerned()
        (self - concerned).authority_impact = False
        found = concerned._found_at_hand()
        for order in concerned:
            order.authority_impact = self.env["ir.qweb"]._render(
                "key_account.authority_impact",
                {"impact": order._impact(found[order].decision)},
            )

    # ------------------------------------------------------------
    # Impact
    # ------------------------------------------------------------

    def _impact(self, decision):
        """What lies outside, worst first and each term once: words for the screen."""
        self.ensure_one()
        labels = self._dimension_labels()
        shown = []
        for verdict in sorted(decision.outside, key=self._impact_order):
            measure = verdict.measure
            open_ = self._may_see_figures(measure.dimension)
            lower = rules.DIMENSIONS[measure.dimension].lower_is_worse
            shown.append(
                {
                    "dimension": labels[measure.dimension],
                    "where": measure.where if measure.scope == "line" else "",
                    "value": self._measured_text(
                        measure.dimension, measure.value, verdict.limit
                    ),
                    "limit": self._value_text(measure.dimension, verdict.limit)
                    if open_
                    else "",
                    "sign": "<" if lower else ">",
                    "beyond": self._beyond(verdict) if open_ else "",
                    "level": self.env["key.account.authority.level"]
                    ._by_sequence(self.company_id, verdict.required_level)
                    .name,
                }
            )
        unique = {tuple(row.values()): row for row in shown}
        return list(unique.values())

    @staticmethod
    def _impact_order(verdict):
        return -(verdict.required_level or 0), verdict.measure.scope != "order"

    def _beyond(self, verdict):
        """By how much a value lies beyond the limit, or nothing where that cannot be
        said."""
        value, limit = verdict.measure.value, verdict.limit
        if value is None or limit in (None, rules.UNLIMITED):
            return ""
        return self._value_text(verdict.measure.dimension, abs(value - limit), 0.0)

    # ------------------------------------------------------------
    # Difference
    # ------------------------------------------------------------

    def _frozen_details(self):
        # Kept as values: a snapshot is for reading, this is for comparing.
        return {**super()._frozen_details(), "lines": self._frozen_lines()}

    def _frozen_lines(self):
        """The priced lines as plain values, in the currency of the order."""
        return [
            {
                "id": line._origin.id,
                "product": line.product_id._origin.id,
                "name": (line.name or line.product_id.name or "").split("\n")[0],
                "quantity": line.product_uom_qty,
                "unit": line.product_uom_id.id,
                "price": line.price_unit,
                "discount": line.discount,
            }
            for line in self._measured_lines()
        ]

    def _compared_event(self):
        """The event a new request is compared with: the last approval, else the last
        decision."""
        self.ensure_one()
        events = self.approval_ids.sorted("id", reverse=True)
        for wanted in (ACCEPTED, DECIDED):
            found = events.filtered(lambda event, wanted=wanted: event.event in wanted)
            if found:
                return found[0]
        return events.browse()

    def _changes_since_decision(self, current):
        """What changed since, in words; nothing when there was no decision, or no
        change.

        :param current: inputs measured now, for what was not there then
        """
        self.ensure_one()
        # The decision as far as the reader may read them; its figures are worded for
        # the reader, who may not read all of them.
        event, order = self._compared_event().sudo(), self.sudo()
        frozen = event.inputs
        return order._changes_since(event, frozen, current) if frozen else None

    def _changes_since(self, event, frozen, current):
        inputs = _with_frozen(current, frozen)
        terms = self._terms(inputs)
        now = envelope.worst(rules.measure_terms(terms, self._dimension_codes()))
        before = {tuple(key.split("/")): val for key, val in frozen["worst"].items()}
        found = difference.term_changes(before, now)
        lines = ()
        if "lines" in frozen:
            lines = difference.line_changes(frozen["lines"], self._frozen_lines())
        foreign = envelope.foreign_identity(frozen, self._identity())
        if not (found or lines or foreign):
            return None
        broken = {tuple(key) for key in self._broken_since(frozen) if len(key) == 2}
        return {
            "since": self._since_text(event),
            "identities": [self._identity_label(name) for name in foreign],
            "terms": [self._term_change(change, broken) for change in found],
            "lines": [self._line_change(change) for change in lines],
        }

    def _since_text(self, event):
        name = event.user_id.name
        date = format_date(self.env, event.date)
        if event.event == "approve":
            return self.env._("approved by %(name)s on %(date)s", name=name, date=date)
        if event.event == "reject":
            return self.env._("rejected by %(name)s on %(date)s", name=name, date=date)
        return self.env._("sent back by %(name)s on %(date)s", name=name, date=date)

    def _identity_label(self, name):
        return {
            "partner": self.env._("Another customer"),
            "company": self.env._("Another company"),
            "currency": self.env._("Another currency"),
            "products": self.env._("A product that was not approved"),
            "parts": self.env._("A product that was not approved"),
            "agreements": self.env._("An agreement that was not approved as it is"),
            "units": self.env._("A unit of measure that contains something else"),
            "signature": self.env._("No signature of the customer any more"),
            "prepayment": self.env._("Less prepayment"),
        }[name]

    def _term_change(self, change, broken):
        """One measured term, before and now, for the screen.

        :param broken: terms that the decision does not cover any more
        """
        key = (change.dimension, change.scope)
        before, now = change.before, change.now
        if self._may_see_figures(change.dimension):
            before = self._measured_text(change.dimension, before, change.now)
            now = self._measured_text(change.dimension, now, change.before)
        else:
            worse = change.direction == "worse"
            before, now = "…", self.env._("worse") if worse else self.env._("better")
        return {
            "dimension": self._dimension_labels()[change.dimension],
            "scope": self.env._("worst line") if change.scope == "line" else "",
            "before": before,
            "now": now,
            "direction": change.direction,
            "rises": (change.now or 0.0) > (change.before or 0.0),
            "broken": change.direction == "worse" and key in broken,
        }

    def _line_change(self, change):
        line = change.now or change.before
        fields_ = change.fields if change.kind == "changed" else ("quantity", "price")
        return {
            "kind": change.kind,
            "name": line["name"],
            "values": [
                {
                    "label": self._line_label(name),
                    "before": self._line_value(name, change.before),
                    "now": self._line_value(name, change.now),
                }
                for name in fields_
            ],
        }

    def _line_label(self, name):
        return {
            "quantity": self.env._("quantity"),
            "unit": self.env._("unit"),
            "price": self.env._("price"),
            "discount": self.env._("discount"),
        }[name]

    def _line_value(self, name, line):
        if line is None:
            return ""
        if name == "price":
            return format_amount(self.env, line["price"], self.currency_id)
        if name == "discount":
            digits = rules.decimals(line["discount"])
            return f"{formatLang(self.env, line['discount'], digits=digits)} %"
        if name == "quantity":
            return formatLang(self.env, line["quantity"], digits=2)
        return self.env["uom.uom"].browse(line["unit"]).exists().name or ""


def _with_frozen(current, frozen):
    """Inputs of now, overlaid with those of then: what changed is the offer, not the
    rate or the price list; a product that was not there then has its price of now."""
    merged = dict(current)
    for name, value in frozen.items():
        if isinstance(value, dict) and isinstance(merged.get(name), dict):
            merged[name] = {**merged[name], **value}
        else:
            merged[name] = value
    return merged
