"""The strip of the contract: what it lacks, how its review stands, whether what was
signed is untouched and binds, and what a confirmed order still has to close.
"""

from odoo import api, fields, models
from odoo.tools import format_date

from ...rules.states import UNDECIDED
from ..shared.label import listed

_TEAM = "key_account.group_specialist,key_account.group_support"


class SaleOrder(models.Model):
    _inherit = "sale.order"

    contract_strip = fields.Html(
        compute="_compute_contract_strip", sanitize=False, groups=_TEAM
    )

    @api.depends(
        lambda self: [
            *self._contract_depends(),
            "contract_state",
            "payment_waits",
            "signature_ids",
            "terms_version",
        ]
    )
    @api.depends_context("lang", "uid")
    def _compute_contract_strip(self):
        concerned = self._key_account_concerned()
        (self - concerned).contract_strip = False
        for order in concerned:
            # It tells how the contract stands, whatever of it the reader may open.
            rows = order.sudo()._contract_rows()
            order.contract_strip = rows and self.env["ir.qweb"]._render(
                "key_account.contract_strip", {"rows": rows}
            )

    def action_open_contract_review(self):
        """The last review of this quotation: who has passed it, whose verdict is
        missing."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Contract Review"),
            "res_model": "key.account.contract.review",
            "res_id": self.contract_review_ids.sorted("id")[-1:].id,
            "views": [(False, "form")],
        }

    # ------------------------------------------------------------
    # Rows: tone, icon, sentence, what belongs to it, badges
    # ------------------------------------------------------------

    def _contract_rows(self):
        """All there is to say; nothing where all is well."""
        self.ensure_one()
        if self.state == "cancel":
            return []
        rows = (
            self._deal_row(),
            self._lacking_row(),
            self._review_row(),
            self._payment_row(),
            self._signature_row(),
        )
        return [row for row in rows if row]

    def _strip_row(self, tone, icon, text, lines=(), badges=()):
        return {
            "tone": tone,
            "icon": icon,
            "text": text,
            "lines": lines,
            "badges": badges,
        }

    def _deal_row(self):
        """A confirmed order whose deal is still open."""
        deal = self.state == "sale" and self.opportunity_id
        if not deal or deal._deciding_order() != self._origin:
            return None
        text = self.env._(
            "The order is confirmed; the deal stands at “%(step)s”. It closes as won"
            " by itself once nothing is missing.",
            step=deal.stage_id.name,
        )
        return self._strip_row("warning", "flag-checkered", text, deal._lacks_to_win())

    def _lacking_row(self):
        """What this quotation, and the present step of its deal, still lack."""
        deal = self.state in UNDECIDED and self.opportunity_id
        lines = deal._step_lacks() if deal else []
        parts = self._lacking_parts()
        if not parts and not lines:
            return None
        if not parts:
            text = self.env._(
                "The contract is complete. The deal stands at “%(step)s”, which still"
                " asks for:",
                step=deal.stage_id.name,
            )
            return self._strip_row("quiet", "list-ul", text, lines)
        text = self.env._("The contract still lacks: %s.", listed(self.env, parts))
        if lines:
            head = self.env._("The deal stands at “%(step)s”:", step=deal.stage_id.name)
            lines = [" ".join([head, *lines])]
        demanded = deal and deal._asks_complete_quotation()
        return self._strip_row("info" if demanded else "quiet", "list-ul", text, lines)

    def _review_row(self):
        """How the contract review stands, while it holds up the confirmation."""
        if self.state not in UNDECIDED or self.contract_state in ("none", "passed"):
            return None
        if self.contract_state == "to_review":
            text = self.env._("Contract review: no function has been set up for it.")
            return self._strip_row("warning", "balance-scale", text)
        items = self.contract_review_ids.sorted("id")[-1:].item_ids
        if self.contract_state == "failed":
            return self._failed_row(items)
        passed = items.filtered(lambda item: item.verdict == "passed")
        text = self.env._(
            "Contract review %(number)s: %(passed)s of %(all)s functions have passed"
            " it.",
            number=self.contract_number or "",
            passed=len(passed),
            all=len(items),
        )
        lines = [item._waiting_text() for item in items - passed]
        return self._strip_row("info", "balance-scale", text, lines)

    def _failed_row(self, items):
        """It is over, whoever had not said anything yet: what to do, and why."""
        text = self.env._(
            "Contract review %(number)s was not passed. Settle with the customer what"
            " is named here, have changed terms signed, and start the review again.",
            number=self.contract_number or "",
        )
        failed = items.filtered(lambda item: item.verdict == "failed")
        lines = [item._waiting_text() for item in failed]
        return self._strip_row("danger", "balance-scale", text, lines)

    def _payment_row(self):
        """Money that came in while the functions review; of any other quotation that is
        not confirmed, its own banner tells."""
        if self.contract_state != "in_review" or not self.payment_waits:
            return None
        text = self.env._(
            "A payment of %(amount)s has arrived and is kept. Should the review fail,"
            " %(name)s settles it with the customer.",
            amount=self.currency_id.format(self.amount_paid),
            name=self._settles_payment().name,
        )
        return self._strip_row("info", "money", text)

    def _signature_row(self):
        """Whether the document is as it was signed, and whether it binds: two
        questions, two answers."""
        if not self.authority_bound:
            return None
        signature = self._current_signature(binding=False)
        if not signature:
            return None
        binds, intact = bool(self._current_signature()), signature.intact
        day = fields.Datetime.context_timestamp(self, signature.signed_on)
        text = self.env._(
            "Signed by %(name)s on %(date)s.",
            name=signature.signed_by,
            date=format_date(self.env, day),
        )
        badges = [
            (intact, self.env._("File unchanged"), self.env._("File changed since")),
            (binds, self.env._("Binds these terms"), self.env._("Does not bind")),
        ]
        lines = [] if binds else [self._unbound_text()]
        tone = "danger" if not intact else "quiet" if binds else "warning"
        return self._strip_row(
            tone,
            "pencil-square-o",
            text,
            lines,
            [(good, yes if good else no) for good, yes, no in badges],
        )

    def _unbound_text(self):
        if self.state == "sale":
            return self.env._(
                "The terms have changed since: have the change signed, and file it"
                " with “File signed return”."
            )
        return self.env._(
            "The terms have changed since, or it was reset: it has to be signed again."
        )


class KeyAccountContractReviewItem(models.Model):
    _inherit = "key.account.contract.review.item"

    def _waiting_text(self):
        """Whose verdict is missing until when, or why this function did not pass it."""
        self.ensure_one()
        if self.verdict == "failed":
            return self.env._(
                "%(function)s, %(name)s: %(comment)s",
                function=self._function_label(),
                name=self.decided_by_id.name,
                comment=self.comment or "",
            )
        return self.env._(
            "%(function)s: waits for %(names)s, due %(date)s",
            function=self._function_label(),
            names=listed(self.env, self.user_ids.mapped("name")),
            date=format_date(
                self.env, fields.Datetime.context_timestamp(self, self.deadline)
            )
            if self.deadline
            else "–",
        )
