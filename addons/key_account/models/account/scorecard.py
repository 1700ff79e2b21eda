"""The scorecard: what customers are judged by, and how one was judged on a day."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ...rules import scorecard

GRADES = [(letter, letter) for letter in scorecard.GRADES]


class KeyAccountCriterion(models.Model):
    """What customers are judged by: an actual figure, or a judgement from 1 to 5,
    against a standard, with a weight. The weights of a company sum to 100.
    """

    _name = "key.account.criterion"
    _description = "Scorecard Criterion"
    _inherit = ["mail.thread", "key.account.kept"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    dimension = fields.Selection(
        [
            ("market", "Market position"),
            ("financial", "Financial"),
            ("management", "Management"),
            ("service", "Technical service"),
            ("marketing", "Marketing"),
            ("growth", "Growth potential"),
        ],
        required=True,
        default="market",
    )
    sequence = fields.Integer(default=10, aggregator=None)
    method = fields.Selection(
        [("judgement", "Judgement 1–5"), ("figure", "Actual figure")],
        required=True,
        default="judgement",
        tracking=True,
    )
    weight = fields.Float(default=5.0, required=True, aggregator="sum", tracking=True)
    standard = fields.Float(
        default=5.0,
        required=True,
        aggregator=None,
        tracking=True,
        help="The figure, or judgement, that earns the whole weight.",
    )
    unit = fields.Char(translate=True, help="%, days, million …")
    direction = fields.Selection(
        [("higher", "More is better"), ("lower", "Less is better")],
        required=True,
        default="higher",
        tracking=True,
    )
    floor = fields.Float(
        default=0.0,
        aggregator=None,
        tracking=True,
        help="Least share of the weight, however bad the figure.",
    )
    cap = fields.Float(
        default=1.0,
        aggregator=None,
        tracking=True,
        help="Largest share of the weight, however good the figure; 1 is the standard.",
    )
    hint = fields.Char(translate=True, help="Shown to whoever judges.")
    active = fields.Boolean(default=True, tracking=True)
    company_id = fields.Many2one("res.company", help="Empty: used in every company.")

    @api.constrains("weight", "standard", "floor", "cap")
    def _check_usable(self):
        """The sum of weights is not asked for here: it changes line by line."""
        for criterion in self:
            found = dict(scorecard.problems([criterion._get_item(None)]))
            found.pop("weights", None)
            if found:
                raise ValidationError(
                    self._get_problem_text(*next(iter(found.items())))
                )

    def _get_item(self, actual):
        self.ensure_one()
        return scorecard.Item(
            self.name or "",
            self.weight,
            self.standard,
            actual,
            self.direction,
            self.floor,
            self.cap,
            self.dimension == "growth",
        )

    @api.model
    def _get_problem_text(self, problem, subject):
        if problem == "weights":
            return self.env._(
                "The weights of the scorecard sum to %(sum)g instead of 100. Correct"
                " them in Configuration, Scorecard.",
                sum=subject,
            )
        texts = {
            "standard": self.env._(
                "The standard of “%s” has to be above 0: figures are divided by it.",
                subject,
            ),
            "weight": self.env._("The weight of “%s” cannot be negative.", subject),
            "bounds": self.env._(
                "The floor of “%s” lies above its cap. Correct one of them.", subject
            ),
        }
        return texts[problem]

    @api.model
    def _used_by(self, account):
        """The criteria that customers of the account's company are judged by."""
        company = Domain("company_id", "in", [False, account.company_id.id])
        return self.search(company)
