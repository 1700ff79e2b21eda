"""What confirms a quotation besides the button: the customer's signature, and money
that is taken, or promised to whoever delivers: at the till of a shop (pos_sale), by the
carrier (delivery), at the counter (website_sale_collect). It is kept, and confirms
nothing that must wait."""

from odoo import models

from ...rules.states import UNDECIDED
from ..shared.outermost import stand_before

# Compared by identity: a caller can send any context, but neither of these.
TILL = object()
PAYMENT = object()


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _register_hook(self):
        super()._register_hook()
        # Each of these modules, and others that do more on confirmation (sale_gelato
        # orders the goods, sale_loyalty gives points), overrides what we could inherit.
        stand_before(self.env, "pos.order", "sync_from_ui", _at_the_till)
        stand_before(self.env, "payment.transaction", "_post_process", _by_payment)
        stand_before(self.env, "sale.order", "action_confirm", _those_that_may)
        # Billed at once where a gift card has paid for all (sale_loyalty).
        stand_before(self.env, "sale.order", "_validate_order", _those_reviewed)

    def _validate_order(self):
        # While modules are loaded nothing stands before the others yet.
        def go_on(orders):
            return super()._validate_order()

        return _those_reviewed(go_on, self)

    def _waits_where_paid(self):
        """Whether this quotation may not be confirmed by being paid: not signed off or
        signed, no offer any more, or its contract is to be reviewed first."""
        self.ensure_one()
        if self.state not in UNDECIDED:
            return False
        # With all rights: whoever stands at the till may not know why.
        order = self._controlled()
        if not order:
            return False
        if self.env.context.get("key_account_paid") is PAYMENT:
            if order.company_id._key_account_enforces() and order._set_back():
                return True
        return bool(order._payment_obstacles() or order._start_contract_review())


def _at_the_till(go_on, records, *args, **kwargs):
    return go_on(records.with_context(key_account_paid=TILL), *args, **kwargs)


def _by_payment(go_on, records, *args, **kwargs):
    return go_on(records.with_context(key_account_paid=PAYMENT), *args, **kwargs)


def _those_that_may(go_on, orders):
    """Raising here would leave what was paid in the till, which could not be closed and
    would try it again and again; a payment would never be processed."""
    if orders.env.context.get("key_account_paid") not in (TILL, PAYMENT):
        return go_on(orders)
    waiting = orders.filtered(lambda order: order._waits_where_paid())
    orders.env["payment.transaction"]._tell_payment_of_held(waiting)
    rest = orders - waiting
    return go_on(rest) if rest else True


def _those_reviewed(go_on, orders):
    """The signature path: contract review starts where core would confirm."""
    rest = orders - orders._start_contract_review()
    return go_on(rest) if rest else None
