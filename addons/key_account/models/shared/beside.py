"""What Odoo keeps beside our records tells nothing of them to whoever may not read
them."""

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.orm.domains import DomainAnd
from odoo.orm.utils import COLLECTION_TYPES

from .ours import is_ours

_PLACE = frozenset(("res_model", "res_model_id", "res_id"))


def _ours(env, name):
    return name in env and is_ours(env[name]._original_module)


def _said(domain, name):
    """What a field can be by a condition that must hold in any case; None: anything."""
    parts = domain.children if isinstance(domain, DomainAnd) else (domain,)
    for part in parts:
        if getattr(part, "field_expr", None) == name and part.operator in ("=", "in"):
            many = isinstance(part.value, COLLECTION_TYPES)
            return tuple(part.value) if many else (part.value,)
    return None


class MailActivity(models.Model):
    """Odoo names what an activity is about to whoever has it, and lets them put it
    elsewhere: no name is asked of our records in this way."""

    _inherit = "mail.activity"

    def write(self, vals):
        result = super().write(vals)
        if not self.env.su and not _PLACE.isdisjoint(vals):
            for name, moved in self.sudo().grouped("res_model").items():
                if _ours(self.env, name):
                    self.env[name].browse(moved.mapped("res_id")).check_access("read")
        return result


class MailFollowers(models.Model):
    """Every employee may read who follows what: of ours, whoever reads the record."""

    _inherit = "mail.followers"

    @api.model
    def _search(
        self, domain, offset=0, limit=None, order=None, *, bypass_access=False, **kwargs
    ):
        if not self.env.su and not bypass_access:
            domain = Domain(domain)
            domain &= self._open_domain(
                _said(domain, "res_model"), _said(domain, "res_id")
            )
        return super()._search(
            domain, offset, limit, order, bypass_access=bypass_access, **kwargs
        )

    @api.model
    def _open_domain(self, models, ids):
        """Those that the user may read, of these models and records (None: of all). A
        page asks of one record: no other is looked at then."""
        if models is None:
            models = self.pool.descendants(["mail.thread"], "_inherit")
        ours = sorted(name for name in models if _ours(self.env, name))
        if not ours:
            return Domain.TRUE
        found = Domain("res_model", "not in", ours)
        for name in ours:
            model = self.env[name].with_context(active_test=False)
            if model._abstract or not model.has_access("read"):
                continue
            seen = model._search(Domain.TRUE if ids is None else [("id", "in", ids)])
            found |= Domain("res_model", "=", name) & Domain("res_id", "in", seen)
        return found

    def _check_access(self, operation):
        result = super()._check_access(operation)
        allowed = self - result[0] if result else self
        hidden = self.browse()
        for name, rows in allowed.sudo().grouped("res_model").items():
            if _ours(self.env, name):
                records = self.env[name].browse(rows.mapped("res_id"))
                seen = set(records._filtered_access("read").ids)
                hidden |= rows.filtered(lambda row, seen=seen: row.res_id not in seen)
        if not hidden:
            return result
        hidden = self.browse(hidden.ids)
        if result:
            return result[0] | hidden, result[1]
        return hidden, lambda: AccessError(
            self.env._(
                "The followers of a record are shown only to whoever may read the"
                " record."
            )
        )
