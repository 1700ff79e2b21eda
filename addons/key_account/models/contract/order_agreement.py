"""Agreements that go with a quotation: they are among its terms."""

from odoo import Command, api, fields, models
from odoo.exceptions import ValidationError

from ...rules.states import UNDECIDED


class SaleOrder(models.Model):
    _inherit = "sale.order"
    _under = frozenset(("agreement_ids",))

    agreement_ids = fields.Many2many(
        "key.account.agreement",
        "sale_order_key_account_agreement_rel",
        "order_id",
        "agreement_id",
        string="Agreements",
        copy=False,
        groups="key_account.group_specialist,key_account.group_support",
    )

    @api.constrains("agreement_ids")
    def _check_agreements(self):
        for order in self:
            account, agreements = order.key_account_id, order.agreement_ids
            # What was agreed before files were merged was agreed with this customer.
            files = list(account._with_merged()) or [False]
            own = agreements.filtered_domain([("key_account_id", "in", files)])
            foreign = agreements - own
            if foreign:
                raise ValidationError(
                    self.env._(
                        "“%(agreement)s” belongs to another account than %(order)s.",
                        agreement=foreign[0].name,
                        order=order.name,
                    )
                )

    # ------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------

    def action_write_agreement(self):
        """A new agreement of this quotation, written where it is listed."""
        self.ensure_one()
        self.check_access("write")
        view = self.env.ref("key_account.agreement_view_form_write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Write an Agreement"),
            "res_model": "key.account.agreement",
            "views": [(view.id, "form")],
            "target": "new",
            "context": {
                "default_key_account_id": self.key_account_id.id,
                "default_opportunity_id": self.opportunity_id.id,
                "default_order_ids": [Command.set(self.ids)],
            },
        }

    # ------------------------------------------------------------
    # Terms
    # ------------------------------------------------------------

    @api.model
    def _authority_depends(self):
        return super()._authority_depends() + ("agreement_ids",)

    @api.model
    def _links_of_a_decision(self):
        return [*super()._links_of_a_decision(), "agreement_ids"]

    @api.model
    def _order_terms(self):
        return super()._order_terms() | {"agreement_ids"}

    def _identity_values(self, inputs):
        identity = super()._identity_values(inputs)
        return {**identity, "agreements": self.agreement_ids._terms()}

    def _commercial_terms(self):
        terms = super()._commercial_terms()
        return {**terms, "agreements": self.agreement_ids._terms()}

    def _assert_ready_for_sign_off(self):
        res = super()._assert_ready_for_sign_off()
        self.agreement_ids._assert_checked()
        return res

    # ------------------------------------------------------------
    # Legal check
    # ------------------------------------------------------------

    def _obstacles(self, action, found):
        obstacles = super()._obstacles(action, found)
        if self.state in UNDECIDED:
            obstacles += self.agreement_ids._unchecked_texts()
        return obstacles

    def _is_held(self, found):
        return super()._is_held(found) or bool(self.agreement_ids._unchecked())
