from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import KeyAccountCommon


@tagged("post_install", "-at_install")
class TestPlainSales(KeyAccountCommon):
    """People without a role in the department use CRM and Sales as without it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sales_manager = cls._user("ka_sales", "sales_team.group_sale_manager")
        cls.plain_order = cls.env["sale.order"].create(
            {"partner_id": cls.plain_customer.id, "user_id": cls.outsider.id}
        )
        cls.plain_lead = cls.env["crm.lead"].create(
            {"name": "Plain", "user_id": cls.outsider.id, "team_id": cls.plain_team.id}
        )

    def test_every_field_can_be_read(self):
        """Those of the add-ons, and of what they depend on; what other modules of Odoo
        let be read is theirs."""
        modules = self.env["ir.module.module"].search([("name", "like", "key_account")])
        modules |= modules.upstream_dependencies(exclude_states=("uninstallable",))
        known = {"", *modules.mapped("name")}
        records = (self.plain_order, self.plain_lead, self.plain_team, self.stages)
        for user in (self.outsider, self.sales_manager):
            for record in records:
                names = [
                    name
                    for name in record.with_user(user).fields_get()
                    if next(iter(record._fields[name]._modules), "") in known
                ]
                self.assertGreater(len(names), 20)
                self.assertTrue(self.rpc(user, record, "read", names))

    def test_the_customer_reads_what_there_is_to_read(self):
        portal = new_test_user(self.env, login="ka_portal", groups="base.group_portal")
        self.plain_order.partner_id = portal.partner_id
        self.plain_order.state = "sent"
        order = self.plain_order.with_user(portal)
        own = ("authority", "contract", "key_account", "approv", "signature_ids")
        names = list(order.fields_get())
        self.assertIn("amount_total", names)
        self.assertFalse([name for name in names if name.startswith(own)])
        self.assertTrue(order.read(["name", "amount_total", "order_line"]))

    def test_a_sales_manager_makes_teams(self):
        Team = self.env["crm.team"]
        empty = {
            "is_key_account": False,
            "key_account_manager_ids": [],
            "key_account_support_ids": [Command.clear(), Command.set([])],
            "key_account_approval_policy": False,
            "key_account_contract_review": False,
        }
        team = self.rpc(self.sales_manager, Team, "create", {"name": "New", **empty})
        self.assertTrue(team)
        for name, value in (
            ("is_key_account", True),
            ("key_account_manager_ids", [Command.link(self.outsider.id)]),
            ("key_account_support_ids", [Command.set(self.outsider.ids)]),
            ("key_account_approval_policy", "over_limit"),
        ):
            with self.subTest(name), self.assertRaises(AccessError):
                vals = {"name": "Mine", name: value}
                self.rpc(self.sales_manager, Team, "create", vals)

    def test_opportunities_go_their_way(self):
        """With the controls on in the company, in a team that is none of key accounts:
        made, moved, handed on, won, taken back, lost, restored, copied, merged,
        converted one by one and many at once, deleted."""
        self.company.key_account_mode = "enforce"
        stages = self.env["crm.stage"].create(
            [{"name": f"Plain {n}", "sequence": n} for n in (1, 2)]
            + [{"name": "Plain won", "sequence": 90, "is_won": True}]
        )
        reason = self.env["crm.lost.reason"].search([], limit=1)
        Lead = self.env["crm.lead"]
        for user in (self.outsider, self.sales_manager):
            mine = {"team_id": self.plain_team.id, "user_id": user.id}
            mine.update(stage_id=stages[0].id, type="opportunity")
            ids = self.rpc(
                user, Lead, "create", [{"name": f"Deal {n}", **mine} for n in range(4)]
            )
            deals = Lead.browse(ids)
            deals[1:].partner_id = self.plain_customer
            first = deals[0]
            self.rpc(user, first, "write", {"stage_id": stages[1].id})
            self.rpc(user, first, "write", {"team_id": self.plain_team.id})
            self.rpc(user, first, "action_set_won_rainbowman")
            self.assertEqual(first.won_status, "won")
            self.rpc(user, first, "write", {"stage_id": stages[0].id})
            self.rpc(user, first, "action_set_lost", lost_reason_id=reason.id)
            self.assertEqual(first.won_status, "lost")
            self.rpc(user, first, "toggle_active")
            self.assertEqual(first.won_status, "pending")
            copied = Lead.browse(self.rpc(user, first, "copy", {})[0])
            self.assertEqual(copied.team_id, self.plain_team)
            self.merge(user, deals[1:3])
            self.assertEqual(len(deals.exists()), 3)
            self.convert(user, self.lead(user), deals)
        self.rpc(self.sales_manager, copied, "unlink")
        self.assertFalse(copied.exists())

    def merge(self, user, deals):
        wizard = self.env["crm.merge.opportunity"].with_user(user)
        wizard = wizard.with_context(active_model="crm.lead", active_ids=deals.ids)
        wizard.create({"user_id": user.id}).action_merge()

    def lead(self, user):
        return self.env["crm.lead"].create(
            {
                "name": "Asked",
                "type": "lead",
                "user_id": user.id,
                "team_id": self.plain_team.id,
                "partner_id": self.plain_customer.id,
            }
        )

    def convert(self, user, lead, deals):
        """As one, into one that there is; then many with their duplicates."""
        wizard = self.env["crm.lead2opportunity.partner"].with_user(user)
        wizard = wizard.with_context(active_model="crm.lead", active_id=lead.id)
        wizard = wizard.with_context(active_ids=lead.ids)
        wizard.create({"name": "merge", "lead_id": lead.id}).action_apply()
        leads = self.lead(user) | self.lead(user)
        wizard = self.env["crm.lead2opportunity.partner.mass"].with_user(user)
        wizard = wizard.with_context(active_model="crm.lead", active_ids=leads.ids)
        vals = {"deduplicate": True, "user_ids": [Command.set(user.ids)]}
        wizard.create({"team_id": self.plain_team.id, **vals}).action_mass_convert()
        self.assertFalse((leads.exists() | deals.exists()).filtered("lost_reason_id"))
