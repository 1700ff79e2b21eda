from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .stage_common import StageCommon


@tagged("post_install", "-at_install")
class TestDiagnosis(StageCommon):
    def diagnosis(self, **vals):
        return (
            self.env["key.account.diagnosis"]
            .with_user(self.specialist)
            .create(
                {
                    "opportunity_id": self.lead.id,
                    "why_us": "Only our pumps run dry.",
                    "problem_ids": [
                        Command.create(
                            {
                                "name": "Pumps fail",
                                "root_cause": "They run dry",
                                "evidence": "Five stops in May",
                                "cost": 80_000,
                            }
                        )
                    ],
                    **vals,
                }
            )
        )

    def accepted(self, **vals):
        diagnosis = self.diagnosis(**vals)
        diagnosis.action_send()
        diagnosis.action_accept(self.contact.id)
        return diagnosis

    def check(self, lead=None):
        gate = self.env["crm.stage.gate"].create(
            {"stage_id": self.first.id, "kind": "diagnosis"}
        )
        lead = lead or self.lead
        return gate._check(lead)[lead.id]

    def test_acceptance_is_recorded_with_who_and_when(self):
        diagnosis = self.diagnosis()
        self.assertEqual(diagnosis.key_account_id, self.account)
        self.assertEqual(diagnosis.cost_total, 80_000)
        diagnosis.action_send()
        diagnosis.action_accept(self.contact.id, note="Yes, go on")
        self.assertEqual(diagnosis.state, "accepted")
        self.assertEqual(diagnosis.answered_by_id, self.contact)
        self.assertEqual(diagnosis.answered_on, fields.Date.today())
        self.assertEqual(diagnosis.recorded_by_id, self.specialist)
        self.assertTrue(diagnosis.recorded_on)

    def test_incomplete_is_not_put_before_the_customer(self):
        empty = self.diagnosis(why_us=False, problem_ids=False)
        with self.assertRaisesRegex(UserError, "no problem.*why we"):
            empty.action_send()
        shallow = self.diagnosis()
        shallow.problem_ids.root_cause = False
        with self.assertRaisesRegex(UserError, "root cause"):
            shallow.action_send()

    def test_the_customer_answers_what_was_sent(self):
        diagnosis = self.diagnosis()
        with self.assertRaisesRegex(UserError, "not with the customer"):
            diagnosis.action_accept(self.contact.id)
        diagnosis.action_send()
        for partner in (self.plain_customer.id, False):
            with self.assertRaisesRegex(UserError, "Choose one of their contacts"):
                diagnosis.action_accept(partner)
        for days in (-1, 1):
            day = fields.Date.today() + timedelta(days=days)
            with self.assertRaisesRegex(UserError, "between that day and today"):
                diagnosis.action_accept(self.contact.id, date=day)

    def test_what_was_sent_stays(self):
        diagnosis = self.accepted()
        for change in (
            lambda: diagnosis.write({"why_us": "x"}),
            lambda: diagnosis.problem_ids.write({"cost": 1}),
            lambda: diagnosis.problem_ids.unlink(),
            lambda: diagnosis.sudo().unlink(),
        ):
            with self.assertRaisesRegex(UserError, "stays as it is"):
                change()
        for vals in ({"state": "draft"}, {"answered_on": False}):
            with self.assertRaises(AccessError):
                diagnosis.sudo().write(vals)
        with self.assertRaises(AccessError):
            self.diagnosis(state="accepted")
        version = diagnosis.browse(diagnosis.action_new_version()["res_id"])
        self.assertEqual((version.state, len(version.problem_ids)), ("draft", 1))

    def test_opportunity_of_another_account_is_refused(self):
        other = self.account.create(
            {
                "partner_id": self.plain_customer.id,
                "team_id": self.team.id,
                "user_id": self.specialist.id,
            }
        )
        with self.assertRaisesRegex(ValidationError, "belongs to"):
            self.diagnosis(key_account_id=other.id)

    def test_who_reads_a_diagnosis(self):
        diagnosis = self.diagnosis()
        readers = {"specialist", "manager", "director", "support"}
        for role in ("colleague", "other_manager", *readers):
            for record in (diagnosis, diagnosis.problem_ids):
                self.assertEqual(
                    record.with_user(getattr(self, role)).has_access("read"),
                    role in readers,
                    role,
                )

    def test_gate(self):
        self.assertIn("no diagnosis", self.check())
        diagnosis = self.diagnosis()
        self.assertIn("not been put", self.check())
        diagnosis.action_send()
        self.assertIn("not accepted the diagnosis yet", self.check())
        diagnosis.action_reject(self.contact.id)
        self.assertIn("did not accept", self.check())
        self.accepted()
        self.assertFalse(self.check())

    def test_gate_counts_what_is_of_the_customer_as_a_whole(self):
        other = self.make_lead(name="Valves")
        self.accepted(opportunity_id=other.id)
        self.assertIn("no diagnosis", self.check(), "that of another deal is none")
        self.accepted(opportunity_id=False, key_account_id=self.account.id)
        self.assertFalse(self.check())

    def test_merge_keeps_it(self):
        other = self.make_lead(name="Raw")
        diagnosis = self.accepted(opportunity_id=other.id)
        self.put(self.lead, self.visit_step)
        (self.lead | other).merge_opportunity()
        self.assertEqual(diagnosis.opportunity_id, self.lead)

    # -- catalogue, value, agreement ---------------------------------------

    def test_problems_are_chosen_from_the_catalogue_or_added(self):
        diagnosis = self.diagnosis()
        line = diagnosis.problem_ids
        line.action_add_to_catalogue()
        known = line.problem_id
        self.assertEqual((known.name, known.root_cause), (line.name, "They run dry"))
        self.assertEqual(known.company_id, self.company)
        line.action_add_to_catalogue()
        self.assertEqual(line.problem_id, known, "once")
        other = self.diagnosis()
        other.problem_ids.action_add_to_catalogue()
        self.assertEqual(other.problem_ids.problem_id, known, "known already")
        again = self.diagnosis(problem_ids=[Command.create({"problem_id": known.id})])
        self.assertEqual(again.problem_ids.name, "Pumps fail")
        self.assertEqual(again.problem_ids.root_cause, "They run dry")
        own = self.diagnosis(
            problem_ids=[Command.create({"problem_id": known.id, "name": "Ours"})]
        )
        self.assertEqual(own.problem_ids.name, "Ours", "own words stay")
        self.assertEqual(known.diagnosis_count, 4)
        with self.assertRaisesRegex(UserError, "Archive them"):
            known.sudo().unlink()

    def test_only_what_has_a_root_cause_is_kept(self):
        diagnosis = self.diagnosis(problem_ids=[Command.create({"name": "Vague"})])
        with self.assertRaisesRegex(UserError, "what it comes from"):
            diagnosis.problem_ids.action_add_to_catalogue()
        sent = self.accepted()
        with self.assertRaisesRegex(UserError, "stays as it is"):
            sent.problem_ids.action_add_to_catalogue()

    def test_value_lines(self):
        values = [("purchase_cost", 30_000), ("waste", 12_500.5), ("intangible", 0)]
        diagnosis = self.diagnosis(
            value_ids=[
                Command.create({"kind": kind, "name": kind, "amount": amount})
                for kind, amount in values
            ]
        )
        self.assertEqual(diagnosis.value_total, 42_500.5)
        self.assertEqual(diagnosis.value_ids.currency_id, self.company.currency_id)
        with self.assertRaises(ValidationError):
            diagnosis.value_ids[0].amount = -1
        diagnosis.action_send()
        for change in (
            lambda: diagnosis.value_ids[0].write({"amount": 1}),
            lambda: diagnosis.value_ids.unlink(),
            lambda: diagnosis.value_ids.create(
                {"diagnosis_id": diagnosis.id, "name": "More"}
            ),
        ):
            with self.assertRaisesRegex(UserError, "stays as it is"):
                change()
        self.assertEqual(len(diagnosis.copy().value_ids), 3)

    def test_it_is_put_before_who_decides(self):
        self.account.stakeholder_ids.create(
            {
                "key_account_id": self.account.id,
                "partner_id": self.plain_customer.id,
                "role": "decision_maker",
                "influence": "5",
            }
        )
        self.assertEqual(self.diagnosis().contact_id, self.customer, "not an adviser")
        self.account.stakeholder_ids.create(
            {
                "key_account_id": self.account.id,
                "partner_id": self.contact.id,
                "role": "decision_maker",
            }
        )
        self.assertEqual(self.diagnosis().contact_id, self.contact)
        with self.assertRaisesRegex(ValidationError, "one of their contacts"):
            self.diagnosis(contact_id=self.plain_customer.id)

    def test_solution_work_follows_the_agreement(self):
        draft = self.diagnosis()
        self.assertFalse(draft.solution_hint)
        diagnosis = self.accepted()
        self.assertIn("after the agreement is signed", diagnosis.solution_hint)
        agreement = self.env["key.account.agreement"].create(
            {
                "name": "Quality",
                "type_id": self.env.ref("key_account.agreement_type_quality").id,
                "key_account_id": self.account.id,
            }
        )
        agreement._write_kept({"state": "signed"})
        diagnosis.invalidate_recordset()
        self.assertIn("can be offered", diagnosis.solution_hint)

    def test_what_is_for_us_can_be_noted_at_any_time(self):
        diagnosis = self.accepted()
        diagnosis.inner_note = "They pay late"
        self.assertFalse(diagnosis.copy().inner_note)
