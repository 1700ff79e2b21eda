"""What was entered late: shown on the sheet, and frozen with it."""

from collections import defaultdict
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL, formatLang

from ..rules import kpi as rules
from ..rules import kpi_late as late_rules

VISIT, FEEDBACK = "key.account.visit", "key.account.feedback"
SIGNATURE, DOCUMENT = "key.account.signature", "account.move"


class LateEntries(NamedTuple):
    """Of one person or team: how many records count, how many of them were entered
    late, and these themselves: ``{model: ids}``."""

    entered: int = 0
    late: int = 0
    records: dict = {}


class ResCompany(models.Model):
    _inherit = "res.company"

    key_account_late_days = fields.Integer(
        string="Entered late after (days)",
        default=7,
        help="Appraisals show how much was entered later than this after it happened,"
        " or after the end of the period.",
    )

    @api.constrains("key_account_late_days")
    def _check_key_account_late_days(self):
        for company in self:
            if not 0 <= company.key_account_late_days <= 366:
                raise ValidationError(
                    self.env._("Entered late after: enter 0 to 366 days.")
                )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    key_account_late_days = fields.Integer(
        related="company_id.key_account_late_days", readonly=False
    )


class KeyAccountKpiResult(models.Model):
    _inherit = "key.account.kpi.result"

    late = fields.Integer(string="Entered late", aggregator="sum")
    entered = fields.Integer(string="Records entered", aggregator="sum")
    late_records = fields.Json(
        "Late records", help="Model and ids of what was entered late."
    )

    @api.model
    def _identity(self, sheet):
        return {
            **super()._identity(sheet),
            "late": sheet.late,
            "entered": sheet.entered,
            "late_records": sheet.late_records,
        }


