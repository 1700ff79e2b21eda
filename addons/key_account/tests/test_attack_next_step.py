"""Ways to learn from "My Day" what one may not read, or to change it."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .attack_common import FORGED, AttackCase


@tagged("post_install", "-at_install")
class TestAttackNextStep(AttackCase):
    def lines(self, user, domain=(), **context):
        self.env.flush_all()
        self.env.invalidate_all()
        model = self.env["key.account.next.step.line"]
        return self.rpc(
            user,
            model,
            "search_read",
            list(domain),
            ["res_id", "subject", "key_account_id"],
            context=context,
        )

    def test_accounts_of_others(self):
        """Next steps of a colleague's account | specialist of the same team, with a
        forged context | none are found, also when asked for by the account"""
        about = [("key_account_id", "=", self.account.id)]
        self.assertTrue(self.lines(self.specialist, about))
        for user in (self.colleague, self.other_manager):
            self.assertEqual(self.lines(user), [])
            self.assertEqual(self.lines(user, about, **FORGED), [])

    def test_line_by_its_number(self):
        """Next step of a colleague's account, read and opened by its number |
        specialist of the same team | nothing; opening it says what a done one says"""
        [line, *_rest] = self.lines(self.specialist)
        found = self.env["key.account.next.step.line"].browse(line["id"])
        self.env.invalidate_all()
        self.assertEqual(self.rpc(self.colleague, found, "read", ["subject"]), [])
        with self.assertRaisesRegex(UserError, "done already") as refusal:
            self.rpc(self.colleague, found, "action_open")
        self.assertNotIn(self.account.name, str(refusal.exception))

    def test_other_company(self):
        """Next steps of another company's accounts | director who works there too, with
        one company chosen | none of the other's"""
        self.director.company_ids |= self.other_company
        there = self.env["key.account"].create(
            {
                "partner_id": self.plain_customer.id,
                "company_id": self.other_company.id,
                "team_id": False,
                "user_id": self.director.id,
            }
        )
        about = [("key_account_id", "=", there.id)]
        self.assertEqual(self.lines(self.director, about), [])
        chosen = {"allowed_company_ids": self.other_company.ids}
        self.assertTrue(self.lines(self.director, about, **chosen))
        with self.assertRaises(AccessError):
            self.lines(self.manager, about, **chosen)

    def test_figures_of_a_lost_account(self):
        """Figure of My Day about a visit of one's own, and what it opens, after the
        account went to a colleague | the former specialist, with a forged context |
        not counted, not opened"""
        visit = self.env["key.account.visit"].create(
            {
                "key_account_id": self.account.id,
                "user_id": self.specialist.id,
                "date_start": fields.Datetime.now() - timedelta(days=2),
            }
        )
        visit.with_user(self.specialist).action_confirm()
        visit.with_user(self.specialist).action_hold()
        self.assertEqual(self.figure("reports"), 1)
        self.account.user_id = self.colleague
        self.assertEqual(visit.user_id, self.specialist)
        self.assertEqual(self.figure("reports"), 0)
        self.assertEqual(self.figure("reports", **FORGED), 0)
        home = self.env["key.account.home"]
        opened = self.rpc(
            self.specialist, home, "open_tile", "reports", context=dict(FORGED)
        )
        self.assertFalse(opened["res_id"])
        self.assertFalse(
            self.rpc(self.specialist, visit.browse(), "search", opened["domain"])
        )

    def figure(self, key, **context):
        self.env.flush_all()
        self.env.invalidate_all()
        home = self.env["key.account.home"]
        tiles = self.rpc(self.specialist, home, "read_tiles", context=context)
        return {tile["key"]: tile["count"] for tile in tiles}[key]

    def test_without_a_role(self):
        """My Day of others | portal customer, plain salesperson | refused"""
        for user in (self.contact, self.outsider):
            with self.assertRaises(AccessError):
                self.lines(user)

    def test_sign_off_names_no_file(self):
        """Name of the account file, from the request for sign-off | whoever is asked
        and may not read the file | the quotation without the file"""
        approver = self._user("ka_outside_manager", "key_account.group_manager")
        self.levels[40].user_ids = [Command.set(approver.ids)]
        self.order.action_request_approval()
        [line] = self.lines(approver)
        self.assertEqual(line["res_id"], self.order.id)
        self.assertFalse(line["key_account_id"])

    def test_quotation_of_a_colleague(self):
        """Quotation that Odoo's own rules hide, from the next steps of an account one
        may read | member of the account team | not among the lines"""
        self.account.member_ids = [Command.create({"user_id": self.colleague.id})]
        order = self.approved(validity_date=self.env["key.account.next.step"]._today())
        order.action_quotation_sent()
        about = [("res_model", "=", "sale.order")]
        self.assertEqual(
            [line["res_id"] for line in self.lines(self.specialist, about)], order.ids
        )
        readable = order.with_user(self.colleague)._filtered_access("read")
        self.assertEqual(
            [line["res_id"] for line in self.lines(self.colleague, about)],
            readable.ids,
        )

    def test_written(self):
        """Next step made, changed, deleted by RPC | manager | refused"""
        [line, *_rest] = self.lines(self.manager)
        found = self.env["key.account.next.step.line"].browse(line["id"])
        with self.assertRaises(AccessError):
            self.rpc(self.manager, found, "write", {"mine": False})
        with self.assertRaises(AccessError):
            self.rpc(self.manager, found, "unlink")
        with self.assertRaises(AccessError):
            self.rpc(self.manager, found.browse(), "create", [{"mine": True}])

    def test_rule_of_ones_own(self):
        """Rule silenced or changed | specialist, manager | refused"""
        rule = self.env.ref("key_account.next_step_review")
        for user in (self.specialist, self.manager):
            with self.assertRaises(AccessError):
                self.rpc(user, rule, "write", {"active": False})

    def test_rule_with_a_code_of_its_own(self):
        """Rule whose code names another method | configuration | refused"""
        model = self.env["key.account.next.step"]
        for code in ("_class__", "../unlink", "unlink"):
            with self.assertRaises(ValidationError):
                self.rpc(
                    self.configurator,
                    model,
                    "create",
                    [{"name": "Mine", "code": code, "reason": "None."}],
                )
