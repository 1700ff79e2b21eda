"""Terms changed behind the approval or the signature, and terms that hide"""

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import HttpCase, tagged

from .attack_common import AttackCase


@tagged("post_install", "-at_install")
class TestAttackTerms(AttackCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tax = cls._tax("13 %", 13.0)
        cls.included = cls._tax("13 % included", 13.0, price_include_override=True)
        cls.pump.taxes_id = cls.tax
        cls.unit = cls.env.ref("uom.product_uom_unit")
        cls.dozen = cls.env.ref("uom.product_uom_dozen")

    @classmethod
    def _tax(cls, name, amount, price_include_override=False):
        return cls.env["account.tax"].create(
            {
                "name": name,
                "amount": amount,
                "company_id": cls.company.id,
                "country_id": cls.env.ref("base.cn").id,
                "price_include_override": "tax_included"
                if price_include_override
                else "tax_excluded",
                "tax_group_id": cls.env["account.tax.group"]
                .create(
                    {
                        "name": name,
                        "company_id": cls.company.id,
                        "country_id": cls.env.ref("base.cn").id,
                    }
                )
                .id,
            }
        )

    def held_by(self, user, record, vals, context=None):
        """Within authority before this write, and held (or refused) with it."""
        order = record if record._name == "sale.order" else record.order_id
        self.assertIn(order.authority_state, ("within", "approved"))
        try:
            with self.env.cr.savepoint():
                self.rpc(user, record, "write", vals, context=context)
                self.env.flush_all()
        except UserError:
            self.env.invalidate_all()
            self.assertIn(order.authority_state, ("within", "approved"))
            return
        self.reopened(order, vals)

    # Approved, then changed

    def test_discount_after_approval(self):
        """A discount of 90 % on a line after approval, by RPC on the line | specialist,
        manager, accountant | sign-off required again"""
        for user in (self.specialist, self.manager, self.accountant):
            order = self.approved()
            self.rpc(user, order.order_line, "write", {"discount": 90.0})
            self.reopened(order)

    def test_discount_by_commands(self):
        """The same through commands on the order, web_save and import | specialist |
        sign-off required again"""
        order = self.approved()
        commands = [Command.update(order.order_line.id, {"discount": 90.0})]
        self.rpc(self.specialist, order, "write", {"order_line": commands})
        self.reopened(order)
        order = self.approved()
        commands = [Command.update(order.order_line.id, {"price_unit": 1.0})]
        self.rpc(
            self.specialist, order, "web_save", {"order_line": commands}, {"state": {}}
        )
        self.reopened(order)
        order = self.approved()
        result = self.rpc(
            self.specialist,
            self.env["sale.order"],
            "load",
            [".id", "order_line/.id", "order_line/discount"],
            [[str(order.id), str(order.order_line.id), "90"]],
        )
        self.assertTrue(result["ids"], result["messages"])
        self.reopened(order)

    def test_price_and_quantity_after_approval(self):
        """Unit price, quantity of an approved line | specialist | sign-off required
        again; put back, the approval stands"""
        order = self.approved()
        for vals in ({"price_unit": 1.0}, {"product_uom_qty": 1_000.0}):
            before = {name: order.order_line[name] for name in vals}
            self.rpc(self.specialist, order.order_line, "write", vals)
            self.reopened(order, vals)
            self.rpc(self.specialist, order.order_line, "write", before)
            self.env.flush_all()
            self.assertEqual(order.authority_state, "approved")

    def test_new_line_after_approval(self):
        """A line created on an approved quotation: free goods, another product |
        specialist, accountant | sign-off required again"""
        for vals in (
            {"product_id": self.pump.id, "price_unit": 0.0},
            {"product_id": self.valve.id},
        ):
            order = self.approved()
            vals = {"order_id": order.id, **vals}
            self.rpc(self.specialist, self.env["sale.order.line"], "create", [vals])
            self.reopened(order, vals)

    def test_line_deleted_after_approval(self):
        """Deleting the undiscounted line that made the average good | specialist |
        sign-off required again"""
        order = self.make_order(discount=8.0)
        self.rpc(
            self.specialist,
            self.env["sale.order.line"],
            "create",
            [{"order_id": order.id, "product_id": self.valve.id}],
        )
        self.approve(order)
        line = order.order_line.filtered(lambda line: line.product_id == self.valve)
        self.rpc(self.specialist, line, "unlink")
        self.reopened(order)

    def test_line_moved_after_approval(self):
        """Moving a line from a held quotation into an approved one (order_id) |
        specialist | sign-off required again"""
        order = self.approved()
        self.rpc(self.specialist, self.line, "write", {"order_id": order.id})
        self.reopened(order)

    def test_product_after_approval(self):
        """Another product at the same price | specialist | sign-off required again"""
        self.valve.list_price = self.pump.list_price
        order = self.approved()
        vals = {"product_id": self.valve.id, "discount": 8.0}
        self.rpc(self.specialist, order.order_line, "write", vals)
        self.reopened(order)

    def test_unit_after_approval(self):
        """A dozen for the price of one | specialist | sign-off required again"""
        order = self.approved()
        vals = {
            "product_uom_id": self.dozen.id,
            "price_unit": 1_000.0,
            "discount": 8.0,
        }
        self.rpc(self.specialist, order.order_line, "write", vals)
        self.reopened(order)

    def test_size_of_a_unit_after_approval(self):
        """Editing how much a unit contains, after approval and after signing |
        whoever may edit units | sign-off and signature do not cover it any more"""
        case = self.env["uom.uom"].create(
            {
                "name": "Case",
                "relative_factor": 10.0,
                "relative_uom_id": self.unit.id,
            }
        )
        line = {"product_uom_id": case.id, "price_unit": 9_200.0, "discount": 0.0}
        order = self.make_order()
        order.with_user(self.specialist).order_line.write(line)
        self.approve(order)
        self.assertEqual(order.authority_state, "approved")
        case.relative_factor = 100.0
        self.env.invalidate_all()
        self.refused_rpc(self.specialist, order, "action_confirm", order=order)
        case.relative_factor = 10.0
        self.env.invalidate_all()
        order._assert_may("confirm")

    def test_currency_swap(self):
        """Pricelist in a weaker currency: 100 USD become 100 of it | specialist |
        sign-off required again"""
        currency = self._weak_currency()
        pricelist = self.env["product.pricelist"].create(
            {
                "name": "Weak",
                "currency_id": currency.id,
                "company_id": self.company.id,
            }
        )
        order = self.approved()
        price = order.order_line.price_unit
        self.rpc(self.specialist, order, "write", {"pricelist_id": pricelist.id})
        self.assertEqual(order.order_line.price_unit, price)
        self.assertEqual(order.currency_id, currency)
        self.reopened(order)

    def _weak_currency(self):
        currency = self.env["res.currency"].create({"name": "WEA", "symbol": "W"})
        self.env["res.currency.rate"].create(
            {
                "currency_id": currency.id,
                "name": "2020-01-01",
                "rate": 100.0,
                "company_id": self.company.id,
            }
        )
        return currency

    def test_foreign_currency(self):
        """An amount in a strong currency, a small number of it | specialist | compared
        in company currency: sign-off required"""
        currency = self.env["res.currency"].create({"name": "STR", "symbol": "S"})
        self.env["res.currency.rate"].create(
            {
                "currency_id": currency.id,
                "name": "2020-01-01",
                "rate": 0.001,
                "company_id": self.company.id,
            }
        )
        pricelist = self.env["product.pricelist"].create(
            {
                "name": "Strong",
                "currency_id": currency.id,
                "company_id": self.company.id,
            }
        )
        # 150 of it are 150 000: beyond the specialist's 100 000, within the manager's.
        order = self.make_order(quantity=150.0, pricelist_id=pricelist.id)
        self.assertEqual(order.currency_id, currency)
        self.assertAlmostEqual(order.amount_untaxed, 150.0)
        self.assertEqual(order.authority_state, "required")
        self.assertEqual(order.authority_level_id, self.levels[20])

    def test_forged_rate(self):
        """currency_rate, currency_id written over RPC to make the amount small |
        specialist | refused or held"""
        order = self.make_order(quantity=150.0)
        self.assertEqual(order.authority_state, "required")
        self.refused_rpc(
            self.specialist, order, "write", {"currency_rate": 1_000.0}, order=order
        )
        approved = self.approved()
        weak = self._weak_currency()
        self.held_by(self.specialist, approved, {"currency_id": weak.id})

    def test_forged_totals(self):
        """Computed totals of line and order written over RPC | specialist, accountant |
        refused"""
        for user in (self.specialist, self.accountant):
            for record, name in (
                (self.line, "price_subtotal"),
                (self.line, "price_total"),
                (self.line, "price_tax"),
                (self.line, "price_reduce_taxexcl"),
                (self.order, "amount_untaxed"),
                (self.order, "amount_total"),
                (self.order, "amount_tax"),
            ):
                self.refused_rpc(user, record, "write", {name: 1_000.0})
                self.env.flush_all()
                self.assertEqual(self.order.authority_state, "required")

    def test_totals_given_with_a_new_line(self):
        """The same given when order and line are created | specialist | not taken
        over: measured as computed"""
        line = {
            "product_id": self.pump.id,
            "discount": 50.0,
            "price_subtotal": 1_000.0,
            "price_total": 1_000.0,
        }
        order = self.make_order(order_line=[Command.create(line)], currency_rate=1e6)
        self.assertEqual(order.order_line.price_subtotal, 500.0)
        self.assertEqual(order.authority_state, "required")
        self.assertLess(order.currency_rate, 1e6)

    # Lines that pretend to be no terms

    def test_line_as_down_payment(self):
        """An ordinary line flagged as down payment | specialist | measured all the
        same"""
        self.rpc(self.specialist, self.line, "write", {"is_downpayment": True})
        self.env.flush_all()
        self.assertEqual(self.order.authority_state, "required")
        self.refused_rpc(self.specialist, self.order, "action_confirm")
        order = self.make_order(
            order_line=[
                Command.create(
                    {
                        "product_id": self.pump.id,
                        "discount": 50.0,
                        "is_downpayment": True,
                    }
                )
            ]
        )
        self.assertEqual(order.authority_state, "required")

    def test_line_as_expense(self):
        """An ordinary line flagged as expense, delivery or reward | specialist |
        measured all the same"""
        for name in ("is_expense", "is_delivery", "is_reward_line"):
            if name not in self.line._fields:
                continue
            self.rpc(self.specialist, self.line, "write", {name: True})
            self.env.flush_all()
            self.env.invalidate_all()
            self.assertEqual(self.order.authority_state, "required", name)
            self.refused_rpc(self.specialist, self.order, "action_confirm")

    def test_free_goods_as_expense_after_confirmation(self):
        """Free goods added to a confirmed order as an "expense" | specialist | not
        invoiced before sign-off"""
        order = self.approved()
        order.with_user(self.specialist).action_confirm()
        line = {
            "order_id": order.id,
            "product_id": self.pump.id,
            "price_unit": 0.0,
            "is_expense": True,
        }
        self.rpc(self.specialist, self.env["sale.order.line"], "create", [line])
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(order.authority_state, "required")
        self.refused(order._create_invoices, order=order)

    def _combo(self):
        items = [Command.create({"product_id": self.valve.id, "extra_price": 0.0})]
        combo = self.env["product.combo"].create(
            {"name": "Valves", "combo_item_ids": items}
        )
        return self.env["product.product"].create(
            {
                "name": "Set",
                "type": "combo",
                "list_price": 100.0,
                "combo_ids": [Command.set(combo.ids)],
                "taxes_id": [Command.clear()],
            }
        ), combo.combo_item_ids

    def _set_line(self, order, product, item, **vals):
        """A combo on the order as the configurator adds it: parent and part."""
        Line = self.env["sale.order.line"].with_user(self.specialist)
        parent = Line.create(
            {"order_id": order.id, "product_id": product.id, "sequence": 50}
        )
        part = Line.create(
            {
                "order_id": order.id,
                "product_id": item.product_id.id,
                "combo_item_id": item.id,
                "linked_line_id": parent.id,
                "sequence": 51,
                **vals,
            }
        )
        self.env.flush_all()
        return parent, part

    def test_combo(self):
        """A combo at its price, and its part at a lower one | specialist | within
        authority; held"""
        product, item = self._combo()
        order = self.make_order()
        _parent, part = self._set_line(order, product, item)
        self.assertEqual(order.authority_state, "within")
        self.rpc(self.specialist, part, "write", {"price_unit": 10.0})
        self.reopened(order)

    def test_part_of_a_combo_after_approval(self):
        """Another item of an approved combo, one that costs more, at the price that was
        approved | specialist | sign-off again"""
        product, item = self._combo()
        better = item.copy({"product_id": self.pump.id, "extra_price": 50.0})
        order = self.make_order(order_line=[])
        _parent, part = self._set_line(order, product, item, discount=8.0)
        self.approve(order)
        price = part.price_unit
        chosen = {"combo_item_id": better.id, "product_id": better.product_id.id}
        self.held_by(self.specialist, part, {**chosen, "price_unit": price})

    def test_line_as_part_of_a_combo(self):
        """An ordinary line made a part of a combo: another product, a second part, a
        larger quantity | specialist | refused or measured as a line"""
        product, item = self._combo()
        order = self.make_order()
        parent, part = self._set_line(order, product, item)
        self.assertEqual(order.authority_state, "within")
        for vals in (
            {"product_id": self.pump.id, "price_unit": part.price_unit},
            {"product_uom_qty": 50.0, "price_unit": part.price_unit / 50.0},
            {"linked_line_id": False, "price_unit": 0.0},
        ):
            with self.env.cr.savepoint():
                before = {
                    name: part._fields[name].convert_to_write(part[name], part)
                    for name in vals
                }
                self.held_by(self.specialist, part, vals)
                self.rpc(self.specialist, part, "write", before)
                self.env.flush_all()
        self.assertEqual(order.authority_state, "within")
        self._set_line_again(order, parent, item)
        self.reopened(order)

    def _set_line_again(self, order, parent, item):
        self.rpc(
            self.specialist,
            self.env["sale.order.line"],
            "create",
            [
                {
                    "order_id": order.id,
                    "product_id": item.product_id.id,
                    "combo_item_id": item.id,
                    "linked_line_id": parent.id,
                    "price_unit": 0.0,
                    "sequence": 52,
                }
            ],
        )

    def test_discount_as_a_tax(self):
        """A tax that is included in the price, on goods priced without tax: 13 % less |
        specialist | measured as a discount"""
        order = self.make_order()
        self.assertEqual(order.authority_state, "within")
        vals = {"tax_ids": [Command.set(self.included.ids)], "price_unit": 1_000.0}
        self.rpc(self.specialist, order.order_line, "write", vals)
        self.env.flush_all()
        self.assertAlmostEqual(order.order_line.price_subtotal, 884.96)
        self.reopened(order)

    def test_extras_of_the_variant(self):
        """A dear option of the product (price extra) at the price of the plain one |
        specialist | measured against the price with the option"""
        attribute = self.env["product.attribute"].create(
            {
                "name": "Material",
                "create_variant": "no_variant",
                "value_ids": [
                    Command.create({"name": "Steel"}),
                    Command.create({"name": "Titanium"}),
                ],
            }
        )
        template = self.env["product.template"].create(
            {
                "name": "Impeller",
                "list_price": 1_000.0,
                "taxes_id": [Command.clear()],
                "attribute_line_ids": [
                    Command.create(
                        {
                            "attribute_id": attribute.id,
                            "value_ids": [Command.set(attribute.value_ids.ids)],
                        }
                    )
                ],
            }
        )
        steel, titanium = template.attribute_line_ids.product_template_value_ids
        titanium.price_extra = 1_000.0
        line = {
            "product_id": template.product_variant_id.id,
            "product_no_variant_attribute_value_ids": [Command.set(titanium.ids)],
        }
        order = self.make_order(order_line=[Command.create(line)])
        self.assertEqual(order.order_line.price_unit, 2_000.0)
        self.assertEqual(order.authority_state, "within")
        self.rpc(self.specialist, order.order_line, "write", {"price_unit": 1_000.0})
        self.env.flush_all()
        self.assertEqual(order.authority_state, "required")
        order.with_user(self.specialist).order_line.write(
            {"product_no_variant_attribute_value_ids": [Command.set(steel.ids)]}
        )

    # Tools of Odoo that change lines

    def test_discount_wizard(self):
        """Discount wizard: on all lines, as a line, as an amount | Sales
        administrator |
        sign-off required again"""
        self.company.sale_discount_product_id = self.env["product.product"].create(
            {"name": "Discount", "type": "service", "list_price": 0.0}
        )
        for vals in (
            {"discount_type": "sol_discount", "discount_percentage": 0.5},
            {"discount_type": "so_discount", "discount_percentage": 0.5},
            {"discount_type": "amount", "discount_amount": 500.0},
        ):
            order = self.approved()
            wizard = (
                self.env["sale.order.discount"]
                .with_user(self.sales_admin)
                .create({"sale_order_id": order.id, **vals})
            )
            self.rpc(self.sales_admin, wizard, "action_apply_discount")
            self.reopened(order, vals)
            # A line of its own counts as the discount that it is.
            self.assertGreaterEqual(round(order.authority_discount, 2), 50.0, vals)

    def test_catalogue(self):
        """/product/catalog/update_order_line_info | specialist | sign-off required
        again"""
        order = self.approved()
        self.env.flush_all()
        self.authenticate("ka_specialist", "ka_specialist")
        self.make_jsonrpc_request(
            "/product/catalog/update_order_line_info",
            {
                "res_model": "sale.order",
                "order_id": order.id,
                "product_id": self.valve.id,
                "quantity": 3,
            },
        )
        self.assertIn(self.valve, order.order_line.product_id)
        self.reopened(order)

    def test_update_prices(self):
        """Pricelist with lower prices, and “Update Prices” | specialist | measured
        against the reference prices: held"""
        pricelist = self.env["product.pricelist"].create(
            {
                "name": "Cheap",
                "company_id": self.company.id,
                "item_ids": [
                    Command.create(
                        {
                            "compute_price": "percentage",
                            "percent_price": 60.0,
                            "applied_on": "3_global",
                        }
                    )
                ],
            }
        )
        order = self.approved()
        self.rpc(self.specialist, order, "write", {"pricelist_id": pricelist.id})
        self.rpc(self.specialist, order, "action_update_prices")
        self.env.flush_all()
        self.assertAlmostEqual(order.amount_untaxed, 400.0)
        self.reopened(order)

    def test_update_taxes(self):
        """“Update Taxes” after another fiscal position | specialist | untaxed terms
        unchanged: the approval stands, a signature does not"""
        order = self.signed()
        position = self.env["account.fiscal.position"].create(
            {"name": "Free zone", "company_id": self.company.id}
        )
        self.included.fiscal_position_ids = position
        zero = self._tax("0 %", 0.0)
        zero.write(
            {
                "fiscal_position_ids": [Command.set(position.ids)],
                "original_tax_ids": [Command.set(self.tax.ids)],
            }
        )
        self.rpc(self.specialist, order, "write", {"fiscal_position_id": position.id})
        self.rpc(self.specialist, order, "action_update_taxes")
        self.env.flush_all()
        self.assertNotIn(self.tax, order.order_line.tax_ids)
        self.assertEqual(order.authority_state, "approved")
        self.unsigned(order)

    def test_customer_after_approval(self):
        """Another customer after approval | specialist | sign-off required again"""
        order = self.approved()
        partner = self.env["res.partner"].create({"name": "Other", "is_company": True})
        self.rpc(self.specialist, order, "write", {"partner_id": partner.id})
        self.reopened(order)

    # Signed, then changed

    def test_lines_after_signing(self):
        """Better or worse price after signing, before the prepayment | specialist,
        accountant | not signed any more; evidence kept"""
        for user in (self.specialist, self.accountant):
            order = self.signed()
            self.rpc(user, order.order_line, "write", {"discount": 7.0})
            self.unsigned(order)
            self.assertFalse(order.signed_on)

    def test_header_after_signing(self):
        """Delivery date, note, handover terms, payment term, customer's contact after
        signing | specialist | not signed any more"""
        term = self.env["account.payment.term"].create({"name": "Some day"})
        for name, value in (
            ("commitment_date", "2040-01-01 00:00:00"),
            ("note", "<p>Without warranty</p>"),
            ("handover_terms", "<p>At your own risk</p>"),
            ("payment_term_id", term.id),
            ("partner_id", self.contact.partner_id.id),
        ):
            order = self.signed()
            self.rpc(self.specialist, order, "write", {name: value})
            self.unsigned(order, name)

    def test_each_term_after_signing(self):
        """Product, quantity, unit, price, discount, tax, lines, pricelist,
        currency, contact, requirement: each alone, after signing | specialist |
        the signature binds it no longer"""
        pricelist = self.env["product.pricelist"].create(
            {"name": "Prices", "company_id": self.company.id}
        )
        lead = self.env["crm.lead"].create(
            {
                "name": "Deal",
                "type": "opportunity",
                "partner_id": self.customer.id,
                "team_id": self.team.id,
                "user_id": self.specialist.id,
                "company_id": self.company.id,
            }
        )
        order = self.signed(pricelist_id=pricelist.id, opportunity_id=lead.id)
        line = order.order_line
        same = self.env["product.product"].create(
            {"name": self.pump.name, "list_price": self.pump.list_price}
        )
        kept = {
            name: line[name]
            for name in ("name", "price_unit", "discount", "product_uom_qty")
        }
        header = {name: order[name].id for name in ("pricelist_id", "payment_term_id")}
        kept["tax_ids"] = [Command.set(line.tax_ids.ids)]
        other_tax = self.tax.copy({"name": self.tax.name + " again"})
        requirement = {"name": "Painted", "opportunity_id": lead.id}
        for record, vals in (
            (line, {**kept, "product_id": same.id}),
            (line, {"product_uom_qty": 2.0}),
            (line, {**kept, "product_uom_id": self.dozen.id}),
            (line, {"price_unit": 1001.0}),
            (line, {"discount": 7.0}),
            (line, {"tax_ids": [Command.set(other_tax.ids)]}),
            (order, {"order_line": [Command.create({"product_id": self.pump.id})]}),
            (order, {"pricelist_id": pricelist.copy().id}),
            (order, {"currency_id": self._weak_currency().id}),
            (order, {**header, "partner_id": self.contact.partner_id.id}),
        ):
            with self.subTest(vals), self.env.cr.savepoint() as savepoint:
                self.assertTrue(order._current_signature())
                self.rpc(self.specialist, record, "write", vals)
                self.env.flush_all()
                self.env.invalidate_all()
                self.assertFalse(order._current_signature(), vals)
                savepoint.rollback()
        command = {"requirement_ids": [Command.create(requirement)]}
        self.refused_rpc(self.specialist, order, "write", command, savepoint=True)
        line = self.env["key.account.requirement"].create(requirement)
        line._write_kept({"order_id": order.id})
        self.unsigned(order)

    def test_wording_after_signing(self):
        """The text of a line after signing | specialist | not signed any more"""
        order = self.signed()
        self.rpc(self.specialist, order.order_line, "write", {"name": "Used pump"})
        self.unsigned(order)

    def test_tax_rate_after_signing(self):
        """The rate of a tax edited after signing: the stored total stays, the printed
        one changes | accounting administrator | not signed any more"""
        order = self.signed()
        total = order.amount_total
        self.tax.amount = 50.0
        self.env.invalidate_all()
        self.assertEqual(order.amount_total, total)
        self.unsigned(order)

    def test_payment_term_edited_after_signing(self):
        """The payment term made longer in its own form | accounting administrator |
        not signed any more"""
        term = self.env["account.payment.term"].create({"name": "Net"})
        order = self.signed(payment_term_id=term.id)
        term.line_ids.nb_days = 180
        self.env.invalidate_all()
        self.unsigned(order)

    def test_agreement_after_signing(self):
        """Text of a listed agreement, or its file through ir.attachment | specialist |
        written and detected: not signed any more"""
        agreement = self.env["key.account.agreement"].create(
            {
                "name": "Quality",
                "type_id": self.env.ref("key_account.agreement_type_quality").id,
                "key_account_id": self.account.id,
                "body": "<p>Zero defects</p>",
                "file": "Zm9v",
                "file_name": "quality.txt",
            }
        )
        vals = {"agreement_ids": [Command.set(agreement.ids)]}
        order = self.signed(**vals)
        self.rpc(self.specialist, agreement, "write", {"body": "<p>Some</p>"})
        self.unsigned(order)
        order = self.signed(**vals)
        file = self.env["ir.attachment"].search(
            [
                ("res_model", "=", "key.account.agreement"),
                ("res_field", "=", "file"),
                ("res_id", "=", agreement.id),
            ]
        )
        self.rpc(self.specialist, file, "write", {"datas": "YmFy"})
        self.assertEqual(file.raw, b"bar")
        self.unsigned(order)

    def test_invoicing_terms_after_confirmation(self):
        """Price, quantity, product of a line of a confirmed order | specialist,
        accountant | not invoiced before sign-off"""
        for user, vals in (
            (self.specialist, {"price_unit": 1.0}),
            (self.accountant, {"price_unit": 1.0}),
            (self.specialist, {"product_uom_qty": 500.0}),
        ):
            order = self.approved()
            order.with_user(self.specialist).action_confirm()
            self.rpc(user, order.order_line, "write", vals)
            self.env.flush_all()
            self.refused(order._create_invoices, order=order)

    def test_line_on_a_locked_order(self):
        """A new line on a locked, confirmed order, which Odoo allows | specialist | not
        invoiced before sign-off"""
        order = self.approved()
        order.with_user(self.specialist).action_confirm()
        order.with_user(self.specialist).action_lock()
        vals = {"order_id": order.id, "product_id": self.pump.id, "price_unit": 0.0}
        self.rpc(self.specialist, self.env["sale.order.line"], "create", [vals])
        self.env.flush_all()
        self.refused(order._create_invoices, order=order)
