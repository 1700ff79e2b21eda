"""What we can do: the standard that requirement lines are compared with."""

from odoo import fields, models

from .requirement import REQUIREMENT_KINDS


class KeyAccountCapability(models.Model):
    """What we can do, by kind and product; proposed on requirement lines."""

    _name = "key.account.capability"
    _description = "Capability"
    _inherit = ["key.account.kept"]
    _order = "kind, sequence, name, id"
    _check_company_auto = True

    name = fields.Char(string="Capability", required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    kind = fields.Selection(REQUIREMENT_KINDS, required=True, index=True)
    product_id = fields.Many2one(
        "product.product", check_company=True, help="Empty: for every product."
    )
    standard = fields.Text(string="Our standard", translate=True)
    able = fields.Selection(
        [("yes", "Yes"), ("with_condition", "With condition"), ("no", "No")],
        string="We are able",
        default="yes",
        required=True,
    )
    condition = fields.Char(translate=True)
    company_id = fields.Many2one(
        "res.company", index=True, help="Empty: for all companies."
    )
