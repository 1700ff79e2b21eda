"""Satisfaction as it is seen from the account; where it goes when files are merged, and
when a person is forgotten."""

from odoo import api, fields, models

from ...rules import satisfaction as rules
from ..shared.label import listed, noted, number_said


class KeyAccount(models.Model):
    _inherit = "key.account"

    satisfaction_ids = fields.One2many(
        "key.account.satisfaction", "key_account_id", copy=False
    )
    satisfaction_last = fields.Char(
        string="Last survey",
        compute="_compute_satisfaction_last",
        help="The mean of its marks from 1 to 5, and how many of those asked answered.",
    )
    satisfaction_hint = fields.Char(
        string="Who is asked", compute="_compute_satisfaction_hint"
    )

    @api.depends("satisfaction_ids.state")
    @api.depends_context("lang", "uid", "allowed_company_ids")
    def _compute_satisfaction_last(self):
        """Asked on the form: one query, however many accounts."""
        surveys = self.env["key.account.satisfaction"]
        groups = []
        if surveys.has_access("read"):
            groups = surveys._read_group(
                [("key_account_id", "in", self.ids)],
                ["key_account_id", "wave"],
                ["asked:sum", "answered:sum", "mark:sum", "marks:sum", "sent_on:max"],
            )
        last = {}
        for account, wave, *sums, sent_on in groups:
            if account not in last or last[account][-1] < sent_on:
                last[account] = wave, *sums, sent_on
        for account in self:
            found = last.get(account._origin)
            account.satisfaction_last = (
                self._satisfaction_said(*found[:5]) if found else self.env._("n/a")
            )

    def _satisfaction_said(self, wave, asked, answered, mark, marks):
        rate = rules.rate(answered, asked)
        return self.env._(
            "%(wave)s: mean %(mean)s; %(answered)s of %(asked)s answered (%(rate)s)",
            wave=wave,
            mean=number_said(self.env, mark / marks, 2) if marks else self.env._("n/a"),
            answered=answered,
            asked=asked,
            rate=f"{number_said(self.env, rate, 1)} %",
        )

    @api.depends("stakeholder_ids.asked_satisfaction", "stakeholder_ids.role")
    @api.depends_context("lang")
    def _compute_satisfaction_hint(self):
        """Asked on the form."""
        chosen = {a: a.stakeholder_ids._satisfaction_chosen()._origin for a in self}
        everybody = self.env["key.account.stakeholder"].union(*chosen.values())
        reasons = everybody._satisfaction_reasons(wave=False)
        words = everybody._satisfaction_words()
        for account, people in chosen.items():
            if not people:
                account.satisfaction_hint = self.env._(
                    "Nobody: mark a contact, or name a decision maker with an email"
                    " address."
                )
                continue
            account.satisfaction_hint = listed(
                self.env,
                (
                    noted(self.env, person.partner_id.name, words[reasons[person]])
                    if reasons[person]
                    else person.partner_id.name
                    for person in people
                ),
            )

    def action_view_satisfaction(self):
        action = self._action("key_account.satisfaction_action")
        action["domain"] = [("key_account_id", "=", self.id)]
        action["context"] = {}
        return action

    def _is_used(self):
        # Whoever asks need not read them.
        return super()._is_used() or bool(self.sudo().satisfaction_ids)

    def _merge_into(self, survivor):
        """What the customer answered is found under the file that stays. With full
        rights: of whomever the files are."""
        result = super()._merge_into(survivor)
        surveys = self.env["key.account.satisfaction"].sudo()
        surveys = surveys.search([("key_account_id", "in", self.ids)])
        surveys._set_kept({"key_account_id": survivor.id})
        return result


class KeyAccountStakeholder(models.Model):
    _inherit = "key.account.stakeholder"

    def _anonymise(self):
        """The marks stay; the address, and their own words, do not. The link that they
        have opens nothing any more."""
        rows = self._every_row()
        surveys = self.env["key.account.satisfaction"].sudo()
        surveys = surveys.search([("partner_id", "in", rows.partner_id.ids)])
        result = super()._anonymise()
        surveys.filtered(lambda survey: survey.state == "sent")._write_kept(
            {"state": "expired"}
        )
        for survey in surveys.filtered("comment"):
            for feedback in survey.feedback_id.filtered("description"):
                words = feedback.description.replace(survey.comment, "").strip()
                feedback._write_kept({"description": words})
        surveys._write_kept({"email": False, "comment": False})
        return result
