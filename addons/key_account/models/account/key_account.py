"""The file that the department keeps of a customer."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ...rules.states import CONTROLLED
from ..shared.as_created import as_created
from ..shared.label import listed

MAN_FIELDS = ("man_money", "man_authority", "man_need")
STATES = [
    ("candidate", "Candidate"),
    ("trial", "Trial"),
    ("active", "Active"),
    ("dormant", "Dormant"),
    ("lost", "Lost"),
    ("dropped", "Dropped"),
]
# Who keeps an account, of whom, and whether it is still kept: the manager decides.
_DECIDED = ("user_id", "team_id", "partner_id", "company_id", "active", "grade")
# What takes the customer's quotations out of the controls, as its end does.
_LETS_GO = frozenset(("partner_id", "company_id", "active"))
ENDED_STATES = ("lost", "dropped")


def _said_of(part):
    """The fields by which somebody judges this part of Money, Authority, Need."""
    return {part, f"{part}_evidence", f"{part}_kind"}


class KeyAccount(models.Model):
    """The file (客户档案) that the department keeps of one customer in one company.

    Who may read it is the stored relation ``access_user_ids``; every model below the
    account carries ``key_account_id`` and follows the same rule.
    """

    _name = "key.account"
    _description = "Key Account"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "key.account.single",
        "key.account.kept",
    ]
    _single = frozenset(("partner_id", "company_id"))
    _order = "name, id"
    _rec_names_search = ["name", "code"]
    _check_company_auto = True
    # Record rules ask for these first, see ``shared/id_list.py``.
    _few = True
    _kept = frozenset(("access_user_ids",))
    _no_default = frozenset(("state", "grade", *MAN_FIELDS))

    name = fields.Char(
        compute="_compute_name",
        store=True,
        readonly=False,
        precompute=True,
        index="trigram",
    )
    code = fields.Char(string="Reference", readonly=True, copy=False, default="New")
    active = fields.Boolean(default=True, copy=False, tracking=True)
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        ondelete="restrict",
        index=True,
        tracking=True,
        copy=False,
        check_company=True,
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    team_id = fields.Many2one(
        "crm.team",
        string="Sales Team",
        tracking=True,
        check_company=True,
        index=True,
        default=lambda self: self._default_team_id(),
    )
    user_id = fields.Many2one(
        "res.users",
        string="Specialist",
        default=lambda self: self.env.user,
        tracking=True,
        index=True,
        check_company=True,
    )
    sponsor_id = fields.Many2one("res.users", string="Executive sponsor", tracking=True)
    sponsor_cycle_months = fields.Integer(
        string="Sponsor meets every (months)", default=6, aggregator=None
    )
    state = fields.Selection(
        STATES,
        default="candidate",
        required=True,
        tracking=True,
        index=True,
        copy=False,
        group_expand=True,
    )
    grade = fields.Selection(
        [("A", "A"), ("B", "B"), ("C", "C"), ("D", "D")],
        string="Importance",
        tracking=True,
    )
    stakeholder_ids = fields.One2many(
        "key.account.stakeholder", "key_account_id", string="People", copy=False
    )
    plan_ids = fields.One2many(
        "key.account.plan", "key_account_id", string="Plans", copy=False
    )
    opportunity_ids = fields.One2many(
        "crm.lead", "key_account_id", string="Opportunities", copy=False
    )

    # ---------------------------------------- defaults

    @api.model
    def _default_team_id(self):
        """The key-account team in whose work the user has a part."""
        user, company = self.env.user, self.env.company
        own = Domain.OR(
            [
                Domain("crm_team_member_ids.user_id", "=", user.id),
                Domain("user_id", "=", user.id),
                Domain("key_account_manager_ids", "in", user.ids),
                Domain("key_account_support_ids", "in", user.ids),
            ]
        )
        teams = Domain("is_key_account", "=", True)
        teams &= Domain("company_id", "in", [False, company.id])
        return self.env["crm.team"].sudo().search(teams & own, limit=1)

    # ---------------------------------------- compute

    @api.depends("partner_id")
    def _compute_name(self):
        for account in self:
            account.name = account.name or account.partner_id.name

    @api.depends("name", "code")
    def _compute_display_name(self):
        for account in self:
            # The code is given when it is saved: until then the screen says “New”.
            account.display_name = account.name or (
                account.code if account.id else False
            )

    def _single_text(self):
        return self.env._(
            "A customer has one key account. Make a new one and choose the customer it"
            " is for."
        )

    # ---------------------------------------- CRUD

    @api.model_create_multi
    def create(self, vals_list):
        said = as_created(self, vals_list, ("partner_id", "company_id", "active"))
        vals_list = [
            self._with_commercial_partner({**vals, **told})
            for vals, told in zip(vals_list, said, strict=True)
        ]
        self._assert_kept_start(vals_list)
        self._assert_one_file_per_customer(
            [
                (vals.get("partner_id"), vals.get("company_id") or self.env.company.id)
                for vals in vals_list
                if vals.get("active", True)
            ]
        )
        for vals in vals_list:
            vals["code"] = self.env["ir.sequence"].next_by_code("key.account") or "New"
            vals.update(self._sign_qualification(self._judged_parts(vals)))
        signing = self._unlocked(("code", *self._sign_qualification(MAN_FIELDS)))
        accounts = super(KeyAccount, signing).create(vals_list)
        accounts.filtered(lambda a: a.grade or a.limit_grade)._assert_may_grade()
        accounts._fill_survey()
        self._relink_documents(accounts.partner_id)
        return accounts

    def write(self, vals):
        vals = self._with_commercial_partner(vals)
        self._assert_kept(vals)
        if not self._is_by_process(vals):
            # Before any word: a refusal names accounts.
            self.check_access("write")
            self._assert_may_write(vals)
        writing = self
        if parts := [name for name in MAN_FIELDS if vals.keys() & _said_of(name)]:
            vals.update(self._sign_qualification(parts))
            writing = self._unlocked(vals)
        moved = vals.keys() & {"partner_id", "company_id", "active"}
        partners = self.partner_id if moved else self.env["res.partner"]
        if moved and vals.get("active", True):
            self._assert_one_file_per_customer(
                [
                    (
                        vals.get("partner_id", account.partner_id.id),
                        vals.get("company_id", account.company_id.id),
                    )
                    for account in self
                    if vals.get("active", account.active)
                ],
                but=self,
            )
        self._before_change(vals)
        result = super(KeyAccount, writing).write(vals)
        if moved:
            self._relink_documents(partners | self.partner_id)
        if vals.keys() & {"survey_kind", "company_id"}:
            self._fill_survey()
        return result

    def _before_change(self, vals):
        """Hook: these values are about to be written, by whoever may; ``prices`` ends
        the approval of prices that will be others."""

    @api.ondelete(at_uninstall=False)
    def _unlink_only_unused(self):
        used = self.filtered(lambda account: account._is_used())
        if used:
            raise UserError(
                self.env._(
                    "These accounts have a history and cannot be deleted: %(accounts)s."
                    " Archive them, or use Lost or Drop.",
                    accounts=listed(self.env, used.mapped("display_name")),
                )
            )

    def _is_used(self):
        """Whether anything has been done with this file; later rooms add their work."""
        return self.state != "candidate" or bool(self.opportunity_ids)

    # ---------------------------------------- what only the process or a manager writes

    def _assert_may_write(self, vals):
        """Ending, archiving and reassigning take quotations out of the controls."""
        if "state" in vals:
            self._assert_may_become(vals["state"])
        if "grade" in vals:
            self._assert_not_evaluated(vals["grade"])
        if "sponsor_id" in vals:
            self._assert_may_sponsor(vals["sponsor_id"])
        decided = [name for name in _DECIDED if name in vals]
        ends = vals.get("state") in ENDED_STATES
        if not decided and not ends:
            return
        ended = self.filtered(lambda a: ends and a.state != vals["state"])
        changed = {name: self._would_change(name, vals[name]) for name in decided}
        foreign = ended.union(*changed.values()) - self._managed_by_user()
        # Nor do they end their own, or let it go, as long as somebody else decides.
        let_go = self.browse().union(*(changed[n] for n in decided if n in _LETS_GO))
        ended |= let_go.filtered(lambda a: a.active and a.state in CONTROLLED)
        foreign |= ended - ended._decided_by_user()
        if foreign:
            raise AccessError(
                self.env._(
                    "Specialist, team, customer and importance of an account, its"
                    " archiving and its end are decided by the manager of its team. Ask"
                    " the manager of: %(accounts)s.",
                    accounts=listed(self.env, foreign.mapped("display_name")),
                )
            )

    def _would_change(self, name, value):
        """Those of these accounts that hold another value by now."""
        field = self._fields[name]
        return self.filtered(
            lambda a: field.convert_to_write(a[name], a) != (value or False)
        )
