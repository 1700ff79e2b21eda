"""Feedback as the customer sees it, and sends it, on the portal."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import plaintext2html

from ...rules import incoming
from ...rules.evidence import said
from ..shared.label import noted
from ..shared.secret_link import without_keys

# A link in a mail opens what is over for so many days; later the customer logs in.
LINK_DAYS = 90
WORDS = 10_000
_ORDERS = 50
# What customers and we have said to each other: no notes, no notices.
_SPOKEN = ("comment", "email")


class KeyAccountFeedback(models.Model):
    """Portal users have no right to this model: what the customer reads is shown by
    ``controllers/feedback.py``, to their own people or whoever has the link."""

    _name = "key.account.feedback"
    _inherit = ["key.account.secret.link", "key.account.feedback"]
    _kept = frozenset(("form_key",))

    form_key = fields.Char(
        readonly=True,
        copy=False,
        groups="base.group_system",
        help="Of the page it was sent from: sent twice, it is taken once.",
    )

    _sent_once = models.UniqueIndex(
        "(form_key) WHERE form_key IS NOT NULL",
        "This has been sent already.",
    )

    def _compute_access_url(self):
        for feedback in self:
            feedback.access_url = f"/my/feedback/{feedback.id}"

    @api.model
    def _get_thread_with_access(self, thread_id, **kwargs):
        # The portal's pages are the only way: they know what is for the customer.
        if not self.env.user._is_internal():
            return self.browse()
        return super()._get_thread_with_access(thread_id, **kwargs)

    def _mail_get_partner_fields(self, introspect_fields=False):
        return ["partner_id"]

    def _secret_readers(self):
        return self._customer(), self._answer_address()

    # ---------------------------------------- whose it is

    @api.model
    def _portal_domain(self, user):
        """What a customer's person sees: what their company has told us by mail or on
        the portal, and what else we have answered. What colleagues noted down of a call
        or a visit is in our words until then."""
        customer = user.partner_id.commercial_partner_id
        return [
            ("company_id", "in", user.company_ids.ids),
            "|",
            ("key_account_id.partner_id", "=", customer.id),
            "&",
            ("key_account_id", "=", False),
            ("partner_id", "child_of", customer.ids),
            "|",
            ("channel", "in", ("mail", "portal")),
            ("answered_on", "!=", False),
        ]

    @api.model
    def _portal_account(self, user, order=None):
        """The file under which a customer's person sends feedback, or none: of the
        company of the order they speak of, else of their own one first."""
        companies = order.company_id if order else user.company_ids
        accounts = self.env["key.account"].search(
            [
                ("partner_id", "=", user.partner_id.commercial_partner_id.id),
                ("company_id", "in", companies.ids),
            ]
        )
        return accounts.sorted(lambda account: account.company_id != user.company_id)[
            :1
        ]

    @api.model
    def _portal_orders(self, user):
        """Confirmed orders of the visitor's own company, the latest."""
        return self.env["sale.order"].search(
            [
                ("partner_id", "child_of", user.partner_id.commercial_partner_id.ids),
                ("company_id", "in", user.company_ids.ids),
                ("state", "=", "sale"),
            ],
            order="date_order desc, id desc",
            limit=_ORDERS,
        )

    def _takes_reply(self):
        self.ensure_one()
        return self.state != "cancelled"

    def _is_link_open(self):
        """Whether the link in a mail opens it still."""
        self.ensure_one()
        contact = self.partner_id
        over = self.resolved_on or (self.state == "cancelled" and self.write_date)
        since = fields.Datetime.now() - timedelta(days=LINK_DAYS)
        return (not contact or contact.active) and (not over or over >= since)

    # ---------------------------------------- what they see

    def _portal_number(self):
        self.ensure_one()
        return self.number

    def _portal_subject(self):
        self.ensure_one()
        return self.name

    def _portal_state(self):
        """The state in the customer's words: ``label``, and ``colour`` of the badge."""
        self.ensure_one()
        words = {
            "open": (self.env._("Being worked on"), "info"),
            "waiting": (self.env._("Waits for your reply"), "warning"),
            "answered": (self.env._("Answer given"), "primary"),
            "resolved": (self.env._("Done"), "success"),
            "cancelled": (self.env._("Closed"), "secondary"),
        }
        label, colour = words[self.state]
        return {"label": label, "colour": colour}

    def _portal_dates(self):
        """What the head of the page says: ``label`` and ``text`` or ``moment``."""
        self.ensure_one()
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        lines = [
            {"label": self.env._("Reference number"), "text": self.number},
            {"label": self.env._("Kind"), "text": kinds[self.kind]},
            {"label": self.env._("Received on"), "moment": self.received_on},
        ]
        if self.order_id:
            lines.append({"label": self.env._("Order"), "text": self.order_id.name})
        if self.user_id:
            lines.append(
                {"label": self.env._("Your contact"), "text": self.user_id.name}
            )
        if self.state == "open" and not self.answered_on and self.answer_due:
            label = self.env._("We answer by")
            lines.append({"label": label, "moment": self.answer_due})
        if self.answered_on:
            label = self.env._("Answered on")
            lines.append({"label": label, "moment": self.answered_on})
        if self.resolved_on:
            lines.append({"label": self.env._("Done on"), "moment": self.resolved_on})
        return lines

    def _portal_spoken(self):
        """The messages between the customer and us, the oldest first."""
        self.ensure_one()
        comment = self.env.ref("mail.mt_comment")
        return self.env["mail.message"].search(
            [
                ("model", "=", self._name),
                ("res_id", "=", self.id),
                ("message_type", "in", _SPOKEN),
                ("subtype_id", "=", comment.id),
                ("is_internal", "=", False),
            ],
            order="id",
        )

    def _portal_messages(self):
        """The same, as the page shows them: nobody's number, no address."""
        self.ensure_one()
        return [
            {
                "author": message.author_id.name or self.env._("You"),
                "own": self._is_of_customer(message.author_id, message.email_from),
                "date": message.date,
                "body": message.body,
                "files": message.attachment_ids,
            }
            for message in self._portal_spoken()
        ]

    def _portal_file(self, file_id):
        """A file of a message that the customer sees, or none."""
        self.ensure_one()
        files = self._portal_spoken().attachment_ids
        return files.filtered(lambda file: file.id == file_id)

    # ---------------------------------------- what they send

    @api.model
    def _portal_create(self, user, entered, files, form_key):
        """Feedback that a customer's person sends; the same page once.

        :param entered: ``kind``, ``subject``, ``words``, ``order_id``, as sent
        :param files: ``[(name, bytes)]``
        :raise UserError: it says what is missing
        """
        if form_key := said(form_key):
            # Of this person alone: nobody meets another's page by its key.
            form_key = f"{user.id} {form_key}"
            if sent := self.search([("form_key", "=", form_key)], limit=1):
                return sent
        kinds = dict(self._fields["kind"].selection)
        subject = incoming.subject_said(entered.get("subject"))
        words = said(entered.get("words"))[:WORDS]
        if entered.get("kind") not in kinds:
            raise UserError(self.env._("Please choose what it is."))
        if not subject:
            raise UserError(self.env._("Please enter a subject."))
        if not words:
            raise UserError(
                self.env._("Please tell us in a few words what it is about.")
            )
        order = self._portal_order(user, entered.get("order_id"))
        account = self._portal_account(user, order)
        if not account:
            raise UserError(self.env._("Please choose an order of your company."))
        self._assert_files(files)
        self._assert_not_too_many(user.partner_id)
        feedback = self.with_company(account.company_id)._create_kept(
            [
                {
                    "kind": entered["kind"],
                    "name": subject,
                    "description": without_keys(words),
                    "channel": "portal",
                    "company_id": account.company_id.id,
                    "key_account_id": account.id,
                    "partner_id": user.partner_id.id,
                    "order_id": order.id,
                    "form_key": form_key or False,
                    "customer_wrote_on": fields.Datetime.now(),
                }
            ]
        )
        feedback._portal_post(user.partner_id, words, files)
        feedback._acknowledge()
        return feedback

    def _portal_reply(self, author, words, files, by_link=False):
        """What the customer adds; the same words twice in a row come in once.

        :param by_link: whether whoever writes is known by nothing but the link
        """
        self.ensure_one()
        words = said(words)[:WORDS]
        if not words:
            raise UserError(self.env._("Please write what you want to tell us."))
        self._assert_files(files)
        # Of two at once the later one is tried again by Odoo, and finds the first.
        self._write_kept({"customer_wrote_on": fields.Datetime.now()})
        self.flush_recordset()
        last = self._portal_spoken()[-1:]
        if last.author_id == author and last.body == plaintext2html(words):
            return
        self._assert_not_too_many(author, self)
        subject = by_link and noted(
            self.env, self.display_name, self.env._("By the link in the mail")
        )
        self._portal_post(author, words, files, subject)
        self._customer_wrote()

    def _portal_post(self, author, words, files, subject=False):
        self.message_post(
            subject=subject,
            body=plaintext2html(words),
            author_id=author.id,
            # By the link also somebody whom we know by nothing but their address.
            email_from=author.email_formatted if author else self.email_from,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            attachments=[(said(name), content) for name, content in files],
        )

    @api.model
    def _portal_order(self, user, order_id):
        orders = self._portal_orders(user)
        if not said(order_id or ""):
            return orders.browse()
        order = orders.filtered(lambda order: str(order.id) == order_id)
        if not order:
            raise UserError(self.env._("Please choose an order of your company."))
        return order

    @api.model
    def _assert_files(self, files):
        if len(files) > incoming.FILES:
            raise UserError(
                self.env._("At most %s files at once, please.", incoming.FILES)
            )
        for name, content in files:
            why = incoming.why_not_taken(name, content)
            if why == "size":
                raise UserError(
                    self.env._(
                        "“%(file)s” is too large: at most %(size)s MB, please.",
                        file=name,
                        size=incoming.FILE_BYTES // 1024 // 1024,
                    )
                )
            if why == "empty":
                raise UserError(self.env._("“%s” is empty.", name))
            if why:
                raise UserError(
                    self.env._(
                        "“%s” is of a kind that we do not take. Photos, videos,"
                        " documents and drawings are welcome.",
                        name,
                    )
                )

    @api.model
    def _assert_not_too_many(self, author, feedback=None):
        """Raise where somebody sends without end, by Odoo's own bounds for mail."""
        minutes, most = self._loop_bounds()
        since = fields.Datetime.now() - timedelta(minutes=minutes)
        if feedback:
            sent = self.env["mail.message"].search_count(
                [
                    ("model", "=", self._name),
                    ("res_id", "=", feedback.id),
                    ("author_id", "=", author.id),
                    ("create_date", ">=", since),
                ],
                limit=most,
            )
        else:
            sent = self.search_count(
                [("partner_id", "=", author.id), ("create_date", ">=", since)],
                limit=most,
            )
        if sent >= most:
            raise UserError(
                self.env._(
                    "You have sent us a lot in a short time. Please wait a while, or"
                    " call us."
                )
            )
