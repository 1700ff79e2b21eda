"""More room for one person in one deal, given by a manager."""

from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ...rules import authority as rules
from ...rules.bench import Given
from ..shared.label import selection_label
from .dimension import assert_not_negative, dimensions, mark_private


class KeyAccountAuthorityGrant(models.Model):
    """More room for one person in one deal, never beyond what its giver may do."""

    _name = "key.account.authority.grant"
    _description = "Authority Grant"
    _inherit = ["key.account.under"]
    _order = "id desc"
    _under = frozenset(("opportunity_id", "visit_id"))
    _kept = frozenset(("granted_by_id", "customer_id"))

    opportunity_id = fields.Many2one(
        "crm.lead", required=True, ondelete="cascade", index=True
    )
    key_account_id = fields.Many2one(
        related="opportunity_id.key_account_id", store=True, index=True
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one("res.users", string="Given to", required=True)
    dimension = fields.Selection(dimensions, required=True)
    is_private = fields.Boolean(compute="_compute_is_private", store=True)
    value = fields.Float(required=True, digits=(16, 2), aggregator=None)
    unit = fields.Char(compute="_compute_unit")
    date_until = fields.Date(string="Until")
    granted_by_id = fields.Many2one(
        "res.users",
        string="Given by",
        readonly=True,
        required=True,
        default=lambda self: self.env.user,
    )
    visit_id = fields.Many2one("key.account.visit", ondelete="set null")
    customer_id = fields.Many2one(
        "res.partner",
        string="For the customer",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        help="Whose deal it was when this was granted: it holds for no other customer.",
    )
    reason = fields.Char()

    @api.depends("dimension")
    def _compute_is_private(self):
        mark_private(self)

    @api.depends("dimension", "currency_id")
    @api.depends_context("lang")
    def _compute_unit(self):
        limits = self.env["key.account.authority.limit"]
        for grant in self:
            grant.unit = limits._unit_label(grant.dimension, grant.currency_id)

    @api.constrains("dimension", "value")
    def _check_value(self):
        assert_not_negative(self)

    @api.model_create_multi
    def create(self, vals_list):
        grants = super().create(vals_list)
        for lead, given in grants.grouped("opportunity_id").items():
            customer = lead.sudo().partner_id.commercial_partner_id
            given._set_kept({"customer_id": customer.id})
        grants._assert_giver_may()
        self._grants_changed(grants.opportunity_id)
        return grants

    def write(self, vals):
        self._assert_kept(vals)
        if not self._is_by_process(vals):
            self._assert_may_change(vals)
        res = super().write(vals)
        self._grants_changed(self.opportunity_id)
        return res

    def _assert_may_change(self, vals):
        if set(vals) - {"date_until", "reason", "visit_id"}:
            raise AccessError(
                self.env._(
                    "A grant is not changed: end it by its date and give another one."
                )
            )
        self._assert_giver_may()

    def unlink(self):
        leads = self.opportunity_id
        res = super().unlink()
        self._grants_changed(leads)
        return res

    def _assert_giver_may(self):
        """Only a manager of the team gives, within their own limit, and never to
        themselves."""
        for grant in self:
            # Managing the team is what entitles, whatever else of the deal is readable.
            lead = grant.opportunity_id.sudo()
            if grant.user_id == self.env.user:
                raise AccessError(
                    self.env._("Nobody can grant authority to themselves.")
                )
            if lead.user_id == self.env.user:
                raise AccessError(
                    self.env._(
                        "“%s” is your own deal: another manager, or a director, grants"
                        " authority in it.",
                        lead.name,
                    )
                )
            if not lead.team_id._is_managed_by(
                self.env.user, everywhere=True, since=lead.create_date
            ):
                raise AccessError(
                    self.env._(
                        "Only a manager of the team of “%(deal)s” can grant authority"
                        " for it.",
                        deal=lead.name,
                    )
                )
            grant._assert_within_own_limit(lead)

    def _assert_within_own_limit(self, lead):
        bench = self.env["key.account.authority.limit"]._bench_of_deal(
            self.company_id, lead, lead.key_account_id
        )
        levels = self.env["key.account.authority.level"]
        levels._assert_named_before(self.env.user, self.company_id, lead.create_date)
        own = bench.limit(self.env.uid, rules.Measure(self.dimension, None))
        if rules.DIMENSIONS[self.dimension].exceeds(self.value, own):
            raise AccessError(
                self.env._(
                    "You cannot grant %(value)s for %(dimension)s: it lies beyond"
                    " your own limit."
                    " Grant less, or have the next level grant it.",
                    value=self.value,
                    dimension=selection_label(self, "dimension", self.dimension),
                )
            )

    def _given(self, lead, company, partner):
        """``{(user id, dimension): [rules.bench.Given]}`` in a deal, for the customer
        it is with: naming another one in it afterwards, or none, carries nothing
        over."""
        given = defaultdict(list)
        of_deal = self.filtered(
            lambda grant: (
                grant.opportunity_id == lead._origin and grant.company_id == company
            )
        )
        for grant in of_deal:
            customer = grant.customer_id or lead.partner_id
            if customer.commercial_partner_id == partner.commercial_partner_id:
                given[grant.user_id.id, grant.dimension].append(
                    Given(grant.value, grant.granted_by_id.id)
                )
        return given

    def _in_force(self, leads):
        """Grants of these opportunities that have not ended."""
        if not leads:
            return self.browse()
        # Each company has its own day: which have ended is seen below.
        yesterday = fields.Date.today() - timedelta(days=1)
        # What was given holds whoever measures, and whatever they may read of the deal.
        grants = self.sudo().search(
            [
                ("opportunity_id", "in", leads.ids),
                "|",
                ("date_until", "=", False),
                ("date_until", ">=", yesterday),
            ]
        )
        return grants.filtered(
            lambda grant: (
                not grant.date_until
                or grant.date_until >= grant.company_id._key_account_today()
            )
        )

    @api.model
    def _grants_changed(self, leads):
        """Hook: authority in these deals has changed; the room on top (``again``) has
        measured again what it bears on."""
