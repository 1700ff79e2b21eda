from datetime import timedelta

from odoo import fields, models

from ..rules import working_time


class ResCompany(models.Model):
    _inherit = "res.company"

    def _key_account_deadline(self, start_dt, amount, unit):
        """When ``amount`` of this company's working time has passed since a start.

        The company's calendar and its holidays count. Without a calendar, or with one
        that nobody works by, plain hours and days do.

        :param start_dt: naive datetime in UTC, as stored
        :param amount: number of units, e.g. ``8.0``
        :param unit: ``"hours"`` or ``"days"``, see ``rules.working_time``
        :return: naive datetime in UTC
        """
        return self._key_account_deadlines([start_dt], amount, unit)[start_dt]

    def _key_account_deadlines(self, starts, amount, unit):
        """Deadlines of many starts at once: ``{start: deadline}``."""
        self.ensure_one()
        calendar = self.sudo().resource_calendar_id
        hours = working_time.working_hours(amount, unit, calendar.hours_per_day or 24.0)
        # Holidays without a calendar of their own count for their company only.
        holidays = [("time_type", "=", "leave"), ("company_id", "in", [False, self.id])]
        deadlines = {}
        for start in {fields.Datetime.to_datetime(start) for start in starts}:
            end = calendar and calendar.plan_hours(
                hours, start, compute_leaves=True, domain=holidays
            )
            deadlines[start] = end or start + timedelta(hours=hours)
        return deadlines
