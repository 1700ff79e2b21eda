"""What looking after an account costs, against the budget of its year."""

from collections import defaultdict

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL

from ...rules import service_cost as rules

# Rows of one account: one a year, by the year in which it ends.
_YEARS = 10_000


class KeyAccountServiceCost(models.Model):
    """One row per account and year: what it cost, and what it may.

    The budget is that of the approved plan of the year, the cost what is booked on the
    cost account of the customer by then: time sheets, expenses, purchases, entries by
    hand. The running year stands there without a plan as well. Read when it is opened,
    by one query over the accounts that the user may read: the sum is told to whoever
    reads the account, the lines only to whoever may read those.
    """

    _name = "key.account.service.cost"
    _description = "Service Cost"
    _auto = False
    _rec_name = "key_account_id"
    _order = "date_from desc, actual desc, key_account_id"

    key_account_id = fields.Many2one("key.account", string="Account", readonly=True)
    user_id = fields.Many2one("res.users", string="Specialist", readonly=True)
    team_id = fields.Many2one("crm.team", string="Sales Team", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    plan_id = fields.Many2one("key.account.plan", readonly=True)
    date_from = fields.Date(string="From", readonly=True)
    date_to = fields.Date(string="To", readonly=True)
    budget = fields.Monetary(
        readonly=True, help="Of the approved plan of the year, in company currency."
    )
    actual = fields.Monetary(
        string="Spent",
        readonly=True,
        help="Booked on the cost account of the customer, in company currency. What"
        " is income, or billed to a customer, is no cost.",
    )
    has_budget = fields.Boolean("Has a budget", readonly=True)
    has_cost = fields.Boolean("Has a cost", readonly=True)
    left = fields.Monetary(string="Left of the budget", readonly=True)
    ratio = fields.Float(
        string="Spent (%)",
        digits=(16, 1),
        readonly=True,
        aggregator=None,
        help="Of the budget; said only where there is one above zero.",
    )
    state = fields.Selection(
        [
            (rules.WITHIN, "Within budget"),
            (rules.OVER, "Over budget"),
            (rules.NONE, "No budget (n/a)"),
            (rules.UNKNOWN, "No cost account (n/a)"),
        ],
        readonly=True,
    )

    @property
    def _table_query(self):
        self.env["key.account"].flush_model()
        self.env["key.account.plan"].flush_model()
        self.env["key.account.plan.budget"].flush_model()
        # Their rules are asked here: the rows of other accounts are not even read.
        accounts = self.env["key.account"]._search([])
        return SQL(
            """
            WITH span (company_id, first, last) AS (%(spans)s),
            merged (id, account_id) AS (%(merged)s)
            SELECT account.id::bigint * %(years)s + EXTRACT(YEAR FROM year.last)::int
                       AS id,
                   account.id AS key_account_id, account.user_id, account.team_id,
                   account.company_id, company.currency_id, year.plan_id,
                   year.first AS date_from, year.last AS date_to, year.budget,
                   year.budget IS NOT NULL AS has_budget,
                   cost.actual IS NOT NULL AS has_cost,
                   cost.actual, year.budget - cost.actual AS left,
                   100 * cost.actual / NULLIF(year.budget, 0) AS ratio,
                   CASE WHEN cost.actual IS NULL THEN 'unknown'
                        WHEN year.budget IS NULL THEN 'none'
                        WHEN cost.actual > year.budget THEN 'over'
                        ELSE 'within' END AS state
              FROM key_account account
              JOIN res_company company ON company.id = account.company_id
              JOIN res_currency currency ON currency.id = company.currency_id
              JOIN span ON span.company_id = account.company_id
        CROSS JOIN LATERAL (%(of_plans)s UNION ALL %(running)s) year
        CROSS JOIN LATERAL (%(of_files)s) cost
             WHERE account.id IN %(accounts)s
               AND (year.plan_id IS NOT NULL OR cost.actual IS NOT NULL)
            """,
            spans=self._spans(),
            years=_YEARS,
            of_plans=self._of_plans(),
            running=self._running(),
            merged=self._merged(),
            of_files=self._of_files(),
            accounts=accounts.subselect(),
        )

    def _merged(self):
        """Files that were merged away, each with the one that stays."""
        merged = self.env["key.account"]._merged_away()
        return SQL(
            "SELECT * FROM unnest(%s::int[], %s::int[])",
            [*merged.keys()],
            [*merged.values()],
        )

    def _of_files(self):
        """What was booked for the customer in a year, in whichever of their files; none
        where none of these has a cost account."""
        return SQL(
            """
            SELECT round(SUM(%(cost)s), MAX(own.places)) AS actual
              FROM (SELECT account.id AS account_id, currency.decimal_places AS places)
                   own
        CROSS JOIN LATERAL (
                   SELECT own.account_id
                    UNION ALL
                   SELECT merged.id FROM merged WHERE merged.account_id = own.account_id
                   ) file (id)
              JOIN key_account account
                ON account.id = file.id AND account.analytic_account_id IS NOT NULL
            """,
            cost=self.env["key.account"]._cost_in(SQL("year.first"), SQL("year.last")),
        )

    def _of_plans(self):
        """Years with a plan that is approved, a year long where nobody said until when;
        a plan without budget lines has none."""
        return SQL(
            """
            SELECT plan.id AS plan_id, plan.date_from AS first,
                   COALESCE(plan.date_to,
                            (plan.date_from + INTERVAL '1 year')::date - 1) AS last,
                   (SELECT SUM(line.amount) FROM key_account_plan_budget line
                     WHERE line.plan_id = plan.id) AS budget
              FROM key_account_plan plan
             WHERE plan.key_account_id = account.id AND plan.active
               AND plan.kind = 'year' AND plan.state IN ('approved', 'closed')
               AND plan.fiscal_year IS NOT NULL
            """
        )

    def _running(self):
        """The running year of an account, where no approved plan is of it."""
        return SQL(
            """
            SELECT NULL::int, span.first, span.last, NULL::numeric
             WHERE NOT EXISTS (
                   SELECT FROM key_account_plan plan
                    WHERE plan.key_account_id = account.id AND plan.active
                      AND plan.kind = 'year' AND plan.state IN ('approved', 'closed')
                      AND plan.date_from BETWEEN span.first AND span.last)
            """
        )

    def _spans(self):
        """The running fiscal year of each company, by its own day."""
        # When a year begins hangs on nobody's rights.
        companies = self.env["res.company"].sudo().search(Domain.TRUE)
        rows = []
        for company in companies:
            dates = company.compute_fiscalyear_dates(company._key_account_today())
            rows.append(
                SQL(
                    "(%s, %s::date, %s::date)",
                    company.id,
                    dates["date_from"],
                    dates["date_to"],
                )
            )
        return SQL("VALUES %s", SQL(", ").join(rows))

    # ---------------------------------------- actions

    def action_view_lines(self):
        """What was booked in this year; for whoever may read the books."""
        self.ensure_one()
        self.check_access("read")
        account, lines = self.key_account_id, self.env["account.analytic.line"]
        if not lines.has_access("read"):
            raise AccessError(
                self.env._(
                    "What was booked is read by accounting, who can tell you more. The"
                    " sum is yours to see."
                )
            )
        # Which cost accounts they are: asked with full rights, the lines are not.
        files = account.sudo().browse(account._with_merged())
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Booked for %s", account.display_name),
            "res_model": lines._name,
            "view_mode": "list,kanban,form",
            "mobile_view_mode": "kanban",
            "domain": [
                ("auto_account_id", "in", files.analytic_account_id.ids),
                ("date", ">=", self.date_from),
                ("date", "<=", self.date_to),
                *account._cost_domain(),
            ],
            "context": {"create": False},
        }


