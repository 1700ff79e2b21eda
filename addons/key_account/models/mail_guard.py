from odoo import models


class MailTemplate(models.Model):
    _inherit = "mail.template"

    def _generate_template(self, res_ids, render_fields, *args, **kwargs):
        # Shared by composer, mass mail, send_mail and server actions: a held quotation is not rendered.
        if self.model == "sale.order":
            self.env["sale.order"].browse(res_ids)._held()._assert_may("send")
        return super()._generate_template(res_ids, render_fields, *args, **kwargs)


class PortalShare(models.TransientModel):
    _inherit = "portal.share"

    def action_send_mail(self):
        if self.res_model == "sale.order":
            self.env["sale.order"].browse(self.res_id)._held()._assert_may("send")
        return super().action_send_mail()


class MailScheduledMessage(models.Model):
    _inherit = "mail.scheduled.message"

    def _post_message(self, *args, **kwargs):
        orders = self.filtered(lambda message: message.model == "sale.order")
        self.env["sale.order"].browse(orders.mapped("res_id")).exists()._held()._assert_may("send")
        return super()._post_message(*args, **kwargs)


class PaymentLinkWizard(models.TransientModel):
    _inherit = "payment.link.wizard"

    def _prepare_url(self, base_url, related_document):
        if related_document._name == "sale.order":
            related_document._held()._assert_may("pay")
        return super()._prepare_url(base_url, related_document)
