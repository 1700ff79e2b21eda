"""Rows of printed tables: which are kept whole, and with what."""

from odoo.tests import TransactionCase, tagged

from ..rules.print_row import in_tables, row_style

WHOLE = "page-break-inside: avoid;"
BROKEN = "page-break-inside: auto;"


@tagged("post_install", "-at_install")
class TestRulesPrintRow(TransactionCase):
    def test_a_row_is_whole_unless_it_fills_much_of_a_page(self):
        for texts, style in (
            ((), WHOLE),
            ((None, False, ""), WHOLE),
            (("Valve\nforged",), WHOLE),
            (("x" * 479,), WHOLE),
            (("x" * 480,), BROKEN),
            (("阀" * 239,), WHOLE),
            (("阀" * 240,), BROKEN),
            (("\n" * 13,), BROKEN),
            (("Valve", "x" * 480), BROKEN),
        ):
            self.assertEqual(row_style(*texts), style, texts)

    def test_a_heading_takes_its_first_row_along(self):
        heading, row, long = (True, "S"), (False, "x"), (False, "x" * 480)
        for rows, tables in (
            ([], [(0, 0, False)]),
            ([row, row], [(0, 2, False)]),
            ([heading, row], [(0, 2, True)]),
            ([row, heading, row, row], [(0, 1, False), (1, 3, True), (3, 4, False)]),
            ([heading, heading, row, row], [(0, 3, True), (3, 4, False)]),
            ([heading, row, heading, row], [(0, 2, True), (2, 4, True)]),
            ([row, heading], [(0, 2, False)]),
            ([heading, long, row], [(0, 2, False), (2, 3, False)]),
        ):
            self.assertEqual(in_tables(rows), tables, rows)
