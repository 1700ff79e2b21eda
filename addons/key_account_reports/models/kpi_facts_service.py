"""KPIs of service: complaints, answers in time, satisfaction, deliveries in time."""

from odoo import fields, models
from odoo.tools import SQL

from .kpi import KpiFacts


class KeyAccountKpi(models.Model):
    """What is counted was recorded when it happened: on the feedback, its history, the
    survey, the delivery."""

    _inherit = "key.account.kpi"

    # ------------------------------------------------------------
    # FEEDBACK
    # ------------------------------------------------------------

    def _kpi_facts_valid_complaints(self, company, period):
        """Complaints with our fault, by the day on which they were received; those of
        which nobody has said yet whose fault they were are shown apart.

        One counts for whose the account was on that day, whoever answers it. What was
        cancelled was entered by mistake, and counts nowhere.
        """
        self.env["key.account.feedback"].flush_model()
        return KpiFacts(
            "key.account.feedback",
            SQL(
                """
                SELECT feedback.id AS record_id, held.user_id, held.team_id,
                       (feedback.fault = 'ours')::int AS numerator, 0 AS denominator,
                       (feedback.fault = 'undecided')::int AS aside
                  FROM key_account_feedback feedback
             LEFT JOIN (%(files)s) file
                    ON file.feedback_id = feedback.id
                   AND feedback.received_on >= file.since
                   AND feedback.received_on < file.until
             LEFT JOIN (%(held)s) held
                    ON held.account_id
                       = COALESCE(file.account_id, feedback.key_account_id)
                   AND %(day)s >= held.since AND %(day)s < held.until
                 WHERE feedback.company_id = %(company)s
                   AND feedback.kind = 'complaint' AND feedback.state <> 'cancelled'
                   AND feedback.received_on >= %(start)s
                   AND feedback.received_on < %(end)s
                """,
                files=self._sql_feedback_files(company),
                held=self._sql_held(company),
                day=self._sql_day(company, SQL("feedback.received_on")),
                company=company.id,
                **self._moments(company, period),
            ),
        )

    def _kpi_facts_feedback_timeliness(self, company, period):
        """First answers in time ÷ answers due in the period, those still open and
        overdue included. Taken up again or not: an answer is given once."""
        return self._clock_facts(company, period, "answer", "answered_on", SQL("TRUE"))

    def _kpi_facts_complaint_timeliness(self, company, period):
        """Complaints resolved by their due date ÷ due in the period, those still open
        and overdue included.

        One that was taken up again was not resolved: it counts once, in the period in
        which its clock, which stood still in the meantime, runs out now.
        """
        return self._clock_facts(
            company,
            period,
            "resolution",
            "resolved_on",
            SQL("feedback.kind = 'complaint'"),
        )

    def _clock_facts(self, company, period, clock, done, which):
        """Feedback whose clock runs out in the period, and whether it was stopped
        before. What is not due yet, or waits for the customer, is left out.

        It counts for who was responsible when it was stopped in time, else for who was
        when the time ran out; what was entered after that, when nobody could be in time
        any more, for whose the account was.

        :param clock: ``answer`` or ``resolution``
        :param done: field of the moment that stops it
        """
        for name in ("key.account.feedback", "key.account.feedback.event"):
            self.env[name].flush_model()
        return KpiFacts(
            "key.account.feedback",
            SQL(
                """
                SELECT due.id AS record_id,
                       CASE WHEN due.entered_on > due.moment THEN held.user_id
                            WHEN given.feedback_id IS NOT NULL THEN given.responsible_id
                            ELSE due.user_id END AS user_id,
                       held.team_id, due.in_time::int AS numerator,
                       1 AS denominator, 0 AS aside
                  FROM (%(due)s) due
             LEFT JOIN (
                    SELECT DISTINCT ON (due.id) due.id AS feedback_id,
                           event.responsible_id
                      FROM (%(due)s) due
                      JOIN key_account_feedback_event event
                        ON event.feedback_id = due.id AND event.kind = 'assign'
                       AND event.date > due.moment
                  ORDER BY due.id, event.id
                  ) given ON given.feedback_id = due.id
             LEFT JOIN (%(files)s) file
                    ON file.feedback_id = due.id
                   AND due.moment >= file.since AND due.moment < file.until
             LEFT JOIN (%(held)s) held
                    ON held.account_id = COALESCE(file.account_id, due.key_account_id)
                   AND %(day)s >= held.since AND %(day)s < held.until
                """,
                due=self._sql_clocks(company, period, clock, done, which),
                files=self._sql_feedback_files(company),
                held=self._sql_held(company),
                day=self._sql_day(company, SQL("due.moment")),
            ),
        )

    def _sql_clocks(self, company, period, clock, done, which):
        """Feedback whose clock runs out in the period: whether it was stopped in time,
        and the moment at which that was known."""
        due, done, in_time = (
            SQL.identifier("feedback", name)
            for name in (f"{clock}_due", done, f"{clock}_in_time")
        )
        return SQL(
            """
            SELECT feedback.id, feedback.key_account_id, feedback.user_id,
                   feedback.entered_on, stopped.in_time,
                   CASE WHEN stopped.in_time THEN %(done)s ELSE %(due)s END AS moment
              FROM key_account_feedback feedback
        CROSS JOIN LATERAL (
                SELECT %(done)s IS NOT NULL AND COALESCE(%(in_time)s, FALSE) AS in_time
              ) stopped
             WHERE feedback.company_id = %(company)s AND %(which)s
               AND feedback.state <> 'cancelled'
               AND %(due)s >= %(start)s AND %(due)s < %(end)s
               AND (%(done)s IS NOT NULL
                    OR %(due)s < %(now)s
                   AND (feedback.state <> 'waiting'
                        OR feedback.waiting_since > %(due)s))
            """,
            due=due,
            done=done,
            in_time=in_time,
            which=which,
            company=company.id,
            now=fields.Datetime.now(),
            **self._moments(company, period),
        )

    # ------------------------------------------------------------
    # SATISFACTION
    # ------------------------------------------------------------

    def _kpi_facts_satisfaction(self, company, period):
        """Σ marks ÷ number of marks of the surveys answered in the period; shown apart,
        as the response rate, those whose time ended in it without an answer.

        One counts for whose the account was when the customer was asked.
        """
        self.env["key.account.satisfaction"].flush_model()
        return KpiFacts(
            "key.account.satisfaction",
            SQL(
                """
                SELECT survey.id AS record_id, survey.user_id, survey.team_id,
                       CASE WHEN ended.answered THEN survey.mark ELSE 0 END
                           AS numerator,
                       CASE WHEN ended.answered THEN survey.marks ELSE 0 END
                           AS denominator,
                       (NOT ended.answered)::int AS aside
                  FROM key_account_satisfaction survey
            CROSS JOIN LATERAL (
                    SELECT survey.state = 'answered' AS answered
                  ) ended
                 WHERE survey.company_id = %(company)s
                   AND CASE WHEN ended.answered
                            THEN survey.answered_on >= %(start)s
                             AND survey.answered_on < %(end)s
                            ELSE survey.expires_on >= %(first)s
                             AND survey.expires_on < LEAST(%(after)s, %(today)s) END
                """,
                company=company.id,
                first=period.start,
                after=period.end,
                today=company._key_account_today(),
                **self._moments(company, period),
            ),
        )

    # ------------------------------------------------------------
    # DELIVERIES
    # ------------------------------------------------------------

    def _kpi_facts_delivery_on_time(self, company, period):
        """Orders handed over by the promised day ÷ orders promised for a day of the
        period that has passed, or handed over before; cancelled ones are left out.

        The promise is that of the confirmation, and counts for who was responsible for
        the order then.
        """
        self.env["key.account.delivery"].flush_model()
        return KpiFacts(
            "key.account.delivery",
            SQL(
                """
                SELECT delivery.id AS record_id,
                       COALESCE(delivery.user_id, held.user_id) AS user_id,
                       held.team_id, (delivery.state = 'on_time')::int AS numerator,
                       1 AS denominator, 0 AS aside
                  FROM key_account_delivery delivery
             LEFT JOIN (%(held)s) held
                    ON held.account_id = delivery.key_account_id
                   AND delivery.confirmed_on >= held.since
                   AND delivery.confirmed_on < held.until
                 WHERE delivery.company_id = %(company)s
                   AND delivery.state <> 'cancelled'
                   AND delivery.promised_on >= %(first)s
                   AND delivery.promised_on < %(after)s
                   AND (delivery.handed_over_on IS NOT NULL
                        OR delivery.promised_on < %(today)s)
                """,
                held=self._sql_held(company),
                company=company.id,
                first=period.start,
                after=period.end,
                today=company._key_account_today(),
            ),
        )
