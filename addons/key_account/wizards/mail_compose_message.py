from odoo import models


class MailComposeMessage(models.TransientModel):
    _inherit = "mail.compose.message"

    def _prepare_mail_values(self, res_ids):
        # For several records the text itself is filled from each of them.
        if self.model == "sale.order" and (
            self.composition_mode == "mass_mail" or self.composition_batch
        ):
            self.env["sale.order"].browse(res_ids)._held()._assert_may("send")
        return super()._prepare_mail_values(res_ids)
