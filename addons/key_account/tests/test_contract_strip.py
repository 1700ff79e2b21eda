"""What a contract lacks, whether what was signed binds, and how a decided deal ends."""

from lxml import html

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .stage_common import StageCommon
from .test_signature import SIGNATURE


class SignedCommon(StageCommon):
    def quote(self, lead=None, **vals):
        vals.setdefault("opportunity_id", (lead or self.lead).id)
        return self.make_order(discount=4.0, **vals)

    def sign(self, order):
        """As the portal does, for whoever holds the link."""
        order.with_user(self.specialist).action_quotation_sent()
        public = self.env.ref("base.public_user")
        order.with_user(public).sudo().write(
            {
                "signature": SIGNATURE,
                "signed_by": "Zhao Min",
                "signed_on": "2026-01-02 03:04:05",
            }
        )
        self.env.flush_all()
        return order

    def signed_order(self, **vals):
        order = self.sign(self.quote(require_signature=True, **vals))
        order.with_user(self.specialist).action_confirm()
        self.env.flush_all()
        return order

    def strip(self, order, user=None):
        """The text of the strip as this user reads it."""
        self.env.flush_all()
        self.env.invalidate_all()
        content = order.with_user(user or self.specialist).contract_strip
        return (
            " ".join(html.fromstring(content).text_content().split()) if content else ""
        )


