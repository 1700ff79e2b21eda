"""A step that is handed on while it runs: the log says when, and whose it was."""

from odoo import api, fields, models

from ...rules import hand_on as rules

# Whose steps are not the salesperson's: who is in the team, or leads it, says whose.
_ROLES = ("manager", "support", "director")
_PEOPLE_FIELDS = {
    "user_id",
    "key_account_manager_ids",
    "key_account_support_ids",
    "company_id",
}


class CrmLead(models.Model):
    _inherit = "crm.lead"

    def _handed_on(self, before, now):
        """Events of those of these that went on in their step, but not with whom they
        had: another sells them, or another team has them.

        :param before: ``{lead: place}``; a lead that is not in it is new
        """
        changed = self.filtered(
            lambda lead: (
                lead in before
                and (before[lead].user, before[lead].team)
                != (lead.user_id, lead.team_id)
            )
        )
        held = {lead: lead._held(before[lead]) for lead in changed}
        return changed._prepare_hand_on(held, now)

    def _held(self, place):
        """Who sells it, and whose its running step is."""
        stage, user = self.stage_id, place.user.with_env(self.env)
        return user, self._credited(stage, place.team.with_env(self.env), user)

    def _prepare_hand_on(self, held, now):
        """Events of those of these whose running step is another's now.

        :param held: ``{lead: (who sold it, whose step it was)}``
        """
        events = []
        for lead in self._in_step():
            user, credited = held[lead]
            event = lead._prepare_log("hand_on", "hand_on", False, now)
            known = event["responsible_id"], event["credited_id"]
            if known != (user.id, credited.id):
                events.append({**event, "former_id": credited.id})
        return events

    def _in_step(self):
        """Those of these that stand in a step that has still to be done."""
        return self.filtered(
            lambda lead: (
                lead.stage_entered_on
                and not lead.stage_id.is_won
                and self._is_key_account_team(lead.team_id)
            )
        )

    @api.model
    def _running_of_others(self, domain):
        """``{lead: (who sells it, whose step it is)}`` of those in a step that is not
        the salesperson's."""
        # Whoever names people or defines steps need not see the opportunities.
        leads = self.sudo().with_context(active_test=False)
        leads = leads.search([*domain, ("stage_entered_on", "!=", False)])
        return {lead: lead._held(lead._place()) for lead in leads._in_step()}

    @api.model
    def _log_handed_on(self, held):
        """Write down which of these steps are another's by now."""
        leads = self.sudo().union(*held)
        leads._record_log(leads._prepare_hand_on(held, fields.Datetime.now()))

    @api.model
    def _credit_late(self, events):
        """Let the steps that were left late count for whoever had them when their time
        ran out; one query for all of them."""
        late = [
            event
            for event in events
            if event["event"] == "leave" and not event["in_time"]
        ]
        if not late:
            return
        changes = {}
        log = self.env["key.account.stage.log"].sudo()
        for change in log.search(
            [
                ("event", "=", "hand_on"),
                ("origin_ref", "in", [event["origin_ref"] for event in late]),
            ],
            order="id",
        ):
            key = change.origin_ref, change.entered_on
            changes.setdefault(key, []).append((change.date, change.former_id.id))
        for event in late:
            stay = changes.get((event["origin_ref"], event["entered_on"]), ())
            event["credited_id"] = rules.holder_at(
                event["deadline"], stay, event["credited_id"]
            )


class CrmTeam(models.Model):
    _inherit = "crm.team"

    def write(self, vals):
        teams = self.browse()
        if not vals.keys().isdisjoint(_PEOPLE_FIELDS):
            teams = self.filtered(lambda team: team.id in self._key_account_team_ids())
        if not teams:
            return super().write(vals)
        leads = self.env["crm.lead"]
        held = leads._running_of_others(
            [("team_id", "in", teams.ids), ("stage_id.responsible_role", "in", _ROLES)]
        )
        res = super().write(vals)
        leads._log_handed_on(held)
        return res


class CrmStage(models.Model):
    _inherit = "crm.stage"

    def write(self, vals):
        if "responsible_role" not in vals:
            return super().write(vals)
        leads = self.env["crm.lead"]
        held = leads._running_of_others([("stage_id", "in", self.ids)])
        res = super().write(vals)
        leads._log_handed_on(held)
        return res
