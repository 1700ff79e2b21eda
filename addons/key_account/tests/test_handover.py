"""Accounts change hands: what moves, what stays, who may, and standing in."""

from datetime import timedelta

from freezegun import freeze_time
from lxml import etree

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from .test_next_step import NextStepCase


class HandoverCase(NextStepCase):
    def wizard(self, user=None, accounts=None, **vals):
        """The wizard as the manager fills it in for the colleague."""
        wizard = self.env["key.account.handover"].with_user(user or self.manager)
        accounts = self.account if accounts is None else accounts
        values = {"key_account_ids": [Command.set(accounts.ids)]} if accounts else {}
        return wizard.create(
            {
                "from_user_id": self.specialist.id,
                "to_user_id": self.colleague.id,
                "reason": "Leaves the company",
                **values,
                **vals,
            }
        )

    def lead(self, **vals):
        return self.env["crm.lead"].create(
            {
                "name": "Line 4",
                "type": "opportunity",
                "partner_id": self.customer.id,
                "team_id": self.team.id,
                "user_id": self.specialist.id,
                "company_id": self.company.id,
                **vals,
            }
        )

    def notes(self):
        return " ".join(self.account.message_ids.mapped("body"))

    def day_begins(self):
        """As the scheduled action does it, without what it commits."""
        notices = self.env["key.account.deadline.notice"]
        members = self.env["key.account.member"]
        over = self.env["res.company"]._key_account_before_today("date_to")
        notices._end_stand_ins(members.search(over & notices._limited()))
        notices._let_in(members.search([("temporary", "=", True)]))

    def task_on(self, record, user=None):
        return record.activity_schedule(
            "mail.mail_activity_data_todo", user_id=(user or self.specialist).id
        )


