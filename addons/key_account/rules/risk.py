"""How grave a risk of an account is: how likely it is, times what it would do.

Both are judged from 1 (hardly) to 5 (very); the product reaches from 1 to 25.
"""

SCALE = (1, 2, 3, 4, 5)
# From this product on; below the second a risk is low.
HIGH, MEDIUM = 12, 6


def score(probability, impact):
    """The product of both judgements.

    :raises ValueError: for a judgement outside the scale
    """
    for judgement in (probability, impact):
        if judgement not in SCALE:
            raise ValueError(f"{judgement!r} is not between 1 and 5")
    return probability * impact


def level(points):
    """``"high"``, ``"medium"`` or ``"low"``, by the product."""
    if points >= HIGH:
        return "high"
    return "medium" if points >= MEDIUM else "low"


def gravest(levels):
    """The gravest of these levels, None of none."""
    found = set(levels)
    return next((one for one in ("high", "medium", "low") if one in found), None)
