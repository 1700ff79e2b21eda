"""Figures of My Day: exception requests that wait for a ruling."""

from odoo import api, models

_ACTIVITY = "key_account.mail_activity_ruling"


class KeyAccountHome(models.AbstractModel):
    _inherit = "key.account.home"

    @api.model
    def _tiles(self):
        tiles = super()._tiles()
        if self._is("manager"):
            tiles += self._tile(
                "to_rule",
                "key.account.ruling",
                [("id", "in", self._asked_to_rule().ids)],
                "key_account.ruling_to_rule_action",
                12,
                label=self.env._("To rule"),
            )
        return tiles

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