@tagged("post_install", "-at_install")
class TestHandover(HandoverCase):
    def test_what_is_open_moves(self):
        lead = self.lead()
        ahead = self.visit(date_start=fields.Datetime.now() + timedelta(days=3))
        plan = (
            self.env["key.account.plan"]
            .with_user(self.specialist)
            .create(
                {
                    "key_account_id": self.account.id,
                    "kind": "year",
                    "action_ids": [
                        Command.create({"name": "Call", "user_id": self.specialist.id})
                    ],
                }
            )
        )
        person = self.env["key.account.stakeholder"].create(
            {
                "key_account_id": self.account.id,
                "partner_id": self.customer.id,
                "user_id": self.specialist.id,
            }
        )
        risk = self.env["key.account.risk"].create(
            {
                "key_account_id": self.account.id,
                "name": "They pay late",
                "user_id": self.specialist.id,
                "date_due": self.today,
            }
        )
        tasks = self.task_on(self.account) | self.task_on(lead) | self.task_on(plan)
        others = self.task_on(self.account, self.manager)
        wizard = self.wizard()
        self.assertEqual(
            (wizard.opportunity_count, wizard.visit_count, wizard.plan_count), (1, 1, 1)
        )
        self.assertEqual((wizard.stakeholder_count, wizard.risk_count), (1, 1))
        self.assertGreaterEqual(wizard.activity_count, 3)
        wizard.action_hand_over()
        for record in (self.account, lead, ahead, plan, plan.action_ids, person, risk):
            self.assertEqual(record.user_id, self.colleague, record)
        self.assertEqual(tasks.user_id, self.colleague)
        self.assertEqual(others.user_id, self.manager)
        self.assertEqual(lead.team_id, self.team)
        event = self.account.event_ids.filtered(lambda e: e.kind == "owner")[-1:]
        self.assertEqual(event.new_user_id, self.colleague)
        self.assertEqual(event.reason, "Leaves the company")
        note = self.notes()
        self.assertIn("Handed over from Ka Specialist to Ka Colleague", note)
        self.assertIn("Open opportunities: 1", note)
        self.assertFalse(self.account.with_user(self.specialist).has_access("read"))

    def test_what_is_done_stays(self):
        lost = self.lead(name="Line 3")
        reason = self.env["crm.lost.reason"].create({"name": "Price"})
        lost.action_set_lost(lost_reason_id=reason.id)
        held = self.held(days=2)
        missed = self.visit(date_start=fields.Datetime.now() - timedelta(days=1))
        approved = (
            self.env["key.account.plan"]
            .with_user(self.specialist)
            .create({"key_account_id": self.account.id, "kind": "year"})
        )
        approved._write_kept({"state": "approved"})
        order = self.make_order()
        order.action_confirm()
        report = self.task_on(held)
        self.wizard().action_hand_over()
        for record in (lost, held, missed, approved, order):
            self.assertEqual(record.user_id, self.specialist, record)
        self.assertEqual(report.user_id, self.specialist)

    def test_only_what_is_theirs(self):
        lead = self.lead(user_id=self.colleague.id)
        self.account.member_ids = [Command.create({"user_id": self.colleague.id})]
        stranger = self.visit(
            self.colleague, date_start=fields.Datetime.now() + timedelta(days=3)
        )
        self.wizard(to_user_id=self.manager.id).action_hand_over()
        self.assertEqual(lead.user_id, self.colleague)
        self.assertEqual(stranger.user_id, self.colleague)

    def test_all_accounts_of_the_person_by_default(self):
        other = self.account.create(
            {
                "partner_id": self.plain_customer.id,
                "team_id": self.team.id,
                "user_id": self.specialist.id,
            }
        )
        self.assertEqual(
            self.wizard(accounts=self.account.browse()).key_account_ids,
            self.account | other,
        )
        chosen = self.env["key.account.handover"].with_user(self.manager)
        chosen = chosen.with_context(active_model="key.account", active_ids=other.ids)
        wizard = chosen.create({"to_user_id": self.colleague.id})
        self.assertEqual(wizard.from_user_id, self.specialist)
        self.assertEqual(wizard.key_account_ids, other)

    def test_an_archived_customer(self):
        self.customer.active = False
        self.wizard().action_hand_over()
        self.assertEqual(self.account.user_id, self.colleague)

    def test_somebody_who_has_left(self):
        self.specialist.active = False
        self.wizard().action_hand_over()
        self.assertEqual(self.account.user_id, self.colleague)

    def test_all_that_is_in_the_way_in_one_error(self):
        outsider = self.outsider
        outsider.write(
            {
                "company_id": self.other_company.id,
                "company_ids": [Command.set(self.other_company.ids)],
            }
        )
        outsider.active = False
        with self.assertRaises(UserError) as refusal:
            self.wizard(to_user_id=outsider.id).action_hand_over()
        for words in ("is archived", "no role Specialist", "East Precision"):
            self.assertIn(words, str(refusal.exception))
        self.assertEqual(self.account.user_id, self.specialist)

    # ------------------------------------------------------------
    # STANDING IN
    # ------------------------------------------------------------

    def test_stand_in(self):
        lead = self.lead()
        self.assertFalse(self.lines(self.colleague))
        self.wizard(
            kind="away",
            date_from=self.today,
            date_to=self.today + timedelta(days=7),
        ).action_hand_over()
        self.assertEqual(self.account.user_id, self.specialist)
        self.assertEqual(lead.user_id, self.specialist)
        self.assertTrue(self.account.with_user(self.colleague).has_access("read"))
        found = self.lines(self.colleague, mine=True)
        self.assertEqual(found.user_id, self.specialist)
        self.assertIn("stands in for", self.notes())

    def test_stand_in_begins_and_ends_with_the_day(self):
        first = self.today + timedelta(days=2)
        self.wizard(
            kind="away", date_from=first, date_to=first + timedelta(days=1)
        ).action_hand_over()
        account = self.account.with_user(self.colleague)
        self.assertFalse(account.has_access("read"), "not yet")
        for ahead, open_ in ((2, True), (3, True), (4, False)):
            with freeze_time(fields.Datetime.now() + timedelta(days=ahead)):
                self.day_begins()
                self.env.flush_all()
                self.env.invalidate_all()
                self.assertEqual(account.has_access("read"), open_, ahead)
        self.assertFalse(self.account.member_ids)

    def test_who_is_on_the_team_stays_on_it(self):
        self.account.member_ids = [Command.create({"user_id": self.colleague.id})]
        self.wizard(
            kind="away", date_from=self.today, date_to=self.today
        ).action_hand_over()
        member = self.account.member_ids
        self.assertEqual(member.stands_in_for_id, self.specialist)
        with freeze_time(fields.Datetime.now() + timedelta(days=2)):
            self.day_begins()
        self.assertEqual(self.account.member_ids, member)
        self.assertFalse(member.stands_in_for_id)

    def test_stand_in_needs_days(self):
        with self.assertRaisesRegex(UserError, "from which day"):
            self.wizard(kind="away", date_from=self.today).action_hand_over()

    # ------------------------------------------------------------
    # MANY
    # ------------------------------------------------------------

    def test_ten_times_the_accounts(self):
        """Two sizes: a batch costs few queries more where it is ten times as large."""

        def cost(count):
            partners = self.env["res.partner"].create(
                [{"name": f"Works {count} {n}"} for n in range(count)]
            )
            accounts = self.account.create(
                [
                    {
                        "partner_id": partner.id,
                        "team_id": self.team.id,
                        "user_id": self.specialist.id,
                    }
                    for partner in partners
                ]
            )
            for account in accounts:
                self.lead(partner_id=account.partner_id.id)
                self.task_on(account)
            wizard = self.wizard(accounts=accounts)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            wizard.action_hand_over()
            self.env.flush_all()
            self.assertEqual(accounts.opportunity_ids.user_id, self.colleague)
            return self.cr.sql_log_count - before

        cost(2)
        few, many = cost(3), cost(30)
        self.assertLess(many - few, 27 * 7, (few, many))


