"""What was said and noted on a record of ours stays, and is whose it is."""

from odoo import api, models
from odoo.exceptions import AccessError

from .as_created import as_created
from .ours import is_model_of_ours, is_ours
from .unlocked import fields_start, unlock, unlocked

# What a message is, where and whose; the rest is what readers do with it.
_MESSAGE = frozenset(
    "body subject attachment_ids partner_ids author_id author_guest_id email_from date"
    " create_date message_type subtype_id is_internal parent_id tracking_value_ids"
    " model res_id record_name reply_to notification_ids mail_ids".split()
)
# Of these its author changes what they have written themselves, as Odoo's page does.
_WORDS = frozenset(("body", "subject", "attachment_ids", "partner_ids"))
# What makes a file another one.
_FILE = frozenset(("raw", "datas", "db_datas", "type", "url"))


def _staying(env, places, known=False):
    """Those of these places, ``(model, id)``, where what is said and filed stays: on
    records of ours, and on documents of Odoo's that the process decides on, where an
    administrator may put it right.

    :param known: whether they are there, and need not be looked for
    """
    found = set()
    for name in {name for name, _id in places if name in env}:
        ids = {id_ for model, id_ in places if model == name}
        if is_model_of_ours(env, name):
            found.update((name, id_) for id_ in ids)
        elif hasattr(env[name], "_said_stays") and not env.user._is_system():
            # Whether it does hangs on no right to read it.
            documents = env[name].sudo().browse(filter(None, ids))
            documents = documents if known else documents.exists()
            found.update((name, id_) for id_ in documents._said_stays().ids)
    return found


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    def _said_stays(self):
        """Hook: those of these documents of Odoo's on which what somebody has said, and
        what is told of decisions, is changed by nobody else."""
        return self.browse()

    def _message_create(self, values_list):
        """Whoever posts on a record of ours does it in their own name: Odoo takes any
        author from whoever calls."""
        ours = is_ours(self._original_module)
        if self.env.su and not ours:
            return super()._message_create(values_list)
        places = list(map(_place, values_list))
        kept = () if ours else _staying(self.env, places, known=True)
        if not ours and not kept:
            return super()._message_create(values_list)
        author = {} if self.env.su else {"author_id": self.env.user.partner_id.id}
        thread = super(MailThread, unlock(self, "mail.message"))
        messages = thread._message_create(
            [
                {**values, **author} if ours or _place(values) in kept else values
                for values in values_list
            ]
        )
        return messages.with_env(self.env)

    def _check_can_update_message_content(self, messages):
        # Odoo's page lets an administrator write in anybody's words, and does it with
        # full rights.
        if not self.env.su:
            messages.with_env(self.env)._assert_stays(True)
        return super()._check_can_update_message_content(messages)


class MailMessage(models.Model):
    """Odoo lets everybody who may change a record write, change and delete messages on
    it: who moved a limit and when, and what a manager wrote."""

    _inherit = "mail.message"

    @api.model
    def default_get(self, fields):
        # When it was said is no default of whoever says it.
        if unlocked(self.env, self._name) is None:
            return super().default_get(fields)
        return fields_start(self, fields)

    @api.depends_context("uid")
    def _compute_display_name(self):
        result = super()._compute_display_name()
        # Odoo gives names with full rights, to whoever sees whom a message went to.
        told = self.filtered(lambda each: _is_private(self.env, each.sudo().model))
        told -= told.sudo(False)._filtered_access("read").with_env(self.env)
        for message in told:
            message.display_name = f"{message._name},{message.id}"
        return result

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and unlocked(self.env, self._name) is None:
            created = as_created(self, vals_list, ("model", "res_id"))
            if _staying(self.env, list(map(_place, created))):
                self._refuse_forged()
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su and not _MESSAGE.isdisjoint(vals):
            self._assert_stays(_WORDS.issuperset(vals))
        return super().write(vals)

    def unlink(self):
        if not self.env.su:
            self._assert_stays(True)
        return super().unlink()

    def _assert_stays(self, words_only):
        """Raise where one of these is on a record of ours, and is not what the user has
        written there."""
        own = self.env.user.partner_id
        kept = _staying(self.env, [(each.model, each.res_id) for each in self.sudo()])
        for message in self.sudo():
            if (message.model, message.res_id) not in kept:
                continue
            written = message.message_type == "comment" and message.author_id == own
            if not (words_only and written):
                self._refuse_forged()

    @api.model
    def _refuse_forged(self):
        raise AccessError(
            self.env._(
                "What was said and noted here stays as it is. A comment is changed by"
                " whoever wrote it."
            )
        )


class MailScheduledMessage(models.Model):
    """What a colleague is going to say is taken back by whoever wrote it. (Odoo lets
    nobody else rewrite it.)"""

    _inherit = "mail.scheduled.message"

    def unlink(self):
        if not self.env.su and not self.env.user._is_system():
            others = self.sudo().filtered(lambda each: each.create_uid != self.env.user)
            if _staying(self.env, [(each.model, each.res_id) for each in others]):
                self.env["mail.message"]._refuse_forged()
        return super().unlink()


class IrAttachment(models.Model):
    """What somebody has filed with a record of ours is not replaced unseen by another
    one who may change the record."""

    _inherit = "ir.attachment"

    @api.depends_context("uid")
    def _compute_display_name(self):
        result = super()._compute_display_name()
        # As of messages: whoever names a file by its number is told its name.
        told = self.filtered(lambda each: _is_private(self.env, each.sudo().res_model))
        told -= told.sudo(False)._filtered_access("read").with_env(self.env)
        for file in told:
            file.display_name = f"{file._name},{file.id}"
        return result

    def write(self, vals):
        if not self.env.su and not _FILE.isdisjoint(vals):
            filed = self.sudo().filtered(
                lambda file: (
                    file.res_id
                    and not file.res_field
                    and file.create_uid != self.env.user
                )
            )
            if _staying(self.env, [(file.res_model, file.res_id) for file in filed]):
                self._refuse_replaced()
        return super().write(vals)

    def unlink(self):
        if not self.env.su:
            self._assert_not_said()
        return super().unlink()

    def _delete_and_notify(self, message=None):
        # Odoo's page deletes with full rights, for whoever may change the record.
        self.sudo(False)._assert_not_said()
        return super()._delete_and_notify(message)

    def _assert_not_said(self):
        """What somebody sent along is part of what they said."""
        messages = self.env["mail.message"].sudo()
        found = messages.search([("attachment_ids", "in", self.ids)])
        found.sudo(False)._assert_stays(True)

    @api.model
    def _refuse_replaced(self):
        raise AccessError(
            self.env._(
                "This file was filed by a colleague, and is replaced by nobody else."
                " File yours beside it."
            )
        )


def _place(values):
    return values.get("model"), values.get("res_id")


def _is_private(env, name):
    return name == "calendar.event" or is_model_of_ours(env, name)
