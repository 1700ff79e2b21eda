"""What was said and noted on records: rewritten, deleted, said in another's name"""

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, JsonRpcException, tagged
from odoo.tools import mute_logger

from .common import DIRECTOR
from .test_attack_parent import ParentCase


@tagged("post_install", "-at_install")
class TestAttackSaid(ParentCase, HttpCase):
    def setUp(self):
        super().setUp()
        self.limit = self.env["key.account.authority.limit"].search(
            [("company_id", "=", self.company.id), ("value", ">", 0)], limit=1
        )
        self.limit.with_user(self.configurator).write({"value": 7.0})
        self.account.with_user(self.manager).message_post(
            body="Not below 10 %", message_type="comment"
        )
        self.env.flush_all()
        self.env.cr.precommit.run()

    def last(self, record):
        return record.sudo().message_ids.sorted("id")[-1:]

    def refused_message(self, user, messages, method, *args):
        with self.assertRaises(AccessError):
            self.rpc(user, messages, method, *args)

    def test_history_rewritten(self):
        """mail.message of a limit, of an account, that says who changed what: write of
        words, author and day, unlink | configuration, specialist | refused, it stays"""
        noted = self.last(self.limit)
        self.assertTrue(noted)
        created = self.account.sudo().message_ids.sorted("id")[:1]
        for user, message in (
            (self.configurator, noted),
            (self.specialist, self.last(self.account)),
            (self.specialist, created),
            (self.manager, created),
        ):
            before = message.sudo().read(["body", "author_id", "date"])
            for vals in (
                {"body": "Nothing"},
                {"author_id": self.director.partner_id.id},
                {"date": "2020-01-01 00:00:00"},
                {"message_type": "comment"},
            ):
                with self.subTest(user=user.login, vals=vals):
                    self.refused_message(user, message, "write", vals)
            self.refused_message(user, message, "unlink")
            self.assertEqual(message.sudo().read(list(before[0])[1:]), before)

    def test_said_in_the_name_of_another(self):
        """message_post, message_notify, the composer with the manager as author;
        mail.message created with an author, a day and values that changed, also by a
        default of the context | specialist | posted as their own; refused"""
        boss = self.manager.partner_id
        rpc = self.rpc
        account, mine = self.account, self.specialist.partner_id
        rpc(
            self.specialist,
            account,
            "message_post",
            body="30 % is fine",
            author_id=boss.id,
            message_type="comment",
        )
        self.assertEqual(self.last(account).author_id, mine)
        composer = self.env["mail.compose.message"].with_user(self.specialist)
        composer.create(
            {
                "model": account._name,
                "res_ids": str(account.ids),
                "composition_mode": "comment",
                "body": "Go ahead",
                "author_id": boss.id,
            }
        ).action_send_mail()
        self.assertEqual(self.last(account).author_id, mine)
        Message = self.env["mail.message"]
        place = {"model": account._name, "res_id": account.id}
        count = len(account.sudo().message_ids)
        for vals, context in (
            ({**place, "body": "Fine", "author_id": boss.id}, {}),
            ({**place, "body": "Fine", "message_type": "notification"}, {}),
            ({"res_id": account.id, "body": "x"}, {"default_model": account._name}),
        ):
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                rpc(self.specialist, Message, "create", vals, context=context)
        account.invalidate_recordset()
        self.assertEqual(len(account.sudo().message_ids), count)

    def test_what_is_going_to_be_said(self):
        """mail.scheduled.message of the manager on an account and a quotation: written,
        deleted; one made with the manager as its author | specialist, who may change
        them | refused; their own is theirs to delete, and is said as their own"""
        order, boss = self.make_order(), self.manager.partner_id
        self.manager.group_ids |= self.env.ref(
            "sales_team.group_sale_salesman_all_leads"
        )
        Scheduled = self.env["mail.scheduled.message"]
        for record in (self.account, order):
            vals = {
                "model": record._name,
                "res_id": record.id,
                "body": "Not below 10 %",
                "is_note": True,
                "author_id": boss.id,
                "scheduled_date": "2040-01-01 00:00:00",
            }
            waiting, own = (
                Scheduled.browse(self.rpc(user, Scheduled, "create", [vals]))
                for user in (self.manager, self.specialist)
            )
            words = {"body": "40 % is fine"}
            self.refused_message(self.specialist, waiting, "write", words)
            self.refused_message(self.specialist, waiting, "unlink")
            own._post_message()
            self.assertEqual(self.last(record).author_id, self.specialist.partner_id)
            mine = Scheduled.browse(
                self.rpc(self.specialist, Scheduled, "create", [vals])
            )
            self.rpc(self.specialist, mine, "unlink")
            waiting._post_message()
            self.assertEqual(self.last(record).author_id, boss)

    def test_said_on_a_quotation(self):
        """mail.message of a quotation and a deal: the manager's note, the decision, the
        reasons for which sign-off was asked, rewritten, dated anew, moved, deleted;
        posted, and made, in the manager's name | specialist who asked | refused; posted
        as their own; on a plain quotation as in plain Odoo"""
        order = self.make_order(discount=8.0)
        self.rpc(self.specialist, order, "action_request_approval")
        self.rpc(self.manager, order, "action_reject", "Too cheap")
        self.own_lead.with_user(self.manager).message_post(body="Not below 10 %")
        other = self.make_order()
        for message in (order | other).sudo().message_ids | self.last(self.own_lead):
            before = message.sudo().read(["body", "author_id", "date", "res_id"])
            for vals in (
                {"body": "Approved"},
                {"author_id": self.director.partner_id.id},
                {"date": "2020-01-01 00:00:00"},
                {"res_id": other.id},
            ):
                self.refused_message(self.specialist, message, "write", vals)
            self.refused_message(self.specialist, message, "unlink")
            self.assertEqual(message.sudo().read(list(before[0])[1:]), before)
        words = {"body": "40 % is fine", "author_id": self.manager.partner_id.id}
        for record in (order, self.own_lead):
            self.rpc(self.specialist, record, "message_post", **words)
            self.assertEqual(self.last(record).author_id, self.specialist.partner_id)
            place = {"model": record._name, "res_id": record.id}
            with self.assertRaises(AccessError):
                Message = self.env["mail.message"]
                self.rpc(self.specialist, Message, "create", {**words, **place})
        plain = self.make_order(
            user=self.outsider, partner=self.plain_customer, team_id=self.plain_team.id
        )
        self.rpc(self.outsider, plain, "message_post", **words)
        self.assertEqual(self.last(plain).author_id, self.manager.partner_id)
        self.rpc(self.outsider, self.last(plain), "write", {"body": "Other"})

    def test_dated_by_ones_own_default(self):
        """ir.default of the day of a message, of whether customers see it, of its
        subject; then something is posted, and changed, on an account and a quotation |
        specialist | dated by the clock, as anybody's"""
        Default = self.env["ir.default"]
        for name, value in (
            ("date", "2031-01-01 00:00:00"),
            ("is_internal", True),
            ("subject", "Approved"),
        ):
            args = "mail.message", name, value
            self.rpc(self.specialist, Default, "set", *args, user_id=True)
        order = self.make_order()
        for record in (self.account, order):
            self.rpc(self.specialist, record, "message_post", body="Told them")
            said = self.last(record)
            self.assertLess(said.date.year, 2031)
            self.assertFalse(said.subject or said.is_internal)

    @mute_logger("odoo.http")
    def test_rewritten_by_the_page(self):
        """/mail/message/update_content on what the manager said on an account, and the
        file with it; on one's own words | an administrator of users, the Sales
        administrator too; the manager | refused, it stays; done"""
        admin = self._user("ka_rights", "base.group_erp_manager," + DIRECTOR)
        self.manager.group_ids |= self.env.ref("base.group_erp_manager")
        said = self.last(self.account)
        said.attachment_ids = self.env["ir.attachment"].create(
            {"name": "floor.txt", "raw": b"10 %", "res_model": self.account._name}
        )
        address = "/mail/message/update_content"
        for data in (
            {"body": "30 % is fine", "attachment_ids": None},
            {"body": "", "attachment_ids": []},
            {"body": None, "attachment_ids": []},
        ):
            self.authenticate(admin.login, admin.login)
            asked = {"message_id": said.id, "update_data": data}
            with self.subTest(data=data), self.assertRaises(JsonRpcException):
                self.make_jsonrpc_request(address, asked)
            self.assertIn("Not below 10 %", said.body)
            self.assertEqual(said.attachment_ids.raw, b"10 %")
        self.authenticate(self.manager.login, self.manager.login)
        asked["update_data"] = {"body": "Not below 12 %", "attachment_ids": None}
        self.make_jsonrpc_request(address, asked)
        self.assertIn("Not below 12 %", said.body)

    def test_said_on_a_quotation_by_oneself(self):
        """One's own comment on a quotation changed and deleted; a slip of a colleague's
        taken out | specialist; an administrator | done, as in plain Odoo"""
        order = self.make_order()
        post = {"body": "Hello", "message_type": "comment"}
        for user in (
            self.specialist,
            self._user("ka_system", "base.group_system,sales_team.group_sale_manager"),
        ):
            comment = order.with_user(self.specialist).message_post(**post)
            self.rpc(user, comment, "write", {"body": "Hello again"})
            self.assertIn("again", comment.body)
            self.rpc(user, comment, "unlink")
            self.assertFalse(comment.exists())

    def test_file_of_another_replaced(self):
        """ir.attachment of one's own account, quotation, deal that a manager filed: its
        content | the specialist, who may change them | refused; one's own is
        replaced"""
        for record in (self.account, self.make_order(), self.own_lead):
            self.replaced({"res_model": record._name, "res_id": record.id})

    def replaced(self, place):
        filed = {**place, "name": "minutes.txt", "raw": b"Not below 10 %"}
        Attachment = self.env["ir.attachment"]
        theirs = Attachment.with_user(self.manager).create(filed)
        for vals in (
            {"raw": b"30 % is fine"},
            {"datas": "MzAgJQ=="},
            {"type": "url", "url": "https://example.com/other"},
        ):
            self.refused_message(self.specialist, theirs, "write", vals)
        self.assertEqual(theirs.raw, filed["raw"])
        own = Attachment.with_user(self.specialist).create(filed)
        self.rpc(self.specialist, own, "write", {"datas": "MzAgJQ=="})
        self.assertEqual(own.raw, b"30 %")

    def test_file_of_what_was_said(self):
        """ir.attachment that the manager sent along with what they said on an account,
        a quotation, a deal: unlink, and /mail/attachment/delete | specialist, who may
        change them | refused; what was filed without a word, and with their own
        comment, they delete
        """
        self.manager.group_ids |= self.env.ref(
            "sales_team.group_sale_salesman_all_leads"
        )
        self.authenticate("ka_specialist", "ka_specialist")
        for record in (self.account, self.make_order(), self.own_lead):
            place = {"res_model": record._name, "res_id": record.id}
            filed = {**place, "name": "minutes.txt", "raw": b"Not below 10 %"}
            theirs, alone, own = (
                self.env["ir.attachment"].with_user(user).create(filed)
                for user in (self.manager, self.manager, self.specialist)
            )
            for file in (theirs, own):
                record.with_user(file.create_uid).message_post(
                    body="See there",
                    message_type="comment",
                    attachment_ids=file.ids,
                )
            self.env.flush_all()
            self.refused_message(self.specialist, theirs, "unlink")
            route = "/mail/attachment/delete"
            with self.assertRaises(JsonRpcException), mute_logger("odoo.http"):
                self.make_jsonrpc_request(route, {"attachment_id": theirs.id})
            self.env.invalidate_all()
            self.assertEqual(theirs.exists().raw, filed["raw"])
            self.rpc(self.specialist, alone, "unlink")
            self.make_jsonrpc_request(route, {"attachment_id": own.id})
            self.env.invalidate_all()
            self.assertFalse((alone | own).exists())

    def test_ones_own_comment(self):
        """One's own comment changed and deleted, one's own note on a contact; marked as
        to be read later | specialist | done, as in plain Odoo"""
        account = self.account.with_user(self.specialist)
        comment = account.message_post(body="Hello", message_type="comment")
        self.rpc(self.specialist, comment, "write", {"body": "Hello again"})
        self.assertIn("again", comment.body)
        manager = self.last(self.account) - comment
        manager = self.account.sudo().message_ids.filtered(
            lambda message: "Not below" in (message.body or "")
        )
        self.rpc(self.specialist, manager, "toggle_message_starred")
        self.assertIn(self.specialist.partner_id, manager.starred_partner_ids)
        self.rpc(self.specialist, comment, "unlink")
        self.assertFalse(comment.exists())
        partner = self.env["res.partner"].create({"name": "Somebody"})
        noted = partner.message_post(body="Note")
        self.rpc(self.specialist, noted, "write", {"body": "Other note"})

    def test_whom_a_message_went_to(self):
        """mail.notification of a message about a colleague's account, which every
        employee may read: the name of the message | specialist, plain employee | its
        number; who may read the account reads its subject"""
        self.other.message_notify(
            partner_ids=self.colleague.partner_id.ids,
            subject="Secret subject",
            body="x",
        )
        note = self.env["mail.notification"].search(
            [("mail_message_id.subject", "=", "Secret subject")]
        )
        self.assertTrue(note)
        employee = self._user("ka_employee", "base.group_user")
        spec = {"mail_message_id": {"fields": {"display_name": {}}}}
        for user in (self.specialist, employee):
            self.env.invalidate_all()
            said = str(self.rpc(user, note, "web_read", spec))
            self.assertNotIn("Secret", said)
        self.env.invalidate_all()
        said = str(self.rpc(self.colleague, note, "web_read", spec))
        self.assertIn("Secret subject", said)
