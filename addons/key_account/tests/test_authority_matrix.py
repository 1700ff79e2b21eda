from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged

from .common import KeyAccountCommon


@tagged("post_install", "-at_install")
class TestAuthorityMatrix(KeyAccountCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Limit = cls.env["key.account.authority.limit"]

    def matrix(self, user):
        self.env.flush_all()
        return self.rpc(user, self.Limit, "get_matrix")

    def tried(self, user=None, **values):
        values = {"user_id": self.specialist.id, "team_id": self.team.id, **values}
        self.env.flush_all()
        return self.rpc(user or self.manager, self.Limit, "try_out", values)

    def general(self, matrix, dimension):
        (row,) = (
            row
            for row in matrix["rows"]
            if row["dimension"] == dimension
            and not (row["team_id"] or row["grade"] or row["product_category_id"])
        )
        return row

    # ------------------------------------------------------------
    # THE MATRIX
    # ------------------------------------------------------------

    def test_levels_across_dimensions_down(self):
        matrix = self.matrix(self.configurator)
        self.assertTrue(matrix["can_edit"])
        names = [level["name"] for level in matrix["levels"]]
        self.assertEqual(
            names, ["Specialist", "Manager", "Director", "General manager"]
        )
        cells = self.general(matrix, "discount")["cells"]
        values = [cells[self.levels[n].id]["value"] for n in (10, 20, 30)]
        self.assertEqual(values, [5.0, 10.0, 20.0])
        self.assertTrue(cells[self.levels[40].id]["unlimited"])

    def test_a_special_row_stands_on_its_own(self):
        self.Limit.create(
            {
                "level_id": self.levels[10].id,
                "dimension": "discount",
                "value": 7.0,
                "grade": "A",
                "date_from": "2026-01-01",
            }
        )
        special = [r for r in self.matrix(self.manager)["rows"] if r["grade"] == "A"]
        self.assertEqual(len(special), 1)
        self.assertEqual(special[0]["date_from"], "2026-01-01")
        self.assertEqual(list(special[0]["cells"]), [self.levels[10].id])

    def test_two_limits_of_one_cell_are_both_shown(self):
        self.Limit.create(
            {"level_id": self.levels[10].id, "dimension": "discount", "value": 3.0}
        )
        rows = self.matrix(self.manager)["rows"]
        rows = [row for row in rows if row["dimension"] == "discount"]
        values = [row["cells"][self.levels[10].id]["value"] for row in rows]
        self.assertEqual(sorted(values), [3.0, 5.0])

    def test_managers_read_and_only_configuration_edits(self):
        matrix = self.matrix(self.manager)
        self.assertFalse(matrix["can_edit"])
        cell = self.general(matrix, "discount")["cells"][self.levels[10].id]
        limit = self.Limit.browse(cell["id"])
        for user in (self.specialist, self.manager, self.director):
            with self.assertRaises(AccessError):
                self.rpc(user, limit, "write", {"value": 50.0})
        self.rpc(self.configurator, limit, "write", {"value": 6.0})
        self.assertEqual(limit.value, 6.0)

    def test_changes_outlive_the_limit_in_the_chatter_of_its_level(self):
        level = self.levels[10]
        limit = level.limit_ids.filtered(lambda row: row.dimension == "discount")
        self.rpc(self.configurator, limit, "write", {"value": 6.0})
        self.rpc(self.configurator, limit, "unlink")
        said = " ".join(level.message_ids.mapped("body"))
        for text in ("5.00", "6.00", "Limit changed", "Limit removed"):
            self.assertIn(text, said)

    # ------------------------------------------------------------
    # WHO COULD SIGN THIS?
    # ------------------------------------------------------------

    def test_each_term_and_the_whole(self):
        answer = self.tried(terms={"discount": 18, "amount": 300_000})
        self.assertEqual(
            [(term["level"], term["people"]) for term in answer["terms"]],
            [("Director", [self.director.name]), ("Manager", [self.manager.name])],
        )
        self.assertEqual(
            (answer["level"], answer["people"]), ("Director", [self.director.name])
        )

    def test_within_nobody_is_asked(self):
        answer = self.tried(terms={"discount": 5})
        self.assertFalse(answer["needed"])
        self.assertTrue(answer["terms"][0]["within"])

    def test_the_answer_is_that_of_a_real_quotation(self):
        for discount in (0.0, 8.0, 18.0, 60.0):
            order = self.make_order(discount=discount)
            found = order._authority_found()[order]
            answer = self.tried(terms={"discount": discount, "amount": 1000.0})
            self.assertEqual(answer["needed"], found.state == "required")
            self.assertEqual(answer["level"], found.level.name or "")
            if answer["needed"]:
                route = order._route(found.decision.required_level)
                self.assertEqual(answer["people"], route.users.mapped("name"))

    def test_grade_and_category_count(self):
        category = self.env["product.category"].create({"name": "Castings"})
        child = self.env["product.category"].create(
            {"name": "Iron", "parent_id": category.id}
        )
        base = {"level_id": self.levels[10].id, "dimension": "discount"}
        self.Limit.create({**base, "value": 12.0, "grade": "A"})
        self.Limit.create({**base, "value": 15.0, "product_category_id": category.id})
        terms = {"discount": 11.0}
        self.assertTrue(self.tried(terms=terms)["needed"])
        self.assertFalse(self.tried(terms=terms, grade="A")["needed"])
        self.assertFalse(
            self.tried(terms=terms, product_category_id=child.id)["needed"]
        )

    def test_the_policy_of_the_team_counts(self):
        self.team.key_account_approval_policy = "always"
        answer = self.tried(terms={"discount": 0})
        self.assertTrue(answer["policy"])
        self.assertEqual(answer["people"], [self.manager.name])

    def test_nobody_is_said_with_what_to_do(self):
        self.levels[40].user_ids = [Command.clear()]
        answer = self.tried(terms={"discount": 60})
        self.assertFalse(answer["people"])
        self.assertIn("Configuration", answer["nobody"])

    def test_nothing_is_stored(self):
        before = [self.env[m].search_count([]) for m in ("sale.order", "key.account")]
        self.tried(terms={"discount": 18}, grade="B")
        after = [self.env[m].search_count([]) for m in ("sale.order", "key.account")]
        self.assertEqual(before, after)

    def test_from_a_quotation(self):
        order = self.make_order(discount=18.0)
        action = self.rpc(self.specialist, order, "action_who_could_sign")
        values = action["params"]["values"]
        self.assertEqual(values["terms"], {"discount": 18.0, "amount": 820.0})
        self.assertEqual(
            (values["user_id"], values["team_id"]), (self.specialist.id, self.team.id)
        )


@tagged("post_install", "-at_install")
class TestAuthorityMatrixTour(KeyAccountCommon, HttpCase):
    def test_configuration_edits_the_matrix_in_place(self):
        special = self.env["key.account.authority.limit"].create(
            {
                "level_id": self.levels[10].id,
                "dimension": "discount",
                "value": 7.0,
                "grade": "A",
            }
        )
        self.start_tour(
            "/odoo/action-key_account.authority_matrix_action",
            "key_account_authority_matrix",
            login="ka_configurator",
        )
        limits = self.levels[10].limit_ids - special
        discount = limits.filtered(lambda limit: limit.dimension == "discount")
        self.assertEqual(discount.value, 6.5)
        amount = limits.filtered(lambda limit: limit.dimension == "amount")
        self.assertTrue(amount.unlimited)
        self.assertEqual(fields.Date.to_string(special.date_to), "2030-12-31")
        notes = self.levels[10].message_ids.mapped("body")
        self.assertTrue(
            any("changed" in note and "2030-12-31" in note for note in notes), notes
        )
