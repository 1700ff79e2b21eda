"""What an appraisal came to: its grade and what follows, as they were confirmed."""

import math

from odoo import api, fields, models
from odoo.tools import formatLang

from odoo.addons.key_account.models.shared.label import listed

from ..rules import kpi_grade as rules


class KeyAccountKpiResult(models.Model):
    """Grade of a confirmed appraisal, with the thresholds that held then.

    Evidence, beside the confirmed figures: written once by the confirmation. A sheet
    that is confirmed anew gets a new one beside it.
    """

    _name = "key.account.kpi.result"
    _description = "Confirmed Grade"
    _inherit = ["key.account.evidence"]
    _order = "sheet_id, version desc, id"

    sheet_id = fields.Many2one(
        "key.account.kpi.sheet", required=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one("res.company", required=True, index=True)
    version = fields.Integer(required=True, aggregator=None)
    user_id = fields.Many2one(
        "res.users", string="Person", ondelete="restrict", index=True
    )
    team_id = fields.Many2one("crm.team", ondelete="restrict", index=True)
    period = fields.Char()
    date_from = fields.Date("Date from")
    date_to = fields.Date("Date to")
    score = fields.Float(digits=(16, 1), aggregator="avg")
    is_scored = fields.Boolean(help="Unset: there was nothing to measure: n/a.")
    grade_id = fields.Many2one(
        "key.account.kpi.grade", string="Grade (as of today)", ondelete="restrict"
    )
    names = fields.Json(help="What the grade was called then, by language.")
    points = fields.Float(string="From points", digits=(16, 1), aggregator=None)
    below = fields.Float(
        string="Below points",
        digits=(16, 1),
        aggregator=None,
        help="Where the next grade began; zero: there was none.",
    )
    again = fields.Boolean(
        string="Second in a row",
        help="The last period that was scored, within a year, had come to the same"
        " grade.",
    )
    follows = fields.Json(help="Kinds of what follows, with the days until it is due.")
    grade_name = fields.Char(string="Grade", compute="_compute_texts")
    score_display = fields.Char(string="Score (text)", compute="_compute_texts")
    follows_text = fields.Char(string="What follows", compute="_compute_texts")

    _once = models.UniqueIndex("(sheet_id, version)")

    # ------------------------------------------------------------
    # COMPUTE METHODS
    # ------------------------------------------------------------

    @api.depends("names", "score", "is_scored", "follows")
    @api.depends_context("lang")
    def _compute_texts(self):
        labels = self._outcome_labels()
        not_applicable = self.env._("n/a")
        for result in self:
            names = result.names or {}
            # Which name comes first in the database says nothing.
            known = (names.get(lang) for lang in (self.env.lang, "en_US"))
            name = next(filter(None, (*known, *names.values())), "")
            result.grade_name = name or not_applicable
            result.score_display = (
                formatLang(self.env, result.score, digits=1)
                if result.is_scored
                else not_applicable
            )
            kinds = [labels.get(kind, kind) for kind, _days in result.follows or ()]
            result.follows_text = listed(self.env, kinds)

    @api.depends("names")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for result in self:
            result.display_name = result.grade_name

    @api.model
    def _outcome_labels(self):
        kinds = self.env["key.account.kpi.grade.follow"]._fields["kind"]
        return dict(kinds._description_selection(self.env))

    # ------------------------------------------------------------
    # BUSINESS METHODS
    # ------------------------------------------------------------

    @api.model
    def _take(self, sheets):
        """Write down what these sheets, just confirmed, came to: of earlier periods
        first, as the others may follow on them."""
        results = self.browse()
        for _day, those in sorted(sheets.grouped("date_to").items()):
            results |= self._take_of_one_time(those)
        return results

    @api.model
    def _take_of_one_time(self, sheets):
        before = self._before(sheets)
        grades = {
            company: self.env["key.account.kpi.grade"]._of_company(company)
            for company in sheets.company_id
        }
        return self._record(
            [
                {
                    **self._identity(sheet),
                    **self._graded(sheet, grades[sheet.company_id], before.get(sheet)),
                }
                for sheet in sheets
            ]
        )

    @api.model
    def _identity(self, sheet):
        person = sheet.subject == "person"
        return {
            "sheet_id": sheet.id,
            "company_id": sheet.company_id.id,
            "version": sheet.version,
            "user_id": sheet.user_id.id if person else False,
            "team_id": sheet.team_id.id,
            "period": sheet.period,
            "date_from": sheet.date_from,
            "date_to": sheet.date_to,
        }

    @api.model
    def _graded(self, sheet, grades, before):
        score = sheet._weighted_score()
        if score is None:
            return {"is_scored": False}
        score, steps = rules.graded_score(score), grades._as_rules()
        step = rules.grade_of(score, steps)
        found = {"is_scored": True, "score": score}
        if step is None:
            return found
        grade = grades.browse(step.key)
        points, below = rules.bounds(step, steps)
        again = rules.is_again(step, steps, sheet.date_to, before)
        occasions = [(each.occasion, each.kind) for each in grade.follow_ids]
        days = {each.kind: each.days for each in grade.follow_ids}
        kinds = rules.what_follows(occasions, again, sheet.subject == "team")
        return {
            **found,
            "grade_id": grade.id,
            "names": grade._names(),
            "points": points,
            "below": 0.0 if math.isinf(below) else below,
            "again": again,
            "follows": [[kind, days[kind]] for kind in kinds],
        }

    @api.model
    def _before(self, sheets):
        """``{sheet: how the period before it ended}``: the last one of the same kind
        that stands confirmed with a score; in one query.

        A period without a sheet, or in which there was nothing to measure, counts
        neither for nor against anybody: the row goes on over it.
        """
        # What was confirmed of somebody counts, whoever confirms now may read it or
        # not.
        found = self.sudo().search(
            [
                ("company_id", "in", sheets.company_id.ids),
                ("period", "in", sheets.mapped("period")),
                ("date_to", ">=", min(sheets.mapped("date_to")) - rules.YEAR),
                ("date_to", "<", max(sheets.mapped("date_from"))),
                "|",
                ("user_id", "in", sheets.user_id.ids),
                ("team_id", "in", sheets.team_id.ids),
            ],
            order="date_to, version",
        )
        standing = found.filtered(
            lambda result: (
                result.is_scored
                and result.sheet_id.state == "confirmed"
                and result.version == result.sheet_id.version
            )
        )
        before = {}
        for sheet in sheets:
            for result in standing:
                if result._is_before(sheet):
                    before[sheet] = result._as_rule()
        return before

    def _is_before(self, sheet):
        self.ensure_one()
        same = (
            self.user_id == sheet.user_id
            if sheet.subject == "person"
            else not self.user_id and self.team_id == sheet.team_id
        )
        return (
            same
            and self.company_id == sheet.company_id
            and self.period == sheet.period
            and self.date_to < sheet.date_from
        )

    def _would_be_again(self, before):
        """Whether it would be the second in a row after this one, by what it was."""
        self.ensure_one()
        grade = rules.Grade(self.points, self.grade_id.id)
        below = self.below or math.inf
        return rules.is_again_within(grade, below, self.date_to, before)

    def _as_rule(self):
        if not self.grade_id:
            return None
        return rules.Result(
            self.date_to,
            self.score,
            self.grade_id.id,
            self.points,
            self.below or math.inf,
        )


class KeyAccountKpiSheet(models.Model):
    _inherit = "key.account.kpi.sheet"
    _kept = frozenset(("version", "result_id", "grade_id"))

    version = fields.Integer(
        default=1,
        required=True,
        readonly=True,
        copy=False,
        aggregator=None,
        help="Reopening a confirmed sheet makes the next one.",
    )
    result_id = fields.Many2one(
        "key.account.kpi.result",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )
    grade_id = fields.Many2one(
        "key.account.kpi.grade",
        string="Grade (as of today)",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
    )
    grade_name = fields.Char(string="Grade", related="result_id.grade_name")
    follows_text = fields.Char(
        string="What follows (text)", related="result_id.follows_text"
    )
    result_score = fields.Char(
        string="Score confirmed", related="result_id.score_display"
    )
    again = fields.Boolean(related="result_id.again")

    def action_confirm(self):
        """Also writes down the grade, and proposes what follows from it."""
        action = super().action_confirm()
        results = self.env["key.account.kpi.result"]._take(self)
        for result in results.sudo():
            # The grade belongs to what has just been confirmed.
            result.sheet_id.with_env(self.env)._write_kept(
                {"result_id": result.id, "grade_id": result.grade_id.id}
            )
        self.env["key.account.kpi.outcome"]._propose(results)
        self._after_confirmation()
        return action

    def _after_confirmation(self):
        """Hook: who is told of what was confirmed."""
