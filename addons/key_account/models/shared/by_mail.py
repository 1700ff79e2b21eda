"""What comes in by mail has the rights of its address, and is said by no colleague."""

from odoo import api, models
from odoo.exceptions import AccessError

from .ours import is_model_of_ours

# Compared by identity: a caller can send any context over RPC, but never this object.
_MAIL = object()


def is_by_mail(env):
    """Whether an incoming mail is at work here: of whoever its first line names, which
    anybody may write there."""
    return env.context.get("key_account_by_mail") is _MAIL


class MailThread(models.AbstractModel):
    """Odoo lets every user bring in a mail over RPC, say which record it makes and of
    which values, and makes it with all rights in the name of its sender."""

    _inherit = "mail.thread"

    @api.model
    def message_route(
        self, message, message_dict, model=None, thread_id=None, custom_values=None
    ):
        routes = super().message_route(
            message, message_dict, model, thread_id, custom_values
        )
        # Where neither an address of ours nor what it answers has led there, the caller
        # has. A program that brings in mails for another model, as they come, goes on.
        for name, record_id, values, _user_id, alias in routes:
            chosen = values or record_id or is_model_of_ours(self.env, name)
            if alias is None and chosen:
                self._assert_gateway()
        return routes

    @api.model
    def _message_route_process(self, message, message_dict, routes):
        marked = self.with_context(key_account_by_mail=_MAIL)
        return super(MailThread, marked)._message_route_process(
            message, message_dict, routes
        )

    @api.model
    def _assert_gateway(self):
        """Raise where it is not the server, or who runs it, that brings a mail in."""
        if not (self.env.su or self.env.user._is_system()):
            raise AccessError(
                self.env._(
                    "A mail is filed by its address, or by the message it answers."
                    " Only an administrator can decide otherwise."
                )
            )
