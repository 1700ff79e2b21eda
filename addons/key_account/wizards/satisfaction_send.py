"""Somebody asks customers how satisfied they are: whom, and who cannot be asked."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..models.shared.label import listed
from ..models.shared.working_time import today_of
from ..rules.evidence import said


class KeyAccountSatisfactionSend(models.TransientModel):
    """The people of one account or of many. Those who can be asked, and are marked for
    it (or decide, where nobody is), are ticked; the others are listed with the reason.
    Nothing is sent before the button."""

    _name = "key.account.satisfaction.send"
    _description = "Ask about Satisfaction"
    _inherit = ["key.account.look"]
    _under = frozenset(("account_ids",))

    account_ids = fields.Many2many(
        "key.account",
        string="Accounts",
        required=True,
        default=lambda self: self._chosen(),
    )
    wave = fields.Char(
        required=True,
        default=lambda self: str(today_of(self._chosen()))[:7],
        help="Nobody is asked twice in a wave; figures can be compared by it.",
    )
    line_ids = fields.One2many(
        "key.account.satisfaction.send.line",
        "send_id",
        string="Contacts to ask",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
    )
    without = fields.Char(string="Without contacts", compute="_compute_without")

    @api.model
    def _chosen(self):
        # Lines are computed with full rights, accounts chosen with the user's.
        accounts = self.env["key.account"].sudo(False)
        if self.env.context.get("active_model") != accounts._name:
            return accounts
        ids = self.env.context.get("active_ids") or []
        return accounts.browse(ids)._filtered_access("write")

    @api.depends("account_ids", "wave")
    def _compute_line_ids(self):
        for send in self:
            accounts = send.account_ids._origin.sudo(False)
            people = accounts.stakeholder_ids
            reasons = people._satisfaction_reasons(send.wave)
            chosen = people.browse().union(
                *(a.stakeholder_ids._satisfaction_chosen() for a in accounts)
            )
            words = people._satisfaction_words()
            send.line_ids = [
                Command.clear(),
                *(
                    Command.create(
                        {
                            "stakeholder_id": person.id,
                            "ask": person in chosen and not reasons[person],
                            "why_not": words.get(reasons[person]),
                        }
                    )
                    for person in people.sorted(
                        lambda person: (person.key_account_id.id, person.id)
                    )
                ),
            ]

    @api.depends("account_ids")
    def _compute_without(self):
        for send in self:
            accounts = send.account_ids._origin.sudo(False)
            empty = accounts.filtered(lambda account: not account.stakeholder_ids)
            send.without = listed(self.env, empty.mapped("display_name"))

    def action_send(self):
        self.ensure_one()
        people = self.line_ids.filtered("ask").stakeholder_id.sudo(False)
        if not people:
            raise UserError(self.env._("Tick at least one contact who is asked."))
        if not (wave := said(self.wave)):
            raise UserError(
                self.env._(
                    "Name the wave, e.g. by its month: nobody is asked twice in it."
                )
            )
        people.key_account_id._ask_satisfaction(people, wave)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "Asked: %s", listed(self.env, people.mapped("name"))
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }


class KeyAccountSatisfactionSendLine(models.TransientModel):
    _name = "key.account.satisfaction.send.line"
    _description = "Contact to Ask"
    _inherit = ["key.account.look"]
    _under = frozenset(("stakeholder_id",))

    send_id = fields.Many2one(
        "key.account.satisfaction.send", required=True, ondelete="cascade"
    )
    stakeholder_id = fields.Many2one(
        "key.account.stakeholder", string="Contact", required=True
    )
    key_account_id = fields.Many2one(related="stakeholder_id.key_account_id")
    role = fields.Selection(related="stakeholder_id.role")
    email = fields.Char(related="stakeholder_id.email")
    ask = fields.Boolean()
    # Shown, and asked anew when it is sent: what a form says of it does not count.
    why_not = fields.Char(string="Cannot be asked")
