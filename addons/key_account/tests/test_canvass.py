"""Canvassing: contacts of a day, markets, reports, what becomes of a contact."""

from datetime import timedelta

from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, HttpCase, tagged
from odoo.tools.safe_eval import safe_eval

from .common import KeyAccountCommon, speak_chinese

WEDNESDAY = "2026-11-25"


class CanvassCase(KeyAccountCommon):
    """A market of the specialist, on a Wednesday at noon."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.country_id = cls.env.ref("base.cn")
        cls.startClassPatcher(freeze_time("2026-11-25 12:00:00"))
        cls.market = (
            cls.env["key.account.market"]
            .with_user(cls.specialist)
            .create(
                {
                    "name": "East Gate Market",
                    "area": "Pudong",
                    "place_ids": [
                        Command.create({"name": "Lucky Hardware", "sequence": 1}),
                        Command.create({"name": "Bright Tools", "sequence": 2}),
                    ],
                }
            )
        )

    def enter(self, user=None, **values):
        values = {"name": "Lucky Hardware", "market_id": self.market.id, **values}
        model = self.env["key.account.canvass"].with_user(user or self.specialist)
        return model.create(values)

    def plain(self, user=None, **values):
        return self.enter(user, market_id=False, **values)


@tagged("post_install", "-at_install")
class TestCanvass(CanvassCase):
    def test_a_line_begins_the_days_report(self):
        first, second = self.enter() | self.enter(name="Bright Tools", interest="2")
        self.assertEqual(first.day_id, second.day_id)
        day = first.day_id
        self.assertEqual(str(day.date), WEDNESDAY)
        self.assertEqual(day.user_id, self.specialist)
        self.assertEqual(day.team_id, self.team)
        self.assertEqual((day.contact_count, day.interested_count), (2, 1))
        readers = self.specialist | self.manager | self.support
        self.assertEqual(first.access_user_ids, readers)

    def test_a_line_goes_to_another_day(self):
        entry = self.enter()
        first = entry.day_id
        entry.date = "2026-11-24"
        self.assertNotEqual(entry.day_id, first)
        self.assertEqual(str(entry.day_id.date), "2026-11-24")
        self.assertEqual(first.contact_count, 0)
        first.unlink()

    def test_the_editable_list(self):
        """As the client does: a form without a day."""
        entries = self.env["key.account.canvass"].with_user(self.specialist)
        with Form(entries, "key_account.canvass_view_list") as line:
            line.name = "Corner Store"
            line.market_id = self.market
            line.interest = "1"
            line.next_step = "Send samples"
            line.next_date = fields.Date.to_date("2026-12-01")
        entry = line.record
        self.assertEqual(entry.area, "Pudong")
        self.assertEqual(entry.place_id.name, "Corner Store")

    def test_lines_of_a_report(self):
        days = self.env["key.account.canvass.day"].with_user(self.specialist)
        with Form(days) as form:
            form.market_id = self.market
            with form.canvass_ids.new() as line:
                line.name = "Lucky Hardware"
            form.environment = "Road works"
        day = form.record
        self.assertEqual(day.canvass_ids.market_id, self.market)
        self.assertEqual(day.canvass_ids.user_id, self.specialist)
        self.assertEqual(day.canvass_ids.place_id.name, "Lucky Hardware")

    def test_support_enters_for_a_specialist(self):
        entry = self.enter(self.support, user_id=self.specialist.id)
        self.assertEqual(entry.day_id.user_id, self.specialist)
        self.assertEqual(entry.with_user(self.specialist).name, "Lucky Hardware")

    def test_no_day_that_has_not_come(self):
        with self.assertRaises(ValidationError):
            self.enter(date="2026-11-27")

    def test_import(self):
        """Odoo's import, with names for what is linked."""
        model = self.env["key.account.canvass"].with_user(self.specialist)
        result = model.load(
            ["name", "phone", "market_id", "date", "interest", "brand_ids"],
            [
                ["Shop A", "139 1234 5678", "East Gate Market", "2026-11-23", "", ""],
                ["Shop B", "", "East Gate Market", "2026-11-24", "Strong", ""],
            ],
        )
        self.assertFalse(result["messages"])
        entries = model.browse(result["ids"])
        self.assertEqual(entries.mapped("phone_key"), ["13912345678", ""])
        self.assertEqual(len(entries.day_id), 2)
        self.assertEqual(self.market.place_count, 4)

    def test_a_copy_is_of_today(self):
        entry = self.enter(date="2026-11-20")
        entry.day_id.action_hand_in()
        copied = entry.copy()
        self.assertEqual(str(copied.date), WEDNESDAY)
        self.assertEqual(copied.day_id.state, "draft")

    def test_brand_of_the_day(self):
        brand = self.env["key.account.brand"].with_user(self.specialist)
        acme = brand.create({"name": "Acme"})
        entry = self.enter(brand_ids=[Command.link(acme.id)])
        self.assertEqual(entry._read_group([], ["brand_ids"], ["__count"]), [(acme, 1)])
        entry.copy()
        self.assertEqual(
            entry._read_group([], ["market_id", "brand_ids"], ["__count"]),
            [(self.market, acme, 2)],
        )


