from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...rules import gates as rules
from .gate_facts import Facts

# Who may read the files themselves. To others these fields do not exist: reading "all
# fields" of an opportunity is a plain user's right.
_READERS = "key_account.group_specialist,key_account.group_support"


class CrmLead(models.Model):
    """The deal of a key account: which step it is in, until when, what is missing, who
    is next.
    """

    _inherit = "crm.lead"

    stage_id = fields.Many2one(domain="[('pipeline_team_id', '=', team_id)]")
    key_account_id = fields.Many2one(
        "key.account",
        compute="_compute_key_account_id",
        store=True,
        index="btree_not_null",
    )
    is_key_account_process = fields.Boolean(related="team_id.is_key_account")
    stage_entered_on = fields.Datetime(
        string="In this step since", readonly=True, copy=False
    )
    stage_deadline = fields.Datetime(
        string="Step due",
        compute="_compute_stage_deadline",
        store=True,
        index="btree_not_null",
        copy=False,
    )
    stage_log_ids = fields.One2many(
        "key.account.stage.log",
        "opportunity_id",
        string="Stage log",
        groups=_READERS,
    )
    ruling_ids = fields.One2many(
        "key.account.ruling", "opportunity_id", string="Rulings", groups=_READERS
    )
    # Lets a change of customer find them by one query for all opportunities.
    authority_grant_ids = fields.One2many(
        "key.account.authority.grant",
        "opportunity_id",
        string="Granted authority",
        copy=False,
        groups=_READERS,
    )
    key_account_visit_ids = fields.Many2many(
        "key.account.visit",
        "key_account_visit_lead_rel",
        "lead_id",
        "visit_id",
        string="Visits",
        copy=False,
        groups=_READERS,
    )
    key_account_plan_ids = fields.One2many(
        "key.account.plan",
        "opportunity_id",
        string="Plans",
        copy=False,
        groups=_READERS,
    )
    requirement_ids = fields.One2many(
        "key.account.requirement",
        "opportunity_id",
        string="Requirements",
        copy=False,
        groups=_READERS,
    )
    visit_count = fields.Integer(compute="_compute_work_counts", compute_sudo=True)
    plan_count = fields.Integer(compute="_compute_work_counts", compute_sudo=True)
    requirement_count = fields.Integer(
        compute="_compute_work_counts", compute_sudo=True
    )
    has_requirements_to_quote = fields.Boolean(
        compute="_compute_work_counts", compute_sudo=True
    )

    # ------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------

    @api.depends(
        "partner_id.commercial_partner_id",
        "company_id",
        "team_id.company_id",
        "user_id.company_id",
    )
    def _compute_key_account_id(self):
        """One search for all: the account file of the customer in the opportunity's
        company.
        """
        partners = self.partner_id.commercial_partner_id
        accounts = self.env["key.account"].sudo()
        if partners:
            accounts = accounts.search([("partner_id", "in", partners.ids)])
        by_customer = {
            (account.partner_id.id, account.company_id.id): account.id
            for account in accounts
        }
        for lead in self:
            customer = lead.partner_id.commercial_partner_id._origin
            company = lead._key_account_company()._origin
            lead.key_account_id = by_customer.get((customer.id, company.id), False)

    @api.depends(
        "stage_entered_on",
        "key_account_visit_ids.date_end",
        "key_account_visit_ids.state",
    )
    def _compute_stage_deadline(self):
        """Working time from entry; a visit step is due when the planned visit ends.

        The definition as it is on entry counts: changing it later changes no running
        deadline.
        """
        running = self.filtered("stage_entered_on")
        (self - running).stage_deadline = False
        for lead in running.filtered(lambda lead: lead.stage_id.time_unit == "visit"):
            lead.stage_deadline = lead._planned_visit_end()
        limited = running.filtered(lambda lead: lead.stage_id.time_unit != "visit")
        groups = limited.grouped(
            lambda lead: (
                lead._key_account_company(),
                lead.stage_id.time_limit,
                lead.stage_id.time_unit or "days",
            )
        )
        for (company, limit, unit), leads in groups.items():
            starts = leads.mapped("stage_entered_on")
            deadlines = (
                company._key_account_deadlines(starts, limit, unit) if limit else {}
            )
            for lead in leads:
                lead.stage_deadline = deadlines.get(lead.stage_entered_on, False)

    @api.depends(
        "team_id",
        "key_account_id",
        "key_account_visit_ids",
        "key_account_plan_ids",
        "requirement_ids.state",
    )
    def _compute_work_counts(self):
        followed = self._followed()
        others = self - followed
        others.visit_count = others.plan_count = others.requirement_count = 0
        others.has_requirements_to_quote = False
        for lead in followed:
            lead.visit_count = len(lead.key_account_visit_ids)
            lead.plan_count = len(lead.key_account_plan_ids)
            lead.requirement_count = len(lead.requirement_ids)
            lead.has_requirements_to_quote = bool(lead._quoted_requirements())

    # ------------------------------------------------------------
    # ACTIONS: one for each thing that can be missing
    # ------------------------------------------------------------

    def action_open_gate(self, gate_id):
        """Straight to what a gate asks for; False when that is on this form."""
        self.ensure_one()
        gate = self.env["crm.stage.gate"].sudo().browse(gate_id).exists()
        return (
            gate.with_env(self.env)._open(self)
            if gate in self.stage_id.sudo().gate_ids
            else False
        )

    def action_open_key_account(self):
        self.ensure_one()
        self._assert_customer()
        defaults = {
            "default_partner_id": self.partner_id.commercial_partner_id.id,
            "default_team_id": self.team_id.id,
            "default_user_id": self.user_id.id,
            "default_company_id": self._key_account_company().id,
        }
        return self._get_action(
            "key.account", self.env._("Key Account"), self.key_account_id, defaults
        )

    def action_open_plans(self):
        self._assert_key_account()
        defaults = {"default_kind": "deal"}
        return self._get_list_action(
            "key.account.plan", self.env._("Plans"), self.key_account_plan_ids, defaults
        )

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
        action = self._get_list_action(
            "key.account.visit",
            self.env._("Visit"),
            under_way[:1],
            {"default_purpose": "development"},
        )
        return action

    def action_open_requirements(self):
        action = self._get_list_action(
            "key.account.requirement", self.env._("Requirements"), self.requirement_ids
        )
        action.update(views=[(False, "list"), (False, "form")], res_id=False)
        return action

    def action_open_stage_log(self):
        self.ensure_one()
        action = self._get_action("key.account.stage.log", self.env._("Stage Log"))
        return {
            **action,
            "views": [(False, "list"), (False, "form")],
            "domain": [("opportunity_id", "=", self.id)],
        }

    def action_open_live_order(self):
        """The quotation that counts; where there is none, one made from the
        requirements.
        """
        self.ensure_one()
        order = self.order_ids.browse(
            self._live_orders().get(self.id, self.order_ids).ids[:1]
        )
        if not order:
            return self.action_quotation_from_requirements()
        return self._get_action("sale.order", self.env._("Quotation"), order)

    def action_open_ruling(self):
        """The request to write, or, for a manager with a request before them, the
        ruling.
        """
        self.ensure_one()
        return self._get_ruling_action(rules_now=self.can_rule)

    def _get_ruling_action(self, rules_now):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Ruling")
            if rules_now
            else self.env._("Exception Request"),
            "res_model": "key.account.rule"
            if rules_now
            else "key.account.exception.request",
            "view_mode": "form",
            "target": "new",
            "context": {"default_opportunity_id": self.id},
        }

    def action_override_gates(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Let Pass"),
            "res_model": "key.account.gate.override",
            "view_mode": "form",
            "target": "new",
            "context": {"default_lead_ids": self.ids},
        }

    def action_next_step(self):
        """Move on to the next step of the process."""
        for lead in self:
            stage = lead._next_stage()
            if not stage:
                raise UserError(self.env._("“%s” is in the last step.", lead.name))
            lead.write({"stage_id": stage.id})
        return True

    def action_quotation_from_requirements(self):
        """A quotation with the requirement lines in it: products as lines, the rest as
        terms.
        """
        self.ensure_one()
        self._assert_customer()
        order = self.env["sale.order"].create(self._prepare_quotation())
        self._quoted_requirements().sudo().order_id = order
        return self._get_action("sale.order", self.env._("Quotation"), order)

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _key_account_company(self):
        """The company whose mode and calendar count: the opportunity's, else its
        team's, else its salesperson's. For want of all three the user's own, never one
        a caller chose.
        """
        self.ensure_one()
        return (
            self.company_id
            or self.team_id.company_id
            or self.user_id.company_id
            or self.env.user.company_id
        )

    def _followed(self):
        """Opportunities of key-account teams or of customers with a file: others have
        no work of ours, and are told apart without a query.
        """
        teams = self.env["crm.team"]._key_account_team_ids()
        return self.filtered(
            lambda lead: lead.team_id.id in teams or lead.key_account_id
        )

    def _planned_visit_end(self):
        """When the next visit of this opportunity ends, as planned."""
        ends = self.key_account_visit_ids.filtered(
            lambda visit: visit.state in ("planned", "confirmed")
        ).mapped("date_end")
        return min(ends, default=False)

    def _next_stage(self):
        """The step that follows, passing over those that a rule skips here."""
        self.ensure_one()
        steps = self.team_id._process_steps()
        stages = self.env["crm.stage"].sudo().browse(step.key for step in steps)
        lead = self.sudo().with_context(key_account_facts=Facts(self))
        by_key = {stage.id: stage for stage in stages}
        key = rules.next_step(
            steps, self.stage_id.id, lambda key: bool(by_key[key]._skipped(lead))
        )
        return stages.browse(key or []).with_env(self.env)

    def _quoted_requirements(self):
        """Lines to quote: decided, and not quoted before."""
        return self.requirement_ids.filtered(
            lambda line: line.state == "settled" and not line.order_id
        )

    def _prepare_quotation(self):
        context = self._prepare_opportunity_quotation_context()
        vals = {
            key.removeprefix("default_"): value
            for key, value in context.items()
            if key.startswith("default_")
        }
        lines = self._quoted_requirements()
        # Requirements travel with the quotation and stand in its contract; only the
        # handover has terms of its own there.
        products = lines.filtered("product_id")
        vals["order_line"] = [
            (0, 0, self._prepare_quotation_line(line)) for line in products
        ]
        handover = (lines - products).filtered(lambda line: line.kind == "handover")
        if handover:
            vals["handover_terms"] = self._prepare_terms(handover)
        return vals

    def _prepare_quotation_line(self, requirement):
        vals = {
            "product_id": requirement.product_id.id,
            "product_uom_qty": requirement.quantity or 1.0,
        }
        if requirement.uom_id:
            vals["product_uom_id"] = requirement.uom_id.id
        if requirement.target_price:
            vals["price_unit"] = requirement.target_price
        return vals

    def _prepare_terms(self, requirements):
        """Requirements as terms: what was asked, and what we hold to it."""
        kinds = dict(requirements._fields["kind"]._description_selection(self.env))
        items = Markup().join(
            Markup("<li><b>%s</b>: %s%s</li>")
            % (
                kinds[line.kind],
                line.name,
                f" – {line.our_standard}" if line.our_standard else "",
            )
            for line in requirements
        )
        return Markup("<ul>%s</ul>") % items

    def _assert_customer(self):
        if not self.partner_id:
            raise UserError(
                self.env._("“%s” has no customer yet: choose one first.", self.name)
            )

    def _assert_key_account(self):
        self.ensure_one()
        self._assert_customer()
        if not self.key_account_id:
            raise UserError(
                self.env._(
                    "%(customer)s has no key account file yet. Open one first: the"
                    " link is in the"
                    " opportunity's panel.",
                    customer=self.partner_id.commercial_partner_id.display_name,
                )
            )

    def _get_list_action(self, model, name, records, defaults=None):
        """The one record, or the list of them, or a new one."""
        self.ensure_one()
        field = "opportunity_ids" if model == "key.account.visit" else "opportunity_id"
        defaults = {
            "default_key_account_id": self.key_account_id.id,
            f"default_{field}": [(6, 0, self.ids)]
            if field == "opportunity_ids"
            else self.id,
            **(defaults or {}),
        }
        if model == "key.account.requirement":
            # It takes the account from its opportunity.
            defaults.pop("default_key_account_id")
        action = self._get_action(model, name, records[:1], defaults)
        if len(records) > 1:
            action.update(
                views=[(False, "list"), (False, "form")],
                domain=[(field, "in", self.ids)],
                res_id=False,
            )
        elif model == "key.account.requirement":
            action["domain"] = [(field, "in", self.ids)]
        return action

    def _get_action(self, model, name, record=None, defaults=None):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "res_id": record.id if record else False,
            "view_mode": "form",
            "views": [(False, "form")],
            "context": defaults or {},
        }
