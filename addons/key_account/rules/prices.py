"""Prices as they are compared: breaks by quantity, and what rounding explains.

Source: overview, "Money has a currency, a date and a rounding": two percentages are
equal when the rounding of a price to its decimals explains the difference. Chapter
"Authority limits, sign-off and evidence", section "Dimensions". All prices of one
comparison are in one currency, per one unit.

A *table* is what a price list says of one product: a number, None where it says
nothing, or rows ``[from quantity, price]``, lowest first, the first from None on; as
JSON keeps it.
"""

import math
from dataclasses import dataclass

# Half a step of rounding may be this much of a price, and no more: of a price that is
# only a few steps high, a step is a discount.
_FINE = 0.005
# What a price may be changed by without anybody measuring it: five thousandths
# of a percent.
_UNNOTICED = 0.00005
# Floats of one value differ by this much of a step.
_NOISE = 1e-6


def table_of(rows):
    """The shortest table that says the same as ``rows``, one of which begins at
    None."""
    kept = []
    for start, price in sorted(rows, key=lambda row: (row[0] is not None, row[0] or 0)):
        if not kept or kept[-1][1] != price:
            kept.append([start, price])
    return kept[0][1] if len(kept) == 1 else kept


def has_breaks(table):
    """Whether the price hangs on the quantity."""
    return isinstance(table, (list, tuple))


def price_at(table, quantity):
    """The price for a quantity, in the unit that the breaks are in."""
    if not has_breaks(table):
        return table
    return [price for start, price in table if start is None or start <= quantity][-1]


def each_price(table, change):
    """The table with ``change(price)`` in place of each price."""
    if has_breaks(table):
        return table_of([(start, each_price(price, change)) for start, price in table])
    return None if table is None else change(table)


def is_on(step, price):
    """Whether a price is a multiple of a step."""
    return abs(price / step - round(price / step)) <= max(_NOISE, 1e-12 * price / step)


def rounding_of(price, reference, steps):
    """How far below what was meant a price may lie because it was rounded: half the
    step that it was rounded to; nothing where it does not stand on one.

    Prices are rounded to the decimals that prices are kept with, or to those of their
    currency. Such a step counts where half of it is no more than half a percent of the
    reference price; the finest also where the reference price stands on it itself, as
    list prices do, but not one that was converted.

    Example: 1.06 for 1.12, in steps of 0.01: 0.005. 0.072 for 0.08: nothing, for it was
    not rounded. 0.04 for 0.0462: nothing, a step is a fifth of the price.

    :param steps: e.g. 0.01 for prices with two decimals
    """
    if price <= 0.0 or not reference or reference <= 0.0:
        return 0.0
    steps = sorted(step for step in set(steps) if step > 0.0)
    counted = [
        step
        for step in steps
        if is_on(step, price)
        and (
            step / 2.0 <= _FINE * reference
            or (step == steps[0] and is_on(step, reference))
        )
    ]
    return max(counted, default=0.0) / 2.0


def written(price, step):
    """A price rounded as prices are written: to a step, or to a finer one where that
    step would be too much of it (:func:`rounding_of`)."""
    if step / 2.0 > _FINE * abs(price):
        finest = step / 1e6
        while step / 2.0 > _UNNOTICED * abs(price) and step > finest:
            step /= 10.0
    digits = max(round(-math.log10(step)) + 1, 0)
    return round(math.floor(price / step + 0.5 + _NOISE) * step, digits)


@dataclass(frozen=True)
class Part:
    """A line in what its rounding explains: its net and reference value, how far its
    total was rounded, and how far its unit price times its quantity."""

    net: float
    reference: float
    total_rounding: float = 0.0
    price_rounding: float = 0.0


def is_rounded_from(parts, limit):
    """Whether these lines lie beyond a discount in % by rounding alone.

    A line that its own rounding brought to the other side of the limit counts as
    standing at the limit. What the others' prices were rounded by is no room for
    whatever else makes the order cheaper; their totals were all rounded.
    """
    if not parts:
        return False
    share = 1.0 - limit / 100.0
    short = room = 0.0
    for part in parts:
        own = part.reference * share - part.net
        if not 0.0 < own or not _is_less(
            own, max(part.total_rounding, part.price_rounding)
        ):
            short += own
            room += part.total_rounding
    return short <= 0.0 or _is_less(short, room)


def _is_less(one, other):
    # Exactly half a step is rounded up: who lies there has not been rounded.
    return one < other * (1.0 - _NOISE)
