"""The process manual of a team or a template: each step with all that defines it."""

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...rules import templates
from ..shared.label import listed
from .stage_template import _html


class KeyAccountProcessManual(models.AbstractModel):
    """What the manual says, for the screen and for print alike: plain values, in the
    reader's language.
    """

    _name = "key.account.process.manual"
    _description = "Process Manual"

    @api.model
    def _of_team(self, team):
        """The manual of what a team works by now, as the company has worded it."""
        stages = team._key_account_stages().with_env(self.env(su=True))
        if not stages:
            raise UserError(
                self.env._(
                    "%(team)s has no process yet. Load a template first.",
                    team=team.name,
                )
            )
        steps = stages.filtered(lambda stage: not stage.is_won)
        won = (stages - steps)[:1]
        template = templates.TEMPLATES.get(
            (stages[0].template_code or "").partition(".")[0]
        )
        return {
            "lang": self.env.lang,
            "title": team.name,
            "subtitle": stages._in_language(template.name) if template else "",
            "purpose": stages._in_language(template.purpose) if template else "",
            "company": team.company_id or self.env.company,
            "date": fields.Date.context_today(self),
            "managers": listed(
                self.env, team._with_people()._key_account_managers().mapped("name")
            ),
            "steps": [
                self._describe_stage(number, stage)
                for number, stage in enumerate(steps, 1)
            ],
            "won": won.name or "",
            "won_by_order": won.won_by_order,
            "activates": won.entry_account_state == "active",
        }

    @api.model
    def _of_template(self, code):
        """The manual of a template as it would be loaded."""
        template = templates.TEMPLATES.get(code)
        if not template:
            raise UserError(self.env._("There is no process template “%s”.", code))
        stages = self.env["crm.stage"].sudo()
        return {
            "lang": self.env.lang,
            "title": stages._in_language(template.name),
            "subtitle": "",
            "purpose": stages._in_language(template.purpose),
            "company": self.env.company,
            "date": fields.Date.context_today(self),
            "managers": "",
            "steps": [
                self._describe_step(number, step, stages)
                for number, step in enumerate(template.steps, 1)
            ],
            "won": stages._in_language(template.won),
            "won_by_order": template.won_by_order,
            "activates": template.activates,
        }

    def _describe_stage(self, number, stage):
        return {
            "number": number,
            "name": stage.name,
            "responsible": stage._get_value_label(
                "responsible_role", stage.responsible_role
            ),
            "participants": stage.participants or "",
            "duties": stage.duties or Markup(),
            "time": stage.time_text,
            "standard": stage.work_standard or "",
            "inputs": stage.inputs or "",
            "medium": stage.medium or "",
            "outputs": stage.outputs or "",
            "gates": [self._describe_gate(gate) for gate in stage.gate_ids],
            "skip": stage._get_value_label("skip_rule", stage.skip_rule),
            "account": stage._get_value_label(
                "entry_account_state", stage.entry_account_state
            ),
        }

    def _describe_step(self, number, step, stages):
        """The same of a step that may never have been made."""
        word = stages._in_language
        return {
            "number": number,
            "name": word(step.name),
            "responsible": stages._get_value_label("responsible_role", step.role),
            "participants": word(step.participants),
            "duties": _html([word(duty) for duty in step.duties]),
            "time": stages._get_limit_text(step.limit, step.unit),
            "standard": word(step.standard),
            "inputs": word(step.inputs),
            "medium": word(step.medium),
            "outputs": word(step.outputs),
            "gates": [
                self._describe_gate(gate) for gate in stages._make_template_gates(step)
            ],
            "skip": stages._get_value_label("skip_rule", step.skip_rule),
            "account": stages._get_value_label("entry_account_state", step.begins),
        }

    def _describe_gate(self, gate):
        """One gate: what it is called or asks for, and the items of its list."""
        ticked = gate._of_kind("_get_items")
        items = gate.check_ids.mapped("name") if ticked else []
        return {
            "text": gate.label if items and gate.label else gate.sentence,
            "items": items,
        }
