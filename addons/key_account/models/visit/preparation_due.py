"""What is to be prepared becomes somebody's activity when it is due, and is done with
it."""

from odoo import api, models

from ..shared.batch import in_batches

_DUTIES = ("key.account.visit.preparation", "key.account.visit.commitment")


class KeyAccountVisitPreparation(models.Model):
    _inherit = "key.account.visit.preparation"

    @api.model
    def _cron_ask(self):
        """Ask for what has come due, batch by batch; run twice, it asks once."""
        # Whoever the scheduled action runs as, it asks for the work of all.
        items = self.sudo()
        in_batches(items, items._due_domain(), lambda due: due._ask())


class MailActivity(models.Model):
    _inherit = "mail.activity"

    def _action_done(self, feedback=False, attachment_ids=None):
        of_visits = self.filtered(lambda each: each.res_model == "key.account.visit")
        result = super()._action_done(feedback=feedback, attachment_ids=attachment_ids)
        if of_visits:
            of_visits._tick_off_duties()
        return result

    def _tick_off_duties(self):
        """Whoever was asked and has done it ticks it off, also without the right to
        change the visit."""
        for name in _DUTIES:
            self.env[name].sudo().search(
                [("activity_id", "in", self.ids), ("done_on", "=", False)]
            )._set_done()
