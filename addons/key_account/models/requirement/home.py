"""Figures of My Day: exception requests that wait for a ruling, and the deals whose
specialist has their manager's answer.
"""

from odoo import api, models
from odoo.fields import Domain

_ACTIVITY = "key_account.mail_activity_ruling"


class KeyAccountHome(models.AbstractModel):
    _inherit = "key.account.home"

    @api.model
    def _tiles(self):
        tiles = super()._tiles()
        if self._is("specialist"):
            tiles += self._tile(
                "answered_deals",
                "crm.lead",
                self._running_deals()
                & Domain("user_id", "=", self.env.uid)
                & (self._reviewed_deals() | self._deals_to_quote()),
                "key_account.crm_lead_pipeline_action",
                27,
                quiet=True,
                label=self.env._("Deals to go on with"),
            )
        if self._is("manager"):
            tiles += self._tile(
                "to_rule",
                "key.account.ruling",
                # What has been ruled, or went on to somebody, leaves the list that is
                # open meanwhile.
                [("asks_me", "=", True)],
                "key_account.ruling_to_rule_action",
                12,
                label=self.env._("To rule"),
            )
        return tiles

    @api.model
    def _open_to_rule(self, request):
        return request.action_rule()

    @api.model
    def _reviewed_deals(self):
        """In a step that waits for the manager's review, which has been given."""
        return (
            Domain("stage_id.gate_ids.kind", "=", "review")
            & Domain("key_account_visit_ids.state", "=", "reviewed")
            & Domain("key_account_visit_ids", "not any", [("state", "=", "reported")])
        )

    @api.model
    def _deals_to_quote(self):
        """In the ruling or after it: all that is asked for is settled, and nothing has
        been quoted."""
        return (
            Domain("stage_id.gate_ids.kind", "in", ("ruling", "quotation"))
            & Domain("requirement_ids.state", "=", "settled")
            & Domain(
                "requirement_ids", "not any", [("state", "in", ("open", "outside"))]
            )
            & Domain("order_ids", "not any", [("state", "!=", "cancel")])
        )

    @api.model
    def _asked_to_rule(self):
        """Requests that are the user's turn: of teams that they lead or manage, unless
        they went on to somebody; what went on to them; what they were asked otherwise,
        as directors are where no manager may rule. Who else could rule, may do so from
        the list of all; here a fixed number of queries finds what waits, which never is
        much."""
        requests = self.env["key.account.ruling"].search(
            [("event", "=", "request"), ("waits", "=", True)]
        )
        # Whoever is asked may see neither the deal nor what happened to it.
        known = requests.sudo()
        last = {}
        for forward in known.search(
            [
                ("opportunity_id", "in", known.opportunity_id.ids),
                ("event", "=", "forward"),
            ],
            order="id",
        ):
            last[forward.opportunity_id] = forward
        asked = self._asked_deals()
        user = self.env.user

        def is_mine(request):
            deal = request.opportunity_id
            forward = last.get(deal)
            if request.user_id == user:
                return False
            if forward and forward.id > request.id:
                return user in forward.forwarded_to_ids
            managers = deal.team_id._key_account_managers()
            return user in managers or deal.id in asked

        return known.filtered(is_mine).with_env(self.env)

    @api.model
    def _asked_deals(self):
        kind = self.env.ref(_ACTIVITY, raise_if_not_found=False)
        # What somebody was asked is theirs to know, whether they may read the deal or
        # not.
        activities = (
            self.env["mail.activity"]
            .sudo()
            .search(
                [
                    ("user_id", "=", self.env.uid),
                    ("res_model", "=", "crm.lead"),
                    ("activity_type_id", "in", kind.ids if kind else []),
                ]
            )
        )
        return set(activities.mapped("res_id"))
