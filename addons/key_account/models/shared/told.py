"""Whoever may not read a file is told nothing of it, though they still follow it."""

from odoo import models

from .export import is_file


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        """Somebody who had an account, stood in, or was on its team goes on following
        what they worked on; what is written there later is not for them."""
        recipients = super()._notify_get_recipients(message, msg_vals, **kwargs)
        if not self or not is_file(self._name):
            return recipients
        named = (msg_vals or {}).get("partner_ids", message.sudo().partner_ids.ids)
        return [
            each
            for each in recipients
            if each["id"] in named or self._may_be_told(each)
        ]

    def _may_be_told(self, recipient):
        """Colleagues who follow the record have to read it, in a company of theirs."""
        if not recipient["uid"] or recipient["share"]:
            return True
        # Where others work is not for everybody to read.
        person = self.env["res.users"].sudo().browse(recipient["uid"])
        reader = self.with_user(person.id).with_context(
            allowed_company_ids=person.company_ids.ids
        )
        return reader.has_access("read")
