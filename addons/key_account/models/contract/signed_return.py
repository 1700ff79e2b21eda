"""A signed return waits for the second person who confirms that it matches."""

from odoo import api, fields, models

from ...rules.states import UNDECIDED

_ACTIVITY = "key_account.mail_activity_confirm_scan"


class KeyAccountSignature(models.Model):
    _inherit = "key.account.signature"

    waits = fields.Boolean(
        string="Waits for confirmation",
        compute="_compute_waits",
        search="_search_waits",
        help="A scan that no second person has compared with the approved terms yet.",
    )

    @api.depends("confirmation_ids", "order_id.state", "order_id.signature_ids")
    def _compute_waits(self):
        for signature in self:
            order = signature.order_id.sudo()
            signature.waits = signature == order._scan_to_confirm()

    @api.model
    def _search_waits(self, operator, value):
        if operator != "in":
            return NotImplemented
        scans = self.sudo().search(
            [
                ("event", "=", "signature"),
                ("method", "=", "scan"),
                ("confirmation_ids", "=", False),
                ("order_id.state", "in", UNDECIDED),
            ]
        )
        return [("id", "in", scans.filtered("waits").ids)]

    def action_confirm_scan(self):
        res = super().action_confirm_scan()
        for order in self.order_id:
            order.sudo().activity_unlink([_ACTIVITY])
            order.sudo().with_user(self.env.user).message_post(
                body=self.env._(
                    "Signed return confirmed: it shows the approved terms."
                ),
                subtype_xmlid="mail.mt_note",
            )
        return res


class SaleOrder(models.Model):
    _inherit = "sale.order"

    scan_to_confirm_id = fields.Many2one(
        "key.account.signature",
        string="Signed return to confirm",
        compute="_compute_scan_to_confirm",
        compute_sudo=True,
        groups="key_account.group_specialist,key_account.group_support",
    )

    @api.depends("signature_ids", "state", "terms_version")
    def _compute_scan_to_confirm(self):
        for order in self:
            order.scan_to_confirm_id = order._scan_to_confirm()

    def _scan_to_confirm(self):
        """The last signature, where it is a scan of the present terms that nobody has
        confirmed."""
        self.ensure_one()
        none = self.env["key.account.signature"]
        # Nothing was ever recorded of a quotation that is not bound.
        if not self.authority_bound or self.state not in UNDECIDED:
            return none
        last = self.signature_ids.sorted("id")[-1:]
        if last.event != "signature" or last.method != "scan":
            return none
        if last.fingerprint != self._terms_fingerprint():
            return none
        return last

    def action_open_scan(self):
        """What was filed, for the second person to compare and confirm."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "key.account.signature",
            "res_id": self.scan_to_confirm_id.id,
            "views": [(False, "form")],
        }

    def _file_signature(self, content, file_name, **values):
        signature = super()._file_signature(content, file_name, **values)
        # Whatever was filed before counts no more.
        self.sudo().activity_unlink([_ACTIVITY])
        return signature

    def _file_signed_return(self, document, file_name, signed_by, function, signed_on):
        signature = super()._file_signed_return(
            document, file_name, signed_by, function, signed_on
        )
        self._ask_second_person()
        self.message_post(
            body=self.env._(
                "Signed return filed, signed by %s. It counts once a second person has"
                " confirmed that it shows the approved terms.",
                signed_by,
            ),
            subtype_xmlid="mail.mt_note",
        )
        return signature

    def _ask_second_person(self):
        for user in self._second_persons():
            reader = self.with_context(lang=user.lang)
            self.sudo().activity_schedule(
                _ACTIVITY,
                user_id=user.id,
                summary=reader.env._("Confirm the signed return of %s", self.name),
            )

    def _second_persons(self):
        """Managers of the team, or else directors; never who filed it."""
        order = self.sudo()
        managers = order.team_id._key_account_managers() - self.env.user
        if managers:
            return managers
        return order._key_account_directors(order.company_id)[order.company_id] - (
            self.env.user
        )

    def _release_signature_if_changed(self):
        res = super()._release_signature_if_changed()
        last = self.signature_ids.sorted("id")[-1:]
        if last.method == "scan" and not self._scan_to_confirm():
            # What was filed shows other terms.
            self.sudo().activity_unlink([_ACTIVITY])
        return res
