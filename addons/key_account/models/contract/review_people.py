"""Who judges a contract: people of the function, and nobody whose contract it is."""

from odoo import Command, api, models
from odoo.exceptions import AccessError, UserError

from ..shared.label import listed

_ACTIVITY = "key_account.mail_activity_contract_review"


class KeyAccountContractReviewFunction(models.Model):
    _inherit = "key.account.contract.review.function"

    @api.model_create_multi
    def create(self, vals_list):
        functions = super().create(vals_list)
        self.env["key.account.naming"]._note(functions._deciding())
        return functions

    def write(self, vals):
        before = self._deciding()
        res = super().write(vals)
        self.env["key.account.naming"]._note(self._deciding(), before)
        return res

    def _deciding(self):
        return {function: function.sudo().user_ids for function in self}


class KeyAccountContractReviewItem(models.Model):
    _inherit = "key.account.contract.review.item"

    def _involved(self):
        """Whose contract it is: who made its terms, sells it or asked for its sign-off,
        when the review began or now."""
        review = self.sudo().review_id
        order = review.order_id
        now = order._involved(order._requester())
        return (review.involved_user_ids | now).with_env(self.env)

    def _assert_uninvolved(self, users):
        """Nobody judges their own contract, whoever put them on the item."""
        own = self._involved() & users
        if own:
            raise AccessError(
                self.env._(
                    "%(names)s made, sold or asked for this contract: “%(item)s” is"
                    " judged by somebody else.",
                    names=listed(self.env, own.mapped("name")),
                    item=self.display_name,
                )
            )

    def _assert_may_reassign(self, users):
        self.ensure_one()
        mine = self.env.user in self.user_ids
        if not (mine or self.env.user.has_group("key_account.group_manager")):
            raise AccessError(
                self.env._(
                    "Only its reviewers or a manager can hand on “%s”.",
                    self.display_name,
                )
            )
        if self.verdict != "open" or self.review_id.state != "in_review":
            raise UserError(
                self.env._("“%s” has been decided already.", self.display_name)
            )
        # Whose contract it is does not choose the judge either.
        self._assert_uninvolved(self.env.user)
        self._assert_uninvolved(users)
        wrong = users.filtered(
            lambda user: (
                not user.has_group("key_account.group_contract_reviewer")
                or self.company_id not in user.company_ids
            )
        )
        if wrong or not users:
            raise UserError(
                self.env._(
                    "%(names)s cannot review “%(item)s”: choose contract reviewers of"
                    " %(company)s.",
                    names=listed(self.env, wrong.mapped("name"))
                    or self.env._("Nobody"),
                    item=self.display_name,
                    company=self.company_id.name,
                )
            )
        self._assert_of_function(users)

    def _ask_again_to_review(self):
        """Reviewers have gone, or are back: whoever judges these items is asked, and a
        function that nobody judges any more is told of.

        Entered with full rights.
        """
        tasks = {each: each.activity_search([_ACTIVITY]) for each in self.review_id}
        for item in self:
            here = item.user_ids.filtered(
                lambda user, company=item.company_id: company in user.company_ids
            )
            asked, gone = tasks[item.review_id], item.user_ids - here
            item._ask(here - asked.user_id)
            asked.filtered(lambda task, gone=gone: task.user_id in gone).unlink()
            tasks[item.review_id] = asked.exists()
            if not here:
                item.review_id.order_id._tell_who_has_gone(item)

    def _assert_of_function(self, users):
        """Whoever reviews for another function does not review for this one, and
        nobody came to a function by their own hand while its review runs."""
        foreign = users - self._people_of_function()
        if foreign:
            raise UserError(
                self.env._(
                    "%(names)s do not review for %(function)s: choose people of that"
                    " function. Configuration names them under Contract Review"
                    " Functions.",
                    names=listed(self.env, foreign.mapped("name")),
                    function=self._function_label(),
                )
            )

    def _people_of_function(self):
        """Who can be handed this item: those named for its function; and substitutes,
        who are named for none, and have no other item of this review."""
        review = self.review_id
        functions = self.env["key.account.contract.review.function"].sudo()
        functions = functions._for_order(review.order_id)
        own = functions.filtered(lambda each: each.function == self.function)
        busy = functions.user_ids | (review.item_ids - self).user_ids
        reviewers = self.env.ref("key_account.group_contract_reviewer").sudo()
        people = own.user_ids | (reviewers.all_user_ids - busy)
        named = self.env["key.account.naming"]
        return people - named._by_own_hand(functions, people, review.date_start)


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _review_values(self, functions):
        involved = self._involved(self._requester())
        values = super()._review_values(functions)
        return {**values, "involved_user_ids": [Command.set(involved.ids)]}

    def _review_item_values(self, function, now):
        """Of the people of a function, nobody judges a contract that is theirs."""
        values = super()._review_item_values(function, now)
        judges = function.user_ids - self._involved(self._requester())
        return {**values, "user_ids": [Command.set(judges.ids)]}

    def _make_contract_review(self):
        result = super()._make_contract_review()
        review = self.contract_review_ids.sorted("id")[-1:]
        if review.state == "in_review":
            self._tell_who_is_missing(
                review.item_ids.filtered(lambda i: not i.user_ids)
            )
        return result

    def _tell_who_has_gone(self, items):
        """Functions whose reviewers have left: their verdict would wait for ever."""
        self._tell_salesperson(
            lambda order: order.env._(
                "Contract review: whoever was to judge %(functions)s has left. A"
                " manager hands it to another reviewer.",
                functions=listed(
                    order.env,
                    (item._function_label() for item in items.with_env(order.env)),
                ),
            )
        )

    def _tell_who_is_missing(self, items):
        """Functions whose people all made or sold this contract: somebody else has to
        be named for them."""
        if items:
            self._tell_salesperson(
                lambda order: order.env._(
                    "Contract review: nobody may judge %(functions)s, whose people made"
                    " or sold this contract. A manager hands it to another reviewer.",
                    functions=listed(
                        order.env,
                        (item._function_label() for item in items.with_env(order.env)),
                    ),
                )
            )
