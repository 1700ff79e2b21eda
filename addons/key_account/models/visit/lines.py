"""The lines of a visit: who takes part, what was promised."""

from odoo import api, fields, models

from ..shared.label import selection_label


class KeyAccountVisitLine(models.AbstractModel):
    """What belongs to a visit and stands with it once the report was reviewed."""

    _name = "key.account.visit.line"
    _description = "Line of a Visit"
    _inherit = ["key.account.under"]
    _under = frozenset(("visit_id",))

    visit_id = fields.Many2one(
        "key.account.visit", required=True, ondelete="cascade", index=True
    )
    key_account_id = fields.Many2one(
        related="visit_id.key_account_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="visit_id.company_id", store=True, index=True, precompute=True
    )

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.visit_id._assert_lines_open()
        return lines

    def write(self, vals):
        self.visit_id._assert_lines_open()
        result = super().write(vals)
        self.visit_id._assert_lines_open()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_before_review(self):
        self.visit_id._assert_lines_open()


class KeyAccountVisitParticipant(models.Model):
    _name = "key.account.visit.participant"
    _description = "Visit Participant"
    _inherit = ["key.account.visit.line"]

    user_id = fields.Many2one("res.users", string="Participant", required=True)
    role = fields.Char(string="Part", help="What this person contributes to the visit.")

    _once = models.Constraint(
        "UNIQUE (visit_id, user_id)", "Each participant is named once."
    )


class KeyAccountVisitCommitment(models.Model):
    """What one side promised; reporting the visit makes an activity of it."""

    _name = "key.account.visit.commitment"
    _description = "Commitment"
    _inherit = ["key.account.visit.line"]
    _order = "date, id"

    name = fields.Char(string="Commitment", required=True)
    side = fields.Selection(
        [("ours", "We promised"), ("theirs", "The customer promised")],
        default="ours",
        required=True,
    )
    date = fields.Date(string="Until")
    user_id = fields.Many2one("res.users", string="Who sees to it")
    activity_id = fields.Many2one(
        "mail.activity",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
    )

    def _responsible(self):
        return self.user_id or self.visit_id.user_id

    def _commitment_text(self):
        return f"{selection_label(self, 'side', self.side)}: {self.name}"
