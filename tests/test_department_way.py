"""The department's own work in a real browser: a specialist's morning, a customer
who is proposed, accepted and approved, accounts that change hands."""

from datetime import timedelta

from odoo import Command, fields
from odoo.tests import HttpCase

from odoo.addons.key_account.tests.common import KeyAccountCommon


class TestDepartmentWay(KeyAccountCommon, HttpCase):
    test_tags = {"standard", "post_install"}
    test_module = "key_account"

    def tour(self, user, name, url="/odoo"):
        self.env.flush_all()
        self.start_tour(url, name, login=user.login, timeout=60)
        self.env.invalidate_all()

    def test_morning_of_a_specialist(self):
        """From My Day to what is due, done, and back: the line is gone; a figure opens
        what it counts."""
        self.account._policy().file_review_months = 6
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE key_account SET create_date = %s WHERE id = %s",
            [fields.Datetime.now() - timedelta(days=300), self.account.id],
        )
        visit = self.env["key.account.visit"].create(
            {
                "key_account_id": self.account.id,
                "user_id": self.specialist.id,
                "date_start": fields.Datetime.now() - timedelta(days=2),
            }
        )
        visit.with_user(self.specialist).action_confirm()
        visit.with_user(self.specialist).action_hold()
        self.tour(self.specialist, "key_account_morning")
        self.assertEqual(self.account.file_reviewed_by_id, self.specialist)

    def test_from_proposal_to_approval(self):
        """The manager decides what waits on My Day, then accepts with a strategy; a
        director approves it."""
        # A name that no other team's begins with.
        self.team.name = "Ningbo Team"
        company = self.company
        company.write(
            {"key_account_propose_amount": 50_000, "key_account_approve_strategy": True}
        )
        customer = self.env["res.partner"].create(
            {"name": "Kunlun Pumps", "is_company": True}
        )
        line = {"product_id": self.pump.id, "product_uom_qty": 60}
        self.env["sale.order"].create(
            {
                "partner_id": customer.id,
                "company_id": company.id,
                "team_id": self.plain_team.id,
                "order_line": [Command.create(line)],
            }
        ).action_confirm()
        self.env["key.account.proposal"]._cron_identify()
        order = self.make_order(discount=8.0)
        order.with_user(self.specialist).action_request_approval()
        self.tour(self.manager, "key_account_take_on")
        self.assertEqual(order.authority_state, "approved")
        proposal = self.env["key.account.proposal"].search(
            [("partner_id", "=", customer.id)]
        )
        self.assertEqual(
            (proposal.state, proposal.decided_by_id), ("submitted", self.manager)
        )
        self.tour(self.director, "key_account_approve_strategy")
        account = proposal.key_account_id
        self.assertEqual(
            (account.partner_id, account.user_id), (customer, self.specialist)
        )
        self.assertEqual(account.strategy_approved_by_id, self.director)

    def test_change_of_hands(self):
        """A specialist leaves: the manager hands over what they had."""
        lead = self.env["crm.lead"].create(
            {
                "name": "Second line",
                "type": "opportunity",
                "partner_id": self.customer.id,
                "team_id": self.team.id,
                "user_id": self.specialist.id,
            }
        )
        self.tour(self.manager, "key_account_hand_over")
        self.assertEqual(self.account.user_id, self.colleague)
        self.assertEqual(lead.user_id, self.colleague)
        event = self.account.event_ids.filtered(lambda e: e.kind == "owner")
        self.assertEqual(
            (event.reason, event.old_user_id), ("Leaves the company", self.specialist)
        )

    def test_a_street_without_a_mouse(self):
        """Two contacts, a line each, by the keyboard alone."""
        entries = self.env["key.account.canvass"]
        self.tour(
            self.specialist,
            "key_account_street_by_keys",
            "/odoo/key-account-canvassing?view_type=list",
        )
        found = entries.search([("user_id", "=", self.specialist.id)], order="id")
        self.assertEqual(
            found.mapped(lambda e: (e.name, e.phone, e.next_step)),
            [
                ("Harbour Hardware", "021 5550 0101", "Bring the catalogue"),
                ("Bridge Tools", "021 5550 0102", "Ring the owner"),
            ],
        )

    def test_month_of_the_manager(self):
        """Proposed, one visit dragged to another day, all accepted."""
        self.account.sudo().grade = "A"
        self.specialist.tz = self.manager.tz = "UTC"
        plan = (
            self.env["key.account.visit.plan"]
            .with_user(self.manager)
            .create(
                {
                    "month": self.company._key_account_today() + timedelta(days=35),
                    "company_id": self.company.id,
                    "person_ids": [Command.set(self.specialist.ids)],
                }
            )
        )
        self.tour(self.manager, "key_account_month_of_visits")
        self.assertEqual(set(plan.line_ids.mapped("state")), {"accepted"})
        self.assertEqual(plan.line_ids.mapped("moved").count(True), 1)
        visits = plan.line_ids.visit_id
        self.assertEqual(visits.user_id, self.specialist)
        self.assertEqual(
            visits.mapped("date_start"), plan.line_ids.mapped("date_start")
        )

    def test_support_for_colleagues(self):
        """A visit nobody planned, its report for a colleague, on paper; and the visits
        of one who is away."""
        self.env["res.partner"].create(
            {"name": "Zhao Min", "parent_id": self.customer.id}
        )
        # Support does not say who works for an account: the colleague does already.
        self.account.member_ids = [Command.create({"user_id": self.colleague.id})]
        visits = self.env["key.account.visit"]
        ahead = visits.create(
            {
                "key_account_id": self.account.id,
                "user_id": self.specialist.id,
                "date_start": fields.Datetime.now() + timedelta(days=2),
            }
        )
        self.tour(self.support, "key_account_for_colleagues")
        [held] = visits.search([("key_account_id", "=", self.account.id)]) - ahead
        self.assertEqual(
            (held.state, held.reported_by_id, held.user_id),
            ("reported", self.support, self.specialist),
        )
        self.assertTrue(held.unplanned)
        self.assertEqual(ahead.user_id, self.colleague)
