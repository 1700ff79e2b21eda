"""The opportunities of the benchmark: a part of its measuring process.

Every case has a team with eight steps, opportunities in the first of them that may move
on, and a pipeline of cards in all steps. Without the add-on the team of the case
``key`` works by plain stages.
"""

from datetime import date

STEPS = 8
MOVED = 200
CARDS = 500
# From this step on the deals of the pipeline have a quotation.
QUOTED_STEP = 5
KANBAN_LIMIT = 80
PROGRESS_BAR = {
    "field": "activity_state",
    "colors": {"planned": "success", "today": "warning", "overdue": "danger"},
}
TAGS = {"display_name": {}, "color": {}}


class LeadOperations:
    """Fixture and operations on opportunities, for the worker."""

    # Fixture

    def make_leads(self, env, fixture, order_id):
        """Ids of the opportunities and of the step that they move to."""
        team = env["crm.team"].browse(fixture["team"])
        steps = self.make_steps(env, team)
        lead_id = self.make_lead(env, fixture, steps[0])
        moved = self.copy_row(env, "crm_lead", "id", lead_id, {}, MOVED)
        cards = []
        for number, step in enumerate(steps):
            count = CARDS * (number + 1) // STEPS - CARDS * number // STEPS
            values = {"stage_id": step.id}
            copies = self.copy_row(env, "crm_lead", "id", lead_id, values, count)
            if number >= QUOTED_STEP:
                self.copy_quotations(env, order_id, copies)
            cards += copies
        if fixture["case"] != "plain" and "key.account" in env:
            self.make_work(env, fixture, moved, cards)
        return {
            "lead": moved[0],
            "moved": moved,
            "cards": cards,
            "next_step": steps[1].id,
        }

    def make_steps(self, env, team):
        """The process of a key-account team; as many plain stages for another team."""
        if getattr(team, "is_key_account", False):
            return team._key_account_stages().filtered(lambda step: not step.is_won)
        # As many open columns as with a process: Odoo opens ten, its own ones first.
        env["crm.stage"].search([("team_ids", "=", False)]).fold = True
        return env["crm.stage"].create(
            [
                {"name": f"Step {n}", "sequence": n, "team_ids": [(6, 0, team.ids)]}
                for n in range(STEPS)
            ]
        )

    def make_lead(self, env, fixture, step):
        lead = env(user=fixture["user"])["crm.lead"].create(
            {
                "name": f"Deal {fixture['case']}",
                "type": "opportunity",
                "partner_id": fixture["partner"],
                "team_id": fixture["team"],
                "user_id": fixture["user"],
                "stage_id": step.id,
                "expected_revenue": 10_000.0,
            }
        )
        lead.flush_recordset()
        return lead.id

    def copy_quotations(self, env, order_id, lead_ids):
        env.cr.execute("SELECT id FROM sale_order_line WHERE order_id = %s", [order_id])
        line_ids = [row[0] for row in env.cr.fetchall()]
        for lead_id in lead_ids:
            values = {"opportunity_id": lead_id}
            copies = self.copy_row(env, "sale_order", "id", order_id, values, 1)
            for line_id in line_ids:
                values = {"order_id": copies[0]}
                self.copy_row(env, "sale_order_line", "id", line_id, values, 1)

    def make_work(self, env, fixture, moved, cards):
        """What the gates ask for: complete plans to move on, requirements on cards."""
        env.cr.execute(
            "UPDATE crm_lead SET stage_entered_on ="
            " stage_entered_on - id %% 50 * interval '1 hour' WHERE id = ANY(%s)",
            [moved + cards],
        )
        env.invalidate_all()
        account = env["crm.lead"].browse(moved[0]).key_account_id
        account._set_kept({"profile_completeness": 60.0})
        env["key.account.plan"].create(
            [self.plan_vals(fixture, lead_id) for lead_id in moved]
        )
        env["key.account.requirement"].create(
            [{"name": "Steel", "opportunity_id": lead_id} for lead_id in cards]
        )

    def plan_vals(self, fixture, lead_id):
        action = {"name": "Visit", "user_id": fixture["user"], "date_due": date.max}
        return {
            "opportunity_id": lead_id,
            "contingency": "Another supplier",
            "objective_ids": [(0, 0, {"name": "First order"})],
            "action_ids": [(0, 0, action)],
        }

    # Operations

    def do_move(self, env, fixture):
        ids = fixture["moved"][: fixture.get("count", MOVED)]
        vals = {"stage_id": fixture["next_step"]}
        return self.call(env, "crm.lead", "write", ids, vals)

    def do_pipeline(self, env, fixture):
        """The two requests of the pipeline's kanban: columns with cards, and bars."""
        if "card_spec" not in fixture:
            fixture["card_spec"] = self.card_spec(env)
        # Some of every step.
        cards = fixture["cards"][:: CARDS // fixture.get("count", CARDS)]
        domain = [("type", "=", "opportunity"), ("id", "in", cards)]
        context = {
            "default_type": "opportunity",
            "default_team_id": fixture["team"],
            "read_group_expand": True,
        }
        env = env(context={**env.context, **context})
        calls = [
            self.call(
                env,
                "crm.lead",
                "web_read_group",
                domain,
                groupby=["stage_id"],
                aggregates=["expected_revenue:sum", "recurring_revenue_monthly:sum"],
                auto_unfold=True,
                unfold_read_specification=fixture["card_spec"],
                unfold_read_default_limit=KANBAN_LIMIT,
                groupby_read_specification={"stage_id": {"requirements": {}}},
            ),
            self.call(
                env, "crm.lead", "read_progress_bar", domain, "stage_id", PROGRESS_BAR
            ),
        ]
        return lambda: [call() for call in calls]

    def card_spec(self, env):
        """What the cards ask for; properties excluded, the database has none."""
        from lxml import etree

        leads = env["crm.lead"]
        view = env.ref("crm.crm_case_kanban_view_leads")
        arch = etree.fromstring(leads.get_view(view.id, "kanban")["arch"])
        names = {node.get("name") for node in arch.iter("field")}
        kinds = {"many2one": {"fields": {"display_name": {}}}}
        kinds["many2many"] = {"fields": TAGS}
        return {
            name: kinds.get(leads._fields[name].type, {})
            for name in sorted(names)
            if leads._fields[name].type != "properties"
        }

    def do_open_lead(self, env, fixture):
        if "lead_spec" not in fixture:
            from odoo.tests import Form

            lead = env["crm.lead"].browse(fixture["lead"])
            fixture["lead_spec"] = Form(lead)._view["fields_spec"]
        spec = fixture["lead_spec"]
        return self.call(
            env, "crm.lead", "web_read", [fixture["lead"]], specification=spec
        )
