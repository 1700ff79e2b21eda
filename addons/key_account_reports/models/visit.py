"""What the figures need to know of a visit, and how it is printed."""

from odoo import api, fields, models

from odoo.addons.key_account.models.shared.label import field_label


class KeyAccountVisit(models.Model):
    _inherit = "key.account.visit"
    # Nobody says so of their own visits: it decides on how their figures look.
    _kept = frozenset(("unplanned", "cancelled_by_customer"))

    unplanned = fields.Boolean(
        readonly=True,
        copy=False,
        help="Entered when it had begun already: counted beside the visit"
        " plan, not in it.",
    )

    cancelled_by_customer = fields.Boolean(
        readonly=True,
        copy=False,
        help="The customer called it off, and we know why: left out of"
        " the visit plan completion.",
    )

    # ------------------------------------------------------------
    # CRUD METHODS
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        visits = super().create(vals_list)
        now = fields.Datetime.now()
        begun = visits.filtered(lambda visit: visit.date_start <= now)
        begun._write_kept({"unplanned": True})
        return visits

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_cancel(self, reason=None, by_customer=False):
        """Cancelling asks for a reason anyway; whose wish it was decides whether it
        counts."""
        result = super().action_cancel(reason)
        self._write_kept({"cancelled_by_customer": by_customer})
        return result

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
