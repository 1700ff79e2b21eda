"""What leads a newcomer: tours, words on empty screens, the manual."""

from odoo import Command
from odoo.tests import HttpCase, new_test_user, tagged

from .common import KeyAccountCommon


@tagged("post_install", "-at_install")
class TestOnboarding(HttpCase, KeyAccountCommon):
    def test_tours_go_through(self):
        self.plain_customer.name = "Corner Shop"
        for role, user in {
            "specialist": self.specialist,
            "manager": self.manager,
            "configuration": self.configurator,
        }.items():
            with self.subTest(role=role):
                name = f"key_account_tour_{role}"
                self.start_tour("/odoo", name, login=user.login, timeout=90)
        self.assertTrue(
            self.env["key.account"].search(
                [("partner_id", "=", self.plain_customer.id)]
            )
        )

    def test_a_tour_is_for_its_role(self):
        def names(user):
            tours = self.env["web_tour.tour"].with_user(user).search([])
            return {
                name.removeprefix("key_account_tour_")
                for name in tours.mapped("name")
                if name.startswith("key_account_tour_")
            }

        self.assertEqual(names(self.specialist), {"specialist"})
        self.assertEqual(names(self.manager), {"specialist", "manager"})
        self.assertEqual(names(self.configurator), {"configuration"})
        self.assertFalse(names(self.accountant))

    def test_empty_screens_say_what_to_do(self):
        data = self.env["ir.model.data"].search(
            [("model", "=", "ir.ui.menu"), ("module", "=like", "key_account%")]
        )
        menus = self.env["ir.ui.menu"].browse(data.mapped("res_id"))
        windows = [
            menu.action
            for menu in menus
            if menu.action and menu.action._name == "ir.actions.act_window"
        ]
        self.assertGreater(len(windows), 30)
        silent = {
            window.xml_id
            for window in windows
            if window.target != "new"
            and window.view_mode != "form"
            and "o_view_nocontent" not in (window.help or "")
        }
        self.assertFalse(silent)

    def test_manual_is_one_click_away(self):
        self.authenticate("ka_specialist", "ka_specialist")
        answer = self.url_open("/key_account/manual")
        self.assertEqual(answer.status_code, 200)
        self.assertIn(f"/manual/team/{self.team.id}", answer.url)
        self.authenticate("ka_outsider", "ka_outsider")
        self.assertEqual(self.url_open("/key_account/manual").status_code, 403)

    def first_words(self, user):
        """What My Day says to this user while it is empty."""
        self.env.invalidate_all()
        action = self.env.ref("key_account.next_step_line_action").with_user(user)
        return action.sudo().read()[0]["help"]

    def test_my_day_of_a_newcomer_says_what_to_do_first(self):
        """Nobody of a team begins with a page that says nothing is theirs; whoever is
        in a team and has an account, reads the ordinary page."""
        usual = self.first_words(self.specialist)
        self.assertIn("No next step is yours", usual)
        for role, word in {
            "specialist": "entered as a member",
            "manager": "one of its managers",
            "support": "as its sales support",
        }.items():
            with self.subTest(role=role):
                user = new_test_user(
                    self.env,
                    f"new_{role}",
                    f"base.group_user,key_account.group_{role}",
                    company_id=self.company.id,
                    company_ids=[Command.set(self.company.ids)],
                )
                page = self.first_words(user)
                self.assertIn(word, page)
                self.assertNotIn("btn", page)
        user.group_ids += self.env.ref("key_account.group_configuration")
        self.assertIn("key_account.crm_team_action", self.first_words(user))
        self.team.key_account_support_ids += user
        self.assertEqual(self.first_words(user), usual)
        newcomer = self.env["res.users"].search([("login", "=", "new_specialist")])
        self.team.member_ids += newcomer
        page = self.first_words(newcomer)
        self.assertIn("key_account.key_account_new_action", page)
        self.account.user_id = newcomer
        self.assertEqual(self.first_words(newcomer), usual)
        self.assertEqual(self.first_words(self.accountant), usual)
        self.assertEqual(self.first_words(self.director), usual)
