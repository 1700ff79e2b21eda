"""The lines of an evaluation: each criterion as it was judged."""

from odoo import api, fields, models

from ...rules import scorecard
from ..shared.act import meet

_SCALE = [
    ("1", "1 – poor"),
    ("2", "2 – weak"),
    ("3", "3 – fair"),
    ("4", "4 – good"),
    ("5", "5 – excellent"),
]
# What an evaluation takes over from its criterion, so that it stays as it was made.
_COPIED = ("method", "weight", "standard", "direction", "floor", "cap")


class KeyAccountEvaluationLine(models.Model):
    """One criterion as judged; the definition is the one of that day."""

    _name = "key.account.evaluation.line"
    _description = "Evaluation Line"
    _inherit = ["key.account.under"]
    _under = frozenset(("evaluation_id",))
    _under_read = frozenset(("criterion_id",))
    _order = "evaluation_id, sequence, id"
    _rec_name = "criterion_id"

    evaluation_id = fields.Many2one(
        "key.account.evaluation", required=True, ondelete="cascade", index=True
    )
    key_account_id = fields.Many2one(
        related="evaluation_id.key_account_id", store=True, index=True
    )
    company_id = fields.Many2one(
        related="evaluation_id.company_id", store=True, index=True
    )
    criterion_id = fields.Many2one(
        "key.account.criterion", required=True, ondelete="restrict", index=True
    )
    dimension = fields.Selection(related="criterion_id.dimension")
    sequence = fields.Integer(
        related="criterion_id.sequence", store=True, aggregator=None
    )
    unit = fields.Char(related="criterion_id.unit")
    hint = fields.Char(related="criterion_id.hint")
    method = fields.Selection(
        [("judgement", "Judgement 1–5"), ("figure", "Actual figure")],
        compute="_compute_definition",
        store=True,
        precompute=True,
    )
    weight = fields.Float(compute="_compute_definition", store=True, precompute=True)
    standard = fields.Float(
        compute="_compute_definition", store=True, precompute=True, aggregator=None
    )
    direction = fields.Selection(
        [("higher", "More is better"), ("lower", "Less is better")],
        compute="_compute_definition",
        store=True,
        precompute=True,
    )
    floor = fields.Float(
        compute="_compute_definition", store=True, precompute=True, aggregator=None
    )
    cap = fields.Float(
        compute="_compute_definition", store=True, precompute=True, aggregator=None
    )
    judgement = fields.Selection(_SCALE)
    actual = fields.Float(string="Actual figure", aggregator=None)
    known = fields.Boolean(
        compute="_compute_known",
        store=True,
        readonly=False,
        help="A figure that is not known leaves its weight out; it does not count as"
        " zero.",
    )
    points = fields.Float(compute="_compute_points", digits=(6, 2))

    _once = models.Constraint(
        "UNIQUE(evaluation_id, criterion_id)",
        "A criterion stands in an evaluation only once.",
    )

    @api.depends("criterion_id")
    def _compute_definition(self):
        for line in self:
            for name in _COPIED:
                line[name] = line.criterion_id[name]

    @api.depends("actual", "judgement")
    def _compute_known(self):
        """A zero counts as known only where somebody says so."""
        for line in self:
            given = line.judgement if line.method == "judgement" else line.actual
            line.known = bool(given)

    @api.depends("known", "actual", "judgement", "weight", "standard")
    def _compute_points(self):
        for line in self:
            line.points = scorecard.points(line._get_item()) or 0.0

    @api.model_create_multi
    def create(self, vals_list):
        self._assert_drafts(self._said_parents("evaluation_id", vals_list))
        return super().create(vals_list)

    def write(self, vals):
        evaluations = self.evaluation_id
        if "evaluation_id" in vals:
            evaluations |= evaluations.browse(vals["evaluation_id"])
        self._assert_drafts(evaluations)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_of_drafts(self):
        self._assert_drafts(self.evaluation_id)

    @api.model
    def _assert_drafts(self, evaluations):
        # Who finishes them at this moment knows of this, or this of the end.
        meet(evaluations)
        evaluations._assert_draft()

    def _get_item(self):
        self.ensure_one()
        actual = None
        if self.known:
            judged = self.method == "judgement"
            actual = float(self.judgement or 0) if judged else self.actual
        return scorecard.Item(
            self.criterion_id.name or "",
            self.weight,
            self.standard or 0.0,
            actual,
            self.direction or scorecard.HIGHER,
            self.floor,
            self.cap,
            self.dimension == "growth",
        )
