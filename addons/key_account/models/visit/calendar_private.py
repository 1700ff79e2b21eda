"""The meeting of a visit is private, and belongs to the visit: to others it is taken
time, and who may not change the visit does not change its meeting."""

from itertools import repeat

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.orm.utils import COLLECTION_TYPES
from odoo.tools import SQL

from odoo.addons.base.models.ir_attachment import condition_values

from ..shared.as_created import as_created

# What an attendee may write by Odoo's own rules: their answer, and notes; and that
# their calendar elsewhere has yet to be told of it (google_calendar,
# microsoft_calendar).
_OF_ATTENDEES = frozenset(("current_status", "notes", "need_sync", "need_sync_m"))
# Of an invitation that is their own.
_ANSWER = frozenset(("state", "availability"))
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
# In the context of a search that begins with a contact: it says who comes. It closes,
# and opens nothing.
_BY_CONTACT = "key_account_meetings_by_contact"


class CalendarEvent(models.Model):
    _inherit = "calendar.event"

    @api.model
    def _search(self, domain, *args, **kwargs):
        if not self.env.su and (
            _asks_for(domain, _TELLING) or self._asks_who_comes(domain)
        ):
            domain = Domain.AND([domain, self._open_to_user()])
        return super()._search(domain, *args, **kwargs)

    def _order_field_to_sql(self, alias, field_name, direction, nulls, query):
        if not self.env.su and field_name.partition(".")[0] in _TELLING:
            return _order_of_open(self, "", alias, field_name, direction, nulls, query)
        return super()._order_field_to_sql(alias, field_name, direction, nulls, query)

    def message_subscribe(self, partner_ids=None, subtype_ids=None):
        # Whoever follows is told what is written there; Odoo asks them for no more than
        # that they see the time it takes.
        if not self.env.su and self._private_of_others():
            return False
        return super().message_subscribe(partner_ids, subtype_ids)

    def action_sendmail(self):
        self._assert_may_invite()
        return super().action_sendmail()

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

    def _private_of_others(self):
        """Those of these of which the user sees the time, and no more."""
        events = self.sudo()
        return (events - events.filtered_domain(self._open_to_user())).with_env(
            self.env
        )

    def _asks_who_comes(self, domain):
        """Whether it is asked for meetings of other people than ours: whose time is
        taken everybody may see, and by which customer nobody else."""
        if self.env.context.get(_BY_CONTACT):
            return True
        people = set()
        for condition in Domain(domain).iter_conditions():
            name, _dot, rest = condition.field_expr.partition(".")
            if name != "partner_ids":
                continue
            value = condition.value
            ids = value if isinstance(value, COLLECTION_TYPES) else [value]
            if rest or any(type(each) is not int for each in ids):
                return True
            people.update(ids)
        people.discard(self.env.user.partner_id.id)
        if not people:
            return False
        ours = [("partner_id", "in", list(people)), ("share", "=", False)]
        users = self.env["res.users"].sudo().with_context(active_test=False)
        return len(users.search(ours).partner_id) < len(people)

    def _key_account_visits(self):
        """Their visits, with full rights: that a meeting is one of a visit does not
        hang on who may open the visit. Asked of the visits, as what others must not
        see of a meeting is empty for them."""
        return (
            self.env["key.account.visit"]
            .sudo()
            .search([("calendar_event_id", "in", self.ids)])
        )

    def _assert_may_invite(self):
        """Raise where one of these is of a visit that the user may not change: who
        comes, and who is asked to, is said by whoever may."""
        self._assert_may_change_visits({"partner_ids": []})

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
                    "This meeting belongs to a visit and stays private. It is moved,"
                    " changed or cancelled on the visit, by whoever may change that:"
                    " ask its organiser."
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

    def _order_field_to_sql(self, alias, field_name, direction, nulls, query):
        if not self.env.su and field_name.partition(".")[0] in _WHO_COMES:
            return _order_of_open(
                self, "event_id.", alias, field_name, direction, nulls, query
            )
        return super()._order_field_to_sql(alias, field_name, direction, nulls, query)

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

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            self._assert_may_join(as_created(self, vals_list, ("event_id",)))
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su:
            answers = _ANSWER.issuperset(vals)
            (self._of_visits_of_others() if answers else self)._assert_may_uninvite()
            self._assert_may_join([vals])
        return super().write(vals)

    def unlink(self):
        if not self.env.su:
            self._of_visits_of_others()._assert_may_uninvite()
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

    @api.model
    def _assert_may_join(self, vals_list):
        """Raise where somebody comes to the meeting of a visit that the user may not
        change, whichever way its number is written."""
        number = self.env["key.account.under"]._to_id
        ids = {number("event_id", vals.get("event_id")) for vals in vals_list}
        self.env["calendar.event"].browse(filter(None, ids))._assert_may_invite()

    def _assert_may_uninvite(self):
        self.sudo().event_id.with_env(self.env)._assert_may_invite()


