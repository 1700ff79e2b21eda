"""Mails that Odoo makes with full rights for whoever sends them: they stand on a record
in the sender's name, on what the sender may read, with files that the sender may read.

Whoever may use a template, or the composer for many, says by RPC what such a mail is:
another author, day and record, a message that is there already, which Odoo would write
anew, any file by its number.
"""

from odoo import api, fields, models
from odoo.fields import Command

from .said import _staying

# In the context of mails made for a person. It closes, and opens nothing.
_FOR_A_PERSON = "key_account_for_a_person"
# Files of these are meant to be sent, and asked for with what they are of.
_TO_BE_SENT = ("mail.template", "mail.compose.message")


class MailTemplate(models.Model):
    _inherit = "mail.template"

    def send_mail_batch(self, *args, **kwargs):
        return super(MailTemplate, _for_a_person(self)).send_mail_batch(*args, **kwargs)


class MailComposer(models.TransientModel):
    _inherit = "mail.compose.message"

    def _action_send_mail_mass_mail(self, *args, **kwargs):
        composers = _for_a_person(self)
        return super(MailComposer, composers)._action_send_mail_mass_mail(
            *args, **kwargs
        )


class MailMail(models.Model):
    _inherit = "mail.mail"

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.context.get(_FOR_A_PERSON):
            return super().create(vals_list)
        vals_list = self._in_own_name(vals_list)
        own = self.with_context(**{_FOR_A_PERSON: None})
        return super(MailMail, own).create(vals_list).with_env(self.env)

    @api.model
    def _in_own_name(self, vals_list):
        person = self.env(su=False)
        places = list(map(_place, vals_list))
        kept = _staying(person, places)
        for name in {model for model, _id in kept}:
            ids = [id_ for model, id_ in kept if model == name]
            person[name].browse(ids).check_access("read")
        self._assert_files_readable(vals_list)
        own = {
            "author_id": self.env.user.partner_id.id,
            "date": fields.Datetime.now(),
            "message_type": "email_outgoing",
            "tracking_value_ids": [],
        }
        result = []
        for vals, place in zip(vals_list, places, strict=True):
            if vals.get("mail_message_id"):
                self.env["mail.message"]._refuse_forged()
            # Said, so that no default says otherwise.
            mine = own if place in kept else {}
            result.append({**vals, "mail_message_id": False, **mine})
        return result

    @api.model
    def _assert_files_readable(self, vals_list):
        files = self.env["ir.attachment"]
        for vals in vals_list:
            for command in vals.get("attachment_ids") or ():
                files |= files.browse(_numbers(command))
        named = files.exists().filtered(
            lambda file: file.res_id and file.res_model not in _TO_BE_SENT
        )
        named.sudo(False).check_access("read")


def _for_a_person(records):
    """What follows makes mails for whoever acts; the process itself acts with full
    rights."""
    if records.env.su:
        return records
    return records.with_context(**{_FOR_A_PERSON: True})


def _place(vals):
    number = vals.get("res_id")
    if isinstance(number, str):
        number = int(number) if number.strip().isdigit() else False
    return vals.get("model"), number


def _numbers(command):
    if isinstance(command, int):
        return [command]
    if command[0] == Command.SET:
        return command[2]
    return [command[1]] if command[0] in (Command.LINK, Command.UPDATE) else []
