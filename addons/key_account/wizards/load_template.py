from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..models.process.stage_template_edit import TEMPLATE_PARTS
from ..models.shared.label import field_label, listed, selection_labels
from ..rules import templates


class KeyAccountLoadTemplate(models.TransientModel):
    """Gives key-account teams a process template, after showing what it would make.

    What is there already stays as it is. Where it differs from the template, the
    differences are shown, and those that are chosen are brought back.
    """

    _name = "key.account.load.template"
    _description = "Load a Process Template"
    _inherit = ["key.account.number"]

    team_ids = fields.Many2many(
        "crm.team",
        string="Teams",
        domain="[('is_key_account', '=', True)]",
        default=lambda self: self._default_team_ids(),
    )
    template_code = fields.Selection(
        selection=lambda self: self._template_names(),
        string="Process template",
        required=True,
        default="eight_steps",
    )
    purpose = fields.Text(compute="_compute_purpose", string="What it is for")
    shared = fields.Boolean(
        string="One process for all of these teams",
        default=True,
        help="The teams share one set of stages. Otherwise each team has its own.",
    )
    step_ids = fields.One2many(
        "key.account.load.template.step",
        "wizard_id",
        string="Stages",
        compute="_compute_step_ids",
        store=True,
        readonly=False,
    )
    difference_ids = fields.One2many(
        "key.account.load.template.difference",
        "wizard_id",
        string="What was changed",
        compute="_compute_difference_ids",
        store=True,
        readonly=False,
    )
    new_team_names = fields.Char(compute="_compute_new_team_names")
    blocked_team_names = fields.Char(compute="_compute_new_team_names")

    @api.model
    def _default_team_ids(self):
        """All key-account teams that have no process yet."""
        teams = self.env["crm.team"].search(
            [
                ("is_key_account", "=", True),
                ("company_id", "in", [False, *self.env.companies.ids]),
            ]
        )
        return teams.filtered(lambda team: not team._key_account_stages())

    @api.model
    def _template_names(self):
        chinese = (self.env.lang or "").startswith("zh")
        return [
            (code, template.name.zh if chinese else template.name.en)
            for code, template in templates.TEMPLATES.items()
        ]

    @api.depends("template_code")
    @api.depends_context("lang")
    def _compute_purpose(self):
        stages = self.env["crm.stage"]
        for wizard in self:
            template = templates.TEMPLATES.get(wizard.template_code)
            wizard.purpose = template and stages._in_language(template.purpose)

    @api.depends("team_ids", "template_code")
    def _compute_new_team_names(self):
        for wizard in self:
            wizard.new_team_names = listed(self.env, wizard._new_teams().mapped("name"))
            wizard.blocked_team_names = listed(
                self.env, wizard._blocked_teams().mapped("name")
            )

    @api.depends("team_ids", "template_code")
    def _compute_step_ids(self):
        for wizard in self:
            template = templates.TEMPLATES.get(wizard.template_code)
            commands = [Command.clear()]
            if template:
                commands += [
                    Command.create(vals) for vals in wizard._prepare_steps(template)
                ]
            wizard.step_ids = commands

    @api.depends("team_ids", "template_code")
    def _compute_difference_ids(self):
        for wizard in self:
            wizard.difference_ids = [Command.clear()] + [
                Command.create(
                    {
                        "stage_id": difference.stage.id,
                        "part": difference.part,
                        "current": difference.current,
                        "proposed": difference.proposed,
                    }
                )
                for difference in wizard._loaded_stages()._template_differences()
            ]

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_load(self):
        """Make what is missing, bring back what is chosen, and show the stages."""
        self.ensure_one()
        self.env["crm.team"]._assert_may_configure()
        if not self.team_ids:
            raise UserError(self.env._("Choose the teams that work by this process."))
        self._assert_may_load()
        self._teams()._load_stage_template(self.template_code, shared=self.shared)
        return self._show_stages()

    def action_restore(self):
        """Bring back what is ticked; everything else is left as it is."""
        self.ensure_one()
        chosen = self.difference_ids.filtered("restore")
        if not chosen:
            raise UserError(self.env._("Tick what is to be brought back."))
        self._restore(chosen)
        return self._show_stages()

    def action_manual(self):
        """The whole template, to read before it is loaded."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/key_account/manual/template/{self.template_code}",
            "target": "new",
        }

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _teams(self):
        return self.team_ids._origin

    def _stages_of_template(self):
        """Stages of this template, of whichever team: also of one that is hidden."""
        code = self.template_code
        stages = self.env["crm.stage"].sudo()
        return stages.search(
            [("template_code", "=like", f"{code}.%")], order="sequence"
        )

    def _loaded_stages(self):
        """Stages that this template gave the chosen teams."""
        teams = self._teams()
        return self._stages_of_template().filtered(lambda s: s.team_ids & teams)

    def _new_teams(self):
        """Teams that the template has given nothing yet."""
        return self._teams() - self._stages_of_template().team_ids

    def _blocked_teams(self):
        """Teams that work by another process already."""
        return self._new_teams().filtered(lambda team: team._key_account_stages())

    def _assert_may_load(self):
        blocked = self._blocked_teams()
        if blocked:
            raise UserError(
                self.env._(
                    "%(teams)s already work by another process, and have"
                    " opportunities in it. To change to this one, use Configuration /"
                    " Process of a Team: it asks which old stage maps to which new"
                    " one.",
                    teams=listed(self.env, blocked.mapped("name")),
                )
            )

    def _restore(self, chosen):
        """What is restored is told by stage and part only; the texts come from the
        template.
        """
        own = self._loaded_stages()
        for stage, lines in chosen.grouped("stage_id").items():
            if stage not in own:
                raise UserError(
                    self.env._(
                        "“%(stage)s” was not made by this template.", stage=stage.name
                    )
                )
            stage._restore_template(lines.mapped("part"))

    def _prepare_steps(self, template):
        """One row per step: what it would be, and what is there."""
        there = {}
        for stage in self._loaded_stages():
            there.setdefault(stage.template_code, stage)
        Stage = self.env["crm.stage"]
        rows = [
            {
                "sequence": position,
                "name": Stage._in_language(step.name),
                "role": step.role,
                "time_text": Stage._get_limit_text(step.limit, step.unit),
                "gates": "\n".join(Stage._get_gate_texts(step)),
                "state": self._get_state(there.get(f"{template.code}.{step.code}")),
            }
            for position, step in enumerate(template.steps, 1)
        ]
        rows.append(
            {
                "sequence": len(rows) + 1,
                "name": Stage._in_language(template.won),
                "state": self._get_state(there.get(f"{template.code}.won")),
            }
        )
        return rows

    def _get_state(self, stage):
        if stage:
            return "changed" if stage._template_differences() else "there"
        served = self._teams() - self._new_teams()
        return "gone" if served and not self._new_teams() else "new"

    def _show_stages(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "key_account.crm_stage_action"
        )
        return {**action, "domain": [("team_ids", "in", self._teams().ids)]}


class KeyAccountLoadTemplateStep(models.TransientModel):
    """A stage that the template makes, or has made."""

    _name = "key.account.load.template.step"
    _description = "Load a Process Template: Stage"
    _inherit = ["key.account.number"]
    _order = "sequence, id"

    wizard_id = fields.Many2one(
        "key.account.load.template", required=True, ondelete="cascade"
    )
    sequence = fields.Integer()
    name = fields.Char(string="Stage")
    role = fields.Selection(
        selection=lambda self: [
            *selection_labels(self.env["crm.stage"], "responsible_role").items()
        ],
        string="Responsible",
    )
    time_text = fields.Char(string="Time limit")
    gates = fields.Text(string="Gates to leave it")
    state = fields.Selection(
        [
            ("new", "Will be made"),
            ("there", "There, as in the template"),
            ("changed", "There, changed"),
            ("gone", "Removed, stays removed"),
        ]
    )


class KeyAccountLoadTemplateDifference(models.TransientModel):
    """A part of a stage that no longer reads as the template does."""

    _name = "key.account.load.template.difference"
    _description = "Load a Process Template: Difference"
    _inherit = ["key.account.number"]

    wizard_id = fields.Many2one(
        "key.account.load.template", required=True, ondelete="cascade"
    )
    stage_id = fields.Many2one("crm.stage", required=True, ondelete="cascade")
    part = fields.Selection(
        selection=lambda self: self._part_names(), required=True, string="What"
    )
    current = fields.Text(string="Now")
    proposed = fields.Text(string="Template")
    restore = fields.Boolean(string="Bring back")

    @api.model
    def _part_names(self):
        stage = self.env["crm.stage"]
        return [(part, field_label(stage, part)) for part in TEMPLATE_PARTS]
