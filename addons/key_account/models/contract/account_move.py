"""Invoices: only what may be billed, and what was signed behind it."""

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..shared.label import listed, noted


class AccountMove(models.Model):
    _inherit = "account.move"

    key_account_signed = fields.Boolean(
        string="Signed quotation",
        compute="_compute_key_account_contract",
        compute_sudo=True,
    )
    key_account_contract_info = fields.Char(
        string="Contract",
        compute="_compute_key_account_contract",
        compute_sudo=True,
        help="Contract number, who signed, and when.",
    )
    key_account_conditions = fields.Html(
        string="Signed contract",
        compute="_compute_key_account_conditions",
        compute_sudo=True,
        sanitize=False,
        help="What the customer signed, and the conditions that matter for payment.",
    )

    def _compute_payment_count(self):
        """None are counted for whoever may read none. A salesperson, who may read the
        invoice of their order, may not: Odoo refuses them the whole form for it."""
        if not self.env["account.payment"].has_access("read"):
            self.payment_count = 0
            return None
        return super()._compute_payment_count()

    @api.depends("invoice_line_ids.sale_line_ids")
    def _compute_key_account_contract(self):
        for move in self:
            signatures = move._key_account_signatures()
            move.key_account_signed = bool(signatures)
            move.key_account_contract_info = listed(
                self.env, (signature._signed_label() for signature in signatures)
            )

    @api.depends("invoice_line_ids.sale_line_ids")
    @api.depends_context("lang")
    def _compute_key_account_conditions(self):
        for move in self:
            signatures = move._key_account_signatures()
            move.key_account_conditions = (
                Markup().join(move._key_account_block(one) for one in signatures)
                if signatures
                else False
            )

    def _key_account_signatures(self):
        """The signatures behind the orders that this invoice bills, with the rights to
        read them: whoever reads the invoice needs none on sales."""
        orders = self.sudo().invoice_line_ids.sale_line_ids.order_id.filtered(
            "signature_ids"
        )
        signatures = orders.env["key.account.signature"]
        for order in orders:
            signatures |= order._current_signature(binding=False)
        return signatures

    def _signed_files(self):
        return self._key_account_signatures()._signed_files()

    def _key_account_block(self, signature):
        """One contract as the accountant reads it."""
        rows = [
            (self.env._("Signed"), signature._signed_label()),
            *signature.order_id._payment_conditions(),
            (self.env._("Documents"), self._key_account_links(signature)),
        ]
        table = Markup("<table class='table table-sm table-borderless mb-0'>%s</table>")
        row = Markup("<tr><th class='text-nowrap pe-3'>%s</th><td>%s</td></tr>")
        return signature._warning_text() + table % Markup().join(
            row % pair for pair in rows
        )

    def _key_account_links(self, signature):
        link = Markup("<a href='%s' target='_blank'>%s</a>")
        return Markup("<br/>").join(
            link % (file._signed_url(self), file.name)
            for file in signature._signed_files()
        )

    def action_open_signed_quotation(self):
        """Open the quotation as the customer signed it; needs no rights on sales."""
        self.ensure_one()
        self.check_access("read")
        signatures = self._key_account_signatures()
        if not signatures:
            raise UserError(
                self.env._("No signed quotation stands behind %s.", self.display_name)
            )
        return signatures[0].attachment_id._open_signed(self)

    def write(self, vals):
        if vals.get("state") == "posted":
            self._assert_billable()
        return super().write(vals)

    def _post(self, soft=True):
        self._assert_billable()
        return super()._post(soft)

    def _assert_billable(self):
        """The net for invoices typed by hand against order lines."""
        bills = self.sudo().filtered(
            lambda move: move.move_type in ("out_invoice", "out_receipt")
        )
        if not self.env.su:
            self._assert_unread_billable(bills.line_ids.sale_line_ids.order_id)
        bills.line_ids.sale_line_ids.order_id._assert_may("invoice")
        bills._assert_deducted_was_billed()

    def _assert_unread_billable(self, orders):
        """Raise where one of these must not be billed that whoever bills may not read:
        an accountant who sees their own quotations alone learns nothing of its terms,
        and what to do."""
        orders = orders.with_env(self.env)
        unread = orders - orders._filtered_access("read")
        if unread and unread._may_not("invoice"):
            raise UserError(
                self.env._(
                    "%s: the quotation behind it must not be invoiced yet, as its terms"
                    " are not signed off, or the customer has not signed them. Ask"
                    " whoever sells it.",
                    listed(self.env, self.mapped("display_name")),
                )
            )

    def _assert_deducted_was_billed(self):
        """A down payment is no term of the order: so nothing is taken off an invoice in
        its name that was not billed before."""
        down_payments = self.line_ids.sale_line_ids.filtered(
            lambda line: line.is_downpayment and not line.display_type
        )
        concerned = down_payments.order_id._key_account_concerned()
        for line in down_payments.filtered(lambda line: line.order_id in concerned):
            if not line.company_id._key_account_enforces():
                continue
            entries = line.invoice_lines.filtered(
                lambda entry: entry.parent_state == "posted" or entry.move_id in self
            )
            # Income is negative here; what is left of it covers no deduction.
            left = sum(entries.mapped("amount_currency"))
            if left > 10 * line.currency_id.rounding:
                raise UserError(
                    self.env._(
                        "%(invoice)s takes off more for the down payment of %(order)s"
                        " than was billed for it. Post the invoice of the down payment"
                        " first, or correct the line.",
                        invoice=listed(
                            self.env, (entries.move_id & self).mapped("display_name")
                        ),
                        order=line.order_id.name,
                    )
                )


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def write(self, vals):
        if "sale_line_ids" not in vals:
            return super().write(vals)
        # An invoice that is posted already bills what is put behind it now.
        with self.env.cr.savepoint():
            result = super().write(vals)
            self.move_id.filtered(_is_posted)._assert_billable()
        return result


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        if any("invoice_lines" in vals for vals in vals_list):
            lines.sudo().invoice_lines.move_id.filtered(_is_posted)._assert_billable()
        return lines

    def write(self, vals):
        if "invoice_lines" not in vals:
            return super().write(vals)
        # The same from the other side.
        with self.env.cr.savepoint():
            result = super().write(vals)
            self.sudo().invoice_lines.move_id.filtered(_is_posted)._assert_billable()
        return result


