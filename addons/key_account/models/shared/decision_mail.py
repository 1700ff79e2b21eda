"""Whoever is asked to decide comes from the mail straight to what they decide on."""

from datetime import timedelta

from markupsafe import escape

from odoo import api, models


class MailThread(models.AbstractModel):
    """A link decides nothing: it opens the record, behind the login, where the record's
    own guards are asked as ever."""

    _inherit = "mail.thread"

    def _asked_to_decide(self):
        """Hook: whose decision this record waits for, read with full rights."""
        return self.env["res.users"]

    def _shown_to_decide(self):
        """Hook: the record that shows what is decided, where it is not this one."""
        return self

    def _notify_get_recipients_groups(self, message, model_description, msg_vals=False):
        groups = super()._notify_get_recipients_groups(
            message, model_description, msg_vals=msg_vals
        )
        partners = self._asked_to_decide().partner_id.ids if len(self) == 1 else ()
        if not partners:
            return groups
        shown = self._shown_to_decide()
        link = self._notify_get_action_link("view", model=shown._name, res_id=shown.id)
        decides = {
            "active": True,
            "has_button_access": True,
            "button_access": {"url": link, "title": self.env._("Open and decide")},
        }

        def is_asked(recipient):
            return recipient["type"] == "user" and recipient["id"] in partners

        return [["key_account_decider", is_asked, decides], *groups]

    @api.model
    def _note_later(self, notes):
        """Notes that tell people. Their mails are made a moment later, by the cron that
        sends messages, so that nobody waits for them.

        What ``message_post()`` does with a scheduled date, for many at once and without
        what that looks up for readers outside: followers are found when it is sent.

        :param notes: list of (record, text, partners)
        """
        if not notes:
            return
        author_id, email_from = self._message_compute_author()
        records = self.browse(record.id for record, *_rest in notes)
        reply_to = records._notify_get_reply_to(default=email_from, author_id=author_id)
        note_type = self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_note")
        messages = self._message_create(
            [
                {
                    "model": record._name,
                    "res_id": record.id,
                    "author_id": author_id,
                    "email_from": email_from,
                    "reply_to": reply_to[record.id],
                    "body": escape(text),
                    "message_type": "notification",
                    "subtype_id": note_type,
                    "partner_ids": partners.ids,
                    "record_company_id": record.company_id.id,
                    "record_alias_domain_id": record.company_id.alias_domain_id.id,
                }
                for record, text, partners in notes
            ]
        )
        moment = self.env.cr.now() + timedelta(seconds=1)
        self.env["mail.message.schedule"].create(
            [
                {
                    "mail_message_id": message.id,
                    "scheduled_datetime": moment,
                    "notification_parameters": "{}",
                }
                for message in messages
            ]
        )
