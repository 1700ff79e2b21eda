"""A sample is checked by a named person of ours before it leaves."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import plaintext2html

from ...rules import sample as rules
from ...rules.evidence import said
from ..shared.act import take_in_hand

_CHECK_ACTIVITY = "key_account.mail_activity_sample_check"
_UNCHECKED = {
    "check_result": False,
    "check_findings": False,
    "checked_by_id": False,
    "checked_on": False,
    "check_fingerprint": False,
}


class KeyAccountSample(models.Model):
    _inherit = "key.account.sample"

    checker_id = fields.Many2one(
        "res.users",
        string="Checked before it leaves by",
        compute="_compute_checker_id",
        store=True,
        readonly=False,
        precompute=True,
        copy=False,
        index="btree_not_null",
        tracking=True,
        ondelete="restrict",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Who of ours, of the technical function, checks it against the agreed"
        " standard. Not whoever made the request, is responsible for it or sells the"
        " deal. They can open this sample, and write nothing in it but their check.",
    )
    check_result = fields.Selection(
        [("passed", "Passed"), ("failed", "Failed")],
        string="Check result",
        readonly=True,
        copy=False,
        tracking=True,
    )
    check_findings = fields.Text(string="Findings", readonly=True, copy=False)
    checked_by_id = fields.Many2one(
        "res.users",
        string="Checked by",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )
    checked_on = fields.Datetime(string="Checked on", readonly=True, copy=False)
    check_fingerprint = fields.Char(readonly=True, copy=False, exportable=False)
    failed_checks = fields.Integer(
        string="Checks not passed", readonly=True, copy=False
    )
    can_check = fields.Boolean(compute="_compute_can_check")

    _left_only_checked = models.Constraint(
        "CHECK (state NOT IN ('checked', 'sent', 'received', 'judged')"
        " OR (check_result = 'passed' AND checked_by_id IS NOT NULL"
        " AND checked_by_id != requested_by_id))",
        "A sample leaves only checked, by somebody else than who requested it.",
    )

    # ------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------

    @api.depends("opportunity_id")
    def _compute_checker_id(self):
        """Proposed: whoever reviews contracts for the technical function."""
        for sample in self:
            sample.checker_id = sample.checker_id or sample._proposed_checker()

    def _proposed_checker(self):
        self.ensure_one()
        company = self.key_account_id.company_id or self.opportunity_id.company_id
        # Who reviews for which function is not for everybody to read.
        functions = self.env["key.account.contract.review.function"].sudo()
        rows = functions.search_fetch(
            [("company_id", "=", company.id), ("function", "=", "technical")]
        )
        own = rows.filtered(lambda row: row.team_id == self.key_account_id.team_id)
        people = (own or rows.filtered(lambda row: not row.team_id)).user_ids
        people = people.filtered(
            lambda user: (
                user.active
                and company in user.company_ids
                and user.has_group("key_account.group_contract_reviewer")
            )
        )
        people -= self._involved()
        return people[:1].with_env(self.env)

    @api.depends("state", "checker_id", "check_result")
    @api.depends_context("uid")
    def _compute_can_check(self):
        for sample in self:
            sample.can_check = (
                sample.state == rules.AGREED
                and not sample.check_result
                and sample.checker_id == self.env.user
            )

    # ------------------------------------------------------------
    # WHO CHECKS
    # ------------------------------------------------------------

    def _involved(self):
        """Whose sample it is: who asked for it, entered it, is responsible, agreed the
        standard, sells the deal. Nobody of them checks it."""
        # Whose deal it is does not hang on who may read it.
        sample = self.sudo()
        return (
            sample.requested_by_id
            | sample.create_uid
            | sample.user_id
            | sample.agreed_by_id
            | sample.opportunity_id.user_id
        ).with_env(self.env)

    @api.constrains("checker_id", "user_id", "opportunity_id")
    def _check_people(self):
        for sample in self.filtered(lambda s: s.state in rules.UNSENT):
            if sample.checker_id and sample.checker_id in sample._involved():
                raise ValidationError(
                    self.env._(
                        "“%(sample)s”: %(person)s requested it, is responsible for it"
                        " or sells the deal, and so does not check it. Name somebody"
                        " else who checks it before it leaves.",
                        sample=sample.subject,
                        person=sample.checker_id.name,
                    )
                )
            for user in sample.user_id | sample.checker_id:
                sample._assert_opens(user)

    def _assert_opens(self, user):
        """Nobody is given a task on a record that they cannot open."""
        companies = {"allowed_company_ids": user.sudo().company_ids.ids}
        theirs = self.with_user(user).with_context(**companies)
        if user.active and not user.share and theirs.has_access("read"):
            return
        raise ValidationError(
            self.env._(
                "“%(sample)s”: %(person)s could not open it. Whoever is responsible"
                " works on the account; whoever checks has a role under Key Accounts,"
                " as contract reviewers have, and works in %(company)s.",
                sample=self.subject,
                person=user.sudo().name,
                company=self.company_id.name,
            )
        )

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    def write(self, vals):
        result = super().write(vals)
        if "checker_id" in vals and not self._is_by_process(("checker_id",)):
            waiting = self.filtered(lambda s: s.state == rules.AGREED)
            waiting._ask_for_check()
        return result

    @api.model
    def _frozen_names(self):
        return super()._frozen_names() | {"checker_id"}

    def _frozen_in_state(self):
        frozen = super()._frozen_in_state()
        checked = self.state not in (rules.REQUESTED, rules.AGREED)
        return frozen | {"checker_id"} if checked else frozen

    # ------------------------------------------------------------
    # ACTS
    # ------------------------------------------------------------

    def action_ask_check(self):
        """Put it to whoever checks, once more where it did not pass."""
        self._assert_act("check", self.env._("put to the check"))
        for sample in self:
            if not sample.checker_id:
                raise UserError(
                    self.env._(
                        "“%s”: name who checks it before it leaves.",
                        sample.display_name,
                    )
                )
        self._ask_for_check()
        return True

    def _ask_for_check(self):
        """Whoever checks has one activity on it, nobody else has."""
        for sample in self._end_check().filtered("checker_id"):
            checker = sample.checker_id
            reader = sample.with_context(lang=checker.lang or self.env.lang)
            sample.activity_schedule(
                _CHECK_ACTIVITY,
                user_id=checker.id,
                date_deadline=sample.promised_date or None,
                summary=reader.env._("Check the sample: %s", sample.subject),
            )

    def _end_check(self):
        """Nobody checks it any more, nor has checked what it is now. Return these with
        the rights that this takes."""
        # The activities are those of other people, and what was found is the check's.
        samples = self.sudo()
        samples._write_kept(dict(_UNCHECKED))
        samples.activity_unlink([_CHECK_ACTIVITY])
        return samples

    def action_check(self, passed, findings=None):
        """What the check against the agreed standard found.

        Whoever checks reads the sample, and writes nothing else in it.

        :param passed: whether it may leave
        :param findings: what was found; needed where it does not pass
        """
        samples = self._assert_may_check()
        findings = said(findings)
        if not passed and not findings:
            raise UserError(
                self.env._("Say what was found: whoever made it has to know.")
            )
        for sample in samples:
            sample._assert_as_agreed()
            vals = {
                "check_result": "passed" if passed else "failed",
                "check_findings": findings or False,
                "checked_by_id": self.env.uid,
                "checked_on": fields.Datetime.now(),
                "check_fingerprint": sample._fingerprint(),
            }
            if passed:
                vals["state"] = rules.CHECKED
            else:
                vals["failed_checks"] = sample.failed_checks + 1
            sample._write_kept(vals)
        samples.activity_feedback([_CHECK_ACTIVITY], feedback=findings or None)
        if not passed:
            samples._tell_not_passed(findings)
        return True

    def _assert_may_check(self):
        """Return these samples with the rights that the check needs, where the caller
        is the one who is named for it."""
        self.check_access("read")
        take_in_hand(self)
        samples = self.sudo()
        samples._assert_act("check", self.env._("checked"), write=False)
        for sample in samples:
            if sample.checker_id != self.env.user:
                raise AccessError(
                    self.env._(
                        "“%(sample)s” is checked by %(person)s.",
                        sample=sample.display_name,
                        person=sample.checker_id.name or self.env._("nobody"),
                    )
                )
            if self.env.user in sample._involved():
                raise AccessError(
                    self.env._(
                        "“%s” is yours: whoever requested a sample, is responsible for"
                        " it or sells the deal does not check it. Somebody else has"
                        " to.",
                        sample.display_name,
                    )
                )
            if sample.check_result:
                raise UserError(
                    self.env._(
                        "“%s” has been checked, and has not been put to you again"
                        " since.",
                        sample.display_name,
                    )
                )
        return samples

    def _tell_not_passed(self, findings):
        for sample in self:
            reader = sample.with_context(lang=sample.user_id.lang or self.env.lang)
            sample.activity_schedule(
                "key_account.mail_activity_follow_up",
                user_id=sample.user_id.id,
                summary=reader.env._("Not passed: %s", sample.subject),
                note=plaintext2html(findings),
            )
