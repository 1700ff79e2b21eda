"""Orders handed over on the promised day or not, and the revisits that follow."""

from datetime import date, datetime, time, timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, TransactionCase, tagged
from odoo.tools import format_date

from ..models.shared import optional
from ..rules import delivery as rules
from .attack_common import FORGED
from .test_next_step import NextStepCase
from .test_read_once import asked, rows_read


@tagged("post_install", "-at_install")
class TestRulesDelivery(TransactionCase):
    def test_on_time_is_on_the_day_or_before(self):
        promised = date(2026, 5, 20)
        for handed, state, late in (
            (None, "open", 12),
            (date(2026, 5, 19), "on_time", 0),
            (promised, "on_time", 0),
            (date(2026, 5, 21), "late", 1),
        ):
            with self.subTest(handed):
                self.assertEqual(rules.state(promised, handed), state)
                today = date(2026, 6, 1)
                self.assertEqual(rules.days_late(promised, handed, today), late)
        self.assertEqual(rules.state(None, promised), "unpromised")
        self.assertIsNone(rules.days_late(None, promised, promised))

    def test_revisit(self):
        day = date(2026, 5, 20)
        self.assertEqual(rules.revisit_on(day, 14), date(2026, 6, 3))
        self.assertIsNone(rules.revisit_on(day, 0))
        self.assertIsNone(rules.revisit_on(None, 14))


