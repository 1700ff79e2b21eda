from datetime import timedelta

from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .test_visit import SCORES, VisitCommon


@tagged("post_install", "-at_install")
class TestRequirement(VisitCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lead.user_id = cls.specialist

    def line(self, user=None, **vals):
        return (
            self.env["key.account.requirement"]
            .with_user(user or self.specialist)
            .create({"name": "Stainless steel", "opportunity_id": self.lead.id, **vals})
        )

    def priced(self, price, **vals):
        return self.line(
            kind="target_price", product_id=self.pump.id, target_price=price, **vals
        )

    def test_lines_of_a_visit_travel_to_its_opportunity(self):
        visit = self.plan()
        visit.requirement_ids = [
            Command.create({"name": "Painted blue", "kind": "material"})
        ]
        line = visit.requirement_ids
        self.assertEqual(line.opportunity_id, self.lead)
        self.assertEqual(line.key_account_id, self.account)
        self.assertEqual(line.company_id, self.company)
        self.assertEqual(line.currency_id, self.company.currency_id)
        self.assertEqual(self.lead.requirement_ids, line)

    def test_a_visit_without_opportunity_can_have_lines(self):
        visit = self.plan(opportunity_ids=[])
        visit.requirement_ids = [Command.create({"name": "Painted blue"})]
        self.assertEqual(visit.requirement_ids.key_account_id, self.account)
        visit.opportunity_ids = self.lead
        self.assertEqual(visit.requirement_ids.opportunity_id, self.lead)

    def test_visit_and_opportunity_are_of_one_customer(self):
        other = self.lead.copy({"partner_id": self.plain_customer.id})
        visit = self.plan()
        with self.assertRaisesRegex(ValidationError, "same customer"):
            self.line(user=self.manager, visit_id=visit.id, opportunity_id=other.id)

    def test_capability_proposes_our_standard(self):
        capability = self.env["key.account.capability"].create(
            {
                "name": "Stainless",
                "kind": "material",
                "standard": "AISI 316L",
                "able": "with_condition",
                "condition": "From 50 pieces",
            }
        )
        line = self.line(kind="material", capability_id=capability.id)
        self.assertEqual(line.our_standard, "AISI 316L")
        self.assertEqual(
            (line.able, line.condition), ("with_condition", "From 50 pieces")
        )

    def test_what_was_proposed_goes_with_its_capability(self):
        """Another kind takes the standard of the first away: contracts print it."""
        self.env["key.account.capability"].create(
            {
                "name": "Leak test",
                "kind": "technical",
                "standard": "Partner laboratory",
                "able": "with_condition",
                "condition": "Samples only",
            }
        )
        lines = self.env["key.account.requirement"].with_user(self.specialist)
        for words, able, kept in (
            (None, None, (False, False, False)),
            (None, "no", (False, "no", False)),
            ("By ourselves", "yes", ("By ourselves", "yes", "Samples only")),
        ):
            with self.subTest(words=words, able=able), Form(lines) as form:
                form.opportunity_id = self.lead
                form.kind = "technical"
                self.assertEqual(form.our_standard, "Partner laboratory")
                if words:
                    form.our_standard = words
                if able:
                    form.able = able
                form.kind = "handover"
                form.name = "Acceptance at plant 2"
            line = lines.search([("opportunity_id", "=", self.lead.id)], limit=1)
            self.assertEqual((line.our_standard, line.able, line.condition), kept)
            line.unlink()

    def test_price_is_measured_against_the_specialists_limit(self):
        for price, discount, within in (
            (950, 5, "yes"),
            (949, 5.1, "no"),
            (1000, 0, "yes"),
            (1200, -20, "yes"),
        ):
            line = self.priced(price)
            self.assertEqual(
                (line.measured_discount, line.within_authority), (discount, within)
            )
        self.assertIn("5", line.authority_limit)

    def test_measured_with_the_reference_pricelist_and_unit(self):
        self.company.key_account_reference_pricelist_id = self.env[
            "product.pricelist"
        ].create(
            {
                "name": "Reference",
                "company_id": self.company.id,
                "currency_id": self.company.currency_id.id,
                "item_ids": [
                    Command.create(
                        {
                            "applied_on": "3_global",
                            "compute_price": "percentage",
                            "percent_price": 20,
                        }
                    )
                ],
            }
        )
        self.assertEqual(self.priced(760).measured_discount, 5)
        dozen = self.env.ref("uom.product_uom_dozen")
        self.assertEqual(self.priced(9600, uom_id=dozen.id).measured_discount, 0)

    def test_what_is_measured_is_not_judged_by_hand(self):
        line = self.priced(500, within_authority="yes")
        self.assertEqual((line.within_authority, line.state), ("no", "outside"))
        line.within_authority = "yes"
        self.assertEqual(line.within_authority, "no")
        line.write({"within_authority": "yes", "name": "A cheap pump"})
        self.assertEqual((line.within_authority, line.name), ("no", "A cheap pump"))
        line.target_price = 990
        self.assertEqual((line.within_authority, line.state), ("yes", "open"))

    def test_settling_what_is_judged_and_inside(self):
        line = self.line()
        with self.assertRaisesRegex(UserError, "Not judged yet"):
            line.action_settle()
        line.write({"able": "yes", "within_authority": "yes"})
        line.action_settle()
        self.assertEqual(line.state, "settled")
        line.able = "no"
        self.assertEqual(line.state, "outside")

    @mute_logger("odoo.models")
    def test_nobody_settles_what_lies_outside(self):
        line = self.line(able="no", within_authority="yes")
        self.assertEqual(line.state, "outside")
        measured = self.priced(500, able="yes")
        attempts = [
            (line, {"state": "settled"}),
            (measured, {"state": "settled"}),
            (measured, {"state": "settled", "within_authority": "yes"}),
            (
                measured,
                {"state": "settled", "within_authority": "yes", "target_price": 400},
            ),
        ]
        for target, vals in attempts:
            for user in (self.specialist, self.manager):
                with self.assertRaisesRegex(UserError, "cannot be settled"):
                    self.rpc(user, target, "write", vals)
        for vals in (
            {"able": "no", "within_authority": "yes"},
            {"able": "yes"},
            {
                "able": "yes",
                "within_authority": "yes",
                "product_id": self.pump.id,
                "target_price": 1,
            },
        ):
            with self.assertRaisesRegex(UserError, "cannot be settled"):
                self.line(state="settled", **vals)
            with self.assertRaisesRegex(UserError, "cannot be settled"):
                self.rpc(
                    self.specialist,
                    line.browse(),
                    "create",
                    [{"name": "x", "opportunity_id": self.lead.id, **vals}],
                    context={"default_state": "settled"},
                )
        with self.assertRaises(AccessError):
            self.rpc(self.manager, line, "write", {"ruling_id": 1})
        with self.assertRaises(AccessError):
            line.sudo().ruling_id = 1

    def test_a_ruling_settles_until_more_is_asked(self):
        line = self.priced(800, able="yes")
        ruling = self.env["key.account.ruling"]._record(
            [
                {
                    "event": "ruling",
                    "decision": "quote",
                    "reason": "Worth it",
                    "opportunity_id": self.lead.id,
                    "date": "2030-01-01",
                    "company_id": self.company.id,
                }
            ]
        )
        line._settle_by_ruling(ruling)
        self.assertEqual((line.state, line.ruling_id), ("settled", ruling))
        line.our_standard = "A remark changes nothing"
        self.assertEqual(line.state, "settled")
        line.target_price = 700
        self.assertEqual((line.state, line.ruling_id.id), ("outside", False))

    def test_dropped_and_opened_again(self):
        line = self.priced(500)
        line.action_drop()
        self.assertEqual(line.state, "dropped")
        line.target_price = 400
        self.assertEqual(line.state, "dropped")
        line.action_reopen()
        self.assertEqual(line.state, "outside")

    def test_grants_count_when_measured_again(self):
        line = self.priced(920, able="yes")
        self.assertEqual(line.within_authority, "no")
        self.env["key.account.authority.grant"].with_user(self.manager).create(
            {
                "opportunity_id": self.lead.id,
                "company_id": self.company.id,
                "user_id": self.specialist.id,
                "dimension": "discount",
                "value": 8.0,
            }
        )
        line._measure_again()
        self.assertEqual((line.within_authority, line.state), ("yes", "open"))

    def test_lines_of_a_reviewed_visit_stay_with_it(self):
        visit = self.plan()
        visit.requirement_ids = [Command.create({"name": "Painted blue"})]
        line = visit.requirement_ids
        self.report(visit)
        visit.with_user(self.manager).action_review(SCORES)
        for change in (
            lambda: line.unlink(),
            lambda: line.write({"visit_id": False}),
            lambda: self.line(visit_id=visit.id),
        ):
            with self.assertRaisesRegex(UserError, "reviewed"):
                change()
        line.write({"able": "yes", "within_authority": "yes"})
        line.action_settle()

    def test_line_form(self):
        visit = self.plan()
        visit.action_confirm()
        visit.action_hold()
        with Form(visit, view="key_account.visit_view_form_report") as form:
            with form.requirement_ids.new() as line:
                line.kind = "target_price"
                line.name = "900 a piece"
                line.product_id = self.pump
                line.target_price = 900
                line.able = "yes"
                self.assertEqual(line.within_authority, "no")
                self.assertEqual(line.state, "outside")
        self.assertEqual(visit.requirement_ids.state, "outside")
        self.assertEqual(visit.requirement_ids.opportunity_id, self.lead)

    def test_a_product_says_what_is_asked(self):
        lines = self.env["key.account.requirement"]
        with Form(lines, view="key_account.requirement_view_form") as line:
            line.opportunity_id = self.lead
            line.product_id = self.pump
            self.assertEqual(line.name, self.pump.name)
            line.name = "Pumps that start in the cold"
            line.product_id = self.valve
            self.assertEqual(line.name, "Pumps that start in the cold", "said by hand")

    def test_measuring_many_lines_costs_as_much_as_few(self):
        def count(number):
            lines = (
                self.line()
                .browse()
                .union(*(self.priced(900 - i) for i in range(number)))
            )
            self.env.flush_all()
            self.env.invalidate_all()
            lines._measure_again()
            before = self.cr.sql_log_count
            self.env.flush_all()
            return self.cr.sql_log_count - before

        count(2)
        self.assertLessEqual(count(20), count(2) + 2)

    def limit(self, **vals):
        return self.env["key.account.authority.limit"].create(
            {"level_id": self.levels[10].id, "dimension": "discount", **vals}
        )

    def test_limits_of_grade_and_category_count_as_on_a_quotation(self):
        category = self.env["product.category"].create({"name": "Machines"})
        self.pump.categ_id = category.create({"name": "A", "parent_id": category.id})
        line = self.priced(900)
        self.assertEqual((line.within_authority, line.state), ("no", "outside"))
        self.limit(value=12.0, product_category_id=category.id)
        self.env.flush_all()
        self.assertEqual(line.within_authority, "yes")
        self.limit(value=8.0, grade="A")
        self.account.with_user(self.manager).grade = "A"
        self.env.flush_all()
        self.assertEqual(line.within_authority, "no")
        order = self.make_order(discount=10.0)
        self.assertEqual(order.authority_state, "required")

    def test_a_limit_that_ends_by_date_is_followed(self):
        today = fields.Date.today()
        self.limit(value=12.0, team_id=self.team.id, date_to=today)
        line = self.priced(900)
        self.assertEqual((line.within_authority, line.authority_until), ("yes", today))
        self.env.flush_all()
        with freeze_time(fields.Datetime.now() + timedelta(days=1)):
            with self.enter_registry_test_mode():
                self.env.ref("key_account.cron_deadlines").method_direct_trigger()
            self.env.invalidate_all()
            self.assertEqual((line.within_authority, line.state), ("no", "outside"))
            self.assertFalse(line.authority_until)
