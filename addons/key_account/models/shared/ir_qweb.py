"""Pages and forms name several things as the language of their reader does."""

from functools import partial

from odoo import models

from ...rules.print_row import in_tables, row_style
from .label import listed, noted


class IrQweb(models.AbstractModel):
    _inherit = "ir.qweb"

    def _prepare_environment(self, values):
        # Known to every template: by names that no other one asks for.
        values.setdefault("key_account_listed", partial(listed, self.env))
        values.setdefault("key_account_noted", partial(noted, self.env))
        values.setdefault("key_account_in_tables", in_tables)
        values.setdefault("key_account_row_style", row_style)
        return super()._prepare_environment(values)
