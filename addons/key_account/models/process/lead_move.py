"""Every way an opportunity of a key-account team can change its stage."""

from typing import NamedTuple

from odoo import api, models
from odoo.exceptions import UserError

from ...rules import gates as rules
from ..shared.label import listed

# Writing one of these can change the stage, silently or not, or close the deal.
_STAGE_FIELDS = {"stage_id", "team_id", "user_id", "type", "active", "probability"}


class Place(NamedTuple):
    """Where an opportunity stands: its team, its stage, whether it is closed, and who
    sells it there (None: that does not matter)."""

    team: models.BaseModel
    stage: models.BaseModel
    lost: bool
    user: models.BaseModel | None = None


class Move(NamedTuple):
    """A way from one place to another: the stages it leaves behind, whether the target
    is none of the process, and the stages that were left earlier on this way."""

    lead: models.BaseModel
    target: models.BaseModel
    passed: models.BaseModel
    foreign: bool
    behind: models.BaseModel


class CrmLead(models.Model):
    _inherit = "crm.lead"

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env["crm.team"]._key_account_team_ids():
            return super().create(vals_list)
        defaults = self.default_get(["stage_id", "team_id"])
        planned = [self._planned_at_creation(vals, defaults) for vals in vals_list]
        moves = [move for _place, move in planned if move]
        self._assert_reasons(self._lost_at_creation(vals_list))
        notes = self._assert_gates(moves)
        leads = super().create(vals_list)
        unforeseen = []
        by_record = {}
        for lead, (place, move) in zip(leads, planned, strict=True):
            if move:
                by_record[lead.id] = notes.get(move.lead.id)
            actual = lead._place()
            if not lead._is_key_account_team(actual.team):
                continue
            if not place or (place.team, place.stage) != (actual.team, actual.stage):
                unforeseen.append(lead._move(None, actual))
            if actual.lost:
                self._assert_reasons(lead)
        by_record.update(self._assert_gates(unforeseen))
        leads.sudo()._log_changes({}, by_record)
        return leads

    def write(self, vals):
        if (
            not vals.keys() & _STAGE_FIELDS
            or not self.env["crm.team"]._key_account_team_ids()
        ):
            return super().write(vals)
        before = {lead: lead._place() for lead in self}
        planned = self._planned_places(vals, before)
        if strays := self._taken_up_outside(vals, before, planned):
            (self - strays).write(vals)
            return strays._begin_anew(vals)
        touched = self.filtered(
            lambda lead: (
                lead._is_key_account_team(before[lead].team)
                or lead._is_key_account_team(planned[lead].team)
            )
        )
        self._assert_gates(self._won_outside(before, planned))
        if not touched:
            res = super().write(vals)
            # What was not foreseen is looked at again.
            touched = self.filtered(
                lambda lead: lead._is_key_account_team(lead.team_id)
            )
            planned = dict.fromkeys(touched)
            notes = {}
        else:
            vals = self._keep_in_process(vals, planned, touched)
            touched._assert_reasons(
                touched.filtered(
                    lambda lead: planned[lead].lost and not before[lead].lost
                ),
                vals,
            )
            notes = self._assert_gates(
                [lead._move(before[lead], planned[lead]) for lead in touched],
                company_id=vals.get("company_id"),
            )
            res = super().write(vals)
        unforeseen = [
            lead._move(before[lead], actual)
            for lead in touched
            if (actual := lead._place()) and actual != planned[lead]
        ]
        notes.update(self._assert_gates(unforeseen))
        touched.sudo()._log_changes({lead: before[lead] for lead in touched}, notes)
        return res

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        stage_id = self.env.context.get("default_stage_id")
        if stage_id and values.get("team_id"):
            values["team_id"] = self._team_of_column(values["team_id"], stage_id)
        return values

    @api.model
    def _team_of_column(self, team_id, stage_id):
        """Where the pipelines of several teams stand side by side, a card made in a
        column is its team's; of several that work by it, one of the user's own."""
        Team = self.env["crm.team"]
        team = Team.browse(team_id)
        if not self._is_key_account_team(team) or team._works_by(stage_id):
            return team_id
        teams = Team._my_key_account_teams().filtered(lambda t: t._works_by(stage_id))
        return (teams & self.env.user.sale_team_id or teams)[:1].id or team_id

    @api.ondelete(at_uninstall=False)
    def _unlink_without_history(self):
        followed = self.env["key.account.stage.log"]._told_of("opportunity_id", self)
        if followed:
            raise UserError(
                self.env._(
                    "These opportunities have a history in the key-account process,"
                    " which is kept:"
                    " %(leads)s. Mark them as lost or archive them instead.",
                    leads=listed(self.env, followed.mapped("name")),
                )
            )

    # ------------------------------------------------------------
    # PIPELINE: a key-account team sees its own stages only
    # ------------------------------------------------------------

    @api.model
    def _read_group_stage_ids(self, stages, domain):
        teams = self._pipeline_teams(domain)
        if not teams:
            return super()._read_group_stage_ids(stages, domain)
        columns = {step.key: None for team in teams for step in team._process_steps()}
        # What is none of theirs but holds opportunities comes last.
        return stages.browse([*columns, *(i for i in stages._ids if i not in columns)])

    @api.model
    def _pipeline_teams(self, domain=()):
        """The key-account teams whose pipeline is asked for, in their order; none for
        other teams'.
        """
        Team = self.env["crm.team"]
        ids = Team._key_account_team_ids()
        context = self.env.context
        if not ids:
            return Team
        if context.get("key_account_pipeline"):
            return Team._my_key_account_teams()._named_in(domain)
        asked = (
            {context["default_team_id"]} if context.get("default_team_id") else set()
        )
        if context.get("show_user_team_stages"):
            asked |= set(self.env.user.crm_team_ids.ids)
        return Team.browse(asked if asked <= ids else [])

    def _stage_find(self, team_id=False, domain=None, order="sequence, id", limit=1):
        team_ids = set(self.team_id.ids)
        if team_id:
            team_ids.add(team_id)
        if team_ids and team_ids <= self.env["crm.team"]._key_account_team_ids():
            own = [
                ("team_ids", "in", list(team_ids)),
                ("is_retired", "=", False),
                *(domain or []),
            ]
            stages = self.env["crm.stage"].search(own, order=order, limit=limit)
            if stages:
                return stages
        return super()._stage_find(
            team_id=team_id, domain=domain, order=order, limit=limit
        )

    @api.depends("team_id", "type")
    def _compute_stage_id(self):
        strangers = self.filtered(
            lambda lead: (
                lead._is_key_account_team(lead.team_id)
                and lead.team_id not in lead.stage_id.team_ids
            )
        )
        for lead in strangers:
            lead.stage_id = lead._first_stage(lead.team_id)
        return super(CrmLead, self - strangers)._compute_stage_id()

    def _first_stage(self, team):
        """Where an opportunity enters the team's process."""
        stages = team._key_account_stages()
        return stages[:1].with_env(self.env) or self._stage_find(
            team_id=team.id, domain=[("fold", "=", False)]
        )

    def _is_key_account_team(self, team):
        return team.id in self.env["crm.team"]._key_account_team_ids()

    # ------------------------------------------------------------
    # WHERE IT STANDS, WHERE IT WOULD STAND
    # ------------------------------------------------------------

    def _place(self):
        self.ensure_one()
        lost = not self.active and self.probability == 0
        return Place(self.team_id, self.stage_id, lost, self.user_id)

    def _planned_places(self, vals, before):
        """Where each opportunity will stand, computed fields included."""
        teams = self._planned_teams(vals)
        user = self.env["res.users"].browse(vals.get("user_id") or [])
        places = {}
        for lead in self:
            team = teams[lead]
            if "stage_id" in vals:
                stage = self.env["crm.stage"].browse(vals["stage_id"] or [])
            else:
                stage = lead._planned_stage(team)
            active = vals.get("active", lead.active) or stage.is_won
            probability = (
                100 if stage.is_won else vals.get("probability", lead.probability)
            )
            sells = user if "user_id" in vals else lead.user_id
            places[lead] = Place(team, stage, not active and probability == 0, sells)
        return places

    def _planned_teams(self, vals):
        """As ``_compute_team_id`` will have it; one search per salesperson."""
        Team = self.env["crm.team"]
        if "team_id" in vals:
            return dict.fromkeys(self, Team.browse(vals["team_id"] or []))
        if not vals.keys() & {"user_id", "type"}:
            return {lead: lead.team_id for lead in self}
        defaults = {}
        teams = {}
        for lead in self:
            user = lead.user_id
            if "user_id" in vals:
                user = user.browse(vals["user_id"] or [])
            team = lead.team_id
            if user and user not in (team.member_ids | team.user_id):
                key = (user.id, vals.get("type", lead.type) == "lead")
                if key not in defaults:
                    use = "use_leads" if key[1] else "use_opportunities"
                    defaults[key] = Team._get_default_team_id(
                        user_id=user.id, domain=[(use, "=", True)]
                    )
                team = defaults[key]
            teams[lead] = team
        return teams

    def _planned_stage(self, team):
        """As ``_compute_stage_id`` will have it when the team becomes ``team``."""
        stage = self.stage_id
        if team == self.team_id or not team:
            return stage
        if self._is_key_account_team(team):
            return stage if team in stage.team_ids else self._first_stage(team)
        if stage and (not stage.team_ids or team in stage.team_ids):
            return stage
        return self.browse()._stage_find(team_id=team.id, domain=[("fold", "=", False)])

    def _planned_at_creation(self, vals, defaults):
        """The place and the move of a record to be made of ``vals``; (None, None) when
        it starts where its team's process starts, or in no such process.
        """
        stage_id = vals.get("stage_id", defaults.get("stage_id"))
        if not stage_id:
            return None, None
        team = self.env["crm.team"].browse(
            vals.get("team_id", defaults.get("team_id")) or []
        )
        if "team_id" not in vals and not team:
            team = self.new(vals).team_id._origin
        if not self._is_key_account_team(team):
            return None, None
        # x2many commands included: what is created along with it counts.
        lead = self.new({**vals, "stage_id": stage_id, "team_id": team.id})
        place = Place(team, self.env["crm.stage"].browse(stage_id), False)
        return place, lead._move(None, place)

    def _move(self, origin, target):
        """What a move leaves behind; without ``origin`` it comes from nowhere."""
        self.ensure_one()
        stages = self.env["crm.stage"]
        won = target.stage.is_won
        start = origin.stage.id if origin else None
        if self._is_key_account_team(target.team):
            steps = target.team._process_steps()
            if not origin or not self._is_key_account_team(origin.team):
                start = None
            unchanged = (
                origin and origin.stage == target.stage and origin.team == target.team
            )
            own = target.stage.id in (step.key for step in steps)
            foreign = not own and not won and not unchanged
        elif (
            origin
            and self._is_key_account_team(origin.team)
            and origin.stage != target.stage
        ):
            # Leaving the process is no progress in it, winning on the way out would be.
            steps, foreign = origin.team._process_steps(), False
        else:
            return Move(self, target.stage, stages, False, stages)
        keys = rules.passed(steps, start, target.stage.id, target_won=won)
        if origin and origin.stage == target.stage and start is not None:
            keys = []
        order = [step.key for step in steps]
        behind = order[: order.index(keys[0])] if keys else []
        return Move(
            self, target.stage, stages.browse(keys), foreign, stages.browse(behind)
        )

    def _taken_up_outside(self, vals, before, planned):
        """Those that are taken up again in a stage their team works by no more: its
        process was made, or changed, while they were lost."""
        if "stage_id" in vals:
            return self.browse()
        return self.filtered(
            lambda lead: (
                before[lead].lost
                and not planned[lead].lost
                and lead._is_key_account_team(planned[lead].team)
                and not planned[lead].stage.is_won
                and not planned[lead].team._works_by(planned[lead].stage.id)
            )
        )

    def _begin_anew(self, vals):
        """As the same write, in the first step of what their team works by now."""
        for team, leads in self.grouped("team_id").items():
            leads.write({**vals, "stage_id": leads._first_stage(team).id})
        return True

    def _keep_in_process(self, vals, planned, touched):
        """A change of team that names a stage of elsewhere (as a merge does) starts the
        process of the new team.
        """
        if not {"stage_id", "team_id"} <= vals.keys():
            return vals
        place = planned[touched[:1]]
        if (
            self._is_key_account_team(place.team)
            and not place.stage.is_won
            and place.team not in place.stage.team_ids
        ):
            stage = self._first_stage(place.team)
            vals = {**vals, "stage_id": stage.id}
            for lead in touched:
                planned[lead] = planned[lead]._replace(stage=stage)
        return vals
