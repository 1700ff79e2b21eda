"""The decision is due: reminder, then the next level may decide as well."""

from odoo import api, fields, models
from odoo.tools import SQL

from ...rules.states import OPEN_EVENTS
from ..shared.deadline import Due


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "key.account.deadline.mixin"]
    _deadline_asked_by = ("key_account.mail_activity_sign_off",)
    _kept = frozenset(("sign_off_deadline",))

    sign_off_deadline = fields.Datetime(
        string="Sign-off due",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="When the decision is due, in working time from the request.",
        prefetch="key_account",
    )

    @api.model
    def _deadline_domain(self, until):
        return [("sign_off_deadline", "<=", until), ("authority_state", "=", "pending")]

    def _deadline_due(self):
        waiting = self.filtered("sign_off_deadline")._waiting()
        directors = self._key_account_directors(waiting.company_id)
        dues = {}
        for order in waiting:
            asked = order.approval_ids.filtered(lambda event: event.event == "request")
            dues[order] = Due(
                key=f"sign_off {max(asked.ids)}",
                deadline=order.sign_off_deadline,
                company=order.company_id,
                responsible=order.approver_ids,
                managers=order.team_id._key_account_managers(),
                directors=directors[order.company_id],
            )
        return dues

    def _deadline_name(self):
        return self.env._("sign-off of %s", self.name)

    def _deadline_act(self, due, urgency):
        """Escalating a sign-off is more than telling somebody: they may decide."""
        if urgency not in ("manager", "director"):
            return super()._deadline_act(due, urgency)
        return self._escalate()

    def _escalate(self):
        """Ask the next level as well; whoever was asked may still decide.

        :return: whether there was anybody to ask
        """
        self.ensure_one()
        self.lock_for_update()
        self.invalidate_recordset(["approval_ids", "authority_state"])
        if self._last_event().event not in OPEN_EVENTS:
            return False
        reached = self._open_routes()[-1].level
        beyond = self._route_escalated(reached.sequence, self._requester())
        if not reached or not beyond.users:
            return False
        come = beyond.users - self.approver_ids
        self._log_approval(
            "escalate",
            capacity="system",
            level=beyond.level,
            required=self._last_event().required_level_id,
            approvers=come,
            comment=self.with_context(
                lang=self._requester().lang or self.env.lang
            ).env._("Not decided in time."),
        )
        self._ask_instead(self.approver_ids | come, late=True)
        return True

    def _touch(self):
        """Write this row, so that whoever decides at the same moment meets it."""
        self.env.cr.execute(
            SQL("UPDATE sale_order SET write_date = write_date WHERE id = %s", self.id)
        )

    def _report_nobody(self):
        """Nobody can decide: the request says so, and Configuration is told, once."""
        group = self.env.ref("key_account.group_configuration")
        for order in self:
            users = group.all_user_ids.filtered(
                lambda user, company=order.company_id: (
                    user.active
                    and company in user.company_ids
                    and not user._is_superuser()
                )
            )
            order._tell_nobody(users)

    def _tell_nobody(self, users):
        due = self._deadline_due().get(self)
        notices = self._deadline_notices()
        if not due or notices._told_already(self, due, "nobody"):
            return
        notices._tell([(self, due, "nobody", users)])

    def _end_nobody(self):
        """Somebody has been found: Configuration has nothing to do any more."""
        self._deadline_notices()._forget_told(self, "nobody")

    def _deadline_document(self, urgency=None):
        """Configuration cannot open quotations, but the level that lacks people."""
        if urgency == "nobody":
            Level = self.env["key.account.authority.level"]
            ladder = Level._ladder(self.company_id.id)
            if ladder:
                return self.authority_level_id or Level.browse(ladder[-1][1])
        return super()._deadline_document(urgency)

    def _deadline_text(self, urgency, due):
        if urgency == "nobody":
            return self.env._("Nobody can sign off %s.", self.name)
        return super()._deadline_text(urgency, due)