def _is_posted(move):
    return move.state == "posted"


class KeyAccountSignature(models.Model):
    _inherit = "key.account.signature"

    def _signed_label(self):
        """Contract number, who signed (in what function), and when."""
        self.ensure_one()
        signer = self.signed_by
        if self.function:
            signer = noted(self.env, signer, self.function)
        day = fields.Datetime.context_timestamp(self, self.signed_on)
        number = self.order_id.contract_number or self.order_id.name
        return " · ".join([number, signer, format_date(self.env, day)])

    def _warning_text(self):
        """What does not agree any more with what was signed; nothing when all does."""
        self.ensure_one()
        texts = []
        if not self.intact:
            texts.append(self.env._("A signed document has been changed since."))
        if not self.order_id._has_fingerprint(self.fingerprint):
            texts.append(
                self.env._("The order is no longer what was signed: compare the two.")
            )
        alert = Markup("<div class='alert alert-warning py-1 mb-1'>%s</div>")
        return Markup().join(alert % text for text in texts)


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _payment_conditions(self):
        """[(name, value)]: what of the contract matters for payment."""
        self.ensure_one()
        rows = [(self.env._("Payment terms"), self.payment_term_id.name)]
        if self.require_payment:
            percent = f"{self.prepayment_percent:.0%}"
            rows.append((self.env._("Prepayment"), percent))
        rows += [
            (self.env._("Payment, as agreed"), line.our_standard or line.name)
            for line in self.requirement_ids
            if line.kind == "payment"
        ]
        promised = self.commitment_date and self._local_day(self.commitment_date)
        delivery = promised and format_date(self.env, promised)
        rows.append((self.env._("Delivery"), delivery))
        rows.append((self.env._("Handover"), self.handover_terms))
        return [(name, value) for name, value in rows if value]
