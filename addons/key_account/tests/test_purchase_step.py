from psycopg2 import IntegrityError

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import KeyAccountCommon


@tagged("post_install", "-at_install")
class TestPurchaseStep(KeyAccountCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.buyer = cls._person(cls.account, "Ms Buyer")

    @classmethod
    def _person(cls, account, name):
        return cls.env["key.account.stakeholder"].create(
            {
                "key_account_id": account.id,
                "partner_id": cls.env["res.partner"].create({"name": name}).id,
            }
        )

    def test_the_six_steps_on_demand(self):
        mine = self.account.with_user(self.specialist)
        self.assertFalse(mine.purchase_step_ids)
        mine.action_fill_purchase_steps()
        self.assertEqual(
            mine.purchase_step_ids.mapped("step"),
            ["need", "survey", "criteria", "tender", "audit", "agreement"],
        )
        mine.purchase_step_ids[1].unlink()
        mine.action_fill_purchase_steps()
        mine.invalidate_recordset()
        self.assertEqual(mine.purchase_step_ids[1].step, "survey")
        self.assertEqual(len(mine.purchase_step_ids), 6)

    def test_a_step_is_called_by_its_label(self):
        self.account.with_user(self.specialist).action_fill_purchase_steps()
        names = self.account.purchase_step_ids.mapped("display_name")
        self.assertEqual(names[0], "Internal need and project")

    def test_each_step_once(self):
        self.account.action_fill_purchase_steps()
        step = self.account.purchase_step_ids[0]
        with self.assertRaisesRegex(UserError, "once"):
            step.copy()
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            step.create({"key_account_id": self.account.id, "step": "need"})

    def test_one_of_the_customers_people_decides(self):
        self.account.action_fill_purchase_steps()
        step = self.account.purchase_step_ids[0].with_user(self.specialist)
        step.decider_id = self.buyer
        self.assertEqual(step.attitude, "neutral")
        other = self.env["key.account"].create(
            {
                "partner_id": self.plain_customer.id,
                "company_id": self.company.id,
                "team_id": self.team.id,
                "user_id": self.specialist.id,
            }
        )
        with self.assertRaisesRegex(ValidationError, "Golden Gate"):
            step.decider_id = self._person(other, "Mr Other")

    def test_on_the_account(self):
        mine = self.account.with_user(self.specialist)
        mine.action_fill_purchase_steps()
        with Form(mine) as form, form.purchase_step_ids.edit(3) as row:
            row.state = "running"
            row.standing = "Offers until Friday"
            row.our_action = "Ask which costs they compare"
        tender = mine.purchase_step_ids[3]
        self.assertEqual((tender.step, tender.state), ("tender", "running"))
