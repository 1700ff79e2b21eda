"""What somebody does about something until a day."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools.misc import clean_context

from ..shared.working_time import today_of


class KeyAccountTask(models.AbstractModel):
    """Something open under an account, with who sees to it and until when.

    As long as it is open, who sees to it has one activity on it; they can open it, or
    the entry is refused. Who ended it and on which day only the process writes.
    """

    _name = "key.account.task"
    _description = "Something to see to"
    _inherit = ["mail.thread", "mail.activity.mixin", "key.account.under"]
    _task_fields = frozenset(("name", "user_id", "date_due", "state"))
    _kept = frozenset(("state", "ended_on", "ended_by_id", "activity_id"))

    name = fields.Char(required=True, tracking=True)
    user_id = fields.Many2one(
        "res.users", string="Who sees to it", tracking=True, index="btree_not_null"
    )
    date_due = fields.Date(string="Until", tracking=True, index="btree_not_null")
    state = fields.Selection(
        [("open", "To do"), ("done", "Done")],
        default="open",
        required=True,
        readonly=True,
        tracking=True,
        copy=False,
        index=True,
    )
    ended_on = fields.Date("Ended on", readonly=True, copy=False)
    ended_by_id = fields.Many2one(
        "res.users", string="Ended by", readonly=True, copy=False
    )
    activity_id = fields.Many2one(
        "mail.activity",
        ondelete="set null",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )
    active = fields.Boolean(default=True)

    # ---------------------------------------- constraints

    @api.constrains("user_id", "key_account_id")
    def _check_can_open(self):
        for task in self:
            user = task.user_id
            if user and not task._is_open_to(user):
                raise ValidationError(
                    self.env._(
                        "%(person)s cannot open “%(what)s” of %(account)s. Add them to"
                        " the account team, or choose somebody who is on it.",
                        person=user.name,
                        what=task.name,
                        account=task.key_account_id.display_name,
                    )
                )

    # ---------------------------------------- CRUD

    @api.model_create_multi
    def create(self, vals_list):
        tasks = super().create(vals_list)
        tasks._remind()
        return tasks

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & (self._task_fields | {"active"}):
            self._remind()
        return result

    def unlink(self):
        self._recall()
        return super().unlink()

    # ---------------------------------------- actions

    def action_end(self):
        """It is seen to: by whom and on which day is kept."""
        self.check_access("write")
        for task in self.filtered(lambda task: task.state == "open"):
            task._write_kept(
                {
                    "state": "done",
                    "ended_on": today_of(task),
                    "ended_by_id": self.env.uid,
                }
            )
        return True

    def action_reopen(self):
        """It is there again."""
        self.check_access("write")
        self._write_kept({"state": "open", "ended_on": False, "ended_by_id": False})
        return True

    # ---------------------------------------- business

    def _is_open_to(self, user):
        """Whether this person may read it, in a company of theirs."""
        companies = user.sudo().company_ids.ids
        mine = self.with_user(user).with_context(allowed_company_ids=companies)
        return bool(mine._filtered_access("read"))

    def _remind(self):
        """One open activity for what is open and has a person and a day; none else.

        With full rights: the day's work of colleagues is written down for them, and
        taken back.
        """
        for task in self.sudo():
            activity, user = task.activity_id, task.user_id
            if task.state == "done":
                activity.filtered("active").action_feedback()
                continue
            wanted = task.active and user and task.date_due
            if not wanted:
                task._recall()
                continue
            vals = {
                "user_id": user.id,
                "date_deadline": task.date_due,
                "summary": task.name,
            }
            if activity.active:
                activity.write(vals)
                continue
            plain = self.env(context=clean_context(self.env.context))
            made = task.with_env(plain).activity_schedule(
                "mail.mail_activity_data_todo", **vals
            )
            task.with_env(self.env)._write_kept({"activity_id": made.id})

    def _recall(self):
        """Nobody has to see to it any more, though it was not done."""
        self.sudo().activity_id.filtered("active").unlink()
