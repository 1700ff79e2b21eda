"""A deal whose order is confirmed ends: by itself as soon as nothing is missing, or by
one named step that says what is.
"""

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

from .crm_lead import _READERS


class CrmLead(models.Model):
    _inherit = "crm.lead"
    _kept = frozenset(("confirmed_order_id",))

    confirmed_order_id = fields.Many2one(
        "sale.order",
        string="Confirmed order",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        groups=_READERS,
        help="It is confirmed, and wins this opportunity as soon as nothing is missing"
        " any more.",
    )

    deal_is_decided = fields.Boolean(
        compute="_compute_deal_is_decided", groups="base.group_user"
    )

    # ------------------------------------------------------------
    # THE NAMED STEP
    # ------------------------------------------------------------

    @api.depends("confirmed_order_id", "won_status", "team_id")
    def _compute_deal_is_decided(self):
        # Orders decide the deals of a process; of others nothing is read for it.
        teams = self.env["crm.team"]._key_account_team_ids()
        for lead in self:
            lead.deal_is_decided = lead.team_id.id in teams and bool(
                lead._deciding_order()
            )

    def action_win_by_order(self):
        """Close as won what a confirmed order has decided; refused with all that is
        still missing."""
        self.check_access("write")
        for lead in self:
            if not lead._deciding_order():
                raise UserError(
                    self.env._(
                        "No confirmed order waits for “%s” to be closed.", lead.name
                    )
                )
        return self.action_set_won()

    def _deciding_order(self):
        """The confirmed order that this opportunity, still open, is closed by."""
        self.ensure_one()
        # Whoever works on a deal sees that it is decided, if not each order of it.
        lead = self.sudo()
        order = lead.confirmed_order_id
        if lead.won_status != "pending" or order.state != "sale":
            return order.browse()
        return order

    # ------------------------------------------------------------
    # BY ITSELF
    # ------------------------------------------------------------

    def _win_by_order(self, order):
        """Win these opportunities because their order is confirmed; where gates are not
        met, a manager gets an activity instead: the order is a fact, whatever is
        missing here. They are won as soon as it is there.
        """
        # Whoever confirms an order, be it the customer, need not see the deal.
        for lead in self.sudo():
            if lead._won_by_order() and not lead._win_complete():
                lead._write_kept({"confirmed_order_id": order.id})
                lead._ask_for_missing(order)

    def _won_by_order(self):
        """Whether a confirmed order wins this opportunity, which is not won yet."""
        self.ensure_one()
        return (
            self._is_key_account_team(self.team_id)
            and self._gate_mode() != "off"
            and not self.stage_id.is_won
            and self._move_to_won().target.won_by_order
        )

    def _win_complete(self):
        """Win this opportunity, if nothing is missing that would be asked for.

        :return: whether it is won
        """
        self.ensure_one()
        if self._gate_mode() == "enforce" and self._lacks_to_win():
            return False
        won = self._move_to_won().target
        self.write({"stage_id": won.id, "probability": 100})
        return True

    def _win_decided(self):
        """Win those whose order has been confirmed, and that miss nothing by now."""
        # Whoever does what was missing need not be allowed to move the deal.
        for lead in self.sudo():
            if lead._deciding_order() and lead._won_by_order():
                lead._win_complete()

    def _begin_step(self, stage):
        result = super()._begin_step(stage)
        if stage.is_won:
            # Whoever takes it back from there has decided that it is not won.
            if self.confirmed_order_id:
                self._write_kept({"confirmed_order_id": False})
        else:
            self._win_decided()
        return result

    def _take_over(self, others):
        result = super()._take_over(others)
        order = (self | others).confirmed_order_id[:1]
        if order and not self.confirmed_order_id:
            self._write_kept({"confirmed_order_id": order.id})
        return result

    def _ask_for_missing(self, order):
        self.ensure_one()
        user = self.user_id or self.team_id._key_account_managers()[:1]
        # In the language of whoever reads it.
        reader = self.with_context(lang=user.lang)
        summary = reader.env._(
            "Order %(order)s is confirmed, gates are not met", order=order.name
        )
        if summary in self.activity_ids.mapped("summary"):
            return
        self.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=summary,
            note=Markup("<br/>").join(reader._lacks_to_win()),
            user_id=user.id,
        )

    # ------------------------------------------------------------
    # SCREEN
    # ------------------------------------------------------------

    @api.model
    def _panel_depends(self):
        return [*super()._panel_depends(), "confirmed_order_id"]

    def _get_stage_panel(self):
        panel = super()._get_stage_panel()
        if order := self._deciding_order():
            panel["order"] = order.name
            panel["lacks"] = self._lacks_to_win()
        return panel
