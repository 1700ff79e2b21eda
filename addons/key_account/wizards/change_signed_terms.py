from odoo import api, fields, models

from ..models.shared import optional

_TERMS = (
    "payment_term_id",
    "commitment_date",
    "handover_terms",
    *optional.delivery_term_fields(),
)


class KeyAccountSignedChange(models.TransientModel):
    """Terms of a signed and confirmed order are changed, with a reason."""

    _name = "key.account.signed.change"
    _description = "Change Signed Terms"
    _inherit = ["key.account.look"]
    _under = frozenset(("order_id",))

    order_id = fields.Many2one("sale.order", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="order_id.company_id", related_sudo=False)
    # Stored ones are computed with all rights, if nothing else is said.
    payment_term_id = fields.Many2one(
        "account.payment.term",
        string="Payment term",
        compute="_compute_terms",
        compute_sudo=False,
        store=True,
        readonly=False,
        check_company=True,
    )
    commitment_date = fields.Datetime(
        string="Delivery date",
        compute="_compute_terms",
        compute_sudo=False,
        store=True,
        readonly=False,
    )
    handover_terms = fields.Html(
        "Handover terms",
        compute="_compute_terms",
        compute_sudo=False,
        store=True,
        readonly=False,
    )
    has_incoterm = fields.Boolean(compute="_compute_has_incoterm")
    incoterm = fields.Many2one(
        "account.incoterms",
        compute="_compute_terms",
        compute_sudo=False,
        store=True,
        readonly=False,
    )
    incoterm_location = fields.Char(
        "Incoterm location",
        compute="_compute_terms",
        compute_sudo=False,
        store=True,
        readonly=False,
    )
    reason = fields.Text(required=True)

    @api.depends("order_id")
    def _compute_terms(self):
        for wizard in self:
            # Only to whoever works on it.
            wizard.order_id.check_access("write")
            for name in wizard._offered_terms():
                wizard[name] = wizard.order_id[name]

    def _compute_has_incoterm(self):
        self.has_incoterm = "incoterm" in self._offered_terms()

    def _offered_terms(self):
        """Names of the terms that orders have here."""
        return [name for name in _TERMS if name in self.order_id._fields]

    def action_change(self):
        self.ensure_one()
        order = self.order_id
        changed = {
            name: self._fields[name].convert_to_write(self[name], self)
            for name in self._offered_terms()
            if self[name] != order[name]
        }
        order._change_signed_terms(changed, self.reason)
        return {"type": "ir.actions.act_window_close"}
