"""What tests of the satisfaction survey share: people to ask, who was asked."""

from unittest.mock import patch

LI, WU = "li@golden.example.com", "wu@golden.example.com"


class Satisfied:
    """Mixed in before a case of ours, which makes people and customer."""

    @classmethod
    def _make_people(cls):
        cls.li, cls.wu, cls.silent = cls.env["res.partner"].create(
            [
                {
                    "name": name,
                    "parent_id": cls.customer.id,
                    "email": email,
                    "lang": "en_US",
                }
                for name, email in (("Ms Li", LI), ("Mr Wu", WU), ("Mr Silent", False))
            ]
        )
        cls.people = cls.env["key.account.stakeholder"].create(
            [
                {"key_account_id": cls.account.id, "partner_id": who.id, "role": role}
                for who, role in (
                    (cls.li, "decision_maker"),
                    (cls.wu, "user"),
                    (cls.silent, "user"),
                )
            ]
        )

    @classmethod
    def _ask(cls, people=None, wave="2030-05", user=None):
        people = (people or cls.people[0]).with_user(user or cls.specialist)
        surveys = people.key_account_id._ask_satisfaction(people, wave)
        cls.env.flush_all()
        return surveys.with_env(cls.env)

    def answered(self, survey, *marks, comment=""):
        """The last mark for all that follow."""
        answers = survey.sudo().answer_ids
        marks = [*marks, *marks[-1:] * len(answers)]
        given = dict(zip(answers.ids, marks, strict=False))
        done = survey.sudo()._answer(given, comment)
        self.env.flush_all()
        return done

    def run_cron(self):
        # Each batch is committed; a test's transaction is not.
        cron = type(self.env["ir.cron"])
        with patch.object(cron, "_commit_progress", return_value=True):
            self.env["key.account.satisfaction"]._cron_run()
        self.env.flush_all()

    def mails(self, since=0):
        return self.env["mail.mail"].search(
            [("email_to", "ilike", "golden.example.com"), ("id", ">", since)],
            order="id",
        )
