"""What makes evidence, by example and by property."""

import itertools
from datetime import date, timedelta

from markupsafe import Markup

from odoo.tests import BaseCase, tagged

from ..rules import evidence

INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u3164\u115f\u2800\u00a0 \t\n\x00"


@tagged("post_install", "-at_install")
class TestRulesEvidence(BaseCase):
    def test_nobody_is_no_signer(self):
        for name in ("", None, 5, INVISIBLE, *INVISIBLE, "-", "...", "12"):
            self.assertEqual(evidence.signer(name), "", repr(name))

    def test_a_name_is_kept_as_it_is(self):
        for name in ("王芳", "Jean-Luc O’Neill", "محمد", "李 Li"):
            self.assertEqual(evidence.signer(name), name)
            self.assertEqual(evidence.signer(INVISIBLE + name + INVISIBLE), name)

    def test_what_is_said(self):
        self.assertEqual(evidence.said(INVISIBLE), "")
        self.assertEqual(evidence.said(" 12! "), "12!")
        self.assertEqual(evidence.said("Wa\0ng"), "Wang")
        for text in ("a", "a\u200bb", "  a\n b "):
            self.assertEqual(evidence.said(evidence.said(text)), evidence.said(text))

    def test_tags_are_taken_off_as_one_after_the_other(self):
        """Also where one never ends, of which nothing is looked for."""
        parts = ("<", ">", "<!--", "-->", "a", " ", "<b>", "</b>")
        for picked in itertools.product(parts, repeat=5):
            page = "".join(picked)
            self.assertEqual(
                evidence._without_tags(page), evidence._TAG.sub("", page), page
            )
        self.assertTrue(evidence.says_nothing("<!-- >" * 30_000, True))
        self.assertTrue(evidence.says_nothing(Markup("<p>&nbsp;<br/></p>"), True))

    def test_what_no_column_holds(self):
        self.assertEqual(evidence.storable("a\0b\ud800c\udfff"), "abc")
        for text in ("", "王\n", "\U0001f600", "a\u200bb"):
            self.assertEqual(evidence.storable(text), text)
        number = "<p>&#" + "9" * 5000 + ";</p>"
        self.assertFalse(evidence.says_nothing(number, True), "shown as a mark")
        self.assertTrue(evidence.says_nothing("<p>&#0008203;</p>", True))

    def test_a_possible_day_lies_between_quotation_and_today(self):
        first, today = date(2026, 3, 1), date(2026, 3, 9)
        for days in range(-3, 15):
            day = first + timedelta(days=days)
            wrong = evidence.why_impossible(day, first, today)
            expected = "early" if day < first else "late" if day > today else None
            self.assertEqual(wrong, expected, day)
        self.assertEqual(
            evidence.why_impossible(date(2062, 1, 1), first, today), "late"
        )

    def test_a_file_is_a_pdf_by_its_header(self):
        self.assertTrue(evidence.is_pdf(b"%PDF-1.7 ..."))
        for content in (b"", b"PDF", b"<html>", b" " * 2000 + b"%PDF-1.7"):
            self.assertFalse(evidence.is_pdf(content))

    def test_quantities_are_numbers(self):
        for value in (0, 1, 2.5, "3"):
            self.assertTrue(evidence.is_quantity(value))
        for value in (None, True, -1, "many", {}, float("nan"), float("inf")):
            self.assertFalse(evidence.is_quantity(value))
