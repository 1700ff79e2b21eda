"""How a company controls its key accounts: mode, dimensions, hours; kept in memory."""

from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError
from odoo.tools import frozendict

from ...rules import authority as rules
from .act import meet
from .label import listed
from .remembered import forget

# Changing one of these changes what undecided quotations need.
DECIDING = frozenset(
    (
        "key_account_mode",
        "key_account_dimensions",
        "key_account_approval_policy",
        "key_account_reference_pricelist_id",
    )
)
# Asked with every quotation that is measured, and kept in memory.
SETTINGS = (
    "key_account_approval_policy",
    "key_account_contract_review",
    "key_account_sole_sign_off",
    "key_account_sign_off_hours",
    "key_account_approval_days",
)
# What is kept in memory of a company.
_REMEMBERED = DECIDING | {*SETTINGS, "currency_id", "resource_calendar_id"}


class ResCompany(models.Model):
    _inherit = "res.company"

    # A prefetch group of their own: nearly every request reads companies, and hardly
    # any wants these.
    key_account_mode = fields.Selection(
        [("off", "Off"), ("observe", "Observe"), ("enforce", "Enforce")],
        string="Key account controls",
        default="off",
        help="Off: nothing is measured. Observe: quotations are measured, shown and"
        " logged, nothing is"
        " stopped. Enforce: what lies outside somebody's authority cannot reach the"
        " customer.",
        prefetch="key_account",
    )
    key_account_dimensions = fields.Char(
        string="Measured dimensions",
        default="discount,amount",
        help="Codes of the commercial terms that are measured, separated by commas.",
        prefetch="key_account",
    )
    key_account_approval_policy = fields.Selection(
        [
            ("over_limit", "Only beyond the author's limits"),
            ("always", "Always, by the next level"),
        ],
        string="Sign-off policy",
        default="over_limit",
        prefetch="key_account",
    )
    key_account_sole_sign_off = fields.Boolean(
        string="Sole sign-off at the top",
        help="When the top level has one member only, they may sign off their own"
        " quotations;"
        " it is recorded as sole sign-off.",
        prefetch="key_account",
    )
    key_account_contract_review = fields.Boolean(
        string="Contract review",
        help="A signed quotation is reviewed by the functions concerned before it is"
        " confirmed.",
        prefetch="key_account",
    )
    key_account_reference_pricelist_id = fields.Many2one(
        "product.pricelist",
        string="Reference pricelist",
        help="Discounts are measured against these prices; without it, against list"
        " prices.",
        prefetch="key_account",
    )
    key_account_approval_days = fields.Integer(
        string="Approval valid for (days)",
        default=30,
        help="Used when the quotation has no validity date of its own.",
        prefetch="key_account",
    )
    key_account_report_hours = fields.Float(
        string="Visit report due in (working hours)",
        default=8.0,
        prefetch="key_account",
    )
    key_account_review_days = fields.Integer(
        string="Review due in (working days)",
        default=1,
        prefetch="key_account",
    )
    key_account_visit_position = fields.Boolean(
        string="Position on check-in",
        help="Whoever checks in on a visit is asked by the browser whether it may tell"
        " where that is. Whoever reads the visit sees it.",
        prefetch="key_account",
    )
    key_account_sign_off_hours = fields.Float(
        string="Sign-off due in (working hours)",
        default=4.0,
        prefetch="key_account",
    )
    key_account_remind_hours = fields.Float(
        string="Reminder (working hours before)",
        default=2.0,
        help="Whoever is responsible is reminded this long before a deadline; 0 for no"
        " reminder.",
        prefetch="key_account",
    )
    key_account_escalate_hours = fields.Float(
        string="Manager is told (working hours after)",
        default=4.0,
        help="What is overdue for this long is put to the manager, a sign-off to the"
        " next level; 0 for never.",
        prefetch="key_account",
    )
    key_account_director_hours = fields.Float(
        string="Director is told (working hours after)",
        default=12.0,
        help="What is overdue for this long is put to the director, a sign-off to one"
        " more level; 0 for never.",
        prefetch="key_account",
    )

    _key_account_hours_not_negative = models.Constraint(
        "CHECK (key_account_sign_off_hours >= 0 AND key_account_remind_hours >= 0"
        " AND key_account_escalate_hours >= 0 AND key_account_director_hours >= 0)",
        "Hours of deadlines cannot be negative.",
    )

    # ------------------------------------------------------------
    # CONSTRAINTS
    # ------------------------------------------------------------

    @api.constrains("key_account_dimensions")
    def _check_dimensions(self):
        for company in self:
            unknown = set(company._key_account_codes()) - set(rules.DIMENSIONS)
            if unknown:
                raise ValidationError(
                    self.env._(
                        "%(company)s cannot measure “%(codes)s”: there is no such"
                        " dimension. Known are: %(known)s.",
                        company=company.name,
                        codes=listed(self.env, sorted(unknown)),
                        known=listed(self.env, rules.DIMENSIONS),
                    )
                )

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        forget(self.env)
        return companies

    def write(self, vals):
        res = super().write(vals)
        if not _REMEMBERED.isdisjoint(vals):
            forget(self.env)
        self._key_account_settings_changed(vals.keys())
        return res

    def _key_account_settings_changed(self, names):
        """Hook: these settings have been written; what was measured by them is measured
        again by the room on top (``again``)."""

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    @api.model
    @tools.ormcache()
    def _key_account_modes(self):
        """``{company id: mode}`` of the companies with controls: the others' documents
        are told apart without a query."""
        # Kept for everybody: not only of the companies that whoever asks first sees.
        companies = self.sudo().with_context(active_test=False)
        companies = companies.search(
            [("key_account_mode", "in", ("observe", "enforce"))]
        )
        return frozendict({c.id: c.key_account_mode for c in companies})

    def _key_account_enforces(self):
        """Whether this company stops what lies outside somebody's authority."""
        return self._key_account_modes().get(self.id) == "enforce"

    def _key_account_setting(self, name):
        """One of ``SETTINGS``, without a query."""
        return self._key_account_settings(self.id).get(name)

    @api.model
    @tools.ormcache("company_id")
    def _key_account_settings(self, company_id):
        company = self._key_account_remembered(company_id)
        return frozendict({name: company[name] for name in SETTINGS})

    @api.model
    def _key_account_remembered(self, company_id):
        """A company as it is kept in memory for everybody: not as whoever asks first
        may read it."""
        return self.sudo().browse(company_id or [])

    @api.model
    @tools.ormcache("company_id")
    def _key_account_reference_pricelist(self, company_id):
        """Id of the pricelist that discounts are measured against."""
        company = self._key_account_remembered(company_id)
        return company.key_account_reference_pricelist_id.id

    def _next_contract_number(self):
        """The next number of this company's own sequence, made at its first
        contract."""
        self.ensure_one()
        code = "key.account.contract"
        # Whoever confirms a contract numbers it; nobody else may touch the sequences.
        sequences = self.env["ir.sequence"].sudo()
        own = sequences.search([("code", "=", code), ("company_id", "=", self.id)])
        if not self._numbers_begun(own[:1]):
            # Two at the same moment would both begin with number one.
            meet(self)
        if not own:
            shared = sequences.search(
                [("code", "=", code), ("company_id", "=", False)], limit=1
            )
            values = {"name": self.env._("Quotation contract"), "company_id": self.id}
            own = (
                shared.copy({**values, "date_range_ids": False})
                if shared
                else sequences.create({**values, "code": code, "padding": 4})
            )
        return self._key_account_counting(own[0]).next_by_id()

    def _key_account_counting(self, sequences):
        """These sequences, as they count on the day of this company: which year a
        number is of hangs neither on UTC, as Odoo has it, nor on who asks, or says so
        in a context."""
        return sequences.with_context(
            tz=self._key_account_time_zone(self.id),
            ir_sequence_date=fields.Date.to_string(self._key_account_today()),
            ir_sequence_date_range=False,
        )

    def _numbers_begun(self, sequence):
        """Whether a sequence is there, and has counted in this period of its own."""
        if not sequence or not sequence.use_date_range:
            return bool(sequence)
        day = self._key_account_today()
        return bool(
            sequence.date_range_ids.search_count(
                [
                    ("sequence_id", "=", sequence.id),
                    ("date_from", "<=", day),
                    ("date_to", ">=", day),
                ],
                limit=1,
            )
        )

    @api.model
    @tools.ormcache("company_id")
    def _key_account_dimension_codes(self, company_id):
        """Codes of the dimensions that a company measures, in the registry's order."""
        return tuple(self._key_account_remembered(company_id)._key_account_codes())

    def _key_account_codes(self):
        """What is switched on; unknown codes last."""
        entered = (self.key_account_dimensions or "").split(",")
        codes = dict.fromkeys(code.strip() for code in entered if code.strip())
        known = [code for code in rules.DIMENSIONS if code in codes]
        return known + [code for code in codes if code not in rules.DIMENSIONS]

    @api.model
    @tools.ormcache()
    def _key_account_main_currency_id(self):
        return self._get_main_company().currency_id.id

    @api.model
    def _key_account_main_currency(self):
        """The currency of list prices of products that belong to no company."""
        return self.env["res.currency"].browse(self._key_account_main_currency_id())
