"""What a contract still lacks: said from the first minute, and asked for before its
terms are signed off or sent, not after the customer has signed them.
"""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...rules.states import UNDECIDED
from ..shared.label import listed

# What comes with the contract's own way; the strip speaks of it elsewhere.
_OWN_WAY = frozenset(("quotation", "approval", "signature", "contract_review"))


class CrmLead(models.Model):
    _inherit = "crm.lead"

    def _asks_complete_quotation(self):
        """Whether a step that is still ahead, and that no rule skips, asks for a
        complete quotation. A manager who lets the deal pass it takes that upon
        themselves."""
        self.ensure_one()
        if not self._is_key_account_team(self.team_id) or self.won_status != "pending":
            return False
        asking = [
            stage
            for stage, gates in self._move_to_won().passed._gates().items()
            if "quotation" in gates.mapped("kind")
        ]
        return any(not stage._skipped(self) for stage in asking)

    def _step_lacks(self):
        """What the present step asks for beside the quotation's own way, in
        sentences."""
        self.ensure_one()
        results = self.gate_results
        texts = dict(results["gates"]) if results else {}
        gates = self.env["crm.stage.gate"].browse(
            gate_id for gate_id, text in texts.items() if text
        )
        return [texts[gate.id] for gate in gates if gate.kind not in _OWN_WAY]


class SaleOrder(models.Model):
    _inherit = "sale.order"

    contract_incomplete = fields.Boolean(
        compute="_compute_contract_incomplete",
        groups="base.group_user",
        help="The deal asks for a complete contract, and something is missing in it.",
    )

    @api.model
    def _contract_depends(self):
        """What the contract is made of, as the screen shows while it is typed."""
        return [
            "state",
            "team_id",
            "partner_id",
            "opportunity_id",
            "order_line.product_id",
            "order_line.product_uom_qty",
            "payment_term_id",
            "commitment_date",
            "handover_terms",
            "agreement_ids",
        ]

    @api.depends(lambda self: self._contract_depends())
    def _compute_contract_incomplete(self):
        concerned = self._key_account_concerned()
        (self - concerned).contract_incomplete = False
        for order in concerned:
            order.contract_incomplete = bool(order._demanded_parts())

    # ------------------------------------------------------------
    # What is missing
    # ------------------------------------------------------------

    def _lacking_parts(self):
        """What this quotation still lacks to be a contract, as it is being typed; an
        order lacks nothing here."""
        self.ensure_one()
        if self.state not in UNDECIDED:
            return []
        # What is missing is a fact, also where the reader cannot see agreements.
        order = self.sudo()
        offering = order.filtered(
            lambda each: any(
                line._is_term() and not line._is_combo_part()
                for line in each.order_line
            )
        )
        return order._missing_parts(offering)[order.id]

    def _demanded_parts(self):
        """Of what it lacks, what the process of its deal asks for."""
        # What the process asks for is a fact, whoever asks.
        deal = self.sudo().opportunity_id
        if not deal:
            return []
        parts = self._lacking_parts()
        return parts if parts and deal._asks_complete_quotation() else []

    def _demand_texts(self):
        """Why it cannot go on as it is, and what to do; nothing where it can."""
        parts = self._demanded_parts()
        if not parts:
            return []
        return [
            self.env._(
                "The process of the deal asks for a complete contract. Still missing:"
                " %(parts)s. Fill it in, or ask a manager of the team to let the deal"
                " pass with a reason.",
                parts=listed(self.env, parts),
            )
        ]

    # ------------------------------------------------------------
    # Asked for
    # ------------------------------------------------------------

    def _obstacles(self, action, found):
        obstacles = super()._obstacles(action, found)
        if action == "send":
            obstacles += self._demand_texts()
        return obstacles

    def action_request_approval(self):
        self._read_at_once()
        self.check_access("write")
        self.filtered(
            lambda order: order.authority_state in ("required", "rejected")
        )._assert_complete("sign_off")
        return super().action_request_approval()

    def action_quotation_send(self):
        # Before the message is written, not when it is sent.
        self.check_access("read")
        self._assert_complete("send")
        return super().action_quotation_send()

    def _assert_complete(self, action):
        """Raise where the deal asks for more than is there, in mode enforce."""
        concerned = self._controlled().filtered(
            lambda order: order.company_id._key_account_enforces()
        )
        messages = [
            "\n".join([order._refusal_text(action), *(f"- {text}" for text in texts)])
            for order in concerned
            if (texts := order._demand_texts())
        ]
        if messages:
            raise UserError("\n\n".join(messages))

    def action_complete_contract(self):
        """Ask for what is missing, before sign-off or sending; the button's context
        says which."""
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Complete the contract"),
            "res_model": "key.account.contract.completion",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_order_id": self.id,
                "default_purpose": self.env.context.get("key_account_purpose"),
            },
        }
