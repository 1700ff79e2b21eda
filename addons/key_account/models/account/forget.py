"""A person at the customer who must be forgotten."""

from odoo import models
from odoo.exceptions import AccessError, UserError

from ..shared.label import listed

# What is said of somebody in a file.
_SAID = (
    "motives",
    "pressures",
    "authority_extent",
    "in_office_since",
    "birthday",
    "personal_notes_stored",
)
# What a contact says of somebody, beside the name.
_CONTACT = ("email", "phone", "function", "comment", "image_1920", "website")
# What a private address says; that of a contact is the company's.
_ADDRESS = ("street", "street2", "zip", "city")


class KeyAccountStakeholder(models.Model):
    """Forgetting a person leaves the role they had, visits, signatures and what else
    is evidence: from then on these name a contact without name."""

    _inherit = "key.account.stakeholder"

    def action_anonymise(self):
        """Forget these people, where the law demands it: the manager of the team
        decides."""
        self._assert_may_anonymise()
        accounts = self.key_account_id
        # By their name and telephone, while these stand there.
        self._anonymise_elsewhere()
        self._anonymise()
        for account in accounts:
            account._message_log(
                body=self.env._("A person of this file was anonymised.")
            )
        return True

    def _assert_may_anonymise(self):
        self.check_access("write")
        accounts = self._every_row().sudo().key_account_id
        if accounts - accounts._managed_by_user():
            raise AccessError(
                self.env._(
                    "Whether a person is forgotten is decided by the manager of each"
                    " team that keeps a file with them. Ask a director of your company."
                )
            )
        contacts = self.partner_id
        contacts.check_access("write")
        with_login = (
            contacts.sudo().with_context(active_test=False).filtered("user_ids")
        )
        if with_login:
            raise UserError(
                self.env._(
                    "%s can log in. Ask an administrator to remove the login first.",
                    listed(self.env, with_login.mapped("display_name")),
                )
            )
        companies = contacts.filtered("is_company")
        if companies:
            raise UserError(
                self.env._(
                    "%s is a company, not a person: only a person can be forgotten."
                    " Choose the contact who is meant.",
                    listed(self.env, companies.mapped("display_name")),
                )
            )

    def _every_row(self):
        """The rows of these people, whoever keeps them: a person is one."""
        people = self.sudo().with_context(active_test=False)
        return people.search([("partner_id", "in", self.partner_id.ids)])

    def _anonymise_elsewhere(self):
        """Hook: what else of these people is forgotten in the same act."""

    def _anonymise(self):
        """Replace personal data of these people, in every file."""
        # With full rights, as everything said of them goes, confided notes included;
        # whoever calls it has checked who may.
        rows = self._every_row()
        rows.write({**dict.fromkeys(_SAID, False), "active": False})
        for contact in rows.partner_id:
            blank = dict.fromkeys(_CONTACT, False)
            if contact.type != "contact":
                blank.update(dict.fromkeys(_ADDRESS, False))
            name = self.env._("Anonymised contact %s", contact.id)
            # Not archived: visits would not show any more that somebody was met.
            contact.write({**blank, "name": name})
