"""The authority levels that the set-up wizard proposes (chapter 02)."""

from typing import NamedTuple

from .parts import Text


class Level(NamedTuple):
    """A proposed authority level; the limits of its sequence are proposed by the
    dimensions (``rules/dimensions.py``)."""

    code: str
    name: Text
    sequence: int


LEVELS = (
    Level("specialist", Text("Specialist", "专员"), 10),
    Level("manager", Text("Manager", "部门经理"), 20),
    Level("director", Text("Director", "营销总监"), 30),
    Level("general_manager", Text("General manager", "总经理"), 40),
)
