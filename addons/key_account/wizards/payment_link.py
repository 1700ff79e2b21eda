from odoo import models


class PaymentLinkWizard(models.TransientModel):
    _inherit = "payment.link.wizard"

    def _prepare_url(self, base_url, related_document):
        if related_document._name == "sale.order":
            related_document._assert_payable()
        return super()._prepare_url(base_url, related_document)
