"""How long a payment term lets the customer wait."""

from odoo import models

from ...rules import dimensions as rules

# In percent: less than payment terms are kept with.
_NO_SHARE = 1e-6


class AccountPaymentTerm(models.Model):
    _inherit = "account.payment.term"

    def _key_account_due_days(self):
        """The longest due day of the term, in days after the invoice; None for no
        term."""
        return max(
            (line._key_account_due_days() for line in self._key_account_instalments()),
            default=None,
        )

    def _key_account_parts(self):
        """``[(percent or None for an amount, days as written)]`` of the term."""
        return [
            (line.value_amount if line.value == "percent" else None, line.nb_days)
            for line in self._key_account_instalments()
        ]

    def _key_account_instalments(self):
        """The lines on which anything falls due: as Odoo reckons, the last one asks for
        what the others leave, which may be nothing, each other for its own share."""
        last = self.line_ids[-1:]
        others = (self.line_ids - last).filtered("value_amount")
        shares = others.filtered(lambda line: line.value == "percent")
        left = 100.0 - sum(shares.mapped("value_amount"))
        return others | last if left > _NO_SHARE else others

    def _key_account_cash_discount(self):
        """(percent, days) that are taken off for paying early; None for none."""
        if not self.early_discount:
            return None
        return self.discount_percentage, self.discount_days

    def _key_account_rest(self):
        """What else of the term a customer agrees to: on which day of a month it is
        due, and what may be taken off for paying early."""
        days = [
            line.days_next_month or ""
            for line in self.line_ids
            if line.delay_type == "days_end_of_month_on_the"
        ]
        discount = self._key_account_cash_discount()
        kind = self.early_pay_discount_computation if discount else ""
        return [days, [repr(part) for part in discount or ()], kind or ""]


class AccountPaymentTermLine(models.Model):
    _inherit = "account.payment.term.line"

    def _key_account_due_days(self):
        day = (self.days_next_month or "").strip()
        # As Odoo reads it: what is no number is the first.
        day_of_next_month = int(day) if day.isdigit() else 1
        return rules.due_days(self.delay_type, self.nb_days, day_of_next_month)
