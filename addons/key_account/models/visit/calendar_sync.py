"""What a colleague's calendar elsewhere (google_calendar, microsoft_calendar) says of
the meeting of a visit: Odoo brings it in with full rights, whoever's calendar it is."""

from odoo import models
from odoo.fields import Command

from ..shared.outermost import stand_before

# How these modules write a meeting, and how they take it out.
_WRITE = ("_write_from_google", "_write_from_microsoft")
_CANCEL = ("_cancel", "_cancel_microsoft")
# The visit says whose meeting it is, and that it is private, takes place, and once.
_OF_THE_VISIT = frozenset(
    ("privacy", "user_id", "active", "recurrency", "follow_recurrence")
)


class CalendarEvent(models.Model):
    _inherit = "calendar.event"

    def _register_hook(self):
        super()._register_hook()
        for name in _WRITE:
            stand_before(self.env, self._name, name, _brought_in)
        for name in _CANCEL:
            stand_before(self.env, self._name, name, _taken_out)

    def _of_visits_to_change(self):
        """Those of these meetings that are of a visit; and of them those whose visit
        may be changed by whose calendar it is, in whichever of their companies."""
        user = self.env.user
        visits = self._key_account_visits()
        own = visits.with_user(user).with_context(
            allowed_company_ids=user._get_company_ids()
        )
        return (
            self & visits.calendar_event_id.with_env(self.env),
            self
            & own._filtered_access("write").sudo().calendar_event_id.with_env(self.env),
        )

    def _own_attendees(self):
        partner = self.env.user.partner_id
        return self.attendee_ids.filtered(lambda each: each.partner_id == partner)


def _brought_in(go_on, events, remote, vals):
    """Refusing would end the whole of their synchronisation, now and ever after: of
    whoever may not change the visit it brings in their own answer, and no more."""
    of_visits, changed = events._of_visits_to_change()
    result = go_on(events - of_visits, remote, vals) if events - of_visits else None
    if changed:
        rest = {name: vals[name] for name in vals.keys() - _OF_THE_VISIT}
        go_on(changed, remote, rest)
    own = (of_visits - changed)._own_attendees()
    for command in vals.get("attendee_ids") or ():
        if command[0] == Command.UPDATE and command[1] in own._ids:
            if state := command[2].get("state"):
                own.browse(command[1]).state = state
    return result


def _taken_out(go_on, events):
    of_visits, changed = events._of_visits_to_change()
    kept = of_visits - changed
    kept._own_attendees().do_decline()
    return go_on(events - kept) if events - kept else None
