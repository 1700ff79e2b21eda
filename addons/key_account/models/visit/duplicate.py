"""A visit like another one: still to come."""

import pytz

from odoo import fields, models

from ...rules.working_time import weeks_later


class KeyAccountVisit(models.Model):
    _inherit = "key.account.visit"

    def copy_data(self, default=None):
        """A visit still to come: at the same time of the week, by the clock of whoever
        makes it; to be dated."""
        given, now = default or {}, fields.Datetime.now()
        result = []
        for visit, vals in zip(self, super().copy_data(default), strict=True):
            if "date_start" not in given:
                weeks = max((now - visit.date_start).days // 7 + 1, 1)
                zone = visit._clock()
                start = weeks_later(visit.date_start, weeks, zone)
                if start <= now:
                    # An hour of summer time is between them.
                    start = weeks_later(start, 1, zone)
                vals["date_start"] = start
                vals["date_end"] = start + (visit.date_end - visit.date_start)
            result.append(vals)
        return result

    def _clock(self):
        """The time zone of whoever makes the visit; of the company, where they have
        none."""
        company = self.company_id
        name = self.user_id.tz or company._key_account_time_zone(company.id)
        return pytz.timezone(name)
