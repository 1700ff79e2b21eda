"""Whom the process asks to decide goes on being asked: nobody else takes that away."""

from odoo import api, models
from odoo.exceptions import AccessError

from .label import listed

_PLACE = frozenset(("res_model", "res_model_id", "res_id"))
# What says that somebody is asked, for what, until when.
_TOLD = _PLACE | {
    "active",
    "activity_type_id",
    "automated",
    "date_deadline",
    "summary",
    "user_id",
}


class MailActivityMixin(models.AbstractModel):
    _inherit = "mail.activity.mixin"

    def activity_schedule(self, act_type_xmlid="", *args, **kwargs):
        # Whoever calls says in the context what they like: not that nobody is asked.
        asking = self
        skipped = self.env.context.get("mail_activity_automation_skip")
        if skipped and act_type_xmlid in self.env["mail.activity"]._asking_types():
            asking = self.with_context(mail_activity_automation_skip=False)
        return super(MailActivityMixin, asking).activity_schedule(
            act_type_xmlid, *args, **kwargs
        )


class MailActivity(models.Model):
    _inherit = "mail.activity"

    @api.model
    def _asking_types(self):
        """Hook: names of the types by which the process asks somebody to decide, or
        tells them what is late; other activities are as Odoo has them."""
        return (
            "key_account.mail_activity_sign_off",
            "key_account.mail_activity_contract_review",
            "key_account.mail_activity_confirm_scan",
            "key_account.mail_activity_visit_review",
            "key_account.mail_activity_ruling",
            "key_account.mail_activity_sample_check",
            "key_account.mail_activity_canvass_read",
            "key_account.mail_activity_deadline",
            "key_account.mail_activity_nobody",
        )

    def write(self, vals):
        if not _TOLD.isdisjoint(vals):
            # Odoo moves what is to be done on a deal when two deals are merged.
            self._assert_asked_may(merging=_PLACE.issuperset(vals))
        return super().write(vals)

    def unlink(self):
        self._assert_asked_may()
        return super().unlink()

    def _assert_asked_may(self, merging=False):
        """Raise where somebody else is asked by these; the process itself, with full
        rights, and an administrator go on."""
        if self.env.su:
            return
        data = self.env["ir.model.data"]
        types = {
            data._xmlid_to_res_id(name, raise_if_not_found=False)
            for name in self._asking_types()
        }
        asked = self.sudo().filtered(
            lambda activity: (
                activity.activity_type_id.id in types
                and activity.automated
                and activity.user_id
                and activity.user_id != self.env.user
                and not (merging and activity.res_model == "crm.lead")
            )
        )
        if asked and not self.env.user.has_group("base.group_system"):
            raise AccessError(
                self.env._(
                    "%(people)s is asked by this activity: nobody else closes, changes"
                    " or deletes it. It ends with what it asks for.",
                    people=listed(self.env, asked.user_id.mapped("name")),
                )
            )
