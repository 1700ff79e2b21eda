"""A signed return waits for the second person who confirms that it matches."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ...rules import evidence as rules
from ...rules.evidence import said, signer
from ...rules.states import UNDECIDED
from ..guard.proof import assert_document, assert_signed_by_somebody
from ..shared.act import meet
from .order_signature import MAX_FUNCTION

_ACTIVITY = "key_account.mail_activity_confirm_scan"


class KeyAccountSignature(models.Model):
    _inherit = "key.account.signature"

    waits = fields.Boolean(
        string="Waits for confirmation",
        compute="_compute_waits",
        compute_sudo=True,
        search="_search_waits",
        help="A scan that no second person has compared with the approved terms yet.",
    )

    @api.depends("confirmation_ids", "order_id.state", "order_id.signature_ids")
    def _compute_waits(self):
        for signature in self:
            signature.waits = signature == signature.order_id._scan_to_confirm()

    @api.model
    def _search_waits(self, operator, value):
        if operator != "in":
            return NotImplemented
        scans = self.sudo().search(
            [
                ("event", "=", "signature"),
                ("method", "=", "scan"),
                ("confirmation_ids", "=", False),
                ("order_id.state", "in", (*UNDECIDED, "sale")),
            ]
        )
        return [("id", "in", scans.filtered("waits").ids)]

    def action_confirm_scan(self):
        """A second person confirms that the scan shows the approved terms, signed."""
        for signature in self:
            order = signature.order_id
            order.check_access("write")
            # What is written is an event of its own: a second confirmation, other
            # terms, another salesperson at the same moment would not meet it.
            meet(order)
            signature._assert_confirmable()
            order._assert_may("sign")
            signature._record_again("confirmation", confirmed_signature_id=signature.id)
            signature.invalidate_recordset(["confirmation_ids"])
            # As when the customer signs on the portal: what a confirmation brings does
            # not hang on who compared the scan.
            confirmed = order.sudo()
            confirmed._end_scan_activity()
            if confirmed.state not in UNDECIDED:
                # A change of what was signed before: it binds again.
                confirmed.opportunity_id._win_decided()
            elif not confirmed._has_to_be_paid():
                confirmed._validate_order()
        for order in self.order_id:
            order.message_post(
                body=self.env._(
                    "Signed return confirmed: it shows the approved terms."
                ),
                subtype_xmlid="mail.mt_note",
            )
        return True

    def _assert_confirmable(self):
        """Raise unless this is a scan of the present terms that somebody else filed."""
        self.ensure_one()
        order = self.order_id
        if self.method != "scan" or self.event != "signature":
            raise UserError(self.env._("Only a filed scan is confirmed."))
        if self.confirmation_ids:
            raise UserError(
                self.env._(
                    "The scan has been confirmed already, by %s.",
                    self.confirmation_ids[0].entered_by_id.name,
                )
            )
        if self.entered_by_id == self.env.user:
            raise UserError(
                self.env._(
                    "The scan of %s is confirmed by a second person, not by who"
                    " filed it.",
                    order.name,
                )
            )
        if self.env.user not in order.sudo()._may_confirm_scan(self.entered_by_id):
            raise UserError(
                self.env._(
                    "%s is your own quotation: its scan is confirmed by somebody who"
                    " neither made nor sells it.",
                    order.name,
                )
            )
        if not self.intact:
            raise UserError(
                self.env._(
                    "The filed document of %s has been changed since.", order.name
                )
            )
        if not order._has_fingerprint(self.fingerprint):
            raise UserError(
                self.env._(
                    "The terms of %s have changed since the scan was filed: they"
                    " need a new signature.",
                    order.name,
                )
            )


class SaleOrder(models.Model):
    _inherit = "sale.order"

    scan_to_confirm_id = fields.Many2one(
        "key.account.signature",
        string="Signed return to confirm",
        compute="_compute_scan_to_confirm",
        compute_sudo=True,
        groups="key_account.group_specialist,key_account.group_support",
    )

    signed_return_due = fields.Boolean(
        "Signed return due",
        compute="_compute_signed_return_due",
        groups="base.group_user",
        help="It waits for the customer's signature, of the order or a change to it.",
    )

    @api.depends("signature_ids", "state", "terms_version", "authority_state")
    def _compute_signed_return_due(self):
        for order in self:
            order.signed_return_due = (
                order.authority_state in ("within", "approved")
                and order.state in ("sent", "sale")
                and (order.state == "sent" or order._takes_signed_return())
                and not order._current_signature()
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
        if not self._takes_signed_return():
            return none
        last = self._signatures().sorted("id")[-1:]
        if last.event != "signature" or last.method != "scan":
            return none
        if not self._has_fingerprint(last.fingerprint):
            return none
        return last

    def _takes_signed_return(self):
        """Whether a signed return may count: of a quotation, or of what was changed in
        an order since the customer signed it."""
        self.ensure_one()
        # Nothing was ever recorded of a quotation that is not bound.
        if not self.authority_bound or self.state in UNDECIDED:
            return self.authority_bound
        return self.state == "sale" and bool(self._signatures()._counts())

    def action_open_scan(self):
        """What was filed, for the second person to compare and confirm."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "key.account.signature",
            "res_id": self.scan_to_confirm_id.id,
            "views": [(False, "form")],
        }

    def _file_signed_return(self, document, file_name, signed_by, function, signed_on):
        """File a quotation that came back signed on paper; it counts once confirmed."""
        self.ensure_one()
        self.check_access("write")
        if self.state not in UNDECIDED and not self._signed_otherwise():
            raise UserError(self.env._("%s is no longer a quotation.", self.name))
        self._assert_may("sign")
        assert_signed_by_somebody(self.env, signed_by)
        content = assert_document(self.env, document)
        signed_on = self._assert_possible_day(signed_on)
        self._assert_signed_in_time(signed_on)
        # What is kept of it is evidence, which nobody has rights to write.
        order = self.sudo()
        signature = order._file_signature(
            content,
            said(file_name) or f"{self.name}-signed",
            method="scan",
            signed_by=signer(signed_by),
            function=said(function)[:MAX_FUNCTION] or False,
            signed_on=signed_on,
        )
        order._ask_second_person()
        self.message_post(
            body=self.env._(
                "Signed return filed, signed by %s. It counts once a second person has"
                " confirmed that it shows the approved terms.",
                signer(signed_by),
            ),
            subtype_xmlid="mail.mt_note",
        )
        return signature

    def _assert_possible_day(self, signed_on):
        """When the paper was signed: after there was a quotation to sign, and not in
        days to come, as the company counts them."""
        when = fields.Datetime.to_datetime(signed_on)
        if not when:
            raise UserError(self.env._("When was it signed? The day is missing."))
        first, day, today = (
            self.company_id._key_account_day(moment)
            for moment in (self.create_date, when, fields.Datetime.now())
        )
        wrong = rules.why_impossible(day, first, today)
        if wrong == "late":
            raise UserError(
                self.env._(
                    "Signed on %s: that day has not come yet. Enter the day on which"
                    " it was signed.",
                    format_date(self.env, day),
                )
            )
        if wrong:
            raise UserError(
                self.env._(
                    "Signed on %(day)s: quotation %(order)s did not exist yet, as it"
                    " was made on %(first)s. Enter the day on which it was signed.",
                    day=format_date(self.env, day),
                    order=self.name,
                    first=format_date(self.env, first),
                )
            )
        return min(when, fields.Datetime.now())

    def _signed_otherwise(self):
        """Whether this order was signed, and its terms have changed since."""
        self.ensure_one()
        return self._takes_signed_return() and not self._current_signature()

    def _assert_signed_in_time(self, signed_on):
        """What was signed after the validity date takes nothing up; a scan that comes
        later shows when it was signed."""
        day = self.company_id._key_account_day(signed_on)
        last = self.state in UNDECIDED and self.validity_date
        if last and day > last:
            enforces = self.company_id._key_account_enforces()
            if enforces and self._key_account_concerned():
                raise UserError(
                    self.env._(
                        "%s was signed after its validity date. Set a new one and have"
                        " it signed again, or correct the day of the signature.",
                        self.name,
                    )
                )

    def _ask_second_person(self):
        for user in self._second_persons():
            reader = self.with_context(lang=user.lang)
            self.activity_schedule(
                _ACTIVITY,
                user_id=user.id,
                summary=reader.env._("Confirm the signed return of %s", self.name),
            )

    def _second_persons(self):
        """Managers of the team, or else directors; never who filed it."""
        others = self._scan_readers(self._involved() | self.env.user)
        return others or self._scan_readers(self.env.user)

    def _scan_readers(self, own):
        """Managers of the team but these people, or else directors but these."""
        managers = self.team_id._key_account_managers() - own
        if managers:
            return managers
        return self._key_account_directors(self.company_id)[self.company_id] - own

    def _may_confirm_scan(self, filer):
        """Whoever asks, where the quotation is not theirs; of those whose it is one
        only where nobody else can."""
        own = self._involved()
        asking = self.env.user
        if asking in own and self._scan_readers(own | filer):
            return asking.browse()
        return asking

    def _end_scan_activity(self):
        """Nobody is asked to confirm a signed return any more, whoever was."""
        # Whoever changes the terms has no say in who is asked.
        self.sudo().activity_unlink([_ACTIVITY])

    def _forget_outdated_scan(self):
        """What was filed shows other terms: nobody has to confirm it any more."""
        last = self.signature_ids.sorted("id")[-1:]
        if last.method == "scan" and not self._scan_to_confirm():
            self._end_scan_activity()
