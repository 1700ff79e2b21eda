"""The answer of a customer, once; reminders, and what becomes of low marks."""

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, consteq, format_date
from odoo.tools.misc import get_lang

from ...rules import satisfaction as rules
from ...rules.evidence import said
from ..account.key_account import ENDED_STATES
from ..shared.batch import in_batches
from ..shared.label import listed
from ..shared.working_time import today_of

# What comes from outside has an end.
_MOST = 4000
_KEY = 128
# Accounts that have bought from us, and still do.
_CUSTOMERS = ("trial", "active")


class KeyAccountSatisfaction(models.Model):
    _inherit = "key.account.satisfaction"

    # ---------------------------------------- from outside

    @api.model
    def _by_key(self, key):
        """The survey that this link opens, with full rights, or none."""
        none = self.sudo().browse()
        if not isinstance(key, str) or not 20 <= len(key) <= _KEY:
            return none
        if not key.isprintable():
            # No column of text holds the character zero.
            return none
        survey = none.search([("access_token", "=", key)], limit=1)
        return survey if survey and consteq(survey.access_token, key) else none

    def _is_open(self):
        """Whether it can still be answered, its last day included."""
        self.ensure_one()
        return self.state == "sent" and today_of(self) <= self.expires_on

    def _answer(self, marks, comment=None):
        """Record what the customer answers; who has the link is the customer.

        :param marks: ``{id of an answer of this survey: mark from 1 to 5}``; a question
            may be left out
        :return: whether it was recorded; not if it was answered before, or is too late
        :raise UserError: it says what is missing
        """
        self.ensure_one()
        # Of two answers at the same time one waits; then PostgreSQL ends its
        # transaction, and the request, done again, finds the other.
        self.env.cr.execute(
            SQL("SELECT 1 FROM %s WHERE id = %s FOR UPDATE", self._table_sql, self.id)
        )
        self.invalidate_recordset()
        if not self._is_open():
            return False
        given = {
            answer: marks[answer.id]
            for answer in self.answer_ids
            if marks.get(answer.id) in rules.MARKS
        }
        if not given:
            raise UserError(
                self.env._("Please choose a mark for at least one question.")
            )
        for answer, mark in given.items():
            answer._write_kept({"mark": mark, "marks": 1, "answered": 1})
        low = self.company_id.key_account_satisfaction_low
        self._write_kept(
            {
                "state": "answered",
                "answered": 1,
                "answered_on": fields.Datetime.now(),
                "mark": sum(given.values()),
                "marks": len(given),
                "comment": said(comment)[:_MOST] or False,
                "is_low": rules.is_low(given.values(), low),
            }
        )
        if self.is_low:
            self._make_feedback()
        return True

    def _make_feedback(self):
        """Somebody looks into it, within the hours of an opinion."""
        if self.feedback_id:
            return
        reader = self._in_our_language()
        marked = [
            f"{answer.question_id.name} {answer.mark}"
            for answer in reader.answer_ids
            if answer.mark
        ]
        low = self.company_id.key_account_satisfaction_low
        worst = [
            f"{answer.question_id.name} {answer.mark}"
            for answer in reader.answer_ids
            if answer.mark and answer.mark <= low
        ]
        words = [listed(reader.env, marked), self.comment or ""]
        feedback = self.key_account_id._feedback_of_low(
            self.partner_id,
            {
                "name": reader.env._(
                    "Satisfaction survey: %s", listed(reader.env, worst)
                ),
                "description": "\n\n".join(word for word in words if word),
            },
        )
        self._write_kept({"feedback_id": feedback.id})

    def _in_our_language(self):
        return self.with_context(lang=self.key_account_id._language_of_owner())

    # ---------------------------------------- by itself

    @api.model
    def _cron_run(self):
        """Ask where a company has switched it on, remind, and let expire."""
        self._ask_by_policy()
        in_batches(self, [("state", "=", "sent")], lambda batch: batch._follow_up())

    @api.model
    def _ask_by_policy(self):
        companies = self.env["res.company"].search(
            [("key_account_satisfaction_auto", "=", True)]
        )
        policies = self.env["key.account.policy"]._by_grade(companies)
        for company in companies:
            months = {
                grade: policy.satisfaction_months
                for (company_id, grade), policy in policies.items()
                if company_id == company.id
            }
            asked = [grade for grade, number in months.items() if number > 0]
            domain = Domain("company_id", "=", company.id)
            domain &= Domain("state", "in", _CUSTOMERS) & Domain("grade", "in", asked)
            if asked and not in_batches(
                self.env["key.account"],
                domain,
                lambda batch, months=months: batch._ask_if_due(months),
            ):
                return

    def _follow_up(self):
        """Remind of these, or let them expire."""
        moved = self.browse()
        for survey in self:
            company = survey.company_id
            act = rules.next_act(
                company._key_account_today(),
                survey.expires_on,
                company._key_account_day(survey.mailed_on),
                survey.reminders,
                company.key_account_satisfaction_reminders,
                company.key_account_satisfaction_every,
                survey._reaches(),
            )
            if act == rules.EXPIRE:
                survey._write_kept({"state": "expired"})
            elif act == rules.REMIND:
                survey._write_kept(
                    {
                        "reminders": survey.reminders + 1,
                        "mailed_on": fields.Datetime.now(),
                    }
                )
                moved |= survey
        moved._mail()

    def _reaches(self):
        """Whether the contact still takes mail at the address where they were asked,
        and is a customer's of ours."""
        contact, account = self.partner_id, self.key_account_id
        return (
            contact.active
            and not contact.is_blacklisted
            and contact.email_normalized == self.email
            and account.active
            and account.state not in ENDED_STATES
        )

    def _language(self):
        """The language in which they were asked, as long as it is installed."""
        return get_lang(self.env, self.lang).code

    def _last_day(self):
        """Until when it can be answered, as the customer says it."""
        return format_date(self.env, self.expires_on, lang_code=self.lang)


