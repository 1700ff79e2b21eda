"""A short contact of a day on the street: one line of the canvasser's list."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...rules import canvass as rules
from ..shared.label import listed
from .canvass_brand import KINDS

_DAY = ("day_id", "date", "user_id")


class KeyAccountCanvass(models.Model):
    """A contact made while canvassing (扫街), with or without a known partner.

    It belongs to its author's report of the day, which is found or begun by itself from
    ``date`` and ``user_id``, and stands once that report is handed in.
    """

    _name = "key.account.canvass"
    _description = "Canvassing Contact"
    _inherit = ["key.account.under"]
    _under = frozenset(("day_id", "market_id", "place_id"))
    _under_read = frozenset(("brand_ids",))
    _order = "date desc, id desc"
    _check_company_auto = True

    name = fields.Char(string="Shop or company", required=True, index="trigram")
    kind = fields.Selection(KINDS, string="Kind of business", default="dealer")
    contact_name = fields.Char(string="Contact person")
    phone = fields.Char()
    vat = fields.Char(string="Tax ID")
    street = fields.Char(string="Address")
    size = fields.Selection(
        [("small", "Small"), ("medium", "Medium"), ("large", "Large")],
        help="Compared with others in the same market.",
    )
    products = fields.Char(help="What they sell, make or use.")
    brand_ids = fields.Many2many(
        "key.account.brand",
        "key_account_canvass_brand_rel",
        "canvass_id",
        "brand_id",
        string="Present brands",
    )
    brand_policy = fields.Char(
        string="Policies of these brands",
        help="Rebates, credit, goods on trust, exclusivity, advertising.",
    )
    interest = fields.Selection(
        [("0", "None"), ("1", "Some"), ("2", "Strong"), ("3", "Wants an offer")],
        index=True,
    )
    next_step = fields.Char("Next step")
    next_date = fields.Date(string="Until", index="btree_not_null")
    note = fields.Text(string="Remarks")
    partner_id = fields.Many2one(
        "res.partner",
        string="Known contact",
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
        help="If we know them already.",
    )
    market_id = fields.Many2one(
        "key.account.market", index=True, ondelete="restrict", check_company=True
    )
    place_id = fields.Many2one(
        "key.account.market.place",
        string="On the market's list",
        index="btree_not_null",
        ondelete="set null",
        domain="[('market_id', '=', market_id)]",
        help="Empty: found by the name, or put on the list.",
    )
    area = fields.Char(
        compute="_compute_area",
        store=True,
        readonly=False,
        precompute=True,
        index=True,
        help="That of the market, if there is one.",
    )

    # Whose, when, and who may read it
    date = fields.Date(
        required=True, default=lambda self: self._today(), copy=False, index=True
    )
    user_id = fields.Many2one(
        "res.users",
        string="Author",
        required=True,
        default=lambda self: self.env.user,
        copy=False,
        index=True,
    )
    day_id = fields.Many2one(
        "key.account.canvass.day",
        string="Daily report",
        required=True,
        index=True,
        ondelete="restrict",
        copy=False,
    )
    day_state = fields.Selection(related="day_id.state", string="State of the report")
    canvasser_id = fields.Many2one(
        related="day_id.canvasser_id", store=True, precompute=True
    )
    company_id = fields.Many2one(related="day_id.company_id", store=True, index=True)
    team_id = fields.Many2one(
        related="day_id.team_id", string="Sales Team", store=True, index=True
    )
    access_user_ids = fields.Many2many(related="day_id.canvasser_id.access_user_ids")

    # Company and team are in it so that counting somebody's entries, or a team's among
    # them, reads no row.
    _canvasser_idx = models.Index(
        "(canvasser_id, date DESC, id DESC) INCLUDE (company_id, team_id)"
    )
    _date_idx = models.Index("(date DESC, id DESC)")

    # ---------------------------------------- compute

    @api.model
    def _today(self):
        return self.env["key.account.canvass.day"]._today_of(self.env.user)

    @api.depends("market_id")
    def _compute_area(self):
        for entry in self:
            entry.area = entry.market_id.area or entry.area

    # ---------------------------------------- CRUD

    @api.model_create_multi
    def create(self, vals_list):
        self._assert_kept_start(vals_list)
        # Before a word of the day or the market.
        self._assert_may_place(vals_list)
        vals_list = self._with_places(self._with_days(vals_list))
        return super().create(vals_list)

    def write(self, vals):
        self._assert_kept(vals)
        if self._is_by_process(vals):
            return super().write(vals)
        self.check_access("write")
        self.day_id._assert_open()
        if not {"date", "user_id"}.isdisjoint(vals) and "day_id" not in vals:
            return self._write_to_days(vals)
        if "day_id" in vals:
            self._assert_may_move(vals)
            day = self.env["key.account.canvass.day"].browse(vals["day_id"])
            day._assert_open()
            vals = {**vals, "date": day.date, "user_id": day.user_id.id}
        if "market_id" in vals and "place_id" not in vals:
            # In another market they stand on another list.
            places = self._places_in(vals)
            for entry, place_id in zip(self, places, strict=True):
                super(KeyAccountCanvass, entry).write({**vals, "place_id": place_id})
            return True
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_while_open(self):
        self.day_id._assert_open()

    # ---------------------------------------- business

    @api.model
    def _with_days(self, vals_list):
        """These values with the report of the day that they belong to.

        :raise UserError: that report is handed in
        """
        defaults = self.default_get(list(_DAY))
        Day = self.env["key.account.canvass.day"]
        known, wanted = {}, {}
        for number, vals in enumerate(vals_list):
            given = {**defaults, **vals}
            if given.get("day_id"):
                known[number] = Day.browse(self._to_id("day_id", given["day_id"]))
            else:
                user_id = self._to_id("user_id", given.get("user_id")) or self.env.uid
                date = fields.Date.to_date(given.get("date")) or self._today()
                wanted[number] = (user_id, date)
        days = Day._of(set(wanted.values()))
        known.update({number: days[key] for number, key in wanted.items()})
        Day.union(*known.values())._assert_open()
        return [
            {
                **vals,
                "day_id": known[number].id,
                "date": known[number].date,
                "user_id": known[number].user_id.id,
            }
            for number, vals in enumerate(vals_list)
        ]

    def _write_to_days(self, vals):
        """Another day, or another author, is another report."""
        Day = self.env["key.account.canvass.day"]
        rest = {name: vals[name] for name in vals.keys() - {"date", "user_id"}}
        date = fields.Date.to_date(vals.get("date"))
        keys = {
            entry: (vals.get("user_id") or entry.user_id.id, date or entry.date)
            for entry in self
        }
        days = Day._of(set(keys.values()))
        for day, entries in self.grouped(lambda e: days[keys[e]]).items():
            entries.write({**rest, "day_id": day.id})
        return True

    @api.model
    def _with_places(self, vals_list):
        """These values; who is entered in a market stands on its list, so that none is
        left out."""
        defaults = self.default_get(["market_id", "place_id", "name"])
        vals_list = [{**defaults, **vals} for vals in vals_list]
        lacking = [
            vals
            for vals in vals_list
            if vals.get("market_id") and not vals.get("place_id")
        ]
        if lacking:
            places = self.env["key.account.market.place"]._of(lacking)
            for vals, place_id in zip(lacking, places, strict=True):
                vals["place_id"] = place_id
        return vals_list

    def _places_in(self, vals):
        """Where each entry stands on the list of the market that it moves to: ids."""
        self._assert_may_move(vals)
        entries = [
            {
                "market_id": vals["market_id"],
                **{
                    name: vals.get(name, entry[name])
                    for name in ("name", "kind", "street", "phone")
                },
            }
            for entry in self
        ]
        if not vals["market_id"]:
            return [False] * len(entries)
        return self.env["key.account.market.place"]._of(entries)

    @api.model
    def _open_parents(self, name, parents):
        """Whoever reads a market canvasses it."""
        if name in ("market_id", "place_id"):
            return parents._filtered_access("read")
        return super()._open_parents(name, parents)

    @api.constrains("place_id", "market_id")
    def _check_place_of_the_market(self):
        strayed = self.filtered(
            lambda e: e.place_id and e.place_id.market_id != e.market_id
        )
        if strayed:
            raise UserError(
                self.env._(
                    "%(entries)s: the potential customer is on the list of another"
                    " market. Choose one of this market, or leave it empty.",
                    entries=listed(self.env, strayed.mapped("display_name")),
                )
            )


class KeyAccountCanvassKeys(models.Model):
    """By what the same contact is found again, see ``canvass_duplicate.py``."""

    _inherit = "key.account.canvass"

    name_key = fields.Char(compute="_compute_keys", store=True, precompute=True)
    phone_key = fields.Char(compute="_compute_keys", store=True, precompute=True)
    vat_key = fields.Char(compute="_compute_keys", store=True, precompute=True)

    _name_key_idx = models.Index("(name_key, company_id) WHERE name_key <> ''")
    _phone_key_idx = models.Index("(phone_key, company_id) WHERE phone_key <> ''")
    _vat_key_idx = models.Index("(vat_key, company_id) WHERE vat_key <> ''")

    @api.depends("name", "phone", "vat")
    def _compute_keys(self):
        code = self._country_code()
        for entry in self:
            entry.name_key = rules.name_key(entry.name)
            entry.phone_key = rules.phone_key(entry.phone, code)
            entry.vat_key = rules.vat_key(entry.vat)

    @api.model
    def _country_code(self):
        return self.env.company.sudo().country_id.phone_code or ""
