"""Samples: from the request to what the customer says of them."""

import base64
from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .stage_common import StageCommon


class SampleCommon(StageCommon):
    """``self.reviewer`` reviews contracts for the technical function."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["key.account.contract.review.function"].create(
            {
                "function": "technical",
                "company_id": cls.company.id,
                "user_ids": [Command.set(cls.reviewer.ids)],
            }
        )
        cls.today = cls.company._key_account_today()

    @classmethod
    def request(cls, user=None, lead=None, **vals):
        sample = cls.env["key.account.sample"].with_user(user or cls.specialist)
        return sample.create(
            {
                "opportunity_id": (lead or cls.lead).id,
                "subject": "Pump housing, drawing 4711 C",
                "standard": "Bore 12 H7, Ra 1.6, leak test at 6 bar",
                "promised_date": cls.today + timedelta(days=10),
                "contact_id": cls.contact.id,
                "requested_on": cls.today - timedelta(days=5),
                **vals,
            }
        )

    def agreed(self, **vals):
        sample = self.request(**vals)
        sample.action_agree(self.contact.id)
        return sample

    def checked(self, **vals):
        sample = self.agreed(**vals)
        self.rpc(self.reviewer, sample, "action_check", True, "In order")
        self.env.invalidate_all()
        return sample

    def sent(self, **vals):
        sample = self.checked(**vals)
        sample.action_send(carrier="SF Express", tracking_ref="SF1")
        return sample

    def judged(self, result="accepted", note="Good", **vals):
        sample = self.sent(**vals)
        sample.action_receive()
        sample.action_judge(result, self.contact.id, note=note)
        return sample


@tagged("post_install", "-at_install")
class TestSample(SampleCommon):
    def test_it_goes_with_the_file_that_stays(self):
        """Promised to a customer whose contact, and file, were merged into another:
        whoever keeps that one sees it, and the opportunity is of the same file."""
        stays = self.env["res.partner"].create({"name": "Stays", "is_company": True})
        file = self.account.create(
            {
                "partner_id": stays.id,
                "company_id": self.company.id,
                "team_id": self.team.id,
                "user_id": self.colleague.id,
            }
        )
        sample = self.agreed()
        both = self.account.partner_id | stays
        self.env["base.partner.merge.automatic.wizard"].with_context(
            active_model="res.partner", active_ids=both.ids
        ).create({"dst_partner_id": stays.id}).action_merge()
        self.env.invalidate_all()
        theirs = sample.with_user(self.colleague)
        self.assertEqual(theirs.key_account_id, file)
        self.assertEqual(sample.sudo().opportunity_id.key_account_id, file)
        self.assertEqual(theirs.state, "agreed")
        self.assertEqual(file.with_user(self.colleague).sample_ids, theirs)

    def test_the_whole_way(self):
        sample = self.request()
        self.assertRegex(sample.name, r"SP\d{4}/\d{4}|SP\d+")
        self.assertEqual(sample.key_account_id, self.account)
        self.assertEqual(sample.requested_by_id, self.specialist)
        self.assertEqual(sample.checker_id, self.reviewer, "technical is proposed")
        sample.action_agree(self.contact.id, self.today - timedelta(days=1))
        self.assertEqual(
            (sample.state, sample.agreed_with_id, sample.agreed_by_id),
            ("agreed", self.contact, self.specialist),
        )
        self.assertIn(self.reviewer, sample.activity_ids.user_id)
        self.rpc(self.reviewer, sample, "action_check", True, "Measured, in order")
        self.assertEqual((sample.state, sample.check_result), ("checked", "passed"))
        self.assertEqual(sample.checked_by_id, self.reviewer)
        self.assertFalse(sample.activity_ids)
        sample.action_send(carrier="SF Express", tracking_ref="SF1")
        self.assertEqual(sample.sent_on, self.today)
        self.assertEqual(sample.on_time, "yes")
        sample.action_receive(partner_id=self.contact.id)
        self.assertEqual(sample.received_by_id, self.contact)
        sample.action_judge("remarks", self.contact.id, note="Burr on edge 3")
        self.assertEqual((sample.state, sample.result), ("judged", "remarks"))
        self.assertEqual(sample.result_recorded_by_id, self.specialist)

    def test_the_form_and_the_dialogs(self):
        form = Form(
            self.env["key.account.sample"]
            .with_user(self.specialist)
            .with_context(default_opportunity_id=self.lead.id)
        )
        form.subject = "Housing"
        form.standard = "As drawing"
        form.promised_date = self.today + timedelta(days=3)
        sample = form.save()
        act = self.env["key.account.sample.act"]

        def tell(user, act_name, **values):
            context = {"default_sample_id": sample.id, "default_act": act_name}
            with Form(act.with_user(user).with_context(**context)) as wizard:
                for name, value in values.items():
                    setattr(wizard, name, value)
            wizard.record.action_apply()

        tell(self.specialist, "agree", partner_id=self.contact)
        tell(self.reviewer, "check", check_result="failed", note="Bore too wide")
        self.env.invalidate_all()
        self.assertEqual((sample.state, sample.failed_checks), ("agreed", 1))
        sample.action_ask_check()
        tell(self.reviewer, "check", check_result="passed")
        self.env.invalidate_all()
        tell(
            self.specialist,
            "promise",
            date=self.today + timedelta(days=9),
            note="Furnace is down",
        )
        tell(self.specialist, "send", carrier="SF Express")
        tell(self.specialist, "receive")
        tell(
            self.specialist,
            "judge",
            result="refused",
            partner_id=self.contact,
            note="No",
        )
        self.assertEqual(sample.result, "refused")

    def test_what_is_missing_is_said_at_once(self):
        sample = self.request(standard=False, promised_date=False)
        with self.assertRaisesRegex(UserError, "standard.*day that is promised"):
            sample.action_agree(self.contact.id)
        stranger = self.env["res.partner"].create({"name": "Mr Wu"})
        sample = self.request()
        with self.assertRaisesRegex(ValidationError, "contacts of Golden Gate"):
            sample.action_agree(stranger.id)
        with self.assertRaisesRegex(UserError, "still to come"):
            sample.action_agree(self.contact.id, self.today + timedelta(days=1))
        self.assertEqual(sample.state, "requested")

    def test_what_was_agreed_stands(self):
        sample = self.agreed()
        for values in (
            {"standard": "Anything"},
            {"quantity": 2},
            {"promised_date": self.today + timedelta(days=30)},
            {"drawing_ids": [Command.create({"name": "other.pdf", "raw": b"x"})]},
            {"opportunity_id": self.make_lead(name="Other").id},
        ):
            with self.subTest(values), self.assertRaisesRegex(UserError, "agreed"):
                self.rpc(self.specialist, sample, "write", values)
        self.rpc(self.specialist, sample, "write", {"quantity": 1.0, "note": "Rush"})
        sample.action_revise()
        self.assertEqual(sample.state, "requested")
        self.assertFalse(sample.agreed_on or sample.activity_ids)
        sample.standard = "Bore 12 H6"
        sample.action_agree(self.contact.id)
        self.assertEqual(sample.state, "agreed")

    def test_another_drawing_is_agreed_and_checked_anew(self):
        drawing = {
            "name": "4711.pdf",
            "raw": b"%PDF-1",
            "res_model": "key.account.sample",
        }
        sample = self.agreed(drawing_ids=[Command.create(drawing)])
        self.assertEqual(sample.drawing_ids.res_id, sample.id)
        self.assertEqual(
            self.rpc(self.reviewer, sample.drawing_ids, "read", ["name"])[0]["name"],
            "4711.pdf",
        )
        self.rpc(self.reviewer, sample, "action_check", True)
        self.rpc(
            self.specialist,
            sample.drawing_ids,
            "write",
            {"datas": base64.b64encode(b"%PDF-2").decode()},
        )
        self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, "no longer what was agreed"):
            sample.action_send()

    def test_a_check_that_fails(self):
        sample = self.agreed()
        with self.assertRaisesRegex(UserError, "what was found"):
            self.rpc(self.reviewer, sample, "action_check", False, " ")
        self.rpc(self.reviewer, sample, "action_check", False, "Bore too wide")
        self.assertEqual((sample.state, sample.failed_checks), ("agreed", 1))
        self.assertEqual(sample.activity_ids.user_id, self.specialist)
        with self.assertRaisesRegex(UserError, "cannot be sent"):
            sample.action_send()
        with self.assertRaisesRegex(UserError, "not been put to you again"):
            self.rpc(self.reviewer, sample, "action_check", True)
        sample.action_ask_check()
        self.rpc(self.reviewer, sample, "action_check", True)
        self.assertEqual((sample.state, sample.failed_checks), ("checked", 1))

    def test_another_checker(self):
        sample = self.agreed()
        sample.checker_id = self.colleague
        self.assertEqual(sample.activity_ids.user_id, self.colleague)
        self.assertTrue(sample.with_user(self.colleague).has_access("read"))
        self.assertFalse(sample.with_user(self.colleague).has_access("write"))
        self.assertFalse(sample.with_user(self.reviewer).has_access("read"))
        for person, why in (
            (self.accountant, "could not open"),
            (self.outsider, "could not open"),
            (self.specialist, "does not check it"),
        ):
            with (
                self.subTest(person.name),
                self.assertRaisesRegex(ValidationError, why),
            ):
                self.rpc(self.specialist, sample, "write", {"checker_id": person.id})

    def test_whoever_is_responsible_can_open_it(self):
        with self.assertRaisesRegex(ValidationError, "could not open"):
            self.request(user_id=self.colleague.id)

    def test_sent_on_a_past_day(self):
        sample = self.checked()
        with self.assertRaisesRegex(UserError, "cannot have happened"):
            sample.action_send(self.today - timedelta(days=1))
        with self.assertRaisesRegex(UserError, "still to come"):
            sample.action_send(self.today + timedelta(days=1))
        sample._write_kept({"checked_on": fields.Datetime.now() - timedelta(days=3)})
        sample.action_send(self.today - timedelta(days=2))
        self.assertEqual(sample.sent_on, self.today - timedelta(days=2))

    def test_late_is_told_by_what_was_first_promised(self):
        sample = self.checked()
        sample._write_kept({"first_promised": self.today - timedelta(days=1)})
        sample.action_promise(self.today + timedelta(days=9), "Furnace")
        sample.action_send()
        self.assertEqual(sample.on_time, "no")
        broken = self.checked()
        broken._write_kept({"first_promised": self.today - timedelta(days=1)})
        broken.action_cancel("Not wanted any more")
        self.assertEqual((broken.state, broken.on_time), ("cancelled", "no"))

    def test_a_new_round_after_a_refusal(self):
        good = self.judged()
        with self.assertRaisesRegex(UserError, "was not refused"):
            good.action_new_round()
        drawing = {"name": "4711.pdf", "raw": b"%PDF-1"}
        bad = self.judged("refused", "Leaks", drawing_ids=[Command.create(drawing)])
        action = bad.action_new_round()
        later = self.env["key.account.sample"].browse(action["res_id"])
        self.assertEqual((later.former_id, later.round), (bad, 2))
        self.assertEqual((later.state, later.standard), ("requested", bad.standard))
        self.assertEqual(later.drawing_ids.mapped("name"), ["4711.pdf"])
        self.assertFalse(later.drawing_ids & bad.drawing_ids)
        self.assertFalse(later.result or later.sent_on or later.promised_date)
        self.assertEqual(bad.action_new_round()["res_id"], later.id, "only one")

    def test_copies_start_anew(self):
        copy = self.judged().copy()
        self.assertEqual((copy.state, copy.round), ("requested", 1))
        self.assertFalse(copy.checked_by_id or copy.sent_on or copy.result)

    def test_what_was_agreed_is_not_deleted(self):
        self.request().unlink()
        sample = self.agreed()
        with self.assertRaisesRegex(UserError, "cannot be deleted"):
            sample.unlink()
        with self.assertRaisesRegex(UserError, "why"):
            sample.action_cancel(" ")
        sample.action_cancel("The project is stopped")
        self.assertFalse(sample.activity_ids)
        with self.assertRaisesRegex(UserError, "cannot be deleted"):
            sample.unlink()

    def test_a_deal_without_account_file(self):
        lead = self.make_lead(partner_id=self.plain_customer.id)
        with self.assertRaisesRegex(UserError, "no key account file"):
            self.request(lead=lead)

    def test_merged_opportunities_keep_their_samples(self):
        sample = self.judged()
        other = self.make_lead(name="The same deal", probability=90)
        (other | self.lead).merge_opportunity()
        self.assertTrue(sample.opportunity_id.exists())
        gate = self.gate()
        self.assertIsNone(gate._check(sample.opportunity_id)[sample.opportunity_id.id])

    def test_a_promise_is_reminded_of_and_escalated(self):
        sample = self.agreed()
        self.assertIn(sample, self.due(sample.promise_deadline))
        due = sample._deadline_due()[sample]
        self.assertEqual(due.responsible, self.specialist)
        self.assertEqual(due.managers, self.manager)
        self.env["key.account.deadline.notice"].sudo()._tell(
            [(sample.sudo(), due, "overdue", due.people("overdue"))]
        )
        told = sample.activity_ids.filtered(lambda a: a.user_id == self.specialist)
        self.assertIn(sample.name, told.summary)
        self.rpc(self.reviewer, sample, "action_check", True)
        sample.action_send()
        self.assertFalse(sample.activity_ids)
        self.assertNotIn(sample, self.due(sample.promise_deadline))

    def test_what_is_promised_for_a_lost_deal_is_not_due(self):
        sample = self.agreed()
        self.lead.action_set_lost(
            lost_reason_id=self.env["crm.lost.reason"].create({"name": "Price"}).id
        )
        self.assertNotIn(sample, self.due(sample.promise_deadline))
        self.assertFalse(sample._deadline_due())

    def test_list_and_deadlines_cost_the_same_for_many(self):
        samples = self.env["key.account.sample"].union(
            *(self.request(subject=f"S{n}") for n in range(20))
        )
        spec = dict.fromkeys(("name", "subject", "is_overdue", "can_check"), {})
        for name in ("key_account_id", "opportunity_id", "user_id", "checker_id"):
            spec[name] = {"fields": {"display_name": {}}}

        def cost(some, work):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            work(some.with_user(self.specialist))
            return self.env.cr.sql_log_count - before

        def read(some):
            some.web_read(spec)

        def due(some):
            some.sudo()._deadline_due()

        for work in (read, due):
            cost(samples, work)
            with self.subTest(work.__name__):
                self.assertLessEqual(cost(samples, work), cost(samples[:2], work) + 1)

    def due(self, until):
        samples = self.env["key.account.sample"]
        return samples.search(samples._deadline_domain(until))

    # -- the gate -----------------------------------------------------------

    def gate(self, **vals):
        return self.env["crm.stage.gate"].create(
            {"stage_id": self.first.id, "kind": "sample", **vals}
        )

    def test_the_gate_says_what_is_missing(self):
        gate = self.gate()

        def missing():
            self.env.flush_all()
            return gate._check(self.lead)[self.lead.id]

        self.assertIn("No sample has been requested", missing())
        sample = self.request()
        self.assertIn(f"{sample.name} has not been accepted yet: Requested", missing())
        self.assertEqual(gate._open(self.lead)["res_id"], sample.id)
        sample.action_cancel("Another one")
        self.assertIn("No sample has been requested", missing())
        bad = self.judged("refused", "Leaks")
        self.assertIn(f"{bad.name} was refused", missing())
        good = self.judged("remarks", "Burr")
        self.assertIsNone(missing())
        gate.number = 2
        self.assertIn("1 of 2", missing())
        self.assertIn("2 samples", gate.sentence)
        good.sudo()._write_kept({"opportunity_id": self.make_lead(name="B").id})
        gate.number = 1
        self.assertIn("was refused", missing(), "of another deal")
        with self.assertRaisesRegex(ValidationError, "at least one sample"):
            gate.number = 0

    def test_a_sample_of_another_customer_does_not_count(self):
        gate = self.gate()
        self.judged()
        self.assertIsNone(gate._check(self.lead)[self.lead.id])
        self.lead.partner_id = self.plain_customer
        self.assertIn("No sample", gate._check(self.lead)[self.lead.id])

    def test_the_gate_costs_the_same_for_many(self):
        gate = self.gate()
        leads = self.lead.union(*(self.make_lead(name=f"L{n}") for n in range(20)))
        for lead in leads[:10]:
            self.request(lead=lead)
        self.env.flush_all()

        def cost(some):
            self.env.invalidate_all()
            some.fetch(["partner_id", "name"])
            before = self.env.cr.sql_log_count
            gate._check(some)
            return self.env.cr.sql_log_count - before

        cost(leads)
        self.assertLessEqual(cost(leads), cost(leads[:2]) + 1)

    def test_the_opening_template_asks_for_it(self):
        team = self.env["crm.team"].create(
            {"name": "Opening", "company_id": self.company.id, "is_key_account": True}
        )
        team._load_stage_template("five_stages")
        stage = team._key_account_stages()[1]
        self.assertIn("sample", stage.gate_ids.mapped("kind"))

    # -- who reads it -------------------------------------------------------

    def test_who_reads_a_sample(self):
        sample = self.request()
        for user in (self.specialist, self.manager, self.director, self.support):
            self.assertTrue(sample.with_user(user).has_access("write"), user.name)
        for user in (self.colleague, self.other_manager):
            self.assertFalse(sample.with_user(user).has_access("read"), user.name)
        self.assertTrue(sample.with_user(self.reviewer).has_access("read"), "named")
        with self.assertRaises(AccessError):
            self.rpc(self.reviewer, sample, "write", {"note": "Mine"})
