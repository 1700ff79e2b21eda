"""When people have time for a visit, and what they have in hand already."""

from collections import Counter, defaultdict
from datetime import datetime, time, timedelta

from pytz import UTC, timezone

from odoo.fields import Domain

from ...rules import visit_cycle
from ..shared.working_time import whole_weeks

_DAY = timedelta(days=1)


class FreeTime:
    """The working time of people between two days, and what is taken of it, as naive
    times of each person's own clock.

    Working time is that of the person's resource, else of the company, without holidays
    and time off. Taken are visits, made by them or with them, and meetings that show
    them as busy. A handful of queries, however many people, days and visits.
    """

    def __init__(self, company, people, first, after, but=None):
        """
        :param first: first day
        :param after: the day after the last
        :param but: visits that take no time: they are about to be moved
        """
        # Whether somebody has time does not hang on what of it the asker may read; of
        # leaves and meetings nothing but the hours is told.
        self.company = company.sudo()
        self.people = people.sudo()
        self.first, self.after = first, after
        company_zone = self.company._key_account_time_zone(company.id)
        self.zones = {
            person.id: timezone(person.tz or company_zone) for person in self.people
        }
        self.hours, self.work = defaultdict(list), defaultdict(list)
        self.busy, self.taken = defaultdict(list), defaultdict(Counter)
        begin = datetime.combine(first, time()) - _DAY
        end = datetime.combine(after, time()) + _DAY
        self._read_calendars(UTC.localize(begin), UTC.localize(end))
        self._read_visits(begin, end, but)
        self._read_meetings(begin, end)

    def person(self, person, length, since):
        """What the rules need to know of somebody's month.

        :param length: timedelta of one visit
        :param since: naive moment in UTC: nothing is planned before the next day
        """
        tomorrow = self.local(person, since).date() + _DAY
        start = datetime.combine(max(tomorrow, self.first), time())
        past = [(datetime.min, start)]
        return visit_cycle.Person(
            person.id,
            visit_cycle.cut(self.work[person.id], self.busy[person.id] + past, length),
            dict(self.taken[person.id]),
            bool(visit_cycle.free(self.hours[person.id], past)),
            bool(visit_cycle.free(self.work[person.id], past)),
        )

    def why_not(self, person, start, end, others=()):
        """Why a person cannot make a visit then (UTC), see ``visit_cycle.fits()``.

        :param others: (start, end) in UTC of what else is going to be taken
        """
        busy = [*self.busy[person.id], *(self._span(person, *each) for each in others)]
        span = self._span(person, start, end)
        return visit_cycle.fits(span, self.work[person.id], busy)

    def local(self, person, moment):
        """A naive moment in UTC as the person's clock shows it, naive."""
        zone = self.zones[person.id]
        return UTC.localize(moment).astimezone(zone).replace(tzinfo=None)

    def utc(self, person, moment):
        zone = self.zones[person.id]
        return zone.localize(moment).astimezone(UTC).replace(tzinfo=None)

    # ------------------------------------------------------------
    # WHAT IS READ
    # ------------------------------------------------------------

    def _read_calendars(self, begin, end):
        by_person = {
            resource.user_id: resource
            for resource in self.people.env["resource.resource"].search(
                Domain("user_id", "in", self.people.ids)
                & Domain("company_id", "in", [False, self.company.id]),
                order="company_id desc, id desc",
            )
        }
        none = self.people.env["resource.resource"]
        general = self.company._key_account_calendar()
        of_calendar = defaultdict(list)
        for person in self.people:
            resource = by_person.get(person, none)
            of_calendar[resource.calendar_id or general].append((person, resource))
        for calendar, those in of_calendar.items():
            if calendar:
                self._read_calendar(calendar, those, begin, end)

    def _read_calendar(self, calendar, those, begin, end):
        resources = calendar.env["resource.resource"].union(
            *(resource for _person, resource in those)
        )
        holidays = self.company._key_account_holidays()
        hours = self._hours_of(calendar, resources, begin, end)
        leaves = calendar._leave_intervals_batch(begin, end, resources, holidays)
        for person, resource in those:
            # Odoo leaves out holidays without a company where it looks at a person.
            away = [*leaves[resource.id], *leaves[False]]
            self.hours[person.id] = self._clipped(person, hours[resource.id])
            self.work[person.id] = visit_cycle.free(
                self.hours[person.id], [self._naive(person, each) for each in away]
            )

    def _hours_of(self, calendar, resources, begin, end):
        """``{resource id: working hours}``, ``False`` for whoever has no resource.

        Who works by no calendar, at any hour of any day as Odoo has it, visits when the
        company works. Flexible hours are dealt out from the day on from which Odoo is
        asked: from a Monday, as the resource's clock shows it.
        """
        own, hours = resources.filtered("calendar_id"), {}
        if not calendar.flexible_hours:
            hours = calendar._attendance_intervals_batch(begin, end, own)
        else:
            zones = {calendar.tz: own.browse(), **own.grouped("tz")}
            # The calendar's last: each says its own for whoever has no resource.
            for zone in sorted(zones, key=lambda each: each == calendar.tz):
                span = whole_weeks(begin, end, timezone(zone or "UTC"))
                hours |= calendar._attendance_intervals_batch(*span, zones[zone])
        return hours | {each.id: hours[False] for each in resources - own}

    def _read_visits(self, begin, end, but):
        visits = self.people.env["key.account.visit"].search(
            Domain("state", "!=", "cancelled")
            & Domain("date_start", "<", end)
            & Domain("date_end", ">", begin)
            & Domain("id", "not in", but.ids if but else [])
            & (
                Domain("user_id", "in", self.people.ids)
                | Domain("participant_ids.user_id", "in", self.people.ids)
            )
        )
        for visit in visits:
            for person in self.people & (visit.user_id | visit.participant_ids.user_id):
                span = self._span(person, visit.date_start, visit.date_end)
                self.busy[person.id].append(span)
                self.taken[person.id][span[0].date()] += 1

    def _read_meetings(self, begin, end):
        partners = {person.partner_id: person for person in self.people}
        attendees = self.people.env["calendar.attendee"].search(
            Domain("partner_id", "in", [partner.id for partner in partners])
            & Domain("state", "!=", "declined")
            & Domain("event_id.active", "=", True)
            & Domain("event_id.show_as", "=", "busy")
            & Domain("event_id.key_account_visit_id", "=", False)
            & Domain("event_id.start", "<", end)
            & Domain("event_id.stop", ">", begin)
        )
        for attendee in attendees:
            person, event = partners[attendee.partner_id], attendee.event_id
            if event.allday:
                first, last = event.start.date(), event.stop.date()
                span = (
                    datetime.combine(first, time()),
                    datetime.combine(last, time()) + _DAY,
                )
            else:
                span = self._span(person, event.start, event.stop)
            self.busy[person.id].append(span)

    # ------------------------------------------------------------
    # CLOCKS
    # ------------------------------------------------------------

    def _span(self, person, start, end):
        return self.local(person, start), self.local(person, end)

    def _naive(self, person, interval):
        zone = self.zones[person.id]
        return tuple(
            moment.astimezone(zone).replace(tzinfo=None) for moment in interval[:2]
        )

    def _clipped(self, person, intervals):
        first = datetime.combine(self.first, time())
        after = datetime.combine(self.after, time())
        spans = [self._naive(person, interval) for interval in intervals]
        outside = [(datetime.min, first), (after, datetime.max)]
        return visit_cycle.free(spans, outside)
