"""Attacks on team messengers: what they know, what they are told, where it goes."""

import logging
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..models.shared import webhook_http
from ..rules import webhook as rules
from .attack_common import FORGED
from .webhook_common import SECRET, TOKEN, WebhookCase


@tagged("post_install", "-at_install")
class TestAttackWebhook(WebhookCase):
    def test_no_role_but_configuration_knows_of_messengers(self):
        """Messengers and what they were told are read, searched, grouped, exported |
        each role but configuration | no access"""
        self.pile(1)
        for user in (self.specialist, self.director, self.support, self.outsider):
            for records in (self.webhook, self.messages()):
                with self.subTest(user=user.login, model=records._name):
                    for call in (
                        ("read", ["create_date"]),
                        ("export_data", ["id"]),
                    ):
                        self.refused_rpc(user, records, *call)
                    model = records.browse()
                    for call in (
                        ("search_read", []),
                        ("search_count", [("create_uid", "!=", 0)]),
                        ("formatted_read_group", [], ["create_uid"], ["__count"]),
                        ("name_search", "Sales"),
                    ):
                        self.refused_rpc(user, model, *call)

    def test_nobody_reads_address_and_secret(self):
        """Address and secret are read, exported, searched for, sorted and grouped by |
        configuration | refused, and the fields by which they are entered are empty"""
        user, webhook = self.configurator, self.webhook
        user.group_ids += self.env.ref("base.group_allow_export")
        model = webhook.browse()
        for name in ("address", "secret"):
            for records, *call in (
                (webhook, "read", [name]),
                (webhook, "export_data", [name]),
                (webhook, "web_read", {name: {}}),
                (webhook, "onchange", {}, [], {name: {}}),
                (model, "search_read", [(name, "ilike", TOKEN)], ["name"]),
                (model, "search_count", [(name, "=like", "http%")]),
                (model, "search", [(f"message_ids.{name}", "!=", False)]),
                (model, "search", [], 0, None, f"{name} desc"),
                (model, "formatted_read_group", [], [name], ["__count"]),
                (model, "formatted_read_group", [], [], [f"{name}:max"]),
            ):
                with self.subTest(name=name, call=call[0]):
                    try:
                        found = self.rpc(user, records, *call)
                    except (UserError, ValueError):
                        continue
                    self.assertNotIn(TOKEN, str(found))
                    self.assertNotIn(SECRET, str(found))
                    self.assertIn(call[0], ("onchange", "web_read"))
        entry = ["new_address", "new_secret"]
        [read] = self.rpc(user, webhook, "read", entry)
        self.assertFalse(read["new_address"] or read["new_secret"])
        [row] = self.rpc(user, webhook, "export_data", entry)["datas"]
        self.assertFalse(any(row))
        everything = self.rpc(user, webhook, "read", [])
        self.assertNotIn(TOKEN, str(everything))
        self.assertNotIn(SECRET, str(everything))

    def test_chatter_log_and_answers_are_silent(self):
        """Address and secret are replaced, then a receiver answers with both of them |
        configuration | neither stands in the chatter, the messages or the log"""
        new = f"http://{self.place}/hook?key=another-{TOKEN}"
        with self.assertLogs("odoo.addons.key_account", "DEBUG") as logs:
            logging.getLogger("odoo.addons.key_account").info("There is a log.")
            self.rpc(
                self.configurator,
                self.webhook,
                "write",
                {"new_address": new, "new_secret": f"another-{SECRET}"},
            )
            self.webhook.format = "wecom"
            echo = f'{{"errcode": 9, "errmsg": "another-{TOKEN} another-{SECRET}"}}'
            self.receiver.answers = [(200, echo.encode())]
            self.pile(1)
            self.send()
            self.place_closed()
            self.pile(1)
            self.send()
        written = " ".join(self.webhook.sudo().message_ids.mapped("body"))
        self.assertIn("replaced", written)
        tracked = self.webhook.sudo().message_ids.tracking_value_ids
        kept = str(tracked.read()) + written + str(self.messages().mapped("answer"))
        said = "\n".join(logs.output)
        for word in (TOKEN, SECRET):
            self.assertNotIn(word, kept)
            self.assertNotIn(word, said)

    def place_closed(self):
        """The messenger sends where nobody listens."""
        self.env["ir.config_parameter"].set_param(
            "key_account.webhook_own_hosts", f"{self.place}, 127.0.0.1:1"
        )
        self.webhook.new_address = f"http://127.0.0.1:1/hook?key=another-{TOKEN}"

    def test_nobody_writes_what_is_told(self):
        """Messages are made, changed, moved to another messenger, deleted |
        configuration, specialist and the superuser's code | refused"""
        message = self.pile(1)
        vals = {"webhook_id": self.webhook.id, "event": "test"}
        for user in (self.configurator, self.specialist):
            self.refused_rpc(user, message.browse(), "create", vals)
            self.refused_rpc(user, message, "write", {"state": "sent"})
            self.refused_rpc(user, message, "write", {"webhook_id": self.webhook.id})
            self.refused_rpc(user, message, "unlink")
        for name, value in (("res_id", 1), ("res_model", "res.users"), ("tries", 0)):
            with self.assertRaises(AccessError):
                message.sudo().write({name: value})
            with self.assertRaises(AccessError):
                message.sudo().create({**vals, name: value})
        for method in ("_announce", "_claim", "_send", "_note", "_create_kept"):
            self.refused_rpc(self.configurator, message, method)

    def test_nothing_of_the_record_is_in_a_message(self):
        """Customer, amount, product, names and words of a quotation are looked for in
        what is sent, in all formats | the receiver | the kind of event and a link"""
        self.order.note = "Nobody else may know"
        # No moment, signature, port or id that is sent has these digits by chance.
        self.order.order_line[0].price_unit = 7391826.45
        words = {
            *(self.order.name, self.order.partner_id.name, self.account.name),
            *(self.order.order_line.product_id.name, self.specialist.name),
            *("Nobody else may know", f"{self.order.amount_untaxed:.2f}"),
            *(f"{self.order.amount_untaxed:.0f}", self.company.name),
        }
        for kind in ("wecom", "dingtalk", "feishu"):
            self.messenger(name=kind, format=kind)
        self.order.with_user(self.specialist).action_request_approval()
        self.order.with_user(self.general_manager).action_reject(
            comment="Nobody else may know"
        )
        self.receiver.answers = [(200, b'{"errcode": 0, "code": 0}')] * 20
        self.send()
        self.assertEqual(len(self.receiver.taken), 8)
        for path, headers, body in self.receiver.taken:
            sent = f"{path} {headers} {body.decode()}"
            for word in words:
                self.assertNotIn(word, sent)

    def test_what_an_act_carries_redirects_nothing(self):
        """Forged keys and defaults in the context of a request for sign-off name
        another messenger, record, state, address | specialist | the message goes where
        it would have gone, about the quotation"""
        other = self.messenger(name="Elsewhere", on_approval_asked=False)
        forged = {
            **FORGED,
            "default_webhook_id": other.id,
            "default_event": "test",
            "default_res_model": "res.users",
            "default_res_id": 1,
            "default_state": "sent",
            "default_address": "https://evil.example.com/x",
            "default_host": "evil.example.com",
            "default_company_id": self.other_company.id,
        }
        for key in ("uid", "lang"):
            forged.pop(key, None)
        self.rpc(self.specialist, self.order, "action_request_approval", context=forged)
        [message] = self.messages()
        self.assertFalse(self.messages(other))
        self.assertEqual(
            (message.res_model, message.res_id, message.state, message.event),
            ("sale.order", self.order.id, "waiting", "approval_asked"),
        )
        self.send()
        self.assertEqual(self.taken()[0]["event"], "approval_asked")

    def test_into_the_own_network(self):
        """Addresses in the own network, written in whatever way, and such that are not
        encrypted, are entered | configuration | refused, and the parameter that allows
        them is the administrator's"""
        for address in (
            "https://127.0.0.1/x",
            "https://localhost:8069/x",
            "https://2130706433/x",
            "https://[::ffff:10.0.0.1]/x",
            "https://169.254.169.254/latest/meta-data",
            "http://robot.example.com/x",
            "https://user:word@robot.example.com/x",
            "file:///etc/passwd",
            "gopher://127.0.0.1:11211/x",
        ):
            self.refused_rpc(
                self.configurator,
                self.webhook,
                "write",
                {"new_address": address},
                savepoint=True,
            )
        parameters = self.env["ir.config_parameter"]
        self.refused_rpc(
            self.configurator,
            parameters,
            "set_param",
            "key_account.webhook_own_hosts",
            "localhost",
        )

    def test_a_name_that_leads_into_the_own_network(self):
        """The name of an address leads into the own network, at once or from the next
        moment on | whoever owns the name | nothing is connected to"""
        request = rules.Request("https://robot.example.com/x", {}, b"{}")
        inside = [(2, 1, 6, "", ("127.0.0.1", 443))]
        outside = [(2, 1, 6, "", ("8.8.8.8", 443))]
        reached = []

        def connect(place, timeout=None):
            reached.append(place)
            raise ConnectionRefusedError

        for answers in ([inside], [outside + inside]):
            with (
                patch.object(webhook_http.socket, "getaddrinfo", side_effect=answers),
                patch.object(webhook_http.socket, "create_connection", connect),
                self.assertRaises(webhook_http.NotAllowedError),
            ):
                webhook_http.post(request)
        self.assertEqual(reached, [])
        with (
            patch.object(
                webhook_http.socket, "getaddrinfo", side_effect=[outside, inside]
            ),
            patch.object(webhook_http.socket, "create_connection", connect),
            self.assertRaises(ConnectionRefusedError),
        ):
            webhook_http.post(request)
        self.assertEqual(reached, [("8.8.8.8", 443)], "what was looked at")

    def test_a_receiver_that_sends_elsewhere(self):
        """The receiver answers with a redirect to another address | the receiver | it
        is not followed, and counts as a try that failed"""
        elsewhere = f"http://{self.place}/elsewhere".encode()
        for status in (301, 302, 307, 308):
            self.receiver.answers = [(status, elsewhere)]
            message = self.pile(1)
            self.send()
            self.assertEqual(message.state, "waiting")
        self.assertEqual(
            {path for path, *_rest in self.receiver.taken}, {f"/hook?key={TOKEN}"}
        )

    def test_a_receiver_that_never_ends(self):
        """The receiver answers with more than anybody reads | the receiver | its
        beginning is read, and so much of it kept as is short"""
        self.receiver.answers = [(500, b"x" * 1_000_000)]
        message = self.pile(1)
        self.send()
        self.assertLessEqual(len(message.answer), rules.SAID_CHARS)

    def test_another_companys_messenger(self):
        """The messenger of a company in which one does not work is read, changed,
        tested; the own one is moved there | configuration of one company | refused"""
        foreign = self.webhook.sudo().copy(
            {
                "company_id": self.other_company.id,
                "new_address": self.address,
                "new_secret": SECRET,
            }
        )
        for call in (
            ("read", ["name"]),
            ("write", {"name": "Mine"}),
            ("action_test",),
            ("unlink",),
        ):
            with self.subTest(call=call[0]):
                self.refused_rpc(self.configurator, foreign, *call)
        self.refused_rpc(
            self.configurator,
            self.webhook,
            "write",
            {"company_id": self.other_company.id},
        )
        self.assertEqual(self.receiver.taken, [])

    def test_who_sends_tests(self):
        """A test message, or another try of what was given up, is asked for | each
        role but configuration | refused, nothing is sent"""
        message = self.pile(1, state="given_up")
        for user in (self.specialist, self.manager, self.director, self.outsider):
            self.refused_rpc(user, self.webhook, "action_test")
            self.refused_rpc(user, message, "action_try_again")
        self.assertEqual(message.state, "given_up")
        self.assertEqual(self.receiver.taken, [])
