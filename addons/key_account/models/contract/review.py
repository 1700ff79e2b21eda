"""Contract review (合同评审): the functions look at what the customer signed."""

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError

from ...rules.evidence import said
from ..shared.act import meet
from ..shared.label import labelled, listed, noted, selection_label, selection_labels
from ..shared.working_time import day_for
from .review_function import FUNCTIONS

# What a reviewer answers for their function, and what passing says of it.
_ANSWERS = ("understood", "capable", "resolved", "comment")
_ACTIVITY = "key_account.mail_activity_contract_review"
_YES = {"understood": True, "capable": True, "resolved": True}


class KeyAccountContractReview(models.Model):
    """The review of one signed quotation."""

    _name = "key.account.contract.review"
    _description = "Contract Review"
    _inherit = ["mail.thread", "mail.activity.mixin", "key.account.kept"]
    _order = "id desc"
    _rec_name = "order_name"
    _kept = frozenset(
        "order_id key_account_id company_id currency_id amount_untaxed fingerprint"
        " date_start closed_reason involved_user_ids item_ids".split()
    )

    order_id = fields.Many2one(
        "sale.order", required=True, ondelete="restrict", index=True
    )
    order_name = fields.Char(string="Quotation", readonly=True)
    contract_number = fields.Char(related="order_id.contract_number")
    key_account_id = fields.Many2one("key.account", ondelete="restrict", index=True)
    partner_name = fields.Char(string="Customer", readonly=True)
    company_id = fields.Many2one("res.company", required=True, index=True)
    currency_id = fields.Many2one("res.currency", required=True)
    amount_untaxed = fields.Monetary(string="Untaxed amount")
    fingerprint = fields.Char(required=True, readonly=True)
    summary = fields.Html(string="What was signed", readonly=True, sanitize=False)
    date_start = fields.Datetime(
        string="Signed and started", required=True, default=fields.Datetime.now
    )
    state = fields.Selection(
        [
            ("in_review", "In review"),
            ("passed", "Passed"),
            ("failed", "Failed"),
            ("closed", "Closed"),
        ],
        compute="_compute_state",
        store=True,
    )
    closed_reason = fields.Char("Reason for closing", readonly=True)
    involved_user_ids = fields.Many2many(
        "res.users",
        "key_account_review_involved_rel",
        "review_id",
        "user_id",
        string="Whose contract it is",
        readonly=True,
        copy=False,
        help="Who made, sold or asked for it when the review began: they judge nothing"
        " in it.",
    )
    item_ids = fields.One2many(
        "key.account.contract.review.item", "review_id", string="Functions"
    )
    waits_for = fields.Char(
        "Waiting for",
        compute="_compute_waits_for",
        help="Functions whose verdict is missing.",
    )

    @api.depends("state", "item_ids.verdict")
    @api.depends_context("lang")
    def _compute_waits_for(self):
        Item = self.env["key.account.contract.review.item"]
        labels = selection_labels(Item, "function")
        for review in self:
            items = review.item_ids.filtered(lambda item: item.verdict == "open")
            waiting = items if review.state == "in_review" else items.browse()
            review.waits_for = listed(
                self.env, (labels[item.function] for item in waiting)
            )

    @api.depends("item_ids.verdict", "closed_reason")
    def _compute_state(self):
        for review in self:
            verdicts = review.item_ids.mapped("verdict")
            if review.closed_reason:
                review.state = "closed"
            elif "failed" in verdicts:
                review.state = "failed"
            elif verdicts and set(verdicts) == {"passed"}:
                review.state = "passed"
            else:
                review.state = "in_review"

    @api.model
    def _begin(self, values, items):
        """A review with these items; only the process makes one."""
        review = self._create_kept([values])
        review.item_ids._create_kept(
            [{**item, "review_id": review.id} for item in items]
        )
        return review

    def _close_activities(self, users):
        """These reviewers have done what they were asked, or somebody else does it."""
        items = self.item_ids.filtered(lambda item: item.verdict == "open")
        done = users - items.user_ids
        # What else somebody has noted down to do is their own.
        # With full rights: one reviewer decides for all of the function.
        asked = self.sudo().activity_search([_ACTIVITY])
        asked.filtered(lambda activity: activity.user_id in done).unlink()

    def _asked_to_decide(self):
        review = self.sudo()
        items = review.item_ids.filtered(lambda item: item.verdict == "open")
        return (
            items.user_ids
            if review.state == "in_review"
            else super()._asked_to_decide()
        )

    def action_open_signed_document(self):
        """The document as signed, for a reviewer without rights on sales."""
        self.ensure_one()
        self.check_access("read")
        signature = self.order_id._current_signature(binding=False)
        if not signature:
            raise UserError(self.env._("%s has no signed document.", self.order_name))
        return signature.attachment_id._open_signed(self)

    def _signed_files(self):
        return self.order_id._signed_files()