class KeyAccountKpiSheet(models.Model):
    """Late entries change no figure; whoever appraises sees them. They are counted with
    the figures, and stay as they were confirmed.
    """

    _inherit = "key.account.kpi.sheet"
    _kept = frozenset(("late", "entered", "late_records"))

    late = fields.Integer(
        string="Entered late",
        readonly=True,
        copy=False,
        aggregator="sum",
        help="Visits, feedback and signed papers of the period that were entered after"
        " its end, or long after they happened.",
    )
    entered = fields.Integer(
        string="Records entered", readonly=True, copy=False, aggregator="sum"
    )
    late_records = fields.Json("Late records", readonly=True, copy=False)
    late_display = fields.Char(string="Late entries", compute="_compute_late_display")
    late_visits = fields.Integer("Late visits", compute="_compute_late_display")
    late_feedback = fields.Integer("Late feedback", compute="_compute_late_display")
    late_signatures = fields.Integer("Late signatures", compute="_compute_late_display")
    late_documents = fields.Integer("Late documents", compute="_compute_late_display")

    # ------------------------------------------------------------
    # COMPUTE METHODS
    # ------------------------------------------------------------

    @api.depends("late", "entered", "late_records")
    @api.depends_context("lang")
    def _compute_late_display(self):
        not_applicable = self.env._("n/a")
        for sheet in self:
            share = late_rules.share(sheet.late, sheet.entered)
            sheet.late_display = (
                not_applicable
                if share is None
                else self.env._(
                    "%(late)s of %(entered)s (%(share)s %%)",
                    late=sheet.late,
                    entered=sheet.entered,
                    share=formatLang(self.env, share, digits=1),
                )
            )
            records = sheet.late_records or {}
            sheet.late_visits = len(records.get(VISIT, ()))
            sheet.late_feedback = len(records.get(FEEDBACK, ()))
            sheet.late_signatures = len(records.get(SIGNATURE, ()))
            sheet.late_documents = len(records.get(DOCUMENT, ()))

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_open_late_visits(self):
        return self._action_late(VISIT)

    def action_open_late_feedback(self):
        return self._action_late(FEEDBACK)

    def action_open_late_signatures(self):
        return self._action_late(SIGNATURE)

    def action_open_late_documents(self):
        return self._action_late(DOCUMENT)

    # ------------------------------------------------------------
    # BUSINESS METHODS
    # ------------------------------------------------------------

    def _action_late(self, model):
        """Open these records with the rights of whoever asks."""
        self.ensure_one()
        self.check_access("read")
        records = self.env[model].browse((self.late_records or {}).get(model, ()))
        title = self.env._("%s: entered late", self.display_name)
        return self.env["key.account.kpi"]._action_records(records.exists(), title)

    def _keep_score(self):
        result = super()._keep_score()
        self._keep_late()
        return result

    def _keep_late(self):
        """Count what was entered late: one query for each company and period, however
        many people; what is confirmed stays."""
        open_ = self.filtered(lambda sheet: sheet.state != "confirmed")
        for (company, period), group in open_.grouped(
            lambda sheet: (sheet.company_id, sheet._period())
        ).items():
            people = group.filtered(lambda sheet: sheet.subject == "person").user_id
            teams = group.filtered(lambda sheet: sheet.subject == "team").team_id
            found = self._late_entries(company, period, people, teams)
            for sheet in group:
                who = sheet._subject_record()
                counted = found.get((who._name, who.id), LateEntries())
                sheet._set_kept(
                    {
                        "late": counted.late,
                        "entered": counted.entered,
                        "late_records": counted.records or False,
                    }
                )

    @api.model
    def _late_entries(self, company, period, users, teams):
        """``{(model, id of person or team): LateEntries}``, for all of them at once."""
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT fact.model, fact.user_id, fact.team_id, COUNT(*) AS entered,
                       ARRAY_AGG(fact.record_id ORDER BY fact.record_id)
                           FILTER (WHERE fact.is_late) AS late
                  FROM (%(facts)s) fact
                 WHERE fact.user_id = ANY(%(users)s) OR fact.team_id = ANY(%(teams)s)
              GROUP BY fact.model, fact.user_id, fact.team_id
                """,
                facts=self._late_facts(company, period),
                users=users.ids,
                teams=teams.ids,
            )
        )
        entered, late = defaultdict(int), defaultdict(lambda: defaultdict(set))
        for row in rows:
            for key in (("res.users", row["user_id"]), ("crm.team", row["team_id"])):
                entered[key] += row["entered"]
                late[key][row["model"]].update(row["late"] or ())
        documents = self._late_documents(company, period, users, teams)
        return {
            key: LateEntries(
                entered[key],
                sum(map(len, late[key].values())),
                {
                    model: sorted(ids)
                    for model, ids in {**late[key], **documents.get(key, {})}.items()
                    if ids
                },
            )
            for key in entered.keys() | documents.keys()
        }

    @api.model
    def _late_facts(self, company, period):
        """What happened in a period, for whom it counts, and whether it was entered
        late; extend by another ``SELECT``."""
        start, end = rules.utc_bounds(period, company._key_account_timezone())
        for model in (VISIT, FEEDBACK, SIGNATURE, "sale.order"):
            self.env[model].flush_model()
        parts = [
            SQL(
                """
                SELECT %(model)s AS model, event.record_id, event.user_id,
                       event.team_id,
                       event.entered >= %(end)s OR event.entered
                           > event.happened + %(days)s * INTERVAL '1 day' AS is_late
                  FROM (%(events)s) event
                 WHERE event.company_id = %(company)s
                   AND event.happened >= %(start)s AND event.happened < %(end)s
                """,
                model=model,
                events=events,
                company=company.id,
                start=start,
                end=end,
                days=company.sudo().key_account_late_days,
            )
            for model, events in self._late_events(company).items()
        ]
        return SQL(" UNION ALL ").join(parts)

    @api.model
    def _late_documents(self, company, period, users, teams):
        """``{key as of _late_entries: {model: ids}}`` of invoices, and credit notes,
        dated in the period that were posted late, for whom they count.

        Which those are is asked first: who sold what is looked up for these alone. What
        was posted before that was recorded is not said to be late.
        """
        kpi, found = self.env["key.account.kpi"], defaultdict(set)
        self.env[DOCUMENT].flush_model()
        zone = company._key_account_timezone()
        late = self.env.execute_query(
            SQL(
                """
                SELECT move.id FROM account_move move
                 WHERE move.company_id = %(company)s
                   AND move.key_account_posted_on IS NOT NULL
                   AND %(dated)s
                   AND (move.key_account_posted_on >= %(end)s
                        OR move.key_account_posted_on
                        >= (COALESCE(move.invoice_date, move.date) + %(days)s + 1)
                           ::timestamp AT TIME ZONE %(zone)s AT TIME ZONE 'UTC')
                """,
                company=company.id,
                dated=kpi._sql_dated(period.start, period.end),
                end=rules.utc_bounds(period, zone)[1],
                days=company.sudo().key_account_late_days,
                zone=zone,
            )
        )
        if not late:
            return {}
        documents = SQL(
            "(SELECT * FROM account_move WHERE id = ANY(%s))", [id_ for [id_] in late]
        )
        for move, person, team in self.env.execute_query(
            SQL(
                "SELECT DISTINCT sold.move_id, sold.user_id, sold.team_id"
                " FROM (%s) sold",
                kpi._sql_sold_lines(company, SQL("TRUE"), documents),
            )
        ):
            found["res.users", person].add(move)
            found["crm.team", team].add(move)
        subjects = {("res.users", id_) for id_ in users._ids}
        subjects |= {("crm.team", id_) for id_ in teams._ids}
        return {key: {DOCUMENT: found[key]} for key in subjects & found.keys()}

    @api.model
    def _late_events(self, company):
        """Of each model: what happened when, when it was entered, and for whom it
        counts, as SQL: feedback for whose the account was on that day."""
        kpi = self.env["key.account.kpi"]
        return {
            VISIT: SQL(
                """
                SELECT fact.visit_id AS record_id, fact.user_id, fact.team_id,
                       fact.company_id, fact.date_held AS happened,
                       COALESCE(visit.held_entered_on, visit.create_date) AS entered
                  FROM %s fact
                  JOIN key_account_visit visit ON visit.id = fact.visit_id
                 WHERE fact.held = 1
                """,
                self.env["key.account.visit.report"]._table_sql,
            ),
            FEEDBACK: SQL(
                """
                SELECT feedback.id AS record_id, held.user_id, held.team_id,
                       feedback.company_id, feedback.received_on AS happened,
                       COALESCE(feedback.entered_on, feedback.create_date) AS entered
                  FROM key_account_feedback feedback
             LEFT JOIN (%(files)s) file
                    ON file.feedback_id = feedback.id
                   AND feedback.received_on >= file.since
                   AND feedback.received_on < file.until
                  JOIN (%(held)s) held
                    ON held.account_id
                       = COALESCE(file.account_id, feedback.key_account_id)
                   AND %(day)s >= held.since AND %(day)s < held.until
                 WHERE feedback.state <> 'cancelled'
                """,
                files=kpi._sql_feedback_files(company),
                held=kpi._sql_held(company),
                day=kpi._sql_day(company, SQL("feedback.received_on")),
            ),
            SIGNATURE: SQL(
                """
                SELECT signature.id AS record_id,
                       COALESCE(signature.salesperson_id, sale.user_id) AS user_id,
                       COALESCE(signature.team_id, sale.team_id) AS team_id,
                       signature.company_id, signature.signed_on AS happened,
                       signature.entered_on AS entered
                  FROM key_account_signature signature
                  JOIN sale_order sale ON sale.id = signature.order_id
                 WHERE signature.event = 'signature' AND signature.method = 'scan'
                """
            ),
        }
