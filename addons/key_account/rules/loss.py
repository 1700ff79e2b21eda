"""Who has not ordered for so long that a manager is asked what they are now (chapter
05, "Loss").

Months are those of the calendar: without an order since 31 August, six months are over
on 28 February. Nothing changes by itself: a manager says what a customer is.
"""

from dateutil.relativedelta import relativedelta

LOST, DORMANT = "lost", "dormant"
# What may be asked about an account in this state, the graver first. A trial is passed
# or lost: who is on trial has not been a customer who could rest.
MAY_BECOME = {
    "trial": (LOST,),
    "active": (LOST, DORMANT),
    "dormant": (LOST,),
}


def proposed(state, since, today, months):
    """Return ``(what the account is proposed to be, after how many months)``, or None.

    :param state: of the account
    :param since: day of the last order, or the one from which they count without any
    :param today: where the company works
    :param months: ``{"dormant": n, "lost": n}`` of the policy; 0 is never
    """
    if since is None:
        return None
    for kind in MAY_BECOME.get(state, ()):
        limit = months.get(kind) or 0
        if limit > 0 and since + relativedelta(months=limit) <= today:
            return kind, limit
    return None


def counted_from(last_order, revived, opened):
    """Return from which day on somebody has been without an order.

    A decision that they are a customer (again) starts to count anew; the opening of the
    file does only for who never ordered.

    :param last_order: day of the last confirmed order, None without any
    :param revived: day on which they last became a customer or came on trial, or None
    :param opened: day on which the file was opened
    """
    return max(filter(None, (last_order, revived)), default=opened)


def full_months(since, today):
    """Return how many months are over since that day."""
    gone = relativedelta(today, since)
    return max(12 * gone.years + gone.months, 0)
