"""What a visit of a kind takes beforehand: the checklist that each starts with."""

from odoo import fields, models

from ...rules import working_time
from .visit import METHODS

ROLES = [
    ("prepare", "Prepares"),
    ("host", "Host"),
    ("welcome", "Welcomes"),
    ("tour", "Shows the plant"),
    ("talk", "Leads the talk"),
    ("minutes", "Writes the minutes"),
    ("superior", "Topics for superiors"),
    ("clear", "Clears up"),
]
UNITS = [
    (working_time.HOURS, "Working hours"),
    (working_time.DAYS, "Working days"),
]
MOMENTS = [("before", "before it starts"), ("after", "after it ends")]


class KeyAccountVisitPreparationTemplate(models.Model):
    """One line of the checklist of visits by a method; each visit gets its own."""

    _name = "key.account.visit.preparation.template"
    _description = "Visit Checklist"
    _inherit = ["key.account.kept"]
    _order = "method, sequence, id"

    name = fields.Char(string="What is to be done", required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    method = fields.Selection(METHODS, required=True, default="onsite", index=True)
    role = fields.Selection(ROLES, required=True, default="prepare")
    lead = fields.Float(
        string="Ahead by",
        default=1.0,
        aggregator=None,
        help="How long before the visit starts, or after it has ended, it is due.",
    )
    lead_unit = fields.Selection(
        UNITS, string="Unit", required=True, default=working_time.DAYS
    )
    moment = fields.Selection(MOMENTS, string="When", required=True, default="before")
    company_id = fields.Many2one(
        "res.company", index=True, help="Empty: for all companies."
    )

    _lead_within = models.Constraint(
        "CHECK (lead BETWEEN 0 AND 1000)",
        "A lead time goes from 0 to 1000 hours or days.",
    )

    def _item_values(self, visit):
        """What the visit's own line starts with, in the words of its responsible."""
        self.ensure_one()
        said = self.with_context(lang=visit.user_id.lang or self.env.lang)
        return {
            "visit_id": visit.id,
            "template_id": self.id,
            "sequence": self.sequence,
            "name": said.name,
            "role": self.role,
            "lead": self.lead,
            "lead_unit": self.lead_unit,
            "moment": self.moment,
        }
