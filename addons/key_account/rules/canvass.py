"""Canvassing (chapter 04): who is the same, what is covered, which week a day is of.

Plain text and days in, keys and figures out; without an environment.
"""

import re
import unicodedata
from datetime import timedelta

# What is dropped of a name; ``NAME_SQL`` is the same key of a column ``name``.
_GAPS = '[[:space:].,，。、·•’"()（）&＆_/|-]+'
NAME_SQL = f"lower(regexp_replace(normalize(name, NFKC), '{_GAPS}', '', 'g'))"
_GAP = re.compile(_GAPS.replace("[:space:]", r"\s"))
# An extension is of the desk, not of the company.
_EXTENSION = re.compile(r"(?:ext\.?|转|分机|x|#)\s{0,9}\d{0,9}$", re.IGNORECASE)
# Shorter numbers (hot lines, extensions) are those of many.
_SHORTEST = 7


def name_key(name):
    """What two ways of writing a company's name have in common: no spaces, no
    punctuation, no capitals, no full-width letters.

    >>> name_key("Lucky Hardware (Shanghai) Co., Ltd."), name_key("ＡＢＣ 五金")
    ('luckyhardwareshanghaicoltd', 'abc五金')
    """
    return _GAP.sub("", unicodedata.normalize("NFKC", name or "")).lower()


def phone_key(number, country_code=""):
    """The digits of a telephone number without the country's own code, the zero before
    the area, and an extension; empty where it is too short to tell anybody apart.

    :param country_code: of the company's country, as digits or a number

    >>> phone_key("021-5432 1098 转 8", 86), phone_key("+86 21 5432 1098", "86")
    ('2154321098', '2154321098')
    """
    text = unicodedata.normalize("NFKC", number or "").strip()
    text = _EXTENSION.sub("", text)
    digits = "".join(each for each in text if each.isdecimal() and each.isascii())
    code = str(country_code or "")
    international = text.startswith("+") or digits.startswith("00")
    digits = digits.lstrip("0") if international else digits
    if code and international and digits.startswith(code):
        digits = digits[len(code) :]
    digits = digits.lstrip("0")
    return digits if len(digits) >= _SHORTEST else ""


def phone_prefixes(country_code=""):
    """What Odoo puts before such a key: our country's code, or that of another one,
    which the key has in it."""
    return [f"+{country_code}", "+"] if country_code else ["+"]


def phone_spellings(key, country_code=""):
    """How Odoo may have stored the number of this key."""
    return [prefix + key for prefix in phone_prefixes(country_code)] if key else []


def vat_key(number):
    """A tax number without spaces and punctuation, in capitals."""
    return "".join(filter(str.isalnum, number or "")).upper()


def coverage(covered, total):
    """How much of a market is covered, in percent (0–100); nothing of nothing is 0."""
    return 100.0 * covered / total if total else 0.0


def week_start(day):
    """The Monday of the week that a day is of."""
    return day - timedelta(days=day.weekday())
