"""A confirmed visit stands in the calendar."""

from datetime import datetime, time

import pytz

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import plaintext2html
from odoo.tools.misc import clean_context

from ..shared.label import listed

# Whichever of these is written, a meeting may begin or end at another time. Odoo's own
# list, without the length, is for what it tells attendees.
_TIMES = frozenset(("start", "stop", "duration", "allday", "start_date", "stop_date"))
# Hours that Odoo gives a meeting of whole days.
_DAY_BEGINS, _DAY_ENDS = time(8), time(18)


class CalendarEvent(models.Model):
    _name = "calendar.event"
    _inherit = ["key.account.kept", "calendar.event"]

    key_account_visit_id = fields.Many2one(
        "key.account.visit",
        string="Visit",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        groups="base.group_user",
    )

    def write(self, vals):
        """Moving the event moves its visit; archiving it takes the visit's date."""
        # Core takes names out of ``vals`` while it writes.
        visits = self._assert_may_change_visits(vals)
        if visits and vals.get("recurrency"):
            self._assert_no_visit_recurs(visits)
        moved = not _TIMES.isdisjoint(vals)
        archived = vals.get("active") is False
        result = super().write(vals)
        if moved:
            visits._follow_calendar()
        if archived:
            visits._lose_calendar()
        return result

    def unlink(self):
        visits = self._assert_may_change_visits()
        result = super().unlink()
        visits._lose_calendar()
        return result

    @api.model
    def _check_field_access(self, field, operation):
        # Not in _has_field_access(): that is asked whenever a field is read, too.
        result = super()._check_field_access(field, operation)
        if (
            field.name == "key_account_visit_id"
            and operation == "write"
            and not self.env.su
        ):
            raise AccessError(
                self.env._("The visit itself says which meeting belongs to it.")
            )
        return result

    @api.model
    def _key_account_quietly(self):
        """This model without anything that sends a mail or a pop-up."""
        quietly = {
            "no_mail_to_attendees": True,
            "skip_attendee_notification": True,
            "skip_contact_description": True,
            "dont_notify": True,
            "mail_create_nolog": True,
            "mail_create_nosubscribe": True,
            "mail_notrack": True,
        }
        context = {**clean_context(self.env.context), **quietly}
        return self.with_env(self.env(su=True, context=context))

    def _assert_no_visit_recurs(self, visits):
        raise UserError(
            self.env._(
                "%(visits)s: the event of a visit cannot be repeated. Plan"
                " further visits instead.",
                visits=listed(self.env, visits.mapped("display_name")),
            )
        )