@tagged("post_install", "-at_install")
class TestMarket(CanvassCase):
    def test_covered_or_not_and_none_left_out(self):
        self.assertEqual((self.market.place_count, self.market.coverage), (2, 0.0))
        self.enter(name="LUCKY  hardware")
        self.assertEqual((self.market.covered_count, self.market.coverage), (1, 50.0))
        lucky = self.market.place_ids[0]
        self.assertEqual(str(lucky.last_canvassed), WEDNESDAY)
        self.enter(name="Not On The List", phone="12345678", kind="workshop")
        self.assertEqual((self.market.place_count, self.market.covered_count), (3, 2))
        added = self.market.place_ids - self.market.place_ids[:2]
        self.assertEqual((added.phone, added.kind), ("12345678", "workshop"))

    def test_moved_entry_moves_the_coverage(self):
        other = self.market.copy({"name": "West Gate"})
        entry = self.enter()
        entry.market_id = other
        self.assertEqual((self.market.covered_count, other.covered_count), (0, 1))
        entry.unlink()
        self.assertEqual((other.covered_count, other.coverage), (0, 0.0))

    def test_closed_shops_do_not_count(self):
        self.enter()
        self.market.place_ids[1].active = False
        self.assertEqual(self.market.coverage, 100.0)

    def test_colleague_in_the_market(self):
        """Whoever canvasses the market as well sees its list, not what was entered."""
        self.enter()
        market = self.market.with_user(self.colleague)
        self.assertFalse(market.has_access("read"))
        self.market.member_ids = self.colleague
        self.env.flush_all()
        self.assertEqual(market.covered_count, 1)
        entry = self.enter(self.colleague, name="Bright Tools")
        self.assertEqual(entry.search([]), entry)

    def test_used_markets_stay(self):
        self.enter()
        with self.assertRaisesRegex(UserError, "Archive it"):
            self.market.unlink()
        self.market.copy().unlink()

    def test_canvass_from_the_list(self):
        place = self.market.place_ids[1]
        action = place.action_canvass()
        entries = self.env["key.account.canvass"].with_user(self.specialist)
        with Form(entries.with_context(**action["context"])) as form:
            self.assertEqual(form.name, "Bright Tools")
        self.assertTrue(place.covered)


