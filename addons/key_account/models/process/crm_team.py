"""Key-account teams: who manages and supports them, and the process they work by."""

from odoo import api, fields, models, tools
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import frozendict

from ...rules import gates as rules
from ..shared.as_created import as_created
from ..shared.remembered import forget
from ..shared.res_users import SALES

_POLICY_FIELDS = ("key_account_approval_policy", "key_account_contract_review")
_CACHED_FIELDS = {"is_key_account", *_POLICY_FIELDS}
# What the authority of people who sell for a team, and its routing, hang on.
_DECIDING_FIELDS = {
    "user_id",
    "is_key_account",
    "key_account_manager_ids",
    "key_account_approval_policy",
}
# What decides who controls whom: for Configuration only, whoever may edit a sales team
# otherwise.
_CONTROL_FIELDS = {
    "is_key_account",
    "key_account_manager_ids",
    "key_account_support_ids",
    "key_account_approval_policy",
    "key_account_contract_review",
}


def _is_given(value):
    """Whether a value for a new record says anything; x2many commands may not."""
    if isinstance(value, list | tuple):
        return any(
            not isinstance(part, list | tuple) or any(part[1:]) for part in value
        )
    return bool(value)


class CrmTeam(models.Model):
    _name = "crm.team"
    _inherit = ["crm.team", "key.account.known"]
    # Record rules ask for these first, see ``shared/id_list.py``.
    _few = True
    _known_by = frozenset(
        (
            *("active", "is_key_account", "user_id", "company_id"),
            *("key_account_manager_ids", "key_account_support_ids"),
        )
    )

    is_key_account = fields.Boolean(
        string="Key-account team",
        help="The team works by stage definitions with gates and sees its own stages"
        " only.",
    )
    key_account_manager_ids = fields.Many2many(
        "res.users",
        "crm_team_key_account_manager_rel",
        "team_id",
        "user_id",
        string="Key-account managers",
        help="Besides the team leader: they review, rule and override in this team.",
    )
    key_account_support_ids = fields.Many2many(
        "res.users",
        "crm_team_key_account_support_rel",
        "team_id",
        "user_id",
        string="Sales support",
        help="They keep files, contracts and schedules of the team's accounts; they"
        " decide nothing.",
    )
    key_account_approval_policy = fields.Selection(
        [
            ("over_limit", "Only beyond the author's limits"),
            ("always", "Always, by the next level"),
        ],
        string="Sign-off policy",
        help="Empty: as the company says.",
    )
    key_account_contract_review = fields.Selection(
        [("yes", "Asked for"), ("no", "Not asked for")],
        string="Contract review",
        help="Empty: as the company says.",
    )
    key_account_stage_ids = fields.Many2many(
        "crm.stage", string="Stages", compute="_compute_key_account_stage_ids"
    )

    def _compute_key_account_stage_ids(self):
        stages = self.env["crm.stage"].search(
            [("team_ids", "in", self.ids), ("is_retired", "=", False)]
        )
        for team in self:
            team.key_account_stage_ids = stages.filtered(
                lambda s, t=team: t in s.team_ids
            )

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        # A form sends every field of a new team, the empty ones too.
        given = {
            name
            for values in as_created(self, vals_list, _CONTROL_FIELDS)
            for name, value in values.items()
            if _is_given(value)
        }
        if given:
            self._assert_may_configure()
        teams = super().create(vals_list)
        naming = self.env["key.account.naming"]
        naming._note(teams._deciding())
        naming._note(teams._supporting(), as_support=True)
        if given & _CACHED_FIELDS:
            forget(self.env)
        return teams

    def write(self, vals):
        named = not vals.keys().isdisjoint(("user_id", "key_account_manager_ids"))
        deciding = self._deciding() if named else None
        supported = "key_account_support_ids" in vals
        supporting = self._supporting() if supported else None
        res = self._check_and_write(vals, super().write)
        naming = self.env["key.account.naming"]
        if named:
            naming._note(self._deciding(), deciding)
        if supported:
            naming._note(self._supporting(), supporting, as_support=True)
        return res

    def _check_and_write(self, vals, write):
        if "user_id" in vals:
            # The leader of a key-account team manages it, and may have authority.
            self._assert_may_lead(vals["user_id"])
        if not vals.keys() & _CONTROL_FIELDS:
            res = write(vals)
            if "user_id" in vals:
                self._authority_changed()
            return res
        self._assert_may_configure()
        before = self.filtered("is_key_account")
        if vals.get("is_key_account"):
            (self - before)._assert_opportunities_in_process()
        res = write(vals)
        if vals.keys() & _CACHED_FIELDS:
            forget(self.env)
        if "is_key_account" in vals:
            after = self.filtered("is_key_account")
            self.env["crm.lead"]._key_account_teams_switched(
                on=after - before, off=before - after
            )
        if vals.keys() & _DECIDING_FIELDS:
            self._authority_changed()
        return res

    def unlink(self):
        forget(self.env)
        return super().unlink()

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    @api.model
    @tools.ormcache()
    def _key_account_team_ids(self):
        """Ids of all key-account teams: other teams' leads are told apart without a
        query.
        """
        return frozenset(self._all_teams().search([("is_key_account", "=", True)]).ids)

    @api.model
    @tools.ormcache()
    def _key_account_policies(self):
        """``{(team id, field): policy}`` of the teams that have their own."""
        domains = [Domain(name, "!=", False) for name in _POLICY_FIELDS]
        return frozendict(
            {
                (team.id, name): team[name]
                for team in self._all_teams().search(Domain.OR(domains))
                for name in _POLICY_FIELDS
            }
        )

    @api.model
    def _all_teams(self):
        """For what is kept in memory for all users: archived teams, and those the user
        must not see, included.
        """
        return self.browse().sudo().with_context(active_test=False)

    def _key_account_policy(self, name):
        """The team's own policy of that field, if it has one; read without a query."""
        return self._key_account_policies().get((self.id, name))

    def _with_people(self):
        """These teams, to be asked who is in them: whether somebody leads, manages or
        supports a team does not hang on who may read it.
        """
        return self.sudo()

    def _key_account_managers(self):
        """Users who manage these teams: the team leader and the named key-account
        managers.
        """
        return self.user_id | self.key_account_manager_ids

    def _deciding(self):
        """``{team: its managers}``, to compare with afterwards."""
        return {team: team._key_account_managers() for team in self._with_people()}

    def _supporting(self):
        """``{team: its sales support}``, to compare with afterwards."""
        return {team: team.key_account_support_ids for team in self._with_people()}

    def _is_managed_by(self, user, companies=None, everywhere=False, since=None):
        """Whether the user decides in one of these teams: as one of its managers, or as
        a director who works in its company.

        :param companies: those the director works in; by default all of the user's
        :param everywhere: whether a director decides whatever the company
        :param since: when that came up which is decided: who named themselves a manager
            after that decides on later things
        """
        director = user.has_group("key_account.group_director")
        if director and everywhere:
            return True
        teams = self._with_people()
        if not director:
            # Who has lost all roles may still be named.
            return user.has_group(SALES) and user in teams._managing(since)
        companies = user.company_ids if companies is None else companies
        return user in teams._key_account_managers() or any(
            not team.company_id or team.company_id in companies for team in teams
        )

    @api.model
    def _shown_as_managed(self):
        """Ids of the teams that the user is shown as managing, as far as it is kept in
        memory; whoever acts is asked by :meth:`_is_managed_by`."""
        uid = self.env.uid
        return self._known_ids(
            Domain("user_id", "=", uid) | Domain("key_account_manager_ids", "in", uid)
        )

    def _managing(self, since=None, named=None):
        """Who manages these teams; with ``since`` without those who have named
        themselves after that.

        :param named: as :meth:`_named_by_themselves` finds, where many are asked for
        """
        managers = self._key_account_managers()
        if not since or not managers:
            return managers
        named = self._named_by_themselves() if named is None else named
        return self._but_late(managers, since, named)

    def _but_late(self, people, since, named):
        """These people of the teams without those who have named themselves since."""
        late = {key for key, date in named.items() if date >= since}
        return people.filtered(
            lambda user: late.isdisjoint((team_id, user.id) for team_id in self._ids)
        )

    def _named_by_themselves(self):
        """``{(team id, user id): when}``, in one query for all of these teams."""
        managers = self._key_account_managers()
        return self.env["key.account.naming"]._own_hands(self, managers)

    def _supporting_by_themselves(self):
        """The same of those who support them."""
        naming = self.env["key.account.naming"]
        return naming._own_hands(self, self.key_account_support_ids, as_support=True)

    def _deciders(self, own, since=None, directors=None):
        """Who decides on what is ``own`` to some people: the managers but these, else
        the directors but these; only where there is nobody else, one of them does.

        :param directors: those of the company concerned
        """
        managers = self._with_people()._managing(since).filtered("active")
        others = managers - own or (directors or own.browse()) - own
        return others or managers

    def _filter_mine(self):
        """The teams among these that the user works in, manages or supports; directors
        all.
        """
        user, companies = self.env.user, self.env.companies
        mine = self._with_people().filtered(
            lambda team: (
                user in team.member_ids | team.key_account_support_ids
                or team._is_managed_by(user, companies)
            )
        )
        return mine.with_env(self.env)

    @api.model
    def _my_key_account_teams(self):
        """Those that the user works in, manages or supports, in their order."""
        ids = self._key_account_team_ids()
        return self.search([("id", "in", list(ids))])._filter_mine()

    def _named_in(self, domain):
        """Those among these teams that a search on opportunities asks for; all of them
        where it asks for none.
        """
        leads = self.env["crm.lead"]
        conditions = [
            condition
            for condition in Domain(list(domain)).optimize(leads).iter_conditions()
            if condition.field_expr.partition(".")[0] == "team_id"
        ]
        return (
            self.filtered(
                lambda team: all(
                    leads.new({"team_id": team.id}).filtered_domain(condition)
                    for condition in conditions
                )
            )
            or self
        )

    def _key_account_stages(self):
        """The stages these teams work by, in the order of the process, Won last."""
        stages = self.env["crm.stage"].sudo()
        return stages.browse(step.key for step in self._process_steps())

    def _process_steps(self):
        """The same as ``rules.gates.Step``, read without a query."""
        return self._key_account_steps(tuple(sorted(self.ids)))

    def _works_by(self, stage_id):
        """Whether this stage is a step of the team's process."""
        return any(step.key == stage_id for step in self._process_steps())

    @api.model
    @tools.ormcache("team_ids")
    def _key_account_steps(self, team_ids):
        """Asked once for each opportunity that moves; cleared with any change of a
        stage's place in a process.
        """
        stages = self.env["crm.stage"].sudo()
        stages = stages.search(
            [("team_ids", "in", team_ids), ("is_retired", "=", False)]
        )
        return tuple(
            rules.in_order(
                rules.Step(stage.id, stage.sequence, stage.is_won) for stage in stages
            )
        )

    def _authority_changed(self):
        """Hook: who leads or manages these teams, or their policy, has changed; what
        hangs on that is brought up to date by the room on top (``again``)."""

    def _assert_may_lead(self, user_id):
        if self.filtered(
            lambda team: (
                team.id in team._key_account_team_ids() and team.user_id.id != user_id
            )
        ):
            self._assert_may_configure()

    def _assert_may_configure(self):
        if not (
            self.env.su or self.env.user.has_group("key_account.group_configuration")
        ):
            raise AccessError(
                self.env._(
                    "What makes a team a key-account team, and who manages and"
                    " supports it, is set"
                    " by Key Accounts / Configuration. Ask somebody who has that right."
                )
            )


class CrmTeamMember(models.Model):
    _inherit = "crm.team.member"

    def _get_lead_from_date(self, *args, **kwargs):
        # The form of a team shows what each member has in hand: whoever configures it
        # need not see opportunities, nor count them.
        if self.env["crm.lead"].has_access("read"):
            return super()._get_lead_from_date(*args, **kwargs)
        return {}
