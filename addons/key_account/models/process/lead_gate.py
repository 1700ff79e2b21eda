"""What leaving a stage asks for, winning and losing; and who may let it pass."""

from typing import NamedTuple

from odoo import api, models
from odoo.exceptions import UserError, ValidationError

from ...rules.evidence import said
from ..shared.as_created import as_created
from ..shared.label import listed
from .gate_facts import GateFacts
from .lead_move import Place

# What makes a record that is lost from the start, and asks why.
_LOSING = ("active", "probability", "team_id", "lost_reason_id")


class Override(NamedTuple):
    """A manager's decision to let opportunities pass. A caller can send any context
    over RPC, but no instance of this class; it holds for these opportunities and this
    stage only.
    """

    lead_ids: frozenset
    stage_id: int
    reason: str


class CrmLead(models.Model):
    _inherit = "crm.lead"

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
        modes.update(self._modes_before(modes))
        moves = [move for move in moves if modes[move.lead] != "off"]
        if not moves:
            return {}
        skipped, missing = self._get_missing(
            {move.lead: move.passed for move in moves},
            {move.lead: move.behind for move in moves},
        )
        notes, refused = {}, {}
        for move in moves:
            lead = move.lead
            texts = missing.get(lead.id, [])
            override = self._get_override(move)
            if move.foreign:
                # Gates are let pass, and nothing out of the process.
                texts = [] if override else texts
                texts = [self._get_foreign_text(lead, move.target), *texts]
            if texts and override and not move.foreign:
                notes[lead.id] = ("override", override.reason)
            elif texts and modes[lead] == "enforce":
                refused[lead] = texts
            elif texts:
                notes[lead.id] = (None, self._get_observed_text(texts))
            elif skipped.get(lead.id):
                names = listed(self.env, skipped[lead.id].mapped("name"))
                notes[lead.id] = (
                    "skip",
                    self.env._("Skipped by rule: %(stages)s", stages=names),
                )
        if refused:
            raise ValidationError(self._get_refusal_text(refused))
        return notes

    @api.model
    def _get_missing(self, passed, behind=None):
        """What leaving these stages would need: skipped stages and texts, by lead id.

        :param passed: ``{lead: stages}``
        :param behind: those left earlier, of which some gates still have to hold
        """
        by_stage = self._by_stage(passed)
        skipped, missing = {}, self._get_fallen(self._by_stage(behind or {}))
        for stage, (free, found) in self._look_at_gates(by_stage).items():
            for lead_id in free:
                skipped[lead_id] = skipped.get(lead_id, stage.browse()) | stage
            for texts in found.values():
                for lead_id, text in texts.items():
                    if text:
                        line = self._get_missing_text(stage, text)
                        missing.setdefault(lead_id, []).append(line)
        return skipped, missing

    @api.model
    def _by_stage(self, stages_of):
        """``{stage id: lead ids}`` of ``{lead: stages}``"""
        by_stage = {}
        for lead, stages in stages_of.items():
            for stage_id in stages._ids:
                by_stage.setdefault(stage_id, []).append(lead.id)
        return by_stage

    @api.model
    def _look_at_gates(self, by_stage, kinds=None):
        """Who skips a stage, and what its gates miss in the others: ``{stage: (lead
        ids, {gate: {lead.id: text or None}})}``.

        :param by_stage: ``{stage id: lead ids}``
        :param kinds: only gates of these, and only stages that have such
        """
        # What is missing is a fact, also where the person asking cannot see it.
        together = self.sudo().browse({i for ids in by_stage.values() for i in ids})
        stages = together.env["crm.stage"].browse(sorted(by_stage))
        facts = GateFacts(together)
        gates = stages._gates()
        if kinds:
            gates = {
                stage: wanted
                for stage, found in gates.items()
                if (wanted := found.filtered(lambda gate: gate.kind in kinds))
            }
            stages = stages.filtered(lambda stage: stage in gates)
        results, closed = {}, None
        for stage in stages:
            leads = together.browse(by_stage[stage.id]).with_prefetch(together._ids)
            leads = leads.with_context(key_account_facts=facts)
            free = stage._skipped(leads)
            leads -= free
            found = {gate: gate._check(leads, facts) for gate in gates.get(stage, ())}
            if closed is None and any(any(texts.values()) for texts in found.values()):
                closed = together.with_env(self.env)._closed_ids()
            if closed:
                found = {
                    gate: self._without_names(gate, texts, closed)
                    for gate, texts in found.items()
                }
            results[stage] = (frozenset(free._ids), found)
        return results

    def _closed_ids(self):
        """Hook: those of these opportunities of which the user learns that something
        is missing, and not what it is called; ``account`` knows whose file they may
        read."""
        return frozenset()

    @api.model
    def _without_names(self, gate, texts, closed):
        return {
            lead_id: self.env._("Not met: %s", gate.with_env(self.env).sudo().name)
            if text and lead_id in closed
            else text
            for lead_id, text in texts.items()
        }

    def _get_missing_text(self, stage, text):
        return self.env._("%(stage)s: %(missing)s", stage=stage.name, missing=text)

    def _get_missing_to(self, stage):
        """What moving these opportunities to a stage would need, as text."""
        moves = [
            lead._move(lead._place(), Place(lead.team_id, stage, False))
            for lead in self
        ]
        missing = self._get_missing(
            {move.lead: move.passed for move in moves},
            {move.lead: move.behind for move in moves},
        )[1]
        return "\n".join(text for lead in self for text in missing.get(lead.id, []))

    def _gate_mode(self, company_id=None):
        """off, observe or enforce; the stricter one where the company changes."""
        order = ["off", "observe", "enforce"]
        companies = self._key_account_company()
        if company_id:
            companies |= companies.browse(company_id)
        modes = companies._key_account_modes()
        return max((modes.get(key, "off") for key in companies.ids), key=order.index)

    def _get_override(self, move):
        override = self.env.context.get("key_account_override")
        if not isinstance(override, Override):
            return None
        fits = move.lead.id in override.lead_ids and move.target.id == override.stage_id
        return override if fits else None

    def _get_refusal_text(self, refused):
        """One message for all opportunities that cannot move."""
        if not self.env.user._is_internal():
            # A reseller moves deals on the portal (website_crm_partner_assign), and
            # learns nothing of what we ask of ourselves.
            return self.env._("This opportunity cannot move there yet.")
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
            "“%(stage)s” is not a stage of the team's process. Choose one of its own"
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
            move = lead._move_to_won()
            if lead.stage_id != move.target:
                moves.append(move)
        self._assert_gates(moves)

    def _move_to_won(self):
        """The way from where this opportunity stands to Won."""
        self.ensure_one()
        won = self._stage_find(domain=[("is_won", "=", True)])
        return self._move(self._place(), Place(self.team_id, won, False))

    def _lacks_to_win(self):
        """What stands between this opportunity and Won, in sentences."""
        move = self._move_to_won()
        missing = self._get_missing({self: move.passed}, {self: move.behind})[1]
        return missing.get(self.id, [])

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
                    leads=listed(self.env, (lead.name or "" for lead in without)),
                )
            )

    def _lost_at_creation(self, vals_list):
        """Records to be made that are lost from the start (an import of old deals)."""
        losing = self.browse()
        started = as_created(self, vals_list, _LOSING)
        for vals in ({**v, **s} for v, s in zip(vals_list, started, strict=True)):
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
        if not said(reason):
            raise UserError(self.env._("Give the reason why it may pass."))
        user = self.env.user
        # Managing the team is what entitles to it, not seeing all documents of Sales.
        leads = self.sudo()
        for lead in leads:
            lead._assert_may_let_pass(user)
        if closed := leads.filtered(lambda lead: not lead.active):
            raise UserError(
                self.env._(
                    "There is nothing to let pass: %(leads)s has ended.",
                    leads=listed(self.env, closed.mapped("name")),
                )
            )
        override = Override(frozenset(self.ids), stage.id, said(reason))
        leads.with_context(key_account_override=override).write({"stage_id": stage.id})