@tagged("post_install", "-at_install")
class TestCanvassReport(CanvassCase):
    def handed_in(self, **values):
        entry = self.enter(**values)
        entry.day_id.action_hand_in()
        return entry.day_id

    def test_handed_in_read(self):
        day = self.handed_in()
        self.assertEqual(day.state, "handed_in")
        activity = day.sudo().activity_ids
        self.assertEqual(activity.user_id, self.manager)
        read = day.with_user(self.manager)
        self.assertTrue(read.may_read)
        read.manager_note = "Well done"
        read.action_read()
        self.assertEqual((day.state, day.read_by_id), ("read", self.manager))
        self.assertFalse(day.sudo().activity_ids)
        told = day.message_ids.filtered(lambda m: "Well done" in (m.body or ""))
        self.assertEqual(told.notified_partner_ids, self.specialist.partner_id)

    def test_handed_in_from_the_first_save_on(self):
        """The client saves what is new before a button acts on it."""
        for model in ("key.account.canvass.day", "key.account.canvass.week"):
            form = Form(self.env[model].with_user(self.specialist))
            self.assertTrue(form.may_hand_in)
            (button,) = form._view["tree"].xpath("//button[@name='action_hand_in']")
            self.assertFalse(safe_eval(button.get("invisible"), dict(form._values)))

    def test_returned(self):
        day = self.handed_in()
        with self.assertRaisesRegex(UserError, "say in"):
            day.with_user(self.manager).action_return()
        day.with_user(self.manager).action_return("Prices are missing")
        self.assertEqual(day.state, "draft")
        self.assertEqual(day.return_comment, "Prices are missing")
        self.assertFalse(day.sudo().activity_ids)
        day.canvass_ids.note = "9.90 a piece"
        day.action_hand_in()
        self.assertFalse(day.return_comment)

    def test_the_author_is_told_in_their_language(self):
        speak_chinese(self.env)
        self.specialist.lang = "zh_CN"
        day = self.handed_in()
        day.with_user(self.manager).with_context(lang="en_US").action_return("Prices")
        told = day.message_ids.filtered(lambda m: "Prices" in (m.body or ""))
        self.assertEqual(len(told), 1)
        self.assertNotIn("returned", told.body)

    def test_nothing_to_hand_in(self):
        days = self.env["key.account.canvass.day"].with_user(self.specialist)
        day = days.create({})
        with self.assertRaisesRegex(UserError, "nothing to hand in"):
            day.action_hand_in()
        day.environment = "Holiday, all closed"
        day.action_hand_in()

    def week_begun(self, day):
        """The summary of the week of this day, as what it opens as is saved."""
        action = day.action_week()
        self.assertFalse(action["res_id"])
        weeks = self.env["key.account.canvass.week"].with_user(self.specialist)
        return weeks.with_context(**action["context"]).create({})

    def test_week(self):
        """Three contacts on two days, one of them interested and one converted."""
        for day in ("2026-11-23", "2026-11-24"):
            self.handed_in(date=day, interest="0")
        days = self.env["key.account.canvass.day"].with_user(self.specialist)
        week = self.week_begun(days.search([], limit=1))
        self.assertEqual(str(week.date_start), "2026-11-23")
        self.assertEqual((week.day_count, week.contact_count), (2, 2))
        late = self.enter(interest="2", next_step="Samples", next_date="2026-12-01")
        week.invalidate_recordset()
        self.assertEqual(week.interested_count, 1)
        self.assertEqual(week.next_step_ids, late)
        self.assertEqual(week.market_ids, self.market)
        with self.assertRaisesRegex(UserError, "daily reports first"):
            week.action_hand_in()
        late.day_id.action_hand_in()
        with self.assertRaisesRegex(UserError, "plan for next week"):
            week.action_hand_in()
        week.plan = "The west side"
        week.action_hand_in()
        self.assertEqual(week.sudo().activity_ids.user_id, self.manager)
        with (
            freeze_time("2026-11-26 12:00:00"),
            self.assertRaisesRegex(UserError, "weekly summary is handed in"),
        ):
            self.enter()
        with self.assertRaisesRegex(UserError, "weekly summary is handed in"):
            late.day_id.with_user(self.manager).action_return("No")
        late.action_to_lead()
        week.invalidate_recordset()
        self.assertEqual(week.converted_count, 1)

    def test_one_report_for_a_day_and_a_week(self):
        for model, opened in (
            ("key.account.canvass.day", "action_today"),
            ("key.account.canvass.week", "action_this_week"),
        ):
            reports = self.env[model].with_user(self.specialist)
            before = reports.search([])
            action = self.rpc(self.specialist, reports, opened)
            self.assertFalse(action["res_id"])
            self.assertEqual(reports.search([]), before, "looking writes nothing")
            with Form(reports.with_context(**action["context"])) as form:
                self.assertTrue(form.may_hand_in)
            report = form.record
            self.assertEqual(report.user_id, self.specialist)
            again = self.rpc(self.specialist, reports, opened)
            self.assertEqual(again["res_id"], report.id)
            with self.assertRaises(UserError):
                report.copy()

    def test_the_week_of_a_day_is_looked_at(self):
        day = self.handed_in()
        weeks = self.env["key.account.canvass.week"].with_user(self.manager)
        action = self.rpc(self.manager, day, "action_week")
        self.assertFalse(action["res_id"] or weeks.search([]))
        with Form(weeks.with_context(**action["context"])) as form:
            self.assertEqual(form.day_ids.ids, day.ids)
        self.assertEqual(form.record.user_id, day.user_id)

    def test_prints_in_both_languages(self):
        speak_chinese(self.env)
        day = self.handed_in(contact_name="Mr Wang", next_step="Bring samples")
        week = self.week_begun(day)
        week.plan = "The west side"
        reports = self.env["ir.actions.report"].with_user(self.specialist)
        for xmlid, record, words in (
            ("key_account.report_canvass_day", day, ("Mr Wang", "Lucky Hardware")),
            ("key_account.report_canvass_week", week, ("The west side",)),
        ):
            for lang in ("en_US", "zh_CN"):
                html, _kind = reports.with_context(lang=lang)._render_qweb_html(
                    xmlid, record.ids
                )
                for word in words:
                    self.assertIn(word, html.decode())

    def test_who_is_asked_without_a_manager(self):
        """A manager who canvasses hands in to a director."""
        entry = self.plain(self.manager)
        entry.day_id.action_hand_in()
        asked = entry.day_id.sudo().activity_ids.user_id
        self.assertIn(asked, self.director | self.general_manager)
        self.assertTrue(entry.day_id.with_user(asked).may_read)


