from odoo import api, fields, models
from odoo.exceptions import UserError


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

    @api.depends("invoice_line_ids.sale_line_ids")
    def _compute_key_account_contract(self):
        for move in self:
            signatures = move._key_account_signatures()
            move.key_account_signed = bool(signatures)
            move.key_account_contract_info = ", ".join(
                " · ".join(
                    part
                    for part in (
                        signature.order_id.contract_number or signature.order_id.name,
                        signature.signed_by,
                        fields.Date.to_string(signature.signed_on),
                    )
                    if part
                )
                for signature in signatures
            )

    def _key_account_signatures(self):
        """The signatures behind the orders that this invoice bills."""
        orders = self.sudo().invoice_line_ids.sale_line_ids.order_id.filtered(
            "signature_ids"
        )
        signatures = self.env["key.account.signature"].sudo()
        for order in orders:
            signatures |= order._current_signature(binding=False)
        return signatures

    def action_open_signed_quotation(self):
        """Open the quotation as the customer signed it; needs no rights on sales.

        The file is attached to the invoice too, so that its access follows the invoice.
        """
        self.ensure_one()
        self.check_access("read")
        signatures = self._key_account_signatures()
        if not signatures:
            raise UserError(
                self.env._("No signed quotation stands behind %s.", self.display_name)
            )
        copies = [signature.attachment_id._copy_for(self) for signature in signatures]
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{copies[0].id}",
            "target": "new",
        }

    def write(self, vals):
        if vals.get("state") == "posted":
            self._assert_billable()
        return super().write(vals)

    def _post(self, soft=True):
        self._assert_billable()
        return super()._post(soft)

    def _assert_billable(self):
        """The net for invoices typed by hand against order lines."""
        orders = (
            self.sudo()
            .filtered(lambda move: move.move_type in ("out_invoice", "out_receipt"))
            .line_ids.sale_line_ids.order_id
        )
        orders._assert_may("invoice")
