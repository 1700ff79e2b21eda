"""The work that follows from a visit, as activities."""

from odoo import fields, models
from odoo.tools.misc import clean_context

from ..shared.label import listed
from ..shared.working_time import day_for

# What the activity of the next step says.
_NEXT = frozenset(("next_step", "next_date"))


class KeyAccountVisit(models.Model):
    _inherit = "key.account.visit"

    next_activity_id = fields.Many2one(
        "mail.activity", readonly=True, copy=False, ondelete="set null"
    )

    def write(self, vals):
        result = super().write(vals)
        if not _NEXT.isdisjoint(vals):
            self._drop_next_activity()
            self._follow_up_again()
        return result

    def _drop_next_activity(self):
        """What was agreed is another thing now; what was done of it stays done. With
        full rights: the activity may be a colleague's."""
        asked = self.sudo().filtered("next_activity_id.active")
        asked.next_activity_id.unlink()

    def _follow_up_again(self):
        """Of reports that lie before the manager; of others when they are handed in."""
        if reported := self.filtered(lambda visit: visit.state == "reported"):
            reported._schedule_follow_up()

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
            if not visit._is_review_overdue():
                visit._set_kept({"review_asked_id": reviewer.id})
            if reviewer:
                due.append((visit, reviewer, visit.review_deadline, False))
        asked = self._schedule("key_account.mail_activity_visit_review", due)
        self._tell_reviewers(
            [each[:2] for each, able in zip(due, asked, strict=True) if able]
        )
        self.env["key.account.webhook"]._announce("visit_to_review", self)

    def _tell_reviewers(self, asked):
        """A note that asks for the review, in their language; with it, in their inbox
        or by mail, comes the way to it.

        :param asked: list of (visit, who reviews it)
        """
        notes = []
        for visit, user in asked:
            if user == self.env.user:
                continue
            reader = visit.with_context(lang=user.lang or self.env.lang)
            text = reader.env._("The report waits for your review.")
            notes.append((visit, text, user.partner_id))
        # Whoever hands a report in need not be allowed to have mails made.
        self.sudo()._note_later(notes)

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
            [activity] = visit._schedule(
                type_xmlid,
                [(visit, visit.user_id, visit.next_date, visit.next_step)],
            )
            visit._write_kept({"next_activity_id": activity.id})
        open_commitments = visits.commitment_ids.filtered(
            lambda line: not (line.activity_id or line.done_on or line.carried_to_id)
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
            if activity:
                line._write_kept({"activity_id": activity.id})

    def _schedule(self, type_xmlid, due):
        """Create activities for who may open the visit; the others are named in its
        log.

        :param due: list of (visit, user, deadline as date or datetime in UTC, text)
        :return: the activity of each, in this order; an empty one for the others
        """
        able = set()
        for user in {each[1] for each in due}:
            visits = self.browse({each[0].id for each in due if each[1] == user})
            able |= {(visit, user) for visit in visits._open_for(user)}
        activities = iter(
            self._make_activities(type_xmlid, [d for d in due if d[:2] in able])
        )
        missed = {}
        for visit, user, _deadline, _text in due:
            if (visit, user) not in able:
                missed[visit] = missed.get(visit, user.browse()) | user
        for visit, users in missed.items():
            visit._tell_unreached(users)
        none = self.env["mail.activity"]
        return [next(activities) if each[:2] in able else none for each in due]

    def _open_for(self, user):
        """Those that this user may open, in whichever of their companies."""
        companies = {"allowed_company_ids": user.company_ids.ids}
        theirs = self.with_user(user).with_context(**companies)
        return theirs._filtered_access("read").with_env(self.env)

    def _tell_unreached(self, users):
        self.message_post(
            body=self.env._(
                "Not reminded, because they cannot open this visit: %(people)s. Add"
                " them to the account team, or name somebody else.",
                people=listed(self.env, users.mapped("name")),
            ),
            subtype_xmlid="mail.mt_note",
        )

    def _make_activities(self, type_xmlid, due):
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
