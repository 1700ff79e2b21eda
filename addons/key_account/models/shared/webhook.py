"""Team messengers that are told what has happened: which, where, of what."""

from odoo import api, fields, models, tools
from odoo.exceptions import UserError
from odoo.tools import frozendict
from odoo.tools.misc import clean_context

from ...rules import webhook as rules
from .act import take_in_hand
from .remembered import forget

# What can be told, and how it is said; nothing of what it is about.
EVENTS = [
    ("approval_asked", "A quotation waits for sign-off"),
    ("approval_decided", "A sign-off was decided"),
    ("approval_escalated", "A sign-off was escalated"),
    ("ruling_asked", "An exception request waits for a ruling"),
    ("ruling_made", "An exception request was ruled on"),
    ("deadline_overdue", "A deadline has passed"),
    ("feedback_arrived", "Feedback has arrived"),
    ("feedback_escalated", "Feedback is overdue for long"),
    ("visit_to_review", "A visit report waits for review"),
    ("review_asked", "A contract waits for review"),
    ("signature_received", "A customer has signed"),
]
_SAYS = dict(EVENTS)


def _wish(event):
    return fields.Boolean(string=_SAYS[event], default=True, tracking=True)


class KeyAccountWebhook(models.Model):
    """An address to which a company's notices go: a robot of a group in a messenger, or
    a program of the company's own.

    Address and secret are entered and replaced, and read by nobody: whoever has them
    writes into the group in our name. What is sent is a sentence and a link to the
    record, which opens only for whoever may read it.
    """

    _name = "key.account.webhook"
    _description = "Team Messenger"
    _inherit = ["mail.thread", "key.account.kept"]
    _order = "company_id, name, id"

    name = fields.Char(required=True, tracking=True, help="E.g. the group's name.")
    active = fields.Boolean(default=True, tracking=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        tracking=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    format = fields.Selection(
        [
            (rules.WECOM, "WeCom (group robot)"),
            (rules.DINGTALK, "DingTalk (custom robot)"),
            (rules.FEISHU, "Feishu / Lark (custom bot)"),
            (rules.GENERIC, "Own program (JSON)"),
        ],
        string="Messenger",
        required=True,
        default=rules.WECOM,
        tracking=True,
    )
    host = fields.Char(string="Server", readonly=True, copy=False, tracking=True)
    is_signed = fields.Boolean(string="Has a secret", readonly=True, copy=False)
    address = fields.Char(
        string="Address kept", readonly=True, copy=False, groups=fields.NO_ACCESS
    )
    secret = fields.Char(
        string="Secret kept", readonly=True, copy=False, groups=fields.NO_ACCESS
    )
    new_address = fields.Char(
        string="Address",
        compute="_compute_entry",
        inverse="_inverse_new_address",
        help="As the messenger shows it, beginning with https://. It is kept, and never"
        " shown again.",
    )
    new_secret = fields.Char(
        string="Secret",
        compute="_compute_entry",
        inverse="_inverse_new_secret",
        help="DingTalk and Feishu: where the robot is set to check signatures. A"
        " program of your own always needs one. It is kept, and never shown again.",
    )
    held_until = fields.Datetime(
        "Held until",
        readonly=True,
        copy=False,
        help="The messenger was sent too much: nothing is sent to it before then.",
    )
    notice_count = fields.Integer(
        string="Messages told", compute="_compute_counts", compute_sudo=True
    )
    given_up_count = fields.Integer(
        string="Given up", compute="_compute_counts", compute_sudo=True
    )
    on_approval_asked = _wish("approval_asked")
    on_approval_decided = _wish("approval_decided")
    on_approval_escalated = _wish("approval_escalated")
    on_ruling_asked = _wish("ruling_asked")
    on_ruling_made = _wish("ruling_made")
    on_deadline_overdue = _wish("deadline_overdue")
    on_feedback_arrived = _wish("feedback_arrived")
    on_feedback_escalated = _wish("feedback_escalated")
    on_visit_to_review = _wish("visit_to_review")
    on_review_asked = _wish("review_asked")
    on_signature_received = _wish("signature_received")

    # ---------------------------------------- compute

    def _compute_entry(self):
        self.new_address = False
        self.new_secret = False

    def _compute_counts(self):
        counts = {}
        for webhook, state, count in self.env[
            "key.account.webhook.message"
        ]._read_group(
            [("webhook_id", "in", self.ids)], ["webhook_id", "state"], ["__count"]
        ):
            counts[webhook.id, state] = count
        for webhook in self:
            own = {state: n for (id_, state), n in counts.items() if id_ == webhook.id}
            webhook.notice_count = sum(own.values())
            webhook.given_up_count = own.get("given_up", 0)

    def _inverse_new_address(self):
        for webhook in self.filtered("new_address"):
            address = webhook.new_address.strip()
            webhook._assert_may_be_sent_to(address)
            webhook._replace(
                {"address": address, "host": rules.place(address)[1]},
                self.env._("The address was replaced."),
            )

    def _inverse_new_secret(self):
        for webhook in self.filtered("new_secret"):
            webhook._replace(
                {"secret": webhook.new_secret.strip(), "is_signed": True},
                self.env._("The secret was replaced."),
            )

    def _replace(self, values, said):
        # What nobody reads nobody but the process writes; who may change the messenger
        # has been asked by the write that brought it here.
        stored = self.sudo()
        before = {name: stored[name] for name in values}
        if before == values:
            return
        stored._write_kept({**values, "held_until": False})
        if any(before.values()):
            stored._message_log(body=said, author_id=self.env.user.partner_id.id)

    # ---------------------------------------- CRUD

    @api.model_create_multi
    def create(self, vals_list):
        webhooks = super().create(vals_list)
        webhooks._assert_complete()
        forget(self.env)
        return webhooks

    def write(self, vals):
        res = super().write(vals)
        if not self._is_by_process(vals):
            self._assert_complete()
        forget(self.env)
        return res

    def unlink(self):
        forget(self.env)
        return super().unlink()

    def copy_data(self, default=None):
        # Without an address it tells nobody anything yet.
        return [
            {
                **vals,
                "active": False,
                "name": self.env._("%s (copy)", webhook.name),
                **(default or {}),
            }
            for webhook, vals in zip(self, super().copy_data(default), strict=True)
        ]

    def _assert_complete(self):
        """Raise where one that is in use does not say where to send, or cannot sign."""
        for webhook in self.sudo().filtered("active"):
            webhook._assert_address()
            if webhook.format in rules.SIGNED and not webhook.secret:
                raise UserError(
                    self.env._(
                        "%s: enter a secret. With it, the program that receives the"
                        " messages can tell that they come from here.",
                        webhook.name,
                    )
                )

    def _assert_address(self):
        # It is looked at, and shown to nobody.
        if not self.sudo().address:
            raise UserError(
                self.env._(
                    "%s: enter the address that the messenger shows for its robot.",
                    self.name,
                )
            )

    def _assert_may_be_sent_to(self, address):
        reason = rules.refusal(address, self._own_hosts())
        if reason == "none":
            raise UserError(
                self.env._(
                    "This is not an address. Copy it as the messenger shows it; it"
                    " begins with https://."
                )
            )
        if reason == "https":
            raise UserError(
                self.env._(
                    "The address has to begin with https://, so that nobody reads it on"
                    " the way."
                )
            )
        if reason:
            raise UserError(
                self.env._(
                    "This address lies in a network of your own. An administrator may"
                    " allow it: in the system parameter key_account.webhook_own_hosts."
                )
            )

    @api.model
    def _own_hosts(self):
        """Places in the own network that an administrator has named."""
        # Nobody but administrators reads or writes system parameters.
        parameters = self.env["ir.config_parameter"].sudo()
        return rules.own_hosts(parameters.get_param("key_account.webhook_own_hosts"))

    # ---------------------------------------- telling

    def _language(self):
        """In which language a company's messengers are spoken to."""
        return self.company_id.partner_id.lang or self.env.lang or "en_US"

    @api.model
    @tools.ormcache()
    def _listening(self):
        """``{(company id, event): ids of the messengers}``: companies without any are
        told apart without a query."""
        listening = {}
        # Kept for everybody: not only what whoever asks first may read.
        for webhook in self.sudo().search([("active", "=", True)]):
            for event, _label in EVENTS:
                if webhook[f"on_{event}"]:
                    key = (webhook.company_id.id, event)
                    listening[key] = (*listening.get(key, ()), webhook.id)
        return frozendict(listening)

    @api.model
    def _announce(self, event, records, company=None):
        """Have the messengers of a company told that this has happened to records.

        It is put down in this transaction, and sent once that is committed.

        :param str event: one of ``EVENTS``
        :param company: whose messengers; without it, the company of each record
        """
        listening = self._listening()
        if not listening:
            return
        # Whoever does something neither reads nor writes what messengers are told; and
        # what their form starts with says nothing of it.
        env = self.env(context=clean_context(self.env.context), su=True)
        outbox = env["key.account.webhook.message"]
        rows = [
            {
                "webhook_id": webhook_id,
                "event": event,
                "res_model": record._name,
                "res_id": record.id,
            }
            for record in records.sudo()
            for webhook_id in listening.get(
                ((company or record.company_id).id, event), ()
            )
        ]
        if rows:
            outbox._create_kept(rows)
            outbox._send_soon()

    # ---------------------------------------- screens

    def action_test(self):
        """Send a test message now, and show what is answered."""
        self.ensure_one()
        self.check_access("write")
        take_in_hand(self)
        # What has been sent is written by the process alone.
        outbox = self.env["key.account.webhook.message"].sudo()
        self._assert_address()
        if not outbox._has_room(self):
            raise UserError(
                self.env._(
                    "%s: nothing can be sent right now. Wait a minute, then try again.",
                    self.name,
                )
            )
        found = outbox._send_test(self)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if found.sent else "danger",
                "title": self.env._("The test message has arrived")
                if found.sent
                else self.env._("The test message was not taken"),
                "message": found.said,
                "sticky": not found.sent,
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def action_open_messages(self):
        """What this messenger was told."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "key_account.webhook_message_action"
        )
        action["domain"] = [("webhook_id", "=", self.id)]
        action["context"] = {"search_default_given_up": 0}
        return action
