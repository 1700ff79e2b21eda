"""What the customer of an opportunity requires, and the quotation made from it."""

from markupsafe import Markup

from odoo import api, fields, models

from ..process.crm_lead import _READERS
from ..shared.label import labelled, selection_labels

# Another customer, or company, comes with one of these.
_HANDS = frozenset(("company_id", "team_id", "user_id"))
_PARTIES = _HANDS | {"partner_id"}
# What a step asks for that a quotation is the way to.
_BY_QUOTING = frozenset(("quotation", "approval", "signature"))


class CrmLead(models.Model):
    _inherit = "crm.lead"

    requirement_ids = fields.One2many(
        "key.account.requirement",
        "opportunity_id",
        string="Requirements",
        copy=False,
        groups=_READERS,
    )
    ruling_ids = fields.One2many(
        "key.account.ruling", "opportunity_id", string="Rulings", groups=_READERS
    )
    requirement_count = fields.Integer(
        compute="_compute_requirement_count", compute_sudo=True
    )
    has_requirements_to_quote = fields.Boolean(
        compute="_compute_requirement_count", compute_sudo=True
    )

    @api.depends("team_id", "key_account_id", "exceptions_found")
    def _compute_requirement_count(self):
        followed = self._followed()
        others = self - followed
        others.requirement_count = 0
        others.has_requirements_to_quote = False
        for lead in followed:
            lead.requirement_count = lead.exceptions_found.recorded
            lead.has_requirements_to_quote = bool(lead.exceptions_found.to_quote)

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    def write(self, vals):
        if _PARTIES.isdisjoint(vals):
            return super().write(vals)
        before = {lead: lead._parties() for lead in self.sudo()._followed()}
        result = super().write(vals)
        # What was ruled and settled for one customer, by one company, holds for no
        # other one.
        changed = [lead.id for lead in before if lead._differs(before[lead])]
        self.sudo().browse(changed).requirement_ids._judge_anew()
        # Of a team without a process nothing waits.
        ours = not _HANDS.isdisjoint(vals) and self.sudo()._followed()
        if ours:
            waiting = self._waiting_for_ruling([("opportunity_id", "in", ours.ids)])
            waiting._ask_again_to_rule()
        return result

    def _parties(self):
        """Who buys, and whose company sells."""
        return self.partner_id.commercial_partner_id, self._key_account_company()

    def _differs(self, parties):
        """Whether this deal is another one's now; one that was nobody's becomes
        somebody's."""
        return any(
            former and former != party
            for former, party in zip(parties, self._parties(), strict=True)
        )

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_open_requirements(self):
        action = self._get_list_action(
            "key.account.requirement", self.env._("Requirements"), self.requirement_ids
        )
        # A line takes the account from its opportunity.
        action["context"].pop("default_key_account_id")
        action.update(
            views=[(False, "list"), (False, "kanban"), (False, "form")],
            mobile_view_mode="kanban",
            domain=[("opportunity_id", "in", self.ids)],
            res_id=False,
        )
        return action

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
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_opportunity_id": self.id},
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

    def action_quotation_from_requirements(self):
        """A quotation with the requirement lines in it: products as lines, the rest as
        terms.
        """
        self.ensure_one()
        self._assert_customer()
        order = self.env["sale.order"].create(self._prepare_quotation())
        # The link is ours to make, also where a line is not theirs to write.
        self._quoted_requirements().sudo()._write_kept({"order_id": order.id})
        return self._get_action("sale.order", self.env._("Quotation"), order)

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

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
        # The currency and the taxes of a quotation follow from its customer.
        order = self.env["sale.order"].new(vals)
        vals["order_line"] = [
            (0, 0, self._prepare_quotation_line(line, order)) for line in products
        ]
        handover = (lines - products).filtered(lambda line: line.kind == "handover")
        if handover:
            vals["handover_terms"] = self._prepare_terms(handover)
        return vals

    def _prepare_quotation_line(self, requirement, order):
        """The values of a quotation's line.

        :param order: the quotation that it is for, not there yet
        """
        vals = {
            "product_id": requirement.product_id.id,
            "product_uom_qty": requirement.quantity or 1.0,
        }
        if requirement.uom_id:
            vals["product_uom_id"] = requirement.uom_id.id
        if requirement.target_price:
            vals["price_unit"] = requirement._price_on(order)
            # What a pricelist takes off its own prices is none of this one's.
            vals["discount"] = 0.0
        return vals

    def _prepare_terms(self, requirements):
        """Requirements as terms: what was asked, and what we hold to it."""
        kinds = selection_labels(requirements, "kind")
        items = Markup().join(
            Markup("<li>%s</li>")
            % labelled(
                self.env,
                Markup("<b>%s</b>") % kinds[line.kind],
                f"{line.name} – {line.our_standard}"
                if line.our_standard
                else line.name,
            )
            for line in requirements
        )
        return Markup("<ul>%s</ul>") % items

    # ------------------------------------------------------------
    # WHAT THE PROCESS ASKS
    # ------------------------------------------------------------

    def _get_stage_panel(self):
        """Asking for a ruling is what comes next where the step waits for one, and
        quoting where it waits for nothing but that; what a reviewed visit has recorded
        is to be judged, not visited again."""
        panel = super()._get_stage_panel()
        deal = self.sudo()
        if panel["waits_for_visit"] and deal.requirement_ids:
            states = deal.key_account_visit_ids.mapped("state")
            panel["waits_for_visit"] = "reviewed" not in states
        gates = deal.env["crm.stage.gate"].browse(each["id"] for each in panel["gates"])
        kinds = {gate.id: gate.kind for gate in gates}
        panel["ruling_due"] = "ruling" in kinds.values()
        missing = {kinds[each["id"]] for each in panel["gates"] if not each["met"]}
        panel["quotation_due"] = not missing or not missing.isdisjoint(_BY_QUOTING)
        return panel

    def _take_over(self, others):
        result = super()._take_over(others)
        others.ruling_ids._write_kept({"opportunity_id": self.id})
        # The same deal under another number: what was ruled and settled holds.
        # One without a customer takes that of the others along.
        foreign = others.filtered(
            lambda other: all(self._parties()) and self._differs(other._parties())
        )
        strange = foreign.requirement_ids
        others.requirement_ids._write_kept({"opportunity_id": self.id})
        strange._judge_anew()
        return result

    def _after_lost(self):
        """Nobody is asked for a ruling on a lost deal any more."""
        result = super()._after_lost()
        # Whoever else was asked.
        self.sudo().activity_unlink(["key_account.mail_activity_ruling"])
        return result
