from datetime import timedelta
from types import SimpleNamespace
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.shared import optional
from .common import KeyAccountCommon


@tagged("post_install", "-at_install")
class TestAuthority(KeyAccountCommon):
    def test_a_limit_is_called_by_its_level_and_what_it_limits(self):
        limit = self.env["key.account.authority.limit"].search(
            [("level_id", "=", self.levels[10].id), ("dimension", "=", "discount")],
            limit=1,
        )
        self.assertEqual(limit.display_name, "Specialist · Discount")

    def test_level_is_the_highest_membership(self):
        Level = self.env["key.account.authority.level"]
        self.assertEqual(Level._level_of(self.specialist, self.company), 10)
        self.levels[30].user_ids |= self.specialist
        self.assertEqual(Level._level_of(self.specialist, self.company), 30)
        self.assertIsNone(Level._level_of(self.outsider, self.company))
        self.assertIsNone(Level._level_of(self.specialist, self.other_company))

    def test_leader_of_the_team_counts_where_the_level_says_so(self):
        Level = self.env["key.account.authority.level"]
        self.levels[20].user_ids = False
        self.assertIsNone(Level._level_of(self.manager, self.company, self.team))
        self.levels[20].team_leader = True
        self.assertEqual(Level._level_of(self.manager, self.company, self.team), 20)
        self.assertIsNone(Level._level_of(self.manager, self.company, self.plain_team))

    def test_within_limits_nobody_is_asked(self):
        order = self.make_order(discount=5.0)
        self.assertEqual(order.authority_state, "within")
        self.assertEqual(order.key_account_id, self.account)
        self.assertEqual(order.terms_author_id, self.specialist)

    def test_beyond_the_limit_the_smallest_sufficient_level_is_named(self):
        self.assertEqual(
            self.make_order(discount=8.0).authority_level_id, self.levels[20]
        )
        self.assertEqual(
            self.make_order(discount=18.0).authority_level_id, self.levels[30]
        )
        self.assertEqual(
            self.make_order(discount=50.0).authority_level_id, self.levels[40]
        )
        self.assertEqual(
            self.make_order(quantity=600.0).authority_level_id, self.levels[30]
        )

    def test_amount_is_compared_in_company_currency(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        self.env["res.currency.rate"].create(
            {
                "name": "2020-01-01",
                "rate": 0.1,
                "currency_id": euro.id,
                "company_id": self.company.id,
            }
        )
        pricelist = self.env["product.pricelist"].create(
            {"name": "Euro", "currency_id": euro.id, "company_id": self.company.id}
        )
        order = self.make_order(quantity=150.0, pricelist_id=pricelist.id)
        self.assertEqual(order.currency_id, euro)
        self.assertAlmostEqual(order.amount_untaxed, 15_000.0)
        self.assertEqual(order.authority_level_id, self.levels[20])

    def test_naming_a_director_as_salesperson_gains_nothing(self):
        order = self.make_order(discount=18.0)
        order.with_user(self.specialist).user_id = self.director
        self.env.flush_all()
        self.assertEqual(order.terms_author_id, self.specialist)
        self.assertEqual(order.authority_state, "required")
        self.assertEqual(order.authority_level_id, self.levels[30])

    def test_a_director_writing_for_a_specialist_counts_as_the_specialist(self):
        order = self.make_order(user_id=self.specialist.id, discount=0.0)
        order.with_user(self.director).order_line.discount = 18.0
        self.assertEqual(order.terms_author_id, self.director)
        self.assertEqual(order.authority_state, "required")

    def test_a_change_of_limits_marks_undecided_quotations_again(self):
        order = self.make_order(discount=8.0)
        self.assertEqual(order.authority_state, "required")
        limit = self.levels[10].limit_ids.filtered(
            lambda limit: limit.dimension == "discount"
        )
        self.env.cr.flush()
        limit.with_user(self.configurator).value = 10.0
        self.env.cr.flush()
        self.assertEqual(order.authority_state, "within")
        tracked = limit.message_ids.tracking_value_ids
        self.assertEqual(tracked.mapped("old_value_float"), [5.0])
        self.assertEqual(tracked.mapped("new_value_float"), [10.0])

    def test_discount_is_measured_against_the_reference_pricelist(self):
        self.company.key_account_reference_pricelist_id = self.env[
            "product.pricelist"
        ].create(
            {
                "name": "Reference",
                "company_id": self.company.id,
                "item_ids": [
                    Command.create(
                        {
                            "compute_price": "fixed",
                            "fixed_price": 1250.0,
                            "applied_on": "0_product_variant",
                            "product_id": self.pump.id,
                        }
                    )
                ],
            }
        )
        self.assertAlmostEqual(self.make_order().authority_discount, 20.0)

    def test_a_plain_customer_is_not_concerned(self):
        order = self.make_order(
            partner=self.plain_customer, discount=90.0, team_id=self.plain_team.id
        )
        self.assertEqual(order.authority_state, "not_applicable")
        order.with_user(self.specialist).action_confirm()
        self.assertEqual(order.state, "sale")

    def test_whom_the_controls_concern(self):
        plain = {"discount": 8.0, "team_id": self.plain_team.id}
        # A key account in any team, anybody in a key-account team.
        self.assertEqual(self.make_order(**plain).authority_state, "required")
        order = self.make_order(discount=8.0, partner=self.plain_customer)
        self.assertFalse(order.key_account_id)
        self.assertEqual(order.authority_state, "required")
        for state, found in (
            ("trial", "required"),
            ("active", "required"),
            ("dormant", "required"),
            ("lost", "not_applicable"),
            ("dropped", "not_applicable"),
        ):
            ended = {"lost_reason": "Moved away", "lost_date": fields.Date.today()}
            self.account._write_kept({"state": state, **ended})
            self.assertEqual(self.make_order(**plain).authority_state, found, state)

    def test_carts_of_the_webshop_are_the_shops(self):
        website = {"_fields": ("website_id",), "website_id": 1}
        cart = SimpleNamespace(**website, terms_author_id=False)
        self.assertTrue(optional.is_webshop_cart(cart))
        cart.terms_author_id = self.specialist
        self.assertFalse(optional.is_webshop_cart(cart), "somebody sells it")
        self.assertFalse(optional.is_webshop_cart(self.make_order()))
        with patch.object(optional, "is_webshop_cart", lambda order: True):
            order = self.make_order(discount=50.0)
            self.assertEqual(order.authority_state, "not_applicable")
            order.with_user(self.specialist).action_confirm()
        self.assertEqual(order.state, "sale")
        # What a colleague changes of it is compared with what the shop sold.
        for discount, state in ((50.0, "within"), (51.0, "required")):
            order.order_line.with_user(self.specialist).discount = discount
            order._mark_authority()
            self.env.flush_all()
            self.assertEqual(order.authority_state, state, discount)

    def test_authority_is_that_in_the_company_of_the_order(self):
        self.env["key.account.authority.level"].create(
            {
                "name": "All",
                "sequence": 40,
                "company_id": self.other_company.id,
                "user_ids": [Command.set(self.specialist.ids)],
                "limit_ids": [
                    Command.create({"dimension": code, "unlimited": True})
                    for code in ("discount", "amount")
                ],
            }
        )
        order = self.make_order(discount=8.0)
        for company in self.company, self.other_company:
            seen = order.with_company(company)
            self.assertEqual(seen._authority_found()[seen].state, "required")

    def test_mode_off_measures_nothing(self):
        self.company.key_account_mode = "off"
        self.assertEqual(
            self.make_order(discount=90.0).authority_state, "not_applicable"
        )

    def test_mode_observe_shows_and_stops_nothing(self):
        self.company.key_account_mode = "observe"
        order = self.make_order(discount=90.0)
        self.assertEqual(order.authority_state, "required")
        order.with_user(self.specialist).action_confirm()
        self.assertEqual(order.state, "sale")

    def test_grant_widens_for_one_deal_and_one_person_until_its_date(self):
        lead = self.env["crm.lead"].create(
            {
                "name": "Deal",
                "partner_id": self.customer.id,
                "team_id": self.team.id,
                "company_id": self.company.id,
                "user_id": self.specialist.id,
                "type": "opportunity",
            }
        )
        order = self.make_order(discount=8.0, opportunity_id=lead.id)
        grant = (
            self.env["key.account.authority.grant"]
            .with_user(self.manager)
            .create(
                {
                    "opportunity_id": lead.id,
                    "user_id": self.specialist.id,
                    "dimension": "discount",
                    "value": 9.0,
                    "company_id": self.company.id,
                }
            )
        )
        self.env.flush_all()
        self.assertEqual((grant.value, grant.unit), (9, "%"))
        self.assertEqual(order.authority_state, "within")
        # Not for a colleague, not in another deal, not in another dimension.
        self.account.member_ids = [Command.create({"user_id": self.colleague.id})]
        other = lead.copy({"partner_id": self.customer.id})
        for vals in (
            {"user": self.colleague, "opportunity_id": lead.id},
            {"opportunity_id": other.id},
            {"opportunity_id": lead.id, "quantity": 200.0},
        ):
            self.assertEqual(self.make_order(8.0, **vals).authority_state, "required")
        grant.date_until = fields.Date.today() - timedelta(days=1)
        self.env.flush_all()
        self.assertEqual(order.authority_state, "required")
        # The same number in another dimension is something else.
        grant.copy({"dimension": "amount", "value": 200_000.0, "date_until": False})
        self.env.flush_all()
        self.assertEqual(order.authority_state, "required")

    def test_grants_follow_a_merge(self):
        leads = self.env["crm.lead"].create(
            [
                {
                    "name": name,
                    "type": "opportunity",
                    "partner_id": self.customer.id,
                    "team_id": self.team.id,
                    "user_id": self.specialist.id,
                    "company_id": self.company.id,
                }
                for name in ("First", "Second")
            ]
        )
        Grant = self.env["key.account.authority.grant"].with_user(self.manager)
        values = {
            "user_id": self.specialist.id,
            "company_id": self.company.id,
            "dimension": "discount",
        }
        grants = Grant.create(
            [
                {**values, "opportunity_id": lead.id, "value": value}
                for lead, value in zip(leads, (6.0, 9.0), strict=True)
            ]
        )
        merged = leads.merge_opportunity()
        self.env.flush_all()
        self.assertEqual(grants.exists().opportunity_id, merged)
        self.assertEqual(grants.mapped("value"), [6.0, 9.0])
        self.assertEqual(grants.granted_by_id, self.manager)
        order = self.make_order(9.0, opportunity_id=merged.id)
        self.assertEqual(order.authority_state, "within")

    def test_nobody_grants_beyond_their_own_limit_or_to_themselves(self):
        lead = self.env["crm.lead"].create(
            {
                "name": "Deal",
                "partner_id": self.customer.id,
                "team_id": self.team.id,
                "company_id": self.company.id,
                "type": "opportunity",
            }
        )
        Grant = self.env["key.account.authority.grant"]
        values = {
            "opportunity_id": lead.id,
            "dimension": "discount",
            "company_id": self.company.id,
        }
        for user, receiver, value in (
            (self.manager, self.specialist, 15.0),
            (self.manager, self.manager, 5.0),
            (self.specialist, self.colleague, 4.0),
            (self.other_manager, self.specialist, 4.0),
        ):
            with self.assertRaises(AccessError):
                self.rpc(
                    user,
                    Grant,
                    "create",
                    [{**values, "user_id": receiver.id, "value": value}],
                )

    def test_nobody_grants_more_than_they_may_in_a_category(self):
        category = self.env["product.category"].create({"name": "Castings"})
        self.valve.categ_id = category
        for level, value in ((10, 1), (20, 3)):
            self.levels[level].limit_ids = [
                Command.create(
                    {
                        "dimension": "discount",
                        "value": value,
                        "product_category_id": category.id,
                    }
                )
            ]
        lead = self.env["crm.lead"].create(
            {
                "name": "Deal",
                "partner_id": self.customer.id,
                "team_id": self.team.id,
                "user_id": self.specialist.id,
                "company_id": self.company.id,
                "type": "opportunity",
            }
        )
        pumps = self.make_order(discount=9.0, opportunity_id=lead.id)
        valves = self.make_order(discount=3.0, opportunity_id=lead.id)
        valves.order_line.product_id = self.valve
        valves.order_line.discount = 3.0
        worse = self.make_order(discount=4.0, opportunity_id=lead.id)
        worse.order_line.product_id = self.valve
        worse.order_line.discount = 4.0
        orders = pumps | valves | worse
        self.assertEqual(set(orders.mapped("authority_state")), {"required"})
        self.rpc(
            self.manager,
            self.env["key.account.authority.grant"],
            "create",
            [
                {
                    "opportunity_id": lead.id,
                    "dimension": "discount",
                    "company_id": self.company.id,
                    "user_id": self.specialist.id,
                    "value": 10.0,
                }
            ],
        )
        self.assertEqual(
            orders.mapped("authority_state"), ["within", "within", "required"]
        )
        self.assertEqual(worse.authority_level_id, self.levels[30])

    def test_only_a_manager_of_the_deals_team_grants(self):
        elsewhere = self.plain_team
        elsewhere.write(
            {
                "is_key_account": True,
                "key_account_manager_ids": [Command.set(self.other_manager.ids)],
            }
        )
        lead = self.env["crm.lead"].create(
            {
                "name": "Deal",
                "partner_id": self.customer.id,
                "team_id": self.team.id,
                "company_id": self.company.id,
                "type": "opportunity",
            }
        )
        # Who manages the account, and has the authority, does not manage the deal.
        self.account.team_id = elsewhere
        self.levels[20].user_ids |= self.other_manager
        values = {
            "opportunity_id": lead.id,
            "user_id": self.specialist.id,
            "dimension": "discount",
            "value": 8.0,
            "company_id": self.company.id,
        }
        Grant = self.env["key.account.authority.grant"]
        with self.assertRaisesRegex(AccessError, "manager of the team"):
            self.rpc(self.other_manager, Grant, "create", [values])

    def test_a_limit_of_zero_is_none_and_unlimited_is_said(self):
        limit = self.levels[10].limit_ids.filtered(
            lambda row: row.dimension == "discount"
        )
        limit.with_user(self.configurator).value = 0.0
        order = self.make_order(discount=2.0)
        self.assertEqual(order.authority_state, "required")
        limit.with_user(self.configurator).unlimited = True
        self.env.flush_all()
        self.assertEqual(order.authority_state, "within")

    def test_only_a_discount_limit_is_for_a_category(self):
        limits = self.levels[10].limit_ids
        category = self.pump.categ_id or self.env["product.category"].create(
            {"name": "Pumps"}
        )
        for limit in limits:
            changed = limit.with_user(self.configurator)
            if limit.dimension == "discount":
                changed.product_category_id = category
                self.env.flush_all()
                continue
            with self.assertRaises(IntegrityError), self.env.cr.savepoint():
                with mute_logger("odoo.sql_db"):
                    changed.product_category_id = category
                    self.env.flush_all()
            self.env.invalidate_all()

    def test_only_configuration_edits_levels_and_limits(self):
        limit = self.levels[10].limit_ids[:1]
        for user in self.specialist | self.manager | self.director | self.support:
            with self.assertRaises(AccessError):
                self.rpc(user, limit, "write", {"value": 99.0})
            with self.assertRaises(AccessError):
                self.rpc(
                    user,
                    self.levels[40],
                    "write",
                    {"user_ids": [Command.link(user.id)]},
                )

    def test_who_joins_or_leaves_a_level_is_tracked_and_measured(self):
        order = self.make_order(discount=8.0)
        level = self.levels[20].with_user(self.configurator)
        self.env.cr.flush()
        level.user_ids = [Command.link(self.specialist.id)]
        self.env.cr.flush()
        self.assertEqual(order.authority_state, "within")
        level.user_ids = [Command.unlink(self.specialist.id)]
        self.env.cr.flush()
        self.assertEqual(order.authority_state, "required")
        values = self.levels[20].message_ids.tracking_value_ids
        names = " ".join(
            f"{value.old_value_char} {value.new_value_char}" for value in values
        )
        self.assertIn(self.specialist.name, names)

    def test_lists_follow_what_is_measured_with(self):
        def triggered():
            self.env.cr.precommit.data.pop("key_account.cron_measure_again", None)
            cron = self.env.ref("key_account.cron_measure_again")
            triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
            triggers.unlink()
            return bool(triggers)

        # What others measure is measured again for them.
        others = self.env["res.company"].search([("id", "!=", self.company.id)])
        others.key_account_mode = "off"
        order = self.make_order()
        pricelist = self.env["product.pricelist"].create({"name": "Reference"})
        term = self.payment_term.line_ids[:1]
        triggered()
        item = {"pricelist_id": pricelist.id, "fixed_price": 10.0}
        for records, vals, dimension in (
            (self.pump, {"list_price": 1001.0}, "discount"),
            (self.pump, {"standard_price": 601.0}, "margin"),
            (self.customer, {"credit_limit": 10.0}, "credit"),
            (pricelist, {"item_ids": [Command.create(item)]}, "discount"),
            (term, {"nb_days": 200}, "payment_days"),
        ):
            self.company.key_account_dimensions = "amount"
            records.write(vals)
            if dimension != "discount":
                self.assertFalse(triggered(), "nobody measures it")
            triggered()
            self.company.key_account_dimensions = f"amount,{dimension}"
            records.write(vals)
            self.assertTrue(triggered(), (records, dimension))
        self.pump.name = "Another pump"
        self.assertFalse(triggered())
        self.company.key_account_dimensions = "discount"
        self.env.flush_all()
        self.pump.list_price = 2000.0
        self.assertEqual(order.authority_state, "within", "nobody waits for it")
        with self.enter_registry_test_mode():
            self.env.ref("key_account.cron_measure_again").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(order.authority_state, "required")

    def test_a_broken_quotation_stops_no_other_from_being_measured_again(self):
        broken, order = self.make_order(), self.make_order()
        self.company.key_account_dimensions = "discount"
        self.env.flush_all()
        self.pump.list_price = 2000.0
        self.env.flush_all()
        found = self.env.registry["sale.order"]._authority_found

        def breaking(orders):
            if broken in orders:
                raise ValueError("broken")
            return found(orders)

        self.patch(self.env.registry["sale.order"], "_authority_found", breaking)
        logger = "odoo.addons.key_account.models.shared.batch"
        with self.enter_registry_test_mode(), self.assertLogs(logger, "ERROR") as log:
            self.env.ref("key_account.cron_measure_again").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(order.authority_state, "required")
        self.assertEqual(broken.authority_state, "within")
        self.assertEqual(len(log.output), 1)
        self.assertIn(f"sale.order({broken.id},)", log.output[0])

    def test_measuring_again_costs_nothing_where_nothing_is_measured(self):
        self.env["res.company"].search([]).key_account_mode = "off"
        self.env.cr.precommit.data.pop("key_account.cron_measure_again", None)
        Order = self.env["sale.order"]
        Order._measure_again_later("discount")
        with self.assertQueryCount(0):
            Order._measure_again_later("discount", "margin")

    def test_measuring_many_costs_no_query_per_order(self):
        def queries(count):
            orders = self.env["sale.order"].concat(
                *(self.make_order(discount=8.0) for _i in range(count))
            )
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            orders._authority_found()
            return self.env.cr.sql_log_count - before

        queries(1)
        self.assertLessEqual(queries(20), queries(2) + 2)
