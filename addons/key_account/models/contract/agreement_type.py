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
        "Needs legal check",
        help="An agreement of this type is checked by the legal function before the"
        " quotation can be signed off or sent.",
    )
    active = fields.Boolean(default=True)

    _unique_code = models.Constraint(
        "UNIQUE(code)", "Another type of agreement has this code."
    )

    def copy_data(self, default=None):
        """With a code of its own, which a gate may ask for."""
        vals_list = super().copy_data(default)
        types = self.with_context(active_test=False)
        taken = {code for (code,) in types._read_group([], ["code"])}
        for vals in vals_list:
            if "code" not in (default or {}):
                code = vals["code"]
                number = 2
                while f"{code}_{number}" in taken:
                    number += 1
                vals["code"] = f"{code}_{number}"
                taken.add(vals["code"])
        return vals_list
