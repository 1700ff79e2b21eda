"""Next steps that visits ask for: today's, their reports and reviews."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...rules.working_time import begins

VISIT = "key.account.visit"


class KeyAccountNextStep(models.Model):
    _inherit = "key.account.next.step"

    # ------------------------------------------------------------
    # TODAY
    # ------------------------------------------------------------

    def _due_visit_today(self):
        """Visits of today, and those whose day is over without a word of them."""
        tomorrow = fields.Date.context_today(self) + timedelta(days=1)
        night = begins(tomorrow, self.env.tz)
        query = self._find(
            VISIT,
            Domain("state", "in", ("planned", "confirmed"))
            & Domain("date_start", "<", night),
        )
        if query is None:
            return None
        start = self.env[VISIT]._field_to_sql(query.table, "date_start", query)
        return self._select(
            VISIT,
            query,
            account="key_account_id",
            date=self._day(start),
            user="user_id",
            mine=self._visited_by_reader(query),
        )

    @api.model
    def _visited_by_reader(self, query):
        """Whether the reader is responsible for the visit, or takes part."""
        parts = self.env["key.account.visit.participant"]._fields
        return SQL(
            "%(user)s = %(uid)s OR EXISTS (SELECT 1 FROM key_account_visit_participant"
            " part WHERE part.visit_id = %(visit)s AND %(part)s = %(uid)s)",
            user=self.env[VISIT]._field_to_sql(query.table, "user_id", query),
            uid=self.env.uid,
            visit=SQL.identifier(query.table, "id"),
            part=SQL.identifier("part", "user_id", to_flush=parts["user_id"]),
        )

    def _due_report(self):
        query = self._find(VISIT, Domain("state", "=", "held"))
        return self._select_due(query, "report_deadline", user="user_id")

    def _open_report(self, visit):
        return visit.action_open_report()

    # ------------------------------------------------------------
    # TOO LONG AGO
    # ------------------------------------------------------------

    def _due_visit_overdue(self):
        """Customers who have not been visited for as long as their policy lets pass,
        and whom nobody is going to visit: 30 days ÷ visits a month; without visits by
        plan, the months of the revisit. A file starts to count when it is opened."""
        query = self._find("key.account", self._kept_accounts() & self._unplanned())
        if query is None:
            return None
        a_month = self._policy_of(query, "visits_per_month")
        months = self._policy_of(query, "revisit_months")
        since, base = self._last_visit(query)
        interval = SQL(
            "CASE WHEN %(a_month)s > 0 THEN (30 / %(a_month)s) * INTERVAL '1 day'"
            " WHEN %(months)s > 0 THEN %(months)s * INTERVAL '1 month' END",
            a_month=a_month,
            months=months,
        )
        return self._select_overdue(query, since, base, interval)

    def _open_visit_overdue(self, account):
        return account.action_new_visit()

    def _due_sponsor_meeting(self):
        """Sponsors who have not met the customer for as long as their cycle says, and
        are not going to. Whose turn it is: the specialist, who arranges it."""
        cycle = Domain("sponsor_id", "!=", False)
        cycle &= Domain("sponsor_cycle_months", ">", 0)
        sponsored = Domain("purpose", "=", "sponsor")
        query = self._find(
            "key.account", self._kept_accounts() & cycle & self._unplanned(sponsored)
        )
        if query is None:
            return None
        since, base = self._last_visit(query, purpose="sponsor")
        months = self.env["key.account"]._field_to_sql(
            "key_account", "sponsor_cycle_months", query
        )
        interval = SQL("%s * INTERVAL '1 month'", months)
        return self._select_overdue(query, since, base, interval, number=months)

    def _open_sponsor_meeting(self, account):
        action = account.action_new_visit()
        action["context"] = {**action["context"], "default_purpose": "sponsor"}
        return action

    def _unplanned(self, domain=Domain.TRUE):
        """Accounts whom nobody is going to visit in this way."""
        ahead = Domain("state", "in", ("planned", "confirmed"))
        ahead &= Domain("date_end", ">=", fields.Datetime.now())
        none = Domain("visit_ids", "not any", ahead & domain)
        if merged := self.env["key.account"]._merged_away():
            # Nor in the files that were merged into theirs, whoever may read these.
            of_merged = Domain("key_account_id", "in", list(merged))
            visits = self.env[VISIT].sudo().search(ahead & domain & of_merged)
            going = [merged[id_] for id_ in visits.key_account_id.ids]
            none &= Domain("id", "not in", going)
        return none

    def _last_visit(self, query, purpose=None):
        """Day of the last visit that was held (SQL), and the day to count from, which
        is that of the opening of their first file where there was none."""
        self.env[VISIT].flush_model(
            ["key_account_id", "state", "held_start", "purpose"]
        )
        last = SQL(
            "LATERAL (SELECT MAX(each.held_start) AS moment FROM key_account_visit each"
            " WHERE each.key_account_id = %s"
            " AND each.state IN ('held', 'reported', 'reviewed') %s)",
            self._any_file(SQL.identifier("key_account", "id")),
            SQL("AND each.purpose = %s", purpose) if purpose else SQL(),
        )
        query.add_join("LEFT JOIN", "visited", last, SQL("TRUE"))
        since = self._day(SQL("visited.moment"))
        opened = self._day(self._first_opened(SQL.identifier("key_account", "id")))
        return since, SQL("COALESCE(%s, %s)", since, opened)

    def _first_opened(self, account):
        """When the first file of the customer of this account was opened (SQL): merged,
        they are the same customer."""
        if not self.env["key.account"]._merged_away():
            return SQL.identifier("key_account", "create_date")
        return SQL(
            "(SELECT MIN(file.create_date) FROM key_account file WHERE file.id = %s)",
            self._any_file(account),
        )

    def _any_file(self, account):
        """This account (SQL), or any file that was merged into it."""
        merged = self.env["key.account"]._merged_away()
        if not merged:
            return account
        return SQL(
            "ANY(ARRAY(SELECT file.id FROM unnest(%s::int[], %s::int[])"
            " AS file (id, account_id) WHERE file.account_id = %s) || %s)",
            list(merged),
            list(merged.values()),
            account,
            account,
        )

    def _select_overdue(self, query, since, base, interval, number=None):
        due = SQL("(%s + %s)::date", base, interval)
        ahead = fields.Date.add(self._today(), days=self.days)
        query.add_where(SQL("%s <= %s", due, ahead))
        return self._select(
            "key.account", query, account="id", date=due, since=since, number=number
        )

    # ------------------------------------------------------------
    # REVIEWS
    # ------------------------------------------------------------

    def _due_review(self):
        """Reports that wait for a manager."""
        query = self._find(VISIT, Domain("state", "=", "reported"))
        if query is None:
            return None
        team = query.left_join(query.table, "team_id", "crm_team", "id", "team_id")
        return self._select_due(
            query,
            "review_deadline",
            user=SQL.identifier(team, "user_id"),
            mine=self._reviewed_by_reader(query, team),
        )

    def _open_review(self, visit):
        return visit.action_open_review() if visit.can_review else visit._open_visit()

    @api.model
    def _reviewed_by_reader(self, query, team):
        """Whether the reader is one of those to review: a manager of the team who
        neither held nor reported the visit; a director, where no manager is. It is
        what ``_reviewers()`` says, without what only reviewing itself asks.

        :param team: alias of the visit's team
        """
        visits = self.env[VISIT]
        teams = self.env["crm.team"]._fields
        managers = teams["key_account_manager_ids"]
        words = {
            "uid": self.env.uid,
            "team": SQL.identifier(team, "id"),
            "leader": SQL.identifier(team, "user_id", to_flush=teams["user_id"]),
            "relation": SQL.identifier(managers.relation, to_flush=managers),
            "column1": SQL.identifier(managers.column1),
            "column2": SQL.identifier(managers.column2),
            "holder": visits._field_to_sql(query.table, "user_id", query),
            "reporter": visits._field_to_sql(query.table, "reported_by_id", query),
        }
        managing = SQL(
            "SELECT %(leader)s AS id UNION ALL SELECT %(column2)s FROM %(relation)s"
            " WHERE %(column1)s = %(team)s",
            **words,
        )
        others = SQL(
            "manager.id <> %(holder)s AND manager.id <> COALESCE(%(reporter)s, 0)",
            **words,
        )
        found = SQL(
            "EXISTS (SELECT 1 FROM (%s) manager WHERE %s AND manager.id = %s)",
            managing,
            others,
            self.env.uid,
        )
        if self.env.user.has_group("key_account.group_director"):
            no_manager = SQL(
                "NOT EXISTS (SELECT 1 FROM (%s) manager WHERE %s)", managing, others
            )
            found = SQL("%s OR %s", found, no_manager)
        return found

    @api.model
    def _select_due(self, query, deadline, **columns):
        """Lines of visits whose deadline stands in this field."""
        if query is None:
            return None
        moment = self.env[VISIT]._field_to_sql(query.table, deadline, query)
        return self._select(
            VISIT,
            query,
            account="key_account_id",
            date=self._day(moment),
            **columns,
        )


class KeyAccountVisit(models.Model):
    _inherit = "key.account.visit"

    def _open_visit(self):
        return self._open_form("key_account.visit_view_form", self.env._("Visit"))
