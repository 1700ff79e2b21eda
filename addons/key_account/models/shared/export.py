"""Who took files out of the house: exports are written down."""

from odoo import api, fields, models
from odoo.models import fix_import_export_id_paths


def is_file(model_name):
    """Whether records of this model are part of the department's files."""
    return f"{model_name}.".startswith("key.account.")


class KeyAccountExport(models.Model):
    """An export of key accounts, or of what stands under them: who, when, what, how
    many, which fields. Insert-only.

    It says nothing of what stood in the records, so that whoever watches over exports
    need not be allowed to read them.
    """

    _name = "key.account.export"
    _description = "Exports"
    _inherit = ["key.account.evidence"]
    _order = "date desc, id desc"
    _rec_name = "res_model"

    user_id = fields.Many2one(
        "res.users", string="Exported by", required=True, ondelete="restrict"
    )
    date = fields.Datetime(
        string="Exported on", required=True, index=True, default=fields.Datetime.now
    )
    company_id = fields.Many2one(
        "res.company", required=True, ondelete="restrict", index=True
    )
    res_model = fields.Char(string="Model", required=True)
    subject = fields.Char(compute="_compute_subject")
    record_count = fields.Integer(string="Records", required=True)
    field_count = fields.Integer(
        string="Number of fields", required=True, aggregator=None
    )
    field_names = fields.Text(string="Fields", required=True)

    @api.depends("res_model")
    @api.depends_context("lang")
    def _compute_subject(self):
        # What a model is called is no secret, and is at hand without a query per row.
        models_ = self.env["ir.model"].sudo()
        for export in self:
            export.subject = (
                models_._get(export.res_model).name
                if export.res_model in self.env
                else export.res_model
            )

    @api.model
    def _note(self, records, field_names):
        """Write down that these records have just been exported, for the company of
        each; where nothing of key accounts is among it, nothing."""
        if not self._concerns(records, field_names):
            return
        self._record(
            [
                {
                    "user_id": self.env.uid,
                    "company_id": company.id,
                    "res_model": records._name,
                    "record_count": len(group),
                    "field_count": len(field_names),
                    "field_names": ", ".join(field_names),
                }
                for company, group in self._by_company(records).items()
            ]
        )

    @api.model
    def _concerns(self, records, field_names):
        return is_file(records._name) or any(
            self._leads_to_file(records, name) for name in field_names
        )

    @api.model
    def _leads_to_file(self, model, path):
        """Whether a column takes something from a file, through whatever relation."""
        for name in path.split("/"):
            field = model._fields.get(name)
            if not field or not field.comodel_name:
                return False
            if is_file(field.comodel_name):
                return True
            model = self.env[field.comodel_name]
        return False

    @api.model
    def _by_company(self, records):
        """Each company's directors see what was taken of theirs."""
        companies = {}
        has_company = "company_id" in records._fields
        # They have just been read; a company that was not asked for is no secret here.
        for record in records.sudo():
            company = has_company and record.company_id or self.env.company
            companies.setdefault(company, []).append(record.id)
        return companies or {self.env.company: []}


class Base(models.AbstractModel):
    _inherit = "base"

    def export_data(self, fields_to_export):
        # The screen, the list of an action and RPC alike end here.
        result = super().export_data(fields_to_export)
        self.env["key.account.export"]._note(
            self, ["/".join(fix_import_export_id_paths(f)) for f in fields_to_export]
        )
        return result
