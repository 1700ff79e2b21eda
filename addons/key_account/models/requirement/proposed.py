"""What a line's kind and product say by themselves: the capability that answers it, and
what is asked."""

from odoo import api, fields, models

from ...rules import requirement as rules


class KeyAccountRequirement(models.Model):
    _inherit = "key.account.requirement"

    capability_id = fields.Many2one(
        compute="_compute_capability_id", store=True, readonly=False, precompute=True
    )

    @api.onchange("product_id")
    def _onchange_product_id(self):
        """Who names a product has said what is asked, and need not write it again."""
        if self.product_id and not self.name:
            self.name = self.product_id.name

    @api.depends("kind", "product_id")
    def _compute_capability_id(self):
        """The nearest that we have; what somebody chose stays as long as it fits, and
        nobody's judgement is taken back by a proposal."""
        known = {company: self._capabilities_of(company) for company in self.company_id}
        stored = self._as_stored()
        judged = {id_ for id_, (_chosen, by_hand) in stored.items() if by_hand}
        for line in self:
            chosen = line.capability_id
            fits = chosen.kind == line.kind and chosen.product_id in (
                line.product_id,
                chosen.product_id.browse(),
            )
            if chosen and fits and chosen.product_id:
                continue
            nearest = rules.nearest(
                known.get(line.company_id, ()),
                line.kind,
                line.product_id._origin.id or None,
            )
            if nearest and line._origin.id not in judged:
                line.capability_id = nearest
            elif not fits:
                line.capability_id = False
            else:
                line.capability_id = chosen

    @api.depends("capability_id")
    def _compute_from_capability(self):
        # Another product or kind that leaves the capability as it is leaves as they are
        # the standard and what was judged, too.
        stored = self._as_stored()
        same = self.filtered(
            lambda line: (
                line._origin.id in stored
                and stored[line._origin.id][0] == line.capability_id._origin.id
            )
        )
        for line in same:
            for name in ("our_standard", "able", "condition"):
                line[name] = line[name]
        changed = self - same
        changed._forget_proposals()
        return super(KeyAccountRequirement, changed)._compute_from_capability()

    def _forget_proposals(self):
        """What a capability proposed goes with it, else a price were promised with the
        standard of a leak test, in the contract too. What somebody wrote stays."""
        worded = self.filtered(lambda line: line.our_standard or line.condition)
        for company, lines in worded.grouped("company_id").items():
            proposed = {}
            for each in self._known_capabilities(company):
                words = (each.standard or "", each.condition or "")
                proposed.setdefault(words, set()).add(each.able)
            for line in lines:
                words = (line.our_standard or "", line.condition or "")
                if words not in proposed:
                    continue
                line.our_standard = line.condition = False
                if line.able in proposed[words]:
                    line.able = False

    def _as_stored(self):
        """``{id: (capability, whether somebody said otherwise what we are able to)}``.

        Asked of the table: to read it would compute it, from what is only being
        proposed now.
        """
        self.env.cr.execute(
            """
            SELECT line.id, line.capability_id,
                   line.able IS NOT NULL
                   AND line.able IS DISTINCT FROM capability.able
              FROM key_account_requirement AS line
         LEFT JOIN key_account_capability AS capability
                ON capability.id = line.capability_id
             WHERE line.id = ANY(%s)
            """,
            [self._origin.ids],
        )
        return {
            id_: (chosen or False, by_hand)
            for id_, chosen, by_hand in self.env.cr.fetchall()
        }

    @api.model
    def _capabilities_of(self, company):
        found = self._known_capabilities(company)
        return [(each.id, each.kind, each.product_id.id or None) for each in found]

    @api.model
    def _known_capabilities(self, company):
        # What we can do does not hang on who asks.
        return (
            self.env["key.account.capability"]
            .sudo()
            .search(
                [
                    "|",
                    ("company_id", "=", False),
                    ("company_id", "parent_of", company.id),
                ]
            )
        )
