"""Terms of payment as a customer words them, beside those of a quotation.

Words cannot be compared; the figures in them can. Source: list of what a quotation has
to say, "payment terms".
"""

import re

# A number with its unit; after "net" also without one, as 30 in "net 30", "n/30". What
# may stand between is bounded, so that a text is read in the time its length takes.
_TIMES = re.compile(
    r"(\b(?:net|n\s?/)[\s-]{0,3})?(?<!\d)(\d{1,4})(?!\d)"
    r"(?:\)?[\s-]{0,3}个?(?:calendar|working|business|net|自然|工作|个)?[\s-]{0,3}"
    r"(days?\b|d\b|天|日|Tage?\b|weeks?\b|周|星期|months?\b|月)"
    r"|(?!\s{0,3}[%％]|[.,]\d))",
    re.IGNORECASE,
)
_PERCENT = re.compile(r"(?<!\d)(?<!\d[.,])(\d{1,3}(?:[.,]\d{1,9})?)\s{0,3}[%％]")
# Paid before anything is delivered: in no days, and not "no prepayment".
_IN_ADVANCE = re.compile(
    r"(?<!\bno )(?<!\bwithout )(?<![无不免])"
    r"(?:\bin advance\b|\bup\s?-?front\b|\bprepa(?:id|yment)\b|预付|预收|款到发货"
    r"|先款后货|\bim Voraus\b|\bVorkasse\b)",
    re.IGNORECASE,
)
# Payment terms count a month as thirty days.
_LONGER = {"w": 7, "周": 7, "星": 7, "m": 30, "月": 30}


def figures(words):
    """(days, percentages) that stand in these words, as sets of numbers.

    >>> sorted(figures("2 % within 10 days, net 2 months")[0])
    [10, 60]
    """
    days = {
        int(number) * _LONGER.get(unit[:1].lower(), 1)
        for net, number, unit in _TIMES.findall(words or "")
        if net or unit
    }
    return days, {_number(written) for written in _PERCENT.findall(words or "")}


def contradicts(words, parts, discount=None):
    """Whether what was asked for says something else than a payment term does.

    Days that the term does not know, or a longest wait that it does not grant, or does
    not ask for; parts in percent that it has not, or has, where the words know of one
    payment only. Words without figures contradict nothing.

    Example: "60 days after delivery" is contradicted by 30 % at once and the balance in
    60 days, and by 45 days; not by 60 days. "2 % within 10 days, net 30" is what a term
    of 30 days says that takes 2 % off within 10. "100 % in advance" is contradicted by
    30 days, as "30 % in advance" is where nothing is due at once.

    :param parts: list of (percent or None for an amount, days) of the payment term
    :param discount: (percent, days) of the term for paying early, None for none
    """
    days, _percent = figures(words)
    percent = _PERCENT.findall(words or "")
    early = bool(_IN_ADVANCE.search(words or ""))
    if not parts or not (days or percent or early):
        return False
    if discount and _says(percent, discount[0]):
        # What is taken off for paying early is no part of the price to be paid.
        percent = [each for each in percent if not _says([each], discount[0])]
        days -= {discount[1]} - {wait for _share, wait in parts}
        early = False
        if not (days or percent):
            return False
    term_days = {wait for _share, wait in parts}
    shares = [share for share, _wait in parts if share is not None]
    if early and (percent or not days):
        whole = not days and all(_says([each], 100.0) for each in percent)
        if 0 not in term_days or (whole and term_days != {0}):
            return True
        if not (days or percent):
            return False
    if days and (not days <= term_days or max(days) != max(term_days)):
        return True
    if percent:
        # The last part is what is left of the whole, and need not be said.
        return not all(
            any(_says([each], share) for share in [*shares, 100.0]) for each in percent
        )
    return len(parts) > 1


def prepaid(parts, percent):
    """The parts of a payment term where so much is paid before it is an order.

    >>> prepaid([(100.0, 30)], 30.0), prepaid([(40.0, 0), (60.0, 30)], 100.0)
    ([(30.0, 0), (70.0, 30)], [(100.0, 0)])
    """
    left = 1.0 - percent / 100.0
    if left <= 0.0:
        return [(100.0, 0)]
    rest = [(share if share is None else share * left, wait) for share, wait in parts]
    return [(percent, 0), *rest]


def _number(written):
    return float(written.replace(",", "."))


def _says(percent, share):
    """Whether a share stands among these percentages, as many decimals as are written:
    a third is 33 %, and 33.33 %."""
    return any(
        abs(share - _number(written))
        <= 0.5 * 10.0 ** -len(written.replace(",", ".").partition(".")[2]) + 1e-9
        for written in percent
    )
