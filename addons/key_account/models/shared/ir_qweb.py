"""Pages and forms name several things as the language of their reader does."""

from functools import partial

from odoo import models

from .label import listed, noted


class IrQweb(models.AbstractModel):
    _inherit = "ir.qweb"

    def _prepare_environment(self, values):
        # Known to every template: by names that no other one asks for.
        values.setdefault("key_account_listed", partial(listed, self.env))
        values.setdefault("key_account_noted", partial(noted, self.env))
        return super()._prepare_environment(values)
