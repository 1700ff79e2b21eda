"""The way of an account from candidate to customer, and out (chapter 03, first
paragraph).

Only a candidate can be dropped (development ended), and only who was on trial or a
customer can be lost (churn): otherwise churn could be hidden or invented. Who was lost
or dropped may return.
"""

ALLOWED = {
    "candidate": {"trial", "active", "dropped"},
    "trial": {"active", "lost"},
    "active": {"dormant", "lost"},
    "dormant": {"active", "lost"},
    "lost": {"candidate", "trial", "active"},
    "dropped": {"candidate", "trial", "active"},
}

# The more living state wins when two files of one customer become one.
_LIFE = ("dropped", "lost", "candidate", "dormant", "trial", "active")


def takes_manager(state, new_state):
    """Whether only the manager of the team, or the process, lets that happen: all but
    the beginning of a candidate's trial. Who becomes a customer, stops buying or
    returns is counted."""
    return state != new_state and (state, new_state) != ("candidate", "trial")


def may_become(state, new_state):
    return state == new_state or new_state in ALLOWED[state]


def after_signature(state):
    """A signed order makes a customer, unless on trial: passing it does."""
    return state if state == "trial" else "active"


def most_living(states):
    """Return the state that a file takes over when several files of a customer are
    merged.
    """
    return max(states, key=_LIFE.index)
