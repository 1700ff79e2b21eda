"""What tests of ratings share: a visit that was held, feedback that was answered."""

from datetime import timedelta

from odoo import Command, fields

from .satisfaction_common import Satisfied


class Rated(Satisfied):
    """Mixed in before a case of ours, which makes people and customer."""

    @classmethod
    def _make_rated(cls):
        cls._make_people()
        ago = fields.Datetime.now() - timedelta(days=2)
        visits = cls.env["key.account.visit"].with_user(cls.specialist)
        cls.visit = visits.create(
            {
                "key_account_id": cls.account.id,
                "name": "Press them on the price",
                "date_start": ago,
                "contact_ids": [Command.set((cls.li | cls.wu).ids)],
                "met_ids": [Command.set((cls.li | cls.wu).ids)],
            }
        )
        cls.visit.action_confirm()
        cls.visit.preparation_ids.action_done()
        cls.visit.write(
            {"held_start": ago, "held_end": ago + timedelta(hours=1)},
        )
        cls.visit.action_hold()
        cls.told = cls._answered_feedback()
        cls.env.flush_all()
        cls.visit = cls.visit.with_env(cls.env)

    @classmethod
    def _answered_feedback(cls, **vals):
        feedback = cls.env["key.account.feedback"].with_user(cls.specialist)
        feedback = feedback.create(
            {
                "name": "Pump leaks",
                "kind": "question",
                "key_account_id": cls.account.id,
                "partner_id": cls.li.id,
                "answer_draft": "<p>A new one is on its way.</p>",
                **vals,
            }
        )
        feedback.action_answer()
        return feedback.with_env(cls.env)

    @classmethod
    def _ask_rating(cls, record, contacts=None, user=None):
        contacts = contacts or cls.li
        user = user or cls.specialist
        ratings = record.with_user(user)._ask_rating(contacts.with_user(user))
        cls.env.flush_all()
        cls.env.invalidate_all()
        return ratings.with_env(cls.env)

    def rate(self, rating, mark, words=""):
        """As Odoo's page does it, for a visitor without a login."""
        public = self.env.ref("base.public_user")
        rating = rating.with_user(public).sudo()
        rating._record().rating_apply(mark, rating=rating, feedback=words)
        self.env.flush_all()
        self.env.invalidate_all()
