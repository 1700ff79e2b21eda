"""Who appraises a role, and how much the word of each weighs."""

from odoo import fields, models

ROLES = [
    ("manager", "Manager of the team"),
    ("department", "Department manager"),
    ("director", "Director"),
    ("hr", "HR"),
]


class KeyAccountKpiSet(models.Model):
    _inherit = "key.account.kpi.set"

    appraiser_ids = fields.One2many(
        "key.account.kpi.set.appraiser",
        "set_id",
        string="Appraisers",
        copy=True,
        help="Who is asked when a sheet with judged KPIs goes to appraisal.",
    )


class KeyAccountKpiSetAppraiser(models.Model):
    """One who appraises the people of a set: by role, so that it holds whoever has that
    role.

    The manager is one of those who manage the person's team, the department manager the
    team's leader; HR is whoever has the right *Appraiser*.
    """

    _name = "key.account.kpi.set.appraiser"
    _description = "Appraiser of a Role"
    _inherit = ["key.account.kept"]
    _order = "sequence, id"

    set_id = fields.Many2one(
        "key.account.kpi.set", required=True, ondelete="cascade", index=True
    )
    sequence = fields.Integer(default=10)
    role = fields.Selection(ROLES, required=True, default="director")
    weight = fields.Float(required=True, default=50.0)
    user_id = fields.Many2one(
        "res.users",
        string="First to be asked",
        ondelete="restrict",
        domain="[('share', '=', False)]",
        help="Where several have the role. Empty: the first who has it.",
    )

    _role_unique = models.UniqueIndex(
        "(set_id, role)", "A role appraises once in a set."
    )
    _weight_positive = models.Constraint(
        "CHECK (weight > 0)", "The word of an appraiser weighs more than zero."
    )