class KeyAccount(models.Model):
    _inherit = "key.account"

    def _language_of_owner(self):
        self.ensure_one()
        return self.user_id.lang or self.company_id.partner_id.lang

    def _feedback_of_low(self, contact, values):
        """Make feedback of a low mark that this contact gave, by whatever way they were
        asked: somebody looks into it, within the hours of an opinion.

        Made by the process: whoever answers has no rights, and no login.
        """
        self.ensure_one()
        people = self.partner_id | self.stakeholder_ids.partner_id
        known = (contact | contact.commercial_partner_id) & people
        process = self.with_user(SUPERUSER_ID).with_context(
            lang=self._language_of_owner(), allowed_company_ids=self.company_id.ids
        )
        return process.env["key.account.feedback"].create(
            {
                "key_account_id": self.id,
                "partner_id": contact.id if known else False,
                "kind": "opinion",
                "channel": "survey",
                **values,
            }
        )

    def _satisfaction_due(self, months):
        """Those of these accounts of one company that are asked by policy today.

        :param months: ``{grade: every how many months}``
        """
        last = dict(
            self.env["key.account.satisfaction"]._read_group(
                [("key_account_id", "in", self.ids)],
                ["key_account_id"],
                ["sent_on:max"],
            )
        )
        return self.filtered(
            lambda account: rules.is_due(
                today_of(account),
                account.company_id._key_account_day(last[account])
                if account in last
                else None,
                months.get(account.grade, 0),
            )
        )

    def _ask_if_due(self, months):
        """Ask those whose time has come, and who can be asked."""
        due = self._satisfaction_due(months)
        if not due:
            return
        wave = fields.Date.to_string(today_of(due))[:7]
        chosen = self.env["key.account.stakeholder"].union(
            *(account.stakeholder_ids._satisfaction_chosen() for account in due)
        )
        reasons = chosen._satisfaction_reasons(wave)
        people = chosen.filtered(lambda person: not reasons[person])
        if people:
            people.key_account_id._ask_satisfaction(people, wave, by_policy=True)
