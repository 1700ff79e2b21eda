"""What stands in the way of an opportunity, and who removes it."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..process.crm_lead import _READERS

KINDS = [
    ("person", "A person"),
    ("price", "Price"),
    ("technical", "Technical"),
    ("quality", "Quality"),
    ("delivery", "Delivery"),
    ("competitor", "Competitor"),
    ("terms", "Payment and terms"),
    ("inside", "In our own house"),
    ("other", "Other"),
]


class KeyAccountObstacle(models.Model):
    """An obstacle of an opportunity, the plan to remove it, who does, until when."""

    _name = "key.account.obstacle"
    _description = "Obstacle"
    _inherit = ["key.account.task"]
    _order = "state, date_due, id"
    _under = frozenset(("key_account_id", "opportunity_id"))
    _under_derived = frozenset(("key_account_id",))
    _check_company_auto = True

    name = fields.Char(string="Obstacle")
    opportunity_id = fields.Many2one(
        "crm.lead",
        required=True,
        ondelete="cascade",
        index=True,
        domain=(
            "[('type', '=', 'opportunity'), ('key_account_id', '=', key_account_id)]"
        ),
    )
    key_account_id = fields.Many2one(
        "key.account",
        required=True,
        ondelete="cascade",
        index=True,
        check_company=True,
        compute="_compute_key_account_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    company_id = fields.Many2one(
        related="key_account_id.company_id", store=True, index=True, precompute=True
    )
    kind = fields.Selection(KINDS, required=True, default="other", tracking=True)
    plan = fields.Text(string="Plan to remove it")
    state = fields.Selection(selection_add=[("done", "Removed")])
    ended_on = fields.Date(string="Removed on")
    ended_by_id = fields.Many2one(string="Removed by")

    @api.depends("opportunity_id")
    def _compute_key_account_id(self):
        for obstacle in self:
            obstacle.key_account_id = (
                obstacle.key_account_id or obstacle.opportunity_id.key_account_id
            )

    @api.constrains("opportunity_id", "key_account_id")
    def _check_opportunity(self):
        for obstacle in self:
            account = obstacle.opportunity_id.key_account_id
            if account and account != obstacle.key_account_id:
                raise ValidationError(
                    self.env._(
                        "The obstacle “%(obstacle)s” is kept for %(account)s, but its"
                        " opportunity belongs to another account. Choose an opportunity"
                        " of %(account)s.",
                        obstacle=obstacle.name,
                        account=obstacle.key_account_id.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        self._assert_has_account(vals_list)
        return super().create(vals_list)

    @api.model
    def _assert_has_account(self, vals_list):
        """A deal whose customer has no file has nobody who may read its obstacles."""
        unsaid = [vals for vals in vals_list if not vals.get("key_account_id")]
        for lead in self._said_parents("opportunity_id", unsaid):
            if lead.has_access("read"):
                lead._assert_key_account()


class KeyAccount(models.Model):
    _inherit = "key.account"

    def _merge_into(self, survivor):
        """What stands in the way of a deal goes on with it, under the file that stays:
        its specialist removes it. With full rights: of whomever the files are."""
        result = super()._merge_into(survivor)
        obstacles = self.env["key.account.obstacle"].sudo()
        obstacles = obstacles.with_context(active_test=False)
        # While files are merged, deals and files do not fit each other.
        obstacles.search([("key_account_id", "in", self.ids)])._set_kept(
            {"key_account_id": survivor.id}
        )
        return result


class CrmLead(models.Model):
    _inherit = "crm.lead"

    key_account_obstacle_ids = fields.One2many(
        "key.account.obstacle",
        "opportunity_id",
        string="Obstacles",
        copy=False,
        groups=_READERS,
    )

    def _take_over(self, others):
        result = super()._take_over(others)
        obstacles = others.key_account_obstacle_ids
        obstacles._write_kept({"opportunity_id": self.id})
        return result
