import base64
from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import Command, fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import BaseCase, Form, tagged
from odoo.tools import mute_logger

from odoo.addons.key_account.rules import requirement as rules

from .attack_common import PIXEL
from .test_visit import SCORES, VisitCommon


@tagged("post_install", "-at_install")
class TestVisitFindings(VisitCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.requirements = cls.env["key.account.requirement"]
        cls.commitments = cls.env["key.account.visit.commitment"]

    def days_ago(self, days):
        return fields.Datetime.now() - timedelta(days=days)

    def held(self, days=1, **vals):
        visit = self.plan(date_start=self.days_ago(days), **vals)
        visit.action_confirm()
        visit.action_hold()
        return visit

    def last(self):
        """Reported a week ago: two lines, one settled; two promises."""
        visit = self.plan(date_start=self.days_ago(8))
        self.requirements.with_user(self.specialist).create(
            [
                {"visit_id": visit.id, "name": "Stainless", "kind": "material"},
                {
                    "visit_id": visit.id,
                    "name": "Boxes",
                    "kind": "packing",
                    "able": "yes",
                    "within_authority": "yes",
                },
            ]
        )
        visit.requirement_ids.filtered(lambda r: r.name == "Boxes").action_settle()
        for name, side in (("Drawings", "theirs"), ("Samples", "ours")):
            self.commitments.create({"visit_id": visit.id, "name": name, "side": side})
        return self.report(visit, competitors="Northern Pumps")

    # ------------------------------------------------------------
    # COPIED FORWARD, CARRIED ON
    # ------------------------------------------------------------

    def test_copied_from_the_last_report(self):
        last = self.last()
        visit = self.held(contact_ids=[])
        self.assertFalse(visit.met_ids)
        visit.with_user(self.specialist).action_copy_forward()
        self.assertEqual(visit.met_ids, self.contact)
        self.assertEqual(visit.competitors, "Northern Pumps")
        self.assertEqual(
            visit.earlier_requirement_ids.mapped("name"), ["Stainless"], "not settled"
        )
        self.assertFalse(visit.requirement_ids, "one line, settled once")
        for name in ("outcome", "summary", "next_step", "failure_reason"):
            self.assertFalse(visit[name], name)
        self.assertEqual(last.outcome, "achieved")

    def test_what_was_entered_stays(self):
        self.last()
        visit = self.held()
        visit.competitors = "Southern Valves"
        visit.action_copy_forward()
        self.assertEqual(visit.competitors, "Southern Valves")

    def test_nothing_to_copy_from(self):
        visit = self.held()
        with self.assertRaisesRegex(UserError, "no earlier report"):
            visit.action_copy_forward()
        self.report(visit.copy({"date_start": self.days_ago(2)}))
        with self.assertRaisesRegex(UserError, "Held"):
            self.plan(name="Not held").action_copy_forward()

    def test_promises_are_ticked_off_or_carried_on(self):
        last = self.last()
        drawings, samples = last.commitment_ids.sorted("name")
        visit = self.held()
        self.assertEqual(visit.open_commitment_ids, last.commitment_ids)
        drawings.with_user(self.specialist).action_done()
        asked = samples.activity_id
        visit.invalidate_recordset(["open_commitment_ids"])
        visit.with_user(self.specialist).action_carry_on()
        self.assertEqual(visit.commitment_ids.mapped("name"), ["Samples"])
        self.assertEqual(samples.carried_to_id, visit.commitment_ids)
        self.assertFalse(asked.exists(), "nobody is asked for it twice")
        visit.write({"summary": "Samples next week.", "outcome": "partly"})
        visit.action_report()
        self.assertTrue(visit.commitment_ids.activity_id)
        coming = self.plan(date_start="2030-05-08 10:00:00")
        self.assertEqual(coming.open_commitment_ids, visit.commitment_ids)

    def test_lines_of_another_customer_are_none_of_this_one(self):
        other = self.env["res.partner"].create({"name": "Other", "is_company": True})
        account = self.account.copy({"partner_id": other.id})
        theirs = self.requirements.create(
            {
                "visit_id": self.plan(
                    key_account_id=account.id, opportunity_ids=[], contact_ids=[]
                ).id,
                "name": "Secret",
            }
        )
        with self.assertRaises(ValidationError):
            self.held().earlier_requirement_ids = theirs

    # ------------------------------------------------------------
    # NEEDS, CONTENT, PHOTOS
    # ------------------------------------------------------------

    def photo(self, visit, user=None):
        return (
            self.env["ir.attachment"]
            .with_user(user or self.specialist)
            .create(
                {
                    "name": "line.gif",
                    "raw": base64.b64decode(PIXEL),
                    "res_model": visit._name,
                    "res_id": visit.id,
                }
            )
        )

    def test_they_are_part_of_the_report_and_stand_with_it(self):
        visit = self.held()
        photo = self.photo(visit)
        with Form(
            visit.with_user(self.specialist), "key_account.visit_view_form_report"
        ) as form:
            form.needs_change = "Smaller lots"
            form.satisfaction = 4
            form.photo_ids.add(photo)
            form.summary = "<p>Good.</p>"
            form.outcome = "achieved"
        visit.action_report()
        visit.with_user(self.manager).action_review(SCORES)
        for vals in (
            {"needs_change": "None"},
            {"satisfaction": 5},
            {"photo_ids": [Command.clear()]},
            {"earlier_requirement_ids": [Command.clear()]},
        ):
            with self.assertRaisesRegex(UserError, "no longer be changed"):
                visit.with_user(self.specialist).write(vals)
        self.assertEqual(visit.photo_ids, photo)

    def test_content_goes_from_one_to_five(self):
        visit = self.held()
        for value in (-1, 6):
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.cr.savepoint(),
            ):
                visit.satisfaction = value
                self.env.flush_all()


