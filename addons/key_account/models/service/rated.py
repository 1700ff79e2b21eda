"""What customers are asked to rate, by Odoo's own page, and what becomes of it."""

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, UserError

from ...rules import satisfaction as rules
from ...rules.evidence import said
from ..shared.act import begin_act
from ..shared.label import in_clauses, listed

# What comes from outside has an end.
_MOST = 4000


class KeyAccountRated(models.AbstractModel):
    """A record that customers rate, each contact once. It says in ``_rating_*`` what
    may be rated, by whom, what it is called outside, and what follows a low rating."""

    _name = "key.account.rated"
    _description = "Rated by customers"
    _inherit = ["rating.mixin", "key.account.ratio"]

    _ratios = {
        "rating_mean": ("rating_marks", "rating_answered", 1.0),
        "rating_response": ("rating_answered", "rating_asked", 100.0),
    }

    rating_asked = fields.Integer(string="Asked for a rating", readonly=True)
    rating_answered = fields.Integer(string="Ratings given", readonly=True)
    rating_marks = fields.Integer(string="Sum of ratings", readonly=True)
    rating_mean = fields.Float(
        string="Rating",
        digits=(3, 2),
        compute="_compute_rating_ratios",
        store=True,
        aggregator="avg",
        help="From 1 to 5; of a group the sum of ratings by their number.",
    )
    rating_response = fields.Float(
        string="Ratings given (%)",
        digits=(5, 1),
        compute="_compute_rating_ratios",
        store=True,
        aggregator="avg",
        help="Answered by asked.",
    )
    # Zero without a rating, so no group has a mean of it.
    rating_last_value = fields.Float(aggregator=None)
    can_ask_rating = fields.Boolean(compute="_compute_can_ask_rating")

    @api.depends("rating_asked", "rating_answered", "rating_marks")
    def _compute_rating_ratios(self):
        for record in self:
            asked, answered = record.rating_asked, record.rating_answered
            record.rating_mean = record.rating_marks / answered if answered else 0.0
            record.rating_response = rules.rate(answered, asked) or 0.0

    @api.depends("state")
    @api.depends_context("uid")
    def _compute_can_ask_rating(self):
        """Asked on the form."""
        writable = self._filtered_access("write")
        for record in self:
            record.can_ask_rating = record in writable and record._rating_is_ripe()

    # ---------------------------------------- hooks

    def _rating_is_ripe(self):
        """Hook: whether the customer can say something of it by now."""
        raise NotImplementedError

    def _rating_contacts(self):
        """Hook: who of the customer may be asked."""
        raise NotImplementedError

    def _rating_name(self, lang):
        """Hook: what the customer knows it by, in their language; nothing inner."""
        raise NotImplementedError

    def _answer_low(self, rating):
        """Hook: what follows a low rating, once; called with full rights."""
        raise NotImplementedError

    # ---------------------------------------- asking

    def action_ask_rating(self):
        """Say who of the customer is asked; nothing is sent before."""
        self.ensure_one()
        self.check_access("write")
        self._assert_ripe()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Request a Rating"),
            "res_model": "key.account.rating.ask",
            "view_mode": "form",
            "target": "new",
            "context": {"active_model": self._name, "active_id": self.id},
        }

    def _ask_rating(self, contacts):
        """Ask these contacts of the customer, and return their ratings.

        :raise UserError: who cannot be asked, and why
        """
        self.ensure_one()
        states = [code for code, _label in self._fields["state"].selection]
        begin_act(self, states)
        self._assert_ripe()
        contacts.check_access("read")
        if not contacts:
            raise UserError(self.env._("Choose at least one contact who is asked."))
        reasons, words = self._rating_reasons(contacts), self._rating_words()
        if refused := [(who, why) for who, why in reasons.items() if why]:
            raise UserError(
                self.env._(
                    "Cannot be asked: %s.",
                    in_clauses(
                        self.env, (f"{who.name} {words[why]}" for who, why in refused)
                    ),
                )
            )
        # Nobody has the right to make them: the process does.
        ratings = self.env["rating.rating"].sudo()
        days = self.company_id.sudo().key_account_satisfaction_days
        until = fields.Date.add(self.company_id._key_account_today(), days=days)
        ratings = ratings._create_kept(
            [
                {
                    "res_model_id": self.env["ir.model"]._get_id(self._name),
                    "res_id": self.id,
                    "partner_id": contact.id,
                    "rated_partner_id": self._rating_get_operator().id,
                    "access_token": False,
                    "key_account_key": ratings._new_key(),
                    "key_account_until": until,
                }
                for contact in contacts
            ]
        )
        self._count_ratings()
        self._message_log(
            body=self.env._(
                "Asked for a rating: %s", listed(self.env, contacts.mapped("name"))
            )
        )
        ratings._mail_request()
        return ratings.with_env(self.env)

    def _assert_ripe(self):
        if early := self.filtered(lambda record: not record._rating_is_ripe()):
            raise UserError(
                self.env._(
                    "%s: the customer can be asked for a rating once the visit has"
                    " been held, or the answer given.",
                    listed(self.env, early.mapped("display_name")),
                )
            )

    def _rating_reasons(self, contacts):
        """``{contact: why they cannot be asked about this, None where they can}``.

        Whether mail reaches somebody hangs on nobody's rights.
        """
        self.ensure_one()
        people = contacts.sudo().with_context(active_test=False)
        colleagues = people._addresses_of_colleagues()
        own = self.sudo().with_context(active_test=False)._rating_contacts()
        asked = self.env["rating.rating"].sudo()
        asked = asked.search([("res_model", "=", self._name), ("res_id", "=", self.id)])
        given = [
            rules.Contact(
                contact.id,
                contact.email_normalized or None,
                active=contact.active,
                blocked=contact.is_blacklisted,
                colleague=contact.email_normalized in colleagues
                or any(not user.share for user in contact.user_ids),
                in_wave=contact in asked.partner_id,
                stranger=contact not in own,
            )
            for contact in people
        ]
        found = rules.reasons(given)
        return {contact: found[contact.id] for contact in contacts}

    @api.model
    def _rating_words(self):
        """``{why somebody is not asked: in words}``"""
        return {
            **self.env["key.account.stakeholder"]._satisfaction_words(),
            rules.WAVE: self.env._("was asked about this already"),
            rules.STRANGER: self.env._("has no part in this"),
        }

    def _rating_get_access_token(self, partner=None):
        """Odoo's token would be there for every colleague to read."""
        raise UserError(
            self.env._(
                "Customers are asked by “Request a Rating” on the record: its link goes"
                " to the customer alone."
            )
        )

    # ---------------------------------------- answering

    def rating_apply(
        self,
        rate,
        token=None,
        rating=None,
        feedback=None,
        subtype_xmlid=None,
        notify_delay_send=False,
    ):
        """The customer answers, on Odoo's page. In the history stands the mark; their
        words stand with the rating, from where they are taken when a person is
        forgotten. Nobody is mailed.

        :raise AccessError: somebody else than the customer
        :raise UserError: it is too late
        """
        self.ensure_one()
        own = isinstance(rating, models.BaseModel) and rating._record() == self.sudo()
        # Odoo's page comes with full rights, and finds the rating by its link.
        if not self.env.su or not own or not rating._is_answered_by(self.env.user):
            raise AccessError(
                self.env._("Only the customer rates, by the link in the mail to them.")
            )
        if rate not in rules.MARKS:
            raise UserError(self.env._("Please choose a mark."))
        rating._take(rate, said(feedback)[:_MOST])
        record = self.with_user(SUPERUSER_ID)
        record._count_ratings()
        record._message_log(
            author_id=rating.partner_id.id,
            body=self.env._(
                "%(contact)s rates: %(mark)s of 5",
                contact=rating.partner_id.name,
                mark=int(rate),
            ),
        )
        low = self.company_id.key_account_satisfaction_low
        if rules.is_low([rate], low) and not rating.key_account_low_on:
            rating._write_kept({"key_account_low_on": fields.Datetime.now()})
            record._answer_low(rating.with_user(SUPERUSER_ID))
        return rating

    def _count_ratings(self):
        """Keep what lists and figures show."""
        # Figures do not hang on who asks.
        groups = (
            self.env["rating.rating"]
            .sudo()
            ._read_group(
                [("res_model", "=", self._name), ("res_id", "in", self.ids)],
                ["res_id", "consumed"],
                ["__count", "rating:sum"],
            )
        )
        for record in self:
            own = [group[1:] for group in groups if group[0] == record.id]
            given = [group for group in own if group[0]]
            record._set_kept(
                {
                    "rating_asked": sum(count for _given, count, _marks in own),
                    "rating_answered": sum(count for _given, count, _marks in given),
                    "rating_marks": sum(marks for _given, _count, marks in given),
                }
            )
