from freezegun import freeze_time

from odoo import Command
from odoo.tests import tagged

from .common import KeyAccountReportsCommon

SALES = "sales_plan_completion"


class SalesCase(KeyAccountReportsCommon):
    """One pump costs 1000 untaxed, 1100 with tax."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time("2025-10-10 06:00:00"))
        cls.env["account.chart.template"].try_loading("generic_coa", cls.company)
        cls.company.key_account_mode = "off"
        cls.tax = cls.env["account.tax"].create(
            {
                "name": "Ten",
                "amount": 10,
                "company_id": cls.company.id,
                "country_id": cls.company.account_fiscal_country_id.id,
            }
        )
        cls.pump.taxes_id = cls.tax
        cls.make_target(2000, user=cls.specialist)
        cls.sheet = cls.make_sheet()

    def _order(self, partner=None, user=None, quantity=1, **vals):
        user = user or self.specialist
        return self.env["sale.order"].create(
            {
                "partner_id": (partner or self.customer).id,
                "company_id": self.company.id,
                "team_id": self.team.id,
                "user_id": user.id,
                "require_signature": False,
                "require_payment": False,
                "order_line": [
                    Command.create(
                        {"product_id": self.pump.id, "product_uom_qty": quantity}
                    )
                ],
                **vals,
            }
        )

    def _invoice(self, order=None, date="2025-08-15"):
        order = order or self._order()
        order.action_confirm()
        invoice = order._create_invoices()
        invoice.invoice_date = date
        invoice.action_post()
        return invoice

    def _credit(self, invoice, date="2025-09-10", post=True):
        credit = invoice._reverse_moves([{"invoice_date": date, "date": date}])
        if post:
            credit.action_post()
        return credit

    def _pay(self, move, amount=None, date="2025-09-15"):
        vals = {"payment_date": date, **({"amount": amount} if amount else {})}
        wizard = (
            self.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=move.ids)
            .create(vals)
        )
        wizard.action_create_payments()

    def _achieved(self):
        return round(self.figures(self.sheet, SALES)[0], 2)

    def _pay_with(self, moves, date="2025-09-15", **vals):
        wizard = (
            self.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=moves.ids)
            .create({"payment_date": date, **vals})
        )
        return wizard._create_payments()

    def _account(self, kind):
        domain = [("account_type", "=", kind), ("company_ids", "=", self.company.id)]
        return self.env["account.account"].search(domain, limit=1)

    def _settle(self, invoice, account, amount=None, date="2025-09-15"):
        """An entry without money settles the invoice, or a part of it."""
        line = invoice.line_ids.filtered(lambda x: x.display_type == "payment_term")
        amount = amount or line.balance
        entry = self.env["account.move"].create(
            {
                "company_id": self.company.id,
                "date": date,
                "line_ids": [
                    Command.create({"account_id": account.id, "debit": amount}),
                    Command.create(
                        {
                            "account_id": line.account_id.id,
                            "partner_id": line.partner_id.id,
                            "credit": amount,
                        }
                    ),
                ],
            }
        )
        entry.action_post()
        settling = entry.line_ids.filtered(lambda x: x.account_id == line.account_id)
        (line | settling).reconcile()

    def _sign(self, order, signed_on="2025-08-15 02:00:00", **vals):
        return self.env["key.account.signature"]._record(
            [
                {
                    "order_id": order.id,
                    "key_account_id": order.key_account_id.id,
                    "company_id": order.company_id.id,
                    "method": "portal",
                    "signed_by": "Ms Wang",
                    "signed_on": signed_on,
                    "entered_by_id": self.specialist.id,
                    "fingerprint": "x",
                    **vals,
                }
            ]
        )


@tagged("post_install", "-at_install")
class TestKpiSales(SalesCase):
    # ------------------------------------------------------------
    # INVOICED
    # ------------------------------------------------------------

    def test_invoiced_untaxed(self):
        self._invoice()
        self.assertEqual(self.figures(self.sheet, SALES), (1000, 2000, 50))

    def test_line_that_bills_two_orders_counts_once(self):
        orders = self._order() | self._order(user=self.colleague)
        for order in orders:
            order.action_confirm()
        invoice = orders[0]._create_invoices()
        line = invoice.invoice_line_ids.filtered("sale_line_ids")
        line.sale_line_ids |= orders[1].order_line
        invoice.invoice_date = "2025-08-15"
        invoice.action_post()
        self.assertEqual(self._achieved(), 1000)

    def test_orders_of_two_salespeople_billed_together(self):
        """1,000 of the specialist's and 2,000 of the colleague's, of another team, on
        one invoice: each has sold their own, also when the whole of it is credited,
        and what an order is given to afterwards changes nothing."""
        other = self.env["crm.team"].create(
            {"name": "Elsewhere", "company_id": self.company.id, "is_key_account": True}
        )
        mine = self._order()
        theirs = self._order(user=self.colleague, quantity=2, team_id=other.id)
        orders = mine | theirs
        orders.action_confirm()
        invoice = orders._create_invoices()
        self.assertEqual(len(invoice), 1)
        invoice.invoice_date = "2025-08-15"
        invoice.action_post()
        theirs.user_id = self.manager
        kpi = self.kpis[SALES]
        users, teams = self.specialist | self.colleague, self.team | other

        def sold():
            self.env.flush_all()
            found = kpi._figures(self.company, self.quarter, users, teams)
            return [found[kpi, who].numerator for who in (*users, *teams)]

        self.assertEqual(sold(), [1000, 2000, 1000, 2000])
        self._pay(invoice, amount=1650)
        self.company.key_account_sales_basis = "collected"
        self.assertEqual(sold(), [500, 1000, 500, 1000])
        self.company.key_account_sales_basis = "invoiced"
        self._credit(invoice)
        self.assertEqual(sold(), [0, 0, 0, 0])

    def test_what_replaces_an_invoice_of_two_keeps_whose_it_was(self):
        theirs = self._order(user=self.colleague, quantity=2)
        orders = self._order() | theirs
        orders.action_confirm()
        invoice = orders._create_invoices()
        invoice.invoice_date = "2025-08-15"
        invoice.action_post()
        theirs.user_id = self.manager
        wizard = self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        values = {"journal_id": invoice.journal_id.id, "date": "2025-08-20"}
        anew = invoice.browse(wizard.create(values).modify_moves()["res_id"])
        self.assertEqual(anew.key_account_sold_by, invoice.key_account_sold_by)
        anew.invoice_date = "2025-08-20"
        anew.action_post()
        users, teams = self.specialist | self.colleague, self.team
        self.env.flush_all()
        kpi = self.kpis[SALES]
        found = kpi._figures(self.company, self.quarter, users, teams)
        self.assertEqual([found[kpi, who].numerator for who in users], [1000, 2000])

    def test_orders_of_one_are_credited_as_the_invoice_says(self):
        """Put right on the invoice, it is put right for the figures."""
        orders = self._order() | self._order()
        orders.action_confirm()
        invoice = orders._create_invoices()
        self.assertFalse(invoice.key_account_sold_by)
        invoice.invoice_date = "2025-08-15"
        invoice.action_post()
        self.assertEqual(self._achieved(), 2000)
        invoice.invoice_user_id = self.colleague
        self.assertEqual(self._achieved(), 0)

    def test_as_many_queries_for_one_invoice_as_for_ten(self):
        def queries():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            achieved = self._achieved()
            return achieved, self.env.cr.sql_log_count - before

        self._invoice()
        queries()
        few = queries()
        for _number in range(9):
            self._invoice()
        many = queries()
        self.assertEqual((few[0], many[0]), (1000, 10_000))
        self.assertEqual(few[1], many[1])

    def test_draft_invoice_does_not_count(self):
        invoice = self._invoice()
        invoice.button_draft()
        self.assertEqual(self._achieved(), 0)

    def test_net_of_credit_notes(self):
        invoice = self._invoice()
        self._invoice()
        self._credit(invoice, post=False)
        self.assertEqual(self._achieved(), 2000)
        self._credit(invoice)
        self.assertEqual(self._achieved(), 1000)

    def test_credit_note_typed_by_hand_counts_for_the_accounts_specialist(self):
        self._invoice()
        self.env["account.move"].with_user(self.accountant).sudo().create(
            {
                "move_type": "out_refund",
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "invoice_date": "2025-09-01",
                "invoice_user_id": self.accountant.id,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Allowance",
                            "price_unit": 300,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
            }
        ).action_post()
        self.assertEqual(self._achieved(), 700)

    def test_an_archived_file_takes_nothing_back(self):
        """Nor does a file opened anew for the same customer count twice."""
        self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "invoice_date": "2025-08-10",
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Spare parts",
                            "price_unit": 300,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
            }
        ).action_post()
        self.assertEqual(self._achieved(), 300)
        self.account.with_user(self.manager).action_archive()
        self.assertEqual(self._achieved(), 300)
        self.env["key.account"].create(
            {
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "team_id": self.team.id,
                "user_id": self.specialist.id,
            }
        )
        self.assertEqual(self._achieved(), 300)

    def test_other_customers_do_not_count(self):
        self._invoice(self._order(partner=self.plain_customer))
        self.assertEqual(self._achieved(), 0)

    def test_by_invoice_date_half_open(self):
        for date in ("2025-06-30", "2025-10-01"):
            self._invoice(date=date)
        self.assertEqual(self._achieved(), 0)
        for date in ("2025-07-01", "2025-09-30"):
            self._invoice(date=date)
        self.assertEqual(self._achieved(), 2000)

    def test_credit_stays_with_who_sold(self):
        order = self._order()
        self._invoice(order)
        self.account.user_id = self.colleague
        self.assertEqual(self._achieved(), 1000)
        self.assertEqual(
            self.figures(self.make_sheet(user=self.colleague), SALES)[0], 0
        )

    def test_company_currency_at_the_documents_date(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        self.env["res.currency.rate"].create(
            [
                {
                    "currency_id": euro.id,
                    "company_id": self.company.id,
                    "name": name,
                    "rate": rate,
                }
                for name, rate in (("2025-01-01", 0.5), ("2025-08-20", 0.25))
            ]
        )
        pricelist = self.env["product.pricelist"].create(
            {"name": "Euro", "currency_id": euro.id, "company_id": self.company.id}
        )
        order = self._order(pricelist_id=pricelist.id)
        order.order_line.price_unit = 100
        self._invoice(order, date="2025-08-15")
        self.assertEqual(self._achieved(), 200)

    def test_invoice_opens_behind_the_number(self):
        invoice = self._invoice()
        action = self.line(self.sheet, SALES).action_open_numerator()
        self.assertEqual(action["res_model"], "account.move")
        self.assertEqual(self.env["account.move"].search(action["domain"]), invoice)

    def test_team_of_the_invoice(self):
        self._invoice()
        self._invoice(self._order(user=self.colleague))
        self.make_target(1000, user=self.colleague)
        team = self.make_sheet(team=self.team)
        self.assertEqual(self.figures(team, SALES)[:2], (2000, 3000))

    # ------------------------------------------------------------
    # COLLECTED
    # ------------------------------------------------------------

    def test_collected_is_untaxed_and_by_payment(self):
        self.company.key_account_sales_basis = "collected"
        invoice = self._invoice(date="2025-05-15")
        self.assertEqual(self._achieved(), 0)
        self._pay(invoice, amount=550)
        self.assertEqual(self._achieved(), 500)
        self._pay(invoice, date="2025-10-02")
        self.assertEqual(self._achieved(), 500, "the rest came in the next quarter")

    def test_matching_a_credit_note_collects_nothing(self):
        self.company.key_account_sales_basis = "collected"
        invoice = self._invoice()
        self._credit(invoice)
        self.assertEqual(invoice.payment_state, "reversed")
        self.assertEqual(self._achieved(), 0)

    def test_paying_a_credit_note_out_takes_away(self):
        self.company.key_account_sales_basis = "collected"
        invoice = self._invoice()
        self._pay(invoice)
        self.assertEqual(self._achieved(), 1000)
        self._pay(self._credit(invoice))
        self.assertEqual(self._achieved(), 0)

    def test_bad_debt_is_not_collected(self):
        self.company.key_account_sales_basis = "collected"
        invoice = self._invoice()
        self._settle(invoice, self._account("expense"))
        self.assertEqual(invoice.payment_state, "paid")
        self.assertEqual(self._achieved(), 0)

    def test_what_is_written_off_beside_a_payment_is_not_collected(self):
        self.company.key_account_sales_basis = "collected"
        invoice = self._invoice()
        self._pay_with(
            invoice,
            amount=660,
            payment_difference_handling="reconcile",
            writeoff_account_id=self._account("expense").id,
        )
        self.assertEqual(invoice.amount_residual, 0)
        self.assertEqual(self._achieved(), 600)

    def test_paid_in_parts_and_the_rest_written_off_later(self):
        self.company.key_account_sales_basis = "collected"
        invoice = self._invoice()
        self._pay(invoice, amount=660)
        self._settle(invoice, self._account("expense"), amount=440)
        self.assertEqual(invoice.amount_residual, 0)
        self.assertEqual(self._achieved(), 600)

    def test_discount_for_early_payment_is_not_collected(self):
        self.company.key_account_sales_basis = "collected"
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
        account = self._account("expense")
        self.company.account_journal_early_pay_discount_loss_account_id = account
        invoice = self._invoice(self._order(payment_term_id=term.id))
        self._pay_with(invoice, date="2025-08-20")
        self.assertEqual(invoice.amount_residual, 0)
        self.assertEqual(self._achieved(), 980)

    def test_netted_with_what_we_owe_is_not_collected(self):
        self.company.key_account_sales_basis = "collected"
        self._settle(self._invoice(), self._account("liability_payable"))
        self.assertEqual(self._achieved(), 0)

    def test_one_payment_for_several_invoices(self):
        self.company.key_account_sales_basis = "collected"
        invoices = self._invoice() | self._invoice()
        payment = self._pay_with(invoices, group_payment=True)
        self.assertEqual(len(payment), 1)
        self.assertEqual(self._achieved(), 2000)
        payment.action_draft()
        self.assertEqual(self._achieved(), 0, "the payment was taken back")

    def test_advance_is_collected_when_it_is_matched(self):
        self.company.key_account_sales_basis = "collected"
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "amount": 550,
                "date": "2025-05-01",
            }
        )
        payment.action_post()
        self.assertEqual(self._achieved(), 0)
        invoice = self._invoice()
        lines = (payment.move_id | invoice).line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        lines.reconcile()
        self.assertEqual(self._achieved(), 500)

    def test_exchange_differences_change_nothing(self):
        self.company.key_account_sales_basis = "collected"
        euro = self.env.ref("base.EUR")
        euro.active = True
        self.env["res.currency.rate"].create(
            [
                {
                    "currency_id": euro.id,
                    "company_id": self.company.id,
                    "name": name,
                    "rate": rate,
                }
                for name, rate in (
                    ("2025-01-01", 0.5),
                    ("2025-08-20", 0.25),
                    ("2025-09-01", 1.0),
                )
            ]
        )
        pricelist = self.env["product.pricelist"].create(
            {"name": "Euro", "currency_id": euro.id, "company_id": self.company.id}
        )
        for number, date in enumerate(("2025-08-25", "2025-09-15"), start=1):
            order = self._order(pricelist_id=pricelist.id)
            order.order_line.price_unit = 100
            invoice = self._invoice(order, date="2025-08-15")
            self._pay_with(invoice, date=date)
            self.assertEqual(invoice.amount_residual, 0)
            self.assertEqual(self._achieved(), 200 * number, date)

    # ------------------------------------------------------------
    # SIGNED
    # ------------------------------------------------------------

    def test_signed_counts_once_when_it_counts(self):
        self.company.key_account_sales_basis = "signed"
        order = self._order()
        scan = self._sign(order, method="scan")
        self.assertEqual(self._achieved(), 0, "nobody has confirmed the scan")
        self._sign(
            order, method="scan", event="confirmation", confirmed_signature_id=scan.id
        )
        self.assertEqual(self._achieved(), 1000)
        self._sign(order, signed_on="2025-08-20 02:00:00")
        self.assertEqual(self._achieved(), 1000, "signed again")
        self._sign(order, signed_on="2025-09-30 16:00:00")
        self.assertEqual(self._achieved(), 0, "signed again in the next quarter")

    def test_what_was_cleared_by_a_reset_is_not_signed(self):
        self.company.key_account_sales_basis = "signed"
        signature = self._sign(self._order())
        self.assertEqual(self._achieved(), 1000)
        signature._record_again("reset")
        self.assertEqual(self._achieved(), 0)
        self._sign(signature.order_id, signed_on="2025-09-20 02:00:00")
        self.assertEqual(self._achieved(), 1000, "signed once more")

    def test_signed_is_what_was_signed(self):
        """Goods put into an order after the customer has signed it: they have not
        signed them."""
        self.company.key_account_sales_basis = "signed"
        order = self._order()
        self._sign(order, is_valued=True, net_value=1000.0)
        order.order_line.product_uom_qty *= 100
        self.assertEqual(order.amount_untaxed, 100_000)
        self.assertEqual(self._achieved(), 1000)

    def test_cancelled_order_is_not_sold(self):
        self.company.key_account_sales_basis = "signed"
        order = self._order()
        self._sign(order)
        self.assertEqual(self._achieved(), 1000)
        order._action_cancel()
        self.assertEqual(self._achieved(), 0)

    def test_basis_is_kept_with_confirmed_figures(self):
        self._invoice()
        sheet = self.sheet.with_user(self.director)
        sheet.action_start_self_assessment()
        sheet.action_appraise()
        sheet.action_confirm()
        self.company.key_account_sales_basis = "signed"
        self.assertEqual(self.figures(sheet, SALES), (1000, 2000, 50))
        self.assertEqual(set(sheet.sudo().snapshot_ids.mapped("basis")), {"invoiced"})
