"""Who can sign off, and in which language people are told."""

from odoo import Command, models

# Whoever signs off opens the quotation by the rights that sales give everybody.
SALES = "sales_team.group_sale_salesman"
APPROVER = "key_account.group_approver"


class ResUsers(models.Model):
    _inherit = "res.users"

    def _may_sign_off(self, company):
        """Whether this person can decide on quotations of the company at all."""
        self.ensure_one()
        # Asked of colleagues whose groups and companies the user may not read.
        user = self.sudo()
        return (
            user.active
            and not user.share
            and company.id in user._get_company_ids()
            and user.has_group(SALES)
        )

    def _common_lang(self):
        """The language that most of these people read: what is written once, for all of
        them, is written in it."""
        langs = [user.lang for user in self if user.lang]
        return max(langs, key=langs.count) if langs else self.env.lang

    def _become_approvers(self):
        """Let these people open what they are asked to sign off."""
        newcomers = self.filtered(lambda user: not user.has_group(APPROVER))
        if newcomers:
            # Whoever sets up levels and delegations is no administrator of users.
            group = self.env.ref(APPROVER).sudo()
            group.user_ids = [Command.link(user.id) for user in newcomers]
