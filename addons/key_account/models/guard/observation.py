"""Mode observe: what would have been stopped is noted, and nothing is stopped."""

from psycopg2.errors import UniqueViolation

from odoo import api, fields, models

from ...rules.states import FREE
from ..shared.label import selection_labels

ACTIONS = [
    ("send", "Sent to the customer"),
    ("portal", "Seen by the customer"),
    ("sign", "Signed"),
    ("pay", "Paid"),
    ("confirm", "Confirmed"),
    ("invoice", "Invoiced"),
]
# The same offer, the same action, the same day: one observation.
ONCE = ("order_id", "action", "fingerprint", "day")


class KeyAccountObservation(models.Model):
    """A quotation did what mode *enforce* would have refused.

    One per quotation, action, version of its terms and day, whoever did it how often.
    """

    _name = "key.account.observation"
    _description = "Observations"
    _inherit = ["key.account.evidence"]
    _order = "id desc"
    _rec_name = "order_id"

    order_id = fields.Many2one(
        "sale.order", required=True, ondelete="restrict", index=True
    )
    key_account_id = fields.Many2one("key.account", ondelete="restrict", index=True)
    company_id = fields.Many2one("res.company", required=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    action = fields.Selection(ACTIONS, string="What happened", required=True)
    user_id = fields.Many2one(
        "res.users", string="By", required=True, ondelete="restrict"
    )
    date = fields.Datetime(required=True, default=fields.Datetime.now)
    day = fields.Date(required=True, default=fields.Date.context_today)
    reasons = fields.Text(
        string="Why it would have been stopped",
        help="In the language of whoever did it.",
    )
    dimension = fields.Selection(
        selection="_selection_dimension",
        string="Main reason",
        help="The term that needs the highest level; none where policy alone asks for"
        " sign-off, or something else is missing.",
    )
    required_level_id = fields.Many2one(
        "key.account.authority.level", string="Needs", ondelete="restrict"
    )
    amount = fields.Monetary(string="Untaxed amount")
    fingerprint = fields.Char(required=True)

    _once = models.UniqueIndex("(order_id, action, fingerprint, day)")

    @api.model
    def _selection_dimension(self):
        term = self.env["key.account.approval.term"]
        return list(selection_labels(term, "dimension").items())

    @api.model
    def _record_once(self, values):
        """Write an observation down, unless this one is there already."""
        known = [(name, "=", values[name]) for name in ONCE]
        if self.search_count(known, limit=1):
            return
        try:
            with self.env.cr.savepoint():
                self._record([values])
        except UniqueViolation:
            # Somebody else did the same at this moment: it is written down.
            return


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _observe(self, action, obstacles, found):
        """Note that this quotation does what would be refused in mode enforce; with all
        rights, as :meth:`_controlled` has them.

        Pages and prints run on a read-only cursor: they are noted once they are done.
        """
        self.ensure_one()
        values = self._observation_values(action, obstacles, found)
        if not self.env.cr.readonly:
            self.env["key.account.observation"]._record_once(values)
            return
        registry, uid = self.env.registry, self.env.uid

        @self.env.cr.postcommit.add
        def record():
            with registry.cursor() as cr:
                env = api.Environment(cr, uid, {}, su=True)
                env["key.account.observation"]._record_once(values)

    def _observe_held(self, action):
        """Note those that would not have reached the customer."""
        found = self._authority_found() if self else {}
        for order in self:
            if found[order].state not in FREE:
                reasons = order._reasons(found[order].decision)
                order._observe(action, reasons, found[order])

    def _observation_values(self, action, obstacles, found):
        outside = sorted(found.decision.outside, key=self._impact_order)
        level = found.level
        return {
            "order_id": self.id,
            "key_account_id": self.key_account_id.id,
            "company_id": self.company_id.id,
            "action": action,
            "user_id": self.env.uid,
            "date": fields.Datetime.now(),
            "day": self.company_id._key_account_today(),
            "reasons": "\n".join(obstacles),
            "dimension": outside[0].measure.dimension if outside else False,
            "required_level_id": level.id if level else False,
            "amount": self._untaxed_of_company(),
            "fingerprint": self._terms_fingerprint(),
        }
