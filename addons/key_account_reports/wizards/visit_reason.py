from odoo import fields, models


class KeyAccountVisitReason(models.TransientModel):
    _inherit = "key.account.visit.reason"

    by_customer = fields.Boolean(string="The customer called it off")

    def action_apply(self):
        result = super().action_apply()
        if self.step == "cancel" and self.by_customer:
            self.visit_ids._write_kept({"cancelled_by_customer": True})
        return result
