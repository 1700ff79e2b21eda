from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import format_amount, format_date, formatLang

from odoo.addons.key_account.models.shared.label import selection_labels

from ..rules import kpi as rules

SHEET_STATES = [
    ("draft", "Draft"),
    ("self_assessment", "Self-assessment"),
    ("appraised", "Appraised"),
    ("confirmed", "Confirmed"),
]


class KeyAccountKpiSheet(models.Model):
    """Appraisal sheet of a person or a team for a quarter or a year.

    Until it is confirmed, its figures are measured whenever it is read; confirming
    writes them down as evidence (``key.account.kpi.snapshot``), and from then on they
    are read from there. The state moves by the action methods only.
    """

    _name = "key.account.kpi.sheet"
    _description = "Appraisal Sheet"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "key.account.kept",
        "key.account.kpi.period",
    ]
    _order = "date_from desc, team_id, user_id, id desc"
    _check_company_auto = True
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
    appraised_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    appraised_on = fields.Datetime(readonly=True, copy=False)
    confirmed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    confirmed_on = fields.Datetime(readonly=True, copy=False)
    is_own = fields.Boolean(compute="_compute_rights")
    may_appraise = fields.Boolean(compute="_compute_rights")
    may_confirm = fields.Boolean(compute="_compute_rights")
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
            sheet.team_id = sheet.user_id.sale_team_id or sheet.team_id

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
                else formatLang(self.env, score, digits=1)
            )

    @api.depends("user_id", "team_id", "subject")
    @api.depends_context("uid")
    def _compute_rights(self):
        everywhere = self._is_director_or_appraiser()
        for sheet in self:
            sheet.is_own = self.env.user == sheet.user_id
            sheet.may_confirm = everywhere and not sheet.is_own
            sheet.may_appraise = not sheet.is_own and (
                everywhere or sheet._is_managed_by_me()
            )

    @api.depends("user_id", "team_id", "subject", "period", "date_from")
    def _compute_display_name(self):
        for sheet in self:
            name = (
                sheet.user_id.name if sheet.subject == "person" else sheet.team_id.name
            )
            sheet.display_name = f"{name or self.env._('New')} · {sheet._period_name()}"

    # ------------------------------------------------------------
    # CONSTRAINTS
    # ------------------------------------------------------------

    @api.constrains("company_id", "user_id")
    def _check_user_company(self):
        for sheet in self:
            if (
                sheet.user_id
                and sheet.company_id not in sheet.user_id.sudo().company_ids
            ):
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
                        "%(sheet)s is no draft any more and cannot be deleted.",
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
            sheet._assert_state("self_assessment")
            sheet._assert_may_appraise()
        self._move_to(
            "appraised",
            appraised_by_id=self.env.uid,
            appraised_on=fields.Datetime.now(),
        )

    def action_return(self):
        """Back to the person for completion."""
        for sheet in self:
            sheet._assert_state("self_assessment", "appraised")
            sheet._assert_may_appraise()
        self._move_to("draft", appraised_by_id=False, appraised_on=False)

    def action_confirm(self):
        """Freeze the figures for good, once the period is over."""
        for sheet in self:
            sheet._assert_state("appraised")
            sheet._assert_may_confirm()
            sheet._assert_period_over()
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

    def _weighted_score(self):
        self.ensure_one()
        return rules.weighted_score(
            [
                (line.weight, line.score if line.applicable else None)
                for line in self.line_ids
            ]
        )

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

    # ------------------------------------------------------------
    # GUARDS
    # ------------------------------------------------------------

    @api.model
    def _content_fields(self):
        """What the sheet says: changed by those who appraise, in a draft."""
        return {
            *(
                "company_id",
                "period",
                "date",
                "subject",
                "user_id",
                "team_id",
                "set_id",
            ),
            *("line_ids", "snapshot_ids"),
        }

    def _assert_may_write(self, vals):
        for sheet in self:
            if vals.keys() & self._content_fields():
                sheet._assert_state("draft")
                sheet._assert_may_appraise()
            if "self_comment" in vals:
                sheet._assert_state("draft", "self_assessment")
                if sheet.subject == "person" and not sheet.is_own:
                    raise AccessError(
                        self.env._(
                            "%(sheet)s: the self-assessment is written by the person"
                            " alone.",
                            sheet=sheet.display_name,
                        )
                    )
            if "appraisal_comment" in vals:
                sheet._assert_state("draft", "self_assessment", "appraised")
                sheet._assert_may_appraise()

    def _assert_state(self, *states):
        self.ensure_one()
        if self.state not in states:
            labels = selection_labels(self, "state")
            raise UserError(
                self.env._(
                    "%(sheet)s is in state “%(state)s”; this is possible only in:"
                    " %(states)s.",
                    sheet=self.display_name,
                    state=labels[self.state],
                    states=", ".join(labels[state] for state in states),
                )
            )

    def _assert_may_appraise(self):
        self.ensure_one()
        if not (self.may_appraise or self.env.su):
            self._refuse_appraisal()

    def _assert_may_confirm(self):
        self.ensure_one()
        if not self.may_confirm:
            raise AccessError(
                self.env._(
                    "%(sheet)s is confirmed by a director or an appraiser, and by"
                    " nobody for"
                    " themselves.",
                    sheet=self.display_name,
                )
            )

    def _assert_period_over(self):
        self.ensure_one()
        today = fields.Date.context_today(
            self.with_context(tz=self.company_id._key_account_timezone())
        )
        if self.date_to >= today:
            raise UserError(
                self.env._(
                    "%(sheet)s: the period lasts until %(date)s; confirm it"
                    " afterwards.",
                    sheet=self.display_name,
                    date=format_date(self.env, self.date_to),
                )
            )

    def _refuse_appraisal(self):
        raise AccessError(
            self.env._(
                "%(sheet)s: a person is appraised by a manager of their team, a team"
                " by a director;"
                " appraisers appraise everybody, nobody appraises themselves.",
                sheet=self.display_name,
            )
        )

    def _is_director_or_appraiser(self):
        user = self.env.user
        return user.has_group("key_account.group_director") or user.has_group(
            "key_account.group_appraiser"
        )

    def _is_managed_by_me(self):
        """Managers appraise their people, but not their own team as a whole."""
        self.ensure_one()
        return (
            self.subject == "person"
            and self.env.user.has_group("key_account.group_manager")
            and self.env.user in self.team_id._with_people()._key_account_managers()
        )


