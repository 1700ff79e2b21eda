"""What somebody shares with everybody changes nobody's screens of ours unasked: a list
that opens with a search of theirs, a button that acts in the name of whoever clicks."""

from odoo import api, models
from odoo.exceptions import AccessError

from .as_created import as_created
from .ours import is_model_of_ours, is_ours

_WHO_MAY = "base.group_system,key_account.group_configuration"


class IrFilters(models.Model):
    """A search that is everybody's and opens with the list hides what waits there:
    what somebody is asked to decide, first of all."""

    _inherit = "ir.filters"

    @api.model_create_multi
    def create(self, vals_list):
        names = ("model_id", "action_id", "is_default", "user_ids", "active")
        for vals in as_created(self, vals_list, names):
            self.new(vals)._assert_opens_for_nobody_else()
        return super().create(vals_list)

    def write(self, vals):
        for one in self:
            self.new(vals, origin=one)._assert_opens_for_nobody_else()
        return super().write(vals)

    def _assert_opens_for_nobody_else(self):
        if not self.is_default or self.user_ids or not self.active or _may(self.env):
            return
        if is_model_of_ours(self.env, self.model_id) or _is_of_ours(self.action_id):
            raise AccessError(
                self.env._(
                    "Only somebody with Key Accounts / Configuration can make a"
                    " search the default for everybody. Share it without making it the"
                    " default, or keep it for yourself."
                )
            )


class IrEmbeddedActions(models.Model):
    """A button beside a screen calls a method with the rights of whoever clicks it."""

    _inherit = "ir.embedded.actions"

    @api.model_create_multi
    def create(self, vals_list):
        names = ("parent_res_model", "python_method", "user_id")
        for vals in as_created(self, vals_list, names):
            self.new(vals)._assert_acts_for_nobody_else()
        return super().create(vals_list)

    def write(self, vals):
        for one in self:
            self.new(vals, origin=one)._assert_acts_for_nobody_else()
        return super().write(vals)

    def _assert_acts_for_nobody_else(self):
        if not self.python_method or self.user_id == self.env.user or _may(self.env):
            return
        name = self.parent_res_model
        if is_model_of_ours(self.env, name) or name in ("sale.order", "crm.lead"):
            raise AccessError(
                self.env._(
                    "Only somebody with Key Accounts / Configuration can set up a"
                    " button that acts for everybody."
                )
            )


def _may(env):
    return env.su or env.user.has_groups(_WHO_MAY)


def _is_of_ours(action):
    if not action:
        return False
    action = action.sudo()._origin
    # Its name is of what it does: a window is no action in general.
    xmlids = action.env[action.type].browse(action.id).get_external_id().values()
    return any(is_ours(xmlid.partition(".")[0]) for xmlid in xmlids)
