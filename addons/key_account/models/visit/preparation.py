"""What a visit takes beforehand: its own checklist, each line with person and day."""

from datetime import timedelta

from odoo import api, fields, models

from ...rules import working_time
from .preparation_template import MOMENTS, ROLES, UNITS

# What moves, ends or hands over what is to be done for a visit.
_MOVES = frozenset(("state", "date_start", "date_end", "user_id"))
# Of a line: what says who is asked, for what and when.
_ASKS = frozenset(("name", "user_id", "lead", "lead_unit", "moment"))
# A visit that may still take place; one that has, and asks for what comes after it.
_AHEAD, _HELD = ("planned", "confirmed"), ("held", "reported")


class KeyAccountVisitPreparation(models.Model):
    """Something to prepare for a visit, or to clear up after it.

    When it comes due, whoever sees to it gets an activity (``_cron_ask``); it follows
    the visit when that is moved.
    """

    _name = "key.account.visit.preparation"
    _description = "Preparation of a Visit"
    _inherit = ["key.account.visit.duty"]
    _order = "date_due, sequence, id"

    name = fields.Char(string="What is to be done", required=True)
    sequence = fields.Integer(default=10)
    role = fields.Selection(ROLES, required=True, default="prepare")
    lead = fields.Float(string="Ahead by", default=1.0, aggregator=None)
    lead_unit = fields.Selection(
        UNITS, string="Unit", required=True, default=working_time.DAYS
    )
    moment = fields.Selection(MOMENTS, string="When", required=True, default="before")
    date_due = fields.Datetime(
        string="Due",
        compute="_compute_date_due",
        store=True,
        precompute=True,
        help="The lead time before the visit starts, or after it ends: working time.",
    )
    template_id = fields.Many2one(
        "key.account.visit.preparation.template",
        string="From the checklist",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
    )
    asked_on = fields.Datetime(
        readonly=True, copy=False, help="When somebody was asked to do it."
    )
    is_late = fields.Boolean("Is late", compute="_compute_is_late")

    _to_ask = models.Index("(date_due) WHERE done_on IS NULL AND asked_on IS NULL")
    _lead_within = models.Constraint(
        "CHECK (lead BETWEEN 0 AND 1000)",
        "A lead time goes from 0 to 1000 hours or days.",
    )

    # ---------------------------------------- compute

    @api.depends(
        "lead", "lead_unit", "moment", "visit_id.date_start", "visit_id.date_end"
    )
    def _compute_date_due(self):
        for company, items in self.grouped(lambda item: item._company()).items():
            before = items.filtered(
                lambda item: item.moment == "before" and item.visit_id.date_start
            )
            ahead = company._key_account_ahead({item._asked_ahead() for item in before})
            for item in items:
                if item in before:
                    item.date_due = item._a_day_ahead(ahead[item._asked_ahead()])
                elif item.lead and item.visit_id.date_end:
                    item.date_due = company._key_account_deadline(
                        item.visit_id.date_end, item.lead, item.lead_unit
                    )
                else:
                    item.date_due = item.visit_id.date_end

    @api.depends("date_due", "done_on", "moment", "visit_id.state")
    def _compute_is_late(self):
        late = self.filtered_domain(self._late_domain())
        late.is_late = True
        (self - late).is_late = False

    # ---------------------------------------- CRUD

    def write(self, vals):
        result = super().write(vals)
        if not _ASKS.isdisjoint(vals):
            self._take_back()
        return result

    # ---------------------------------------- business

    def action_undo(self):
        result = super().action_undo()
        self._write_kept({"asked_on": False})
        return result

    def _company(self):
        return self.visit_id.key_account_id.company_id or self.env.company

    def _asked_ahead(self):
        return self.visit_id.date_start, max(self.lead, 0.0), self.lead_unit

    def _a_day_ahead(self, due):
        """A day ahead is 24 hours at least: of a visit after work, the working time of
        its own day alone would be no day before."""
        if self.lead_unit != working_time.DAYS:
            return due
        return min(due, self.visit_id.date_start - timedelta(days=int(self.lead)))

    def _take_back(self):
        """Who was asked is asked no longer; the next run asks whoever it is then."""
        asked = self.sudo().filtered(lambda item: item.asked_on and not item.done_on)
        asked._drop_activities()
        asked._set_kept({"asked_on": False})

    @api.model
    def _late_domain(self):
        """What is due and not done, of visits for which it matters still."""
        return [
            ("done_on", "=", False),
            ("date_due", "<=", fields.Datetime.now()),
            "|",
            *("&", ("moment", "=", "before"), ("visit_id.state", "in", _AHEAD)),
            *("&", ("moment", "=", "after"), ("visit_id.state", "in", _HELD)),
        ]

    @api.model
    def _due_domain(self):
        return [("asked_on", "=", False), *self._late_domain()]

    def _ask(self):
        """What is due is asked of whoever sees to it, once."""
        activities = self.visit_id._schedule(
            "key_account.mail_activity_preparation",
            [
                (item.visit_id, item._responsible(), item.date_due, item.name)
                for item in self
            ],
        )
        self._set_kept({"asked_on": fields.Datetime.now()})
        for item, activity in zip(self, activities, strict=True):
            if activity:
                item._set_kept({"activity_id": activity.id})


