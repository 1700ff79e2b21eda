"""The potential customers of a market: its list, and its route."""

from odoo import api, fields, models

from ...rules import canvass as rules
from .canvass_brand import KINDS


class KeyAccountMarketPlace(models.Model):
    """A potential customer of a market: covered as soon as a contact with it was
    entered, by whomever."""

    _name = "key.account.market.place"
    _description = "Potential Customer"
    _inherit = ["key.account.under"]
    _under = frozenset(("market_id",))
    _order = "market_id, sequence, id"

    market_id = fields.Many2one(
        "key.account.market", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        related="market_id.company_id", store=True, index=True, precompute=True
    )
    sequence = fields.Integer(
        string="Stop", default=1000, aggregator=None, help="Order of the route."
    )
    name = fields.Char(string="Potential customer", required=True)
    kind = fields.Selection(KINDS, string="Kind of business")
    street = fields.Char(string="Address")
    phone = fields.Char()
    note = fields.Char(string="Notes")
    partner_id = fields.Many2one(
        "res.partner",
        string="Known contact",
        ondelete="set null",
        index="btree_not_null",
        check_company=True,
    )
    active = fields.Boolean(
        default=True, copy=False, help="Archive whoever has closed or moved away."
    )
    name_key = fields.Char(compute="_compute_name_key", store=True, precompute=True)
    canvass_ids = fields.One2many(
        "key.account.canvass", "place_id", string="Contacts", copy=False
    )
    covered = fields.Boolean(compute="_compute_covered", store=True)
    last_canvassed = fields.Date(
        string="Last entered", compute="_compute_covered", store=True
    )

    _market_name_idx = models.Index("(market_id, name_key)")

    # ---------------------------------------- compute

    @api.depends("name")
    def _compute_name_key(self):
        for place in self:
            place.name_key = rules.name_key(place.name)

    @api.depends("canvass_ids.date")
    def _compute_covered(self):
        found = dict(
            self.env["key.account.canvass"]._read_group(
                [("place_id", "in", self.ids)], ["place_id"], ["date:max"]
            )
        )
        for place in self:
            place.last_canvassed = found.get(place._origin, False)
            place.covered = bool(place.last_canvassed)

    # ---------------------------------------- business

    @api.model
    def _open_parents(self, name, parents):
        """Whoever canvasses a market fills its list."""
        if name == "market_id":
            return parents._filtered_access("read")
        return super()._open_parents(name, parents)

    @api.model
    def _of(self, entries):
        """``[place id]`` for each of these values of new contacts: the place of that
        name in its market, put on the list where it is not there yet.

        One search and one create for all of them.
        """
        keys = [
            (vals.get("market_id"), rules.name_key(vals.get("name")))
            for vals in entries
        ]
        found = {
            (place.market_id.id, place.name_key): place.id
            for place in self.with_context(active_test=False).search(
                [
                    ("market_id", "in", [market_id for market_id, _key in keys]),
                    ("name_key", "in", [key for _market_id, key in keys]),
                ],
                order="id desc",
            )
        }
        new = {}
        for key, vals in zip(keys, entries, strict=True):
            if key not in found and key[1]:
                new.setdefault(
                    key,
                    {
                        name: vals[name]
                        for name in ("market_id", "name", "kind", "street", "phone")
                        if vals.get(name)
                    },
                )
        places = self.create(list(new.values()))
        found.update(zip(new, places.ids, strict=True))
        return [found.get(key, False) for key in keys]

    # ---------------------------------------- actions

    def action_canvass(self):
        """Enter a contact with this potential customer."""
        self.ensure_one()
        action = self.market_id.action_canvass()
        action["context"] |= {
            "default_place_id": self.id,
            "default_name": self.name,
            "default_kind": self.kind,
            "default_street": self.street,
            "default_phone": self.phone,
            "default_partner_id": self.partner_id.id,
        }
        action["views"] = [(False, "form")]
        action["view_mode"] = "form"
        return action
