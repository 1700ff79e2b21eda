"""Who appraises whom, and when a sheet is written, moved on or confirmed."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from odoo.addons.key_account.models.shared.as_created import as_created
from odoo.addons.key_account.models.shared.label import listed, selection_labels


class KeyAccountKpiSheet(models.Model):
    _inherit = "key.account.kpi.sheet"

    is_own = fields.Boolean(compute="_compute_rights")
    may_appraise = fields.Boolean(compute="_compute_rights")
    may_confirm = fields.Boolean(compute="_compute_rights")
    is_over = fields.Boolean(string="Period is over", compute="_compute_is_over")

    # ------------------------------------------------------------
    # COMPUTE METHODS
    # ------------------------------------------------------------

    @api.depends("user_id", "team_id", "subject")
    @api.depends_context("uid")
    def _compute_rights(self):
        everywhere = self._is_director_or_appraiser()
        for sheet in self:
            sheet.is_own = self.env.user == sheet.user_id
            sheet.may_confirm = everywhere and not sheet.is_own
            sheet.may_appraise = not sheet.is_own and (
                everywhere or sheet._is_managed_by_me()
            )

    @api.depends("date_to", "company_id")
    def _compute_is_over(self):
        for sheet in self:
            sheet.is_over = sheet._is_period_over()

    # ------------------------------------------------------------
    # GUARDS
    # ------------------------------------------------------------

    @api.model
    def _content_fields(self):
        """What the sheet says: changed by those who appraise, in a draft."""
        return {
            *("company_id", "period", "date", "subject", "user_id", "team_id"),
            *("set_id", "line_ids", "snapshot_ids"),
        }

    @api.model
    def _assert_may_say(self, vals_list):
        """Raise where whoever makes a sheet speaks for whom it measures."""
        said = as_created(self, vals_list, ("subject", "self_comment"))
        if not self.env.su and any(
            each.get("self_comment") and each.get("subject") == "person"
            for each in said
        ):
            raise AccessError(
                self.env._(
                    "The self-assessment is written by the person alone, once the sheet"
                    " is there."
                )
            )

    def _assert_may_write(self, vals):
        for sheet in self:
            if vals.keys() & self._content_fields():
                sheet._assert_state("draft")
                sheet._assert_may_appraise()
            if "self_comment" in vals:
                sheet._assert_state("draft", "self_assessment")
                if sheet.subject == "person" and not sheet.is_own:
                    raise AccessError(
                        self.env._(
                            "%(sheet)s: the self-assessment is written by the person"
                            " alone.",
                            sheet=sheet.display_name,
                        )
                    )
            if "appraisal_comment" in vals:
                sheet._assert_state(
                    "draft", "self_assessment", "appraisal", "appraised"
                )
                sheet._assert_may_appraise()

    def _assert_state(self, *states):
        self.ensure_one()
        if self.state not in states:
            labels = selection_labels(self, "state")
            raise UserError(
                self.env._(
                    "%(sheet)s is in state “%(state)s”; this is possible only in:"
                    " %(states)s.",
                    sheet=self.display_name,
                    state=labels[self.state],
                    states=listed(self.env, (labels[state] for state in states)),
                )
            )

    def _assert_may_appraise(self):
        self.ensure_one()
        if not (self.may_appraise or self.env.su):
            self._refuse_appraisal()

    def _assert_may_confirm(self):
        self.ensure_one()
        if not self.may_confirm:
            raise AccessError(
                self.env._(
                    "%(sheet)s is confirmed by a director or an appraiser, and by"
                    " nobody for"
                    " themselves.",
                    sheet=self.display_name,
                )
            )

    def _is_period_over(self):
        """Whether it is now: what a screen has read may be of yesterday."""
        self.ensure_one()
        zone = (self.company_id or self.env.company)._key_account_timezone()
        today = fields.Date.context_today(self.with_context(tz=zone))
        return bool(self.date_to) and self.date_to < today

    def _assert_period_over(self):
        self.ensure_one()
        if not self._is_period_over():
            raise UserError(
                self.env._(
                    "%(sheet)s: the period lasts until %(date)s; confirm it"
                    " afterwards.",
                    sheet=self.display_name,
                    date=format_date(self.env, self.date_to),
                )
            )

    def _refuse_appraisal(self):
        raise AccessError(
            self.env._(
                "%(sheet)s: a person is appraised by a manager of their team, a team"
                " by a director;"
                " appraisers appraise everybody, nobody appraises themselves.",
                sheet=self.display_name,
            )
        )

    def _is_director_or_appraiser(self):
        user = self.env.user
        return user.has_group("key_account.group_director") or user.has_group(
            "key_account.group_appraiser"
        )

    def _is_managed_by_me(self):
        """Managers appraise their people, but not their own team as a whole."""
        self.ensure_one()
        return (
            self.subject == "person"
            and self.env.user.has_group("key_account.group_manager")
            and self.env.user in self.team_id._with_people()._key_account_managers()
        )
