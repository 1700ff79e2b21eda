"""What a process template consists of, and words that several templates use."""

from typing import NamedTuple


class Text(NamedTuple):
    """One text in the two languages that the templates speak."""

    en: str
    zh: str


class Gate(NamedTuple):
    """What must hold to leave a step: a kind of ``crm.stage.gate`` and its parameters.

    ``number`` counts visits or is a percentage; ``grade`` and ``days`` belong to an
    evaluation (the lowest grade that passes, and how old it may be), ``document`` is
    the type of an agreement, ``checks`` are the items of a checklist, or what is
    ticked instead of an audit, ``field`` is a field of the opportunity.
    """

    kind: str
    number: float = 1.0
    label: Text | None = None
    checks: tuple = ()
    document: str = ""
    grade: str = ""
    days: int = 0
    field: str = ""


class Step(NamedTuple):
    """One stage definition. ``limit`` counts ``unit`` (hours, days: working time;
    visit). ``begins`` is what entering the step makes of the account; in a step that
    ``recurs`` the checklist begins anew each time.
    """

    code: str
    name: Text
    role: str
    participants: Text | None
    duties: tuple
    limit: float
    unit: str
    standard: Text
    inputs: Text
    medium: Text
    outputs: Text
    gates: tuple
    skip_rule: str | None = None
    begins: str | None = None
    recurs: bool = False


class Template(NamedTuple):
    """A process: its steps in order, and how winning is called.

    ``won_by_order`` tells whether a confirmed order wins the opportunity by itself;
    ``activates`` whether reaching the end makes the account active.
    """

    code: str
    name: Text
    purpose: Text
    won: Text
    steps: tuple
    won_by_order: bool = True
    activates: bool = False


PAPER_OR_ELECTRONIC = Text("Paper or electronic", "书面或电子文件")
PAPER_ELECTRONIC_MINUTES = Text(
    "Paper, electronic, minutes", "书面、电子文件、会谈纪要"
)
SPECIALIST = Text("Specialist", "专员")
MANAGER = Text("Manager", "部门经理")
MINUTES = Text("Meeting minutes", "会谈纪要")
