"""The customer is invited when somebody says so, and only then."""

import pytz

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..shared.composer import composer
from ..shared.label import listed

# Set by the button's composer: the mail that it sends is an invitation.
_INVITING = "key_account_inviting"
_TEMPLATE = "key_account.mail_template_visit_invitation"


class KeyAccountVisit(models.Model):
    _inherit = "key.account.visit"

    invited_on = fields.Datetime(
        string="Customer invited on", readonly=True, copy=False
    )
    invited_by_id = fields.Many2one(
        "res.users", string="Invited by", readonly=True, copy=False
    )

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_invite(self):
        """Open the mail that invites the contacts, to be read and sent by somebody."""
        self.ensure_one()
        self._assert_state(("planned", "confirmed"), self.env._("announced by mail"))
        without = self.contact_ids.filtered(lambda contact: not contact.email)
        if without or not self.contact_ids:
            raise UserError(
                self.env._(
                    "%(visit)s: enter whom to meet, and the email address of each. It"
                    " is missing for: %(people)s.",
                    visit=self.display_name,
                    people=listed(self.env, without.mapped("name"))
                    or self.env._("everybody"),
                )
            )
        return composer(
            self,
            self.env._("Invite the Customer"),
            _TEMPLATE,
            **{_INVITING: True},
        )

    def message_post(self, **kwargs):
        if not self._is_invitation(kwargs):
            return super().message_post(**kwargs)
        self.check_access("write")
        entries = [
            (f"{self.env._('invitation')}.ics", entry)
            for entry in self._calendar_entry()
        ]
        kwargs["attachments"] = [*(kwargs.get("attachments") or ()), *entries]
        message = super().message_post(**kwargs)
        self._write_kept(
            {"invited_on": fields.Datetime.now(), "invited_by_id": self.env.uid}
        )
        return message

    def _is_invitation(self, message):
        """Whether this message is the one that the button's composer sends: it goes to
        somebody we meet, and the visit is still to come."""
        return bool(
            self.env.context.get(_INVITING)
            and self.state in ("planned", "confirmed")
            and set(message.get("partner_ids") or ()) & set(self.contact_ids.ids)
        )

    # ------------------------------------------------------------
    # WHAT THE CUSTOMER READS
    # ------------------------------------------------------------

    def _invited_language(self):
        """In which language the first of them reads it."""
        self.ensure_one()
        customer = self.key_account_id.partner_id
        return self.contact_ids[:1].lang or customer.lang or self.env.lang

    def _invited_time(self):
        """When it begins and ends, on the clock of whom we meet; its name is told."""
        self.ensure_one()
        contact = self.contact_ids[:1]
        zone = contact.tz or self.key_account_id.partner_id.tz or self.user_id.tz
        zone = zone if zone in pytz.all_timezones_set else "UTC"
        start, end = (
            pytz.utc.localize(moment).astimezone(pytz.timezone(zone))
            for moment in (self.date_start, self.date_end)
        )
        until = f"{end:%H:%M}"
        if start.date() != end.date():
            until = f"{format_date(self.env, end.date(), date_format='full')} {until}"
        return self.env._(
            "%(day)s, %(start)s – %(end)s (%(zone)s)",
            day=format_date(self.env, start.date(), date_format="full"),
            start=f"{start:%H:%M}",
            end=until,
            zone=zone,
        )

    def _calendar_entry(self):
        """The meeting as a file for the customer's calendar, where Odoo makes such
        files: with what the mail says, and nothing of ours."""
        self.ensure_one()
        event = self.env["calendar.event"].new(
            {
                "name": self._invited_subject(),
                "start": self.date_start,
                "stop": self.date_end,
                "location": self.place,
                "user_id": self.user_id.id,
            }
        )
        return [entry for entry in event._get_ics_file().values() if entry]

    def _invited_subject(self):
        company = self.company_id.name
        if self.method == "reception":
            return self.env._("Your visit to %s", company)
        return self.env._("Meeting with %s", company)
