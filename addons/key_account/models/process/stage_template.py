"""Gives teams the stages of a process template, in every installed language."""

from markupsafe import Markup

from odoo import Command, api, models

from ...rules import templates
from ..shared.act import meet

# The template's second language.
_TRANSLATION = "zh_CN"
# Stage field → template field.
_TEXTS = {
    "name": "name",
    "participants": "participants",
    "work_standard": "standard",
    "inputs": "inputs",
    "medium": "medium",
    "outputs": "outputs",
}


class CrmTeam(models.Model):
    _inherit = "crm.team"

    def _load_stage_template(self, code="eight_steps", shared=False):
        """Give these teams the stages of a template with their gates.

        A team that has any of them already is left as it is: what was changed or
        deleted there was meant so, and stages the template did not make are nobody's
        business here.

        :param shared: whether the teams work by one set of stages, that of the team
            that has it already, if there is one; else each team has its own
        :return: the stages made now
        """
        # Two who load it at the same moment would make each stage twice.
        meet(self)
        template = templates.TEMPLATES[code]
        Stage = self.env["crm.stage"].sudo().with_context(lang="en_US")
        served = Stage.search([("template_code", "=like", f"{code}.%")]).team_ids
        new = self - served
        if shared and new and self & served:
            new._share_stages_of((self & served)[0], code)
            return self.env["crm.stage"]
        groups = [new] if shared and new else list(new)
        vals_list = [
            vals
            for teams in groups
            for vals in teams._prepare_template_stages(template)
        ]
        stages = Stage._create_kept(vals_list)
        stages._translate_template()
        return stages.with_env(self.env)

    def _share_stages_of(self, team, code=None):
        """Let these teams work by the process of another key-account team.

        :param code: only by the stages that this template made
        """
        stages = team._key_account_stages()
        if code:
            stages = stages.filtered(lambda stage: stage._is_made_by(code))
        stages.write({"team_ids": [Command.link(other.id) for other in self]})

    def _prepare_template_stages(self, template):
        """Values of the stages that these teams share."""
        Gate = self.env["crm.stage.gate"]
        common = {"team_ids": [Command.set(self.ids)]}
        vals_list = [
            {
                **common,
                **_prepare_step(step),
                "sequence": 10 * position,
                "template_code": f"{template.code}.{step.code}",
                "gate_ids": [
                    Command.create({**Gate._prepare_of(gate), "sequence": 10 * n})
                    for n, gate in enumerate(step.gates, 1)
                ],
            }
            for position, step in enumerate(template.steps, 1)
        ]
        vals_list.append(
            {
                **common,
                "name": template.won.en,
                "sequence": 10 * (len(template.steps) + 1),
                "is_won": True,
                "won_by_order": template.won_by_order,
                "entry_account_state": "active" if template.activates else False,
                "template_code": f"{template.code}.won",
            }
        )
        return vals_list


class CrmStage(models.Model):
    _inherit = "crm.stage"

    def _is_made_by(self, code):
        """Whether a template made this stage."""
        return (self.template_code or "").partition(".")[0] == code

    def _translate_template(self):
        """Fill in the templates' Chinese, where the stage still says what the template
        says.

        A text that somebody reworded or translated is theirs. Called as superuser.
        """
        if _TRANSLATION not in dict(self.env["res.lang"].get_installed()):
            return
        english = self.with_context(lang="en_US")
        for stage in english.filtered("template_code"):
            stage._translate_texts(stage.with_context(lang=_TRANSLATION))
            stage._translate_gates()

    def _translate_texts(self, translated):
        """Write the template's translations of one stage; ``self`` reads English."""
        step = templates.find_step(self.template_code)
        won = templates.find_won(self.template_code)
        texts = {"name": won.won} if won else {}
        if step:
            texts = {field: getattr(step, source) for field, source in _TEXTS.items()}
        for field, text in texts.items():
            _translate(self, translated, field, text)
        if step and self.duties == translated.duties:
            self.update_field_translations(
                "duties", {_TRANSLATION: {duty.en: duty.zh for duty in step.duties}}
            )

    def _translate_gates(self):
        """The same for what the gates of one stage are called."""
        step = templates.find_step(self.template_code)
        if not step:
            return
        known = {gate.label.en: gate.label for gate in step.gates if gate.label}
        known |= {text.en: text for gate in step.gates for text in gate.checks}
        for record, field in [
            *((gate, "label") for gate in self.gate_ids),
            *((check, "name") for check in self.gate_ids.check_ids),
        ]:
            translated = record.with_context(lang=_TRANSLATION)
            _translate(record, translated, field, known.get(record[field]))


class CrmStageGate(models.Model):
    _inherit = "crm.stage.gate"

    @api.model
    def _prepare_of(self, gate):
        """Values of a gate as a template has it, in English; a room whose kind has
        parameters of its own adds them.
        """
        vals = {"kind": gate.kind, "number": gate.number}
        if gate.label:
            vals["label"] = gate.label.en
        if gate.checks:
            vals["check_ids"] = [
                Command.create({"name": text.en, "sequence": 10 * n})
                for n, text in enumerate(gate.checks, 1)
            ]
        if gate.document:
            vals["document_type"] = gate.document
        if gate.field:
            fields = self.env["ir.model.fields"]
            vals["field_id"] = fields._get("crm.lead", gate.field).id
        return vals


class ResLang(models.Model):
    _inherit = "res.lang"

    def write(self, vals):
        res = super().write(vals)
        if vals.get("active") and _TRANSLATION in self.mapped("code"):
            stages = self.env["crm.stage"].sudo()
            stages.search([("template_code", "!=", False)])._translate_template()
        return res


def _translate(record, translated, field, text):
    """Translate one field that still reads as the template does; ``record`` reads
    English.
    """
    if text and record[field] == text.en == translated[field]:
        record.update_field_translations(field, {_TRANSLATION: text.zh})


def _prepare_step(step):
    """What a template says of a stage, gates apart: field values, in English."""
    return {
        **{
            field: getattr(step, source).en if getattr(step, source) else False
            for field, source in _TEXTS.items()
        },
        "duties": _html([duty.en for duty in step.duties]),
        "responsible_role": step.role,
        "time_limit": step.limit,
        "time_unit": step.unit,
        "skip_rule": step.skip_rule or False,
        "entry_account_state": step.begins or False,
        "is_recurring": step.recurs,
    }


def _html(items):
    return Markup("<ul>%s</ul>") % Markup().join(
        Markup("<li>%s</li>") % item for item in items
    )
