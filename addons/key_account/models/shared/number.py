"""Numbers that rules read are numbers."""

from math import isfinite

from odoo import api, models, tools
from odoo.exceptions import ValidationError

from .label import field_label


class KeyAccountNumber(models.AbstractModel):
    """Neither “not a number” nor infinity is a weight, a limit, a price or a term.

    JSON and imports carry both, PostgreSQL keeps both, and every comparison with the
    first is false: what is measured with it is within any limit. A model that inherits
    this refuses them in all of its numbers, from wherever they come.
    """

    _name = "key.account.number"
    _description = "Numbers that are numbers"

    @api.model
    def default_get(self, fields):
        numbers = self._number_names().intersection(fields)
        own = self.env["ir.default"]._get_model_defaults(self._name)
        for said in (own, _said_by(self.env.context)):
            self._assert_numbers({name: said[name] for name in numbers & said.keys()})
        return super().default_get(fields)

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._assert_numbers(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._assert_numbers(vals)
        return super().write(vals)

    @api.model
    @tools.ormcache()
    def _number_names(self):
        return frozenset(
            name
            for name, field in self._fields.items()
            if field.type in ("float", "monetary", "integer")
        )

    @api.model
    def _assert_numbers(self, vals):
        """Raise where one of these values is no number that can be compared."""
        for name in self._number_names().intersection(vals):
            if not _is_number(vals[name]):
                raise ValidationError(
                    self.env._(
                        "%(field)s: “%(value)s” is not a number that can be reckoned"
                        " with. Enter a number.",
                        field=field_label(self, name),
                        value=vals[name],
                    )
                )


def _said_by(context):
    """What new records start with, as the context has it."""
    return {
        key.removeprefix("default_"): value
        for key, value in context.items()
        if key.startswith("default_")
    }


def _is_number(value):
    if not isinstance(value, float | str):
        return True
    try:
        return isfinite(float(value))
    except ValueError:
        # What is no number at all is refused by the field itself.
        return True
