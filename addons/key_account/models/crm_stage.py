from odoo import api, fields, models

RESPONSIBLE_ROLES = [
    ("specialist", "Specialist"),
    ("manager", "Manager"),
    ("director", "Director"),
    ("support", "Sales support"),
]


class CrmStage(models.Model):
    """A stage of a key-account team is a stage definition: who does what until when, by which
    standard, from what to what, and what must hold before the opportunity may go on."""

    _inherit = "crm.stage"

    is_key_account = fields.Boolean(
        string="Key-account stage", compute="_compute_is_key_account", store=True
    )
    pipeline_team_id = fields.Many2one(
        "crm.team",
        string="In the pipeline of",
        compute="_compute_pipeline_team_id",
        search="_search_pipeline_team_id",
        help="Stages that the team works in: its own only for a key-account team, otherwise also"
        " those shared by all teams.",
    )
    responsible_role = fields.Selection(RESPONSIBLE_ROLES, string="Responsible")
    participants = fields.Char(translate=True, help="Who takes part beside the responsible.")
    duties = fields.Html(translate=True, help="What is done in this step.")
    time_limit = fields.Float(help="Working time from entering the stage; 0 for none.")
    time_unit = fields.Selection(
        [
            ("hours", "Working hours"),
            ("days", "Working days"),
            ("visit", "Until the planned visit"),
        ],
        default="days",
        required=True,
    )
    work_standard = fields.Text(translate=True, help="What good work means in this step.")
    inputs = fields.Text(translate=True)
    medium = fields.Char(translate=True, help="Paper, electronic, telephone, minutes …")
    outputs = fields.Text(translate=True)
    gate_ids = fields.One2many(
        "crm.stage.gate", "stage_id", string="Gates", help="What must hold to leave this stage."
    )
    skip_rule = fields.Selection(
        [("no_exception", "Nothing lies outside authority and capability")],
        string="Skipped when",
        help="When this holds, the stage can be passed over and its gates do not count.",
    )
    template_code = fields.Char(readonly=True, copy=False, index="btree_not_null")

    @api.depends("team_ids.is_key_account")
    def _compute_is_key_account(self):
        for stage in self:
            stage.is_key_account = any(stage.team_ids.mapped("is_key_account"))

    def _compute_pipeline_team_id(self):
        self.pipeline_team_id = False
