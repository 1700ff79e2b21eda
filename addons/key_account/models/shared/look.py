"""A wizard shows nothing of what its user may not read, and is nobody else's."""

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from .ours import is_ours


class KeyAccountLook(models.AbstractModel):
    """Wizards about other records: name in ``_under`` the fields that say which.

    What a wizard shows of them it computes, or carries as their names, with more rights
    than its user may have. So the right to read them is asked before it is created,
    written or filled in, given by the context (``default_*``, ``active_id``) or not.
    Where more people than these may use it, it answers ``_open_parents()``.
    """

    _name = "key.account.look"
    _description = "Wizards that show what their user may read"
    _inherit = ["key.account.under"]

    @api.model
    def _open_parents(self, name, parents):
        return parents._filtered_access("read")

    def _assert_may_look(self, values):
        if self.env.su:
            return
        for name in self._under_names().intersection(values):
            parents = self._parents(name, self._moves(name, values[name], set()))
            if parents - self._open_parents(name, parents):
                self._refuse_parents(name, parents)

    @api.model
    def _refuse_parents(self, name, parents):
        raise AccessError(
            self.env._(
                "You have no access to what this is about. Ask whoever is responsible"
                " for it, or their manager."
            )
        )


class IrRule(models.Model):
    """What somebody enters in a wizard of ours is theirs: its words, its file, what it
    is about. Odoo lets everybody with a right to the wizard read and change all there
    are, between opening and the button."""

    _inherit = "ir.rule"

    @api.model
    def _compute_domain(self, model_name, mode="read"):
        domain, model = super()._compute_domain(model_name, mode), self.env[model_name]
        if model._transient and is_ours(model._original_module):
            domain &= Domain("create_uid", "=", self.env.uid)
        return domain
