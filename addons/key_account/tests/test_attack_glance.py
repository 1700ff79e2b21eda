"""Attacks on what the page of an account says at a glance."""

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .attack_common import FORGED
from .test_account_glance import GlanceCommon


@tagged("post_install", "-at_install")
class TestAttackGlance(GlanceCommon):
    def test_turnover_by_hand(self):
        """What was invoiced to an account written or brought along by RPC | specialist,
        manager, director | refused: recorded by the process"""
        months = {"from": "2025-01-01", "months": [1e9] * 24}
        for user in (self.specialist, self.manager, self.director):
            for values in (
                {"turnover_year": 1e9},
                {"turnover_same": 1e9},
                {"turnover_last": 1e9},
                {"turnover_months": months},
            ):
                with self.subTest(values), self.assertRaises(AccessError):
                    self.rpc(user, self.account, "write", values, context=FORGED)
                values = {**values, "partner_id": self.plain_customer.id}
                accounts = self.env["key.account"]
                with self.subTest(values), self.assertRaises(AccessError):
                    self.rpc(user, accounts, "create", [values], context=FORGED)

    def test_turnover_of_others(self):
        """Turnover of somebody else's account read, searched or summed up | specialist
        of the same team, manager of another | not told"""
        self.bill("2026-02-01", 4_321)
        self.account._set_kept({"turnover_year": 4_321.0})
        accounts = self.env["key.account"]
        for user in (self.colleague, self.other_manager):
            with self.subTest(user.name):
                with self.assertRaises(AccessError):
                    self.rpc(user, self.account, "read", ["turnover_year"])
                domain = [("turnover_year", "=", 4_321)]
                found = self.rpc(user, accounts, "search_count", domain)
                self.assertEqual(found, 0)
                [row] = self.rpc(
                    user,
                    accounts,
                    "formatted_read_group",
                    domain,
                    aggregates=["turnover_year:sum"],
                )
                self.assertFalse(row["turnover_year:sum"])

    def test_sum_that_is_overdue(self):
        """overdue_invoices of the account read for the sum, and the invoices opened by
        the button | specialist without the right to read them | how many, no sum, no
        invoice of a colleague"""
        late = self.bill("2026-01-01", 98_765, due="2026-01-31")
        late.invoice_user_id = self.colleague
        [said] = self.rpc(
            self.specialist, self.account, "read", ["overdue_invoices"], context=FORGED
        )
        self.assertEqual(said["overdue_invoices"], "1 overdue")
        action = self.rpc(self.specialist, self.account, "action_view_overdue")
        moves = self.env["account.move"].with_user(self.specialist)
        self.assertFalse(moves.search(action["domain"]))
