"""Gives a team the stages of a process template, in every installed language."""

from markupsafe import Markup

from odoo import Command, models

from ..rules import templates

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

    def _load_stage_template(self, code="eight_steps"):
        """Give these teams the stages of a template with their gates.

        A team that has any of them already is left as it is: what was changed or
        deleted there was meant so, and stages the template did not make are nobody's
        business here.

        :return: the stages made now
        """
        template = templates.TEMPLATES[code]
        Stage = self.env["crm.stage"].sudo().with_context(lang="en_US")
        served = Stage.search([("template_code", "=like", f"{code}.%")]).team_ids
        vals_list = [
            vals
            for team in self - served
            for vals in team._prepare_template_stages(template)
        ]
        stages = Stage.create(vals_list)
        stages._translate_template()
        return stages.with_env(self.env)

    def _share_stages_of(self, team):
        """Let these teams work by the process of another key-account team."""
        stages = team.sudo()._key_account_stages()
        stages.write({"team_ids": [Command.link(other.id) for other in self]})

    def _prepare_template_stages(self, template):
        self.ensure_one()
        common = {"team_ids": [Command.link(self.id)]}
        vals_list = [
            {
                **common,
                **{
                    field: text.en
                    for field, source in _TEXTS.items()
                    if (text := getattr(step, source))
                },
                "duties": _html([duty.en for duty in step.duties]),
                "sequence": 10 * position,
                "responsible_role": step.role,
                "time_limit": step.limit,
                "time_unit": step.unit,
                "skip_rule": step.skip_rule,
                "template_code": f"{template.code}.{step.code}",
                "gate_ids": [
                    Command.create(
                        {
                            "kind": gate.kind,
                            "number": gate.number,
                            "sequence": 10 * rank,
                        }
                    )
                    for rank, gate in enumerate(step.gates, 1)
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
                "template_code": f"{template.code}.won",
            }
        )
        return vals_list


class CrmStage(models.Model):
    _inherit = "crm.stage"

    def _translate_template(self):
        """Fill in the templates' Chinese, where the stage still says what the template
        says.

        A text that somebody reworded or translated is theirs.
        """
        if _TRANSLATION not in dict(self.env["res.lang"].get_installed()):
            return
        english = self.sudo().with_context(lang="en_US")
        for stage in english.filtered("template_code"):
            stage._translate_texts(stage.with_context(lang=_TRANSLATION))

    def _translate_texts(self, translated):
        """Write the template's translations of one stage; ``self`` reads English."""
        code, _sep, step_code = self.template_code.partition(".")
        template = templates.TEMPLATES.get(code)
        if not template:
            return
        step = next((step for step in template.steps if step.code == step_code), None)
        texts = (
            {field: getattr(step, source) for field, source in _TEXTS.items()}
            if step
            else {"name": template.won}
        )
        for field, text in texts.items():
            if text and self[field] == text.en == translated[field]:
                self.update_field_translations(field, {_TRANSLATION: text.zh})
        if step and self.duties == translated.duties:
            self.update_field_translations(
                "duties", {_TRANSLATION: {duty.en: duty.zh for duty in step.duties}}
            )


class ResLang(models.Model):
    _inherit = "res.lang"

    def write(self, vals):
        res = super().write(vals)
        if vals.get("active") and _TRANSLATION in self.mapped("code"):
            stages = self.env["crm.stage"].sudo()
            stages.search([("template_code", "!=", False)])._translate_template()
        return res


def _html(items):
    return Markup("<ul>%s</ul>") % Markup().join(
        Markup("<li>%s</li>") % item for item in items
    )
