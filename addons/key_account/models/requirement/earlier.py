"""What was asked for at earlier visits and is still open, in the report of this one."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

_OPEN = ("open", "outside")


class KeyAccountVisit(models.Model):
    _inherit = "key.account.visit"
    _under_read = frozenset(("earlier_requirement_ids",))

    earlier_requirement_ids = fields.Many2many(
        "key.account.requirement",
        "key_account_visit_earlier_requirement_rel",
        "visit_id",
        "requirement_id",
        string="Still asked for",
        copy=False,
        help="Lines of earlier visits that were talked about again. They stay what they"
        " are: one line, settled once.",
    )

    @api.model
    def _report_fields(self):
        return super()._report_fields() | {"earlier_requirement_ids"}

    @api.constrains("earlier_requirement_ids", "key_account_id")
    def _check_earlier_requirements(self):
        for visit in self:
            accounts = visit.earlier_requirement_ids.sudo().key_account_id
            if accounts - visit.key_account_id:
                raise ValidationError(
                    self.env._(
                        "%s: what is still asked for was asked by this customer."
                        " Choose lines of this account.",
                        visit.display_name,
                    )
                )

    def _copied_forward(self, last):
        lines = self.env["key.account.requirement"].search(
            [
                ("key_account_id", "=", self.key_account_id.id),
                ("state", "in", _OPEN),
                ("visit_id", "not in", (False, self.id)),
            ]
        )
        return {
            **super()._copied_forward(last),
            "earlier_requirement_ids": [fields.Command.link(line.id) for line in lines],
        }