class KeyAccount(models.Model):
    _inherit = "key.account"

    service_cost_ids = fields.One2many(
        "key.account.service.cost", "key_account_id", string="Service cost"
    )

    def action_view_service_cost(self):
        self.ensure_one()
        action = self._action("key_account.service_cost_action")
        action["domain"] = [("key_account_id", "=", self.id)]
        action["context"] = {}
        return action

    # ---------------------------------------- what a cost is

    @api.model
    def _cost_domain(self):
        """Analytic lines that are a cost: what is taken off, and what was given back of
        it, on an account of expenses, by a vendor, or of hours and pieces that were too
        many; neither income nor what was billed to the customer."""
        income = Domain("general_account_id.account_type", "=like", "income%")
        spent = Domain("amount", "<", 0) | Domain("unit_amount", "<", 0)
        spent |= Domain("general_account_id.account_type", "=like", "expense%")
        spent |= Domain("category", "=", "vendor_bill")
        return list(~income & Domain("category", "!=", "invoice") & spent)

    @api.model
    def _cost_in(self, first, last):
        """The cost of the row ``account`` between two days (SQL), in the currency of
        its company: one look by the index of its cost account. It is what
        ``_cost_domain()`` says."""
        # In which columns cost accounts stand is no secret of the books.
        lines = self.env["account.analytic.line"].sudo()
        lines.flush_model()
        self.env["account.account"].flush_model(["account_type"])
        columns = [
            SQL("line.%s = account.analytic_account_id", SQL.identifier(name))
            for name in lines._get_plan_fnames()
        ]
        return SQL(
            """(
            SELECT COALESCE(-SUM(line.amount), 0)
              FROM account_analytic_line line
         LEFT JOIN account_account general ON general.id = line.general_account_id
             WHERE (%(columns)s) AND line.date BETWEEN %(first)s AND %(last)s
               AND %(is_cost)s)""",
            is_cost=self._sql_is_cost(),
            columns=SQL(" OR ").join(columns),
            first=first,
            last=last,
        )

    @api.model
    def _sql_is_cost(self):
        """Whether ``line``, booked on the account ``general`` or on none, is a cost of
        the row ``account`` (SQL)."""
        return SQL(
            """
                   line.company_id = account.company_id
               AND COALESCE(general.account_type, '') NOT LIKE 'income%%'
               AND line.category IS DISTINCT FROM 'invoice'
               AND (line.amount < 0 OR line.unit_amount < 0
                    OR line.category = 'vendor_bill'
                    OR general.account_type LIKE 'expense%%')
            """
        )

    def _costs_between(self, spans):
        """``{account id: cost}`` in company currency between two days each, of those
        that have a cost account; one query.

        :param spans: ``{account id: (first day, last day)}``
        """
        if not spans:
            return {}
        self.env["key.account"].flush_model(["analytic_account_id", "company_id"])
        days = list(spans.values())
        rows = self.env.execute_query(
            SQL(
                """
                SELECT account.id, %(cost)s
                  FROM unnest(%(ids)s::int[], %(first)s::date[], %(last)s::date[])
                       AS asked (id, first, last)
                  JOIN key_account account ON account.id = asked.id
                 WHERE account.analytic_account_id IS NOT NULL
                """,
                cost=self._cost_in(SQL("asked.first"), SQL("asked.last")),
                ids=list(spans),
                first=[first for first, _last in days],
                last=[last for _first, last in days],
            )
        )
        return {id_: float(cost) for id_, cost in rows}

    def _service_costs(self):
        """Of the twelve months up to today, for the value class; what was booked under
        a file that was merged is a cost of the same customer."""
        spans, files = {}, self._with_merged()
        for company in self.company_id:
            today = company._key_account_today()
            year = (today - relativedelta(years=1, days=-1), today)
            mine = self.filtered(lambda a, company=company: a.company_id == company)
            spans.update(dict.fromkeys(mine._with_merged(), year))
        found = defaultdict(float, super()._service_costs())
        for file, cost in self._costs_between(spans).items():
            found[files[file]] += cost
        return dict(found)
