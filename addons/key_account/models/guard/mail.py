"""Mails and scheduled messages of a held quotation are not made."""

from odoo import models


class MailTemplate(models.Model):
    _inherit = "mail.template"

    def _generate_template(self, res_ids, render_fields, *args, **kwargs):
        # Shared by composer, mass mail, send_mail and server actions: a held quotation
        # is not rendered.
        reports = self.sudo().report_template_ids.mapped("model")
        if self.model == "sale.order" or "sale.order" in reports:
            # Attached to a mail about something else, the print is of the same number.
            orders = self.env["sale.order"].browse(res_ids).exists()
            orders._held("send")._assert_may("send")
        return super()._generate_template(res_ids, render_fields, *args, **kwargs)


class MailScheduledMessage(models.Model):
    _inherit = "mail.scheduled.message"

    def _post_message(self, *args, **kwargs):
        orders = self.filtered(lambda message: message.model == "sale.order")
        self.env["sale.order"].browse(orders.mapped("res_id")).exists()._held(
            "send"
        )._assert_may("send")
        return super()._post_message(*args, **kwargs)
