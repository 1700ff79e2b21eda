"""Who appraises on a sheet: whose turn it is, who has given their appraisal."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.key_account.models.shared.act import meet
from odoo.addons.key_account.models.shared.label import selection_labels

from ..rules import judgement as rules
from .kpi_set_appraiser import ROLES


class KeyAccountKpiSheetAppraiser(models.Model):
    """One appraiser of one sheet, with a row for each judged KPI and one for the whole;
    or the person themselves, with a row for each KPI, shown beside and never counted.

    The process writes it: ``kpi_asking.py`` asks, ``action_give`` hands in. What
    they judged stands in their rows (``key.account.kpi.judgement``), which have rules
    of their own: who appraises is no secret, what they say is one for a time.
    """

    _name = "key.account.kpi.sheet.appraiser"
    _description = "Appraiser of a Sheet"
    _inherit = ["key.account.under"]
    _under = frozenset(("sheet_id",))
    _order = "sheet_id desc, id"

    sheet_id = fields.Many2one(
        "key.account.kpi.sheet",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(related="sheet_id.company_id", store=True, index=True)
    role = fields.Selection(
        [*ROLES, (rules.SELF, "The person")], required=True, readonly=True
    )
    weight = fields.Float(readonly=True, aggregator=None)
    user_id = fields.Many2one(
        "res.users",
        string="Appraiser",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
    )
    asked_on = fields.Datetime(string="Appraisal asked on", readonly=True)
    given_on = fields.Datetime("Given on", readonly=True)
    judgement_ids = fields.One2many(
        "key.account.kpi.judgement", "appraiser_id", string="Judgements"
    )
    person_id = fields.Many2one(related="sheet_id.user_id", string="Person")
    team_id = fields.Many2one(related="sheet_id.team_id")
    date_from = fields.Date(related="sheet_id.date_from")
    date_to = fields.Date(related="sheet_id.date_to")
    state = fields.Selection(related="sheet_id.state", string="State of the sheet")
    self_comment = fields.Text(related="sheet_id.self_comment")
    may_give = fields.Boolean(compute="_compute_rights")
    may_take_over = fields.Boolean(compute="_compute_rights")

    _role_unique = models.UniqueIndex(
        "(sheet_id, role)", "A role appraises once on a sheet."
    )

    # ------------------------------------------------------------
    # COMPUTE METHODS
    # ------------------------------------------------------------

    @api.depends("user_id", "given_on", "sheet_id.state", "role")
    @api.depends_context("uid")
    def _compute_rights(self):
        for seat in self:
            waits = seat._waits()
            mine = seat.user_id == self.env.user
            seat.may_give = waits and mine and seat._has_role()
            seat.may_take_over = waits and not mine and seat._may_sit_here()

    @api.depends("sheet_id", "role")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = selection_labels(self, "role")
        for seat in self:
            role = labels.get(seat.role, "")
            seat.display_name = f"{seat.sheet_id.display_name} · {role}"

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_give(self):
        """Hand in one's own appraisal: from then on it stays, and one reads those of
        the others who gave theirs."""
        # The sheet may be returned at this moment, and all that was given taken back.
        meet(self.sheet_id)
        for seat in self:
            seat._assert_mine()
            seat._assert_waits()
            seat.judgement_ids._assert_complete()
        self._hand_in()
        return True

    def action_take_over(self):
        """Appraise instead of whoever was asked: another who has the role, while they
        have not given theirs. What they had begun is not taken over. Where others could
        read before what was judged, only of those who cannot appraise any more."""
        user = self.env.user
        # Two seats of one sheet taken at once would be two rows that never meet.
        meet(self.sheet_id)
        for seat in self:
            seat._assert_waits()
            seat._assert_unread()
            if not seat._may_sit_here():
                raise AccessError(
                    self.env._(
                        "%(seat)s: only somebody else who has this role can appraise"
                        " instead of %(person)s, but not the person measured, and"
                        " nobody twice on a sheet.",
                        seat=seat.display_name,
                        person=seat.user_id.name,
                    )
                )
            seat.sheet_id._close_appraisal_activities(seat.user_id)
            seat._take(user)
        return True

    # ------------------------------------------------------------
    # BUSINESS METHODS
    # ------------------------------------------------------------

    def _waits(self):
        """Whether it is somebody's turn here."""
        self.ensure_one()
        return (
            self.role != rules.SELF
            and self.sheet_id.state == "appraisal"
            and not self.given_on
        )

    def _may_sit_here(self):
        """Whether the user could appraise in this role on this sheet."""
        self.ensure_one()
        sheet, user = self.sheet_id, self.env.user
        # Who has which role is not for everybody to read.
        taken = {*sheet.sudo().appraiser_ids.user_id.ids, *sheet._excluded()}
        holders = sheet._role_holders(self.role)
        return user in holders and user.id not in taken and not self._was_read()

    def _has_role(self):
        """Whether whoever was asked here still has the role in which they were."""
        self.ensure_one()
        # Whoever lost it may have lost the sheet with it.
        return self.user_id in self.sheet_id.sudo()._role_holders(self.role)

    def _was_read(self):
        """Whether others could read what was judged on this sheet, while the one who
        was asked here can still appraise."""
        self.ensure_one()
        return self.sheet_id.sudo().was_appraised and self._has_role()

    def _assert_mine(self):
        self.ensure_one()
        if self.user_id != self.env.user or self.role == rules.SELF:
            raise AccessError(
                self.env._(
                    "%(seat)s: given by %(person)s alone, and by nobody for"
                    " themselves.",
                    seat=self.display_name,
                    person=self.user_id.name,
                )
            )
        self._assert_in_role()

    def _assert_in_role(self):
        """Raise where the role in which somebody was asked is theirs no more."""
        if not self._has_role():
            raise AccessError(
                self.env._(
                    "%(seat)s: you no longer have this role. Somebody else who has it"
                    " takes the appraisal over, or it goes on without yours.",
                    seat=self.display_name,
                )
            )

    def _assert_waits(self):
        self.ensure_one()
        self.sheet_id._assert_state("appraisal")
        if self.given_on:
            raise UserError(
                self.env._(
                    "%(seat)s: given already. Whoever appraises the sheet can return"
                    " it if something has to be corrected.",
                    seat=self.display_name,
                )
            )

    def _assert_unread(self):
        if self._was_read():
            raise AccessError(
                self.env._(
                    "%(seat)s: this sheet was appraised before, and others could read"
                    " what was judged. %(person)s, who was asked, gives it anew; or it"
                    " goes on without them.",
                    seat=self.display_name,
                    person=self.user_id.name,
                )
            )

    def _hand_in(self):
        # Nobody writes these fields; the appraiser themselves was asked above.
        self.sudo()._write_kept({"given_on": fields.Datetime.now()})
        self.sudo().judgement_ids._write_kept({"given": True})
        for seat in self:
            seat.sheet_id._close_appraisal_activities(seat.user_id)

    def _take(self, user):
        # Rows of another are made empty: what somebody had begun is theirs.
        seat = self.sudo()
        seat.judgement_ids._write_kept({"level_id": False, "remark": False})
        seat._write_kept({"user_id": user.id, "asked_on": fields.Datetime.now()})
        self.sheet_id._ask(user)
