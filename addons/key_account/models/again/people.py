"""Somebody has come or gone, leads another team or stands in for somebody: whoever
decides now is asked."""

from odoo import api, models
from odoo.fields import Domain


class CrmTeam(models.Model):
    _inherit = "crm.team"

    def _authority_changed(self):
        res = super()._authority_changed()
        if self.env["res.company"]._key_account_modes():
            self.env["sale.order"]._mark_undecided_of_teams(self)
            deals = self.env["crm.lead"]._waiting_for_ruling(
                [("opportunity_id.team_id", "in", self.ids)]
            )
            deals._ask_again_to_rule()
            # A leader may count as a level: for what the customer asks as for what is
            # quoted.
            self.env["key.account.requirement"]._measure_undecided(
                Domain("opportunity_id.team_id", "in", self.ids)
                | Domain("key_account_id.team_id", "in", self.ids)
            )
        return res

    def _members_changed(self):
        """Who is in these teams is asked first: open requests find them at once."""
        concerned = self.filtered(lambda t: t.id in t._key_account_team_ids())
        if concerned and self.env["res.company"]._key_account_modes():
            self.env["sale.order"]._route_waiting([("team_id", "in", concerned.ids)])


class CrmTeamMember(models.Model):
    _inherit = "crm.team.member"

    @api.model_create_multi
    def create(self, vals_list):
        members = super().create(vals_list)
        members.crm_team_id._members_changed()
        return members

    def write(self, vals):
        teams = self.crm_team_id
        res = super().write(vals)
        if not {"active", "crm_team_id", "user_id"}.isdisjoint(vals):
            (teams | self.crm_team_id)._members_changed()
        return res

    def unlink(self):
        teams = self.crm_team_id
        res = super().unlink()
        teams._members_changed()
        return res


class ResUsers(models.Model):
    _inherit = "res.users"

    def write(self, vals):
        if {"active", "company_ids"}.isdisjoint(vals):
            return super().write(vals)
        res = super().write(vals)
        self._sign_offs()._route_again()
        self.env["crm.lead"]._waiting_for_ruling([])._ask_again_to_rule()
        self._open_review_items()._ask_again_to_review()
        return res

    def _open_review_items(self):
        """What these people are to judge of contracts, whether they are here or not."""
        items = self.env["key.account.contract.review.item"].sudo()
        items = items.with_context(active_test=False).search(
            [
                ("verdict", "=", "open"),
                ("review_id.state", "=", "in_review"),
                ("user_ids", "in", self.ids),
            ]
        )
        return items.with_context(active_test=True)

    def _sign_offs(self):
        """Quotations that wait for one of these people, or for nobody."""
        # Whoever has just been archived was asked, too.
        Order = self.env["sale.order"].with_context(active_test=False)
        orders = Order._found_for_all(
            [
                ("authority_state", "=", "pending"),
                ("approver_ids", "in", [*self.ids, False]),
            ]
        )
        return orders.with_context(active_test=True)


class KeyAccountAuthorityDelegation(models.Model):
    _inherit = "key.account.authority.delegation"

    @api.model
    def _delegation_changed(self, companies):
        res = super()._delegation_changed(companies)
        self.env["sale.order"]._route_waiting([("company_id", "in", companies.ids)])
        return res
