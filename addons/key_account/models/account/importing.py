"""Accounts and people from a file: with them come the customers and contacts."""

from odoo import api, fields, models
from odoo.exceptions import UserError

# Column of a person's row → field of the contact that is made of it.
_CONTACT = {
    "contact_name": "name",
    "contact_function": "function",
    "contact_phone": "phone",
    "contact_email": "email",
}


def _text(vals, name):
    return str(vals.get(name) or "").strip()


class KeyAccount(models.Model):
    """A row without a customer is about the one that is called like it, or makes it."""

    _name = "key.account"
    _inherit = ["key.account", "key.account.importing"]
    _import_columns = ("name", "user_id", "survey_kind")

    @api.model
    def _import_examples(self):
        me = self.env.user.name
        kind = self._fields["survey_kind"]
        kinds = dict(kind._description_selection(self.env))
        return [
            {"name": name, "user_id": me, "survey_kind": next(iter(kinds.values()))}
            for name in (
                self.env._("Example Pumps Co., Ltd."),
                self.env._("Example Bearings Co., Ltd."),
            )
        ]

    @api.model
    def _load_rows(self, data_list, update=False):
        new = [data["values"] for data in data_list if self._is_new(data)]
        self._assert_kept_start(new)
        self._find_customers([vals for vals in new if not vals.get("partner_id")])
        return super()._load_rows(data_list, update)

    @api.model
    def _find_customers(self, vals_list):
        """Put the customer into each of these rows; two queries for all of them.

        :raise UserError: several customers are called so
        """
        names = {_text(vals, "name") for vals in vals_list}
        if "" in names:
            raise UserError(
                self.env._("Each row names the customer: by the account's name.")
            )
        partners = self.env["res.partner"]
        found = partners.search(
            [
                ("name", "in", list(names)),
                ("parent_id", "=", False),
                ("company_id", "in", [False, self.env.company.id]),
            ]
        ).grouped("name")
        new = sorted(names - found.keys())
        made = partners.create([{"name": name, "is_company": True} for name in new])
        found.update(zip(new, made, strict=True))
        for vals in vals_list:
            customers = found.get(_text(vals, "name"), partners)
            if len(customers) > 1:
                raise UserError(
                    self.env._(
                        "“%s”: several customers have this name. Say which one in a"
                        " column “Customer”, e.g. by its external ID.",
                        _text(vals, "name"),
                    )
                )
            vals["partner_id"] = customers.id


class KeyAccountStakeholder(models.Model):
    """A row without a contact is about the one of the customer that is called like it,
    or makes it."""

    _name = "key.account.stakeholder"
    _inherit = ["key.account.stakeholder", "key.account.importing"]
    _import_columns = (
        "key_account_id",
        *_CONTACT,
        *("role", "attitude", "influence", "relationship_level"),
    )

    contact_name = fields.Char("Contact's name", compute="_compute_contact_words")
    contact_function = fields.Char(
        "Contact's job position", compute="_compute_contact_words"
    )
    contact_phone = fields.Char("Contact's phone", compute="_compute_contact_words")
    contact_email = fields.Char("Contact's email", compute="_compute_contact_words")

    @api.depends("partner_id")
    def _compute_contact_words(self):
        for person in self:
            for column, name in _CONTACT.items():
                person[column] = person.partner_id[name]

    @api.model
    def fields_get(self, allfields=None, attributes=None):
        found = super().fields_get(allfields, attributes)
        for name in found.keys() & _CONTACT:
            # The import screen offers what may be written; of a row they make the
            # contact.
            if "readonly" in found[name]:
                found[name]["readonly"] = False
        return found

    @api.model
    def _import_examples(self):
        account = self.env["key.account"].search([], limit=1)
        if not account:
            return []
        labels = {
            name: dict(self._fields[name]._description_selection(self.env))
            for name in ("role", "attitude", "influence", "relationship_level")
        }
        first = {
            "key_account_id": account.display_name,
            "contact_name": self.env._("Example Li"),
            "contact_function": self.env._("Head of purchasing"),
            "contact_email": "li@example.com",
            "role": labels["role"]["decision_maker"],
            "attitude": labels["attitude"]["neutral"],
            "influence": labels["influence"]["4"],
            "relationship_level": labels["relationship_level"]["met"],
        }
        second = {
            **first,
            "contact_name": self.env._("Example Wang"),
            "contact_function": self.env._("Engineer"),
            "contact_email": "wang@example.com",
            "role": labels["role"]["user"],
            "influence": labels["influence"]["2"],
        }
        return [first, second]

    @api.model
    def _load_rows(self, data_list, update=False):
        self._assert_kept_start(
            [data["values"] for data in data_list if self._is_new(data)]
        )
        new = []
        for data in data_list:
            vals = data["values"]
            words = {
                name: text
                for column, name in _CONTACT.items()
                if (text := _text(vals, column))
            }
            for column in _CONTACT:
                vals.pop(column, None)
            if not self._is_new(data) or vals.get("partner_id"):
                continue
            if not words.get("name") or not vals.get("key_account_id"):
                raise UserError(
                    self.env._(
                        "Each row names the key account, and the person: by the"
                        " contact's name, or the contact there is."
                    )
                )
            new.append((vals, words))
        self._find_contacts(new)
        return super()._load_rows(data_list, update)

    @api.model
    def _find_contacts(self, rows):
        """Put the contact into each of these rows; two queries for all of them."""
        accounts = self.env["key.account"].browse(
            {vals["key_account_id"] for vals, _words in rows}
        )
        accounts.check_access("write")
        partners = self.env["res.partner"]
        found = {
            (partner.parent_id, partner.name): partner
            for partner in partners.search(
                [
                    ("parent_id", "in", accounts.partner_id.ids),
                    ("name", "in", [words["name"] for _vals, words in rows]),
                ],
                order="id desc",
            )
        }
        keys = [
            (accounts.browse(vals["key_account_id"]).partner_id, words["name"])
            for vals, words in rows
        ]
        new = {
            key: {**words, "parent_id": key[0].id}
            for key, (_vals, words) in zip(keys, rows, strict=True)
            if key not in found
        }
        found.update(zip(new, partners.create(list(new.values())), strict=True))
        for key, (vals, _words) in zip(keys, rows, strict=True):
            vals["partner_id"] = found[key].id
