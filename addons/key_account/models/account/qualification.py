"""Money, Authority, Need: what makes a prospect worth developing."""

from odoo import api, fields, models

from ...rules import qualification
from ..shared.label import field_label
from ..shared.working_time import today_of
from .key_account import MAN_FIELDS

JUDGEMENTS = [("open", "Open"), ("confirmed", "Confirmed"), ("refused", "Refused")]


class KeyAccount(models.Model):
    _inherit = "key.account"

    _kept = frozenset(("man_user_id", "man_date"))

    # Money, Authority, Need
    man_money = fields.Selection(
        JUDGEMENTS,
        string="Money",
        default="open",
        required=True,
        tracking=True,
        copy=False,
    )
    man_money_evidence = fields.Text(
        string="Money: evidence", copy=False, help="Liquid and fixed assets, funding."
    )
    man_authority = fields.Selection(
        JUDGEMENTS,
        string="Authority",
        default="open",
        required=True,
        tracking=True,
        copy=False,
    )
    man_authority_evidence = fields.Text(
        string="Authority: evidence", copy=False, help="Does our contact decide?"
    )
    man_need = fields.Selection(
        JUDGEMENTS,
        string="Need",
        default="open",
        required=True,
        tracking=True,
        copy=False,
    )
    man_need_evidence = fields.Text(
        string="Need: evidence",
        copy=False,
        help="A need that exists, or one to be created.",
    )
    man_user_id = fields.Many2one(
        "res.users", string="Qualified by", readonly=True, copy=False, tracking=True
    )
    man_date = fields.Date(string="Qualified on", readonly=True, copy=False)
    likelihood = fields.Selection(
        [("A", "A"), ("B", "B"), ("C", "C")],
        compute="_compute_likelihood",
        store=True,
        tracking=True,
        help="A: money, authority and need are confirmed. B: none refused, at least"
        " one confirmed. C: otherwise.",
    )

    @api.depends(*MAN_FIELDS)
    def _compute_likelihood(self):
        for account in self:
            account.likelihood = qualification.likelihood(
                *(account[name] for name in MAN_FIELDS)
            )

    @api.model
    def _sign_qualification(self):
        """Who judges now, and when: written with every judgement."""
        return {
            "man_user_id": self.env.uid,
            "man_date": today_of(self),
        }

    def _unjudged_parts(self):
        """Labels of what of Money, Authority, Need nobody has confirmed or refused."""
        self.ensure_one()
        return qualification.unjudged(
            {field_label(self, name): self[name] for name in MAN_FIELDS}
        )
