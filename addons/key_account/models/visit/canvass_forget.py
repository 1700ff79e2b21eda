"""Who was met in the street, and must be forgotten: when they ask, or after a time."""

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import date_utils

from ...rules import canvass as rules
from ..shared.batch import in_batches

# What an entry says of a person; the shop and what it sells are none.
_PERSON = ("contact_name", "phone", "next_step", "note")
_TEXT = ("char", "text")


class ResCompany(models.Model):
    _inherit = "res.company"

    key_account_canvass_months = fields.Integer(
        string="Street contacts forgotten after (months)",
        prefetch="key_account",
        help="Person, telephone and remarks of contacts entered while canvassing are"
        " removed this long after we last spoke to them; figures and coverage stay."
        " 0: they are kept.",
    )

    _key_account_canvass_months_within = models.Constraint(
        "CHECK (key_account_canvass_months BETWEEN 0 AND 1200)",
        "Contacts of the street are forgotten after up to 1200 months; 0: never.",
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    key_account_canvass_months = fields.Integer(
        related="company_id.key_account_canvass_months", readonly=False
    )


class KeyAccountSurveyQuestion(models.Model):
    _inherit = "key.account.survey.question"

    personal = fields.Boolean(
        string="About a person",
        help="Of dealers met in the street, the answer is forgotten with the person.",
    )


class KeyAccountCanvass(models.Model):
    """Forgetting somebody leaves the shop, the brands, the interest, when it was and
    who was there: what is counted. A lead or an account made of it is a file of its
    own."""

    _inherit = "key.account.canvass"

    forgotten_on = fields.Date(string="Person forgotten on", readonly=True, copy=False)

    _to_forget_idx = models.Index("(date) WHERE forgotten_on IS NULL")

    # ---------------------------------------- when they ask

    def action_anonymise(self):
        """Forget these people, in every entry with them: the manager decides."""
        self.check_access("write")
        entries = self._of_the_same_people()
        entries._assert_may_forget()
        entries._forget()
        return True

    def _of_the_same_people(self):
        """Whoever entered them: by their telephone, or by name at the same place. With
        full rights; of what is found, nothing is told."""
        every = self.sudo()
        found = Domain("id", "in", self.ids)
        for entry in every:
            own = Domain("company_id", "=", entry.company_id.id)
            if entry.phone_key:
                found |= own & Domain("phone_key", "=", entry.phone_key)
            if entry.place_id and entry.contact_name:
                found |= Domain("place_id", "=", entry.place_id.id) & Domain(
                    "contact_name", "=", entry.contact_name
                )
        return every.search(found)

    def _assert_may_forget(self):
        user = self.env.user
        teams = self.sudo().grouped("team_id")
        if not all(team._is_managed_by(user, everywhere=True) for team in teams):
            raise AccessError(
                self.env._(
                    "Whether somebody met in the street is forgotten is decided by the"
                    " manager of each team that entered them. Ask a director of your"
                    " company."
                )
            )

    def _forget(self):
        """Whoever calls it has checked who may."""
        # With full rights: reports that were handed in stand otherwise.
        entries = self.sudo()
        now, today = fields.Datetime.now(), fields.Date.context_today(self)
        open_ = entries.filtered(
            lambda entry: entry.next_date and not entry.next_done_on
        )
        open_._write_kept({"next_done_on": now, "next_done_by_id": self.env.uid})
        entries._write_kept({**dict.fromkeys(_PERSON, False), "forgotten_on": today})
        answers = entries.answer_ids.filtered(
            lambda answer: (
                answer.value
                and answer.question_id.personal
                and answer.answer_type in _TEXT
            )
        )
        # Still answered, so that what is counted stays.
        answers._set_kept({"value": self.env._("Anonymised")})
        places = entries.place_id.filtered(
            lambda place: all(entry.forgotten_on for entry in place.canvass_ids)
        )
        places.write({"phone": False, "note": False})

    # ---------------------------------------- after a time

    @api.model
    def _cron_forget(self):
        """Whom nobody has met again for the months that the company says."""
        companies = self.env["res.company"].search(
            [("key_account_canvass_months", ">", 0)]
        )
        for company in companies:
            if not in_batches(self, self._met_long_ago(company), self._forget_all):
                return

    @api.model
    def _met_long_ago(self, company):
        """Domain; what is promised for a day to come is not over yet."""
        today = company._key_account_today()
        months = company.key_account_canvass_months
        last = date_utils.subtract(today, months=months)
        ahead = Domain("next_date", ">=", today) & Domain("next_done_on", "=", False)
        return (
            Domain("company_id", "=", company.id)
            & Domain("date", "<", last)
            & Domain("forgotten_on", "=", False)
            & ~ahead
        )

    @staticmethod
    def _forget_all(entries):
        entries._forget()


class KeyAccountStakeholder(models.Model):
    """A person of a file who is forgotten was met in the street, perhaps."""

    _inherit = "key.account.stakeholder"

    def _assert_may_anonymise(self):
        result = super()._assert_may_anonymise()
        self._met_in_the_street()._assert_may_forget()
        return result

    def _anonymise_elsewhere(self):
        result = super()._anonymise_elsewhere()
        self._met_in_the_street()._forget()
        return result

    def _met_in_the_street(self):
        """Entries with these people, whoever made them: with full rights, of which
        nothing is told."""
        entries = self.env["key.account.canvass"].sudo()
        code, found = entries._country_code(), Domain.FALSE
        for row in self.sudo():
            person, company = row.partner_id, row.key_account_id.company_id
            own = Domain("company_id", "=", company.id)
            found |= own & Domain("partner_id", "=", person.id)
            if key := rules.phone_key(person.phone, code):
                found |= own & Domain("phone_key", "=", key)
            found |= Domain("key_account_id", "=", row.key_account_id.id) & Domain(
                "contact_name", "=", person.name
            )
        return entries.search(found & Domain("forgotten_on", "=", False)).with_env(
            self.env
        )
