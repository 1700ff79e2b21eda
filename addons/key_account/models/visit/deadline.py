"""Until when a visit's report and its review are due, and from whom."""

from odoo import api, models

from ..shared.deadline import Due


class KeyAccountVisit(models.Model):
    """A report is due from whoever held the visit, then its review from the manager."""

    _name = "key.account.visit"
    _inherit = ["key.account.visit", "key.account.deadline.mixin"]
    _deadline_asked_by = (
        "key_account.mail_activity_visit_report",
        "key_account.mail_activity_visit_review",
    )

    def _compute_deadline(self, name, start_of, limit_of):
        """Working time from a start, by the setting as it is now."""
        for company, visits in self.grouped("company_id").items():
            starts = {start_of(visit) for visit in visits} - {False}
            deadlines = (
                company._key_account_deadlines(starts, *limit_of(company))
                if starts
                else {}
            )
            for visit in visits:
                visit[name] = deadlines.get(start_of(visit), False)

    @api.model
    def _deadline_domain(self, until):
        return [
            "|",
            "&",
            ("state", "=", "held"),
            ("report_deadline", "<=", until),
            "&",
            ("state", "=", "reported"),
            ("review_deadline", "<=", until),
        ]

    def _deadline_due(self):
        waiting = self.filtered(lambda visit: visit.state in ("held", "reported"))
        reviewers, reporters = waiting._reviewers(), waiting._reporters()
        directors = self._key_account_directors(waiting.company_id)
        dues = {}
        for visit in waiting:
            report = visit.state == "held"
            deadline = visit.report_deadline if report else visit.review_deadline
            if not deadline:
                continue
            since = visit.returned_on if report else visit.reported_on
            dues[visit] = Due(
                key=f"{visit.state} {since or ''}",
                deadline=deadline,
                company=visit.company_id,
                responsible=report
                and reporters[visit]
                or visit._reviewer(reviewers[visit]),
                managers=visit._reviewer(reviewers[visit]),
                directors=directors[visit.company_id],
            )
        return dues

    def _reporters(self):
        """``{visit: who reports it}``: whoever is responsible, as long as they are here
        and can open it; nobody else."""
        found = {}
        for person, visits in self.grouped("user_id").items():
            readable = person.active and visits.browse(
                visits._reader(person, visits)._ids
            )
            for visit in visits:
                reports = readable and visit in readable
                found[visit] = person if reports else person.browse()
        return found

    def _deadline_name(self):
        what = (
            self.env._("visit report") if self.state == "held" else self.env._("review")
        )
        return self.env._("%(what)s of %(visit)s", what=what, visit=self.display_name)
