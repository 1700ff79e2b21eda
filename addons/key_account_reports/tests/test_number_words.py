from odoo.tests import TransactionCase, tagged
from odoo.tools import format_amount, formatLang

from ..models.number_words import NumberWords

NUMBERS = (0, 1, -1, 0.5, 1.005, 2.5, 999.995, -1234567.891, 1e9, 12345678.5, -0.004)


@tagged("post_install", "-at_install")
class TestNumberWords(TransactionCase):
    """What is written for many at once is what Odoo writes of each."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.languages = ("en_US", "zh_CN", "de_DE", "fr_FR")
        langs = cls.env["res.lang"]
        for code in cls.languages:
            langs._activate_lang(code) or langs._create_lang(code)
        langs._lang_get("zh_CN").grouping = "[3,2,0]"

    def test_numbers(self):
        for code in (*self.languages, None):
            env = self.env(context={"lang": code})
            words = NumberWords(env)
            for number in NUMBERS:
                for digits in (0, 1, 2):
                    self.assertEqual(
                        words.number(number, digits),
                        formatLang(
                            env, number, digits=digits, rounding_method="HALF-UP"
                        ),
                        (code, number, digits),
                    )

    def test_amounts(self):
        names = ("USD", "CNY", "JPY", "EUR")
        currencies = self.env["res.currency"].with_context(active_test=False)
        currencies = currencies.search([("name", "in", names)])
        self.assertEqual(len(currencies), len(names))
        currencies[0].position = "before"
        currencies[1].position = "after"
        for code in self.languages:
            env = self.env(context={"lang": code})
            words = NumberWords(env)
            for currency in currencies:
                for number in NUMBERS:
                    self.assertEqual(
                        words.amount(number, currency),
                        format_amount(env, number, currency),
                        (code, currency.name, number),
                    )

    def test_the_language_is_looked_up_once(self):
        words = NumberWords(self.env)
        currency = self.env.company.currency_id
        words.amount(1.0, currency)
        with self.assertQueryCount(0):
            for number in range(100):
                words.amount(number, currency)
                words.number(number, 2)
