"""Pages and forms name several things as the language of their reader does."""

from functools import partial

from odoo import models

from .label import listed, noted


class IrQweb(models.AbstractModel):
    _inherit = "ir.qweb"

    def _prepare_environment(self, values):
        values.setdefault("listed", partial(listed, self.env))
        values.setdefault("noted", partial(noted, self.env))
        return super()._prepare_environment(values)
