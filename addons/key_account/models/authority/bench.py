"""The bench that decides who may promise what, set up from what stands in the
database: the one place where quotation, requirement, grant, ruling and matrix ask."""

from odoo import api, models

from ...rules.bench import Bench, Team


class CrmTeam(models.Model):
    _inherit = "crm.team"

    def _authority_teams(self, account):
        """The teams whose limits, leader and policy count for what this team (or none)
        sells to an account: its own, and the account's where another one sells. The
        stricter holds, so that moving a quotation widens nothing."""
        if self._key_account_team_ids() == {self.id}:
            # There is no other: the account need not be read.
            return (self,)
        other = account._read_for_deals().team_id
        return (self, other) if other and other != self else (self,)


class KeyAccountAuthorityLimit(models.Model):
    _inherit = "key.account.authority.limit"

    @api.model
    def _bench(
        self, company, teams, account=None, grade=None, categories=None, granted=None
    ):
        """Whom to ask what somebody may promise in ``company`` today.

        :param teams: as ``crm.team._authority_teams()`` finds them
        :param account: whose grade counts, read only where a limit is for a grade
        :param grade: where there is no account
        :param categories: of the products that are measured
        :param granted: ``{(user id, dimension): [Given]}`` for the deal
        :rtype: rules.bench.Bench
        """
        rows, ancestors = self._rows(company.id, company._key_account_today()), {}
        if categories and any(row.category for row in rows):
            ancestors = {c.id: c._key_account_lineage() for c in categories}
        if account and any(row.grade for row in rows):
            grade = account.limit_grade
        return Bench(
            rows=rows,
            ladder=self.env["key.account.authority.level"]._ladder(company.id),
            teams=tuple(self._team_on_bench(company, team) for team in teams),
            grade=grade or None,
            ancestors=ancestors,
            granted=granted or {},
            always=self._signs_off_always(company, teams),
        )

    @api.model
    def _bench_of_deal(self, company, lead, account, categories=None, grants=None):
        """The same for what is asked in a deal, as a quotation made from it will be
        decided; before there is a deal, as one of the account's team.

        :param grants: those in force, of this deal and others; None where what was
            given does not count
        """
        team = lead.team_id if lead else account.team_id
        return self._bench(
            company,
            team._authority_teams(account),
            account=account,
            categories=categories,
            granted=grants and grants._given(lead, company, lead.partner_id),
        )

    @api.model
    def _team_on_bench(self, company, team):
        Level = self.env["key.account.authority.level"]
        return Team(team.id or None, Level._counted_leader_id(company, team))

    @api.model
    def _signs_off_always(self, company, teams):
        """Whether one of these teams has everything signed off, whatever its limits.
        Teams without a process have no policy: where others sell, theirs counts."""
        name = "key_account_approval_policy"
        known = self.env["crm.team"]._key_account_team_ids()
        general = company._key_account_setting(name)
        asked = [team for team in teams if team.id in known] or teams
        return any(
            (team._key_account_policy(name) or general) == "always" for team in asked
        )

    @api.model
    def _are_by_category(self, company):
        """Whether limits in force today are for categories of products."""
        rows = self._rows(company.id, company._key_account_today())
        return any(row.category for row in rows)
