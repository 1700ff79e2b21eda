"""The visits of an account, seen from its file."""

from odoo import api, fields, models

from ..account.value_class import Review
from .review import SCORES


class KeyAccount(models.Model):
    _inherit = "key.account"

    visit_ids = fields.One2many(
        "key.account.visit", "key_account_id", string="Visits", copy=False
    )
    visit_count = fields.Integer(compute="_compute_file_counts")

    @api.model
    def _counted_files(self):
        return {
            **super()._counted_files(),
            "visit_count": ("key.account.visit", "key_account_id", "merged"),
        }

    def _is_used(self):
        return super()._is_used() or bool(self.visit_ids)

    def _last_reviews(self):
        self.env["key.account.visit"].flush_model(
            ["key_account_id", "state", "reviewed_on", *SCORES]
        )
        files = self._with_merged()
        self.env.cr.execute(
            """
            SELECT DISTINCT ON (file.account_id) file.account_id,
                   review_potential, review_value, review_difficulty
              FROM unnest(%s::int[], %s::int[]) AS file (id, account_id)
              JOIN key_account_visit visit ON visit.key_account_id = file.id
             WHERE state = 'reviewed'
          ORDER BY file.account_id, reviewed_on DESC, visit.id DESC
            """,
            [list(files), list(files.values())],
        )
        return {id_: Review(*scores) for id_, *scores in self.env.cr.fetchall()}

    def _merge_into(self, survivor):
        """Whom the visits in these files met has been met."""
        result = super()._merge_into(survivor)
        people = survivor.sudo().with_context(active_test=False).stakeholder_ids
        people._refresh_last_contact()
        return result

    def action_view_visits(self):
        """All that are counted, also those in files that were merged into this one: one
        that is planned there is a visit to this customer."""
        action = self._action("key_account.visit_action")
        action["domain"] = [("key_account_id", "in", list(self._with_merged()))]
        action["context"] = {"default_key_account_id": self.id}
        return action

    def action_new_visit(self):
        return self._action_new("key.account.visit", self.env._("Plan a Visit"))


class KeyAccountPlan(models.Model):
    _inherit = "key.account.plan"

    def _figure_visits(self):
        """Visits held in the period of each plan, by the day of their company."""
        spans = {plan: plan._span() for plan in self}
        if not spans:
            return {}
        files = self.key_account_id._with_merged()
        visits = self.env["key.account.visit"].search_fetch(
            [
                ("key_account_id", "in", list(files)),
                ("state", "in", ("held", "reported", "reviewed")),
            ],
            ["date_start", "held_end", "key_account_id", "company_id"],
        )
        days = {}
        for visit in visits:
            day = visit.company_id._key_account_day(visit.held_end or visit.date_start)
            days.setdefault(files[visit.key_account_id.id], []).append(day)
        return {
            plan.id: sum(
                first <= day <= last for day in days.get(plan.key_account_id.id, ())
            )
            for plan, (first, last) in spans.items()
        }
