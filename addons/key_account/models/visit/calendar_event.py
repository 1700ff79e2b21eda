"""A confirmed visit stands in the calendar."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import plaintext2html
from odoo.tools.misc import clean_context


class CalendarEvent(models.Model):
    _inherit = "calendar.event"

    key_account_visit_id = fields.Many2one(
        "key.account.visit",
        string="Visit",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )

    def write(self, vals):
        """Moving the event moves its visit; archiving it takes the visit's date."""
        if vals.get("recurrency"):
            self._assert_no_visit_recurs()
        # Core takes names out of ``vals`` while it writes.
        moved = not self._get_time_fields().isdisjoint(vals)
        archived = vals.get("active") is False
        result = super().write(vals)
        if moved:
            self._key_account_visits()._follow_calendar()
        if archived:
            self._key_account_visits()._lose_calendar()
        return result

    def unlink(self):
        visits = self._key_account_visits()
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

    def _key_account_visits(self):
        """Their visits. With full rights: whoever moves a meeting moves the visit with
        it, also one they cannot open.
        """
        return self.sudo().key_account_visit_id

    def _assert_no_visit_recurs(self):
        visits = self._key_account_visits()
        if visits:
            raise UserError(
                self.env._(
                    "%(visits)s: the event of a visit cannot be repeated. Plan"
                    " further visits instead.",
                    visits=", ".join(visits.mapped("display_name")),
                )
            )


class KeyAccountVisit(models.Model):
    """A confirmed visit has one calendar event; each follows when the other moves."""

    _inherit = "key.account.visit"

    def _create_calendar(self):
        events = (
            self.env["calendar.event"]
            ._key_account_quietly()
            .create([visit._calendar_values() for visit in self])
        )
        for visit, event in zip(self, events, strict=True):
            visit._write_kept({"calendar_event_id": event.id})

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
            "description": self.objectives and plaintext2html(self.objectives),
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
            values.pop("description")
            ours = set(values.pop("partner_ids")[0][2])
            changed = {
                name: value
                for name, value in values.items()
                if (event[name].id if name.endswith("_id") else event[name]) != value
            }
            missing = ours - set(event.partner_ids.ids)
            if missing:
                changed["partner_ids"] = [
                    fields.Command.link(partner) for partner in missing
                ]
            if changed:
                event.write(changed)
        if without:
            without._create_calendar()
            without._write_kept({"to_reschedule": False})

    def _follow_calendar(self):
        """The event was moved: so is the visit, as long as it has not taken place."""
        for visit in self.filtered(lambda visit: visit.state == "confirmed"):
            event = visit.calendar_event_id
            if event and (event.start, event.stop) != (
                visit.date_start,
                visit.date_end,
            ):
                visit._write_kept({"date_start": event.start, "date_end": event.stop})

    def _lose_calendar(self):
        """The event is gone: the visit needs a new date."""
        self.exists().filtered(lambda visit: visit.state == "confirmed")._write_kept(
            {"calendar_event_id": False, "to_reschedule": True}
        )

    def _remove_calendar(self):
        self.calendar_event_id._key_account_quietly().unlink()
