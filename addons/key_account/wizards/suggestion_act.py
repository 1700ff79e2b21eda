from odoo import fields, models

from ..models.service.suggestion import SCORES


class KeyAccountSuggestionAct(models.TransientModel):
    """Ask for what a step of a suggestion needs."""

    _name = "key.account.suggestion.act"
    _description = "Step of a Suggestion"
    _inherit = ["key.account.look"]
    _under = frozenset(("suggestion_id",))

    suggestion_id = fields.Many2one("key.account.suggestion", required=True)
    act = fields.Selection(
        [
            ("judge", "Judge"),
            ("done", "Carried out"),
            ("thank", "Thank the proposer"),
            ("withdraw", "Withdraw"),
        ],
        required=True,
        default="judge",
    )
    decision = fields.Selection(
        [
            ("accepted", "Adopted"),
            ("later", "Later"),
            ("declined", "Declined"),
        ]
    )
    value = fields.Selection(SCORES, string="Benefit")
    effort = fields.Selection(SCORES)
    goal = fields.Text()
    responsible_id = fields.Many2one(
        "res.users", string="Carried out by", domain="[('share', '=', False)]"
    )
    due = fields.Date(string="Until")
    words = fields.Text(required=True)

    def action_apply(self):
        self.ensure_one()
        suggestion = self.suggestion_id
        if self.act == "judge":
            suggestion.action_judge(
                self.decision,
                self.value,
                self.effort,
                self.words,
                goal=self.goal,
                responsible=self.responsible_id.id,
                due=self.due,
            )
        elif self.act == "done":
            suggestion.action_done(self.words)
        elif self.act == "thank":
            suggestion.action_thank(self.words)
        else:
            suggestion.action_withdraw(self.words)
        return {"type": "ir.actions.act_window_close"}
