"""Who changes the terms of a quotation, and what is freed when somebody does."""

from datetime import date

from odoo import api, fields, models

from ..shared.by_mail import is_by_mail
from ..shared.ir_cron import is_cron

# A write of one of these is a change of commercial terms.
ORDER_TERMS = frozenset(
    (
        "partner_id",
        "company_id",
        "currency_id",
        "pricelist_id",
        "payment_term_id",
        "commitment_date",
        "note",
        "fiscal_position_id",
        "order_line",
        "handover_terms",
        "requirement_ids",
        "user_id",
        "require_signature",
        "require_payment",
        "prepayment_percent",
    )
)

# Odoo computes terms of these without a write of them, and whoever writes one need not
# change any.
BRINGING_TERMS = frozenset(("sale_order_template_id", "partner_shipping_id"))
_BROUGHT = (
    "note",
    "fiscal_position_id",
    "require_signature",
    "require_payment",
    "prepayment_percent",
)


class SaleOrder(models.Model):
    _inherit = "sale.order"
    _kept = frozenset(("terms_author_id", "promised_on", "terms_version"))

    terms_author_id = fields.Many2one(
        "res.users",
        string="Terms by",
        readonly=True,
        copy=False,
        help="The last colleague who changed commercial terms.",
    )
    promised_on = fields.Datetime(
        string="Delivery promised on",
        readonly=True,
        copy=False,
        help="When the delivery date was promised: whether it undercuts lead times is"
        " seen on that day.",
        prefetch="key_account",
    )
    terms_version = fields.Integer(
        readonly=True,
        copy=False,
        help="Counts the changes of commercial terms. Each writes the row of the order,"
        " so that whoever decides or signs at the same moment meets the change.",
    )

    def write(self, vals):
        if BRINGING_TERMS.isdisjoint(vals) or not (
            self.env["res.company"]._key_account_modes()
        ):
            return super().write(vals)
        before = {order.id: order._terms_brought() for order in self}
        result = super().write(vals)
        brought = self.filtered(lambda o: o._terms_brought() != before[o.id])
        if brought:
            brought._terms_changed()
        return result

    def _terms_brought(self):
        """Terms that a quotation template, or an address, brings along."""
        order = self.sudo()
        return [order._fields[n].convert_to_read(order[n], order) for n in _BROUGHT]

    def _promise_changes(self, vals):
        """Orders whose delivery date another one replaces with this write."""
        if "commitment_date" not in vals:
            return self.browse()
        promise = fields.Datetime.to_datetime(vals["commitment_date"]) or False
        return self.filtered(lambda order: order.commitment_date != promise)

    @api.model
    def _order_terms(self):
        """Hook: fields of the order whose write is a change of commercial terms; later
        rooms add theirs."""
        return ORDER_TERMS.union(self._added_terms())

    @api.model
    def _added_terms(self):
        """Hook: fields of the order that an add-on adds to the commercial terms.

        The state follows them; a dimension finds them in ``Terms.more`` by their names;
        their write is a change of terms; and a signature binds what is set of them. A
        field without a default leaves alone what was signed before the add-on came.
        """
        return ()

    def _added_values(self):
        """What these fields say, as plain values."""
        self.ensure_one()
        values = {}
        for name in self._added_terms():
            field = self._fields[name]
            value = field.convert_to_read(self[name], self, use_display_name=False)
            values[name] = str(value) if isinstance(value, date) else value
        return values

    @api.model
    def _acting_person(self):
        """The internal person who acts here, with whatever rights the code has: a
        server action or superuser rights make nobody else of them. Neither the portal
        nor a cron is a person, whoever the cron runs as; what a mail brings is of
        nobody who could promise it.
        """
        if is_by_mail(self.env):
            return self.env.ref("base.user_root")
        user = self.env.user
        if not user._is_internal() or user._is_superuser():
            return None
        return None if is_cron(self.env) else user

    def _terms_changed(self):
        """Called after terms changed: remember who did, free what was bound to the old
        terms."""
        modes = self.env["res.company"]._key_account_modes()
        orders = self.sudo().filtered(lambda order: order.company_id.id in modes)
        person = self._acting_person() if orders else None
        if person:
            others = orders.filtered(lambda order: order.terms_author_id != person)
            others._set_kept({"terms_author_id": person})
        concerned = orders._key_account_concerned()
        for order in concerned:
            order._set_kept({"terms_version": order.terms_version + 1})
        bound = concerned.filtered(
            lambda order: order.authority_bound and order.state != "cancel"
        )
        for order in bound:
            order._after_bound_terms_changed()

    def _after_bound_terms_changed(self):
        """Hook: something was asked for or signed with other terms than these.
        ``contract`` frees the signature of this quotation, ``sign_off`` its open
        request."""
