"""The door "promotion": who is proposed, what is decided of it, by whom."""

from datetime import timedelta

from dateutil.relativedelta import relativedelta
from psycopg2.errors import CheckViolation

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .test_value_class import GradingCommon


class PromotionCommon(GradingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pump.with_company(cls.company).standard_price = 600.0
        cls.company.key_account_propose_amount = 50_000
        cls.big, cls.small = cls.customers(2)
        cls.sell(cls.big, 60)
        cls.sell(cls.big, 40, months_ago=14)
        cls.sell(cls.small, 10)

    def identify(self):
        self.env["key.account.proposal"]._cron_identify()
        return self.proposals()

    def proposals(self):
        return self.env["key.account.proposal"].search(
            [("company_id", "=", self.company.id), ("state", "!=", "lapsed")]
        )

    def proposed(self, **vals):
        proposal = self.identify().filtered(lambda p: p.partner_id == self.big)
        if vals:
            proposal.with_user(self.manager).write(vals)
        return proposal

    def ready(self):
        return self.proposed(
            team_id=self.team.id,
            user_id=self.specialist.id,
            strategy_mode="reference",
            strategy="Begin with spare parts.",
        )


@tagged("post_install", "-at_install")
class TestIdentification(PromotionCommon):
    # -- who is proposed -------------------------------------------------------

    def test_proposed_with_the_figures(self):
        proposal = self.identify()
        self.assertEqual(proposal.partner_id, self.big)
        self.assertEqual(proposal.revenue, 60_000)
        self.assertAlmostEqual(proposal.growth, 50)
        self.assertEqual((proposal.orders, proposal.criteria), (1, "amount"))
        self.assertEqual(proposal.criteria_text, "Orders of 12 months")
        self.assertEqual(proposal.state, "open")

    def test_each_criterion_and_floor(self):
        company = self.company
        company.key_account_propose_amount = 0
        self.small.key_account_standing = 5
        self.small.key_account_share = 8
        company.key_account_propose_standing = 4
        self.assertEqual(self.identify().partner_id, self.small)
        company.key_account_propose_orders = 1
        self.assertEqual(self.identify().partner_id, self.big | self.small)
        company.key_account_exclude_share = 10
        self.assertEqual(self.identify().partner_id, self.big)
        company.key_account_propose_margin = 20_000
        found = self.identify()
        self.assertEqual(found.criteria, "margin,orders")
        self.assertEqual((found.margin, found.margin_rate), (24_000, 40))
        company.key_account_exclude_growth = 51
        self.assertFalse(self.identify())

    def test_without_a_criterion_nobody(self):
        self.company.key_account_propose_amount = 0
        self.assertFalse(self.identify())
        self.company.key_account_exclude_growth = 10
        self.assertFalse(self.identify())

    def test_who_has_a_file_or_is_one_of_ours_is_not_proposed(self):
        self.sell(self.customer, 90)
        self.sell(self.company.partner_id, 90)
        self.assertEqual(self.identify().partner_id, self.big)
        self.accounts(self.big)
        self.assertFalse(self.identify())

    def test_again_and_late_changes_nothing(self):
        proposal = self.identify()
        since = proposal.proposed_on
        self.env.cr.execute(
            "UPDATE key_account_proposal SET proposed_on = proposed_on - 9"
        )
        self.sell(self.big, 5)
        self.assertEqual(self.identify(), proposal, "one proposal, not two")
        self.assertEqual(proposal.revenue, 65_000, "with the figures of today")
        self.assertEqual(proposal.proposed_on, since - timedelta(days=9))

    def test_figures_as_they_were_are_not_written_again(self):
        def rows():
            self.env.cr.execute("SELECT id, ctid FROM key_account_proposal ORDER BY id")
            return self.env.cr.fetchall()

        self.company.key_account_propose_orders = 1
        self.company.key_account_exclude_margin = 1
        self.small.write({"key_account_share": 12.5, "key_account_potential": 3})
        self.assertEqual(len(self.identify()), 2)
        before = rows()
        self.identify()
        self.assertEqual(rows(), before)
        self.small.key_account_share = 13
        self.identify()
        self.assertEqual(len(set(rows()) - set(before)), 1)

    def test_rolled_back_in_the_middle_leaves_nothing_half_done(self):
        Proposal = type(self.env["key.account.proposal"])
        before = self.proposals()

        def fail(*_args):
            raise ValueError

        self.patch(Proposal, "_let_lapse", fail)
        with self.assertRaises(ValueError), self.env.cr.savepoint():
            self.env["key.account.proposal"]._cron_identify()
        self.assertEqual(self.proposals(), before)

    def test_who_meets_nothing_any_more_lapses_and_may_come_back(self):
        proposal = self.identify()
        self.company.key_account_propose_amount = 70_000
        self.assertFalse(self.identify())
        self.assertEqual(proposal.state, "lapsed")
        self.company.key_account_propose_amount = 60_000
        self.assertEqual(self.identify(), proposal)

    def test_each_company_by_its_own(self):
        self.other_company.key_account_propose_orders = 1
        self.company.key_account_propose_amount = 0
        self.assertFalse(self.identify())

    def test_same_number_of_queries_for_ten_times_as_many(self):
        def queries(number):
            partners = self.customers(number, f"Many {number}")
            self.stock_asks_nothing()
            self.env.cr.execute(
                """
                INSERT INTO sale_order (name, company_id, partner_id, state, date_order,
                       amount_untaxed, currency_rate, currency_id, partner_invoice_id,
                       partner_shipping_id)
                SELECT 'H', %s, p.id, 'sale', now() AT TIME ZONE 'UTC', 9000, 1, %s,
                       p.id, p.id
                  FROM unnest(%s) AS p (id), generate_series(1, 10)
                """,
                [self.company.id, self.company.currency_id.id, partners.ids],
            )
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            self.env["key.account.proposal"]._cron_identify()
            count = self.env.cr.sql_log_count - start
            self.assertEqual(
                len(self.proposals().filtered(lambda p: p.partner_id in partners)),
                number,
            )
            return count

        self.identify()
        self.assertEqual(queries(100), queries(1000))

    # -- the manager -----------------------------------------------------------

    def test_manager_accepts(self):
        proposal = self.ready()
        self.rpc(self.manager, proposal, "action_accept")
        account = proposal.key_account_id
        self.assertEqual(proposal.state, "accepted")
        self.assertEqual(proposal.decided_by_id, self.manager)
        self.assertEqual(account.partner_id, self.big)
        self.assertEqual(
            (account.state, account.user_id), ("candidate", self.specialist)
        )
        self.assertEqual(account.strategy, "Begin with spare parts.")
        self.assertFalse(account.strategy_approved_by_id)
        self.assertFalse(self.identify() - proposal)

    def test_what_is_missing_is_said(self):
        proposal = self.proposed()
        with self.assertRaisesRegex(UserError, "Sales Team, Specialist"):
            self.rpc(self.manager, proposal, "action_accept")
        with self.assertRaisesRegex(UserError, "Reason"):
            self.rpc(self.manager, proposal, "action_decline")
        proposal.with_user(self.manager).decline_reason = "  "
        with self.assertRaisesRegex(UserError, "Reason"):
            self.rpc(self.manager, proposal, "action_decline")

    def test_who_takes_a_customer_on_manages_the_team(self):
        proposal = self.ready()
        with self.assertRaisesRegex(AccessError, "manager of the team"):
            self.rpc(self.other_manager, proposal, "action_accept")
        for user in (self.specialist, self.support, self.outsider, self.configurator):
            for method in ("action_accept", "action_decline", "action_approve", "read"):
                with self.subTest(user.login, method=method):
                    with self.assertRaises(AccessError):
                        self.rpc(user, proposal, method)
        self.assertEqual(proposal.state, "open")

    def test_declined_is_not_proposed_again_for_some_months(self):
        proposal = self.proposed(decline_reason="Pays late")
        self.rpc(self.manager, proposal, "action_decline")
        self.assertEqual(
            proposal.declined_until,
            fields.Date.today() + relativedelta(months=6),
        )
        self.identify()
        self.assertEqual(proposal.state, "declined")
        with self.assertRaisesRegex(UserError, "stay as they are"):
            self.rpc(self.manager, proposal, "write", {"decline_reason": "Other"})
        self.env.cr.execute(
            "UPDATE key_account_proposal SET declined_until = current_date - 1"
        )
        proposal.invalidate_recordset()
        self.identify()
        self.assertEqual(proposal.state, "open")

    # -- the director ----------------------------------------------------------

    def test_director_approves_the_strategy_and_names_the_person(self):
        self.company.key_account_approve_strategy = True
        proposal = self.ready()
        self.rpc(self.manager, proposal, "action_accept")
        self.assertEqual(proposal.state, "submitted")
        self.assertFalse(proposal.key_account_id)
        with self.assertRaisesRegex(AccessError, "by a director"):
            self.rpc(self.manager, proposal, "action_approve")
        with self.assertRaisesRegex(AccessError, "by a director"):
            self.rpc(self.manager, proposal, "write", {"user_id": self.manager.id})
        self.identify()
        self.assertEqual(proposal.state, "submitted", "it waits")
        self.rpc(self.director, proposal, "write", {"user_id": self.colleague.id})
        self.rpc(self.director, proposal, "action_approve")
        account = proposal.key_account_id
        self.assertEqual(account.user_id, self.colleague)
        self.assertEqual(account.strategy_approved_by_id, self.director)
        self.assertEqual(proposal.approved_by_id, self.director)
        account.with_user(self.colleague).strategy = "Something else"
        self.assertFalse(account.strategy_approved_by_id)

    def test_who_accepted_does_not_approve(self):
        self.company.key_account_approve_strategy = True
        proposal = self.ready()
        self.rpc(self.director, proposal, "action_accept")
        with self.assertRaisesRegex(AccessError, "another director"):
            self.rpc(self.director, proposal, "action_approve")
        self.rpc(self.general_manager, proposal, "action_approve")
        self.assertEqual(proposal.state, "accepted")

    def test_strategy_is_needed_where_it_is_approved(self):
        self.company.key_account_approve_strategy = True
        proposal = self.proposed(team_id=self.team.id, user_id=self.specialist.id)
        with self.assertRaisesRegex(UserError, "Development strategy"):
            self.rpc(self.manager, proposal, "action_accept")

    def test_a_file_opened_meanwhile_is_named(self):
        proposal = self.ready()
        self.accounts(self.big)
        with self.assertRaisesRegex(ValidationError, "already has the key account"):
            self.rpc(self.manager, proposal, "action_accept")
        self.assertEqual(proposal.state, "open")

    def test_what_became_an_account_is_read_by_its_readers(self):
        proposal = self.ready()
        self.rpc(self.manager, proposal, "action_accept")
        self.env.flush_all()
        self.assertFalse(proposal.with_user(self.other_manager).has_access("read"))
        self.assertTrue(proposal.with_user(self.manager).has_access("read"))
        self.assertTrue(proposal.with_user(self.director).has_access("read"))

    def test_forms(self):
        proposal = self.ready()
        with Form(proposal.with_user(self.manager)) as form:
            form.strategy = "Another"
        self.assertEqual(proposal.strategy, "Another")
        with Form(self.big) as form:
            form.key_account_potential = 4
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(CheckViolation),
            self.env.cr.savepoint(),
        ):
            self.big.key_account_potential = 6
            self.env.flush_all()
