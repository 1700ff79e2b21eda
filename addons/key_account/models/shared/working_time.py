"""When things are due: the working time, holidays and days of a company."""

from datetime import datetime, time, timedelta

from pytz import UTC, timezone

from odoo import api, fields, models, tools
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date

from ...rules import deadlines, working_time
from .remembered import forget

# As far as deadlines commonly reach, and as many months as are looked up for one.
_SOON = timedelta(days=28)
_MONTHS_KEPT_AT_ONCE = 2
# How often it is looked so far ahead, or back: for about four years.
_LONG = 50


def _whole(moment):
    """The second that a moment falls short of by a microsecond."""
    short = moment.microsecond == 999999
    return moment + timedelta(microseconds=1) if short else moment


def whole_weeks(first, last, zone):
    """From the Monday on or before a moment until the one after another."""
    begin = first.astimezone(zone).date()
    begin -= timedelta(days=begin.weekday())
    end = last.astimezone(zone).date()
    end += timedelta(days=7 - end.weekday())
    return tuple(zone.localize(datetime.combine(day, time())) for day in (begin, end))


def day_for(env, user, deadline):
    """The day of a deadline (in UTC) as the user's clock shows it."""
    if isinstance(deadline, datetime):
        there = env.user.with_context(tz=user.tz or env.context.get("tz"))
        return fields.Datetime.context_timestamp(there, deadline).date()
    return deadline or fields.Date.context_today(env.user)


def today_of(records):
    """Today where the company of these records works: no day of the process hangs on
    the time zone of whoever acts, or says so in a context."""
    return (records.company_id[:1] or records.env.company)._key_account_today()


def assert_has_come(records, day):
    """Raise where a day on which something is said to have happened to these records is
    still to come where their company works."""
    if day > today_of(records):
        raise UserError(
            records.env._(
                "%(day)s has not come yet. Say on which day it happened, or do it"
                " on that day.",
                day=format_date(records.env, day),
            )
        )


