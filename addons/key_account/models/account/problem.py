"""The growing catalogue of problems: the next customer's is recognised."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..shared.label import listed


class KeyAccountProblem(models.Model):
    """A problem that customers have, and what it comes from. Without names of
    customers: whoever writes a diagnosis, for whomever, chooses from it."""

    _name = "key.account.problem"
    _description = "Known Problem"
    _inherit = ["key.account.kept"]
    _order = "name, id"

    name = fields.Char(string="Problem", required=True, translate=True, index="trigram")
    root_cause = fields.Text("Root cause", translate=True)
    signs = fields.Text(
        string="How it is recognised",
        translate=True,
        help="What is seen or measured at a customer who has it.",
    )
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", help="Empty: of every company.")
    diagnosis_count = fields.Integer(
        string="Times diagnosed", compute="_compute_diagnosis_count"
    )

    def _compute_diagnosis_count(self):
        # How often something was found is no secret; at whom is not said.
        lines = self.env["key.account.diagnosis.problem"].sudo()
        counts = dict(
            lines._read_group(
                [("problem_id", "in", self.ids)], ["problem_id"], ["__count"]
            )
        )
        for problem in self:
            problem.diagnosis_count = counts.get(problem._origin, 0)

    @api.ondelete(at_uninstall=False)
    def _unlink_never_diagnosed(self):
        used = self.filtered("diagnosis_count")
        if used:
            raise UserError(
                self.env._(
                    "These problems have been diagnosed and cannot be deleted:"
                    " %(problems)s. Archive them instead.",
                    problems=listed(self.env, used.mapped("name")),
                )
            )


class KeyAccountDiagnosisProblem(models.Model):
    _inherit = "key.account.diagnosis.problem"
    _under_read = frozenset(("problem_id",))

    problem_id = fields.Many2one(
        "key.account.problem",
        string="From the catalogue",
        ondelete="restrict",
        index="btree_not_null",
        domain="[('company_id', 'in', [False, company_id])]",
        help="A problem that is known already: its words and its root cause are taken"
        " over, and can be changed here.",
    )
    name = fields.Char(
        compute="_compute_from_catalogue",
        store=True,
        readonly=False,
        precompute=True,
    )
    root_cause = fields.Text(
        "Root cause",
        compute="_compute_from_catalogue",
        store=True,
        readonly=False,
        precompute=True,
    )
    state = fields.Selection(related="diagnosis_id.state", string="State of the report")

    @api.depends("problem_id")
    def _compute_from_catalogue(self):
        for line in self:
            line.name = line.name or line.problem_id.name
            line.root_cause = line.root_cause or line.problem_id.root_cause

    def action_add_to_catalogue(self):
        """The next customer's is recognised: keep this problem in the catalogue."""
        self.diagnosis_id.check_access("write")
        self.diagnosis_id._assert_draft()
        new = self.filtered(lambda line: not line.problem_id)
        vague = new.filtered(lambda line: not line.root_cause)
        if vague:
            raise UserError(
                self.env._(
                    "“%s”: say what it comes from before it is kept in the catalogue.",
                    vague[0].name,
                )
            )
        for line in new:
            line.problem_id = line._known() or line.problem_id.create(
                {
                    "name": line.name,
                    "root_cause": line.root_cause,
                    "company_id": line.company_id.id,
                }
            )
        return True

    def _known(self):
        """The problem of the catalogue that is called the same."""
        companies = [False, self.company_id.id]
        return self.problem_id.search(
            [("name", "=", self.name), ("company_id", "in", companies)], limit=1
        )