@tagged("post_install", "-at_install")
class TestEnquiry(VisitCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.capability = cls.env["key.account.capability"]

    def line(self, **vals):
        return (
            self.env["key.account.requirement"]
            .with_user(self.specialist)
            .create(
                {
                    "opportunity_id": self.lead.id,
                    "kind": "technical",
                    "name": "Runs at 120 °C",
                    **vals,
                }
            )
        )

    def test_who_clarifies_it_is_asked_until_it_is_answered(self):
        line = self.line(clarify_user_id=self.manager.id, clarify_until="2030-05-08")
        asked = line.clarify_activity_id
        self.assertEqual(asked.user_id, self.manager)
        self.assertEqual(str(asked.date_deadline), "2030-05-08")
        line.clarify_user_id = self.support
        self.assertEqual(line.clarify_activity_id, asked, "one activity")
        self.assertEqual(asked.user_id, self.support)
        line.with_user(self.support).answer = "Up to 110 °C."
        self.assertEqual(line.answered_by_id, self.support)
        self.assertFalse(asked.active)
        line.answer = False
        self.assertFalse(line.answered_on)
        self.assertTrue(line.clarify_activity_id.active)
        line.action_drop()
        self.assertFalse(line.clarify_activity_id)

    def test_only_who_can_open_it(self):
        engineer = self._user("ka_engineer", "base.group_user")
        with self.assertRaisesRegex(ValidationError, "account team"):
            self.line(clarify_user_id=engineer.id)

    # ------------------------------------------------------------
    # CAPABILITY
    # ------------------------------------------------------------

    def capabilities(self):
        every, pump = self.capability.create(
            [
                {"name": "Any", "kind": "technical", "standard": "Up to 90 °C"},
                {
                    "name": "Pump",
                    "kind": "technical",
                    "standard": "Up to 150 °C",
                    "product_id": self.pump.id,
                },
            ]
        )
        return every, pump

    def test_the_nearest_is_proposed(self):
        every, pump = self.capabilities()
        line = self.line()
        self.assertEqual((line.capability_id, line.able), (every, "yes"))
        line.product_id = self.pump
        self.assertEqual(line.capability_id, pump)
        self.assertEqual(line.our_standard, "Up to 150 °C")
        line.kind = "packing"
        self.assertFalse(line.capability_id)

    def test_what_somebody_chose_or_judged_stays(self):
        every, pump = self.capabilities()
        line = self.line(product_id=self.pump.id, capability_id=False)
        self.assertFalse(line.capability_id)
        judged = self.line(able="no")
        judged.product_id = self.pump
        self.assertEqual(judged.able, "no")
        self.assertEqual(judged.capability_id, every, "it fits")
        judged.our_standard = "Our own words"
        judged.product_id = False
        self.assertEqual((judged.able, judged.our_standard), ("no", "Our own words"))
        line.capability_id = every
        self.assertEqual(line.capability_id, every)

    def test_of_two_that_are_equally_near_somebody_chooses(self):
        every, _pump = self.capabilities()
        every.copy()
        self.assertFalse(self.line().capability_id)
        self.capability.create(
            {
                "name": "Europe",
                "kind": "packing",
                "company_id": self.other_company.id,
            }
        )
        self.assertFalse(self.line(kind="packing").capability_id)


@tagged("post_install", "-at_install")
class TestNearestRule(BaseCase):
    def test_examples(self):
        known = [
            ("a", "technical", None),
            ("b", "technical", 7),
            ("c", "packing", None),
            ("d", "packing", None),
            ("e", "packing", 7),
        ]
        for kind, product, nearest in (
            ("technical", None, "a"),
            ("technical", 7, "b"),
            ("technical", 8, "a"),
            ("packing", None, None),
            ("packing", 7, "e"),
            ("packing", 8, None),
            ("delivery", 7, None),
        ):
            self.assertEqual(rules.nearest(known, kind, product), nearest)
