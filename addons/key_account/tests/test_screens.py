"""What every screen of the app has: cards for a telephone, days without an hour."""

import re
from pathlib import Path

from lxml import etree

from odoo.modules import get_module_path
from odoo.tests import TransactionCase, tagged

# Forms with lists of four columns and more that nobody opens on the way.
AT_A_DESK = {
    "crm.team.form.key.account",
    "key.account.authority.level.form",
    "key.account.load.template.form",
    "key.account.satisfaction.send.form",
}
# Names that whoever configures gives, of a word or two.
SHORT_TITLES = {
    "crm.team",
    "crm.stage",
    "key.account.authority.level",
    "key.account.criterion",
    "key.account.kpi",
    "key.account.kpi.grade",
    "key.account.kpi.set",
    "key.account.next.step",
    "key.account.post",
    "key.account.webhook",
}


@tagged("post_install", "-at_install")
class TestScreens(TransactionCase):
    def test_lists_are_cards_on_a_telephone(self):
        """Of whatever is opened outside Configuration, which nobody sets up there."""
        root = self.env.ref("key_account.menu_root")
        Menu = self.env["ir.ui.menu"]
        configuration = self.env.ref("key_account.menu_config")
        set_up = Menu.search([("id", "child_of", configuration.id)])
        menus = Menu.search(
            [
                ("id", "child_of", root.id),
                ("id", "not in", set_up.ids),
                ("action", "like", "ir.actions.act_window,"),
            ]
        )
        self.assertIn(self.env.ref("key_account.menu_delegations"), menus)
        without = [
            menu.complete_name
            for menu in menus
            if menu.action.view_mode.startswith("list")
            and "kanban" not in [mode for _view, mode in menu.action.views]
        ]
        self.assertFalse(without, "sideways scrolling")

    def test_what_a_button_opens_is_cards_on_a_telephone(self):
        """Also lists that code opens. Of what stands behind a number the model is any,
        with cards that its own screens group side by side."""
        without = []
        for module in ("key_account", "key_account_reports"):
            home = Path(get_module_path(module))
            for path in [*home.glob("models/**/*.py"), *home.glob("wizards/*.py")]:
                text = path.read_text()
                if '(False, "list"), (False, "form")' in text:
                    without.append((path.name, "views"))
                # What is no record has no choice of its own for narrow screens.
                for found in re.finditer(r'"list"\), \(False, "k|"list,kanban', text):
                    if "mobile_view_mode" not in text[found.end() :][:120]:
                        without.append((path.name, "on a telephone"))
                for found in re.finditer(r'"res_model": (.+),\n.*"list,form"', text):
                    if found[1] != "records._name":
                        without.append((path.name, found[1]))
        self.assertFalse(without, "sideways scrolling")

    def test_what_a_button_names_is_cards_on_a_telephone(self):
        """Actions of no menu, with lists of more than four columns."""
        without = []
        for action in self._our_actions():
            modes = {mode: view_id for view_id, mode in action.views}
            if next(iter(modes), None) != "list" or "kanban" in modes:
                continue
            view = self.env[action.res_model].get_view(modes["list"], "list")
            columns = [
                node
                for node in etree.fromstring(view["arch"]).iterchildren("field")
                if not node.get("column_invisible") and node.get("optional") != "hide"
            ]
            if len(columns) > 4:
                without.append(action.xml_id)
        self.assertFalse(without, "sideways scrolling")

    def _our_actions(self):
        data = self.env["ir.model.data"].search(
            [
                ("model", "=", "ir.actions.act_window"),
                ("module", "in", ("key_account", "key_account_reports")),
            ]
        )
        return self.env["ir.actions.act_window"].browse(data.mapped("res_id"))

    def test_cards_are_not_grouped_because_their_list_is(self):
        """Side by side on a telephone, cards of one customer each are pushed."""
        actions = self._our_actions()
        self.assertIn(self.env.ref("key_account.survey_answer_action"), actions)
        for action in actions:
            if "kanban" in [mode for _view, mode in action.views]:
                self.assertNotIn("search_default_group", action.context, action.name)
        for name in (
            *("purchase_step_view_list", "satisfaction_view_list"),
            *("survey_answer_view_list", "canvass_view_list_survey"),
            "next_step_line_view_list_team",
        ):
            view = self.env.ref(f"key_account.{name}")
            root = etree.fromstring(view.get_combined_arch())
            self.assertTrue(root.get("default_group_by"), name)

    def test_a_list_by_customers_makes_no_customer(self):
        """Below a list grouped by records Odoo offers to add one by its name alone."""
        for view in self._our_views("list"):
            root = etree.fromstring(view.get_combined_arch())
            field = self.env[view.model]._fields.get(root.get("default_group_by"))
            if field is not None and field.type == "many2one":
                self.assertEqual(root.get("group_create"), "0", view.xml_id)

    def test_rows_of_a_record_are_cards_on_a_telephone(self):
        """Four columns and more within a form are pushed sideways there; what is set up
        is set up at a desk."""
        wide = []
        for view in self._our_views("form"):
            if view.name in AT_A_DESK:
                continue
            for field in etree.fromstring(view.arch).iter("field"):
                rows = field.find("list")
                if rows is None or rows.getparent().get("name") == "arch":
                    continue
                columns = [
                    node
                    for node in rows.iterchildren("field")
                    if not node.get("column_invisible")
                    and node.get("optional") != "hide"
                    and node.get("widget") != "handle"
                ]
                cards = "kanban" in (field.get("mode") or "")
                cards |= field.find("kanban") is not None
                if len(columns) > 3 and not cards:
                    wide.append((view.xml_id, field.get("name")))
        self.assertFalse(wide)

    def _our_views(self, kind):
        data = self.env["ir.model.data"].search(
            [
                ("model", "=", "ir.ui.view"),
                ("module", "in", ("key_account", "key_account_reports")),
            ]
        )
        views = self.env["ir.ui.view"].browse(data.mapped("res_id"))
        found = views.filtered(
            lambda view: view.type == kind and view.model in self.env
        )
        self.assertGreater(len(found), 20)
        return found

    def test_a_row_without_a_form_of_its_own_opens_none(self):
        """Odoo makes one of all columns: its wizard, its place in the order."""
        opened = set()
        for view in self._our_views("form"):
            root = etree.fromstring(view.get_combined_arch())
            self._gather_rows(root, self.env[view.model], opened)
        self.assertFalse(opened)

    def _gather_rows(self, node, model, opened):
        """Columns of records, within ``node``, whose rows or cards open what nobody
        drew; to be read field by field, since each is of another model."""
        for child in node.iterchildren("field", "*"):
            field = child.tag == "field" and model._fields.get(child.get("name"))
            if not field or field.type not in ("one2many", "many2many"):
                self._gather_rows(child, model, opened)
                continue
            rows = self.env[field.comodel_name]
            shown = child.find("list"), child.find("kanban")
            forms = [("model", "=", rows._name), ("type", "=", "form")]
            drawn = child.find("form") is not None or self.env["ir.ui.view"].search(
                forms, limit=1
            )
            ours = rows._original_module in ("key_account", "key_account_reports")
            for part in shown:
                if part is None:
                    continue
                self._gather_rows(part, rows, opened)
                closed = (
                    part.get("editable")
                    or part.get("no_open") == "1"
                    or part.get("can_open") == "0"
                    or part.get("action")
                )
                if ours and not drawn and not closed:
                    opened.add((model._name, child.get("name"), part.tag))

    def test_what_is_chosen_is_chosen_without_a_mouse_too(self):
        """The Tab key passes over Odoo's choices side by side."""
        chosen = set()
        for view in self._our_views("form"):
            root = etree.fromstring(view.arch)
            for field in root.xpath("//field[not(ancestor::list)]"):
                self.assertNotEqual(field.get("widget"), "selection_badge", view.name)
                if field.get("widget") == "key_account_choice":
                    chosen.add(field.get("name"))
        self.assertLessEqual({"outcome", "man_money", "category", "able"}, chosen)

    def test_a_title_is_read_whole(self):
        """What is written in one line of large letters is cut where it is long."""
        seen = 0
        for view in self._our_views("form"):
            if view.mode != "primary" or view.model in SHORT_TITLES:
                continue
            root = etree.fromstring(view.get_combined_arch())
            for title in root.xpath("//h1/field | //h2/field"):
                field = self.env[view.model]._fields[title.get("name")]
                fixed = field.readonly or title.get("readonly") == "1"
                fixed |= root.get("edit") == "0"
                if field.type == "char" and not fixed:
                    with self.subTest(view=view.name, field=field.name):
                        self.assertEqual(title.get("widget"), "text")
                        self.assertEqual(title.get("options"), "{'line_breaks': False}")
                    seen += 1
                if field.type == "many2one":
                    with self.subTest(view=view.name, field=field.name):
                        self.assertIn("o_ka_whole", title.get("class", ""))
                    seen += 1
        self.assertGreater(seen, 10)

    def test_wide_lists_of_the_configuration_are_cards_too(self):
        """Also those that are entered in their lines on a desk: a card opens a form."""
        configuration = self.env.ref("key_account.menu_config")
        menus = self.env["ir.ui.menu"].search(
            [
                ("id", "child_of", configuration.id),
                ("action", "like", "ir.actions.act_window,"),
            ]
        )
        actions = [menu.action for menu in menus]
        self.assertIn(self.env.ref("key_account.crm_stage_action"), actions)
        self.assertIn(self.env.ref("key_account.authority_limit_action"), actions)
        for action in actions:
            modes = dict(
                (mode, view_id)
                for view_id, mode in action.views or ()
                if mode in ("list", "kanban", "form")
            )
            if next(iter(modes), None) != "list":
                continue
            view = self.env[action.res_model].get_view(modes["list"], "list")
            columns = [
                node
                for node in etree.fromstring(view["arch"]).iterchildren("field")
                if not node.get("column_invisible") and node.get("optional") != "hide"
            ]
            ours = self.env["ir.ui.view"].browse(view["id"]).xml_id
            if len(columns) > 4 and ours.startswith("key_account"):
                self.assertIn("kanban", modes, action.name)

    def test_cards_read_what_they_show(self):
        """What a card names as ``record.x`` without a field of that name is nowhere in
        the browser, and the whole screen fails."""
        for view in self._our_views("kanban"):
            root = etree.fromstring(view.get_combined_arch())
            read = {field.get("name") for field in root.iter("field")}
            for node in root.iter():
                for text in node.attrib.values():
                    named = set(re.findall(r"\brecord\.(\w+)\.", text))
                    self.assertLessEqual(named, read, view.xml_id)

    def test_a_ruling_is_asked_for_first_where_a_step_waits_for_it(self):
        view = self.env["crm.lead"].get_view(view_type="form")
        buttons = [
            (
                button.get("class") == "oe_highlight",
                "not stage_panel['ruling_due']" in button.get("invisible"),
            )
            for button in etree.fromstring(view["arch"]).iter("button")
            if button.get("string") == "Exception Request"
        ]
        self.assertEqual(buttons, [(True, True), (False, False)])

    def test_quoting_is_offered_first_where_a_step_waits_for_nothing_else(self):
        view = self.env["crm.lead"].get_view(view_type="form")
        buttons = [
            (
                button.get("class") == "oe_highlight",
                "not stage_panel['quotation_due']" in button.get("invisible"),
            )
            for button in etree.fromstring(view["arch"]).iter("button")
            if button.get("name") == "action_quotation_from_requirements"
        ]
        self.assertEqual(buttons, [(True, True), (False, False)])

    def test_a_moment_shown_as_a_day_has_no_hour(self):
        """Odoo's widget for days writes the hour of a moment, and cuts it off."""
        views = self.env["ir.ui.view"].search([("arch_db", "like", 'widget="date"')])
        data = self.env["ir.model.data"].search(
            [
                ("model", "=", "ir.ui.view"),
                ("module", "in", ("key_account", "key_account_reports")),
            ]
        )
        for view in views.browse(set(views.ids) & set(data.mapped("res_id"))):
            for node in etree.fromstring(view.arch).iter("field"):
                if node.get("widget") != "date" or view.model not in self.env:
                    continue
                field = self.env[view.model]._fields.get(node.get("name"))
                with self.subTest(view=view.name, field=node.get("name")):
                    self.assertFalse(field and field.type == "datetime")

    def test_tomorrow_is_not_next_month(self):
        """Odoo's widget counts in months as soon as a month ends."""
        views = self.env["ir.ui.view"].search([("arch_db", "like", '"remaining_days"')])
        names = views.mapped("xml_id")
        ours = [name for name in names if name.startswith("key_account")]
        self.assertFalse(ours)

    def test_everything_is_found_by_what_is_typed(self):
        """In the field of a form, and behind a condition of a search: Odoo looks for
        the name, which has to be in a column."""
        for name, model in self.env.items():
            ours = model._original_module in ("key_account", "key_account_reports")
            if not ours or model._abstract or model._transient:
                continue
            with self.subTest(model=name):
                model.name_search("abc")
                model.search_count([("display_name", "ilike", "abc")])
