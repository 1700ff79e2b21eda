"""A receiver on this machine, for what team messengers are told."""

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields

from .attack_common import AttackCase

TOKEN = "t0ken-abcdef-123456"
SECRET = "s3cret-of-the-group"


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        self.server.taken.append((self.path, dict(self.headers), body))
        answers = self.server.answers
        status, answer = answers.pop(0) if answers else (200, b'{"errcode": 0}')
        self.send_response(status)
        if status in (301, 302, 307, 308):
            self.send_header("Location", answer.decode())
            answer = b""
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def do_GET(self):
        self.server.taken.append((self.path, "GET", b""))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *args):
        pass


class WebhookCase(AttackCase):
    """``self.webhook`` sends to ``self.receiver``, which keeps what it took."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.receiver = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        cls.receiver.daemon_threads = True
        cls.addClassCleanup(cls.receiver.server_close)
        thread = threading.Thread(target=cls.receiver.serve_forever, args=(0.05,))
        thread.start()
        cls.addClassCleanup(thread.join)
        cls.addClassCleanup(cls.receiver.shutdown)
        cls.place = f"127.0.0.1:{cls.receiver.server_address[1]}"
        cls.address = f"http://{cls.place}/hook?key={TOKEN}"
        parameters = cls.env["ir.config_parameter"]
        parameters.set_param("key_account.webhook_own_hosts", cls.place)
        parameters.set_param("web.base.url", "https://erp.example.com")
        cls.webhook = cls.messenger()
        cls.outbox = cls.env["key.account.webhook.message"]
        cls.cron = cls.env.ref("key_account.cron_webhook")

    @classmethod
    def messenger(cls, **vals):
        return (
            cls.env["key.account.webhook"]
            .with_user(cls.configurator)
            .with_company(cls.company)
            .create(
                {
                    "name": "Sales group",
                    "format": "generic",
                    "company_id": cls.company.id,
                    "new_address": cls.address,
                    "new_secret": SECRET,
                    **vals,
                }
            )
        )

    def setUp(self):
        super().setUp()
        self.receiver.taken = []
        self.receiver.answers = []

    @contextmanager
    def at(self, moment):
        """The receiver's thread and the sockets have clocks of their own."""
        with freeze_time(moment, ignore=["threading", "socket", "selectors"]):
            yield

    def send(self):
        """Run the scheduled action once; a test's transaction is never committed."""
        self.env.flush_all()
        with patch.object(
            type(self.env["ir.cron"]), "_commit_progress", return_value=float("inf")
        ):
            self.outbox._cron_send()
        self.env.flush_all()

    def messages(self, webhook=None, **domain):
        found = self.outbox.search(
            [("webhook_id", "=", (webhook or self.webhook).id)], order="id"
        )
        return found.filtered(lambda m: all(m[k] == v for k, v in domain.items()))

    def pile(self, count, webhook=None, **vals):
        """So many messages that wait, about the order."""
        webhook = webhook or self.webhook
        return self.outbox._create_kept(
            [
                {
                    "webhook_id": webhook.id,
                    "event": "approval_asked",
                    "res_model": "sale.order",
                    "res_id": self.order.id,
                    **vals,
                }
                for _each in range(count)
            ]
        )

    def taken(self):
        return [json.loads(body) for _path, _headers, body in self.receiver.taken]

    def triggers(self):
        self.env.flush_all()
        return self.env["ir.cron.trigger"].search(
            [("cron_id", "=", self.cron.id)], order="call_at"
        )

    def later(self, **delta):
        return fields.Datetime.add(fields.Datetime.now(), **delta)
