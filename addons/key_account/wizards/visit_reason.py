from odoo import fields, models


class KeyAccountVisitReason(models.TransientModel):
    """Ask for the reason that cancelling a visit or returning a report needs."""

    _name = "key.account.visit.reason"
    _description = "Reason of a Visit's Step"
    _inherit = ["key.account.look"]
    _under = frozenset(("visit_ids",))

    visit_ids = fields.Many2many("key.account.visit", required=True)
    step = fields.Selection(
        [
            ("cancel", "Cancel the visit"),
            ("return", "Return the report for completion"),
        ],
        required=True,
        default="cancel",
    )
    reason = fields.Text(required=True)
    by_customer = fields.Boolean(string="The customer called it off")

    def action_apply(self):
        self.ensure_one()
        if self.step == "return":
            self.visit_ids.action_return(self.reason)
        else:
            self.visit_ids.action_cancel(self.reason, self.by_customer)
        return {"type": "ir.actions.act_window_close"}
