from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

from ...rules import account_state, completeness, qualification
from .survey import SURVEY_KINDS

JUDGEMENTS = [("open", "Open"), ("confirmed", "Confirmed"), ("refused", "Refused")]
MAN_FIELDS = ("man_money", "man_authority", "man_need")
STATES = [
    ("candidate", "Candidate"),
    ("trial", "Trial"),
    ("active", "Active"),
    ("dormant", "Dormant"),
    ("lost", "Lost"),
    ("dropped", "Dropped"),
]
# Compared by identity: no caller can send this very object over RPC.
_PROCESS = object()
# Who keeps an account, of whom, and whether it is still kept: the manager decides.
_DECIDED = ("user_id", "team_id", "partner_id", "company_id", "active", "grade")
# Written by the process itself, never by hand.
_RECORDED = {
    "access_user_ids",
    "merged_into_id",
    "won_date",
    "man_user_id",
    "man_date",
    "limit_grade",
}
ENDED_STATES = ("lost", "dropped")


class KeyAccount(models.Model):
    """The file (客户档案) that the department keeps of one customer in one company.

    Who may read it is the stored relation ``access_user_ids``; every model below the
    account carries ``key_account_id`` and follows the same rule.
    """

    _name = "key.account"
    _description = "Key Account"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "name, id"
    _rec_names_search = ["name", "code"]
    _check_company_auto = True

    name = fields.Char(
        compute="_compute_name",
        store=True,
        readonly=False,
        precompute=True,
        index="trigram",
    )
    code = fields.Char(string="Reference", readonly=True, copy=False, default="New")
    active = fields.Boolean(default=True, copy=False)
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
    member_ids = fields.One2many(
        "key.account.member", "key_account_id", string="Account team"
    )
    access_user_ids = fields.Many2many(
        "res.users",
        "key_account_access_rel",
        "key_account_id",
        "user_id",
        string="Readable by",
        compute="_compute_access_user_ids",
        store=True,
        help="Owner, sponsor, account team, and the team's managers and supporters.",
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
    survey_kind = fields.Selection(
        SURVEY_KINDS, string="Kind of survey", default="prospect", required=True
    )
    grade = fields.Selection(
        [("A", "A"), ("B", "B"), ("C", "C"), ("D", "D")],
        string="Importance",
        tracking=True,
    )
    won_date = fields.Date(string="Signed customer since", readonly=True, copy=False)
    lost_date = fields.Date(readonly=True, copy=False, tracking=True)
    lost_reason = fields.Char(
        string="Reason of the end",
        readonly=True,
        copy=False,
        tracking=True,
        help="Why the customer was lost, or their development ended.",
    )
    merged_into_id = fields.Many2one(
        "key.account",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
    )
    merged_account_ids = fields.One2many(
        "key.account",
        "merged_into_id",
        string="Earlier files",
        context={"active_test": False},
        help="Files of contacts that were merged into this customer, with their own"
        " history.",
    )
    # Money, Authority, Need
    man_money = fields.Selection(
        JUDGEMENTS,
        string="Money",
        default="open",
        required=True,
        tracking=True,
        copy=False,
    )
    man_money_evidence = fields.Text(
        string="Money: evidence", copy=False, help="Liquid and fixed assets, funding."
    )
    man_authority = fields.Selection(
        JUDGEMENTS,
        string="Authority",
        default="open",
        required=True,
        tracking=True,
        copy=False,
    )
    man_authority_evidence = fields.Text(
        string="Authority: evidence", copy=False, help="Does our contact decide?"
    )
    man_need = fields.Selection(
        JUDGEMENTS,
        string="Need",
        default="open",
        required=True,
        tracking=True,
        copy=False,
    )
    man_need_evidence = fields.Text(
        string="Need: evidence",
        copy=False,
        help="A need that exists, or one to be created.",
    )
    man_user_id = fields.Many2one(
        "res.users", string="Qualified by", readonly=True, copy=False, tracking=True
    )
    man_date = fields.Date(string="Qualified on", readonly=True, copy=False)
    likelihood = fields.Selection(
        [("A", "A"), ("B", "B"), ("C", "C")],
        compute="_compute_likelihood",
        store=True,
        tracking=True,
        help="A: money, authority and need are confirmed. B: none refused, at least"
        " one confirmed. C: otherwise.",
    )
    answer_ids = fields.One2many(
        "key.account.survey.answer",
        "key_account_id",
        string="Profile survey",
        copy=False,
    )
    profile_completeness = fields.Float(
        string="Profile completeness (%)",
        compute="_compute_profile_completeness",
        store=True,
        aggregator="avg",
        digits=(5, 1),
        help="Weight of the required questions answered and still valid ÷ weight of"
        " all required.",
    )
    stakeholder_ids = fields.One2many(
        "key.account.stakeholder", "key_account_id", string="People", copy=False
    )
    visit_ids = fields.One2many(
        "key.account.visit", "key_account_id", string="Visits", copy=False
    )
    plan_ids = fields.One2many(
        "key.account.plan", "key_account_id", string="Plans", copy=False
    )
    opportunity_ids = fields.One2many(
        "crm.lead", "key_account_id", string="Opportunities", copy=False
    )
    order_ids = fields.One2many(
        "sale.order", "key_account_id", string="Orders", copy=False
    )
    may_assign = fields.Boolean(compute="_compute_may_assign")

    _one_file_per_customer = models.UniqueIndex(
        "(partner_id, company_id) WHERE active",
        "This customer already has a key account in the company.",
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
            account.display_name = account.name or account.code

    @api.depends(
        "user_id",
        "sponsor_id",
        "member_ids.user_id",
        "team_id.user_id",
        "team_id.key_account_manager_ids",
        "team_id.key_account_support_ids",
    )
    def _compute_access_user_ids(self):
        for account in self:
            team = account.team_id
            account.access_user_ids = (
                account._account_team()
                | account.sponsor_id
                | team._key_account_managers()
                | team.key_account_support_ids
            )

    @api.depends(*MAN_FIELDS)
    def _compute_likelihood(self):
        for account in self:
            account.likelihood = qualification.likelihood(
                *(account[name] for name in MAN_FIELDS)
            )

    @api.depends(
        "survey_kind",
        "answer_ids.is_current",
        "answer_ids.question_id.active",
        "answer_ids.question_id.kind",
        "answer_ids.question_id.company_id",
        "answer_ids.question_id.required",
        "answer_ids.question_id.weight",
    )
    def _compute_profile_completeness(self):
        for account in self:
            account.profile_completeness = completeness.completeness(
                [
                    completeness.Item(
                        answer.question_id.weight,
                        answer.question_id.required,
                        answer.is_current,
                    )
                    for answer in account.answer_ids
                    if answer.question_id._concerns(account)
                ]
            )

    @api.depends("team_id")
    @api.depends_context("uid")
    def _compute_may_assign(self):
        managed = self._managed_by_user()
        for account in self:
            account.may_assign = not account._origin or account in managed

    # ---------------------------------------- constraints

    @api.constrains("active", "merged_into_id")
    def _check_merged_stays_archived(self):
        for account in self:
            if account.active and account.merged_into_id:
                raise ValidationError(
                    self.env._(
                        "%(account)s was merged into %(survivor)s and stays archived."
                        " Work on with %(survivor)s.",
                        account=account.display_name,
                        survivor=account.merged_into_id.display_name,
                    )
                )

    @api.constrains("state", "lost_date", "lost_reason")
    def _check_loss_explained(self):
        for account in self:
            if account.state == "lost" and not (
                account.lost_date and account.lost_reason
            ):
                raise ValidationError(
                    self.env._(
                        "%(account)s cannot be marked as lost without a reason and a"
                        " date. Use the button Lost and give both.",
                        account=account.display_name,
                    )
                )
            if account.state == "dropped" and not account.lost_reason:
                raise ValidationError(
                    self.env._(
                        "The development of %(account)s cannot be ended without a"
                        " reason. Use the button Drop and give it.",
                        account=account.display_name,
                    )
                )

    # ---------------------------------------- CRUD

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [self._with_commercial_partner(vals) for vals in vals_list]
        self._assert_not_recorded(
            vals_list, {"access_user_ids", "merged_into_id", "limit_grade"}
        )
        self._assert_one_file_per_customer(
            [
                (vals.get("partner_id"), vals.get("company_id") or self.env.company.id)
                for vals in vals_list
                if vals.get("active", True)
            ]
        )
        for vals in vals_list:
            if vals.get("code", "New") == "New":
                vals["code"] = (
                    self.env["ir.sequence"].next_by_code("key.account") or "New"
                )
            if any(vals.get(name, "open") != "open" for name in MAN_FIELDS):
                self._sign_qualification(vals)
        accounts = super().create(vals_list)
        accounts.filtered(lambda a: a.grade or a.limit_grade)._assert_may_grade()
        accounts._fill_survey()
        self._relink_documents(accounts.partner_id)
        return accounts

    def write(self, vals):
        vals = self._with_commercial_partner(vals)
        if self.env.context.get("key_account_process") is not _PROCESS:
            self._assert_may_write(vals)
        if vals.keys() & {*MAN_FIELDS, *(f"{name}_evidence" for name in MAN_FIELDS)}:
            self._sign_qualification(vals)
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
        result = super().write(vals)
        if moved:
            self._relink_documents(partners | self.partner_id)
        if vals.keys() & {"survey_kind", "company_id"}:
            self._fill_survey()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_only_unused(self):
        used = self.filtered(
            lambda a: (
                a.state != "candidate"
                or a.visit_ids
                or a.opportunity_ids
                or a.order_ids
            )
        )
        if used:
            raise UserError(
                self.env._(
                    "These accounts have a history and cannot be deleted: %(accounts)s."
                    " Archive them, or use Lost or Drop.",
                    accounts=", ".join(used.mapped("display_name")),
                )
            )

    # ---------------------------------------- actions

    def action_start_trial(self):
        self.write({"state": "trial"})

    def action_activate(self):
        self.write({"state": "active"})

    def action_mark_dormant(self):
        self.write({"state": "dormant"})

    def action_reopen(self):
        self.write({"state": "candidate"})

    def action_lose(self, reason, date=None):
        """Customers leave: with a reason and the day on which they did."""
        self.write(self._prepare_end("lost", reason, date))

    def action_drop(self, reason):
        """The development of candidates ends; no customer, so nothing is lost."""
        self.write(self._prepare_end("dropped", reason))

    def action_fill_survey(self):
        """Put questions that were added since the file was opened."""
        self.check_access("write")
        self._fill_survey()
        return True

    # ---------------------------------------- business: life

    def _set_won(self, date):
        """A signed order makes customers, unless on trial: passing it does."""
        for account in self.sudo():
            vals = {
                "won_date": account.won_date or date,
                "state": account_state.after_signature(account.state),
            }
            # Most orders are not the first: a write would measure all open quotations
            # anew.
            if any(account[name] != value for name, value in vals.items()):
                account._write_process(vals)

    def _drop(self, reason):
        """A ruling ends the development of the candidates; customers stay."""
        candidates = self.filtered(lambda a: a.state == "candidate")
        candidates._write_process(self._prepare_end("dropped", reason))

    def _prepare_end(self, state, reason, date=None):
        return {
            "state": state,
            "lost_reason": reason,
            "lost_date": date or fields.Date.context_today(self),
        }

    def _write_process(self, vals):
        """Write what the process has decided; its callers check who may."""
        return self.with_context(key_account_process=_PROCESS).write(vals)

    def _assert_may_become(self, state):
        stuck = self.filtered(lambda a: not account_state.may_become(a.state, state))
        if stuck:
            labels = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "These accounts cannot become “%(state)s”: %(accounts)s. Only a"
                    " candidate can be dropped; only customers, or who is on trial,"
                    " can be lost or dormant.",
                    state=labels.get(state, state),
                    accounts=", ".join(
                        f"{account.display_name} ({labels[account.state]})"
                        for account in stuck
                    ),
                )
            )

    def _merge_into(self, survivor):
        """Archive these files; the survivor goes on from how far they had come."""
        if not self:
            return
        files = self | survivor
        self._write_process({"active": False, "merged_into_id": survivor.id})
        won = [date for date in files.mapped("won_date") if date]
        vals = {"state": account_state.most_living(files.mapped("state"))}
        if won:
            vals["won_date"] = min(won)
        survivor._write_process(vals)
        for account in self:
            account.message_post(
                body=self.env._("Merged into %s.", survivor._get_html_link())
            )
        survivor.message_post(
            body=self.env._(
                "The files %s were merged into this one and stay readable as earlier"
                " files.",
                ", ".join(f"{account.name} ({account.code})" for account in self),
            )
        )

    # ---------------------------------------- business: people

    def _account_team(self):
        return self.user_id | self.member_ids.user_id

    def _confidants_by_account(self):
        """{account: users} who may read personal notes: its team and managers."""
        return {
            account: account._account_team() | account.team_id._key_account_managers()
            for account in self.sudo()
        }

    def _managed_by_user(self):
        """Accounts that the user decides on, as the team's manager or as director."""
        user = self.env.user
        if user._is_superuser() or user.has_group("key_account.group_director"):
            return self
        return self.filtered(lambda a: user in a.sudo().team_id._key_account_managers())

    def _assert_may_write(self, vals):
        """Ending, archiving and reassigning take quotations out of the controls."""
        self._assert_not_recorded([vals], _RECORDED)
        if "state" in vals:
            self._assert_may_become(vals["state"])
        if "grade" in vals:
            self._assert_not_evaluated(vals["grade"])
        decided = [name for name in _DECIDED if name in vals]
        ends = vals.get("state") in ENDED_STATES
        if not decided and not ends:
            return
        changed = self.filtered(
            lambda a: (
                (ends and a.state != vals["state"])
                or any(
                    a._fields[name].convert_to_write(a[name], a)
                    != (vals[name] or False)
                    for name in decided
                )
            )
        )
        foreign = changed - changed._managed_by_user()
        if foreign:
            raise AccessError(
                self.env._(
                    "Specialist, team, customer and importance of an account, its"
                    " archiving and its end are decided by the manager of its team. Ask"
                    " the manager of: %(accounts)s.",
                    accounts=", ".join(foreign.mapped("display_name")),
                )
            )

    @api.model
    def _assert_not_recorded(self, vals_list, names):
        written = set().union(*vals_list) & names
        if written:
            raise AccessError(
                self.env._(
                    "%(fields)s: recorded by the process itself, not entered by hand.",
                    fields=", ".join(
                        self._fields[name]._description_string(self.env)
                        for name in sorted(written)
                    ),
                )
            )

    # ---------------------------------------- business: qualification

    def _sign_qualification(self, vals):
        vals["man_user_id"] = self.env.uid
        vals["man_date"] = fields.Date.context_today(self)

    def _unjudged_parts(self):
        """Labels of what of Money, Authority, Need nobody has confirmed or refused."""
        self.ensure_one()
        labels = {
            name: self._fields[name]._description_string(self.env)
            for name in MAN_FIELDS
        }
        return qualification.unjudged({labels[name]: self[name] for name in MAN_FIELDS})

    # ---------------------------------------- business: survey

    def _fill_survey(self):
        """Give each account a blank row per question of its kind that it lacks."""
        Answer = self.env["key.account.survey.answer"].sudo()
        asked = self.env["key.account.survey.question"]._asked_of(self)
        rows = Answer._read_group(
            [("key_account_id", "in", self.ids)],
            ["key_account_id"],
            ["question_id:recordset"],
        )
        present = dict(rows)
        Answer.create(
            [
                {"key_account_id": account.id, "question_id": question.id}
                for account, questions in asked.items()
                for question in questions - present.get(account, questions.browse())
            ]
        )

    # ---------------------------------------- business: documents

    @api.model
    def _with_commercial_partner(self, vals):
        """A file is kept of the company, not of one of its addresses or people."""
        vals = dict(vals)
        if vals.get("partner_id"):
            partner = self.env["res.partner"].browse(vals["partner_id"])
            vals["partner_id"] = partner.commercial_partner_id.id
        return vals

    @api.model
    def _assert_one_file_per_customer(self, pairs, but=None):
        """Name the file that exists, and its keeper, before the index refuses."""
        pairs = [pair for pair in pairs if all(pair)]
        if not pairs:
            return
        if len(set(pairs)) < len(pairs):
            twice = {
                partner
                for partner, company in pairs
                if pairs.count((partner, company)) > 1
            }
            raise ValidationError(
                self.env._(
                    "A customer has one key account per company. Open one file only"
                    " for: %s.",
                    ", ".join(
                        self.env["res.partner"].browse(twice).mapped("display_name")
                    ),
                )
            )
        domain = Domain("partner_id", "in", [partner for partner, _company in pairs])
        domain &= Domain("company_id", "in", [company for _partner, company in pairs])
        existing = self.sudo().search(domain) - (but or self.browse())
        for account in existing:
            if (account.partner_id.id, account.company_id.id) in pairs:
                raise ValidationError(
                    self.env._(
                        "%(customer)s already has the key account %(code)s in"
                        " %(company)s, kept by %(specialist)s. Work on with that one,"
                        " or ask its manager for access.",
                        customer=account.partner_id.display_name,
                        code=account.code,
                        company=account.company_id.name,
                        specialist=account.user_id.name or self.env._("nobody"),
                    )
                )

    @api.model
    def _relink_documents(self, partners):
        """Let orders and opportunities of these customers find their account again."""
        if not partners:
            return
        domain = [("partner_id.commercial_partner_id", "in", partners.ids)]
        for model in ("sale.order", "crm.lead"):
            documents = (
                self.env[model].sudo().with_context(active_test=False).search(domain)
            )
            self.env.add_to_compute(documents._fields["key_account_id"], documents)
            documents.modified(["key_account_id"])


class KeyAccountMember(models.Model):
    _name = "key.account.member"
    _description = "Account Team Member"
    _rec_name = "user_id"

    key_account_id = fields.Many2one(
        "key.account", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        related="key_account_id.company_id", store=True, index=True
    )
    user_id = fields.Many2one("res.users", required=True, index=True)
    role = fields.Char(string="Part", help="Engineering, quality, logistics, finance …")

    _once_per_account = models.Constraint(
        "UNIQUE(key_account_id, user_id)", "This user is already on the account team."
    )
