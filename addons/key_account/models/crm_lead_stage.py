"""Every way an opportunity of a key-account team can change its stage."""

from typing import NamedTuple

from markupsafe import Markup

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL

from ..rules import gates as rules

# Writing one of these can change the stage, silently or not, or close the deal.
_STAGE_FIELDS = {"stage_id", "team_id", "user_id", "type", "active", "probability"}
# Kept by the process itself.
_PROCESS_FIELDS = {"key_account_id", "stage_entered_on", "stage_deadline"}


class Override(NamedTuple):
    """A manager's decision to let opportunities pass. A caller can send any context
    over RPC, but no instance of this class; it holds for these opportunities and this
    stage only.
    """

    lead_ids: frozenset
    stage_id: int
    reason: str


class Place(NamedTuple):
    """Where an opportunity stands: its team, its stage, and whether it is closed."""

    team: models.BaseModel
    stage: models.BaseModel
    lost: bool


class Move(NamedTuple):
    """A step from one place to another and what it leaves behind."""

    lead: models.BaseModel
    target: models.BaseModel
    passed: models.BaseModel
    foreign: bool


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
        by_record.update(self._assert_gates(unforeseen))
        leads._log_changes({}, by_record)
        return leads

    def write(self, vals):
        if (
            not vals.keys() & _STAGE_FIELDS
            or not self.env["crm.team"]._key_account_team_ids()
        ):
            return super().write(vals)
        before = {lead: lead._place() for lead in self}
        planned = self._planned_places(vals, before)
        touched = self.filtered(
            lambda lead: (
                lead._is_key_account_team(before[lead].team)
                or lead._is_key_account_team(planned[lead].team)
            )
        )
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
        touched._log_changes({lead: before[lead] for lead in touched}, notes)
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_without_history(self):
        log = self.env["key.account.stage.log"].sudo()
        groups = log._read_group(
            [("opportunity_id", "in", self.ids)], ["opportunity_id"]
        )
        if groups:
            raise UserError(
                self.env._(
                    "These opportunities have a history in the key-account process,"
                    " which is kept:"
                    " %(leads)s. Mark them as lost or archive them instead.",
                    leads=", ".join(lead.name for (lead,) in groups),
                )
            )

    def _has_field_access(self, field, operation):
        """The process alone says since when a step runs, and until when."""
        if operation == "write" and field.name in _PROCESS_FIELDS and not self.env.su:
            return False
        return super()._has_field_access(field, operation)

    # ------------------------------------------------------------
    # PIPELINE: a key-account team sees its own stages only
    # ------------------------------------------------------------

    @api.model
    def _read_group_stage_ids(self, stages, domain):
        teams = self._pipeline_teams()
        if not teams:
            return super()._read_group_stage_ids(stages, domain)
        columns = stages.sudo()._search(
            ["|", ("id", "in", stages.ids), ("team_ids", "in", teams.ids)],
            order=stages._order,
        )
        return stages.browse(columns)

    @api.model
    def _pipeline_teams(self):
        """The key-account teams whose pipeline is asked for; none for other teams'."""
        ids = self.env["crm.team"]._key_account_team_ids()
        context = self.env.context
        if not ids:
            return self.env["crm.team"]
        if context.get("key_account_pipeline"):
            return self.env["crm.team"].browse(ids)._filter_mine()
        asked = (
            {context["default_team_id"]} if context.get("default_team_id") else set()
        )
        if context.get("show_user_team_stages"):
            asked |= set(self.env.user.crm_team_ids.ids)
        return self.env["crm.team"].browse(asked if asked <= ids else [])

    def _stage_find(self, team_id=False, domain=None, order="sequence, id", limit=1):
        team_ids = set(self.team_id.ids)
        if team_id:
            team_ids.add(team_id)
        if team_ids and team_ids <= self.env["crm.team"]._key_account_team_ids():
            own = [("team_ids", "in", list(team_ids)), *(domain or [])]
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
        return Place(
            self.team_id, self.stage_id, not self.active and self.probability == 0
        )

    def _planned_places(self, vals, before):
        """Where each opportunity will stand, computed fields included."""
        teams = self._planned_teams(vals)
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
            places[lead] = Place(team, stage, not active and probability == 0)
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
        stages = self.env["crm.stage"].sudo()
        won = target.stage.is_won
        start = origin.stage.id if origin else None
        if self._is_key_account_team(target.team):
            process = target.team._key_account_stages()
            if not origin or not self._is_key_account_team(origin.team):
                start = None
            unchanged = (
                origin and origin.stage == target.stage and origin.team == target.team
            )
            foreign = target.stage not in process and not won and not unchanged
        elif (
            origin
            and self._is_key_account_team(origin.team)
            and origin.stage != target.stage
        ):
            # Leaving the process is no progress in it, winning on the way out would be.
            process, foreign = origin.team._key_account_stages(), False
        else:
            return Move(self, target.stage, stages, False)
        keys = rules.passed(_steps(process), start, target.stage.id, target_won=won)
        if origin and origin.stage == target.stage and start is not None:
            keys = []
        return Move(self, target.stage, stages.browse(keys), foreign)

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

    # ------------------------------------------------------------
    # GATES
    # ------------------------------------------------------------

    @api.model
    def _assert_gates(self, moves, company_id=None):
        """Refuse moves whose gates are not met, all of them in one message.

        :return: what the log says about those that pass: ``{lead.id: (how, reason)}``
        """
        moves = [move for move in moves if move.passed or move.foreign]
        modes = {move.lead: move.lead._gate_mode(company_id) for move in moves}
        moves = [move for move in moves if modes[move.lead] != "off"]
        if not moves:
            return {}
        skipped, missing = self._get_missing({move.lead: move.passed for move in moves})
        notes, refused = {}, {}
        for move in moves:
            lead = move.lead
            texts = missing.get(lead.id, [])
            if move.foreign:
                texts = [self._get_foreign_text(lead, move.target), *texts]
            override = self._get_override(move)
            if texts and override:
                notes[lead.id] = ("override", override.reason)
            elif texts and modes[lead] == "enforce":
                refused[lead] = texts
            elif texts:
                notes[lead.id] = (None, self._get_observed_text(texts))
            elif skipped.get(lead.id):
                names = ", ".join(skipped[lead.id].mapped("name"))
                notes[lead.id] = (
                    "skip",
                    self.env._("Skipped by rule: %(stages)s", stages=names),
                )
        if refused:
            raise ValidationError(self._get_refusal(refused))
        return notes

    @api.model
    def _get_missing(self, passed):
        """What leaving these stages would need: skipped stages and texts, by lead id.

        :param passed: ``{lead: stages}``
        """
        stages = self.env["crm.stage"].sudo().union(*passed.values())
        skipped, missing = {}, {}
        for stage in stages:
            leads = self.browse().union(
                *(lead for lead in passed if stage in passed[lead])
            )
            free = stage._skipped(leads)
            for lead in free:
                skipped[lead.id] = skipped.get(lead.id, stages.browse()) | stage
            leads -= free
            for texts in stage.gate_ids._evaluate(leads).values():
                for lead_id, text in texts.items():
                    if text:
                        line = self.env._(
                            "%(stage)s: %(missing)s", stage=stage.name, missing=text
                        )
                        missing.setdefault(lead_id, []).append(line)
        return skipped, missing

    def _get_missing_to(self, stage):
        """What moving these opportunities to a stage would need, as text."""
        passed = {
            lead: lead._move(lead._place(), Place(lead.team_id, stage, False)).passed
            for lead in self
        }
        missing = self._get_missing(passed)[1]
        return "\n".join(text for lead in self for text in missing.get(lead.id, []))

    def _gate_mode(self, company_id=None):
        """off, observe or enforce; the stricter one where the company changes."""
        order = ["off", "observe", "enforce"]
        companies = self._key_account_company()
        if company_id:
            companies |= companies.browse(company_id)
        return max(companies.sudo().mapped("key_account_mode"), key=order.index)

    def _get_override(self, move):
        override = self.env.context.get("key_account_override")
        if not isinstance(override, Override):
            return None
        fits = move.lead.id in override.lead_ids and move.target.id == override.stage_id
        return override if fits else None

    def _get_refusal(self, refused):
        """One message for all opportunities that cannot move."""
        blocks = [
            "\n".join(
                [
                    self.env._("“%(lead)s”:", lead=lead.name or ""),
                    *(f"• {t}" for t in texts),
                ]
            )
            for lead, texts in refused.items()
        ]
        return "\n\n".join(
            [
                self.env._("This is missing before you can move on:"),
                *blocks,
                self.env._(
                    "Do what is missing, or ask a manager of the team to let it pass"
                    " with a reason."
                ),
            ]
        )

    def _get_observed_text(self, texts):
        return self.env._(
            "Would have been stopped: %(missing)s", missing=" ".join(texts)
        )

    def _get_foreign_text(self, lead, stage):
        return self.env._(
            "“%(stage)s” is no stage of the team's process. Choose one of its own"
            " stages.",
            stage=stage.name or self.env._("No stage"),
        )

    # ------------------------------------------------------------
    # WON AND LOST
    # ------------------------------------------------------------

    def action_set_won(self):
        # Before anything is written: the link in mails swallows errors half-way.
        self._assert_may_win()
        return super().action_set_won()

    def action_set_lost(self, **additional_values):
        controlled = self.filtered(lambda lead: lead._is_key_account_team(lead.team_id))
        if controlled:
            controlled._assert_reasons(controlled, additional_values)
            reason = additional_values.get("lost_reason_id")
            if reason:
                # Archiving alone can mean lost, so the reason has to be there first.
                controlled.write({"lost_reason_id": reason})
        return super().action_set_lost(**additional_values)

    def _assert_may_win(self):
        """Refuse when the gates between here and Won are not met."""
        moves = []
        for lead in self.filtered(lambda lead: lead._is_key_account_team(lead.team_id)):
            won = lead._stage_find(domain=[("is_won", "=", True)])
            if lead.stage_id != won:
                moves.append(lead._move(lead._place(), Place(lead.team_id, won, False)))
        self._assert_gates(moves)

    def _win_by_order(self, order):
        """Win these opportunities because their order is confirmed; where gates are not
        met, a manager gets an activity instead: the order is a fact, whatever is
        missing here.
        """
        for lead in self.sudo():
            won = lead._stage_find(domain=[("is_won", "=", True)])
            if (
                not lead._is_key_account_team(lead.team_id)
                or lead._gate_mode() == "off"
                or not won
                or lead.stage_id.is_won
            ):
                continue
            move = lead._move(lead._place(), Place(lead.team_id, won, False))
            texts = self._get_missing({lead: move.passed})[1].get(lead.id)
            if texts and lead._gate_mode() == "enforce":
                lead._ask_for_missing(order, texts)
            else:
                lead.write({"stage_id": won.id, "probability": 100})

    def _ask_for_missing(self, order, texts):
        self.ensure_one()
        summary = self.env._(
            "Order %(order)s is confirmed, gates are not met", order=order.name
        )
        if summary in self.activity_ids.mapped("summary"):
            return
        self.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=summary,
            note=Markup("<br/>").join(texts),
            user_id=(self.user_id or self.team_id._key_account_managers()[:1]).id,
        )

    def _assert_reasons(self, losing, vals=None):
        """Losing an opportunity of a key-account team needs a reason."""
        reason = (vals or {}).get("lost_reason_id")
        without = [
            lead
            for lead in losing
            if not (reason or lead.lost_reason_id) and lead._gate_mode() == "enforce"
        ]
        if without:
            raise ValidationError(
                self.env._(
                    "Why was it lost? Choose a lost reason for: %(leads)s.",
                    leads=", ".join(lead.name or "" for lead in without),
                )
            )

    def _lost_at_creation(self, vals_list):
        """Records to be made that are lost from the start (an import of old deals)."""
        losing = self.browse()
        for vals in vals_list:
            if not vals.get("active", True) and vals.get("probability") == 0:
                lead = self.new(vals)
                if self._is_key_account_team(lead.team_id._origin):
                    losing |= lead
        return losing

    # ------------------------------------------------------------
    # OVERRIDE
    # ------------------------------------------------------------

    def _pass_by_override(self, stage, reason):
        """Move on although gates are not met: a manager of the team, with a reason."""
        if not (reason or "").strip():
            raise UserError(self.env._("Give the reason why it may pass."))
        user = self.env.user
        # Managing the team is what entitles to it, not seeing all documents of Sales.
        leads = self.sudo()
        for lead in leads:
            if not lead.team_id or not lead.team_id._is_managed_by(user):
                raise AccessError(
                    self.env._(
                        "Only a manager of the team %(team)s may let “%(lead)s” pass.",
                        team=lead.team_id.name or "",
                        lead=lead.name,
                    )
                )
        override = Override(frozenset(self.ids), stage.id, reason.strip())
        leads.with_context(key_account_override=override).write({"stage_id": stage.id})

    # ------------------------------------------------------------
    # LOG
    # ------------------------------------------------------------

    def _log_changes(self, before, notes):
        """Write down what changed: leaving, entering, closing, reopening.

        :param before: ``{lead: place}``; a lead that is not in it is new
        :param notes: ``{lead.id: (how, reason)}`` from the gates
        """
        now = fields.Datetime.now()
        entered, closed, events = self.browse(), self.browse(), []
        lost = self.browse()
        for lead in self:
            old, new = before.get(lead), lead._place()
            inside = self._is_key_account_team(new.team)
            was_inside = bool(old) and self._is_key_account_team(old.team)
            moved = not old or old.stage != new.stage or was_inside != inside
            reopened = bool(old) and old.lost and not new.lost
            closing = was_inside and new.lost and not old.lost
            how, reason = notes.get(lead.id) or (None, False)
            if was_inside and lead.stage_entered_on and (moved or closing):
                leave = "lost" if closing else how or "move"
                why = lead._get_lost_text() if closing else reason
                events.append(lead._prepare_log("leave", leave, why, now, place=old))
                closed |= lead
            lost |= lead if closing else lost
            if inside and not new.lost and (moved or reopened):
                if new.stage.is_won and how != "override":
                    how = "won"
                elif reopened and not moved:
                    how = "reopen"
                entered |= lead
                events.append((lead, how or "move", reason))
        # The deadline of the new step is part of its event, so the step begins first.
        (closed - entered).sudo().write({"stage_entered_on": False})
        entered.sudo().write({"stage_entered_on": now})
        if events:
            self.env["key.account.stage.log"]._record(
                [
                    event
                    if isinstance(event, dict)
                    else event[0]._prepare_log("enter", event[1], event[2], now)
                    for event in events
                ]
            )
        lost._withdraw_open_requests()

    def _prepare_log(self, event, how, reason, date, place=None):
        """Values of one log event; leaving is told from ``place``."""
        self.ensure_one()
        stage = place.stage if place else self.stage_id
        vals = {
            "event": event,
            "opportunity_id": self.id,
            "origin_ref": self.id,
            "stage_id": stage.id,
            "stage_name": stage.name,
            "user_id": self.env.uid,
            "responsible_id": self.user_id.id,
            "date": date,
            "deadline": self.stage_deadline,
            "how": how,
            "reason": reason,
            "company_id": self._key_account_company().id,
            "team_id": (place.team if place else self.team_id).id,
        }
        if event == "leave":
            vals["entered_on"] = self.stage_entered_on
            vals["duration"] = (date - self.stage_entered_on).total_seconds() / 3600
            vals["in_time"] = rules.in_time(date, self.stage_deadline)
        return vals

    def _get_lost_text(self):
        return self.sudo().lost_reason_id.name or self.env._("No reason given")

    def _withdraw_open_requests(self):
        """A lost deal asks nobody for a sign-off any more."""
        for lead in self:
            orders = lead.sudo().order_ids.filtered(
                lambda order: order.state in ("draft", "sent")
            )
            if orders:
                orders._withdraw_requests(
                    self.env._(
                        "The opportunity was lost: %(why)s", why=lead._get_lost_text()
                    )
                )

    @api.model
    def _key_account_teams_switched(self, on, off):
        """Teams became, or are no longer, key-account teams: their running
        opportunities begin, or end, being followed.
        """
        now = fields.Datetime.now()
        running = self.sudo().search(
            [("team_id", "in", (on | off).ids), ("won_status", "!=", "lost")]
        )
        starting = running.filtered(lambda lead: lead.team_id in on and lead.stage_id)
        ending = running.filtered(
            lambda lead: lead.team_id in off and lead.stage_entered_on
        )
        reason = self.env._("The team is no longer a key-account team.")
        events = [
            lead._prepare_log("leave", "move", reason, now, place=lead._place())
            for lead in ending
        ]
        ending.write({"stage_entered_on": False})
        starting.write({"stage_entered_on": now})
        events += [
            lead._prepare_log("enter", "initial", False, now) for lead in starting
        ]
        self.env["key.account.stage.log"]._record(events)

    # ------------------------------------------------------------
    # MERGE
    # ------------------------------------------------------------

    def _merge_dependences(self, opportunities):
        """The histories and the work of all stay: what happened to the others is moved
        here, and the log keeps the number it happened under.
        """
        res = super()._merge_dependences(opportunities)
        for model in ("key.account.stage.log", "key.account.ruling"):
            self.env[model]._move_to_opportunity(opportunities, self)
        others = opportunities.sudo()
        others.requirement_ids.write({"opportunity_id": self.id})
        others.key_account_plan_ids._set_approval(opportunity_id=self.id)
        others.key_account_visit_ids._write_step(
            {
                "opportunity_ids": [
                    Command.link(self.id),
                    *(Command.unlink(other.id) for other in others),
                ]
            }
        )
        self._merge_grants(others)
        return res

    def _merge_grants(self, others):
        """A grant cannot be changed; going along with a merge changes nothing in it."""
        Grant = self.env["key.account.authority.grant"].sudo()
        grants = Grant.search([("opportunity_id", "in", others.ids)])
        if not grants:
            return
        self.env.execute_query(
            SQL(
                "UPDATE key_account_authority_grant SET opportunity_id = %s"
                " WHERE id IN %s"
                " RETURNING id",
                self.id,
                tuple(grants.ids),
            )
        )
        grants.invalidate_recordset(["opportunity_id"])
        grants.modified(["opportunity_id"])


def _steps(stages):
    return [rules.Step(stage.id, stage.sequence, stage.is_won) for stage in stages]
