"""The lines of a plan: what shall be reached, and what is done for it."""

from odoo import api, fields, models

from ..shared.act import meet
from ..shared.label import listed
from ..shared.working_time import today_of


class KeyAccountPlanPart(models.AbstractModel):
    """A line of a plan: fixed with it once the plan is approved."""

    _name = "key.account.plan.part"
    _description = "Part of a Plan"
    _inherit = ["key.account.under"]
    _under = frozenset(("plan_id",))

    plan_id = fields.Many2one(
        "key.account.plan", required=True, ondelete="cascade", index=True
    )
    key_account_id = fields.Many2one(
        related="plan_id.key_account_id", store=True, index=True
    )
    company_id = fields.Many2one(related="plan_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10, aggregator=None)

    # Fields that go on changing while the plan is in force.
    _living = frozenset()

    @api.model_create_multi
    def create(self, vals_list):
        self._assert_plans_draft(self._said_parents("plan_id", vals_list))
        return super().create(vals_list)

    def write(self, vals):
        if vals.keys() - self._living and not self._is_by_process(vals):
            plans = self.plan_id
            if "plan_id" in vals:
                plans |= self._said_parents("plan_id", [vals])
            self._assert_plans_draft(plans)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_of_draft_only(self):
        self._assert_plans_draft(self.plan_id)

    @api.model
    def _assert_plans_draft(self, plans):
        # Who approves them at this moment knows of this, or this of the approval.
        meet(plans)
        plans._assert_draft()


class KeyAccountPlanAction(models.Model):
    _name = "key.account.plan.action"
    _description = "Plan Action"
    _inherit = ["key.account.plan.part"]
    _order = "sequence, date_due, id"

    name = fields.Char(string="Action", required=True)
    phase = fields.Char()
    user_id = fields.Many2one("res.users", string="Person")
    duty = fields.Char()
    standard = fields.Char(string="Work standard")
    date_due = fields.Date(string="Due")
    state = fields.Selection(
        [("todo", "To do"), ("done", "Done")], default="todo", required=True
    )
    done_on = fields.Date("Completed on", readonly=True, copy=False)
    activity_id = fields.Many2one(
        "mail.activity", ondelete="set null", readonly=True, copy=False
    )

    _living = frozenset({"state", "done_on", "activity_id"})

    def write(self, vals):
        self._assert_kept(vals)
        writing = self
        if "state" in vals:
            done = vals["state"] == "done"
            vals = {**vals, "done_on": done and today_of(self)}
            writing = self._unlocked(("done_on",))
        result = super(KeyAccountPlanAction, writing).write(vals)
        if vals.get("state") == "done":
            self.activity_id.action_feedback()
        return result

    def action_done(self):
        self.write({"state": "done"})

    def _remind(self):
        """An activity for who may read the plan; the others are named in the log."""
        unreached = self.browse()
        for action in self.filtered(lambda a: a.state == "todo" and not a.activity_id):
            if action.user_id not in action.key_account_id.access_user_ids:
                unreached |= action
                continue
            activity = action.plan_id.activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=action.date_due,
                summary=action.name,
                user_id=action.user_id.id,
            )
            action._write_kept({"activity_id": activity.id})
        for plan in unreached.plan_id:
            names = unreached.filtered(lambda a, p=plan: a.plan_id == p).user_id.mapped(
                "name"
            )
            plan.message_post(
                body=self.env._(
                    "Not reminded, because they are not on the account team:"
                    " %(people)s.",
                    people=listed(self.env, names),
                )
            )
