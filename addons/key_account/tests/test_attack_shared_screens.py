"""Searches and buttons that somebody shares with everybody"""

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .attack_common import AttackCase

NOTHING = "[('id', '=', 0)]"


@tagged("post_install", "-at_install")
class TestAttackSharedScreens(AttackCase):
    def inbox(self):
        """A list of ours on a model of Odoo's: what waits for sign-off."""
        actions = self.env["ir.model.data"].search(
            [("module", "=", "key_account"), ("model", "=", "ir.actions.act_window")]
        )
        actions = self.env["ir.actions.act_window"].browse(actions.mapped("res_id"))
        return actions.filtered(lambda each: each.res_model == "sale.order")[0]

    def test_a_list_opens_empty(self):
        """ir.filters: a search that finds nothing, which is everybody's and opens with
        the list of accounts, with the inbox: created, made so afterwards, by default_…
        in the context, by create_filter | specialist, who asks for sign-off,
        salesperson | refused; one's own, one that is shared and no default, one on a
        plain list are made"""
        filters = self.env["ir.filters"]
        account = {"name": "All", "model_id": "key.account", "domain": NOTHING}
        inbox = {**account, "model_id": "sale.order", "action_id": self.inbox().id}
        everybody = {"user_ids": False, "is_default": True}
        for user in (self.specialist, self.outsider):
            own = [Command.set(user.ids)]
            for place in (account, inbox):
                for method in ("create", "create_filter"):
                    with self.assertRaises(AccessError):
                        self.rpc(user, filters, method, {**place, **everybody})
                with self.assertRaises(AccessError):
                    default = {"default_is_default": True, "default_user_ids": []}
                    self.rpc(user, filters, "create", place, context=default)
                made = filters.with_user(user).create(
                    [
                        {**place, "user_ids": own, "is_default": True},
                        {**place, "name": "Shared", "user_ids": False},
                    ]
                )
                for one, vals in zip(
                    made, ({"user_ids": [Command.clear()]}, everybody), strict=True
                ):
                    with self.assertRaises(AccessError):
                        self.rpc(user, one, "write", vals)
                made.unlink()
        plain = {"name": "All", "model_id": "res.partner", "domain": "[]"}
        self.rpc(self.specialist, filters, "create", {**plain, **everybody})
        self.rpc(self.configurator, filters, "create", {**account, **everybody})

    def test_a_button_that_decides(self):
        """ir.embedded.actions: a button beside everybody's screen that calls
        action_approve, with the rights of whoever clicks | specialist | refused; one's
        own, and one that opens a list, are made"""
        buttons = self.env["ir.embedded.actions"]
        action = self.inbox()
        place = {"name": "History", "parent_action_id": action.id}
        method = {"python_method": "action_approve", "user_id": False}
        for model in ("sale.order", "crm.lead", "key.account"):
            vals = {**place, "parent_res_model": model}
            with self.assertRaises(AccessError):
                self.rpc(self.specialist, buttons, "create", {**vals, **method})
            own = {**vals, **method, "user_id": self.specialist.id}
            mine = buttons.browse(self.rpc(self.specialist, buttons, "create", own))
            with self.assertRaises(AccessError):
                self.rpc(self.specialist, mine, "write", {"user_id": False})
            opens = {**vals, "action_id": action.id, "user_id": False}
            self.rpc(self.specialist, buttons, "create", opens)
