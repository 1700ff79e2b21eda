from datetime import date

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common import KeyAccountCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-04 06:00:00")
class TestObstacle(KeyAccountCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lead = cls._lead(cls.customer)

    @classmethod
    def _lead(cls, customer, name="Pumps"):
        return cls.env["crm.lead"].create(
            {
                "name": name,
                "type": "opportunity",
                "partner_id": customer.id,
                "team_id": cls.team.id,
                "user_id": cls.specialist.id,
                "company_id": cls.company.id,
            }
        )

    def _obstacle(self, **vals):
        return (
            self.env["key.account.obstacle"]
            .with_user(self.specialist)
            .create({"opportunity_id": self.lead.id, "name": "Old supplier", **vals})
        )

    def test_it_belongs_to_the_account_of_its_deal(self):
        obstacle = self._obstacle()
        self.assertEqual(obstacle.key_account_id, self.account)
        self.assertEqual(obstacle.company_id, self.company)
        other = self.env["key.account"].create(
            {
                "partner_id": self.plain_customer.id,
                "company_id": self.company.id,
                "team_id": self.team.id,
                "user_id": self.specialist.id,
            }
        )
        with self.assertRaisesRegex(ValidationError, "Corner Shop"):
            self._obstacle(key_account_id=other.id)

    def test_a_deal_without_a_file_says_so(self):
        lead = self._lead(self.plain_customer)
        with self.assertRaisesRegex(UserError, "no key account file"):
            self._obstacle(opportunity_id=lead.id)

    def test_removed_by_and_on(self):
        obstacle = self._obstacle(user_id=self.support.id, date_due="2026-03-20")
        activity = obstacle.activity_id
        self.assertEqual(activity.user_id, self.support)
        obstacle.with_user(self.support).action_end()
        self.assertEqual(
            (obstacle.state, obstacle.ended_on, obstacle.ended_by_id),
            ("done", date(2026, 3, 4), self.support),
        )
        self.assertFalse(activity.active)
        for vals in (
            {"state": "open"},
            {"ended_by_id": self.manager.id},
            {"ended_on": "2026-01-01"},
        ):
            with self.assertRaises(AccessError):
                obstacle.write(vals)

    def test_on_the_opportunity(self):
        with Form(self.lead.with_user(self.specialist)) as form:
            with form.key_account_obstacle_ids.new() as row:
                row.name = "Price of the tooling"
                row.kind = "price"
        self.assertEqual(
            self.lead.key_account_obstacle_ids.mapped("name"), ["Price of the tooling"]
        )

    def test_merged_deals_keep_their_obstacles(self):
        other = self._lead(self.customer, "Pumps again")
        obstacle = self._obstacle(opportunity_id=other.id)
        (self.lead | other).merge_opportunity()
        kept = (self.lead | other).exists()
        self.assertEqual(obstacle.exists().opportunity_id, kept)

    def test_a_list_costs_the_same_for_more(self):
        def cost(number):
            self.lead.write(
                {
                    "key_account_obstacle_ids": [
                        Command.clear(),
                        *[Command.create({"name": f"{n}"}) for n in range(number)],
                    ]
                }
            )
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            self.env["key.account.obstacle"].with_user(self.specialist).web_search_read(
                [("opportunity_id", "=", self.lead.id)],
                {
                    "name": {},
                    "key_account_id": {"fields": {"display_name": {}}},
                    "state": {},
                },
            )
            return self.env.cr.sql_log_count - start

        cost(1)
        self.assertEqual(cost(2), cost(20))
