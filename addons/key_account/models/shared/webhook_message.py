"""What team messengers are told: put down with what happened, sent afterwards."""

import http.client
import logging

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.urls import urljoin

from ...rules import webhook as rules
from .label import selection_label
from .webhook import EVENTS
from .webhook_http import NotAllowedError, post

_logger = logging.getLogger(__name__)

_CRON = "key_account.cron_webhook"
# So long what has been told is kept.
_DAYS = 30


class KeyAccountWebhookMessage(models.Model):
    """A message to a team messenger. It says what has happened, to which record, and
    nothing of it; the words are made when it is sent.

    It is claimed, in a transaction of its own, before it is sent: whoever sends at the
    same moment takes another one, and one whose sender died is tried again. A receiver
    may get one twice then, and tells them apart by their number.
    """

    _name = "key.account.webhook.message"
    _description = "Message to a Team Messenger"
    _inherit = ["key.account.kept"]
    _order = "id desc"
    _rec_name = "event"

    webhook_id = fields.Many2one(
        "key.account.webhook",
        string="Team messenger",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="webhook_id.company_id", store=True, index=True, precompute=True
    )
    event = fields.Selection(
        [*EVENTS, ("test", "Test message")],
        string="What has happened",
        required=True,
        readonly=True,
    )
    res_model = fields.Char(string="Model", readonly=True)
    res_id = fields.Many2oneReference(
        model_field="res_model", string="Record", readonly=True
    )
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("sending", "Being sent"),
            ("sent", "Sent"),
            ("given_up", "Given up"),
        ],
        required=True,
        readonly=True,
        default="waiting",
    )
    date = fields.Datetime(
        string="Put down on", required=True, readonly=True, default=fields.Datetime.now
    )
    tries = fields.Integer(readonly=True, aggregator=None)
    tried_on = fields.Datetime(string="Last try", readonly=True)
    next_try_on = fields.Datetime(
        string="Next try", readonly=True, default=fields.Datetime.now
    )
    answer = fields.Char(readonly=True)

    _open_idx = models.Index("(next_try_on) WHERE state IN ('waiting', 'sending')")
    _rate_idx = models.Index("(webhook_id, tried_on)")
    _date_idx = models.Index("(date)")

    # ---------------------------------------- when

    @api.model
    def _send_soon(self, at=None):
        """Have them sent once this transaction is committed, or at a moment."""
        data = self.env.cr.precommit.data
        if not at and data.get(_CRON):
            return
        # Whoever manages the scheduled actions may have deleted it.
        if cron := self.env.ref(_CRON, raise_if_not_found=False):
            cron.sudo()._trigger(at)
            if not at:
                data[_CRON] = True

    @api.model
    def _cron_send(self):
        """Send what is due, one by one, as fast as each messenger takes it."""
        # Whoever the scheduled action runs as, it sends what all were to be told.
        outbox, cron = self.sudo(), self.env["ir.cron"]
        outbox._give_up_lost()
        while True:
            message = outbox._claim()
            # From here on nobody else sends it, and no row is locked while it is sent.
            cron._commit_progress()
            if not message:
                break
            message._note(message._send())
            if not cron._commit_progress(1, remaining=0):
                break
        if later := outbox._next_moment():
            outbox._send_soon(max(later, fields.Datetime.now()))

    @api.model
    def _claim(self):
        """The next one that is due and may be sent, marked as being sent; or none."""
        now = fields.Datetime.now()
        self.env.flush_all()
        try:
            with self.env.cr.savepoint():
                self.env.cr.execute(
                    SQL(
                        """
                        SELECT message.id
                          FROM key_account_webhook_message AS message
                          JOIN key_account_webhook AS webhook
                            ON webhook.id = message.webhook_id
                         WHERE message.state IN ('waiting', 'sending')
                           AND message.next_try_on <= %(now)s
                           AND webhook.active
                           AND COALESCE(webhook.held_until, %(now)s) <= %(now)s
                           AND (SELECT COUNT(*)
                                  FROM key_account_webhook_message AS tried
                                 WHERE tried.webhook_id = webhook.id
                                   AND tried.tried_on > %(since)s) < %(most)s
                      ORDER BY message.next_try_on, message.id
                         LIMIT 1
                           FOR NO KEY UPDATE SKIP LOCKED
                        """,
                        now=now,
                        since=now - rules.MINUTE,
                        most=rules.PER_MINUTE,
                    ),
                    log_exceptions=False,
                )
                message = self.browse(id_ for (id_,) in self.env.cr.fetchall())
        except OperationalError:
            _logger.info("Somebody else sends to team messengers at the moment.")
            return self.browse()
        message.invalidate_recordset()
        if message:
            tries = message.tries + 1
            message._set_kept(
                {
                    "state": "sending",
                    "tries": tries,
                    "tried_on": now,
                    # If whoever sends it dies, it is looked at again then.
                    "next_try_on": rules.next_try(tries, now) or now + rules.DELAYS[-1],
                }
            )
        return message

    @api.model
    def _give_up_lost(self):
        """Those whose sender died with their last try."""
        lost = self.search(
            [
                ("state", "=", "sending"),
                ("tries", ">=", rules.TRIES),
                ("next_try_on", "<=", fields.Datetime.now()),
            ]
        )
        lost._set_kept({"state": "given_up", "next_try_on": False})

    @api.model
    def _has_room(self, webhook):
        """Whether this messenger may be sent something now."""
        now = fields.Datetime.now()
        tried = self.search_count(
            [("webhook_id", "=", webhook.id), ("tried_on", ">", now - rules.MINUTE)]
        )
        held = webhook.held_until and webhook.held_until > now
        return not held and tried < rules.PER_MINUTE

    @api.model
    def _next_moment(self):
        """When the next of those that wait may be sent; None where none waits."""
        now = fields.Datetime.now()
        moments = []
        for webhook, first in self._read_group(
            [("state", "in", ("waiting", "sending")), ("webhook_id.active", "=", True)],
            ["webhook_id"],
            ["next_try_on:min"],
        ):
            moment = max(first, webhook.held_until or first)
            moments.append(moment if moment > now else now + rules.MINUTE)
        return min(moments, default=None)

    # ---------------------------------------- sending

    def _send(self):
        """Post this message; return what came of it. Nothing is written here."""
        self.ensure_one()
        webhook, own = self.webhook_id, self.env["key.account.webhook"]._own_hosts()
        secrets = rules.secrets_of(webhook.address, webhook.secret)
        now = int(fields.Datetime.now().timestamp())
        args = (webhook.format, webhook.address or "", webhook.secret or "")
        try:
            status, body = post(rules.request(*args, self._notice(), now), own)
        except NotAllowedError:
            lang = {"lang": webhook._language()}
            said = self.with_context(**lang).env._("This address may not be reached.")
            return rules.Outcome(False, said=said)
        except (OSError, http.client.HTTPException) as error:
            said = f"{type(error).__name__}: {error}"
            return rules.Outcome(False, said=rules.shown(said, secrets))
        return rules.outcome(webhook.format, status, body, secrets)

    def _note(self, found):
        """Write down what came of a try that was claimed before."""
        now = fields.Datetime.now()
        values = {"answer": found.said, "state": "waiting"}
        if found.sent:
            values.update(state="sent", next_try_on=False)
        elif self.tries >= rules.TRIES or self.event == "test":
            values.update(state="given_up", next_try_on=False)
        else:
            values["next_try_on"] = rules.next_try(self.tries, now)
        self._set_kept(values)
        if found.held:
            self.webhook_id._set_kept({"held_until": now + rules.HELD})

    def _notice(self):
        """What it says, in the language of the company."""
        reader = self.with_context(lang=self.webhook_id._language())
        base = self.webhook_id.company_id.get_base_url()
        path = "/odoo"
        if self.res_model:
            path = f"/mail/view?model={self.res_model}&res_id={self.res_id}"
        return rules.Notice(
            number=self.id,
            event=self.event,
            heading=reader.env._("Key Accounts"),
            text=selection_label(reader, "event", self.event),
            open=reader.env._("Open"),
            link=urljoin(base, path),
            time=self.date.isoformat() + "Z",
        )

    @api.model
    def _send_test(self, webhook):
        """Send a test message now; it is tried once."""
        now = fields.Datetime.now()
        message = self._create_kept(
            [
                {
                    "webhook_id": webhook.id,
                    "event": "test",
                    "tries": 1,
                    "tried_on": now,
                    "next_try_on": False,
                }
            ]
        )
        found = message._send()
        message._note(found)
        return found

    # ---------------------------------------- afterwards

    def action_try_again(self):
        """Send once more what was given up; by whoever may change the messenger."""
        self.check_access("read")
        self.webhook_id.check_access("write")
        now = fields.Datetime.now()
        # What has been sent is written by the process alone.
        given_up = self.sudo().filtered(lambda message: message.state == "given_up")
        given_up._set_kept(
            {"state": "waiting", "tries": 0, "next_try_on": now, "answer": False}
        )
        given_up._send_soon()
        return True

    @api.autovacuum
    def _gc_messages(self):
        """Forget what was told long ago."""
        before = fields.Datetime.subtract(fields.Datetime.now(), days=_DAYS)
        self.sudo().search([("date", "<", before)], limit=10000).unlink()
