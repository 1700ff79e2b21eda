from odoo import api, fields, models
from odoo.exceptions import UserError

# What is filled in here, if it is missing.
_PARTS = ("payment_term_id", "commitment_date", "handover_terms")


class KeyAccountContractCompletion(models.TransientModel):
    """What a contract still lacks, asked for before it is signed off or sent."""

    _name = "key.account.contract.completion"
    _description = "Complete the Contract"
    _inherit = ["key.account.look"]
    _under = frozenset(("order_id",))

    order_id = fields.Many2one("sale.order", required=True, ondelete="cascade")
    purpose = fields.Selection(
        [("request", "Request sign-off"), ("send", "Send")],
        required=True,
        default="request",
    )
    company_id = fields.Many2one(related="order_id.company_id", related_sudo=False)
    missing = fields.Text(compute="_compute_missing")
    may_go_on = fields.Boolean(
        compute="_compute_missing",
        help="Nothing is held up: in mode observe what is missing is only noted.",
    )
    # Stored ones are computed with all rights, if nothing else is said.
    payment_term_id = fields.Many2one(
        "account.payment.term",
        string="Payment term",
        compute="_compute_parts",
        compute_sudo=False,
        store=True,
        readonly=False,
        check_company=True,
    )
    commitment_date = fields.Datetime(
        string="Delivery date",
        compute="_compute_parts",
        compute_sudo=False,
        store=True,
        readonly=False,
    )
    handover_terms = fields.Html(
        "Handover terms",
        compute="_compute_parts",
        compute_sudo=False,
        store=True,
        readonly=False,
    )

    @api.depends("order_id")
    def _compute_missing(self):
        for wizard in self:
            order = wizard.order_id
            # Only to whoever works on it.
            order.check_access("write")
            parts = order._demanded_parts() if order else ()
            wizard.missing = "\n".join(f"• {part}" for part in parts)
            wizard.may_go_on = not order.company_id._key_account_enforces()

    @api.depends("order_id")
    def _compute_parts(self):
        for wizard in self:
            wizard.order_id.check_access("write")
            for name in _PARTS:
                wizard[name] = wizard.order_id[name]

    def action_save(self):
        """Write what was filled in, and go on; refused where something is missing that
        the process holds it up for."""
        self.ensure_one()
        order = self.order_id
        changed = {
            name: self._fields[name].convert_to_write(self[name], self)
            for name in _PARTS
            if self[name] != order[name]
        }
        if changed:
            order.write(changed)
        return self._go_on()

    def action_go_on(self):
        """Go on without it, where nothing is held up."""
        self.ensure_one()
        if not self.may_go_on:
            raise UserError(
                self.env._("%s is held up until it is complete.", self.order_id.name)
            )
        return self._go_on()

    def _go_on(self):
        order = self.order_id
        if self.purpose == "send":
            return order.with_context(
                validate_analytic=True, check_document_layout=True
            ).action_quotation_send()
        order.action_request_approval()
        return {"type": "ir.actions.act_window_close"}
