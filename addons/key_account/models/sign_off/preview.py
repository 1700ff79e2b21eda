"""The sign-off in words: why it is needed, and the strip on the quotation."""

from odoo import api, fields, models
from odoo.tools import format_date

from ...rules import authority as rules
from ..authority.dimension import dimensions

# The strip stays quiet; refusals name every reason.
SHOWN_REASONS = 4
# States in which there is nothing to explain.
QUIET = ("within", "approved")


class SaleOrder(models.Model):
    _inherit = "sale.order"

    authority_preview = fields.Html(
        compute="_compute_authority_preview", sanitize=False, groups="base.group_user"
    )

    @api.depends(
        "authority_state",
        "order_line.price_subtotal",
        "order_line.product_uom_qty",
        "order_line.discount",
    )
    @api.depends_context("lang", "uid")
    def _compute_authority_preview(self):
        concerned = self._key_account_concerned()
        (self - concerned).authority_preview = False
        # What is stored tells enough where there is nothing to explain.
        explained = concerned.filtered(lambda order: not order._preview_is_quiet())
        found = explained._authority_found() if explained else {}
        for order in concerned:
            order.authority_preview = order._preview(found.get(order))

    # ------------------------------------------------------------
    # Words
    # ------------------------------------------------------------

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
        term, rule = self._term_name(verdict.measure), self._rule_of(verdict)
        level = self.env["key.account.authority.level"]._by_sequence(
            self.company_id, verdict.required_level
        )
        if verdict.measure.value is None:
            return self._reason_unmeasured(term, verdict, level)
        if rule.private and not numbers:
            return self._reason_private(term, rule, level, own)
        words = {
            "term": term,
            "value": self._shown(rule.code, verdict.measure.value),
            "limit": self._shown(rule.code, verdict.limit),
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
            limit=self._shown(rule.code, verdict.required_limit),
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
        return {
            "discount": self.env._("there is no reference price"),
            "margin": self.env._("the product has no cost"),
            "payment_days": self.env._("there are no payment terms"),
            "lead_time": self.env._("delivery date or lead times are missing"),
            "credit": self.env._("the customer has no credit limit"),
        }.get(dimension, self.env._("what it is measured with is missing"))

    def _term_name(self, measure):
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

    @staticmethod
    def _rule_of(verdict):
        return rules.DIMENSIONS[verdict.measure.dimension]

    def _shown(self, dimension, value):
        return self.env["key.account.authority.limit"]._shown(
            dimension, value, self.company_id.currency_id
        )

    def _preview_is_quiet(self):
        """Nothing lies outside, and nothing that is measured here can be missing."""
        return self.authority_state in QUIET and not any(
            rules.DIMENSIONS[code].gives_notice()
            for code in self._dimension_codes()
            if code in rules.DIMENSIONS
        )

    def _preview(self, found=None):
        """The strip on the quotation: within, or what is outside and who decides.

        :param found: as measured now; not needed where the strip is quiet
        """
        self.ensure_one()
        state = found.state if found else self.authority_state
        tone, icon, text = self._preview_words(state, found)
        impact, reasons, notices = [], [], []
        if found:
            notices = self._notices(found.decision)
        if state not in QUIET:
            impact = self._impact(found.decision)
            own = self._speaks_to_author()
            reasons = [] if impact else self._reasons(found.decision, own=own)
        return self.env["ir.qweb"]._render(
            "key_account.authority_strip",
            {
                "tone": tone,
                "icon": icon,
                "text": text,
                "reasons": reasons,
                "notices": notices,
                "impact": impact[:SHOWN_REASONS],
                "more": len(impact) - SHOWN_REASONS,
                "own": self._speaks_to_author(),
            },
        )

    def _preview_words(self, state, found):
        """(tone, icon, sentence) of the strip."""
        order = (self._origin or self).sudo()
        if state == "required" and order._confirmed_unapproved():
            text = self.env._(
                "Confirmed without sign-off, when controls only observed. Nothing is"
                " held up."
            )
            return "warning", "eye", text
        if state == "within":
            return "quiet", "check", self._within_words()
        if state == "approved":
            event = order.approval_ids.filtered(lambda a: a.event == "approve")
            event = event.sorted("id")[-1:]
            text = self.env._(
                "Approved by %(name)s on %(date)s; better terms need nobody, worse"
                " ones a new sign-off.",
                name=event.by_whom,
                date=format_date(self.env, event.date),
            )
            return "quiet", "check-circle", text
        if state == "rejected":
            last = order._last_event()
            text = self.env._(
                "Rejected by %(name)s: %(comment)s",
                name=last.by_whom,
                comment=last.comment or "",
            )
            return "danger", "ban", text
        if state == "pending":
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
        last = order._last_event()
        if last.event == "send_back":
            back = self.env._(
                "Sent back by %(name)s: %(comment)s",
                name=last.by_whom,
                comment=last.comment or "",
            )
            return "warning", "reply", f"{back} {text}"
        return "warning", "lock", text

    def _speaks_to_author(self):
        """Whether the reader is whose limits these are."""
        people = self.terms_author_id | self.user_id
        return not self.terms_author_id or self.env.user in people

    def _within_words(self):
        if self._speaks_to_author():
            return self.env._("Within your authority: no sign-off needed.")
        return self.env._("Within the author's authority: no sign-off needed.")

    def _nobody_words(self, found):
        return self.env._(
            "Sign-off needed, but nobody can decide. %s",
            self.sudo()._why_nobody(found.decision.required_level),
        )

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
                        delegator=", ".join(away.mapped("name")),
                    )
                )
            else:
                names.append(user.name)
        return ", ".join(names)
