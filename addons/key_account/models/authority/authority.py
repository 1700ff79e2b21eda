from datetime import timedelta

from odoo import api, fields, models, tools
from odoo.exceptions import AccessError, ValidationError
from odoo.tools import format_amount, formatLang
from odoo.tools.translate import LazyTranslate

from ...rules import authority as rules
from ...rules.states import UNDECIDED
from ..shared.res_users import SALES

_lt = LazyTranslate(__name__)

# What people read; a dimension that an add-on registers brings its own label.
LABELS = {
    "discount": _lt("Discount"),
    "amount": _lt("Amount"),
    "margin": _lt("Margin"),
    "payment_days": _lt("Payment days"),
    "lead_time": _lt("Lead time undercut"),
    "credit": _lt("Credit limit overrun"),
    "deviation": _lt("Deviations"),
}


def dimensions(model):
    """Registered dimensions as the selection of a field."""
    return [
        (code, model.env._(LABELS.get(code) or rule.label or code))
        for code, rule in rules.DIMENSIONS.items()
    ]


def _mark_private(records):
    """Limits and grants of these dimensions are read by managers (record rules)."""
    for record in records:
        rule = rules.DIMENSIONS.get(record.dimension)
        record.is_private = bool(rule and rule.private)


def _assert_not_negative(records):
    """Less than nothing is allowed only where it means something: of a margin."""
    labels = dict(dimensions(records))
    for record in records:
        rule = rules.DIMENSIONS.get(record.dimension)
        if record.value < 0 and rule and not rule.may_be_negative:
            raise ValidationError(
                records.env._(
                    "%(dimension)s cannot have the limit %(value)s: it is never below"
                    " zero. Enter zero or more.",
                    dimension=labels[record.dimension],
                    value=f"{record.value:g}",
                )
            )


# Compared by identity: no caller can send this very object over RPC.
_MERGE = object()


