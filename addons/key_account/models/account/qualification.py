"""Money, Authority, Need: what makes a prospect worth developing."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...rules import qualification
from ...rules.evidence import said
from ..shared.label import field_label, listed
from ..shared.working_time import today_of
from .key_account import MAN_FIELDS

JUDGEMENTS = [("open", "Open"), ("confirmed", "Confirmed"), ("refused", "Refused")]


class KeyAccount(models.Model):
    """Each of the three is judged for itself: with evidence, author and day."""

    _inherit = "key.account"

    _kept = frozenset(("man_user_id", "man_date"))

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
    man_money_user_id = fields.Many2one(
        "res.users", string="Money: judged by", readonly=True, copy=False
    )
    man_money_date = fields.Date(string="Money: judged on", readonly=True, copy=False)
    man_authority = fields.Selection(
        JUDGEMENTS,
        string="Authority to decide",
        default="open",
        required=True,
        tracking=True,
        copy=False,
    )
    man_authority_evidence = fields.Text(
        string="Authority: evidence", copy=False, help="Does our contact decide?"
    )
    man_authority_user_id = fields.Many2one(
        "res.users", string="Authority: judged by", readonly=True, copy=False
    )
    man_authority_date = fields.Date(
        string="Authority: judged on", readonly=True, copy=False
    )
    man_need = fields.Selection(
        JUDGEMENTS,
        string="Need",
        default="open",
        required=True,
        tracking=True,
        copy=False,
    )
    man_need_kind = fields.Selection(
        [("existing", "Exists"), ("to_create", "To be created")],
        string="The need",
        tracking=True,
        copy=False,
    )
    man_need_evidence = fields.Text(
        string="Need: evidence",
        copy=False,
        help="A need that exists, or one to be created.",
    )
    man_need_user_id = fields.Many2one(
        "res.users", string="Need: judged by", readonly=True, copy=False
    )
    man_need_date = fields.Date(string="Need: judged on", readonly=True, copy=False)
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

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._assert_evidence(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._assert_evidence(vals)
        return super().write(vals)

    def _assert_evidence(self, vals):
        """Raise where one of the three would be confirmed or refused without a word on
        how we know: by whatever way it comes."""
        judged = [n for n in MAN_FIELDS if not {n, f"{n}_evidence"}.isdisjoint(vals)]
        lacking = [
            field_label(self, name)
            for name in judged
            if any(
                judgement != qualification.OPEN and not said(evidence)
                for judgement, evidence in self._judgements_after(name, vals)
            )
        ]
        if lacking:
            raise ValidationError(
                self.env._(
                    "Write down how we know, before this is confirmed or refused:"
                    " %(parts)s.",
                    parts=listed(self.env, lacking),
                )
            )

    def _judgements_after(self, name, vals):
        """This judgement and its evidence, of each account, with these values."""
        evidence = f"{name}_evidence"
        if not self:
            return [(vals.get(name) or qualification.OPEN, vals.get(evidence))]
        return [
            (vals.get(name, account[name]), vals.get(evidence, account[evidence]))
            for account in self
        ]

    @api.model
    def _judged_parts(self, vals):
        """What of Money, Authority, Need these values of a new account judge."""
        return [name for name in MAN_FIELDS if vals.get(name, "open") != "open"]

    @api.model
    def _sign_qualification(self, parts=None):
        """Who judges now, and when: written with every judgement, for each of these
        parts; all of it where nobody says which."""
        if parts is not None and not parts:
            return {}
        now = {"user_id": self.env.uid, "date": today_of(self)}
        return {
            f"{name}_{what}": value
            for name in ("man", *(parts or ()))
            for what, value in now.items()
        }

    def _unjudged_parts(self):
        """Labels of what of Money, Authority, Need nobody has confirmed or refused."""
        self.ensure_one()
        return qualification.unjudged(
            {field_label(self, name): self[name] for name in MAN_FIELDS}
        )
