"""The commercial terms that are measured, each as the chapter defines it.

Source: chapter "Authority limits, sign-off and evidence", section "Dimensions". Every
class says in which unit it measures, which way is worse, which limits are proposed, and
what happens when it cannot be measured.
"""

from dataclasses import replace

from .authority import UNLIMITED, Dimension, Measure, register
from .prices import Part, is_rounded_from

# A margin has no lower end: what is given away has none at all. Down here it is the
# general manager's business anyway.
LOWEST_MARGIN = -1000.0
# The longest month, and the longest way from the first of a month to the end of the
# next one (July and August, December and January), in days.
TO_END_OF_MONTH = 30
TO_END_OF_NEXT_MONTH = 61


def proposed(*limits):
    """Limits proposed for specialist, manager, director and general manager."""
    return dict(zip((10, 20, 30, 40), limits, strict=True))


@register
class Discount(Dimension):
    """1 - net / reference value in percent, per line and weighted for the order.

    Example: a line of 82.00 with a reference value of 100.00 is measured as 18.0 %.
    Lines without a value of their own (negative ones: order discounts, returns) lower
    the net of the order.
    """

    code = "discount"
    unmeasured_asks_next_level = True
    proposed = proposed(5, 10, 20, UNLIMITED)

    def measure(self, terms):
        measures = [
            self.of_line(line)
            for line in terms.lines + terms.offered
            if self._has_own_discount(line)
        ]
        priced = [
            line
            for line in terms.lines
            if line.net < 0.0 or (line.reference or 0.0) > 0.0
        ]
        reference = sum(
            line.reference for line in priced if (line.reference or 0.0) > 0.0
        )
        if reference > 0.0:
            # A line without a list price cannot make up for the discount of others.
            net = sum(line.net for line in priced)
            measures.insert(0, Measure(self.code, 100.0 * (1.0 - net / reference)))
            measures[0] = replace(measures[0], rounded=tuple(map(self._part, priced)))
        return measures

    @classmethod
    def beyond(cls, measure, limit):
        if not cls.exceeds(measure.value, limit):
            return False
        return limit is None or not is_rounded_from(measure.rounded or (), limit)

    @staticmethod
    def _part(line):
        return Part(
            line.net,
            max(line.reference or 0.0, 0.0),
            line.total_rounding,
            line.price_rounding,
        )

    @staticmethod
    def _has_own_discount(line):
        return line.net >= 0.0 and (line.reference is None or line.reference > 0.0)

    def of_line(self, line):
        """The measure of one line that has a reference price, or lacks one."""
        value = (
            None
            if line.reference is None
            else 100.0 * (1.0 - line.net / line.reference)
        )
        rounded = () if value is None else (self._part(line),)
        return Measure(self.code, value, "line", line.where, line.category, rounded)


@register
class Amount(Dimension):
    """Untaxed total in company currency; not measurable where its own has no rate."""

    code = "amount"
    unit = "currency"
    always_measured = True
    unmeasured_asks_next_level = True
    grows_with_price = True
    proposed = proposed(100_000, 500_000, 2_000_000, UNLIMITED)

    def measure(self, terms):
        measure = Measure(self.code, terms.untaxed)
        return [replace(measure, rounded=terms.rounding)]

    @classmethod
    def beyond(cls, measure, limit):
        # Two amounts are equal when they are after the rounding of their currency.
        if limit in (None, UNLIMITED) or not measure.rounded:
            return cls.exceeds(measure.value, limit)
        return round((measure.value - limit) / measure.rounded, 6) >= 0.5


