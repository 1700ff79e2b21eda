"""Visits given to a colleague, because somebody is away."""

from datetime import timedelta
from functools import partial

from markupsafe import escape
from pytz import timezone

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ...rules.evidence import said
from ...rules.working_time import begins
from ..shared.label import listed

_TO_DO = ("planned", "confirmed", "held")
# Whoever makes a visit can open the account until its report has been reviewed.
_REPORTING = timedelta(days=14)


class KeyAccountVisit(models.Model):
    _inherit = "key.account.visit"

    @api.constrains("user_id", "key_account_id")
    def _check_can_open(self):
        """Whoever is to make a visit, and to report it, can open it, or will when the
        day has come: they stand in then."""
        to_do = self.filtered(lambda v: v.key_account_id and not v.is_history)
        to_do = to_do.filtered(lambda visit: visit.state in _TO_DO)
        for person, visits in to_do.grouped("user_id").items():
            closed = (visits - visits._open_to(person)).filtered(
                lambda visit, who=person: (
                    not visit.key_account_id._lets_in(
                        who, visit.company_id._key_account_day(visit.date_start)
                    )
                )
            )
            if closed:
                raise ValidationError(
                    self.env._(
                        "%(person)s cannot open “%(what)s”. Add them to the account"
                        " team, or choose somebody who is on it.",
                        person=person.name,
                        what=listed(self.env, closed.mapped("display_name")),
                    )
                )

    def _give_to(self, person, reason):
        """Have a colleague make these visits; the calendar follows, nobody is sent
        anything. Who cannot open an account stands in on it until it is reported, which
        whoever staffs its team decides."""
        self._assert_state(("planned", "confirmed"), self.env._("given to a colleague"))
        self._assert_fit(person)
        reason = self._assert_reason(reason, self.env._("why a colleague makes it"))
        before = {visit: visit.user_id for visit in self}
        self._let_in(person)
        quiet = self.with_context(mail_auto_subscribe_no_notify=True)
        quiet.write({"user_id": person.id})
        self._move_activities(before, person)
        self._note_given(before, person, reason)
        if closed := self - self._open_to(person):
            raise UserError(
                self.env._(
                    "%(person)s could not open: %(visits)s. Nothing was given away.",
                    person=person.sudo().name,
                    visits=listed(self.env, closed.mapped("display_name")),
                )
            )

    def _assert_fit(self, person):
        # Groups and companies of others are not for everybody to read.
        person = person.sudo()
        if problems := person._key_account_unfit(self.company_id):
            raise UserError(
                self.env._(
                    "%(person)s cannot take over:\n%(problems)s\nChoose somebody else,"
                    " or have this set right under Settings / Users first.",
                    person=person.name,
                    problems="\n".join(f"- {problem}" for problem in problems),
                )
            )

    def _let_in(self, person):
        """Where the account is closed to them, they stand in from today on."""
        accounts = self.key_account_id
        closed = accounts - accounts.browse(self._reader(person, accounts)._ids)
        for account in closed:
            visits = self.filtered(lambda v, own=account: v.key_account_id == own)
            first = account.company_id._key_account_today()
            last = max(visits.mapped("date_end")).date() + _REPORTING
            for member in account.sudo().member_ids:
                if member.user_id == person and member.date_to:
                    last = max(last, member.date_to)
            account._stand_in(person, first, last)

    def _open_to(self, person):
        self.env.flush_all()
        return self.browse(self._reader(person, self)._ids)

    def _reader(self, person, records):
        reader = records.with_user(person)
        companies = person.sudo().company_ids.ids
        reader = reader.with_context(allowed_company_ids=companies)
        return reader._filtered_access("read")

    def _move_activities(self, before, person):
        theirs = self.activity_ids.filtered(
            lambda activity: activity.user_id == before[self.browse(activity.res_id)]
        )
        # With full rights: the visit is given by whoever may, with what is asked of it.
        theirs = theirs.sudo()
        theirs.with_context(mail_activity_quick_update=True).write(
            {"user_id": person.id}
        )

    def _note_given(self, before, person, reason):
        self._message_log_batch(
            {
                visit.id: escape(
                    self.env._(
                        "Given from %(old)s to %(new)s. %(reason)s",
                        old=old.sudo().name,
                        new=person.sudo().name,
                        reason=said(reason),
                    )
                )
                for visit, old in before.items()
            }
        )

    def _ahead_of(self, person, first, last):
        """Domain of the visits that somebody is to make in these days, as their clock
        shows them."""
        company = self.env.company
        zone = person.sudo().tz or company._key_account_time_zone(company.id)
        begin = partial(begins, zone=timezone(zone))
        return (
            Domain("user_id", "=", person.id)
            & Domain("state", "in", ("planned", "confirmed"))
            & Domain("date_start", ">=", begin(first))
            & Domain("date_start", "<", begin(last + timedelta(days=1)))
            & Domain("date_end", ">=", fields.Datetime.now())
        )


class KeyAccount(models.Model):
    _inherit = "key.account"

    def _lets_in(self, person, day):
        """Whether this person is on the account's team on a day, standing in or for
        good."""
        self.ensure_one()
        # Who works for an account is asked with full rights.
        return any(
            not member.date_to or (member.date_from or day) <= day <= member.date_to
            for member in self.sudo().member_ids
            if member.user_id.id == person.id
        )
