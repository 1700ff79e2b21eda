"""What tests of feedback from outside share: an address, mails to it."""

from email.message import EmailMessage
from unittest.mock import patch
from uuid import uuid4

LI = "li@golden.example.com"
INNER = "they always complain"


class FeedbackFromOutside:
    """Mixed in before a case of ours, which makes people and customer. While tests run
    Odoo sends nothing; what would be sent is there as ``mail.mail``."""

    @classmethod
    def _open_address(cls, company=None, name="complaints"):
        """Give a company a mail domain and an address for feedback."""
        company = company or cls.company
        if not company.alias_domain_id:
            domain = cls.env["mail.alias.domain"].create(
                {
                    "name": f"{company.id}.east.example.com",
                    "bounce_alias": "bounce",
                    "catchall_alias": "catchall",
                    "default_from": "notifications",
                }
            )
            company.alias_domain_id = domain
        company.key_account_feedback_alias = name
        cls.env.flush_all()
        return company.key_account_feedback_alias_id.alias_full_name

    @classmethod
    def _make_li(cls):
        return cls.env["res.partner"].create(
            {
                "name": "Ms Li",
                "parent_id": cls.customer.id,
                "email": f"Li <{LI}>",
                "lang": "en_US",
            }
        )

    def mail(self, sender=LI, subject="Pump leaks", body="It drips.", **headers):
        """Let a mail come in; the feedback it made or joined, or none."""
        message = EmailMessage()
        to = headers.pop("to", self.address)
        files = headers.pop("files", ())
        message["From"] = sender
        message["To"] = to
        message["Subject"] = subject
        message["Message-Id"] = f"<{uuid4()}@golden.example.com>"
        for name, value in headers.items():
            message[name.replace("_", "-")] = value
        message.set_content(body)
        for name, content in files:
            message.add_attachment(
                content, maintype="image", subtype="png", filename=name
            )
        gateway = self.env["mail.thread"].with_context(mail_channel_noautofollow=True)
        # A mail that fails tells the alias by a transaction that knows no test.
        alias = self.registry["mail.alias"]
        with patch.object(alias, "_alias_bounce_incoming_email"):
            made = gateway.message_process(False, message.as_bytes())
        self.env.flush_all()
        self.env.invalidate_all()
        return self.env["key.account.feedback"].browse(made or [])

    def feedback(self):
        """All of this company."""
        return self.env["key.account.feedback"].search(
            [("company_id", "=", self.company.id)]
        )
