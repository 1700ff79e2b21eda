"""A visit's way through its states: who may do what, and when."""

from odoo import fields, models
from odoo.exceptions import UserError

from ...rules.evidence import said
from ..shared.label import listed, selection_labels
from .review import _REVIEW


class KeyAccountVisit(models.Model):
    _inherit = "key.account.visit"

    # ------------------------------------------------------------
    # ACTIONS: from planned to reviewed
    # ------------------------------------------------------------

    def action_confirm(self):
        """The date stands: the visit appears in the calendar of those who take part."""
        self._assert_state("planned", self.env._("confirmed"))
        self._write_kept({"state": "confirmed", "to_reschedule": False})
        self._create_calendar()
        return True

    def action_check_in(self):
        """One tap on arrival."""
        self._assert_state("confirmed", self.env._("checked in"))
        self._assert_day_has_come()
        self.filtered(lambda visit: not visit.held_start)._write_kept(
            {"held_start": fields.Datetime.now()}
        )
        return True

    def action_hold(self):
        """On leaving; later, the planned hours count unless others are given."""
        self._assert_state("confirmed", self.env._("marked as held"))
        self._assert_day_has_come()
        now = fields.Datetime.now()
        for visit in self:
            start, end = visit._held_between(now)
            visit._write_kept(
                {
                    "state": "held",
                    "held_start": start,
                    "held_end": end,
                    "held_first_end": end,
                    "held_entered_on": now,
                    "to_reschedule": False,
                    "met_ids": [
                        fields.Command.set((visit.met_ids or visit.contact_ids).ids)
                    ],
                }
            )
        self._end_meeting()
        self._schedule_report()
        return True

    def action_hold_and_report(self):
        """It took place: straight to its report, also where nobody confirmed the date
        or checked in. Each step is asked as if it were taken alone."""
        self.ensure_one()
        if self.state == "planned":
            self.action_confirm()
        if self.state != "held":
            self.action_hold()
        return self.action_open_report()

    def action_report(self):
        """Hand the report in to the manager."""
        self._assert_state("held", self.env._("reported"))
        self._assert_report_complete()
        reported = {
            "state": "reported",
            "reported_on": fields.Datetime.now(),
            "reported_by_id": self.env.uid,
        }
        # What is reported now is about these deals, and stays so.
        for about, visits in self.sudo().grouped("opportunity_ids").items():
            deals = [fields.Command.set(about.ids)]
            visits._write_kept({**reported, "reported_opportunity_ids": deals})
        self._close_activities("key_account.mail_activity_visit_report")
        self._schedule_follow_up()
        self._schedule_review()
        return True

    def action_review(self, vals=None):
        """Accept the report with the manager's judgement.

        :param vals: review fields to write first, e.g. ``{"review_potential": 4}``
        """
        self._assert_state("reported", self.env._("reviewed"))
        self._assert_may_review()
        if vals:
            unknown = set(vals) - _REVIEW
            if unknown:
                raise UserError(
                    self.env._(
                        "%s is not part of a review.", listed(self.env, sorted(unknown))
                    )
                )
            self.write(vals)
        self._assert_review_complete()
        self._write_kept(
            {
                "state": "reviewed",
                "reviewed_on": fields.Datetime.now(),
                "reviewed_by_id": self.env.uid,
            }
        )
        self._close_activities("key_account.mail_activity_visit_review")
        self._hand_guidance_on()
        self.key_account_id._take_over_reviews()
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
        self._assert_state("reported", self.env._("returned"))
        self._assert_may_review()
        returned = {
            "state": "held",
            "returned_on": fields.Datetime.now(),
            "returned_by_id": self.env.uid,
            "return_comment": comment,
            "reported_on": False,
            "reported_by_id": False,
            "reported_opportunity_ids": [fields.Command.clear()],
        }
        concerned = {visit: visit._concerned() for visit in self}
        late = self.filtered(lambda visit: not visit.report_in_time)
        late._write_kept({**returned, "report_was_late": True})
        (self - late)._write_kept(returned)
        self._close_activities("key_account.mail_activity_visit_review", done=False)
        self._schedule_report()
        for visit, users in concerned.items():
            visit._tell(
                users, self.env._("The report was returned for completion."), comment
            )
        return True

    def action_cancel(self, reason=None, by_customer=False):
        """It does not take place; whose wish that was decides whether it counts.

        :param by_customer: the customer called it off
        """
        reason = self._assert_reason(
            reason, self.env._("why the visit does not take place")
        )
        self._assert_state(("planned", "confirmed"), self.env._("cancelled"))
        self._write_kept(
            {
                "state": "cancelled",
                "to_reschedule": False,
                "cancelled_on": fields.Datetime.now(),
                "cancelled_by_id": self.env.uid,
                "cancel_reason": reason,
                "cancelled_by_customer": bool(by_customer),
            }
        )
        self._remove_calendar()
        return True

    def action_replan(self, date_start=None, date_end=None):
        """Back to planning, with a new date if given; the original date is kept."""
        self._assert_state(
            ("planned", "confirmed", "cancelled"), self.env._("planned again")
        )
        replanned = {
            "state": "planned",
            "to_reschedule": False,
            "held_start": False,
            "cancelled_on": False,
            "cancelled_by_id": False,
            "cancel_reason": False,
            "cancelled_by_customer": False,
        }
        if date_start:
            replanned["date_start"] = date_start
        if date_end:
            replanned["date_end"] = date_end
        self._write_kept(replanned)
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

    def action_open_deals(self):
        """The deals that the visit is about; one opens by itself."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "key_account.crm_lead_pipeline_action"
        )
        deals = self.opportunity_ids
        if len(deals) == 1:
            return {**action, "res_id": deals.id, "views": [(False, "form")]}
        return {**action, "domain": [("id", "in", deals.ids)]}

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

    def _assert_state(self, states, done):
        """The caller may write these visits, all of which are in these states."""
        self.check_access("write")
        wrong = self.filtered(lambda visit: visit.state not in states)
        if wrong:
            labels = selection_labels(self, "state")
            allowed = [label for state, label in labels.items() if state in states]
            raise UserError(
                self.env._(
                    "%(visits)s cannot be %(done)s: only visits in state %(states)s"
                    " can.",
                    visits=wrong._label_with_state(),
                    done=done,
                    states=" / ".join(allowed),
                )
            )

    def _assert_reason(self, reason, what):
        reason = said(reason)
        if not reason:
            raise UserError(
                self.env._(
                    "%(visits)s: please say %(what)s.",
                    visits=listed(self.env, self.mapped("display_name")),
                    what=what,
                )
            )
        return reason
