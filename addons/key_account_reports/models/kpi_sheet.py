"""The appraisal sheet of a person or a team: its KPIs, its score, its states."""

from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import formatLang

from ..rules import kpi as rules

SHEET_STATES = [
    ("draft", "Draft"),
    ("self_assessment", "Self-assessment"),
    ("appraisal", "With the appraisers"),
    ("appraised", "Appraised"),
    ("confirmed", "Confirmed"),
]


class KeyAccountKpiSheet(models.Model):
    """Appraisal sheet of a person or a team for a quarter or a year.

    Until it is confirmed, it shows the figures stored last; confirming computes them
    once more and writes them down as evidence (``key.account.kpi.snapshot``), and from
    then on they are read from there. The state moves by the action methods only.
    """

    _name = "key.account.kpi.sheet"
    _description = "Appraisal Sheet"
    _inherit = [
        "key.account.single",
        "mail.thread",
        "mail.activity.mixin",
        "key.account.kept",
        "key.account.kpi.period",
    ]
    _order = "date_from desc, team_id, user_id, id desc"
    _check_company_auto = True
    _single = frozenset(("user_id", "team_id", "date_from"))
    _kept = frozenset(
        "state appraised_by_id appraised_on confirmed_by_id confirmed_on".split()
    )

    subject = fields.Selection(
        [("person", "Person"), ("team", "Team")], required=True, default="person"
    )
    user_id = fields.Many2one(
        "res.users", string="Person", ondelete="restrict", index=True
    )
    team_id = fields.Many2one(
        "crm.team",
        compute="_compute_team_id",
        store=True,
        readonly=False,
        precompute=True,
        ondelete="restrict",
        check_company=True,
        index=True,
    )
    set_id = fields.Many2one(
        "key.account.kpi.set", string="KPI set", ondelete="restrict", check_company=True
    )
    state = fields.Selection(
        SHEET_STATES,
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
    )
    line_ids = fields.One2many(
        "key.account.kpi.sheet.line", "sheet_id", string="KPIs", copy=True
    )
    snapshot_ids = fields.One2many(
        "key.account.kpi.snapshot", "sheet_id", readonly=True
    )
    score = fields.Float(
        compute="_compute_score",
        digits=(16, 1),
        help="Weighted; what is n/a carries no weight.",
    )
    score_display = fields.Char(string="Score (text)", compute="_compute_score")
    self_comment = fields.Text(string="Self-assessment", copy=False)
    appraisal_comment = fields.Text(string="Appraisal", copy=False)
    appraised_by_id = fields.Many2one(
        "res.users", string="Appraised by", readonly=True, copy=False
    )
    appraised_on = fields.Datetime("Appraised on", readonly=True, copy=False)
    confirmed_by_id = fields.Many2one(
        "res.users", string="Confirmed by", readonly=True, copy=False
    )
    confirmed_on = fields.Datetime("Confirmed on", readonly=True, copy=False)
    access_user_ids = fields.Many2many(
        "res.users",
        "key_account_kpi_sheet_access_rel",
        "sheet_id",
        "user_id",
        string="Readable by",
        compute="_compute_access_user_ids",
        store=True,
    )

    _subject_named = models.Constraint(
        "CHECK ((subject = 'person' AND user_id IS NOT NULL)"
        " OR (subject = 'team' AND user_id IS NULL AND team_id IS NOT NULL))",
        "An appraisal sheet is a person's, or a team's: name whose it is.",
    )
    _person_unique = models.UniqueIndex(
        "(company_id, user_id, period, date_from) WHERE user_id IS NOT NULL",
        "This person has an appraisal sheet for this period already.",
    )
    _team_unique = models.UniqueIndex(
        "(company_id, team_id, period, date_from) WHERE user_id IS NULL",
        "This team has an appraisal sheet for this period already.",
    )

    # ------------------------------------------------------------
    # COMPUTE METHODS
    # ------------------------------------------------------------

    @api.depends("user_id")
    def _compute_team_id(self):
        for sheet in self:
            sheet.team_id = sheet.user_id.sale_team_id or sheet._supported_team()

    @api.depends("user_id", "team_id.user_id", "team_id.key_account_manager_ids")
    def _compute_access_user_ids(self):
        for sheet in self:
            sheet.access_user_ids = (
                sheet.user_id | sheet.team_id._key_account_managers()
            )

    @api.depends("line_ids.score", "line_ids.applicable", "line_ids.weight")
    def _compute_score(self):
        for sheet in self:
            score = sheet._weighted_score()
            sheet.score = score or 0.0
            sheet.score_display = (
                self.env._("n/a")
                if score is None
                # As it is kept, which is how it is graded.
                else formatLang(self.env, sheet.score, digits=1)
            )

    @api.depends("user_id", "team_id", "subject", "period", "date_from")
    def _compute_display_name(self):
        # A company has many columns, and its calendar is all that is wanted of it.
        self.company_id.fetch(("fiscalyear_last_month", "fiscalyear_last_day"))
        for sheet in self:
            name = (
                sheet.user_id.name if sheet.subject == "person" else sheet.team_id.name
            )
            sheet.display_name = f"{name or self.env._('New')} · {sheet._period_name()}"

    def _single_text(self):
        return self.env._(
            "A person or team has one appraisal sheet a period: open the sheets of"
            " another period instead."
        )

    # ------------------------------------------------------------
    # CONSTRAINTS
    # ------------------------------------------------------------

    @api.constrains("company_id", "user_id")
    def _check_user_company(self):
        for sheet in self:
            # Whoever appraises need not be allowed to read the companies of others.
            companies = sheet.user_id.sudo().company_ids
            if sheet.user_id and sheet.company_id not in companies:
                raise ValidationError(
                    self.env._(
                        "%(person)s does not work for %(company)s: choose another"
                        " person or"
                        " company.",
                        person=sheet.user_id.name,
                        company=sheet.company_id.name,
                    )
                )

    # ------------------------------------------------------------
    # ONCHANGE
    # ------------------------------------------------------------

    @api.onchange("subject")
    def _onchange_subject(self):
        if self.subject == "team":
            self.user_id = False

    @api.onchange("set_id")
    def _onchange_set_id(self):
        if self.set_id:
            self.line_ids = [Command.clear()] + [
                Command.create(vals) for vals in self.set_id._sheet_lines()
            ]

    # ------------------------------------------------------------
    # CRUD METHODS
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """A sheet without a set or lines gets the set of its role."""
        self._assert_may_say(vals_list)
        sheets = super().create(vals_list)
        for sheet in sheets:
            sheet._assert_may_appraise()
            sheet._fill_lines()
        return sheets

    def write(self, vals):
        self._assert_kept(vals)
        if not self._is_by_process(vals):
            self._assert_may_write(vals)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_draft_only(self):
        for sheet in self:
            if sheet.state != "draft":
                raise UserError(
                    self.env._(
                        "%(sheet)s is no longer a draft and cannot be deleted.",
                        sheet=sheet.display_name,
                    )
                )
            sheet._assert_may_appraise()

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_start_self_assessment(self):
        """Ask the person for their own view; for a team's sheet, whoever manages the
        team."""
        for sheet in self:
            sheet._assert_state("draft")
            if not (sheet.is_own or sheet.may_appraise):
                sheet._refuse_appraisal()
        self._move_to("self_assessment")

    def action_appraise(self):
        for sheet in self:
            sheet._assert_state(sheet._appraised_from())
            sheet._assert_may_appraise()
        self._move_to(
            "appraised",
            appraised_by_id=self.env.uid,
            appraised_on=fields.Datetime.now(),
        )

    def action_return(self):
        """Back to the person for completion."""
        for sheet in self:
            sheet._assert_state("self_assessment", "appraisal", "appraised")
            sheet._assert_may_appraise()
        self._move_to("draft", appraised_by_id=False, appraised_on=False)

    def action_confirm(self):
        """Freeze the figures for good, once the period is over."""
        for sheet in self:
            sheet._assert_state("appraised")
            sheet._assert_may_confirm()
            sheet._assert_period_over()
        self._measure_and_keep()
        self.env["key.account.kpi.snapshot"]._take(self)
        self._move_to(
            "confirmed",
            confirmed_by_id=self.env.uid,
            confirmed_on=fields.Datetime.now(),
        )

    # ------------------------------------------------------------
    # BUSINESS METHODS
    # ------------------------------------------------------------

    @api.model
    def _selection_period(self):
        return [
            choice for choice in super()._selection_period() if choice[0] != "month"
        ]

    def _appraised_from(self):
        """Hook: the state in which what the sheet says can be appraised."""
        return "self_assessment"

    def _supported_team(self):
        """The team named; else, of sales support, the one they support."""
        self.ensure_one()
        if self.team_id or not self.user_id:
            return self.team_id
        # Who supports a team is not for everybody to read.
        supported = self.env["crm.team"].sudo()
        return supported.search(
            [
                ("key_account_support_ids", "in", self.user_id.ids),
                ("company_id", "in", [self.company_id.id, False]),
            ],
            limit=1,
        ).with_env(self.env)

    def _weighted_score(self):
        self.ensure_one()
        return rules.weighted_score(
            [
                (line.weight, line.score if line.applicable else None)
                for line in self.line_ids
            ]
        )

    def _latest_snapshots(self):
        """``{(sheet, kpi): figures as they were confirmed}``."""
        # The figures of a sheet are for whoever may read the sheet.
        return self.sudo().snapshot_ids._latest()

    def _subject_record(self):
        self.ensure_one()
        subject = self.team_id if self.subject == "team" else self.user_id
        return subject._origin

    def _fill_lines(self):
        """Give a sheet without lines those of its set, or of its role's set."""
        self.ensure_one()
        if self.line_ids:
            return
        kpi_set = self.set_id or self.env["key.account.kpi.set"]._for_role(
            self._role(), self.company_id
        )
        vals = {"line_ids": [Command.create(line) for line in kpi_set._sheet_lines()]}
        self._write_kept({**vals, "set_id": kpi_set.id})

    def _role(self):
        """The role by whose set somebody is appraised."""
        self.ensure_one()
        if self.subject == "team":
            return "team"
        # What groups somebody has is not for everybody to read.
        user = self.user_id.sudo()
        if user.has_group("key_account.group_manager"):
            return "manager"
        if user.has_group("key_account.group_specialist"):
            return "specialist"
        return (
            "support" if user.has_group("key_account.group_support") else "specialist"
        )

    def _move_to(self, state, **vals):
        self.check_access("write")
        self._write_kept({"state": state, **vals})
