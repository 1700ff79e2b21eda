"""What a customer is worth: value class, kind, and what the last review advises."""

from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ...rules import value_class as rules
from ..shared.label import listed
from .customer_figures import CustomerFigures
from .key_account import ENDED_STATES

_MANAGERS = "key_account.group_manager"
# What the daily job asks of an account, and what it writes.
_ASKED = ("company_id", "partner_id", "state", "review_potential", "review_value")
_ASKED += ("review_difficulty", "review_advice")
_COLUMNS = ("id", "class", "revenue", "before", "growth", "margin", "known", "cost")
_VALUES = (
    *("value_class", "value_computed_on", "value_revenue", "value_revenue_before"),
    *("value_growth", "value_margin", "value_cost_known", "value_service_cost"),
)
# By the manager of the team alone.
_DIRECTED = ("kind", "target_list", "target_rank")


class Review(NamedTuple):
    """What a manager judged, 1 to 5 each."""

    potential: int = 0
    value: int = 0
    difficulty: int = 0


class KeyAccount(models.Model):
    _inherit = "key.account"
    _no_default = frozenset(("kind",))

    kind = fields.Selection(
        [
            ("strategic", "Strategic"),
            ("key", "Key"),
            ("ordinary", "Ordinary"),
            ("potential", "Potential"),
        ],
        tracking=True,
        copy=False,
        help="What the customer is to us; the manager of the team says it.",
    )
    value_class = fields.Selection(
        [
            (rules.MOST_VALUABLE, "Most valuable"),
            (rules.MOST_GROWABLE, "Most growable"),
            (rules.BELOW_ZERO, "Below zero"),
        ],
        string="Value class",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="By twelve months of orders; see Settings for what makes a class.",
    )
    value_computed_on = fields.Datetime(
        string="Value computed on",
        compute="_compute_value_computed_on",
        compute_sudo=True,
    )
    value_revenue = fields.Monetary(
        string="Orders of 12 months", readonly=True, copy=False
    )
    value_revenue_before = fields.Monetary(
        string="Of the 12 months before", readonly=True, copy=False
    )
    value_growth = fields.Float(
        string="Growth (%)",
        digits=(7, 1),
        readonly=True,
        copy=False,
        aggregator=None,
        help="Over the twelve months before; said only where there were orders then.",
    )
    value_margin = fields.Monetary(
        string="Margin of 12 months",
        readonly=True,
        copy=False,
        groups=_MANAGERS,
        help="Of the lines whose cost is known.",
    )
    value_cost_known = fields.Float(
        string="Cost known (%)",
        digits=(5, 1),
        readonly=True,
        copy=False,
        aggregator=None,
        groups=_MANAGERS,
        help="Share of the orders of twelve months for which a cost is known.",
    )
    value_service_cost = fields.Monetary(
        string="Service cost of 12 months",
        readonly=True,
        copy=False,
        groups=_MANAGERS,
        help="As far as it is recorded.",
    )
    review_potential = fields.Integer(
        string="Potential", readonly=True, copy=False, aggregator="avg"
    )
    review_value = fields.Integer(
        string="Development value", readonly=True, copy=False, aggregator="avg"
    )
    review_difficulty = fields.Integer(
        string="Difficulty", readonly=True, copy=False, aggregator="avg"
    )
    review_advice = fields.Selection(
        [
            (rules.DEVELOP, "Develop now"),
            (rules.CARE, "Develop with care"),
            (rules.WARM, "Keep warm"),
            (rules.LEAVE, "Leave"),
        ],
        string="Recommended",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="By value and difficulty of the latest visit that a manager reviewed.",
    )

    # ---------------------------------------- compute

    @api.depends("company_id.key_account_values_on", "create_date")
    def _compute_value_computed_on(self):
        """When all accounts of the company were computed last: what was the same then
        was not written again."""
        for account in self:
            day = account.company_id.key_account_values_on
            opened = account.create_date
            known = day and (not opened or opened <= day)
            account.value_computed_on = day if known else False

    # ---------------------------------------- CRUD

    @api.model_create_multi
    def create(self, vals_list):
        self._assert_may_direct_new(vals_list)
        return super().create(vals_list)

    def _assert_may_write(self, vals):
        names = [name for name in _DIRECTED if name in vals]
        changed = self.filtered(
            lambda a: any(a[name] != (vals[name] or False) for name in names)
        )
        self._assert_may_direct(changed - changed._managed_by_user())
        return super()._assert_may_write(vals)

    @api.model
    def _assert_may_direct_new(self, vals_list):
        directed = [vals for vals in vals_list if any(map(vals.get, _DIRECTED))]
        if not directed or self.env.user._is_superuser():
            return
        teams = self.env["crm.team"].sudo()
        default = self.default_get(["team_id"]).get("team_id")
        for vals in directed:
            team = teams.browse(vals.get("team_id", default) or [])
            if not team._is_managed_by(self.env.user, everywhere=True):
                self._assert_may_direct(self.new({"name": vals.get("name")}))

    @api.model
    def _assert_may_direct(self, foreign):
        if foreign:
            raise AccessError(
                self.env._(
                    "Kind and place on the target list of an account are decided by the"
                    " manager of its team. Ask the manager of: %(accounts)s.",
                    accounts=listed(
                        self.env,
                        # One that is being opened has no name yet.
                        (each.display_name or each.code for each in foreign),
                    ),
                )
            )

    # ---------------------------------------- actions

    def action_compute_value(self):
        """The value classes of the account's company, now: they are relative."""
        self.check_access("read")
        foreign = self - self._managed_by_user()
        if foreign:
            raise AccessError(
                self.env._(
                    "Value classes are computed by themselves every day; a manager of"
                    " the team can have it done at once. Ask the manager of:"
                    " %(accounts)s.",
                    accounts=listed(
                        self.env,
                        # One that is being opened has no name yet.
                        (each.display_name or each.code for each in foreign),
                    ),
                )
            )
        # Who is most valuable is told by all accounts of the company together.
        self.sudo()._compute_values(self.company_id)
        return True

    # ---------------------------------------- the job

    @api.model
    def _cron_value_classes(self):
        """Every day: run twice, the second one finds the same."""
        accounts = self.sudo().with_context(active_test=True)
        [[companies]] = accounts._read_group([], aggregates=["company_id:recordset"])
        accounts._compute_values(companies)

    @api.model
    def _compute_values(self, companies):
        """Value class and figures of all current accounts of these companies; a
        constant number of queries."""
        accounts = self.search_fetch([("company_id", "in", companies.ids)], _ASKED)
        accounts._take_over_reviews()
        accounts._keep_turnover()
        figures = self._customer_figures(companies, accounts.partner_id)
        costs = accounts._service_costs()
        for company in companies:
            mine = accounts.filtered(lambda a, c=company: a.company_id == c)
            mine._keep_values(company, figures, costs)

    def _keep_values(self, company, figures, costs):
        if not self:
            return
        figures = {
            account: figures.get(
                (company.id, account.partner_id.id), CustomerFigures(margin=0, costed=0)
            )
            for account in self
        }
        found = rules.classes(
            {
                account: rules.Worth(
                    figures[account].known_margin,
                    costs.get(account.id),
                    figures[account].growth,
                    account.review_potential or None,
                    account.state == "active",
                )
                for account in self
                if account.state not in ENDED_STATES
            },
            company._key_account_value_thresholds(),
        )
        rows = [
            (
                account.id,
                found.get(account),
                figure.revenue,
                figure.revenue_before,
                figure.growth or 0.0,
                figure.margin,
                100 * min(figure.costed / figure.revenue, 1.0) if figure.revenue else 0,
                costs.get(account.id, 0.0),
            )
            for account, figure in figures.items()
        ]
        self._write_values(company, rows)

    @api.model
    def _write_values(self, company, rows):
        """One statement for all accounts whose figures have changed: nothing hangs on
        what is kept here, and no history is written of it."""
        self.env.cr.execute(
            """
            WITH found AS (
                SELECT id, class, round(revenue, %(digits)s) AS revenue,
                       round(before, %(digits)s) AS before, round(growth, 1) AS growth,
                       round(margin, %(digits)s) AS margin, round(known, 1) AS known,
                       round(cost, %(digits)s) AS cost
                  FROM unnest(%(id)s::int[], %(class)s::text[], %(revenue)s::numeric[],
                              %(before)s::numeric[], %(growth)s::numeric[],
                              %(margin)s::numeric[], %(known)s::numeric[],
                              %(cost)s::numeric[]) AS figured
                       (id, class, revenue, before, growth, margin, known, cost)
            ), computed AS (
                UPDATE res_company SET key_account_values_on = now() AT TIME ZONE 'UTC'
                 WHERE id = %(company)s
            )
            UPDATE key_account AS account
               SET value_class = found.class, value_revenue = found.revenue,
                   value_revenue_before = found.before, value_growth = found.growth,
                   value_margin = found.margin, value_cost_known = found.known,
                   value_service_cost = found.cost
              FROM found
             WHERE account.id = found.id
               AND (account.value_class, account.value_revenue,
                    account.value_revenue_before, account.value_growth,
                    account.value_margin, account.value_cost_known,
                    account.value_service_cost)
                   IS DISTINCT FROM
                   (found.class, found.revenue, found.before, found.growth,
                    found.margin, found.known, found.cost)
            """,
            {
                **dict(zip(_COLUMNS, map(list, zip(*rows, strict=True)), strict=True)),
                "digits": company.currency_id.decimal_places,
                "company": company.id,
            },
        )
        company.invalidate_recordset(["key_account_values_on"])
        self.browse(row[0] for row in rows).invalidate_recordset(_VALUES)

    # ---------------------------------------- reviews

    def _take_over_reviews(self):
        """Keep what managers judged last, and what it advises; with full rights: what a
        customer is worth hangs on nobody's rights."""
        reviews = self._last_reviews()
        high_from = {c: c.key_account_high_from for c in self.sudo().company_id}
        for account in self.sudo():
            review = reviews.get(account.id, Review())
            high = high_from[account.company_id]
            advice = rules.advice(review.value, review.difficulty, high)
            kept = {
                "review_potential": review.potential or 0,
                "review_value": review.value or 0,
                "review_difficulty": review.difficulty or 0,
                "review_advice": advice or False,
            }
            if any(account[name] != value for name, value in kept.items()):
                account._set_kept(kept)

    def _last_reviews(self):
        """Hook: ``{account id: Review}`` of the latest review; the visits answer."""
        return {}

    def _service_costs(self):
        """Hook: ``{account id: service cost of twelve months}`` in the currency of its
        company, of the accounts whose cost is recorded."""
        return {}


class ResCompany(models.Model):
    _inherit = "res.company"

    # Told by the daily job; nothing is decided by it.
    key_account_values_on = fields.Datetime(
        string="Value classes computed on", copy=False
    )

    def _key_account_value_thresholds(self):
        self.ensure_one()
        return rules.Thresholds(
            self.key_account_vip_share,
            self.key_account_mgc_growth,
            self.key_account_mgc_potential,
        )
