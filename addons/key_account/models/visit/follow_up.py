"""The work that follows from a visit, as activities."""

from odoo import fields, models
from odoo.tools.misc import clean_context

from ..shared.working_time import day_for


class KeyAccountVisit(models.Model):
    _inherit = "key.account.visit"

    next_activity_id = fields.Many2one(
        "mail.activity", readonly=True, copy=False, ondelete="set null"
    )

    def _schedule_report(self):
        self._schedule(
            "key_account.mail_activity_visit_report",
            [
                (visit, visit.user_id, visit.report_deadline, visit.return_comment)
                for visit in self
            ],
        )

    def _schedule_review(self):
        """One activity per visit."""
        reviewers = self._reviewers()
        due = []
        for visit in self:
            reviewer = visit._reviewer(reviewers[visit])
            if reviewer:
                due.append((visit, reviewer, visit.review_deadline, False))
        self._schedule("key_account.mail_activity_visit_review", due)

    def _reviewer(self, reviewers):
        """The one of these who is asked: the team's leader, else who else manages."""
        self.ensure_one()
        team = self.team_id._with_people()
        leader, named = team.user_id & reviewers, team._key_account_managers()
        return (leader or named & reviewers or reviewers)[:1]

    def _close_activities(self, type_xmlid, done=True):
        """What was asked for is done, or asked for no longer. With full rights: the
        activities are those of other people.
        """
        visits = self.sudo()
        close = visits.activity_feedback if done else visits.activity_unlink
        close([type_xmlid])

    def _schedule_follow_up(self):
        """What was agreed becomes work of somebody on a day, and that only once.

        With full rights: the day's work of colleagues is written down for them.
        """
        type_xmlid = "key_account.mail_activity_follow_up"
        now = fields.Datetime.now()
        visits = self.sudo()
        for visit in visits.filtered(
            lambda visit: (
                visit.next_step and visit.next_date and not visit.next_activity_id
            )
        ):
            visit._write_kept(
                {
                    "next_activity_id": visit._schedule(
                        type_xmlid,
                        [(visit, visit.user_id, visit.next_date, visit.next_step)],
                    ).id
                }
            )
        open_commitments = visits.commitment_ids.filtered(
            lambda line: not line.activity_id
        )
        activities = self._schedule(
            type_xmlid,
            [
                (
                    line.visit_id,
                    line._responsible(),
                    line.date or now,
                    line._commitment_text(),
                )
                for line in open_commitments
            ],
        )
        for line, activity in zip(open_commitments, activities, strict=True):
            line._write_kept({"activity_id": activity.id})

    def _schedule(self, type_xmlid, due):
        """Create activities in one go.

        :param due: list of (visit, user, deadline as date or datetime in UTC, text)
        """
        activity_type = self.env.ref(type_xmlid)
        model = self.env["ir.model"]._get(self._name)
        return (
            self.env["mail.activity"]
            .sudo()
            .with_context(
                clean_context(self.env.context), mail_activity_quick_update=True
            )
            .create(
                [
                    {
                        "activity_type_id": activity_type.id,
                        "res_model_id": model.id,
                        "res_id": visit.id,
                        "user_id": user.id,
                        "date_deadline": day_for(self.env, user, deadline),
                        "summary": text or activity_type.summary or activity_type.name,
                        "automated": True,
                    }
                    for visit, user, deadline, text in due
                ]
            )
        )
