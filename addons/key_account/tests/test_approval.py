from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools.translate import code_translations

from .common import KeyAccountCommon


@tagged("post_install", "-at_install")
class TestApproval(KeyAccountCommon):
    def test_request_goes_to_the_lowest_sufficient_level(self):
        order = self.make_order(discount=8.0)
        order.with_user(self.specialist).action_request_approval()
        self.assertEqual(order.authority_state, "pending")
        self.assertEqual(order.approver_ids, self.manager)
        activity = order.activity_ids.filtered(lambda a: a.user_id == self.manager)
        self.assertEqual(len(activity), 1)
        order.with_user(self.manager).action_approve("fine")
        self.assertEqual(order.authority_state, "approved")
        self.assertFalse(order.approver_ids)
        event = order.approval_ids.sorted("id")[-1]
        self.assertEqual(
            (event.event, event.user_id, event.level_id),
            ("approve", self.manager, self.levels[20]),
        )
        self.assertTrue(event.valid_until)
        for event in order.approval_ids:
            terms = event.term_ids.filtered(lambda t: t.dimension == "discount")
            shown = [(t.shown_value, t.shown_limit, t.within) for t in terms]
            self.assertEqual(shown, [("8.0 %", "5.0 %", False)] * 2, event.event)
            self.assertEqual(terms.required_level_id, self.levels[20])
            for text in ("Pump", "920.00"):
                self.assertIn(text, event.snapshot)

    def test_too_low_a_level_cannot_decide(self):
        order = self.make_order(discount=18.0)
        order.with_user(self.specialist).action_request_approval()
        for user in (self.manager, self.colleague, self.specialist):
            with self.assertRaises(UserError):
                self.rpc(user, order, "action_approve", "me")
        self.assertEqual(order.authority_state, "pending")

    def test_nobody_signs_off_their_own_terms(self):
        order = self.make_order(discount=8.0)
        order.with_user(self.specialist).action_request_approval()
        # Better terms leave the request as it is, and are the manager's own now.
        order.with_user(self.manager).order_line.price_unit = 1001.0
        self.env.flush_all()
        self.assertEqual(order.authority_state, "pending")
        with self.assertRaisesRegex(UserError, "their own"):
            self.rpc(self.manager, order, "action_approve")

    def test_reject_and_send_back_need_a_comment(self):
        order = self.make_order(discount=8.0)
        order.with_user(self.specialist).action_request_approval()
        for method in ("action_reject", "action_send_back"):
            with self.assertRaises(UserError):
                self.rpc(self.manager, order, method, " ")
        order.with_user(self.manager).action_reject("too cheap")
        self.assertEqual(order.authority_state, "rejected")
        order.with_user(self.specialist).order_line.discount = 4.0
        self.assertEqual(order.authority_state, "within")

    def test_what_was_rejected_is_improved_on_the_form(self):
        order = self.make_order()
        order.with_user(self.specialist).order_line.price_unit = 920.0
        order.order_line.tax_ids = self.make_tax()
        order.agreement_ids = self.env["key.account.agreement"].create(
            {"name": "Handover", "key_account_id": self.account.id, "body": "<p>x</p>"}
        )
        order.with_user(self.specialist).action_request_approval()
        order.with_user(self.manager).action_reject("too cheap")
        self.env.flush_all()
        with Form(order.with_user(self.specialist)) as form:
            with form.order_line.edit(0) as line:
                line.price_unit = 930.0
            self.assertIn("needed", form.authority_preview)
            with form.order_line.edit(0) as line:
                line.price_unit = 920.0
            self.assertIn("too cheap", form.authority_preview)
            with form.order_line.edit(0) as line:
                line.price_unit = 960.0
        self.assertEqual(order.authority_state, "within")

    def test_each_is_told_what_concerns_them(self):
        order = self.make_order(discount=8.0)
        order.with_user(self.specialist).action_request_approval()
        asked = order.message_ids[0]
        self.assertEqual(asked.partner_ids, self.manager.partner_id)
        self.assertIn("8.0 %, the author's limit is 5.0 %", asked.body)
        order.with_user(self.manager).action_send_back("7 % at most")
        told = order.message_ids[0]
        self.assertEqual(told.partner_ids, self.specialist.partner_id)
        self.assertIn(f"Sent back by {self.manager.name}. 7 % at most", told.body)
        self.env.invalidate_all()
        strip = order.with_user(self.specialist).authority_preview
        self.assertIn("7 % at most", strip)
        order.with_user(self.specialist).action_request_approval()
        order.with_user(self.specialist).action_withdraw()
        self.assertIn("withdrawn", order.message_ids[0].body)

    def test_who_is_asked_reads_it_in_their_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.manager.lang = "fr_FR"
        order = self.make_order(discount=8.0)
        order.sudo()._post_later(
            lambda order: order.env.lang, self.manager | self.other_manager
        )
        told = {m.partner_ids: m.body for m in order.message_ids[:2]}
        self.assertIn("fr_FR", told[self.manager.partner_id])
        self.assertIn("en_US", told[self.other_manager.partner_id])

    def test_the_mail_leads_to_the_decision(self):
        """In the language of whoever is asked; who only follows gets Odoo's own."""
        self.env["res.lang"]._activate_lang("fr_FR")
        self.manager.lang = "fr_FR"
        order = self.make_order(discount=8.0)
        order.sudo().message_subscribe(self.director.partner_id.ids)
        french = {"Open and decide": "Ouvrir et décider"}
        with patch.dict(
            code_translations.python_translations, {("key_account", "fr_FR"): french}
        ):
            order.with_user(self.specialist).action_request_approval()
            links = self.links_of_mail(self.manager)
        link = links["Ouvrir et décider"]
        self.assertIn(f"/mail/view?model=sale.order&res_id={order.id}", link)
        self.assertEqual(order.authority_state, "pending", "a link decides nothing")
        self.assertEqual(
            order.with_user(self.manager).get_formview_id(),
            self.env.ref("key_account.sign_off_view_form").id,
        )
        order.sudo().message_post(
            body="By the way", partner_ids=self.director.partner_id.ids
        )
        self.assertNotIn("Open and decide", self.links_of_mail(self.director))
        order.with_user(self.manager).action_approve()
        order.sudo().message_post(body="Later", partner_ids=self.manager.partner_id.ids)
        self.assertNotIn("Open and decide", self.links_of_mail(self.manager))

    def test_a_second_decision_is_told_who_was_first(self):
        self.levels[20].user_ids |= self.other_manager
        order = self.make_order(discount=8.0)
        order.with_user(self.specialist).action_request_approval()
        order.with_user(self.manager).action_approve()
        with self.assertRaisesRegex(UserError, self.manager.name):
            order.with_user(self.other_manager).action_approve()

    def test_better_terms_need_nobody_worse_ones_reopen(self):
        order = self.approve(self.make_order(discount=8.0))
        order.with_user(self.specialist).order_line.discount = 6.0
        self.assertEqual(order.authority_state, "approved")
        order.with_user(self.specialist).order_line.discount = 9.0
        self.assertEqual(order.authority_state, "required")
        order.with_user(self.specialist).order_line.discount = 8.0
        self.assertEqual(order.authority_state, "approved")

    def test_another_product_customer_or_currency_reopens(self):
        order = self.approve(self.make_order(discount=8.0))
        order.with_user(self.specialist).write(
            {
                "order_line": [
                    Command.create({"product_id": self.valve.id, "discount": 0})
                ]
            }
        )
        self.assertEqual(order.authority_state, "required")

    def test_a_lower_list_price_later_changes_nothing(self):
        order = self.approve(self.make_order(discount=8.0))
        self.pump.list_price = 3000.0
        self.env.invalidate_all()
        order._assert_may("confirm")

    def test_a_moving_rate_opens_nothing(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        rate = {"currency_id": euro.id, "company_id": self.company.id}
        Rate = self.env["res.currency.rate"]
        Rate.create({**rate, "name": "2020-01-01", "rate": 0.1})
        pricelist = self.env["product.pricelist"].create(
            {"name": "Euro", "currency_id": euro.id, "company_id": self.company.id}
        )
        order = self.approve(self.make_order(0.0, 150.0, pricelist_id=pricelist.id))
        # At today's rate it would be less than what was approved, and stay so.
        Rate.create({**rate, "name": fields.Date.today(), "rate": 0.2})
        self.env.invalidate_all()
        order._assert_may("confirm")
        more = {"product_uom_qty": 160.0, "price_unit": order.order_line.price_unit}
        order.with_user(self.specialist).order_line.write(more)
        self.env.flush_all()
        self.assertEqual(order.authority_state, "required")

    def test_another_product_for_the_same_amount_reopens(self):
        self.company.key_account_dimensions = "amount"
        self.valve.list_price = self.pump.list_price
        order = self.approve(self.make_order(0.0, 150.0))
        self.rpc(
            self.specialist, order.order_line, "write", {"product_id": self.valve.id}
        )
        self.assertEqual(order.amount_untaxed, 150_000.0)
        self.assertEqual(self.broken(order)[0], ["products"])

    def test_the_requester_can_withdraw_and_nobody_else(self):
        order = self.make_order(discount=8.0)
        order.with_user(self.specialist).action_request_approval()
        with self.assertRaises(UserError):
            order.with_user(self.manager).action_withdraw()
        order.with_user(self.specialist).action_withdraw()
        self.assertEqual(order.authority_state, "required")
        self.assertFalse(order.approver_ids)

    def test_worse_terms_while_pending_supersede_the_request(self):
        order = self.make_order(discount=8.0)
        order.with_user(self.specialist).action_request_approval()
        order.with_user(self.specialist).order_line.discount = 9.5
        self.assertEqual(order.authority_state, "required")
        self.assertEqual(order.approval_ids.sorted("id")[-1].event, "supersede")

    def test_sole_sign_off_only_where_the_company_allows_it(self):
        order = self.make_order(discount=50.0, user=self.general_manager)
        order.with_user(self.general_manager).order_line.discount = 60.0
        self.company.key_account_approval_policy = "always"
        order._mark_authority()
        self.env.flush_all()
        self.assertEqual(order.authority_state, "required")
        order.with_user(self.general_manager).action_request_approval()
        self.assertFalse(order.approver_ids)
        with self.assertRaises(UserError):
            order.with_user(self.general_manager).action_approve()
        order.with_user(self.general_manager).action_withdraw()
        self.company.key_account_sole_sign_off = True
        order.with_user(self.general_manager).action_request_approval()
        self.assertEqual(order.approver_ids, self.general_manager)
        order.with_user(self.general_manager).action_approve()
        self.assertEqual(order.approval_ids.sorted("id")[-1].capacity, "sole")

    def test_always_policy_asks_the_next_level_within_limits(self):
        self.team.key_account_approval_policy = "always"
        order = self.make_order()
        self.assertEqual(order.authority_state, "required")
        self.assertEqual(order.authority_level_id, self.levels[20])

    def test_nobody_available_is_said_and_configuration_is_told(self):
        self.levels[40].user_ids = False
        order = self.make_order(discount=50.0)
        order.with_user(self.specialist).action_request_approval()
        self.assertFalse(order.approver_ids)
        self.assertIn("nobody can decide", str(order.authority_preview))
        self.assertIn(self.configurator, self.levels[40].activity_ids.user_id)

    def test_several_at_once(self):
        orders = self.make_order(discount=8.0) | self.make_order(discount=9.0)
        orders.with_user(self.specialist).action_request_approval()
        wizard = (
            self.env["key.account.decide"]
            .with_user(self.manager)
            .create({"order_ids": [Command.set(orders.ids)], "decision": "approve"})
        )
        wizard.action_decide()
        self.assertEqual(set(orders.mapped("authority_state")), {"approved"})

    def test_events_cannot_be_forged_changed_or_deleted(self):
        order = self.make_order(discount=50.0)
        Approval = self.env["key.account.approval"]
        values = {
            "order_id": order.id,
            "company_id": self.company.id,
            "event": "approve",
            "user_id": self.general_manager.id,
            "capacity": "level",
            "inputs": {},
        }
        for user in (self.specialist, self.manager, self.director, self.configurator):
            with self.assertRaises(AccessError):
                self.rpc(user, Approval, "create", [values])
            with self.assertRaises(AccessError):
                self.rpc(
                    user,
                    Approval,
                    "create",
                    [values],
                    context={"key_account_unlocked": True},
                )
        forged = {"key_account_unlocked": True}
        for evidence in Approval.sudo(), Approval.sudo().with_context(**forged):
            with self.assertRaises(AccessError):
                evidence.create(values)
        order.with_user(self.specialist).action_request_approval()
        event = order.approval_ids
        for user in (self.specialist, self.director):
            with self.assertRaises(AccessError):
                self.rpc(user, event, "write", {"event": "approve"})
            with self.assertRaises(AccessError):
                self.rpc(user, event, "unlink")
        for evidence in event.sudo(), event.sudo().with_context(**forged):
            with self.assertRaises(AccessError):
                evidence.write({"event": "approve"})
        with self.assertRaises(AccessError):
            event.sudo().unlink()

    def test_the_stored_state_cannot_be_written(self):
        order = self.make_order(discount=50.0)
        for name, value in (
            ("authority_state", "approved"),
            ("terms_author_id", self.general_manager.id),
            ("contract_state", "passed"),
            ("approver_ids", [Command.set(self.specialist.ids)]),
            ("key_account_id", False),
        ):
            with self.assertRaises(AccessError):
                self.rpc(self.specialist, order, "write", {name: value})

    # What an approval covers besides the measured terms

    def agreement(self, **vals):
        return self.env["key.account.agreement"].create(
            {
                "name": "Quality",
                "type_id": self.env.ref("key_account.agreement_type_quality").id,
                "key_account_id": self.account.id,
                "body": "<p>Zero defects</p>",
                **vals,
            }
        )

    def broken(self, order):
        """The state, and what the approver is shown as new."""
        self.env.flush_all()
        order.invalidate_recordset()
        self.assertEqual(order.authority_state, "required")
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.rpc(self.specialist, order, "action_confirm")
        event = order.sudo().approval_ids.sorted("id")[-1]
        return order._broken_since(event.inputs), str(order.authority_difference)

    def test_an_agreement_that_was_not_approved_needs_sign_off(self):
        approved, added = self.agreement(), self.agreement(name="Penalties")
        for vals in ([Command.set(approved.ids)], []):
            order = self.approve(self.make_order(8.0, agreement_ids=vals))
            listed = {"agreement_ids": [Command.link(added.id)]}
            self.rpc(self.specialist, order, "write", listed)
            broken, words = self.broken(order)
            self.assertEqual(broken, ["agreements"])
            self.assertIn("An agreement that was not approved", words)
            self.assertNotIn("Another customer", words)
            unlisted = {"agreement_ids": [Command.unlink(added.id)]}
            self.rpc(self.specialist, order, "write", unlisted)
            self.assertEqual(order.authority_state, "approved")

    def test_another_file_of_an_approved_agreement_needs_sign_off(self):
        agreement = self.agreement(file="Zm9v", file_name="quality.txt")
        vals = [Command.set(agreement.ids)]
        order = self.approve(self.make_order(8.0, agreement_ids=vals))
        self.rpc(self.specialist, agreement, "write", {"drafter_id": self.colleague.id})
        self.env.flush_all()
        self.assertEqual(order.authority_state, "approved")
        self.rpc(self.specialist, agreement, "write", {"file": "YmFy"})
        self.assertEqual(self.broken(order)[0], ["agreements"])

    def test_another_file_through_its_attachment_does_too(self):
        agreement = self.agreement(file="Zm9v", file_name="quality.txt")
        vals = [Command.set(agreement.ids)]
        order = self.approve(self.make_order(8.0, agreement_ids=vals))
        self.env["ir.attachment"].search(
            [
                ("res_model", "=", agreement._name),
                ("res_field", "=", "file"),
                ("res_id", "=", agreement.id),
            ]
        ).raw = b"bar"
        self.assertEqual(self.broken(order)[0], ["agreements"])

    def test_less_signature_or_prepayment_than_approved_needs_sign_off(self):
        asked = {
            "require_signature": True,
            "require_payment": True,
            "prepayment_percent": 0.5,
        }
        for vals, name, words in (
            ({"require_signature": False}, "signature", "No signature"),
            ({"prepayment_percent": 0.1}, "prepayment", "Less prepayment"),
            ({"require_payment": False}, "prepayment", "Less prepayment"),
        ):
            order = self.approve(self.make_order(8.0, **asked))
            self.rpc(self.specialist, order, "write", vals)
            broken, shown = self.broken(order)
            self.assertEqual(broken, [name])
            self.assertIn(words, shown)
            order.with_user(self.specialist).action_request_approval()
            order.with_user(self.manager).action_approve()
            self.assertEqual(order.authority_state, "approved")

    def test_more_signature_or_prepayment_needs_nobody(self):
        order = self.approve(self.make_order(8.0))
        more = {
            "require_signature": True,
            "require_payment": True,
            "prepayment_percent": 0.3,
        }
        self.rpc(self.specialist, order, "write", more)
        self.env.flush_all()
        self.assertEqual(order.authority_state, "approved")
        confirmed = self.approve(self.make_order(8.0, require_payment=True))
        confirmed.with_user(self.specialist).action_confirm()
        self.rpc(self.specialist, confirmed, "write", {"require_payment": False})
        self.env.flush_all()
        self.assertEqual(confirmed.authority_state, "approved")

    def test_other_handover_terms_leave_the_approval_and_ask_for_a_signature(self):
        order = self.approve(self.make_order(8.0))
        fingerprint = order._terms_fingerprint()
        self.rpc(self.specialist, order, "write", {"handover_terms": "<p>By rail</p>"})
        self.env.flush_all()
        self.assertEqual(order.authority_state, "approved")
        self.assertNotEqual(order._terms_fingerprint(), fingerprint)

    def test_a_right_is_no_authority(self):
        self.levels[30].with_user(self.configurator).user_ids = [Command.clear()]
        own = self.make_order(0.0, user=self.director)
        self.assertEqual(own.authority_state, "required")
        order = self.make_order(8.0)
        order.with_user(self.specialist).action_request_approval()
        with self.assertRaises(UserError):
            self.rpc(self.director, order, "action_approve")
        self.assertEqual(order.authority_state, "pending")

    # The last day

    def test_valid_until_the_validity_date_else_thirty_days(self):
        today = fields.Date.context_today(self.company)
        order = self.make_order(8.0, validity_date=today + timedelta(days=12))
        self.approve(order)
        event = order.approval_ids.sorted("id")[-1]
        self.assertEqual(event.valid_until, today + timedelta(days=12))
        open_ended = self.make_order(8.0, validity_date=False)
        self.approve(open_ended)
        event = open_ended.approval_ids.sorted("id")[-1]
        self.assertEqual(event.valid_until, today + timedelta(days=30))

    def run_deadlines(self):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref("key_account.cron_deadlines").method_direct_trigger()
        self.env.invalidate_all()

    def test_the_stored_state_follows_the_last_day_of_the_approval(self):
        order = self.approve(self.make_order(8.0))
        until = order.approval_ids.sorted("id")[-1].valid_until
        self.assertEqual(order.authority_valid_until, until)
        with freeze_time(until):
            self.run_deadlines()
            self.assertEqual(order.authority_state, "approved")
        with freeze_time(until + timedelta(days=1)):
            self.run_deadlines()
            self.assertEqual(order.authority_state, "required")
            self.assertFalse(order.authority_valid_until)

    def test_and_the_last_day_of_a_grant(self):
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
        today = fields.Date.context_today(lead)
        self.env["key.account.authority.grant"].with_user(self.manager).create(
            {
                "opportunity_id": lead.id,
                "user_id": self.specialist.id,
                "company_id": self.company.id,
                "dimension": "discount",
                "value": 8.0,
                "date_until": today + timedelta(days=5),
            }
        )
        order = self.make_order(8.0, opportunity_id=lead.id)
        self.assertEqual(order.authority_state, "within")
        self.assertEqual(order.authority_valid_until, today + timedelta(days=5))
        with freeze_time(fields.Datetime.now() + timedelta(days=6)):
            self.run_deadlines()
            self.assertEqual(order.authority_state, "required")

    def limit(self, level, **vals):
        return (
            self.env["key.account.authority.limit"]
            .with_user(self.configurator)
            .create(
                {
                    "level_id": self.levels[level].id,
                    "dimension": "discount",
                    "team_id": self.team.id,
                    **vals,
                }
            )
        )

    def test_and_the_last_day_of_a_limit(self):
        order = self.make_order(8.0)
        today = fields.Date.context_today(order)
        self.limit(10, value=9.0, date_to=today + timedelta(days=5))
        self.env.flush_all()
        self.assertEqual(order.authority_state, "within")
        self.assertEqual(order.authority_valid_until, today + timedelta(days=5))
        with freeze_time(fields.Datetime.now() + timedelta(days=5)):
            self.run_deadlines()
            self.assertEqual(order.authority_state, "within")
        with freeze_time(fields.Datetime.now() + timedelta(days=6)):
            self.run_deadlines()
            self.assertEqual(order.authority_state, "required")
            self.assertEqual(order.authority_level_id, self.levels[20])

    def test_and_the_first_day_of_a_limit(self):
        waiting, asked = self.make_order(8.0), self.make_order(8.0)
        asked.with_user(self.specialist).action_request_approval()
        today = fields.Date.context_today(waiting)
        self.limit(10, value=9.0, date_from=today + timedelta(days=3))
        self.env.flush_all()
        self.assertEqual(waiting.authority_state, "required")
        with freeze_time(fields.Datetime.now() + timedelta(days=3)):
            self.run_deadlines()
            self.assertEqual(waiting.authority_state, "within")
            # Nobody is asked any more what lies within authority now.
            self.assertEqual(asked.authority_state, "within")
            self.assertEqual(asked.approval_ids.sorted("id")[-1].event, "supersede")
            self.assertFalse(asked.approver_ids)

    def test_a_given_approval_keeps_its_numbers_when_limits_change_by_date(self):
        order = self.approve(self.make_order(8.0))
        until = order.authority_valid_until
        today = fields.Date.context_today(order)
        self.limit(20, value=6.0, date_from=today + timedelta(days=2))
        self.env.flush_all()
        self.assertEqual(order.authority_valid_until, until)
        with freeze_time(fields.Datetime.now() + timedelta(days=3)):
            self.run_deadlines()
            self.assertEqual(order.authority_state, "approved")
            self.assertEqual(order._authority_found()[order].state, "approved")
            self.rpc(self.specialist, order, "action_confirm")
            self.assertEqual(order.state, "sale")

    # The team

    def test_a_policy_of_the_team_marks_its_quotations_again(self):
        order = self.make_order(2.0)
        team = self.team.with_user(self.configurator)
        team.key_account_approval_policy = "always"
        self.env.flush_all()
        self.assertEqual(order.authority_state, "required")
        team.key_account_approval_policy = "over_limit"
        self.env.flush_all()
        self.assertEqual(order.authority_state, "within")

    def test_another_leader_is_asked_where_leaders_count(self):
        self.levels[20].write({"user_ids": [Command.clear()], "team_leader": True})
        order = self.make_order(8.0)
        order.with_user(self.specialist).action_request_approval()
        self.assertEqual(order.approver_ids, self.manager)
        self.team.with_user(self.configurator).user_id = self.other_manager
        self.env.flush_all()
        self.assertEqual(order.approver_ids, self.other_manager)
        own = self.make_order(8.0, user=self.other_manager)
        self.assertEqual(own.authority_state, "within")
        self.team.with_user(self.configurator).user_id = self.manager
        self.env.flush_all()
        self.assertEqual(own.authority_state, "required")
