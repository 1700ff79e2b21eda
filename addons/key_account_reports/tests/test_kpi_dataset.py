"""The data set of ``readme/FIGURES.rst``, built as its tables say it, and every figure
that they tell."""

import re
from datetime import date, datetime, timedelta
from pathlib import Path

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import UserError
from odoo.modules import get_module_path
from odoo.tests import TransactionCase, tagged
from odoo.tools.safe_eval import safe_eval

from .common import without_figures
from .test_kpi_catalogue import CatalogueCase
from .test_kpi_sales import SalesCase
from .test_kpi_service import ServiceActs

NOW = "2026-04-20 06:00:00"
PERIODS = {
    "Q1": ("quarter", date(2025, 4, 1)),
    "Q2": ("quarter", date(2025, 7, 1)),
    "Q3": ("quarter", date(2025, 10, 1)),
    "July": ("month", date(2025, 7, 1)),
    "Aug": ("month", date(2025, 8, 1)),
    "year": ("year", date(2025, 7, 1)),
}
# Deals that are given to somebody else, as the document says it.
GIVEN = {
    "D3": ("2025-09-30", "Bo"),
    "D8": ("2025-08-28", "Bo"),
    "D9": ("2025-09-10", "Ann"),
}
QUESTIONS = {
    "plants": {"weight": 3, "required": True},
    "buyers": {"weight": 2, "required": True, "validity_months": 2},
    "more": {"weight": 4, "required": False},
}
_ARITHMETIC = re.compile(r"[\d.+\-*/() ]+")


def document():
    path = Path(get_module_path("key_account_reports"), "readme", "FIGURES.rst")
    return path.read_text(encoding="utf-8")


def tables(text):
    """All simple tables, as lists of ``{heading: cell}``; a row without a first cell
    goes on with the one before."""
    found, lines = [], [line.strip() for line in text.splitlines()]
    borders = [index for index, line in enumerate(lines) if re.match(r"==+ +=", line)]
    for top, _middle, bottom in zip(*(borders[n::3] for n in range(3)), strict=True):
        spans = [match.span() for match in re.finditer("=+", lines[top])]
        cells = [
            [
                line[start:end].strip()
                for start, end in [*spans[:-1], (spans[-1][0], 999)]
            ]
            for line in text_lines(text)[top + 1 : bottom]
            if not line.strip().startswith("==")
        ]
        heads, rows = cells[0], []
        for row in cells[1:]:
            if row[0]:
                rows.append(row)
            else:
                rows[-1] = [
                    f"{one} {more}".strip()
                    for one, more in zip(rows[-1], row, strict=True)
                ]
        found.append([dict(zip(heads, row, strict=True)) for row in rows])
    return found


def text_lines(text):
    """Without what indents a table of its own."""
    return [line.removeprefix("   ") for line in text.splitlines()]


def number(words):
    """What arithmetic as a reader writes it comes to."""
    words = re.sub(r"(?<=\d) (?=\d{3}(\D|$))", "", words)
    for written, meant in (("−", "-"), ("×", "*"), ("÷", "/")):
        words = words.replace(written, meant)
    assert _ARITHMETIC.fullmatch(words), words
    return float(safe_eval(words))


