"""How a customer is to be developed: mode, strategy, the ranked list of targets."""

from odoo import api, fields, models

# A director has approved these together.
_STRATEGY = ("strategy_mode", "strategy", "reference_partner_id")
MODES = [
    ("direct", "Directly with the decision makers"),
    ("reference", "After a reference customer"),
    ("trial", "Sample and trial order"),
    ("solution", "Solution for a problem of theirs"),
    ("project", "Project or tender"),
    ("partner", "With a partner or agent"),
]


class KeyAccount(models.Model):
    _inherit = "key.account"
    _no_default = frozenset(("target_list", "target_rank"))

    strategy_mode = fields.Selection(
        MODES, string="Mode of development", tracking=True, copy=False
    )
    strategy = fields.Text(
        string="Development strategy",
        copy=False,
        help="In words: where we begin, what we offer, what comes first.",
    )
    reference_partner_id = fields.Many2one(
        "res.partner",
        string="Reference customer",
        ondelete="set null",
        copy=False,
        check_company=True,
        help="The customer whose development this one follows.",
    )
    strategy_approved_by_id = fields.Many2one(
        "res.users",
        string="Strategy approved by",
        readonly=True,
        copy=False,
        help="A strategy that is changed afterwards is no longer approved.",
    )
    strategy_approved_on = fields.Datetime(
        "Strategy approved on", readonly=True, copy=False
    )
    target_list = fields.Selection(
        [("target", "Target"), ("waiting", "Waiting list")],
        string="Target list",
        tracking=True,
        copy=False,
        help="Targets are developed now, in the order of their rank; who is on the"
        " waiting list comes later.",
    )
    target_rank = fields.Integer(
        string="Rank", copy=False, aggregator=None, help="1 comes first."
    )

    def write(self, vals):
        if vals.keys().isdisjoint(_STRATEGY) or self._is_by_process(vals):
            return super().write(vals)
        before = [account._strategy() for account in self]
        result = super().write(vals)
        # Also where who changed it may not read who approved.
        changed = self.sudo().browse(
            account.id
            for account, said in zip(self, before, strict=True)
            if account._strategy() != said
        )
        if unbound := changed.filtered("strategy_approved_by_id"):
            unbound._write_kept(
                {"strategy_approved_by_id": False, "strategy_approved_on": False}
            )
        return result

    def _strategy(self):
        return tuple(self[name] or False for name in _STRATEGY)

    @api.model
    def _approved_strategy(self):
        """What an account starts with whose strategy the user approves now."""
        return {
            "strategy_approved_by_id": self.env.uid,
            "strategy_approved_on": fields.Datetime.now(),
        }
