"""What customers are asked about their satisfaction: data."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..shared.label import listed


class KeyAccountSatisfactionQuestion(models.Model):
    """One of a few questions that a contact answers in a minute, from 1 to 5. What has
    been asked stays in the answers as it was worded then."""

    _name = "key.account.satisfaction.question"
    _description = "Satisfaction Question"
    _inherit = ["key.account.kept"]
    _order = "sequence, id"

    name = fields.Char(
        string="Subject",
        required=True,
        translate=True,
        help="In a word or two, as figures name it, e.g. “Delivery”.",
    )
    question = fields.Char(
        required=True, translate=True, help="As the customer reads it."
    )
    sequence = fields.Integer(default=10, aggregator=None)
    company_id = fields.Many2one(
        "res.company", index=True, help="Empty: all companies ask it."
    )
    active = fields.Boolean(default=True)

    @api.model
    def _asked_by(self, company):
        """The questions of a company, in their order. Asked of everybody alike."""
        return self.sudo().search(
            Domain("company_id", "in", [False, company.id]), order="sequence, id"
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_unasked(self):
        # Whoever configures questions reads no answers.
        answers = self.env["key.account.satisfaction.answer"].sudo()
        groups = answers._read_group([("question_id", "in", self.ids)], ["question_id"])
        if asked := self.browse(question.id for (question,) in groups):
            raise UserError(
                self.env._(
                    "%s: customers have been asked this. Archive it instead; then"
                    " nobody is asked any more.",
                    listed(self.env, asked.mapped("name")),
                )
            )

    def copy_data(self, default=None):
        return [
            {"name": self.env._("%s (copy)", question.name), **vals}
            if not (default or {}).get("name")
            else vals
            for question, vals in zip(self, super().copy_data(default), strict=True)
        ]
