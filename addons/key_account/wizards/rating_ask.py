"""Somebody asks contacts to rate a visit or the work on feedback."""

from odoo import api, fields, models

from ..models.service.rating import RATED
from ..models.shared.label import in_clauses, listed


class KeyAccountRatingAsk(models.TransientModel):
    """Those of the record's contacts who can be asked are chosen; the others are named
    with the reason. Nothing is sent before the button."""

    _name = "key.account.rating.ask"
    _description = "Request a Rating"
    _inherit = ["key.account.look"]
    _under = frozenset(("visit_id", "feedback_id"))

    visit_id = fields.Many2one("key.account.visit", readonly=True)
    feedback_id = fields.Many2one("key.account.feedback", readonly=True)
    contact_ids = fields.Many2many(
        "res.partner",
        string="Contacts to ask",
        compute="_compute_contact_ids",
        store=True,
        readonly=False,
    )
    known_ids = fields.Many2many("res.partner", compute="_compute_known_ids")
    without = fields.Char(string="Cannot be asked", compute="_compute_without")
    said = fields.Char(
        string="The customer reads",
        compute="_compute_said",
        help="What the mail calls it, in the language of the first contact.",
    )

    _not_kept = frozenset(("visit_id", "feedback_id"))

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        model, id_ = (self.env.context.get(f"active_{n}") for n in ("model", "id"))
        for name in ("visit_id", "feedback_id"):
            if name in fields and model == self._fields[name].comodel_name:
                values[name] = id_
        return values

    def _record(self):
        """What it is about, with the user's rights."""
        self.ensure_one()
        record = self.visit_id or self.feedback_id
        assert not record or record._name in RATED
        return record.sudo(False)

    @api.depends("visit_id", "feedback_id")
    def _compute_known_ids(self):
        for ask in self:
            record = ask._record()
            ask.known_ids = record._rating_contacts() if record else False

    @api.depends("visit_id", "feedback_id")
    def _compute_contact_ids(self):
        for ask in self:
            known = ask.known_ids._origin
            reasons = ask._record()._rating_reasons(known) if known else {}
            ask.contact_ids = known.filtered(lambda who, r=reasons: not r[who])

    @api.depends("visit_id", "feedback_id")
    def _compute_without(self):
        for ask in self:
            record, known = ask._record(), ask.known_ids._origin
            if not record or not known:
                ask.without = record and self.env._(
                    "Nobody: first enter who at the customer it was."
                )
                continue
            words = record._rating_words()
            ask.without = in_clauses(
                self.env,
                (
                    f"{who.name} {words[why]}"
                    for who, why in record._rating_reasons(known).items()
                    if why
                ),
            )

    @api.depends("contact_ids")
    def _compute_said(self):
        for ask in self:
            record = ask._record()
            lang = ask.contact_ids[:1].lang or self.env.lang
            ask.said = record._rating_name(lang) if record else False

    def action_send(self):
        self.ensure_one()
        contacts = self.contact_ids.sudo(False)
        self._record()._ask_rating(contacts)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "Asked: %s", listed(self.env, contacts.mapped("name"))
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
