from ast import literal_eval

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ...rules import gates as rules
from ...rules.states import FREE
from .gate_facts import Facts


class CrmStageGate(models.Model):
    """What must hold before an opportunity may leave a stage forward.

    A kind is one method: ``_check_<kind>(leads)`` tells, for all leads at once and with
    a fixed number of queries, what is missing. Another add-on adds a kind by
    ``selection_add`` and that method; ``_open_<kind>(lead)`` may return the action that
    leads straight to what is missing. What several kinds ask is read once, in
    ``Facts.of(leads)``.
    """

    _name = "crm.stage.gate"
    _description = "Stage Gate"
    _order = "stage_id, sequence, id"

    stage_id = fields.Many2one(
        "crm.stage", required=True, ondelete="cascade", index=True
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    kind = fields.Selection(
        [
            ("field", "Field is set"),
            ("domain", "Condition holds"),
            ("document", "Document is there"),
            ("profile", "Profile is complete enough"),
            ("qualification", "Customer is qualified (MAN)"),
            ("plan", "Deal plan is complete"),
            ("visit", "Visits are held and reported"),
            ("review", "Latest visit is reviewed"),
            ("requirement", "Requirements are decided"),
            ("ruling", "Manager has ruled: quote"),
            ("quotation", "Quotation is complete"),
            ("approval", "Quotation is signed off"),
            ("signature", "Customer has signed"),
            ("contract_review", "Contract review has passed"),
        ],
        required=True,
    )
    field_id = fields.Many2one(
        "ir.model.fields",
        domain=[("model", "=", "crm.lead")],
        ondelete="cascade",
    )
    domain = fields.Char(string="Condition", default="[]")
    number = fields.Float(
        default=1.0, help="Number of visits, or per cent of the profile."
    )
    document_type = fields.Char(
        help="The type of an agreement, or a part of an attachment's name, e.g."
        " “minutes”."
    )
    label = fields.Char(
        string="In your words",
        translate=True,
        help="Shown instead of the ready-made text.",
    )
    name = fields.Char(compute="_compute_name")

    @api.depends("kind", "number", "field_id", "document_type", "label")
    @api.depends_context("lang")
    def _compute_name(self):
        for gate in self:
            gate.name = gate.label or gate._get_ready_made_name()

    @api.constrains("kind", "field_id", "domain", "number", "document_type")
    def _check_parameters(self):
        for gate in self:
            problem = gate._get_parameter_problem()
            if problem:
                raise ValidationError(
                    self.env._(
                        "The gate “%(gate)s” of stage “%(stage)s” is incomplete:"
                        " %(problem)s",
                        gate=gate.name,
                        stage=gate.stage_id.name,
                        problem=problem,
                    )
                )

    def _get_ready_made_name(self):
        self.ensure_one()
        if self.kind == "field" and self.field_id:
            return self.env._(
                "“%(field)s” is set", field=self.field_id.field_description
            )
        if self.kind == "document" and self.document_type:
            return self.env._("Document “%(type)s” is there", type=self.document_type)
        if self.kind == "profile":
            return self.env._(
                "Profile is complete to %(number)g %%", number=self.number
            )
        if self.kind == "visit" and self.number > 1:
            return self.env._(
                "%(number)g visits are held and reported", number=self.number
            )
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        return kinds.get(self.kind)

    def _get_parameter_problem(self):
        self.ensure_one()
        if self.kind == "field" and self.field_id.model != "crm.lead":
            return self.env._("choose a field of the opportunity.")
        if self.kind == "document" and not self.document_type:
            return self.env._("say which document.")
        if self.kind == "profile" and not 0 < self.number <= 100:
            return self.env._("the number is a percentage above 0 and up to 100.")
        if self.kind == "visit" and self.number < 1:
            return self.env._("at least one visit is needed.")
        if self.kind == "domain":
            return self._get_domain_problem()
        return None

    def _get_domain_problem(self):
        try:
            domain = Domain(literal_eval(self.domain or "[]"))
            domain.validate(self.env["crm.lead"])
        except Exception as error:  # whatever is wrong with it, it is the domain
            return self.env._("the condition cannot be read: %(error)s", error=error)
        if domain.is_true():
            return self.env._("an empty condition always holds.")
        return None

    # ------------------------------------------------------------
    # EVALUATION
    # ------------------------------------------------------------

    def _evaluate(self, leads):
        """What each gate misses in each opportunity: ``{gate: {lead.id: text or
        None}}``.
        """
        facts = Facts.of(leads)
        return {gate: gate._check(leads, facts) for gate in self}

    def _check(self, leads, facts=None):
        """What this gate misses: ``{lead.id: text, or None where it is met}``.

        Facts are read as they are, whoever asks: a gate does not open because the
        person asking cannot see what is wrong.
        """
        self.ensure_one()
        # The caller's context, which anybody may send, has no say in what is a fact.
        context = {"lang": self.env.context.get("lang"), "key_account_facts": facts}
        gate = self.with_env(self.env(su=True, context=context))
        check = getattr(gate, f"_check_{self.kind}", None)
        if check is None:
            return dict.fromkeys(
                leads._ids,
                self.env._(
                    "The add-on that checks “%(gate)s” is missing.", gate=self.kind
                ),
            )
        return check(leads.with_env(gate.env))

    def _check_field(self, leads):
        name = self.field_id.sudo().name
        missing = self.env._(
            "“%(field)s” is not set.", field=self.field_id.field_description
        )
        return {lead.id: None if lead[name] else missing for lead in leads}

    def _check_domain(self, leads):
        domain = Domain(literal_eval(self.domain or "[]"))
        matching = leads.filtered_domain(domain)
        missing = self.env._("Not fulfilled: %(gate)s.", gate=self.name)
        return {lead.id: None if lead in matching else missing for lead in leads}

    def _check_document(self, leads):
        there = self._leads_with_attachment(leads) | self._leads_with_agreement(leads)
        missing = self.env._(
            "There is no document “%(type)s”.", type=self.document_type
        )
        return {lead.id: None if lead.id in there else missing for lead in leads}

    def _leads_with_attachment(self, leads):
        attachments = self.env["ir.attachment"].sudo()
        groups = attachments._read_group(
            [
                ("res_model", "=", "crm.lead"),
                ("res_id", "in", leads.ids),
                ("name", "ilike", self.document_type),
            ],
            ["res_id"],
        )
        return {res_id for (res_id,) in groups}

    def _leads_with_agreement(self, leads):
        """Agreements of the deal, or listed by its quotations, that have left the draft
        state.
        """
        agreements = self.env["key.account.agreement"].sudo()
        agreements = agreements.search(
            [
                ("type_id.code", "=", self.document_type),
                ("state", "in", ["ready", "signed"]),
                "|",
                ("opportunity_id", "in", leads.ids),
                ("order_ids.opportunity_id", "in", leads.ids),
            ]
        )
        return set(
            (agreements.opportunity_id | agreements.order_ids.opportunity_id).ids
        )

    def _check_profile(self, leads):
        messages = {}
        for account, own in leads.grouped("key_account_id").items():
            text = None
            if not account:
                text = self._get_no_account_text()
            elif account.profile_completeness < self.number:
                text = self.env._(
                    "The profile survey is complete to %(is)d %%, %(needed)d %% are"
                    " needed.",
                    **{"is": account.profile_completeness, "needed": self.number},
                )
            messages.update(dict.fromkeys(own._ids, text))
        return messages

    def _check_qualification(self, leads):
        names = ("man_money", "man_authority", "man_need")
        messages = {}
        for lead in leads:
            account = lead.key_account_id
            undecided = [
                account._fields[name].string
                for name in names
                if account[name] in (False, "open")
            ]
            if not account:
                messages[lead.id] = self._get_no_account_text()
            elif undecided:
                messages[lead.id] = self.env._(
                    "Not judged yet: %(questions)s.", questions=", ".join(undecided)
                )
            else:
                messages[lead.id] = None
        return messages

    def _check_plan(self, leads):
        plans = self.env["key.account.plan"].sudo()
        plans = plans.search(
            [
                ("opportunity_id", "in", leads.ids),
                ("kind", "=", "deal"),
                ("state", "!=", "closed"),
            ],
            order="id desc",
        )
        by_lead = plans.grouped("opportunity_id")
        missing = self.env._("There is no plan for this deal.")
        return {
            lead.id: self._get_plan_problem(by_lead[lead])
            if lead in by_lead
            else missing
            for lead in leads
        }

    def _get_plan_problem(self, plans):
        """None when one plan is complete, else what the latest one lacks."""
        problems = [plan._missing_parts() for plan in plans]
        if not all(problems):
            return None
        return self.env._(
            "The deal's plan lacks: %(parts)s", parts=", ".join(problems[0])
        )

    def _check_visit(self, leads):
        reported = Facts.of(leads).visits
        messages = {}
        for lead in leads:
            count = len(reported.get(lead.id, ()))
            if count >= self.number:
                messages[lead.id] = None
            elif self.number <= 1:
                messages[lead.id] = self.env._(
                    "No visit for this opportunity has been held and reported."
                )
            else:
                messages[lead.id] = self.env._(
                    "%(count)d of %(needed)d visits have been held and reported.",
                    count=count,
                    needed=self.number,
                )
        return messages

    def _check_review(self, leads):
        reported = Facts.of(leads).visits
        messages = {}
        for lead in leads:
            latest = next(iter(reported.get(lead.id, ())), None)
            if not latest:
                messages[lead.id] = self.env._("There is no reported visit to review.")
            elif latest.state != "reviewed":
                messages[lead.id] = self.env._(
                    "The visit “%(visit)s” has not been reviewed by the manager.",
                    visit=latest.display_name,
                )
            else:
                messages[lead.id] = None
        return messages

    def _check_requirement(self, leads):
        by_state = Facts.of(leads).requirements
        texts = {
            None: None,
            "none": self.env._("No requirement has been recorded."),
            "open": self.env._(
                "Requirement lines are still open: settle or drop them."
            ),
        }
        return {
            lead_id: texts[rules.requirement_verdict(by_state.get(lead_id, ()))]
            for lead_id in leads._ids
        }

    def _check_ruling(self, leads):
        facts = Facts.of(leads)
        texts = {
            None: None,
            "missing": self.env._("The manager has not been asked for a ruling."),
            "waiting": self.env._(
                "The exception request waits for the manager's ruling."
            ),
            "revise": self.env._(
                "The manager ruled: revise. Change the requirements and ask again."
            ),
            "abandon": self.env._("The manager ruled: abandon."),
            "uncovered": self.env._(
                "Requirement lines came outside after the ruling: ask again."
            ),
        }
        return {
            lead_id: texts[
                rules.ruling_verdict(
                    facts.rulings.get(lead_id, []),
                    facts.requirements.get(lead_id, {}).get("outside", []),
                )
            ]
            for lead_id in leads._ids
        }

    def _check_quotation(self, leads):
        orders = Facts.of(leads).orders
        missing = self._union(leads)._missing_parts()
        messages = {}
        for lead in leads:
            order = orders.get(lead.id)
            parts = missing.get(order.id) if order else None
            if not order:
                messages[lead.id] = self.env._("There is no quotation.")
            elif parts:
                messages[lead.id] = self.env._(
                    "Quotation %(order)s lacks: %(parts)s",
                    order=order.name,
                    parts=", ".join(parts),
                )
            else:
                messages[lead.id] = None
        return messages

    def _check_approval(self, leads):
        return self._check_order(
            leads,
            lambda order: order.authority_state in FREE,
            self.env._("is not signed off"),
        )

    def _check_signature(self, leads):
        signed = self._union(leads)._key_account_signed()
        return self._check_order(
            leads,
            lambda order: order in signed,
            self.env._("carries no signature of the customer that binds"),
        )

    def _check_contract_review(self, leads):
        return self._check_order(
            leads,
            lambda order: (
                order.state == "sale"
                or order.contract_state == "passed"
                or not order._asks_contract_review()
            ),
            self.env._("has not passed the contract review"),
        )

    def _check_order(self, leads, is_met, problem):
        """Check the latest live quotation of each lead."""
        orders = Facts.of(leads).orders
        messages = {}
        for lead in leads:
            order = orders.get(lead.id)
            if not order:
                messages[lead.id] = self.env._("There is no quotation.")
            elif is_met(order):
                messages[lead.id] = None
            else:
                messages[lead.id] = self.env._(
                    "Quotation %(order)s %(problem)s.",
                    order=order.name,
                    problem=problem,
                )
        return messages

    def _union(self, leads):
        """The quotations that count of these opportunities."""
        orders = Facts.of(leads).orders
        return self.env["sale.order"].union(
            *(orders[lead_id] for lead_id in leads._ids if lead_id in orders)
        )

    def _get_no_account_text(self):
        return self.env._("The customer has no key account file.")

    # ------------------------------------------------------------
    # STRAIGHT TO WHAT IS MISSING
    # ------------------------------------------------------------

    def _open(self, lead):
        """The action that leads to what this gate asks for, or False when it is on the
        form.
        """
        self.ensure_one()
        opener = getattr(self, f"_open_{self.kind}", None)
        return opener(lead) if opener else False

    def _get_panel_items(self, lead):
        """What of this gate is done in the panel itself; none of most kinds."""
        return []

    def _open_profile(self, lead):
        return lead.action_open_key_account()

    def _open_qualification(self, lead):
        return lead.action_open_key_account()

    def _open_plan(self, lead):
        return lead.action_open_plans()

    def _open_visit(self, lead):
        return lead.action_plan_visit()

    def _open_review(self, lead):
        return lead.action_open_visits()

    def _open_requirement(self, lead):
        return lead.action_open_requirements()

    def _open_ruling(self, lead):
        return lead.action_open_ruling()

    def _open_quotation(self, lead):
        return lead.action_open_live_order()

    _open_approval = _open_signature = _open_contract_review = _open_quotation
