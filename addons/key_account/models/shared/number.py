"""Numbers that rules read are numbers, and days are days that can be reckoned with."""

from odoo import api, models, tools
from odoo.exceptions import ValidationError

from .label import field_label
from .ours import is_ours

# Beyond these no sum and no day is found any more: Odoo's own reckoning breaks off.
_LARGEST = {"integer": 10**9, "float": 1e18, "monetary": 1e18}
_YEARS = range(1000, 9000)


class KeyAccountNumber(models.AbstractModel):
    """Neither “not a number” nor infinity is a weight, a limit, a price or a term.

    JSON and imports carry both, PostgreSQL keeps both, and every comparison with the
    first is false: what is measured with it is within any limit. A model that inherits
    this refuses them in all of its numbers, from wherever they come; so it does what is
    too large, and points in time at either end of all calendars. Of days only those
    that others are reckoned from (``_reckoned``) may not be at the far end: there “for
    ever” is written.
    """

    _name = "key.account.number"
    _description = "Numbers that are numbers"

    _reckoned = frozenset()

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
            self._assert_reckonable(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._assert_numbers(vals)
        self._assert_reckonable(vals)
        return super().write(vals)

    def onchange(self, values, field_names, fields_spec):
        self._assert_numbers(values)
        self._assert_reckonable(values)
        return super().onchange(values, field_names, fields_spec)

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
            largest = _LARGEST[self._fields[name].type]
            if not _is_number(vals[name], largest):
                raise ValidationError(
                    self.env._(
                        "%(field)s: “%(value)s” is not a number that can be"
                        " calculated with. Enter a number.",
                        field=field_label(self, name),
                        value=vals[name],
                    )
                )

    @api.model
    @tools.ormcache()
    def _day_names(self):
        """``{name: whether it may not be at the far end}``: of ours alone."""
        reckoned = frozenset().union(
            *(vars(each).get("_reckoned", ()) for each in type(self).__mro__)
        )
        return {
            name: field.type == "datetime" or name in reckoned
            for name, field in self._fields.items()
            if field.type in ("date", "datetime")
            and (
                is_ours(self._original_module)
                or is_ours(next(iter(field._modules), ""))
            )
        }

    @api.model
    def _assert_reckonable(self, vals):
        """Raise where one of these values is a day that others cannot be reckoned
        from."""
        names = self._day_names()
        for name in names.keys() & vals.keys():
            year = str(vals[name] or "")[:4]
            if not year.isdecimal() or int(year) in _YEARS:
                continue
            if names[name] or int(year) < _YEARS.start:
                raise ValidationError(
                    self.env._(
                        "%(field)s: the year %(year)s is out of range. Enter another"
                        " day.",
                        field=field_label(self, name),
                        year=year,
                    )
                )


def _said_by(context):
    """What new records start with, as the context has it."""
    return {
        key.removeprefix("default_"): value
        for key, value in context.items()
        if key.startswith("default_")
    }


def _is_number(value, largest):
    if not isinstance(value, int | float | str):
        return True
    try:
        # Also false for what is no number.
        return abs(float(value)) <= largest
    except OverflowError:
        return False
    except ValueError:
        # What is no number at all is refused by the field itself.
        return True
