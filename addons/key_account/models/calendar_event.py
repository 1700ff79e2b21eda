from odoo import api, fields, models
from odoo.exceptions import UserError


class CalendarEvent(models.Model):
    _inherit = "calendar.event"

    key_account_visit_id = fields.Many2one(
        "key.account.visit",
        string="Visit",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )

    def write(self, vals):
        """Moving the event moves its visit, archiving it leaves the visit without a date."""
        if vals.get("recurrency"):
            self._assert_no_visit_recurs()
        result = super().write(vals)
        if not self._get_time_fields().isdisjoint(vals):
            self.sudo().key_account_visit_id._follow_calendar()
        if vals.get("active") is False:
            self.sudo().key_account_visit_id._lose_calendar()
        return result

    def unlink(self):
        visits = self.sudo().key_account_visit_id
        result = super().unlink()
        visits._lose_calendar()
        return result

    @api.model
    def _key_account_quietly(self):
        """This model with everything that would send a mail or a pop-up switched off."""
        return self.sudo().with_context(
            no_mail_to_attendees=True,
            skip_attendee_notification=True,
            skip_contact_description=True,
            dont_notify=True,
            mail_create_nolog=True,
            mail_create_nosubscribe=True,
            mail_notrack=True,
            default_res_model=False,
            default_res_model_id=False,
            default_res_id=False,
        )

    def _assert_no_visit_recurs(self):
        visits = self.sudo().key_account_visit_id
        if visits:
            raise UserError(
                self.env._(
                    "%(visits)s: the event of a visit cannot be repeated. Plan further visits instead.",
                    visits=", ".join(visits.mapped("display_name")),
                )
            )
