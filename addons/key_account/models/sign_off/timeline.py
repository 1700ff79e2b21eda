"""The sign-off of a quotation as it went, for people to read."""

from odoo import api, fields, models
from odoo.tools import format_date, format_datetime

from ..shared.label import listed, noted, selection_label

ICONS = {
    "request": "fa-paper-plane text-info",
    "approve": "fa-check text-success",
    "reject": "fa-ban text-danger",
    "send_back": "fa-reply text-warning",
    "withdraw": "fa-undo text-muted",
    "supersede": "fa-refresh text-muted",
    "escalate": "fa-level-up text-warning",
}


class SaleOrder(models.Model):
    _inherit = "sale.order"

    authority_timeline = fields.Html(
        compute="_compute_authority_timeline",
        sanitize=False,
        groups="sales_team.group_sale_salesman",
    )

    @api.depends("approval_ids")
    @api.depends_context("lang", "uid", "tz")
    def _compute_authority_timeline(self):
        # Whatever was recorded has bound the quotation: the others need no look.
        recorded = self._key_account_concerned().filtered("authority_bound")
        (self - recorded).authority_timeline = False
        for order in recorded:
            # As the reader may read them: evidence has its own rules.
            events = order.approval_ids.sorted("id", reverse=True)
            entries = [event._timeline_entry() for event in events]
            order.authority_timeline = bool(entries) and self.env["ir.qweb"]._render(
                "key_account.authority_timeline", {"events": entries}
            )

    def _timeline_term(self, term):
        """A recorded term for the timeline: what it was, and whether it lay outside."""
        return {
            "dimension": self._dimension_labels().get(term.dimension, term.dimension),
            "where": term.where or "",
            "value": term.shown_value,
            "within": term.within,
        }


class KeyAccountApproval(models.Model):
    _inherit = "key.account.approval"

    def _timeline_entry(self):
        """One event in words: who, in what capacity, when, what was said and meant."""
        self.ensure_one()
        # People are named also to whom their records are closed.
        order, event = self.order_id, self.sudo()
        return {
            "id": self.id,
            "icon": ICONS.get(self.event, "fa-circle"),
            "event": self._label("event"),
            "user": event.user_id,
            "by_process": self.capacity == "system",
            "capacity": event._capacity_label(),
            "date": format_datetime(self.env, self.date, dt_format="short"),
            "comment": self.comment or "",
            "asked": listed(self.env, event.approver_ids.mapped("name"))
            if self.event in ("request", "escalate")
            else "",
            "valid_until": self.valid_until and format_date(self.env, self.valid_until),
            "terms": [order._timeline_term(t) for t in self.term_ids],
            "snapshot": self.snapshot,
        }

    def _capacity_label(self):
        """The capacity somebody decided in; the process itself needs no word."""
        if self.capacity == "system":
            return ""
        level = self.level_id.name
        label = self._label("capacity")
        if self.delegator_id:
            return self.env._(
                "on behalf of %(delegator)s, %(level)s",
                delegator=self.delegator_id.name,
                level=level,
            )
        if self.capacity == "level" and level:
            return level
        # Who asks acts for themselves: the level is that which they ask.
        named = level and self.capacity != "author"
        return noted(self.env, label, level) if named else label

    def _label(self, name):
        return selection_label(self, name, self[name])
