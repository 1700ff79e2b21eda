"""What a deal owes to the way it has come: a gate that has to go on holding, a process
it was taken out of, the company whose mode it began in."""

from odoo import api, models

from .lead_move import Place

# How a step was left by which nothing of it is asked again.
_SETTLED = ("override", "initial")


class CrmLead(models.Model):
    _inherit = "crm.lead"

    # ------------------------------------------------------------
    # GATES THAT GO ON HOLDING
    # ------------------------------------------------------------

    @api.model
    def _standing_kinds(self):
        """Kinds of gates that are asked again with every later step; a room adds
        its own."""
        return frozenset()

    @api.model
    def _get_fallen(self, by_stage):
        """What gates behind these opportunities miss again: ``{lead.id: texts}``. What
        a manager let pass stays passed.

        :param by_stage: ``{stage id: lead ids}``
        """
        kinds = self._standing_kinds()
        if not kinds or not by_stage:
            return {}
        fallen = {}
        for stage, (_free, found) in self._look_at_gates(by_stage, kinds).items():
            for texts in found.values():
                for lead_id, text in texts.items():
                    if text:
                        fallen.setdefault(lead_id, {})[stage] = text
        passed = self._let_pass(fallen)
        return {
            lead_id: [
                self._get_missing_text(stage, text)
                for stage, text in texts.items()
                if (lead_id, stage.id) not in passed
            ]
            for lead_id, texts in fallen.items()
        }

    @api.model
    def _let_pass(self, lead_ids):
        """``{(lead id, stage id)}`` of what a manager let pass, the last time."""
        if not lead_ids:
            return set()
        events = self.env["key.account.stage.log"].sudo()
        events = events.search(
            [("opportunity_id", "in", list(lead_ids)), ("event", "=", "leave")],
            order="id",
        )
        last = {(e.opportunity_id.id, e.stage_id.id): e.how for e in events}
        return {key for key, how in last.items() if how in _SETTLED}

    # ------------------------------------------------------------
    # WON ELSEWHERE
    # ------------------------------------------------------------

    def _won_outside(self, before, planned):
        """Moves of deals that were taken out of a process, and are won outside: what
        was missing there is missing still."""
        won = self.filtered(
            lambda lead: (
                planned[lead].stage.is_won
                and not before[lead].stage.is_won
                and not lead._is_key_account_team(before[lead].team)
                and not lead._is_key_account_team(planned[lead].team)
            )
        )
        if not won:
            return []
        left = won._left_process()
        return [
            lead._move(left[lead.id], planned[lead]) for lead in won if lead.id in left
        ]

    def _left_process(self):
        """``{lead id: place}`` where these were last in a process that still runs."""
        last = {event.opportunity_id.id: event for event in self._way()}
        return {
            lead_id: Place(event.team_id, event.stage_id, False)
            for lead_id, event in last.items()
            if event.stage_id
            and self._is_key_account_team(event.team_id)
            and not event.stage_id.is_won
        }

    def _way(self):
        """What happened to these on their way, in order."""
        # What a deal owes does not hang on who may read its history.
        events = self.env["key.account.stage.log"].sudo()
        return events.search([("opportunity_id", "in", self.ids)], order="id")

    # ------------------------------------------------------------
    # MODE
    # ------------------------------------------------------------

    @api.model
    def _modes_before(self, modes):
        """``{lead: mode}`` of deals whose company now asks for less than the one they
        were last followed in: naming another one, and winning then, asks for no less.

        :param modes: ``{lead: mode}`` by the company they are in now
        """
        free = {lead.id: lead for lead, mode in modes.items() if mode == "off"}
        if not free:
            return {}
        last = {
            event.opportunity_id.id: event.company_id
            for event in self.browse(filter(None, free))._way()
        }
        before = {
            lead_id: company
            for lead_id, company in last.items()
            if company and company != free[lead_id]._key_account_company()
        }
        companies = self.env["res.company"].union(*before.values())
        found = companies._key_account_modes()
        return {
            free[lead_id]: found.get(company.id, "off")
            for lead_id, company in before.items()
        }
