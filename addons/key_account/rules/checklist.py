"""Manual items of a gate: what is ticked is told by the last event of each."""

from typing import NamedTuple


class Tick(NamedTuple):
    """One event: this item was ticked, or the tick taken back."""

    check: int
    done: bool


def ticked(events):
    """The items whose last event ticked them; events in the order they happened."""
    latest = {event.check: event.done for event in events}
    return {check for check, done in latest.items() if done}


def open_items(checks, events):
    """The items still to be ticked, in their order."""
    done = ticked(events)
    return [check for check in checks if check not in done]
