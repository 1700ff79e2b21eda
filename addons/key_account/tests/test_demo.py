"""What the demo tells hangs together, whatever day it is told on. It is told as a whole
by ``make demo``; here are the parts that need no database full of it."""

import csv
import inspect

from odoo.tests import TransactionCase, new_test_user, tagged
from odoo.tools.misc import file_open

from ..demo import agency, cast, complaints, openings, tenders
from ..demo.department import TEAMS
from ..demo.earlier_invoices import months_of
from ..demo.history import EVERY, FIRST, LAST, visited_on
from ..demo.history_cast import CUSTOMERS, SALES
from ..demo.history_told import told_before
from ..demo.occasions import OCCASIONS
from ..rules.templates import TEMPLATES

WORKDAYS_OF_A_MONTH = 21.7


def days_of(account):
    """From when until when somebody is a customer, in working days from today."""
    came, gone = account.since, 1
    for day, method, _arguments in account.states:
        came = day if method == "action_activate" else came
        gone = day if method == "action_lose" else gone
    return came, gone


@tagged("post_install", "-at_install")
class TestDemo(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accounts = {each.code: each for each in (*cast.ACCOUNTS, *CUSTOMERS)}
        with file_open("key_account/demo/res.partner.csv") as file:
            cls.partners = {row["id"] for row in csv.DictReader(file)}

    def test_people_begin_with_their_day(self):
        """Colleagues do, on the first page of the app; customers have their portal."""
        colleague = new_test_user(
            self.env, "c@example.com", "key_account.group_appraiser"
        )
        customer = new_test_user(self.env, "d@example.com", "base.group_portal")
        self.env["ir.model.data"].create(
            [
                {
                    "module": "key_account",
                    "model": "res.users",
                    "name": f"demo_user_test_{user.id}",
                    "res_id": user.id,
                }
                for user in (colleague, customer)
            ]
        )
        self.env["key.account.demo"]._begin_with_my_day()
        self.assertFalse(customer.action_id)
        first = self.env.ref("key_account.menu_root").action
        self.assertEqual(colleague.action_id.id, first.id)

    def test_everybody_of_the_story_is_in_the_file_of_contacts(self):
        for account in (*self.accounts.values(), agency.AGENT, agency.CANDIDATE):
            self.assertIn(f"demo_partner_{account.code}", self.partners)
            for person in account.people:
                name = f"demo_partner_{account.code}_{person.code}"
                self.assertIn(name, self.partners)

    def test_whoever_has_an_account_is_of_its_department(self):
        for account in self.accounts.values():
            self.assertIn(account.user, TEAMS[account.team]["members"], account.code)

    def test_every_template_has_a_team_at_work(self):
        told = "".join(map(inspect.getsource, (agency, complaints, openings, tenders)))
        others = [code for code in TEMPLATES if code != "eight_steps"]
        self.assertEqual(len(others), 4)
        for code in others:
            self.assertIn(f'"{code}"', told)

    def test_rounds_call_on_customers_alone(self):
        called_on = set()
        customers = [each for each in cast.ACCOUNTS if each.since]
        customers += [each for each in CUSTOMERS if each.states]
        for account in customers:
            for day in range(FIRST, LAST, EVERY):
                if visited_on(account, day):
                    came, gone = days_of(account)
                    self.assertTrue(came < day, account.code)
                    self.assertTrue(day < gone or gone == 1, account.code)
                    called_on.add(account.code)
        self.assertEqual(called_on, {each.code for each in customers})

    def test_customers_are_invoiced_while_they_are_ours(self):
        for code, sold in SALES.items():
            _came, gone = days_of(self.accounts[code])
            for months, amount in months_of(sold):
                self.assertGreater(amount, 0, code)
                self.assertLess(-months * WORKDAYS_OF_A_MONTH, gone + 25, code)

    def test_complaints_come_from_customers_and_end(self):
        for told in told_before():
            came, gone = days_of(self.accounts[told.account])
            days = [day for day, _hour, _step in told.steps]
            self.assertEqual(days, sorted(days), told.name)
            self.assertTrue(came < days[0] < gone, told.name)
            self.assertEqual(told.steps[-1][2], "resolve")

    def test_occasions_of_all_kinds_lie_behind_and_ahead(self):
        kinds = {(each.purpose, each.day >= 0) for each in OCCASIONS}
        for purpose in ("sponsor", "survey", "audit"):
            self.assertLessEqual({(purpose, False), (purpose, True)}, kinds)
        self.assertTrue(any(each.method == "reception" for each in OCCASIONS))
        for each in OCCASIONS:
            self.assertEqual(bool(each.summary), each.day < 0, each.code)

    def test_some_are_lost_in_each_of_the_two_years(self):
        lost = [days_of(each)[1] for each in CUSTOMERS if days_of(each)[1] < 0]
        self.assertTrue(any(day < -260 for day in lost))
        self.assertTrue(any(day > -260 for day in lost))
