"""Customers rate a visit and the work on feedback; a low one became feedback."""

from odoo import models

# Day, account, mark from 1 to 5 and words, or None: asked, and no answer yet.
VISITS = (
    (-12, "jiangnan", 5, "技术问题当场解决，很满意"),
    (-7, "hongda", 1, "来访人员不了解我们的图纸"),
    (-3, "lanhai", None, ""),
)
FEEDBACK = (
    (-13, "resolved", 5, "Fast, and the cause was explained"),
    (-10, "theirs", 3, ""),
)


class KeyAccountDemo(models.AbstractModel):
    _inherit = "key.account.demo"

    def _events(self, clock):
        yield from super()._events(clock)
        for day, code, mark, words in VISITS:
            yield (
                day,
                16.6,
                lambda code=code, mark=mark, words=words: self._rate(
                    self._last_visit(code), mark, words
                ),
            )
        for day, code, mark, words in FEEDBACK:
            yield (
                day,
                16.8,
                lambda code=code, mark=mark, words=words: self._rate(
                    self._ref(f"feedback_{code}"), mark, words
                ),
            )

    def _last_visit(self, code):
        return self.env["key.account.visit"].search(
            [
                ("key_account_id", "=", self._account(code).id),
                ("state", "in", ("held", "reported", "reviewed")),
            ],
            limit=1,
        )

    def _rate(self, record, mark, words):
        """Whoever has it asks the first who can be asked; the customer answers by the
        link."""
        if not record:
            return
        env = self._env_of(record.user_id, self._team_code(record.key_account_id))
        reasons = record._rating_reasons(record._rating_contacts())
        contacts = record._rating_contacts().filtered(lambda who: not reasons[who])[:1]
        if not contacts:
            return
        rating = record.with_env(env)._ask_rating(contacts.with_env(env))
        self._name_it(f"rating_{record._name.rpartition('.')[2]}_{record.id}", rating)
        if mark:
            visitor = self.env.ref("base.public_user")
            rating = rating.with_user(visitor).sudo()
            rating._record().rating_apply(mark, rating=rating, feedback=words)
