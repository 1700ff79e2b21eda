"""Who signs a quotation off: levels, availability, delegation.

Entered with full rights: who decides is found among people that whoever asks may not
see.
"""

import math
from typing import NamedTuple

from odoo import models

from ...rules import routing as rules
from ...rules.states import OPEN_EVENTS


class Routed(NamedTuple):
    """The level that decides, the people who are asked, and whether they decide on
    their own quotation for want of anybody else."""

    level: models.BaseModel
    users: models.BaseModel
    sole: bool


class SaleOrder(models.Model):
    _inherit = "sale.order"

    # ------------------------------------------------------------
    # ROUTING
    # ------------------------------------------------------------

    def _route(self, required_level, requester=None, enough=None):
        """Who decides a quotation that needs ``required_level``, as :class:`Routed`.

        :param enough: the levels that may accept what lies outside; by default all
        """
        self.ensure_one()
        found = rules.route(
            self._rungs(enough),
            self._reach(required_level),
            frozenset(self._involved(requester).ids),
            self._able_ids(),
            team=self._team_ids,
            stand_ins=self._stand_ins(),
            sole=self.company_id._key_account_setting("key_account_sole_sign_off"),
        )
        return self._routed(found)

    def _decided_by(self, decision, requester=None):
        """The same of what was measured."""
        return self._route(decision.required_level, requester, decision.enough)

    def _team_ids(self):
        """Who works in or manages the order's team: they are asked first."""
        team = self.team_id
        return frozenset((team._key_account_managers() | team.member_ids).ids)

    def _route_escalated(self, reached, requester=None):
        """The next level above ``reached`` with somebody who may decide."""
        self.ensure_one()
        found = rules.escalated(
            self._rungs(self._enough()),
            reached,
            frozenset(self._involved(requester).ids),
            self._able_ids(),
            stand_ins=self._stand_ins(),
        )
        return self._routed(found)

    def _routed(self, found):
        level = self.env["key.account.authority.level"]
        if found.level is not None:
            level = level._by_sequence(self.company_id, found.level)
        users = self.env["res.users"].browse(sorted(found.people))
        return Routed(level, users, found.sole)

    def _enough(self):
        """The levels that may accept these terms, as they are now."""
        return self._found_at_hand()[self].decision.enough

    def _rungs(self, enough=None):
        """The ladder of the company, the leader of this order's team included.

        :param enough: of these levels only
        """
        ladder = self.env["key.account.authority.level"]._ladder(self.company_id.id)
        leader = frozenset(self.team_id.user_id.ids)
        return [
            rules.Rung(sequence, users | leader if counts else users)
            for sequence, _id, users, counts in ladder
            if enough is None or sequence in enough
        ]

    @staticmethod
    def _reach(required_level):
        # Where the limits ask for no level, the lowest will do.
        return required_level if required_level is not None else 0

    def _involved(self, requester=None):
        """Who may not decide: the author of the terms, the salesperson, the
        requester."""
        author = self.terms_author_id or self.create_uid
        return author | self.user_id | (requester or self.env["res.users"])

    def _able_ids(self):
        """Who of the ladder, or standing in, can decide in this company at all."""
        stand_ins = self._stand_ins()
        ids = {person for rung in self._rungs() for person in rung.people}
        users = self.env["res.users"].browse(sorted(ids | {*stand_ins.values()}))
        return frozenset(
            users.filtered(lambda user: user._may_sign_off(self.company_id)).ids
        )

    def _stand_ins(self):
        return self.env["key.account.authority.delegation"]._in_force(self.company_id)

    def _delegator_of(self, user, needed, involved, enough):
        """Whose authority ``user`` decides with: the lowest sufficient one."""
        Level = self.env["key.account.authority.level"]
        stand_ins, able = self._stand_ins(), self._able_ids()
        excluded = frozenset(involved.ids)
        candidates = []
        for delegator_id in stand_ins:
            lent = rules.stand_in_for(delegator_id, stand_ins, excluded, able)
            delegator = user.browse(delegator_id)
            level = Level._level_of(delegator, self.company_id, self.team_id)
            suffices = level is not None and level >= needed and level in enough
            if lent == user.id and suffices:
                candidates.append((level, delegator_id))
        return user.browse(min(candidates)[1] if candidates else [])

    def _why_nobody(self, required_level, enough=None):
        """Why nobody can decide, and what to do about it."""
        reach = self._reach(required_level)
        rungs = [rung for rung in self._rungs(enough) if rung.level >= reach]
        if not rungs:
            return self.env._(
                "No authority level reaches that far. Improve the terms, or have"
                " Configuration complete the levels and limits."
            )
        people = {person for rung in rungs for person in rung.people}
        if not people:
            return self.env._(
                "The levels that could decide have no members. Configuration has to"
                " name some."
            )
        return self.env._(
            "Whoever could decide made, sells or requested this quotation, or is not"
            " available. Configuration has to name somebody else, or allow sole"
            " sign-off at the top level."
        )

    # ------------------------------------------------------------
    # ROUTING AGAIN
    # ------------------------------------------------------------

    def _requester(self):
        """Who asked for the sign-off that is open, or was last."""
        events = self.approval_ids.filtered(lambda event: event.event == "request")
        return events.sorted("id")[-1:].user_id

    def _requested_on(self):
        """When the sign-off that is open was asked for."""
        events = self.approval_ids.filtered(lambda event: event.event == "request")
        return events.sorted("id")[-1:].date

    def _waiting(self):
        """Those of these quotations that wait for a decision."""
        # Read for all at once: the last event alone has no companions to be read with.
        self.approval_ids.mapped("event")
        return self.filtered(
            lambda order: (
                order.authority_state == "pending"
                and order._last_event().event in OPEN_EVENTS
            )
        )

    def _route_again(self):
        """Somebody has come or gone, or authority has changed: ask those who decide
        now, and nobody else; nobody where no decision is needed any more."""
        self._supersede_needless()
        for order in self._waiting():
            routes = order._open_routes()
            users = order.env["res.users"].union(*(route.users for route in routes))
            # With whoever was archived: their task is gone, and they are asked anew
            # when they come back.
            if users != order.with_context(active_test=False).approver_ids:
                order._ask_instead(users, any(route.sole for route in routes))
            if users:
                order._end_nobody()
            else:
                order._report_nobody()

    def _supersede_needless(self):
        """Authority has grown: what was asked for lies within it."""
        self.approval_ids.mapped("event")
        for order in self:
            waits = order._last_event().event in OPEN_EVENTS
            if waits and order.authority_state != "pending":
                order._log_approval(
                    "supersede",
                    capacity="system",
                    comment=self.env._("No sign-off is needed any more."),
                )
                order._close_requests()

    def _open_routes(self):
        """Where the open request goes: its level, and those it was escalated to."""
        last = self._last_event()
        level = self.authority_level_id
        required = max(
            level.sequence if level else math.inf,
            last.required_level_id.sequence or 0,
        )
        requester = self._requester()
        routes = [self._route(required, requester, self._enough())]
        for _event in self._escalations():
            reached = routes[-1].level.sequence or required
            beyond = self._route_escalated(reached, requester)
            if not beyond.users:
                break
            routes.append(beyond)
        return routes

    def _escalations(self):
        """How often the open request has been escalated, as its events."""
        events = self.approval_ids.sorted("id")
        asked = events.filtered(lambda event: event.event == "request")[-1:]
        return events.filtered(
            lambda event: event.event == "escalate" and event.id > asked.id
        )

    def _ask_instead(self, users, sole=False, late=False):
        """Ask these people, and those no longer who were asked until now.

        :param late: because those who were asked have not decided in time
        """
        self.ensure_one()
        asked = self.with_context(active_test=False).approver_ids
        gone, come = asked - users, users - asked
        for user in gone:
            self.sudo().activity_unlink(
                ["key_account.mail_activity_sign_off"], user_id=user.id
            )
        self._touch()
        self._set_approvers(users)
        self._ask(come, sole)
        if come:

            def words(order):
                text = order.env._("Sign-off is asked of %s.", order._names(users))
                why = late and order.env._("It was not decided in time.")
                return f"{why} {text}" if why else text

            self._post_later(words, come)