class KeyAccountVisit(models.Model):
    """A confirmed visit has one calendar event; each follows when the other moves."""

    _inherit = "key.account.visit"

    calendar_partner_ids = fields.Many2many(
        "res.partner",
        "key_account_visit_calendar_rel",
        "visit_id",
        "partner_id",
        string="In the calendar for this visit",
        readonly=True,
        copy=False,
        help="Our people whom the visit has put into its meeting, without those invited"
        " there by hand.",
    )

    def _create_calendar(self):
        events = (
            self.env["calendar.event"]
            ._key_account_quietly()
            ._create_kept([visit._calendar_values() for visit in self])
        )
        for visit, event in zip(self, events, strict=True):
            visit._write_kept({"calendar_event_id": event.id})
            visit.sudo()._set_kept({"calendar_partner_ids": event.partner_ids})

    def _calendar_values(self):
        """The event of a visit, with our people: customers are invited by hand."""
        self.ensure_one()
        ours = self.user_id | self.participant_ids.user_id
        values = {
            "name": self.name,
            "start": self.date_start,
            "stop": self.date_end,
            "allday": False,
            "location": self.place,
            "privacy": "private",
            # The description goes with every invitation, also to a customer.
            "notes": self.objectives and plaintext2html(self.objectives),
            "user_id": self.user_id.id,
            "partner_ids": [fields.Command.set(ours.partner_id.ids)],
            "key_account_visit_id": self.id,
        }
        if len(self.opportunity_ids) == 1:
            values["opportunity_id"] = self.opportunity_ids.id
        return values

    def _push_calendar(self):
        """Bring events of confirmed visits up to date, make those that are missing.

        With full rights: whoever plans the visit need not see all of its opportunities.
        """
        confirmed = self.sudo().filtered(lambda visit: visit.state == "confirmed")
        without = confirmed.filtered(lambda visit: not visit.calendar_event_id)
        for visit in confirmed - without:
            event = visit.calendar_event_id._key_account_quietly()
            values = visit._calendar_values()
            values.pop("notes")
            values.pop("partner_ids")
            changed = {
                name: value
                for name, value in values.items()
                if (event[name].id if name.endswith("_id") else event[name]) != value
            }
            if people := visit._come_and_go(event):
                changed["partner_ids"] = people
            if not _TIMES.isdisjoint(changed):
                # From one of them alone Odoo computes the other.
                changed.update(start=visit.date_start, stop=visit.date_end)
            if changed:
                event.write(changed)
        if without:
            without._create_calendar()
            without._write_kept({"to_reschedule": False})

    def _come_and_go(self, event):
        """Commands that bring our people into the meeting, and those out of it who take
        part no more; whoever was invited there by hand stays."""
        ours = (self.user_id | self.participant_ids.user_id).partner_id
        left = (self.calendar_partner_ids - ours) & event.partner_ids
        missing = ours - event.partner_ids
        if self.calendar_partner_ids != ours:
            self._set_kept({"calendar_partner_ids": ours})
        return [
            *(fields.Command.unlink(partner.id) for partner in left),
            *(fields.Command.link(partner.id) for partner in missing),
        ]

    def _follow_calendar(self):
        """The event was moved: so is the visit, as long as it has not taken place."""
        for visit in self.filtered(lambda visit: visit.state == "confirmed"):
            event = visit.calendar_event_id
            if not event:
                continue
            start, end = visit._meeting_hours(event)
            if (start, end) != (visit.date_start, visit.date_end):
                visit._write_kept({"date_start": start, "date_end": end})
            if event.allday:
                visit._push_calendar()

    def _meeting_hours(self, event):
        """When its meeting begins and ends, in UTC: one of whole days has the hours of
        a day, where Odoo keeps dates."""
        self.ensure_one()
        if not event.allday:
            return event.start, event.stop
        zone = pytz.timezone(self.user_id.tz or "UTC")
        return tuple(
            zone.localize(datetime.combine(moment.date(), hour))
            .astimezone(pytz.utc)
            .replace(tzinfo=None)
            for moment, hour in ((event.start, _DAY_BEGINS), (event.stop, _DAY_ENDS))
        )

    def _lose_calendar(self):
        """The event is gone: the visit needs a new date."""
        self.exists().filtered(lambda visit: visit.state == "confirmed")._write_kept(
            {"calendar_event_id": False, "to_reschedule": True}
        )

    def _end_meeting(self):
        """It took place: what Odoo asked for in the calendar's name is done. With full
        rights, as the opportunity may be a colleague's."""
        self.sudo().calendar_event_id.activity_ids.action_feedback()

    def _remove_calendar(self):
        self.calendar_event_id._key_account_quietly().unlink()


class KeyAccountVisitParticipant(models.Model):
    """Who takes part stands in the meeting, whichever way they were named."""

    _inherit = "key.account.visit.participant"

    @api.model_create_multi
    def create(self, vals_list):
        people = super().create(vals_list)
        people.visit_id._push_calendar()
        return people

    def write(self, vals):
        visits = self.visit_id
        result = super().write(vals)
        (visits | self.visit_id)._push_calendar()
        return result

    def unlink(self):
        visits = self.visit_id
        result = super().unlink()
        visits._push_calendar()
        return result
