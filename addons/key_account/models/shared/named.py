"""A form shows the names of what it names: of ours, to whoever may read that."""

from collections import defaultdict

from odoo import api, models, tools
from odoo.exceptions import AccessError
from odoo.fields import Command

from .ours import is_model_of_ours, is_ours

_REFERENCES = ("many2one_reference", "reference")
_LINES = ("one2many", "many2many")
# Of Odoo's models these are whose they are, as all of ours.
_OF_SOMEBODY = frozenset(("calendar.event", "crm.lead", "mail.activity", "sale.order"))


class Base(models.AbstractModel):
    """Odoo answers a form with the name of each record that it names, whoever may read
    that: by counting numbers up, anybody would be told the names of all there are. A
    form that is open says nothing new by what it was opened with."""

    _inherit = "base"

    def onchange(self, values, field_names, fields_spec):
        if not self.env.su:
            asked = defaultdict(set)
            given = values
            values = self._openly_named(given, asked)
            # A form that opens takes what defaults say, also on a record there is.
            if not (self and field_names):
                missing = self._naming_names().intersection(fields_spec)
                if missing := missing.difference(given):
                    self._ask_defaults(self.default_get(list(missing)), asked)
            self._assert_openly_named(asked)
            if field_names and len(values) < len(given):
                computed = given.keys() - values.keys()
                field_names = [name for name in field_names if name not in computed]
                if not field_names:
                    return {}
        return super().onchange(values, field_names, fields_spec)

    @api.model
    @tools.ormcache()
    def _naming_names(self):
        """Fields by which one of these may name a record of ours; and fields of ours
        that name a quotation, a deal or an appointment."""
        return frozenset(
            name
            for name, field in self._fields.items()
            if field.type in _REFERENCES
            or (
                field.type == "many2one"
                and (
                    is_model_of_ours(self.env, field.comodel_name)
                    or (field.comodel_name in _OF_SOMEBODY and _is_field_of_ours(field))
                )
            )
        )

    @api.model
    def _named_elsewhere(self):
        """Hook: fields of which the model itself asks who may name what."""
        return frozenset()

    def _openly_named(self, values, asked):
        """These values of a form, lines in it included, without what Odoo computes by
        itself; into ``asked`` come the ids of ours that they name, by model."""
        naming = self._naming_names() - self._named_elsewhere()
        result = dict(values)
        for name, value in values.items():
            field = self._fields.get(name)
            if not field or not value:
                continue
            if field.type in _LINES and isinstance(value, list | tuple):
                model = self.env[field.comodel_name]
                result[name] = [model._openly_named_line(each, asked) for each in value]
            elif field.type == "many2one":
                if isinstance(value, dict):
                    model = self.env[field.comodel_name]
                    result[name] = model._openly_named(value, asked)
                    value = value.get("id")
                if name not in naming or type(value) is not int:
                    continue
                if value == self[name].id:
                    continue
                if field.compute and field.readonly:
                    # Whatever was said, it is computed of the rest.
                    result.pop(name)
                else:
                    asked[field.comodel_name].add(value)
        self._ask_references(values, naming, asked)
        return result

    @api.model
    def _ask_defaults(self, defaults, asked):
        """What defaults name, their own or the context's, computed or not."""
        naming = self._naming_names() - self._named_elsewhere()
        for name in naming.intersection(defaults):
            if self._fields[name].type == "many2one" and defaults[name]:
                asked[self._fields[name].comodel_name].add(defaults[name])
        self._ask_references(defaults, naming, asked)

    @api.model
    def _openly_named_line(self, command, asked):
        if isinstance(command, dict):
            return self._openly_named(command, asked)
        if isinstance(command, list | tuple) and isinstance(command[-1], dict):
            line = self.browse(command[1] if command[0] == Command.UPDATE else ())
            return [*command[:-1], line._openly_named(command[-1], asked)]
        return command

    def _ask_references(self, values, naming, asked):
        """Those that name a record by its model and number."""
        fields = [self._fields[name] for name in naming]
        fields = [field for field in fields if field.type in _REFERENCES]
        if not fields:
            return
        names = {
            name
            for name in self._fields.keys() & values.keys()
            if self._fields[name].type not in _LINES
        }
        record = self.new({name: values[name] for name in names}, origin=self)
        for field in fields:
            name, id_ = place = record._place_named(field)
            if place != self._place_named(field) and is_model_of_ours(self.env, name):
                asked[name].add(id_)

    def _place_named(self, field):
        value = self[field.name]
        if field.type == "reference":
            return (value._name, value.id) if value else (False, False)
        return (self[field.model_field], value) if value else (False, False)

    @api.model
    def _assert_openly_named(self, asked):
        for model, ids in asked.items():
            records = self.env[model].browse(ids)
            if not records.has_access("read"):
                raise AccessError(
                    self.env._(
                        "You have no access to what this is about. Ask whoever is"
                        " responsible for it, or their manager."
                    )
                )


def _is_field_of_ours(field):
    return is_ours(next(iter(field._modules), ""))
