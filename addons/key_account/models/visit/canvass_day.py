"""The daily report of canvassing (扫街日报): a day's contacts and remarks."""

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date

from ...rules import canvass as rules
from ...rules.evidence import said
from ..shared.label import listed
from ..shared.working_time import day_for

REMARKS = ("environment", "channel", "competitors", "consumers")


class KeyAccountCanvassDay(models.Model):
    """What somebody has entered on a day, with remarks on what they saw."""

    _name = "key.account.canvass.day"
    _description = "Daily Report on Canvassing"
    _inherit = ["key.account.canvass.report"]
    _under_read = frozenset(("market_id",))
    _order = "date desc, id desc"
    _rec_names_search = ["user_id"]

    date = fields.Date(
        required=True,
        default=lambda self: self._today_of(self.env.user),
        index=True,
        copy=False,
    )
    week_start = fields.Date(
        string="Week from", compute="_compute_week_start", store=True, index=True
    )
    market_id = fields.Many2one(
        "key.account.market",
        string="Market of the day",
        index="btree_not_null",
        ondelete="set null",
        help="New lines of this report are in this market, unless another one is"
        " chosen.",
    )
    environment = fields.Text(help="Place, traffic, building work, season, rules.")
    channel = fields.Text(help="Who supplies whom, on what terms; what has changed.")
    competitors = fields.Text(help="What they offer, whom they supply, what they plan.")
    consumers = fields.Text(help="What buyers ask for, what they pay, what they go by.")
    canvass_ids = fields.One2many(
        "key.account.canvass", "day_id", string="Contacts", copy=False
    )
    contact_count = fields.Integer(
        string="Number of contacts", compute="_compute_counts", store=True
    )
    interested_count = fields.Integer(
        string="Interested", compute="_compute_counts", store=True
    )

    _once = models.UniqueIndex(
        "(user_id, date, company_id)", "There is one daily report for each day."
    )
    _canvasser_idx = models.Index("(canvasser_id, date DESC, id DESC)")

    # ---------------------------------------- compute

    @api.model
    def _today_of(self, user):
        """The day where this person is, by the server's clock; of whoever has no time
        zone, where the company works. No context moves it."""
        if not user.sudo().tz:
            return self.env.company._key_account_today()
        return day_for(self.env, user.sudo(), fields.Datetime.now())

    @api.depends("date", "user_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for day in self:
            parts = [day.date and format_date(self.env, day.date), day.user_id.name]
            day.display_name = listed(self.env, filter(None, parts))

    @api.depends("date")
    def _compute_week_start(self):
        for day in self:
            day.week_start = day.date and rules.week_start(day.date)

    @api.depends("canvass_ids.interest")
    def _compute_counts(self):
        counts = {}
        for day, interest, count in self.env["key.account.canvass"]._read_group(
            [("day_id", "in", self.ids)], ["day_id", "interest"], ["__count"]
        ):
            counts.setdefault(day.id, {})[interest or "0"] = count
        for day in self:
            found = counts.get(day._origin.id, {})
            day.contact_count = sum(found.values())
            day.interested_count = day.contact_count - found.get("0", 0)

    # ---------------------------------------- constraints

    @api.constrains("date")
    def _check_day_has_come(self):
        now = fields.Datetime.now()
        for day in self:
            latest = max(
                day.company_id._key_account_day(now), self._today_of(day.user_id)
            )
            if day.date > latest:
                raise ValidationError(
                    self.env._(
                        "%(day)s has not come yet: what was canvassed is entered on the"
                        " day it happened, or later.",
                        day=format_date(self.env, day.date),
                    )
                )

    # ---------------------------------------- CRUD

    @api.model_create_multi
    def create(self, vals_list):
        days = super().create(vals_list)
        days._assert_week_open()
        return days

    @api.ondelete(at_uninstall=False)
    def _unlink_only_empty(self):
        if full := self.filtered("contact_count"):
            raise UserError(
                self.env._(
                    "Contacts were entered on these days: %(days)s. Move them to the"
                    " right day, or delete them first.",
                    days=listed(self.env, full.mapped("display_name")),
                )
            )

    # ---------------------------------------- business

    @api.model
    def _of(self, keys):
        """``{(user id, date): report}`` for each of these, begun where there is none.

        :raise AccessError: the caller makes no entries for one of these people
        """
        if not keys:
            return {}
        users = self.env["res.users"].browse({user_id for user_id, _date in keys})
        self._assert_may_enter_for(users)
        found = {
            (day.user_id.id, day.date): day
            for day in self.search(
                [
                    ("user_id", "in", users.ids),
                    ("date", "in", [date for _user_id, date in keys]),
                    ("company_id", "=", self.env.company.id),
                ]
            )
        }
        new = sorted(keys - found.keys())
        days = self.create(
            [{"user_id": user_id, "date": date} for user_id, date in new]
        )
        return {**found, **dict(zip(new, days, strict=True))}

    @api.model
    def _fixed_names(self):
        return super()._fixed_names() | {"date"}

    @api.model
    def _content_names(self):
        return super()._content_names().union(REMARKS, ["market_id"])

    def _week_domain(self):
        """The weekly summaries that these days are gathered in."""
        return [
            ("user_id", "in", self.user_id.ids),
            ("date_start", "in", [day.week_start for day in self]),
            ("company_id", "in", self.company_id.ids),
        ]

    def _closed_weeks(self):
        # With full rights: that a week is handed in binds whoever enters for it.
        weeks = self.env["key.account.canvass.week"].sudo()
        found = {
            (week.user_id.id, week.date_start, week.company_id.id)
            for week in weeks.search([*self._week_domain(), ("state", "!=", "draft")])
        }
        return self.filtered(
            lambda day: (day.user_id.id, day.week_start, day.company_id.id) in found
        )

    def _assert_week_open(self):
        if closed := self._closed_weeks():
            raise UserError(
                self.env._(
                    "%(days)s: the weekly summary is handed in. Have it returned"
                    " first.",
                    days=listed(self.env, closed.mapped("display_name")),
                )
            )

    def _assert_returnable(self):
        self._assert_week_open()

    def _assert_complete(self):
        empty = self.filtered(
            lambda day: (
                not day.contact_count and not any(said(day[name]) for name in REMARKS)
            )
        )
        if empty:
            raise UserError(
                self.env._(
                    "%(days)s: nothing to hand in. Enter the contacts of the day, or a"
                    " remark.",
                    days=listed(self.env, empty.mapped("display_name")),
                )
            )

    # ---------------------------------------- actions

    @api.model
    def action_today(self):
        """Today's report of whoever asks."""
        today = self._today_of(self.env.user)
        day = self.search(
            [
                ("user_id", "=", self.env.uid),
                ("date", "=", today),
                ("company_id", "=", self.env.company.id),
            ]
        )
        return day._open(self.env._("Daily Report"), user_id=self.env.uid, date=today)

    def action_week(self):
        """The summary of the week of this day."""
        self.ensure_one()
        self.check_access("read")
        weeks = self.env["key.account.canvass.week"]
        return weeks._open_of(self.user_id, self.week_start)
