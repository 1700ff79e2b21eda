from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.key_account.rules import templates
from odoo.addons.key_account.tests.common import KeyAccountCommon, speak_chinese

REPORT = "key_account_reports.report_process_manual"


@tagged("post_install", "-at_install")
class TestProcessManualPrint(KeyAccountCommon):
    def render(self, user=None, docids=None, **data):
        reports = self.env["ir.actions.report"].with_user(user or self.specialist)
        html, _kind = reports._render_qweb_html(REPORT, docids or [], data=data)
        return html.decode()

    def test_a_team_prints_what_it_works_by(self):
        html = self.render(docids=self.team.ids)
        for step in templates.EIGHT_STEPS.steps:
            self.assertIn(step.standard.en, html)
        self.assertIn(self.company.name, html)

    def test_every_template_prints_in_both_languages(self):
        speak_chinese(self.env)
        for code, template in templates.TEMPLATES.items():
            for lang, pick in (("en_US", 0), ("zh_CN", 1)):
                html = self.render(template_code=code, lang=lang)
                with self.subTest(code, lang=lang):
                    self.assertIn(template.name[pick], html)
                    # The labels are those of the manual's language, too.
                    heading = ("Overview", "概览")[pick]
                    self.assertIn(f"<h2>{heading}</h2>", html)
                    for step in template.steps:
                        self.assertIn(step.name[pick].replace("'", "&#39;"), html)
                        self.assertIn(step.outputs[pick].replace("'", "&#39;"), html)

    def test_who_does_not_work_by_it_prints_nothing(self):
        with self.assertRaises(AccessError):
            self.render(user=self.outsider, docids=self.team.ids)
