"""Gates that ask for visits: that they were held, and that they were reviewed."""

from odoo import fields, models

from ..process.gate_facts import GateFacts


class CrmStageGate(models.Model):
    _inherit = "crm.stage.gate"

    kind = fields.Selection(
        selection_add=[
            ("plan",),
            ("visit", "Visits are held and reported"),
            ("review", "Latest visit is reviewed"),
            ("checklist",),
        ],
        ondelete={"visit": "cascade", "review": "cascade"},
    )

    # ------------------------------------------------------------
    # KIND: VISITS ARE HELD AND REPORTED
    # ------------------------------------------------------------

    def _get_name_visit(self):
        return self.number > 1 and self.env._(
            "%(number)g visits are held and reported", number=self.number
        )

    def _get_problem_visit(self):
        if self.number < 1:
            return self.env._("at least one visit is needed.")
        return None

    def _get_sentence_visit(self):
        if self.number <= 1:
            return self.env._(
                "A visit for this opportunity has been held and reported."
            )
        return self.env._(
            "%(number)g visits for this opportunity have been held and reported.",
            number=self.number,
        )

    def _check_visit(self, leads):
        reported = GateFacts.of(leads)["visits"]
        needed = self.number
        none = self.env._("No visit for this opportunity has been held and reported.")
        messages = {}
        for lead_id in leads._ids:
            count = len(reported.get(lead_id, ()))
            if count >= needed:
                messages[lead_id] = None
            elif needed <= 1:
                messages[lead_id] = none
            else:
                messages[lead_id] = self.env._(
                    "%(count)d of %(needed)d visits have been held and reported.",
                    count=count,
                    needed=needed,
                )
        return messages

    def _open_visit(self, lead):
        return lead.action_plan_visit()

    # ------------------------------------------------------------
    # KIND: LATEST VISIT IS REVIEWED
    # ------------------------------------------------------------

    def _get_sentence_review(self):
        return self.env._("The manager has reviewed the latest reported visit.")

    def _check_review(self, leads):
        reported = GateFacts.of(leads)["visits"]
        none = self.env._("There is no reported visit to review.")
        messages = {}
        for lead_id in leads._ids:
            latest = next(iter(reported.get(lead_id, ())), None)
            if not latest:
                messages[lead_id] = none
            elif latest.state != "reviewed":
                messages[lead_id] = self.env._(
                    "The visit “%(visit)s” has not been reviewed by the manager.",
                    visit=latest.display_name,
                )
            else:
                messages[lead_id] = None
        return messages

    def _open_review(self, lead):
        return lead.action_open_visits()


class CrmLead(models.Model):
    _inherit = "crm.lead"

    def _gate_fact_visits(self):
        """``{lead id: visits held and reported, the latest first}``; one query. Those
        whose report was about this deal and its customer: what is hung on it
        afterwards was reported, and judged, of another.
        """
        # A lost opportunity that is about to be taken up again was visited, too.
        visits = self.env["key.account.visit"].with_context(active_test=False)
        visits = visits.search(
            [
                ("reported_opportunity_ids", "in", self.ids),
                ("state", "in", ["reported", "reviewed"]),
            ],
            order="date_start desc, id desc",
        )
        customers = GateFacts.of(self)["customers"]
        by_lead = {}
        for visit in visits:
            for lead_id in visit.reported_opportunity_ids._ids:
                if customers.get(lead_id) == visit.key_account_id.partner_id:
                    by_lead.setdefault(lead_id, []).append(visit)
        return by_lead
