"""What one appraiser says of one judged KPI, or of the whole sheet."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from odoo.addons.key_account.models.shared.label import listed

from ..rules import judgement as rules

# What is said; all else is the process's.
_WORDS = frozenset(("level_id", "remark"))


class KeyAccountKpiJudgement(models.Model):
    """A row of one appraiser: the level they choose for one KPI, with a remark; without
    a KPI their remark on the whole. The rows of the person themselves (role ``self``)
    stand for all KPIs of the sheet, and count nowhere.

    Written by that appraiser alone, until they give their appraisal. The others
    read it once they gave theirs, whoever else appraises once all have; the person
    measured when the sheet is confirmed (``kpi_judgement_rules.xml``).
    """

    _name = "key.account.kpi.judgement"
    _description = "Judgement"
    _inherit = ["key.account.under"]
    _under = frozenset(("appraiser_id", "line_id"))
    _order = "sheet_id desc, sequence, id"

    appraiser_id = fields.Many2one(
        "key.account.kpi.sheet.appraiser",
        string="Appraised as",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    sheet_id = fields.Many2one(
        related="appraiser_id.sheet_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="appraiser_id.company_id", store=True, index=True, precompute=True
    )
    user_id = fields.Many2one(
        related="appraiser_id.user_id",
        string="Appraiser",
        store=True,
        index=True,
        precompute=True,
    )
    role = fields.Selection(related="appraiser_id.role", store=True, precompute=True)
    weight = fields.Float(related="appraiser_id.weight", string="Weight of the word")
    line_id = fields.Many2one(
        "key.account.kpi.sheet.line", readonly=True, ondelete="cascade", index=True
    )
    kpi_id = fields.Many2one(related="line_id.kpi_id", string="KPI")
    kind = fields.Selection(related="line_id.kpi_id.kind")
    sequence = fields.Integer(readonly=True)
    about = fields.Char(compute="_compute_about")
    level_id = fields.Many2one(
        "key.account.kpi.level",
        ondelete="restrict",
        index="btree_not_null",
        domain="[('kpi_id', '=', kpi_id)]",
    )
    level_description = fields.Text(
        related="level_id.description", string="What it looks like"
    )
    points = fields.Float(
        compute="_compute_points",
        store=True,
        digits=(16, 1),
        aggregator="avg",
        help="Those of the level when it was chosen.",
    )
    level_name = fields.Char("Level name", compute="_compute_points", store=True)
    level_words = fields.Char(string="Level (text)", compute="_compute_level_words")
    remark = fields.Text()
    given = fields.Boolean(readonly=True)
    result = fields.Char(compute="_compute_result")
    self_level = fields.Char(string="Self-assessment", compute="_compute_self")
    self_remark = fields.Text(string="Their remark", compute="_compute_self")

    _line_unique = models.UniqueIndex(
        "(appraiser_id, line_id)", "An appraiser judges a KPI once."
    )

    # ------------------------------------------------------------
    # COMPUTE METHODS
    # ------------------------------------------------------------

    @api.depends("kpi_id.name", "line_id")
    @api.depends_context("lang")
    def _compute_about(self):
        for row in self:
            row.about = row.kpi_id.name or self.env._("On the whole")

    @api.depends("about", "user_id")
    def _compute_display_name(self):
        for row in self:
            row.display_name = f"{row.about} · {row.user_id.name or ''}"

    @api.depends("level_id")
    def _compute_points(self):
        """A level that is changed later changes nothing that was judged by it."""
        for row in self:
            row.points = row.level_id.points
            row.level_name = row.level_id.name

    @api.depends("level_id.name", "level_name")
    @api.depends_context("lang")
    def _compute_level_words(self):
        """What the level was called when it was chosen; in the reader's language, as
        long as it is still called so in the language of whoever chose it."""
        names = self.level_id._names()
        for row in self:
            still = row.level_name in names.get(row.level_id, ())
            row.level_words = row.level_id.name if still else row.level_name

    @api.depends("line_id.value_display", "kind")
    def _compute_result(self):
        """What was achieved, where that is computed and nobody chooses a level."""
        for row in self:
            computed = row.line_id and row.kind != "judged"
            row.result = row.line_id.value_display if computed else ""

    @api.depends("line_id", "role")
    def _compute_self(self):
        """What the person says of the same KPI."""
        own = self.search([("line_id", "in", self.line_id.ids), ("role", "=", "self")])
        by_line = own.grouped("line_id")
        for row in self:
            said = by_line.get(row.line_id._origin, own.browse())
            row.self_level = said.level_id.display_name or ""
            row.self_remark = said.remark

    # ------------------------------------------------------------
    # CONSTRAINTS
    # ------------------------------------------------------------

    @api.constrains("level_id", "line_id")
    def _check_level(self):
        for row in self:
            if row.level_id and row.level_id.kpi_id != row.line_id.kpi_id:
                raise ValidationError(
                    self.env._(
                        "“%(level)s” is no level of %(kpi)s: choose one of its levels.",
                        level=row.level_id.name,
                        kpi=row.about,
                    )
                )

    # ------------------------------------------------------------
    # CRUD METHODS
    # ------------------------------------------------------------

    def write(self, vals):
        self._assert_kept(vals)
        if not self._is_by_process(vals) and not _WORDS.isdisjoint(vals):
            for row in self:
                row._assert_may_judge()
        return super().write(vals)

    # ------------------------------------------------------------
    # GUARDS
    # ------------------------------------------------------------

    def _assert_may_judge(self):
        """Raise unless it is the user's own row, and their turn."""
        self.ensure_one()
        seat = self.appraiser_id
        if seat.role == rules.SELF:
            self._assert_may_say()
            return
        seat._assert_mine()
        if seat.sheet_id.user_id == self.env.user:
            seat.sheet_id._refuse_appraisal()
        seat._assert_waits()

    def _assert_may_say(self):
        """Raise unless it is the person themselves, before they hand it in."""
        if self.user_id != self.env.user:
            raise AccessError(
                self.env._(
                    "%(sheet)s: the self-assessment is written by the person alone.",
                    sheet=self.sheet_id.display_name,
                )
            )
        self.sheet_id._assert_state("self_assessment")

    def _assert_complete(self):
        """Raise where neither a level nor the reason for leaving it out is there."""
        if lacking := self.filtered(
            lambda row: row.line_id and not (row.level_id or (row.remark or "").strip())
        ):
            raise UserError(
                self.env._(
                    "%(sheet)s: choose a level for %(kpis)s, or say in the remark why"
                    " you cannot judge it.",
                    sheet=lacking.sheet_id[:1].display_name,
                    kpis=listed(self.env, lacking.mapped("about")),
                )
            )

    # ------------------------------------------------------------
    # BUSINESS METHODS
    # ------------------------------------------------------------

    @api.model
    def _points_of(self, lines):
        """``{line: points or None}`` of judged lines, as those gave them who did;
        nothing while one of them may still be asked."""
        # Points of a line are for whoever may read the sheet, who judged what is not.
        rows = self.sudo().search(
            [("line_id", "in", lines.ids), ("sheet_id.state", "=", "appraised")]
        )
        return {
            line: rules.points(map(type(self)._as_rule, said))
            for line, said in rows.grouped("line_id").items()
        }

    def _as_rule(self):
        self.ensure_one()
        points = self.points if self.level_id else None
        return rules.Judgement(self.role, self.weight, points, self.given)

    def _as_evidence(self):
        """Who judged what, as a confirmed sheet keeps it."""
        return [
            {
                "user_id": row.user_id.id,
                "name": row.user_id.name,
                "role": row.role,
                "weight": row.weight,
                "level": row.level_name or "",
                "description": row.level_id.description or "",
                "points": row.points if row.level_id else None,
                "remark": row.remark or "",
            }
            for row in self
            if row.given or (row.role == rules.SELF and (row.level_id or row.remark))
        ]
