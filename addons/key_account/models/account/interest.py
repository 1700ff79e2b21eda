"""From prospect to interested (意向): a candidate who has said that they need us."""

from odoo import api, fields, models

from ...rules import qualification


class KeyAccount(models.Model):
    _inherit = "key.account"

    interested_on = fields.Date(
        string="Interested since",
        readonly=True,
        copy=False,
        help="Their need was confirmed, or a letter of intent filed.",
    )
    candidate_kind = fields.Selection(
        [("prospect", "Prospect"), ("interested", "Interested")],
        string="Development",
        compute="_compute_candidate_kind",
        store=True,
        index="btree_not_null",
        help="Of candidates: interested once their need is confirmed or a letter of"
        " intent is filed.",
    )

    @api.depends("state", "interested_on")
    def _compute_candidate_kind(self):
        for account in self:
            account.candidate_kind = account.state == "candidate" and (
                "interested" if account.interested_on else "prospect"
            )

    @api.model_create_multi
    def create(self, vals_list):
        accounts = super().create(vals_list)
        accounts._note_need()
        return accounts

    def write(self, vals):
        result = super().write(vals)
        if not {"man_need", "man_need_evidence"}.isdisjoint(vals):
            self._note_need()
        return result

    def _note_need(self):
        needing = self.filtered(lambda a: a.man_need == qualification.CONFIRMED)
        needing._become_interested(self.env._("Their need is confirmed"))

    def _become_interested(self, reason):
        """The day is kept on which these candidates were prospects for the last time;
        others have gone further."""
        # Whoever files the letter of intent need not be one who keeps the account.
        prospects = self.sudo().filtered(lambda a: a.candidate_kind == "prospect")
        if prospects:
            noting = prospects._on_occasion(reason=reason)
            noting._note("interest", [{}] * len(prospects))
