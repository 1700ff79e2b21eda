"""Record rules leave the indexes usable: the same rights, and no scan."""

from unittest.mock import patch

from odoo.fields import Domain
from odoo.tests import tagged

from ..models.shared import id_list
from .common import KeyAccountCommon


@tagged("post_install", "-at_install")
class TestRuleIndexes(KeyAccountCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lead = cls.env["crm.lead"].create(
            {
                "name": "Pumps",
                "type": "opportunity",
                "partner_id": cls.customer.id,
                "team_id": cls.team.id,
                "user_id": cls.specialist.id,
            }
        )
        cls.plain_lead = cls.env["crm.lead"].create(
            {
                "name": "Valves",
                "type": "opportunity",
                "team_id": cls.plain_team.id,
                "user_id": cls.outsider.id,
            }
        )
        cls.env["key.account.requirement"].create(
            {"name": "Steel", "opportunity_id": cls.lead.id}
        )
        cls.foreign = cls.env["key.account"].create(
            {
                "partner_id": cls.plain_customer.id,
                "company_id": cls.company.id,
                "user_id": cls.colleague.id,
            }
        )

    def setUp(self):
        super().setUp()
        self.asked = self.make_order(discount=8.0)
        self.asked.action_request_approval()
        self.approved = self.approve(self.make_order(discount=7.0))
        self.plain = self.make_order(
            user=self.outsider, partner=self.plain_customer, team_id=self.plain_team.id
        )
        self.foreign_order = self.make_order(
            user=self.colleague, partner=self.plain_customer
        )
        self.env.flush_all()

    def models(self):
        return [
            name
            for name in sorted(self.env)
            if (name.startswith("key.account") or name in id_list.SHARED)
            and self.env[name]._auto
            and not self.env[name]._abstract
        ]

    def readable(self, user):
        """``{model: ids that the user finds}``"""
        self.env.registry.clear_cache()
        self.env.invalidate_all()
        found = {}
        for name in self.models():
            model = self.env[name].with_user(user).with_context(active_test=False)
            if model.has_access("read"):
                found[name] = sorted(model.search([]).ids)
        return found

    def test_same_records(self):
        """What everybody finds is what the rules say as they are written."""
        users = (
            *(self.specialist, self.colleague, self.manager, self.other_manager),
            *(self.director, self.general_manager, self.support, self.reviewer),
            *(self.configurator, self.accountant, self.outsider, self.appraiser),
            self.env.ref("base.public_user"),
        )
        for user in users:
            with self.subTest(user=user.login):
                now = self.readable(user)
                with patch.object(id_list, "by_indexes", lambda domain, model: domain):
                    self.assertEqual(now, self.readable(user))
        self.env.registry.clear_cache()

    def test_same_predicate(self):
        """Records at hand are filtered as the rules are written, too."""
        orders = self.asked | self.approved | self.plain | self.foreign_order
        for user in (self.manager, self.outsider, self.director, self.support):
            mine = orders.with_user(user)
            found = mine.search([("id", "in", orders.ids)], order="id")
            self.assertEqual(mine._filtered_access("read").sorted("id"), found)
            for rows in (orders.order_line, orders.approval_ids):
                mine = rows.with_user(user)
                if mine.browse().has_access("read"):
                    found = mine.search([("id", "in", rows.ids)], order="id")
                    self.assertEqual(mine._filtered_access("read").sorted("id"), found)

    def test_who_was_not_asked(self):
        """Of quotations at hand a rule finds those that one was asked about."""
        rule = [("sign_off_user_ids", "in", [self.outsider.id])]
        orders = self.env["sale.order"].sudo()
        domain = id_list.by_indexes(Domain(rule).optimize(orders), orders)
        asked = self.asked.sudo()
        asked._set_kept({"sign_off_readers": [self.manager.id]})
        self.assertFalse(asked.filtered_domain(domain))
        asked._set_kept({"sign_off_readers": [self.manager.id, self.outsider.id]})
        self.assertEqual(asked.filtered_domain(domain), asked)
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(1):
            (asked | self.plain.sudo()).filtered_domain(domain)

    def test_left_team(self):
        """Whoever manages a team no more finds its quotations no more, at once."""
        orders = self.env["sale.order"].with_user(self.other_manager)
        self.assertFalse(orders.search([("id", "=", self.asked.id)]))
        self.team.key_account_manager_ids |= self.other_manager
        self.assertTrue(orders.search([("id", "=", self.asked.id)]))
        self.team.key_account_manager_ids -= self.other_manager
        self.assertFalse(orders.search([("id", "=", self.asked.id)]))

    def asked_of_database(self, user, model):
        records = self.env[model].with_user(user)
        return records._search([]).select().code

    def test_no_join(self):
        """Each side of the rules on quotations and opportunities is a column that has
        an index."""
        self.outsider._become_approvers()
        asked = self.asked_of_database(self.outsider, "sale.order")
        self.assertIn('sign_off_readers" @> ', asked)
        for user in (self.outsider, self.manager, self.support, self.director):
            for model in ("sale.order", "crm.lead"):
                asked = self.asked_of_database(user, model)
                self.assertNotIn("EXISTS", asked)
                self.assertNotIn("JOIN", asked)
        for name in ("sign_off_readers", "team_id", "user_id", "key_account_id"):
            with self.subTest(name=name):
                self.env.cr.execute(
                    "SELECT FROM pg_indexes WHERE tablename = 'sale_order'"
                    " AND indexdef LIKE %s",
                    [f"% ({name}%"],
                )
                self.assertTrue(self.env.cr.rowcount)

    def test_sign_off_of_many(self):
        """Events of sign-off are found by lists of quotations out of indexes."""
        for user in (self.manager, self.outsider, self.support):
            asked = self.asked_of_database(user, "key.account.approval")
            self.assertIn('order_id" = ANY(ARRAY(SELECT', asked)
            self.assertIn("UNION ALL", asked)
        for table in ("sale_order", "crm_lead"):
            for column in ("team_id", "user_id"):
                self.env.cr.execute(
                    "SELECT FROM pg_indexes WHERE tablename = %s AND indexdef LIKE %s",
                    [table, f"% ({column}, id)"],
                )
                self.assertTrue(self.env.cr.rowcount, (table, column))

    def test_readers(self):
        """The ids beside the list are those of whoever was asked at any time."""
        for order in self.asked | self.approved:
            self.assertTrue(order.sign_off_user_ids)
            self.assertEqual(order.sign_off_readers, order.sign_off_user_ids.ids)
        self.assertFalse(self.approved.copy().sign_off_readers)