class KeyAccountAuthorityLevel(models.Model):
    """A rung of the authority ladder; a higher sequence means more authority."""

    _name = "key.account.authority.level"
    _description = "Authority Level"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "company_id, sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True, tracking=True)
    sequence = fields.Integer(required=True, default=10, tracking=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    user_ids = fields.Many2many(
        "res.users",
        "key_account_authority_level_user_rel",
        "level_id",
        "user_id",
        string="Members",
        tracking=True,
        domain=[("share", "=", False)],
    )
    team_leader = fields.Boolean(
        string="And the leader of the order's team",
        tracking=True,
        help="The leader of the team of a quotation counts as a member for that"
        " quotation.",
    )
    limit_ids = fields.One2many(
        "key.account.authority.limit", "level_id", string="Limits"
    )
    active = fields.Boolean(default=True)

    _sequence_per_company = models.UniqueIndex(
        "(company_id, sequence) WHERE active",
        "A company has one authority level per sequence.",
    )

    @api.depends("name", "sequence")
    def _compute_display_name(self):
        for level in self:
            level.display_name = f"{level.name} ({level.sequence})"

    @api.constrains("user_ids")
    def _check_members(self):
        """Whoever signs off opens quotations, which takes a role."""
        for level in self:
            lacking = level.user_ids.filtered(
                lambda user: user.share or not user.has_group(SALES)
            )
            if lacking:
                raise ValidationError(
                    self.env._(
                        "%(users)s cannot be members of level “%(level)s”: they could"
                        " not open what they are to sign off. Give them a sales or"
                        " key-account role first.",
                        users=", ".join(lacking.mapped("name")),
                        level=level.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        levels = super().create(vals_list)
        levels._prepare_members()
        self.env["key.account.authority.limit"]._authority_changed(levels.company_id)
        return levels

    def write(self, vals):
        res = super().write(vals)
        if "user_ids" in vals:
            self._prepare_members()
        self.env["key.account.authority.limit"]._authority_changed(self.company_id)
        return res

    def unlink(self):
        companies = self.company_id
        res = super().unlink()
        self.env["key.account.authority.limit"]._authority_changed(companies)
        return res

    def _prepare_members(self):
        # Now: a change of groups makes everybody's next request slower, so it should
        # not come with somebody's request for sign-off.
        self.sudo().user_ids._become_approvers()

    # ------------------------------------------------------------
    # Who stands where
    # ------------------------------------------------------------

    @api.model
    @tools.ormcache("company_id")
    def _ladder(self, company_id):
        """((sequence, level id, user ids, leader counts), …) of a company, lowest
        first."""
        # What is kept for everybody must not depend on who asks first, and how.
        levels = self.sudo().with_context(active_test=True)
        levels = levels.search([("company_id", "=", company_id)], order="sequence")
        return tuple(
            (level.sequence, level.id, frozenset(level.user_ids.ids), level.team_leader)
            for level in levels
        )

    @api.model
    def _level_of(self, user, company, team=None):
        """Sequence of the highest level ``user`` is a member of in ``company``, or
        None."""
        sequences = [
            sequence
            for sequence, _id, user_ids, leader in self._ladder(company.id)
            if user.id in user_ids or (leader and team and team._is_led_by(user))
        ]
        return max(sequences, default=None) if user else None

    @api.model
    def _by_sequence(self, company, sequence):
        """The level record for a sequence of the ladder; empty when there is none."""
        for level_sequence, level_id, _users, _leader in self._ladder(company.id):
            if level_sequence == sequence:
                return self.browse(level_id)
        return self.browse()


class KeyAccountAuthorityLimit(models.Model):
    """How far a level may go in one dimension, optionally only for a team, grade or
    category."""

    _name = "key.account.authority.limit"
    _description = "Authority Limit"
    _inherit = ["mail.thread"]
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
        "product.category", ondelete="restrict", tracking=True
    )
    date_from = fields.Date(string="Valid from", tracking=True)
    date_to = fields.Date(string="Valid until", tracking=True)

    _category_only_discount = models.Constraint(
        "CHECK (product_category_id IS NULL OR dimension = 'discount')",
        "Only a discount limit can be set for a product category.",
    )

    @api.depends("dimension")
    def _compute_is_private(self):
        _mark_private(self)

    @api.depends("dimension")
    @api.depends_context("lang")
    def _compute_unit(self):
        for limit in self:
            limit.unit = self._unit_in_words(limit.dimension, limit.currency_id)

    @api.constrains("dimension", "value")
    def _check_value(self):
        _assert_not_negative(self)

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

    @api.model_create_multi
    def create(self, vals_list):
        limits = super().create(vals_list)
        self._authority_changed(limits.company_id)
        return limits

    def write(self, vals):
        res = super().write(vals)
        self._authority_changed(self.company_id)
        return res

    def unlink(self):
        companies = self.company_id
        res = super().unlink()
        self._authority_changed(companies)
        return res

    @api.model
    def _authority_changed(self, companies):
        """Forget cached limits and measure again what is undecided in these
        companies."""
        self.env.registry.clear_cache()
        requirements = self.env["key.account.requirement"]
        requirements._measure_undecided([("company_id", "in", companies.ids)])
        self.env["sale.order"]._mark_undecided(companies)

    @api.model
    def _unit_in_words(self, dimension, currency):
        rule = rules.DIMENSIONS.get(dimension)
        if not rule or rule.unit == "count":
            return ""
        if rule.unit == "currency":
            return currency.name
        return self.env._("days") if rule.unit == "days" else "%"

    @api.model
    def _shown(self, dimension, value, currency):
        """A value or limit in words, by the unit of its dimension."""
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
        return f"{formatLang(self.env, value, digits=1)} %"

    # ------------------------------------------------------------
    # Limits in force
    # ------------------------------------------------------------

    @api.model
    @tools.ormcache("company_id", "date")
    def _rows(self, company_id, date):
        """Rule rows in force in a company on a date."""
        limits = self.sudo().search(
            [
                ("company_id", "=", company_id),
                ("level_id.active", "=", True),
                "|",
                ("date_from", "=", False),
                ("date_from", "<=", date),
                "|",
                ("date_to", "=", False),
                ("date_to", ">=", date),
            ]
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
        limits = self.sudo().search(
            [
                ("company_id", "=", company_id),
                ("level_id.active", "=", True),
                "|",
                ("date_from", ">", date),
                ("date_to", ">=", date),
            ]
        )
        days = [
            limit.date_from - timedelta(days=1)
            if limit.date_from and limit.date_from > date
            else limit.date_to
            for limit in limits
        ]
        return min(days, default=False)

    @api.model
    def _last_day_of(self, company, lead, grants=None):
        """The last day on which authority in a deal is the same as today: limits begin
        and end, grants end; False where nothing does."""
        if grants is None:
            Grant = self.env["key.account.authority.grant"]
            grants = Grant._in_force(lead) if lead else Grant
        days = [
            grant.date_until
            for grant in grants
            if grant.date_until and grant.opportunity_id == lead
        ]
        changing = self._last_day(company.id, company._key_account_today())
        return min(days + ([changing] if changing else []), default=False)

    @api.model
    def _user_limit(
        self, user, company, dimension, lead=None, team=None, grade=None, categories=()
    ):
        """What ``user`` may go to in a dimension: a number, ``inf`` or None (no
        authority).

        Percent for the discount, company currency for the amount; grants of ``lead``
        included.
        """
        today = company._key_account_today()
        team = team or (lead.team_id if lead else None)
        level = self.env["key.account.authority.level"]._level_of(user, company, team)
        limit = rules.effective_limit(
            self._rows(company.id, today),
            level,
            dimension,
            team=team.id if team else None,
            grade=grade,
            categories=categories,
        )
        granted = []
        if lead:
            grants = self.env["key.account.authority.grant"]._in_force(lead)
            granted = [
                g.value
                for g in grants
                if g.user_id == user
                and g.dimension == dimension
                and g.company_id == company
                and g._is_for(lead)
            ]
        return rules.personal_limit(dimension, limit, granted)


class KeyAccountAuthorityGrant(models.Model):
    """More room for one person in one deal, never beyond what its giver may do."""

    _name = "key.account.authority.grant"
    _description = "Authority Grant"
    _order = "id desc"

    opportunity_id = fields.Many2one(
        "crm.lead", required=True, ondelete="cascade", index=True
    )
    key_account_id = fields.Many2one(
        related="opportunity_id.key_account_id", store=True, index=True
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one("res.users", string="Given to", required=True)
    dimension = fields.Selection(dimensions, required=True)
    is_private = fields.Boolean(compute="_compute_is_private", store=True)
    value = fields.Float(required=True, digits=(16, 2), aggregator=None)
    date_until = fields.Date(string="Until")
    granted_by_id = fields.Many2one(
        "res.users",
        string="Given by",
        readonly=True,
        required=True,
        default=lambda self: self.env.user,
    )
    visit_id = fields.Many2one("key.account.visit", ondelete="set null")
    customer_id = fields.Many2one(
        "res.partner",
        string="For the customer",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        help="Whose deal it was when this was granted: it holds for no other customer.",
    )
    reason = fields.Char()

    @api.depends("dimension")
    def _compute_is_private(self):
        _mark_private(self)

    @api.constrains("dimension", "value")
    def _check_value(self):
        _assert_not_negative(self)

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            vals["granted_by_id"] = self.env.uid
            lead = self.env["crm.lead"].sudo().browse(vals.get("opportunity_id"))
            vals["customer_id"] = lead.partner_id.commercial_partner_id.id
        grants = super().create(vals_list)
        grants._assert_giver_may()
        grants._mark_concerned()
        return grants

    def write(self, vals):
        if self.env.context.get("key_account_grant") is not _MERGE:
            self._assert_may_change(vals)
        res = super().write(vals)
        self._mark_concerned()
        return res

    def _assert_may_change(self, vals):
        if set(vals) - {"date_until", "reason", "visit_id"}:
            raise AccessError(
                self.env._(
                    "A grant is not changed: end it by its date and give another one."
                )
            )
        self._assert_giver_may()

    def unlink(self):
        orders, lines = self._orders(), self.sudo().opportunity_id.requirement_ids
        res = super().unlink()
        orders._mark_authority()
        lines._measure_again()
        return res

    def _assert_giver_may(self):
        """Only a manager of the team gives, within their own limit, and never to
        themselves."""
        Limit = self.env["key.account.authority.limit"]
        for grant in self:
            lead = grant.opportunity_id.sudo()
            if grant.user_id == self.env.user:
                raise AccessError(
                    self.env._("Nobody can grant authority to themselves.")
                )
            managers = lead.team_id._key_account_managers()
            if self.env.user not in managers and not self.env.user.has_group(
                "key_account.group_director"
            ):
                raise AccessError(
                    self.env._(
                        "Only a manager of the team of “%(deal)s” can grant authority"
                        " for it.",
                        deal=lead.name,
                    )
                )
            own = Limit._user_limit(
                self.env.user,
                grant.company_id,
                grant.dimension,
                team=lead.team_id,
                grade=lead.key_account_id.limit_grade or None,
            )
            if rules.DIMENSIONS[grant.dimension].exceeds(grant.value, own):
                raise AccessError(
                    self.env._(
                        "You cannot grant %(value)s for %(dimension)s: it lies beyond"
                        " your own limit."
                        " Grant less, or have the next level grant it.",
                        value=grant.value,
                        dimension=dict(
                            self._fields["dimension"]._description_selection(self.env)
                        )[grant.dimension],
                    )
                )

    def _is_for(self, lead):
        """Whether the deal is still with the customer this was granted for."""
        customer = lead.sudo().partner_id.commercial_partner_id
        return not self.customer_id or self.customer_id == customer

    def _in_force(self, leads):
        """Grants of these opportunities that have not ended."""
        yesterday = fields.Date.today() - timedelta(days=1)
        grants = self.sudo().search(
            [
                ("opportunity_id", "in", leads.ids),
                "|",
                ("date_until", "=", False),
                ("date_until", ">=", yesterday),
            ]
        )
        return grants.filtered(
            lambda grant: (
                not grant.date_until
                or grant.date_until >= grant.company_id._key_account_today()
            )
        )

    @api.model
    def _move_to_opportunity(self, sources, target):
        """Grants follow opportunities that are merged into another: nothing in them
        changes but where they are found.
        """
        grants = self.sudo().search([("opportunity_id", "in", sources.ids)])
        grants.with_context(key_account_grant=_MERGE).write(
            {"opportunity_id": target.id}
        )

    def _mark_concerned(self):
        """What this authority bears on is measured again."""
        self._orders()._mark_authority()
        self.sudo().opportunity_id.requirement_ids._measure_again()

    def _orders(self):
        return self.sudo().opportunity_id.order_ids.filtered(
            lambda o: o.state in UNDECIDED
        )
