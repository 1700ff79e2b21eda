"""Whom a satisfaction survey goes to, and how it gets there."""

import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...rules import satisfaction as rules
from ..shared.label import in_clauses
from ..shared.secret_link import mail_links

_TEMPLATE = "key_account.mail_template_satisfaction"


class KeyAccountStakeholder(models.Model):
    _inherit = "key.account.stakeholder"

    asked_satisfaction = fields.Boolean(
        string="Asked about satisfaction",
        help="Surveys by policy go to those who are marked; where nobody of the account"
        " is, to its decision makers.",
    )

    def _satisfaction_chosen(self):
        """Those of these people, of one account, whom a survey goes to by itself."""
        ids = rules.chosen(
            (person.id, person.asked_satisfaction, person.role == "decision_maker")
            for person in self
        )
        return self.browse(ids)

    def _satisfaction_reasons(self, wave):
        """``{person: why they cannot be asked in this wave, None where they can}``.

        A handful of queries, however many people: whether mail reaches somebody hangs
        on nobody's rights.
        """
        people = self.sudo().with_context(active_test=False)
        colleagues = people.partner_id._addresses_of_colleagues()
        surveys = self.env["key.account.satisfaction"].sudo()
        asked = surveys.search(
            [
                ("key_account_id", "in", people.key_account_id.ids),
                ("partner_id", "in", people.partner_id.ids),
                "|",
                ("state", "=", "sent"),
                ("wave", "=", wave),
            ]
        )
        running, in_wave = set(), set()
        for survey in asked:
            key = survey.key_account_id.id, survey.partner_id.id
            if survey.state == "sent":
                running.add(key)
            if survey.wave == wave:
                in_wave.add(key)
        found = {}
        for account, group in people.grouped("key_account_id").items():
            contacts = []
            for person in group:
                contact, key = person.partner_id, (account.id, person.partner_id.id)
                address = contact.email_normalized
                contacts.append(
                    rules.Contact(
                        person.id,
                        address or None,
                        active=person.active and contact.active,
                        blocked=contact.is_blacklisted,
                        colleague=address in colleagues,
                        running=key in running,
                        in_wave=key in in_wave,
                    )
                )
            found.update(rules.reasons(contacts))
        return {person: found[person.id] for person in self}

    @api.model
    def _satisfaction_words(self):
        """``{why somebody is not asked: in words}``"""
        return {
            rules.ARCHIVED: self.env._("is archived"),
            rules.NO_MAIL: self.env._("has no valid email address"),
            rules.COLLEAGUE: self.env._("has the address of a colleague"),
            rules.BLOCKED: self.env._("takes no mails (on the blacklist)"),
            rules.RUNNING: self.env._("has not answered the last survey yet"),
            rules.WAVE: self.env._("was asked in this wave already"),
            rules.TWICE: self.env._("has the same address as another contact"),
        }


class KeyAccount(models.Model):
    _inherit = "key.account"

    def action_ask_satisfaction(self):
        """Say who of the customer is asked; nothing is sent before."""
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Ask about Satisfaction"),
            "res_model": "key.account.satisfaction.send",
            "view_mode": "form",
            "target": "new",
            "context": {"active_model": self._name, "active_ids": self.ids},
        }

    def _ask_satisfaction(self, people, wave, by_policy=False):
        """Send the survey to these people of these accounts, and return the surveys.

        :param people: stakeholders; whoever cannot be asked is refused by name
        :raise UserError: who cannot be asked, and why
        """
        if not by_policy:
            self.check_access("write")
        self._touch_for_asking()
        reasons = people._satisfaction_reasons(wave)
        if refused := [(person, why) for person, why in reasons.items() if why]:
            words = people._satisfaction_words()
            raise UserError(
                self.env._(
                    "Cannot be asked: %s.",
                    in_clauses(
                        self.env,
                        (f"{p.partner_id.name} {words[why]}" for p, why in refused),
                    ),
                )
            )
        surveys = self.env["key.account.satisfaction"]
        for company, group in people.grouped("company_id").items():
            surveys |= surveys._send(company, group, wave, by_policy)
        return surveys

    def _touch_for_asking(self):
        """Of two who ask at the same time one waits, and then finds whom the other has
        asked: PostgreSQL ends its transaction, and Odoo does the request again."""
        self.env.cr.execute(
            SQL(
                "UPDATE key_account SET write_date = write_date WHERE id = ANY(%s)",
                sorted(self.ids),
            )
        )


class KeyAccountDelivery(models.Model):
    _inherit = "key.account.delivery"

    def action_ask_satisfaction(self):
        """Those of the customer are asked how they are satisfied, once it is there."""
        self.check_access("read")
        return self.key_account_id.action_ask_satisfaction()


class KeyAccountSatisfaction(models.Model):
    _inherit = "key.account.satisfaction"

    @api.model
    def _send(self, company, people, wave, by_policy):
        """Make the surveys and mail them; whoever calls it has checked who may."""
        questions = self.env["key.account.satisfaction.question"]._asked_by(company)
        if not questions:
            raise UserError(
                self.env._(
                    "There is no question to ask. Enter some under Configuration /"
                    " Account Files / Satisfaction Questions."
                )
            )
        until = company._key_account_today()
        until += timedelta(days=company.sudo().key_account_satisfaction_days)
        now = fields.Datetime.now()
        # Nobody has the right to make them: the process does.
        surveys = self.sudo()._create_kept(
            [
                {
                    "key_account_id": person.key_account_id.id,
                    "company_id": company.id,
                    "team_id": person.key_account_id.team_id.id,
                    "user_id": person.key_account_id.user_id.id,
                    "partner_id": person.partner_id.id,
                    "email": person.partner_id.email_normalized,
                    "lang": self._language_of(person),
                    "wave": wave,
                    "requested_by_id": False if by_policy else self.env.uid,
                    "sent_on": now,
                    "mailed_on": now,
                    "expires_on": until,
                    "access_token": secrets.token_urlsafe(32),
                }
                for person in people.sudo()
            ]
        )
        surveys._put(questions)
        surveys._mail()
        return surveys.with_env(self.env)

    @api.model
    def _language_of(self, person):
        company = person.company_id
        own = person.partner_id.lang or person.key_account_id.partner_id.lang
        return own or company.partner_id.lang or self.env.lang

    def _put(self, questions):
        """Write down what is asked, as each of them reads it."""
        answers = self.env["key.account.satisfaction.answer"].sudo()
        answers._create_kept(
            [
                {
                    "satisfaction_id": survey.id,
                    "question_id": question.id,
                    "question": question.with_context(lang=survey.lang).question,
                    "sequence": place,
                }
                for survey in self
                for place, question in enumerate(questions)
            ]
        )

    def _mail(self):
        mail_links(
            self,
            _TEMPLATE,
            "satisfaction_link",
            lambda record: record._link(),
            lambda survey: survey.email,
            self.env._(
                "The mail template “Key Accounts: Satisfaction Survey” is missing. Ask"
                " an administrator to restore it."
            ),
        )

    def _link(self):
        self.ensure_one()
        return f"{self.get_base_url()}/satisfaction/{self.sudo().access_token}"