@tagged("post_install", "-at_install")
class TestKpiDataset(ServiceActs, SalesCase, CatalogueCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(NOW))
        without_figures(cls.env)
        cls.company.write({"fiscalyear_last_month": "3", "fiscalyear_last_day": 31})
        (
            cls.documents,
            cls.settled,
            cls.signed,
            cls.visits,
            cls.told,
            cls.deals,
            cls.decisions,
            cls.profiles,
            cls.figures_told,
        ) = tables(document())
        cls.people = {
            "Ann": cls.specialist,
            "Bo": cls.colleague,
            "Cai": cls._user("ka_cai", "key_account.group_specialist"),
            "Dan": cls._user("ka_dan", "key_account.group_specialist"),
            "Mei": cls.manager,
            "Gao": cls.director,
        }
        cls.south = cls._open_team("South", cls.manager)
        cls.west = cls._open_team("West", cls.other_manager)
        cls.teams = {"North": cls.team, "South": cls.south, "West": cls.west}
        cls.subjects = {**cls.people, **cls.teams}
        cls.set_hours()
        cls._ask_questions()
        cls._limit_steps()
        cls._open_accounts()

    def setUp(self):
        super().setUp()
        self.feedback = {}
        self._tell_until("2025-08-15")
        self._hand_over_beta()
        self._tell_until("2025-12-31")
        self._sell()
        self._settle_all()
        self._sign_all()
        self._visit_all()
        self._tell_all()
        self._deliver_ask_and_spend()
        self._plan()
        self._grade()
        self._answer_questions()
        self._decide_all()
        self._go_through_deals()
        self._merge_files()
        self.env.flush_all()
        self.env.invalidate_all()

    # ---------------------------------------- accounts

    @classmethod
    def _open_team(cls, name, manager):
        return cls.env["crm.team"].create(
            {
                "name": name,
                "company_id": cls.company.id,
                "is_key_account": True,
                "key_account_manager_ids": [Command.set(manager.ids)],
            }
        )

    @classmethod
    def _ask_questions(cls):
        """No others: accounts that are opened are asked for these."""
        questions = cls.env["key.account.survey.question"]
        questions.search([]).active = False
        cls.questions = {
            name: questions.create({"name": name, "company_id": cls.company.id, **vals})
            for name, vals in QUESTIONS.items()
        }

    @classmethod
    def _limit_steps(cls):
        """The first step of North has no deadline."""
        first, offer, check = cls.stages[:3]
        cls.steps = {"Offer": offer, "Check": check}
        for step, role, days in (
            (first, "specialist", 0),
            (offer, "specialist", 2),
            (check, "manager", 1),
        ):
            step.write(
                {"responsible_role": role, "time_limit": days, "time_unit": "days"}
            )

    @classmethod
    def _open_accounts(cls):
        ann, bo = cls.specialist, cls.colleague
        bo_helps = Command.create({"user_id": bo.id})
        make = cls.make_account
        cls.accounts = {
            "Alpha": make("Alpha", "2023-05-04", ann, state="active"),
            "Beta": make("Beta", "2024-04-02", ann, state="active"),
            "Gamma": make("Gamma", "2024-04-02", bo, state="active"),
            "Delta": make("Delta", "2025-05-10", bo),
            "Epsilon": make("Epsilon", "2025-08-01", ann),
            "Eta": make(
                "Eta",
                "2023-03-01",
                cls.people["Dan"],
                state="active",
                team_id=cls.west.id,
            ),
            "Zeta": make("Zeta", "2025-07-15", cls.people["Cai"], team_id=cls.west.id),
        }
        # Rows are made when the transaction began, whatever the clock says.
        cls.env.flush_all()
        cls.env.cr.execute(
            "UPDATE key_account_survey_answer answer SET create_date = account.opened"
            "  FROM (SELECT key_account_id, MIN(date) AS opened"
            "          FROM key_account_event GROUP BY key_account_id) account"
            " WHERE account.key_account_id = answer.key_account_id"
            "   AND answer.key_account_id = ANY(%s)",
            [[account.id for account in cls.accounts.values()]],
        )
        cls.double = cls.env["res.partner"].create(
            {"name": "Alpha Ltd", "is_company": True}
        )
        beta, gamma, delta = (cls.accounts[x] for x in ("Beta", "Gamma", "Delta"))
        for moment, act in (
            ("2025-07-01", lambda: beta.write({"member_ids": [bo_helps]})),
            ("2025-07-20", lambda: gamma.action_lose("Price", "2025-07-10")),
            ("2025-07-20", lambda: delta._become_interested("Their need is known")),
            ("2025-09-01", lambda: delta.write({"team_id": cls.south.id})),
            ("2025-09-05", lambda: delta._set_won(date(2025, 9, 5))),
            ("2025-09-05", delta.action_activate),
            ("2026-02-05", lambda: gamma.with_user(cls.manager).action_reopen()),
            ("2026-02-05", gamma.action_activate),
        ):
            with freeze_time(f"{moment} 02:30:00"):
                act()
                cls.env.flush_all()

    def _hand_over_beta(self):
        """Ann goes on helping with it."""
        beta, ann = self.accounts["Beta"], self.specialist
        with freeze_time("2025-08-15 02:30:00"):
            beta.user_id = self.colleague
            beta.member_ids = [Command.create({"user_id": ann.id})]
            self.env.flush_all()

    def _tell_until(self, day):
        """What customers said before this day."""
        for index, row in enumerate(self.told):
            if row["Received"] < day and index not in self.feedback:
                self.feedback[index] = self.tell(
                    f"{row['Received']} 02:00:00",
                    self.accounts[row["Account"]],
                    row["Kind"],
                )

    # ---------------------------------------- documents

    def _sell(self):
        """Dollars are 7, later 8; what is billed by orders is what is signed, too."""
        dollar = self.env.ref("base.USD")
        dollar.active = True
        self.company.currency_id = self.env.ref("base.CNY")
        # The first one is everybody's, in whatever currency it is.
        pricelists = self.env["product.pricelist"]
        pricelists.create({"name": "CNY", "company_id": self.company.id, "sequence": 0})
        self.env["res.currency.rate"].create(
            [
                {
                    "currency_id": dollar.id,
                    "company_id": self.company.id,
                    "name": day,
                    "inverse_company_rate": rate,
                }
                for day, rate in (("2024-01-01", 7), ("2025-09-01", 8))
            ]
        )
        self.dollars = pricelists.create(
            {"name": "USD", "currency_id": dollar.id, "company_id": self.company.id}
        )
        self.orders, self.moves = {}, {}
        for row in self.documents:
            amount, currency = row["Untaxed"].rsplit(" ", 1)
            make = {"order": self._bill, "credit": self._credit_note}
            make = make.get(row["Made"], self._by_hand)
            move = make(row, number(amount), currency)
            self.moves[row["No."]] = move
            signed = sum(move.invoice_line_ids.mapped("price_subtotal"))
            self.assertEqual(signed, abs(number(amount)), row)
        alpha = self.accounts["Alpha"].partner_id
        self._merge(self.double, alpha, "2025-10-15 02:00:00")

    def _merge(self, partner, into, moment):
        with freeze_time(moment):
            wizard = self.env["base.partner.merge.automatic.wizard"].create({})
            wizard._merge((partner | into).ids, into)
            self.env.flush_all()
        self.env.invalidate_all()

    def _merge_files(self):
        eta, zeta = (self.accounts[name] for name in ("Eta", "Zeta"))
        self._merge(eta.partner_id, zeta.partner_id, "2025-08-20 02:00:00")
        self.assertEqual(eta.merged_into_id, zeta)

    def _ordered(self, name, who, amount, currency="CNY", **vals):
        """An order, with its deal."""
        account = self.accounts[name]
        order = self._order(
            partner=account.partner_id,
            user=self.people[who],
            team_id=account.team_id.id,
            **({"pricelist_id": self.dollars.id} if currency == "USD" else {}),
            **vals,
        )
        order.order_line.price_unit = amount
        order.order_line.tax_ids = self.tax
        return order

    def _bill(self, row, amount, currency):
        day = row["Date"]
        early = self._early() if row["No."] == "I1" else {}
        with freeze_time(f"{day} 02:00:00"):
            order = self._ordered(row["Account"], row["Sold by"], amount, currency)
            order.write(early)
            self.orders[row["No."]] = order
            order.action_confirm()
            move = order._create_invoices()
            move.invoice_date = day
            if not early:
                move.invoice_date_due = day
            move.action_post()
        return move

    def _early(self):
        """2 % for paying within ten days; due at once."""
        self.company.account_journal_early_pay_discount_loss_account_id = self._account(
            "expense"
        )
        term = self.env["account.payment.term"].create(
            {
                "name": "2 % in ten days",
                "company_id": self.company.id,
                "early_discount": True,
                "discount_percentage": 2,
                "discount_days": 10,
                "early_pay_discount_computation": "included",
                "line_ids": [Command.create({"value": "percent", "value_amount": 100})],
            }
        )
        return {"payment_term_id": term.id}

    def _credit_note(self, row, amount, _currency):
        """A part of I3; entered by whoever has the account by then."""
        reversed_ = self.moves["I3"]
        day = row["Date"]
        credit = (
            reversed_.with_user(self.colleague)
            .sudo()
            ._reverse_moves(
                [
                    {
                        "invoice_date": day,
                        "date": day,
                        "invoice_user_id": self.colleague.id,
                    }
                ]
            )
        )
        credit.invoice_line_ids.write({"price_unit": -amount})
        credit.action_post()
        (credit | reversed_).line_ids.filtered(
            lambda line: line.display_type == "payment_term"
        ).reconcile()
        return credit

    def _by_hand(self, row, amount, _currency):
        """Entered by the manager, whoever has the account."""
        account = self.accounts[row["Account"]]
        partner = self.double if row["No."] == "H3" else account.partner_id
        move = (
            self.env["account.move"]
            .with_user(self.manager)
            .sudo()
            .create(
                {
                    "move_type": "out_invoice" if amount > 0 else "out_refund",
                    "partner_id": partner.id,
                    "company_id": self.company.id,
                    "invoice_date": row["Date"],
                    "invoice_date_due": row["Date"],
                    "invoice_user_id": self.manager.id,
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "name": "Pumps",
                                "price_unit": abs(amount),
                                "tax_ids": [Command.set(self.tax.ids)],
                            }
                        )
                    ],
                }
            )
        )
        move.action_post()
        return move

    def _settle_all(self):
        for row in self.settled:
            move, day = self.moves[row["No."]], row["Date"]
            amount = number(row["Amount"].rsplit(" ", 1)[0])
            if row["How"] in ("written off", "netted"):
                kind = "expense" if row["How"] == "written off" else "liability_payable"
                self._settle(move, self._account(kind), amount, date=day)
                continue
            payments = self._pay_with(
                move,
                date=day,
                **({} if row["How"] == "discounted" else {"amount": amount}),
            )
            self.assertEqual(payments.amount, amount, row)

    def _sign_all(self):
        for row in self.signed:
            day = f"{row['Signed on']} 02:00:00"
            opened = datetime.fromisoformat(day) - timedelta(days=int(row["Days"]))
            if row["No."] not in self.orders:
                with freeze_time(day):
                    self.orders[row["No."]] = self._ordered("Delta", "Bo", 1900)
            order = self.orders[row["No."]]
            with freeze_time(opened):
                lead = self.env["crm.lead"].create(
                    {
                        "name": f"Deal of {row['No.']}",
                        "type": "opportunity",
                        "partner_id": order.partner_id.id,
                        "team_id": order.team_id.id,
                        "user_id": order.user_id.id,
                        "company_id": self.company.id,
                    }
                )
            self.env.cr.execute(
                "UPDATE crm_lead SET create_date = %s, date_conversion = NULL"
                " WHERE id = %s",
                [opened, lead.id],
            )
            order._write_kept({"opportunity_id": lead.id})
            valued = {
                "is_valued": bool(row["Reference"]),
                "net_value": order.amount_untaxed,
                "reference_value": number(row["Reference"] or "0"),
            }
            self._sign(
                order,
                day,
                salesperson_id=order.user_id.id,
                team_id=order.team_id.id,
                **valued,
            )
        self.orders["I9"]._action_cancel()
        # Whoever has the orders now, what was signed is theirs who sold it.
        self.orders["I1"].user_id = self.colleague

    # ---------------------------------------- visits, feedback

    def _visit_all(self):
        scores = {
            "review_potential": 4,
            "review_standing": 3,
            "review_value": 5,
            "review_difficulty": 2,
        }
        for index, row in enumerate(self.visits):
            day, what = row["Planned"], row["What became of it"]
            begin = f"{day} 02:00:00"
            visit = self.make_visit(
                begin,
                user=self.people[row["Whose"]],
                account=self.accounts[row["Account"]],
                entered=f"{day} 06:00:00" if "unplanned" in what else "2025-06-30",
                **({"purpose": "revisit"} if "revisit" in what else {}),
            )
            held = f"{day} 06:00:00"
            if what == "moved":
                held = "2025-10-06 06:00:00"
                with freeze_time("2025-09-12 02:00:00"):
                    visit.date_start = "2025-10-06 02:00:00"
            if what.startswith("called off"):
                with freeze_time(f"{day} 01:00:00"):
                    visit.action_cancel("No time", by_customer="them" in what)
                continue
            if what == "deleted":
                with (
                    freeze_time("2025-08-26 02:00:00"),
                    self.assertRaises(UserError),
                ):
                    visit.with_user(self.colleague).unlink()
                continue
            moment = datetime.fromisoformat(held)
            late = row["Report"] == "late"
            reported = moment + (timedelta(days=9) if late else timedelta(hours=2))
            self.hold_visit(visit, held=held, reported=str(reported))
            if index in (0, 4):
                after = timedelta(hours=20) if index == 0 else timedelta(days=30)
                with freeze_time(reported + after):
                    visit.with_user(self.manager).action_review(scores)

    def _tell_all(self):
        rows = [self.feedback[index] for index in range(len(self.told))]
        for feedback, row in zip(rows, self.told, strict=True):
            if row["Answered"] == "cancelled":
                self.judge(feedback)
                with freeze_time(NOW):
                    feedback.with_user(self.director).action_cancel("Entered twice")
                continue
            if row["Answered"]:
                if row["Answered"] == "2025-08-06":
                    with freeze_time("2025-08-06 02:00:00"):
                        feedback.user_id = self.colleague
                        self.env.flush_all()
                self.answer(feedback, f"{row['Answered']} 03:00:00")
            if row["Resolved"]:
                self.resolve(feedback, f"{row['Resolved']} 05:00:00")
            if row["Fault"] in ("ours", "customer"):
                self.judge(feedback, row["Fault"])
        with freeze_time("2025-10-09 02:00:00"):
            rows[3].action_reopen("It leaks again")
        self.resolve(rows[3], "2025-10-10 02:00:00")

    # ---------------------------------------- what the prose says

    def _deliver_ask_and_spend(self):
        deliveries = self.env["key.account.delivery"]
        for name, confirmed, promised, handed in (
            ("I1", "2025-07-10", "2025-08-20", "2025-08-19"),
            ("I2", "2025-08-20", "2025-08-20", "2025-08-25"),
            ("I5", "2025-09-10", "2025-09-30", None),
        ):
            order = self.orders[name]
            deliveries._create_kept(
                [
                    {
                        "name": order.name,
                        "order_id": order.id,
                        "key_account_id": order.key_account_id.id,
                        "user_id": self.moves[name].invoice_user_id.id,
                        "confirmed_on": confirmed,
                        "promised_on": promised,
                        "handed_over_on": handed,
                        "state": "open"
                        if not handed
                        else "on_time"
                        if handed <= promised
                        else "late",
                    }
                ]
            )
        self.kpis["satisfaction"].min_records = 3
        surveys = (("Alpha", 5, 4), ("Alpha", 4, 4), ("Beta", 3, 4), ("Alpha",))
        surveys += (("Gamma", 2, 2), ("Gamma", 3, 3))
        for index, (name, *marks) in enumerate(surveys):
            account = self.accounts[name]
            self._survey(account, index, marks)
        self._spend()

    def _survey(self, account, index, marks):
        """In June 2025, when Beta is Ann's."""
        done = {"state": "expired"}
        if marks:
            done = {
                "state": "answered",
                "answered": 1,
                "answered_on": "2025-06-10 02:00:00",
                "mark": sum(marks),
                "marks": len(marks),
            }
        owner = self.colleague if account == self.accounts["Gamma"] else self.specialist
        self.env["key.account.satisfaction"]._create_kept(
            [
                {
                    "key_account_id": account.id,
                    "company_id": self.company.id,
                    "team_id": self.team.id,
                    "user_id": owner.id,
                    "partner_id": account.partner_id.id,
                    "wave": f"wave {index}",
                    "sent_on": "2025-06-01 02:00:00",
                    "expires_on": "2025-06-30",
                    "access_token": f"key {index}".ljust(32, "x"),
                    **done,
                }
            ]
        )

    def _spend(self):
        analytic, _others = self.env["account.analytic.plan"]._get_all_plans()
        self.company.key_account_analytic_plan_id = analytic
        for name, amount in (("Alpha", 36500), ("Beta", 18250), ("Delta", 0)):
            plan = self.env["key.account.plan"].create(
                {
                    "name": "Year",
                    "kind": "year",
                    "key_account_id": self.accounts[name].id,
                    "date_from": "2025-04-01",
                    "date_to": "2026-03-31",
                    "budget_ids": [
                        Command.create({"name": "Service", "amount": amount})
                    ],
                }
            )
            plan._write_kept({"state": "approved"})
        for account in self.accounts.values():
            account._open_analytic_account()
        for name, day, amount in (
            ("Alpha", "2025-07-01", 4600),
            ("Beta", "2025-08-01", 900),
            ("Beta", "2025-08-20", 2350),
            ("Gamma", "2025-07-04", 300),
        ):
            self.env["account.analytic.line"].create(
                {
                    "name": "Work",
                    "amount": -amount,
                    "date": day,
                    "company_id": self.company.id,
                    analytic._column_name(): self.accounts[name].analytic_account_id.id,
                }
            )

    def _plan(self):
        sales, plan = "sales_plan_completion", "development_plan_completion"
        self.make_target(20000, user=self.specialist, kpi=sales)
        self.make_target(10000, user=self.colleague, kpi=sales)
        self.make_target(30000, team=self.team, kpi=sales)
        self.make_target(2, user=self.colleague, kpi=plan)

    # ---------------------------------------- visits asked for, profiles

    def _grade(self):
        policies = self.env["key.account.policy"]._by_grade(self.company)
        for grade, often in (("A", 1), ("B", 0.33), (False, 0)):
            policies[self.company.id, grade].visits_per_month = often
        for name, grade, day in (
            ("Alpha", "A", "2025-07-01"),
            ("Beta", "B", "2025-07-01"),
            ("Zeta", "A", "2025-07-15"),
        ):
            with freeze_time(f"{day} 05:00:00"):
                self.accounts[name]._write_kept({"grade": grade})
                self.env.flush_all()

    def _answer_questions(self):
        for row in self.profiles:
            answer = self.accounts[row["Account"]].answer_ids.filtered(
                lambda each, row=row: (
                    each.question_id == self.questions[row["Question"]]
                )
            )
            with freeze_time(f"{row['Answered']} 02:00:00"):
                answer.value_char = "They told us"
                self.env.flush_all()

    # ---------------------------------------- deals, decisions

    def _decide_all(self):
        """By the real way, under the controls; hours are Shanghai's."""
        self.company.key_account_mode = "enforce"
        for row in self.decisions:
            requested, decided = (
                datetime.fromisoformat(row[moment]) - timedelta(hours=8)
                for moment in ("Requested", "Decided")
            )
            south = row["Team"] == "South"
            author = self.people["Bo" if south else "Ann"]
            account = self.accounts["Delta" if south else "Alpha"]
            with freeze_time(requested):
                order = self.make_order(
                    8 if row["By"] == "Mei" else 15,
                    user=author,
                    partner=account.partner_id,
                    team_id=self.teams[row["Team"]].id,
                )
                order.with_user(author).action_request_approval()
            order = order.with_user(self.people[row["By"]])
            with freeze_time(decided):
                if row["How"] == "approved":
                    order.action_approve()
                elif row["How"] == "rejected":
                    order.action_reject("Too cheap")
                else:
                    order.action_send_back("Say why")
                self.env.flush_all()
        self.company.key_account_mode = "off"

    def _go_through_deals(self):
        leads = {}
        for row in self.deals:
            name, step = row["Deal"], self.steps[row["Step"]]
            with freeze_time(f"{row['Entered']} 02:00:00"):
                lead = leads.get(name) or self._open_deal(row)
                leads[name] = lead
                if not lead.active:
                    lead.action_unarchive()
                elif lead.stage_id != step:
                    lead.stage_id = step
                self.env.flush_all()
            whose = (lead.stage_id, lead.user_id)
            self.assertEqual(whose, (step, self.people[row["Whose"]]), row)
            if row["Step"] == "Offer" and name in GIVEN:
                day, taker = GIVEN[name]
                with freeze_time(f"{day} 02:00:00"):
                    lead.user_id = self.people[taker]
                    self.env.flush_all()
            if row["Left"]:
                with freeze_time(f"{row['Left']} 02:00:00"):
                    self._leave(lead, row["How"], leads)
                    self.env.flush_all()

    def _open_deal(self, row):
        return self.env["crm.lead"].create(
            {
                "name": row["Deal"],
                "type": "opportunity",
                "partner_id": self.accounts["Alpha"].partner_id.id,
                "team_id": self.team.id,
                "user_id": self.people[row["Whose"]].id,
                "company_id": self.company.id,
            }
        )

    def _leave(self, lead, how, leads):
        """Whoever moves on does so by entering the next step."""
        if how == "won":
            lead.stage_id = self.stages.filtered("is_won")
        elif how == "lost":
            lead.action_set_lost()
        elif how == "merged":
            self.assertEqual((leads["D4"] | lead).merge_opportunity(), leads["D4"])
        elif how == "ruling":
            self.company.key_account_mode = "enforce"
            lead.with_user(self.manager)._pass_by_override(
                self.steps["Check"], "Known for years"
            )
            self.company.key_account_mode = "off"

    # ---------------------------------------- the comparison

    def told_and_found(self, row):
        """What the document says of a figure, and what is measured."""
        code = row["KPI"]
        if code in ("signed", "collected"):
            self.company.key_account_sales_basis = code
            code = "sales_plan_completion"
        else:
            self.company.key_account_sales_basis = "invoiced"
        kpi, subject = self.kpis[code], self.subjects[row["Of"]]
        span = self.company._key_account_period(*PERIODS[row["For"]])
        none = (self.env["res.users"], self.env["crm.team"])
        users, teams = (
            (subject, none[1]) if subject._name == "res.users" else (none[0], subject)
        )
        figure = kpi._figures(self.company, span, users, teams)[kpi, subject]
        told, found = [], []
        for column, value in (
            ("Counted", figure.numerator),
            ("Out of", figure.denominator or 0.0),
            ("Apart", figure.aside),
        ):
            if row[column] != "–":
                told.append(round(number(row[column]), 2))
                found.append(round(value, 2))
        result = row["Result"]
        places = len(result.partition(".")[2])
        told.append(None if result == "n/a" else number(result))
        found.append(None if figure.value is None else round(figure.value, places))
        return told, found

    def test_every_figure_of_the_document(self):
        self.assertGreater(len(self.figures_told), 100)
        for row in self.figures_told:
            told, found = self.told_and_found(row)
            with self.subTest(" ".join((row["KPI"], row["Of"], row["For"]))):
                self.assertEqual(found, told)


@tagged("post_install", "-at_install")
class TestKpiDatasetSums(TransactionCase):
    """What needs nothing of it to be built."""

    def test_the_document_adds_up(self):
        """A result is what its own row says; a team's is Σ ÷ Σ of its rows."""
        means = self.env["key.account.kpi"].search([("kind", "=", "mean")])
        for row in tables(document())[-1]:
            if row["Result"] == "n/a" or "–" in (row["Counted"], row["Out of"]):
                continue
            factor = 1 if row["KPI"] in means.mapped("code") else 100
            places = len(row["Result"].partition(".")[2])
            value = factor * number(row["Counted"]) / number(row["Out of"])
            with self.subTest(row["KPI"]):
                self.assertEqual(round(value, places), number(row["Result"]))
