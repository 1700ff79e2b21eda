"""What a cell of a spreadsheet answers: by example, and whatever the cell."""

import random
from contextlib import suppress
from datetime import date, timedelta

from odoo.tests import BaseCase, tagged

from ..rules import survey_text
from ..rules.survey_text import NO_CHOICE, NO_DATE, NO_NUMBER, NO_WHOLE, NoAnswer

YES_NO = {"Yes": "yes", "No": "no", "是": "yes", "否": "no"}


@tagged("post_install", "-at_install")
class TestRulesSurveyText(BaseCase):
    def refused(self, *args, **kwargs):
        with self.assertRaises(NoAnswer) as refusal:
            survey_text.read(*args, **kwargs)
        return refusal.exception.args[0]

    def test_examples(self):
        for text, kind, expected in (
            ("  Wang  ", "char", "Wang"),
            ("", "char", None),
            (False, "float", None),
            ("1,250.5", "float", 1250.5),
            ("1 250.5", "float", 1250.5),
            ("-3", "float", -3.0),
            ("12.0", "integer", 12.0),
            ("1998", "year", 1998.0),
            ("2026-03-09", "date", date(2026, 3, 9)),
            ("2026年3月9日", "date", date(2026, 3, 9)),
            ("2026-03-09 00:00:00", "date", date(2026, 3, 9)),
            ("yes", "boolean", "yes"),
            ("否", "boolean", "no"),
        ):
            with self.subTest(text=text, kind=kind):
                self.assertEqual(survey_text.read(text, kind, YES_NO), expected)
        german = {"point": ",", "group": "."}
        self.assertEqual(survey_text.read("1.250,5", "float", **german), 1250.5)
        self.assertEqual(survey_text.read("12.5", "float", **german), 12.5)

    def test_refusals(self):
        for text, kind, why in (
            ("many", "float", NO_NUMBER),
            ("nan", "float", NO_NUMBER),
            ("inf", "integer", NO_NUMBER),
            ("12.5", "integer", NO_WHOLE),
            ("1998.5", "year", NO_WHOLE),
            ("yesterday", "date", NO_DATE),
            ("2026-02-30", "date", NO_DATE),
            ("maybe", "boolean", NO_CHOICE),
            ("Steel", "selection", NO_CHOICE),
        ):
            with self.subTest(text=text, kind=kind):
                self.assertEqual(self.refused(text, kind, YES_NO), why)

    def test_what_is_written_is_read(self):
        chance = random.Random(20261128)
        for _turn in range(500):
            number = round(chance.uniform(-1e9, 1e9), 2)
            for text in (repr(number), f"{number:,.2f}"):
                self.assertEqual(survey_text.read(text, "float"), number)
            day = date(1990, 1, 1) + timedelta(days=chance.randrange(20000))
            self.assertEqual(survey_text.read(day.isoformat(), "date"), day)
            whole = chance.randrange(10**9)
            self.assertEqual(survey_text.read(str(whole), "integer"), whole)

    def test_nothing_else_is_raised(self):
        chance = random.Random(7)
        letters = "0123456789.,-+eE年月日 nafiy\u00a0/"
        for _turn in range(2000):
            text = "".join(chance.choices(letters, k=chance.randrange(9)))
            for kind in ("integer", "year", "float", "date", "boolean", "text"):
                with suppress(NoAnswer):
                    survey_text.read(text, kind, YES_NO)
