import io

import xlsxwriter

from odoo import http
from odoo.http import content_disposition, request

from ..models.shared.label import field_label
from .survey_template import KIND, PLAIN

_IMPORTING = "key.account.importing"


class ImportTemplate(http.Controller):
    """A spreadsheet with the columns of a model and examples, to be imported."""

    @http.route(
        "/key_account/import_template/<string:model>.xlsx",
        type="http",
        auth="user",
        readonly=True,
    )
    def import_template(self, model):
        names = request.env.registry.descendants([_IMPORTING], "_inherit")
        if model not in names or not request.env[model].has_access("create"):
            raise request.not_found()
        records = request.env[model]
        name = request.env["ir.model"]._get(model).name
        file_name = request.env._("Import %s.xlsx", name)
        headers = [
            ("Content-Type", KIND),
            ("Content-Disposition", content_disposition(file_name)),
        ]
        return request.make_response(self._write(records), headers)

    def _write(self, records):
        file = io.BytesIO()
        columns = records._import_columns
        with xlsxwriter.Workbook(file, PLAIN) as book:
            sheet = book.add_worksheet()
            bold = book.add_format({"bold": True})
            labels = [field_label(records, name) for name in columns]
            sheet.write_row(0, 0, labels, bold)
            for number, example in enumerate(records._import_examples(), start=1):
                row = [example.get(name, "") for name in columns]
                sheet.write_row(number, 0, row)
            sheet.set_column(0, len(columns), 24)
        return file.getvalue()
