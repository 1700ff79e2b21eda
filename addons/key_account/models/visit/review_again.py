"""Whoever was asked to review a report has gone: who reviews now is asked."""

from odoo import fields, models
from odoo.fields import Domain

_MANAGING = frozenset(("user_id", "key_account_manager_ids"))
_REPORTED = Domain("state", "=", "reported")


class KeyAccountVisit(models.Model):
    _inherit = "key.account.visit"

    def _ask_again_for_review(self):
        """Ask somebody who may review these reports, where whoever was asked may not
        any more.

        They are measured by it, but not by what was overdue by then: that stays with
        whoever let it pass.
        """
        # Whose reports wait does not hang on who names a manager.
        waiting = self.sudo()
        reviewers = waiting._reviewers()
        left = waiting.filtered(
            lambda visit: (
                visit.review_asked_id not in reviewers[visit]
                # Of whom it was asked was not always recorded.
                and (visit.review_asked_id or not visit._is_review_overdue())
            )
        )
        if left:
            left._close_activities("key_account.mail_activity_visit_review", done=False)
            left._schedule_review()

    def _is_review_overdue(self):
        self.ensure_one()
        now = fields.Datetime.now()
        return bool(self.review_deadline and self.review_deadline < now)


class KeyAccount(models.Model):
    _inherit = "key.account"

    def write(self, vals):
        result = super().write(vals)
        if "team_id" in vals:
            ours = Domain("key_account_id", "in", self.ids)
            visits = self.env["key.account.visit"].sudo().search(_REPORTED & ours)
            visits._ask_again_for_review()
        return result


class CrmTeam(models.Model):
    _inherit = "crm.team"

    def write(self, vals):
        result = super().write(vals)
        if not _MANAGING.isdisjoint(vals):
            ours = Domain("team_id", "in", self.ids)
            visits = self.env["key.account.visit"].sudo().search(_REPORTED & ours)
            visits._ask_again_for_review()
        return result


class ResUsers(models.Model):
    _inherit = "res.users"

    def write(self, vals):
        result = super().write(vals)
        if not {"active", "company_ids"}.isdisjoint(vals):
            theirs = Domain("review_asked_id", "in", self.ids)
            visits = self.env["key.account.visit"].sudo().search(_REPORTED & theirs)
            visits._ask_again_for_review()
        return result
