"""What only the process writes, forged: defaults, values, numbers"""

from math import inf, nan

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .attack_common import AttackCase


@tagged("post_install", "-at_install")
class TestAttackKept(AttackCase):
    def own_default(self, model, name, value, user=None):
        """As every internal user may call it for themselves."""
        self.rpc(
            user or self.specialist,
            self.env["ir.default"],
            "set",
            model,
            name,
            value,
            user_id=True,
        )

    def made(self, model, vals, user=None, context=None):
        made = self.rpc(
            user or self.specialist, self.env[model], "create", [vals], context=context
        )
        self.env.flush_all()
        self.env.invalidate_all()
        return self.env[model].browse(made)

    def forbidden(self, user, records, method, *args, says="", **kwargs):
        with self.assertRaisesRegex(UserError, says):
            self.rpc(user, records, method, *args, **kwargs)
        self.env.invalidate_all()

    def lead_values(self):
        return {
            "name": "Pumps",
            "type": "opportunity",
            "partner_id": self.customer.id,
            "company_id": self.company.id,
            "team_id": self.team.id,
            "user_id": self.specialist.id,
        }

    def other_account(self, context=None, **vals):
        customer = self.env["res.partner"].create(
            {"name": "Silver Lake", "is_company": True}
        )
        values = {
            "partner_id": customer.id,
            "company_id": self.company.id,
            "team_id": self.team.id,
            "user_id": self.specialist.id,
        }
        return self.made("key.account", {**values, **vals}, context=context)

    # Defaults of one's own

    def test_agreed_prices_by_default(self):
        """ir.default agreed_approved_on, agreed_approved_by_id of key.account, then a
        file with a cheap price list | specialist | not approved, the discount is
        measured against the list price"""
        cheap = self.env["product.pricelist"].create(
            {
                "name": "Cheap",
                "company_id": self.company.id,
                "item_ids": [
                    Command.create({"applied_on": "3_global", "fixed_price": 500.0})
                ],
            }
        )
        # As every worker holds it before.
        self.env["key.account"]._agreed_pricelists()
        self.own_default("key.account", "agreed_approved_on", "2026-01-01 00:00:00")
        self.own_default("key.account", "agreed_approved_by_id", self.manager.id)
        account = self.other_account(agreed_pricelist_id=cheap.id)
        self.assertFalse(account.agreed_approved_on)
        self.assertFalse(account.agreed_approved_by_id)
        order = self.make_order(discount=50.0, partner=account.partner_id)
        self.refused_rpc(self.specialist, order, "action_quotation_send", order=order)
        self.assertEqual(order.authority_state, "required")

    def test_agreed_prices_by_context(self):
        """The same as default_… in the context | specialist | refused"""
        with self.assertRaisesRegex(AccessError, "not entered by hand"):
            self.other_account({"default_agreed_approved_on": "2026-01-01 00:00:00"})

    def test_agreed_prices_are_known_at_once(self):
        """An account born with approved prices, by the process itself | superuser code
        | in no worker's cache are yesterday's agreements"""
        accounts = self.env["key.account"]
        accounts._agreed_pricelists()
        customer = self.plain_customer
        pricelist = self.env["product.pricelist"].create({"name": "Agreed"})
        account = accounts._create_kept(
            [
                {
                    "partner_id": customer.id,
                    "company_id": self.company.id,
                    "agreed_pricelist_id": pricelist.id,
                    "agreed_approved_on": "2026-01-01 00:00:00",
                }
            ]
        )
        self.assertIn(account.id, accounts._agreed_pricelists())
        account.active = False
        self.assertNotIn(account.id, accounts._agreed_pricelists())

    def test_an_order_born_reviewed_by_default(self):
        """ir.default contract_state, contract_number, approver_ids, authority_state,
        signed_by, signed_on, state of sale.order | specialist | a draft that nobody
        has signed or reviewed"""
        for name, value in (
            ("contract_state", "passed"),
            ("contract_number", "KA/1"),
            ("authority_state", "approved"),
            ("authority_bound", True),
            ("signed_by", "Buyer Wang"),
            ("signed_on", "2026-01-01 00:00:00"),
            ("state", "sale"),
        ):
            self.own_default("sale.order", name, value)
        order = self.make_order(discount=50.0)
        self.env.invalidate_all()
        self.assertEqual(order.state, "draft")
        self.assertEqual(order.contract_state, "none")
        self.assertEqual(order.authority_state, "required")
        self.assertFalse(order.contract_number or order.authority_bound)
        self.assertFalse(order.signed_by or order.signed_on)

    def test_evidence_by_default(self):
        """ir.default of fields of key.account.approval and key.account.signature that
        the event does not say, e.g. confirmed_signature_id, ip | specialist | the event
        says what the process recorded"""
        other = self.signed()
        default = {
            "field_id": self.env["ir.model.fields"]
            ._get("key.account.signature", "confirmed_signature_id")
            .id,
            "json_value": str(other.signature_ids[:1].id),
        }
        self.env["ir.default"].create(default)
        self.own_default("key.account.approval", "delegator_id", self.director.id)
        self.own_default("key.account.approval", "level_id", self.levels[40].id)
        order = self.signed()
        self.assertFalse(order.signature_ids.confirmed_signature_id)
        request = order.approval_ids.filtered(lambda event: event.event == "request")
        self.assertTrue(request)
        self.assertFalse(request.delegator_id)
        self.assertNotEqual(request.level_id, self.levels[40])

    def test_agreement_born_checked_by_default(self):
        """ir.default legal_checked_on, legal_checked_by_id, state of
        key.account.agreement | specialist | a draft that nobody has checked"""
        self.own_default(
            "key.account.agreement", "legal_checked_on", "2026-01-01 00:00:00"
        )
        self.own_default(
            "key.account.agreement", "legal_checked_by_id", self.reviewer.id
        )
        self.own_default("key.account.agreement", "state", "ready")
        agreement = self.made(
            "key.account.agreement",
            {"name": "Handover", "key_account_id": self.account.id},
        )
        self.assertEqual(agreement.state, "draft")
        self.assertFalse(agreement.legal_checked_on or agreement.legal_checked_by_id)

    def test_visit_and_requirement_by_default(self):
        """ir.default state, reviewed_on, held_start, guidance of a visit; state,
        within_authority, ruling of a requirement | specialist | planned, open"""
        for name, value in (
            ("state", "reviewed"),
            ("reviewed_on", "2026-01-01 00:00:00"),
            ("held_start", "2026-01-01 00:00:00"),
            ("guidance", "Go on"),
        ):
            self.own_default("key.account.visit", name, value)
        visit = self.made(
            "key.account.visit",
            {"key_account_id": self.account.id, "date_start": "2030-01-01 08:00:00"},
        )
        self.assertEqual(visit.state, "planned")
        self.assertFalse(visit.reviewed_on or visit.held_start or visit.guidance)
        self.own_default("key.account.requirement", "state", "settled")
        self.own_default("key.account.requirement", "within_authority", "yes")
        line = self.made(
            "key.account.requirement",
            {
                "visit_id": visit.id,
                "name": "Half the price",
                "product_id": self.pump.id,
                "target_price": 500.0,
            },
        )
        self.assertEqual(line.state, "outside")
        self.assertEqual(line.within_authority, "no")

    def test_survey_by_default(self):
        """ir.default value_char, answered_on, is_current of survey answers, before the
        file is made | specialist | no question is answered"""
        for name, value in (
            ("value_char", "yes"),
            ("answered_on", "2026-01-01"),
            ("is_current", True),
            ("answered", True),
        ):
            self.own_default("key.account.survey.answer", name, value)
        self.own_default("key.account", "profile_completeness", 100.0)
        account = self.other_account()
        self.assertTrue(account.answer_ids)
        self.assertFalse(account.answer_ids.filtered("answered"))
        self.assertFalse(account.answer_ids.filtered("is_current"))
        self.assertEqual(account.profile_completeness, 0.0)

    def test_calendar_event_by_default(self):
        """ir.default key_account_visit_id of calendar.event: every meeting would move a
        visit | plain salesperson | a meeting like any other"""
        visit = self.made(
            "key.account.visit",
            {"key_account_id": self.account.id, "date_start": "2030-01-01 08:00:00"},
        )
        self.own_default(
            "calendar.event", "key_account_visit_id", visit.id, user=self.outsider
        )
        event = self.made(
            "calendar.event",
            {
                "name": "Meeting",
                "start": "2030-02-01 08:00:00",
                "stop": "2030-02-01 09:00:00",
            },
            user=self.outsider,
        )
        self.assertFalse(event.sudo().key_account_visit_id)

    def test_qualification_by_default(self):
        """ir.default man_money, man_user_id, man_date, won_date, state of key.account,
        and in plain values | specialist | nobody has judged; refused"""
        for name, value in (
            ("man_money", "confirmed"),
            ("man_user_id", self.manager.id),
            ("man_date", "2026-01-01"),
            ("won_date", "2026-01-01"),
            ("state", "active"),
        ):
            self.own_default("key.account", name, value)
        account = self.other_account()
        self.assertEqual((account.man_money, account.state), ("open", "candidate"))
        self.assertFalse(account.man_user_id or account.man_date or account.won_date)
        for name, value in (
            ("man_user_id", self.manager.id),
            ("man_date", "2026-01-01"),
            ("won_date", "2026-01-01"),
        ):
            with self.assertRaisesRegex(AccessError, "not entered by hand"):
                self.other_account(**{name: value})

    # Computed, related, read-only

    def test_computed_fields_over_rpc(self):
        """write and web_save of profile_completeness, likelihood, code, lost_date,
        trial_end, access_user_ids; is_current of an answer; company_id of an agreement;
        grade of a draft evaluation | specialist, manager, director | refused"""
        agreement = self.env["key.account.agreement"].create(
            {"name": "Handover", "key_account_id": self.account.id}
        )
        evaluation = self.env["key.account.evaluation"].create(
            {"key_account_id": self.account.id}
        )
        for record, name, value in (
            (self.account, "profile_completeness", 100.0),
            (self.account, "likelihood", "A"),
            (self.account, "code", "KA-1"),
            (self.account, "lost_date", "2026-01-01"),
            (self.account, "trial_end", "2030-01-01"),
            (self.account, "access_user_ids", [Command.set([])]),
            (self.account.answer_ids[0], "is_current", True),
            (self.account.answer_ids[0], "expires_on", "2090-01-01"),
            (agreement, "company_id", self.other_company.id),
            (evaluation, "grade", "A"),
            (evaluation, "score", 100.0),
        ):
            for user in (self.specialist, self.manager, self.director):
                for method, args in (
                    ("write", [{name: value}]),
                    ("web_save", [{name: value}, {"id": {}}]),
                ):
                    self.forbidden(
                        user, record, method, *args, says="not entered by hand"
                    )

    def test_import_of_computed_fields(self):
        """load of code and likelihood into an account | manager | refused, nothing is
        written"""
        before = self.account.code
        result = self.rpc(
            self.manager,
            self.env["key.account"],
            "load",
            [".id", "code", "likelihood"],
            [[str(self.account.id), "KA-1", "A"]],
        )
        self.assertFalse(result["ids"])
        self.env.invalidate_all()
        self.assertEqual(self.account.code, before)

    def test_billed_a_hundredfold(self):
        """qty_to_invoice, qty_invoiced of a confirmed line of 1 | specialist, Sales
        administrator | refused; less than what is due is Odoo's own"""
        order = self.approved()
        order.with_user(self.specialist).action_confirm()
        for user in (self.specialist, self.sales_admin):
            for name, value in (("qty_to_invoice", 100.0), ("qty_invoiced", -99.0)):
                self.forbidden(user, order.order_line, "write", {name: value})
                command = Command.update(order.order_line.id, {name: value})
                self.forbidden(user, order, "write", {"order_line": [command]})
        self.rpc(self.specialist, order.order_line, "write", {"qty_to_invoice": 0.5})

    def test_odoos_own_forcing_of_what_is_billed(self):
        """Paid before it is delivered: Odoo bills what was ordered, in whose name ever
        | specialist | allowed"""
        self.pump.invoice_policy = "delivery"
        order = self.approved()
        order.with_user(self.specialist).action_confirm()
        self.assertEqual(order.order_line.qty_to_invoice, 0.0)
        order.with_user(self.specialist)._force_lines_to_invoice_policy_order()
        self.assertEqual(order.order_line.qty_to_invoice, 1.0)

    def test_a_deal_is_won_by_the_process(self):
        """won_status, date_open of an opportunity, written or by ir.default |
        specialist, manager | refused; still running"""
        self.own_default("crm.lead", "won_status", "won")
        lead = self.made("crm.lead", self.lead_values())
        self.assertEqual(lead.won_status, "pending")
        for user in (self.specialist, self.manager):
            for vals in ({"won_status": "won"}, {"date_open": "2020-01-01 00:00:00"}):
                self.forbidden(user, lead, "write", vals, says="not entered by hand")
        reason = self.env["crm.lost.reason"].create({"name": "Price"})
        self.rpc(self.specialist, lead, "action_set_lost", lost_reason_id=reason.id)
        self.assertEqual(lead.won_status, "lost")

    def test_lines_of_a_parent(self):
        """company_id and key_account_id of participants, done_on of actions, by
        commands of the visit or plan | specialist | refused"""
        visit = self.made(
            "key.account.visit",
            {"key_account_id": self.account.id, "date_start": "2030-01-01 08:00:00"},
        )
        line = {"user_id": self.colleague.id, "company_id": self.other_company.id}
        self.forbidden(
            self.specialist,
            visit,
            "write",
            {"participant_ids": [Command.create(line)]},
            says="not entered by hand",
        )
        plan = self.made(
            "key.account.plan",
            {
                "key_account_id": self.account.id,
                "kind": "year",
                "action_ids": [Command.create({"name": "Call"})],
            },
        )
        done = Command.update(plan.action_ids.id, {"done_on": "2020-01-01"})
        self.forbidden(
            self.specialist,
            plan,
            "web_save",
            {"action_ids": [done]},
            {"id": {}},
            says="not entered by hand",
        )

    # Numbers

    def test_not_a_number(self):
        """NaN, infinity and what is too large to reckon with as limit, weight, price,
        discount, months, by values, web_save, form, import and default | configurator,
        manager, specialist | refused, named"""
        limit = self.levels[10].limit_ids[0]
        criterion = self.env["key.account.criterion"].search([], limit=1)
        order = self.make_order()
        for user, record, name in (
            (self.configurator, limit, "value"),
            (self.configurator, criterion, "weight"),
            (self.specialist, order.order_line, "discount"),
            (self.specialist, order.order_line, "price_unit"),
        ):
            for value in (nan, inf, -inf, "nan", 1e308, 10**400):
                with self.assertRaisesRegex(ValidationError, "not a number"):
                    self.rpc(user, record, "write", {name: value})
                with self.assertRaisesRegex(ValidationError, "not a number"):
                    self.rpc(
                        user, record, "onchange", {name: value}, [name], {name: {}}
                    )
                with self.assertRaisesRegex(ValidationError, "not a number"):
                    self.rpc(user, record, "web_save", {name: value}, {"id": {}})
        policy = self.env["key.account.policy"]._own_of(self.company)[:1]
        for value in (2**31 - 1, -(2**31), 10**12):
            with self.assertRaisesRegex(ValidationError, "not a number"):
                self.rpc(
                    self.configurator, policy, "write", {"evaluation_months": value}
                )
        result = self.rpc(
            self.configurator, limit.browse(), "load", ["value"], [["inf"]]
        )
        self.assertFalse(result["ids"])
        with self.assertRaisesRegex(ValidationError, "not a number"):
            self.made(
                "sale.order.line",
                {"order_id": order.id, "product_id": self.pump.id},
                context={"default_discount": inf},
            )

    def test_days_at_the_ends_of_all_calendars(self):
        """Days of the years 1 and 9999 from which others are reckoned: of a visit, a
        plan, a week on the street, an answer, by values and in a form | specialist,
        manager | refused, named; agreed prices “for ever” stay possible"""
        visit = self.made(
            "key.account.visit",
            {"key_account_id": self.account.id, "date_start": "2030-01-01 08:00:00"},
        )
        weeks, months = (
            self.env[f"key.account.{name}"] for name in ("canvass.week", "visit.plan")
        )
        answers = self.account.answer_ids[:1]
        for records, name, value in (
            (visit, "date_start", "9999-12-31 23:59:59"),
            (visit, "date_start", "0001-01-01 00:00:00"),
            (weeks, "date_start", "9999-12-31"),
            (months, "month", "9999-12-01"),
            (answers, "answered_on", "9999-12-31"),
            (self.env["key.account.plan"], "date_from", "0001-01-01"),
        ):
            for user in (self.specialist, self.manager):
                form = [{name: value}, [name], {name: {}}]
                for attempt in (
                    ("write" if records else "create", {name: value}),
                    ("onchange", *([] if records else [[]]), *form),
                ):
                    with self.subTest(name=name, attempt=attempt[0]):
                        with self.assertRaisesRegex(ValidationError, "the year"):
                            self.rpc(user, records, *attempt)
        vals = {"agreed_from": "2020-01-01", "agreed_until": "9999-12-31"}
        self.rpc(self.specialist, self.account, "write", vals)

    # The ordinary

    def test_ordinary_defaults(self):
        """ir.default of a reference, a payment term, objectives | specialist | allowed,
        and filled in"""
        self.own_default("sale.order", "client_order_ref", "PO 7")
        self.own_default("key.account.visit", "objectives", "Listen")
        self.assertEqual(self.make_order().client_order_ref, "PO 7")
        visit = self.made(
            "key.account.visit",
            {"key_account_id": self.account.id, "date_start": "2030-01-01 08:00:00"},
        )
        self.assertEqual(visit.objectives, "Listen")

    def test_ordinary_edits(self):
        """Sponsor, dates of agreed prices, an answer to the survey, done actions |
        specialist | allowed"""
        self.rpc(
            self.specialist, self.account, "write", {"sponsor_id": self.director.id}
        )
        answer = self.account.answer_ids.filtered(lambda a: a.answer_type == "char")[:1]
        self.rpc(self.specialist, answer, "write", {"value_char": "Zhang"})
        self.assertTrue(answer.is_current)
        plan = self.made(
            "key.account.plan",
            {
                "key_account_id": self.account.id,
                "kind": "year",
                "action_ids": [Command.create({"name": "Call"})],
            },
        )
        self.rpc(self.specialist, plan.action_ids, "write", {"state": "done"})
        self.assertTrue(plan.action_ids.done_on)
