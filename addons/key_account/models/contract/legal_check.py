"""The legal function checks an agreement before it is ready."""

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ...rules.evidence import said
from ..shared.label import listed

_UNCHECKED = {"legal_checked_by_id": False, "legal_checked_on": False}
_CHECK_ACTIVITY = "key_account.mail_activity_contract_review"


class KeyAccountAgreement(models.Model):
    _inherit = "key.account.agreement"
    _kept = frozenset(("legal_user_ids", "legal_checked_by_id", "legal_checked_on"))

    needs_legal_check = fields.Boolean(related="type_id.needs_legal_check")
    legal_user_ids = fields.Many2many(
        "res.users",
        "key_account_agreement_legal_user_rel",
        "agreement_id",
        "user_id",
        string="Asked for the legal check",
        readonly=True,
        copy=False,
    )
    legal_checked_by_id = fields.Many2one(
        "res.users", string="Legally checked by", readonly=True, copy=False
    )
    legal_checked_on = fields.Datetime(
        string="Checked on", readonly=True, copy=False, tracking=True
    )
    can_check = fields.Boolean(compute="_compute_can_check")

    @api.depends("state", "legal_user_ids")
    @api.depends_context("uid")
    def _compute_can_check(self):
        for agreement in self:
            agreement.can_check = (
                agreement.state == "legal_check"
                and self.env.user in agreement.legal_user_ids
                and self.env.user not in agreement._legally_involved()
            )

    @api.constrains("state", "legal_checked_on")
    def _check_legally_checked(self):
        # The net below the buttons: no path makes an unchecked document ready.
        for agreement in self.filtered(lambda a: a.state in ("ready", "signed")):
            agreement._assert_checked()

    def _legal_reviewers(self):
        functions = self.env["key.account.contract.review.function"]
        functions = functions.with_context(active_test=True).search(
            [("company_id", "=", self.company_id.id), ("function", "=", "legal")]
        )
        return functions.user_ids.filtered("active") - self._legally_involved()

    def _legally_involved(self):
        """Whose agreement it is: who drafts, wrote or opened it, and who sells what it
        goes with. Nobody of them checks it."""
        agreement = self.sudo()
        orders = agreement.order_ids
        return (
            agreement.drafter_id
            | agreement.author_id
            | agreement.create_uid
            | agreement.opportunity_id.user_id
            | orders.user_id
            | orders.terms_author_id
        ).with_env(self.env)

    def _unchecked(self):
        """Agreements that a legal check is missing for."""
        return self.filtered(lambda a: a.needs_legal_check and not a.legal_checked_on)

    def _unchecked_texts(self):
        return [
            self.env._(
                "Agreement “%(name)s” (%(type)s) has not passed its legal check.",
                name=agreement.name,
                type=agreement.type_id.name,
            )
            for agreement in self._unchecked()
        ]

    def _assert_checked(self):
        if texts := self._unchecked_texts():
            raise ValidationError("\n".join(texts))

    def _assert_may_check(self):
        """Return these agreements with the rights that the check needs, where the
        caller is asked for it; whoever checks reads them, and writes nothing else."""
        self.check_access("read")
        agreements = self.sudo()
        for agreement in agreements:
            if agreement.state != "legal_check":
                raise UserError(
                    self.env._("“%s” is not in its legal check.", agreement.name)
                )
            if self.env.user in agreement._legally_involved():
                raise AccessError(
                    self.env._(
                        "“%s” is yours: whoever drafts an agreement, or sells what it"
                        " goes with, does not check it. Another legal reviewer has"
                        " to.",
                        agreement.name,
                    )
                )
            if (
                self.env.user not in agreement.legal_user_ids
                or not self.env.user.has_group("key_account.group_contract_reviewer")
            ):
                raise AccessError(
                    self.env._(
                        "“%(name)s” is checked by %(people)s.",
                        name=agreement.name,
                        people=listed(
                            self.env, agreement.legal_user_ids.mapped("name")
                        ),
                    )
                )
        return agreements

    def _forget_check(self):
        """Nobody has checked these, and nobody is asked to; only the check itself
        writes that."""
        agreements = self.sudo()
        agreements._write_kept({"legal_user_ids": [Command.clear()], **_UNCHECKED})
        agreements.activity_unlink([_CHECK_ACTIVITY])

    def _void_check(self):
        """What was checked, or is being checked, has another content now."""
        checked = self.filtered(
            lambda a: (
                a.legal_checked_on
                or a.state == "legal_check"
                or (a.state == "ready" and a.needs_legal_check)
            )
        )
        if checked:
            checked._write_kept({"state": "draft", **_UNCHECKED})

    # ------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------

    def action_request_legal_check(self):
        """Put these agreements to whoever reviews for the legal function."""
        self.check_access("write")
        # What the check keeps is written by nobody but the check.
        for agreement in self.sudo():
            agreement._assert_content()
            agreement._assert_not_signed()
            users = agreement._legal_reviewers()
            if not users:
                raise UserError(
                    self.env._(
                        "Nobody may check “%(name)s”: Configuration names legal"
                        " reviewers under Contract Review Functions.",
                        name=agreement.name,
                    )
                )
            agreement._write_kept(
                {"state": "legal_check", "legal_user_ids": [Command.set(users.ids)]}
            )
            for user in users:
                reader = agreement.with_context(lang=user.lang)
                agreement.activity_schedule(
                    _CHECK_ACTIVITY,
                    user_id=user.id,
                    summary=reader.env._("Legal check: %s", agreement.name),
                )

    def action_legal_pass(self):
        """The legal function has no objection."""
        agreements = self._assert_may_check()
        agreements._write_kept(
            {
                "state": "ready",
                "legal_checked_by_id": self.env.uid,
                "legal_checked_on": fields.Datetime.now(),
            }
        )
        agreements._end_check(self.env._("Legal check passed."))

    def action_legal_refuse(self, comment=None):
        """The legal function objects: back to the drafter, with the reason."""
        agreements = self._assert_may_check()
        comment = said(comment)
        if not comment:
            raise UserError(
                self.env._("Say what has to be changed: the drafter has to know.")
            )
        agreements._write_kept({"state": "draft"})
        agreements._end_check(self.env._("Legal check not passed: %s", comment))
        for agreement in agreements.filtered("drafter_id"):
            reader = agreement.with_context(lang=agreement.drafter_id.lang)
            agreement.activity_schedule(
                "key_account.mail_activity_follow_up",
                user_id=agreement.drafter_id.id,
                summary=reader.env._("Revise “%s”: legal check.", agreement.name),
                note=reader.env._("Legal check not passed: %s", comment),
            )

    def _end_check(self, text):
        self.activity_unlink([_CHECK_ACTIVITY])
        for agreement in self:
            agreement.message_post(body=text, subtype_xmlid="mail.mt_note")
