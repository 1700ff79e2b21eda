"""Contract review (合同评审): the functions look at what the customer signed."""

from markupsafe import Markup

from odoo import SUPERUSER_ID, Command, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, format_date

from ...rules.states import UNDECIDED
from ..shared.working_time import day_for

FUNCTIONS = [
    ("technical", "Technical"),
    ("production", "Production"),
    ("quality", "Quality"),
    ("finance", "Finance"),
    ("legal", "Legal"),
]


# What a reviewer answers for their function, and what passing says of it.
_ANSWERS = ("understood", "capable", "resolved", "comment")
_YES = {"understood": True, "capable": True, "resolved": True}


class KeyAccountContractReviewFunction(models.Model):
    """Which function reviews, who does it and within which time: the template of a
    review."""

    _name = "key.account.contract.review.function"
    _description = "Contract Review Function"
    _order = "company_id, sequence, id"

    sequence = fields.Integer(default=10)
    function = fields.Selection(FUNCTIONS, required=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    team_id = fields.Many2one(
        "crm.team",
        ondelete="cascade",
        index="btree_not_null",
        help="Empty: for all teams of the company. A team with functions of its own is"
        " reviewed by these alone.",
    )
    user_ids = fields.Many2many(
        "res.users",
        "key_account_review_function_user_rel",
        "function_id",
        "user_id",
        string="Reviewers",
        required=True,
    )
    question = fields.Text(
        translate=True,
        default=lambda self: self.env._(
            "Are the requirements understood? Are we capable of them? Have all"
            " differences between contract and quotation been resolved?"
        ),
        help="What the function answers for: requirements understood, capable,"
        " differences resolved.",
    )
    hours = fields.Float(string="Time limit (working hours)", default=8.0)
    active = fields.Boolean(default=True)

    _one_per_company = models.UniqueIndex(
        "(company_id, COALESCE(team_id, 0), function) WHERE active",
        "Each function reviews once per company, or once per team.",
    )

    @api.depends("function")
    def _compute_display_name(self):
        labels = dict(self._fields["function"]._description_selection(self.env))
        for record in self:
            record.display_name = labels.get(record.function, "")

    def _for_order(self, order):
        """The functions that review an order: its team's own, else the company's."""
        rows = self.sudo().with_context(active_test=True)
        rows = rows.search([("company_id", "=", order.company_id.id)])
        own = rows.filtered(lambda row: row.team_id and row.team_id == order.team_id)
        return own or rows.filtered(lambda row: not row.team_id)


class KeyAccountContractReview(models.Model):
    """The review of one signed quotation."""

    _name = "key.account.contract.review"
    _description = "Contract Review"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _rec_name = "order_name"

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
    closed_reason = fields.Char(readonly=True)
    item_ids = fields.One2many(
        "key.account.contract.review.item", "review_id", string="Functions"
    )
    waits_for = fields.Char(
        compute="_compute_waits_for", help="Functions whose verdict is missing."
    )

    @api.depends("state", "item_ids.verdict")
    @api.depends_context("lang")
    def _compute_waits_for(self):
        Item = self.env["key.account.contract.review.item"]
        labels = dict(Item._fields["function"]._description_selection(self.env))
        for review in self:
            items = review.item_ids.filtered(lambda item: item.verdict == "open")
            waiting = items if review.state == "in_review" else items.browse()
            review.waits_for = ", ".join(labels[item.function] for item in waiting)

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

    def _close_activities(self, users):
        """These reviewers have done what they were asked, or somebody else does it."""
        items = self.sudo().item_ids.filtered(lambda item: item.verdict == "open")
        done = users - items.user_ids
        self.sudo().activity_ids.filtered(lambda a: a.user_id in done).unlink()

    def action_open_signed_document(self):
        """The document as signed, for a reviewer without rights on sales."""
        self.ensure_one()
        self.check_access("read")
        signature = self.sudo().order_id._current_signature(binding=False)
        if not signature:
            raise UserError(self.env._("%s has no signed document.", self.order_name))
        return signature.attachment_id._open_signed(self)

    def _signed_files(self):
        return self.sudo().order_id._signed_files()


class KeyAccountContractReviewItem(models.Model):
    """The verdict of one function."""

    _name = "key.account.contract.review.item"
    _description = "Contract Review Item"
    _order = "review_id desc, sequence, id"

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
    decided_by_id = fields.Many2one("res.users", readonly=True)
    decided_on = fields.Datetime(readonly=True)
    can_decide = fields.Boolean(compute="_compute_can_decide")

    @api.depends("verdict", "user_ids")
    @api.depends_context("uid")
    def _compute_can_decide(self):
        for item in self:
            item.can_decide = item.verdict == "open" and self.env.user in item.user_ids

    @api.depends("function", "review_id.order_name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for item in self:
            item.display_name = f"{item.review_id.order_name}: {item._function_label()}"

    def _function_label(self):
        labels = dict(self._fields["function"]._description_selection(self.env))
        return labels.get(self.function, "")

    def _has_field_access(self, field, operation):
        if operation == "write" and field.name not in _ANSWERS and not self.env.su:
            return False
        return super()._has_field_access(field, operation)

    def write(self, vals):
        # Open answers are the reviewers'; a verdict once given stays.
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
        for item in self:
            item._assert_reviewer()
            comment = comment or item.comment
            if verdict == "failed" and not comment:
                raise UserError(
                    self.env._(
                        "Say in the comment of “%s” what has to be resolved.",
                        item.display_name,
                    )
                )
            item.sudo().write(
                {
                    **(_YES if verdict == "passed" else {}),
                    "verdict": verdict,
                    "comment": comment,
                    "decided_by_id": self.env.uid,
                    "decided_on": fields.Datetime.now(),
                }
            )
            review = item.sudo().review_id
            review._close_activities(item.sudo().user_ids)
            review.order_id._after_contract_verdict(review)
        self.sudo().review_id.item_ids._deadline_refresh()
        return True

    def action_reassign(self, user_ids):
        """Hand these open items to other reviewers: by a reviewer of the item, or a
        key-account manager who reads the review."""
        users = self.env["res.users"].browse(user_ids)
        for item in self:
            item.check_access("read")
            item._assert_may_reassign(users)
            review, former = item.sudo().review_id, item.sudo().user_ids
            item.sudo().user_ids = [Command.set(users.ids)]
            review._close_activities(former)
            item.sudo()._ask(users - former)
            item.sudo()._deadline_refresh()
            review.message_post(
                body=self.env._(
                    "%(item)s: now reviewed by %(names)s.",
                    item=item.display_name,
                    names=", ".join(users.mapped("name")),
                ),
                subtype_xmlid="mail.mt_note",
            )
        return True

    def _assert_may_reassign(self, users):
        item = self.sudo()
        mine = self.env.user in item.user_ids
        if not (mine or self.env.user.has_group("key_account.group_manager")):
            raise AccessError(
                self.env._(
                    "Its reviewers or a manager hand on “%s”.", item.display_name
                )
            )
        if item.verdict != "open" or item.review_id.state != "in_review":
            raise UserError(
                self.env._("“%s” has been decided already.", item.display_name)
            )
        wrong = users.filtered(
            lambda user: (
                not user.has_group("key_account.group_contract_reviewer")
                or item.company_id not in user.company_ids
            )
        )
        if wrong or not users:
            raise UserError(
                self.env._(
                    "%(names)s cannot review “%(item)s”: choose contract reviewers of"
                    " %(company)s.",
                    names=", ".join(wrong.mapped("name")) or self.env._("Nobody"),
                    item=item.display_name,
                    company=item.company_id.name,
                )
            )

    def _ask(self, users=None):
        """An activity for each reviewer (or each of ``users``), due at the deadline."""
        for item in self:
            for user in item.user_ids if users is None else users:
                reader = item.with_context(lang=user.lang)
                item.review_id.activity_schedule(
                    "key_account.mail_activity_contract_review",
                    user_id=user.id,
                    date_deadline=day_for(self.env, user, item.deadline),
                    summary=reader.env._("Contract review: %s", reader.display_name),
                )

    def _assert_reviewer(self):
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
                    names=", ".join(item.user_ids.mapped("name")),
                )
            )
        # Written, not only locked: two verdicts at once would each miss the other one,
        # and the review would wait for ever. Now the second is done again on the first.
        self.env.cr.execute(
            SQL(
                "UPDATE %s SET write_date = write_date WHERE id = %s",
                SQL.identifier(item.review_id._table),
                item.review_id.id,
            )
        )
        item.invalidate_recordset()
        if item.verdict != "open" or item.review_id.state != "in_review":
            raise UserError(
                self.env._("“%s” has been decided already.", item.display_name)
            )


