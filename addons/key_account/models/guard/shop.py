"""The webshop: what a colleague has priced is not shown there before it is signed off,
and does not become the shop's by being put into a cart."""

from odoo import models
from odoo.exceptions import AccessError
from odoo.http import request
from odoo.tools import lazy

# Where the shop keeps the number of the cart.
_CART = "sale_order_id"


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _pre_dispatch(cls, rule, args):
        result = super()._pre_dispatch(rule, args)
        # Found by website_sale, where installed, when it is first asked for.
        if hasattr(request, "cart"):
            request.cart = lazy(cls._key_account_shown_cart, request.cart)
        return result

    @classmethod
    def _key_account_shown_cart(cls, cart):
        """The visitor's cart; none where its terms have yet to be signed off: the
        visitor begins another."""
        if not request.env.user._is_internal():
            cls._key_account_leave_held()
        order = cart.browse(cart.ids)
        if not request.env.user._is_internal() and order._held():
            request.website.sale_reset()
            return order.browse()
        return order

    @classmethod
    def _key_account_leave_held(cls):
        """Before the shop asks for the cart: it gives what it finds the visitor's
        address and prices, and what a colleague has priced would be theirs."""
        orders, visitor = request.env["sale.order"].sudo(), request.env.user
        if _CART in request.session:
            found = orders.browse(request.session[_CART] or ()).exists()
        elif visitor._is_public():
            return
        else:
            found = orders.search(
                [
                    ("partner_id", "=", visitor.partner_id.id),
                    ("website_id", "=", request.website.id),
                    ("state", "=", "draft"),
                ],
                limit=1,
            )
        if found._held():
            request.website.sale_reset()
            # None, and none is looked for.
            request.session[_CART] = False


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _assert_may_be_merged(self):
        """A visitor with the link of a quotation takes its lines into a cart, as the
        shop lets them: not of one that is held."""
        if not self.env.user._is_internal() and self.order_id._held():
            raise AccessError(self.env._("This quotation is being prepared."))

    def _who_priced(self):
        """The colleague who stands for the terms of these lines; nobody where they are
        of a cart that the customer put together."""
        return self.order_id.sudo().terms_author_id[:1]

    def _priced_by(self, author):
        """These lines are in other orders now: terms of ``author`` there, too."""
        orders = self.order_id.sudo().filtered(lambda order: not order.terms_author_id)
        orders._set_kept({"terms_author_id": author.id})
