"""The kinds of agreements."""

from odoo import fields, models


class KeyAccountAgreementType(models.Model):
    """A kind of agreement, and whether it must pass a legal check."""

    _name = "key.account.agreement.type"
    _description = "Agreement Type"
    _inherit = ["key.account.kept"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        required=True, help="By this code a stage gate asks for an agreement."
    )
    sequence = fields.Integer(default=10)
    needs_legal_check = fields.Boolean(
        help="An agreement of this type is checked by the legal function before the"
        " quotation can be signed off or sent."
    )
    active = fields.Boolean(default=True)

    _unique_code = models.Constraint(
        "UNIQUE(code)", "Another type of agreement has this code."
    )
