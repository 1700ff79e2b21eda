"""Next steps that the account's file itself asks for."""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..shared.policy import UNGRADED
from .key_account import ENDED_STATES


class KeyAccountNextStep(models.Model):
    _inherit = "key.account.next.step"

    @api.model
    def _today(self):
        return fields.Date.context_today(self)

    @api.model
    def _of_kept_accounts(self):
        """What stands under an account that is worked on; or under a file that was
        merged into one, and is archived for that."""
        in_use = Domain("key_account_id.active", "=", True)
        in_use |= Domain("key_account_id.merged_into_id", "!=", False)
        return in_use & Domain("key_account_id.state", "not in", ENDED_STATES)

    @api.model
    def _policy_of(self, query, name):
        """What the policy of each account of this query says (SQL, 0 without one); see
        ``key.account.policy``, which says the same one record at a time."""
        accounts, policies = self.env["key.account"], self.env["key.account.policy"]
        words = {
            "company": accounts._field_to_sql("key_account", "company_id", query),
            "grade": accounts._field_to_sql("key_account", "grade", query),
            "ungraded": UNGRADED,
        }
        for each in (name, "company_id", "grade"):
            policies.flush_model([each])
        holding = SQL(
            "LATERAL (SELECT each.* FROM key_account_policy each"
            " WHERE (each.company_id = %(company)s OR each.company_id IS NULL)"
            " AND each.grade = COALESCE(%(grade)s, %(ungraded)s)"
            " ORDER BY each.company_id NULLS LAST LIMIT 1)",
            **words,
        )
        query.add_join("LEFT JOIN", "policy", holding, SQL("TRUE"))
        return SQL("COALESCE(%s, 0)", SQL.identifier("policy", name))

    # ------------------------------------------------------------
    # PROFILE, PEOPLE
    # ------------------------------------------------------------

    def _due_profile(self):
        """Profiles below the threshold; an answer that has expired counts as none."""
        return self._steps(
            "key.account",
            self._kept_accounts() & Domain("profile_completeness", "<", self.threshold),
            account="id",
            number="profile_completeness",
        )

    def _open_profile(self, account):
        return account.action_open_survey()

    def _due_decision_maker(self):
        return self._steps(
            "key.account",
            self._kept_accounts()
            & Domain("stakeholder_ids", "not any", [("role", "=", "decision_maker")]),
            account="id",
        )

    def _open_decision_maker(self, account):
        action = account._action("key_account.stakeholder_action")
        action["domain"] = [("key_account_id", "=", account.id)]
        action["context"] = {
            "default_key_account_id": account.id,
            "default_role": "decision_maker",
        }
        return action

    # ------------------------------------------------------------
    # PLAN, TRIAL, IMPORTANCE
    # ------------------------------------------------------------

    def _due_plan_missing(self):
        """Accounts without a plan that still runs, of whatever kind."""
        runs = Domain("state", "!=", "closed") & (
            Domain("date_to", "=", False) | Domain("date_to", ">=", self._today())
        )
        return self._steps(
            "key.account",
            self._kept_accounts() & Domain("plan_ids", "not any", runs),
            account="id",
        )

    def _open_plan_missing(self, account):
        return account.action_new_plan()

    def _due_trial_ending(self):
        until = fields.Date.add(self._today(), days=self.days)
        return self._steps(
            "key.account",
            Domain("state", "=", "trial") & Domain("trial_end", "<=", until),
            account="id",
            date="trial_end",
        )

    def _due_evaluation_stale(self):
        """Accounts whose last finished evaluation is older than their company lets it
        become."""
        query = self._find(
            "key.account",
            self._kept_accounts()
            & Domain("evaluation_ids", "any", [("state", "=", "done")]),
        )
        if query is None:
            return None
        evaluations = self.env["key.account.evaluation"]._fields
        last = SQL(
            "LATERAL (SELECT MAX(%s) AS day FROM key_account_evaluation each"
            " WHERE each.key_account_id = key_account.id AND %s = 'done')",
            SQL.identifier("each", "date", to_flush=evaluations["date"]),
            SQL.identifier("each", "state", to_flush=evaluations["state"]),
        )
        query.add_join("JOIN", "evaluated", last, SQL("TRUE"))
        months = self._policy_of(query, "evaluation_months")
        stale_on = SQL("(evaluated.day + %s * INTERVAL '1 month')::date", months)
        query.add_where(SQL("%s > 0 AND %s < %s", months, stale_on, self._today()))
        return self._select(
            "key.account",
            query,
            account="id",
            date=stale_on,
            since=SQL("evaluated.day"),
            number=months,
        )

    def _open_evaluation_stale(self, account):
        return account.action_evaluate()

    def _due_risk(self):
        """Open risks that are high, or to be judged again."""
        grave = Domain("level", "=", "high")
        grave |= Domain("next_assessment", "<=", self._today())
        return self._steps(
            "key.account.risk",
            Domain("state", "=", "open") & grave & self._of_kept_accounts(),
            account="key_account_id",
            date="next_assessment",
            number="score",
        )

    # ------------------------------------------------------------
    # THE FILE AS A WHOLE, AND ITS PEOPLE
    # ------------------------------------------------------------

    def _due_file_review(self):
        """Files that nobody has looked through for the months of their policy; a file
        starts to count when it is opened."""
        query = self._find("key.account", self._kept_accounts())
        if query is None:
            return None
        months = self._policy_of(query, "file_review_months")
        accounts = self.env["key.account"]
        last = accounts._field_to_sql("key_account", "file_reviewed_on", query)
        opened = accounts._field_to_sql("key_account", "create_date", query)
        due = SQL(
            "(COALESCE(%s, %s) + %s * INTERVAL '1 month')::date",
            last,
            self._day(opened),
            months,
        )
        query.add_where(SQL("%s > 0 AND %s <= %s", months, due, self._today()))
        return self._select(
            "key.account", query, account="id", date=due, since=last, number=months
        )

    def _due_birthday(self):
        """Decision makers who have their birthday within the days of the rule; of 29
        February on the 28th where there is none."""
        people = self.env["key.account.stakeholder"]
        query = self._find(
            people._name,
            Domain("role", "=", "decision_maker")
            & Domain("birthday", "!=", False)
            & self._of_kept_accounts(),
        )
        if query is None:
            return None
        born = people._field_to_sql(query.table, "birthday", query)
        today = self._today()
        # The first one that is not over: this year's, or else next year's.
        this_year, next_year = (
            SQL(
                "(%s + (%s - EXTRACT(YEAR FROM %s)) * INTERVAL '1 year')::date",
                born,
                today.year + ahead,
                born,
            )
            for ahead in (0, 1)
        )
        day = SQL(
            "CASE WHEN %s >= %s THEN %s ELSE %s END",
            this_year,
            today,
            this_year,
            next_year,
        )
        query.add_where(SQL("%s <= %s", day, fields.Date.add(today, days=self.days)))
        return self._select(people._name, query, account="key_account_id", date=day)
