"""Visits in the order in which somebody on the road needs them, and the way there."""

from urllib.parse import quote

from odoo import api, fields, models
from odoo.tools import SQL

from ...rules.working_time import begins

# A link that opens the map application where one is installed: the maps that are used
# in China, and elsewhere.
_MAPS = {
    "zh": "https://uri.amap.com/search?keyword=%s",
    "": "https://www.google.com/maps/search/?api=1&query=%s",
}


class KeyAccountVisit(models.Model):
    _inherit = "key.account.visit"

    agenda = fields.Integer(
        compute="_compute_agenda",
        aggregator=None,
        help="To order by: today first, then what comes next, then the past.",
    )
    map_url = fields.Char(compute="_compute_map_url")

    def _compute_agenda(self):
        self.agenda = 0

    @api.depends("place")
    @api.depends_context("lang")
    def _compute_map_url(self):
        address = _MAPS["zh" if (self.env.lang or "").startswith("zh") else ""]
        for visit in self:
            visit.map_url = visit.place and address % quote(visit.place)

    def _by_agenda(self):
        """These visits in the order of ``agenda``."""
        today = self._agenda_today()
        return self.sorted(
            lambda visit: (
                visit.date_start < today,
                abs(visit.date_start - today),
                visit.id,
            )
        )

    def _agenda_today(self):
        """When the reader's day began, in UTC."""
        # Where the clocks are changed in the night, it was another offset than now.
        return begins(fields.Date.context_today(self), self.env.tz)

    def _order_field_to_sql(self, alias, field_name, direction, nulls, query):
        if field_name != "agenda":
            return super()._order_field_to_sql(
                alias, field_name, direction, nulls, query
            )
        start = SQL.identifier(alias, "date_start")
        today = fields.Datetime.to_string(self._agenda_today())
        return SQL(
            "%(start)s < %(today)s, ABS(EXTRACT(EPOCH FROM %(start)s - %(today)s))",
            start=start,
            today=SQL("%s::timestamp", today),
        )
