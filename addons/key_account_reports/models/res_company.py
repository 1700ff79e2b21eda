"""By what a company measures its sales, and when its periods begin and end."""

from odoo import fields, models

from ..rules import kpi as rules


class ResCompany(models.Model):
    _inherit = "res.company"

    key_account_sales_basis = fields.Selection(
        [
            ("signed", "Signed quotations"),
            ("invoiced", "Invoiced"),
            ("collected", "Collected"),
        ],
        string="Sales plan measured by",
        default="invoiced",
        help="What counts as achieved in the sales plan completion: the"
        " untaxed amount of signed"
        " quotations, of posted invoices net of credit notes, or of what customers"
        " have paid.",
    )

    def _key_account_period(self, kind, day):
        """The month, quarter or year of this company's fiscal calendar around a day."""
        self.ensure_one()
        return rules.period_around(
            kind, day, int(self.fiscalyear_last_month), self.fiscalyear_last_day
        )
