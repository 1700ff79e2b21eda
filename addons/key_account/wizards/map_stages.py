from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..rules import templates


class KeyAccountMapStages(models.TransientModel):
    """Makes a team a key-account team, or changes the process it works by.

    Its running opportunities are brought to the stages that are chosen for them, all
    of them, and the stage log begins with “Initial load”.
    """

    _name = "key.account.map.stages"
    _description = "Process of a Team"
    _inherit = ["key.account.number"]

    team_id = fields.Many2one("crm.team", required=True)
    is_key_account = fields.Boolean(related="team_id.is_key_account")
    page = fields.Selection(
        [("process", "Process"), ("mapping", "Running opportunities")],
        default="process",
        required=True,
    )
    source = fields.Selection(
        [
            ("template", "A process template"),
            ("team", "The process of another key-account team"),
            ("own", "The stages the team has now"),
        ],
        string="Works by",
        required=True,
        default="template",
    )
    template_code = fields.Selection(
        selection=lambda self: self.env["key.account.load.template"]._template_names(),
        string="Process template",
        default="eight_steps",
    )
    process_team_id = fields.Many2one(
        "crm.team",
        string="Shared with",
        domain="[('is_key_account', '=', True), ('id', '!=', team_id)]",
    )
    opportunity_count = fields.Integer(
        string="Opportunities", compute="_compute_opportunity_count"
    )
    target_ids = fields.One2many("key.account.map.stages.target", "wizard_id")
    line_ids = fields.One2many(
        "key.account.map.stages.line", "wizard_id", string="Mapping"
    )

    @api.depends("team_id")
    def _compute_opportunity_count(self):
        for wizard in self:
            running = wizard.team_id._origin._running_by_stage()
            wizard.opportunity_count = sum(map(len, running.values()))

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_next(self):
        """Show which old stage corresponds to which new one; nothing is made yet."""
        self.ensure_one()
        self.env["crm.team"]._assert_may_configure()
        self._propose_mapping()
        self.page = "mapping"
        return self._reopen()

    def action_back(self):
        self.page = "process"
        return self._reopen()

    def action_apply(self):
        """Make the process, bring every running opportunity into it, and begin."""
        self.ensure_one()
        self.team_id._assert_may_configure()
        # Configuring a process needs no right to see its stages and opportunities.
        wizard = self.sudo()
        team = wizard.team_id
        stages = wizard._make_process(team)
        team._begin_process(stages, wizard._get_mapping(stages))
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "key_account.crm_stage_action"
        )
        return {**action, "domain": [("team_ids", "in", team.ids)]}

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _propose_mapping(self):
        """A row for each stage with running opportunities; a target of the same name
        is proposed, else the first.
        """
        self.target_ids = [
            Command.clear(),
            *(Command.create(vals) for vals in self._prepare_targets()),
        ]
        running = self.team_id._running_by_stage()
        self.line_ids = [
            Command.clear(),
            *(
                Command.create(
                    {
                        "stage_id": stage.id,
                        "opportunity_count": len(leads),
                        "is_won": stage.is_won,
                        "target_id": self._propose_target(stage).id,
                    }
                )
                for stage, leads in sorted(
                    running.items(), key=lambda item: (item[0].sequence, item[0].id)
                )
            ),
        ]

    def _prepare_targets(self):
        """The stages of the process to be, whether they are there yet or not."""
        if self.source == "template":
            template = templates.TEMPLATES[self.template_code]
            texts = [*(step.name for step in template.steps), template.won]
            codes = [*(step.code for step in template.steps), "won"]
            return [
                {
                    "sequence": position,
                    "name": self.env["crm.stage"]._in_language(text),
                    "template_code": f"{template.code}.{code}",
                    "is_won": code == "won",
                }
                for position, (text, code) in enumerate(zip(texts, codes, strict=True))
            ]
        stages = self._source_team()._key_account_stages()
        if not stages:
            raise UserError(
                self.env._("%s has no stages of its own.", self._source_team().name)
            )
        return [
            {
                "sequence": position,
                "name": stage.name,
                "stage_id": stage.id,
                "is_won": stage.is_won,
            }
            for position, stage in enumerate(stages)
        ]

    def _source_team(self):
        """The team whose stages are to be worked by."""
        if self.source == "own":
            return self.team_id
        if not self.process_team_id:
            raise UserError(self.env._("Choose the team whose process is shared."))
        return self.process_team_id

    def _propose_target(self, stage):
        fitting = self.target_ids.filtered(lambda t: t.is_won == stage.is_won)
        same = fitting.filtered(
            lambda t: t.stage_id == stage if t.stage_id else t.name == stage.name
        )
        return (same or fitting)[:1]

    def _make_process(self, team):
        """The stages of the new process, made now where they are not there yet; the
        caller has the rights."""
        if self.source != "template":
            return self._source_team()._key_account_stages()
        team._load_stage_template(self.template_code)
        stages = self.env["crm.stage"].search([("team_ids", "in", team.ids)])
        return stages.filtered(lambda stage: stage._is_made_by(self.template_code))

    def _get_mapping(self, stages):
        """``{old stage: new stage}`` as chosen; the caller has the rights."""
        by_code = {stage.template_code: stage for stage in stages}
        return {
            line.stage_id: line.target_id.stage_id
            or by_code.get(line.target_id.template_code, stages.browse())
            for line in self.line_ids
        }

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "name": self._description,
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }


class KeyAccountMapStagesTarget(models.TransientModel):
    """A stage of the process to be; it may not be made yet."""

    _name = "key.account.map.stages.target"
    _description = "Process of a Team: New Stage"
    _inherit = ["key.account.number"]
    _order = "sequence, id"

    wizard_id = fields.Many2one(
        "key.account.map.stages", required=True, ondelete="cascade"
    )
    sequence = fields.Integer()
    name = fields.Char()
    template_code = fields.Char()
    stage_id = fields.Many2one("crm.stage", ondelete="cascade")
    is_won = fields.Boolean()


class KeyAccountMapStagesLine(models.TransientModel):
    """Where the running opportunities of an old stage go."""

    _name = "key.account.map.stages.line"
    _description = "Process of a Team: Running Opportunities"
    _inherit = ["key.account.number"]

    wizard_id = fields.Many2one(
        "key.account.map.stages", required=True, ondelete="cascade"
    )
    stage_id = fields.Many2one("crm.stage", string="Stage so far", ondelete="cascade")
    opportunity_count = fields.Integer(string="Opportunities")
    is_won = fields.Boolean()
    target_id = fields.Many2one(
        "key.account.map.stages.target",
        string="New stage",
        domain="[('wizard_id', '=', wizard_id), ('is_won', '=', is_won)]",
    )
