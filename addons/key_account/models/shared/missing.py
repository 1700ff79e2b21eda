"""A refusal for what is not filled in yet, which tells the screen the fields."""

from odoo.exceptions import UserError


def missing(message, names):
    """The error to raise. Any client shows the message; Odoo's web client marks the
    fields on the form as well (``static/src/missing``) and opens no dialog over them.
    """
    error = UserError(message)
    error.context = {"key_account_missing": sorted(names)}
    return error