class SaleOrder(models.Model):
    _inherit = "sale.order"

    contract_state = fields.Selection(
        [
            ("none", "None"),
            ("to_review", "To review"),
            ("in_review", "In review"),
            ("passed", "Passed"),
            ("failed", "Failed"),
        ],
        string="Contract review",
        default="none",
        readonly=True,
        copy=False,
    )
    contract_number = fields.Char(readonly=True, copy=False, prefetch="key_account")
    contract_review_ids = fields.One2many(
        "key.account.contract.review",
        "order_id",
        readonly=True,
        groups="key_account.group_specialist,key_account.group_support",
    )

    contract_can_start = fields.Boolean(compute="_compute_contract_can_start")

    @api.depends("contract_state")
    def _compute_is_expired(self):
        res = super()._compute_is_expired()
        # A signed quotation does not expire while it is being reviewed.
        for order in self:
            if order.contract_state in ("to_review", "in_review", "passed"):
                order.is_expired = False
        return res

    def _asks_contract_review(self):
        """Whether a review stands before confirmation: mode observe holds up nothing,
        and so begins none."""
        self.ensure_one()
        enforced = self.company_id._key_account_enforces()
        return enforced and self._wants_contract_review()

    def _wants_contract_review(self):
        """Whether company or team ask for a review; in mode observe it is noted that
        there was none."""
        self.ensure_one()
        order = self.sudo()
        if not order._key_account_concerned():
            return False
        name = "key_account_contract_review"
        own = order.team_id._key_account_policy(name)
        return own == "yes" if own else order.company_id._key_account_setting(name)

    def _approval_goes_on(self):
        in_review = self.contract_state in ("to_review", "in_review", "passed")
        return in_review or super()._approval_goes_on()

    def _reviewed_terms_hold(self):
        """Whether what a review has passed is what is confirmed now."""
        self.ensure_one()
        if self.contract_state != "passed":
            return True
        review = self.sudo().contract_review_ids.sorted("id")[-1:]
        return not review or review.fingerprint == self._terms_fingerprint()

    def _start_contract_review(self):
        """Start the review of those that ask for one; return the orders that must wait
        for it."""
        waiting = self.filtered(
            lambda order: (
                order.state in UNDECIDED
                and order._asks_contract_review()
                and order.contract_state != "passed"
            )
        )
        for order in waiting.sudo():
            if order.contract_state not in ("in_review", "failed"):
                order._make_contract_review()
        return waiting

    def action_start_contract_review(self):
        """Put a signed quotation to its reviewers: for the first time where no function
        had been set up, or again after one failed."""
        for order in self:
            order.check_access("write")
            found = order._authority_found()[order]
            obstacles = order.sudo()._obstacles("review", found)
            if not order.contract_can_start:
                obstacles.append(self.env._("No contract review is due."))
            if obstacles:
                raise UserError(
                    "\n".join(
                        [self.env._("%s cannot be reviewed:", order.name), *obstacles]
                    )
                )
            order._close_reviews(self.env._("Reviewed anew."))
            order.sudo()._make_contract_review()
        return True

    @api.depends("state", "contract_state", "company_id", "team_id", "key_account_id")
    def _compute_contract_can_start(self):
        for order in self:
            order.contract_can_start = (
                order.state in UNDECIDED
                and order.contract_state in ("none", "to_review", "failed")
                and order._asks_contract_review()
                and (not order.require_signature or bool(order._current_signature()))
            )

    def _make_contract_review(self):
        self.ensure_one()
        functions = self.env["key.account.contract.review.function"]._for_order(self)
        functions = functions.filtered("user_ids")
        if not functions:
            self.contract_state = "to_review"
            self._tell_salesperson(
                lambda order: order.env._(
                    "Contract review: no function has been set up for %s.", order.name
                )
            )
            return
        now, reviewers = fields.Datetime.now(), functions.user_ids
        # Whoever signs or pays, this is for the reviewers to read.
        reader = self.with_context(
            lang=reviewers._common_lang(), tz=reviewers[:1].tz or self.env.user.tz
        )
        number = self.contract_number or self.company_id._next_contract_number()
        self.write({"contract_state": "in_review", "contract_number": number})
        self._set_process({"authority_bound": True})
        review = (
            self.env["key.account.contract.review"]
            .sudo()
            .create(
                {
                    "order_id": self.id,
                    "order_name": self.name,
                    "key_account_id": self.key_account_id.id,
                    "partner_name": self.partner_id.display_name,
                    "company_id": self.company_id.id,
                    "currency_id": self.currency_id.id,
                    "amount_untaxed": self.amount_untaxed,
                    "fingerprint": self._terms_fingerprint(),
                    "summary": reader._review_summary(),
                    "item_ids": [
                        Command.create(
                            {
                                "sequence": function.sequence,
                                "function": function.function,
                                "question": function.with_context(
                                    lang=function.user_ids._common_lang()
                                ).question,
                                "user_ids": [Command.set(function.user_ids.ids)],
                                "deadline": self.company_id._key_account_deadline(
                                    now, function.hours, "hours"
                                ),
                            }
                        )
                        for function in functions
                    ],
                }
            )
        )
        review.item_ids._ask()
        self._note_for_salesperson(
            lambda order: order.env._(
                "Contract review %(number)s has begun. Verdicts are asked of:"
                " %(asked)s.",
                number=number,
                asked="; ".join(
                    f"{item.with_env(order.env)._function_label()}"
                    f" ({', '.join(item.user_ids.mapped('name'))})"
                    for item in review.item_ids
                ),
            )
        )

    def _review_summary(self):
        parts = [self._terms_snapshot()]
        if self.payment_term_id:
            parts.append(
                Markup("<p><b>%s</b> %s</p>")
                % (self.env._("Payment:"), self.payment_term_id.name)
            )
        if self.commitment_date:
            parts.append(
                Markup("<p><b>%s</b> %s</p>")
                % (self.env._("Delivery:"), format_date(self.env, self.commitment_date))
            )
        if self.handover_terms:
            parts.append(
                Markup("<p><b>%s</b></p>%s")
                % (self.env._("Handover:"), self.handover_terms)
            )
        requirements = Markup().join(
            Markup("<li>%s: %s</li>")
            % (requirement.name, requirement.our_standard or "")
            for requirement in self.requirement_ids
        )
        if requirements:
            parts.append(
                Markup("<p><b>%s</b></p><ul>%s</ul>")
                % (self.env._("Requirements:"), requirements)
            )
        return Markup().join(parts)

    def _after_contract_verdict(self, review):
        """All passed: the order is confirmed by itself. One failed: back to the
        specialist."""
        order = self.sudo()
        if review.fingerprint != order._terms_fingerprint():
            order._close_reviews(self.env._("The terms changed after signing."))
            return
        if review.state != "in_review":
            review.activity_unlink(["key_account.mail_activity_contract_review"])
        if review.state == "failed":
            order.contract_state = "failed"
            failed = review.item_ids.filtered(lambda item: item.verdict == "failed")
            order._tell_salesperson(
                lambda order: order.env._(
                    "Contract review failed: %s",
                    "; ".join(
                        f"{item._function_label()} ({item.decided_by_id.name}):"
                        f" {item.comment}"
                        for item in failed.with_env(order.env)
                    ),
                )
            )
        elif review.state == "passed":
            order.contract_state = "passed"
            order._note_for_salesperson(
                lambda order: order.env._(
                    "Contract review %s has been passed.", order.contract_number
                )
            )
            order._confirm_after_review()

    def _confirm_after_review(self):
        """Confirm by itself, or wait for the prepayment. The reviewer's verdict stands
        whatever stops the confirmation; the salesperson is told what it was."""
        if self.state not in UNDECIDED or self._has_to_be_paid():
            return
        try:
            with self.env.cr.savepoint():
                self.with_user(SUPERUSER_ID)._validate_order()
        except UserError as error:
            self.invalidate_recordset()
            reason = error.args[0]
            self._tell_salesperson(
                lambda order: order.env._(
                    "%(order)s passed its contract review, but could not be confirmed:"
                    " %(reason)s",
                    order=order.name,
                    reason=reason,
                )
            )

    def _close_reviews(self, reason):
        """End open reviews because what they reviewed is no longer what is offered."""
        orders = self.sudo().filtered(
            lambda order: order.contract_state != "none" and order.state != "sale"
        )
        open_reviews = orders.contract_review_ids.filtered(
            lambda review: review.state in ("in_review", "passed")
        )
        open_reviews.closed_reason = reason
        for order in open_reviews.order_id:
            order.message_post(body=reason, subtype_xmlid="mail.mt_note")
        open_reviews.activity_unlink(["key_account.mail_activity_contract_review"])
        open_reviews.item_ids._deadline_refresh()
        orders.contract_state = "none"

    def _salesperson(self):
        return self.user_id or self.terms_author_id or self.create_uid

    def _tell_salesperson(self, words):
        """An activity in the language of whoever sells.

        :param words: function of the order, as they read it
        """
        for order in self.sudo():
            user = order._salesperson()
            text = words(order.with_context(lang=user.lang))
            order.activity_schedule(
                "key_account.mail_activity_follow_up",
                user_id=user.id,
                summary=text[:250],
                # Long reasons are read in full below the summary.
                note=text if len(text) > 250 else False,
            )

    def _note_for_salesperson(self, words):
        """A note on the quotation, as by :meth:`_tell_salesperson`."""
        for order in self.sudo():
            reader = order.with_context(lang=order._salesperson().lang)
            order.message_post(body=words(reader), subtype_xmlid="mail.mt_note")
