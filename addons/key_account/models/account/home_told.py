"""Whoever has My Day open sees what comes for them without loading the page again."""

from odoo import api, models

# The roles that My Day has figures for.
_ROLES = (
    "key_account.group_specialist",
    "key_account.group_support",
    "key_account.group_contract_reviewer",
    "key_account.group_appraiser",
    "key_account.group_configuration",
    "key_account.group_approver",
    "account.group_account_invoice",
)


# Whose messages and activities change what My Day counts, beside our own models.
_COUNTED = frozenset(("crm.lead", "sale.order"))


def _is_counted(model):
    """Whether records of this model can be counted by My Day."""
    return bool(model) and (model in _COUNTED or model.startswith("key.account"))


class ResUsers(models.Model):
    _inherit = "res.users"

    def _tell_home(self):
        """Have their open pages of My Day read again; others are told nothing. The
        notice says nothing itself."""
        # Who has which role is no matter of who tells them.
        for user in self.sudo():
            if any(user.has_group(role) for role in _ROLES):
                user._bus_send("key_account.home", {})


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    def _notify_thread(self, message, msg_vals=False, **kwargs):
        """Whatever is asked of somebody, or given to them, they are told of."""
        recipients = super()._notify_thread(message, msg_vals=msg_vals, **kwargs)
        if not _is_counted(self._name):
            return recipients
        told = {each["uid"] for each in recipients if each["uid"] and not each["share"]}
        self.env["res.users"].browse(told)._tell_home()
        return recipients


class MailActivity(models.Model):
    _inherit = "mail.activity"

    # What comes, is done by one of several, or handed on. Odoo says so itself, but only
    # of what is due by today.
    @api.model_create_multi
    def create(self, vals_list):
        activities = super().create(vals_list)
        activities._counted().user_id._tell_home()
        return activities

    def write(self, vals):
        moves = not {"active", "user_id"}.isdisjoint(vals)
        before = self._counted().user_id if moves else None
        result = super().write(vals)
        if before is not None:
            (before | self._counted().user_id)._tell_home()
        return result

    def unlink(self):
        self._counted().user_id._tell_home()
        return super().unlink()

    def _counted(self):
        return self.filtered(lambda activity: _is_counted(activity.res_model))
