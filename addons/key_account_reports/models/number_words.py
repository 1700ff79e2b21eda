"""Numbers in words, as the reader's language writes them, for many at once."""

from ast import literal_eval

from odoo.tools import float_round
from odoo.tools.misc import get_lang

from odoo.addons.base.models.res_lang import intersperse


class NumberWords:
    """Writes numbers as Odoo's ``formatLang`` and ``format_amount`` do. These look the
    language up with each number; this does once, for all numbers of a list."""

    def __init__(self, env):
        language = get_lang(env)
        self.point = language.decimal_point
        self.grouping = literal_eval(language.grouping)
        self.separator = language.thousands_sep or ""

    def number(self, value, digits):
        rounded = float_round(
            value, precision_digits=digits, rounding_method="HALF-EVEN"
        )
        return self._grouped(rounded, digits)

    def amount(self, value, currency):
        """An amount with the currency's sign, held together as one word."""
        text = self._grouped(currency.round(value), currency.decimal_places)
        text = text.replace(" ", "\N{NO-BREAK SPACE}")
        text = text.replace("-", "-\N{ZERO WIDTH NO-BREAK SPACE}")
        sign = currency.symbol or ""
        words = (sign, text) if currency.position == "before" else (text, sign)
        return "\N{NO-BREAK SPACE}".join(words)

    def _grouped(self, value, digits):
        whole, _point, rest = f"{value:.{digits}f}".partition(".")
        whole = intersperse(whole, self.grouping, self.separator)[0]
        return f"{whole}{self.point}{rest}" if rest else whole
