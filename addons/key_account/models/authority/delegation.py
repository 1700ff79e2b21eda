"""Somebody who is away lends their sign-off to somebody else."""

from odoo import api, fields, models, tools
from odoo.exceptions import AccessError, ValidationError
from odoo.tools import format_date, frozendict

from ..shared.act import meet
from ..shared.as_created import as_created
from ..shared.remembered import forget

CONFIGURATION = "key_account.group_configuration"


class KeyAccountAuthorityDelegation(models.Model):
    """Somebody signs quotations off for somebody else, for some days and a reason.

    Sign-off is delegated, nothing else: no group, no other right. The delegate decides
    with the limits of whoever is away and is named as such; what they received they
    cannot pass on.
    """

    _name = "key.account.authority.delegation"
    _description = "Delegation of Sign-off"
    _inherit = ["mail.thread", "key.account.kept"]
    _order = "date_from desc, id desc"
    _check_company_auto = True

    delegator_id = fields.Many2one(
        "res.users",
        string="For",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.user,
        domain=[("share", "=", False)],
        tracking=True,
        help="Whose authority is used.",
    )
    delegate_id = fields.Many2one(
        "res.users",
        string="Signs off",
        required=True,
        index=True,
        ondelete="restrict",
        domain=[("share", "=", False)],
        tracking=True,
        help="Who decides on behalf of them, within their limits.",
    )
    date_from = fields.Date(
        string="From",
        required=True,
        default=fields.Date.context_today,
        tracking=True,
    )
    date_to = fields.Date(
        string="Until", required=True, tracking=True, help="The last day."
    )
    reason = fields.Char(required=True, tracking=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
        tracking=True,
    )
    active = fields.Boolean(default=True, tracking=True)
    state = fields.Selection(
        [("planned", "Planned"), ("running", "In force"), ("ended", "Ended")],
        compute="_compute_state",
    )

    _dates_in_order = models.Constraint(
        "CHECK (date_from <= date_to)", "A delegation cannot end before it begins."
    )
    _somebody_else = models.Constraint(
        "CHECK (delegator_id != delegate_id)", "Nobody can delegate to themselves."
    )
    # The net below the check that names who it is: for two who save at once. Deferred,
    # so that whoever can be told by name is.
    _one_delegate_at_a_time = models.Constraint(
        "EXCLUDE USING gist (int4range(delegator_id, delegator_id, '[]') WITH =,"
        " int4range(company_id, company_id, '[]') WITH =,"
        " daterange(date_from, date_to, '[]') WITH &&) WHERE (active)"
        " DEFERRABLE INITIALLY DEFERRED",
        "Somebody delegates their sign-off to one person at a time.",
    )

    @api.depends("date_from", "date_to", "active")
    def _compute_state(self):
        for delegation in self:
            today = delegation.company_id._key_account_today()
            if not delegation.active or (
                delegation.date_to and delegation.date_to < today
            ):
                delegation.state = "ended"
            elif delegation.date_from and delegation.date_from > today:
                delegation.state = "planned"
            else:
                delegation.state = "running"

    @api.depends("delegator_id", "delegate_id")
    def _compute_display_name(self):
        for delegation in self:
            delegation.display_name = self.env._(
                "%(delegate)s for %(delegator)s",
                delegate=delegation.delegate_id.name or "",
                delegator=delegation.delegator_id.name or "",
            )

    @api.constrains("delegate_id", "delegator_id", "company_id")
    def _check_people(self):
        for delegation in self:
            for user in delegation.delegate_id | delegation.delegator_id:
                if not user._may_sign_off(delegation.company_id):
                    raise ValidationError(
                        self.env._(
                            "%(user)s cannot sign off in %(company)s: that takes an"
                            " active internal user of the company with a sales or"
                            " key-account role. Choose somebody else, or give them the"
                            " role first.",
                            user=user.name,
                            company=delegation.company_id.name,
                        )
                    )

    @api.constrains(
        "delegate_id", "delegator_id", "company_id", "date_from", "date_to", "active"
    )
    def _check_overlap(self):
        active = self.filtered("active")
        # Two who lend to and from the same person at one moment see each other.
        meet(active.delegator_id | active.delegate_id)
        for delegation in active:
            others = delegation._overlapping()
            twice = others.filtered(
                lambda o, d=delegation: o.delegator_id == d.delegator_id
            )
            if twice:
                raise ValidationError(
                    self.env._(
                        "%(user)s has already delegated their sign-off for these"
                        " days: %(other)s until %(date)s. End that first.",
                        user=delegation.delegator_id.name,
                        other=twice[0].delegate_id.name,
                        date=format_date(self.env, twice[0].date_to),
                    )
                )
            away = others.filtered(
                lambda o, d=delegation: (
                    o.delegator_id == d.delegate_id or o.delegate_id == d.delegator_id
                )
            )
            if away:
                raise ValidationError(
                    self.env._(
                        "What is delegated cannot be passed on: %(other)s is in force"
                        " on these days. Choose other days or somebody else.",
                        other=away[0].display_name,
                    )
                )

    def _overlapping(self):
        """Other delegations of the company in some of these days: those of everybody,
        as constraints are checked with full rights."""
        self.ensure_one()
        return self.with_context(active_test=True).search(
            [
                ("id", "!=", self.id),
                ("company_id", "=", self.company_id.id),
                ("date_from", "<=", self.date_to),
                ("date_to", ">=", self.date_from),
            ]
        )

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        self._assert_not_to_oneself(
            [
                (people.get("delegator_id"), people.get("delegate_id"))
                for people in as_created(
                    self, vals_list, ("delegator_id", "delegate_id")
                )
            ]
        )
        delegations = super().create(vals_list)
        delegations._assert_own()
        delegations._assert_not_to_oneself()
        # Whoever stands in may work in companies that the delegator does not see.
        delegations.sudo().delegate_id._become_approvers()
        self._delegation_changed(delegations.company_id)
        return delegations

    def write(self, vals):
        self._assert_own()
        self._assert_not_to_oneself(
            [
                (
                    vals.get("delegator_id", each.delegator_id.id),
                    vals.get("delegate_id", each.delegate_id.id),
                )
                for each in self
                if not self._ends_earlier(vals)
            ]
        )
        companies = self.company_id
        res = super().write(vals)
        self._assert_own()
        self._delegation_changed(self.company_id | companies)
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise AccessError(
            self.env._(
                "A delegation is kept, as decisions may have been taken under it."
                " Archive it, or set its last day."
            )
        )

    def _assert_own(self):
        """Everybody delegates their own sign-off, Configuration anybody's."""
        if self.env.su or self.env.user.has_group(CONFIGURATION):
            return
        foreign = self.filtered(lambda d: d.delegator_id != self.env.user)
        if foreign:
            raise AccessError(
                self.env._(
                    "Only %(user)s, or somebody with the right Configuration, can"
                    " delegate the sign-off of %(user)s.",
                    user=foreign[0].delegator_id.name,
                )
            )

    def _assert_not_to_oneself(self, pairs=None):
        """Nobody lends themselves the sign-off of somebody else, Configuration neither.

        :param pairs: ids of whom it is for and who signs off; by default as they are
        """
        if pairs is None:
            pairs = [(each.delegator_id.id, each.delegate_id.id) for each in self]
        me = self.env.uid
        if any(delegate == me and delegator != me for delegator, delegate in pairs):
            raise AccessError(
                self.env._(
                    "Nobody delegates the sign-off of somebody else to themselves. Ask"
                    " them, or somebody else with the right Configuration."
                )
            )

    @api.model
    def _ends_earlier(self, vals):
        """Whether this does no more than end a delegation, or say why it was given."""
        return vals.keys() <= {"active", "reason"} and not vals.get("active")

    @api.model
    def _delegation_changed(self, companies):
        """Who stands in for whom in these companies has changed: what is kept of it in
        memory is forgotten. The room on top (``again``) asks those who decide now."""
        forget(self.env)

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    @api.model
    def _in_force(self, company):
        """``{delegator id: delegate id}`` of today, read once a day."""
        return self._in_force_on(company.id, company._key_account_today())

    @api.model
    @tools.ormcache("company_id", "date")
    def _in_force_on(self, company_id, date):
        # What ended early is archived: no caller brings it back by their context.
        delegations = self.sudo().with_context(active_test=True)
        delegations = delegations.search(
            [
                ("company_id", "=", company_id),
                ("date_from", "<=", date),
                ("date_to", ">=", date),
            ]
        )
        return frozendict({d.delegator_id.id: d.delegate_id.id for d in delegations})
