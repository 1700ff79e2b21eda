"""A requirement compared with our capability and somebody's authority."""

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


def discount(target, reference):
    """How far a price lies below the reference price, in %; None: not measurable.

    Both per unit, untaxed, in one currency; above the reference it is negative.
    """
    if not reference or reference < 0:
        return None
    return round((1 - target / reference) * 100, 2)


def within(discount_asked, limit):
    """Whether a discount in % lies within a limit in %.

    What cannot be measured is no authority to promise it, and ``None`` as limit means
    none at all.
    """
    if discount_asked is None:
        return OPEN
    if discount_asked <= 0:
        return YES
    return NO if Discount.exceeds(discount_asked, limit) else YES


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
