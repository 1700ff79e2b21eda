"""The one mechanism for what is due: remind, tell what is overdue, escalate."""

from datetime import datetime
from typing import NamedTuple

from odoo import api, fields, models


class Step(NamedTuple):
    """What has to be done on a record, until when, by whom, and who is told next.

    ``key`` tells this step apart from any other of the same record, an earlier turn of
    the same step included.
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

    def people(self, level):
        """Who is told on a level: the responsible first, then those above them."""
        if level in ("remind", "overdue"):
            return self.responsible
        if level == "manager":
            return self.managers - self.responsible
        return self.directors - self.responsible - self.managers


class KeyAccountDeadlineMixin(models.AbstractModel):
    """Something that is due: inherit this, say what is open, and the rest follows.

    Two methods are needed: ``_deadline_domain()`` finds what may be due, and
    ``_deadline_steps()`` says which step it is, until when and whose. Whoever ends a
    step calls ``_deadline_refresh()``, so that what was told about it disappears at
    once; what is forgotten there, the next run of the cron closes.
    """

    _name = "key.account.deadline.mixin"
    _description = "Something that is due"

    # Types of the activities by which the responsible was asked from the start, if they
    # were: such a one is headed anew then, instead of a second one beside it.
    _deadline_asked_by = ()

    @api.model
    def _deadline_domain(self, until):
        """Records with an open step that is due up to ``until``, in UTC."""
        raise NotImplementedError

    def _deadline_steps(self):
        """``{record: Step}`` of those with an open step; for all at once."""
        raise NotImplementedError

    def _deadline_document(self, level=None):
        """The record that activities are on: this one, or the one it is part of."""
        return self

    def _deadline_name(self):
        """What is due, in the language of whoever reads it."""
        return self.display_name

    def _deadline_act(self, step, level):
        """Do what a level means beyond telling people; True when it did what there was
        to do, and nobody is told by an activity."""
        return False

    def _deadline_text(self, level, step):
        """The headline of an activity."""
        self.ensure_one()
        name = self._deadline_name()
        who = ", ".join(step.responsible.mapped("name")) or self.env._("nobody")
        if level == "remind":
            return self.env._("Due soon: %s", name)
        if level == "overdue":
            return self.env._("Overdue: %s", name)
        return self.env._("Overdue for long: %(what)s (%(who)s)", what=name, who=who)

    def _deadline_refresh(self):
        """Close what was told about steps of these records that are over or moved."""
        if self:
            self.env["key.account.deadline.notice"]._close_stale(self)

    @api.model
    def _key_account_directors(self, companies):
        """``{company: directors who work there}``, for all in one go."""
        directors = self.env.ref("key_account.group_director").sudo().all_user_ids
        directors = directors.filtered(lambda user: user.active and not user.share)
        return {
            company: directors.filtered(lambda user, c=company: c in user.company_ids)
            for company in companies
        }
