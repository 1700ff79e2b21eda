"""The sign-off in words: why it is needed, and the strip on the quotation."""

from markupsafe import Markup

from odoo import models
from odoo.tools import format_amount, format_date, formatLang

from ..rules import authority as rules

# The strip stays quiet; refusals name every reason.
SHOWN_REASONS = 4


class SaleOrder(models.Model):
    _inherit = "sale.order"

    # ------------------------------------------------------------
    # Words
    # ------------------------------------------------------------

    def _reasons(self, decision):
        """Why sign-off is needed, in the reader's language."""
        self.ensure_one()
        reasons = list(dict.fromkeys(map(self._reason, decision.outside)))
        if not reasons and decision.required_level:
            reasons = [
                self.env._(
                    "Every quotation of this team is signed off by the next level."
                )
            ]
        return reasons

    def _reason(self, verdict):
        measure = verdict.measure
        names = dict(
            self.env["key.account.approval.term"]
            ._fields["dimension"]
            ._description_selection(self.env)
        )
        if measure.scope == "line":
            term = self.env._(
                "%(dimension)s on “%(line)s”",
                dimension=names[measure.dimension],
                line=measure.where,
            )
        else:
            term = self.env._(
                "%(dimension)s of the order", dimension=names[measure.dimension]
            )
        level = self.env["key.account.authority.level"]._by_sequence(
            self.company_id, verdict.required_level
        )
        if measure.value is None:
            return self.env._(
                "%(term)s cannot be measured: needs %(level)s.",
                term=term,
                level=level.name,
            )
        limit = self._shown(measure.dimension, verdict.limit)
        text = self.env._(
            "%(term)s is %(value)s, your limit is %(limit)s",
            term=term,
            value=self._shown(measure.dimension, measure.value),
            limit=limit,
        )
        if not level:
            return self.env._("%(text)s: no level may accept it.", text=text)
        return self.env._(
            "%(text)s: needs %(level)s (≤ %(limit)s).",
            text=text,
            level=level.name,
            limit=self._shown(measure.dimension, verdict.required_limit),
        )

    def _shown(self, dimension, value):
        if value is None:
            return self.env._("none")
        if value == rules.UNLIMITED:
            return self.env._("unlimited")
        if rules.DIMENSIONS[dimension].unit == "currency":
            return format_amount(self.env, value, self.company_id.currency_id)
        return f"{formatLang(self.env, value, digits=1)} %"

    def _preview(self, found):
        """The strip on the quotation: within, or what is outside and who decides."""
        self.ensure_one()
        state, decision = found.state, found.decision
        order = self._origin or self
        strip = Markup(
            "<div class='alert alert-%s py-2 mb-2' role='status'><i class='fa fa-%s"
            " me-2'></i>%s%s</div>"
        )
        if state == "within":
            return strip % (
                "success",
                "check",
                self.env._("Within your authority: no sign-off needed."),
                "",
            )
        if state == "approved":
            event = (
                order.sudo()
                .approval_ids.filtered(lambda a: a.event == "approve")
                .sorted("id")[-1:]
            )
            text = self.env._(
                "Approved by %(name)s on %(date)s; better terms need nobody, worse"
                " ones a new sign-off.",
                name=event.user_id.name,
                date=format_date(self.env, event.date),
            )
            return strip % ("success", "check-circle", text, "")
        lines = self._reasons(decision)
        if len(lines) > SHOWN_REASONS:
            rest = self.env._("and %s more", len(lines) - SHOWN_REASONS + 1)
            lines = [*lines[: SHOWN_REASONS - 1], rest]
        reasons = Markup("<ul class='mb-0 mt-1'>%s</ul>") % Markup().join(
            Markup("<li>%s</li>") % line for line in lines
        )
        if state == "rejected":
            last = order.sudo()._last_event()
            text = self.env._(
                "Rejected by %(name)s: %(comment)s",
                name=last.user_id.name,
                comment=last.comment or "",
            )
            return strip % ("danger", "ban", text, reasons)
        if state == "pending":
            names = ", ".join(order.sudo().approver_ids.mapped("name")) or self.env._(
                "nobody available"
            )
            return strip % (
                "info",
                "hourglass-half",
                self.env._("Waiting for sign-off by %s.", names),
                reasons,
            )
        _level, users, _sole = order.sudo()._route(decision.required_level)
        who = ", ".join(users.mapped("name")) or self.env._(
            "nobody at present: tell Configuration"
        )
        return strip % (
            "warning",
            "lock",
            self.env._("Sign-off needed. Would be decided by: %s.", who),
            reasons,
        )
