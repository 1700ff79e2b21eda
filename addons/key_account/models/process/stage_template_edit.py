"""Where a stage differs from the template it was made of, and back again."""

from typing import NamedTuple

from odoo import Command, models
from odoo.tools import html2plaintext

from ...rules import templates
from ..shared.label import selection_label
from .stage_template import _TEXTS, _TRANSLATION, _prepare_step

# What is compared, and brought back, as one.
TEMPLATE_PARTS = {
    **{name: (name,) for name in _TEXTS},
    "duties": ("duties",),
    "responsible_role": ("responsible_role",),
    "time_limit": ("time_limit", "time_unit"),
    "skip_rule": ("skip_rule",),
    "entry_account_state": ("entry_account_state",),
    "gate_ids": ("gate_ids",),
}


class Difference(NamedTuple):
    """One part of a stage that no longer reads as its template does, in words."""

    stage: models.BaseModel
    part: str
    current: str
    proposed: str


class CrmStage(models.Model):
    _inherit = "crm.stage"

    def _template_differences(self):
        """What differs from the templates, stage by stage, in the reader's language."""
        return [
            Difference(
                stage,
                part,
                stage._get_part_text(part),
                stage._get_template_text(part),
            )
            for stage in self
            if templates.find_step(stage.template_code)
            for part in TEMPLATE_PARTS
            if stage._differs_from_template(part)
        ]

    def _restore_template(self, parts):
        """Bring parts of one stage back to what its template says, in both languages.

        :param parts: names of ``TEMPLATE_PARTS``; everything else is left as it is
        """
        self.ensure_one()
        self._assert_may_define()
        step = templates.find_step(self.template_code)
        english = self.with_context(lang="en_US")
        values = _prepare_step(step)
        wanted = {
            name: values[name]
            for part in parts
            for name in TEMPLATE_PARTS[part]
            if name in values
        }
        if wanted:
            english.write(wanted)
        if "gate_ids" in parts:
            english._restore_gates(step)
        self._restore_translations(step, parts)

    def _restore_gates(self, step):
        """The present gates are archived: what was ticked off in them stays."""
        gates = self.gate_ids
        gates.write({"active": False})
        self.write(
            {
                "gate_ids": [
                    Command.create({**gates._prepare_of(gate), "sequence": 10 * n})
                    for n, gate in enumerate(step.gates, 1)
                ]
            }
        )

    def _restore_translations(self, step, parts):
        if _TRANSLATION not in dict(self.env["res.lang"].get_installed()):
            return
        english = self.with_context(lang="en_US")
        for part in set(parts) & _TEXTS.keys():
            if text := getattr(step, _TEXTS[part]):
                english.update_field_translations(part, {_TRANSLATION: text.zh})
        if "duties" in parts:
            english.update_field_translations(
                "duties", {_TRANSLATION: {duty.en: duty.zh for duty in step.duties}}
            )
        if "gate_ids" in parts:
            english._translate_gates()

    # ------------------------------------------------------------
    # COMPARING
    # ------------------------------------------------------------

    def _differs_from_template(self, part):
        """Whether a part reads otherwise in any of the installed languages."""
        languages = ["en_US"]
        if _TRANSLATION in dict(self.env["res.lang"].get_installed()):
            languages.append(_TRANSLATION)
        return any(
            _flat(stage._get_part_text(part)) != _flat(stage._get_template_text(part))
            for stage in (self.with_context(lang=lang) for lang in languages)
        )

    def _get_part_text(self, part):
        """What the stage says, as one text."""
        if part == "gate_ids":
            return "\n".join(self.gate_ids.mapped("sentence"))
        if part == "duties":
            return html2plaintext(self.duties or "")
        if part == "time_limit":
            return self._get_limit_text(self.time_limit, self.time_unit)
        return self._get_value_label(part, self[part])

    def _get_template_text(self, part):
        """What the template says, as one text."""
        step = templates.find_step(self.template_code)
        if part == "gate_ids":
            return "\n".join(self._get_gate_texts(step))
        if part == "duties":
            lines = [self._in_language(duty) for duty in step.duties]
            return "\n".join(f"* {line}" for line in lines)
        if part == "time_limit":
            return self._get_limit_text(step.limit, step.unit)
        if part in _TEXTS:
            return self._in_language(getattr(step, _TEXTS[part]))
        return self._get_value_label(part, _prepare_step(step)[part])

    def _get_gate_texts(self, step):
        """The template's gates as they would read."""
        return self._make_template_gates(step).mapped("sentence")

    def _make_template_gates(self, step):
        """The template's gates in the reader's language, made in memory only."""
        gates = self.env["crm.stage.gate"]
        for gate in step.gates:
            vals = gates._prepare_of(gate)
            if gate.label:
                vals["label"] = self._in_language(gate.label)
            if gate.checks:
                vals["check_ids"] = [
                    Command.create({"name": self._in_language(text)})
                    for text in gate.checks
                ]
            gates += gates.new(vals)
        return gates

    def _get_value_label(self, name, value):
        if self._fields[name].type == "selection":
            return selection_label(self, name, value)
        return value or ""

    def _get_limit_text(self, limit, unit):
        """“2 working days”; a visit step is due when the planned visit ends."""
        if unit == "visit":
            return self.env._("Until the planned visit")
        if not limit:
            return self.env._("No time limit")
        if unit == "hours":
            if limit == 1:
                return self.env._("1 working hour")
            return self.env._("%(number)g working hours", number=limit)
        if limit == 1:
            return self.env._("1 working day")
        return self.env._("%(number)g working days", number=limit)

    def _in_language(self, text):
        if not text:
            return ""
        return text.zh if (self.env.lang or "").startswith("zh") else text.en


def _flat(text):
    """Without the blanks that an editor adds."""
    return " ".join((text or "").replace("*", " ").split())
