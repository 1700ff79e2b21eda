from odoo import fields, models


class KeyAccountDiagnosisAnswer(models.TransientModel):
    """What the customer said to the diagnosis: who of theirs, when."""

    _name = "key.account.diagnosis.answer"
    _description = "Customer's Answer to a Diagnosis"
    _inherit = ["key.account.look"]
    _under = frozenset(("diagnosis_id",))

    diagnosis_id = fields.Many2one("key.account.diagnosis", required=True)
    customer_id = fields.Many2one(related="diagnosis_id.key_account_id.partner_id")
    answer = fields.Selection(
        [("accepted", "Accepted"), ("rejected", "Not accepted")],
        required=True,
        default="accepted",
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Reply by",
        required=True,
        domain="[('commercial_partner_id', '=', customer_id)]",
    )
    date = fields.Date(required=True, default=fields.Date.context_today)
    note = fields.Text(string="Their answer")

    def action_record(self):
        self.ensure_one()
        record = {
            "accepted": self.diagnosis_id.action_accept,
            "rejected": self.diagnosis_id.action_reject,
        }[self.answer]
        record(self.partner_id.id, date=self.date, note=self.note)
        return {"type": "ir.actions.act_window_close"}
