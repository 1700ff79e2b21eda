"""What a cell of a spreadsheet answers to a survey question (chapter 03).

Plain text in, the value of the question's type out; without an environment.
"""

import math
import re
from datetime import date

# Why a text is no answer to a question of this type.
NO_NUMBER = "number"
NO_WHOLE = "whole"
NO_DATE = "date"
NO_CHOICE = "choice"

_NUMBERS = ("integer", "year", "float")
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]00:00(?::00)?)?")


class NoAnswer(ValueError):
    """A text that answers nothing; ``args[0]`` says why."""


def read(text, answer_type, choices=None, point=".", group=","):
    """The answer that a text gives, or None where the cell is blank.

    :param choices: ``{what it may be called: value}`` of a choice, or of yes and no
    :param point: decimal separator of whoever wrote it
    :param group: what parts thousands

    >>> read(" 1,250.5 ", "float"), read("1250,5", "float", point=",", group=".")
    (1250.5, 1250.5)
    >>> read("2026/3/9", "date"), read("Ja", "boolean", {"ja": "yes"})
    (datetime.date(2026, 3, 9), 'yes')
    """
    text = str(text if text is not None and text is not False else "").strip()
    if not text:
        return None
    if answer_type in _NUMBERS:
        return _number(text, answer_type, point, group)
    if answer_type == "date":
        return _date(text)
    if answer_type in ("boolean", "selection"):
        called = {
            str(name).casefold(): value for name, value in (choices or {}).items()
        }
        if text.casefold() not in called:
            raise NoAnswer(NO_CHOICE)
        return called[text.casefold()]
    return text


def _number(text, answer_type, point, group):
    plain = re.sub(r"[\s\u00a0\u202f]", "", text)
    # A spreadsheet hands over numbers with a point, whatever its reader's language.
    if not re.fullmatch(r"[+-]?\d+(\.\d+)?", plain) or point == "." == group:
        plain = plain.replace(group, "") if group else plain
        plain = plain.replace(point, ".")
    try:
        number = float(plain)
    except ValueError:
        raise NoAnswer(NO_NUMBER) from None
    if not math.isfinite(number):
        raise NoAnswer(NO_NUMBER)
    if answer_type != "float" and number != int(number):
        raise NoAnswer(NO_WHOLE)
    return number


def _date(text):
    found = _DAY.fullmatch(text)
    try:
        return date(*map(int, found.groups()))
    except (AttributeError, ValueError):
        raise NoAnswer(NO_DATE) from None