class ResCompany(models.Model):
    _inherit = "res.company"

    @api.model
    @tools.ormcache("company_id")
    def _key_account_time_zone(self, company_id):
        return self.browse(company_id or [])._key_account_calendar().tz or "UTC"

    def _key_account_timezone(self):
        """Name of the time zone in which this company's days and periods begin and end:
        that of its calendar."""
        self.ensure_one()
        return self._key_account_time_zone(self.id)

    def _key_account_calendar(self):
        # What is due from somebody does not depend on whether they may read when the
        # company works.
        return self.sudo().resource_calendar_id

    def _key_account_today(self):
        """Today where this company works. Authority begins and ends by it, so that
        neither a caller's context nor a user's own time zone moves the day."""
        return self._key_account_day(fields.Datetime.now())

    def _key_account_day(self, moment):
        """The day of a moment (naive, in UTC) where this company works."""
        zone = timezone(self._key_account_time_zone(self.id))
        try:
            return UTC.localize(moment).astimezone(zone).date()
        except OverflowError:
            # “For ever”, as somebody wrote it: no calendar has the day after.
            return moment.date()

    @api.model
    def _key_account_before_today(self, name):
        """Domain of records whose day ``name`` is over where their company works."""
        # All companies, not those that whoever asks may see.
        companies = (
            self.sudo()
            .with_context(active_test=False)
            .search(Domain("id", "!=", False))
        )
        return Domain.OR(
            Domain("company_id", "in", those.ids) & Domain(name, "<", today)
            for today, those in companies.grouped(
                lambda company: company._key_account_today()
            ).items()
        )

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
        a_day = self._key_account_hours_per_day(self.id) or 24.0
        hours = working_time.working_hours(amount, unit, a_day)
        found = {}
        for start in {fields.Datetime.to_datetime(start) for start in starts}:
            end = self._key_account_soon(start, hours) or self._key_account_planned(
                start, hours
            )
            found[start] = end or start + timedelta(hours=hours)
        return found

    def _key_account_soon(self, start, hours):
        """When so many working hours have passed, where that is not far ahead; None
        else."""
        work = self._key_account_kept_work(start, start + _SOON)
        return work and working_time.moment_after(work, start, hours)

    def _key_account_planned(self, start, hours):
        """The same however far ahead; None without working time."""
        calendar = self._key_account_calendar()
        for _nth in range(_LONG if calendar._key_account_is_worked() else 0):
            work = self._key_account_work(calendar, start, start + _SOON)
            if found := working_time.moment_after(work, start, hours):
                return found
            hours -= working_time.hours_within(work, start, start + _SOON)
            start += _SOON
        return None

    def _key_account_earlier(self, end, hours):
        """When to begin, so that so many working hours are left until a moment; None
        without working time."""
        calendar = self._key_account_calendar()
        for _nth in range(_LONG if calendar._key_account_is_worked() else 0):
            work = self._key_account_work(calendar, end - _SOON, end)
            if found := working_time.moment_before(work, end, hours):
                return found
            hours -= working_time.hours_within(work, end - _SOON, end)
            end -= _SOON
        return None

    def _key_account_thresholds(self, now):
        """``{company: Thresholds}``: how far the working time before and after ``now``
        reaches, by the hours that each company has set.

        A handful of queries per company, however many deadlines are compared with them.

        :param now: naive datetime in UTC
        """
        return {
            company: deadlines.Thresholds(
                company._key_account_shift(now, company.key_account_remind_hours),
                company._key_account_shift(now, -company.key_account_escalate_hours),
                company._key_account_shift(now, -company.key_account_director_hours),
            )
            for company in self
        }

    def _key_account_shift(self, moment, hours):
        """``moment`` moved by working hours, back where negative; None for zero."""
        if not hours:
            return None
        if hours > 0:
            return self._key_account_deadline(moment, hours, working_time.HOURS)
        earlier = self._key_account_earlier(moment, -hours)
        return earlier or moment + timedelta(hours=hours)

    def _key_account_holidays(self):
        """Holidays without a calendar of their own count for their company only."""
        return [("time_type", "=", "leave"), ("company_id", "in", [False, self.id])]

    def _key_account_working_hours(self, spans):
        """Hours of this company's working time in each of these spans; the calendar is
        asked once. Without a calendar, or with one that nobody works by, all hours
        count, as they do for deadlines.

        :param spans: list of (start, end), naive datetimes in UTC
        """
        self.ensure_one()
        if not spans:
            return []
        first = min(start for start, _end in spans)
        last = max(end for _start, end in spans)
        work = self._key_account_kept_work(first, last)
        if work is None:
            calendar = self._key_account_calendar()
            if not calendar._key_account_is_worked():
                return [(end - start).total_seconds() / 3600 for start, end in spans]
            work = self._key_account_work(calendar, first, last)
        return [working_time.hours_within(work, *span) for span in spans]

    def _key_account_worked(self, start, end):
        """Hours of this company's working time between two moments."""
        return self._key_account_working_hours([(start, end)])[0]

    def _key_account_work(self, calendar, first, last):
        """Intervals of working time between two moments, all naive in UTC. Those until
        midnight end a microsecond before it in Odoo: here they last until then, else
        what takes a whole night would not be done with it."""
        span = UTC.localize(first), UTC.localize(last)
        if calendar.flexible_hours:
            # Odoo deals out their hours from the day on from which it is asked.
            span = whole_weeks(*span, timezone(calendar.tz or "UTC"))
        work = calendar._work_intervals_batch(
            *span, domain=self._key_account_holidays()
        )[False]
        there = [
            (
                begin.astimezone(UTC).replace(tzinfo=None),
                _whole(end.astimezone(UTC).replace(tzinfo=None)),
            )
            for begin, end, _meta in work
        ]
        return [
            (max(begin, first), min(end, last))
            for begin, end in there
            if begin < last and end > first
        ]

    def _key_account_kept_work(self, first, last):
        """The same from what is kept of each month; None where that would be asked of
        many months, or cannot be kept."""
        months = [(first.year, first.month)]
        while months[-1] < (last.year, last.month):
            if len(months) == _MONTHS_KEPT_AT_ONCE:
                return None
            year, month = months[-1]
            months.append((year + month // 12, month % 12 + 1))
        work = []
        for month in months:
            kept = self._key_account_month(self.id, *month)
            if kept is None:
                return None
            work += kept
        return [
            (max(begin, first), min(end, last))
            for begin, end in work
            if begin < last and end > first
        ]

    @api.model
    @tools.ormcache("company_id", "year", "month")
    def _key_account_month(self, company_id, year, month):
        """Working time of a company in a month, as ``_key_account_work`` finds it; None
        without a calendar that somebody works by.
        Kept for everybody until a calendar or its holidays change.
        """
        # What is kept for everybody must not depend on who asks first, and how.
        company = self.with_env(self.env(su=True, context={})).browse(company_id)
        calendar = company._key_account_calendar()
        if not calendar._key_account_is_worked():
            return None
        first = datetime(year, month, 1)
        last = datetime(year + month // 12, month % 12 + 1, 1)
        return tuple(company._key_account_work(calendar, first, last))

    @api.model
    @tools.ormcache("company_id")
    def _key_account_hours_per_day(self, company_id):
        return (
            self.browse(company_id)._key_account_calendar()._key_account_daily_hours()
        )

    def _key_account_ahead(self, wanted):
        """When working time ahead of a moment begins: ``{(moment, amount, unit):
        moment}``. The calendar is asked once a month of moments, however many.

        :param wanted: set of (naive datetime in UTC, amount, unit), as
            ``_key_account_deadline()`` takes them
        """
        self.ensure_one()
        calendar = self._key_account_calendar()
        a_day = calendar._key_account_daily_hours() or 24.0
        found, months = {}, {}
        for each in wanted:
            month = (each[0].year, each[0].month)
            hours = working_time.working_hours(each[1], each[2], a_day)
            months.setdefault(month, []).append((each, each[0], hours))
        for rows in months.values():
            work = []
            if calendar:
                days = max(hours for _each, _end, hours in rows) / a_day
                first = min(end for _each, end, _hours in rows)
                last = max(end for _each, end, _hours in rows)
                # Twice the days for weekends, two weeks for the longest holidays.
                first -= timedelta(days=2 * days + 14)
                work = self._key_account_work(calendar, first, last)
            for each, end, hours in rows:
                begin = working_time.moment_before(work, end, hours)
                # Where few days are worked, it lies further back than that.
                found[each] = begin or self._key_account_shift(end, -hours)
        return found


class ResourceCalendar(models.Model):
    _inherit = "resource.calendar"

    def _key_account_is_worked(self):
        """Whether there are hours at all; no calendar has none, nor has one of breaks
        alone, or one that is flexible and says of no hours how many."""
        if self.flexible_hours:
            return min(self.hours_per_day, self.full_time_required_hours) > 0
        return any(each._is_work_period() for each in self.attendance_ids)

    def _key_account_daily_hours(self):
        """Hours of a day on which people work; 0 where nobody does."""
        return self.hours_per_day if self._key_account_is_worked() else 0.0

    def write(self, vals):
        res = super().write(vals)
        forget(self.env)
        return res


class ResourceCalendarAttendance(models.Model):
    _inherit = "resource.calendar.attendance"

    @api.model_create_multi
    def create(self, vals_list):
        attendances = super().create(vals_list)
        forget(self.env)
        return attendances

    def write(self, vals):
        result = super().write(vals)
        forget(self.env)
        return result

    def unlink(self):
        result = super().unlink()
        forget(self.env)
        return result


class ResourceCalendarLeaves(models.Model):
    _inherit = "resource.calendar.leaves"

    @api.model_create_multi
    def create(self, vals_list):
        leaves = super().create(vals_list)
        leaves._forget_kept_work()
        return leaves

    def write(self, vals):
        # A holiday that becomes somebody's own leave, too.
        self._forget_kept_work()
        # Undone with the refusal, should somebody swallow it.
        with self.env.cr.savepoint():
            result = super().write(vals)
            # Odoo asks what it was, and not what it becomes: anybody's own leave, made
            # nobody's, is a holiday of the company, which moves all deadlines.
            self.check_access("write")
        self._forget_kept_work()
        return result

    def unlink(self):
        self._forget_kept_work()
        return super().unlink()

    def _forget_kept_work(self):
        """Holidays are everybody's; what one person takes is no matter of others."""
        if not all(leave.resource_id for leave in self):
            forget(self.env)
