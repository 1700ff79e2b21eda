"""Who may do what with a feedback, beside working on it."""

from odoo import api, models
from odoo.exceptions import AccessError, ValidationError

from ..shared.as_created import as_created
from ..shared.label import listed
from ..shared.missing import missing


class KeyAccountFeedback(models.Model):
    _inherit = "key.account.feedback"

    # ---------------------------------------- who

    def _teams(self):
        """``{feedback: teams}``: that of its account, or every key-account team of the
        company where it stands under none. With full rights: whose it is does not hang
        on who asks."""
        feedback = self.sudo()
        nobodys = feedback.filtered(lambda f: not f.key_account_id)
        desks = {company: self._desk(company) for company in nobodys.company_id}
        return {
            each.with_env(self.env): each.key_account_id.team_id
            if each.key_account_id
            else desks.get(each.company_id, each.team_id)
            for each in feedback
        }

    def _handlers(self):
        """``{feedback: users}``: those who support and manage these teams, and the
        directors."""
        directors = self._key_account_directors(self.sudo().company_id)
        found = {}
        for feedback, teams in self._teams().items():
            people = teams._key_account_managers() | teams.key_account_support_ids
            people |= directors[feedback.sudo().company_id]
            found[feedback] = people.filtered("active")
        return found

    @api.model
    def _desk(self, company):
        """The key-account teams of a company, whose people see what stands under no
        account; with full rights."""
        return (
            self.env["crm.team"]
            .sudo()
            .search(
                [
                    ("is_key_account", "=", True),
                    ("company_id", "in", [False, company.id]),
                ]
            )
        )

    def _judges(self):
        """``{feedback: users}`` who say whose fault it was: support and managers, never
        the account's specialist nor whoever answers, now or before."""
        return self._others(support=True)

    def _cancellers(self):
        """``{feedback: users}`` who take it out of what counts: managers and directors,
        under the same condition."""
        return self._others(support=False)

    def _others(self, support):
        """Managers and directors, and support where asked for, who have no part in it;
        nor did they name themselves to it since it was entered."""
        directors = self._key_account_directors(self.sudo().company_id)
        by_feedback = self._teams()
        teams = self.env["crm.team"].sudo().union(*by_feedback.values())
        named, supporting = teams._named_by_themselves(), {}
        if support:
            supporting = teams._supporting_by_themselves()
        found = {}
        for feedback, teams in by_feedback.items():
            known = feedback.sudo()
            own = known.user_id | known.key_account_id.user_id
            own |= known.event_ids.responsible_id | known.event_ids.owner_id
            people = teams._managing(known.entered_on, named)
            if support:
                helping = teams.key_account_support_ids
                people |= teams._but_late(helping, known.entered_on, supporting)
            people |= directors[known.company_id]
            found[feedback] = people.filtered("active") - own
        return found

    def _of_user(self, people):
        """Those of these whose people the user is one of."""
        user = self.env.user
        if user._is_superuser():
            return self
        return self.filtered(lambda feedback: user in people[feedback])

    # ---------------------------------------- refusals

    def _assert_relaxed_by_user(self):
        """Asked of those whom the user may read: the refusal names them."""
        if foreign := self - self._of_user(self._judges()):
            raise AccessError(
                self.env._(
                    "Whether more time is given, and which account it belongs to, is"
                    " decided by the team's support or manager, never by the account's"
                    " specialist nor by whoever has or had to answer. Ask one of the"
                    " others for: %(feedback)s.",
                    feedback=listed(self.env, foreign.mapped("display_name")),
                )
            )

    def _assert_judged_by_user(self):
        if foreign := self - self._of_user(self._judges()):
            raise AccessError(
                self.env._(
                    "Whose fault it was is judged by the team's support or manager,"
                    " never by the account's specialist nor by whoever has or had to"
                    " answer. Ask one of the others for: %(feedback)s.",
                    feedback=listed(self.env, foreign.mapped("display_name")),
                )
            )

    def _assert_cancelled_by_user(self):
        if foreign := self - self._of_user(self._cancellers()):
            raise AccessError(
                self.env._(
                    "Feedback is cancelled by a manager or director who neither has the"
                    " account nor has, or had, to answer. Ask one for: %(feedback)s.",
                    feedback=listed(self.env, foreign.mapped("display_name")),
                )
            )

    @api.model
    def _assert_stands_somewhere(self, vals_list):
        """Raise where whoever enters it would not see it themselves."""
        user = self.env.user
        if self.env.su or user.has_group("key_account.group_director"):
            return
        seen = user.key_account_desk_company_ids
        for place in as_created(self, vals_list, ("key_account_id", "company_id")):
            company = place.get("company_id") or self.env.company.id
            if not place.get("key_account_id") and company not in seen.ids:
                raise missing(
                    self.env._(
                        "Choose the account that this is about. Without one it is"
                        " entered by those who support or manage a key-account team."
                    ),
                    {"key_account_id"},
                )

    @api.constrains("user_id", "key_account_id")
    def _check_can_open(self):
        for feedback in self:
            user = feedback.user_id
            if user and not feedback._is_open_to(user):
                raise ValidationError(
                    self.env._(
                        "%(person)s cannot open “%(what)s”. Add them to the account"
                        " team, or choose somebody who is on it.",
                        person=user.name,
                        what=feedback.display_name,
                    )
                )

    @api.model
    def _owner_who_reads(self, account):
        """Whose account it is, if they can open its feedback; else nobody, and the
        managers are told. What a customer says is not turned away, by a refusal that
        speaks of us, because a colleague has lost their rights."""
        user = account.user_id
        companies = user.sudo().company_ids.ids
        mine = self.browse().with_user(user).with_context(allowed_company_ids=companies)
        opened = account._origin.with_env(mine.env)
        if user and mine.has_access("read") and opened._filtered_access("read"):
            return user
        return user.browse()

    def _is_open_to(self, user):
        """Whether this person may read it, in a company of theirs."""
        companies = user.sudo().company_ids.ids
        mine = self.with_user(user).with_context(allowed_company_ids=companies)
        return bool(mine._filtered_access("read"))
