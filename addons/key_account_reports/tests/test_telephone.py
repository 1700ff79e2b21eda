"""On a telephone, what people work with every day is cards, no list moved sideways."""

from odoo.tests import TransactionCase, tagged

# Lists all the same: what is looked up at a desk, or has a line now and then.
LISTS = {
    "key_account.authority_delegation_action",
    "key_account.authority_grant_action",
    "key_account.canvass_week_action",
    "key_account.export_action",
    "key_account.observation_action",
    "key_account.problem_action",
    "key_account.target_list_action",
    "key_account.visit_plan_action",
    "key_account.white_space_action",
    "key_account_reports.kpi_figure_action",
    "key_account_reports.kpi_snapshot_action",
}


@tagged("post_install", "-at_install")
class TestTelephone(TransactionCase):
    def test_lists_of_the_menu_are_cards(self):
        """Odoo opens the first view for small screens that an action has."""
        menu = self.env["ir.ui.menu"].with_context(active_test=False)
        shown = menu.search(
            [
                ("id", "child_of", self.env.ref("key_account.menu_root").id),
                "!",
                ("id", "child_of", self.env.ref("key_account.menu_config").id),
            ]
        )
        actions = self.env["ir.actions.act_window"].browse(
            each.action.id
            for each in shown
            if each.action and each.action._name == "ir.actions.act_window"
        )
        lists = actions.filtered(
            lambda action: (
                action.view_mode.split(",")[0] == "list"
                and "kanban" not in [mode for _view, mode in action.views]
            )
        )
        self.assertEqual(set(lists.get_external_id().values()), LISTS)
