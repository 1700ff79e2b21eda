"""Ways to learn from an account's history what one may not read, or to change it."""

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .attack_common import FORGED
from .test_timeline import TimelineCommon


@tagged("post_install", "-at_install")
class TestAttackTimeline(TimelineCommon):
    def asked(self, user, domain, **context):
        self.env.flush_all()
        self.env.invalidate_all()
        line = self.env["key.account.timeline"]
        names = ["subject", "note", "res_id"]
        return self.rpc(user, line, "search_read", domain, names, context=context)

    def test_history_of_others(self):
        """History of somebody else's account searched, and read by its number |
        specialist of the same team, manager of another, outsider | nothing, also with a
        forged context"""
        self.live()
        about = [("key_account_id", "=", self.account.id)]
        mine = self.asked(self.specialist, about)
        self.assertTrue(mine)
        for user in (self.colleague, self.other_manager):
            with self.subTest(user.name):
                self.assertEqual(self.asked(user, about), [])
                self.assertEqual(self.asked(user, about, **FORGED), [])
                entry = self.env["key.account.timeline"].browse(mine[0]["id"])
                self.env.invalidate_all()
                self.assertEqual(self.rpc(user, entry, "read", ["subject"]), [])
        with self.assertRaises(AccessError):
            self.asked(self.outsider, about)

    def test_records_of_others_on_an_account_one_reads(self):
        """A colleague's deal and order on an account that the reader is a member of,
        told by its history | specialist of the account team | what they may not read is
        not told"""
        self.live()
        self.approve(self.make_order(discount=7.0))
        self.env["key.account.member"].create(
            {"key_account_id": self.account.id, "user_id": self.colleague.id}
        )
        self.env.flush_all()
        self.env.invalidate_all()
        told = self.asked(self.colleague, [("key_account_id", "=", self.account.id)])
        self.assertTrue(told)
        entries = self.env["key.account.timeline"].browse([row["id"] for row in told])
        self.assertNotIn("sign_off", entries.mapped("kind"))
        self.assertIn("sign_off", self.entries().mapped("kind"))
        for entry in entries.with_user(self.colleague):
            record = self.env[entry.res_model].browse(entry.res_id)
            record = record.with_user(self.colleague)
            self.assertTrue(record.has_access("read"), entry.code)

    def test_nobody_writes_history(self):
        """An entry written, made or deleted by RPC | manager, director | refused"""
        self.live()
        entry = self.entries()[:1]
        line = entry.browse()
        for user in (self.manager, self.director):
            for records, method, values in (
                (entry, "write", [{"note": "forged"}]),
                (entry, "unlink", []),
                (line, "create", [[{"note": "forged"}]]),
            ):
                with self.subTest(method), self.assertRaises(AccessError):
                    self.rpc(user, records, method, *values, context=FORGED)
