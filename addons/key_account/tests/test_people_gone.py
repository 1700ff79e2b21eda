"""Whoever is asked to decide leaves, and comes back: somebody is asked all the time.

Archived as the button does it, which has Odoo delete their tasks before anything else.
"""

from odoo import Command
from odoo.tests import tagged

from .common import KeyAccountCommon
from .stage_common import StageCommon


def asked(record, kind):
    """Who has a task of this kind on a record."""
    kind = record.env.ref(f"key_account.mail_activity_{kind}")
    tasks = record.sudo().activity_ids
    return tasks.filtered(lambda task: task.activity_type_id == kind).user_id


@tagged("post_install", "-at_install")
class TestSignOffGone(KeyAccountCommon):
    def requested(self):
        order = self.make_order(discount=8.0)
        order.with_user(self.specialist).action_request_approval()
        return order

    def test_the_only_approver_comes_back(self):
        (self.director | self.general_manager).action_archive()
        order = self.requested()
        self.manager.action_archive()
        self.assertFalse(order.approver_ids)
        self.assertFalse(asked(order, "sign_off"))
        self.manager.action_unarchive()
        self.assertEqual(order.approver_ids, self.manager)
        self.assertEqual(asked(order, "sign_off"), self.manager)

    def test_one_of_two_approvers_comes_back(self):
        self.team.key_account_manager_ids |= self.other_manager
        self.levels[20].user_ids |= self.other_manager
        order = self.requested()
        both = self.manager | self.other_manager
        self.assertEqual(asked(order, "sign_off"), both)
        self.manager.action_archive()
        self.assertEqual(asked(order, "sign_off"), self.other_manager)
        self.manager.action_unarchive()
        self.assertEqual(asked(order, "sign_off"), both)


@tagged("post_install", "-at_install")
class TestRulingGone(StageCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.key_account_mode = "off"
        cls.lead.stage_id = cls.ruling_step
        cls.company.key_account_mode = "enforce"

    def setUp(self):
        super().setUp()
        self.outside(self.lead)
        self.rpc(self.specialist, self.lead, "action_request_ruling", "Buy it in")
        self.assertEqual(asked(self.lead, "ruling"), self.manager)

    def test_somebody_else_is_asked_until_the_ruler_is_back(self):
        self.manager.action_archive()
        self.assertTrue(asked(self.lead, "ruling"))
        self.assertNotIn(self.manager, asked(self.lead, "ruling"))
        self.manager.action_unarchive()
        self.assertEqual(asked(self.lead, "ruling"), self.manager)

    def test_where_nobody_ruled_the_new_manager_is_asked(self):
        (self.manager | self.director | self.general_manager).action_archive()
        self.assertFalse(asked(self.lead, "ruling"))
        self.team.write(
            {
                "user_id": self.other_manager.id,
                "key_account_manager_ids": [Command.set(self.other_manager.ids)],
            }
        )
        self.assertEqual(asked(self.lead, "ruling"), self.other_manager)


@tagged("post_install", "-at_install")
class TestReviewGone(KeyAccountCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second_reviewer = cls._user(
            "ka_reviewer_2", "key_account.group_contract_reviewer"
        )
        cls.team.key_account_contract_review = "yes"
        cls.env["key.account.contract.review.function"].create(
            [
                {
                    "function": function,
                    "company_id": cls.company.id,
                    "user_ids": [Command.set(users.ids)],
                }
                for function, users in (
                    ("technical", cls.reviewer),
                    ("finance", cls.reviewer | cls.second_reviewer),
                )
            ]
        )

    def setUp(self):
        super().setUp()
        self.order = self.make_order()
        self.order.with_user(self.specialist).action_quotation_sent()
        self.order.with_user(self.specialist).action_start_contract_review()
        self.review = self.order.contract_review_ids
        both = self.reviewer | self.second_reviewer
        self.assertEqual(asked(self.review, "contract_review"), both)

    def told(self):
        """What the salesperson has been told of."""
        return self.order.sudo().activity_ids.mapped("summary")

    def test_a_function_without_people_is_told_of(self):
        self.reviewer.action_archive()
        self.assertEqual(asked(self.review, "contract_review"), self.second_reviewer)
        [words] = self.told()
        self.assertIn("Technical", words)
        self.assertNotIn("Finance", words, "somebody else of it is here")
        self.second_reviewer.action_archive()
        self.assertEqual(len(self.told()), 2)

    def test_where_the_salesperson_has_left_a_manager_is_told(self):
        self.specialist.action_archive()
        [item] = self.review.item_ids.filtered(lambda i: i.function == "technical")
        item.with_user(self.reviewer).action_fail("They cannot make it")
        tasks = self.order.sudo().activity_ids
        told = tasks.filtered(lambda task: "cannot make it" in task.summary)
        self.assertEqual(told.user_id, self.manager)

    def test_a_reviewer_who_is_back_is_asked_for_each_function(self):
        before = len(self.review.sudo().activity_ids)
        self.reviewer.action_archive()
        self.reviewer.action_unarchive()
        self.assertEqual(len(self.review.sudo().activity_ids), before)

    def test_who_leaves_the_company_is_asked_no_more(self):
        self.reviewer.company_ids |= self.other_company
        self.reviewer.company_id = self.other_company
        self.assertIn(self.reviewer, asked(self.review, "contract_review"))
        self.reviewer.company_ids = self.other_company
        self.assertNotIn(self.reviewer, asked(self.review, "contract_review"))
        self.assertEqual(len(self.told()), 1)
