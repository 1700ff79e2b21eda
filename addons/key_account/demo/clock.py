"""The time in which the demo's story happens.

Business methods stamp the present. So that the demo shows months of work, time is set
back while the story is told: by freezegun, which is among Odoo's own requirements.
"""

from datetime import datetime, timedelta

import pytz

try:
    from freezegun import freeze_time
except ImportError:
    freeze_time = None

WORKED_ON = (
    "crm.lead",
    "key.account",
    "key.account.feedback",
    "key.account.requirement",
    "key.account.visit",
    "sale.order",
    "key.account.contract.review",
)


def workday(today, days):
    """The day ``days`` working days after today; a weekend counts as its Friday."""
    day = today - timedelta(days=max(0, today.weekday() - 4))
    step = timedelta(days=1 if days > 0 else -1)
    for _count in range(abs(days)):
        day += step
        while day.weekday() > 4:
            day += step
    return day


class Clock:
    """``with Clock(env, "Asia/Shanghai") as clock: clock.to(-12, 9.5)``"""

    def __init__(self, env, timezone):
        self.env = env
        self.timezone = pytz.timezone(timezone)
        self.now = datetime.now().replace(microsecond=0)
        self.today = pytz.utc.localize(self.now).astimezone(self.timezone).date()
        self.freezer = freeze_time(self.now)
        self.frozen = None

    def __enter__(self):
        self.frozen = self.freezer.start()
        return self

    def __exit__(self, *error):
        if not any(error):
            self._settle()
        self.env.cr._now = None
        self.freezer.stop()

    def day(self, days):
        """The date that many working days from today."""
        return workday(self.today, days)

    def at(self, days, hour=9.0):
        """That day at an hour of the clock there, in UTC as stored."""
        midnight = datetime.combine(self.day(days), datetime.min.time())
        moment = self.timezone.localize(midnight + timedelta(hours=hour))
        return moment.astimezone(pytz.utc).replace(tzinfo=None)

    def to(self, days, hour=9.0):
        """Go there, if it is not ahead; tell whether it has come."""
        moment = self.at(days, hour)
        if moment > self.now:
            return False
        self._settle()
        self.frozen.move_to(moment)
        # What the database calls now: create_date and write_date follow it.
        self.env.cr._now = moment
        return True

    def _settle(self):
        """What is still to be computed or logged belongs to the time that ends; the
        next person reads what is worked on anew, as in a request of their own."""
        self.env.flush_all()
        self.env.cr.precommit.run()
        for model in WORKED_ON:
            self.env[model].invalidate_model(flush=False)
