"""Customers that were merged: the record that stays is the customer that is gone."""

from odoo import api, fields, models, tools

from ..shared.remembered import forget


class KeyAccountMerge(models.Model):
    """That one contact was merged into another: insert-only, by whom and when.

    What was approved or signed names its customer by an id, in a fingerprint or among
    frozen values, where no foreign key follows. Whoever compares asks here which
    customer that is by now.
    """

    _name = "key.account.merge"
    _description = "Merged Customers"
    _inherit = ["key.account.evidence"]
    _order = "id desc"
    _rec_name = "from_name"

    from_id = fields.Integer(
        string="Former ID", required=True, index=True, aggregator=None
    )
    from_name = fields.Char(string="Merged contact", required=True)
    into_id = fields.Integer(string="Merged into ID", required=True, aggregator=None)
    into_name = fields.Char(string="Merged into", required=True)
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer now",
        required=True,
        ondelete="restrict",
        index=True,
        help="Follows when that contact is merged in its turn.",
    )
    same_customer = fields.Boolean(
        "Same customer",
        required=True,
        help="The company behind both was one, or became one with them. Where a person"
        " went over to another company, nothing that was agreed goes with them.",
    )
    merged_by_id = fields.Many2one(
        "res.users", string="Merged by", required=True, ondelete="restrict"
    )
    merged_on = fields.Datetime("Merged on", required=True, default=fields.Datetime.now)

    _anonymous_values = {"from_name": "-", "into_name": "-"}

    @api.model_create_multi
    def create(self, vals_list):
        merges = super().create(vals_list)
        forget(self.env)
        return merges

    def write(self, vals):
        res = super().write(vals)
        forget(self.env)
        return res

    @api.model
    def _note(self, sources, partner, customer):
        """Write down that these contacts become that one, whose company then is
        ``customer``; asked before it happens."""
        earlier = self.sudo().search([("partner_id", "in", sources.ids)])
        same = sources.filtered(
            lambda source: source.commercial_partner_id in sources | customer
        )
        strayed = earlier.filtered(lambda merge: merge.partner_id not in same)
        strayed._write_kept({"same_customer": False})
        return self._record(
            [
                {
                    "from_id": source.id,
                    "from_name": source.display_name or "-",
                    "into_id": partner.id,
                    "into_name": partner.display_name or "-",
                    "partner_id": partner.id,
                    "same_customer": source in same,
                    "merged_by_id": self.env.uid,
                }
                for source in sources
            ]
        )

    @api.model
    @tools.ormcache("partner_id")
    def _former_ids(self, partner_id):
        """Ids under which this contact was known before others were merged into it."""
        merges = self.sudo().search_fetch(
            [("partner_id", "=", partner_id), ("same_customer", "=", True)], ["from_id"]
        )
        return tuple(merges.mapped("from_id"))

    @api.model
    @tools.ormcache("partner_id")
    def _customer_now(self, partner_id):
        """Id of the company that a customer, known by this id once, is now."""
        merge = self.sudo().search(
            [("from_id", "=", partner_id), ("same_customer", "=", True)], limit=1
        )
        return merge.partner_id.commercial_partner_id.id or partner_id
