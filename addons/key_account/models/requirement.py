from odoo import fields, models

REQUIREMENT_KINDS = [
    ("technical", "Technical"),
    ("material", "Material"),
    ("dimensions", "Dimensions"),
    ("packing", "Packing"),
    ("cleaning", "Cleaning"),
    ("delivery", "Delivery"),
    ("service", "Service"),
    ("quality_standard", "Quality standard"),
    ("inspection", "Inspection"),
    ("target_price", "Target price"),
    ("payment", "Payment"),
    ("handover", "Handover"),
    ("agreement", "Agreement"),
]


class KeyAccountCapability(models.Model):
    _name = "key.account.capability"
    _description = "Capability"

    name = fields.Char(required=True, translate=True)
    kind = fields.Selection(REQUIREMENT_KINDS, required=True)


class KeyAccountRequirement(models.Model):
    _name = "key.account.requirement"
    _description = "Requirement"

    name = fields.Char(string="What is asked", required=True)
    opportunity_id = fields.Many2one("crm.lead", required=True, ondelete="cascade", index=True)
    visit_id = fields.Many2one("key.account.visit", string="Source visit", ondelete="set null", index=True)
    state = fields.Selection(
        [("open", "Open"), ("settled", "Settled"), ("outside", "Outside"), ("dropped", "Dropped")],
        default="open",
        required=True,
    )
