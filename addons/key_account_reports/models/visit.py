"""How a visit is printed."""

from odoo import fields, models

from odoo.addons.key_account.models.shared.label import field_label


class KeyAccountVisit(models.Model):
    _inherit = "key.account.visit"

    # ------------------------------------------------------------
    # PRINTING
    # ------------------------------------------------------------

    def _report_language(self, for_customer):
        """Language of a printed visit: minutes in the customer's, the report in the
        reader's."""
        self.ensure_one()
        customer = self.contact_ids[:1].lang or self.key_account_id.partner_id.lang
        return (for_customer and customer) or self.env.lang or self.env.user.lang

    def _score_label(self, name):
        """What a score of the manager's review is called."""
        return field_label(self, name)

    def _is_one_day(self):
        """Whether it began and ended on one day of the reader's clock."""
        self.ensure_one()
        began, ended = (
            fields.Datetime.context_timestamp(self, moment).date()
            for moment in (self.held_start, self.held_end)
        )
        return began == ended
