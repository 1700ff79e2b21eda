"""What the words, numbers and dates of an imported file are read as."""

from odoo import api, models

from odoo.addons.base_import.models.base_import import ImportValidationError

from .importing import Refused
from .ours import is_model_of_ours


class IrFieldsConverter(models.AbstractModel):
    _inherit = "ir.fields.converter"

    @api.model
    def db_id_for(self, model, field, subfield, value, savepoint):
        rows = self.env.context.get("key_account_import_rows")
        if subfield or not isinstance(rows, Refused):
            return super().db_id_for(model, field, subfield, value, savepoint)
        key = field.comodel_name, value
        if key not in rows.named:
            id_, warnings = super().db_id_for(model, field, subfield, value, savepoint)
            if not id_ or warnings:
                return id_, warnings
            rows.named[key] = id_
        return rows.named[key], []

    @api.model
    def _get_selection_translations(self, field, src):
        """Also where a method names the choices: a template has the reader's words.

        Odoo remembers by the English word alone, which two columns may have.
        """
        rows = self.env.context.get("key_account_import_rows")
        if not isinstance(rows, Refused):
            return super()._get_selection_translations(field, src)
        if (field, src) not in rows.labels:
            self.env.cr.cache.pop(self._name, None)
            found = super()._get_selection_translations(field, src)
            if isinstance(field.selection, str):
                english = field._description_selection(self.with_context(lang=None).env)
                spoken = dict(field._description_selection(self.env))
                found = [spoken[key] for key, label in english if label == src]
            rows.labels[field, src] = found
        return rows.labels[field, src]


class BaseImport(models.TransientModel):
    """A number or a date that is none is told with its row, as all that is wrong is:
    Odoo ends there, and names a column by its technical name.
    """

    _inherit = "base_import.import"

    @api.model
    def _parse_float_from_data(self, data, index, name, options):
        parse = super()._parse_float_from_data
        return self._parse_each(
            data, index, lambda row: parse([row], index, name, options)
        )

    def _parse_date_from_data(self, data, index, name, field_type, options):
        parse = super()._parse_date_from_data
        return self._parse_each(
            data, index, lambda row: parse([row], index, name, field_type, options)
        )

    @api.model
    def _parse_each(self, data, index, parse):
        ours = is_model_of_ours(self.env, self.res_model)
        for row in data:
            told = row[index]
            try:
                parse(row)
            except ImportValidationError:
                if not ours:
                    raise
                # In quotes it is nothing that Python takes for a number or a date.
                row[index] = f"“{told.strip()}”"