@tagged("post_install", "-at_install")
class TestCanvassNextStep(CanvassCase):
    def due(self, user):
        # What is found hangs on who asks, and is kept for nobody else.
        self.env.invalidate_all()
        lines = self.env["key.account.next.step.line"].with_user(user)
        return lines.search([("step_id.code", "=", "canvass")])

    def test_promised_for_a_day(self):
        """On the author's My Day until it is done, also after the report; the manager
        sees whose turn it is, a colleague nothing."""
        entry = self.enter(next_step="Ring them", next_date=WEDNESDAY)
        self.enter(name="Bright Tools", next_step="Later", next_date="2026-11-28")
        line = self.due(self.specialist)
        self.assertEqual((line.res_id, line.mine, line.urgency), (entry.id, True, "2"))
        self.assertEqual(line.user_id, self.specialist)
        self.assertFalse(self.due(self.manager).mine)
        self.assertEqual(self.due(self.manager).res_id, entry.id)
        self.assertFalse(self.due(self.colleague))
        entry.day_id.action_hand_in()
        with self.assertRaises(AccessError):
            entry.with_user(self.colleague).action_next_done()
        with self.assertRaises(AccessError):
            entry.write({"next_done_on": "2026-11-25"})
        entry.action_next_done()
        self.assertEqual(entry.next_done_by_id, self.specialist)
        self.assertFalse(self.due(self.specialist))

    def test_entered_again(self):
        """Whoever goes there again has done it; a lead goes on by itself."""
        self.enter(date="2026-11-23", next_step="Again", next_date="2026-11-24")
        other = self.enter(
            name="Bright Tools",
            date="2026-11-23",
            next_step="Offer",
            next_date="2026-11-24",
        )
        self.assertEqual(len(self.due(self.specialist)), 2)
        self.enter()
        self.assertEqual(self.due(self.specialist).res_id, other.id)
        other.action_to_lead()
        self.assertFalse(self.due(self.specialist))


