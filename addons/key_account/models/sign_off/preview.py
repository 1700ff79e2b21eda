"""The strip on the quotation: within, or what lies outside and who decides."""

from odoo import api, fields, models
from odoo.tools import format_date

from ...rules import authority as rules

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
        found = explained._found_at_hand()
        for order in concerned:
            # It names who decides and what lies outside, as far as the reader may know.
            full = order.sudo()
            order.authority_preview = full._preview(found.get(order))

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
        tone, icon, text = self._preview_parts(state, found)
        impact, reasons, notices = [], [], []
        if found:
            notices = self._notices(found.decision)
        notices = [*notices, *self._payment_notices()]
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

    def _payment_notices(self):
        """Where the customer asked for, or was to be given, another payment than the
        quotation says."""
        return [self._payment_notice(line) for line in self._contradicted_payment()]

    def _payment_notice(self, line):
        term = self.payment_term_id.name
        if line.our_standard:
            return self.env._(
                "What was settled with the customer is payment “%(settled)s”, the"
                " payment terms say “%(term)s”: one of them has to change.",
                settled=line.our_standard,
                term=term,
            )
        return self.env._(
            "The customer asks for payment “%(asked)s”, the payment terms say"
            " “%(term)s”: one of them has to change.",
            asked=line.name,
            term=term,
        )

    def _preview_parts(self, state, found):
        """(tone, icon, sentence) of the strip."""
        order = self._origin or self
        if state == "required" and order._confirmed_unapproved():
            text = self.env._(
                "Confirmed without sign-off, while the controls only observed."
                " Nothing is held up."
            )
            return "warning", "eye", text
        if state == "within":
            return "quiet", "check", self._within_text()
        if state == "approved":
            return "quiet", "check-circle", order._approved_text()
        if state == "rejected":
            return "danger", "ban", order._rejected_text()
        if state == "pending":
            users = order.approver_ids
            if not users:
                return "warning", "user-times", self._nobody_text(found)
            text = self.env._("Waiting for sign-off by %s.", order._names(users))
            return "info", "hourglass-half", text
        users = self._decided_by(found.decision).users
        if not users:
            return "warning", "user-times", self._nobody_text(found)
        text = self.env._(
            "Sign-off needed. Would be decided by: %s.", order._names(users)
        )
        if back := order._sent_back_text():
            return "warning", "reply", f"{back} {text}"
        return "warning", "lock", text

    def _approved_text(self):
        event = self.approval_ids.filtered(lambda a: a.event == "approve")
        event = event.sorted("id")[-1:]
        return self.env._(
            "Approved by %(name)s on %(date)s; better terms need no sign-off, worse"
            " ones need a new one.",
            name=event.by_whom,
            date=format_date(self.env, event.date),
        )

    def _rejected_text(self):
        last = self._last_event()
        return self.env._(
            "Rejected by %(name)s: %(comment)s",
            name=last.by_whom,
            comment=last.comment or "",
        )

    def _sent_back_text(self):
        """Who sent it back, and why; nothing where that is not how it stands."""
        last = self._last_event()
        if last.event != "send_back":
            return ""
        return self.env._(
            "Sent back by %(name)s: %(comment)s",
            name=last.by_whom,
            comment=last.comment or "",
        )

    def _within_text(self):
        if self._speaks_to_author():
            return self.env._("Within your authority: no sign-off needed.")
        return self.env._("Within the author's authority: no sign-off needed.")

    def _nobody_text(self, found):
        return self.env._(
            "Sign-off needed, but nobody can decide. %s",
            self._why_nobody(found.decision.required_level, found.decision.enough),
        )
