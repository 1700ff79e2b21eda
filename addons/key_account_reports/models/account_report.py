"""Accounts in figures: what they are, what they bring, who was won and who was lost."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.key_account.models.service.feedback import OPEN_STATES
from odoo.addons.key_account.models.shared.label import selection_labels

# Employees from which an industrial enterprise is small, medium, large: National
# Bureau of Statistics of China, 统计上大中小微型企业划分办法 (2017).
SIZES = (("micro", 0), ("small", 20), ("medium", 300), ("large", 1000))
YEAR = timedelta(days=365)


class KeyAccountAccountReport(models.Model):
    """One row per account: its gradings, its orders of twelve months and of the twelve
    before, its visits and complaints of the last 365 days, and how it began and ended.

    Orders are the figures that the daily job stores with the account, in the currency
    of its company: no order is read here. Rates of a group are Σ ÷ Σ.
    """

    _name = "key.account.account.report"
    _description = "Account Analysis"
    _inherit = ["key.account.ratio.report"]
    _auto = False
    _order = "amount desc, id"
    _rec_name = "key_account_id"
    _depends = {
        "key.account": [
            *("partner_id", "company_id", "team_id", "user_id", "state", "grade"),
            *("kind", "value_class", "likelihood", "value_revenue", "active"),
            *("value_revenue_before", "won_date", "lost_date", "lost_reason"),
            *("categories_bought", "categories_sold", "profile_completeness"),
        ],
        "key.account.event": ["key_account_id", "kind", "date", "new_state"],
        "key.account.feedback": ["key_account_id", "kind", "state", "received_on"],
        "key.account.survey.answer": ["key_account_id", "question_id", "value_number"],
        "key.account.visit": ["key_account_id", "state", "held_start"],
        "res.partner": ["industry_id", "country_id", "state_id"],
    }

    key_account_id = fields.Many2one("key.account", string="Account", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    team_id = fields.Many2one("crm.team", string="Sales team", readonly=True)
    user_id = fields.Many2one("res.users", string="Specialist", readonly=True)
    state = fields.Selection(selection="_selection_state", readonly=True)
    grade = fields.Selection(
        selection="_selection_grade", string="Importance", readonly=True
    )
    kind = fields.Selection(selection="_selection_kind", readonly=True)
    value_class = fields.Selection(
        string="Value class", selection="_selection_value_class", readonly=True
    )
    likelihood = fields.Selection(selection="_selection_likelihood", readonly=True)
    size = fields.Selection(
        [
            ("micro", "Micro (under 20)"),
            ("small", "Small (20 to 299)"),
            ("medium", "Medium (300 to 999)"),
            ("large", "Large (from 1 000)"),
        ],
        readonly=True,
        help="By the number of employees in the profile survey.",
    )
    industry_id = fields.Many2one("res.partner.industry", readonly=True)
    country_id = fields.Many2one("res.country", readonly=True)
    state_id = fields.Many2one(
        "res.country.state", string="Province or state", readonly=True
    )
    opened_on = fields.Date(string="File opened on", readonly=True)
    won_date = fields.Date(string="Signed customer since", readonly=True)
    lost_date = fields.Date(string="Lost on", readonly=True)

    accounts = fields.Integer(readonly=True)
    amount = fields.Monetary(string="Orders of 12 months", readonly=True)
    amount_before = fields.Monetary(string="Of the 12 months before", readonly=True)
    gained = fields.Monetary(
        string="More than before",
        readonly=True,
        help="Orders of 12 months less those of the 12 months before, of accounts that"
        " ordered then.",
    )
    growth = fields.Float(
        string="Growth (%)", readonly=True, aggregator="avg", digits=(16, 1)
    )
    visits = fields.Integer(string="Visits of 12 months", readonly=True)
    frequency = fields.Float(
        string="Visits per account", readonly=True, aggregator="avg", digits=(16, 1)
    )
    complaints = fields.Integer(string="Complaints of 12 months", readonly=True)
    complaints_open = fields.Integer(string="Complaints open", readonly=True)
    categories_bought = fields.Integer("Categories bought", readonly=True)
    not_bought = fields.Integer(string="Categories not bought", readonly=True)
    categories_sold = fields.Integer(string="Categories we sell", readonly=True)
    white_space = fields.Float(
        string="White space (%)",
        readonly=True,
        aggregator="avg",
        digits=(16, 1),
        help="Of the categories we sell, those not bought in 12 months.",
    )
    signed = fields.Integer(string="Became customers", readonly=True)
    conversion = fields.Float(
        string="Conversion (%)",
        readonly=True,
        aggregator="avg",
        digits=(16, 1),
        help="Accounts that became customers ÷ accounts opened.",
    )
    lost = fields.Integer(string="Lost customers", readonly=True)
    churn = fields.Float(
        string="Churn (%)",
        readonly=True,
        aggregator="avg",
        digits=(16, 1),
        help="Customers lost as of today ÷ all customers there have ever been.",
    )
    profile_completeness = fields.Float(
        string="Profile (%)", readonly=True, aggregator="avg", digits=(16, 1)
    )

    # ------------------------------------------------------------
    # SELECTIONS: the account's own
    # ------------------------------------------------------------

    @api.model
    def _selection_state(self):
        return self._selection_of("state")

    @api.model
    def _selection_grade(self):
        return self._selection_of("grade")

    @api.model
    def _selection_kind(self):
        return self._selection_of("kind")

    @api.model
    def _selection_value_class(self):
        return self._selection_of("value_class")

    @api.model
    def _selection_likelihood(self):
        return self._selection_of("likelihood")

    @api.model
    def _selection_of(self, name):
        return list(selection_labels(self.env["key.account"], name).items())

    # ------------------------------------------------------------
    # QUERY
    # ------------------------------------------------------------

    @property
    def _table_query(self):
        return SQL("SELECT %s FROM %s", SQL(", ").join(self._select()), self._from())

    def _select(self):
        """Columns; extend the list to add measures."""
        columns = [
            SQL(
                """
                account.id, account.id AS key_account_id, account.partner_id,
                account.company_id, account.team_id, account.user_id, account.state,
                account.grade, account.kind, account.value_class, account.likelihood,
                %(size)s AS size, customer.industry_id, customer.country_id,
                customer.state_id, opened.opened_on, account.won_date,
                account.lost_date, account.profile_completeness,
                fact.accounts, fact.amount, fact.amount_before, fact.gained,
                fact.visits, fact.complaints, fact.complaints_open,
                fact.categories_bought, fact.not_bought, fact.categories_sold,
                fact.signed, fact.lost
                """,
                size=self._size(),
            )
        ]
        factors = [(ratio, 100.0) for ratio in self._ratios().items()]
        factors += [(mean, 1.0) for mean in self._means().items()]
        for (name, (numerator, denominator)), factor in factors:
            columns.append(
                SQL(
                    "%s * fact.%s / NULLIF(fact.%s, 0) AS %s",
                    factor,
                    SQL.identifier(numerator),
                    SQL.identifier(denominator),
                    SQL.identifier(name),
                )
            )
        return columns

    def _from(self):
        # Visits in files that were merged are visits to the same customer.
        merged = self.env["key.account"]._merged_away()
        return SQL(
            """
            key_account account
            LEFT JOIN res_partner customer ON customer.id = account.partner_id
            LEFT JOIN (
                SELECT key_account_id, MIN(date) AS opened_on
                  FROM key_account_event WHERE kind IN ('opened', 'initial')
              GROUP BY key_account_id
            ) opened ON opened.key_account_id = account.id
            LEFT JOIN (
                SELECT COALESCE(merged.account_id, each.key_account_id)
                           AS key_account_id, COUNT(*) AS held
                  FROM key_account_visit each
             LEFT JOIN unnest(%(files)s::int[], %(accounts)s::int[])
                       AS merged (file_id, account_id)
                    ON merged.file_id = each.key_account_id
                 WHERE each.state IN ('held', 'reported', 'reviewed')
                   AND each.held_start >= %(since)s
              GROUP BY 1
            ) visit ON visit.key_account_id = account.id
            LEFT JOIN (
                SELECT key_account_id,
                       COUNT(*) FILTER (WHERE received_on >= %(since)s) AS received,
                       COUNT(*) FILTER (WHERE state IN %(open)s) AS open
                  FROM key_account_feedback
                 WHERE kind = 'complaint' AND state <> 'cancelled'
              GROUP BY key_account_id
            ) complaint ON complaint.key_account_id = account.id
            LEFT JOIN (
                SELECT DISTINCT key_account_id
                  FROM key_account_event
                 WHERE kind = 'signed' OR new_state IN ('active', 'dormant')
            ) customer_once ON customer_once.key_account_id = account.id
            LEFT JOIN (%(staff)s) staff ON staff.key_account_id = account.id
            CROSS JOIN LATERAL (%(facts)s) fact
            WHERE account.active
            """,
            since=fields.Datetime.now() - YEAR,
            open=OPEN_STATES,
            files=list(merged),
            accounts=list(merged.values()),
            staff=self._staff(),
            facts=self._facts(),
        )

    def _facts(self):
        return SQL(
            """
            SELECT 1 AS accounts,
                   COALESCE(account.value_revenue, 0) AS amount,
                   COALESCE(account.value_revenue_before, 0) AS amount_before,
                   CASE WHEN account.value_revenue_before <> 0
                        THEN COALESCE(account.value_revenue, 0)
                             - account.value_revenue_before
                        ELSE 0 END AS gained,
                   COALESCE(visit.held, 0) AS visits,
                   COALESCE(complaint.received, 0) AS complaints,
                   COALESCE(complaint.open, 0) AS complaints_open,
                   COALESCE(account.categories_bought, 0) AS categories_bought,
                   COALESCE(account.categories_sold, 0) AS categories_sold,
                   COALESCE(account.categories_sold, 0)
                       - COALESCE(account.categories_bought, 0) AS not_bought,
                   -- Who returns as a candidate has been a customer all the same.
                   once.signed::int AS signed,
                   (once.signed AND account.lost_date IS NOT NULL)::int AS lost
              FROM (SELECT account.won_date IS NOT NULL
                           OR customer_once.key_account_id IS NOT NULL AS signed) once
            """
        )

    def _staff(self):
        """How many people work for the customer, as the profile says it today."""
        question = self.env.ref(
            "key_account.question_employees", raise_if_not_found=False
        )
        return SQL(
            """
            SELECT key_account_id, MAX(value_number) AS employees
              FROM key_account_survey_answer
             WHERE question_id = %s AND answered
          GROUP BY key_account_id
            """,
            question.id if question else None,
        )

    def _size(self):
        cases = SQL(" ").join(
            SQL("WHEN staff.employees >= %s THEN %s", least, size)
            for size, least in reversed(SIZES)
        )
        return SQL("CASE %s END", cases)

    # ------------------------------------------------------------
    # AGGREGATES
    # ------------------------------------------------------------

    @api.model
    def _ratios(self):
        return {
            "growth": ("gained", "amount_before"),
            "white_space": ("not_bought", "categories_sold"),
            "conversion": ("signed", "accounts"),
            "churn": ("lost", "signed"),
        }

    @api.model
    def _means(self):
        return {"frequency": ("visits", "accounts")}

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_open_account(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "key.account",
            "view_mode": "form",
            "res_id": self.key_account_id.id,
        }
