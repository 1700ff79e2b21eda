"""The room a letterhead takes, by example."""

from odoo.tests import TransactionCase, tagged

from ..rules import letterhead

FOUR = "<p>East Precision<br/>18 Harbour Road<br/>315000 Ningbo<br/>China</p>"


@tagged("post_install", "-at_install")
class TestRulesLetterhead(TransactionCase):
    def test_lines_as_printed(self):
        self.assertEqual(letterhead.printed_lines(FOUR), 4)
        self.assertEqual(letterhead.printed_lines("One\nTwo\n\n"), 2)
        self.assertEqual(letterhead.printed_lines(""), 0)
        # 45 characters, and 23 Chinese ones, take a second line.
        self.assertEqual(letterhead.printed_lines("x" * 44), 1)
        self.assertEqual(letterhead.printed_lines("x" * 45), 2)
        self.assertEqual(letterhead.printed_lines("江" * 22), 1)
        self.assertEqual(letterhead.printed_lines("江" * 23), 2)

    def test_four_lines_below_a_logo_need_more_than_odoo_leaves(self):
        self.assertEqual(letterhead.height(FOUR, True, 90), 65)
        self.assertEqual(letterhead.height(FOUR, False, 90), 43)
        self.assertGreater(letterhead.height(FOUR, True, 90), 52)

    def test_each_line_needs_more(self):
        heights = [
            letterhead.height("<br/>".join(["Road"] * lines), True, 90)
            for lines in range(1, 12)
        ]
        self.assertEqual(heights, sorted(set(heights)))

    def test_paragraphs_stand_apart(self):
        apart = letterhead.height("<p>One</p><p>Two</p>", False, 90)
        self.assertGreater(apart, letterhead.height("One<br/>Two", False, 90))
