"""The lines of a visit: who takes part, what was promised."""

from odoo import api, fields, models

from ..shared.label import labelled, selection_label


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
        if self._is_by_process(vals):
            # That it was done is told after the review as well.
            return super().write(vals)
        self._assert_kept(vals)
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
    # The visits that somebody takes part in, and their accounts, without a row read.
    _user_idx = models.Index("(user_id, key_account_id, visit_id, company_id)")


class KeyAccountVisitDuty(models.AbstractModel):
    """What somebody does for a visit, before it or as its consequence.

    Done is done in both places: here, and as the activity that asks for it. Who did it,
    and when, only the process writes.
    """

    _name = "key.account.visit.duty"
    _description = "Something to do for a Visit"
    _inherit = ["key.account.visit.line"]

    user_id = fields.Many2one(
        "res.users",
        string="Who sees to it",
        help="Empty: whoever is responsible for the visit.",
    )
    activity_id = fields.Many2one(
        "mail.activity",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
    )
    done_on = fields.Datetime("Completed on", readonly=True, copy=False)
    done_by_id = fields.Many2one(
        "res.users", string="Done by", readonly=True, copy=False
    )

    def unlink(self):
        self._drop_activities()
        return super().unlink()

    def action_done(self):
        """Tick it off; nobody is asked for it any more."""
        self.check_access("write")
        todo = self.filtered(lambda duty: not duty.done_on)
        todo._set_done()
        # The activity may be a colleague's.
        todo.sudo().activity_id.filtered("active").action_feedback()
        return True

    def action_undo(self):
        """It was not done after all."""
        self.check_access("write")
        self._write_kept({"done_on": False, "done_by_id": False})
        return True

    def _set_done(self):
        self._write_kept({"done_on": fields.Datetime.now(), "done_by_id": self.env.uid})

    def _responsible(self):
        return self.user_id or self.visit_id.user_id

    def _drop_activities(self):
        """Nobody is asked for it any more, though it was not done. With full rights:
        the activity may be a colleague's."""
        self.sudo().activity_id.filtered("active").unlink()


# What the activity of a commitment says, and whom it asks.
_PROMISED = frozenset(("name", "side", "date", "user_id"))


class KeyAccountVisitCommitment(models.Model):
    """What one side promised; reporting the visit makes an activity of it, and what is
    promised otherwise afterwards another one."""

    _name = "key.account.visit.commitment"
    _description = "Commitment"
    _inherit = ["key.account.visit.duty"]
    _order = "date, id"

    name = fields.Char(string="Commitment", required=True)
    side = fields.Selection(
        [("ours", "We promised"), ("theirs", "The customer promised")],
        default="ours",
        required=True,
    )
    date = fields.Date(string="Until")

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.visit_id._follow_up_again()
        return lines

    def write(self, vals):
        result = super().write(vals)
        if not _PROMISED.isdisjoint(vals):
            open_ = self.filtered(lambda line: not line.done_on)
            open_._drop_activities()
            open_.visit_id._follow_up_again()
        return result

    def _commitment_text(self):
        return labelled(self.env, selection_label(self, "side", self.side), self.name)
