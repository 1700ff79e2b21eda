from odoo import http
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.http import request

from odoo.addons.sale.controllers.portal import CustomerPortal


class QuotationHeld(AccessError):
    """The visitor has access, only not yet."""


class KeyAccountPortal(CustomerPortal):
    def _document_check_access(self, model_name, document_id, access_token=None):
        # One place for page, PDF, accept, decline, transaction, EDI, documents and
        # quantities.
        document_sudo = super()._document_check_access(
            model_name, document_id, access_token=access_token
        )
        if model_name == "sale.order" and self._is_being_prepared(document_sudo):
            raise QuotationHeld(request.env._("This quotation is being prepared."))
        return document_sudo

    def _is_being_prepared(self, order_sudo):
        """Whether this visitor must not see the quotation yet; staff preview it."""
        if request.env.user._is_internal():
            return False
        visited = order_sudo.with_user(request.env.user).sudo()
        return bool(visited._held("portal"))

    @http.route()
    def portal_order_page(self, order_id, access_token=None, **kwargs):
        try:
            self._document_check_access(
                "sale.order", order_id, access_token=access_token
            )
        except QuotationHeld:
            return request.render("key_account.portal_being_prepared", {})
        except (AccessError, MissingError):
            # Whoever has no access learns nothing, not even that it exists.
            return request.redirect("/my")
        return super().portal_order_page(order_id, access_token=access_token, **kwargs)

    @http.route()
    def portal_quote_accept(
        self, order_id, access_token=None, name=None, signature=None
    ):
        order_sudo = request.env["sale.order"].sudo().browse(order_id).exists()
        if request.env.user._is_internal() and order_sudo._key_account_concerned():
            return {
                "error": request.env._(
                    "Only the customer signs: staff cannot sign for them."
                )
            }
        shown = request.httprequest.args.get("terms")
        if (
            shown
            and order_sudo._key_account_concerned()
            and shown != order_sudo._terms_fingerprint()
        ):
            return {
                "error": request.env._(
                    "This quotation has been changed since you opened the page. Please"
                    " reload it, and sign what it says now."
                )
            }
        try:
            # The dialog shows only what is returned, and then nothing must have been
            # written.
            with request.env.cr.savepoint():
                return super().portal_quote_accept(
                    order_id, access_token=access_token, name=name, signature=signature
                )
        except UserError:
            return {
                "error": request.env._(
                    "This quotation cannot be signed at present. Please contact your"
                    " salesperson."
                )
            }
