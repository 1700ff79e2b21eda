"""Whom the process asks to decide goes on being asked: nobody else takes that away."""

from odoo import api, models
from odoo.exceptions import AccessError, UserError

from .label import listed
from .ours import is_ours
from .unlocked import fields_start, unlock, unlocked

_PLACE = frozenset(("res_model", "res_model_id", "res_id"))
# What says that somebody is asked, for what, until when.
_TOLD = _PLACE | {
    "active",
    "activity_type_id",
    "automated",
    # It goes with its meeting.
    "calendar_event_id",
    "date_deadline",
    "note",
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

    @api.model
    def default_get(self, fields):
        if unlocked(self.env, self._name) is None:
            return super().default_get(fields)
        return fields_start(self, fields)

    @api.model_create_multi
    def create(self, vals_list):
        # What the process asks is what it says: whoever set it off has defaults of
        # their own, by which nobody would be shown it, or it would end with a meeting.
        if not any(vals.get("automated") for vals in vals_list):
            return super().create(vals_list)
        asking = unlock(self, self._name)
        activities = super(MailActivity, asking).create(vals_list)
        return activities.with_env(self.env)

    @api.depends("automated", "activity_type_id")
    @api.depends_context("uid")
    def _compute_can_write(self):
        result = super()._compute_can_write()
        # Its buttons are shown to whom it is for.
        self._asked_of_others().with_env(self.env).can_write = False
        return result

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
        asked = self._asked_of_others()
        if merging:
            asked = asked.filtered(lambda activity: activity.res_model != "crm.lead")
        if asked:
            raise AccessError(
                self.env._(
                    "This activity asks %(people)s: nobody else can close, change or"
                    " delete it. It ends when what it asks for is done.",
                    people=listed(self.env, asked.user_id.mapped("name")),
                )
            )

    def _asked_of_others(self):
        """Those of these, with full rights, by which the process asks somebody else
        than the user; none for itself and an administrator."""
        if self.env.su or self.env.user.has_group("base.group_system"):
            return self.browse().sudo()
        data = self.env["ir.model.data"]
        types = {
            data._xmlid_to_res_id(name, raise_if_not_found=False)
            for name in self._asking_types()
        }
        return self.sudo().filtered(
            lambda activity: (
                activity.activity_type_id.id in types
                and activity.automated
                and activity.user_id
                and activity.user_id != self.env.user
            )
        )


class MailActivityType(models.Model):
    """The process asks by types of its own. Odoo lets whoever runs sales change and
    delete all there are: then nobody is asked, or everything that asks fails."""

    _inherit = "mail.activity.type"

    def write(self, vals):
        self._assert_may_change()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_of_the_process(self):
        if kept := self._of_the_process():
            raise UserError(
                self.env._(
                    "%s: key accounts use this type to ask people. Archive it instead.",
                    listed(self.env, kept.mapped("name")),
                )
            )

    def _assert_may_change(self):
        if self.env.su or self.env.user.has_group("base.group_system"):
            return
        if kept := self._of_the_process():
            raise AccessError(
                self.env._(
                    "%s: key accounts use this type to ask people, so only an"
                    " administrator can change it. Make a type of your own.",
                    listed(self.env, kept.mapped("name")),
                )
            )

    def _of_the_process(self):
        """Those of these that an add-on of ours has brought along."""
        # Where a record is from is not for everybody to read.
        origins = self.env["ir.model.data"].sudo()
        found = origins.search([("model", "=", self._name), ("res_id", "in", self.ids)])
        ours = found.filtered(lambda origin: is_ours(origin.module))
        return self.browse(ours.mapped("res_id"))
