"""A confirmed appraisal is acknowledged by the person, and talked over with them."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.key_account.rules.evidence import said

_ACTIVITY = "key_account_reports.mail_activity_acknowledge"


class KeyAccountKpiSheet(models.Model):
    """Whom a sheet is about says that they have seen it, and whether they agree; of a
    team's sheet, a manager of the team does. Whoever appraised signs off that it was
    talked over. Nobody does so for another, and nobody takes it back.
    """

    _inherit = "key.account.kpi.sheet"
    _kept = frozenset(
        (
            *("acknowledgement", "acknowledged_by_id", "acknowledged_on"),
            *("acknowledgement_remark", "talked_by_id", "talked_on"),
        )
    )

    acknowledgement = fields.Selection(
        [("agreed", "Agreed"), ("remark", "Does not agree")],
        readonly=True,
        copy=False,
        tracking=True,
        help="Empty: not yet acknowledged.",
    )
    acknowledged_by_id = fields.Many2one(
        "res.users", string="Acknowledged by", readonly=True, copy=False
    )
    acknowledged_on = fields.Datetime("Acknowledged on", readonly=True, copy=False)
    acknowledgement_remark = fields.Text(string="Remark", readonly=True, copy=False)
    talked_by_id = fields.Many2one(
        "res.users", string="Talked over by", readonly=True, copy=False, tracking=True
    )
    talked_on = fields.Datetime(string="Talked over on", readonly=True, copy=False)
    may_acknowledge = fields.Boolean(compute="_compute_may_acknowledge")
    may_talk = fields.Boolean(compute="_compute_may_acknowledge")

    # ------------------------------------------------------------
    # COMPUTE METHODS
    # ------------------------------------------------------------

    @api.depends("state", "result_id", "acknowledgement", "talked_by_id")
    @api.depends_context("uid")
    def _compute_may_acknowledge(self):
        for sheet in self:
            stands = sheet.state == "confirmed" and sheet.result_id
            sheet.may_acknowledge = (
                stands and not sheet.acknowledgement and sheet._is_addressee()
            )
            sheet.may_talk = (
                stands and not sheet.talked_by_id and sheet._is_whoever_appraised()
            )

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_acknowledge(self):
        """Seen, and agreed."""
        self._acknowledge("agreed")

    def action_acknowledge_with_remark(self, remark):
        """Seen, and not agreed; what the person says is kept."""
        if not (words := said(remark)):
            raise UserError(
                self.env._("Say what you do not agree with: it stands on the sheet.")
            )
        self._acknowledge("remark", words)

    def action_talked_over(self):
        """Whoever appraised has talked it over with the person."""
        for sheet in self:
            sheet._assert_state("confirmed")
            if not sheet._is_whoever_appraised():
                raise AccessError(
                    self.env._(
                        "%(sheet)s: whoever appraised or confirmed it signs off that it"
                        " was talked over, and nobody for themselves.",
                        sheet=sheet.display_name,
                    )
                )
            sheet._assert_not_yet("talked_by_id")
        self._write_kept(
            {"talked_by_id": self.env.uid, "talked_on": fields.Datetime.now()}
        )
        for sheet in self:
            sheet._end_reminders(user_id=sheet.confirmed_by_id.id)

    def action_open_act(self):
        """Ask for the words that a step needs."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": "key.account.kpi.act",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_sheet_id": self.id,
                "default_act": self.env.context.get("act"),
            },
        }

    # ------------------------------------------------------------
    # BUSINESS METHODS
    # ------------------------------------------------------------

    def _acknowledge(self, answer, remark=False):
        for sheet in self:
            sheet._assert_state("confirmed")
            if not sheet._is_addressee():
                raise AccessError(
                    self.env._(
                        "%(sheet)s: only the person can acknowledge it, or for a"
                        " team's sheet a manager of the team; nobody can do so for"
                        " somebody else.",
                        sheet=sheet.display_name,
                    )
                )
            sheet._assert_not_yet("acknowledgement")
        self._write_kept(
            {
                "acknowledgement": answer,
                "acknowledgement_remark": remark,
                "acknowledged_by_id": self.env.uid,
                "acknowledged_on": fields.Datetime.now(),
            }
        )
        self._end_reminders()
        if answer == "remark":
            self._tell_whoever_appraised()

    def _assert_not_yet(self, name):
        self.ensure_one()
        if self[name]:
            raise UserError(
                self.env._(
                    "%(sheet)s has been signed off already; that stays as it is.",
                    sheet=self.display_name,
                )
            )

    def _addressees(self):
        """Whom a sheet is about: the person, or the managers of the team."""
        self.ensure_one()
        if self.subject == "person":
            return self.user_id
        # Who manages a team is not for everybody to read.
        return self.team_id.sudo()._key_account_managers()

    def _is_addressee(self):
        return self.env.user in self._addressees()

    def _is_whoever_appraised(self):
        """Who appraised or confirmed; when none of them is there any more, whoever
        might confirm."""
        self.ensure_one()
        # Whether somebody is still there is not for everybody to read.
        appraisers = (self.appraised_by_id | self.confirmed_by_id).sudo()
        there = appraisers.filtered("active")
        if self._is_addressee():
            return False
        return self.env.user in there if there else self.may_confirm

    def _after_confirmation(self):
        result = super()._after_confirmation()
        for sheet in self:
            for person in sheet._addressees():
                sheet._remind_of_appraisal(
                    person,
                    lambda each: each.env._("Acknowledge your appraisal"),
                )
        return result

    def _tell_whoever_appraised(self):
        for sheet in self:
            sheet._remind_of_appraisal(
                sheet.confirmed_by_id,
                lambda each: each.env._("Does not agree: talk the appraisal over"),
            )

    def _remind_of_appraisal(self, person, text):
        """An activity in their own language, for whoever may read the sheet."""
        reader = self.with_user(person).with_context(
            allowed_company_ids=person.sudo().company_ids.ids
        )
        if not person.sudo().active or not reader.has_access("read"):
            return
        # An activity for somebody else is nothing that its author has to read.
        self.sudo().activity_schedule(
            _ACTIVITY,
            user_id=person.id,
            summary=text(self.with_context(lang=person.sudo().lang)),
        )

    def _end_reminders(self, user_id=None):
        # They may be those of another manager of the team.
        self.sudo().activity_unlink([_ACTIVITY], user_id=user_id)
