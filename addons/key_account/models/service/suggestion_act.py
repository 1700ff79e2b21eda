"""A suggestion's way: judged, carried out, thanked for; and who is told."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import format_date

from ...rules.evidence import said
from ..shared.act import begin_act
from ..shared.label import listed, selection_labels
from ..shared.working_time import today_of
from .suggestion import SCORES

DECISIONS = ("accepted", "later", "declined")
# Of these another decision can be taken; what is adopted can only be planned anew.
_UNDECIDED = ("collected", "later", "declined")
# What else is to be done about it is somebody's own.
_ACTIVITY = "key_account.mail_activity_suggestion"
# What became of it is new: the customer does not know it yet.
_UNTOLD = {"told_on": False, "told_by_id": False}


class KeyAccountSuggestion(models.Model):
    _inherit = "key.account.suggestion"

    # The judgement
    value = fields.Selection(
        SCORES, string="Benefit", readonly=True, copy=False, tracking=True
    )
    effort = fields.Selection(SCORES, readonly=True, copy=False, tracking=True)
    reason = fields.Text(
        string="Reason for the decision", readonly=True, copy=False, tracking=True
    )
    judged_by_id = fields.Many2one(
        "res.users", string="Judged by", readonly=True, copy=False, ondelete="restrict"
    )
    judged_on = fields.Datetime("Judged on", readonly=True, copy=False)

    # Carrying it out
    goal = fields.Text(readonly=True, copy=False, tracking=True)
    responsible_id = fields.Many2one(
        "res.users",
        string="Carried out by",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
    )
    due = fields.Date(string="Until", readonly=True, copy=False, tracking=True)
    result = fields.Text(readonly=True, copy=False, tracking=True)
    done_on = fields.Datetime(string="Carried out on", readonly=True, copy=False)
    is_overdue = fields.Boolean(
        "Is overdue", compute="_compute_is_overdue", search="_search_is_overdue"
    )

    # Thanks
    thanks = fields.Text(
        string="Thanks or reward", readonly=True, copy=False, tracking=True
    )
    told_on = fields.Datetime(
        string="Customer told on",
        readonly=True,
        copy=False,
        tracking=True,
        help="When one of us told the customer what became of it.",
    )
    told_by_id = fields.Many2one(
        "res.users",
        string="Customer told by",
        readonly=True,
        copy=False,
        tracking=True,
        ondelete="restrict",
    )
    is_mine = fields.Boolean(compute="_compute_what_user_may")
    can_judge = fields.Boolean(compute="_compute_what_user_may")
    can_carry_out = fields.Boolean(compute="_compute_what_user_may")

    # ---------------------------------------- compute

    @api.depends("state", "due")
    def _compute_is_overdue(self):
        for each in self:
            late = each.due and each.due < today_of(each)
            each.is_overdue = bool(late) and each.state == "accepted"

    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        # Which day it is where, not what stands in the companies.
        companies = self.env["res.company"].sudo().search(Domain.TRUE)
        late = Domain("state", "=", "accepted") & Domain.OR(
            Domain("company_id", "in", there.ids) & Domain("due", "<", today)
            for today, there in companies.grouped(
                lambda company: company._key_account_today()
            ).items()
        )
        return late if True in value else ~late

    @api.depends_context("uid")
    @api.depends("team_id", "user_id", "responsible_id")
    def _compute_what_user_may(self):
        user = self.env.user
        for each in self:
            each.is_mine = each.user_id == user
            each.can_judge = each._is_judged_by_user()
            each.can_carry_out = each.can_judge or each.responsible_id == user

    # ---------------------------------------- actions

    def action_judge(
        self, decision, value, effort, reason, goal=None, responsible=None, due=None
    ):
        """Decide on them: accepted ones say what is to be reached, by whom, until when.
        Once accepted, that can be said anew, as where whoever carries it out leaves.

        :param decision: one of ``DECISIONS``
        :param value: what it would bring, ``"1"`` to ``"5"``
        :param effort: what it would take, likewise
        :param responsible: id of the user who carries it out
        :param due: the day until which, in the company's time zone
        """
        again = ("accepted",) if decision == "accepted" else ()
        begin_act(self, (*_UNDECIDED, *again))
        self._assert_judged_by_user()
        reason = said(reason)
        if decision not in DECISIONS or not {value, effort} <= dict(SCORES).keys():
            raise UserError(
                self.env._(
                    "Choose what is decided, and judge value and effort from 1 to 5."
                )
            )
        if not reason:
            raise UserError(self.env._("Say why: the proposer is told."))
        plan = dict.fromkeys(("goal", "responsible_id", "due"), False)
        if decision == "accepted":
            plan = self._plan(goal, responsible, due)
        self._write_kept(
            {
                "state": decision,
                "value": value,
                "effort": effort,
                "reason": reason,
                "judged_by_id": self.env.uid,
                "judged_on": fields.Datetime.now(),
                **_UNTOLD,
                **plan,
            }
        )
        self._end_activities()
        if decision == "accepted":
            self._ask_to_carry_out()
        self._tell_proposer("decided")
        return True

    def action_done(self, result):
        """It is carried out, with this result."""
        begin_act(self, ("accepted",))
        user = self.env.user
        if others := self.filtered(
            lambda s: s.responsible_id != user and not s._is_judged_by_user()
        ):
            raise AccessError(
                self.env._(
                    "Only whoever carries it out, or judges it, can say what came of"
                    " it: %s.",
                    listed(self.env, others.mapped("display_name")),
                )
            )
        if not (result := said(result)):
            raise UserError(self.env._("Say what came of it."))
        now = fields.Datetime.now()
        self._write_kept({"state": "done", "result": result, "done_on": now, **_UNTOLD})
        self._end_activities()
        self._tell_proposer("done")
        return True

    def action_thank(self, thanks):
        """Note how the proposer was thanked or rewarded, and tell them."""
        begin_act(self, ("accepted", "later", "declined", "done"))
        self._assert_judged_by_user()
        if not (thanks := said(thanks)):
            raise UserError(self.env._("Say how the proposer is thanked."))
        self._write_kept({"thanks": thanks})
        self._tell_proposer("thanked")
        return True

    def action_told_customer(self):
        """The customer who suggested it knows what became of it."""
        begin_act(self, ("accepted", "later", "declined", "done"))
        if others := self.filtered(lambda s: s.source != "customer"):
            raise UserError(
                self.env._(
                    "%s: suggested by a colleague, who is told anyway.",
                    listed(self.env, others.mapped("display_name")),
                )
            )
        if told := self.filtered("told_on"):
            raise UserError(
                self.env._(
                    "%s: somebody has told the customer already.",
                    listed(self.env, told.mapped("display_name")),
                )
            )
        now = fields.Datetime.now()
        self._write_kept({"told_on": now, "told_by_id": self.env.uid})
        return True

    def action_withdraw(self, reason):
        """Whoever made it takes it back, until it is judged."""
        begin_act(self, ("collected", "later"))
        if self.filtered(lambda s: s.user_id != self.env.user):
            raise AccessError(
                self.env._("Only whoever made a suggestion takes it back.")
            )
        if not (reason := said(reason)):
            raise UserError(self.env._("Say why you take it back."))
        self._write_kept({"state": "withdrawn", "reason": reason})
        self._end_activities()
        return True

    # ---------------------------------------- who

    def _is_judged_by_user(self):
        """Managers of the team judge, and directors of the company; never their own."""
        self.ensure_one()
        user = self.env.user
        if self.env.su and user._is_superuser():
            return True
        if self.user_id == user or not user.has_group("key_account.group_manager"):
            return False
        if self.company_id not in user.company_ids:
            return False
        managers = self.team_id._with_people()._key_account_managers()
        return user in managers or user.has_group("key_account.group_director")

    def _assert_judged_by_user(self):
        if others := self.filtered(lambda s: not s._is_judged_by_user()):
            raise AccessError(
                self.env._(
                    "Suggestions are judged by the managers of their team and by"
                    " directors, never by whoever made them: %s.",
                    listed(self.env, others.mapped("display_name")),
                )
            )

    # ---------------------------------------- carrying it out

    def _plan(self, goal, responsible, due):
        """What an accepted one needs, all of it said at once."""
        goal, due = said(goal), fields.Date.to_date(due)
        person = self.env["res.users"].browse(int(responsible or 0)).exists()
        gaps = [
            text
            for text, there in (
                (self.env._("the goal"), goal),
                (self.env._("who carries it out"), person),
                (self.env._("until when"), due),
            )
            if not there
        ]
        if gaps:
            raise UserError(
                self.env._("What is accepted also says: %s.", listed(self.env, gaps))
            )
        if any(due < today_of(suggestion) for suggestion in self):
            raise ValidationError(
                self.env._(
                    "The day by which it is to be carried out is over already. Choose"
                    " a later day."
                )
            )
        for suggestion in self:
            if not suggestion._can_be_done_by(person):
                raise ValidationError(
                    self.env._(
                        "%(person)s does not work with suggestions in %(company)s:"
                        " choose somebody who does.",
                        person=person.name,
                        company=suggestion.company_id.name,
                    )
                )
        return {"goal": goal, "responsible_id": person.id, "due": due}

    def _can_be_done_by(self, person):
        """Whether this person could open it, once they are named: an active colleague
        of the company who has the screen."""
        # In which companies somebody works is not for everybody to read.
        person = person.sudo()
        model = self.env[self._name].with_user(person)
        return (
            person.active
            and not person.share
            and self.company_id in person.company_ids
            and model.has_access("write")
        )

    # ---------------------------------------- telling

    def _ask_to_judge(self):
        """One who judges has it in their list from the first day."""
        directors = self.env["key.account.deadline.mixin"]._key_account_directors(
            self.company_id
        )
        for suggestion in self:
            # A manager's own, and what is of no team, waits for a director.
            people = suggestion.team_id._with_people()._key_account_managers()
            people |= directors[suggestion.company_id]
            judges = people.filtered(
                lambda user, of=suggestion: (
                    user.active and of.with_user(user)._is_judged_by_user()
                )
            )
            if judges:
                suggestion._remind(
                    judges[0], lambda each: each.env._("Waiting for judgement")
                )

    def _ask_to_carry_out(self):
        for suggestion in self:
            suggestion._remind(
                suggestion.responsible_id,
                lambda each: each.env._("Carry out: %s", each.name),
                date_deadline=suggestion.due,
            )

    def _remind(self, person, text, **values):
        """In their own language, whoever asks them."""
        # An activity for somebody else is nothing that its author has to read.
        self.sudo().activity_schedule(
            _ACTIVITY,
            user_id=person.id,
            summary=text(self.with_context(lang=person.lang)),
            **values,
        )

    def _end_activities(self):
        # They may be other people's.
        self.sudo().activity_unlink([_ACTIVITY])

    def _tell_proposer(self, what):
        """By Odoo's own notice, in the proposer's language; a customer is told by a
        person."""
        for suggestion in self:
            person = suggestion.user_id
            if person == self.env.user or not person.active:
                continue
            own = suggestion.with_context(lang=person.lang)
            suggestion.message_notify(
                partner_ids=person.partner_id.ids,
                subject=own.display_name,
                body=own._notice(what),
                model_description=own.env["ir.model"]._get(self._name).display_name,
            )

    def _notice(self, what):
        if what == "thanked":
            return self.env._("Thank you for your suggestion. %s", self.thanks)
        if what == "done":
            return self.env._("Your suggestion is carried out. %s", self.result)
        state = selection_labels(self, "state")[self.state]
        if self.state == "accepted":
            return self.env._(
                "Your suggestion is decided: %(state)s. %(reason)s %(who)s carries it"
                " out by %(day)s.",
                state=state,
                reason=self.reason,
                who=self.responsible_id.name,
                day=format_date(self.env, self.due),
            )
        return self.env._(
            "Your suggestion is decided: %(state)s. %(reason)s",
            state=state,
            reason=self.reason,
        )
