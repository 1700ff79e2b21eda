"""What else a report tells: their needs, how content they are, photos; and what it
takes over from the last one."""

from odoo import api, fields, models
from odoo.exceptions import UserError

# What the report consists of beside what stands with the visit itself.
_FINDINGS = {"needs_change", "satisfaction", "photo_ids"}
# What makes a photo another one.
_PICTURE = frozenset(("raw", "datas", "db_datas", "type", "url"))


class KeyAccountVisit(models.Model):
    _inherit = "key.account.visit"
    # A photo of others is not shown, nor printed, by hanging it on one's own visit.
    _under = frozenset(("photo_ids",))

    needs_change = fields.Text(
        string="Change in their needs",
        copy=False,
        help="What they want now that they did not want before, or no longer want.",
    )
    satisfaction = fields.Integer(
        string="Content with our products",
        aggregator="avg",
        copy=False,
        help="How content they are, as we see it: 1 not at all, 5 very; 0 not asked.",
    )
    photo_ids = fields.Many2many(
        "ir.attachment",
        "key_account_visit_photo_rel",
        "visit_id",
        "attachment_id",
        string="Photos",
        copy=False,
        ondelete="restrict",
    )

    _satisfaction_within = models.Constraint(
        "CHECK (COALESCE(satisfaction, 0) BETWEEN 0 AND 5)",
        "How content they are goes from 1 to 5.",
    )

    @api.model
    def _report_fields(self):
        return super()._report_fields() | _FINDINGS

    # ------------------------------------------------------------
    # TAKEN OVER FROM THE LAST REPORT
    # ------------------------------------------------------------

    def action_copy_forward(self):
        """Take over from the last report who was met, the competitors, and what is
        still asked for; what came of it is told anew."""
        self._assert_state("held", self.env._("reported"))
        for visit in self:
            last = visit.previous_visit_id
            if not last:
                raise UserError(
                    self.env._(
                        "%s: there is no earlier report on this account to copy from.",
                        visit.display_name,
                    )
                )
            visit.write(visit._copied_forward(last))
        return True

    def _copied_forward(self, last):
        """Hook: what the report takes over from the last one; later rooms add theirs.
        What was entered already stays."""
        self.ensure_one()
        values = {"met_ids": [fields.Command.link(each.id) for each in last.met_ids]}
        if not self.competitors:
            values["competitors"] = last.competitors
        return values

    def action_carry_on(self):
        """What was promised before and is still open is promised again here; there it
        is carried on, and nobody is asked for it twice."""
        self._assert_state("held", self.env._("reported"))
        for visit in self:
            visit.open_commitment_ids._carry_on_to(visit)
        return True


class IrAttachment(models.Model):
    """A photo goes on showing what it showed when the report was reviewed."""

    _inherit = "ir.attachment"

    def write(self, vals):
        if not self.env.su and not _PICTURE.isdisjoint(vals):
            # Whoever writes a file need not see what hangs on it.
            visits = self.env["key.account.visit"].sudo()
            visits.search([("photo_ids", "in", self.ids)])._assert_lines_open()
        return super().write(vals)


class KeyAccountVisitCommitment(models.Model):
    _inherit = "key.account.visit.commitment"

    carried_to_id = fields.Many2one(
        "key.account.visit.commitment",
        string="Carried on as",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
    )

    def _carry_on_to(self, visit):
        for line in self:
            carried = self.create(
                {
                    "visit_id": visit.id,
                    "side": line.side,
                    "name": line.name,
                    "user_id": line.user_id.id,
                }
            )
            line._write_kept({"carried_to_id": carried.id})
        self._drop_activities()
