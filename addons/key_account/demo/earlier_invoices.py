"""What customers ordered, were invoiced and paid before and beside the deals of the
story: two years, so that trends show, and who buys less and less."""

from datetime import datetime, time, timedelta

from dateutil.relativedelta import relativedelta

from odoo import models
from odoo.fields import Command, Domain

from .accounts import account_of
from .department import TEAMS
from .history_cast import SALES, SEASON

# Who takes so many days to pay, and who has not paid the last invoices yet.
PAID_AFTER = {"hongda": 24, "xiangjiang": 61, "harlow": 38, "bergfeld": 52}
OVERDUE = ("harlow", "vandijk")
RECENT = timedelta(days=100)


def is_receivable(line):
    return line.account_type == "asset_receivable"


def months_of(sold):
    """(months ago, amount) of each invoice."""
    for turn, months in enumerate(range(sold.first, sold.last - 1, -sold.every)):
        season = SEASON[(turn + sold.first) % len(SEASON)]
        yield months, sold.amount * sold.growth**turn * season


class KeyAccountDemo(models.AbstractModel):
    _inherit = "key.account.demo"

    def _events(self, clock):
        yield from super()._events(clock)
        yield -1, 18.1, lambda: self._invoice_earlier_years("china")
        yield -1, 18.2, lambda: self._invoice_earlier_years("europe")
        yield -1, 18.3, self._compute_turnover

    def _sell_earlier(self):
        """Before anybody has a file: plain orders of plain Odoo, and what they bill."""
        for team_code in TEAMS:
            company = self._company(team_code)
            rows = sorted(self._rows_of(company), reverse=True)
            orders = self.env["sale.order"].with_context(tracking_disable=True)
            orders = orders.with_company(company).create(
                [self._earlier_order(company, *row) for row in rows]
            )
            orders.action_confirm()
            moves = orders._create_invoices(grouped=True)
            for order, (months, code, _amount) in zip(orders, rows, strict=True):
                day = company._key_account_today() - relativedelta(months=months)
                # As of then: confirming says the moment.
                order.date_order = datetime.combine(day, time(2)) - timedelta(days=30)
                order.invoice_ids.invoice_date = day - timedelta(days=len(code) % 6)
            moves.team_id = self._team(team_code)
            self._name_them("earlier_invoice", moves)

    def _rows_of(self, company):
        """(months ago, account, amount) of what a company sold."""
        for code, sold in SALES.items():
            if self._ref(f"product_{sold.product}").company_id == company:
                for months, amount in months_of(sold):
                    yield months, code, amount

    def _earlier_order(self, company, months, code, amount):
        product = self._ref(f"product_{SALES[code].product}").with_company(company)
        term = self.env.ref("account.account_payment_term_30days")
        return {
            "partner_id": self._ref(f"partner_{code}").id,
            "company_id": company.id,
            "team_id": False,
            "user_id": self._user(account_of(code).user).id,
            "payment_term_id": term.id,
            "order_line": [
                Command.create(
                    {
                        "product_id": product.id,
                        "product_uom_qty": max(1, round(amount / product.list_price)),
                    }
                )
            ],
        }

    def _invoice_earlier_years(self, team_code):
        """Posted by the accountant, and paid."""
        company = self._company(team_code)
        env = self._env_of(self._user("accountant"), team_code)
        env = env(context={**env.context, "tracking_disable": True})
        codes = {self._ref(f"partner_{code}").id: code for code in SALES}
        moves = env["account.move"].search(
            [
                ("company_id", "=", company.id),
                ("move_type", "=", "out_invoice"),
                ("state", "=", "draft"),
                ("partner_id", "in", list(codes)),
                ("invoice_date", "<=", company._key_account_today()),
            ],
            order="invoice_date, id",
        )
        moves.action_post()
        # All at once, and each as if on its day.
        for day, posted in moves.sudo().grouped("invoice_date").items():
            noon = datetime.combine(day, time(4))
            posted._set_kept({"key_account_posted_on": noon})
        self._receive(moves, [codes[move.partner_id.id] for move in moves])

    def _receive(self, moves, codes):
        """What the bank's statements say, one entry for each month; settled all at
        once."""
        today, months = moves.company_id._key_account_today(), {}
        for move, code in zip(moves, codes, strict=True):
            days = PAID_AFTER.get(code, 27 + len(code))
            day = move.invoice_date + timedelta(days=days)
            if day < today and (code not in OVERDUE or day < today - RECENT):
                months.setdefault(day.replace(day=1), []).append((day, move))
        journal = moves.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", moves.company_id.id)], limit=1
        )
        entries = moves.env["account.move"].create(
            [self._statement(journal, paid) for paid in months.values()]
        )
        entries.action_post()
        plan = []
        for entry, paid in zip(entries, months.values(), strict=True):
            rows = entry.line_ids.filtered("credit")
            for line, (_day, move) in zip(rows, paid, strict=True):
                plan.append(line | move.line_ids.filtered(is_receivable))
        moves.env["account.move.line"]._reconcile_plan(plan)

    def _statement(self, journal, paid):
        rows = [
            {
                "name": f"收款 Received, {move.name}",
                "partner_id": move.partner_id.id,
                "account_id": move.line_ids.filtered(is_receivable).account_id.id,
                "credit": move.amount_total,
            }
            for _day, move in paid
        ]
        bank = {
            "name": "银行对账单 Bank statement",
            "account_id": journal.default_account_id.id,
            "debit": sum(row["credit"] for row in rows),
        }
        return {
            "move_type": "entry",
            "journal_id": journal.id,
            "date": max(day for day, _move in paid),
            "line_ids": [Command.create(row) for row in (*rows, bank)],
        }

    def _compute_turnover(self):
        self.env["key.account"].search(Domain.TRUE)._keep_turnover()
