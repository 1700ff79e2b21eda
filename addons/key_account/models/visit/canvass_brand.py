"""The brands found in the shops that are canvassed."""

from odoo import fields, models

KINDS = [
    ("dealer", "Dealer"),
    ("wholesaler", "Wholesaler"),
    ("retailer", "Retailer"),
    ("workshop", "Repair workshop"),
    ("manufacturer", "Manufacturer"),
    ("contractor", "Contractor"),
    ("other", "Other"),
]


class KeyAccountBrand(models.Model):
    """A brand, ours or a competitor's: named once, so that it can be counted."""

    _name = "key.account.brand"
    _description = "Brand"
    _inherit = ["key.account.kept"]
    _looked_up = frozenset(("name",))
    _order = "name, id"

    name = fields.Char(string="Brand", required=True)
    active = fields.Boolean(default=True)

    _once = models.UniqueIndex("(lower(name))", "This brand is on the list already.")
