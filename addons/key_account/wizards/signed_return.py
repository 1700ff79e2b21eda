from odoo import fields, models


class KeyAccountSignedReturn(models.TransientModel):
    """File a quotation that the customer returned signed on paper (回传)."""

    _name = "key.account.signed.return"
    _description = "File Signed Return"
    _inherit = ["key.account.look"]
    _under = frozenset(("order_id",))

    order_id = fields.Many2one(
        "sale.order",
        required=True,
        default=lambda self: self.env.context.get("active_id"),
    )
    document = fields.Binary(string="Scan", required=True, attachment=False)
    file_name = fields.Char("File name", default="signed-return.pdf")
    signed_by = fields.Char("Signed by", required=True)
    function = fields.Char(string="Signer's function")
    signed_on = fields.Datetime("Signed on", required=True, default=fields.Datetime.now)

    def action_file(self):
        self.ensure_one()
        self.order_id._file_signed_return(
            self.document, self.file_name, self.signed_by, self.function, self.signed_on
        )
        return {"type": "ir.actions.act_window_close"}
