"""The stage log: written after every change, kept through merges."""

from typing import NamedTuple

from odoo import api, fields, models

from ...rules import gates as rules


class Change(NamedTuple):
    """What the log says of an opportunity that changed its place: how it left a step
    and how it entered one (None: it did not), why, and whether it was lost.
    """

    leave: str | None
    enter: str | None
    reason: str | bool
    lost: bool


class CrmLead(models.Model):
    _inherit = "crm.lead"

    # ------------------------------------------------------------
    # LOG
    # ------------------------------------------------------------

    def _log_changes(self, before, notes):
        """Write down what changed: leaving, entering, closing, reopening. Called as
        superuser: the log is the process's own.

        :param before: ``{lead: place}``; a lead that is not in it is new
        :param notes: ``{lead.id: (how, reason)}`` from the gates
        """
        now = fields.Datetime.now()
        changes = {
            lead: lead._change(before.get(lead), *(notes.get(lead.id) or (None, False)))
            for lead in self
        }
        left = self.filtered(lambda lead: changes[lead].leave)
        entered = self.filtered(lambda lead: changes[lead].enter)
        lost = self.filtered(lambda lead: changes[lead].lost)
        events = [
            lead._prepare_log(
                "leave", changes[lead].leave, changes[lead].reason, now, before[lead]
            )
            for lead in left
        ]
        # The deadline of the new step is part of its event, so the step begins first.
        (left - entered)._write_kept({"stage_entered_on": False})
        entered._write_kept({"stage_entered_on": now})
        events += [
            lead._prepare_log("enter", changes[lead].enter, changes[lead].reason, now)
            for lead in entered
        ]
        events += (self - left - entered)._handed_on(before, now)
        self._record_log(events)
        if lost:
            lost._after_lost()
        (left | entered)._deadline_refresh()
        self._begin_steps(before)

    def _change(self, old, how, reason):
        """What the log says of a change from the place ``old``, None if it is new."""
        self.ensure_one()
        new = self._place()
        inside = self._is_key_account_team(new.team)
        was_inside = bool(old) and self._is_key_account_team(old.team)
        moved = not old or old.stage != new.stage or was_inside != inside
        reopened = bool(old) and old.lost and not new.lost
        lost = was_inside and new.lost and not old.lost
        leave = enter = None
        if was_inside and self.stage_entered_on and (moved or lost):
            leave = "lost" if lost else how or "move"
        if inside and not new.lost and (moved or reopened):
            enter = how or "move"
            if new.stage.is_won and how != "override":
                enter = "won"
            elif reopened and (not moved or not new.team._works_by(old.stage.id)):
                enter = "reopen"
        return Change(leave, enter, self._get_lost_text() if lost else reason, lost)

    def _begin_steps(self, before):
        """Do what entering a step brings with it, where the controls are on."""
        for lead in self:
            old = before.get(lead)
            moved = not old or old.stage != lead.stage_id
            if moved and lead._gate_mode() != "off":
                lead._begin_step(lead.stage_id)

    def _begin_step(self, stage):
        """What entering this step brings with it; a room adds its own."""
        if stage.is_recurring:
            # What was ticked off the last time does not hold for this time.
            for check in stage.gate_ids.check_ids:
                self._record_tick(check, False)

    def _after_lost(self):
        """End what was under way in these opportunities, which were lost; filled by the
        rooms that ask somebody for something.
        """

    @api.model
    def _record_log(self, events):
        """Write events down; how long steps took in working hours is counted for all at
        once, and so is whom those count for that were left late.
        """
        self._credit_late(events)
        companies = self.env["res.company"]
        by_company = {}
        for event in events:
            if event["event"] == "leave":
                by_company.setdefault(event["company_id"], []).append(event)
        for company_id, leaves in by_company.items():
            hours = companies.browse(company_id)._key_account_working_hours(
                [(event["entered_on"], event["date"]) for event in leaves]
            )
            for event, number in zip(leaves, hours, strict=True):
                event["working_hours"] = number
        if events:
            self.env["key.account.stage.log"]._record(events)

    def _prepare_log(self, event, how, reason, date, place=None):
        """Values of one log event; leaving is told from ``place``, and by whom."""
        self.ensure_one()
        team, stage, _lost, user = place or self._place()
        team, user = team.with_env(self.env), user.with_env(self.env)
        vals = {
            "event": event,
            "opportunity_id": self.id,
            "origin_ref": self.id,
            "stage_id": stage.id,
            "stage_name": stage.name,
            "user_id": self.env.uid,
            "responsible_id": user.id,
            "role": stage.responsible_role,
            "credited_id": self._credited(stage, team, user).id,
            "date": date,
            "deadline": self.stage_deadline,
            "how": how,
            "reason": reason,
            "company_id": (place and team.company_id or self._key_account_company()).id,
            "team_id": team.id,
        }
        if event != "enter":
            vals["entered_on"] = self.stage_entered_on
        if event == "leave":
            vals["duration"] = (date - self.stage_entered_on).total_seconds() / 3600
            vals["in_time"] = rules.in_time(date, self.stage_deadline)
        return vals

    def _credited(self, stage, team, user):
        """Whom a step counts for: the salesperson ``user``, unless its role says
        otherwise; the leader of the team for a manager's. Where several share a role
        and none leads, it is nobody's."""
        self.ensure_one()
        role, people = stage.responsible_role, team._with_people()
        if role == "manager":
            doing = people.user_id or people.key_account_manager_ids
        elif role == "support":
            doing = people.key_account_support_ids
        elif role == "director":
            company = team.company_id or self._key_account_company()
            doing = self._key_account_directors(company)[company]
        else:
            doing = user
        return doing if len(doing) == 1 else doing.browse()

    def _get_lost_text(self):
        return self.lost_reason_id.name or self.env._("No reason given")

    @api.model
    def _key_account_teams_switched(self, on, off):
        """Teams became, or are no longer, key-account teams: their running
        opportunities begin, or end, being followed.
        """
        now = fields.Datetime.now()
        # Whoever configures teams need not see their opportunities.
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
        ending._write_kept({"stage_entered_on": False})
        starting._write_kept({"stage_entered_on": now})
        events += [
            lead._prepare_log("enter", "initial", False, now) for lead in starting
        ]
        self._record_log(events)

    # ------------------------------------------------------------
    # MERGE
    # ------------------------------------------------------------

    def _merge_dependences(self, opportunities):
        """The histories and the work of all stay: what happened to the others is moved
        here, and the log keeps the number it happened under.
        """
        res = super()._merge_dependences(opportunities)
        # Whoever may merge opportunities need not see what others did in them, nor
        # have a role in the department.
        self.sudo()._take_over(opportunities.sudo())
        return res

    def _take_over(self, others):
        """Take what hangs on opportunities that are merged into this one; each room
        adds its own.
        """
        others._end_by_merge(self)
        others.stage_log_ids._write_kept({"opportunity_id": self.id})
        others.stage_tick_ids._write_kept({"opportunity_id": self.id})

    def _end_by_merge(self, head):
        """The steps in which these were end here: from now on they are the other's."""
        now = fields.Datetime.now()
        reason = self.env._("Merged into “%s”.", head.name)
        running = self.filtered("stage_entered_on")
        self._record_log(
            [
                lead._prepare_log("leave", "merge", reason, now, place=lead._place())
                for lead in running
            ]
        )
        running._set_kept({"stage_entered_on": False})
