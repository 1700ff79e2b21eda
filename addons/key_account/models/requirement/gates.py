"""Gates that ask for the customer's requirements, and for the ruling on exceptions;
and the rule that passes a step over where there is no exception.
"""

from odoo import api, fields, models

from ...rules import gates as rules
from ..process.gate_facts import GateFacts


class CrmStageGate(models.Model):
    _inherit = "crm.stage.gate"

    kind = fields.Selection(
        selection_add=[
            ("review",),
            ("requirement", "Requirements are decided"),
            ("ruling", "Manager has ruled: quote"),
            ("checklist",),
        ],
        ondelete={"requirement": "cascade", "ruling": "cascade"},
    )

    # ------------------------------------------------------------
    # KIND: REQUIREMENTS ARE DECIDED
    # ------------------------------------------------------------

    def _get_sentence_requirement(self):
        return self.env._(
            "At least one requirement is recorded, and none is still open."
        )

    def _check_requirement(self, leads):
        by_state = GateFacts.of(leads)["requirements"]
        texts = {
            None: None,
            "none": self.env._("No requirement has been recorded."),
            "open": self.env._(
                "Requirement lines are still open: settle or drop them."
            ),
        }
        return {
            lead_id: texts[rules.requirement_verdict(by_state.get(lead_id, ()))]
            for lead_id in leads._ids
        }

    def _open_requirement(self, lead):
        return lead.action_open_requirements()

    # ------------------------------------------------------------
    # KIND: MANAGER HAS RULED
    # ------------------------------------------------------------

    def _get_sentence_ruling(self):
        return self.env._("The manager has ruled: quote.")

    def _check_ruling(self, leads):
        facts = GateFacts.of(leads)
        rulings = facts["rulings"]
        texts = {
            None: None,
            "missing": self.env._("The manager has not been asked for a ruling."),
            "waiting": self.env._(
                "The exception request waits for the manager's ruling."
            ),
            "forwarded": self.env._(
                "The exception request was forwarded, and waits for the ruling of the"
                " next level."
            ),
            "revise": self.env._(
                "The manager ruled: revise. Change the requirements and ask again."
            ),
            "abandon": self.env._("The manager ruled: abandon."),
            "uncovered": self.env._(
                "Requirement lines have gone outside since the ruling: ask again."
            ),
        }

        def verdict(lead_id):
            events = rulings.get(lead_id, [])
            outside = facts["requirements"].get(lead_id, {}).get("outside", [])
            found = rules.ruling_verdict(events, outside)
            waits = found == "waiting" and events[0].kind == "forward"
            return "forwarded" if waits else found

        return {lead_id: texts[verdict(lead_id)] for lead_id in leads._ids}

    def _open_ruling(self, lead):
        return lead.action_open_ruling()


class CrmStage(models.Model):
    _inherit = "crm.stage"

    skip_rule = fields.Selection(
        selection_add=[
            ("no_exception", "Nothing lies outside authority and capability"),
            ("domain",),
        ],
        # The column goes with the add-on: nothing has to be written, nor told in the
        # stages' chatter.
        ondelete={"no_exception": lambda stages: None},
    )

    def _skipped_no_exception(self, leads):
        facts = GateFacts.of(leads)
        requirements = facts["requirements"]
        inside = leads.filtered(
            lambda lead: "outside" not in requirements.get(lead.id, ())
        )
        if not inside:
            return inside
        # What has been ruled upon lies outside no more, and was not skipped.
        rulings = facts["rulings"]
        return inside.filtered(
            lambda lead: (
                not (events := rulings.get(lead.id))
                or rules.ruling_verdict(events, []) is not None
            )
        )


class CrmLead(models.Model):
    _inherit = "crm.lead"

    @api.model
    def _standing_kinds(self):
        # What comes outside once the ruling is behind asks for one all the same.
        return super()._standing_kinds() | {"ruling"}

    def _gate_fact_exceptions(self):
        """``{lead id: Exceptions}``: requirement lines and what was ruled on them."""
        return self._find_exceptions()

    def _gate_fact_requirements(self):
        """``{lead id: {state: ids of the lines}}``"""
        found = GateFacts.of(self)["exceptions"]
        return {lead_id: found[lead_id].lines for lead_id in self.ids}

    def _gate_fact_rulings(self):
        """``{lead id: exception events, latest first}``"""
        found = GateFacts.of(self)["exceptions"]
        return {lead_id: found[lead_id].events for lead_id in self.ids}
