"""The prices agreed with an account: approved by a manager, for a time."""

from odoo import api, fields, models, tools
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import frozendict

from ..shared.act import meet
from ..shared.label import listed
from ..shared.remembered import forget

# Changing one of these takes the approval away.
AGREED = frozenset(("agreed_pricelist_id", "agreed_from", "agreed_until"))


class KeyAccount(models.Model):
    _inherit = "key.account"
    _kept = frozenset(("agreed_approved_by_id", "agreed_approved_on"))

    agreed_pricelist_id = fields.Many2one(
        "product.pricelist",
        string="Agreed prices",
        check_company=True,
        tracking=True,
        copy=False,
        index="btree_not_null",
        help="Prices agreed with this customer. Once a manager has approved them,"
        " discounts are measured against them.",
    )
    agreed_from = fields.Date(string="Agreed from", tracking=True, copy=False)
    agreed_until = fields.Date(string="Agreed until", tracking=True, copy=False)
    agreed_approved_by_id = fields.Many2one(
        "res.users",
        string="Prices approved by",
        readonly=True,
        copy=False,
        tracking=True,
    )
    agreed_approved_on = fields.Datetime(
        string="Prices approved on", readonly=True, copy=False
    )

    @api.constrains("agreed_from", "agreed_until")
    def _check_agreed_dates(self):
        for account in self:
            start, end = account.agreed_from, account.agreed_until
            if start and end and start > end:
                raise ValidationError(
                    self.env._(
                        "The agreed prices of %(account)s end before they begin."
                        " Correct their dates.",
                        account=account.display_name,
                    )
                )

    # ---------------------------------------- CRUD

    @api.model_create_multi
    def create(self, vals_list):
        accounts = super().create(vals_list)
        accounts._forget_agreed_prices()
        return accounts

    def write(self, vals):
        res = super().write(vals)
        if "active" in vals:
            self._forget_agreed_prices()
        return res

    def _forget_agreed_prices(self):
        """Which agreements hold is kept by every worker."""
        if self.filtered("agreed_approved_on"):
            forget(self.env)

    # ---------------------------------------- actions

    def action_approve_agreed_pricelist(self):
        """Let discounts be measured against the agreed prices: by a manager of the
        account."""
        for account in self:
            if not account.agreed_pricelist_id:
                raise UserError(
                    self.env._(
                        "%s has no agreed prices yet: choose the pricelist first.",
                        account.display_name,
                    )
                )
        foreign = self - self._managed_by_user()
        if foreign:
            raise AccessError(
                self.env._(
                    "Agreed prices are approved by the manager of the account's team."
                    " Ask the manager of: %(accounts)s.",
                    accounts=listed(self.env, foreign.mapped("display_name")),
                )
            )
        self._set_agreed_approval(self.env.user, fields.Datetime.now())
        return True

    # ---------------------------------------- business

    def _before_change(self, vals):
        res = super()._before_change(vals)
        self._with_other_agreement(vals)._withdraw_agreed_approval()
        return res

    def _merge_into(self, survivor):
        """What a manager approved as agreed with the customer is agreed, whichever file
        stays; an agreement of its own comes first. Whether these files may be merged
        has been asked."""
        result = super()._merge_into(survivor)
        last = self.filtered("agreed_approved_on").sorted("agreed_approved_on")[-1:]
        if last and not survivor.agreed_pricelist_id:
            kept = survivor.sudo()
            kept.write(
                {
                    "agreed_pricelist_id": last.agreed_pricelist_id.id,
                    "agreed_from": last.agreed_from,
                    "agreed_until": last.agreed_until,
                }
            )
            kept._set_agreed_approval(
                last.agreed_approved_by_id, last.agreed_approved_on
            )
        return result

    def _with_other_agreement(self, vals):
        """Those of these accounts whose approved agreement these values change."""
        names = AGREED.intersection(vals)
        if not names:
            return self.browse()
        return self.filtered(
            lambda account: (
                account.agreed_approved_on
                and any(
                    (account._fields[name].convert_to_write(account[name], account))
                    != (account._fields[name].convert_to_cache(vals[name], account))
                    and (account[name] or vals[name])
                    for name in names
                )
            )
        )

    def _withdraw_agreed_approval(self):
        if self:
            self._set_agreed_approval(self.env["res.users"], False)

    def _set_agreed_approval(self, user, moment):
        # Whose approval it is has been asked; what it bears on, nobody needs to see.
        accounts = self.sudo()
        accounts._write_kept(
            {"agreed_approved_by_id": user.id, "agreed_approved_on": moment}
        )
        forget(self.env)
        accounts._agreed_prices_changed()

    def _agreed_prices_changed(self):
        """Hook: other prices hold for these accounts now, and are in no cache any more;
        what was measured by them is measured again by the room on top (``again``)."""

    @api.model
    @tools.ormcache()
    def _agreed_pricelists(self):
        """``{account id: (pricelist id, from, until)}`` of approved agreements."""
        # Kept for everybody, so it must not depend on who asks first, and how.
        accounts = self.sudo().with_context(active_test=True)
        accounts = accounts.search(
            [
                ("agreed_approved_on", "!=", False),
                ("agreed_pricelist_id", "!=", False),
            ]
        )
        return frozendict(
            {
                account.id: (
                    account.agreed_pricelist_id.id,
                    account.agreed_from,
                    account.agreed_until,
                )
                for account in accounts
            }
        )

    @api.model
    def _agreed_pricelist(self, account, day):
        """The pricelist agreed with an account, where a manager approved it and it is
        in force on ``day``."""
        pricelist = self.env["product.pricelist"]
        found = self._agreed_pricelists().get(account.id)
        if not found:
            return pricelist
        pricelist_id, start, end = found
        in_force = (not start or start <= day) and (not end or day <= end)
        return pricelist.browse(pricelist_id if in_force else [])


