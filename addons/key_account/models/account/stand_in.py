"""Somebody is away, and a colleague works on their accounts for that time."""

from odoo import api, models
from odoo.fields import Domain

from ..shared.batch import in_batches
from ..shared.label import listed


class KeyAccount(models.Model):
    _inherit = "key.account"

    def _stand_in(self, person, date_from, date_to):
        """Put a person on the account teams from one day to another, with the next
        steps of the accounts' specialists. Who is on a team already stays on it."""
        self.check_access("write")
        if refused := self - self._staffed_by_user():
            self.member_ids._refuse_parents("key_account_id", refused)
        days = {"date_from": date_from, "date_to": date_to}
        present = self.member_ids.filtered(lambda member: member.user_id == person)
        for specialist, members in present.grouped(
            lambda member: member.key_account_id.user_id
        ).items():
            members._write_kept({**days, "stands_in_for_id": specialist.id})
        self.member_ids._create_kept(
            [
                {
                    "key_account_id": account.id,
                    "user_id": person.id,
                    "stands_in_for_id": account.user_id.id,
                    "temporary": True,
                    **days,
                }
                for account in self - present.key_account_id
            ]
        )


class ResUsers(models.Model):
    _inherit = "res.users"

    def _key_account_unfit(self, companies):
        """Why this person cannot take over work on accounts of these companies, in
        words; asked with full rights."""
        self.ensure_one()
        problems = []
        if not self.active:
            problems.append(self.env._("is archived"))
        if self.share:
            problems.append(self.env._("is a portal user, not a colleague"))
        elif not self.has_group("key_account.group_specialist"):
            problems.append(self.env._("has no role Specialist in Key Accounts"))
        if missing := companies - self.company_ids:
            names = listed(self.env, missing.mapped("name"))
            problems.append(self.env._("does not work in %s", names))
        return problems


class KeyAccountDeadlineNotice(models.Model):
    _inherit = "key.account.deadline.notice"

    @api.model
    def _begin_day(self):
        return super()._begin_day() and self._begin_stand_ins()

    @api.model
    def _begin_stand_ins(self):
        """Who stands in from today may read the files, and until yesterday no more."""
        members = self.env["key.account.member"]
        over = self.env["res.company"]._key_account_before_today("date_to")
        return in_batches(
            members, self._limited() & over, self._end_stand_ins
        ) and in_batches(members, Domain("temporary", "=", True), self._let_in)

    @api.model
    def _limited(self):
        return Domain("date_to", "!=", False)

    @api.model
    def _end_stand_ins(self, members):
        temporary = members.filtered("temporary")
        (members - temporary)._write_kept(
            {"stands_in_for_id": False, "date_from": False, "date_to": False}
        )
        temporary.unlink()

    @api.model
    def _let_in(self, members):
        accounts = members.key_account_id
        self.env.add_to_compute(accounts._fields["access_user_ids"], accounts)
        accounts.flush_recordset(["access_user_ids"])
