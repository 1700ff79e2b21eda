"""What Odoo keeps beside our records, asked for what these say"""

from datetime import datetime

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .test_attack_parent import ParentCase


@tagged("post_install", "-at_install")
class TestAttackBeside(ParentCase):
    def test_activity_moved_to_what_others_have(self):
        """One's own activity moved to each record of a colleague's, where Odoo names
        it: res_id, model and id, the name of the model | specialist | refused"""
        Activity = self.env["mail.activity"]
        models = self.env["ir.model"]
        own = {
            "res_model_id": models._get_id("key.account"),
            "res_id": self.account.id,
            "summary": "Mine",
            "user_id": self.specialist.id,
        }
        made = self.rpc(self.specialist, Activity, "create", own)
        activity = Activity.browse(made)
        tried = 0
        for name, record in self.theirs.items():
            threaded = hasattr(record, "activity_ids")
            if not (threaded and name.startswith("key.account")):
                continue
            tried += 1
            places = [
                {"res_model_id": models._get_id(name), "res_id": record.id},
                {"res_model": name, "res_id": record.id},
            ]
            if name == "key.account":
                places.append({"res_id": record.id})
            for place in places:
                with self.subTest(place=place), self.assertRaises(AccessError):
                    self.rpc(self.specialist, activity, "write", place)
        self.assertGreater(tried, 2)
        second = self.rpc(self.specialist, Activity, "create", own)
        self.rpc(
            self.specialist,
            Activity.browse(second),
            "write",
            {"res_id": self.own["key.account"].id},
        )

    def test_name_of_a_file(self):
        """original_id of a file of one's own, by which Odoo tells the name of any file:
        of a colleague's account | salesperson, specialist | not told; whoever reads
        the file is told
        """
        Attachment = self.env["ir.attachment"]
        place = {"res_model": self.other._name, "res_id": self.other.id}
        theirs = Attachment.create({"name": "50 % off.txt", "raw": b"x", **place})
        for user, told in (
            (self.outsider, False),
            (self.specialist, False),
            (self.director, True),
        ):
            vals = {"name": "Mine", "original_id": theirs.id}
            own = Attachment.browse(self.rpc(user, Attachment, "create", [vals]))
            for method, fields in (
                ("read", ["original_id"]),
                ("web_read", {"original_id": {"fields": {"display_name": {}}}}),
            ):
                found = self.rpc(user, own, method, fields)
                self.assertEqual("50 % off" in str(found), told)

    def test_leave_made_a_holiday(self):
        """resource.calendar.leaves: one's own leave made the company's, by write and
        web_save, which would move all deadlines; given to a colleague | specialist |
        refused; one's own is moved; an administrator makes a holiday of it
        """
        calendar = self.company.resource_calendar_id
        mine, other = self.env["resource.resource"].create(
            [
                {
                    "name": user.name,
                    "user_id": user.id,
                    "company_id": self.company.id,
                    "calendar_id": calendar.id,
                }
                for user in (self.specialist, self.colleague)
            ]
        )
        Leaves = self.env["resource.calendar.leaves"]
        leave = {"name": "Away", "resource_id": mine.id, "calendar_id": calendar.id}
        leave.update(date_from="2031-03-03 00:00:00", date_to="2031-03-28 00:00:00")
        own = Leaves.browse(self.rpc(self.specialist, Leaves, "create", [leave]))

        def due():
            start = datetime(2031, 3, 3)
            return self.company._key_account_shift(start, 8.0)

        before = due()
        for vals in ({"resource_id": False}, {"resource_id": other.id}):
            for method, rest in (("write", {}), ("web_save", {"specification": {}})):
                with self.assertRaises(AccessError):
                    self.rpc(self.specialist, own, method, vals, **rest)
                self.env.invalidate_all()
                self.assertEqual(own.resource_id, mine)
        self.rpc(self.specialist, own, "write", {"date_to": "2031-03-29 00:00:00"})
        self.assertEqual(due(), before)
        admin = self._user("ka_admin", "base.group_erp_manager")
        admin.resource_ids = mine
        self.rpc(admin, own, "write", {"resource_id": False})
        self.assertGreater(due(), before)

    def test_who_follows_what(self):
        """mail.followers of a colleague's account searched, read by number |
        specialist, another employee | nobody; those of one's own account are read"""
        Followers = self.env["mail.followers"]
        employee = self._user("ka_employee", "base.group_user")
        self.other.message_subscribe(self.stranger.partner_id.ids)
        self.account.message_subscribe(self.colleague.partner_id.ids)
        theirs = self.other.message_follower_ids
        self.assertTrue(theirs)
        domain = [("res_model", "=", "key.account")]
        for user in (self.specialist, employee):
            found = self.rpc(user, Followers, "search_read", domain, ["partner_id"])
            self.assertFalse({each["id"] for each in found} & set(theirs.ids))
            with self.assertRaises(AccessError):
                self.rpc(user, theirs, "read", ["partner_id"])
            self.assertFalse(theirs.with_user(user).has_access("read"))
        own = self.account.message_follower_ids
        found = self.rpc(
            self.specialist, Followers, "search_read", domain, ["partner_id"]
        )
        self.assertLessEqual(set(own.ids), {each["id"] for each in found})
        self.assertTrue(self.rpc(self.specialist, own, "read", ["partner_id"]))

    def test_followers_of_a_page_cost_no_search(self):
        """Followers counted of one record as each page does, searched by a number
        alone, among several models | specialist | nothing of a colleague's; one
        query"""
        Followers = self.env["mail.followers"].with_user(self.specialist)
        partner = self.env["res.partner"].create({"name": "Somebody"})

        def count(record):
            place = [("res_model", "=", record._name), ("res_id", "=", record.id)]
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            Followers.search_count(place)
            return self.env.cr.sql_log_count - before

        for record in (partner, self.account):
            count(record)
        self.assertEqual(count(partner), 1)
        self.assertEqual(count(self.account), 1)
        hidden = [("res_model", "=", "key.account"), ("res_id", "=", self.other.id)]
        for domain in (
            hidden,
            [("res_model", "in", ["key.account", "res.partner"]), hidden[1]],
            ["|", *hidden],
            [hidden[1]],
        ):
            found = Followers.search(domain).sudo()
            found = found.filtered(lambda each: each.res_model == "key.account")
            self.assertNotIn(self.other.id, found.mapped("res_id"))
