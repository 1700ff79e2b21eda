"""The meeting of a visit is private, and belongs to the visit: to others it is taken
time, and who may not change the visit does not change its meeting."""

from itertools import repeat

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

# What an attendee may write by Odoo's own rules: their answer, and notes.
_OF_ATTENDEES = frozenset(("current_status", "notes"))
# What a private meeting is about. Odoo shows none of it to others; nor are they told
# by searching for it.
_TELLING = frozenset(
    "name display_name location description notes display_description"
    " opportunity_id res_id res_model res_model_id res_model_name activity_ids"
    " key_account_visit_id videocall_location videocall_channel_id access_token"
    " categ_ids message_ids message_partner_ids message_follower_ids".split()
)
# Ours alone: a customer who was invited sees the meeting, and none of these.
_INNER = frozenset(
    "notes opportunity_id res_id res_model res_model_id activity_ids".split()
)
# Who comes, and the key with which anybody answers in their name.
_WHO_COMES = frozenset(("partner_id", "common_name", "email", "phone"))


class CalendarEvent(models.Model):
    _inherit = "calendar.event"

    @api.model
    def _search(self, domain, *args, **kwargs):
        if not self.env.su and _asks_for(domain, _TELLING):
            domain = Domain.AND([domain, self._open_to_user()])
        return super()._search(domain, *args, **kwargs)

    def _fetch_query(self, query, fields):
        events = super()._fetch_query(query, fields)
        inner = [field for field in fields if field.name in _INNER]
        if inner and not self.env.su and not self.env.user._is_internal():
            of_visits = self.browse(events._key_account_visits().calendar_event_id.ids)
            for field in inner:
                self.env.cache.update(of_visits & events, field, repeat(None))
        return events

    @api.model
    def _open_to_user(self, path=""):
        """Meetings that are not private, or in which the user takes part."""
        return Domain.OR(
            [
                [(f"{path}privacy", "!=", "private")],
                [(f"{path}user_id", "=", self.env.uid)],
                [(f"{path}partner_ids", "in", self.env.user.partner_id.ids)],
            ]
        )

    def _key_account_visits(self):
        """Their visits, with full rights: that a meeting is one of a visit does not
        hang on who may open the visit. Asked of the visits, as what others must not
        see of a meeting is empty for them."""
        return (
            self.env["key.account.visit"]
            .sudo()
            .search([("calendar_event_id", "in", self.ids)])
        )

    def _assert_may_change_visits(self, vals=None):
        """Raise where one of these meetings is of a visit that the user may not change.

        :param vals: what is to be written; None for a meeting that is to go
        :return: their visits, with full rights
        """
        visits = self._key_account_visits()
        if self.env.su or not visits:
            return visits
        if vals is not None and _OF_ATTENDEES.issuperset(vals):
            return visits
        self.check_access("unlink" if vals is None else "write")
        allowed = visits.with_env(self.env).has_access("write")
        if not allowed or (vals and vals.get("privacy", "private") != "private"):
            raise AccessError(
                self.env._(
                    "This meeting belongs to a visit and stays private. Whoever may"
                    " change the visit moves, changes or cancels it there: ask its"
                    " organiser."
                )
            )
        return visits


class CalendarAttendee(models.Model):
    _inherit = "calendar.attendee"

    @api.model
    def _search(self, domain, *args, **kwargs):
        if not self.env.su and _asks_for(domain, _WHO_COMES | {"access_token"}):
            events = self.env["calendar.event"]
            domain = Domain.AND([domain, events._open_to_user("event_id.")])
        return super()._search(domain, *args, **kwargs)

    def _fetch_query(self, query, fields):
        attendees = super()._fetch_query(query, fields)
        if self.env.su:
            return attendees
        telling = [field for field in fields if field.name in _WHO_COMES]
        token = [field for field in fields if field.name == "access_token"]
        if telling:
            hidden = attendees - attendees.sudo().filtered_domain(
                self.env["calendar.event"]._open_to_user("event_id.")
            ).with_env(self.env)
            for field in telling:
                self.env.cache.update(hidden, field, repeat(None))
        if token:
            others = attendees._of_visits_of_others()
            for field in token:
                self.env.cache.update(others, field, repeat(None))
        return attendees

    def unlink(self):
        self._assert_may_uninvite()
        return super().unlink()

    def _of_visits_of_others(self):
        """Invitations to the meeting of a visit that are not the user's own."""
        attendees = self.sudo()
        own = attendees.filtered_domain(
            [("partner_id", "=", self.env.user.partner_id.id)]
        )
        events = attendees.event_id._key_account_visits().calendar_event_id
        return (
            (attendees - own)
            .filtered(lambda a: a.event_id in events)
            .with_env(self.env)
        )

    def _assert_may_uninvite(self):
        if not self.env.su:
            self._of_visits_of_others().sudo().event_id.with_env(
                self.env
            )._assert_may_change_visits({"partner_ids": []})


def _asks_for(domain, names):
    return any(
        condition.field_expr.partition(".")[0] in names
        for condition in Domain(domain).iter_conditions()
    )
