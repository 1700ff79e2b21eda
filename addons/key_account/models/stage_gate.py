from odoo import fields, models


class CrmStageGate(models.Model):
    _name = "crm.stage.gate"
    _description = "Stage Gate"
    _order = "stage_id, sequence, id"

    stage_id = fields.Many2one("crm.stage", required=True, ondelete="cascade", index=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    kind = fields.Selection(
        [
            ("field", "Field is set"),
            ("domain", "Condition holds"),
            ("document", "Document is there"),
            ("profile", "Profile is complete enough"),
            ("qualification", "Customer is qualified (MAN)"),
            ("plan", "Deal plan is complete"),
            ("visit", "Visits are held and reported"),
            ("review", "Latest visit is reviewed"),
            ("requirement", "Requirements are settled"),
            ("ruling", "Manager has ruled: quote"),
            ("quotation", "Quotation is complete"),
            ("approval", "Quotation is signed off"),
            ("signature", "Customer has signed"),
            ("contract_review", "Contract review has passed"),
        ],
        required=True,
    )
    field_id = fields.Many2one(
        "ir.model.fields", domain=[("model", "=", "crm.lead")], ondelete="cascade"
    )
    domain = fields.Char(default="[]")
    number = fields.Float(default=1.0, help="Number of visits, or per cent of the profile.")
    document_type = fields.Char()
    label = fields.Char(
        translate=True, help="In your own words, shown instead of the ready-made text."
    )
    name = fields.Char(compute="_compute_name")

    def _compute_name(self):
        for gate in self:
            gate.name = gate.label or gate.kind
