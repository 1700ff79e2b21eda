"""Positions, invitations, photos and answers of a visit, made up"""

import base64
from datetime import timedelta
from math import inf, nan

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .attack_common import FORGED, PIXEL
from .test_visit import VisitCommon
from .test_visit_position import ARRIVES, HERE


@tagged("post_install", "-at_install")
class TestAttackVisitPage(VisitCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(ARRIVES))
        cls.company.key_account_visit_position = True
        cls.stranger = cls._user("ka_not_on_it", "key_account.group_specialist")

    def coming(self):
        visit = self.plan(date_start=ARRIVES + timedelta(minutes=5))
        visit.action_confirm()
        return visit

    def test_positions_made_up(self):
        """action_keep_position of a colleague's check-in, later, out of this world; the
        fields themselves written | manager, support, stranger, specialist | refused,
        nothing kept"""
        visit = self.coming()
        visit.with_user(self.specialist).action_check_in()
        visit = visit.with_user(self.specialist)
        for user in (self.manager, self.support):
            with self.assertRaises(UserError):
                self.rpc(user, visit, "action_keep_position", *HERE, context=FORGED)
        with self.assertRaises(AccessError):
            self.rpc(self.stranger, visit, "action_keep_position", *HERE)
        for wrong in (
            (91, 0, 5),
            (0, 181, 5),
            (nan, 0, 5),
            (0, 0, inf),
            (0, 0, -1),
            ("x", 0, 5),
        ):
            with self.assertRaisesRegex(UserError, "not a position"):
                self.rpc(self.specialist, visit, "action_keep_position", *wrong)
        with (
            freeze_time(ARRIVES + timedelta(minutes=10)),
            self.assertRaises(UserError),
        ):
            visit.action_keep_position(*HERE)
        for name in ("checkin_latitude", "checkin_accuracy", "checkin_by_id"):
            with self.assertRaises(AccessError):
                self.rpc(self.specialist, visit, "write", {name: 1}, context=FORGED)
        self.assertFalse(visit.checkin_url)

    def test_invitations_made_up(self):
        """action_invite, or a message said to be an invitation; invited_on written |
        specialist who is not on the account, specialist | refused; a note invites
        nobody"""
        visit = self.coming()
        with self.assertRaises(AccessError):
            self.rpc(self.stranger, visit, "action_invite")
        with self.assertRaises(AccessError):
            self.rpc(
                self.stranger,
                visit,
                "message_post",
                body="Come",
                partner_ids=self.contact.ids,
                context=FORGED,
            )
        self.rpc(self.specialist, visit, "message_post", body="Note", context=FORGED)
        self.assertFalse(visit.invited_on, "a note invites nobody")
        for name, value in (
            ("invited_on", "2030-01-01 08:00:00"),
            ("invited_by_id", self.manager.id),
        ):
            with self.assertRaises(AccessError):
                self.rpc(self.specialist, visit, "write", {name: value})

    def test_a_photo_of_others_is_not_seen_through_a_visit(self):
        """Somebody else's file hung on one's own visit by its number | specialist |
        refused, it is not shown and not printed"""
        secret = self.env["ir.attachment"].create(
            {"name": "secret.gif", "raw": base64.b64decode(PIXEL)}
        )
        visit = self.coming()
        with self.assertRaises(AccessError):
            self.rpc(
                self.specialist,
                visit,
                "write",
                {"photo_ids": [Command.link(secret.id)]},
                context=FORGED,
            )

    def test_a_photo_replaced_after_the_review(self):
        """The content of a photo of a report, through its attachment | the specialist
        who filed it | refused once it is reviewed; before, it is another photo"""
        visit = self.coming()
        photo = (
            self.env["ir.attachment"]
            .with_user(self.specialist)
            .create(
                {
                    "name": "line.txt",
                    "raw": b"One line",
                    "res_model": visit._name,
                    "res_id": visit.id,
                }
            )
        )
        link = {"photo_ids": [Command.link(photo.id)]}
        self.rpc(self.specialist, visit, "write", link)
        self.rpc(self.specialist, photo, "write", {"datas": "VHdvIGxpbmVz"})
        self.assertEqual(photo.raw, b"Two lines")
        visit._write_kept({"state": "reviewed"})
        for vals in (
            {"datas": "VGhyZWU="},
            {"raw": b"Three"},
            {"type": "url", "url": "https://example.com/three"},
        ):
            with self.assertRaisesRegex(UserError, "report is reviewed"):
                self.rpc(self.specialist, photo, "write", vals, context=FORGED)
        self.rpc(self.specialist, photo, "write", {"description": "In the hall"})
        photo.invalidate_recordset()
        self.assertEqual(photo.raw, b"Two lines")

    def test_answers_made_up(self):
        """answered_on, answered_by_id of an enquiry written | specialist | refused, the
        answer itself is signed"""
        line = (
            self.env["key.account.requirement"]
            .with_user(self.specialist)
            .create({"opportunity_id": self.lead.id, "name": "Runs at 120 °C"})
        )
        for vals in (
            {"answered_on": "2030-01-01 08:00:00"},
            {"answered_by_id": self.manager.id},
        ):
            with self.assertRaises(AccessError):
                self.rpc(self.specialist, line, "write", vals, context=FORGED)
