"""Visits and feedback are rated by the customer."""

from odoo import models
from odoo.tools import format_date

from .feedback import OPEN_STATES


class KeyAccountVisit(models.Model):
    """Once it was held, by those who were met."""

    _name = "key.account.visit"
    _inherit = ["key.account.rated", "key.account.visit"]

    def _rating_is_ripe(self):
        self.ensure_one()
        return self.state in ("held", "reported", "reviewed")

    def _rating_contacts(self):
        self.ensure_one()
        return self.met_ids or self.contact_ids

    def _rating_name(self, lang):
        """Its day: a subject says what we went there for."""
        self.ensure_one()
        day = self.company_id._key_account_day(self.held_start or self.date_start)
        return self.with_context(lang=lang).env._(
            "Visit of %s", format_date(self.env, day, lang_code=lang)
        )

    def _answer_low(self, rating):
        account = self.key_account_id
        own = self.with_context(lang=account._language_of_owner())
        account._feedback_of_low(
            rating.partner_id,
            {
                "name": own.env._(
                    "Rating %(mark)s of 5: %(visit)s",
                    mark=int(rating.rating),
                    visit=own._rating_name(own.env.lang),
                ),
                "description": rating.feedback or "",
                "visit_id": self.id,
            },
        )


class KeyAccountFeedback(models.Model):
    """Once it was answered, by whoever told us."""

    _name = "key.account.feedback"
    _inherit = ["key.account.rated", "key.account.feedback"]

    def _rating_is_ripe(self):
        self.ensure_one()
        states = (*OPEN_STATES, "resolved")
        return bool(self.answered_on) and self.state in states

    def _rating_contacts(self):
        self.ensure_one()
        return self.partner_id

    def _rating_name(self, lang):
        self.ensure_one()
        return f"{self.number} {self.name}"

    def _answer_low(self, rating):
        """Whoever answers it, and a manager of theirs, look at it."""
        directors = self._key_account_directors(self.company_id)[self.company_id]
        teams = self._teams()[self]
        managers = teams._deciders(self.user_id, directors=directors)
        for person in self.user_id | managers[:1]:
            if not person.active or not self._is_open_to(person):
                continue
            self.activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=person.id,
                summary=self.with_context(lang=person.lang).env._(
                    "Rated %(mark)s of 5 by %(contact)s: look into it.",
                    mark=int(rating.rating),
                    contact=rating.partner_id.name,
                ),
            )
