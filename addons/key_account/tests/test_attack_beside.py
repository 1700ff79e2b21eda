"""What Odoo keeps beside our records, asked for what these say"""

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
