"""The weekly summary of canvassing (周总结): the days gathered, and the next week."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date

from ...rules import canvass as rules
from ...rules.evidence import said
from ..shared.label import listed
from ..shared.missing import missing


class KeyAccountCanvassWeek(models.Model):
    """The days of somebody's week, their figures, and the plan for the next one.

    The figures are those of the days, which stand once they are handed in; all of them
    are before the week is.
    """

    _name = "key.account.canvass.week"
    _description = "Weekly Summary of Canvassing"
    _inherit = ["key.account.canvass.report"]
    _reckoned = frozenset(("date_start",))
    _order = "date_start desc, id desc"
    _rec_names_search = ["user_id"]

    date_start = fields.Date(
        string="Week from",
        required=True,
        index=True,
        copy=False,
        default=lambda self: rules.week_start(
            self.env["key.account.canvass.day"]._today_of(self.env.user)
        ),
        help="Any day of the week: its Monday is taken.",
    )
    summary = fields.Text(help="What the week has shown, and what it means for us.")
    plan = fields.Text(
        string="Plan for next week", help="Which markets, whom, and what for."
    )
    day_ids = fields.Many2many(
        "key.account.canvass.day", string="Daily reports", compute="_compute_days"
    )
    day_count = fields.Integer(string="Days", compute="_compute_days")
    contact_count = fields.Integer(string="Number of contacts", compute="_compute_days")
    interested_count = fields.Integer(string="Interested", compute="_compute_days")
    converted_count = fields.Integer(
        string="Converted",
        compute="_compute_days",
        help="Of these contacts, those that have become a lead or an account by now.",
    )
    market_ids = fields.Many2many(
        "key.account.market", string="Markets", compute="_compute_markets"
    )
    next_step_ids = fields.Many2many(
        "key.account.canvass",
        string="Next steps due next week",
        compute="_compute_next_steps",
    )

    _once = models.UniqueIndex(
        "(user_id, date_start, company_id)",
        "There is one weekly summary for each week.",
    )
    _canvasser_idx = models.Index("(canvasser_id, date_start DESC, id DESC)")

    # ---------------------------------------- compute

    @api.depends("date_start", "user_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for week in self:
            parts = [week._week_text(), week.user_id.name]
            week.display_name = listed(self.env, filter(None, parts))

    def _week_text(self):
        """Its first and last day, as the reader writes days."""
        if not self.date_start:
            return ""
        first = rules.week_start(self.date_start)
        days = (first, first + timedelta(days=6))
        return " – ".join(format_date(self.env, day) for day in days)

    def _key(self):
        return (
            self.user_id.id,
            self.date_start and rules.week_start(self.date_start),
            self.company_id.id or self.env.company.id,
        )

    @api.depends("date_start", "user_id", "company_id")
    def _compute_days(self):
        """Two queries for all of these weeks."""
        keys = {week: week._key() for week in self}
        days = self.env["key.account.canvass.day"].search(
            [
                ("user_id", "in", self.user_id.ids),
                ("week_start", "in", list({key[1] for key in keys.values()})),
            ],
            order="date",
        )
        gathered = days.grouped(
            lambda day: (day.user_id.id, day.week_start, day.company_id.id)
        )
        converted = dict(
            self.env["key.account.canvass"]._read_group(
                [("day_id", "in", days.ids), ("converted_on", "!=", False)],
                ["day_id"],
                ["__count"],
            )
        )
        for week in self:
            own = gathered.get(keys[week], days.browse())
            week.day_ids = own
            week.day_count = len(own)
            week.contact_count = sum(own.mapped("contact_count"))
            week.interested_count = sum(own.mapped("interested_count"))
            week.converted_count = sum(converted.get(day, 0) for day in own)

    @api.depends("day_ids")
    def _compute_markets(self):
        found = {}
        for day, market in self.env["key.account.canvass"]._read_group(
            [("day_id", "in", self.day_ids.ids), ("market_id", "!=", False)],
            ["day_id", "market_id"],
        ):
            found[day] = found.get(day, market) | market
        markets = self.env["key.account.market"]
        for week in self:
            week.market_ids = markets.union(
                *(found.get(day, markets) for day in week.day_ids)
            )

    @api.depends("date_start", "user_id")
    def _compute_next_steps(self):
        keys = {week: week._key() for week in self}
        mondays = [key[1] for key in keys.values() if key[1]]
        entries = self.env["key.account.canvass"]
        due = entries
        if mondays:
            due = entries.search(
                entries._next_step_of(self.user_id)
                & Domain("next_date", ">=", min(mondays) + timedelta(days=7))
                & Domain("next_date", "<", max(mondays) + timedelta(days=14)),
                order="next_date, id",
            )
        gathered = due.grouped(
            lambda entry: (
                (entry.next_user_id or entry.user_id).id,
                rules.week_start(entry.next_date) - timedelta(days=7),
                entry.company_id.id,
            )
        )
        for week in self:
            week.next_step_ids = gathered.get(keys[week], entries)

    # ---------------------------------------- CRUD

    @api.model_create_multi
    def create(self, vals_list):
        self._assert_kept_start(vals_list)
        defaults = self.default_get(["date_start"])
        vals_list = [{**defaults, **vals} for vals in vals_list]
        for vals in vals_list:
            if day := fields.Date.to_date(vals["date_start"]):
                vals["date_start"] = rules.week_start(day)
        return super().create(vals_list)

    # ---------------------------------------- business

    @api.model
    def _open_of(self, user, day):
        """The summary of the week of this day, or a new one where there is none."""
        monday = rules.week_start(day)
        week = self.search(
            [
                ("user_id", "=", user.id),
                ("date_start", "=", monday),
                ("company_id", "=", self.env.company.id),
            ]
        )
        name = self.env._("Weekly Summary")
        return week._open(name, user_id=user.id, date_start=monday)

    @api.model
    def _fixed_names(self):
        return super()._fixed_names() | {"date_start"}

    @api.model
    def _content_names(self):
        return super()._content_names() | {"summary", "plan"}

    def _assert_complete(self):
        if empty := self.filtered(lambda week: not week.day_ids):
            raise UserError(
                self.env._(
                    "%(weeks)s: there is no daily report in this week. Record whom you"
                    " met under Canvassing, and hand in the daily report first.",
                    weeks=listed(self.env, empty.mapped("display_name")),
                )
            )
        if open_days := self.day_ids.filtered(lambda day: day.state == "draft"):
            raise UserError(
                self.env._(
                    "Hand in the daily reports first: %(days)s.",
                    days=listed(self.env, open_days.mapped("display_name")),
                )
            )
        if any(not said(week.plan) for week in self):
            raise missing(self.env._("Write the plan for next week first."), {"plan"})

    # ---------------------------------------- actions

    @api.model
    def action_this_week(self):
        """The summary of this week of whoever asks."""
        today = self.env["key.account.canvass.day"]._today_of(self.env.user)
        return self._open_of(self.env.user, today)
