"""Terms of payment as a customer words them, beside those of a quotation.

Words cannot be compared; the figures in them can. Source: list of what a quotation has
to say, "payment terms".
"""

import re

_DAYS = re.compile(r"(\d+)[\s-]*(?:days?\b|d\b|天|日|个工作日|Tage?\b)", re.IGNORECASE)
_PERCENT = re.compile(r"(\d+(?:[.,]\d+)?)\s*[%％]")


def figures(words):
    """(days, percentages) that stand in these words, as sets of numbers."""
    days = {int(number) for number in _DAYS.findall(words or "")}
    percent = {
        float(number.replace(",", ".")) for number in _PERCENT.findall(words or "")
    }
    return days, percent


def contradicts(words, parts):
    """Whether what was asked for says something else than a payment term does.

    Days that the term does not know, or a longest wait that it does not grant, or does
    not ask for; parts in percent that it has not, or has, where the words know of one
    payment only. Words without figures contradict nothing.

    Example: "60 days after delivery" is contradicted by 30 % at once and the balance in
    60 days, and by 45 days; not by 60 days.

    :param parts: list of (percent or None for an amount, days) of the payment term
    """
    days, percent = figures(words)
    if not parts or not (days or percent):
        return False
    term_days = {wait for _share, wait in parts}
    shares = {share for share, _wait in parts if share is not None}
    if days and (not days <= term_days or max(days) != max(term_days)):
        return True
    if percent:
        # The last part is what is left of the whole, and need not be said.
        return not percent <= shares | {100.0}
    return len(parts) > 1