class DeliveryCommon(NextStepCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = cls.company._key_account_today()
        # Of what leaves from stock, where sale_stock is installed, nobody enters it.
        cls.pump.type = "service"
        policies = cls.env["key.account.policy"]._by_grade(cls.company)
        policies[cls.company.id, False].revisit_days = 14
        cls.env.flush_all()

    def confirmed(self, days=30, **vals):
        """A confirmed order promised for so many days from today."""
        promise = fields.Datetime.now() + timedelta(days=days)
        order = self.make_order(
            **{"commitment_date": days is not None and promise, **vals}
        )
        order.with_user(self.specialist).action_confirm()
        return order

    def delivery(self, days=30, **vals):
        order = self.confirmed(days, **vals)
        return self.env["key.account.delivery"].search([("order_id", "=", order.id)])

    def promised(self, delivery, days):
        """It was promised for so many days from today."""
        delivery._write_kept({"promised_on": self.today + timedelta(days=days)})
        return delivery


@tagged("post_install", "-at_install")
class TestDelivery(DeliveryCommon):
    # -- the promise -----------------------------------------------------------

    def test_followed_from_confirmation_on(self):
        order = self.make_order()
        self.assertFalse(order._deliveries())
        order.with_user(self.specialist).action_confirm()
        found = order._deliveries()
        self.assertEqual(found.promised_on, self.today + timedelta(days=30))
        self.assertEqual((found.state, found.confirmed_on), ("open", self.today))
        self.assertEqual(found.key_account_id, self.account)
        self.assertEqual((found.name, found.user_id), (order.name, self.specialist))
        order.sudo().commitment_date += timedelta(days=90)
        self.assertEqual(found.promised_on, self.today + timedelta(days=30), "kept")

    def test_promised_for_ever(self):
        """No calendar has the day after the last one of the year 9999."""
        order = self.make_order(commitment_date="9999-12-31 23:59:59")
        self.company.resource_calendar_id.tz = "Asia/Shanghai"
        order.with_user(self.specialist).action_confirm()
        self.assertEqual(order._deliveries().promised_on, date(9999, 12, 31))

    def test_the_day_is_the_company_s(self):
        self.company.resource_calendar_id.tz = "Asia/Shanghai"
        self.env.registry.clear_cache()
        promise = datetime(2031, 3, 31, 16, 30)
        delivery = self.delivery(commitment_date=promise)
        self.assertEqual(delivery.promised_on, date(2031, 4, 1))

    def test_orders_of_others_are_not_followed(self):
        order = self.make_order(partner=self.plain_customer, team_id=self.plain_team.id)
        order.action_confirm()
        self.assertFalse(order._deliveries())

    def test_a_broken_promise_is_not_mended_whatever_the_clocks(self):
        """Promised for the 4th, cancelled on the 5th in Auckland, where it is the 4th
        in UTC, and confirmed again with another day."""
        self.company.resource_calendar_id.tz = "Pacific/Auckland"
        self.env.registry.clear_cache()
        day = self.today + timedelta(days=4)
        # Noon of the 4th; its evening is the morning after.
        promise = datetime.combine(day, time(0))
        delivery = self.delivery(commitment_date=promise)
        self.assertEqual(delivery.promised_on, day)
        order = delivery.order_id.sudo()
        order._action_cancel()
        self.env.flush_all()
        for hour, kept in ((10, False), (14, True)):
            with self.subTest(hour=hour):
                delivery._write_kept({"state": "cancelled", "promised_on": day})
                self.env.flush_all()
                self.env.cr.execute(
                    "UPDATE key_account_delivery SET write_date = %s WHERE id = %s",
                    [datetime.combine(day, time(hour)), delivery.id],
                )
                delivery.invalidate_recordset()
                order.commitment_date = promise + timedelta(days=30)
                order._follow_delivery()
                later = day if kept else day + timedelta(days=30)
                self.assertEqual(delivery.promised_on, later)

    def test_cancelled_and_confirmed_again(self):
        delivery = self.delivery()
        order = delivery.order_id
        order.sudo()._action_cancel()
        self.assertEqual(delivery.state, "cancelled")
        with self.assertRaisesRegex(UserError, "were cancelled"):
            self.rpc(self.specialist, delivery, "action_hand_over")
        order.sudo().action_draft()
        later = fields.Datetime.now() + timedelta(days=50)
        order.sudo().commitment_date = later
        order.with_user(self.specialist).action_confirm()
        self.assertEqual(order._deliveries(), delivery)
        self.assertEqual(delivery.state, "open")
        self.assertEqual(delivery.promised_on, self.company._key_account_day(later))

    def test_the_confirmation_waits_for_one_statement(self):
        self.confirmed()
        order = self.make_order().with_user(self.specialist)
        with asked(self.env) as texts:
            order.action_confirm()
            self.env.flush_all()
        self.assertEqual(len([t for t in texts if "key_account_delivery" in t]), 1)
        self.assertEqual(len(rows_read(texts, "key_account")), 1)
        states = [t for t in texts if 'UPDATE "sale_order"\n' in t]
        self.assertEqual(len(states), 1)

    def test_several_confirmed_together(self):
        orders = self.make_order() | self.make_order(commitment_date=False)
        orders.with_user(self.specialist).action_confirm()
        kept = {each.order_id: each.promised_on for each in orders._deliveries()}
        day = self.today + timedelta(days=30)
        self.assertEqual(kept, {orders[0]: day, orders[1]: False})

    def other_file(self):
        partner = self.env["res.partner"].create(
            {"name": "Golden Tools", "is_company": True}
        )
        return self.account.create({"partner_id": partner.id, "team_id": self.team.id})

    def test_it_follows_the_order_to_another_account(self):
        delivery, other = self.delivery(), self.other_file()
        delivery.order_id.sudo().partner_id = other.partner_id
        self.env.flush_all()
        self.assertEqual(delivery.key_account_id, other)
        self.account.active = False
        delivery.order_id.sudo().partner_id = self.customer
        self.assertFalse(delivery.order_id.key_account_id)
        self.assertEqual(delivery.key_account_id, other, "kept without a file")

    def test_it_follows_the_customers_who_are_merged(self):
        delivery, other = self.delivery(), self.other_file()
        wizard = self.env["base.partner.merge.automatic.wizard"].with_context(
            active_model="res.partner",
            active_ids=(self.customer | other.partner_id).ids,
        )
        wizard.create({"dst_partner_id": other.partner_id.id}).action_merge()
        self.env.invalidate_all()
        self.assertEqual(self.account.merged_into_id, other)
        self.assertEqual(delivery.key_account_id, other)

    # -- handed over -----------------------------------------------------------

    def test_handed_over_by_whoever_looks_after_the_account(self):
        order = self.confirmed()
        self.assertTrue(order.with_user(self.specialist).delivery_to_enter)
        action = self.rpc(self.specialist, order, "action_enter_delivery")
        wizard = self.env["key.account.delivered"].with_user(self.specialist)
        with Form(wizard.with_context(**action["context"])) as form:
            form.date = self.today
        form.record.action_apply()
        delivery = order._deliveries()
        self.assertEqual((delivery.state, delivery.days_late), ("on_time", 0))
        self.assertEqual(delivery.entered_by_id, self.specialist)
        self.assertEqual(delivery.revisit_on, self.today + timedelta(days=14))
        self.env.invalidate_all()
        self.assertFalse(order.with_user(self.specialist).delivery_to_enter)
        # What comes next: how satisfied they are.
        action = self.rpc(self.specialist, delivery, "action_ask_satisfaction")
        asked_of = (action["context"]["active_model"], action["context"]["active_ids"])
        self.assertEqual(asked_of, ("key.account", self.account.ids))

    def test_late_and_without_a_promise(self):
        late = self.promised(self.delivery(), -3)
        self.assertEqual(late.days_late, 3)
        self.rpc(self.support, late, "action_hand_over", self.today - timedelta(days=1))
        self.assertEqual((late.state, late.days_late), ("late", 2))
        unpromised = self.delivery()
        unpromised._write_kept({"promised_on": False})
        self.rpc(self.support, unpromised, "action_hand_over")
        self.assertEqual((unpromised.state, unpromised.days_late), ("unpromised", 0))

    def test_the_day_of_the_form_is_the_company_s(self):
        self.company.resource_calendar_id.tz = "Asia/Shanghai"
        self.env.registry.clear_cache()
        delivery, wizard = self.delivery(), self.env["key.account.delivered"]
        day = self.company._key_account_today()
        for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):
            mine = wizard.with_user(self.specialist).with_context(tz=zone)
            mine = mine.with_context(default_delivery_ids=delivery.ids)
            self.assertEqual(Form(mine).date, day)
            self.assertEqual(mine.create({}).date, day)

    def test_not_in_the_future(self):
        delivery = self.delivery()
        with self.assertRaisesRegex(UserError, "has not come yet"):
            day = self.today + timedelta(days=1)
            self.rpc(self.specialist, delivery, "action_hand_over", day)
        self.assertFalse(delivery.handed_over_on)

    def test_a_day_that_stands_is_the_manager_s(self):
        delivery = self.promised(self.delivery(), -3)
        self.rpc(self.specialist, delivery, "action_hand_over")
        other = self.today - timedelta(days=5)
        with self.assertRaisesRegex(AccessError, "only the manager"):
            self.rpc(
                self.specialist, delivery, "action_hand_over", other, "Typed wrong"
            )
        with self.assertRaisesRegex(UserError, "Say why"):
            self.rpc(self.manager, delivery, "action_hand_over", other, " ")
        self.assertEqual(delivery.state, "late")
        self.rpc(self.manager, delivery, "action_hand_over", other, "Signed note")
        self.assertEqual((delivery.state, delivery.reason), ("on_time", "Signed note"))
        self.assertIn("Signed note", delivery.order_id.message_ids[0].body)

    # -- from stock (sale_stock) -----------------------------------------------

    def test_from_stock_when_all_has_left(self):
        delivery = self.promised(self.delivery(), -3)
        moment = fields.Datetime.now() - timedelta(days=3)
        with patch.object(
            optional, "handed_over_from_stock", lambda orders: {orders: moment}
        ):
            delivery._take_from_stock()
        self.assertEqual(delivery.handed_over_on, self.company._key_account_day(moment))
        self.assertEqual(
            (delivery.state, delivery.entered_by_id.id), ("on_time", False)
        )

    def test_what_leaves_from_stock_is_not_entered_by_hand(self):
        delivery = self.delivery()
        with (
            patch.object(optional, "is_delivered_from_stock", lambda order: True),
            self.assertRaisesRegex(UserError, "leave from stock"),
        ):
            self.rpc(self.specialist, delivery, "action_hand_over")
        self.assertEqual(delivery.state, "open")

    def test_with_real_deliveries(self):
        """Where sale_stock is installed: neither before anything has left nor with a
        part of it, but with the last of it; by nobody's hand."""
        if "delivery_status" not in self.env["sale.order"]._fields:
            self.skipTest("sale_stock is not installed")
        self.pump.write({"type": "consu", "is_storable": True})
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", self.company.id)], limit=1
        )
        stock = warehouse.lot_stock_id
        self.env["stock.quant"]._update_available_quantity(self.pump, stock, 50)
        delivery = self.delivery(days=3, quantity=10)
        with self.assertRaisesRegex(UserError, "leave from stock"):
            self.rpc(self.specialist, delivery, "action_hand_over")
        order = delivery.order_id
        for quantity, state in ((0, "open"), (4, "open"), (6, "on_time")):
            if quantity:
                picking = order.picking_ids.filtered(lambda p: p.state != "done")
                picking.move_ids.write({"quantity": quantity, "picked": True})
                picking.with_context(skip_backorder=True).button_validate()
            cron = type(self.env["ir.cron"])
            with patch.object(cron, "_commit_progress", return_value=True):
                self.env["key.account.delivery"]._cron_from_stock()
            self.assertEqual(delivery.state, state, quantity)
        self.assertEqual(delivery.handed_over_on, self.today)
        self.assertFalse(delivery.entered_by_id)
        self.assertEqual(delivery.revisit_on, self.today + timedelta(days=14))

    # -- a word while it is in progress ----------------------------------------

    def test_a_word_to_the_customer_ends_the_reminder(self):
        order = self.confirmed()
        self.env.cr.execute(
            "UPDATE sale_order SET date_order = date_order - INTERVAL '20 days'"
            " WHERE id = %s",
            order.ids,
        )
        self.env.invalidate_all()
        self.assertEqual(self.lines(code="order_silent").res_id, order.id)
        action = self.rpc(self.specialist, order, "action_tell_customer")
        composer = self.env["mail.compose.message"].with_user(self.specialist)
        composer = composer.with_context(**action["context"])
        composer.create({"body": "<p>Half of it is made.</p>"})._action_send_mail()
        message = order.message_ids[0]
        self.assertEqual(message.partner_ids, self.customer)
        self.assertFalse(self.lines(code="order_silent"))

    # -- revisits --------------------------------------------------------------

    def test_a_revisit_is_of_the_day_on_which_it_was_held(self):
        """Planned for before the delivery and made after it; held in the evening before
        it, where the clocks are behind."""
        handed = self.handed(20).handed_over_on
        self.specialist.tz = self.company.resource_calendar_id.tz = "America/New_York"
        evening = datetime.combine(handed, time(1))  # UTC
        visit = self.held(purpose="revisit", date_start=evening)
        visit._write_kept({"held_start": evening, "held_end": evening})
        self.assertTrue(self.lines(code="revisit_delivery"))
        visit._write_kept({"held_end": evening + timedelta(days=5)})
        self.assertFalse(self.lines(code="revisit_delivery"))

    def handed(self, days_ago):
        delivery = self.delivery()
        day = self.today - timedelta(days=days_ago)
        self.rpc(self.specialist, delivery, "action_hand_over", day)
        return delivery

    def test_revisit_after_delivery_once(self):
        delivery = self.handed(20)
        line = self.lines(code="revisit_delivery")
        self.assertEqual(line.res_id, delivery.id)
        self.assertEqual(line.date, self.today - timedelta(days=6))
        whose = self.account.display_name
        self.assertEqual(line.subject, f"{whose} – {delivery.name}")
        action = line.action_open()
        visit = self.env["key.account.visit"].browse(action["res_id"])
        self.assertEqual((visit.purpose, visit.state), ("revisit", "planned"))
        self.assertEqual(visit.user_id, self.specialist)
        day = format_date(self.env, delivery.handed_over_on)
        self.assertIn(f"handed over on {day}.", visit.objectives)
        day = self.company._key_account_day(visit.date_start)
        self.assertGreater(day, self.today)
        self.assertFalse(self.lines(code="revisit_delivery"))
        again = delivery.with_user(self.specialist).action_plan_revisit()
        self.assertEqual(again["res_id"], visit.id, "not twice")

    def test_a_revisit_before_the_delivery_is_none_of_it(self):
        self.handed(20)
        self.held(days=25, purpose="revisit", date_start=self._ago(25))
        self.held(days=5, purpose="development", date_start=self._ago(5))
        self.assertTrue(self.lines(code="revisit_delivery"))
        self.held(days=5, purpose="revisit", date_start=self._ago(5))
        self.assertFalse(self.lines(code="revisit_delivery"))

    def test_a_revisit_in_a_file_that_was_merged_is_one(self):
        self.handed(20)
        partner = self.env["res.partner"].create({"name": "Old", "is_company": True})
        vals = {"partner_id": partner.id, "team_id": self.team.id}
        old = self.account.create({**vals, "user_id": self.specialist.id})
        start = self._ago(5)
        self.held(days=5, purpose="revisit", date_start=start, key_account_id=old.id)
        self.assertTrue(self.lines(code="revisit_delivery"))
        old.sudo()._merge_into(self.account)
        self.assertFalse(self.lines(code="revisit_delivery"))

    def test_a_revisit_planned_in_a_file_that_was_merged_is_opened(self):
        delivery = self.handed(20)
        partner = self.env["res.partner"].create({"name": "Old", "is_company": True})
        vals = {"partner_id": partner.id, "team_id": self.team.id}
        old = self.account.create({**vals, "user_id": self.specialist.id})
        start = fields.Datetime.now() + timedelta(days=3)
        visit = self.env["key.account.visit"].with_user(self.specialist)
        visit = visit.create(
            {"key_account_id": old.id, "purpose": "revisit", "date_start": start}
        )
        old.sudo()._merge_into(self.account)
        action = delivery.with_user(self.specialist).action_plan_revisit()
        self.assertEqual(action["res_id"], visit.id)

    def _ago(self, days):
        return fields.Datetime.now() - timedelta(days=days)

    def test_revisits_in_a_months_plan(self):
        """What was handed over is revisited by the plan of the month, once, with this
        purpose; not where the customer was revisited since then."""
        policies = self.env["key.account.policy"]._by_grade(self.company)
        for policy in policies.values():
            policy.visits_per_month = policy.revisit_months = 0
        self.handed(20)
        self.handed(3)
        # That of the later one, too, is due by the end of next month.
        month = fields.Date.add(self.today, months=1)
        plan = self.env["key.account.visit.plan"].with_user(self.specialist)
        plan = plan.create({"month": month, "company_id": self.company.id})
        plan.action_propose()
        line = plan.line_ids
        self.assertEqual(line.mapped("occasion"), ["delivery"])
        line.action_accept()
        self.assertEqual(line.visit_id.purpose, "revisit")
        plan.action_propose()
        self.assertEqual(plan.line_ids, line)
        line.visit_id.action_cancel("They are closed", False)
        self.held(days=1, purpose="revisit", date_start=self._ago(1))
        plan.action_propose()
        self.assertEqual(plan.line_ids, line)

    def test_not_before_the_days_of_the_policy(self):
        self.handed(2)
        self.assertFalse(self.lines(code="revisit_delivery"))

    def test_revisit_by_cycle(self):
        self.aged(200)
        self.assertFalse(self.lines(code="revisit_cycle"), "a candidate is no customer")
        self.account._write_kept({"state": "active"})
        line = self.lines(code="revisit_cycle")
        self.assertEqual(line.key_account_id, self.account)
        action = line.action_open()
        self.assertEqual(action["context"]["default_purpose"], "revisit")
        self.held(days=10, purpose="revisit", date_start=self._ago(10))
        self.assertFalse(self.lines(code="revisit_cycle"))
        self.env.cr.execute(
            "UPDATE key_account_visit SET held_start = held_start - INTERVAL '200 days'"
        )
        self.env.invalidate_all()
        self.assertTrue(self.lines(code="revisit_cycle"))
        self.visit(
            purpose="revisit", date_start=fields.Datetime.now() + timedelta(days=3)
        )
        self.assertFalse(self.lines(code="revisit_cycle"))


