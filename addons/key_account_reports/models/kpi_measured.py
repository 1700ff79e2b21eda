"""Whose figures somebody may see and judge: asked for the person who is measured."""

from odoo import api, models
from odoo.exceptions import AccessError

# Who is measured, and for which company.
_MEASURED = ("subject", "user_id", "team_id", "company_id")


class KeyAccountKpiSheet(models.Model):
    """The right to a sheet is a right to whom it measures: as it says before a write,
    and as it would say afterwards; in a form that nobody has saved as well."""

    _inherit = "key.account.kpi.sheet"

    # ------------------------------------------------------------
    # CRUD METHODS
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            for vals in vals_list:
                missing = [name for name in _MEASURED if name not in vals]
                self.browse()._as_said(
                    {**self.default_get(missing), **vals}
                )._assert_may_measure()
        return super().create(vals_list)

    def write(self, vals):
        if not (self.env.su or vals.keys().isdisjoint(_MEASURED)):
            for sheet in self:
                sheet._as_said(vals)._assert_may_measure()
        return super().write(vals)

    # ------------------------------------------------------------
    # BUSINESS METHODS
    # ------------------------------------------------------------

    def _as_said(self, vals):
        """This sheet as it would be with these values: nothing is written."""
        said = {name: vals[name] for name in _MEASURED if name in vals}
        return self.new(said, origin=self or None)

    def _assert_may_measure(self):
        self.ensure_one()
        if not self._may_measure():
            raise AccessError(
                self.env._(
                    "You cannot keep this appraisal sheet: a person is appraised by a"
                    " manager of the team in which they work, a team by a director,"
                    " appraisers appraise everybody in their companies, and nobody"
                    " appraises themselves."
                )
            )

    def _may_measure(self):
        """Whether the user may judge whom this sheet names."""
        self.ensure_one()
        user, person = self.env.user, self.user_id._origin
        if self.company_id._origin not in user.company_ids or person == user:
            return False
        if self._is_director_or_appraiser():
            return True
        # Who works in a team does not hang on who may read that.
        team = self.team_id._origin.sudo()
        people = team.member_ids | team.key_account_support_ids
        return person in people and self._is_managed_by_me()

    def _shown_to_user(self):
        """Those of these sheets whose figures the user may see.

        Of a sheet that is stored the record rules have been asked. A form says whom it
        measures by itself, and is asked for that person.
        """
        if self.env.su:
            return self
        return self.filtered(
            lambda sheet: (
                bool(sheet.id)
                or sheet._says_as_stored()
                or sheet._is_own_figure()
                or sheet._may_measure()
            )
        )

    def _says_as_stored(self):
        """Whether a form still names whom the sheet behind it does, which the user may
        read."""
        stored = self._origin
        return (
            bool(stored)
            and stored.has_access("read")
            and all(
                self[name] == stored[name]
                if name == "subject"
                else self[name]._origin == stored[name]
                for name in _MEASURED
            )
        )

    def _is_own_figure(self):
        user = self.env.user
        return (
            self.subject == "person"
            and self.user_id._origin == user
            and self.company_id._origin in user.company_ids
        )


class KeyAccountKpiSheetLine(models.Model):
    _inherit = "key.account.kpi.sheet.line"
    _under = frozenset(("sheet_id",))

    @api.model
    def _open_parents(self, name, parents):
        """Weights and targets are set by those who appraise, in a draft."""
        sheets = super()._open_parents(name, parents)
        for sheet in sheets:
            sheet._assert_state("draft")
        return sheets.filtered("may_appraise")


class KeyAccountKpiTarget(models.Model):
    """Nobody says what they themselves have to reach."""

    _inherit = "key.account.kpi.target"

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if "user_id" not in vals:
                vals = self.default_get(["user_id"])
            self._assert_not_for_oneself(vals.get("user_id"))
        return super().create(vals_list)

    def write(self, vals):
        if vals.keys() & self._locked_fields():
            for target in self:
                self._assert_not_for_oneself(target.user_id.id)
            self._assert_not_for_oneself(vals.get("user_id"))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_of_others(self):
        # Without it the default of the KPI would be all there is to reach.
        for target in self:
            self._assert_not_for_oneself(target.user_id.id)

    @api.model
    def _assert_not_for_oneself(self, user_id):
        if user_id and int(user_id) == self.env.uid and not self.env.su:
            raise AccessError(
                self.env._(
                    "Nobody sets a target for themselves. Ask another director to."
                )
            )
