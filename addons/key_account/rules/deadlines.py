"""When somebody is told that something is due, overdue, or overdue for long.

Source: chapter "Stages, gates and deadlines". Plain Python: moments are any comparable
values, in one time zone. How many working hours lie between two moments is asked of the
calendar once, for the present: instead of counting hours for every deadline, each
deadline is compared with three moments.
"""

from typing import NamedTuple

REMIND, OVERDUE, MANAGER, DIRECTOR = URGENCIES = (
    "remind",
    "overdue",
    "manager",
    "director",
)


class Thresholds(NamedTuple):
    """Deadlines up to which each urgency has come, as seen from now.

    ``remind`` lies ahead of now, by the working hours of the reminder; ``manager`` and
    ``director`` lie behind it. None switches one off.

    Example: on Monday 10:00, with a reminder 2 hours before and the manager told after
    4 working hours, what is due by Monday 12:00 is reminded of, and the manager is told
    of what was due by Friday 14:00.
    """

    remind: object
    manager: object
    director: object


def urgencies_to_tell(deadline, now, thresholds, told=()):
    """What has come of a deadline and nobody has been told of yet, in order.

    A late run tells each person what holds now, once: who is overdue needs no reminder
    any more, and nothing is told before what comes earlier.

    :param told: what has been told already of this deadline
    """
    if not deadline:
        return ()
    if deadline >= now:
        come = [REMIND] if _reached(deadline, thresholds.remind) else []
    else:
        come = [OVERDUE]
        if _reached(deadline, thresholds.manager):
            come.append(MANAGER)
        if _reached(deadline, thresholds.director):
            come.append(DIRECTOR)
    return tuple(urgency for urgency in come if urgency not in told)


def horizon(now, thresholds):
    """No deadline after this moment concerns anybody yet."""
    return max(moment for moment in (now, thresholds.remind) if moment is not None)


def _reached(deadline, threshold):
    return threshold is not None and deadline <= threshold


def apart(pauses, start):
    """Pauses in order, from ``start`` on, those that overlap or touch made into one.

    :param pauses: iterable of (begin, end), end not before begin
    """
    joined = []
    for begin, end in sorted(pauses):
        begin = max(begin, start)
        if end <= begin:
            continue
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((begin, end))
    return joined


def moved(deadline, start, pauses, add, worked):
    """Where a deadline lies after pauses in which its clock stood still: later by the
    working time of each. A pause that begins when the deadline is past heals nothing.

    :param start: when the clock began; what lies before does not count
    :param pauses: iterable of (begin, end), over by now
    :param add: ``add(moment, hours)``: the moment when so much working time is over
    :param worked: ``worked(begin, end)``: working time between, in hours
    """
    for begin, end in apart(pauses, start):
        if begin >= deadline:
            break
        if hours := worked(begin, end):
            deadline = add(deadline, hours)
    return deadline


def time_taken(start, end, pauses, worked):
    """Working time that something took, in hours, without the pauses in between."""
    waited = sum(
        worked(begin, min(stop, end))
        for begin, stop in apart(pauses, start)
        if begin < end
    )
    return max(worked(start, end) - waited, 0.0)