class KeyAccountContractReviewItem(models.Model):
    """The verdict of one function."""

    _name = "key.account.contract.review.item"
    _description = "Contract Review Item"
    _inherit = ["key.account.under"]
    _under = frozenset(("review_id",))
    _order = "review_id desc, sequence, id"
    _kept = frozenset(
        "review_id sequence function user_ids deadline verdict decided_by_id"
        " decided_on".split()
    )
    _no_default = frozenset(_ANSWERS)

    review_id = fields.Many2one(
        "key.account.contract.review", required=True, ondelete="cascade", index=True
    )
    key_account_id = fields.Many2one(
        related="review_id.key_account_id", store=True, index=True
    )
    company_id = fields.Many2one(related="review_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    function = fields.Selection(FUNCTIONS, required=True, readonly=True)
    question = fields.Text(readonly=True)
    user_ids = fields.Many2many(
        "res.users",
        "key_account_review_item_user_rel",
        "item_id",
        "user_id",
        string="Reviewers",
        readonly=True,
    )
    deadline = fields.Datetime(readonly=True)
    verdict = fields.Selection(
        [("open", "Open"), ("passed", "Passed"), ("failed", "Failed")],
        default="open",
        required=True,
        readonly=True,
    )
    understood = fields.Boolean(
        string="Requirements understood", help="What the customer asks for is clear."
    )
    capable = fields.Boolean(help="We can do what the contract promises.")
    resolved = fields.Boolean(
        string="Differences resolved",
        help="Contract, quotation and requirements say the same.",
    )
    comment = fields.Text()
    decided_by_id = fields.Many2one("res.users", string="Decided by", readonly=True)
    decided_on = fields.Datetime("Decided on", readonly=True)
    can_decide = fields.Boolean(compute="_compute_can_decide")

    @api.depends("verdict", "user_ids")
    @api.depends_context("uid")
    def _compute_can_decide(self):
        for item in self:
            item.can_decide = (
                item.verdict == "open"
                and self.env.user in item.user_ids
                and self.env.user not in item._involved()
            )

    @api.depends("function", "review_id.order_name", "review_id.partner_name")
    @api.depends_context("lang", "sale_show_partner_name")
    def _compute_display_name(self):
        """In lists of many things with the customer, as Odoo names its orders."""
        with_whose = self.env.context.get("sale_show_partner_name")
        for item in self:
            review = item.review_id
            name = review.order_name
            if with_whose and review.partner_name:
                name = f"{name} - {review.partner_name}"
            item.display_name = labelled(self.env, name, item._function_label())

    def _verdict_text(self):
        """“Finance (Wu Min): the terms of payment are too long”."""
        function, judge = self._function_label(), self.decided_by_id.name
        return labelled(self.env, noted(self.env, function, judge), self.comment)

    def _function_label(self):
        return selection_label(self, "function", self.function)

    def _has_field_access(self, field, operation):
        if operation == "write" and field.name not in _ANSWERS and not self.env.su:
            return False
        return super()._has_field_access(field, operation)

    def write(self, vals):
        # Open answers are the reviewers'; a verdict once given stays.
        self._assert_kept(vals)
        if not self.env.su:
            for item in self:
                item._assert_reviewer()
        return super().write(vals)

    def action_pass(self, comment=None):
        """Requirements understood, capable, differences resolved: yes to all three."""
        return self._decide("passed", comment)

    def action_fail(self, comment=None):
        return self._decide("failed", comment)

    def _decide(self, verdict, comment=None):
        for asked in self:
            item = asked._assert_reviewer()
            comment = said(comment or item.comment)
            if verdict == "failed" and not comment:
                raise UserError(
                    self.env._(
                        "Say in the comment of “%s” what has to be resolved.",
                        item.display_name,
                    )
                )
            item._write_kept(
                {
                    **(_YES if verdict == "passed" else {}),
                    "verdict": verdict,
                    "comment": comment,
                    "decided_by_id": self.env.uid,
                    "decided_on": fields.Datetime.now(),
                }
            )
            review = item.review_id
            review._close_activities(item.user_ids)
            review.order_id._after_contract_verdict(review)
            review.item_ids._deadline_refresh()
        return True

    def action_reassign(self, user_ids):
        """Hand these open items to other reviewers: by a reviewer of the item, or a
        key-account manager who reads the review."""
        users = self.env["res.users"].browse(user_ids)
        self.check_access("read")
        # Whoever hands on an item has no rights to write who reviews.
        for item in self.sudo():
            item._assert_may_reassign(users)
            review, former = item.review_id, item.user_ids
            item._write_kept({"user_ids": [Command.set(users.ids)]})
            review._close_activities(former)
            item._ask(users - former)
            item._deadline_refresh()
            review.message_post(
                body=self.env._(
                    "%(item)s: now reviewed by %(names)s.",
                    item=item.display_name,
                    names=listed(self.env, users.mapped("name")),
                ),
                subtype_xmlid="mail.mt_note",
            )
        return True

    def _ask(self, users=None):
        """An activity for each reviewer (or each of ``users``), due at the deadline."""
        for item in self:
            for user in item.user_ids if users is None else users:
                reader = item.with_context(lang=user.lang)
                item.review_id.activity_schedule(
                    _ACTIVITY,
                    user_id=user.id,
                    date_deadline=day_for(self.env, user, item.deadline),
                    summary=reader.env._("Contract review: %s", reader.display_name),
                )

    def _assert_reviewer(self):
        """Return this item with the rights that a verdict needs, where the caller is
        asked for one: reviewers read items, and write nothing but their answers."""
        self.ensure_one()
        self.check_access("read")
        item = self.sudo()
        if self.env.user not in item.user_ids or not self.env.user.has_group(
            "key_account.group_contract_reviewer"
        ):
            raise AccessError(
                self.env._(
                    "“%(item)s” is reviewed by %(names)s.",
                    item=item.display_name,
                    names=listed(self.env, item.user_ids.mapped("name")),
                )
            )
        item._assert_uninvolved(self.env.user)
        # Written, not only locked: two verdicts at once would each miss the other one,
        # and the review would wait for ever. Now the second is done again on the first.
        meet(item.review_id)
        item.invalidate_recordset()
        if item.verdict != "open" or item.review_id.state != "in_review":
            raise UserError(
                self.env._("“%s” has been decided already.", item.display_name)
            )
        return item
