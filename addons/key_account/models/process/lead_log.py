"""The stage log: written after every change, kept through merges."""

from odoo import Command, api, fields, models

from ...rules import gates as rules
from ...rules.states import UNDECIDED

# What happened to opportunities; it goes along when they are merged.
_HISTORIES = ("key.account.stage.log", "key.account.stage.tick", "key.account.ruling")


class CrmLead(models.Model):
    _inherit = "crm.lead"

    # ------------------------------------------------------------
    # LOG
    # ------------------------------------------------------------

    def _log_changes(self, before, notes):
        """Write down what changed: leaving, entering, closing, reopening.

        :param before: ``{lead: place}``; a lead that is not in it is new
        :param notes: ``{lead.id: (how, reason)}`` from the gates
        """
        now = fields.Datetime.now()
        entered, closed, events = self.browse(), self.browse(), []
        lost = self.browse()
        for lead in self:
            old, new = before.get(lead), lead._place()
            inside = self._is_key_account_team(new.team)
            was_inside = bool(old) and self._is_key_account_team(old.team)
            moved = not old or old.stage != new.stage or was_inside != inside
            reopened = bool(old) and old.lost and not new.lost
            closing = was_inside and new.lost and not old.lost
            how, reason = notes.get(lead.id) or (None, False)
            if was_inside and lead.stage_entered_on and (moved or closing):
                leave = "lost" if closing else how or "move"
                why = lead._get_lost_text() if closing else reason
                events.append(lead._prepare_log("leave", leave, why, now, place=old))
                closed |= lead
            lost |= lead if closing else lost
            if inside and not new.lost and (moved or reopened):
                if new.stage.is_won and how != "override":
                    how = "won"
                elif reopened and not moved:
                    how = "reopen"
                entered |= lead
                events.append((lead, how or "move", reason))
        # The deadline of the new step is part of its event, so the step begins first.
        (closed - entered).sudo().write({"stage_entered_on": False})
        entered.sudo().write({"stage_entered_on": now})
        self._record_log(
            [
                event
                if isinstance(event, dict)
                else event[0]._prepare_log("enter", event[1], event[2], now)
                for event in events
            ]
        )
        lost._withdraw_open_requests()
        (closed | entered)._deadline_refresh()

    @api.model
    def _record_log(self, events):
        """Write events down; how long steps took in working hours is counted for all at
        once.
        """
        companies = self.env["res.company"]
        by_company = {}
        for event in events:
            if event["event"] == "leave":
                by_company.setdefault(event["company_id"], []).append(event)
        for company_id, leaves in by_company.items():
            hours = companies.browse(company_id)._key_account_working_hours(
                [(event["entered_on"], event["date"]) for event in leaves]
            )
            for event, number in zip(leaves, hours, strict=True):
                event["working_hours"] = number
        if events:
            self.env["key.account.stage.log"]._record(events)

    def _prepare_log(self, event, how, reason, date, place=None):
        """Values of one log event; leaving is told from ``place``."""
        self.ensure_one()
        stage = place.stage if place else self.stage_id
        vals = {
            "event": event,
            "opportunity_id": self.id,
            "origin_ref": self.id,
            "stage_id": stage.id,
            "stage_name": stage.name,
            "user_id": self.env.uid,
            "responsible_id": self.user_id.id,
            "date": date,
            "deadline": self.stage_deadline,
            "how": how,
            "reason": reason,
            "key_account_id": self.sudo().key_account_id.id,
            "company_id": (
                place and place.team.sudo().company_id or self._key_account_company()
            ).id,
            "team_id": (place.team if place else self.team_id).id,
        }
        if event == "leave":
            vals["entered_on"] = self.stage_entered_on
            vals["duration"] = (date - self.stage_entered_on).total_seconds() / 3600
            vals["in_time"] = rules.in_time(date, self.stage_deadline)
        return vals

    def _get_lost_text(self):
        return self.sudo().lost_reason_id.name or self.env._("No reason given")

    def _withdraw_open_requests(self):
        """A lost deal asks nobody for a sign-off or a ruling any more."""
        if self:
            self.sudo().activity_unlink(["key_account.mail_activity_ruling"])
        for lead in self:
            orders = lead.sudo().order_ids.filtered(
                lambda order: order.state in UNDECIDED
            )
            if orders:
                orders._withdraw_requests(
                    self.env._(
                        "The opportunity was lost: %(why)s", why=lead._get_lost_text()
                    )
                )

    @api.model
    def _key_account_teams_switched(self, on, off):
        """Teams became, or are no longer, key-account teams: their running
        opportunities begin, or end, being followed.
        """
        now = fields.Datetime.now()
        running = self.sudo().search(
            [("team_id", "in", (on | off).ids), ("won_status", "!=", "lost")]
        )
        starting = running.filtered(lambda lead: lead.team_id in on and lead.stage_id)
        ending = running.filtered(
            lambda lead: lead.team_id in off and lead.stage_entered_on
        )
        reason = self.env._("The team is no longer a key-account team.")
        events = [
            lead._prepare_log("leave", "move", reason, now, place=lead._place())
            for lead in ending
        ]
        ending.write({"stage_entered_on": False})
        starting.write({"stage_entered_on": now})
        events += [
            lead._prepare_log("enter", "initial", False, now) for lead in starting
        ]
        self._record_log(events)

    # ------------------------------------------------------------
    # MERGE
    # ------------------------------------------------------------

    def _merge_dependences(self, opportunities):
        """The histories and the work of all stay: what happened to the others is moved
        here, and the log keeps the number it happened under.
        """
        res = super()._merge_dependences(opportunities)
        for model in _HISTORIES:
            self.env[model]._move_to_opportunity(opportunities, self)
        others = opportunities.sudo()
        others.requirement_ids.write({"opportunity_id": self.id})
        others.key_account_plan_ids._set_approval(opportunity_id=self.id)
        others.diagnosis_ids._write_step({"opportunity_id": self.id})
        others.key_account_visit_ids._write_step(
            {
                "opportunity_ids": [
                    Command.link(self.id),
                    *(Command.unlink(other.id) for other in others),
                ]
            }
        )
        self.env["key.account.authority.grant"]._move_to_opportunity(others, self)
        return res
