"""The sign-off in words: why it is needed, in figures for those who may see them."""

from odoo import models

from ...rules import authority as rules
from ..authority.dimension import dimensions
from ..shared.label import listed, selection_label, selection_labels

# What is measured in money, and not at all in a currency without a rate.
_IN_MONEY = ("discount", "amount", "margin", "credit")


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _reasons(self, decision, numbers=False, own=True):
        """Why sign-off is needed, in the reader's language.

        :param numbers: with values and limits of private dimensions, too: only for what
            nobody but a manager reads
        :param own: said to the author of the terms; else to others, or kept
        """
        self.ensure_one()
        reasons = list(
            dict.fromkeys(self._reason(v, numbers, own) for v in decision.outside)
        )
        if not reasons and decision.required_level:
            reasons = [
                self.env._(
                    "Every quotation of this team is signed off by the next level."
                )
            ]
        return reasons

    def _notices(self, decision):
        """What could not be measured, and asks nobody."""
        self.ensure_one()
        return list(dict.fromkeys(map(self._reason, decision.notices)))

    def _reason(self, verdict, numbers=False, own=True):
        """One measured term against its limit, in words."""
        term, rule = self._term_label(verdict.measure), self._rule_of(verdict)
        level = self.env["key.account.authority.level"]._by_sequence(
            self.company_id, verdict.required_level
        )
        if verdict.measure.value is None:
            return self._reason_unmeasured(term, verdict, level)
        if rule.private and not numbers:
            return self._reason_private(term, rule, level, own)
        words = {
            "term": term,
            "value": self._value_text(rule.code, verdict.measure.value, verdict.limit),
            "limit": self._value_text(rule.code, verdict.limit),
        }
        if own:
            text = self.env._("%(term)s is %(value)s, your limit is %(limit)s", **words)
        else:
            text = self.env._(
                "%(term)s is %(value)s, the author's limit is %(limit)s", **words
            )
        if not level:
            return self.env._("%(text)s: no level may accept it.", text=text)
        return self.env._(
            "%(text)s: needs %(level)s (%(sign)s %(limit)s).",
            text=text,
            level=level.name,
            sign="≥" if rule.lower_is_worse else "≤",
            limit=self._value_text(rule.code, verdict.required_limit),
        )

    def _reason_unmeasured(self, term, verdict, level):
        text = self.env._(
            "%(term)s cannot be measured: %(why)s",
            term=term,
            why=self._why_unmeasured(verdict.measure.dimension),
        )
        if verdict.is_notice:
            return self.env._("%(text)s.", text=text)
        if not level:
            return self.env._("%(text)s. No level may accept it.", text=text)
        return self.env._("%(text)s. Needs %(level)s.", text=text, level=level.name)

    def _reason_private(self, term, rule, level, own):
        if rule.lower_is_worse and own:
            text = self.env._("%(term)s is below your limit", term=term)
        elif rule.lower_is_worse:
            text = self.env._("%(term)s is below the author's limit", term=term)
        elif own:
            text = self.env._("%(term)s is beyond your limit", term=term)
        else:
            text = self.env._("%(term)s is beyond the author's limit", term=term)
        if not level:
            return self.env._("%(text)s: no level may accept it.", text=text)
        return self.env._("%(text)s: needs %(level)s.", text=text, level=level.name)

    def _why_unmeasured(self, dimension):
        """What is missing; an add-on names it for its own dimensions."""
        if dimension in _IN_MONEY and not self._measuring_rate(self._measuring_day()):
            return self.env._("%s has no exchange rate", self.currency_id.name)
        return {
            "discount": self.env._("there is no reference price"),
            "margin": self.env._("the product has no cost"),
            "payment_days": self.env._("there are no payment terms"),
            "lead_time": self.env._("delivery date or lead times are missing"),
            "credit": self.env._("the customer has no credit limit"),
        }.get(dimension, self.env._("what it is measured with is missing"))

    def _verdict_text(self, verdict):
        """For everybody who reads the history: without the numbers of private
        dimensions."""
        if verdict.is_notice:
            return self.env._("Notice: %s", self._reason(verdict, own=False))
        if verdict.within:
            return self.env._("within")
        return self._reason(verdict, own=False)

    # ------------------------------------------------------------
    # Names and figures
    # ------------------------------------------------------------

    def _term_label(self, measure):
        names = dict(dimensions(self))
        if measure.scope == "line":
            return self.env._(
                "%(dimension)s on “%(line)s”",
                dimension=names[measure.dimension],
                line=measure.where,
            )
        return self.env._(
            "%(dimension)s of the order", dimension=names[measure.dimension]
        )

    def _dimension_labels(self):
        term = self.env["key.account.approval.term"]
        return selection_labels(term, "dimension")

    @staticmethod
    def _rule_of(verdict):
        return rules.DIMENSIONS[verdict.measure.dimension]

    def _value_text(self, dimension, value, beside=None):
        return self.env["key.account.authority.limit"]._value_text(
            dimension, value, self.company_id.currency_id, beside
        )

    def _measured_text(self, dimension, value, beside=None):
        if value is None:
            return self.env._("not measurable")
        if not self._may_see_figures(dimension):
            lower = rules.DIMENSIONS[dimension].lower_is_worse
            if lower:
                return self.env._("below the limit")
            return self.env._("beyond the limit")
        return self._value_text(dimension, value, beside)

    def _may_see_figures(self, dimension):
        private = rules.DIMENSIONS[dimension].private
        return not private or self.env.user.has_group("key_account.group_manager")

    def _authority_label(self):
        return selection_label(self, "authority_state", self.authority_state)

    # ------------------------------------------------------------
    # People
    # ------------------------------------------------------------

    def _speaks_to_author(self):
        """Whether the reader is whose limits these are."""
        people = self.terms_author_id | self.user_id
        return not self.terms_author_id or self.env.user in people

    def _names(self, users):
        """Their names; who can decide only for somebody who is away is told apart."""
        stand_ins = self._stand_ins()
        Level, needed = self.env["key.account.authority.level"], self.authority_level_id
        names = []
        for user in users:
            own = Level._level_of(user, self.company_id, self.team_id)
            enough = own is not None and own >= needed.sequence
            away = [by for by, to in stand_ins.items() if to == user.id and not enough]
            away = users.filtered(lambda u, ids=away: u.id in ids)
            if away:
                names.append(
                    self.env._(
                        "%(name)s on behalf of %(delegator)s",
                        name=user.name,
                        delegator=listed(self.env, away.mapped("name")),
                    )
                )
            else:
                names.append(user.name)
        return listed(self.env, names)
