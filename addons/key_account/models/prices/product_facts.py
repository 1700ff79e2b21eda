"""What measuring asks of products, with one small query.

Reading these few values through records would fetch every column of products, templates
and taxes, with each quotation that is written.
"""

from typing import NamedTuple

from odoo import api, models, tools
from odoo.tools import SQL

from ..shared.remembered import forget


class ProductFacts(NamedTuple):
    """List price in the currency of the product's company, per unit ``uom_id``;
    ``variants`` where attributes add to it; ``combo`` where it is made up of what is
    chosen; the product's sales taxes that are included in prices, as groups where some
    of theirs are."""

    list_price: float
    uom_id: int
    company_id: int | None
    variants: bool
    combo: bool
    included_tax_ids: tuple


class ProductProduct(models.Model):
    _inherit = "product.product"

    def _key_account_facts(self):
        """``{product id: ProductFacts}``"""
        if not self:
            return {}
        rows = self.env.execute_query(self._key_account_facts_query())
        return {
            product_id: ProductFacts(*values, tuple(taxes))
            for product_id, *values, taxes in rows
        }

    def _key_account_facts_query(self):
        Product, Template, Tax = (
            self.env[name]._fields
            for name in ("product.product", "product.template", "account.tax")
        )

        def column(alias, fields, name):
            return SQL.identifier(alias, name, to_flush=fields[name])

        company = self.env["res.company"]._fields
        included = column("company", company, "account_price_include")
        return SQL(
            """
            SELECT p.id, coalesce(%s, 0), %s, %s, coalesce(%s, '') != '',
                   %s = 'combo', ARRAY(
                SELECT tax.id
                  FROM product_taxes_rel rel
                  JOIN account_tax tax ON tax.id = rel.tax_id
                  JOIN res_company company ON company.id = tax.company_id
                 WHERE rel.prod_id = t.id AND %s
                   AND (coalesce(%s, %s) = 'tax_included' OR EXISTS (
                        SELECT
                          FROM account_tax_filiation_rel part
                          JOIN account_tax child ON child.id = part.child_tax
                         WHERE part.parent_tax = tax.id AND %s = 'group'
                           AND coalesce(%s, %s) = 'tax_included')))
              FROM product_product p JOIN product_template t ON t.id = %s
             WHERE p.id IN %s
            """,
            column("t", Template, "list_price"),
            column("t", Template, "uom_id"),
            column("t", Template, "company_id"),
            column("p", Product, "combination_indices"),
            column("t", Template, "type"),
            column("tax", Tax, "active"),
            column("tax", Tax, "price_include_override"),
            included,
            column("tax", Tax, "amount_type"),
            column("child", Tax, "price_include_override"),
            included,
            column("p", Product, "product_tmpl_id"),
            self._ids,
            to_flush=Template["taxes_id"],
        )

    def _key_account_priced(self, options=None):
        """This product as prices are asked for it: with these chosen options, and with
        none that a caller's context speaks of."""
        context = {
            "current_attributes_price_extra": (),
            "no_variant_attributes_price_extra": 0.0,
        }
        if options:
            context.update(self._get_product_price_context(options))
        return self.with_context(**context)


class ProductAttribute(models.Model):
    _inherit = "product.attribute"

    @api.model_create_multi
    def create(self, vals_list):
        forget(self.env)
        return super().create(vals_list)

    def write(self, vals):
        if "create_variant" in vals:
            forget(self.env)
        return super().write(vals)

    @api.model
    @tools.ormcache()
    def _key_account_has_options(self):
        """Whether lines can carry options at all: attributes that make no variant."""
        return bool(
            self.sudo().search_count([("create_variant", "=", "no_variant")], limit=1)
        )
