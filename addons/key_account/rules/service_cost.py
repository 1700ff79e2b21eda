"""What looking after a customer costs, against its budget (chapter 05, "Service cost").

All amounts are in one currency, that of the company, and compared after its rounding.
Without a budget there is nothing to compare with: "n/a", which is not a budget of zero.
"""

UNKNOWN, NONE, WITHIN, OVER = "unknown", "none", "within", "over"


def state(actual, budget):
    """Return how the cost stands to its budget.

    :param actual: None where nothing is booked for the customer: no cost account
    :param budget: None where there is none
    """
    if actual is None:
        return UNKNOWN
    if budget is None:
        return NONE
    return OVER if actual > budget else WITHIN


def ratio(actual, budget):
    """Return the cost in percent of its budget; None where either is not known, or the
    budget is zero, of which nothing is a share."""
    if actual is None or not budget:
        return None
    return 100.0 * actual / budget
