"""A requirement compared with our capability and somebody's authority."""

from .authority import Line, Measure
from .dimensions import Discount

YES, NO, OPEN = "yes", "no", "open"

# What the customer asks for: whoever words it does not rule on it.
WORDED = {
    "kind",
    "name",
    "product_id",
    "quantity",
    "uom_id",
    "target_price",
    "currency_id",
}
# What a ruling is about: changing it, or moving it to another deal, takes the line out
# of the ruling that was given on it.
ASKED = WORDED | {"able", "condition", "capability_id", "opportunity_id", "visit_id"}


def measured(line):
    """What is asked for, measured as the same line of a quotation.

    :param line: :class:`authority.Line`, or None where there is no reference price
    """
    if line is None or line.reference is None or line.reference <= 0.0:
        return Measure(Discount.code, None, "line")
    return Discount().of_line(line)


def discount(target, reference):
    """How far a price lies below the reference price, in %; None: not measurable.

    Both per unit, untaxed, in one currency; above the reference it is negative.
    """
    value = measured(Line("", target, reference)).value
    return None if value is None else round(value, 2)


def judge(measure, limit):
    """Whether what was measured lies within a limit in %, as on a quotation.

    What cannot be measured is no authority to promise it, and ``None`` as limit means
    none at all, be the price as high as it may.
    """
    if measure.value is None:
        return OPEN
    return NO if Discount.beyond(measure, limit) else YES


def within(discount_asked, limit):
    """The same for a discount in % that is known as a number only."""
    return judge(Measure(Discount.code, discount_asked, "line"), limit)


def is_outside(able, within_authority):
    """Outside our capability or the specialist's authority: managers rule."""
    return NO in (able, within_authority)


def is_judged(able, within_authority):
    return bool(able) and within_authority in (YES, NO)


def may_settle(able, within_authority, ruled=False):
    """Settled is what is judged and lies inside, or what a manager ruled to quote."""
    judged_inside = is_judged(able, within_authority) and not is_outside(
        able, within_authority
    )
    return ruled or judged_inside


def state(current, able, within_authority, ruled):
    """The state that follows when a judgement changes; dropped stays dropped."""
    if current == "dropped" or ruled:
        return current
    if is_outside(able, within_authority):
        return "outside"
    if current == "outside":
        return "open"
    if current == "settled" and not may_settle(able, within_authority):
        return "open"
    return current


def nearest(capabilities, kind, product):
    """Which of our capabilities answers a line by itself: the one for its product, else
    the one for every product. Of several that are equally near none is; somebody
    chooses.

    :param capabilities: list of (key, kind, product or None)
    :return: a key, or None
    """
    of_kind = [each for each in capabilities if each[1] == kind]
    for wanted in dict.fromkeys((product or None, None)):
        near = [key for key, _kind, theirs in of_kind if (theirs or None) == wanted]
        if near:
            return near[0] if len(near) == 1 else None
    return None
