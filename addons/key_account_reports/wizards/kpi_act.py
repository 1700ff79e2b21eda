"""The words that a step after the appraisal needs."""

from odoo import api, fields, models


class KeyAccountKpiAct(models.TransientModel):
    """Ask for what a step needs: a remark, the reason of a decision or of reopening."""

    _name = "key.account.kpi.act"
    _description = "Step after an Appraisal"
    _inherit = ["key.account.look"]
    _under = frozenset(("sheet_id", "outcome_id"))

    sheet_id = fields.Many2one("key.account.kpi.sheet")
    outcome_id = fields.Many2one("key.account.kpi.outcome")
    act = fields.Selection(
        [
            ("remark", "Does not agree"),
            ("accept", "Accept"),
            ("decline", "Decline"),
            ("reopen", "Reopen"),
        ],
        required=True,
        default="remark",
    )
    words = fields.Text(string="Reason")
    warning = fields.Text(compute="_compute_warning")

    @api.depends("sheet_id", "act")
    @api.depends_context("lang")
    def _compute_warning(self):
        """What hangs on an appraisal that is to be reopened; told to whoever may."""
        for each in self:
            sheet = each.sheet_id if each.act == "reopen" else each.sheet_id.browse()
            told = sheet._told_of_second() if sheet and sheet.may_reopen else []
            each.warning = "\n".join(told)

    def action_apply(self):
        """Do it, as whoever asks."""
        self.ensure_one()
        getattr(self, f"_apply_{self.act}")()
        return {"type": "ir.actions.act_window_close"}

    def _apply_remark(self):
        self.sheet_id.action_acknowledge_with_remark(self.words)

    def _apply_accept(self):
        self.outcome_id.action_accept(self.words)

    def _apply_decline(self):
        self.outcome_id.action_decline(self.words)

    def _apply_reopen(self):
        self.sheet_id.action_reopen(self.words)
