"""Who is the same, and what is covered: examples, and what holds for all."""

import random
from datetime import date, timedelta

from odoo.tests import TransactionCase, tagged

from ..rules import canvass


@tagged("post_install", "-at_install")
class TestRulesCanvass(TransactionCase):
    def test_names(self):
        same = (
            "Lucky Hardware Co., Ltd.",
            "LUCKY  hardware co ltd",
            "ＬＵＣＫＹ Hardware（Co）Ltd",
        )
        self.assertEqual(len({canvass.name_key(name) for name in same}), 1)
        self.assertEqual(canvass.name_key("东门 五金·店"), "东门五金店")
        self.assertNotEqual(canvass.name_key("Lucky 1"), canvass.name_key("Lucky 2"))
        self.assertEqual(canvass.name_key(None), "")

    def test_the_database_makes_the_same_key(self):
        names = (
            "Lucky (Hardware) Co., Ltd.",
            "ＡＢＣ　五金",
            "A-B/C_D & E",
            "东门·五金",
        )
        for name in names:
            self.env.cr.execute(
                f"SELECT {canvass.NAME_SQL} FROM (VALUES (%s)) v(name)", [name]
            )
            self.assertEqual(self.env.cr.fetchone()[0], canvass.name_key(name))

    def test_phones(self):
        for number in (
            "021-5432 1098",
            "+86 21 5432 1098",
            "0086 21 54321098",
            "021-54321098 ext. 8",
        ):
            self.assertEqual(canvass.phone_key(number, 86), "2154321098", number)
        self.assertEqual(canvass.phone_key("+49 89 1234567", 86), "49891234567")
        self.assertEqual(canvass.phone_key("110", 86), "")
        self.assertIn("+862154321098", canvass.phone_spellings("2154321098", 86))

    def test_properties(self):
        rng = random.Random(11)
        for _turn in range(200):
            day = date(2026, 1, 1) + timedelta(days=rng.randrange(4000))
            monday = canvass.week_start(day)
            self.assertEqual(monday.weekday(), 0)
            self.assertTrue(timedelta() <= day - monday < timedelta(days=7))
            total = rng.randrange(1, 500)
            covered = rng.randrange(total + 1)
            share = canvass.coverage(covered, total)
            self.assertTrue(0 <= share <= 100)
            self.assertEqual(share == 100, covered == total)
            digits = "1" + "".join(rng.choice("0123456789") for _n in range(10))
            spaced = " ".join(digits)
            self.assertEqual(
                canvass.phone_key(digits, 86), canvass.phone_key(spaced, 86)
            )
            self.assertEqual(
                canvass.phone_key(f"+86{digits}", 86), canvass.phone_key(digits, 86)
            )
        self.assertEqual(canvass.coverage(0, 0), 0)
