"""What waits for sign-off: the columns of the approver's inbox, and deciding."""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...rules import authority as rules
from ...rules import envelope
from ..shared.label import noted


class SaleOrder(models.Model):
    _inherit = "sale.order"
    _kept = frozenset(
        ("sign_off_requester_id", "sign_off_requested_on", "sign_off_escalated")
    )

    # Stored, so that the inbox can filter, group and sort by them.
    sign_off_requester_id = fields.Many2one(
        "res.users",
        string="Requested by",
        readonly=True,
        index="btree_not_null",
        copy=False,
        groups="base.group_user",
        prefetch="key_account",
    )
    sign_off_requested_on = fields.Datetime(
        string="Requested on",
        readonly=True,
        copy=False,
        groups="base.group_user",
        prefetch="key_account",
    )
    sign_off_escalated = fields.Boolean(
        string="Escalated", readonly=True, copy=False, prefetch="key_account"
    )
    sign_off_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company currency"
    )
    sign_off_amount = fields.Monetary(
        string="Untaxed (company currency)",
        compute="_compute_sign_off_amount",
        search="_search_sign_off_amount",
        currency_field="sign_off_currency_id",
        groups="base.group_user",
    )
    sign_off_grade = fields.Selection(
        related="key_account_id.grade",
        string="Account grade",
        # Not tracked as the grade itself is: that would read the file with each order.
        tracking=False,
        groups="sales_team.group_sale_salesman",
    )
    sign_off_discount = fields.Float(
        string="Discount (%) to sign off",
        compute="_compute_sign_off_terms",
        digits=(16, 1),
        groups="sales_team.group_sale_salesman",
        help="Weighted, against the reference prices of the request.",
    )
    sign_off_margin = fields.Float(
        string="Margin (%) to sign off",
        compute="_compute_sign_off_terms",
        digits=(16, 1),
        groups="key_account.group_manager",
    )
    sign_off_outside = fields.Char(
        string="Outside authority",
        compute="_compute_sign_off_terms",
        groups="sales_team.group_sale_salesman",
    )
    sign_off_changes = fields.Char(
        string="Changed since last decision",
        compute="_compute_sign_off_terms",
        groups="sales_team.group_sale_salesman",
    )
    can_withdraw = fields.Boolean(compute="_compute_can_withdraw", compute_sudo=True)

    # ------------------------------------------------------------
    # Compute
    # ------------------------------------------------------------

    @api.depends("amount_untaxed", "currency_rate", "date_order")
    def _compute_sign_off_amount(self):
        amounts = self._untaxed_of_companies()
        for order in self:
            order.sign_off_amount = amounts[order]

    @api.model
    def _search_sign_off_amount(self, operator, value):
        if operator not in ("<", "<=", ">", ">="):
            return NotImplemented

        def to_sql(model, alias, query):
            amount, rate = (
                model._field_to_sql(alias, name, query)
                for name in ("amount_untaxed", "currency_rate")
            )
            rate = SQL("COALESCE(NULLIF(%s, 0), 1)", rate)
            return SQL("%s / %s %s %s", amount, rate, SQL(operator), value)

        return Domain.custom(to_sql=to_sql)

    @api.depends("authority_state", "sign_off_requester_id", "user_id")
    @api.depends_context("uid")
    def _compute_can_withdraw(self):
        for order in self:
            order.can_withdraw = (
                order.authority_state == "pending"
                and self.env.user in order.sign_off_requester_id | order.user_id
            )

    @api.depends("authority_state", "approval_ids", "order_line.price_subtotal")
    @api.depends_context("lang", "uid")
    def _compute_sign_off_terms(self):
        requests = self._requests()
        # Measured with full rights, told as far as the reader may know the figures.
        orders = self.browse(order.id for order in requests).sudo()
        requested, grants = (
            orders._requested_measures(requests),
            orders._grants_in_force(),
        )
        for order in self:
            measures, inputs = requested.get(order, ((), None))
            worst = envelope.worst(measures)
            impact, changes = [], None
            if inputs:
                decision = order.with_env(orders.env)._decide(measures, grants)
                impact = order._impact(decision)
                changes = order._changes_since_decision(inputs)
            order.sign_off_discount = worst.get(("discount", "order")) or 0.0
            order.sign_off_margin = worst.get(("margin", "order")) or 0.0
            order.sign_off_outside = " · ".join(map(self._impact_text, impact))
            order.sign_off_changes = self._changes_text(changes)

    # ------------------------------------------------------------
    # Requests
    # ------------------------------------------------------------

    def _requests(self):
        """``{order: its last request}``, as far as the reader may read them."""
        result = {}
        for order in self._key_account_concerned():
            requests = order.approval_ids.filtered(lambda e: e.event == "request")
            if requests:
                result[order] = requests.sorted("id")[-1:]
        return result

    def _requested_measures(self, requests):
        """``{order: (measures, inputs)}`` of these requests.

        Measured with the inputs of the request, which are frozen: no price is asked
        for, so that a list costs no query per row.
        """
        self.order_line.product_id.product_tmpl_id.mapped("type")
        result = {}
        for order in self:
            if inputs := requests[order].with_env(self.env).inputs:
                terms, codes = order._terms(inputs), order._dimension_codes()
                result[order] = (rules.measure_terms(terms, codes), inputs)
        return result

    def _impact_text(self, row):
        where = f" “{row['where']}”" if row["where"] else ""
        limit = f" {row['sign']} {row['limit']}" if row["limit"] else ""
        return f"{row['dimension']}{where} {row['value']}{limit}"

    def _changes_text(self, changes):
        """What changed, in one line for a list."""
        if not changes:
            return ""
        signs = {"added": "+", "removed": "−", "changed": "±"}
        words = list(changes["identities"])
        for term in changes["terms"]:
            name, scope = term["dimension"], term["scope"]
            if scope:
                name = noted(self.env, name, scope)
            words.append(f"{name} {term['before']} → {term['now']}")
        words += [f"{signs[line['kind']]} {line['name']}" for line in changes["lines"]]
        return " · ".join(words)

    def _show_in_inbox(self, approval):
        """Keep in the columns of the inbox what this event says."""
        if approval.event == "request":
            self._set_kept(
                {
                    "sign_off_requester_id": approval.user_id,
                    "sign_off_requested_on": approval.date,
                    "sign_off_escalated": False,
                }
            )
        elif approval.event == "escalate":
            self._set_kept({"sign_off_escalated": True})

    # ------------------------------------------------------------
    # Opening
    # ------------------------------------------------------------

    def _asked_to_decide(self):
        order = self.sudo()
        waits = order.authority_state == "pending"
        return order.approver_ids if waits else super()._asked_to_decide()

    def get_formview_id(self, access_uid=None):
        # Whoever is asked comes to what they have to decide: on a telephone, the link
        # in the message and “Approve” are the two taps.
        user = self.env["res.users"].browse(access_uid) if access_uid else self.env.user
        order = self.sudo()
        if (
            len(order) == 1
            and order.authority_state == "pending"
            and user in order.approver_ids
        ):
            return self.env.ref("key_account.sign_off_view_form").id
        return super().get_formview_id(access_uid=access_uid)

    def action_open_quotation(self):
        """The whole quotation, from the view that only decides."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "sale.order",
            "res_id": self.id,
            "views": [(self.env.ref("sale.view_order_form").id, "form")],
        }
