"""What was signed in figures: net and reference value, who decided, whose it was."""

from odoo import fields, models


class KeyAccountSignature(models.Model):
    """Recorded when it is signed, also of what lay within authority: neither prices nor
    limits nor people of later days say what was given away then."""

    _inherit = "key.account.signature"

    currency_id = fields.Many2one(related="company_id.currency_id")
    salesperson_id = fields.Many2one(
        "res.users",
        string="Salesperson then",
        ondelete="restrict",
        index="btree_not_null",
    )
    team_id = fields.Many2one(
        "crm.team", string="Sales team then", ondelete="restrict", index=True
    )
    level_id = fields.Many2one(
        "key.account.authority.level",
        string="Deciding level",
        ondelete="restrict",
        help="Of the sign-off, or whose authority the terms lay within.",
    )
    is_valued = fields.Boolean(
        string="Values recorded",
        help="Unset: signed before values were recorded, or without a rate.",
    )
    net_value = fields.Monetary(
        "Net value", help="Untaxed value of the goods as signed, in company currency."
    )
    reference_value = fields.Monetary(
        "Reference value",
        help="Value of the same goods at reference prices, in company currency; what"
        " has no reference price counts as sold.",
    )


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _signed_figures(self):
        """Values of a signature that say what is signed in figures, in company
        currency; measured whichever dimensions are switched on."""
        self.ensure_one()
        figures = {"salesperson_id": self.user_id.id, "team_id": self.team_id.id}
        if not self._key_account_concerned():
            return figures
        figures["level_id"] = self._deciding_level().id
        inputs = self._measuring_inputs(("discount",))[self]
        if rate := inputs["rate"]:
            terms = self._terms(inputs)
            figures["is_valued"] = True
            figures["net_value"] = sum(line.net for line in terms.lines) / rate
            figures["reference_value"] = terms.reference_value / rate
        return figures

    def _deciding_level(self):
        """By whose authority this is signed: who signed it off, else the salesperson's
        own."""
        self.ensure_one()
        if approval := self._standing_approval():
            return approval.level_id
        Level = self.env["key.account.authority.level"]
        own = Level._level_of(self.user_id, self.company_id, self.team_id)
        return Level._by_sequence(self.company_id, own)