class IrAttachment(models.Model):
    """What hangs on a private meeting, its invitation first of all, says what it is
    about: to whoever may read that."""

    _inherit = "ir.attachment"

    @api.model
    def _search(self, domain, *args, **kwargs):
        if not self.env.su and not kwargs.get("bypass_access"):
            names = condition_values(self, "res_model", Domain(domain))
            if names and "calendar.event" in names:
                events = self.env["calendar.event"].with_context(active_test=False)
                seen = events._search(events._open_to_user())
                domain = Domain(domain) & (
                    Domain("res_model", "!=", events._name)
                    | Domain("res_id", "in", seen)
                )
        return super()._search(domain, *args, **kwargs)

    def _inaccessible_comodel_records(self, model_and_ids, operation):
        yield from super()._inaccessible_comodel_records(model_and_ids, operation)
        events = self.env["calendar.event"]
        if not self.env.su and (ids := model_and_ids.get(events._name)):
            hidden = events.browse(filter(None, ids)).exists()._private_of_others()
            for event in hidden:
                yield event._name, event.id


class ResPartner(models.Model):
    """Which customer comes to a meeting is told to whoever may see it."""

    _inherit = "res.partner"

    meeting_ids = fields.Many2many(context={_BY_CONTACT: True})

    def _compute_meeting(self):
        contacts = self.with_context(**{_BY_CONTACT: True})
        return super(ResPartner, contacts)._compute_meeting()

    @api.model
    def _search(self, domain, *args, **kwargs):
        # By number Odoo asks nobody for the meeting itself.
        if not self.env.su and _asks_for(domain, {"meeting_ids"}):
            domain = Domain(domain).optimize(self).map_conditions(self._by_meeting)
        return super()._search(domain, *args, **kwargs)

    @api.model
    def _by_meeting(self, condition):
        if condition.field_expr != "meeting_ids" or condition.operator not in (
            "in",
            "not in",
        ):
            return condition
        events = self.env["calendar.event"].with_context(**{_BY_CONTACT: True})
        numbers = [number for number in condition.value if number]
        found = Domain("meeting_ids", "any", events._search([("id", "in", numbers)]))
        if False in condition.value:
            found |= Domain("meeting_ids", "not any", events._search(Domain.TRUE))
        return found if condition.operator == "in" else ~found


def _order_of_open(model, path, alias, field_name, direction, nulls, query):
    """What others must not see of a meeting has no place in an order, either."""
    name = field_name.partition(".")[0]
    shown = Domain(model.env["calendar.event"]._open_to_user(path))
    return SQL(
        "CASE WHEN %s THEN %s END %s %s",
        shown.optimize_full(model)._to_sql(model, alias, query),
        model._field_to_sql(alias, name, query),
        direction,
        nulls,
    )


def _asks_for(domain, names):
    return any(
        condition.field_expr.partition(".")[0] in names
        for condition in Domain(domain).iter_conditions()
    )
