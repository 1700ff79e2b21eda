"""Whose deal it is, and who decides in it: nobody decides on their own."""

from odoo import models
from odoo.exceptions import AccessError


class CrmLead(models.Model):
    _inherit = "crm.lead"

    def _own_to(self):
        """Whose deal it is: who sells it. Later rooms add who wrote what is decided
        on."""
        return self.user_id

    def _deal_deciders(self, own, since, team=None):
        """Who decides in this deal on what is ``own`` to some people and came up at
        ``since``; asked with full rights."""
        company = self._key_account_company()
        directors = self._key_account_directors(company)[company]
        return (team or self.team_id)._deciders(own, since, directors)

    def _assert_may_let_pass(self, user):
        """Raise unless this user may let the deal pass its gates: who manages its team,
        did so before the deal came up, and does not own it."""
        # A deal that was taken out of a process is still that team's to let pass.
        left = {} if self._is_key_account_team(self.team_id) else self._left_process()
        team = left[self.id].team if left else self.team_id
        if not team or not team._is_managed_by(user, since=self.create_date):
            raise AccessError(
                self.env._(
                    "Only a manager of the team %(team)s may let “%(lead)s” pass, and"
                    " nobody who has named themselves since.",
                    team=team.name or "",
                    lead=self.name,
                )
            )
        own = self._own_to()
        if user in own and user not in self._deal_deciders(own, self.create_date, team):
            raise AccessError(
                self.env._(
                    "“%s” is your own deal: another manager or a director has to let"
                    " it pass.",
                    self.name,
                )
            )
