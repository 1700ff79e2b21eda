"""Feedback that comes from a visit, and complaints to know before one."""

from odoo import api, fields, models


class KeyAccountVisit(models.Model):
    _inherit = "key.account.visit"

    feedback_ids = fields.One2many("key.account.feedback", "visit_id", copy=False)
    open_complaint_ids = fields.Many2many(
        "key.account.feedback",
        string="Open complaints",
        compute="_compute_open_complaint_ids",
    )

    @api.depends("key_account_id")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_open_complaint_ids(self):
        """What to know before going there, for the page on which it stands."""
        found = self.key_account_id._open_complaints()
        for visit in self:
            visit.open_complaint_ids = found.get(visit.key_account_id, [])

    def action_new_feedback(self):
        """What the customer said there: told at the visit, entered by whoever writes
        it down."""
        self.ensure_one()
        self.check_access("read")
        told = self.met_ids[:1] or self.contact_ids[:1]
        held = self.held_start
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Enter Feedback"),
            "res_model": "key.account.feedback",
            "view_mode": "form",
            "views": [(False, "form")],
            "context": {
                "default_visit_id": self.id,
                "default_key_account_id": self.key_account_id.id,
                "default_channel": "visit",
                "default_partner_id": told.id,
                "default_user_id": self.key_account_id.user_id.id or self.user_id.id,
                **({"default_received_on": held} if held else {}),
            },
        }
