"""How complete a customer's profile survey is (chapter 03, "Profile survey").

Only required questions count; an answer whose validity is over counts as missing.
"""

from typing import NamedTuple

from dateutil.relativedelta import relativedelta


class Item(NamedTuple):
    """One question as put to one account."""

    weight: float
    required: bool
    current: bool


def expiry(answered_on, validity_months):
    """Return the last day an answer counts, or None when it has no end."""
    if not answered_on or not validity_months or validity_months < 0:
        return None
    return answered_on + relativedelta(months=validity_months)


def is_current(answered, expires_on, today):
    """An answer counts until the day its validity ends, included."""
    return bool(answered) and (not expires_on or expires_on >= today)


def completeness(items):
    """Return the percentage (0–100) of required weight that is answered.

    Where nothing is required nothing is missing: 100.
    """
    required = [item for item in items if item.required and item.weight > 0]
    total = sum(item.weight for item in required)
    return share(sum(item.weight for item in required if item.current), total)


def share(given, total):
    """Return the weight given as a percentage (0–100) of the total; 100 of nothing."""
    return 100.0 * given / total if total else 100.0
