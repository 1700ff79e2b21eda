"""Which existing customers are proposed as key accounts (chapter 03, "Promotion").

At least one of the company's criteria is met, and nothing excludes the customer. Money
is in the currency of the company.
"""

from typing import NamedTuple


class Criteria(NamedTuple):
    """From what on a criterion is met; 0 does not ask for it."""

    amount: float = 0.0
    margin: float = 0.0
    orders: int = 0
    standing: float = 0.0
    purchasing_power: float = 0.0
    potential: float = 0.0


class Floors(NamedTuple):
    """Below what a customer is excluded, in percent: 0 (growth: -100) excludes none."""

    margin_rate: float = 0.0
    share: float = 0.0
    growth: float = -100.0


class Customer(NamedTuple):
    """What is known of a customer, twelve months of it; None is what nobody knows.
    Judgements go from 1 to 5, rates in percent."""

    amount: float = 0.0
    margin: float | None = None
    orders: int = 0
    standing: float | None = None
    purchasing_power: float | None = None
    potential: float | None = None
    margin_rate: float | None = None
    share: float | None = None
    growth: float | None = None


def met(customer, criteria):
    """Codes of the criteria that the customer meets, in their order."""
    return tuple(
        code
        for code in Criteria._fields
        if getattr(criteria, code) > 0
        and (figure := getattr(customer, code)) is not None
        and figure >= getattr(criteria, code)
    )


def excluded(customer, floors):
    """Codes of the floors that the customer lies below; what is not known lies below
    none."""
    asked = Floors()
    return tuple(
        code
        for code in Floors._fields
        if getattr(floors, code) > getattr(asked, code)
        and (figure := getattr(customer, code)) is not None
        and figure < getattr(floors, code)
    )


def reasons(customer, criteria, floors):
    """Why the customer is proposed: codes of the criteria met; nothing where they are
    not."""
    return () if excluded(customer, floors) else met(customer, criteria)
