"""Who may promise what: commercial terms measured against authority limits.

Source: chapter "Authority limits, sign-off and evidence". Plain Python without an
environment, so that it reads like the chapter and can be tested by example and by
property.

Units: percentages are 0-100, amounts are in company currency, levels are their sequence
numbers (a higher sequence means more authority).
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

UNLIMITED = math.inf
# A cent, or a hundredth of a percent, is rounding and no breach.
TOLERANCE = 0.005
_NOISE = 1e-6


def decimals(value, beside=None):
    """With how many decimals a percentage is written: what is measured with one, but
    with two where it has to be told from the number beside it; what somebody typed with
    two, where that is what it is.

    >>> decimals(18.0423, 15.0), decimals(5.0412, 5.0), decimals(23.91, UNLIMITED)
    (1, 2, 1)
    >>> decimals(7.25), decimals(5.0)
    (2, 1)
    """
    if beside is not None:
        return 2 if 0.0 < abs(value - beside) < 0.1 else 1
    hundredths = round(value * 100)
    is_whole = abs(value * 100 - hundredths) < _NOISE
    return 2 if is_whole and hundredths % 10 else 1


@dataclass(frozen=True)
class Line:
    """One priced line of a quotation, untaxed, in the currency of the order.

    ``reference`` is the value at the reference price; ``None`` when there is no such
    price. ``cost`` is what the goods cost us; ``None`` when nobody has said so.
    ``lead_days`` is the lead time of the goods; 0 or ``None`` when none is kept.
    ``total_rounding`` is how far the net was rounded, ``price_rounding`` how far it
    was by the rounding of its unit price (:mod:`prices`).
    """

    where: str
    net: float
    reference: float | None
    category: int | None = None
    cost: float | None = None
    lead_days: float | None = None
    total_rounding: float = 0.0
    price_rounding: float = 0.0


@dataclass(frozen=True)
class Terms:
    """What is measured, as plain values.

    ``untaxed`` and ``total`` (taxes included) are in company currency, as are
    ``receivable`` (what the customer owes already) and ``credit_limit``; ``rounding``
    is that of its amounts.
    ``payment_days`` is the longest due day of the payment term, ``promised_days`` the
    days from the promise to the delivery. ``None`` stands for what is not known.
    Add-ons put the plain values of their own dimensions into ``more``.
    """

    lines: tuple[Line, ...]
    untaxed: float | None
    total: float | None = 0.0
    payment_days: float | None = None
    promised_days: float | None = None
    receivable: float | None = None
    credit_limit: float | None = None
    deviations: int = 0
    more: Mapping = field(default_factory=dict)
    # One unit each of what is shown at a price and not taken yet (options).
    offered: tuple[Line, ...] = ()
    rounding: float = 2 * TOLERANCE

    @property
    def reference_value(self):
        """What the goods are worth at reference prices, whatever they are sold for."""
        return sum(
            max(line.net, 0.0) if line.reference is None else line.reference
            for line in self.lines
        )


@dataclass(frozen=True)
class Measure:
    """A measured term. ``value`` is None when it could not be measured.

    ``rounded`` is what the dimension knows of the rounding behind the value.
    """

    dimension: str
    value: float | None
    scope: str = "order"
    where: str = ""
    category: int | None = None
    rounded: tuple | float | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class LimitRow:
    """A configured limit; ``None`` in a scope field means "any"."""

    level: int
    dimension: str
    value: float
    team: int | None = None
    grade: str | None = None
    category: int | None = None

    @property
    def specificity(self):
        return (
            self.grade is not None,
            self.category is not None,
            self.team is not None,
        )

    def concerns(self, dimension, team, grade, categories):
        return (
            self.dimension == dimension
            and self.team in (None, team)
            and self.grade in (None, grade)
            and (self.category is None or self.category in categories)
        )


@dataclass(frozen=True)
class Verdict:
    """A measure against the author's limit, and the smallest level that could accept
    it.

    ``required_level`` is None when the term is within the author's authority,
    ``UNLIMITED`` when no level may accept it.
    """

    measure: Measure
    limit: float | None
    required_level: float | None
    required_limit: float | None = None

    @property
    def within(self):
        return self.required_level is None

    @property
    def value(self):
        """The value as it was judged: that of the limit it keeps, where rounding alone
        puts it beyond."""
        value, limit = self.measure.value, self.required_limit
        if self.within:
            limit = self.limit
        if value is None or limit is None:
            return value
        exceeds = DIMENSIONS[self.measure.dimension].exceeds(value, limit)
        return limit if exceeds else value

    @property
    def is_notice(self):
        """It could not be measured, and nobody is asked: shown and recorded."""
        return self.measure.value is None and self.within


@dataclass(frozen=True)
class Decision:
    """``enough`` are the levels that may accept all of it: a level without a limit in
    a term that lies outside may not, however high it stands."""

    verdicts: tuple[Verdict, ...]
    required_level: float | None = None
    outside: tuple[Verdict, ...] = field(default=())
    enough: frozenset = frozenset()

    @property
    def notices(self):
        return tuple(verdict for verdict in self.verdicts if verdict.is_notice)


class Dimension:
    """A commercial term that can be measured. Register a subclass with
    :func:`register`."""

    code = None
    # What people read; lazily translated where the add-on speaks several languages.
    label = None
    # percent, currency (the company's), days or count
    unit = "percent"
    lower_is_worse = False
    # What happens when it cannot be measured: ask the level above the author's. Else
    # it is a notice.
    unmeasured_asks_next_level = False
    # It always has a value: there is never a notice about it.
    always_measured = False
    # Values and limits are for managers; others read only on which side they are.
    private = False
    # It also grows when the customer pays more for the same goods, which is no higher
    # exposure: an approval stands then.
    grows_with_price = False
    # A limit below zero makes sense.
    may_be_negative = False
    # {sequence of the level: limit} proposed when a company is set up.
    proposed = {}

    def measure(self, terms):
        """Return the measures of these terms, worst first where there are several."""
        raise NotImplementedError

    @classmethod
    def gives_notice(cls):
        """Whether it may be left unmeasured without anybody being asked."""
        return not (cls.always_measured or cls.unmeasured_asks_next_level)

    @classmethod
    def exceeds(cls, value, limit):
        """True when ``value`` lies beyond ``limit``; nothing lies beyond an unlimited
        one."""
        if limit is None:
            return True
        if limit == UNLIMITED:
            return False
        return (
            value < limit - TOLERANCE
            if cls.lower_is_worse
            else value > limit + TOLERANCE
        )

    @classmethod
    def beyond(cls, measure, limit):
        """True when what was measured lies beyond ``limit`` by more than rounding
        explains."""
        return cls.exceeds(measure.value, limit)

    @classmethod
    def stricter(cls, one, other):
        """The limit that allows less; no limit at all (None) allows nothing."""
        if one is None or other is None:
            return None
        if cls.lower_is_worse and UNLIMITED not in (one, other):
            return max(one, other)
        return min(one, other)

    @classmethod
    def wider(cls, one, other):
        """The limit that allows more."""
        return one if cls.stricter(one, other) == other else other


# {code: class}; the chapter's own come from ``rules/dimensions.py``, in its order.
DIMENSIONS = {}


def register(dimension_class):
    DIMENSIONS[dimension_class.code] = dimension_class
    return dimension_class


def measure_terms(terms, codes):
    """Measure the switched-on dimensions, in the order given."""
    return tuple(
        m
        for code in codes
        if code in DIMENSIONS
        for m in DIMENSIONS[code]().measure(terms)
    )


def effective_limit(rows, level, dimension, team=None, grade=None, categories=()):
    """The limit of one level in one dimension, or None: no row, no authority.

    The most specific row wins (grade, then category, then team); of two equally
    specific the stricter.
    """
    rows = [
        r
        for r in rows
        if r.level == level and r.concerns(dimension, team, grade, categories)
    ]
    if not rows:
        return None
    rank = max(row.specificity for row in rows)
    stricter = DIMENSIONS[dimension].stricter
    limit = UNLIMITED
    for row in rows:
        if row.specificity == rank:
            limit = stricter(limit, row.value)
    return limit


def personal_limit(dimension, level_limit, granted=()):
    """A person's limit: their level's, widened by what was granted for this deal."""
    rule = DIMENSIONS[dimension]
    limit = level_limit
    for value in granted:
        if value is not None:
            limit = value if limit is None else rule.wider(limit, value)
    return limit


def decide(
    measures, levels, limit_of_level, limit_of_author, author_level=None, always=False
):
    """Compare measures with limits.

    :param levels: sequences of all levels of the company, in any order
    :param limit_of_level: ``(level, measure) -> limit or None``
    :param limit_of_author: ``(measure) -> limit or None``, the weaker of author and
        salesperson
    :param author_level: the weaker one's level, or None
    :param always: sign-off by the level above the author's even within limits
    :return: :class:`Decision`; ``required_level`` None means nobody has to be asked
    """
    levels = sorted(levels)
    verdicts = tuple(
        _verdict(
            measure, levels, limit_of_level, limit_of_author(measure), author_level
        )
        for measure in measures
    )
    outside = tuple(verdict for verdict in verdicts if not verdict.within)
    required = max((verdict.required_level for verdict in outside), default=None)
    if always:
        required = max(required or 0, next_level(levels, author_level))
    enough = [
        level
        for level in levels
        if all(_accepts(level, verdict, limit_of_level) for verdict in outside)
    ]
    if outside:
        # What needs a level of each term needs one that reaches far enough in all.
        required = min((lev for lev in enough if lev >= required), default=UNLIMITED)
    return Decision(verdicts, required, outside, frozenset(enough))


def _accepts(level, verdict, limit_of_level):
    """Whether a level may accept what lies outside; what could not be measured is
    anybody's from the level that is asked."""
    measure = verdict.measure
    return measure.value is None or not DIMENSIONS[measure.dimension].beyond(
        measure, limit_of_level(level, measure)
    )


def _verdict(measure, levels, limit_of_level, author_limit, author_level):
    rule = DIMENSIONS[measure.dimension]
    if measure.value is None:
        if not rule.unmeasured_asks_next_level:
            return Verdict(measure, author_limit, None)
        return Verdict(measure, author_limit, next_level(levels, author_level))
    if not rule.beyond(measure, author_limit):
        return Verdict(measure, author_limit, None)
    for level in levels:
        limit = limit_of_level(level, measure)
        if not rule.beyond(measure, limit):
            return Verdict(measure, author_limit, level, limit)
    return Verdict(measure, author_limit, UNLIMITED)


def next_level(levels, author_level):
    """The level above the author's; at the top, the top level itself (another member of
    it)."""
    higher = [
        level
        for level in sorted(levels)
        if author_level is None or level > author_level
    ]
    if higher:
        return higher[0]
    return max(levels, default=UNLIMITED)
