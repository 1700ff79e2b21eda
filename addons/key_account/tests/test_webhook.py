"""Team messengers: what they are told, signed, tried again, given up, bounded."""

import hashlib
import hmac
import socket
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.modules.neutralize import get_neutralization_queries
from odoo.tests import Form, tagged

from ..models.shared import webhook_http
from ..rules import webhook as rules
from .webhook_common import SECRET, TOKEN, WebhookCase


@tagged("post_install", "-at_install")
class TestWebhook(WebhookCase):
    # ---------------------------------------- what is told

    def test_a_copy_that_was_neutralized_tells_nobody(self):
        self.order.with_user(self.specialist).action_request_approval()
        self.env.flush_all()
        for query in get_neutralization_queries(["key_account"]):
            self.env.cr.execute(query)
        self.env.invalidate_all()
        self.env.registry.clear_cache()
        self.assertEqual(self.messages(event="approval_asked").state, "given_up")
        self.send()
        self.order.with_user(self.specialist).action_withdraw()
        self.order.with_user(self.specialist).action_request_approval()
        self.send()
        self.assertEqual(self.receiver.taken, [])

    def test_what_arrives(self):
        self.order.with_user(self.specialist).action_request_approval()
        message = self.messages(event="approval_asked")
        self.assertEqual(len(message), 1)
        self.assertEqual(self.receiver.taken, [], "nothing before it is committed")
        self.assertTrue(self.triggers())
        self.send()
        [(path, headers, body)] = self.receiver.taken
        self.assertEqual(path, f"/hook?key={TOKEN}")
        moment = headers["X-Key-Account-Timestamp"]
        signed = hmac.new(SECRET.encode(), f"{moment}.".encode() + body, hashlib.sha256)
        self.assertEqual(
            headers["X-Key-Account-Signature"], f"sha256={signed.hexdigest()}"
        )
        [told] = self.taken()
        self.assertEqual(told["id"], message.id)
        self.assertEqual(told["event"], "approval_asked")
        self.assertEqual(told["text"], "A quotation waits for sign-off")
        self.assertEqual(
            told["link"],
            "https://erp.example.com/mail/view?model=sale.order"
            f"&res_id={self.order.id}",
        )
        self.assertEqual((message.state, message.tries), ("sent", 1))
        self.send()
        self.assertEqual(len(self.receiver.taken), 1, "once")

    def test_the_way_of_a_sign_off(self):
        order = self.make_order(discount=50.0)
        order.with_user(self.specialist).action_request_approval()
        order.with_user(self.general_manager).action_reject(comment="Too cheap")
        told = self.messages(res_id=order.id).mapped("event")
        self.assertEqual(told[0], "approval_asked")
        self.assertEqual(told[-1], "approval_decided")

    def test_only_what_is_wanted_and_only_the_own_company(self):
        self.webhook.on_approval_asked = False
        other = self.env["key.account.webhook"].create(
            {
                "name": "Elsewhere",
                "format": "generic",
                "company_id": self.other_company.id,
                "new_address": self.address,
                "new_secret": SECRET,
            }
        )
        self.order.with_user(self.specialist).action_request_approval()
        self.assertFalse(self.messages())
        self.assertFalse(self.messages(other))

    def test_an_archived_messenger_is_told_nothing(self):
        self.pile(1)
        self.webhook.active = False
        self.webhook._announce("approval_asked", self.order)
        self.send()
        self.assertEqual(len(self.messages()), 1)
        self.assertEqual(self.receiver.taken, [])

    def test_companies_without_messengers_cost_no_query(self):
        self.webhook.unlink()
        self.webhook._listening()
        with self.assertQueryCount(0):
            self.env["key.account.webhook"]._announce("approval_asked", self.order)

    def test_the_language_is_the_companys(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.company.partner_id.lang = "fr_FR"
        field = self.env["ir.model.fields"]._get(self.outbox._name, "event")
        label = field.selection_ids.filtered(lambda s: s.value == "approval_asked")
        label.with_context(lang="fr_FR").name = "Un devis attend"
        self.assertEqual(self.specialist.lang, "en_US")
        self.order.with_user(self.specialist).action_request_approval()
        self.send()
        self.assertEqual(self.taken()[0]["text"], "Un devis attend")

    # ---------------------------------------- tried again

    def test_tried_again_after_an_error(self):
        message = self.pile(1)
        self.receiver.answers = [(500, b"oops")]
        self.send()
        self.assertEqual((message.state, message.tries), ("waiting", 1))
        self.assertIn("HTTP 500", message.answer)
        self.assertGreater(message.next_try_on, fields.Datetime.now())
        self.send()
        self.assertEqual(len(self.receiver.taken), 1, "not before its time")
        message._set_kept({"next_try_on": fields.Datetime.now()})
        self.send()
        self.assertEqual((message.state, message.tries), ("sent", 2))
        self.assertFalse(message.next_try_on)

    def test_given_up_and_shown(self):
        message = self.pile(1)
        self.receiver.answers = [(500, b"")] * 20
        for _each in range(rules.TRIES + 3):
            message._set_kept({"next_try_on": fields.Datetime.now()})
            if message.state == "given_up":
                break
            self.send()
        self.assertEqual(message.state, "given_up")
        self.assertEqual(len(self.receiver.taken), rules.TRIES)
        self.assertEqual(self.webhook.given_up_count, 1)
        self.receiver.answers = []
        message.with_user(self.configurator).action_try_again()
        self.send()
        self.assertEqual(message.state, "sent")

    def test_whoever_died_while_sending(self):
        soon, late = self.later(minutes=1), self.later(minutes=-1)
        dead = self.pile(1, state="sending", tries=1, next_try_on=soon)
        self.send()
        self.assertEqual(self.receiver.taken, [], "somebody may still be at it")
        dead._set_kept({"next_try_on": late})
        self.send()
        self.assertEqual((dead.state, dead.tries), ("sent", 2))
        dead = self.pile(1, state="sending", tries=rules.TRIES, next_try_on=late)
        self.send()
        self.assertEqual(dead.state, "given_up")
        self.assertEqual(len(self.receiver.taken), 1)

    def test_it_is_claimed_before_it_is_sent(self):
        message, seen = self.pile(1), []

        def look(message):
            seen.append((message.state, message.tries, bool(message.tried_on)))
            return rules.Outcome(True)

        with patch.object(type(self.outbox), "_send", look):
            self.send()
        self.assertEqual(seen, [("sending", 1, True)])
        self.assertEqual(message.state, "sent")

    # ---------------------------------------- bounded

    def test_no_more_than_a_robot_takes(self):
        self.pile(rules.PER_MINUTE + 7)
        self.send()
        self.assertEqual(len(self.receiver.taken), rules.PER_MINUTE)
        self.send()
        self.assertEqual(len(self.receiver.taken), rules.PER_MINUTE)
        self.assertTrue(self.triggers().filtered(lambda t: t.call_at > self.later()))
        past = self.later(seconds=-61)
        self.messages(state="sent")._set_kept({"tried_on": past})
        self.send()
        self.assertEqual(len(self.receiver.taken), rules.PER_MINUTE + 7)

    def test_one_messenger_does_not_hold_up_another(self):
        other = self.messenger(name="Second group")
        self.pile(rules.PER_MINUTE + 3)
        [last] = self.pile(1, other)
        self.send()
        self.assertEqual(last.state, "sent")

    def test_a_robot_that_was_sent_too_much_is_left_alone(self):
        self.webhook.format = "dingtalk"
        self.pile(3)
        self.receiver.answers = [(200, b'{"errcode": 130101, "errmsg": "too fast"}')]
        self.send()
        self.assertEqual(len(self.receiver.taken), 1)
        self.assertGreater(self.webhook.held_until, self.later(minutes=9))
        self.assertEqual(len(self.messages(state="waiting")), 3)

    def test_old_messages_are_forgotten(self):
        old, young = self.pile(1, date=self.later(days=-31)), self.pile(1)
        self.outbox._gc_messages()
        self.assertFalse(old.exists())
        self.assertTrue(young.exists())

    def test_a_silent_receiver_is_not_waited_for(self):
        with socket.create_server(("127.0.0.1", 0)) as deaf:
            place = f"127.0.0.1:{deaf.getsockname()[1]}"
            request = rules.Request(f"http://{place}/", {}, b"{}")
            with (
                patch.object(webhook_http, "_STEP", 0.2),
                self.assertRaises(OSError),
            ):
                webhook_http.post(request, {place})

    # ---------------------------------------- the screen

    def test_the_form(self):
        model = self.env["key.account.webhook"].with_user(self.configurator)
        with Form(model.with_company(self.company)) as form:
            form.name = "Group"
            form.format = "feishu"
            form.new_address = f"http://{self.place}/hook/{TOKEN}"
            form.new_secret = SECRET
        webhook = form.record
        self.assertEqual(webhook.host, "127.0.0.1")
        self.assertTrue(webhook.is_signed)
        with Form(webhook) as form:
            self.assertFalse(form.new_address)
            form.on_ruling_made = False
        self.assertEqual(webhook.sudo().secret, SECRET, "not typed, not lost")
        self.assertTrue(webhook.sudo().address.endswith(TOKEN))

    def test_the_test_message_shows_the_answer(self):
        webhook = self.webhook.with_user(self.configurator)
        self.assertEqual(webhook.action_test()["params"]["type"], "success")
        self.assertEqual(self.taken()[0]["event"], "test")
        self.assertEqual(self.taken()[0]["link"], "https://erp.example.com/odoo")
        self.receiver.answers = [(403, b"")]
        action = webhook.action_test()
        self.assertEqual(action["params"]["type"], "danger")
        self.assertIn("HTTP 403", action["params"]["message"])
        self.assertEqual(self.messages(event="test").mapped("state")[1], "given_up")
        self.pile(rules.PER_MINUTE - 2)
        self.send()
        with self.assertRaises(UserError):
            webhook.action_test()

    def test_a_copy_waits_for_its_own_address(self):
        copy = self.webhook.with_user(self.configurator).copy()
        self.assertFalse(copy.active)
        self.assertFalse(copy.sudo().address or copy.sudo().secret or copy.host)
        with self.assertRaises(UserError):
            copy.active = True

    def test_what_is_missing_is_said(self):
        for vals, says in (
            ({"new_address": False}, "enter the address"),
            ({"new_secret": False}, "enter a secret"),
            ({"new_address": "http://robot.example.com/x"}, "https://"),
            ({"new_address": "https://192.168.1.5/x"}, "network of your own"),
            ({"new_address": "nonsense"}, "not an address"),
        ):
            with self.assertRaisesRegex(UserError, says):
                self.messenger(**vals)