class KeyAccountKpiSheetLine(models.Model):
    """One KPI of a sheet: numerator and denominator beside the value, each opening its
    records."""

    _name = "key.account.kpi.sheet.line"
    _description = "KPI of an Appraisal Sheet"
    _order = "sequence, id"

    sheet_id = fields.Many2one(
        "key.account.kpi.sheet", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="sheet_id.company_id", store=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    sequence = fields.Integer(default=10)
    kpi_id = fields.Many2one(
        "key.account.kpi", string="KPI", required=True, ondelete="restrict"
    )
    kind = fields.Selection(related="kpi_id.kind")
    weight = fields.Float(required=True, default=10.0)
    default_target = fields.Float(
        default=100.0, help="Used where no target was entered."
    )
    numerator = fields.Float(compute="_compute_figures", aggregator=None)
    denominator = fields.Float(compute="_compute_figures", aggregator=None)
    aside = fields.Float(
        string="Shown apart", compute="_compute_figures", aggregator=None
    )
    value = fields.Float(
        compute="_compute_figures",
        aggregator=None,
        help="In percent for ratios, uncapped. Zero when not applicable:"
        " see “Applicable”.",
    )
    target = fields.Float(compute="_compute_figures", aggregator=None, digits=(16, 2))
    score = fields.Float(compute="_compute_figures", aggregator=None)
    applicable = fields.Boolean(
        compute="_compute_figures",
        help="Unset: there was nothing to measure, or no target: n/a.",
    )
    numerator_display = fields.Char(string="Achieved", compute="_compute_display")
    denominator_display = fields.Char(string="Out of", compute="_compute_display")
    aside_display = fields.Char(string="Apart", compute="_compute_display")
    value_display = fields.Char(string="Result", compute="_compute_display")
    score_display = fields.Char(string="Points", compute="_compute_display")

    _kpi_unique = models.UniqueIndex(
        "(sheet_id, kpi_id)", "A KPI stands on a sheet once."
    )
    _weight_positive = models.Constraint(
        "CHECK (weight > 0)", "A KPI weighs more than zero."
    )

    # ------------------------------------------------------------
    # COMPUTE METHODS
    # ------------------------------------------------------------

    @api.depends(
        *(
            "kpi_id",
            "default_target",
            "sheet_id.state",
            "sheet_id.subject",
            "sheet_id.user_id",
        ),
        *(
            "sheet_id.team_id",
            "sheet_id.company_id",
            "sheet_id.date_from",
            "sheet_id.date_to",
        ),
    )
    def _compute_figures(self):
        frozen = self.filtered(lambda line: line.sheet_id.state == "confirmed")
        frozen._read_snapshots()
        (self - frozen)._measure()

    @api.depends(
        "numerator", "denominator", "aside", "value", "score", "applicable", "kpi_id"
    )
    def _compute_display(self):
        not_applicable = self.env._("n/a")
        for line in self:
            has_value = line._has_value()
            line.numerator_display = line._format(line.numerator)
            line.denominator_display = (
                line._format(line.denominator) if line.kind != "count" else ""
            )
            line.aside_display = (
                f"{line.kpi_id.aside_label}: {line._format(line.aside)}"
                if line.kpi_id.aside_label and line.aside
                else ""
            )
            if not has_value:
                line.value_display = not_applicable
            elif line.kind == "count":
                line.value_display = line._format(line.value)
            else:
                line.value_display = f"{formatLang(self.env, line.value, digits=1)} %"
            line.score_display = (
                formatLang(self.env, line.score, digits=1)
                if line.applicable
                else not_applicable
            )

    # ------------------------------------------------------------
    # CRUD METHODS
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._assert_sheets_open()
        return lines

    def write(self, vals):
        self._assert_sheets_open()
        result = super().write(vals)
        self._assert_sheets_open()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_of_open_sheets(self):
        self._assert_sheets_open()

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_open_numerator(self):
        return self._action_open("numerator", self.kpi_id.numerator_label)

    def action_open_denominator(self):
        if self.kind == "plan":
            return self._action_open_targets()
        return self._action_open("denominator", self.kpi_id.denominator_label)

    def action_open_aside(self):
        return self._action_open("aside", self.kpi_id.aside_label)

    # ------------------------------------------------------------
    # BUSINESS METHODS
    # ------------------------------------------------------------

    def _measure(self):
        """Live figures of these lines: one pass per KPI for all people of a company's
        period."""
        sheets = self.sheet_id
        passes = sheets.filtered("date_from").grouped(
            lambda sheet: (sheet.company_id, sheet._period())
        )
        figures = {}
        for (company, period), group in passes.items():
            lines = self.filtered(lambda line, group=group: line.sheet_id in group)
            people = group.filtered(
                lambda sheet: sheet.subject == "person"
            ).user_id._origin
            teams = group.filtered(
                lambda sheet: sheet.subject == "team"
            ).team_id._origin
            measured = lines.kpi_id._origin._figures(company, period, people, teams)
            for (kpi, subject), figure in measured.items():
                figures[company, period, subject, kpi] = figure
        for line in self:
            sheet = line.sheet_id
            key = (
                (
                    sheet.company_id,
                    sheet._period(),
                    sheet._subject_record(),
                    line.kpi_id._origin,
                )
                if sheet.date_from
                else None
            )
            line._set_figures(figures.get(key))

    def _set_figures(self, figure):
        self.ensure_one()
        target = self._scoring_target(figure)
        score = self.kpi_id._score(figure.value, target) if figure else None
        self.update(
            {
                "numerator": figure.numerator if figure else 0.0,
                "denominator": (figure.denominator if figure else 0.0) or 0.0,
                "aside": figure.aside if figure else 0.0,
                "value": (figure.value if figure else 0.0) or 0.0,
                "target": target or 0.0,
                "score": score or 0.0,
                "applicable": score is not None,
            }
        )

    def _scoring_target(self, figure):
        """What the value is scored against: the target entered, else the sheet's
        own."""
        if figure and figure.target is not None:
            return figure.target
        return self.default_target

    def _has_value(self):
        return self.kind == "count" or bool(self.denominator)

    def _read_snapshots(self):
        """Figures of confirmed sheets, as they were confirmed."""
        snapshots = self.sheet_id.sudo().snapshot_ids._latest()
        for line in self:
            snapshot = snapshots.get((line.sheet_id, line.kpi_id))
            for name in self.env["key.account.kpi.snapshot"]._figure_fields():
                line[name] = snapshot[name] if snapshot else False

    def _format(self, number):
        self.ensure_one()
        if self.kpi_id.unit == "amount":
            return format_amount(self.env, number, self.currency_id)
        return formatLang(
            self.env, number, digits=0 if float(number).is_integer() else 2
        )

    def _assert_sheets_open(self):
        for sheet in self.sheet_id:
            sheet._assert_state("draft")
            sheet._assert_may_appraise()

    def _behind(self, column):
        """Records behind a number: those written down at confirmation, else as of
        now."""
        self.ensure_one()
        sheet = self.sheet_id
        if sheet.state == "confirmed":
            snapshot = sheet.sudo().snapshot_ids._latest().get((sheet, self.kpi_id))
            return snapshot._behind(column)
        return self.kpi_id._records(
            sheet.company_id, sheet._period(), sheet._subject_record(), column
        )

    def _action_open(self, column, label):
        self.ensure_one()
        self.check_access("read")
        records = self._behind(column)
        if not records.has_access("read") and not records.browse().has_access("read"):
            raise AccessError(
                self.env._(
                    "You may see the figure %(kpi)s, but not the records behind it"
                    " (%(records)s).",
                    kpi=self.kpi_id.name,
                    records=records._description,
                )
            )
        return {
            "type": "ir.actions.act_window",
            "name": f"{self.sheet_id.display_name}: {label or self.kpi_id.name}",
            "res_model": records._name,
            "view_mode": "list,form",
            "domain": [("id", "in", records.ids)],
            # The list of journal entries names the customer when it lists invoices.
            "context": {"create": False, "default_move_type": "out_invoice"},
        }

    def _action_open_targets(self):
        self.ensure_one()
        sheet = self.sheet_id
        domain = [
            ("kpi_id", "=", self.kpi_id.id),
            ("company_id", "=", sheet.company_id.id),
            ("date_from", ">=", sheet.date_from),
            ("date_to", "<=", sheet.date_to),
        ]
        subject = "user_id" if sheet.subject == "person" else "team_id"
        label = self.kpi_id.denominator_label or self.kpi_id.name
        return {
            "type": "ir.actions.act_window",
            "name": f"{sheet.display_name}: {label}",
            "res_model": "key.account.kpi.target",
            "view_mode": "list,form",
            "domain": [*domain, (subject, "=", sheet._subject_record().id)],
            "context": {"create": False},
        }
