"""People: when they were met last, and how they are forgotten."""

from datetime import datetime, time, timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged

from .test_visit import VisitCommon


class PeopleCase(VisitCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.person = cls.account.stakeholder_ids.create(
            {
                "key_account_id": cls.account.id,
                "partner_id": cls.contact.id,
                "role": "decision_maker",
            }
        )
        cls.other_contact = cls.contact.copy({"name": "Mr Chen"})
        cls.other_person = cls.person.copy({"partner_id": cls.other_contact.id})
        cls.today = cls.company._key_account_today()
        cls.yesterday = cls.today - timedelta(days=1)

    def plan(self, user=None, **vals):
        # At noon: whatever the hour now, it ends on the day on which it began.
        noon = datetime.combine(self.yesterday, time(12))
        return super().plan(user, **{"date_start": noon, **vals})

    def held(self, **vals):
        visit = self.plan(**vals)
        visit.action_confirm()
        visit.action_hold()
        self.env.flush_all()
        return visit


@tagged("post_install", "-at_install")
class TestStakeholder(PeopleCase):
    # -- whom they report to -----------------------------------------------

    def test_nobody_reports_to_themselves(self):
        """Not through others either, and to people of their own company alone."""
        people = self.person | self.other_person
        boss = self.person.copy({"partner_id": self.contact.copy({"name": "Boss"}).id})
        people = people.with_user(self.specialist)
        people[0].reports_to_id = people[1]
        people[1].reports_to_id = boss
        for person in (boss, people[1], people[0]):
            with self.assertRaisesRegex(ValidationError, "cannot report to"):
                boss.reports_to_id = person
                self.env.flush_all()
        other = self.env["key.account"].create({"partner_id": self.plain_customer.id})
        stranger = self.person.create(
            {"key_account_id": other.id, "partner_id": self.plain_customer.id}
        )
        with self.assertRaisesRegex(ValidationError, "one of the people of"):
            boss.reports_to_id = stranger

    # -- last contact ------------------------------------------------------

    def test_last_contact_is_told_by_visits_held(self):
        visit = self.plan()
        self.assertFalse(self.person.last_contact, "planned is not met")
        visit.action_confirm()
        self.assertFalse(self.person.last_contact)
        visit.action_hold()
        self.assertEqual(self.person.last_contact, self.yesterday)
        self.assertFalse(self.other_person.last_contact)

    def test_the_report_says_who_was_met(self):
        visit = self.held()
        visit.met_ids = [Command.set(self.other_contact.ids)]
        self.assertFalse(self.person.last_contact)
        self.assertEqual(self.other_person.last_contact, self.yesterday)
        visit.write({"summary": "They need pumps.", "outcome": "achieved"})
        visit.action_report()
        visit.with_user(self.manager).action_return("Who?")
        self.assertEqual(self.other_person.last_contact, self.yesterday)

    def test_the_last_one_counts(self):
        self.held()
        self.held(date_start=fields.Datetime.now() - timedelta(days=20))
        self.assertEqual(self.person.last_contact, self.yesterday)

    def test_what_was_typed_in_before_stays_until_a_later_visit(self):
        self.person._write_kept({"contact_noted": self.today - timedelta(days=9)})
        self.assertEqual(self.person.last_contact, self.today - timedelta(days=9))
        self.held(date_start=fields.Datetime.now() - timedelta(days=20))
        self.assertEqual(self.person.last_contact, self.today - timedelta(days=9))
        self.held()
        self.assertEqual(self.person.last_contact, self.yesterday)

    def test_a_person_entered_later_has_been_met(self):
        self.person.unlink()
        self.held()
        person = self.account.stakeholder_ids.create(
            {"key_account_id": self.account.id, "partner_id": self.contact.id}
        )
        self.assertEqual(person.last_contact, self.yesterday)

    def test_a_visit_elsewhere_does_not_count(self):
        elsewhere = self.account.create(
            {
                "partner_id": self.plain_customer.id,
                "team_id": self.team.id,
                "user_id": self.specialist.id,
            }
        )
        self.held(key_account_id=elsewhere.id, opportunity_ids=False)
        self.assertFalse(self.person.last_contact)

    def test_nobody_types_it(self):
        for name in ("last_contact", "contact_noted"):
            with self.assertRaisesRegex(AccessError, "recorded by the process"):
                self.person.with_user(self.specialist).write({name: self.today})

    # -- how to reach them ---------------------------------------------------

    def test_how_to_reach_them_is_typed_where_they_are_entered(self):
        contact = self.contact.copy({"name": "Ms Wang", "phone": False})
        people = self.env["key.account.stakeholder"].with_user(self.specialist)
        with Form(people.with_context(default_key_account_id=self.account.id)) as form:
            form.partner_id = contact.with_user(self.specialist)
            self.assertTrue(form.may_write_contact)
            form.function = "Head of purchasing"
            form.phone = "+86 21 5555 0102"
            form.email = "wang@example.com"
        self.assertRecordValues(
            contact,
            [
                {
                    "function": "Head of purchasing",
                    "phone": "+86 21 5555 0102",
                    "email": "wang@example.com",
                }
            ],
        )

    def test_who_may_not_write_the_contact_does_not_here(self):
        """The right to enter people is no right to write contacts."""
        person = self.person.with_user(self.specialist)
        self.assertTrue(person.may_write_contact)
        rights = self.env["ir.model.access"].search(
            [("model_id.model", "=", "res.partner"), ("perm_write", "=", True)]
        )
        rights.perm_write = False
        self.env.invalidate_all()
        self.assertFalse(person.may_write_contact)
        with self.assertRaises(AccessError):
            person.write({"phone": "+86 21 5555 0102"})
        with Form(person) as form:
            form.influence = "5"
        self.assertEqual(self.person.influence, "5")

    def test_queries_do_not_grow(self):
        def queries(count):
            contacts = self.contact.create(
                [
                    {"name": f"Person {number}", "parent_id": self.customer.id}
                    for number in range(count)
                ]
            )
            self.account.stakeholder_ids.create(
                [
                    {"key_account_id": self.account.id, "partner_id": contact.id}
                    for contact in contacts
                ]
            )
            visit = self.plan(contact_ids=[Command.set(contacts.ids)])
            visit.action_confirm()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            visit.action_hold()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        queries(1)
        self.assertLessEqual(queries(30), queries(3) + 2)

    # -- forgotten ---------------------------------------------------------

    def test_who_is_forgotten_leaves_the_evidence(self):
        visit = self.held()
        self.person.write(
            {
                "motives": "Be promoted",
                "pressures": "The board",
                "birthday": "1980-01-02",
                "authority_extent": "All",
            }
        )
        self.person.with_user(self.specialist).personal_notes = "plays go"
        self.contact.write({"phone": "123", "function": "Buyer"})
        self.person.with_user(self.manager).action_anonymise()
        self.env.invalidate_all()
        for name in ("motives", "pressures", "birthday", "authority_extent"):
            self.assertFalse(self.person[name], name)
        self.assertFalse(self.person.sudo().personal_notes_stored)
        self.assertFalse(self.person.active)
        self.assertNotIn("Li", self.contact.display_name)
        for name in ("email", "phone", "function"):
            self.assertFalse(self.contact[name], name)
        self.assertEqual(self.person.role, "decision_maker")
        self.assertEqual(visit.met_ids, self.contact, "evidence stands, nameless")
        self.assertEqual(visit.state, "held")
        self.assertIn("anonymised", self.account.message_ids[0].body)
        self.assertNotIn("Li", self.account.message_ids[0].body)