@tagged("post_install", "-at_install")
class TestContractStrip(SignedCommon):
    def bare(self, **vals):
        return self.quote(commitment_date=False, handover_terms=False, **vals)

    # -- what it lacks ------------------------------------------------------

    def test_what_is_missing_is_said_from_the_first_minute(self):
        order = self.bare()
        self.assertIn(
            "The contract still lacks: delivery date, handover terms.",
            self.strip(order),
        )
        self.assertIn("stands at “Development plan”", self.strip(order))
        order.write({"commitment_date": "2027-03-01", "handover_terms": "<p>DAP</p>"})
        self.assertNotIn("still lacks", self.strip(order))

    def test_it_is_said_while_it_is_typed(self):
        new = self.env["sale.order"].with_user(self.specialist)
        values = {
            "partner_id": self.customer.id,
            "team_id": self.team.id,
            "opportunity_id": self.lead.id,
        }
        draft = new.new({"company_id": self.company.id, **values})
        self.assertIn("at least one product line", draft.contract_strip)
        self.assertIn("delivery date", draft.contract_strip)

    def test_a_plain_quotation_has_no_strip(self):
        order = self.make_order(
            partner=self.plain_customer,
            team_id=self.plain_team.id,
            commitment_date=False,
        )
        self.assertFalse(self.strip(order))
        self.assertFalse(order.contract_incomplete or order.confirmation_waits)

    def test_sign_off_asks_for_what_is_missing(self):
        order = self.bare()
        order.order_line.discount = 8.0
        self.env.flush_all()
        self.assertTrue(order.with_user(self.specialist).contract_incomplete)
        with self.assertRaisesRegex(UserError, "delivery date, handover terms"):
            self.rpc(self.specialist, order, "action_request_approval")
        self.assertFalse(order.approval_ids)

    def test_sending_asks_for_what_is_missing(self):
        order = self.bare()
        for call in ("action_quotation_send", "action_quotation_sent"):
            with self.assertRaisesRegex(UserError, "asks for a complete contract"):
                self.rpc(self.specialist, order, call)
        self.assertEqual(order.state, "draft")
        order.write({"commitment_date": "2027-03-01", "handover_terms": "<p>DAP</p>"})
        self.assertTrue(self.rpc(self.specialist, order, "action_quotation_send"))

    def test_in_mode_observe_it_is_noted(self):
        self.company.key_account_mode = "observe"
        order = self.bare()
        wizard = self.completion(order, "send")
        self.assertTrue(wizard.may_go_on)
        self.assertTrue(wizard.action_go_on())
        self.rpc(self.specialist, order, "action_quotation_sent")
        self.assertEqual(order.state, "sent")

    def test_who_let_the_deal_pass_took_it_upon_themselves(self):
        order = self.bare()
        lead = self.lead.with_user(self.manager)
        lead._pass_by_override(self.sign_off_step, "A repeat order")
        self.env.flush_all()
        self.assertFalse(order.with_user(self.specialist).contract_incomplete)
        self.rpc(self.specialist, order, "action_quotation_sent")
        self.assertEqual(order.state, "sent")

    def test_a_quotation_without_deal_is_held_up_by_no_gate(self):
        order = self.bare(opportunity_id=False)
        self.assertIn("still lacks: delivery date", self.strip(order))
        self.assertFalse(order.with_user(self.specialist).contract_incomplete)
        self.rpc(self.specialist, order, "action_quotation_sent")
        self.assertEqual(order.state, "sent")

    def completion(self, order, purpose):
        Wizard = self.env["key.account.contract.completion"]
        return Wizard.with_user(self.specialist).create(
            {"order_id": order.id, "purpose": purpose}
        )

    def test_the_dialog_fills_in_what_is_missing(self):
        order = self.bare()
        order.order_line.discount = 8.0
        self.env.flush_all()
        action = self.rpc(self.specialist, order, "action_complete_contract")
        self.assertEqual(action["res_model"], "key.account.contract.completion")
        wizard = self.completion(order, "request")
        self.assertEqual(wizard.missing, "• delivery date\n• handover terms")
        self.assertFalse(wizard.may_go_on)
        with self.assertRaises(UserError):
            wizard.action_go_on()
        with self.assertRaisesRegex(UserError, "delivery date"):
            wizard.action_save()
        wizard.write({"commitment_date": "2027-03-01", "handover_terms": "<p>DAP</p>"})
        wizard.action_save()
        self.assertEqual(order.authority_state, "pending")
        self.assertEqual(str(order.handover_terms), "<p>DAP</p>")

    # -- signed: intact, binding ---------------------------------------------

    def test_intact_and_binding_are_two_things(self):
        order = self.sign(self.quote(require_signature=True))
        self.assertIn("File unchanged", self.strip(order))
        self.assertIn("Binds these terms", self.strip(order))
        self.assertTrue(order.with_user(self.specialist).signature_binds)
        order.order_line.price_unit = 1200.0
        text = self.strip(order)
        self.assertIn("File unchanged", text)
        self.assertIn("Does not bind", text)
        evidence = order.signature_ids
        self.assertTrue(evidence.intact)
        self.assertFalse(evidence.binding)

    def test_what_takes_the_signature_off_is_announced(self):
        order = self.sign(self.quote(require_signature=True))
        form = order.with_user(self.specialist)
        draft = form.new({"commitment_date": "2027-06-01"}, origin=form)
        warning = draft._onchange_signed_terms()["warning"]
        self.assertIn("Zhao Min", warning["message"])
        unsigned = self.quote(require_signature=True).with_user(self.specialist)
        self.assertFalse(unsigned.new({}, origin=unsigned)._onchange_signed_terms())

    def test_confirming_is_not_offered_where_it_can_only_be_refused(self):
        self.team.key_account_contract_review = "yes"
        function = self.env["key.account.contract.review.function"].create(
            {
                "function": "finance",
                "company_id": self.company.id,
                "user_ids": self.director.ids,
            }
        )
        self.director.group_ids |= self.env.ref("key_account.group_contract_reviewer")
        order = self.sign(self.quote(require_signature=True))
        seen = order.with_user(self.specialist)
        self.assertTrue(seen.confirmation_waits)
        order.with_user(self.env.ref("base.public_user")).sudo()._validate_order()
        self.assertEqual(order.contract_state, "in_review")
        self.assertTrue(seen.confirmation_waits)
        text = self.strip(order)
        self.assertIn("0 of 1 functions", text)
        self.assertIn(self.director.name, text)
        action = seen.action_open_contract_review()
        self.assertEqual(action["res_id"], order.contract_review_ids.id)
        self.assertTrue(function)

    def test_a_company_signs_nothing(self):
        order = self.quote(require_signature=True)
        self.assertEqual(order._proposed_signer(), "")
        order.partner_id = self.contact
        self.assertEqual(order._proposed_signer(), "Ms Li")

    def test_the_contract_bears_its_number_and_who_approved(self):
        self.team.key_account_contract_review = "yes"
        order = self.make_order(discount=8.0, require_signature=True)
        self.approve(order)
        self.sign(order)
        self.assertTrue(order.contract_number)
        page = self.env["ir.actions.report"]._render_qweb_html(
            "sale.action_report_saleorder", order.ids
        )[0]
        text = " ".join(html.fromstring(page).text_content().split())
        self.assertIn(f"Quotation Contract {order.contract_number}", text)
        self.assertIn(f"Approved by {self.manager.name}", text)
        self.assertNotIn("Quotation #", text)

    def test_whoever_has_the_authority_signs_for_the_supplier(self):
        within = self.make_order(discount=4.0)
        self.assertEqual(
            within._signs_for_supplier(), (self.specialist.name, "Specialist")
        )
        approved = self.approve(self.make_order(discount=8.0))
        self.assertEqual(approved._signs_for_supplier(), (self.manager.name, "Manager"))

    def test_nobody_signs_for_the_supplier_while_it_is_held(self):
        order = self.make_order(discount=8.0)
        self.assertEqual(order._signs_for_supplier(), ("", ""))
        # Where nothing is held up, the quotation goes out as it would without.
        self.company.key_account_mode = "observe"
        self.env.invalidate_all()
        self.assertEqual(order._signs_for_supplier()[0], self.specialist.name)

    def test_a_long_address_gets_its_room(self):
        Report = self.env["ir.actions.report"].with_user(self.specialist)
        report = self.env.ref("sale.action_report_saleorder")
        order = self.quote()
        self.company.logo = self.company._get_logo()
        self.company.company_details = "<p>East Precision</p>"

        def room():
            data = Report._get_rendering_context(report, order.ids, {})
            return data.get("data_report_margin_top")

        self.assertFalse(room(), "as the paper format says")
        self.company.company_details = "<p>One<br/>Two<br/>Three<br/>Four<br/>Five</p>"
        self.assertGreater(room(), report.get_paperformat().margin_top)

    def test_a_contract_advertises_no_software(self):
        buyer = self._user("ka_buyer", "base.group_portal")
        order = self.quote(partner_id=buyer.partner_id.id)
        order.partner_id.parent_id = self.customer
        self.patch(type(order), "_get_edi_builders", lambda order: [True])
        page = self.env["ir.actions.report"]._render_qweb_html(
            "sale.action_report_saleorder", order.ids
        )[0]
        self.assertNotIn(b"Connect your software", page)

    # -- changes of what was signed -------------------------------------------

    def change(self, order, reason="The customer's plant opens later", **vals):
        Wizard = self.env["key.account.signed.change"].with_user(self.specialist)
        return Wizard.create({"order_id": order.id, "reason": reason, **vals})

    def test_a_signed_order_changes_by_the_step_that_says_so(self):
        order = self.signed_order()
        self.change(order, commitment_date="2027-06-01").action_change()
        self.env.flush_all()
        self.assertEqual(str(order.commitment_date), "2027-06-01 00:00:00")
        note = order.message_ids.filtered(lambda m: "Signed terms changed" in m.body)
        self.assertIn("plant opens later", note.body)
        self.assertIn("have the change signed", self.strip(order))
        self.assertTrue(order.with_user(self.specialist).signed_return_due)

    def test_a_change_needs_a_reason_and_a_change(self):
        order = self.signed_order()
        nothing = "Reason: the text contains nothing readable"
        with self.assertRaisesRegex(UserError, nothing):
            self.change(order, "  ", commitment_date="2027-06-01").action_change()
        with self.assertRaisesRegex(UserError, "Nothing has been changed"):
            self.change(order).action_change()

    def test_the_change_is_signed_and_binds_again(self):
        order = self.signed_order()
        self.change(order, handover_terms="<p>Free at plant 2</p>").action_change()
        order.with_user(self.specialist)._file_signed_return(
            SIGNATURE, "amendment.pdf", "Zhao Min", "Buyer", fields.Datetime.now()
        )
        self.env.invalidate_all()
        self.assertEqual(order.scan_to_confirm_id, order.signature_ids.sorted("id")[-1])
        order.scan_to_confirm_id.with_user(self.manager).action_confirm_scan()
        self.env.flush_all()
        self.assertEqual(order.state, "sale")
        self.assertTrue(order._current_signature())
        self.assertIn("Binds these terms", self.strip(order))

    def test_the_same_value_is_no_change(self):
        order = self.signed_order()
        self.rpc(
            self.specialist,
            order,
            "write",
            {
                "commitment_date": str(order.commitment_date),
                "payment_term_id": order.payment_term_id.id,
                "handover_terms": str(order.handover_terms),
                "requirement_ids": [(6, 0, order.requirement_ids.ids)],
                "client_order_ref": "PO 4711",
            },
        )
        self.assertEqual(order.client_order_ref, "PO 4711")

    def test_an_order_that_nobody_signed_changes_as_ever(self):
        order = self.quote()
        order.with_user(self.specialist).action_confirm()
        vals = {"commitment_date": "2027-06-01", "handover_terms": "<p>DAP</p>"}
        self.rpc(self.specialist, order, "write", vals)
        self.assertEqual(str(order.handover_terms), "<p>DAP</p>")

    def test_the_answer_to_a_requirement_is_signed_along(self):
        line = self.requirement(self.lead, able="yes", our_standard="AISI 304")
        order = self.quote(require_signature=True)
        line.sudo()._write_kept({"order_id": order.id})
        self.sign(order)
        self.assertTrue(order._current_signature())
        line.sudo().write({"our_standard": "AISI 316"})
        self.assertFalse(order._current_signature())
        self.assertFalse(order.signed_on, "the customer has to sign again")


