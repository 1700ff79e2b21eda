from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import clean_context


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
        """Moving the event moves its visit; archiving it takes the visit's date."""
        if vals.get("recurrency"):
            self._assert_no_visit_recurs()
        # Core takes names out of ``vals`` while it writes.
        moved = not self._get_time_fields().isdisjoint(vals)
        archived = vals.get("active") is False
        result = super().write(vals)
        if moved:
            self.sudo().key_account_visit_id._follow_calendar()
        if archived:
            self.sudo().key_account_visit_id._lose_calendar()
        return result

    def unlink(self):
        visits = self.sudo().key_account_visit_id
        result = super().unlink()
        visits._lose_calendar()
        return result

    def _has_field_access(self, field, operation):
        if (
            field.name == "key_account_visit_id"
            and operation == "write"
            and not self.env.su
        ):
            return False
        return super()._has_field_access(field, operation)

    @api.model
    def _key_account_quietly(self):
        """This model without anything that sends a mail or a pop-up."""
        context = clean_context(self.env.context)
        return self.sudo().with_context(
            dict(
                context,
                no_mail_to_attendees=True,
                skip_attendee_notification=True,
                skip_contact_description=True,
                dont_notify=True,
                mail_create_nolog=True,
                mail_create_nosubscribe=True,
                mail_notrack=True,
            )
        )

    def _assert_no_visit_recurs(self):
        visits = self.sudo().key_account_visit_id
        if visits:
            raise UserError(
                self.env._(
                    "%(visits)s: the event of a visit cannot be repeated. Plan"
                    " further visits instead.",
                    visits=", ".join(visits.mapped("display_name")),
                )
            )
