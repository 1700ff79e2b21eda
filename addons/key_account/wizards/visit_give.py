"""Somebody is away: their visits of these days go to colleagues."""

from collections import Counter, defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..models.shared.label import listed
from ..models.visit.free_time import FreeTime
from ..rules import visit_cycle
from ..rules.visit_give import Given, share_out


class KeyAccountVisitGive(models.TransientModel):
    """Choose a person and days, or visits in their list; each goes to a colleague, by
    hand or as proposed: whoever is free then."""

    _name = "key.account.visit.give"
    _description = "Give Visits to Colleagues"
    _inherit = ["key.account.look"]

    from_user_id = fields.Many2one(
        "res.users",
        string="Who is away",
        default=lambda self: self._chosen().user_id[:1],
        # Also of whoever has left.
        context={"active_test": False},
    )
    date_from = fields.Date(string="First day", default=fields.Date.context_today)
    date_to = fields.Date(
        string="Last day",
        default=lambda self: fields.Date.context_today(self) + timedelta(days=6),
    )
    chosen = fields.Boolean(default=lambda self: bool(self._chosen()))
    line_ids = fields.One2many(
        "key.account.visit.give.line",
        "give_id",
        string="Visits",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
    )
    reason = fields.Char(help="Stands in the notes of the visits.")
    tell = fields.Boolean(
        string="Tell them",
        help="One message to each colleague who takes over. Otherwise nobody is sent"
        " anything.",
    )

    @api.model
    def _chosen(self):
        # Lines are computed with full rights, visits found with the user's.
        visits = self.env["key.account.visit"].sudo(False)
        if self.env.context.get("active_model") != visits._name:
            return visits
        ids = self.env.context.get("active_ids") or []
        return visits.browse(ids)._filtered_access("write")

    @api.depends("from_user_id", "date_from", "date_to")
    def _compute_line_ids(self):
        """Those chosen in the list; else all of the person's in these days that the
        user may change."""
        for give in self:
            visits = self._chosen()
            person = give.from_user_id._origin
            if not visits and person and give.date_from and give.date_to:
                visits = visits.search(
                    visits._ahead_of(person, give.date_from, give.date_to),
                    order="date_start, id",
                )._filtered_access("write")
            give.line_ids = [
                Command.clear(),
                *(Command.create({"visit_id": visit.id}) for visit in visits),
            ]

    def action_propose(self):
        """Whoever of the user's people is free at the time of each visit."""
        self.ensure_one()
        for company, lines in self.line_ids.grouped("company_id").items():
            lines.filtered(lambda line: not line.to_user_id)._propose(company)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Give Visits to Colleagues"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_give(self):
        self.ensure_one()
        lines = self.line_ids.filtered("to_user_id")
        if not lines:
            raise UserError(self.env._("Say which colleague makes which visit."))
        with self.env.cr.savepoint():
            for person, theirs in lines.grouped("to_user_id").items():
                theirs.visit_id._give_to(person, self.reason)
                if self.tell:
                    self._tell(person, theirs.visit_id)
        return {"type": "ir.actions.act_window_close"}

    def _tell(self, person, visits):
        reader = self.with_context(lang=person.lang or self.env.lang)
        self.env["mail.thread"].message_notify(
            partner_ids=person.partner_id.ids,
            subject=reader.env._("Visits taken over"),
            body=reader.env._(
                "You make these visits: %s.",
                listed(self.env, visits.with_env(reader.env).mapped("display_name")),
            ),
        )


class KeyAccountVisitGiveLine(models.TransientModel):
    _name = "key.account.visit.give.line"
    _description = "Visit Given to a Colleague"
    _inherit = ["key.account.look"]
    _under = frozenset(("visit_id",))

    give_id = fields.Many2one(
        "key.account.visit.give", required=True, ondelete="cascade"
    )
    visit_id = fields.Many2one("key.account.visit", required=True)
    key_account_id = fields.Many2one(related="visit_id.key_account_id")
    company_id = fields.Many2one(related="visit_id.company_id")
    date_start = fields.Datetime(related="visit_id.date_start")
    to_user_id = fields.Many2one(
        "res.users", string="Made by", domain="[('share', '=', False)]"
    )
    note = fields.Char(string="Has time?", compute="_compute_note")

    @api.depends("visit_id", "to_user_id")
    def _compute_note(self):
        self.note = False
        words = {
            visit_cycle.NO_WORK: self.env._("Does not work then"),
            visit_cycle.BUSY: self.env._("Has something else then"),
            None: self.env._("Free"),
        }
        # Of whoever may not take it over, nothing of their time is told.
        open_ = self.filtered(
            lambda line: (
                line.to_user_id
                and line.visit_id
                and not line.to_user_id.sudo()._key_account_unfit(line.company_id)
            )
        )
        for company, lines in open_.grouped("company_id").items():
            time_of = lines._free_time(company, lines.to_user_id._origin)
            given = defaultdict(list)
            for line in lines:
                person, visit = line.to_user_id._origin, line.visit_id._origin
                span = (visit.date_start, visit.date_end)
                why = time_of.why_not(person, *span, given[person])
                line.note = words[why]
                given[person].append(span)

    def _free_time(self, company, people):
        visits = self.visit_id._origin
        first = min(visits.mapped("date_start")).date() - timedelta(days=1)
        after = max(visits.mapped("date_end")).date() + timedelta(days=2)
        return FreeTime(company, people, first, after, but=visits)

    def _propose(self, company):
        if not self:
            return
        people = self.env["key.account.visit.plan"]._team_people(company)
        people = (people - self.visit_id.user_id).filtered(
            lambda user: not user.sudo()._key_account_unfit(company)
        )
        time_of = self._free_time(company, people)
        load = Counter(
            {
                (person, day): count
                for person, days in time_of.taken.items()
                for day, count in days.items()
            }
        )
        given = share_out(
            [line._given() for line in self],
            people.ids,
            lambda person, visit, others: (
                not time_of.why_not(
                    people.browse(person), visit.start, visit.end, others
                )
            ),
            load,
            lambda person, visit: time_of.local(
                people.browse(person), visit.start
            ).date(),
        )
        for line in self:
            line.to_user_id = given.get(line.id, False)

    def _given(self):
        visit = self.visit_id
        known = frozenset(visit.key_account_id.sudo().access_user_ids.ids)
        return Given(self.id, visit.date_start, visit.date_end, known)