@tagged("post_install", "-at_install")
class TestDecidedDeal(SignedCommon):
    def confirmed(self, **vals):
        self.put(self.lead, self.quotation_step)
        order = self.quote(handover_terms=False, **vals)
        self.lead.with_user(self.manager)
        order.with_user(self.specialist).action_confirm()
        self.env.flush_all()
        self.env.invalidate_all()
        return order

    def begin_day(self):
        with self.enter_registry_test_mode():
            self.env.ref("key_account.cron_deadlines").method_direct_trigger()
        self.env.invalidate_all()

    def test_a_decided_deal_says_what_it_lacks(self):
        order = self.confirmed()
        self.assertEqual(self.lead.won_status, "pending")
        self.assertEqual(self.lead.confirmed_order_id, order)
        self.assertTrue(order.with_user(self.specialist).deal_to_close)
        self.assertIn("handover terms", self.strip(order))
        self.assertIn("The order is confirmed", self.strip(order))
        panel = self.lead.with_user(self.specialist).stage_panel
        self.assertEqual(panel["order"], order.name)
        self.assertIn("handover terms", " ".join(panel["lacks"]))
        for record, method in (
            (order, "action_close_deal"),
            (self.lead, "action_win_by_order"),
        ):
            with self.assertRaisesRegex(ValidationError, "handover terms"):
                self.rpc(self.specialist, record, method)

    def test_it_is_won_by_itself_when_nothing_is_missing(self):
        order = self.confirmed()
        vals = {"handover_terms": "<p>Ex works</p>"}
        self.return_step.gate_ids.active = False
        self.rpc(self.specialist, order, "write", vals)
        self.env.flush_all()
        self.assertEqual(self.lead.won_status, "won")
        self.assertFalse(self.lead.confirmed_order_id)
        self.assertFalse(order.with_user(self.specialist).deal_to_close)

    def test_it_is_won_by_the_day_s_work(self):
        self.confirmed()
        (self.quotation_step | self.return_step).gate_ids.active = False
        self.assertEqual(self.lead.won_status, "pending")
        self.begin_day()
        self.assertEqual(self.lead.won_status, "won")

    def test_it_is_closed_by_the_named_step(self):
        order = self.confirmed()
        (self.quotation_step | self.return_step).gate_ids.active = False
        self.rpc(self.specialist, order, "action_close_deal")
        self.assertEqual(self.lead.won_status, "won")

    def test_who_takes_it_back_has_decided_that_it_is_not_won(self):
        order = self.confirmed()
        (self.quotation_step | self.return_step).gate_ids.active = False
        self.rpc(self.specialist, order, "action_close_deal")
        self.move(self.lead, self.return_step, self.manager)
        self.begin_day()
        self.assertEqual(self.lead.won_status, "pending")

    def test_without_a_confirmed_order_nothing_is_closed(self):
        with self.assertRaisesRegex(UserError, "No confirmed order"):
            self.rpc(self.specialist, self.lead, "action_win_by_order")
