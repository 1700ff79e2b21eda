"""Collection, worked out by hand: invoices of 1100 with tax, due in August 2025."""

from odoo.tests import tagged

from .test_kpi_sales import SalesCase

CODE = "collection_rate"


@tagged("post_install", "-at_install")
class TestKpiCollection(SalesCase):
    def _invoice(self, order=None, date="2025-08-15", due=None):
        """Due at once, or on another day."""
        order = order or self._order()
        order.action_confirm()
        invoice = order._create_invoices()
        invoice.invoice_date = date
        invoice.invoice_date_due = due or date
        invoice.action_post()
        return invoice

    def rate(self, who=None):
        kpi, who = self.kpis[CODE], who or self.specialist
        found = kpi._figures(self.company, self.quarter, who, self.env["crm.team"])
        figure = found[kpi, who]
        return (
            round(figure.numerator, 2),
            round(figure.denominator, 2),
            None if figure.value is None else round(figure.value, 2),
        )

    def test_received_by_the_end_of_what_is_due(self):
        self.assertEqual(self.rate(), (0, 0, None))
        first, second = self._invoice(), self._invoice()
        self._invoice(date="2025-10-02")
        self._pay(first, amount=550)
        self.assertEqual(self.rate(), (550, 2200, 25))
        self._pay(second, date="2025-10-02")
        self.assertEqual(self.rate(), (550, 2200, 25), "after the quarter")
        self.assertEqual(
            self.kpis[CODE]._records(
                self.company, self.quarter, self.specialist, "denominator"
            ),
            first | second,
        )

    def test_paid_before_it_was_due(self):
        invoice = self._invoice(date="2025-06-20", due="2025-07-20")
        self._pay(invoice, date="2025-06-25")
        self.assertEqual(self.rate(), (1100, 1100, 100))

    def test_credited_is_not_due(self):
        invoice = self._invoice()
        self._invoice()
        self._credit(invoice)
        self.assertEqual(self.rate(), (0, 1100, 0))

    def test_its_share_of_an_invoice_that_bills_others_too(self):
        """1,100 of 4,400, which another customer is billed and has paid by half."""
        other = self.plain_customer
        address = {"partner_invoice_id": other.id, "partner_shipping_id": other.id}
        orders = self._order(**address) | self._order(partner=other, quantity=3)
        invoice = self._invoice(orders)
        self.assertEqual((len(invoice), invoice.amount_total), (1, 4400))
        self._pay(invoice, amount=2200)
        self.assertEqual(self.rate(), (550, 1100, 50))

    def test_written_off_and_netted_stay_due(self):
        written_off, netted, part = (self._invoice() for _index in range(3))
        self._settle(written_off, self._account("expense"))
        self._settle(netted, self._account("liability_payable"))
        self._pay_with(
            part,
            amount=660,
            payment_difference_handling="reconcile",
            writeoff_account_id=self._account("expense").id,
        )
        self.assertEqual(self.rate(), (660, 3300, 20))
