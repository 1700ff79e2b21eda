from odoo import api, fields, models


class CrmLead(models.Model):
    _inherit = "crm.lead"

    stage_id = fields.Many2one(domain="[('pipeline_team_id', '=', team_id)]")
    key_account_id = fields.Many2one(
        "key.account",
        string="Key Account",
        compute="_compute_key_account_id",
        store=True,
        index="btree_not_null",
    )
    is_key_account_process = fields.Boolean(related="team_id.is_key_account")
    stage_entered_on = fields.Datetime(string="In this step since", readonly=True, copy=False)
    stage_deadline = fields.Datetime(
        string="Step due",
        compute="_compute_stage_deadline",
        store=True,
        index="btree_not_null",
        copy=False,
    )
    gate_state = fields.Selection(
        [("met", "Ready to move on"), ("open", "Something is missing")],
        compute="_compute_gate_state",
    )
    gate_summary = fields.Text(string="Still missing", compute="_compute_gate_state")
    stage_panel = fields.Json(compute="_compute_stage_panel")
    stage_log_ids = fields.One2many("key.account.stage.log", "opportunity_id", string="Stage log")
    ruling_ids = fields.One2many("key.account.ruling", "opportunity_id", string="Rulings")
    key_account_visit_ids = fields.Many2many(
        "key.account.visit", "key_account_visit_lead_rel", "lead_id", "visit_id", string="Visits"
    )
    key_account_plan_ids = fields.One2many("key.account.plan", "opportunity_id", string="Plans")
    requirement_ids = fields.One2many(
        "key.account.requirement", "opportunity_id", string="Requirements"
    )

    @api.depends(
        "partner_id.commercial_partner_id", "company_id", "team_id.company_id", "user_id.company_id"
    )
    def _compute_key_account_id(self):
        """One search for all: the account file of the customer in the opportunity's company."""
        partners = self.partner_id.commercial_partner_id
        accounts = self.env["key.account"].sudo()
        if partners:
            accounts = accounts.search([("partner_id", "in", partners.ids)])
        by_customer = {
            (account.partner_id.id, account.company_id.id): account.id for account in accounts
        }
        for lead in self:
            key = (lead.partner_id.commercial_partner_id.id, lead._key_account_company().id)
            lead.key_account_id = by_customer.get(key, False)

    def _compute_stage_deadline(self):
        self.stage_deadline = False

    def _compute_gate_state(self):
        self.gate_state = self.gate_summary = False

    def _compute_stage_panel(self):
        self.stage_panel = False

    def _key_account_company(self):
        """The company whose mode and calendar count for this opportunity."""
        self.ensure_one()
        return (
            self.company_id
            or self.team_id.company_id
            or self.user_id.company_id
            or self.env.company
        )
