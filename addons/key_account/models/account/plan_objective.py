"""What a plan shall reach: in words, as a number, or as one of the figures."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...rules import forecast
from ...rules.evidence import said
from ..shared.label import labelled, listed, noted, selection_label

# Results of these are told by the figures when the plan is closed.
FIGURES = ("revenue", "orders", "visits", "categories")


class KeyAccountPlanObjective(models.Model):
    """An objective with its measure and target; its result is told when the plan is
    closed: by the figures where they know, else by whoever closes it.

    Amounts are in company currency, untaxed. In words: ``measure``, ``target``,
    ``result``; as numbers: ``target_value``, ``result_value``.
    """

    _name = "key.account.plan.objective"
    _description = "Plan Objective"
    _inherit = ["key.account.plan.part"]
    _order = "sequence, id"
    _living = frozenset({"result", "result_value", "outcome"})

    name = fields.Char(string="Objective", required=True)
    metric = fields.Selection(
        [
            ("text", "In words"),
            ("number", "A number"),
            ("revenue", "Revenue"),
            ("orders", "Orders taken"),
            ("visits", "Visits held"),
            ("categories", "Product categories bought"),
        ],
        string="Measured by",
        required=True,
        default="text",
        help="Revenue, orders, visits and categories are read from the figures when the"
        " plan is closed.",
    )
    measure = fields.Char(help="By what we see that it is reached.")
    target = fields.Char(string="To be reached")
    target_value = fields.Float(string="Target as number", aggregator=None)
    result = fields.Char(copy=False, help="What came of it, in words.")
    result_value = fields.Float(string="Result as number", copy=False, aggregator=None)
    outcome = fields.Selection(
        [
            ("reached", "Reached"),
            ("partly", "Reached in part"),
            ("missed", "Missed"),
        ],
        copy=False,
        help="Of numbers: reached from the target on, in part from 80 % of it.",
    )

    def write(self, vals):
        if vals.keys() & self._living and not self._is_by_process(vals):
            self.plan_id._assert_not_closed()
        return super().write(vals)

    def _record_results(self):
        """What the figures know, and what follows from numbers."""
        measured = self.filtered(lambda o: o.metric in FIGURES)
        found = measured.plan_id._figures(set(measured.mapped("metric")))
        for objective in self.filtered(lambda o: o.metric != "text"):
            vals = {}
            value = objective.result_value
            if objective in measured:
                value = found[objective.plan_id][objective.metric]
                vals["result_value"] = value
            vals["outcome"] = forecast.outcome(objective.target_value, value)
            objective._write_kept(vals)

    def _without_result(self):
        """Those whose result somebody has to tell before the plan is closed."""
        told = self.filtered(lambda o: o.metric not in FIGURES)
        return told.filtered(
            lambda o: not said(o.result) or (o.metric == "text" and not o.outcome)
        )

    @api.depends("name", "metric")
    def _compute_display_name(self):
        for objective in self:
            label = selection_label(objective, "metric", objective.metric)
            figure = objective.metric in FIGURES
            objective.display_name = (
                noted(self.env, objective.name, label) if figure else objective.name
            )


class KeyAccountPlan(models.Model):
    _inherit = "key.account.plan"

    def action_close(self):
        """A year's plan ends with the result of each of its objectives."""
        years = self.filtered(lambda plan: plan.kind == "year")
        approved = years.filtered(lambda plan: plan.state == "approved")
        approved.check_access("write")
        lines = [
            labelled(self.env, plan.name, listed(self.env, untold.mapped("name")))
            for plan in approved
            if (untold := plan.objective_ids._without_result())
        ]
        if lines:
            raise UserError(
                self.env._(
                    "Say of each objective what came of it, and whether it was reached,"
                    " before the plan is closed:\n%(objectives)s",
                    objectives="\n".join(lines),
                )
            )
        result = super().action_close()
        years.objective_ids._record_results()
        for plan, found in years._figures({"revenue", "visits"}).items():
            plan._write_kept(
                {
                    "revenue_result": found["revenue"],
                    "visit_result": found["visits"],
                }
            )
        return result
