"""By which KPIs a role is appraised."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class KeyAccountKpiSet(models.Model):
    """Which KPIs a role is appraised by, and how much each weighs."""

    _name = "key.account.kpi.set"
    _description = "KPI Set"
    _inherit = ["key.account.kept"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    role = fields.Selection(
        [
            ("specialist", "Specialist"),
            ("manager", "Manager"),
            ("support", "Sales support"),
            ("team", "Team"),
        ],
        required=True,
        default="specialist",
    )
    company_id = fields.Many2one("res.company", help="Empty: for all companies.")
    line_ids = fields.One2many(
        "key.account.kpi.set.line", "set_id", string="KPIs", copy=True
    )
    weight = fields.Float(string="Total weight", compute="_compute_weight")

    @api.depends("line_ids.weight")
    def _compute_weight(self):
        for kpi_set in self:
            kpi_set.weight = sum(kpi_set.line_ids.mapped("weight"))

    @api.model
    def _for_role(self, role, company):
        """The set of a role: the company's own, else the one for all."""
        candidates = self.search(
            [("role", "=", role), ("company_id", "in", [company.id, False])],
            order="sequence, id",
        )
        return candidates.sorted(lambda kpi_set: not kpi_set.company_id)[:1]

    def _sheet_lines(self):
        """Values for the lines of a new appraisal sheet."""
        return [
            {
                "kpi_id": line.kpi_id.id,
                "weight": line.weight,
                "default_target": line.default_target,
            }
            for line in self.line_ids
        ]


class KeyAccountKpiSetLine(models.Model):
    _name = "key.account.kpi.set.line"
    _description = "KPI of a Set"
    _inherit = ["key.account.kept"]
    _order = "sequence, id"

    set_id = fields.Many2one(
        "key.account.kpi.set", required=True, ondelete="cascade", index=True
    )
    sequence = fields.Integer(default=10)
    kpi_id = fields.Many2one(
        "key.account.kpi", string="KPI", required=True, ondelete="restrict"
    )
    weight = fields.Float(required=True, default=10.0)
    default_target = fields.Float(
        "Default target",
        compute="_compute_default_target",
        store=True,
        readonly=False,
        precompute=True,
        help="Used where no target was entered for the person or team.",
    )

    _kpi_unique = models.UniqueIndex("(set_id, kpi_id)", "A KPI stands in a set once.")

    @api.depends("kpi_id")
    def _compute_default_target(self):
        for line in self:
            line.default_target = line.kpi_id.default_target

    @api.constrains("weight")
    def _check_weight(self):
        for line in self:
            if line.weight <= 0:
                raise ValidationError(
                    self.env._(
                        "%(kpi)s in %(set)s: give a weight above zero, or remove the"
                        " line.",
                        kpi=line.kpi_id.name,
                        set=line.set_id.name,
                    )
                )