class KeyAccountVisit(models.Model):
    _inherit = "key.account.visit"

    preparation_ids = fields.One2many(
        "key.account.visit.preparation", "visit_id", string="To prepare", copy=False
    )

    # ---------------------------------------- CRUD

    @api.model_create_multi
    def create(self, vals_list):
        visits = super().create(vals_list)
        visits._fill_preparation()
        return visits

    def write(self, vals):
        result = super().write(vals)
        if "method" in vals:
            self._fill_preparation()
        if not _MOVES.isdisjoint(vals):
            self._refresh_preparation()
        return result

    @api.model
    def _report_fields(self):
        return super()._report_fields() | {"preparation_ids"}

    # ---------------------------------------- business

    def action_fill_preparation(self):
        """Put what the checklist says and this visit lacks."""
        self._assert_state(_AHEAD, self.env._("prepared"))
        self._fill_preparation()
        return True

    def _fill_preparation(self):
        """The checklist of its method; what was not done of another's goes. Nothing is
        prepared for what has begun. With full rights: whoever may plan a visit may have
        it prepared."""
        now = fields.Datetime.now()
        visits = self.sudo().filtered(
            lambda visit: visit.state in _AHEAD and visit.date_start > now
        )
        if not visits:
            return
        visits.preparation_ids.filtered(
            lambda item: (
                item.template_id
                and not item.done_on
                and item.template_id.method != item.visit_id.method
            )
        ).unlink()
        templates = visits.env["key.account.visit.preparation.template"].search(
            [("method", "in", visits.mapped("method"))]
        )
        values = [
            template._item_values(visit)
            for visit in visits
            for template in templates - visit.preparation_ids.template_id
            if template.method == visit.method
            and template.company_id in (visit.company_id, visit.company_id.browse())
        ]
        visits.env["key.account.visit.preparation"]._create_kept(values)

    def _refresh_preparation(self):
        """A visit that was moved, cancelled or handed over asks anew when the time has
        come; one that was held needs nothing beforehand any more."""
        now = fields.Datetime.now()
        open_items = self.sudo().preparation_ids.filtered(
            lambda item: item.asked_on and not item.done_on
        )
        over = open_items.filtered(
            lambda item: item.moment == "before" and item.visit_id.state not in _AHEAD
        )
        over._drop_activities()
        (open_items - over).filtered(
            lambda item: (
                item.visit_id.state == "cancelled"
                or item.date_due > now
                or item.activity_id.user_id != item._responsible()
            )
        )._take_back()
        over.filtered(lambda item: item.visit_id.state == "cancelled")._take_back()
