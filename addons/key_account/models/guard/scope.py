"""Nobody takes a held quotation out of the controls by naming another team, customer or
company; nothing joins them worse than it was confirmed."""

from odoo import models
from odoo.exceptions import UserError

from ...rules.states import UNAPPROVED
from ..shared import optional
from ..shared.label import listed

# These say whether a quotation is controlled at all.
SCOPE = frozenset(
    ("team_id", "partner_id", "company_id", "user_id", *optional.cart_fields())
)
_SCOPE_WATCHED = object()


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _write_watched(self, vals, held, strangers):
        """Write what says whether these orders are controlled; both kinds as found by
        :meth:`_scope_to_watch`."""
        watched = self.with_context(key_account_scope=_SCOPE_WATCHED)
        # Undone with the refusal, should somebody swallow it.
        with self.env.cr.savepoint():
            res = watched.write(vals)
            held._assert_still_controlled()
            strangers._assert_may_join()
        return res

    def _scope_to_watch(self):
        """(quotations that must not leave the controls with this change, orders that
        were confirmed without them), or None where there is neither."""
        if self.env.context.get("key_account_scope") is _SCOPE_WATCHED:
            return None
        held = self._held_in_controls()
        strangers = self.filtered(lambda order: order.state == "sale")
        if strangers:
            modes = self.env["res.company"]._key_account_modes()
            strangers = strangers if modes else self.browse()
            strangers -= strangers._key_account_concerned()
        return (held, strangers) if held or strangers else None

    def _held_in_controls(self):
        """Held quotations that this user cannot take out of the controls: only who
        manages the team or the account can."""
        return self._held().filtered(lambda order: not order._managed_by_user())

    def _managed_by_user(self):
        """Whether the user manages the team of the order, or of its account."""
        self.ensure_one()
        order = self.sudo()
        teams = order.team_id | order.key_account_id.team_id
        return teams._is_managed_by(self.env.user, everywhere=True)

    def _assert_still_controlled(self):
        self.flush_recordset()
        free = self - self._key_account_concerned()
        if free:
            raise UserError(
                self.env._(
                    "%s needs sign-off, and another team, customer or company would"
                    " take it out of the controls. Have the manager of the team do"
                    " it, or cancel it and make a new one.",
                    listed(self.env, free.mapped("name")),
                )
            )

    def _assert_may_join(self):
        """Confirmed outside the controls, and now in a key account's name: as good as
        confirmed here. From now on its terms are compared with what they are."""
        self.flush_recordset()
        joining = self._controlled().filtered(
            lambda order: (
                order.company_id._key_account_enforces()
                and not order.authority_confirmed
            )
        )
        found = joining._authority_found() if joining else {}
        for order in joining:
            decision = found[order].decision
            outside = decision.required_level is not None
            if outside and not order._managed_by_user():
                raise UserError(
                    "\n".join(
                        [
                            self.env._(
                                "%s was confirmed outside the controls, and its terms"
                                " need sign-off for this customer and team. Have the"
                                " manager of the team move it, or make a quotation:",
                                order.name,
                            ),
                            *(f"- {reason}" for reason in order._reasons(decision)),
                        ]
                    )
                )
            confirmed = order._envelope_inputs(found[order])
            if outside:
                confirmed[UNAPPROVED] = decision.required_level
            order._set_kept({"authority_confirmed": confirmed})
            order._mark_authority()
