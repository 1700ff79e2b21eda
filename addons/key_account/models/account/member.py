"""Who works for an account and who may read its file."""

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..shared.act import meet
from ..shared.label import listed
from ..shared.working_time import today_of


class KeyAccountMember(models.Model):
    _name = "key.account.member"
    _description = "Account Team Member"
    _inherit = ["key.account.under"]
    _rec_name = "user_id"
    _under = frozenset(("key_account_id",))

    key_account_id = fields.Many2one(
        "key.account", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        related="key_account_id.company_id", store=True, index=True
    )
    user_id = fields.Many2one("res.users", required=True, index=True)
    role = fields.Char(string="Part", help="Engineering, quality, logistics, finance …")
    stands_in_for_id = fields.Many2one(
        "res.users",
        string="Stands in for",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Whose next steps are theirs as well, from the first day to the last.",
    )
    date_from = fields.Date(string="From", readonly=True, copy=False)
    date_to = fields.Date(string="To", readonly=True, copy=False)
    temporary = fields.Boolean(
        readonly=True, copy=False, help="On the account team for these days only."
    )

    _days_in_order = models.Constraint(
        "CHECK (date_to >= date_from)", "Standing in cannot end before it begins."
    )
    _once_per_account = models.Constraint(
        "UNIQUE(key_account_id, user_id)", "This user is already on the account team."
    )

    def write(self, vals):
        if "user_id" in vals:
            self._assert_staffed_by_user()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_by_who_staffs(self):
        self._assert_staffed_by_user()

    def _is_on_team(self):
        """Who stands in for somebody is on the team for that time; it begins and ends
        with the day, see ``stand_in.py``."""
        if not self.temporary:
            return True
        return self.date_from <= today_of(self) <= self.date_to

    @api.model
    def _open_parents(self, name, parents):
        # Who is on the team may read the file: nobody lets themselves in.
        return parents._staffed_by_user()

    def _assert_staffed_by_user(self):
        if self.env.su:
            return
        accounts = self.key_account_id
        if refused := accounts - accounts._staffed_by_user():
            self._refuse_parents("key_account_id", refused)

    @api.model
    def _refuse_parents(self, name, parents):
        known = parents._filtered_access("read")
        raise AccessError(
            self.env._(
                "Who works for an account is decided by its specialist and the manager"
                " of its team. Ask them for: %(accounts)s.",
                accounts=listed(self.env, known.mapped("display_name"))
                or self.env._("an account of others"),
            )
        )


class KeyAccount(models.Model):
    _inherit = "key.account"

    member_ids = fields.One2many(
        "key.account.member", "key_account_id", string="Account team"
    )
    access_user_ids = fields.Many2many(
        "res.users",
        "key_account_access_rel",
        "key_account_id",
        "user_id",
        string="Readable by",
        compute="_compute_access_user_ids",
        store=True,
        help="Owner, sponsor, account team, and the team's managers and supporters.",
    )
    may_assign = fields.Boolean(compute="_compute_may_assign")

    _sponsor_cycle_within = models.Constraint(
        "CHECK (sponsor_cycle_months BETWEEN 0 AND 1200)",
        "A sponsor meets the customer every 1 to 1200 months; 0: never.",
    )

    @api.depends(
        "user_id",
        "sponsor_id",
        "member_ids.user_id",
        "member_ids.temporary",
        "member_ids.date_from",
        "member_ids.date_to",
        "team_id.user_id",
        "team_id.key_account_manager_ids",
        "team_id.key_account_support_ids",
    )
    def _compute_access_user_ids(self):
        # It is of several records: who changes another of them at this moment is met.
        meet(self.filtered("id"))
        for account in self:
            team = account.team_id
            account.access_user_ids = (
                account._account_team()
                | account.sponsor_id
                | team._key_account_managers()
                | team.key_account_support_ids
            )

    @api.depends("team_id")
    @api.depends_context("uid")
    def _compute_may_assign(self):
        managed = self._managed_by_user()
        for account in self:
            account.may_assign = not account._origin or account in managed

    def _account_team(self):
        return (
            self.user_id
            | self.member_ids.filtered(lambda member: member._is_on_team()).user_id
        )

    def _confidants_by_account(self):
        """``{account: users}`` who may read personal notes: its team and managers. The
        list is the same for everybody, so it is made with full rights.
        """
        return {
            account: account._account_team() | account.team_id._key_account_managers()
            for account in self.sudo()
        }

    def _decided_by_user(self, since=None):
        """Of those that the user manages, the ones that are not their own: who owns an
        account decides on it only where nobody else manages its team.

        :param since: ``{account: when that came up which is decided}``
        """
        user = self.env.user
        if user._is_superuser():
            return self
        since = since or {}
        return self._managed_by_user().filtered(
            lambda account: user in account.sudo()._deciders(since.get(account))
        )

    def _deciders(self, since=None):
        """Who decides on this account: managers and directors, but its owner; asked
        with full rights."""
        companies = self.company_id
        directors = self.env["key.account.deadline.mixin"]._key_account_directors(
            companies
        )[companies]
        managers = self.team_id._managing(since).filtered("active") | directors
        return managers - self.user_id or managers

    def _assert_may_sponsor(self, user_id):
        """The sponsor may read the file, as the account team does."""
        changed = self.filtered(lambda a: a.sponsor_id.id != (user_id or False))
        if not self.env.su and changed - changed._staffed_by_user():
            self.member_ids._refuse_parents("key_account_id", changed)

    def _staffed_by_user(self):
        """Accounts whose team the user puts together: their own, and those that they
        manage."""
        own = self.filtered(lambda account: account.sudo().user_id == self.env.user)
        return own | self._managed_by_user()

    def _managed_by_user(self):
        """Accounts that the user decides on, as the team's manager or as director."""
        user = self.env.user
        if user._is_superuser():
            return self
        return self.filtered(
            lambda account: account.sudo().team_id._is_managed_by(user, everywhere=True)
        )
