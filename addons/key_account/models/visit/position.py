"""Where somebody was on checking in, where the company allows it and the browser tells;
never required."""

from math import isfinite

from odoo import api, fields, models
from odoo.exceptions import UserError

# The map that a position opens in: of China, and elsewhere.
_MAPS = {
    "zh": "https://uri.amap.com/marker?position=%(lon)s,%(lat)s&coordinate=wgs84",
    "": "https://www.google.com/maps/search/?api=1&query=%(lat)s,%(lon)s",
}
# Seconds after the tap in which the browser may answer.
_ANSWERED_WITHIN = 300


class KeyAccountVisit(models.Model):
    """The position is read by whoever may read the visit, and by nobody else; only the
    tap that checks in writes it, once."""

    _inherit = "key.account.visit"

    checkin_latitude = fields.Float(
        string="Latitude", digits=(10, 6), readonly=True, copy=False, aggregator=None
    )
    checkin_longitude = fields.Float(
        string="Longitude", digits=(10, 6), readonly=True, copy=False, aggregator=None
    )
    checkin_accuracy = fields.Float(
        string="Accuracy (m)", readonly=True, copy=False, aggregator=None
    )
    checkin_by_id = fields.Many2one(
        "res.users", string="Checked in by", readonly=True, copy=False
    )
    checkin_url = fields.Char(string="Checked in at", compute="_compute_checkin_url")

    @api.depends("checkin_latitude", "checkin_longitude", "checkin_accuracy")
    @api.depends_context("lang")
    def _compute_checkin_url(self):
        address = _MAPS["zh" if (self.env.lang or "").startswith("zh") else ""]
        for visit in self:
            place = {
                "lat": f"{visit.checkin_latitude:.6f}",
                "lon": f"{visit.checkin_longitude:.6f}",
            }
            visit.checkin_url = address % place if visit.checkin_accuracy else False

    def action_check_in(self):
        """One tap on arrival; the browser is asked where that is, if the company
        allows it."""
        arriving = self.filtered(lambda visit: not visit.held_start)
        result = super().action_check_in()
        arriving._write_kept(
            {
                "checkin_by_id": self.env.uid,
                # Planned again after an earlier check-in: that one is past.
                "checkin_latitude": 0.0,
                "checkin_longitude": 0.0,
                "checkin_accuracy": 0.0,
            }
        )
        # A setting of the company, which whoever visits need not read.
        allowed = self.company_id.sudo().key_account_visit_position
        if len(self) != 1 or not arriving or not allowed:
            return result
        return {
            "type": "ir.actions.client",
            "tag": "key_account_ask_position",
            "params": {"visit_id": self.id},
        }

    def action_keep_position(self, latitude, longitude, accuracy):
        """Keep where the browser says that the tap was.

        :param latitude: degrees north, -90 to 90
        :param longitude: degrees east, -180 to 180
        :param accuracy: metres, as the browser estimates
        :raise UserError: the company does not allow it, it is too late or no position
        """
        self.ensure_one()
        self.check_access("write")
        if not self.company_id.sudo().key_account_visit_position:
            raise UserError(
                self.env._(
                    "%s does not record positions. Nothing was recorded.",
                    self.company_id.name,
                )
            )
        elapsed = fields.Datetime.now() - (self.held_start or fields.Datetime.now())
        if (
            self.state != "confirmed"
            or self.checkin_by_id != self.env.user
            or self.checkin_accuracy
            or elapsed.total_seconds() > _ANSWERED_WITHIN
        ):
            raise UserError(
                self.env._(
                    "%s: the position is recorded once, at check-in, by whoever"
                    " checks in.",
                    self.display_name,
                )
            )
        values = [self._to_number(each) for each in (latitude, longitude, accuracy)]
        if not (
            all(map(isfinite, values))
            and abs(values[0]) <= 90
            and abs(values[1]) <= 180
            and 0 <= values[2]
        ):
            raise UserError(self.env._("This is not a position on earth."))
        self._write_kept(
            {
                "checkin_latitude": values[0],
                "checkin_longitude": values[1],
                "checkin_accuracy": max(values[2], 1.0),
            }
        )
        return True

    @api.model
    def _to_number(self, value):
        try:
            return float(value)
        except (TypeError, ValueError):
            return float("nan")
