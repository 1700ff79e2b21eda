"""Whose a step was when its time ran out (chapter 06, "Rules for every KPI").

A step may be handed on while it runs. What was done in time counts for who did it; what
was late counts for whoever had it when it became late, not for who took it over
afterwards and brought it to an end.
"""


def holder_at(moment, changes, holder):
    """Whose the step was at this moment.

    Due on the 4th, handed on by Ann on the 5th, left by Bo on the 6th: Ann's.

    >>> holder_at(4, [(5, "Ann")], "Bo")
    'Ann'
    >>> holder_at(4, [(3, "Ann")], "Bo"), holder_at(4, [], "Bo")
    ('Bo', 'Bo')

    :param changes: pairs (when, whose it was until then) in the order in which they
        happened; who takes a step over in the moment in which it is due had no time
    :param holder: whose it is after the last of them
    """
    return next((former for when, former in changes if when >= moment), holder)
