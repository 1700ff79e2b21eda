from odoo import http
from odoo.exceptions import AccessError
from odoo.http import request

# From these records the documents behind them are opened.
SOURCES = (
    "account.move",
    "sale.order",
    "key.account.contract.review",
    "key.account.signature",
)


class SignedDocument(http.Controller):
    @http.route(
        "/key_account/signed/<string:model>/<int:record_id>/<int:attachment_id>",
        type="http",
        auth="user",
        readonly=True,
    )
    def signed_document(self, model, record_id, attachment_id):
        """A file that a customer signed, for whoever may read the record it stands
        behind: accountants and reviewers need no rights on sales."""
        if model not in SOURCES or not request.env.user._is_internal():
            raise request.not_found()
        record = request.env[model].browse(record_id).exists()
        try:
            record.check_access("read")
        except AccessError as error:
            raise request.not_found() from error
        files = record._signed_files() if record else ()
        signed = [file for file in files if file.id == attachment_id]
        if not signed:
            raise request.not_found()
        return request.env["ir.binary"]._get_stream_from(signed[0]).get_response()
