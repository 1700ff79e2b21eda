"""Who does not work with key accounts is asked nothing about them."""

import re
from contextlib import contextmanager
from unittest.mock import patch

from odoo import sql_db
from odoo.tests import tagged

from .common import KeyAccountCommon

OURS = re.compile(r'\b(?:FROM|JOIN|UPDATE|INTO) "?(key_account_\w+)')


@tagged("post_install", "-at_install")
class TestElsewhere(KeyAccountCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = cls._user("anna", "sales_team.group_sale_salesman_all_leads")
        cls.second_team = cls.plain_team.copy({"name": "Resellers"})

    @contextmanager
    def watched(self):
        """The tables of ours that are asked, or written, meanwhile."""
        asked, execute = [], sql_db.Cursor.execute

        def watch(cursor, query, *args, **kwargs):
            asked.extend(OURS.findall(getattr(query, "code", query)))
            return execute(cursor, query, *args, **kwargs)

        self.env.flush_all()
        self.env.invalidate_all()
        with patch.object(sql_db.Cursor, "execute", watch):
            yield asked
            self.env.flush_all()

    def deals(self, count=1):
        vals = {
            "name": "Shelves",
            "type": "opportunity",
            "partner_id": self.plain_customer.id,
            "team_id": self.plain_team.id,
            "user_id": self.seller.id,
            "company_id": self.company.id,
        }
        return self.env["crm.lead"].with_user(self.seller).create([vals] * count)

    def orders(self, count=1):
        orders = self.env["sale.order"]
        for _number in range(count):
            orders |= self.make_order(
                discount=50.0,
                user=self.seller,
                partner=self.plain_customer,
                team_id=self.plain_team.id,
            )
        return orders.with_user(self.seller)

    def events(self, count=1):
        vals = {
            "name": "Talk",
            "start": "2027-01-01 10:00:00",
            "stop": "2027-01-01 11:00:00",
        }
        return self.env["calendar.event"].with_user(self.seller).create([vals] * count)

    def unasked(self):
        deal, order = self.deals(), self.orders()
        stage = self.env["crm.stage"].search([("team_ids", "=", False)])[1]
        partner = self.env["res.partner"].create({"name": "New"})
        yield self.deals
        yield self.orders
        yield lambda: deal.write({"name": "More shelves", "priority": "2"})
        yield lambda: deal.write({"stage_id": stage.id})
        yield lambda: deal.message_post(body="Tomorrow")
        yield lambda: order.write({"client_order_ref": "PO 1"})
        yield lambda: order.order_line.write({"price_unit": 3.0})
        yield order.action_quotation_sent
        yield order.action_confirm
        yield lambda: partner.write({"name": "Newer", "user_id": self.seller.id})
        yield lambda: partner.write({"parent_id": self.plain_customer.id})
        yield lambda: self.seller.write({"name": "Berta"})
        yield lambda: self.pump.write({"list_price": 7.0})

    def test_ordinary_work_asks_nothing(self):
        for number, act in enumerate(self.unasked()):
            with self.subTest(act=number), self.watched() as asked:
                act()
            self.assertFalse(asked)

    def test_of_many_nothing_more_is_asked_than_of_one(self):
        """What Odoo looks up to know whether anything follows, it looks up once."""
        buyer = self.seller.partner_id
        for make, vals in (
            (self.deals, {"user_id": self.env.user.id}),
            (self.deals, {"team_id": self.second_team.id}),
            (self.deals, {"partner_id": buyer.id}),
            (self.orders, {"team_id": self.second_team.id}),
            (self.orders, {"partner_id": buyer.id}),
            (self.events, {"name": "Later"}),
        ):
            counts = []
            for count in (1, 10):
                records = make(count)
                with self.watched() as asked:
                    records.write(vals)
                counts.append(len(asked))
            with self.subTest(model=records._name, vals=vals):
                self.assertLessEqual(counts[1], counts[0])

    def test_deals_handed_on_one_by_one(self):
        """As Odoo assigns leads: of each, what may follow from it, and no more."""
        deal = self.deals()
        with self.watched() as asked:
            deal.write({"user_id": self.env.user.id})
        self.assertEqual(len(asked), len(set(asked)), asked)