@tagged("post_install", "-at_install")
class TestHandoverCanvass(HandoverCase):
    """Markets and next steps of the street go with the accounts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.market = cls._market("East Gate Market")
        cls.promised = cls._enter(
            "Lucky Hardware",
            market_id=cls.market.id,
            next_step="Ring them",
            next_date=cls.today,
        )
        cls.env.flush_all()

    @classmethod
    def _market(cls, name, user=None, **values):
        markets = cls.env["key.account.market"].with_user(user or cls.specialist)
        return markets.create({"name": name, **values}).with_env(cls.env)

    @classmethod
    def _enter(cls, name, user=None, **values):
        entries = cls.env["key.account.canvass"].with_user(user or cls.specialist)
        return entries.create({"name": name, **values}).with_env(cls.env)

    def left_behind(self, model):
        """What the manager's filter finds."""
        view = self.env[model].get_view(view_type="search")["arch"]
        domain = etree.fromstring(view).xpath("//filter[@name='filter_left']/@domain")
        records = self.env[model].with_user(self.manager)
        return records.search(safe_eval(domain[0]))

    def due(self, user):
        return self.lines(user, mine=True).filtered(
            lambda line: line.res_model == "key.account.canvass"
        )

    def test_the_street_moves(self):
        """Whoever takes over has it on My Day and in the week's plan, and can open it;
        who has entered it stays."""
        beside = self._market("West", self.manager, member_ids=self.specialist.ids)
        done = self._enter("Done", next_step="Call", next_date=self.today)
        done.action_next_done()
        self.promised.day_id.action_hand_in()
        self.assertEqual(self.due(self.specialist).res_id, self.promised.id)
        wizard = self.wizard()
        self.assertTrue(wizard.canvassing)
        self.assertEqual(wizard.market_ids, self.market | beside)
        self.assertEqual((wizard.market_count, wizard.canvass_count), (2, 1))
        wizard.action_hand_over()
        self.env.invalidate_all()
        self.assertEqual(self.market.user_id, self.colleague)
        self.assertEqual(beside.user_id, self.manager)
        self.assertEqual(beside.member_ids, self.colleague)
        self.assertEqual(self.promised.user_id, self.specialist)
        self.assertFalse(done.next_user_id)
        self.assertFalse(self.due(self.specialist))
        self.assertEqual(self.due(self.colleague).res_id, self.promised.id)
        for record in (self.promised, self.promised.day_id, self.market):
            record.with_user(self.colleague).read(["display_name"])
        self.promised.with_user(self.colleague).action_next_done()
        self.assertFalse(self.due(self.colleague))
        told = self.env["mail.message"].search(
            [("partner_ids", "in", self.colleague.partner_id.ids)], limit=1
        )
        self.assertIn("East Gate Market", told.body)

    def test_the_weeks_plan_names_it(self):
        next_week = self.today + timedelta(days=7)
        entry = self._enter("Bright Tools", next_step="Offer", next_date=next_week)
        self.wizard().action_hand_over()
        for user, found in ((self.specialist, 0), (self.colleague, 1)):
            weeks = self.env["key.account.canvass.week"].with_user(user)
            week = weeks.create({})
            self.assertEqual(week.next_step_ids.ids, entry.ids * found)

    def test_some_accounts_only(self):
        """Whoever stays and hands over one account keeps the market."""
        self.account.create(
            {
                "partner_id": self.plain_customer.id,
                "team_id": self.team.id,
                "user_id": self.specialist.id,
            }
        )
        wizard = self.wizard()
        self.assertFalse(wizard.canvassing)
        wizard.action_hand_over()
        self.assertEqual(self.market.user_id, self.specialist)
        self.assertFalse(self.promised.next_user_id)

    def test_one_market_of_two(self):
        """Next steps in a market that stays with them stay, too."""
        kept = self._market("Kept")
        entry = self._enter("A", market_id=kept.id, next_date=self.today)
        self.wizard(market_ids=[Command.set(self.market.ids)]).action_hand_over()
        self.assertEqual(kept.user_id, self.specialist)
        self.assertFalse(entry.next_user_id)
        self.assertEqual(self.promised.next_user_id, self.colleague)

    def test_nothing_is_left_to_somebody_who_has_left(self):
        """The manager finds what is still theirs, and hands over markets without an
        account, and next steps that had been taken over already."""
        self.account.user_id = self.manager
        taken = self._enter("B", self.manager, next_date=self.today)
        taken.sudo()._pass_on_next_step(self.specialist)
        models = ("key.account.market", "key.account.canvass")
        for model in models:
            self.assertFalse(self.left_behind(model), model)
        self.specialist.active = False
        self.assertEqual(self.left_behind(models[0]).ids, self.market.ids)
        self.assertEqual(
            self.left_behind(models[1]).sorted("id").ids, [self.promised.id, taken.id]
        )
        self.wizard(accounts=self.account.browse()).action_hand_over()
        self.env.invalidate_all()
        for model in models:
            self.assertFalse(self.left_behind(model), model)
        self.assertEqual(len(self.due(self.colleague)), 2)
        day = self.promised.day_id.with_user(self.colleague)
        self.assertTrue(day.may_hand_in)
        day.action_hand_in()
        self.assertEqual(day.state, "handed_in")

    def test_ten_times_the_next_steps(self):
        def cost(count):
            for number in range(count):
                self._enter(f"{count} {number}", next_date=self.today)
            wizard = self.wizard(accounts=self.account.browse(), market_ids=False)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            wizard.action_hand_over()
            self.env.flush_all()
            return self.cr.sql_log_count - before

        self.account.user_id = self.manager
        cost(2)
        few, many = cost(3), cost(30)
        self.assertLess(many - few, 30, (few, many))
