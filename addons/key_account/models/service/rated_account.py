"""Ratings as they are seen from the account, and when a person is forgotten."""

from odoo import api, fields, models
from odoo.fields import Domain

from ...rules import satisfaction as rules
from ..shared.label import number_said
from .rating import RATED


class KeyAccount(models.Model):
    _inherit = "key.account"

    rating_said = fields.Char(
        string="Rated by customers",
        compute="_compute_rating_said",
        help="Of visits and feedback: the mean of the marks from 1 to 5, and how many"
        " of those asked answered.",
    )

    @api.depends_context("lang", "uid", "allowed_company_ids")
    def _compute_rating_said(self):
        """Asked on the form: a query each of visits and feedback, however many. Visits
        in files that were merged are visits to the same customer."""
        sums, files = {}, self._with_merged()
        for name in RATED:
            model = self.env[name]
            if not model.has_access("read"):
                continue
            for account, *found in model._read_group(
                [("key_account_id", "in", list(files)), ("rating_asked", ">", 0)],
                ["key_account_id"],
                ["rating_asked:sum", "rating_answered:sum", "rating_marks:sum"],
            ):
                id_ = files[account.id]
                known = sums.get(id_, (0, 0, 0))
                sums[id_] = [a + b for a, b in zip(known, found, strict=True)]
        for account in self:
            asked, answered, marks = sums.get(account._origin.id, (0, 0, 0))
            account.rating_said = (
                self.env._(
                    "mean %(mean)s; %(answered)s of %(asked)s answered (%(rate)s)",
                    mean=number_said(self.env, marks / answered, 2)
                    if answered
                    else self.env._("n/a"),
                    answered=answered,
                    asked=asked,
                    rate=f"{number_said(self.env, rules.rate(answered, asked), 1)} %",
                )
                if asked
                else self.env._("n/a")
            )

    def action_view_ratings(self):
        """What its contacts said of visits and feedback."""
        self.ensure_one()
        domain, files = Domain.FALSE, list(self._with_merged())
        for name in RATED:
            model = self.env[name]
            if model.has_access("read"):
                rated = model.search(
                    [("key_account_id", "in", files), ("rating_asked", ">", 0)]
                )
                domain |= Domain("res_model", "=", name) & Domain(
                    "res_id", "in", rated.ids
                )
        return {
            **self._action("key_account.rating_action"),
            "domain": list(domain),
            "context": {},
        }


class KeyAccountStakeholder(models.Model):
    _inherit = "key.account.stakeholder"

    def _anonymise(self):
        """The marks stay; their own words do not. The link that they have opens nothing
        any more."""
        rows = self._every_row()
        ratings = self.env["rating.rating"].sudo()
        ratings = ratings.search(
            [("partner_id", "in", rows.partner_id.ids), ("res_model", "in", RATED)]
        )
        for rating in ratings.filtered("feedback"):
            visits = self.env["key.account.visit"].sudo()
            if rating.res_model == visits._name:
                feedback = visits.browse(rating.res_id).feedback_ids
                for each in feedback.filtered(lambda f: f.channel == "survey"):
                    words = (each.description or "").replace(rating.feedback, "")
                    each._write_kept({"description": words.strip()})
        result = super()._anonymise()
        ratings._write_kept({"feedback": False, "key_account_key": False})
        return result
