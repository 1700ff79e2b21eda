"""The posts of the department: what each is there for, may do, and is measured by."""

from odoo import api, fields, models

# Roles of a post whose KPIs stand in a set.
_WITH_SET = ("specialist", "manager", "support")


class KeyAccountPost(models.Model):
    """A post as the process manual describes it. Its KPIs are those of the set that
    its role is appraised by: they are said once.
    """

    _name = "key.account.post"
    _description = "Post"
    _inherit = ["key.account.kept"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10, aggregator=None)
    company_id = fields.Many2one("res.company", help="Empty: for all companies.")
    role = fields.Selection(
        [
            ("specialist", "Specialist"),
            ("support", "Sales support"),
            ("manager", "Manager"),
            ("director", "Director"),
            ("other", "Other"),
        ],
        required=True,
        default="specialist",
        help="By its role a post has the KPIs of that role's KPI set.",
    )
    reports_to = fields.Char(
        "Reports to", translate=True, help="The post that this one reports to."
    )
    duties = fields.Text(translate=True)
    powers = fields.Text(
        translate=True, help="What this post decides by itself, and what it signs."
    )
    qualification = fields.Text(
        translate=True, help="Education, experience and skills that the post asks for."
    )
    appraisers = fields.Char(translate=True, help="Which posts appraise this one.")
    kpi_set_id = fields.Many2one(
        "key.account.kpi.set", string="KPI set", compute="_compute_kpi_set_id"
    )

    @api.depends("role", "company_id")
    @api.depends_context("company")
    def _compute_kpi_set_id(self):
        for post in self:
            company = post.company_id or self.env.company
            post.kpi_set_id = post._set_for(company)

    def _set_for(self, company):
        """The KPI set of this post's role in a company; none where it has none."""
        kpi_set = self.env["key.account.kpi.set"]
        return (
            kpi_set._for_role(self.role, company) if self.role in _WITH_SET else kpi_set
        )

    @api.model
    def _described(self, company):
        """The posts of a company, as the manual prints them: plain values."""
        posts = self.search([("company_id", "in", [company.id, False])])
        return [
            {
                "name": post.name,
                "reports_to": post.reports_to or "",
                "duties": post.duties or "",
                "powers": post.powers or "",
                "qualification": post.qualification or "",
                "appraisers": post.appraisers or "",
                "kpis": [
                    (line.kpi_id.name, line.weight)
                    for line in post._set_for(company).line_ids
                ],
            }
            for post in posts
        ]
