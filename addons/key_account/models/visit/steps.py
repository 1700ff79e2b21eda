from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import is_html_empty

from .visit import _REVIEW, SCORES


class KeyAccountVisit(models.Model):
    """The steps of a visit, who may take them and when."""

    _inherit = "key.account.visit"

    # ------------------------------------------------------------
    # ACTIONS: the steps of a visit
    # ------------------------------------------------------------

    def action_confirm(self):
        """The date stands: the visit appears in the calendar of those who take part."""
        self._assert_step("planned", self.env._("confirmed"))
        self._write_step({"state": "confirmed", "to_reschedule": False})
        self._create_calendar()
        return True

    def action_check_in(self):
        """One tap on arrival."""
        self._assert_step("confirmed", self.env._("checked in"))
        self._assert_day_has_come()
        self.filtered(lambda visit: not visit.held_start)._write_step(
            {"held_start": fields.Datetime.now()}
        )
        return True

    def action_hold(self):
        """On leaving; later, the planned hours count unless others are given."""
        self._assert_step("confirmed", self.env._("marked as held"))
        self._assert_day_has_come()
        now = fields.Datetime.now()
        for visit in self:
            start, end = visit._held_between(now)
            visit._write_step(
                {
                    "state": "held",
                    "held_start": start,
                    "held_end": end,
                    "to_reschedule": False,
                    "met_ids": [
                        fields.Command.set((visit.met_ids or visit.contact_ids).ids)
                    ],
                }
            )
        self._schedule_report()
        return True

    def action_report(self):
        """Hand the report in to the manager."""
        self._assert_step("held", self.env._("reported"))
        self._assert_report_complete()
        self._write_step(
            {
                "state": "reported",
                "reported_on": fields.Datetime.now(),
                "reported_by_id": self.env.uid,
            }
        )
        self.sudo().activity_feedback(["key_account.mail_activity_visit_report"])
        self._schedule_follow_up()
        self._schedule_review()
        return True

    def action_review(self, vals=None):
        """Accept the report with the manager's judgement.

        :param vals: review fields to write first, e.g. ``{"review_potential": 4}``
        """
        self._assert_step("reported", self.env._("reviewed"))
        self._assert_may_review()
        if vals:
            unknown = set(vals) - _REVIEW
            if unknown:
                raise UserError(
                    self.env._("%s is no part of a review.", ", ".join(sorted(unknown)))
                )
            self.write(vals)
        self._assert_review_complete()
        self._write_step(
            {
                "state": "reviewed",
                "reviewed_on": fields.Datetime.now(),
                "reviewed_by_id": self.env.uid,
            }
        )
        self.sudo().activity_feedback(["key_account.mail_activity_visit_review"])
        for visit in self:
            visit._tell(
                visit._concerned(),
                self.env._("The report was reviewed."),
                visit.guidance,
            )
        return True

    def action_return(self, comment=None):
        """Give the report back for completion; it is due again, counted from now."""
        comment = self._assert_reason(comment, self.env._("what is to be completed"))
        self._assert_step("reported", self.env._("returned"))
        self._assert_may_review()
        returned = {
            "state": "held",
            "returned_on": fields.Datetime.now(),
            "returned_by_id": self.env.uid,
            "return_comment": comment,
            "reported_on": False,
            "reported_by_id": False,
        }
        concerned = {visit: visit._concerned() for visit in self}
        late = self.filtered(lambda visit: not visit.report_in_time)
        late._write_step({**returned, "report_was_late": True})
        (self - late)._write_step(returned)
        self.sudo().activity_unlink(["key_account.mail_activity_visit_review"])
        self._schedule_report()
        for visit, users in concerned.items():
            visit._tell(
                users, self.env._("The report was returned for completion."), comment
            )
        return True

    def action_cancel(self, reason=None):
        reason = self._assert_reason(
            reason, self.env._("why the visit does not take place")
        )
        self._assert_step(("planned", "confirmed"), self.env._("cancelled"))
        self._write_step(
            {
                "state": "cancelled",
                "to_reschedule": False,
                "cancelled_on": fields.Datetime.now(),
                "cancelled_by_id": self.env.uid,
                "cancel_reason": reason,
            }
        )
        self._remove_calendar()
        return True

    def action_replan(self, date_start=None, date_end=None):
        """Back to planning, with a new date if given; the original date is kept."""
        self._assert_step(
            ("planned", "confirmed", "cancelled"), self.env._("planned again")
        )
        replanned = {
            "state": "planned",
            "to_reschedule": False,
            "held_start": False,
            "cancelled_on": False,
            "cancelled_by_id": False,
            "cancel_reason": False,
        }
        if date_start:
            replanned["date_start"] = date_start
        if date_end:
            replanned["date_end"] = date_end
        self._write_step(replanned)
        self._remove_calendar()
        return True

    # ------------------------------------------------------------
    # ACTIONS: screens
    # ------------------------------------------------------------

    def action_open_report(self):
        """The short report form, made for a telephone."""
        return self._open_form(
            "key_account.visit_view_form_report", self.env._("Visit report")
        )

    def action_open_review(self):
        return self._open_form(
            "key_account.visit_view_form_review", self.env._("Review")
        )

    def action_submit_report(self):
        """From the report form: hand in, then back to the visit."""
        self.action_report()
        return self._open_form("key_account.visit_view_form", self.env._("Visit"))

    def action_ask_reason(self):
        """Ask why a visit is cancelled, a report returned (context ``visit_step``)."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Reason"),
            "res_model": "key.account.visit.reason",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_visit_ids": self.ids,
                "default_step": self.env.context.get("visit_step", "cancel"),
            },
        }

    def action_open_calendar_event(self):
        self.ensure_one()
        return self.calendar_event_id.get_formview_action()

    def _open_form(self, view_xmlid, name):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": self._name,
            "res_id": self.id,
            "views": [(self.env.ref(view_xmlid).id, "form")],
        }

    # ------------------------------------------------------------
    # WHO MAY, AND WHEN
    # ------------------------------------------------------------

    def _assert_step(self, states, done):
        """The caller may write these visits, all of which are in these states."""
        self.check_access("write")
        wrong = self.filtered(lambda visit: visit.state not in states)
        if wrong:
            labels = dict(self._fields["state"]._description_selection(self.env))
            allowed = [label for state, label in labels.items() if state in states]
            raise UserError(
                self.env._(
                    "%(visits)s cannot be %(done)s: only visits in state %(states)s"
                    " can.",
                    visits=wrong._named_with_state(),
                    done=done,
                    states=" / ".join(allowed),
                )
            )

    def _assert_day_has_come(self):
        today = fields.Date.context_today(self)
        ahead = self.filtered(
            lambda visit: (
                not visit.held_start
                and fields.Datetime.context_timestamp(visit, visit.date_start).date()
                > today
            )
        )
        if ahead:
            raise UserError(
                self.env._(
                    "%s: the day has not come yet. Move the visit to the day it takes"
                    " place first.",
                    ", ".join(ahead.mapped("display_name")),
                )
            )

    def _assert_report_complete(self):
        """Everything that is missing, of all the visits, in one message."""
        messages = [
            f"{visit.display_name}: {', '.join(missing)}"
            for visit in self
            if (missing := visit._missing_in_report())
        ]
        if messages:
            raise UserError(
                self.env._(
                    "The report is not complete. Please add:\n%s", "\n".join(messages)
                )
            )

    def _missing_in_report(self):
        self.ensure_one()
        failed = self.outcome == "not_achieved"
        missing = []
        if not self.met_ids and not failed:
            missing.append(self.env._("who was met"))
        if is_html_empty(self.summary):
            missing.append(self.env._("the summary"))
        if not self.outcome:
            missing.append(self.env._("the outcome"))
        if failed and not self.failure_reason:
            missing.append(self.env._("the reason why it was not achieved"))
        if failed and self.failure_reason == "other" and not self.failure_note:
            missing.append(self.env._("the reason in words"))
        return missing

    def _assert_review_complete(self):
        messages = []
        for visit in self:
            missing = [
                self._fields[score]._description_string(self.env)
                for score in SCORES
                if not visit[score]
            ]
            if missing:
                messages.append(f"{visit.display_name}: {', '.join(missing)}")
        if messages:
            raise UserError(
                self.env._(
                    "The review is not complete. Please judge:\n%s", "\n".join(messages)
                )
            )

    def _assert_may_review(self):
        reviewers = self._reviewers()
        refused = self.filtered(lambda visit: self.env.user not in reviewers[visit])
        if refused:
            raise AccessError(
                self.env._(
                    "%(user)s cannot review %(visits)s. Reviews are for the managers"
                    " of the"
                    " account's team and for directors, and not for whoever held or"
                    " reported the"
                    " visit.",
                    user=self.env.user.name,
                    visits=", ".join(refused.mapped("display_name")),
                )
            )

    def _assert_reason(self, reason, what):
        reason = (reason or "").strip()
        if not reason:
            raise UserError(
                self.env._(
                    "%(visits)s: please say %(what)s.",
                    visits=", ".join(self.mapped("display_name")),
                    what=what,
                )
            )
        return reason

    def _reviewers(self):
        """Who may review each visit, as ``{visit: users}``.

        Managers of the account's team and the directors of the company, without whoever
        held or reported the visit; only where nobody else manages may they do it.
        """
        directors = self.env.ref("key_account.group_director").sudo().all_user_ids
        reviewers = {}
        for visit in self:
            named = visit.team_id.sudo()._key_account_managers()
            managing = named.filtered(
                lambda user: user.has_group("key_account.group_manager")
            )
            managing |= directors.filtered(
                lambda user, company=visit.company_id: company in user.company_ids
            )
            managing = managing.filtered("active")
            others = managing - visit.sudo().reported_by_id - visit.sudo().user_id
            reviewers[visit] = (others or managing).with_env(self.env)
        return reviewers

    def _held_between(self, now):
        """When it took place, unless it was entered: check-in, else the plan."""
        start = self.held_start or min(self.date_start, now)
        if self.held_end:
            end = self.held_end
        elif self.held_start and now - self.held_start < timedelta(hours=12):
            end = now
        else:
            end = min(start + (self.date_end - self.date_start), now)
        return start, max(start, end)

    def _concerned(self):
        """Whose visit and whose report it is, apart from who acts."""
        return (self.user_id | self.reported_by_id) - self.env.user

    def _tell(self, users, headline, text):
        """A note for users, in their inbox or by mail, as they prefer."""
        self.ensure_one()
        self.message_post(
            body=f"{headline} {text or ''}".strip(),
            partner_ids=users.partner_id.ids,
            subtype_xmlid="mail.mt_note",
        )
