"""The process manual as a controlled document, and the posts it describes."""

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.key_account.rules import templates
from odoo.addons.key_account.tests.common import KeyAccountCommon, speak_chinese
from odoo.addons.key_account_reports.models import manual_issue

REPORT = "key_account_reports.report_process_manual"


@tagged("post_install", "-at_install")
class TestManualIssue(KeyAccountCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        speak_chinese(cls.env)
        cls.Issue = cls.env["key.account.manual.issue"]

    def prepare(self, user=None, **vals):
        values = {"team_id": self.team.id, "number": "KA-QP-01", "version": "A/0"}
        return self.Issue.with_user(user or self.configurator).create(
            {**values, **vals}
        )

    def issued(self):
        issue = self.prepare()
        issue.with_user(self.manager).action_check()
        issue.with_user(self.director).action_approve()
        return issue

    def printed(self, user=None, lang="en_US"):
        reports = self.env["ir.actions.report"].with_user(user or self.specialist)
        html, _kind = reports.with_context(lang=lang)._render_qweb_html(
            REPORT, self.team.ids
        )
        return html.decode()

    def test_prepared_checked_approved_by_three(self):
        issue = self.issued()
        self.assertEqual(
            (issue.prepared_by_id, issue.checked_by_id, issue.approved_by_id),
            (self.configurator, self.manager, self.director),
        )
        html = self.printed()
        for part in (
            "KA-QP-01",
            "A/0",
            self.configurator.name,
            self.manager.name,
            self.director.name,
        ):
            self.assertIn(part, html)
        self.assertNotIn("not approved", html)
        self.assertNotIn("has changed since", html)

    def test_nobody_does_two_steps(self):
        issue = self.prepare(self.manager)
        with self.assertRaisesRegex(UserError, "does not do the next step"):
            issue.with_user(self.manager).action_check()
        issue.with_user(self.director).action_check()
        with self.assertRaisesRegex(UserError, "does not do the next step"):
            issue.with_user(self.director).action_approve()
        issue.with_user(self.general_manager).action_approve()
        self.assertEqual(issue.state, "approved")

    def test_each_step_in_its_order_by_whom_it_is_for(self):
        issue = self.prepare()
        with self.assertRaisesRegex(UserError, "prepared, then checked"):
            issue.with_user(self.director).action_approve()
        with self.assertRaises(AccessError):
            issue.with_user(self.specialist).action_check()
        with self.assertRaisesRegex(UserError, "A manager"):
            issue.with_user(self.configurator).action_check()
        issue.with_user(self.manager).action_check()
        with self.assertRaisesRegex(UserError, "A director"):
            issue.with_user(self.manager).action_approve()

    def test_what_was_checked_stays(self):
        issue = self.issued()
        for call in (
            lambda: issue.with_user(self.configurator).write({"version": "Z"}),
            lambda: issue.with_user(self.configurator).unlink(),
        ):
            with self.assertRaisesRegex(UserError, "stays as it is"):
                call()
        with self.assertRaises(AccessError):
            self.prepare(version="A/1", approved_by_id=self.director.id)
        with self.assertRaises(AccessError):
            self.prepare(version="A/2").write({"state": "approved"})

    def test_another_team_is_no_business_of_a_manager(self):
        with self.assertRaisesRegex(AccessError, "manager of that team"):
            self.prepare(self.other_manager)
        issue = self.prepare(self.manager, version="A/7")
        with self.assertRaisesRegex(AccessError, "manager of that team"):
            issue.with_user(self.other_manager).unlink()
        issue.with_user(self.manager).unlink()

    def test_a_changed_manual_says_so_and_is_not_approved(self):
        issue = self.prepare()
        issue.with_user(self.manager).action_check()
        stage = self.team._key_account_stages()[:1]
        stage.work_standard = "Something else"
        with self.assertRaisesRegex(UserError, "has changed since it was checked"):
            issue.with_user(self.director).action_approve()
        self.assertIn("has changed since", self.printed())
        self.assertIn("not approved", self.printed())

    def test_worded_anew_in_another_language(self):
        """Whoever works in Chinese changes the Chinese words alone."""
        self.issued()
        self.assertNotIn("has changed since", self.printed())
        stage = self.team._key_account_stages()[:1].with_context(lang="zh_CN")
        words = stage.work_standard
        stage.work_standard = "随意"
        self.env.flush_all()
        self.assertIn("has changed since", self.printed())
        stage.work_standard = words
        self.env.flush_all()
        self.assertNotIn("has changed since", self.printed())
        post = self.env["key.account.post"].search([], limit=1)
        post.update_field_translations("name", {"zh_CN": "任何人"})
        self.assertIn("has changed since", self.printed())

    def test_checked_before_other_languages_counted(self):
        issue = self.issued()
        former = issue._said_in_english()
        issue._set_kept({"fingerprint": manual_issue._hash_of(former)})
        self.assertFalse(issue._has_changed())
        self.team._key_account_stages()[:1].work_standard = "Something else"
        self.assertTrue(issue._has_changed())

    def test_the_day_is_the_company_s(self):
        """Not that of the clock which the caller's context names."""
        ahead = {"tz": "Pacific/Kiritimati"}
        vals = {"team_id": self.team.id, "number": "KA-QP-01", "version": "A/0"}
        with freeze_time("2030-05-06 12:00:00"):
            prepared = self.Issue.with_context(**ahead).with_user(self.configurator)
            issue = prepared.create(vals)
            issue.with_user(self.manager).with_context(**ahead).action_check()
            issue.with_user(self.director).with_context(**ahead).action_approve()
        days = {issue.prepared_on, issue.checked_on, issue.approved_on}
        self.assertEqual(days, {fields.Date.to_date("2030-05-06")})

    def test_posts_with_the_kpis_of_their_role(self):
        post = self.env["key.account.post"].create(
            {
                "name": "Key account engineer",
                "role": "support",
                "duties": "Draws what is asked",
                "powers": "Releases drawings",
                "qualification": "An engineer",
                "appraisers": "Manager and human resources",
            }
        )
        kpi_set = self.env["key.account.kpi.set"].create(
            {
                "name": "Engineers",
                "role": "support",
                "company_id": self.company.id,
                "line_ids": [
                    (0, 0, {"kpi_id": self.env["key.account.kpi"].search([])[0].id})
                ],
            }
        )
        self.assertEqual(post.with_company(self.company).kpi_set_id, kpi_set)
        html = self.printed()
        for part in (
            post.name,
            post.duties,
            post.powers,
            post.qualification,
            post.appraisers,
            kpi_set.line_ids.kpi_id.name,
        ):
            self.assertIn(part, html)
        post.company_id = self.other_company
        self.assertNotIn(post.name, self.printed())

    def test_the_set_up_brings_posts(self):
        names = self.env["key.account.post"].search([]).mapped("name")
        self.assertIn("Key account specialist", names)

    def test_a_template_has_no_head(self):
        self.issued()
        code = next(iter(templates.TEMPLATES))
        reports = self.env["ir.actions.report"].with_user(self.specialist)
        html, _kind = reports._render_qweb_html(
            REPORT, [], data={"template_code": code}
        )
        self.assertNotIn("KA-QP-01", html.decode())

    def test_who_may_what(self):
        rights = {
            "key.account.post": {"configurator": "rwcu"},
            "key.account.manual.issue": {
                "specialist": "r",
                "support": "r",
                "manager": "rwcu",
                "director": "rwcu",
                "configurator": "rwcu",
                "reviewer": "",
                "accountant": "",
                "outsider": "",
            },
        }
        operations = {"r": "read", "w": "write", "c": "create", "u": "unlink"}
        for model, roles in rights.items():
            for role, allowed in roles.items():
                records = self.env[model].with_user(getattr(self, role))
                for letter, operation in operations.items():
                    with self.subTest(model=model, role=role, operation=operation):
                        self.assertEqual(
                            records.has_access(operation), letter in allowed
                        )
        for role in ("specialist", "support", "reviewer", "accountant", "outsider"):
            posts = self.env["key.account.post"].with_user(getattr(self, role))
            self.assertTrue(posts.has_access("read"), role)
            self.assertFalse(posts.has_access("write"), role)
