"""How satisfied customers are: who is asked, when again, what the answers come to.

Source: chapter "After the signature". Plain Python: days are dates, moments datetimes.
"""

from datetime import timedelta
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

MARKS = (1, 2, 3, 4, 5)

# Why somebody is not asked; and what is done next about an unanswered survey.
ARCHIVED, NO_MAIL, COLLEAGUE, BLOCKED = "archived", "no_mail", "colleague", "blocked"
RUNNING, WAVE, TWICE = "running", "wave", "twice"
STRANGER = "stranger"
EXPIRE, REMIND = "expire", "remind"


class Contact(NamedTuple):
    """Somebody at the customer, as far as asking them goes."""

    id: int
    address: str | None
    active: bool = True
    blocked: bool = False
    colleague: bool = False
    # A survey is open for them; they were asked in this wave.
    running: bool = False
    in_wave: bool = False
    # They have nothing to do with what is asked about.
    stranger: bool = False


def chosen(people):
    """Ids of those whom a survey goes to: who is marked for it; where nobody is, who
    decides.

    :param people: iterable of (id, marked, whether they decide)

    >>> chosen([(1, False, True), (2, True, False)]), chosen([(1, False, True)])
    ([2], [1])
    """
    people = list(people)
    marked = [id_ for id_, is_marked, _decides in people if is_marked]
    return marked or [id_ for id_, _marked, decides in people if decides]


def reasons(contacts):
    """``{id: why they are not asked}``, None where they can be; two with one address
    are asked once.

    >>> reasons([Contact(1, "a@b"), Contact(2, "a@b"), Contact(3, None)])
    {1: None, 2: 'twice', 3: 'no_mail'}
    """
    found, seen = {}, set()
    for contact in contacts:
        found[contact.id] = why = _reason(contact, seen)
        if not why:
            seen.add(contact.address)
    return found


def _reason(contact, seen):
    for holds, why in (
        (contact.stranger, STRANGER),
        (not contact.active, ARCHIVED),
        (not contact.address, NO_MAIL),
        # Nobody of ours answers for the customer.
        (contact.colleague, COLLEAGUE),
        (contact.blocked, BLOCKED),
        (contact.running, RUNNING),
        (contact.in_wave, WAVE),
        (contact.address in seen, TWICE),
    ):
        if holds:
            return why
    return None


def is_due(today, last, months):
    """Whether an account is asked (again); zero months are never.

    :param last: day on which it was asked last, None for never
    """
    if months <= 0:
        return False
    return last is None or last + relativedelta(months=months) <= today


def next_act(today, expires_on, mailed_on, reminders, most, every, reachable):
    """What is to be done about a survey that is not answered: ``expire``, ``remind`` or
    None. It can be answered on its last day.

    :param mailed_on: day of the last mail about it
    :param reminders: how many went out; ``most`` are allowed, ``every`` so many days
    :param reachable: whether the contact still takes mail from us
    """
    if today > expires_on:
        return EXPIRE
    if not reachable or reminders >= most:
        return None
    return REMIND if mailed_on + timedelta(days=max(every, 1)) <= today else None


def is_low(marks, threshold):
    """Whether these marks call for somebody to look into it: one of them is at or below
    the threshold, or their mean is, which is so only if one of them is. Threshold zero
    is never.

    >>> is_low([5, 5, 2], 2), is_low([3, 3, 3], 2), is_low([], 2)
    (True, False, False)
    """
    return min(marks, default=MARKS[-1] + 1) <= threshold


def rate(answered, sent):
    """Response rate in per cent; None where nobody was asked.

    >>> rate(3, 4), rate(0, 0)
    (75.0, None)
    """
    return 100.0 * answered / sent if sent else None
