"""What two customers were invoiced before the story begins: trends show on their
pages."""

from dateutil.relativedelta import relativedelta

from odoo import models
from odoo.fields import Command, Domain

# Account: months ago, amount untaxed.
EARLIER = {
    "baxter": (
        *((21, 120_000), (19, 96_000), (17, 140_000), (14, 88_000), (12, 152_000)),
        *((9, 164_000), (7, 131_000), (5, 182_000)),
    ),
    "hongda": (
        *((22, 410_000), (20, 380_000), (16, 520_000), (13, 465_000)),
        *((9, 350_000), (6, 290_000)),
    ),
}


class KeyAccountDemo(models.AbstractModel):
    _inherit = "key.account.demo"

    def _events(self, clock):
        yield from super()._events(clock)
        yield -1, 18.1, self._invoice_earlier_years
        yield -1, 18.2, self._compute_turnover

    def _invoice_earlier_years(self):
        """Posted and paid by the accountant; their orders are older than the books."""
        for code, invoices in EARLIER.items():
            account = self._account(code)
            env = self._env_of(self._user("accountant"), "china")
            today = account.company_id._key_account_today()
            moves = env["account.move"].create(
                [
                    {
                        "move_type": "out_invoice",
                        "partner_id": account.partner_id.id,
                        "invoice_date": today - relativedelta(months=months),
                        "invoice_line_ids": [
                            Command.create(
                                {
                                    "name": "Parts 零件",
                                    "price_unit": amount,
                                    "tax_ids": [Command.clear()],
                                }
                            )
                        ],
                    }
                    for months, amount in invoices
                ]
            )
            moves.action_post()
            paying = env["account.payment.register"].with_context(
                active_model="account.move", active_ids=moves.ids
            )
            paying = paying.create({"group_payment": True, "payment_date": today})
            paying.action_create_payments()

    def _compute_turnover(self):
        self.env["key.account"].search(Domain.TRUE)._keep_turnover()
