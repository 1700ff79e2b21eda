"""Words that show nothing, and questions taken away so that nothing is missing"""

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .attack_common import AttackCase
from .common import speak_chinese

OURS = ("key_account", "key_account_reports")
# What a company has switched on, as codes that its settings write.
CODES = {"res.company"}
# A space, a zero-width space, a word joiner, a filler of Hangul.
NOTHING = " \u200b\u2060\u3164"
EMPTY_PAGE = "<p>\u200b<br></p><p>&nbsp;&#8203;</p>"


@tagged("post_install", "-at_install")
class TestAttackSilence(AttackCase):
    def row(self, kind):
        return self.account.answer_ids.filtered(
            lambda row: row.required and row.answer_type == kind
        )[:1]

    def test_survey_answered_with_nothing(self):
        """Each question of the survey answered with characters that nobody sees, by
        write, web_save, import and the form's own field | specialist | unanswered:
        the file is as complete as before"""
        rows = self.account.answer_ids.filtered("required")
        texts = rows.filtered(lambda row: row.answer_type in ("char", "text"))
        self.assertGreater(len(texts), 5)
        for row in texts:
            name = f"value_{row.answer_type}"
            self.rpc(self.specialist, row, "write", {name: NOTHING})
            self.rpc(self.specialist, row, "web_save", {name: NOTHING}, {})
            self.rpc(
                self.specialist,
                row.browse(),
                "load",
                [".id", name],
                [[str(row.id), NOTHING]],
            )
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertFalse(texts.filtered("answered"))
        self.assertFalse(texts.filtered("answered_on"), "nobody said so on any day")
        self.assertEqual(self.account.profile_completeness, 0)
        self.rpc(
            self.specialist, texts[0], "write", {f"value_{texts[0].answer_type}": "5"}
        )
        self.env.flush_all()
        self.assertGreater(self.account.profile_completeness, 0)

    def test_question_taken_away(self):
        """unlink of rows of the survey that have no answer, or one, by RPC and by a
        command of the account | specialist, support, manager | refused: the file is as
        complete as before"""
        rows = self.account.answer_ids
        for user in (self.specialist, self.support, self.manager):
            for attempt in (
                lambda user=user: self.rpc(user, rows, "unlink"),
                lambda user=user: self.rpc(
                    user,
                    self.account,
                    "write",
                    {"answer_ids": [Command.delete(rows[0].id)]},
                ),
            ):
                with self.assertRaises(UserError):
                    attempt()
        self.assertEqual(self.account.answer_ids, rows)

    def test_question_taken_away_in_the_street(self):
        """unlink of questions of a dealer's survey; one question put, and answered, by
        itself | specialist, manager | refused; the others are asked, too"""
        questions = self.env["key.account.survey.question"].search(
            [("kind", "=", "dealer"), ("required", "=", True)]
        )
        plain = questions.filtered(lambda q: q.answer_type == "text")[:1]
        entry = self.env["key.account.canvass"].with_user(self.specialist)
        entry = entry.create({"name": "Corner"})
        row = self.rpc(
            self.specialist,
            self.env["key.account.canvass.answer"],
            "create",
            {"canvass_id": entry.id, "question_id": plain.id, "value": "Much"},
        )
        self.env.flush_all()
        self.assertEqual(entry.answer_ids.question_id & questions, questions)
        self.assertLess(entry.survey_completeness, 100)
        before = entry.survey_completeness
        with self.assertRaises(UserError):
            self.rpc(
                self.specialist,
                entry.answer_ids.filtered(lambda each: each.id != row),
                "unlink",
            )
        self.assertEqual(entry.survey_completeness, before)
        answer = entry.answer_ids.filtered("answered")
        self.rpc(self.specialist, answer, "write", {"value": NOTHING})
        self.assertFalse(answer.answered)

    def test_plan_of_nothing(self):
        """The plan of a deal whose objective, action or contingency shows nothing |
        specialist | refused, or the gate goes on asking"""
        lead = self.env["crm.lead"].with_user(self.specialist)
        lead = lead.create(
            {
                "name": "Deal",
                "type": "opportunity",
                "partner_id": self.customer.id,
                "team_id": self.team.id,
                "user_id": self.specialist.id,
            }
        )
        plans = self.env["key.account.plan"]
        values = {
            "name": "Plan",
            "kind": "deal",
            "key_account_id": self.account.id,
            "opportunity_id": lead.id,
            "contingency": "Another plant delivers.",
            "objective_ids": [Command.create({"name": "Win"})],
            "action_ids": [
                Command.create(
                    {
                        "name": "Call",
                        "user_id": self.specialist.id,
                        "date_due": "2030-01-01",
                    }
                )
            ],
        }
        for name in ("name", "objective_ids", "action_ids"):
            forged = {**values}
            if name == "name":
                forged[name] = NOTHING
            else:
                row = values[name][0][2]
                forged[name] = [Command.create({**row, "name": NOTHING})]
            with self.subTest(name), self.assertRaises(ValidationError):
                self.rpc(self.specialist, plans, "create", forged)
        plan = self.rpc(
            self.specialist, plans, "create", {**values, "contingency": NOTHING}
        )
        self.assertFalse(plans.browse(plan).contingency)
        with self.assertRaisesRegex(UserError, "ontingency"):
            self.rpc(self.specialist, lead, "action_next_step")

    def test_default_that_shows_nothing(self):
        """Words that show nothing as one's own default and as default_… of the context
        | specialist | left aside"""
        plans = self.env["key.account.plan"].with_user(self.specialist)
        self.env["ir.default"].with_user(self.specialist).set(
            "key.account.plan", "contingency", NOTHING, user_id=True
        )
        found = plans.with_context(default_situation=EMPTY_PAGE).default_get(
            ["contingency", "situation"]
        )
        self.assertFalse(any(found.values()), found)

    def test_no_text_of_ours_keeps_nothing(self):
        """Every text of every model of ours, and of ours on records of Odoo's |
        whoever writes | characters that nobody sees are no words"""
        count = 0
        for name in sorted(self.registry):
            model = self.env[name]
            if model._abstract or model._transient or not model._auto:
                continue
            if name in CODES:
                continue
            ours = model._original_module in OURS
            for field in model._fields.values():
                first = next(iter(field._modules), "")
                if field.type not in ("char", "text", "html") or not field.store:
                    continue
                if field.related or not (ours or first in OURS):
                    continue
                with self.subTest(field=field):
                    self.assertIn("_word_names", dir(model), field)
                    self.assertIn(field.name, model._word_names())
                    said = model._saying({field.name: NOTHING})
                    self.assertIs(said[field.name], False)
                count += 1
        self.assertGreater(count, 200)

    def test_words_of_another_language(self):
        """update_field_translations, web_override_translations of a name, a hint, with
        characters that nobody sees in one language | configuration | refused; the
        hint is that of the source"""
        speak_chinese(self.env)
        criterion = self.env["key.account.criterion"].create(
            {"name": "Growth", "hint": "In per cent", "company_id": self.company.id}
        )
        for method, *args in (
            ("update_field_translations", "name", {"zh_CN": NOTHING}),
            ("update_field_translations", "name", {"zh_CN": "增长", "en_US": NOTHING}),
            ("web_override_translations", {"name": NOTHING}),
        ):
            with self.assertRaises(ValidationError), self.env.cr.savepoint():
                self.rpc(self.configurator, criterion, method, *args)
        for words, shown in (("百分比\0", "百分比"), (NOTHING, "In per cent")):
            self.rpc(
                self.configurator,
                criterion,
                "update_field_translations",
                "hint",
                {"zh_CN": words},
            )
            criterion.invalidate_recordset()
            self.assertEqual(criterion.with_context(lang="zh_CN").hint, shown)

    def test_what_no_database_keeps(self):
        """The character zero, half a character, the number of none, in texts and
        pages, by write and as default | specialist | left out; no server error"""
        plan = self.env["key.account.plan"].with_user(self.specialist)
        plan = plan.create({"key_account_id": self.account.id, "kind": "year"})
        self.rpc(self.specialist, plan, "write", {"name": "A\0B\ud800"})
        self.assertEqual(plan.name, "AB")
        page = "<p>C&#" + "9" * 5000 + ";\0</p>"
        self.rpc(self.specialist, plan, "write", {"situation": page})
        self.env.flush_all()
        self.assertIn("C", plan.situation)
        context = {"default_contingency": "D\0"}
        found = plan.with_context(**context).default_get(["contingency"])
        self.assertEqual(found["contingency"], "D")

    def test_a_line_as_long_as_a_book(self):
        """The area of a market, the name of a brand, of ten thousand characters, which
        no index holds | specialist | refused with their name"""
        book = "".join(chr(0x4E00 + number % 5000) for number in range(10_000))
        for model, vals in (
            ("key.account.market", {"name": "North", "area": book}),
            ("key.account.brand", {"name": book}),
        ):
            with self.assertRaisesRegex(ValidationError, "at most 500 characters"):
                self.rpc(self.specialist, self.env[model], "create", vals)

    def test_what_shows_something_stays(self):
        """A dash, a digit, a picture, a table, words between blanks | specialist | kept
        as they are"""
        plan = self.env["key.account.plan"].with_user(self.specialist)
        plan = plan.create(
            {"key_account_id": self.account.id, "name": " A ", "kind": "year"}
        )
        picture = '<p><img src="/web/static/img/logo.png"></p>'
        for name, value in (
            ("name", "-"),
            ("name", "5"),
            ("situation", picture),
            ("situation", "<p>\u200bB</p>"),
        ):
            self.assertEqual(plan._saying({name: value}), {name: value})
