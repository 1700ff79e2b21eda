"""The sign-off in words: why it is needed, and the strip on the quotation."""

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
        tone, icon, text = self._preview_words(found)
        impact, reasons = [], []
        if found.state not in ("within", "approved"):
            impact = self._impact(found.decision)
            reasons = [] if impact else self._reasons(found.decision)
        return self.env["ir.qweb"]._render(
            "key_account.authority_strip",
            {
                "tone": tone,
                "icon": icon,
                "text": text,
                "reasons": reasons,
                "impact": impact[:SHOWN_REASONS],
                "more": len(impact) - SHOWN_REASONS,
                "own": self.env.user in (self.terms_author_id | self.user_id)
                or not self.terms_author_id,
            },
        )

    def _preview_words(self, found):
        """(tone, icon, sentence) of the strip."""
        order = (self._origin or self).sudo()
        if found.state == "within":
            return "quiet", "check", self._within_words()
        if found.state == "approved":
            event = order.approval_ids.filtered(lambda a: a.event == "approve")
            event = event.sorted("id")[-1:]
            text = self.env._(
                "Approved by %(name)s on %(date)s; better terms need nobody, worse"
                " ones a new sign-off.",
                name=event.by_whom,
                date=format_date(self.env, event.date),
            )
            return "quiet", "check-circle", text
        if found.state == "rejected":
            last = order._last_event()
            text = self.env._(
                "Rejected by %(name)s: %(comment)s",
                name=last.by_whom,
                comment=last.comment or "",
            )
            return "danger", "ban", text
        if found.state == "pending":
            users = order.approver_ids
            if not users:
                return "warning", "user-times", self._nobody_words(found)
            text = self.env._("Waiting for sign-off by %s.", order._names(users))
            return "info", "hourglass-half", text
        users = self.sudo()._route(found.decision.required_level).users
        if not users:
            return "warning", "user-times", self._nobody_words(found)
        text = self.env._(
            "Sign-off needed. Would be decided by: %s.", order._names(users)
        )
        return "warning", "lock", text

    def _within_words(self):
        own = self.env.user in (self.terms_author_id | self.user_id)
        if own or not self.terms_author_id:
            return self.env._("Within your authority: no sign-off needed.")
        return self.env._("Within the author's authority: no sign-off needed.")

    def _nobody_words(self, found):
        return self.env._(
            "Sign-off needed, but nobody can decide. %s",
            self.sudo()._why_nobody(found.decision.required_level),
        )

    def _names(self, users):
        """Their names; who stands in for somebody is told apart."""
        stand_ins = self._stand_ins()
        names = []
        for user in users:
            away = [by for by, to in stand_ins.items() if to == user.id]
            away = users.filtered(lambda u, ids=away: u.id in ids)
            if away:
                names.append(
                    self.env._(
                        "%(name)s on behalf of %(delegator)s",
                        name=user.name,
                        delegator=", ".join(away.mapped("name")),
                    )
                )
            else:
                names.append(user.name)
        return ", ".join(names)
