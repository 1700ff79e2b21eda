"""The one question that every guard asks: may this quotation do that? Every refusal is
worded here."""

from odoo import models
from odoo.exceptions import UserError

from ...rules.states import FREE, UNDECIDED


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _assert_may(self, action):
        """Raise unless these orders may do ``action``: send, sign, pay, confirm or
        invoice.

        Measures anew; the stored state is for lists. In mode ``observe`` it only notes
        what would have been stopped.

        :return: what was found for the orders concerned, as by ``_authority_found()``
        """
        concerned = self._controlled()
        if not concerned:
            return {}
        found = concerned._authority_found()
        messages, refused = [], []
        for order in concerned:
            obstacles = order._obstacles(action, found[order])
            if not obstacles:
                continue
            text = "\n".join(f"- {obstacle}" for obstacle in obstacles)
            if order.company_id._key_account_enforces():
                messages.append(f"{order._refusal_text(action)}\n{text}")
                refused.append(order.id)
            else:
                order._observe(action, obstacles, found[order])
        if messages and self._acts_unseen(refused):
            # The customer learns that it is not ready, and nothing of our reasons.
            raise UserError(self.env._("This quotation is being prepared."))
        if messages:
            # Access first, then words, which tell of terms, limits and people.
            self.browse(refused).check_access("read")
            raise UserError("\n\n".join(messages))
        return found

    def _acts_unseen(self, order_ids):
        """Whether somebody acts who is no colleague, or for whom Odoo acts with full
        rights on orders that they may not read: whoever plans a task (sale_project)."""
        if not self.env.user._is_internal():
            return True
        seen = self.browse(order_ids).sudo(False)
        return self.env.su and not seen.has_access("read")

    def _controlled(self):
        """Those that the controls concern, with all rights: what stands in the way of a
        quotation does not hang on what whoever acts may read."""
        return self._key_account_concerned().sudo()

    def _may_not(self, action):
        """Those of these orders for which ``_assert_may(action)`` would raise."""
        concerned = self._controlled().filtered(
            lambda order: order.company_id._key_account_enforces()
        )
        found = concerned._authority_found() if concerned else {}
        return concerned.filtered(
            lambda order: order._obstacles(action, found[order])
        ).with_env(self.env)

    def _held(self, action=None):
        """Quotations that must not reach the customer now (mode enforce, measured
        anew).

        :param action: what is about to happen, to be noted in mode observe
        """
        undecided = self._controlled().filtered(
            lambda order: not order._stays_visible()
        )
        concerned = undecided.filtered(
            lambda order: order.company_id._key_account_enforces()
        )
        if action:
            (undecided - concerned)._observe_held(action)
        if not concerned:
            return self.browse()
        found = concerned._authority_found()
        held = concerned.filtered(lambda order: order._is_held(found[order]))
        return held.with_env(self.env)

    def _is_held(self, found):
        """Hook: whether what was found keeps this quotation from the customer;
        ``contract`` adds agreements whose legal check is missing."""
        return found.state not in FREE

    def _stays_visible(self):
        """Confirmed orders stay visible to their customer, cancelled or not; what was
        cancelled before anybody confirmed it can be read like any quotation."""
        self.ensure_one()
        return self.state == "sale" or self._cancelled_as_confirmed()

    def _obstacles(self, action, found):
        """What stands in the way of ``action``, in sentences; empty where nothing does.

        Whatever else may stand in the way adds its own by ``super()``.
        """
        self.ensure_one()
        obstacles = []
        if found.state not in FREE and not self._confirmed_unapproved():
            own = self._speaks_to_author()
            obstacles += self._reasons(found.decision, own=own)
            obstacles.append(self._what_to_do_text(found.state))
        return obstacles

    def _is_ordering(self, action):
        """Whether ``action`` makes it an order. Odoo bills a down payment before
        confirmation, too: not more easily than that."""
        return action == "confirm" or (action == "invoice" and self.state in UNDECIDED)

    def _what_to_do_text(self, state):
        if state == "pending":
            names = self._names(self.approver_ids)
            return self.env._(
                "Waiting for sign-off by %s.", names or self.env._("nobody available")
            )
        if state == "rejected":
            return self.env._(
                "It was rejected: improve the terms and request sign-off again."
            )
        return self.env._("Request sign-off on the quotation.")

    def _refusal_text(self, action):
        texts = {
            "send": self.env._("%s cannot go to the customer yet:", self.name),
            "sign_off": self.env._("%s cannot be signed off yet:", self.name),
            "sign": self.env._("%s cannot be signed yet:", self.name),
            "review": self.env._("%s cannot be reviewed yet:", self.name),
            "pay": self.env._("%s cannot be paid yet:", self.name),
            "confirm": self.env._("%s cannot be confirmed yet:", self.name),
            "invoice": self.env._("%s cannot be invoiced yet:", self.name),
        }
        return texts[action]

    def _assert_payable(self):
        """Raise where the customer must not pay this quotation now; confirmed orders
        are always paid."""
        self.filtered(lambda order: not order._stays_visible())._assert_may("pay")
