import logging
from datetime import timedelta

from odoo import api, fields, models

from . import cast
from .clock import Clock, freeze_time
from .deals import DealStory
from .quiet import quietly

_logger = logging.getLogger(__name__)


class KeyAccountDemo(models.AbstractModel):
    _inherit = "key.account.demo"

    @api.model
    def _tell(self):
        """Everything of the last months, in its order."""
        if not freeze_time:
            _logger.info(
                "No accounts and deals in the demo: freezegun is not installed."
            )
            return
        with quietly(self.env):
            self._sell_earlier()
        with quietly(self.env), Clock(self.env, "Asia/Shanghai") as clock:
            for day, hour, happen in sorted(
                self._events(clock), key=lambda event: event[:2]
            ):
                if clock.to(day, hour):
                    happen()
        self._read_notifications()

    def _events(self, clock):
        for account in cast.ACCOUNTS:
            yield from self._account_events(clock, account)
        for deal in cast.DEALS:
            yield from DealStory(self, clock, deal).events()
        yield from self._tender_events(clock)
        yield from self._evaluation_events()
        yield from self._grading_events()
        yield from self._canvass_events(clock)
        yield from self._hands_events(clock)
        yield -46, 17.0, self._enforce
        yield -2, 10.0, self._tell_deadlines
        yield -1, 9.0, lambda: self._delegate(clock)
        for number, account in enumerate(cast.ACCOUNTS):
            if account.revisits:
                yield from self._revisit_events(clock, account, number)

    def _enforce(self):
        """Europe has watched for some weeks what would be stopped."""
        env = self._env_of(self._user("configuration"), "europe")
        wizard = env["key.account.set.up"].create(
            {"team_id": self._team("europe").id, "mode": "enforce"}
        )
        wizard.action_apply()

    def _tell_deadlines(self):
        """What the cron finds that morning: one sign-off is overdue so long that the
        next level is asked as well, others have just become so."""
        now = fields.Datetime.now()
        companies = self._company("china") | self._company("europe")
        thresholds = companies._key_account_thresholds(now)
        orders = self.env["sale.order"].sudo()
        due = orders.search(orders._deadline_domain(now))
        self.env["key.account.deadline.notice"]._tell_due(due, now, thresholds)

    def _delegate(self, clock):
        """The general manager is at a trade fair; the director signs off meanwhile."""
        user = self._user("general_manager")
        delegation = self._env_of(user)["key.account.authority.delegation"].create(
            {
                "delegate_id": self._user("director").id,
                "date_from": clock.day(-1),
                "date_to": clock.day(5),
                "reason": "Trade fair in Hanover 汉诺威展会",
            }
        )
        self._name_it("delegation", delegation)

    def _read_notifications(self):
        """People have read what they were told until the day before yesterday."""
        notifications = self.env["mail.notification"].sudo()
        users = self.env["ir.model.data"].search(
            [
                ("module", "=", "key_account"),
                ("model", "=", "res.users"),
                ("name", "=like", "demo_user_%"),
            ]
        )
        partners = self.env["res.users"].browse(users.mapped("res_id")).partner_id
        told = [("res_partner_id", "in", partners.ids), ("is_read", "=", False)]
        old = fields.Datetime.now() - timedelta(days=2)
        notifications.search([*told, ("mail_message_id.date", "<", old)]).is_read = True
