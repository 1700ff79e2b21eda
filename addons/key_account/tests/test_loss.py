"""Customers without an order for long: who is proposed, and what is decided."""

from datetime import timedelta
from unittest.mock import patch

from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .test_value_class import GradingCommon


class LossCommon(GradingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = cls.company._key_account_today()
        policies = cls.env["key.account.policy"]._by_grade(cls.company)
        policies[cls.company.id, False].write({"dormant_months": 6, "lost_months": 12})
        cls.env.flush_all()

    @classmethod
    def aged(cls, accounts, months=60):
        """These files were opened, and became what they are, so long ago."""
        cls.env.flush_all()
        day = cls.today - relativedelta(months=months)
        cls.env.cr.execute(
            "UPDATE key_account_event SET date = %s WHERE key_account_id = ANY(%s)",
            [day, accounts.ids],
        )
        cls.env.cr.execute(
            "UPDATE key_account SET create_date = %s, won_date = %s WHERE id = ANY(%s)",
            [day, day, accounts.ids],
        )
        cls.env.invalidate_all()
        return accounts

    @classmethod
    def customer_of(cls, name, months_ago=None, state="active", **order):
        partner = cls.env["res.partner"].create({"name": name, "is_company": True})
        account = cls.accounts(partner, "active")
        if state == "lost":
            account.action_lose("Moved")
        else:
            account._write_kept({"state": state})
        cls.aged(account)
        if months_ago is not None:
            cls.sell(partner, months_ago=months_ago, **order)
        return account

    def propose(self):
        accounts = self.env["key.account"].sudo()
        accounts.search([("company_id", "=", self.company.id)])._propose_losses()
        return self.losses()

    def losses(self, state="open"):
        return self.env["key.account.loss"].search(
            [("company_id", "=", self.company.id), ("state", "=", state)]
        )

    def loss(self, months_ago=8, **kwargs):
        account = self.customer_of("Silent", months_ago, **kwargs)
        return self.propose().filtered(lambda each: each.key_account_id == account)


@tagged("post_install", "-at_install")
class TestLoss(LossCommon):
    # -- who is proposed -------------------------------------------------------

    def test_proposed_with_the_figures(self):
        self.customer_of("Buys", 5)
        silent = self.customer_of("Silent", 8, quantity=3)
        child = self.env["res.partner"].create(
            {"name": "Plant", "parent_id": silent.partner_id.id}
        )
        self.sell(child, 2, months_ago=10)
        self.sell(silent.partner_id, 50, months_ago=21)
        found = self.propose()
        self.assertEqual(found.key_account_id, silent)
        self.assertEqual((found.kind, found.state), ("dormant", "open"))
        day = self.company._key_account_day(
            fields.Datetime.now() - relativedelta(months=8)
        )
        self.assertEqual((found.last_order_on, found.since), (day, day))
        self.assertEqual((found.months, found.limit_months), (8, 6))
        self.assertEqual(found.revenue, 5_000, "twelve months up to the last order")
        self.assertEqual(found.proposed_on, self.today)
        self.assertEqual(silent.state, "active", "nothing changes by itself")

    def test_kind_by_state_and_months(self):
        expected = {
            self.customer_of("Active, a year", 13): "lost",
            self.customer_of("Dormant, half a year", 8, "dormant"): None,
            self.customer_of("Dormant, a year", 13, "dormant"): "lost",
            self.customer_of("Trial, half a year", 8, "trial"): None,
            self.customer_of("Trial, a year", 13, "trial"): "lost",
            self.customer_of("Candidate", 13, "candidate"): None,
            self.customer_of("Lost", 13, "lost"): None,
            self.customer_of("Never ordered"): "lost",
        }
        found = {each.key_account_id: each.kind for each in self.propose()}
        for account, kind in expected.items():
            self.assertEqual(found.get(account), kind, account.name)

    def test_who_never_ordered_counts_from_the_day_they_became_a_customer(self):
        account = self.customer_of("New")
        for months, kind in ((5, False), (7, "dormant"), (13, "lost")):
            self.aged(account, months)
            self.assertEqual(self.propose().kind, kind)
        self.assertFalse(self.losses().last_order_on)

    def test_a_return_starts_to_count_anew(self):
        account = self.customer_of("Back", 20, "lost")
        account.with_user(self.manager).action_activate()
        self.assertFalse(self.propose())

    def merged(self, old, state="candidate"):
        """That file merged into one that was opened a month ago, with its orders."""
        partner = self.env["res.partner"].create({"name": "Twice", "is_company": True})
        account = self.accounts(partner, "candidate")
        if state != "candidate":
            account._write_kept({"state": state})
        self.aged(account, 1)
        both = old.partner_id | partner
        self.env["base.partner.merge.automatic.wizard"].with_context(
            active_model="res.partner", active_ids=both.ids
        ).create({"dst_partner_id": partner.id}).action_merge()
        self.env.invalidate_all()
        self.env.flush_all()
        return account

    def test_a_merger_starts_nothing_anew(self):
        """Ordered eight months ago, six are dormant: also of the file that stays, which
        was a candidate's, and is active by the merger alone."""
        account = self.merged(self.customer_of("Ordered", 8))
        self.assertEqual(account.state, "active")
        found = self.propose()
        self.assertEqual(found.key_account_id, account)
        self.assertEqual((found.kind, found.months), ("dormant", 8))

    def test_who_never_ordered_counts_from_the_first_file(self):
        """A customer for seven months by the file that was merged away."""
        old = self.aged(self.customer_of("Never ordered"), 7)
        self.merged(old)
        self.assertEqual((self.propose().kind, self.losses().months), ("dormant", 7))

    def test_a_return_in_either_file_counts(self):
        """Back by a manager's word today, then merged into one that is lost."""
        back = self.customer_of("Back", 20, "lost")
        back.with_user(self.manager).action_activate()
        account = self.merged(back)
        self.assertEqual(account.state, "active")
        self.assertFalse(self.propose())

    def test_declined_of_a_file_is_declined_of_the_customer(self):
        """Declined for three months: nobody is asked again for having merged it."""
        loss = self.loss()
        loss.with_user(self.manager).write({"reason": "They wait for a permit."})
        loss.with_user(self.manager).action_decline()
        account = self.merged(loss.key_account_id)
        self.assertEqual(account.state, "active")
        self.assertFalse(self.propose())

    def test_orders_in_other_companies_and_quotations_do_not_count(self):
        account = self.customer_of("Elsewhere", 8)
        order = self.sell(account.partner_id)
        self.env.cr.execute(
            "UPDATE sale_order SET company_id = %s, key_account_id = NULL"
            " WHERE id = %s",
            [self.other_company.id, order.id],
        )
        order.invalidate_recordset()
        self.make_order(partner=account.partner_id)
        self.assertEqual(self.propose().key_account_id, account)

    def test_the_day_is_the_company_s(self):
        """At the last minutes of a day in Shanghai the day in UTC is the same, after
        its midnight it is not."""
        self.company.resource_calendar_id.tz = "Asia/Shanghai"
        self.env.registry.clear_cache()
        account = self.customer_of("East")
        order = self.sell(account.partner_id)
        self.env.cr.execute(
            "UPDATE sale_order SET date_order = %s WHERE id = %s",
            ["2025-03-31 16:30:00", order.id],
        )
        order.invalidate_recordset()
        told = account._long_without_order()[account.id]
        self.assertEqual(str(told[3]), "2025-04-01")

    def test_policy_of_the_importance_and_zero_is_never(self):
        account = self.customer_of("Important", 8)
        account._write_kept({"grade": "A"})
        policies = self.env["key.account.policy"]._own_of(self.company)
        policy = policies.filtered(lambda p: p.grade == "A")
        policy.write({"lost_months": 12, "dormant_months": 9})
        self.assertFalse(self.propose())
        policy.dormant_months = 7
        self.assertEqual(self.propose().limit_months, 7)
        policy.write({"lost_months": 0, "dormant_months": 0})
        self.assertFalse(self.propose())

    def test_run_again_writes_nothing(self):
        self.loss()

        def rows():
            self.env.flush_all()
            self.env.cr.execute("SELECT id, ctid FROM key_account_loss ORDER BY id")
            return self.env.cr.fetchall()

        before = rows()
        self.propose()
        self.assertEqual(rows(), before)

    def test_the_job_goes_through_all(self):
        account = self.customer_of("Silent", 8)
        cron = type(self.env["ir.cron"])
        with patch.object(cron, "_commit_progress", return_value=True):
            self.env["key.account"]._cron_propose_losses()
        self.assertIn(account, self.losses().key_account_id)

    # -- an order comes --------------------------------------------------------

    def test_an_order_takes_the_question_away_at_once(self):
        loss = self.loss(13)
        order = self.make_order(partner=loss.key_account_id.partner_id)
        order.with_user(self.specialist).action_confirm()
        self.assertEqual(loss.state, "lapsed")
        self.assertFalse(self.propose())

    def test_an_order_nobody_saw_takes_it_away_with_the_next_run(self):
        loss = self.loss()
        self.sell(loss.key_account_id.partner_id)
        self.assertFalse(self.propose())
        self.assertEqual(loss.state, "lapsed")

    def test_from_dormant_to_lost_it_is_asked_anew(self):
        loss = self.loss(8)
        self.env.cr.execute(
            "UPDATE sale_order SET date_order = date_order - INTERVAL '5 months'"
            " WHERE key_account_id = %s",
            loss.key_account_id.ids,
        )
        self.env.invalidate_all()
        again = self.propose()
        self.assertEqual((loss.state, again.kind), ("lapsed", "lost"))

    def test_decided_elsewhere_it_is_asked_no_more(self):
        loss = self.loss(8)
        loss.key_account_id.with_user(self.manager).action_mark_dormant()
        self.assertEqual(loss.state, "lapsed")
        other = self.customer_of("Archived", 8)
        asked = self.propose().filtered(lambda each: each.key_account_id == other)
        other.with_user(self.manager).write({"active": False})
        self.assertEqual(asked.state, "lapsed")

    # -- the manager -----------------------------------------------------------

    def test_accepted_as_lost_with_reason_and_day(self):
        loss = self.loss(13)
        day = self.today - timedelta(days=40)
        with Form(loss.with_user(self.manager)) as form:
            form.reason = "Moved abroad"
            form.happened_on = day
        self.rpc(self.manager, loss, "action_accept")
        account = loss.key_account_id
        self.assertEqual(
            (account.state, account.lost_reason, account.lost_date),
            ("lost", "Moved abroad", day),
        )
        self.assertEqual((loss.state, loss.decided_by_id), ("accepted", self.manager))
        event = account.event_ids.sorted("id")[-1]
        self.assertEqual((event.new_state, event.date), ("lost", day))

    def test_accepted_as_dormant_is_dated_in_the_history(self):
        loss = self.loss(8)
        loss.with_user(self.manager).reason = "Their line stands still"
        self.rpc(self.manager, loss, "action_accept")
        account = loss.key_account_id
        self.assertEqual(account.state, "dormant")
        event = account.event_ids.sorted("id")[-1]
        self.assertEqual(
            (event.new_state, event.reason), ("dormant", "Their line stands still")
        )
        self.assertFalse(self.propose(), "dormant by now, lost not yet")

    def test_declined_and_asked_again_after_the_months(self):
        loss = self.loss(13)
        loss.with_user(self.manager).write({"reason": "Project", "ask_again_months": 2})
        self.rpc(self.manager, loss, "action_decline")
        self.assertEqual(loss.state, "declined")
        self.assertEqual(loss.ask_again_on, self.today + relativedelta(months=2))
        self.assertEqual(loss.key_account_id.state, "active")
        self.assertFalse(self.propose())
        loss._write_kept({"ask_again_on": self.today})
        self.assertEqual(self.propose().key_account_id, loss.key_account_id)
        self.assertEqual(loss.state, "declined", "what was decided stays")

    def test_reason_and_day_are_asked_for(self):
        loss = self.loss(13)
        for act in ("action_accept", "action_decline"):
            with self.assertRaisesRegex(UserError, "Say the reason first") as refusal:
                self.rpc(self.manager, loss, act)
            # The form marks it, and opens no dialog over it.
            names = refusal.exception.context["key_account_missing"]
            self.assertEqual(names, ["reason"])
        loss.reason = "Moved"
        loss.happened_on = self.today + timedelta(days=1)
        with self.assertRaisesRegex(UserError, "has not come yet"):
            self.rpc(self.manager, loss, "action_accept")
        loss.happened_on = loss.last_order_on - timedelta(days=1)
        with self.assertRaisesRegex(ValidationError, "ordered on"):
            self.rpc(self.manager, loss, "action_accept")
        self.assertEqual((loss.state, loss.key_account_id.state), ("open", "active"))

    def test_next_step_of_the_manager(self):
        loss = self.loss(13)
        self.env.flush_all()
        lines = self.env["key.account.next.step.line"]
        domain = [("key_account_id", "=", loss.key_account_id.id)]
        for user, mine in ((self.manager, True), (self.specialist, False)):
            self.env.invalidate_all()
            found = lines.with_user(user).search(domain)
            line = found.filtered(lambda each: each.step_id.code == "loss")
            self.assertEqual((line.mine, line.user_id), (mine, self.manager))
            self.assertIn("12 months", line.reason)
        self.assertFalse(lines.with_user(self.other_manager).search(domain))
        action = line.with_user(self.manager).action_open()
        self.assertEqual((action["res_model"], action["res_id"]), (loss._name, loss.id))

    def test_same_number_of_queries_for_ten_times_as_many(self):
        def queries(number):
            partners = self.customers(number, f"Many {number}")
            accounts = self.aged(self.accounts(partners))
            self.stock_asks_nothing()
            self.env.cr.execute(
                """
                INSERT INTO sale_order (name, company_id, partner_id, state, date_order,
                       amount_untaxed, currency_rate, currency_id, partner_invoice_id,
                       partner_shipping_id, key_account_id)
                SELECT 'H', %s, a.partner_id, 'sale',
                       now() AT TIME ZONE 'UTC' - INTERVAL '13 months', 9000, 1, %s,
                       a.partner_id, a.partner_id, a.id
                  FROM key_account a, generate_series(1, 5) WHERE a.id = ANY(%s)
                """,
                [self.company.id, self.company.currency_id.id, accounts.ids],
            )
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            accounts.sudo()._propose_losses()
            self.env.flush_all()
            count = self.env.cr.sql_log_count - start
            asked = self.losses().filtered(lambda x: x.key_account_id in accounts)
            self.assertEqual(len(asked), number)
            self.assertEqual(asked.mapped("revenue"), [45_000] * number)
            return count

        queries(2)
        self.assertEqual(queries(5), queries(50))

    def test_not_decided_by_who_may_not(self):
        loss = self.loss(13)
        loss.reason = "Moved"
        for user in (self.specialist, self.support, self.other_manager, self.outsider):
            for act in ("action_accept", "action_decline"):
                with self.subTest(user.login), self.assertRaises(AccessError):
                    self.rpc(user, loss, act)
        self.assertEqual(loss.state, "open")
        self.rpc(self.director, loss, "action_accept")
        self.assertEqual(loss.key_account_id.state, "lost")
