"""What the customer reads in the browser is translated."""

from odoo import models


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _get_translation_frontend_modules_name(cls):
        """What the customer reads when signing is drawn in the browser."""
        return super()._get_translation_frontend_modules_name() + ["key_account"]
