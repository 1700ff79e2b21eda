"""What is taken off for paying early, worked out by hand: 1,000 and 100 tax are billed,
two percent may be taken off within ten days."""

from odoo import Command
from odoo.tests import tagged

from .test_kpi_sales import SALES, SalesCase


@tagged("post_install", "-at_install")
class TestKpiEarlyPayment(SalesCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.key_account_sales_basis = "collected"
        domain = [
            ("account_type", "=", "expense"),
            ("company_ids", "=", cls.company.id),
        ]
        cls.expense = cls.env["account.account"].search(domain, limit=1)
        cls.company.account_journal_early_pay_discount_loss_account_id = cls.expense
        cls.terms = {
            kind: cls.env["account.payment.term"].create(
                {
                    "name": kind,
                    "company_id": cls.company.id,
                    "early_discount": True,
                    "discount_percentage": 2,
                    "discount_days": 10,
                    "early_pay_discount_computation": kind,
                    "line_ids": [
                        Command.clear(),
                        Command.create(
                            {"value": "percent", "value_amount": 100, "nb_days": 30}
                        ),
                    ],
                }
            )
            for kind in ("included", "excluded", "mixed")
        }

    def billed(self, kind, **vals):
        return self._invoice(self._order(payment_term_id=self.terms[kind].id, **vals))

    def rate(self, who=None):
        kpi, who = self.kpis["collection_rate"], who or self.specialist
        found = kpi._figures(self.company, self.quarter, who, self.env["crm.team"])
        figure = found[kpi, who]
        return round(figure.numerator, 2), round(figure.denominator, 2)

    def collected(self, who):
        kpi = self.kpis[SALES]
        found = kpi._figures(self.company, self.quarter, who, self.env["crm.team"])
        return round(found[kpi, who].numerator, 2)

    def test_whether_the_tax_is_less_or_not(self):
        """1,078 of 1,100 with 98 tax; 1,080 of 1,100 with 100; 1,078 of 1,098 with 98:
        980 of the goods in each."""
        come, due = 0.0, 0.0
        for number, (kind, total, paid) in enumerate(
            (("included", 1100, 1078), ("excluded", 1100, 1080), ("mixed", 1098, 1078)),
            start=1,
        ):
            with self.subTest(kind=kind):
                invoice = self.billed(kind)
                self.assertEqual(invoice.amount_total, total)
                payment = self._pay_with(invoice, date="2025-08-20")
                self.assertEqual(payment.amount, paid)
                self.assertEqual(invoice.amount_residual, 0)
                self.assertEqual(self._achieved(), 980 * number)
                come, due = come + paid, due + total
                self.assertEqual(self.rate(), (come, due))

    def test_what_is_written_off_is_no_discount(self):
        """770 of 1,100 in time, the rest written off; 1,080 too late, 20 written off:
        tax is in all of it, as in what is written off."""
        self._pay_with(
            self.billed("excluded"),
            date="2025-08-20",
            amount=770,
            payment_difference_handling="reconcile",
            writeoff_account_id=self.expense.id,
        )
        self.assertEqual(self._achieved(), 700)
        self._pay_with(
            self.billed("excluded"),
            date="2025-09-20",
            amount=1080,
            payment_difference_handling="reconcile",
            writeoff_account_id=self.expense.id,
        )
        self.assertEqual(self._achieved(), round(700 + 1000 * 1080 / 1100, 2))

    def test_the_whole_paid_in_time(self):
        """Who takes nothing off has paid 1,000."""
        self._pay_with(self.billed("excluded"), date="2025-08-20", amount=1100)
        self.assertEqual(self._achieved(), 1000)

    def test_one_payment_for_two_of_two_people(self):
        """2,180 for 1,100 less 20 and 1,100 without any discount: 980 and 1,000."""
        mine = self.billed("excluded")
        plain = self.terms["excluded"].copy({"early_discount": False})
        order = self._order(user=self.colleague, payment_term_id=plain.id)
        other = self._invoice(order)
        payment = self._pay_with(mine | other, date="2025-08-20", group_payment=True)
        self.assertEqual((len(payment), payment.amount), (1, 2180))
        self.assertEqual(self.collected(self.specialist), 980)
        self.assertEqual(self.collected(self.colleague), 1000)
        self.assertEqual(self.rate(self.colleague), (1100, 1100))
        self.assertEqual(self.rate(), (1080, 1100))

    def test_in_another_currency_at_two_rates(self):
        """100 euros at two, paid with two off when one is worth four: 98 euros, 196."""
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
        order = self._order(
            pricelist_id=pricelist.id, payment_term_id=self.terms["excluded"].id
        )
        order.order_line.price_unit = 100
        invoice = self._invoice(order)
        payment = self._pay_with(invoice, date="2025-08-22")
        self.assertEqual((payment.amount, payment.currency_id), (108, euro))
        self.assertEqual(invoice.amount_residual, 0)
        self.assertEqual(self._achieved(), 196)
