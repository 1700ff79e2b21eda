"""What team messengers are sent, by example and by property."""

import base64
import hashlib
import hmac
import json
from datetime import datetime
from itertools import product
from urllib.parse import parse_qs, urlsplit

from odoo.tests import BaseCase, tagged

from ..rules import webhook as rules

NOW = datetime(2026, 3, 2, 10, 0)
MOMENT = 1772445600
NOTICE = rules.Notice(
    number=7,
    event="approval_asked",
    heading="大客户",
    text="报价待签批",
    open="打开",
    link="https://erp.example.com/mail/view?model=sale.order&res_id=7",
    time="2026-03-02T10:00:00Z",
)
ROBOT = "https://oapi.dingtalk.com/robot/send?access_token=abcdef123456"


@tagged("-at_install", "post_install")
class TestRulesWebhook(BaseCase):
    # ---------------------------------------- where to

    def test_addresses_of_the_messengers_are_taken(self):
        for address in (
            "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693axxx6-7aoc",
            ROBOT,
            "https://open.feishu.cn/open-apis/bot/v2/hook/0000-1111",
            "https://open.larksuite.com/open-apis/bot/v2/hook/0000-1111",
            "https://8.8.8.8/x",
        ):
            self.assertIsNone(rules.refusal(address), address)

    def test_what_is_no_address(self):
        for address in (
            *("", " ", "x", "ftp://a.example.com/", "https://", "https:///x"),
            *("https://user:word@a.example.com/", "https://user@a.example.com/"),
            *("https://a.example.com:port/", "https://a.example.com/a b"),
            *("https://a.example.com/\r\nHost: b", "javascript:alert(1)"),
            *("file:///etc/passwd", "https://ä.example.com/", "//a.example.com/"),
        ):
            self.assertEqual(rules.refusal(address), "none", address)

    def test_nothing_goes_unencrypted(self):
        self.assertEqual(rules.refusal("http://a.example.com/"), "https")

    def test_the_own_network_is_closed(self):
        for host in (
            *("localhost", "127.0.0.1", "127.1", "0x7f.1", "2130706433", "0"),
            *("10.0.0.5", "172.16.3.4", "192.168.1.1", "169.254.169.254"),
            *("100.64.0.1", "0.0.0.0", "224.0.0.1", "255.255.255.255"),
            *("[::1]", "[fe80::1]", "[fc00::1]", "[::ffff:127.0.0.1]", "[::]"),
            *("[64:ff9b::7f00:1]", "[2002:7f00:1::]", "intranet", "db.internal"),
            *("printer.local", "a.localhost", "LOCALHOST", "localhost."),
        ):
            for port in ("", ":8443"):
                address = f"https://{host}{port}/x"
                self.assertEqual(rules.refusal(address), "own", address)

    def test_an_administrator_opens_a_place(self):
        own = rules.own_hosts(" 10.0.0.5:8080, messenger.lan ,,[::1]:9000")
        for address in (
            "http://10.0.0.5:8080/x",
            "https://messenger.lan/x",
            "http://MESSENGER.lan:81/x",
            "http://[::1]:9000/",
        ):
            self.assertIsNone(rules.refusal(address, own), address)
        for address in (
            "https://10.0.0.5/x",
            "https://10.0.0.5:8081/",
            "https://[::1]/",
        ):
            self.assertEqual(rules.refusal(address, own), "own", address)

    def test_public_addresses(self):
        for ip in ("8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8"):
            self.assertTrue(rules.is_public(ip), ip)
        for ip in ("127.0.0.1", "::1", "fe80::1%eth0", "10.1.1.1", "ff0e::1", "name"):
            self.assertFalse(rules.is_public(ip), ip)

    # ---------------------------------------- what

    def body(self, kind, secret="", address="https://a.example.com/x"):
        made = rules.request(kind, address, secret, NOTICE, MOMENT)
        return json.loads(made.body), made

    def test_own_program(self):
        body, made = self.body("generic", "s3cret")
        self.assertEqual(
            body,
            {
                "id": 7,
                "event": "approval_asked",
                "text": "报价待签批",
                "link": NOTICE.link,
                "time": "2026-03-02T10:00:00Z",
            },
        )
        signed = hmac.new(b"s3cret", b"%d." % MOMENT + made.body, hashlib.sha256)
        self.assertEqual(made.headers["X-Key-Account-Timestamp"], str(MOMENT))
        self.assertEqual(
            made.headers["X-Key-Account-Signature"], f"sha256={signed.hexdigest()}"
        )

    def test_wecom(self):
        body, made = self.body("wecom", "unused")
        self.assertEqual(body["msgtype"], "markdown")
        self.assertEqual(
            body["markdown"]["content"],
            f"**大客户**\n报价待签批\n[打开]({NOTICE.link})",
        )
        self.assertEqual(made.address, "https://a.example.com/x")
        self.assertNotIn(b"unused", made.body)

    def test_dingtalk(self):
        body, made = self.body("dingtalk", "SECabc", ROBOT)
        self.assertEqual(body["msgtype"], "markdown")
        self.assertEqual(body["markdown"]["title"], "大客户: 报价待签批")
        self.assertIn(f"[打开]({NOTICE.link})", body["markdown"]["text"])
        asked = parse_qs(urlsplit(made.address).query)
        moment = f"{MOMENT}000"
        signed = hmac.new(b"SECabc", f"{moment}\nSECabc".encode(), hashlib.sha256)
        self.assertEqual(asked["timestamp"], [moment])
        self.assertEqual(asked["sign"], [base64.b64encode(signed.digest()).decode()])
        self.assertEqual(asked["access_token"], ["abcdef123456"])
        self.assertEqual(self.body("dingtalk", "", ROBOT)[1].address, ROBOT)

    def test_feishu(self):
        body, _made = self.body("feishu", "abc")
        self.assertEqual(body["msg_type"], "text")
        self.assertEqual(
            body["content"]["text"], f"大客户\n报价待签批\n打开: {NOTICE.link}"
        )
        signed = hmac.new(f"{MOMENT}\nabc".encode(), b"", hashlib.sha256)
        self.assertEqual(body["timestamp"], str(MOMENT))
        self.assertEqual(body["sign"], base64.b64encode(signed.digest()).decode())
        self.assertEqual(self.body("feishu")[0].keys(), {"msg_type", "content"})

    def test_no_secret_is_ever_in_a_body(self):
        for kind in ("generic", "wecom", "dingtalk", "feishu"):
            made = rules.request(kind, ROBOT, "SECabcdef", NOTICE, MOMENT)
            sent = made.body + str(made.headers).encode()
            self.assertNotIn(b"SECabcdef", sent)
            self.assertNotIn(b"abcdef123456", sent)
            self.assertNotIn("SECabcdef", made.address)

    # ---------------------------------------- what came of it

    def test_a_robot_says_by_its_own_code_whether_it_took_it(self):
        for kind, body, sent, held in (
            ("wecom", {"errcode": 0, "errmsg": "ok"}, True, False),
            ("wecom", {"errcode": 93000, "errmsg": "invalid webhook"}, False, False),
            ("wecom", {"errcode": 45009, "errmsg": "api freq"}, False, True),
            ("dingtalk", {"errcode": 0, "errmsg": "ok"}, True, False),
            ("dingtalk", {"errcode": 130101, "errmsg": "too fast"}, False, True),
            ("dingtalk", {"errcode": 310000, "errmsg": "sign not match"}, False, False),
            ("feishu", {"code": 0, "msg": "success"}, True, False),
            ("feishu", {"StatusCode": 0, "StatusMessage": "success"}, True, False),
            ("feishu", {"code": 19021, "msg": "sign match fail"}, False, False),
            ("feishu", {"code": 11232, "msg": "limited"}, False, True),
            ("generic", {"errcode": 5}, True, False),
        ):
            found = rules.outcome(kind, 200, json.dumps(body).encode())
            self.assertEqual((found.sent, found.held), (sent, held), (kind, body))

    def test_what_is_no_answer(self):
        for kind, body in product(
            rules._MAKERS, (b"", b"<html>", b"[1]", b'"x"', b"\xff")
        ):
            found = rules.outcome(kind, 200, body)
            self.assertEqual(found.sent, kind == "generic", (kind, body))
            for status in (301, 302, 307, 400, 404, 500, 503):
                self.assertFalse(rules.outcome(kind, status, body).sent)
        self.assertTrue(rules.outcome("generic", 429, b"").held)

    def test_what_is_kept_of_an_answer(self):
        secrets = rules.secrets_of(ROBOT, "SECabcdef")
        answer = {"errcode": 1, "errmsg": "abcdef123456 SECabcdef\n" + "x" * 500}
        said = rules.outcome("dingtalk", 200, json.dumps(answer).encode(), secrets).said
        self.assertNotIn("abcdef123456", said)
        self.assertNotIn("SECabcdef", said)
        self.assertTrue(said.isprintable())
        self.assertLessEqual(len(said), rules.SAID_CHARS)
        hook = "https://open.feishu.cn/open-apis/bot/v2/hook/0000-1111-2222"
        self.assertIn("0000-1111-2222", rules.secrets_of(hook, ""))

    # ---------------------------------------- when

    def test_tries_are_bounded_and_further_and_further_apart(self):
        moments, now = [NOW], NOW
        for tries in range(1, rules.TRIES):
            now = rules.next_try(tries, now)
            moments.append(now)
        self.assertIsNone(rules.next_try(rules.TRIES, now))
        self.assertIsNone(rules.next_try(rules.TRIES + 1, now))
        gaps = [b - a for a, b in zip(moments, moments[1:], strict=False)]
        self.assertEqual(gaps, sorted(gaps))
        self.assertEqual(len(set(gaps)), len(gaps))
        self.assertLess((moments[-1] - NOW).total_seconds(), 8 * 3600)

    def test_a_minute_holds_fewer_than_any_robot_takes(self):
        self.assertLess(rules.PER_MINUTE, 20)
        # A row that is tried again within the minute would be counted once.
        self.assertGreaterEqual(rules.DELAYS[0], rules.MINUTE)
