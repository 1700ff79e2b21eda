"""Exception requests as a work list: what waits, for whom, and what came of it."""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class KeyAccountRuling(models.Model):
    _inherit = "key.account.ruling"

    waits = fields.Boolean(
        string="Waits for a ruling", compute="_compute_answer", search="_search_waits"
    )
    answer_id = fields.Many2one("key.account.ruling", compute="_compute_answer")
    answer = fields.Selection(
        selection=lambda self: self._fields["decision"]._description_selection(
            self.env
        ),
        string="Ruled",
        compute="_compute_answer",
    )
    answer_reason = fields.Text(string="Why", compute="_compute_answer")
    can_rule = fields.Boolean(search="_search_can_rule")
    asks_me = fields.Boolean(
        string="Asks you", compute="_compute_asks_me", search="_search_asks_me"
    )

    @api.depends("event", "opportunity_id")
    def _compute_answer(self):
        """The first ruling on the deal after the request; a request that was repeated
        before it has the answer of the last one. A ruling says its own."""
        requests = self.filtered(lambda event: event.event == "request")
        rulings = requests.opportunity_id._rulings(("event", "=", "ruling"))
        per_deal = {}
        for ruling in rulings.with_env(self.env).sorted("id", reverse=True):
            per_deal.setdefault(ruling.sudo().opportunity_id.id, []).append(ruling)
        for event in self:
            later = per_deal.get(event.opportunity_id.id, ())
            answers = [r for r in later if r.id > event.id and event in requests]
            event.answer_id = answers[-1] if answers else False
            event.answer = event.answer_id.decision or event.decision
            event.answer_reason = event.answer_id.reason
            event.waits = event in requests and not answers

    def _search_waits(self, operator, value):
        """Requests that no ruling followed; the index of the deal finds them."""
        if operator != "in":
            return NotImplemented
        later = SQL(
            """(SELECT r.id FROM key_account_ruling r
                 WHERE r.event = 'request' AND NOT EXISTS (
                       SELECT 1 FROM key_account_ruling later
                        WHERE later.opportunity_id = r.opportunity_id
                          AND later.event IN ('request', 'ruling')
                          AND later.id > r.id))"""
        )
        return Domain("id", "in" if True in value else "not in", later)

    @api.depends("waits")
    @api.depends_context("uid")
    def _compute_asks_me(self):
        mine = self.env["key.account.home"]._asked_to_rule()
        for event in self:
            event.asks_me = event in mine

    def _search_asks_me(self, operator, value):
        """The requests that it is the user's turn to rule on."""
        if operator != "in":
            return NotImplemented
        mine = self.env["key.account.home"]._asked_to_rule()
        return Domain("id", "in" if True in value else "not in", mine.ids)

    def _search_can_rule(self, operator, value):
        """The requests that wait for this user, be they forwarded or not."""
        if operator != "in":
            return NotImplemented
        # Whoever is asked may not see the deal.
        waiting = self.sudo().search(
            Domain("waits", "=", True) & self._domain_asked_of(self.env.user)
        )
        mine = waiting.filtered(
            lambda request: request.opportunity_id._may_rule(request)
        )
        return Domain("id", "in" if True in value else "not in", mine.ids)

    @api.model
    def _domain_asked_of(self, user):
        """A narrow choice of what may be this user's to rule on."""
        if user.has_group("key_account.group_director"):
            return Domain("company_id", "in", user.company_ids.ids)
        forwarded = self.sudo().search(
            [("event", "=", "forward"), ("forwarded_to_ids", "in", user.ids)]
        )
        team = "opportunity_id.team_id"
        return Domain.OR(
            [
                Domain("opportunity_id", "in", forwarded.opportunity_id.ids),
                Domain(f"{team}.user_id", "=", user.id),
                Domain(f"{team}.key_account_manager_ids", "in", user.ids),
            ]
        )
