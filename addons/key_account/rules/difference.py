"""What changed since a quotation was last decided: the terms then, the terms now.

An approver who has accepted (or refused) a version before wants to see the difference,
not the whole again. Source: chapter "Authority limits, sign-off and evidence", section
"Approved envelope": "only the broken terms listed; the approver sees the difference".

Units as in :mod:`authority`; prices of lines are in the currency of the order.
"""

from dataclasses import dataclass

from .authority import DIMENSIONS, TOLERANCE

BETTER, WORSE, SAME = "better", "worse", "same"
ADDED, REMOVED, CHANGED = "added", "removed", "changed"
# What is compared of a line, in the order in which it is shown.
LINE_FIELDS = ("quantity", "unit", "price", "discount")
# Floats that went through JSON are equal; what was computed anew may differ by this.
EPSILON = 1e-6


@dataclass(frozen=True)
class TermChange:
    """A measured term that is no longer what it was; ``None`` is "not measurable"."""

    dimension: str
    scope: str
    before: float | None
    now: float | None
    direction: str


@dataclass(frozen=True)
class LineChange:
    """A line that came, went or changed. ``before`` and ``now`` are its frozen values,
    None where there was or is no such line; ``fields`` names what changed."""

    kind: str
    before: dict | None
    now: dict | None
    fields: tuple[str, ...] = ()


def term_changes(before, now):
    """Changes between two results of :func:`envelope.worst`, in the order of ``now``.

    A term that was measured only on one side is no change: a dimension that was
    switched on later was not asked for then.
    """
    changes = []
    for key, value in now.items():
        if key in before:
            direction = direction_of(key[0], before[key], value)
            if direction != SAME:
                changes.append(TermChange(*key, before[key], value, direction))
    return tuple(changes)


def direction_of(dimension, before, now):
    """Whether ``now`` exposes us more than ``before``; not measurable is worst."""
    if before is None or now is None:
        if before is now:
            return SAME
        return WORSE if now is None else BETTER
    if abs(now - before) <= TOLERANCE:
        return SAME
    higher = now > before
    return WORSE if higher != DIMENSIONS[dimension].lower_is_worse else BETTER


def line_changes(before, now):
    """Changes between two lists of lines: changed and added ones in the order of
    ``now``, then those that went.

    Each line is a dict with ``id``, ``product`` and :data:`LINE_FIELDS`. Lines belong
    together by their id, then by their product: a line that was deleted and entered
    again is the same offer.
    """
    partner = _partners(before, now)
    changes = []
    for index, line in enumerate(now):
        if index not in partner:
            changes.append(LineChange(ADDED, None, line))
            continue
        old = before[partner[index]]
        fields = tuple(name for name in LINE_FIELDS if _differs(old[name], line[name]))
        if fields:
            changes.append(LineChange(CHANGED, old, line, fields))
    matched = set(partner.values())
    changes += [
        LineChange(REMOVED, line, None)
        for index, line in enumerate(before)
        if index not in matched
    ]
    return tuple(changes)


def _partners(before, now):
    """``{index in now: index in before}``"""
    partner = {}
    free = dict(enumerate(before))
    for same in (_same_line, _same_product):
        for index, line in enumerate(now):
            if index in partner:
                continue
            found = next((i for i, old in free.items() if same(old, line)), None)
            if found is not None:
                partner[index] = found
                del free[found]
    return partner


def _same_line(old, line):
    # A line that got another product is another offer.
    return line["id"] and old["id"] == line["id"] and _same_product(old, line)


def _same_product(old, line):
    return old["product"] == line["product"]


def _differs(old, new):
    return abs((old or 0) - (new or 0)) > EPSILON
