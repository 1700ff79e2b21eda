from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .test_visit import VisitCommon

ORDERS = (None, "agenda", "date_start, id", "key_account_id, id desc", "team_id, id")


@tagged("post_install", "-at_install")
class TestVisitLookUp(VisitCommon):
    """A page of visits is the same as what a search finds, read by fewer rows."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Some before and some after today, two of them at the same moment.
        now = fields.Datetime.now().replace(microsecond=0)
        cls.visits = (
            cls.env["key.account.visit"]
            .with_user(cls.specialist)
            .create(
                [
                    {
                        "key_account_id": cls.account.id,
                        "date_start": now + timedelta(days=days),
                    }
                    for days in (-9, -4, -1, 2, 2, 5, 8)
                ]
            )
        )

    def of_these(self, user=None):
        model = self.env["key.account.visit"].with_user(user or self.specialist)
        return model, [("id", "in", self.visits.ids)]

    def test_pages_follow_each_other_in_every_order(self):
        visits, domain = self.of_these()
        for order in ORDERS:
            whole = visits.search(domain, order=order)
            self.assertEqual(len(whole), 7)
            for offset in range(0, 9, 3):
                page = visits.search_fetch(
                    domain, ["name"], offset=offset, limit=3, order=order
                )
                self.assertEqual(page, whole[offset : offset + 3], (order, offset))

    def test_a_page_has_what_may_be_read(self):
        visits, domain = self.of_these(self.colleague)
        self.assertFalse(visits.search_fetch(domain, ["name"], limit=3))
        visits, domain = self.of_these(self.manager)
        found = visits.search_fetch(domain, ["name"], limit=3, order="date_start")
        self.assertEqual(found.ids, self.visits[:3].ids)

    def test_rows_are_read_once(self):
        """What the rules ask for comes with the page: no query reads whole rows"""
        visits, domain = self.of_these()
        spec = {"name": {}, "date_start": {}, "state": {}}
        visits.web_search_read(domain, spec, limit=3)
        self.env.invalidate_all()
        # The page, who may read the account, the count.
        with self.assertQueryCount(3):
            visits.web_search_read(domain, spec, limit=3)
