"""The categories above a category, without a query."""

from odoo import models


class ProductCategory(models.Model):
    _inherit = "product.category"

    def _key_account_lineage(self):
        """Ids of the category and its parents: limits for any of them concern it."""
        return tuple(int(part) for part in (self.parent_path or "").split("/") if part)
