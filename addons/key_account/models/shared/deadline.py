"""The one mechanism for what is due: remind, tell what is overdue, escalate."""

from datetime import datetime, timedelta
from typing import NamedTuple

from odoo import api, fields, models

from ...rules import deadlines as rules
from ...rules.working_time import HOURS
from .label import listed


class Due(NamedTuple):
    """What has to be done on a record, until when, by whom, and who is told next.

    ``key`` tells it apart from anything else that is or was due of the same record, an
    earlier turn of the same included.
    """

    key: str
    deadline: datetime
    company: models.BaseModel
    responsible: models.BaseModel
    managers: models.BaseModel
    directors: models.BaseModel

    @property
    def notice_key(self):
        """A deadline that is moved is another one: it is told of anew."""
        return f"{self.key} {fields.Datetime.to_string(self.deadline)}"

    def people(self, urgency):
        """Who is told: the responsible first, then those above them."""
        if urgency in ("remind", "overdue"):
            return self.responsible
        if urgency == "manager":
            return self.managers - self.responsible
        return self.directors - self.responsible - self.managers


def to_second(moment):
    """The second nearest to a moment: what is stored, so that fractions of hours that
    are no whole microseconds make nothing due earlier."""
    return (moment + timedelta(milliseconds=500)).replace(microsecond=0)


class KeyAccountDeadlineMixin(models.AbstractModel):
    """Something that is due: inherit this, say what is open, and the rest follows.

    Two methods are needed: ``_deadline_domain()`` finds what may be due, and
    ``_deadline_due()`` says what it is, until when and whose. Whoever ends it calls
    ``_deadline_refresh()``, so that what was told about it disappears at once; what is
    forgotten there, the next run of the cron closes.

    A clock may stand still, e.g. while a customer is waited for: ``_deadline_after()``
    and ``_deadline_taken()`` reckon with such pauses, and as long as one lasts the
    record has no ``Due``.
    """

    _name = "key.account.deadline.mixin"
    _description = "Something that is due"

    # Types of the activities by which the responsible was asked from the start, if they
    # were: such a one is headed anew then, instead of a second one beside it.
    _deadline_asked_by = ()

    @api.model
    def _deadline_domain(self, until):
        """Records on which something is due up to ``until``, in UTC."""
        raise NotImplementedError

    def _deadline_due(self):
        """``{record: Due}`` of those on which something is due; for all at once."""
        raise NotImplementedError

    @api.model
    def _deadline_after(self, company, start, hours, pauses=()):
        """When so many working hours of a company are over, from a start in UTC, the
        pauses (list of begin and end, in UTC) not counted; False for zero hours, by
        which nothing is due."""
        if not hours:
            return False
        worked = company._key_account_worked

        def add(moment, amount):
            return company._key_account_deadline(moment, amount, HOURS)

        return to_second(rules.moved(add(start, hours), start, pauses, add, worked))

    @api.model
    def _deadline_taken(self, company, start, end, pauses=()):
        """Working hours of a company between two moments, without the pauses."""
        return rules.time_taken(start, end, pauses, company._key_account_worked)

    def _deadline_document(self, urgency=None):
        """The record that activities are on: this one, or the one it is part of."""
        return self

    def _deadline_name(self):
        """What is due, in the language of whoever reads it."""
        return self.display_name

    def _deadline_act(self, due, urgency):
        """Do what this urgency means beyond telling people; True when it did what there
        was to do, and nobody is told by an activity."""
        return False

    def _deadline_event(self, urgency):
        """What of it the company's messengers are told; None for nothing."""
        return "deadline_overdue" if urgency == "overdue" else None

    def _deadline_text(self, urgency, due):
        """The headline of an activity."""
        self.ensure_one()
        name = self._deadline_name()
        who = listed(self.env, due.responsible.mapped("name"))
        who = who or self.env._("nobody")
        if urgency == "remind":
            return self.env._("Due soon: %s", name)
        if urgency == "overdue":
            return self.env._("Overdue: %s", name)
        return self.env._("Overdue for long: %(what)s (%(who)s)", what=name, who=who)

    def _deadline_refresh(self):
        """Close what was told about what is over by now, or due at another time."""
        if self:
            self._deadline_notices()._close_stale(self.sudo())

    @api.model
    def _deadline_notices(self):
        """What has been told, to be told or closed with full rights: whoever ends
        something ends the activities of others, too, whatever they may read."""
        return self.env["key.account.deadline.notice"].sudo()

    @api.model
    def _key_account_directors(self, companies):
        """``{company: directors who work there}``, for all in one go."""
        # Who belongs to a group is not for everybody to read.
        directors = self.env.ref("key_account.group_director").sudo().all_user_ids
        directors = directors.filtered(lambda user: user.active and not user.share)
        return {
            company: directors.filtered(lambda user, c=company: c in user.company_ids)
            for company in companies
        }
