"""What a year with an account is expected to bring, and what it brought.

All amounts are in one currency, that of the company; percentages are from 0 to 100.
Nothing is rounded here but the noise of floats.
"""

from .value_class import percent

# What an account costs besides what its goods do.
COSTS = ("stock_interest", "staff", "travel", "service", "overhead")
# From this share of its target on, an objective is reached in part.
PARTLY = 80.0


def contribution(margin, costs):
    """What is left of the margin when the account's own costs are paid."""
    return margin - sum(costs)


def expected_value(margin, costs, risk):
    """The contribution that is expected: the risk factor takes its share of the margin,
    while the costs are spent whether the margin comes or not.

    :param risk: share of the margin that is expected not to come, in percent
    :raises ValueError: for a risk factor outside 0 to 100
    """
    if not 0.0 <= risk <= 100.0:
        raise ValueError(f"{risk!r} is not between 0 and 100 percent")
    # A loss does not become smaller by being uncertain.
    lost = max(margin, 0.0) * risk / 100.0
    return contribution(margin - lost, costs)


def share(part, whole):
    """A part in percent of the whole, None where the whole is not known."""
    return percent(part, whole) if whole and whole > 0.0 else None


def outcome(target, result):
    """``"reached"``, ``"partly"`` or ``"missed"``: more than the target is reached as
    well; without a target, whatever came is."""
    if result >= target:
        return "reached"
    return "partly" if (share(result, target) or 0.0) >= PARTLY else "missed"


def year_label(first, last):
    """How a fiscal year is called: 2026, or 2026/27 where it ends in the next."""
    if first.year == last.year:
        return str(first.year)
    return f"{first.year}/{last.year % 100:02d}"
