"""A visit like another one: still to come."""

from datetime import timedelta

from odoo import fields, models


class KeyAccountVisit(models.Model):
    _inherit = "key.account.visit"

    def copy_data(self, default=None):
        """A visit still to come: at the same time of the week, to be dated."""
        given, now = default or {}, fields.Datetime.now()
        result = []
        for visit, vals in zip(self, super().copy_data(default), strict=True):
            if "date_start" not in given:
                weeks = max((now - visit.date_start).days // 7 + 1, 1)
                vals["date_start"] = visit.date_start + timedelta(weeks=weeks)
                vals["date_end"] = visit.date_end + timedelta(weeks=weeks)
            result.append(vals)
        return result
