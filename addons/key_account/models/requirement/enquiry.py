"""What we cannot answer yet: who clarifies it until when, answered line by line."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools.misc import clean_context

from ...rules.evidence import said

# What says who is to clarify what.
_CLARIFIES = frozenset(("name", "state", "clarify_user_id", "clarify_until"))


class KeyAccountRequirement(models.Model):
    """A line with somebody who clarifies it is an enquiry, until it is answered."""

    _name = "key.account.requirement"
    _inherit = ["key.account.requirement", "mail.activity.mixin"]

    clarify_user_id = fields.Many2one(
        "res.users",
        string="Who clarifies it",
        tracking=True,
        copy=False,
        index="btree_not_null",
        help="Whoever finds out what we can answer: they get an activity.",
    )
    clarify_until = fields.Date(string="Answer until", copy=False)
    answer = fields.Text(string="Our answer", copy=False)
    answered_on = fields.Datetime(string="Answered on", readonly=True, copy=False)
    answered_by_id = fields.Many2one(
        "res.users", string="Answered by", readonly=True, copy=False
    )
    clarify_activity_id = fields.Many2one(
        "mail.activity",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
    )

    # ---------------------------------------- constraints

    @api.constrains("clarify_user_id", "visit_id", "opportunity_id")
    def _check_clarifier(self):
        for line in self.filtered("clarify_user_id"):
            user = line.clarify_user_id
            companies = {"allowed_company_ids": user.sudo().company_ids.ids}
            if (
                not line.with_user(user)
                .with_context(**companies)
                ._filtered_access("read")
            ):
                raise ValidationError(
                    self.env._(
                        "%(person)s cannot open “%(what)s”. Add them to the account"
                        " team, or choose somebody who is on it.",
                        person=user.name,
                        what=line.name,
                    )
                )

    # ---------------------------------------- CRUD

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.filtered(lambda line: said(line.answer))._sign_answer()
        lines._ask_clarifier()
        return lines

    def write(self, vals):
        result = super().write(vals)
        if "answer" in vals:
            answered = self.filtered(lambda line: said(line.answer))
            answered._sign_answer()
            (self - answered)._set_kept({"answered_on": False, "answered_by_id": False})
        if "answer" in vals or not _CLARIFIES.isdisjoint(vals):
            self._ask_clarifier()
        return result

    # ---------------------------------------- business

    def _sign_answer(self):
        self._set_kept(
            {"answered_on": fields.Datetime.now(), "answered_by_id": self.env.uid}
        )

    def _ask_clarifier(self):
        """One activity for whoever clarifies it, as long as it is not answered. With
        full rights: the day's work of colleagues is written down for them."""
        for line in self.sudo():
            activity = line.clarify_activity_id
            if line.answered_on:
                activity.filtered("active").action_feedback()
                continue
            if not line.clarify_user_id or line.state == "dropped":
                activity.filtered("active").unlink()
                continue
            vals = {
                "user_id": line.clarify_user_id.id,
                "date_deadline": line.clarify_until
                or line.company_id._key_account_today(),
                "summary": line.name,
            }
            if activity.active:
                activity.write(vals)
                continue
            plain = self.env(context=clean_context(self.env.context), su=True)
            made = line.with_env(plain).activity_schedule(
                "key_account.mail_activity_enquiry", **vals
            )
            line._set_kept({"clarify_activity_id": made.id})
