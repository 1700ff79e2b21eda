from odoo import http
from odoo.exceptions import AccessError, MissingError, UserError, ValidationError
from odoo.http import request

from odoo.addons.sale.controllers.portal import CustomerPortal, PaymentPortal
from odoo.addons.sale_management.controllers.portal import (
    CustomerPortal as OptionPortal,
)

from ..models.guard.proof import decoded, is_picture
from ..rules.evidence import is_quantity, signer
from ..rules.states import IN_REVIEW, UNDECIDED

# What starting a payment cannot do without.
_PAYMENT = frozenset(
    "provider_id payment_method_id token_id amount flow tokenization_requested"
    " landing_route".split()
)
# No person's name is longer; it is printed with what was signed.
_NAME = 200


def _text(value):
    """What a caller sent as text; anything else, which JSON can carry, is no text."""
    return value if isinstance(value, str) else None


class QuotationHeld(AccessError):
    """The visitor has access, only not yet."""

    def __init__(self, message, order):
        super().__init__(message)
        self.lang = order.partner_id.lang
        self.company = order.company_id


class KeyAccountPortal(CustomerPortal):
    def _document_check_access(self, model_name, document_id, access_token=None):
        # One place for page, PDF, accept, decline, transaction, EDI, documents and
        # quantities.
        document_sudo = super()._document_check_access(
            model_name, document_id, access_token=access_token
        )
        if model_name == "sale.order" and self._is_being_prepared(document_sudo):
            raise QuotationHeld(
                request.env._("This quotation is being prepared."),
                document_sudo,
            )
        return document_sudo

    def _is_being_prepared(self, order_sudo):
        """Whether this visitor must not see the quotation yet; staff preview it."""
        if request.env.user._is_internal():
            return False
        # In the visitor's name, with the rights that the token has given already.
        visited = order_sudo.with_user(request.env.user).sudo()
        return bool(visited._held("portal"))

    @http.route()
    def portal_order_page(self, order_id, access_token=None, **kwargs):
        try:
            order_sudo = self._document_check_access(
                "sale.order", order_id, access_token=access_token
            )
        except QuotationHeld as held:
            if request.env.user._is_public() and held.lang:
                # An old link is followed by the customer: in the customer's language.
                request.update_context(lang=held.lang)
            return request.render(
                "key_account.portal_being_prepared", {"res_company": held.company}
            )
        except (AccessError, MissingError):
            # Whoever has no access learns nothing, not even that it exists.
            return request.redirect("/my")
        if order_sudo.state in UNDECIDED and order_sudo.contract_state in IN_REVIEW:
            # An old payment link: the contract review comes first.
            kwargs.pop("payment_amount", None)
        return super().portal_order_page(order_id, access_token=access_token, **kwargs)

    @http.route()
    def portal_quote_accept(
        self, order_id, access_token=None, name=None, signature=None
    ):
        # Refusals come before Odoo looks at the token, and tell nothing of the content.
        order_sudo = request.env["sale.order"].sudo().browse(order_id).exists()
        access_token = _text(access_token)
        if request.env.user._is_internal() and order_sudo._key_account_concerned():
            return {
                "error": request.env._(
                    "Only the customer signs: staff cannot sign for them."
                )
            }
        if order_sudo._key_account_concerned():
            name = signer(name)
            if unsigned := self._why_unsigned(name, signature):
                return {"error": unsigned}
        if self._is_outdated(order_sudo):
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

    def _is_outdated(self, order_sudo):
        """Whether the page from which this comes shows other terms than there are."""
        shown = request.httprequest.args.get("terms")
        return bool(
            shown
            and order_sudo._key_account_concerned()
            and not order_sudo._has_fingerprint(shown)
        )

    @http.route()
    def portal_quote_decline(
        self, order_id, access_token=None, decline_message=None, **kwargs
    ):
        try:
            order_sudo = self._document_check_access(
                "sale.order", order_id, access_token=access_token
            )
        except (AccessError, MissingError):
            return request.redirect("/my")
        by_staff = request.env.user._is_internal()
        if (by_staff and order_sudo._key_account_concerned()) or self._is_outdated(
            order_sudo
        ):
            # The customer declines, and what they have read.
            return request.redirect(
                order_sudo.get_portal_url(query_string="&message=cant_reject")
            )
        return super().portal_quote_decline(
            order_id,
            access_token=access_token,
            decline_message=decline_message,
            **kwargs,
        )

    def _why_unsigned(self, name, signature):
        """What is missing for a signature: somebody's name, a picture that opens."""
        if not name or len(name) > _NAME:
            return request.env._("Who signs? Please enter the name of the person.")
        if not is_picture(decoded(signature)):
            return request.env._(
                "The signature is missing, or cannot be opened as a picture. Please"
                " sign again."
            )
        return None

    @http.route(
        "/my/orders/<int:order_id>/agreement/<int:agreement_id>",
        type="http",
        auth="public",
        readonly=True,
    )
    def portal_order_agreement(self, order_id, agreement_id, access_token=None):
        """The document of an agreement that the quotation lists: what is signed along
        with it is read first."""
        try:
            order_sudo = self._document_check_access(
                "sale.order", order_id, access_token=access_token
            )
        except (AccessError, MissingError):
            return request.redirect("/my")
        agreement = order_sudo.agreement_ids.filtered(
            lambda agreement: agreement.id == agreement_id and agreement.file
        )
        if not agreement:
            return request.redirect(order_sudo.get_portal_url())
        stream = request.env["ir.binary"]._get_stream_from(
            agreement, "file", filename_field="file_name"
        )
        return stream.get_response(as_attachment=True)


class KeyAccountPaymentPortal(PaymentPortal):
    @http.route()
    def portal_order_transaction(self, order_id, access_token=None, **kwargs):
        access_token = _text(access_token)
        try:
            order_sudo = self._document_check_access(
                "sale.order", order_id, access_token=access_token
            )
            order_sudo._assert_payable()
        except (AccessError, MissingError):
            # Sale words these refusals.
            return super().portal_order_transaction(order_id, access_token, **kwargs)
        except UserError as error:
            # No internal reason for the customer.
            raise ValidationError(
                request.env._(
                    "This quotation cannot be paid at present. Please contact your"
                    " salesperson."
                )
            ) from error
        if not kwargs.keys() >= _PAYMENT:
            raise ValidationError(
                request.env._(
                    "This payment is not complete. Please reload the page, and choose"
                    " how to pay."
                )
            )
        return super().portal_order_transaction(order_id, access_token, **kwargs)


class KeyAccountOptionPortal(OptionPortal):
    @http.route()
    def portal_quote_option_update(
        self,
        order_id,
        line_id=None,
        access_token=None,
        remove=False,
        input_quantity=False,
        **kwargs,
    ):
        """A call that names no line, or no quantity, changes nothing."""
        if not str(line_id or "").isdecimal():
            return None
        if input_quantity is not False and not is_quantity(input_quantity):
            return None
        return super().portal_quote_option_update(
            order_id,
            line_id=line_id,
            access_token=_text(access_token),
            remove=remove,
            input_quantity=input_quantity,
            **kwargs,
        )
