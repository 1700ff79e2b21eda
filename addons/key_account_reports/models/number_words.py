"""Numbers in words, as the reader's language writes them, for many at once."""

from ast import literal_eval

from odoo.tools import float_round
from odoo.tools.misc import get_lang

from odoo.addons.base.models.res_lang import intersperse
from odoo.addons.key_account.models.shared.label import labelled

from ..rules import kpi as rules


class NumberWords:
    """Writes numbers as Odoo's ``formatLang`` and ``format_amount`` do. These look the
    language up with each number; this does once, for all numbers of a list."""

    def __init__(self, env):
        language = get_lang(env)
        self.point = language.decimal_point
        self.grouping = literal_eval(language.grouping)
        self.separator = language.thousands_sep or ""
        self.currencies = {}

    def number(self, value, digits):
        # As numbers are rounded where they are kept: what is read twice reads the same.
        rounded = float_round(value, precision_digits=digits)
        return self._grouped(rounded, digits)

    def amount(self, value, currency):
        """An amount with the currency's sign, held together as one word."""
        if currency not in self.currencies:
            sign = (currency.symbol or "", currency.position == "before")
            self.currencies[currency] = (currency.decimal_places, *sign)
        digits, sign, before = self.currencies[currency]
        text = self._grouped(currency.round(value), digits)
        text = text.replace(" ", "\N{NO-BREAK SPACE}")
        text = text.replace("-", "-\N{ZERO WIDTH NO-BREAK SPACE}")
        words = (sign, text) if before else (text, sign)
        return "\N{NO-BREAK SPACE}".join(words)

    def _grouped(self, value, digits):
        whole, _point, rest = f"{value:.{digits}f}".partition(".")
        whole = intersperse(whole, self.grouping, self.separator)[0]
        return f"{whole}{self.point}{rest}" if rest else whole


class FigureWords:
    """Writes the figures of one KPI in one currency: what kind they are, and in which
    unit, is looked up once for all of them. Of no KPI there is nothing to write.

    :param words: ``NumberWords`` of the reader's language
    """

    def __init__(self, kpi, currency, words):
        self.env, self.currency, self.words = kpi.env, currency, words
        self.kind, self.unit, self.apart = kpi.kind, kpi.unit, kpi.aside_label
        self.at_most = kpi.lower_is_better

    def part(self, column, number):
        """A numerator or denominator; nothing where the kind has none."""
        if not self.kind or self.kind in rules.WITHOUT_PARTS:
            return ""
        if column == "denominator" and self.kind in rules.WITHOUT_DENOMINATOR:
            return ""
        if column == "denominator" and self.kind == "mean":
            return self.words.number(number, 0)
        return self._in_unit(number)

    def aside(self, number, n):
        """What is shown apart. Beside a mean stand those that were asked for a number
        and gave none: the rate at which they did says more.

        :param n: how many records were counted
        """
        if not (number or self.kind == "mean" and n) or not self.apart:
            return ""
        if self.kind == "mean":
            rate = self.words.number(rules.ratio(n, n + number), 1)
            return labelled(self.env, self.apart, f"{rate} %")
        return labelled(self.env, self.apart, self._in_unit(number))

    def value(self, number):
        """A value with its unit: 75.0 %, 12.5 days, ¥ 3,000."""
        if self.kind in ("plan", "ratio"):
            return f"{self.words.number(number, 1)} %"
        text = self._in_unit(number)
        if self.unit == "days":
            return self.env._("%s days", text)
        if self.unit == "hours":
            return self.env._("%s h", text)
        return text

    def target(self, number):
        """What a value is scored against, as exactly as it is kept: 95 %, or where less
        is better, ≤ 5 %. Nothing is said where nothing is scored against it."""
        if not self.kind or self.kind == "judged":
            return ""
        if not number and not (self.at_most and self.kind == "count"):
            return self.env._("n/a")
        if self.kind in ("plan", "ratio"):
            text = self._plain(number) + " %"
        else:
            text = self.value(number)
        return f"≤ {text}" if self.at_most else text

    def target_unit(self):
        """What a target is counted in: that of a ratio in per cent."""
        if self.kind == "ratio":
            return "%"
        if self.unit == "amount":
            return self.currency.symbol or self.currency.name
        if self.unit in ("days", "hours"):
            return self.env._("days") if self.unit == "days" else self.env._("hours")
        return ""

    def _in_unit(self, number):
        if self.unit == "amount":
            return self.words.amount(number, self.currency)
        return self._plain(number)

    def _plain(self, number):
        return self.words.number(number, 0 if float(number).is_integer() else 2)
