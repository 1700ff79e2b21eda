"""Process templates as plain data: every text in English and Chinese, side by side.

A team is given its own copy; the copy is then the company's to change.
"""

from .parts import Gate, Step, Template, Text
from .levels import LEVELS, Level
from .eight_steps import EIGHT_STEPS
from .six_phases import SIX_PHASES
from .five_stages import FIVE_STAGES
from .seven_phases import SEVEN_PHASES
from .regional_agency import REGIONAL_AGENCY

TEMPLATES = {
    template.code: template
    for template in (
        EIGHT_STEPS,
        SIX_PHASES,
        FIVE_STAGES,
        SEVEN_PHASES,
        REGIONAL_AGENCY,
    )
}


def find_step(template_code):
    """The step that a stage was made of, by ``"<template>.<step>"``; None for the end
    of a process or a template that is not there any more.
    """
    code, _sep, step_code = (template_code or "").partition(".")
    template = TEMPLATES.get(code)
    steps = template.steps if template else ()
    return next((step for step in steps if step.code == step_code), None)


def find_won(template_code):
    """The template whose end a stage was made of, or None."""
    code, _sep, step_code = (template_code or "").partition(".")
    return TEMPLATES.get(code) if step_code == "won" else None
