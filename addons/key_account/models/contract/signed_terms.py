"""What the customer signed stays what was signed: a change that would take the
signature off it is announced while it is typed, and once the order is confirmed it
takes a step of its own.
"""

from markupsafe import Markup, escape

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...rules.evidence import said
from ...rules.states import UNDECIDED
from ..shared.label import field_label

# Of the terms that a signature binds, those that are the order's own. Lines may change
# with the work on an order; the envelope watches over them.
SIGNED_TERMS = frozenset(
    (
        "partner_id",
        "company_id",
        "currency_id",
        "pricelist_id",
        "payment_term_id",
        "commitment_date",
        "note",
        "handover_terms",
        "requirement_ids",
        "agreement_ids",
    )
)
# A quotation template brings its own note.
_BRINGING = frozenset(("sale_order_template_id",))
# What a line of the requirements says in the contract.
SIGNED_REQUIREMENT = frozenset(("kind", "name", "our_standard", "order_id"))


class _Changing(frozenset):
    """The orders whose signed terms one step changes, and says so aloud. Asked for by
    its class, which nobody can send."""


class SaleOrder(models.Model):
    _inherit = "sale.order"

    signature_binds = fields.Boolean(
        compute="_compute_signature_binds",
        groups="base.group_user",
        help="The customer signed these terms: another one has to be signed again.",
    )

    @api.depends("signature_ids", "state", "terms_version")
    def _compute_signature_binds(self):
        for order in self:
            # Nothing was ever recorded of a quotation that is not bound.
            order.signature_binds = order.authority_bound and bool(
                order._current_signature()
            )

    # ------------------------------------------------------------
    # Before it is saved
    # ------------------------------------------------------------

    @api.onchange("order_line", *sorted(SIGNED_TERMS - {"company_id", "currency_id"}))
    def _onchange_signed_terms(self):
        order = self._origin
        if order.state == "cancel" or not order.authority_bound:
            return None
        signature = order._current_signature()
        if not signature:
            return None
        return {
            "warning": {
                "title": self.env._("Signed by the customer"),
                "message": order._unbinding_text(signature),
                # Once more with each line: it must not have to be clicked away.
                "type": "notification",
            }
        }

    def _unbinding_text(self, signature):
        if self.state in UNDECIDED:
            return self.env._(
                "%(name)s has signed these terms. If you save this change, the"
                " signature no longer binds and the customer has to sign again.",
                name=signature.signed_by,
            )
        return self.env._(
            "%(name)s has signed these terms. If you save this change, the order is no"
            " longer what was signed: have the change signed, too.",
            name=signature.signed_by,
        )

    # ------------------------------------------------------------
    # After confirmation
    # ------------------------------------------------------------

    def write(self, vals):
        if names := (SIGNED_TERMS | _BRINGING).intersection(vals):
            self._assert_signed_terms(
                lambda order: any(order._is_other_term(n, vals[n]) for n in names)
            )
        return super().write(vals)

    def _assert_signed_terms(self, changes):
        """Raise where confirmed orders would be no longer what the customer signed.

        :param changes: function of an order: whether it becomes another one
        """
        # The context is inherited by all that the step writes: it names its order.
        changing = self.env.context.get("key_account_changing")
        named = changing if isinstance(changing, _Changing) else ()
        # What was signed is a fact, whoever changes it.
        confirmed = self.sudo().filtered(
            lambda order: (
                order.state == "sale"
                and order.authority_bound
                and order.id not in named
            )
        )
        for order in confirmed:
            if (
                order.company_id._key_account_enforces()
                and changes(order)
                and (signature := order._current_signature())
            ):
                # Access first, then words.
                order.with_env(self.env).check_access("read")
                raise UserError(
                    self.env._(
                        "%(name)s has signed the terms of %(order)s, which is"
                        " confirmed. “Change signed terms” on the order changes them"
                        " with a reason; the change is then signed, too.",
                        name=signature.signed_by,
                        order=order.name,
                    )
                )

    def _is_other_term(self, name, value):
        """Whether this order would say something else with this value."""
        field = self._fields[name]
        if field.type in ("one2many", "many2many"):
            after = self.new({name: value}, origin=self)[name]
            return [record._origin.id for record in after] != self[name].ids
        after = field.convert_to_cache(value, self)
        return (after or None) != (field.convert_to_cache(self[name], self) or None)

    def action_change_signed_terms(self):
        """Ask for the change of a signed and confirmed order, and for its reason."""
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Change signed terms"),
            "res_model": "key.account.signed.change",
            "view_mode": "form",
            "target": "new",
            "context": {"default_order_id": self.id},
        }

    def _change_signed_terms(self, vals, reason):
        """Change these terms of a signed order, with the reason on record; the
        customer's signature binds them no more."""
        self.ensure_one()
        self.check_access("write")
        reason = said(reason)
        if not reason:
            raise UserError(self.env._("Give the reason of the change."))
        signature = self._current_signature()
        if self.state != "sale" or not signature:
            raise UserError(
                self.env._(
                    "%s is not confirmed with a signature that binds.", self.name
                )
            )
        changes = [
            (field_label(self, name), self._term_text(name), name)
            for name in vals
            if self._is_other_term(name, vals[name])
        ]
        if not changes:
            raise UserError(self.env._("Nothing has been changed."))
        self.with_context(key_account_changing=_Changing(self.ids)).write(vals)
        self._note_signed_change(
            signature,
            [(label, old, self._term_text(name)) for label, old, name in changes],
            reason,
        )

    def _term_text(self, name):
        """How this term reads."""
        field = self._fields[name]
        if field.type == "html":
            return self[name] or "–"
        value = field.convert_to_export(self[name], self)
        if field.type == "datetime" and value:
            value = self.env["ir.qweb.field.datetime"].value_to_html(value, {})
        return value or "–"

    def _note_signed_change(self, signature, changes, reason):
        rows = Markup().join(
            Markup("<li>%s: %s → %s</li>") % (escape(label), old, new)
            for label, old, new in changes
        )
        head = self.env._(
            "Signed terms changed: what %(name)s signed no longer binds the order. The"
            " change has to be signed, too.",
            name=signature.signed_by,
        )
        why = self.env._("Reason: %s", reason)
        self.message_post(
            body=Markup("<p>%s</p><ul>%s</ul><p>%s</p>") % (head, rows, why),
            subtype_xmlid="mail.mt_note",
        )


