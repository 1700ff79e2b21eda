"""What customers write on the portal, and what they are answered there."""

from typing import NamedTuple

from odoo import models


class Written(NamedTuple):
    """``said`` are (working day, hour, by whom, words); the first makes it, what we say
    first is the answer."""

    code: str
    person: str
    kind: str
    subject: str
    said: tuple


WRITTEN = (
    Written(
        *("certificate", "customer", "question", "Certificates with each delivery?"),
        said=(
            (-6, 9.7, "customer", "Can 3.1 certificates travel with the goods?"),
            (-6, 15.2, "us", "Yes: from the next delivery on, one for each batch."),
            (-5, 10.1, "customer", "Perfect, thank you."),
        ),
    ),
    Written(
        *("packing", "customer_china", "complaint", "木箱底托断裂，两件壳体磕碰"),
        said=(
            (
                -3,
                9.4,
                "customer",
                "昨日到货的一箱底托断裂，两件法兰面磕伤，请尽快处理。",
            ),
            (-3, 14.6, "us", "明日补发两件，新木箱加厚底托，费用由我方承担。"),
            (-1, 11.2, "customer", "补发件已收到。请确认后续批次都用新箱。"),
        ),
    ),
)


class KeyAccountDemo(models.AbstractModel):
    _inherit = "key.account.demo"

    def _events(self, clock):
        yield from super()._events(clock)
        for written in WRITTEN:
            for index, (day, hour, who, words) in enumerate(written.said):
                if who == "us":
                    happen = self._answer_written
                else:
                    happen = self._reply_written if index else self._write
                yield day, hour, lambda w=written, do=happen, text=words: do(w, text)

    def _write(self, written, words):
        """As the customer's page does it."""
        user = self._user(written.person)
        env = self._env_of(user)
        feedback = (
            env["key.account.feedback"]
            .sudo()
            ._portal_create(
                env.user,
                {"kind": written.kind, "subject": written.subject, "words": words},
                [],
                f"demo {written.code}",
            )
        )
        self._name_it(f"feedback_{written.code}", feedback)

    def _reply_written(self, written, words):
        user = self._user(written.person)
        feedback = self._ref(f"feedback_{written.code}").with_env(self._env_of(user))
        feedback.sudo()._portal_reply(user.partner_id, words, [])

    def _answer_written(self, written, words):
        feedback = self._ref(f"feedback_{written.code}")
        mine = feedback.with_env(self._env_of(feedback.user_id))
        mine.answer_draft = words
        mine.action_answer()
