from odoo import models


class PortalShare(models.TransientModel):
    _inherit = "portal.share"

    def action_send_mail(self):
        orders = self.env["sale.order"]
        if self.res_model == "sale.order":
            orders = orders.browse(self.res_id)
            self.env["sale.order"].browse(self.res_id)._held("send")._assert_may("send")
        result = super().action_send_mail()
        orders._give_again()
        return result
