"""How far each level may go: the limits, and those in force on a day."""

from datetime import timedelta

from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError
from odoo.tools import format_amount, formatLang

from ...rules import authority as rules
from ..shared.label import selection_label
from ..shared.remembered import forget
from .dimension import assert_not_negative, dimensions, mark_private


class KeyAccountAuthorityLimit(models.Model):
    """How far a level may go in one dimension, optionally only for a team, grade or
    category."""

    _name = "key.account.authority.limit"
    _description = "Authority Limit"
    _inherit = ["mail.thread", "key.account.kept"]
    _order = "level_sequence, dimension, id"
    _check_company_auto = True

    level_id = fields.Many2one(
        "key.account.authority.level",
        required=True,
        ondelete="cascade",
        index=True,
        check_company=True,
    )
    level_sequence = fields.Integer(related="level_id.sequence", store=True)
    company_id = fields.Many2one(related="level_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    dimension = fields.Selection(dimensions, required=True, tracking=True)
    is_private = fields.Boolean(compute="_compute_is_private", store=True)
    value = fields.Float(
        digits=(16, 2),
        tracking=True,
        aggregator=None,
        help="In the unit of the dimension: percent, company currency, days, or a"
        " number. Of the margin it is the least, of everything else the most that is"
        " allowed.",
    )
    unit = fields.Char(compute="_compute_unit")
    unlimited = fields.Boolean(tracking=True)
    # Restrict: deleting a team or category must not take a stricter limit away.
    team_id = fields.Many2one("crm.team", ondelete="restrict", tracking=True)
    grade = fields.Selection(
        [("A", "A"), ("B", "B"), ("C", "C"), ("D", "D")],
        string="Account grade",
        tracking=True,
    )
    product_category_id = fields.Many2one(
        "product.category",
        string="Product category",
        ondelete="restrict",
        tracking=True,
    )
    date_from = fields.Date(string="Valid from", tracking=True)
    date_to = fields.Date(string="Valid until", tracking=True)

    _category_only_discount = models.Constraint(
        "CHECK (product_category_id IS NULL OR dimension = 'discount')",
        "Only a discount limit can be set for a product category.",
    )

    @api.depends("dimension")
    def _compute_is_private(self):
        mark_private(self)

    @api.depends("dimension")
    @api.depends_context("lang")
    def _compute_unit(self):
        for limit in self:
            limit.unit = self._unit_label(limit.dimension, limit.currency_id)

    @api.depends("level_id.name", "dimension")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for limit in self:
            term = selection_label(limit, "dimension", limit.dimension)
            words = (limit.level_id.name, term or limit.dimension)
            limit.display_name = " · ".join(word for word in words if word)

    @api.constrains("dimension", "value")
    def _check_value(self):
        assert_not_negative(self)

    @api.constrains("date_from", "date_to")
    def _check_dates(self):
        for limit in self:
            if limit.date_from and limit.date_to and limit.date_from > limit.date_to:
                raise ValidationError(
                    self.env._(
                        "The limit of %(level)s ends before it begins. Correct its"
                        " dates.",
                        level=limit.level_id.name,
                    )
                )

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        limits = super().create(vals_list)
        self._authority_changed(limits.company_id)
        for limit in limits:
            limit.level_id._log_limit(self.env._("Limit set: %s", limit._limit_text()))
        return limits

    def write(self, vals):
        before = {limit: limit._limit_text() for limit in self}
        res = super().write(vals)
        self._authority_changed(self.company_id)
        for limit in self:
            now = limit._limit_text()
            if now != before[limit]:
                limit.level_id._log_limit(
                    self.env._(
                        "Limit changed: %(before)s → %(now)s",
                        before=before[limit],
                        now=now,
                    )
                )
        return res

    def unlink(self):
        for limit in self:
            limit.level_id._log_limit(
                self.env._("Limit removed: %s", limit._limit_text())
            )
        companies = self.company_id
        res = super().unlink()
        self._authority_changed(companies)
        return res

    @api.model
    def _authority_changed(self, companies):
        """The levels or limits of these companies have changed: what is kept of them in
        memory is forgotten. The room on top (``again``) has measured again what this
        bears on."""
        forget(self.env)

    # ------------------------------------------------------------
    # In words
    # ------------------------------------------------------------

    def _limit_text(self):
        """The limit and what it is limited to, for the history of its level."""
        self.ensure_one()
        term = selection_label(self, "dimension", self.dimension)
        value = self.env._("unlimited")
        if not self.unlimited:
            value = formatLang(self.env, self.value, digits=2)
        words = [term or self.dimension, value]
        words += [self.team_id.name, self.grade, self.product_category_id.name]
        dates = [fields.Date.to_string(d) for d in (self.date_from, self.date_to) if d]
        return " · ".join([word for word in words if word] + dates)

    @api.model
    def _unit_label(self, dimension, currency):
        rule = rules.DIMENSIONS.get(dimension)
        if not rule or rule.unit == "count":
            return ""
        if rule.unit == "currency":
            return currency.name
        return self.env._("days") if rule.unit == "days" else "%"

    @api.model
    def _value_text(self, dimension, value, currency, beside=None):
        """A value, or a limit, with the unit of its dimension.

        :param beside: the number that it is compared with, from which it has to be told
        """
        if value is None:
            return self.env._("none")
        if value == rules.UNLIMITED:
            return self.env._("unlimited")
        unit = rules.DIMENSIONS[dimension].unit
        if unit == "currency":
            return format_amount(self.env, value, currency)
        if unit == "days":
            return self.env._("%s days", f"{value:g}")
        if unit == "count":
            return f"{value:g}"
        return f"{formatLang(self.env, value, digits=rules.decimals(value, beside))} %"

    # ------------------------------------------------------------
    # Limits in force
    # ------------------------------------------------------------

    @api.model
    def _of_company(self, company_id, domain):
        # Everybody is measured by all limits, those that only managers read included;
        # and what is kept in memory must not depend on who asks first.
        own = [("company_id", "=", company_id), ("level_id.active", "=", True)]
        return self.sudo().search([*own, *domain])

    @api.model
    @tools.ormcache("company_id", "date")
    def _rows(self, company_id, date):
        """Rule rows in force in a company on a date."""
        limits = self._of_company(
            company_id,
            [
                "|",
                ("date_from", "=", False),
                ("date_from", "<=", date),
                "|",
                ("date_to", "=", False),
                ("date_to", ">=", date),
            ],
        )
        return tuple(
            rules.LimitRow(
                level=limit.level_sequence,
                dimension=limit.dimension,
                value=rules.UNLIMITED if limit.unlimited else limit.value,
                team=limit.team_id.id or None,
                grade=limit.grade or None,
                category=limit.product_category_id.id or None,
            )
            for limit in limits
        )

    @api.model
    @tools.ormcache("company_id", "date")
    def _last_day(self, company_id, date):
        """The last day from ``date`` on, on which the same rows are in force in a
        company; False where none of them begins or ends by date."""
        limits = self._of_company(
            company_id, ["|", ("date_from", ">", date), ("date_to", ">=", date)]
        )
        days = [
            limit.date_from - timedelta(days=1)
            if limit.date_from and limit.date_from > date
            else limit.date_to
            for limit in limits
        ]
        return min(days, default=False)

    @api.model
    def _last_day_of(self, company, lead, grants):
        """The last day on which authority in a deal is the same as today: limits begin
        and end, grants end; False where nothing does.

        :param grants: those in force, of this deal and others
        """
        days = [
            grant.date_until
            for grant in grants
            if grant.date_until and grant.opportunity_id == lead._origin
        ]
        changing = self._last_day(company.id, company._key_account_today())
        return min(days + ([changing] if changing else []), default=False)
