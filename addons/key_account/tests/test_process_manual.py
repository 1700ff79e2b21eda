from odoo.exceptions import UserError
from odoo.tests import HttpCase, tagged

from ..rules import templates
from .common import speak_chinese
from .stage_common import StageCommon


@tagged("post_install", "-at_install")
class TestProcessManual(StageCommon, HttpCase):
    def manual(self, lang="en_US"):
        return self.env["key.account.process.manual"].with_context(lang=lang)

    def test_a_template_is_complete_in_both_languages(self):
        speak_chinese(self.env)
        for code, template in templates.TEMPLATES.items():
            for lang, pick in (("en_US", "en"), ("zh_CN", "zh")):
                manual = self.manual(lang)._of_template(code)
                self.assertEqual(manual["title"], getattr(template.name, pick))
                for found, step in zip(manual["steps"], template.steps, strict=True):
                    with self.subTest(template=code, step=step.code, lang=lang):
                        self.assertEqual(found["name"], getattr(step.name, pick))
                        self.assertEqual(len(found["gates"]), len(step.gates))
                        for duty in step.duties:
                            self.assertIn(
                                getattr(duty, pick), found["duties"].unescape()
                            )
                        for gate, source in zip(
                            found["gates"], step.gates, strict=True
                        ):
                            self.assertEqual(
                                gate["items"],
                                [getattr(text, pick) for text in source.checks],
                            )

    def test_a_team_reads_what_it_works_by(self):
        self.first.with_context(lang="en_US").work_standard = "One page"
        self.first.gate_ids[1].number = 55
        manual = self.manual()._of_team(self.team)
        self.assertEqual(manual["title"], "Key Accounts")
        self.assertEqual(manual["managers"], self.manager.name)
        self.assertEqual(len(manual["steps"]), 8)
        first = manual["steps"][0]
        self.assertEqual(first["standard"], "One page")
        self.assertEqual(first["time"], "2 working days")
        self.assertIn("55 %", first["gates"][1]["text"])
        self.assertEqual(manual["steps"][1]["time"], "Until the planned visit")
        self.assertTrue(manual["steps"][4]["skip"])
        self.assertEqual(manual["won"], "Won")
        with self.assertRaisesRegex(UserError, "no process"):
            self.manual()._of_team(self.plain_team)

    def test_on_screen(self):
        speak_chinese(self.env)
        self.authenticate("ka_specialist", "ka_specialist")
        url = f"/key_account/manual/team/{self.team.id}"
        page = self.url_open(url)
        self.assertEqual(page.status_code, 200)
        self.assertIn("Development plan", page.text)
        self.assertIn("Functions concerned", page.text)
        page = self.url_open(f"{url}?lang=zh_CN")
        self.assertIn("拟定工作计划", page.text)
        page = self.url_open("/key_account/manual/template/six_phases")
        self.assertIn("The budget is known", page.text)
        self.assertEqual(
            self.url_open("/key_account/manual/template/none").status_code, 404
        )
        plain = f"/key_account/manual/team/{self.plain_team.id}"
        self.assertEqual(self.url_open(plain).status_code, 404)

    def test_only_who_works_by_it_reads_it(self):
        self.authenticate("ka_outsider", "ka_outsider")
        url = f"/key_account/manual/team/{self.team.id}"
        self.assertEqual(self.url_open(url).status_code, 403)