@tagged("post_install", "-at_install")
class TestCanvassDuplicate(CanvassCase):
    def text(self, entry, user=None):
        self.env.flush_all()
        entry.invalidate_recordset(["duplicate_text", "is_duplicate"])
        return entry.with_user(user or self.specialist).duplicate_text or ""

    def test_known_customer(self):
        """By name however it is written, telephone, or tax number; never refused."""
        self.plain_customer.write(
            {"phone": "+86 21 5432 1098", "name": "Corner Shop Co., Ltd."}
        )
        for values in (
            {"name": "corner shop co ltd"},
            {"name": "Another", "phone": "021-54321098 转 3"},
        ):
            entry = self.plain(**values)
            self.assertIn("Corner Shop", self.text(entry))
            found = entry.search([("is_duplicate", "=", True)])
            self.assertIn(entry, found)
            entry.unlink()
        entry = self.plain(name="Corner Shop", partner_id=self.plain_customer.id)
        self.assertFalse(self.text(entry))
        self.assertFalse(entry.search([("is_duplicate", "=", True)]))

    def test_colleagues_entry_is_not_named(self):
        theirs = self.plain(self.colleague, name="Secret Shop", phone="13912345678")
        mine = self.plain(name="Mine", phone="139-1234-5678")
        told = self.text(mine)
        self.assertIn("by a colleague", told)
        self.assertNotIn("Secret", told)
        self.assertNotIn(self.colleague.name, told)
        self.assertIn("Secret Shop", self.text(mine, self.manager))
        self.assertTrue(theirs)

    def test_own_revisit_is_none(self):
        self.enter(date="2026-11-20")
        again = self.enter()
        self.assertFalse(self.text(again))
        twice = self.enter()
        self.assertIn("Entered already", self.text(twice))

    def test_warned_while_typing(self):
        self.plain(name="Lucky Hardware")
        entries = self.env["key.account.canvass"].with_user(self.specialist)
        form = Form(entries)
        form.name = "lucky hardware"
        self.assertIn("Entered already", form.duplicate_text)

    def test_as_many_queries_for_many(self):
        def queries(count):
            entries = self.env["key.account.canvass"].with_user(self.specialist)
            entries = entries.create(
                [
                    {"name": f"Shop {count} {n % 5}", "phone": f"139{n % 7:08}"}
                    for n in range(count)
                ]
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            entries.web_read(
                {"duplicate_text": {}, "is_duplicate": {}, "survey_completeness": {}}
            )
            return self.env.cr.sql_log_count - before

        queries(2)
        self.assertLessEqual(queries(40), queries(4) + 1)


@tagged("post_install", "-at_install")
class TestCanvassConvert(CanvassCase):
    def test_lead_once(self):
        entry = self.enter(
            contact_name="Mr Wang",
            phone="13912345678",
            products="Pumps",
            interest="3",
        )
        action = entry.action_to_lead()
        lead = self.env["crm.lead"].browse(action["res_id"])
        self.assertEqual(lead.partner_name, "Lucky Hardware")
        self.assertEqual(lead.contact_name, "Mr Wang")
        self.assertEqual(lead.user_id, self.specialist)
        self.assertEqual(lead.team_id, self.team)
        self.assertIn("Pumps", lead.description)
        self.assertEqual(entry.action_to_lead()["res_id"], lead.id)
        self.assertEqual(entry.lead_id, lead)
        with self.assertRaisesRegex(UserError, "stays"):
            entry.unlink()

    def test_many_at_once(self):
        entries = self.enter() | self.enter(name="Bright Tools")
        entries[0].action_to_lead()
        action = entries.action_to_lead()
        self.assertEqual(len(self.env["crm.lead"].search(action["domain"])), 2)

    def test_account(self):
        entry = self.enter(contact_name="Mr Wang", vat="")
        entry.day_id.action_hand_in()
        account = self.env["key.account"].browse(entry.action_to_account()["res_id"])
        self.assertEqual(account.partner_id.name, "Lucky Hardware")
        self.assertEqual(account.partner_id.child_ids.name, "Mr Wang")
        self.assertEqual(
            (account.user_id, account.team_id), (self.specialist, self.team)
        )
        self.assertEqual(account.state, "candidate")
        self.assertEqual(account.survey_kind, "prospect")
        self.assertEqual(entry.partner_id, account.partner_id)
        self.assertEqual(entry.place_id.partner_id, account.partner_id)
        self.assertEqual(entry.action_to_account()["res_id"], account.id)

    def test_account_there_is(self):
        entry = self.plain(name="Golden Gate", partner_id=self.customer.id)
        self.assertEqual(entry.action_to_account()["res_id"], self.account.id)

    def test_account_of_a_colleague(self):
        """The account's own door refuses a second file, and nothing is half made."""
        entry = self.plain(
            self.colleague, name="Golden Gate", partner_id=self.customer.id
        )
        with self.assertRaises(UserError):
            entry.action_to_account()
        self.assertFalse(entry.key_account_id)


@tagged("post_install", "-at_install")
class TestDealerSurvey(CanvassCase):
    def answers(self, entry):
        entry.action_survey()
        return {row.question_id: row for row in entry.answer_ids}

    def question(self, code):
        return self.env.ref(f"key_account.question_dealer_{code}")

    def test_over_two_visits(self):
        entry = self.enter()
        rows = self.answers(entry)
        self.assertEqual(len(rows), 20)
        self.assertEqual((entry.survey_completeness, entry.survey_begun), (0, False))
        rows[self.question("owner")].value = "Mr Wang decides"
        rows[self.question("floor_space")].value = "120"
        entry.day_id.action_hand_in()
        done = entry.survey_completeness
        total = sum(row.question_id.weight for row in rows.values() if row.required)
        self.assertAlmostEqual(done, 100 * 3 / total, 1)
        self.assertTrue(entry.survey_begun)
        with freeze_time("2026-11-26 12:00:00"):
            display = rows[self.question("display")]
            display.value = "Good"
            self.assertEqual(str(display.answered_on), "2026-11-26")
        self.assertEqual(display.option_id.name, "Good")
        self.assertGreater(entry.survey_completeness, done)

    def test_wrong_answers(self):
        rows = self.answers(self.enter())
        with self.assertRaisesRegex(UserError, "not a number"):
            rows[self.question("floor_space")].value = "big"
        with self.assertRaisesRegex(UserError, "not one of the choices"):
            rows[self.question("display")].value = "Perfect"
        with self.assertRaisesRegex(UserError, "not one of its choices"):
            rows[self.question("display")].option_id = self.env.ref(
                "key_account.option_dealer_mode_retail"
            )

    def test_it_travels_to_the_account(self):
        entry = self.enter()
        rows = self.answers(entry)
        rows[self.question("owner")].value = "Mr Wang decides"
        rows[self.question("floor_space")].value = "120.5"
        rows[self.question("mode")].value = "Retail"
        rows[self.question("staff")].value = "7"
        account = self.env["key.account"].browse(entry.action_to_account()["res_id"])
        self.assertEqual(account.survey_kind, "dealer")
        told = {row.question_id: row for row in account.answer_ids}
        self.assertEqual(told[self.question("owner")].value_char, "Mr Wang decides")
        self.assertEqual(told[self.question("floor_space")].value_number, 120.5)
        self.assertEqual(told[self.question("mode")].value_selection.name, "Retail")
        self.assertEqual(told[self.question("staff")].user_id, self.specialist)
        self.assertIn("Canvassing", told[self.question("staff")].source)
        with self.assertRaisesRegex(UserError, "profile survey"):
            rows[self.question("owner")].value = "Mrs Wang"

    def test_questions_come_and_go(self):
        entry = self.enter()
        self.answers(entry)[self.question("owner")].value = "Mr Wang"
        added = self.env["key.account.survey.question"].create(
            {"name": "Parking", "kind": "dealer", "required": True}
        )
        self.assertIn(added, entry.answer_ids.question_id)
        added.unlink()
        with self.assertRaisesRegex(UserError, "Archive"):
            self.question("owner").unlink()

    def test_other_kinds_are_not_asked(self):
        entry = self.enter()
        entry.action_survey()
        self.assertEqual(set(entry.answer_ids.question_id.mapped("kind")), {"dealer"})


@tagged("post_install", "-at_install")
class TestCanvassMany(CanvassCase):
    def fill(self, count):
        entries = self.env["key.account.canvass"].with_user(self.specialist)
        start = fields.Date.to_date(WEDNESDAY)
        return entries.create(
            [
                {
                    "name": f"Shop {n}",
                    "date": start - timedelta(days=n // 8),
                    "market_id": self.market.id,
                }
                for n in range(count)
            ]
        )

    def cost(self, action, *args):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        action(*args)
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def test_lists_days_and_weeks(self):
        """Ten times as many rows cost as many queries."""
        costs = []
        for count in (8, 80):
            self.fill(count)
            days = self.env["key.account.canvass.day"].with_user(self.specialist)
            days = days.search([])
            weeks = self.env["key.account.canvass.week"].with_user(self.specialist)
            have = set(weeks.search([]).mapped("date_start"))
            weeks.create(
                [
                    {"date_start": monday}
                    for monday in sorted(set(days.mapped("week_start")) - have)
                ]
            )
            weeks = weeks.search([])
            lists = (days, weeks, self.market.place_ids)
            costs.append([self.cost(self._read, records) for records in lists])
        for few, many in zip(*costs, strict=True):
            self.assertLessEqual(many, few + 1)

    def _read(self, records):
        names = {
            "key.account.canvass.day": ["display_name", "contact_count", "may_read"],
            "key.account.canvass.week": ["day_count", "contact_count", "market_ids"],
            "key.account.market.place": ["name", "covered", "last_canvassed"],
        }[records._name]
        records.with_user(self.specialist).web_read({name: {} for name in names})

    def test_entering_many(self):
        few = self.cost(self.fill, 8)
        many = self.cost(self.fill, 160)
        self.assertLess(many, few * 4)

    def test_who_entered_it_before(self):
        """Whoever is named beside the rows is read once for all of them."""
        people = self.specialist | self.support | self.manager | self.other_manager
        # Each shop was entered by two of them.
        for number, user in enumerate([*people, self.specialist]):
            names = {f"Shop {number}", f"Shop {max(number - 1, 0)}"}
            self.env["key.account.canvass"].with_user(user).create(
                [{"name": name} for name in sorted(names)]
            )
        costs = []
        for names in (["Shop 0"], [f"Shop {n}" for n in range(len(people))]):
            entries = self.env["key.account.canvass"].with_user(self.director)
            entries = entries.search([("name", "in", names)])
            self.cost(entries.mapped, "duplicate_text")
            costs.append(self.cost(entries.mapped, "duplicate_text"))
            self.assertTrue(all(entries.mapped("duplicate_text")))
        self.assertEqual(*costs)

    def test_found_by_whom_reads_now(self):
        """What is kept for the rules ends with the role, at once."""
        entry = self.enter()
        found = [("id", "=", entry.id)]
        managed = self.env["key.account.canvass"].with_user(self.manager)
        others = self.env["key.account.canvass"].with_user(self.other_manager)
        self.assertTrue(managed.search(found))
        self.assertFalse(others.search(found))
        self.team.write({"user_id": False, "key_account_manager_ids": [(5,)]})
        self.assertFalse(managed.search(found))
        self.team.key_account_manager_ids = self.other_manager
        self.assertTrue(others.search(found))
        asked = others._search([]).select()
        self.assertNotIn("SELECT", str(asked.code).partition("WHERE")[2])

    def test_access_ends_with_the_role(self):
        entry = self.enter()
        self.assertTrue(entry.with_user(self.support).has_access("read"))
        self.team.key_account_support_ids = False
        self.team.key_account_manager_ids = self.other_manager
        self.team.user_id = False
        self.env.flush_all()
        for user, reads in (
            (self.support, False),
            (self.manager, False),
            (self.other_manager, True),
            (self.colleague, False),
            (self.director, True),
        ):
            self.assertEqual(entry.with_user(user).has_access("read"), reads)
        with self.assertRaises(AccessError):
            entry.with_user(self.colleague).read(["name"])


@tagged("post_install", "-at_install")
class TestReportLookedAt(KeyAccountCommon, HttpCase):
    def test_it_is_written_by_typing_alone(self):
        """Another tab, or a page that is left, hides the form: looked at, it is no
        report yet; what was typed is kept."""
        self.start_tour(
            "/odoo/action-key_account.canvass_today_action",
            "key_account_report_looked_at",
            login="ka_specialist",
        )
        self.env.invalidate_all()
        day = self.env["key.account.canvass.day"].search(
            [("user_id", "=", self.specialist.id)]
        )
        self.assertEqual(day.environment, "Road works before the gate.")
