"""The visits of an opportunity, and the step that is due when the visit ends."""

from odoo import Command, api, fields, models

from ..process.crm_lead import _READERS


class CrmLead(models.Model):
    _inherit = "crm.lead"
    _under = frozenset(("key_account_visit_ids",))
    _kept = frozenset(("visit_guidance",))

    key_account_visit_ids = fields.Many2many(
        "key.account.visit",
        "key_account_visit_lead_rel",
        "lead_id",
        "visit_id",
        string="Visits",
        copy=False,
        groups=_READERS,
    )
    visit_guidance = fields.Text(
        string="Manager's guidance",
        readonly=True,
        copy=False,
        groups=_READERS,
        help="What the manager said last, reviewing a visit of this deal.",
    )
    visit_count = fields.Integer(compute="_compute_work_counts", compute_sudo=True)

    @api.model
    def _counted_work(self):
        return {**super()._counted_work(), "visit_count": "key_account_visit_ids"}

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_open_visits(self):
        return self._get_list_action(
            "key.account.visit", self.env._("Visits"), self.key_account_visit_ids
        )

    def action_plan_visit(self):
        """A new visit; where one is on its way already, that one."""
        self._assert_key_account()
        under_way = self.key_account_visit_ids.filtered(
            lambda visit: visit.state in ("planned", "confirmed", "held")
        )
        return self._get_list_action(
            "key.account.visit",
            self.env._("Visit"),
            under_way[:1],
            {
                "default_purpose": "development",
                "default_contact_ids": [Command.set(self._known_contact().ids)],
            },
        )

    def _known_contact(self):
        """Whom a visit of this deal meets where there is no choice: the deal's own
        contact, else the only person known at the customer."""
        contact = self.partner_id
        if not contact.is_company:
            return contact
        people = contact.commercial_partner_id.child_ids.filtered(
            lambda person: person.type == "contact" and not person.is_company
        )
        return people if len(people) == 1 else people.browse()

    # ------------------------------------------------------------
    # WHAT THE PROCESS ASKS
    # ------------------------------------------------------------

    @api.model
    def _stage_deadline_depends(self):
        return [
            *super()._stage_deadline_depends(),
            "key_account_visit_ids.date_end",
            "key_account_visit_ids.state",
        ]

    def _get_stage_panel(self):
        """A visit that was held needs no planning, whoever looks."""
        panel = super()._get_stage_panel()
        if panel["waits_for_visit"]:
            visits = self.sudo().key_account_visit_ids
            held = visits.filtered(lambda visit: visit.state in ("held", "reported"))
            panel["waits_for_visit"] = not held and not panel["ready"]
        return panel

    def _planned_visit_end(self):
        ends = self.key_account_visit_ids.filtered(
            lambda visit: visit.state in ("planned", "confirmed")
        ).mapped("date_end")
        return min(ends, default=False)

    def _take_over(self, others):
        result = super()._take_over(others)
        moved = [Command.link(self.id), *(Command.unlink(other.id) for other in others)]
        visits = others.key_account_visit_ids
        reported = visits.filtered(
            lambda visit: visit.reported_opportunity_ids & others
        )
        (visits - reported)._write_kept({"opportunity_ids": moved})
        # The same deal under another number: it is what was reported of.
        reported._write_kept(
            {"opportunity_ids": moved, "reported_opportunity_ids": moved}
        )
        return result

    @api.constrains("key_account_visit_ids")
    def _check_visits_of_the_customer(self):
        # Written from this side, the visits themselves are not asked.
        self.sudo().key_account_visit_ids._check_opportunities_of_the_account()