@tagged("post_install", "-at_install")
class TestAttackDelivery(DeliveryCommon):
    def test_written_by_hand(self):
        """Promise, day, state, who entered it written by RPC; a delivery made or
        deleted | specialist, manager, director | refused: recorded by the process"""
        delivery = self.delivery()
        for user in (self.specialist, self.manager, self.director):
            for values in (
                {"promised_on": "2099-01-01"},
                {"handed_over_on": self.today},
                {"state": "on_time"},
                {"revisit_on": False},
                {"entered_by_id": self.director.id},
            ):
                with self.subTest(values), self.assertRaises(AccessError):
                    self.rpc(user, delivery, "write", values, context=FORGED)
            with self.assertRaises(AccessError):
                self.rpc(user, delivery, "unlink", context=FORGED)
            values = {
                "name": "S1",
                "order_id": delivery.order_id.id,
                "key_account_id": self.account.id,
                "confirmed_on": self.today,
            }
            with self.assertRaises(AccessError):
                self.rpc(user, delivery.browse(), "create", [values], context=FORGED)
        self.assertEqual(delivery.state, "open")

    def test_handed_over_by_a_stranger(self):
        """An order marked as handed over, or its wizard opened, for another's account |
        colleague, manager of another team, salesperson | refused: no access"""
        delivery = self.delivery()
        wizards = self.env["key.account.delivered"]
        values = {"delivery_ids": [delivery.id], "date": self.today}
        for user in (self.colleague, self.other_manager, self.outsider):
            with self.assertRaises(AccessError):
                self.rpc(user, delivery, "action_hand_over", context=FORGED)
            with self.assertRaises(AccessError):
                self.rpc(user, wizards, "create", [values], context=FORGED)
            with self.assertRaises(AccessError):
                self.rpc(user, delivery, "action_plan_revisit", context=FORGED)
        self.assertFalse(delivery.handed_over_on)

    def test_late_made_on_time(self):
        """A late delivery given an earlier day through the wizard | specialist |
        refused: a day that stands is the manager's"""
        delivery = self.promised(self.delivery(), -3)
        self.rpc(self.specialist, delivery, "action_hand_over")
        wizard = self.env["key.account.delivered"].with_user(self.specialist)
        wizard = wizard.create(
            {
                "delivery_ids": delivery.ids,
                "date": self.today - timedelta(days=9),
                "reason": "Was earlier",
            }
        )
        with self.assertRaises(AccessError):
            self.rpc(self.specialist, wizard, "action_apply", context=FORGED)
        self.assertEqual(delivery.state, "late")
