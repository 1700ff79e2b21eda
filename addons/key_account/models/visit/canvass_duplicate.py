"""Who was entered already: a warning, that stops nobody."""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from ...rules import canvass as rules
from ..shared.label import listed, noted

# Of more than these nobody reads on.
_NAMED = 3
_KEYS = ("name_key", "phone_key", "vat_key")
_NAME_KEY = SQL(rules.NAME_SQL)


class ResPartner(models.Model):
    _inherit = "res.partner"

    # What a list of contacts asks of all customers at once.
    _key_account_name_key_idx = models.Index(f"({rules.NAME_SQL})")
    _key_account_phone_idx = models.Index(
        "(phone_sanitized) WHERE phone_sanitized IS NOT NULL"
    )


class KeyAccountCanvass(models.Model):
    """The same telephone number, tax number or name (however it is written) in the
    company: of another contact that was entered, or of a customer we know.

    Somebody's own contact of another day with the same potential customer is none: they
    go there two or three times. Only what the reader may read is named.
    """

    _inherit = "key.account.canvass"

    duplicate_text = fields.Char(
        string="Known already", compute="_compute_duplicate_text"
    )
    is_duplicate = fields.Boolean(
        string="Known or entered already",
        compute="_compute_duplicate_text",
        search="_search_is_duplicate",
    )

    @api.depends(*_KEYS, "partner_id", "place_id", "day_id", "company_id")
    @api.depends_context("uid", "lang")
    def _compute_duplicate_text(self):
        """Two queries for all of these rows, and one each for what may be read."""
        entries, partners = self._twins(), self._known()
        seen = self.union(*entries.values())._filtered_access("read")
        known = self.env["res.partner"].union(*partners.values())
        known = known._filtered_access("read")
        for entry in self:
            twins = entries.get(entry, self.browse())
            same = partners.get(entry, known.browse())
            entry.is_duplicate = bool(twins or same)
            # Whoever is named is read once for all rows; a slice would forget that.
            entry.duplicate_text = self._told(
                twins,
                (twins & seen).with_prefetch(seen._ids),
                same,
                (same & known).with_prefetch(known._ids),
            )

    @api.model
    def _told(self, twins, seen, same, known):
        parts = []
        if known:
            parts.append(
                self.env._(
                    "Known contact: %s.",
                    listed(self.env, (each.display_name for each in [*known][:_NAMED])),
                )
            )
        if seen:
            names = listed(
                self.env,
                (
                    noted(
                        self.env,
                        each.name,
                        listed(
                            self.env,
                            (format_date(self.env, each.date), each.user_id.name),
                        ),
                    )
                    for each in [*seen][:_NAMED]
                ),
            )
            parts.append(self.env._("Entered already: %s.", names))
        if twins - seen:
            parts.append(self.env._("Entered already by a colleague."))
        if same - known:
            parts.append(self.env._("Known to the company already."))
        return " ".join(parts) or False

    def _twins(self):
        """``{entry: other entries}`` of the same company. With full rights, which only
        say that there is somebody: who that is, is asked as the user."""
        self.env["key.account.canvass"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT mine.number, other.id
                  FROM unnest(%s::int[], %s::int[], %s::int[], %s::int[], %s::int[],
                              %s::int[], %s::text[], %s::text[], %s::text[])
                       AS mine (number, id, company, place, day, author, name_key,
                                phone_key, vat_key)
            CROSS JOIN LATERAL (%s) AS other
                """,
                *self._columns(),
                SQL(" UNION ").join(self._twin_of(SQL.identifier(k)) for k in _KEYS),
            )
        )
        found = {}
        for number, id_ in rows:
            found.setdefault(self[number], []).append(id_)
        return {entry: self.browse(sorted(ids)) for entry, ids in found.items()}

    @api.model
    def _twin_of(self, key):
        """Entries of another row with this key; somebody's own earlier visits to the
        same place, and later ones, are none."""
        return SQL(
            """
            (SELECT other.id FROM key_account_canvass AS other
              WHERE other.%(key)s = mine.%(key)s AND other.%(key)s <> ''
                AND other.company_id = mine.company AND other.id <> mine.id
                AND (other.user_id <> mine.author OR other.day_id = mine.day
                     OR other.place_id IS DISTINCT FROM mine.place)
              LIMIT 4)
            """,
            key=key,
        )

    def _columns(self):
        company = self.env.company
        rows = [
            (
                number,
                entry._origin.id or 0,
                entry.company_id.id or company.id,
                entry.place_id._origin.id or 0,
                entry.day_id._origin.id or 0,
                entry.user_id.id or 0,
                *(entry[key] or "" for key in _KEYS),
            )
            for number, entry in enumerate(self)
        ]
        return [list(column) for column in zip(*rows, strict=True)] or [[]] * 9

    def _known(self):
        """``{entry: customers}`` of the same name, telephone or tax number, beside the
        one that the entry names itself. With full rights, as above."""
        self.env["res.partner"].flush_model(["name", "phone_sanitized", "vat"])
        code = self._country_code()
        by_name, by_phone, by_vat = {}, {}, {}
        for entry in self:
            if entry.name_key:
                by_name.setdefault(entry.name_key, []).append(entry)
            for spelling in rules.phone_spellings(entry.phone_key, code):
                by_phone.setdefault(spelling, []).append(entry)
            if entry.vat_key:
                by_vat.setdefault(entry.vat_key, []).append(entry)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id, company_id, %(name)s, NULL, NULL FROM res_partner
                 WHERE active AND %(name)s = ANY(%(names)s)
             UNION ALL SELECT id, company_id, NULL, phone_sanitized, NULL
                  FROM res_partner
                 WHERE active AND phone_sanitized = ANY(%(phones)s)
             UNION ALL SELECT id, company_id, NULL, NULL, vat FROM res_partner
                 WHERE active AND vat = ANY(%(vats)s)
                """,
                name=_NAME_KEY,
                names=list(by_name),
                phones=list(by_phone),
                vats=list(by_vat),
            )
        )
        found = {}
        for id_, company_id, *keys in rows:
            for entries, key in zip((by_name, by_phone, by_vat), keys, strict=True):
                for entry in entries.get(key, ()):
                    company = entry.company_id or self.env.company
                    if company_id in (None, company.id):
                        found.setdefault(entry, set()).add(id_)
        partners = self.env["res.partner"]
        return {
            entry: partners.browse(sorted(ids - {entry.partner_id.id}))
            for entry, ids in found.items()
        }

    @api.model
    def _search_is_duplicate(self, operator, value):
        """By what was entered twice, and by customers we know; one statement, whose
        rows the record rules narrow afterwards."""
        if operator not in ("in", "not in"):
            return NotImplemented
        self.env["res.partner"].flush_model(["name", "phone_sanitized", "vat"])
        code = self._country_code()
        same = SQL(" OR ").join(
            [
                *(self._has_twin(SQL.identifier(key)) for key in _KEYS),
                self._is_partner(SQL("mine.name_key"), _NAME_KEY),
                self._is_partner(SQL("mine.vat_key"), SQL("vat")),
                *(
                    self._is_partner(
                        SQL("%s || NULLIF(mine.phone_key, '')", prefix),
                        SQL("phone_sanitized"),
                    )
                    for prefix in rules.phone_prefixes(code)
                ),
            ]
        )
        found = SQL("(SELECT mine.id FROM key_account_canvass AS mine WHERE %s)", same)
        return Domain("id", operator, found)

    @api.model
    def _has_twin(self, key):
        return SQL(
            """
            mine.%(key)s <> '' AND EXISTS (
                SELECT FROM key_account_canvass AS other
                 WHERE other.%(key)s = mine.%(key)s AND other.%(key)s <> ''
                   AND other.company_id = mine.company_id AND other.id <> mine.id
                   AND (other.user_id <> mine.user_id OR other.day_id = mine.day_id
                        OR other.place_id IS DISTINCT FROM mine.place_id))
            """,
            key=key,
        )

    @api.model
    def _is_partner(self, key, column):
        return SQL(
            """
            EXISTS (
                SELECT FROM res_partner AS known
                 WHERE known.active AND %(column)s = %(key)s AND %(key)s <> ''
                   AND known.id IS DISTINCT FROM mine.partner_id
                   AND COALESCE(known.company_id, mine.company_id) = mine.company_id)
            """,
            column=column,
            key=key,
        )
