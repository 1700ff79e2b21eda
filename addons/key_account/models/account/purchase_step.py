"""How the customer buys: its steps, who decides in each, what we do for it."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..shared.label import selection_labels

# In the customer's order.
STEPS = [
    ("need", "Internal need and project"),
    ("survey", "Supplier survey"),
    ("criteria", "Criteria"),
    ("tender", "Tender and evaluation"),
    ("audit", "Supplier audit"),
    ("agreement", "Agreement"),
]


class KeyAccountPurchaseStep(models.Model):
    """A step of the customer's purchasing process (采购流程)."""

    _name = "key.account.purchase.step"
    _description = "Purchasing Step"
    _inherit = ["key.account.single", "key.account.under"]
    _single = frozenset(("key_account_id", "step"))
    _under = frozenset(("key_account_id", "decider_id"))
    _order = "key_account_id, sequence, id"
    _rec_name = "step"
    _check_company_auto = True

    key_account_id = fields.Many2one(
        "key.account", required=True, ondelete="cascade", index=True, check_company=True
    )
    company_id = fields.Many2one(
        related="key_account_id.company_id", store=True, index=True, precompute=True
    )
    sequence = fields.Integer(default=10, aggregator=None)
    step = fields.Selection(STEPS, required=True)
    decider_id = fields.Many2one(
        "key.account.stakeholder",
        string="Who decides",
        ondelete="set null",
        index="btree_not_null",
        domain="[('key_account_id', '=', key_account_id)]",
    )
    attitude = fields.Selection(related="decider_id.attitude")
    state = fields.Selection(
        [("waiting", "Not begun"), ("running", "Under way"), ("done", "Done")],
        string="Where they stand",
        required=True,
        default="waiting",
    )
    standing = fields.Char(
        string="How it stands", help="What the customer has done or asked for so far."
    )
    our_action = fields.Text(string="Our action")

    _step_once = models.UniqueIndex(
        "(key_account_id, step)", "This step of the account is there already."
    )

    @api.depends("step")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = selection_labels(self, "step")
        for step in self:
            step.display_name = labels.get(step.step, "")

    def _single_text(self):
        return self.env._(
            "An account has each step of its customer's purchasing process once."
        )

    @api.constrains("decider_id", "key_account_id")
    def _check_decider(self):
        for step in self:
            decider = step.decider_id
            if decider and decider.key_account_id != step.key_account_id:
                raise ValidationError(
                    self.env._(
                        "Whoever decides on a step has to be one of the people of"
                        " %(account)s. Choose one of them, or enter the person there"
                        " first.",
                        account=step.key_account_id.display_name,
                    )
                )


class KeyAccount(models.Model):
    _inherit = "key.account"

    purchase_step_ids = fields.One2many(
        "key.account.purchase.step",
        "key_account_id",
        string="Purchasing process",
        copy=False,
    )

    def action_fill_purchase_steps(self):
        """The steps that are not there yet, in the customer's order."""
        self.check_access("write")
        missing = [
            {"key_account_id": account.id, "step": code, "sequence": 10 * number}
            for account in self
            for number, (code, _label) in enumerate(STEPS, 1)
            if code not in account.purchase_step_ids.mapped("step")
        ]
        self.env["key.account.purchase.step"].create(missing)
        return True
