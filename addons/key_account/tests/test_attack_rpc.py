"""State, by RPC, import and server actions"""

import json
import re
import xmlrpc.client
from datetime import timedelta
from pathlib import Path

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.modules import get_module_path
from odoo.tests import HttpCase, JsonRpcException, get_db_name, tagged

from .attack_common import FORGED, AttackCase


@tagged("post_install", "-at_install")
class TestAttackRpc(AttackCase, HttpCase):
    def values(self, **vals):
        line = {"product_id": self.pump.id, "discount": 60.0}
        return {
            "partner_id": self.customer.id,
            "company_id": self.company.id,
            "order_line": [Command.create(line)],
            **vals,
        }

    def context_keys(self):
        """The context keys of our own that the code asks for."""
        asked = re.compile(r"context(?:\.get\(|\[)\s*\"(key_account_\w+)\"")
        sources = Path(get_module_path("key_account")).glob("[!t]*/**/*.py")
        return {key for path in sources for key in asked.findall(path.read_text())}

    def in_state(self, state):
        """How many quotations of the customer stand in a state."""
        return self.env["sale.order"].search_count(
            [("partner_id", "=", self.customer.id), ("state", "=", state)]
        )

    def server_action(self, **vals):
        return (
            self.env["ir.actions.server"]
            .create(
                {
                    "name": "Confirm",
                    "model_id": self.env.ref("sale.model_sale_order").id,
                    **vals,
                }
            )
            .with_context(
                active_model="sale.order",
                active_ids=self.order.ids,
                active_id=self.order.id,
            )
        )

    def test_write_of_the_state(self):
        """write({'state': 'sent' or 'sale'}) | specialist, manager, director,
        accountant | refused"""
        for user in (self.specialist, self.manager, self.director, self.accountant):
            for state in ("sent", "sale"):
                self.refused_rpc(user, self.order, "write", {"state": state})

    def test_write_of_the_state_by_a_sales_administrator(self):
        """write({'state': …}), action_confirm | Odoo's Sales administrator | refused"""
        for state in ("sent", "sale"):
            self.refused_rpc(self.sales_admin, self.order, "write", {"state": state})
        self.refused_rpc(self.sales_admin, self.order, "action_confirm")

    def test_buttons(self):
        """action_confirm, action_quotation_sent | specialist, manager, accountant |
        refused"""
        for user in (self.specialist, self.manager, self.accountant):
            for method in ("action_confirm", "action_quotation_sent"):
                self.refused_rpc(user, self.order, method)

    def test_own_documents(self):
        """The same by a salesman with own documents only | salesman of another team |
        own quotation of a key account: refused; somebody else's: no access"""
        own = self.make_order(
            discount=60.0, user=self.outsider, team_id=self.plain_team.id
        )
        self.refused_rpc(self.outsider, own, "write", {"state": "sale"}, order=own)
        self.refused_rpc(self.outsider, self.order, "write", {"state": "sale"})

    def test_rejected(self):
        """Confirming, sending what was rejected | specialist | refused, told that it
        was rejected"""
        self.order.with_user(self.specialist).action_request_approval()
        self.order.with_user(self.general_manager).action_reject("Too cheap")
        for method in ("action_confirm", "action_quotation_sent"):
            words = self.refused_rpc(self.specialist, self.order, method)
            self.assertIn("rejected", words)

    def test_pending(self):
        """Confirming, sending what waits for sign-off | specialist, and who is asked |
        refused, told who is asked"""
        self.order.with_user(self.specialist).action_request_approval()
        for user in (self.specialist, self.general_manager):
            words = self.refused_rpc(user, self.order, "action_confirm")
            self.assertIn(self.general_manager.name, words)

    def test_terms_and_state_in_one_write(self):
        """Worse terms and the state in one write | specialist | refused, with the
        terms"""
        order = self.make_order(discount=2.0)
        commands = [Command.update(order.order_line.id, {"discount": 60.0})]
        with self.assertRaises(UserError):
            self.rpc(
                self.specialist,
                order,
                "write",
                {"order_line": commands, "state": "sale"},
            )
        self.env.invalidate_all()
        self.assertEqual((order.state, order.order_line.discount), ("draft", 2.0))

    def test_web_save(self):
        """web_save, as the form does it: with terms and state, of a quotation and of a
        new one | specialist | refused"""
        for state in ("sent", "sale"):
            self.refused_rpc(
                self.specialist, self.order, "web_save", {"state": state}, {"state": {}}
            )
            with self.assertRaises(UserError):
                self.rpc(
                    self.specialist,
                    self.env["sale.order"],
                    "web_save",
                    [],
                    self.values(state=state),
                    {"state": {}},
                )

    def test_create_in_a_later_state(self):
        """create({'state': 'sent' or 'sale'}) | specialist, Sales administrator |
        refused, nothing created"""
        for user in (self.specialist, self.sales_admin):
            for state in ("sent", "sale"):
                with self.assertRaises(UserError):
                    vals = self.values(state=state)
                    self.rpc(user, self.env["sale.order"], "create", [vals])
                self.assertFalse(self.in_state(state))

    def test_create_by_default_values(self):
        """create with default_state, default_partner_id, default_team_id in the
        context | specialist | refused, even where the refusal is swallowed"""
        for state in ("sent", "sale"):
            vals = self.values()
            del vals["partner_id"]
            context = {
                "default_state": state,
                "default_partner_id": self.customer.id,
                "default_team_id": self.plain_team.id,
            }
            self.refused_rpc(
                self.specialist,
                self.env["sale.order"],
                "create",
                [vals],
                context=context,
            )
            self.assertFalse(self.in_state(state))

    def test_copy_into_a_state(self):
        """copy({'state': 'sale'}) | specialist | refused"""
        self.refused_rpc(self.specialist, self.order, "copy", {"state": "sale"})
        self.assertFalse(self.in_state("sale"))

    def test_import(self):
        """load(): a file with the state sale | specialist | its line is refused"""
        result = self.rpc(
            self.specialist,
            self.env["sale.order"],
            "load",
            [
                "partner_id/.id",
                "state",
                "order_line/product_id/.id",
                "order_line/discount",
            ],
            [[str(self.customer.id), "sale", str(self.pump.id), "60"]],
        )
        self.assertFalse(result["ids"])
        self.assertTrue(result["messages"])
        self.assertFalse(self.in_state("sale"))

    def test_import_over_a_quotation(self):
        """load(): a file that sets the state of a quotation by its id | specialist |
        its line is refused"""
        result = self.rpc(
            self.specialist,
            self.env["sale.order"],
            "load",
            [".id", "state"],
            [[str(self.order.id), "sale"]],
        )
        self.assertFalse(result["ids"])
        self.env.invalidate_all()
        self.assertEqual(self.order.state, "draft")

    def test_forged_contexts(self):
        """Every context key that the code knows or that other products use, as true |
        specialist, manager | refused all the same"""
        # A picture of the pipeline, in which nothing is decided.
        self.assertEqual(self.context_keys() - FORGED.keys(), {"key_account_pipeline"})
        contexts = [{key: value} for key, value in FORGED.items()]
        contexts.append(FORGED)
        # As an instance would look after its way through JSON.
        contexts.append({"key_account_checked": [self.order.ids, "sale"]})
        for context in contexts:
            for user in (self.specialist, self.manager):
                self.refused_rpc(user, self.order, "action_confirm", context=context)
        self.refused_rpc(
            self.specialist, self.order, "write", {"state": "sale"}, context=FORGED
        )

    def test_superuser(self):
        """sudo(), the superuser himself | OdooBot | refused: no right opens a
        control"""
        self.refused(self.order.sudo().action_confirm)
        self.refused(self.order.with_user(self.bot).action_confirm)
        self.refused(self.order.with_user(self.bot).write, {"state": "sent"})

    def test_code_server_action(self):
        """Server action with code that confirms | specialist, OdooBot | refused"""
        action = self.server_action(state="code", code="records.action_confirm()")
        self.refused(action.with_user(self.specialist).run)
        self.refused(action.with_user(self.bot).run)

    def test_object_write_server_action(self):
        """Server action that updates the state | specialist, OdooBot | refused"""
        selection = self.env["ir.model.fields.selection"].search(
            [
                ("field_id.model", "=", "sale.order"),
                ("field_id.name", "=", "state"),
                ("value", "=", "sale"),
            ]
        )
        action = self.server_action(
            state="object_write", update_path="state", selection_value=selection.id
        )
        self.refused(action.with_user(self.specialist).run)
        self.refused(action.with_user(self.bot).run)

    def test_scheduled_action(self):
        """Scheduled action that confirms | OdooBot | refused"""
        cron = self.env["ir.cron"].create(
            {
                "name": "Confirm all",
                "model_id": self.env.ref("sale.model_sale_order").id,
                "state": "code",
                "code": f"model.browse({self.order.id}).action_confirm()",
            }
        )
        self.refused(cron.ir_actions_server_id.with_user(self.bot).run)

    def test_scheduled_actions_of_ours(self):
        """ir.actions.server.run of each scheduled action of ours, by its number, as
        the web client and over RPC; the action itself, triggered | specialist,
        manager, director, support, Sales administrator, configuration | refused; the
        scheduler and an administrator run it"""
        crons = self.env["ir.cron"].with_context(active_test=False).search([])
        names = crons.get_external_id()
        ours = crons.filtered(lambda cron: names[cron.id].startswith("key_account"))
        self.assertGreater(len(ours), 10)
        for user in (
            self.specialist,
            self.manager,
            self.director,
            self.support,
            self.sales_admin,
            self.configurator,
        ):
            for cron in ours:
                action = cron.ir_actions_server_id
                with self.subTest(user=user.login, cron=cron.name):
                    with self.assertRaises(AccessError):
                        self.rpc(user, action, "run", context=FORGED)
                    with self.assertRaises(AccessError):
                        self.rpc(user, cron, "method_direct_trigger")
        measuring = self.env.ref("key_account.cron_measure_again")
        action = measuring.ir_actions_server_id
        action.code = "model.browse()"
        admin = self._user("ka_admin", "base.group_system")
        action.with_user(admin).run()
        action.with_user(self.bot).run()

    def test_automation_rule(self):
        """Automation rule that confirms on a change (base_automation, where
        installed) | specialist | refused; without the module there is no such path"""
        if "base.automation" not in self.env:
            self.assertNotIn("base_automation", self.env.registry._init_modules)
            return
        action = self.server_action(state="code", code="records.action_confirm()")
        self.env["base.automation"].create(
            {
                "name": "Confirm",
                "model_id": self.env.ref("sale.model_sale_order").id,
                "trigger": "on_create_or_write",
                "action_server_ids": [Command.set(action.ids)],
            }
        )
        self.refused_rpc(
            self.specialist, self.order, "write", {"client_order_ref": "x"}
        )

    def test_by_way_of_cancelled(self):
        """Cancelled, then written to sale or back to draft and confirmed | specialist |
        refused"""
        self.rpc(self.specialist, self.order, "action_cancel")
        self.refused_rpc(self.specialist, self.order, "write", {"state": "sale"})
        self.rpc(self.specialist, self.order, "action_draft")
        self.refused_rpc(self.specialist, self.order, "action_confirm")

    def test_several_of_which_one_is_held(self):
        """Confirming a plain and a held quotation at once | Sales administrator |
        refused for both, the held one named"""
        plain = self.make_order(
            partner=self.plain_customer, team_id=self.plain_team.id, user=self.outsider
        )
        words = self.refused_rpc(
            self.sales_admin, plain | self.order, "action_confirm", order=plain
        )
        self.assertIn(self.order.name, words)

    def test_unlock_and_lock(self):
        """action_unlock and action_lock around the confirmation | specialist |
        refused"""
        self.rpc(self.specialist, self.order, "action_lock")
        self.rpc(self.specialist, self.order, "action_unlock")
        self.refused_rpc(self.specialist, self.order, "action_confirm")

    def test_fields_of_the_process(self):
        """write and create of the stored state of sign-off, its author, approvers,
        contract state | specialist, manager, director, Sales administrator | refused"""
        forged = {
            "authority_state": "approved",
            "authority_level_id": self.levels[10].id,
            "terms_author_id": self.general_manager.id,
            "approver_ids": [Command.set(self.specialist.ids)],
            "key_account_id": False,
            "contract_state": "passed",
            "contract_number": "KA/1",
            "authority_bound": False,
            "terms_version": 0,
            "authority_confirmed": {},
        }
        users = (self.specialist, self.manager, self.director, self.sales_admin)
        for name, value in forged.items():
            for user in users:
                self.refused_rpc(user, self.order, "write", {name: value})
            with self.assertRaises(AccessError):
                self.rpc(
                    self.specialist,
                    self.env["sale.order"],
                    "create",
                    [self.values(**{name: value})],
                )

    def test_fields_of_the_process_by_default_values(self):
        """The same as default_… in the context | specialist | refused"""
        for name, value in (
            ("authority_state", "approved"),
            ("terms_author_id", self.general_manager.id),
            ("contract_state", "passed"),
        ):
            with self.assertRaises(AccessError):
                self.rpc(
                    self.specialist,
                    self.env["sale.order"],
                    "create",
                    [self.values()],
                    context={f"default_{name}": value},
                )

    # Over HTTP

    def test_json_2(self):
        """/json/2/sale.order/action_confirm and write with an API key | specialist |
        refused"""
        key = (
            self.env["res.users.apikeys"]
            .with_user(self.specialist)
            ._generate("rpc", "attack", fields.Datetime.now() + timedelta(days=1))
        )
        self.env.flush_all()
        for method, body in (
            ("action_confirm", {}),
            ("write", {"vals": {"state": "sale"}}),
        ):
            body = {"ids": self.order.ids, "context": FORGED, **body}
            response = self.url_open(
                f"/json/2/sale.order/{method}",
                data=json.dumps(body),
                headers={
                    "Authorization": f"bearer {key}",
                    "Content-Type": "application/json",
                },
            )
            self.assertEqual(response.status_code, 422, response.text)
            self.assertIn("cannot be confirmed yet", response.text)
        self.env.invalidate_all()
        self.assertEqual(self.order.state, "draft")

    def test_xmlrpc(self):
        """/xmlrpc/2/object execute_kw | specialist | refused"""
        self.env.flush_all()
        for method, arguments in (
            ("action_confirm", [self.order.ids]),
            ("write", [self.order.ids, {"state": "sale"}]),
        ):
            with self.assertRaisesRegex(xmlrpc.client.Fault, "cannot be confirmed yet"):
                self.xmlrpc_object.execute_kw(
                    get_db_name(),
                    self.specialist.id,
                    "ka_specialist",
                    "sale.order",
                    method,
                    arguments,
                )
        self.env.invalidate_all()
        self.assertEqual(self.order.state, "draft")

    def test_call_kw(self):
        """/web/dataset/call_kw and call_button from the browser | specialist |
        refused"""
        self.authenticate("ka_specialist", "ka_specialist")
        for route in ("call_kw", "call_button"):
            with self.assertRaisesRegex(JsonRpcException, "UserError"):
                self.make_jsonrpc_request(
                    f"/web/dataset/{route}/sale.order/action_confirm",
                    {
                        "model": "sale.order",
                        "method": "action_confirm",
                        "args": [self.order.ids],
                        "kwargs": {"context": FORGED},
                    },
                )
        self.env.invalidate_all()
        self.assertEqual(self.order.state, "draft")

    def worse(self):
        """A director's quotation that anybody may edit, and a specialist's change of it
        by which it leaves the specialist's authority."""
        order = self.make_order(discount=15.0, user=self.director, user_id=False)
        self.assertEqual(order.authority_state, "within")
        commands = [[1, order.order_line.id, {"discount": 16.0}]]
        self.env.flush_all()
        return order, {"order_line": commands}

    def test_author_behind_a_forged_cron(self):
        """cron_id, uid, su and our own keys in the context of a change, over call_kw,
        /json/2 and /xmlrpc/2, so that a director stays the author of the terms |
        specialist | the specialist is the author, sign-off is required"""
        key = (
            self.env["res.users.apikeys"]
            .with_user(self.specialist)
            ._generate("rpc", "attack", fields.Datetime.now() + timedelta(days=1))
        )
        self.authenticate("ka_specialist", "ka_specialist")

        def call_kw(order, vals):
            self.make_jsonrpc_request(
                "/web/dataset/call_kw/sale.order/write",
                {
                    "model": "sale.order",
                    "method": "write",
                    "args": [order.ids, vals],
                    "kwargs": {"context": FORGED},
                },
            )

        def json_2(order, vals):
            response = self.url_open(
                "/json/2/sale.order/write",
                data=json.dumps({"ids": order.ids, "context": FORGED, "vals": vals}),
                headers={
                    "Authorization": f"bearer {key}",
                    "Content-Type": "application/json",
                },
            )
            self.assertEqual(response.status_code, 200, response.text)

        def xml_rpc(order, vals):
            self.xmlrpc_object.execute_kw(
                get_db_name(),
                self.specialist.id,
                "ka_specialist",
                "sale.order",
                "write",
                [order.ids, vals],
                {"context": FORGED},
            )

        for way in (call_kw, json_2, xml_rpc):
            order, vals = self.worse()
            way(order, vals)
            self.env.invalidate_all()
            self.assertEqual(order.order_line.discount, 16.0)
            self.assertEqual(order.terms_author_id, self.specialist, way.__name__)
            self.assertEqual(order.authority_state, "required", way.__name__)

    def test_evidence_with_forged_contexts(self):
        """Approvals, signatures, grants, evaluations and process fields with every key
        of our own in the context, over call_kw | specialist | refused"""
        self.authenticate("ka_specialist", "ka_specialist")
        grant = {
            "opportunity_id": self.env["crm.lead"]
            .create(
                {
                    "name": "Deal",
                    "partner_id": self.customer.id,
                    "team_id": self.team.id,
                    "user_id": self.specialist.id,
                    "company_id": self.company.id,
                }
            )
            .id,
            "user_id": self.specialist.id,
            "dimension": "discount",
            "value": 90.0,
        }
        event = {"order_id": self.order.id, "company_id": self.company.id}
        self.order.with_user(self.specialist).action_request_approval()
        asked = self.order.approval_ids
        evaluation = self.env["key.account.evaluation"].create(
            {"key_account_id": self.account.id, "user_id": self.specialist.id}
        )
        done = {"state": "done", "confirmed_by_id": self.manager.id}
        for model, method, args in (
            ("key.account.approval", "create", [[{**event, "event": "approve"}]]),
            ("key.account.approval", "write", [asked.ids, {"event": "approve"}]),
            ("key.account.signature", "create", [[{**event, "signed_by": "x"}]]),
            ("key.account.authority.grant", "create", [[grant]]),
            ("key.account.evaluation", "write", [evaluation.ids, done]),
            ("key.account", "write", [self.account.ids, {"limit_grade": "A"}]),
            ("sale.order", "write", [self.order.ids, {"authority_state": "approved"}]),
        ):
            with self.assertRaisesRegex(JsonRpcException, "AccessError"):
                self.make_jsonrpc_request(
                    f"/web/dataset/call_kw/{model}/{method}",
                    {
                        "model": model,
                        "method": method,
                        "args": args,
                        "kwargs": {"context": FORGED},
                    },
                )
        self.env.invalidate_all()
        self.assertEqual(self.order.authority_state, "pending")
        self.assertEqual(self.order.approval_ids, asked)
