"""Money, Authority, Need: how likely a prospect is to buy (chapter 03)."""

OPEN = "open"
CONFIRMED = "confirmed"
REFUSED = "refused"


def likelihood(money, authority, need):
    """Return "A" when all three are confirmed, "B" when none is refused and at least
    one is confirmed, "C" otherwise.
    """
    judgements = (money, authority, need)
    if all(judgement == CONFIRMED for judgement in judgements):
        return "A"
    if REFUSED not in judgements and CONFIRMED in judgements:
        return "B"
    return "C"


def unjudged(judgements):
    """Return the names, in the given order, of what nobody has confirmed or refused
    yet.

    :param judgements: {name: judgement}
    """
    return [
        name
        for name, judgement in judgements.items()
        if judgement in (OPEN, None, False)
    ]