@register
class Margin(Dimension):
    """(untaxed - cost) / untaxed of the order, in percent.

    Example: sold for 1000.00, cost 820.00: 18.0 %. A line whose cost is unknown cannot
    make up for the margin of others: it stands aside, as a notice of its own. What is
    given away has the lowest margin there is.
    """

    code = "margin"
    lower_is_worse = True
    private = True
    may_be_negative = True
    proposed = proposed(25, 18, 10, UNLIMITED)

    def measure(self, terms):
        unknown = [line for line in terms.lines if self._lacks_cost(line)]
        known = [line for line in terms.lines if not self._lacks_cost(line)]
        measures = [Measure(self.code, None, "line", line.where) for line in unknown]
        cost = sum(line.cost or 0.0 for line in known)
        net = sum(line.net for line in known)
        if cost > 0.0 or net > 0.0:
            rounding = sum(line.total_rounding for line in known)
            measures.insert(0, Measure(self.code, self._margin(net, cost)))
            measures[0] = replace(measures[0], rounded=(net, cost, rounding))
        return measures

    @classmethod
    def beyond(cls, measure, limit):
        if not cls.exceeds(measure.value, limit):
            return False
        if limit is None or limit >= 100.0 or not measure.rounded:
            return True
        # What the totals were rounded by may be what is missing.
        net, cost, rounding = measure.rounded
        return cost / (1.0 - limit / 100.0) - net >= rounding

    @staticmethod
    def _lacks_cost(line):
        return line.cost is None and line.net >= 0.0

    @staticmethod
    def _margin(net, cost):
        if net <= 0.0:
            return LOWEST_MARGIN
        return max(100.0 * (net - cost) / net, LOWEST_MARGIN)


@register
class PaymentDays(Dimension):
    """The longest due day of the payment term, in days after the invoice."""

    code = "payment_days"
    unit = "days"
    unmeasured_asks_next_level = True
    proposed = proposed(30, 60, 90, UNLIMITED)

    def measure(self, terms):
        return [Measure(self.code, terms.payment_days)]


@register
class LeadTime(Dimension):
    """Days by which the promise undercuts the longest lead time of the lines, seen on
    the day it is promised.

    Example: 20 days of lead time, delivery promised in 15: measured as 5 days. Without
    a promise, or where no lead time is kept, it cannot be measured.
    """

    code = "lead_time"
    unit = "days"
    proposed = proposed(0, 5, 15, UNLIMITED)

    def measure(self, terms):
        longest = max((line.lead_days or 0.0 for line in terms.lines), default=0.0)
        if terms.promised_days is None or longest <= 0.0:
            return [Measure(self.code, None)]
        return [Measure(self.code, max(longest - terms.promised_days, 0.0))]


@register
class Credit(Dimension):
    """Open receivable and this order (taxes included) beyond the customer's limit, in
    percent of the limit.

    Example: limit 100 000, 80 000 open, an order of 30 000: 10.0 %. Without a limit it
    cannot be measured.
    """

    code = "credit"
    grows_with_price = True
    proposed = proposed(0, 0, 10, UNLIMITED)

    def measure(self, terms):
        if not terms.credit_limit or None in (terms.receivable, terms.total):
            return [Measure(self.code, None)]
        used = (terms.receivable + terms.total) / terms.credit_limit
        return [Measure(self.code, max(100.0 * (used - 1.0), 0.0))]


@register
class Deviation(Dimension):
    """Number of requirement lines outside our capability or standard terms."""

    code = "deviation"
    unit = "count"
    always_measured = True
    proposed = proposed(0, 2, 5, UNLIMITED)

    def measure(self, terms):
        return [Measure(self.code, terms.deviations)]


def due_days(delay_type, days, day_of_next_month=0):
    """Days from invoice to due date, for the invoice date that makes them most.

    :param delay_type: as of ``account.payment.term.line``
    :param days: its number of days
    :param day_of_next_month: for ``days_end_of_month_on_the``; 0 is the month's end
    """
    if delay_type == "days_after_end_of_month":
        return days + TO_END_OF_MONTH
    if delay_type == "days_after_end_of_next_month":
        return days + TO_END_OF_NEXT_MONTH
    if delay_type == "days_end_of_month_on_the":
        # From the first of one of two long months to that day of the other.
        return days + TO_END_OF_MONTH + day_of_next_month
    return days
