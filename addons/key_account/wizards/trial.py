from odoo import api, fields, models


class KeyAccountTrial(models.TransientModel):
    """Asks until when, before a trial begins or is given another end."""

    _name = "key.account.trial"
    _description = "Trial of a Customer"
    _inherit = ["key.account.look"]
    _under = frozenset(("key_account_ids",))

    key_account_ids = fields.Many2many(
        "key.account",
        string="Accounts",
        required=True,
        default=lambda self: self._default_key_account_ids(),
    )
    extends = fields.Boolean(compute="_compute_extends")
    trial_end = fields.Date(
        string="Until",
        required=True,
        compute="_compute_trial_end",
        store=True,
        readonly=False,
        help="The trial is to be evaluated before.",
    )
    reason = fields.Char()

    def _default_key_account_ids(self):
        if self.env.context.get("active_model") != "key.account":
            return False
        return self.env.context.get("active_ids")

    @api.depends("key_account_ids")
    def _compute_extends(self):
        for wizard in self:
            states = set(wizard.key_account_ids.mapped("state"))
            wizard.extends = states == {"trial"}

    @api.depends("key_account_ids")
    def _compute_trial_end(self):
        for wizard in self:
            accounts = wizard.key_account_ids._origin
            ends = [account._default_trial_end() for account in accounts]
            wizard.trial_end = max(ends, default=False)

    def action_apply(self):
        if not self.extends:
            self.key_account_ids.action_start_trial(self.trial_end, self.reason)
        else:
            self.key_account_ids.action_extend_trial(self.trial_end, self.reason)
        return {"type": "ir.actions.act_window_close"}