class ProductPricelistItem(models.Model):
    _inherit = "product.pricelist.item"

    # What was approved is the prices, not the name of the list.

    @api.model_create_multi
    def create(self, vals_list):
        items = super().create(vals_list)
        items._prices_changed()
        return items

    def write(self, vals):
        if "pricelist_id" in vals:
            # The list they leave has other prices, too.
            self._prices_changed()
        result = super().write(vals)
        self._prices_changed()
        return result

    def unlink(self):
        # While they can still be asked which list they belong to.
        self._prices_changed()
        return super().unlink()

    def _prices_changed(self):
        """These prices are new, others, or about to go. The room on top (``again``) has
        quotations measured by them, too."""
        self.pricelist_id._withdraw_agreed_approvals()


class ProductPricelist(models.Model):
    _inherit = "product.pricelist"

    def write(self, vals):
        res = super().write(vals)
        if "currency_id" in vals:
            self._withdraw_agreed_approvals()
        return res

    def _withdraw_agreed_approvals(self):
        """Their prices have changed, and those of the lists that are based on them."""
        # Whoever edits a pricelist need not see whose prices are agreed by it.
        lists = self.sudo()
        named = lists.env["key.account"].with_context(active_test=False)
        named = named.search([("agreed_pricelist_id", "!=", False)])
        agreed = named.agreed_pricelist_id
        changed = agreed.filtered(lambda one: one._with_bases() & lists)
        accounts = named.filtered(lambda one: one.agreed_pricelist_id in changed)
        approved = accounts.filtered("agreed_approved_on")
        approved._withdraw_agreed_approval()
        # Whoever approves them at this moment has not seen these prices.
        meet(accounts - approved)

    def _with_bases(self):
        """These pricelists and those that their prices are made of."""
        found, new = self, self
        while new:
            items = self.env["product.pricelist.item"].search(
                [("pricelist_id", "in", new.ids), ("base_pricelist_id", "!=", False)]
            )
            new = items.base_pricelist_id - found
            found |= new
        return found
