"""Customers rate visits and the work on feedback, by Odoo's own page."""

from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .common import KeyAccountCommon
from .rating_common import Rated


@tagged("post_install", "-at_install")
class TestRating(Rated, KeyAccountCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._make_rated()

    def asked(self, record, user=None):
        """By the button, with what the wizard proposes."""
        action = record.with_user(user or self.specialist).action_ask_rating()
        model = self.env[action["res_model"]].with_user(user or self.specialist)
        return Form(model.with_context(**action["context"]))

    # Asking

    def test_asked_by_the_button(self):
        form = self.asked(self.visit)
        self.assertEqual(form.contact_ids[:], self.li | self.wu)
        self.assertFalse(form.without)
        self.assertIn("Visit of", form.said)
        last = self.mails()[-1].id
        form.save().action_send()
        self.assertEqual(self.visit.rating_asked, 2)
        mail = self.mails(last).filtered(lambda mail: mail.email_to == self.li.email)
        own = self.visit.rating_ids.filtered(lambda each: each.partner_id == self.li)
        self.assertIn(own.sudo().key_account_key, mail.body_html)
        for inner in (self.visit.name, self.specialist.login, "Development"):
            self.assertNotIn(inner, mail.body_html)
        self.assertIn("Asked for a rating", self.visit.message_ids[0].body)

    def test_in_the_contacts_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.li.lang = "fr_FR"
        rating = self._ask_rating(self.visit)
        day = fields.Datetime.now() - timedelta(days=2)
        self.assertEqual(rating._language(), "fr_FR")
        self.assertIn(day.strftime("%d/%m/%Y"), rating.res_name)
        self.assertIn(day.strftime("%d/%m/%Y"), self.mails()[-1].body_html)

    def test_feedback_is_named_as_the_customer_knows_it(self):
        rating = self._ask_rating(self.told)
        self.assertEqual(rating.res_name, f"{self.told.number} Pump leaks")
        self.assertEqual(rating.rated_partner_id, self.specialist.partner_id)
        self.assertIn("Pump leaks", self.mails()[-1].body_html)

    def test_the_template_is_tried_out_on_any_rating(self):
        """As Odoo does with one there is when the add-on is installed, where tasks or
        tickets have been rated before."""
        other = self.env["rating.rating"].create(
            {
                "res_model_id": self.env["ir.model"]._get_id("res.country"),
                "res_id": self.env.ref("base.cn").id,
                "partner_id": self.li.id,
            }
        )
        template = self.env.ref("key_account.mail_template_rating")
        for name in ("subject", "email_from", "lang", "body_html"):
            self.assertIn(other.id, template._render_field(name, other.ids))

    def test_asked_once(self):
        self._ask_rating(self.visit)
        with self.assertRaisesRegex(UserError, "Ms Li was asked about this already"):
            self._ask_rating(self.visit)
        form = self.asked(self.visit)
        self.assertEqual(form.contact_ids[:], self.wu)
        self.assertIn("Ms Li", form.without)
        self._ask_rating(self.visit, self.wu)
        self._ask_rating(self.told)

    def test_who_cannot_be_asked(self):
        self.visit.met_ids |= self.silent
        for contact, words in (
            (self.silent, "no valid email"),
            (self.plain_customer, "no part in this"),
        ):
            with self.assertRaisesRegex(UserError, words):
                self._ask_rating(self.visit, contact)
        self.wu.email = self.support.email = "support@east.example.com"
        with self.assertRaisesRegex(UserError, "address of a colleague"):
            self._ask_rating(self.visit, self.wu)
        self.wu.active = False
        with self.assertRaisesRegex(UserError, "archived"):
            self._ask_rating(self.visit, self.wu)
        self.assertFalse(self.visit.rating_asked)
        with self.assertRaisesRegex(UserError, "at least one contact"):
            self.visit._ask_rating(self.env["res.partner"])

    def test_not_before_there_is_something_to_rate(self):
        visit = self.env["key.account.visit"].create(
            {
                "key_account_id": self.account.id,
                "date_start": fields.Datetime.now() + timedelta(days=3),
                "contact_ids": self.li.ids,
                "user_id": self.specialist.id,
            }
        )
        self.assertFalse(visit.can_ask_rating)
        with self.assertRaisesRegex(UserError, "once the visit has been held"):
            visit.action_ask_rating()
        self.assertTrue(self.visit.can_ask_rating)
        self.assertFalse(self.visit.with_user(self.reviewer).sudo(False).can_ask_rating)

    # Answering

    def test_answered(self):
        rating = self._ask_rating(self.visit)
        self.rate(rating, 5, "Very good")
        self.assertEqual((rating.rating, rating.feedback), (5.0, "Very good"))
        self.assertEqual(self.visit.rating_last_value, 5.0)
        self.assertEqual(self.visit.rating_mean, 5.0)
        self.assertIn("rates: 5 of 5", self.visit.message_ids[0].body)
        self.assertEqual(self.visit.message_ids[0].author_id, self.li)
        self.assertNotIn("Very good", self.visit.message_ids[0].body)
        self.assertFalse(self.visit.feedback_ids)

    def test_second_thoughts_within_a_day(self):
        rating = self._ask_rating(self.visit)
        self.rate(rating, 5)
        self.rate(rating, 3, "On second thoughts")
        self.assertEqual((rating.rating, self.visit.rating_answered), (3.0, 1))
        with freeze_time(fields.Datetime.now() + timedelta(hours=25)):
            with self.assertRaisesRegex(UserError, "stands as it was given"):
                self.rate(rating, 5)
        self.assertEqual(rating.rating, 3.0)

    def test_too_late(self):
        rating = self._ask_rating(self.visit)
        with freeze_time(fields.Datetime.now() + timedelta(days=30)):
            with self.assertRaisesRegex(UserError, "expired"):
                self.rate(rating, 5)
        self.assertFalse(rating.consumed)

    # Low ratings

    def test_a_low_rating_of_a_visit_becomes_feedback_once(self):
        rating = self._ask_rating(self.visit)
        for mark in (1, 5, 1):
            self.rate(rating, mark, "Nobody knew our drawing")
        feedback = self.visit.feedback_ids
        self.assertEqual(len(feedback), 1)
        self.assertEqual(feedback.description, "Nobody knew our drawing")
        self.assertEqual(feedback.channel, "survey")
        self.assertEqual((feedback.kind, feedback.partner_id), ("opinion", self.li))
        self.assertEqual(feedback.user_id, self.specialist)
        self.assertNotIn(self.visit.name, feedback.name)

    def test_what_is_low_is_said_by_the_company(self):
        self.company.key_account_satisfaction_low = 0
        self.rate(self._ask_rating(self.visit), 1)
        self.assertFalse(self.visit.feedback_ids)
        self.company.key_account_satisfaction_low = 3
        self.rate(self._ask_rating(self.visit, self.wu), 3)
        self.assertEqual(len(self.visit.feedback_ids), 1)

    def test_a_low_rating_of_feedback_is_shown_once(self):
        rating = self._ask_rating(self.told)
        for mark in (1, 5, 1):
            self.rate(rating, mark)
        activities = self.told.activity_ids.filtered(
            lambda activity: "Rated 1 of 5" in (activity.summary or "")
        )
        self.assertEqual(activities.user_id, self.specialist | self.manager)
        self.assertEqual(len(activities), 2)
        self.assertEqual(
            self.env["key.account.feedback"].search_count(
                [("key_account_id", "=", self.account.id)]
            ),
            1,
        )

    # Figures

    def test_figures_are_of_sums(self):
        self.rate(self._ask_rating(self.visit), 5)
        self._ask_rating(self.visit, self.wu)
        self.rate(self._ask_rating(self.told), 3)
        other = self._answered_feedback(name="Second")
        self.rate(self._ask_rating(other), 1)
        # (5 + 3 + 1) / 3; 3 of 4
        self.assertIn("mean 3.00", self.account.rating_said)
        self.assertIn("3 of 4 answered (75.0 %)", self.account.rating_said)
        feedback = self.env["key.account.feedback"]
        [(_account, mean, rate)] = feedback._read_group(
            [("key_account_id", "=", self.account.id)],
            ["key_account_id"],
            ["rating_mean:avg", "rating_response:avg"],
        )
        self.assertEqual((mean, rate), (2.0, 100.0))
        visits = self.env["key.account.visit"]
        [(mean, rate)] = visits._read_group(
            [("id", "=", self.visit.id)],
            [],
            ["rating_mean:avg", "rating_response:avg"],
        )
        self.assertEqual((mean, rate), (5.0, 50.0))
        action = self.account.action_view_ratings()
        self.assertEqual(self.env["rating.rating"].search_count(action["domain"]), 4)

    def test_no_rating_is_none(self):
        self.assertEqual(self.account.rating_said, "n/a")
        self._ask_rating(self.visit)
        self.assertIn("mean n/a; 0 of 1 answered (0.0 %)", self.account.rating_said)

    def test_lists_ask_nothing_per_row(self):
        """Ten times the visits, the same queries."""
        names = ["name", "rating_mean", "rating_answered", "rating_response"]

        def queries(visits):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            visits.with_user(self.manager).search_read(
                [("id", "in", visits.ids)], names
            )
            return self.env.cr.sql_log_count - before

        visits = self.env["key.account.visit"].create(
            [
                {
                    "key_account_id": self.account.id,
                    "date_start": fields.Datetime.now() + timedelta(days=day),
                }
                for day in range(1, 21)
            ]
        )
        queries(visits)
        self.assertEqual(queries(visits[:2]), queries(visits))
