"""The authority levels that the set-up wizard proposes (chapter 02)."""

from typing import NamedTuple

from .parts import Text


class Level(NamedTuple):
    """A proposed authority level with its limits; None is unlimited."""

    code: str
    name: Text
    sequence: int
    discount: float | None
    amount: float | None


# Proposed by the set-up wizard (chapter 02): discount in per cent, amount in company
# currency.
LEVELS = (
    Level("specialist", Text("Specialist", "专员"), 10, 5, 100_000),
    Level("manager", Text("Manager", "部门经理"), 20, 10, 500_000),
    Level("director", Text("Director", "营销总监"), 30, 20, 2_000_000),
    Level("general_manager", Text("General manager", "总经理"), 40, None, None),
)
