from odoo import fields, models


class KeyAccountVerdict(models.TransientModel):
    """What a function says of a contract that does not pass its review: reviewers read
    the review, and write nothing but this."""

    _name = "key.account.verdict"
    _description = "Contract Review not Passed"
    _inherit = ["key.account.look"]
    _under = frozenset(("item_id",))
    _not_kept = frozenset(("item_id",))

    item_id = fields.Many2one(
        "key.account.contract.review.item",
        string="Function",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    question = fields.Text(related="item_id.question")
    understood = fields.Boolean(string="Requirements understood")
    capable = fields.Boolean()
    resolved = fields.Boolean(string="Differences resolved")
    comment = fields.Text(string="To be resolved", required=True)

    def action_fail(self):
        """Back to the specialist, with the reason and what has been answered."""
        self.ensure_one()
        self.item_id.write(
            {name: self[name] for name in ("understood", "capable", "resolved")}
        )
        self.item_id.action_fail(self.comment)
        return {"type": "ir.actions.act_window_close"}
