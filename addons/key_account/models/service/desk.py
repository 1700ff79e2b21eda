"""Who sees feedback that nobody has put under an account yet."""

from odoo import api, fields, models


class ResUsers(models.Model):
    _inherit = "res.users"

    # Asked by a record rule. What it hangs on clears the rules kept in memory, see
    # ``_known_by`` of teams.
    key_account_desk_company_ids = fields.Many2many(
        "res.company",
        string="Sees feedback without account of",
        compute="_compute_key_account_desk_company_ids",
        # The rule reads it with full rights; it is nobody else's.
        groups="base.group_system",
        help="The companies in which somebody manages or supports a key-account team.",
    )

    def _compute_key_account_desk_company_ids(self):
        # Who manages and supports what team does not hang on who may read teams.
        teams = self.env["crm.team"].sudo().search([("is_key_account", "=", True)])
        for user in self:
            own = teams.filtered(
                lambda team, user=user: (
                    user in team._key_account_managers() | team.key_account_support_ids
                )
            )
            everywhere = own.filtered(lambda team: not team.company_id)
            user.key_account_desk_company_ids = own.company_id | (
                user.sudo().company_ids if everywhere else own.company_id
            )


class CrmTeam(models.Model):
    _inherit = "crm.team"

    @api.model_create_multi
    def create(self, vals_list):
        teams = super().create(vals_list)
        teams._forget_desks()
        return teams

    def write(self, vals):
        result = super().write(vals)
        if self._known_by.intersection(vals):
            self._forget_desks()
        return result

    def unlink(self):
        result = super().unlink()
        self._forget_desks()
        return result

    def _forget_desks(self):
        """Who sits at a desk was read already, maybe, in this transaction."""
        self.env["res.users"].invalidate_model(["key_account_desk_company_ids"])
