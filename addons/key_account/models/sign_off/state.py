"""What sign-off says of a quotation: its events, who is asked, what they cover."""

from odoo import api, fields, models

from ...rules.states import OPEN_EVENTS


class SaleOrder(models.Model):
    _inherit = "sale.order"
    _kept = frozenset(
        ("approver_ids", "sign_off_user_ids", "sign_off_readers", "approval_ids")
    )
    # By these a record rule finds whoever was asked, see ``shared/id_list.py``.
    _ids_beside = {"sign_off_user_ids": "sign_off_readers"}

    approver_ids = fields.Many2many(
        "res.users",
        "sale_order_key_account_approver_rel",
        "order_id",
        "user_id",
        string="Asked to sign off",
        readonly=True,
        copy=False,
    )
    sign_off_user_ids = fields.Many2many(
        "res.users",
        "sale_order_key_account_sign_off_user_rel",
        "order_id",
        "user_id",
        string="Asked at any time",
        readonly=True,
        copy=False,
        help="Whoever was asked to sign off goes on reading what it was about.",
    )
    # Their ids once more: looked up by an index where the list of who was asked would
    # be joined, and read with the row where it would be read by itself.
    sign_off_readers = fields.Json(readonly=True, copy=False, groups="base.group_user")
    approval_ids = fields.One2many(
        "key.account.approval",
        "order_id",
        string="Sign-off history",
        readonly=True,
        groups="sales_team.group_sale_salesman",
    )
    can_decide = fields.Boolean(compute="_compute_can_decide")

    # Record rules list the quotations of a team or person without reading them.
    _of_team_idx = models.Index("(team_id, id)")
    _of_user_idx = models.Index("(user_id, id)")
    _sign_off_readers_idx = models.Index(
        "USING gin (sign_off_readers jsonb_path_ops) WHERE sign_off_readers IS NOT NULL"
    )

    @api.depends("authority_state", "approver_ids")
    @api.depends_context("uid")
    def _compute_can_decide(self):
        for order in self:
            order.can_decide = (
                order.authority_state == "pending"
                and self.env.user in order.approver_ids
            )

    @api.model
    def _authority_depends(self):
        return super()._authority_depends() + ("approval_ids",)

    @api.model
    def _links_of_a_decision(self):
        names = super()._links_of_a_decision()
        return [*names, "approval_ids", "approver_ids", "sign_off_user_ids"]

    def _determine_fields_to_fetch(self, field_names=None, ignore_when_in_cache=False):
        """Whoever reads quotations is asked by a rule whether they were asked to sign
        them off: that comes with whatever else is read."""
        wanted = super()._determine_fields_to_fetch(field_names, ignore_when_in_cache)
        readers = self._fields["sign_off_readers"]
        if (
            not self.env.su
            and any(field.column_type for field in wanted)
            and readers not in wanted
            and (not ignore_when_in_cache or any(readers._cache_missing_ids(self)))
            and self._has_field_access(readers, "read")
        ):
            wanted.append(readers)
        return wanted

    # ------------------------------------------------------------
    # Events
    # ------------------------------------------------------------

    def _last_event(self):
        # Nothing was ever recorded of a quotation that is not bound.
        if not self.authority_bound:
            return self.env["key.account.approval"]
        return self.approval_ids.sorted("id", reverse=True)[:1]

    def _standing_approval(self):
        """The approval that this quotation stands on; none where it needed none."""
        self.ensure_one()
        # Who approved it is printed, whoever prints.
        order = self.sudo()
        if order.authority_state != "approved":
            return order.approval_ids.browse()
        approvals = order.approval_ids.filtered(lambda a: a.event == "approve")
        return approvals.sorted("id")[-1:]

    def _last_sign_off(self):
        return self._last_event().event

    def _sign_off_answer(self, level):
        for event in self.approval_ids.sorted("id", reverse=True):
            if (
                event.event in OPEN_EVENTS
                and event == self._last_event()
                and self._covered_by(event)
            ):
                return "pending", level, False
            if event.event == "approve" and self._covered_by(event):
                return "approved", event.level_id, event.valid_until
            if event.event == "reject":
                same = self._has_fingerprint(event.fingerprint)
                return "rejected" if same else "required", level, False
            if event.event == "send_back":
                return None
        return None

    def _covered_by(self, event):
        """Whether this quotation is nowhere worse than what the event was about."""
        self.ensure_one()
        if (
            event.event == "approve"
            and event.valid_until
            and event.valid_until < self.company_id._key_account_today()
            and not self._approval_goes_on()
        ):
            return False
        return not self._broken_since(event.inputs or {})

    def _approval_goes_on(self):
        """Hook: whether an approval holds beyond its last day. ``contract`` says so
        while the functions review what was signed."""
        return False

    # ------------------------------------------------------------
    # What was asked is something else now
    # ------------------------------------------------------------

    def _after_bound_terms_changed(self):
        result = super()._after_bound_terms_changed()
        last = self._last_event()
        if last.event in OPEN_EVENTS and self.authority_state != "pending":
            self._log_approval(
                "supersede", capacity="system", user=self.terms_author_id
            )
            self._close_requests()
        return result
