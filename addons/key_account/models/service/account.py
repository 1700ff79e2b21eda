"""Feedback as it is seen from the account, a contact and a visit, and where it goes
when files are merged."""

from odoo import api, fields, models
from odoo.fields import Domain

from .feedback import KINDS, OPEN_STATES


class KeyAccount(models.Model):
    _inherit = "key.account"

    feedback_ids = fields.One2many("key.account.feedback", "key_account_id", copy=False)
    open_feedback_ids = fields.One2many(
        "key.account.feedback",
        "key_account_id",
        string="Open feedback",
        domain=[("state", "in", OPEN_STATES)],
    )
    open_feedback_count = fields.Integer(compute="_compute_open_feedback_count")
    open_complaint_count = fields.Integer(
        "Open complaint count", compute="_compute_open_feedback_count"
    )

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_open_feedback_count(self):
        """Asked on the form: one query, however many accounts."""
        kinds = [kind for kind, _label in KINDS]
        counts = self._count_readable(
            "key.account.feedback",
            Domain("state", "in", OPEN_STATES)
            & Domain("key_account_id", "in", self.ids),
            ["key_account_id", "kind"],
        )
        for account in self:
            open_ones = {kind: counts.get((account._origin, kind), 0) for kind in kinds}
            account.open_feedback_count = sum(open_ones.values())
            account.open_complaint_count = open_ones["complaint"]

    def action_view_feedback(self):
        action = self._action("key_account.feedback_action")
        action["domain"] = [("key_account_id", "=", self.id)]
        action["context"] = {
            "default_key_account_id": self.id,
            "search_default_open": 1,
        }
        return action

    def action_view_complaints(self):
        """The open complaints that are counted."""
        action = self.action_view_feedback()
        action["domain"] = [
            ("key_account_id", "=", self.id),
            ("kind", "=", "complaint"),
            ("state", "in", OPEN_STATES),
        ]
        action["context"] = {
            "default_key_account_id": self.id,
            "default_kind": "complaint",
        }
        return action

    def action_new_feedback(self):
        return self._action_new("key.account.feedback", self.env._("Enter Feedback"))

    def _is_used(self):
        return super()._is_used() or bool(self.feedback_ids)

    def _open_complaints(self):
        """``{account: its complaints that are not resolved}`` as the user may read
        them, the most urgent first; one query."""
        complaints = self.env["key.account.feedback"].search(
            [
                ("key_account_id", "in", self.ids),
                ("kind", "=", "complaint"),
                ("state", "in", OPEN_STATES),
            ]
        )
        by_account = complaints.grouped("key_account_id")
        return {
            account: by_account.get(account._origin, complaints[:0]) for account in self
        }

    def _merge_into(self, survivor):
        """What customers told us goes on under the file that stays: an open complaint
        is one of that customer. With full rights: of whomever the files are."""
        result = super()._merge_into(survivor)
        feedback = self.env["key.account.feedback"].sudo()
        feedback.search([("key_account_id", "in", self.ids)])._move_to(survivor)
        return result


class KeyAccountFeedback(models.Model):
    _inherit = "key.account.feedback"

    def _move_to(self, account):
        """Put these under another file of the same customer."""
        self._note(
            "move",
            {
                each: {
                    "old_account_id": each.key_account_id.id,
                    "owner_id": each.key_account_id.user_id.id,
                }
                for each in self
            },
        )
        # While files are merged, contacts and files do not fit each other.
        self._set_kept({"key_account_id": account.id})


class ResPartner(models.Model):
    _inherit = "res.partner"

    key_account_feedback_count = fields.Integer(
        string="Feedback of the contact",
        compute="_compute_key_account_feedback_count",
        groups="key_account.group_specialist,key_account.group_support",
    )

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_key_account_feedback_count(self):
        """Asked on the form, with what its contacts told us."""
        feedback = self.env["key.account.feedback"]
        for partner in self:
            partner.key_account_feedback_count = feedback.search_count(
                [("partner_id", "child_of", partner.ids)]
                if partner.ids
                else [(0, "=", 1)]
            )

    def action_view_key_account_feedback(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "key_account.feedback_action"
        )
        action["domain"] = [("partner_id", "child_of", self.ids)]
        action["context"] = {"default_partner_id": self.id}
        return action
