"""What this add-on adds to Odoo's records is for colleagues: customers and visitors,
who read some of these records, read nothing of it."""

from odoo import api, models
from odoo.exceptions import AccessError

from .ours import is_ours


def _is_inner(field):
    return bool(field._modules) and is_ours(field._modules[0])


class KeyAccountInner(models.AbstractModel):
    """Fields of key accounts on a record that a customer may read as well.

    All of them, of whatever room or add-on of ours, are closed to everybody who is no
    employee: to read, to search and sort by, to group by, to write. A field may close
    itself further by ``groups``. What the portal or a print shows of them is shown with
    full rights, by whoever decides that it may be seen.
    """

    _name = "key.account.inner"
    _description = "Fields for colleagues only"

    # Names of fields, Odoo's own and ours, of which nobody but Odoo and this model says
    # who may read them.
    _open_names = _inner_names = frozenset()

    def _post_model_setup__(self):
        result, cls = super()._post_model_setup__(), type(self)
        told = [each for each in cls.mro() if "_has_field_access" in vars(each)]
        told_by_us = cls._fields.items() if len(told) == 2 else ()
        cls._inner_names = frozenset(n for n, field in told_by_us if _is_inner(field))
        cls._open_names = frozenset(dict(told_by_us)).difference(cls._inner_names)
        return result

    @api.model
    def _has_field_access(self, field, operation):
        # Asked of each value that is read, thousands of times for a screen: nothing is
        # looked up for Odoo's own fields, nor asked once more what it would say.
        if not field.groups:
            name = field.name
            if name in self._open_names:
                return True
            if name in self._inner_names:
                return self.env.su or self._is_read_by_colleague()
        if _is_inner(field) and not self.env.su and not self._is_read_by_colleague():
            return False
        return super()._has_field_access(field, operation)

    def _is_read_by_colleague(self):
        """Looked up once in a transaction, as long as nothing changes in it that Odoo
        keeps for all, a user's groups among that: each value that is read asks for it.
        """
        env = self.env
        # Forgotten with the end of the transaction, whichever it is.
        known = env.cr.postcommit.data.setdefault("key_account_colleagues", {})
        if env.uid not in known or self.pool.cache_invalidated:
            known[env.uid] = env.user._is_internal()
        return known[env.uid]

    def _read_group_groupby(self, alias, groupby_spec, query):
        # Odoo groups by several records (many2many) without asking.
        name = groupby_spec.partition(":")[0].partition(".")[0]
        field = self._fields.get(name)
        if field and not self._has_field_access(field, "read"):
            raise AccessError(self.env._("You may not group by this."))
        return super()._read_group_groupby(alias, groupby_spec, query)


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = ["key.account.inner", "account.move"]


class CalendarEvent(models.Model):
    _name = "calendar.event"
    _inherit = ["key.account.inner", "calendar.event"]


class CrmLead(models.Model):
    _name = "crm.lead"
    _inherit = ["key.account.inner", "crm.lead"]


class CrmStage(models.Model):
    _name = "crm.stage"
    _inherit = ["key.account.inner", "crm.stage"]


class CrmTeam(models.Model):
    _name = "crm.team"
    _inherit = ["key.account.inner", "crm.team"]


class ResCompany(models.Model):
    _name = "res.company"
    _inherit = ["key.account.inner", "res.company"]


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["key.account.inner", "sale.order"]
