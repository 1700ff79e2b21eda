"""A feedback's way: waited for, answered, resolved, taken up again, judged."""

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import html2plaintext

from ...rules.evidence import said
from ...rules.working_time import is_in_time
from ..shared.act import begin_act
from ..shared.label import labelled, listed
from ..shared.missing import missing
from .feedback import FAULTS, OPEN_STATES

_OPEN = ("open", "answered")


class KeyAccountFeedback(models.Model):
    _inherit = "key.account.feedback"
    _kept = frozenset(("answer",))

    answer_draft = fields.Html(
        string="Draft of the answer",
        copy=False,
        help="Nobody outside sees it before “Give Answer” is pressed.",
    )

    # ---------------------------------------- actions

    def action_wait(self, reason):
        """The customer has to do something first: both clocks stand still."""
        begin_act(self, _OPEN)
        reason = self._reason(reason)
        self._note("wait", dict.fromkeys(self, {"reason": reason}))
        now = fields.Datetime.now()
        self._write_kept({"state": "waiting", "waiting_since": now, "next_due": False})
        self._deadline_refresh()
        return True

    def action_resume(self):
        """The customer has done it: the clocks go on."""
        begin_act(self, ("waiting",))
        self._resume()
        return True

    def action_answer(self):
        """Tell the customer what stands in the draft; the first answer stops its
        clock."""
        begin_act(self, OPEN_STATES)
        if empty := self.filtered(lambda f: not f._draft_said()):
            raise missing(
                self.env._(
                    "%s: write what the customer is told first.",
                    listed(self.env, empty.mapped("display_name")),
                ),
                ["answer_draft"],
            )
        self._assert_somebody_answers()
        self.filtered(lambda f: f.state == "waiting")._resume()
        for feedback in self:
            feedback._answer()
        self._tell_customer()
        return True

    def action_resolve(self):
        """Nothing is left to be done; of a complaint it is known why it came to be, and
        what was done against it."""
        begin_act(self, OPEN_STATES)
        self._assert_may_be_resolved()
        self.filtered(lambda f: f.state == "waiting")._resume()
        now = fields.Datetime.now()
        for feedback in self:
            values = {
                "resolution_hours": feedback._taken("resolution"),
                "resolution_in_time": is_in_time(now, feedback.resolution_due),
            }
            feedback._note(
                "resolve",
                {
                    feedback: {
                        "due": feedback.resolution_due,
                        "in_time": values["resolution_in_time"],
                        "hours": values["resolution_hours"],
                    }
                },
            )
            feedback._write_kept(
                {
                    **values,
                    "state": "resolved",
                    "resolved_on": now,
                    "next_due": False,
                }
            )
        self._deadline_refresh()
        return True

    def action_reopen(self, reason):
        """It is not over: an answer given in time stays one, and the clock of the
        resolution goes on from where it stood."""
        begin_act(self, ("resolved", "cancelled"))
        reason = self._reason(reason)
        # Who took it out of what counts takes it in again.
        self.filtered(lambda f: f.state == "cancelled")._assert_cancelled_by_user()
        self._note("reopen", dict.fromkeys(self, {"reason": reason}))
        for feedback in self:
            feedback._write_kept(
                {
                    "state": "open",
                    "resolved_on": False,
                    "resolution_hours": 0.0,
                    "resolution_in_time": False,
                    "cancel_reason": False,
                    "reopened": feedback.reopened + 1,
                }
            )
        self._set_clocks()
        return True

    def action_cancel(self, reason):
        """It was entered by mistake, or twice: it counts no more."""
        begin_act(self, (*OPEN_STATES, "resolved"))
        self._assert_cancelled_by_user()
        reason = self._reason(reason)
        self.filtered(lambda f: f.state == "waiting")._resume()
        self._note("cancel", dict.fromkeys(self, {"reason": reason}))
        self._write_kept(
            {"state": "cancelled", "cancel_reason": reason, "next_due": False}
        )
        self._deadline_refresh()
        return True

    def action_judge(self, fault, reason):
        """Say whose fault a complaint was, and why.

        :param fault: a code of ``FAULTS``
        """
        begin_act(self, (*OPEN_STATES, "resolved"))
        self._assert_judged_by_user()
        reason = self._reason(reason)
        if fault not in dict(FAULTS):
            raise UserError(self.env._("Choose whose fault it was."))
        if others := self.filtered(lambda f: f.kind != "complaint"):
            raise UserError(
                self.env._(
                    "%s: nobody has complained, so nobody is at fault.",
                    listed(self.env, others.mapped("display_name")),
                )
            )
        values = {"fault": fault, "reason": reason}
        self._note("judge", dict.fromkeys(self, values))
        self._write_kept(
            {
                "fault": fault,
                "fault_reason": reason,
                "fault_judged_by_id": self.env.uid,
                "fault_judged_on": fields.Datetime.now(),
            }
        )
        return True

    # ---------------------------------------- hooks

    def _tell_customer(self):
        """Hook: these were answered just now; a channel that reaches the customer sends
        them ``answer``."""

    # ---------------------------------------- business

    def _reason(self, reason):
        if not (reason := said(reason)):
            raise UserError(self.env._("Say why: it stands in the history."))
        return reason

    def _resume(self):
        """What was waited for is there; also without anybody's act, when it arrives."""
        self._note("resume")
        for feedback in self:
            state = "answered" if feedback.answered_on else "open"
            feedback._write_kept({"state": state, "waiting_since": False})
        self._set_clocks()

    def _answer(self):
        self.ensure_one()
        now = fields.Datetime.now()
        told = self.answer_draft
        event = {"told": told}
        values = {"answer": told, "answer_draft": False, "state": "answered"}
        if not self.answered_on:
            hours = self._taken("answer")
            in_time = is_in_time(now, self.answer_due)
            values.update(answered_on=now, answer_hours=hours, answer_in_time=in_time)
            event.update(due=self.answer_due, hours=hours, in_time=in_time)
        self._note("answer", {self: event})
        self._write_kept(values)
        self._set_kept({"next_due": self._next_due()})
        self._deadline_refresh()

    def _draft_said(self):
        """What whoever reads the draft would see of it."""
        self.ensure_one()
        return said(html2plaintext(self.answer_draft or ""))

    def _assert_somebody_answers(self):
        if nobodys := self.filtered(lambda f: not f.user_id):
            raise missing(
                self.env._(
                    "%s: say who is responsible first.",
                    listed(self.env, nobodys.mapped("display_name")),
                ),
                ["user_id"],
            )

    def _assert_may_be_resolved(self):
        """Everything that is missing, of all of them, in one message."""
        gaps = {feedback: feedback._missing_to_resolve() for feedback in self}
        lines = [
            labelled(self.env, feedback.display_name, listed(self.env, parts.values()))
            for feedback, parts in gaps.items()
            if parts
        ]
        if lines:
            raise missing(
                self.env._(
                    "This cannot be resolved yet. Please add:\n%s", "\n".join(lines)
                ),
                set().union(*gaps.values()),
            )

    def _missing_to_resolve(self):
        """``{field: what it is called in a sentence}`` of what is not there yet."""
        self.ensure_one()
        parts = {}
        if not self.answered_on:
            parts["answer_draft"] = self.env._("the answer to the customer")
        if self.kind == "complaint":
            if not said(self.root_cause):
                parts["root_cause"] = self.env._("the root cause")
            if not said(self.corrective_action):
                parts["corrective_action"] = self.env._("the corrective action")
        return parts
