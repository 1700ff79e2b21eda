import re

from odoo.tests import BaseCase, tagged

from ..rules import templates

CHINESE = re.compile("[\u4e00-\u9fff]")


@tagged("-at_install", "post_install")
class TestRulesTemplates(BaseCase):
    """The templates are complete: nobody is given half a definition."""

    def steps(self):
        for template in templates.TEMPLATES.values():
            for step in template.steps:
                yield template, step

    def texts(self, step):
        yield from (step.name, step.standard, step.inputs, step.medium, step.outputs)
        yield from step.duties
        if step.participants:
            yield step.participants
        for gate in step.gates:
            yield from gate.checks
            if gate.label:
                yield gate.label

    def test_the_five_templates_have_their_steps(self):
        self.assertEqual(
            {code: len(t.steps) for code, t in templates.TEMPLATES.items()},
            {
                "eight_steps": 8,
                "six_phases": 6,
                "five_stages": 5,
                "seven_phases": 7,
                "regional_agency": 8,
            },
        )

    def test_every_text_is_there_in_both_languages(self):
        for template, step in self.steps():
            for text in (*self.texts(step), template.name, template.won):
                with self.subTest(template=template.code, step=step.code):
                    self.assertTrue(text.en.strip())
                    self.assertFalse(CHINESE.search(text.en), text.en)
                    self.assertTrue(CHINESE.search(text.zh), text.zh)

    def test_every_step_says_who_until_when_and_what_lets_it_go_on(self):
        for template, step in self.steps():
            with self.subTest(template=template.code, step=step.code):
                self.assertIn(
                    step.role, ("specialist", "manager", "director", "support")
                )
                self.assertTrue(step.limit > 0 or step.unit == "visit")
                self.assertTrue(step.duties)
                self.assertTrue(step.gates)

    def test_an_english_text_has_one_translation_within_a_step(self):
        """Translations are found by the English text."""
        for template, step in self.steps():
            known = {}
            for text in self.texts(step):
                self.assertEqual(
                    known.setdefault(text.en, text.zh),
                    text.zh,
                    f"{template.code}.{step.code}",
                )

    def test_codes_lead_back_to_their_step(self):
        for template, step in self.steps():
            self.assertIs(templates.find_step(f"{template.code}.{step.code}"), step)
            self.assertIs(templates.find_won(f"{template.code}.won"), template)
        self.assertIsNone(templates.find_step("eight_steps.won"))
        self.assertIsNone(templates.find_step("gone.step"))
        self.assertIsNone(templates.find_step(False))

    def test_the_first_template_reads_as_the_chapter_says(self):
        steps = templates.EIGHT_STEPS.steps
        self.assertEqual(
            [(step.role, step.limit, step.unit) for step in steps],
            [
                ("specialist", 2, "days"),
                ("specialist", 0, "visit"),
                ("manager", 1, "days"),
                ("specialist", 1, "days"),
                ("manager", 1, "days"),
                ("specialist", 5, "hours"),
                ("manager", 4, "hours"),
                ("specialist", 5, "days"),
            ],
        )
        self.assertTrue(templates.EIGHT_STEPS.won_by_order)

    def test_only_the_last_two_phases_of_a_relationship_recur(self):
        recurring = [(t.code, s.code) for t, s in self.steps() if s.recurs]
        self.assertEqual(
            recurring,
            [
                ("seven_phases", "crisis_handling"),
                ("seven_phases", "stable_growth"),
            ],
        )
