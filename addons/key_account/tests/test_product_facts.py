from odoo import Command, fields
from odoo.tests import tagged

from .common import KeyAccountCommon


@tagged("post_install", "-at_install")
class TestProductFacts(KeyAccountCommon):
    def facts(self):
        return self.pump._key_account_facts()[self.pump.id]

    def test_they_are_what_the_product_says_now(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        self.pump.write({"list_price": 1_234.5, "uom_id": dozen.id})
        facts = self.facts()
        self.assertEqual((facts.list_price, facts.uom_id), (1_234.5, dozen.id))
        self.assertFalse(facts.variants)
        self.assertFalse(facts.company_id)
        self.assertFalse(self.env["product.product"]._key_account_facts())

    def test_taxes_included_by_themselves_or_by_the_company(self):
        place = {
            "company_id": self.company.id,
            "country_id": self.env.ref("base.cn").id,
        }
        group = self.env["account.tax.group"].create({"name": "VAT", **place})
        tax = self.env["account.tax"].create(
            {"name": "13 % VAT", "amount": 13.0, "tax_group_id": group.id, **place}
        )
        self.pump.taxes_id = [Command.set(tax.ids)]
        self.assertFalse(self.facts().included_tax_ids)
        tax.price_include_override = "tax_included"
        self.assertEqual(self.facts().included_tax_ids, tuple(tax.ids))
        tax.active = False
        self.assertFalse(self.facts().included_tax_ids, "it is charged no more")
        tax.active = True
        tax.price_include_override = False
        # The company's default cannot change once there are invoices; here are none.
        tax.company_id.account_price_include = "tax_included"
        self.assertEqual(self.facts().included_tax_ids, tuple(tax.ids))
        tax.price_include_override = "tax_excluded"
        self.assertFalse(self.facts().included_tax_ids)

    def test_a_pricelist_that_is_deleted_is_forgotten(self):
        pricelist = self.env["product.pricelist"].create(
            {"name": "References", "company_id": self.company.id}
        )
        self.company.key_account_reference_pricelist_id = pricelist
        reference = self.env["key.account.reference.price"]
        day = fields.Date.today()
        account = self.env["key.account"]
        self.assertEqual(reference._sources(account, self.company, day), (pricelist,))
        pricelist.unlink()
        self.assertFalse(reference._sources(account, self.company, day))

    def test_measuring_asks_once_for_all_products(self):
        few, many = (
            self.env["product.product"].create(
                [{"name": f"Part {n}", "list_price": n} for n in range(count)]
            )
            for count in (2, 20)
        )
        self.env.flush_all()
        for products in (few, many):
            with self.assertQueryCount(1):
                products._key_account_facts()

    def test_options_are_noticed_when_the_first_one_is_made(self):
        attributes = self.env["product.attribute"]
        # Not by their models: what products use is neither deleted nor changed there.
        self.env.cr.execute(
            "UPDATE product_attribute"
            " SET create_variant = 'always', display_type = 'radio'"
        )
        attributes.invalidate_model()
        self.env.registry.clear_cache()
        self.assertFalse(attributes._key_account_has_options())
        attribute = attributes.create(
            {"name": "Finish", "create_variant": "no_variant"}
        )
        self.assertTrue(attributes._key_account_has_options())
        attribute.create_variant = "always"
        self.assertFalse(attributes._key_account_has_options())
