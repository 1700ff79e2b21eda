"""A field that hands on, within one request, what was found a moment ago."""

from odoo import fields


class Memo(fields.Json):
    """The very object that its compute method found, until a field that it depends on
    changes. It is never stored; give it ``groups=fields.NO_ACCESS``, for no caller can
    make anything of it."""

    def convert_to_cache(self, value, record, validate=True):
        return value or None

    def convert_to_record(self, value, record):
        return value
