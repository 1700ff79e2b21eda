"""What lists show of appraisal sheets: the score as it was measured last, and when."""

from odoo import api, fields, models
from odoo.tools import formatLang

from odoo.addons.key_account.models.shared.batch import in_batches


class KeyAccountKpiSheet(models.Model):
    """Measuring takes what a year of invoices and visits takes: neither the form of a
    sheet nor a list measures when it is opened. They show figures stored by the
    scheduled action, by whatever happens to a sheet, and by *Compute Now*, with the
    moment they are of.
    """

    _inherit = "key.account.kpi.sheet"
    _kept = frozenset(("kept_score", "is_scored", "kept_on"))

    kept_score = fields.Float(
        string="Score kept", digits=(16, 1), readonly=True, copy=False, aggregator="avg"
    )
    is_scored = fields.Boolean(readonly=True, copy=False)
    kept_on = fields.Datetime(
        string="As of",
        readonly=True,
        copy=False,
        help="When the score that lists show was measured: every hour until the sheet"
        " is confirmed, and by “Compute Now”.",
    )
    kept_score_display = fields.Char(
        string="Score as of then", compute="_compute_kept_score_display"
    )

    @api.depends("kept_score", "is_scored", "kept_on")
    @api.depends_context("lang")
    def _compute_kept_score_display(self):
        not_applicable = self.env._("n/a")
        for sheet in self:
            if sheet.is_scored:
                text = formatLang(self.env, sheet.kept_score, digits=1)
            else:
                text = not_applicable if sheet.kept_on else ""
            sheet.kept_score_display = text

    # ------------------------------------------------------------
    # CRUD METHODS
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        sheets = super().create(vals_list)
        sheets._measure_and_keep()
        return sheets

    def write(self, vals):
        result = super().write(vals)
        # Whose sheet it is, of which time, by which KPIs, and what was decided; a new
        # sheet is measured once it is whole.
        words = vals.keys() <= self._words()
        if "state" in vals:
            self._measure_and_keep()
        elif not (words or self._is_by_process(vals)):
            self._measure_and_keep(missing_only=True)
        return result

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_measure_now(self):
        """Measure the sheets anew whose figures are not written down for good."""
        self.check_access("read")
        self.filtered(lambda sheet: sheet.state != "confirmed")._measure_and_keep()

    @api.model
    def _cron_keep_scores(self):
        """Compute all figures, then keep the scores of running sheets, a batch at a
        time."""
        # What is left of the figures is told to the scheduler, so that it goes on with
        # them at once; the scores are kept when they are all there.
        if self.env["key.account.kpi.figure"]._cron_compute():
            in_batches(self, [("state", "!=", "confirmed")], lambda s: s._keep_score())

    # ------------------------------------------------------------
    # BUSINESS METHODS
    # ------------------------------------------------------------

    @api.model
    def _words(self):
        """What changes no figure."""
        return {"self_comment", "appraisal_comment"}

    def _measure_and_keep(self, missing_only=False):
        """Compute the figures of these sheets: one pass for each KPI and period,
        however many people; then keep their scores."""
        Figure = self.env["key.account.kpi.figure"]
        open_ = self.filtered(lambda sheet: sheet.state != "confirmed")
        for (company, period), group in open_.grouped(
            lambda sheet: (sheet.company_id, sheet._period())
        ).items():
            if missing_only:
                found = Figure._of_sheets(group, group.line_ids.kpi_id)
                group = group.filtered(
                    lambda sheet, found=found: any(
                        (sheet, kpi.id) not in found
                        for kpi in sheet.line_ids.kpi_id._measured()
                    )
                )
            people = group.filtered(lambda sheet: sheet.subject == "person").user_id
            teams = group.filtered(lambda sheet: sheet.subject == "team").team_id
            Figure._compute(company, period, group.line_ids.kpi_id, people, teams)
        self._keep_score()

    def _keep_score(self):
        """Keep the score of these sheets by the figures stored."""
        now = fields.Datetime.now()
        self._forget_figures()
        for sheet in self:
            score = sheet._weighted_score()
            moments = [m for m in sheet.line_ids.mapped("computed_at") if m]
            confirmed = sheet.state == "confirmed" and sheet.confirmed_on
            sheet._set_kept(
                {
                    "kept_score": score or 0.0,
                    "is_scored": score is not None,
                    "kept_on": confirmed or min(moments, default=now),
                }
            )
        # Whoever reads the sheet next reads what is stored then.
        self._forget_figures()

    def _forget_figures(self):
        names = [
            *self.env["key.account.kpi.snapshot"]._figure_fields(),
            "computed_at",
        ]
        self.line_ids.invalidate_recordset(names, flush=False)
        self.invalidate_recordset(["score", "score_display"], flush=False)
