"""Which stages a move leaves behind, and what then has to hold (chapter 01, "Gates").

A process is a list of steps. Moving on past a step asks for the step's gates, also when
several are jumped; moving back is free. A lead that comes from outside the process has
passed nothing yet.
"""

from typing import NamedTuple


class Step(NamedTuple):
    """One stage of a process: ``key`` tells it apart, Won comes last whatever its
    sequence.
    """

    key: int
    sequence: int = 0
    won: bool = False


class Event(NamedTuple):
    """One event of the exception procedure: a request, its forwarding, or a ruling
    with its decision."""

    kind: str
    decision: str = ""
    lines: frozenset = frozenset()


def in_order(steps):
    """The steps as the process runs."""
    return sorted(steps, key=lambda step: (step.won, step.sequence, step.key))


def passed(steps, origin, target, target_won=False):
    """Keys of the steps that a move from ``origin`` to ``target`` leaves behind, in
    order.

    :param steps: the process of the team
    :param origin: key of the step where the lead stands; a key that is no step means
        outside
    :param target: key of the step it moves to
    :param target_won: whether the target wins the deal; then a target outside the
        process, too, leaves everything behind
    """
    keys = [step.key for step in in_order(steps)]
    start = keys.index(origin) if origin in keys else 0
    if target in keys:
        end = keys.index(target)
    else:
        end = len(keys) if target_won else 0
    return keys[start:end]


def next_step(steps, current, is_skipped=lambda key: False):
    """Key of the step that follows, passing over those a rule skips; None at the
    end.

    :param is_skipped: asked for one step after the other, until one is not skipped
    """
    keys = [step.key for step in in_order(steps)]
    after = keys[keys.index(current) + 1 :] if current in keys else keys
    return next((key for key in after if not is_skipped(key)), None)


def requirement_verdict(states):
    """``none`` when nothing is recorded, ``open`` when a line is not decided, else
    None.

    Dropped lines are no requirements any more.
    """
    live = [state for state in states if state != "dropped"]
    if not live:
        return "none"
    return "open" if "open" in live else None


def ruling_verdict(events, outside):
    """Whether the manager's ruling lets the deal be quoted: None, or what is wrong.

    :param events: the opportunity's exception events, latest first
    :param outside: the requirement lines that lie outside authority or capability now
    :return: ``missing`` (never asked), ``waiting`` (asked, not ruled), ``revise``,
        ``abandon`` (ruled otherwise), ``uncovered`` (a line came outside after the
        ruling), or None
    """
    if not events:
        return "missing"
    latest = events[0]
    if latest.kind in ("request", "forward"):
        return "waiting"
    if latest.decision != "quote":
        return latest.decision
    return None if set(outside) <= set(latest.lines) else "uncovered"


def in_time(left_on, deadline):
    """A step is in time when it is left no later than due; without a deadline
    always."""
    return not deadline or left_on <= deadline
