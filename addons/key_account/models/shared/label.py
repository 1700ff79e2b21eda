"""What a field, or a choice of it, is called in the language of the user."""

import re

from odoo.tools import float_round, formatLang


def field_label(model, field_name):
    """The label of a field, e.g. for naming it in a refusal."""
    return model._fields[field_name]._description_string(model.env)


def selection_labels(model, field_name):
    """``{value: label}`` of a selection, in the order in which it is offered."""
    return dict(model._fields[field_name]._description_selection(model.env))


def selection_label(model, field_name, value):
    """The label of one choice; nothing where there is no such choice (any more)."""
    return selection_labels(model, field_name).get(value, "")


def labelled(env, label, text):
    """What something is called, and what it is, with the colon of the language."""
    return env._("%(label)s: %(text)s", label=label, text=text)


def listed(env, names):
    """Names in a row, separated as the language of the reader does."""
    own = (env.lang or "").partition("_")[0] in ("zh", "ja")
    return ("、" if own else ", ").join(names)


def noted(env, text, note):
    """Something, and in the brackets of the language what is said beside it."""
    return env._("%(text)s (%(note)s)", text=text, note=note)


def in_clauses(env, parts):
    """What is said of one thing after another, within one sentence."""
    own = (env.lang or "").partition("_")[0] in ("zh", "ja")
    return ("；" if own else "; ").join(parts)


def address_line(partner):
    """Where a partner is, in one line: without its own name, which stands beside it
    wherever this is shown, and without those parts of its country's form of addresses
    that nobody has filled in."""
    parts = re.split(r"[\n,]", partner._display_address(without_company=True))
    return ", ".join(filter(None, (" ".join(part.split()) for part in parts)))


def number_said(env, value, digits):
    """A number as the reader's language writes it, rounded as a field with so many
    decimals keeps it: what is said in a sentence is what stands in a list."""
    return formatLang(env, float_round(value, precision_digits=digits), digits=digits)
