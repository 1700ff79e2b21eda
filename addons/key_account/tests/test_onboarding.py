"""What leads a newcomer: tours, words on empty screens, the manual."""

from odoo.tests import HttpCase, tagged

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
