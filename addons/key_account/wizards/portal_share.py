from odoo import models


class PortalShare(models.TransientModel):
    _inherit = "portal.share"

    def action_send_mail(self):
        if self.res_model == "sale.order":
            self.env["sale.order"].browse(self.res_id)._held("send")._assert_may("send")
        return super().action_send_mail()