class KeyAccountRequirement(models.Model):
    _inherit = "key.account.requirement"

    @api.model_create_multi
    def create(self, vals_list):
        self._assert_kept_start(vals_list)
        ids = {vals["order_id"] for vals in vals_list if vals.get("order_id")}
        orders = self.env["sale.order"].browse(ids)
        orders._assert_signed_terms(lambda order: True)
        lines = super().create(vals_list)
        if orders:
            orders._terms_changed()
        return lines

    def write(self, vals):
        if SIGNED_REQUIREMENT.isdisjoint(vals):
            return super().write(vals)
        changed = self.filtered(lambda line: line._is_other_answer(vals))
        orders = changed.sudo().order_id
        if changed and vals.get("order_id"):
            orders |= orders.browse(vals["order_id"])
        orders = orders.with_env(self.env)
        orders._assert_signed_terms(lambda order: True)
        result = super().write(vals)
        if orders:
            orders._terms_changed()
        return result

    def unlink(self):
        orders = self.sudo().order_id.with_env(self.env)
        orders._assert_signed_terms(lambda order: True)
        result = super().unlink()
        if orders:
            orders._terms_changed()
        return result

    def _is_other_answer(self, vals):
        """Whether these values say something else than this line does."""
        return any(
            self._fields[name].convert_to_cache(vals[name], self)
            != self._fields[name].convert_to_cache(self[name], self)
            for name in SIGNED_REQUIREMENT.intersection(vals)
        )
