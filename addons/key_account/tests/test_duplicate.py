"""Duplicating: a good new record, or a sentence why not."""

from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import KeyAccountCommon


@tagged("post_install", "-at_install")
class TestDuplicate(KeyAccountCommon):
    @freeze_time("2026-03-04 06:00:00")
    def test_a_visit_is_planned_anew(self):
        start = fields.Datetime.from_string("2026-02-02 01:30:00")
        visit = (
            self.env["key.account.visit"]
            .with_user(self.specialist)
            .create(
                {
                    "key_account_id": self.account.id,
                    "date_start": start,
                    "date_end": start + timedelta(hours=2),
                    "objectives": "Who decides?",
                }
            )
        )
        copy = visit.copy()
        self.assertEqual(str(copy.date_start), "2026-03-09 01:30:00")
        self.assertEqual(copy.date_end - copy.date_start, timedelta(hours=2))
        self.assertEqual(copy.date_original, copy.date_start)
        self.assertEqual((copy.state, copy.objectives), ("planned", "Who decides?"))
        again = copy.copy({"date_start": "2026-04-01 01:00:00"})
        self.assertEqual(str(again.date_end), "2026-04-01 02:00:00")

    def test_a_visit_keeps_its_hour_through_summer_time(self):
        """At nine in Berlin before the clocks are put forward, and at nine after it."""
        self.specialist.tz = "Europe/Berlin"
        for now, start, later in (
            ("2026-03-24 06:00:00", "2026-03-23 08:00:00", "2026-03-30 07:00:00"),
            ("2026-10-20 06:00:00", "2026-10-19 07:00:00", "2026-10-26 08:00:00"),
            # A week later by the clock it is now, or was: one more.
            ("2026-03-30 07:30:00", "2026-03-23 08:00:00", "2026-04-06 07:00:00"),
        ):
            with self.subTest(now), freeze_time(now):
                visit = (
                    self.env["key.account.visit"]
                    .with_user(self.specialist)
                    .create({"key_account_id": self.account.id, "date_start": start})
                )
                copy = visit.copy()
                self.assertEqual(str(copy.date_start), later)
                self.assertEqual(copy.date_end - copy.date_start, timedelta(hours=1))

    def test_an_account_says_why_not(self):
        account = self.account.with_user(self.specialist)
        with self.assertRaisesRegex(UserError, "A customer has one key account"):
            account.copy()
        other = account.copy({"partner_id": self.plain_customer.id})
        self.assertEqual(other.partner_id, self.plain_customer)
        self.assertEqual(other.state, "candidate")

    def test_a_level_is_the_next_rung_and_nobodys(self):
        level = self.levels[20].with_user(self.configurator)
        copy = level.copy()
        self.assertEqual(copy.sequence, 50)
        self.assertFalse(copy.user_ids)
        self.assertFalse(copy.team_leader)
        self.assertEqual(copy.name, "Manager (copy)")

    def test_a_type_of_agreement_has_its_own_code(self):
        kind = self.env["key.account.agreement.type"].create(
            {"name": "Framework", "code": "framework_x"}
        )
        copies = kind.with_user(self.configurator).copy() | kind.copy()
        self.assertEqual(set(copies.mapped("code")), {"framework_x_2", "framework_x_3"})

    def test_whatever_has_a_form(self):
        """Every model of ours that has a form and of which somebody has a record."""
        self.make_order()
        views = self.env["ir.ui.view"].search([("type", "=", "form")])
        tried = set()
        for name in sorted(set(views.mapped("model"))):
            if not name or not name.startswith(("key.account", "crm.stage.gate")):
                continue
            model = self.env[name]
            if model._transient or model._abstract or not model._auto:
                continue
            record = model.sudo().search([], limit=1)
            user = next(
                (
                    user
                    for user in (self.director, self.configurator, self.specialist)
                    if model.with_user(user).has_access("create")
                ),
                None,
            )
            if not record or not user:
                continue
            tried.add(name)
            with self.subTest(name), self.env.cr.savepoint():
                try:
                    copy = record.with_user(user).copy()
                    self.env.flush_all()
                    self.assertTrue(copy)
                except (UserError, AccessError) as error:
                    self.assertNotIn("Missing required value", str(error))
        self.assertIn("key.account", tried)
        self.assertIn("key.account.authority.level", tried)


@tagged("post_install", "-at_install")
class TestNames(KeyAccountCommon):
    """What display_name shows is found by it."""

    def test_levels_are_called_by_their_name(self):
        Level = self.env["key.account.authority.level"].with_user(self.configurator)
        level = self.levels[10].with_user(self.configurator)
        self.assertEqual(level.display_name, "Specialist")
        domain = [("company_id", "=", self.company.id)]
        for text in ("Specialist", "Specialist (10)"):
            found = Level.name_search(text, domain, operator="=")
            self.assertEqual([found_id for found_id, _name in found], level.ids, text)
        self.assertFalse(Level.name_search("Specialist (20)", domain, operator="="))
        self.assertIn(level.id, dict(Level.name_search("speci", domain)))
        others = Level.search([*domain, ("display_name", "not in", ["Specialist"])])
        self.assertNotIn(level, others)
        self.assertIn(self.levels[20], others)

    def test_limits_go_out_and_come_in_again(self):
        # Whether somebody may export is Odoo's own right.
        self.configurator.group_ids |= self.env.ref("base.group_allow_export")
        limits = self.levels[10].limit_ids.with_user(self.configurator)
        names = ["level_id", "dimension", "value", "unlimited"]
        names = [name for name in names if name in limits._fields]
        rows = limits.export_data(names)["datas"]
        before = len(self.levels[10].limit_ids)
        rows[0][names.index("level_id")] = "Specialist (10)"
        result = limits.browse().load(names, [list(map(str, row)) for row in rows])
        self.assertFalse(result["messages"])
        self.assertEqual(len(self.levels[10].limit_ids), before + len(rows))

    def test_names_of_records_to_choose_are_found(self):
        """Every model of ours that a record of another one points to, by a field that
        somebody fills in."""
        self.make_order()
        targets = {
            field.comodel_name
            for name in self.env.registry
            if name.startswith("key.account") and not self.env[name]._transient
            for field in self.env[name]._fields.values()
            if field.type == "many2one"
            and field.store
            and not field.readonly
            and field.comodel_name.startswith("key.account")
            # Nobody enters evidence, nor the lines of these but within them.
            and not hasattr(self.env[name], "_record")
        } - {"key.account.canvass.day", "key.account.evaluation"}
        for name in sorted(targets):
            for record in self.env[name].search([], limit=3):
                found = self.env[name].name_search(record.display_name, operator="=")
                self.assertIn(record.id, dict(found), (name, record.display_name))


@tagged("post_install", "-at_install")
class TestPlanBanner(KeyAccountCommon):
    def test_an_action_without_a_name_is_not_called_false(self):
        plan = self.env["key.account.plan"].create(
            {"key_account_id": self.account.id, "kind": "year"}
        )
        plan.action_ids = [(0, 0, {"name": "Call"})]
        self.assertIn("the action “Call”", plan.missing)
        action = plan.action_ids.new({"plan_id": plan.id})
        draft = plan.new({"action_ids": action.ids}, origin=plan)
        draft.action_ids = action
        self.assertIn("name, person and date of an action", draft.missing)
        self.assertNotIn("False", draft.missing)
