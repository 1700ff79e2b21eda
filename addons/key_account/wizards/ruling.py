from odoo import Command, api, fields, models

from ..models.shared.label import labelled, listed, noted, selection_labels


def _notice(event, told):
    """Say what was recorded, and who was told."""
    return {
        "type": "ir.actions.client",
        "tag": "display_notification",
        "params": {
            "type": "success",
            "message": event.env._(
                "%(ruling)s. Told: %(names)s.",
                ruling=event.display_name,
                names=listed(event.env, told.mapped("name")),
            ),
            "next": {"type": "ir.actions.act_window_close"},
        },
    }


class KeyAccountExceptionRequest(models.TransientModel):
    """The specialist asks the manager for a ruling on what lies outside."""

    _name = "key.account.exception.request"
    _description = "Exception Request"
    _inherit = ["key.account.look"]
    _under = frozenset(("opportunity_id",))

    opportunity_id = fields.Many2one("crm.lead", required=True)
    requirement_ids = fields.Many2many(
        "key.account.requirement", string="Outside", compute="_compute_requirement_ids"
    )
    proposal = fields.Text(required=True)

    @api.depends("opportunity_id")
    def _compute_requirement_ids(self):
        for wizard in self:
            wizard.requirement_ids = wizard.opportunity_id._outside_lines()

    def action_send(self):
        self.ensure_one()
        lead = self.opportunity_id
        lead.action_request_ruling(self.proposal)
        request = lead.ruling_ids.sorted("id")[-1:]
        # Who rules is told to whoever asks, whatever they may read.
        return _notice(request, lead.sudo()._rulers(request.sudo())[:1])


class KeyAccountRule(models.TransientModel):
    """The manager rules on an exception request."""

    _name = "key.account.rule"
    _description = "Rule on an Exception Request"
    _inherit = ["key.account.look"]
    _under = frozenset(("opportunity_id",))

    opportunity_id = fields.Many2one("crm.lead", required=True)
    request_id = fields.Many2one("key.account.ruling", compute="_compute_request_id")
    requirement_ids = fields.Many2many(related="request_id.requirement_ids")
    proposal = fields.Text(related="request_id.proposal")
    requested_by_id = fields.Many2one(related="request_id.user_id", string="Asked by")
    decision = fields.Selection(
        [
            ("quote", "Quote: we can and should meet it"),
            ("revise", "Revise: back to the authority check"),
            ("abandon", "Abandon: the opportunity is lost"),
        ],
        required=True,
    )
    reason = fields.Text(required=True)
    category = fields.Selection(
        selection=lambda self: [
            *selection_labels(self.env["key.account.ruling"], "category").items()
        ],
        string="Reason lies in",
        required=True,
    )
    forwarded_by = fields.Char("Forwarded by", compute="_compute_forwarding")
    forwards_to = fields.Char("Forwards to", compute="_compute_forwarding")
    lost_reason_id = fields.Many2one("crm.lost.reason", string="Lost reason")
    grant_ids = fields.One2many(
        "key.account.rule.grant",
        "wizard_id",
        string="Authority granted",
        compute="_compute_grant_ids",
        store=True,
        readonly=False,
    )

    @api.model
    def _open_parents(self, name, parents):
        return parents._open_to_ruler()

    @api.depends("opportunity_id")
    def _compute_request_id(self):
        for wizard in self:
            wizard.request_id = wizard.opportunity_id._open_request()

    @api.depends("opportunity_id")
    def _compute_grant_ids(self):
        """What the lines outside would need, as a proposal."""
        for wizard in self:
            lead = wizard._lead()
            asked = lead._wanted_by_forwarder(wizard.request_id)
            wanted = lead._wanted_authority(asked, lead._outside_lines())
            wizard.grant_ids = [Command.clear()] + [
                Command.create({"dimension": dimension, "value": value})
                for dimension, value in wanted.items()
            ]

    @api.depends("opportunity_id", "decision", "grant_ids.value", "grant_ids.dimension")
    def _compute_forwarding(self):
        for wizard in self:
            lead = wizard._lead()
            events = lead.ruling_ids.filtered(
                lambda event, request=wizard.request_id: (
                    event.event == "forward" and event.id > request.id
                )
            )
            wizard.forwarded_by = listed(
                self.env,
                (
                    labelled(
                        self.env,
                        event.user_id.name,
                        noted(self.env, event.reason, event.proposal)
                        if event.proposal
                        else event.reason,
                    )
                    for event in events
                ),
            )
            wizard.forwards_to = wizard._get_forwarding(lead)

    def _lead(self):
        """The opportunity with full rights: authority asks for limits and people that
        whoever rules need not be able to read."""
        return self.opportunity_id.sudo()

    def _get_forwarding(self, lead):
        """Who would be asked next, where the ruling goes beyond the user's limits."""
        if self.decision != "quote" or not self.request_id:
            return False
        lines = lead._outside_lines()
        wanted = lead._wanted_authority(
            [{"dimension": g.dimension, "value": g.value} for g in self.grant_ids],
            lines,
        )
        if not lead._beyond_own_limits(wanted, lines):
            return False
        people = lead._next_rulers(self.request_id)[1]
        return listed(self.env, people.mapped("name")) or self.env._(
            "nobody is available"
        )

    def action_rule(self):
        self.ensure_one()
        grants = self.grant_ids if self.decision == "quote" else self.grant_ids.browse()
        self.opportunity_id.action_rule(
            self.decision,
            self.reason,
            grants=[
                {
                    "dimension": grant.dimension,
                    "value": grant.value,
                    "date_until": grant.date_until,
                }
                for grant in grants
            ],
            lost_reason_id=self.lost_reason_id.id,
            category=self.category,
        )
        return self._get_feedback()

    def _get_feedback(self):
        """Say what became of it: the event that was recorded, and who was told."""
        event = self._lead().ruling_ids.sorted("id")[-1:]
        told = event.forwarded_to_ids or self._lead().user_id
        return _notice(event, told)


class KeyAccountRuleGrant(models.TransientModel):
    """More room for the specialist in this deal, given with the ruling to quote."""

    _name = "key.account.rule.grant"
    _description = "Authority Granted by a Ruling"
    _inherit = ["key.account.number"]

    wizard_id = fields.Many2one("key.account.rule", required=True, ondelete="cascade")
    dimension = fields.Selection(
        selection=lambda self: [
            *selection_labels(
                self.env["key.account.authority.grant"], "dimension"
            ).items()
        ],
        required=True,
        default="discount",
    )
    value = fields.Float(required=True)
    unit = fields.Char(compute="_compute_unit")
    date_until = fields.Date(string="Until")

    @api.depends("dimension")
    @api.depends_context("lang")
    def _compute_unit(self):
        limits = self.env["key.account.authority.limit"]
        for line in self:
            company = line.wizard_id.opportunity_id.company_id or self.env.company
            line.unit = limits._unit_label(line.dimension, company.currency_id)
