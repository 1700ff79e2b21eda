"""Manual items of a gate, ticked in each opportunity by whoever works on it."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime

from ...rules import checklist
from ..shared.act import meet
from ..shared.label import listed
from .crm_lead import _READERS


class CrmStageGate(models.Model):
    _inherit = "crm.stage.gate"

    kind = fields.Selection(
        selection_add=[("checklist", "Checklist is done")],
        ondelete={"checklist": "cascade"},
    )
    check_ids = fields.One2many(
        "key.account.stage.check",
        "gate_id",
        string="Checklist",
        copy=True,
        help="What has to be ticked on the opportunity.",
    )

    def _check_checklist(self, leads):
        if not self.check_ids:
            # Nothing to tick is nothing done: a gate whose items are gone stays shut.
            no_items = self.env._("The checklist has no items yet.")
            return dict.fromkeys(leads._ids, no_items)
        return {
            lead_id: self.env._(
                "To be ticked: %(items)s.",
                items=listed(self.env, checks.mapped("name")),
            )
            if checks
            else None
            for lead_id, checks in self._open_checks(leads).items()
        }

    def _get_items_checklist(self, lead):
        events = self.env["key.account.stage.tick"]._events(lead, self.check_ids)
        latest = {tick.check_id: tick for tick in events.get(lead.id, ())}
        writable = lead.with_env(lead.env(su=False)).has_access("write")
        return [
            {
                "id": check.id,
                "name": check.name,
                "done": check in latest and latest[check].done,
                "who": lead._get_tick_text(latest.get(check)),
                "writable": writable,
            }
            for check in self.check_ids
        ]

    def _open_checks(self, leads):
        """``{lead.id: items not ticked}``; one query."""
        events = self.env["key.account.stage.tick"]._events(leads, self.check_ids)
        ids = self.check_ids.ids
        return {
            lead.id: self.check_ids.browse(
                checklist.open_items(
                    ids,
                    [
                        checklist.Tick(tick.check_id.id, tick.done)
                        for tick in events.get(lead.id, ())
                    ],
                )
            )
            for lead in leads
        }


class KeyAccountStageCheck(models.Model):
    """One item of a checklist gate."""

    _name = "key.account.stage.check"
    _description = "Checklist Item"
    _inherit = ["key.account.kept"]
    _order = "gate_id, sequence, id"

    gate_id = fields.Many2one(
        "crm.stage.gate", required=True, ondelete="cascade", index=True
    )
    stage_id = fields.Many2one(related="gate_id.stage_id")
    sequence = fields.Integer(default=10, aggregator=None)
    name = fields.Char(string="Item", required=True, translate=True)
    active = fields.Boolean(default=True)

    @api.ondelete(at_uninstall=False)
    def _unlink_never_ticked(self):
        used = self.env["key.account.stage.tick"]._told_of("check_id", self)
        if used:
            raise UserError(
                self.env._(
                    "These items have been ticked in opportunities, which is kept:"
                    " %(items)s. Archive them instead.",
                    items=listed(self.env, used.mapped("name")),
                )
            )


class KeyAccountStageTick(models.Model):
    """Who ticked which item in which opportunity, or took the tick back, and when."""

    _name = "key.account.stage.tick"
    _description = "Ticked Items"
    _inherit = ["key.account.evidence"]
    _order = "id desc"
    _rec_name = "check_name"

    opportunity_id = fields.Many2one(
        "crm.lead", required=True, ondelete="restrict", index=True, readonly=True
    )
    origin_ref = fields.Integer(
        string="Opportunity number",
        readonly=True,
        aggregator=None,
        help="The opportunity this happened to; after a merge it differs from the one"
        " that stays.",
    )
    check_id = fields.Many2one(
        "key.account.stage.check",
        string="Item",
        required=True,
        ondelete="restrict",
        index=True,
        readonly=True,
    )
    check_name = fields.Char(string="Item as named then", readonly=True)
    done = fields.Boolean(string="Ticked", readonly=True)
    user_id = fields.Many2one(
        "res.users", string="By", ondelete="restrict", readonly=True
    )
    date = fields.Datetime(required=True, readonly=True)
    company_id = fields.Many2one(
        "res.company", ondelete="restrict", index=True, readonly=True
    )

    @api.model
    def _events(self, leads, checks):
        """``{lead.id: events in the order they happened}``; one query."""
        if not checks or not leads:
            return {}
        events = self.sudo().search(
            [("opportunity_id", "in", leads.ids), ("check_id", "in", checks.ids)],
            order="id",
        )
        by_lead = {}
        for event in events:
            by_lead.setdefault(event.opportunity_id.id, []).append(event)
        return by_lead


class CrmLead(models.Model):
    _inherit = "crm.lead"

    stage_tick_ids = fields.One2many(
        "key.account.stage.tick",
        "opportunity_id",
        string="Ticked items",
        copy=False,
        groups=_READERS,
    )

    def action_tick(self, check_id, done=True):
        """Tick an item of the process, or take the tick back; whoever may write the
        opportunity may.
        """
        self.check_access("write")
        check = self.env["key.account.stage.check"].sudo().browse(check_id).exists()
        if not check:
            raise UserError(
                self.env._("This item is no longer on the checklist. Reload the page.")
            )
        for lead in self:
            lead._assert_item_of_process(check)
        self._record_tick(check, bool(done))
        return True

    def _get_tick_text(self, tick):
        """Who ticked it, and when."""
        if not tick or not tick.done:
            return ""
        return self.env._(
            "%(user)s, %(date)s",
            user=tick.user_id.name,
            date=format_datetime(self.env, tick.date, dt_format="short"),
        )

    def _assert_item_of_process(self, check):
        if self.team_id not in check.gate_id.stage_id.team_ids:
            raise UserError(
                self.env._(
                    "“%(item)s” is not an item of the process that “%(lead)s” is in.",
                    item=check.name,
                    lead=self.name,
                )
            )

    def _record_tick(self, check, done):
        """Write down what changes by it; who ticks it, or moves the deal by it, at this
        moment is met."""
        meet(self)
        Tick = self.env["key.account.stage.tick"]
        events = Tick._events(self, check)
        before = {
            lead: bool(events.get(lead.id) and events[lead.id][-1].done)
            for lead in self
        }
        Tick._record(
            [
                {
                    "opportunity_id": lead.id,
                    "origin_ref": lead.id,
                    "check_id": check.id,
                    "check_name": check.name,
                    "done": done,
                    "user_id": self.env.uid,
                    "date": fields.Datetime.now(),
                    "company_id": lead._key_account_company().id,
                }
                for lead in self
                if before[lead] != done
            ]
        )
        self.invalidate_recordset(
            [
                "gate_state",
                "gate_missing_count",
                "gate_summary",
                "gate_results",
                "stage_panel",
            ]
        )
