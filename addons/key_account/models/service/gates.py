"""Gates that ask for what follows a deal: samples that the customer accepted, and that
nothing they complain of is open."""

from odoo import fields, models
from odoo.fields import Domain

from ...rules import sample as rules
from ..process.gate_facts import GateFacts
from ..shared.label import listed, selection_label
from .feedback import OPEN_STATES


class CrmStageGate(models.Model):
    _inherit = "crm.stage.gate"

    kind = fields.Selection(
        selection_add=[
            ("review",),
            ("sample", "Sample is accepted"),
            ("feedback", "No complaint is open"),
            ("checklist",),
        ],
        ondelete={"sample": "cascade", "feedback": "cascade"},
    )

    # ------------------------------------------------------------
    # KIND: SAMPLE IS ACCEPTED
    # ------------------------------------------------------------

    def _get_name_sample(self):
        return self.number > 1 and self.env._(
            "%(number)g samples are accepted", number=self.number
        )

    def _get_problem_sample(self):
        if self.number < 1:
            return self.env._("at least one sample is needed.")
        return None

    def _get_sentence_sample(self):
        if self.number <= 1:
            return self.env._(
                "The customer has accepted a sample of this opportunity, with remarks"
                " or without."
            )
        return self.env._(
            "The customer has accepted %(number)g samples of this opportunity, with"
            " remarks or without.",
            number=self.number,
        )

    def _check_sample(self, leads):
        samples = GateFacts.of(leads)["samples"]
        return {
            lead_id: self._get_missing_sample(samples.get(lead_id, ()))
            for lead_id in leads._ids
        }

    def _get_missing_sample(self, samples):
        """What is missing with these samples, the latest first; None where nothing."""
        word = rules.verdict([(s.state, s.result) for s in samples], self.number)
        if word is None:
            return None
        if word == "none":
            return self.env._("No sample has been requested for this opportunity.")
        if word == "refused":
            refused = next(s for s in samples if s.result == rules.REFUSED)
            return self.env._(
                "Sample %(sample)s was refused: make a new round.", sample=refused.name
            )
        if word == "few":
            return self.env._(
                "%(count)d of %(needed)d samples have been accepted.",
                count=sum(rules.counts(s.state, s.result) for s in samples),
                needed=self.number,
            )
        running = next(
            s for s in samples if s.state not in (rules.JUDGED, rules.CANCELLED)
        )
        return self.env._(
            "Sample %(sample)s has not been accepted yet: %(state)s.",
            sample=running.name,
            state=selection_label(running, "state", running.state),
        )

    def _open_sample(self, lead):
        return lead.action_open_running_sample()

    # ------------------------------------------------------------
    # KIND: NO COMPLAINT IS OPEN
    # ------------------------------------------------------------

    def _get_sentence_feedback(self):
        return self.env._("No complaint of the customer is open.")

    def _check_feedback(self, leads):
        complaints = GateFacts.of(leads)["complaints"]
        messages = {}
        for lead in leads:
            if not lead.key_account_id:
                messages[lead.id] = self._get_no_account_text()
            elif found := complaints.get(lead.id):
                messages[lead.id] = self.env._(
                    "Complaints are open: %s.", listed(self.env, found)
                )
            else:
                messages[lead.id] = None
        return messages

    def _open_feedback(self, lead):
        return lead.key_account_id.action_view_feedback()


class CrmLead(models.Model):
    _inherit = "crm.lead"

    def _gate_fact_complaints(self):
        """``{lead id: numbers of the open complaints of its account}``, those of the
        customer that nobody has put under an account yet included; one query."""
        customers = GateFacts.of(self)["customers"]
        accounts = self.key_account_id
        loose = Domain("key_account_id", "=", False) & Domain(
            "partner_id.commercial_partner_id",
            "in",
            [customer.id for customer in customers.values() if customer],
        )
        complaints = self.env["key.account.feedback"].search(
            Domain("kind", "=", "complaint")
            & Domain("state", "in", OPEN_STATES)
            & (Domain("key_account_id", "in", accounts.ids) | loose),
            order="id",
        )
        by_customer = complaints.grouped(
            lambda each: (
                each.key_account_id.partner_id or each.partner_id.commercial_partner_id,
                each.company_id,
            )
        )
        found = {}
        for lead in self:
            account = lead.key_account_id
            own = by_customer.get((account.partner_id, account.company_id))
            if account and own:
                found[lead.id] = own.mapped("number")
        return found

    def _gate_fact_samples(self):
        """``{lead id: its samples, the latest first}``, of the customer it is sold to;
        one query."""
        samples = self.env["key.account.sample"].search_fetch(
            [("opportunity_id", "in", self.ids)],
            ["name", "opportunity_id", "key_account_id", "state", "result"],
            order="id desc",
        )
        customers = GateFacts.of(self)["customers"]
        by_lead = {}
        for sample in samples:
            lead_id = sample.opportunity_id.id
            if customers.get(lead_id) == sample.key_account_id.partner_id:
                by_lead.setdefault(lead_id, []).append(sample)
        return by_lead
