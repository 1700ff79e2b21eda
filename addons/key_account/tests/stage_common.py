from datetime import timedelta

from odoo import Command, fields

from .common import KeyAccountCommon

SCORES = {
    "review_potential": 4,
    "review_standing": 3,
    "review_value": 5,
    "review_difficulty": 2,
}


class StageCommon(KeyAccountCommon):
    """A deal in the first of the eight steps, and one method per step that meets its
    gates.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first, cls.visit_step, cls.review_step, cls.check_step = cls.stages[:4]
        cls.ruling_step, cls.quotation_step, cls.sign_off_step = cls.stages[4:7]
        cls.return_step, cls.won = cls.stages[7:9]
        cls.contact = cls.env["res.partner"].create(
            {"name": "Ms Li", "parent_id": cls.customer.id}
        )
        cls.lead = cls.make_lead()

    @classmethod
    def make_lead(cls, **vals):
        return cls.env["crm.lead"].create(
            {
                "name": "Pumps 2027",
                "type": "opportunity",
                "partner_id": cls.customer.id,
                "team_id": cls.team.id,
                "user_id": cls.specialist.id,
                "company_id": cls.company.id,
                **vals,
            }
        )

    def put(self, lead, stage):
        """Bring a lead to a stage as the past might have, without asking anything."""
        self.company.key_account_mode = "off"
        lead.write({"stage_id": stage.id})
        self.env.flush_all()
        self.company.key_account_mode = "enforce"
        return lead

    def move(self, lead, stage, user=None):
        return self.rpc(user or self.specialist, lead, "write", {"stage_id": stage.id})

    def meet_plan(self, lead):
        self.account._set_kept({"profile_completeness": 60})
        return self.env["key.account.plan"].create(
            {
                "opportunity_id": lead.id,
                "contingency": "Offer a trial order",
                "objective_ids": [Command.create({"name": "First order"})],
                "action_ids": [
                    Command.create(
                        {
                            "name": "Visit the buyer",
                            "user_id": self.specialist.id,
                            "date_due": fields.Date.today(),
                        }
                    )
                ],
            }
        )

    def meet_visit(self, lead, audit_result=False, **vals):
        visit = (
            self.env["key.account.visit"]
            .with_user(self.specialist)
            .create(
                {
                    "key_account_id": self.account.id,
                    "date_start": fields.Datetime.now() - timedelta(days=1),
                    "contact_ids": [Command.set(self.contact.ids)],
                    "opportunity_ids": [Command.set(lead.ids)],
                    **vals,
                }
            )
        )
        visit.action_confirm()
        visit.action_hold()
        visit.write({"summary": "They need pumps.", "outcome": "achieved"})
        if audit_result:
            visit.write({"audit_result": audit_result, "audit_findings": "Layout"})
        visit.action_report()
        return visit

    def meet_review(self, visit):
        visit.with_user(self.manager).action_review(SCORES)
        self.env.invalidate_all()

    def requirement(self, lead, **vals):
        return (
            self.env["key.account.requirement"]
            .with_user(self.specialist)
            .create({"name": "Stainless steel", "opportunity_id": lead.id, **vals})
        )

    def settled(self, lead, **vals):
        line = self.requirement(lead, able="yes", within_authority="yes", **vals)
        line.action_settle()
        return line

    def outside(self, lead, **vals):
        line = self.requirement(lead, able="no", **vals)
        self.assertEqual(line.state, "outside")
        return line

    def log(self, lead, **domain):
        rows = self.env["key.account.stage.log"].search(
            [("opportunity_id", "=", lead.id)], order="id"
        )
        return rows.filtered(lambda row: all(row[k] == v for k, v in domain.items()))
