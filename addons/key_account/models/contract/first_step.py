"""What is to be set up of contracts."""

from odoo import api, models

from ..shared.first_step import FirstStep


class KeyAccountFirstStep(models.Model):
    _inherit = "key.account.first.step"

    @api.model
    def _first_steps(self):
        return {**super()._first_steps(), "signatories": 60, "reviewers": 65}

    @api.model
    def _first_step_signatories(self):
        company = self.env.company
        levels = self.env["key.account.authority.level"].search(
            [("company_id", "=", company.id)]
        )
        teams = self.env["crm.team"].search(
            [
                ("is_key_account", "=", True),
                ("company_id", "in", [False, company.id]),
            ]
        )
        people = teams.member_ids
        return FirstStep(
            self.env._("Who signs contracts for us"),
            self.env._(
                "Each specialist of a key-account team stands on a level: it is"
                " named beside their signature."
            ),
            bool(people) and not people - levels.user_ids,
            "key_account.authority_level_action",
        )

    @api.model
    def _first_step_reviewers(self):
        return FirstStep(
            self.env._("Who reviews signed contracts"),
            self.env._(
                "A function with its people, where signed quotations are reviewed"
                " before they are confirmed."
            ),
            not self.env.company.key_account_contract_review
            or self._has_any("key.account.contract.review.function"),
            "key_account.contract_review_function_action",
        )
