"""Feedback by mail: machines, loops, floods, what is pretended"""

from hashlib import sha512

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .attack_common import AttackCase
from .feedback_common import LI, FeedbackFromOutside

INNER = "they always complain"


@tagged("post_install", "-at_install")
class TestAttackFeedbackMail(FeedbackFromOutside, AttackCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.li = cls._make_li()
        cls.address = cls._open_address()

    def sent_out(self):
        """How much has gone out, to whomever."""
        return self.env["mail.mail"].search_count([])

    def messages(self, feedback):
        own = feedback.message_ids
        return len(own.filtered(lambda message: message.message_type == "email"))

    # Machines

    def test_by_a_machine(self):
        """A mail with the headers of automatic answers, of bulk and lists, with an
        empty return path, with the subject of an absence | mail hosts of customers | no
        record, no receipt; a person's mail comes in"""
        before = self.sent_out()
        for headers in (
            {"Auto_Submitted": "auto-replied"},
            {"Auto_Submitted": "auto-generated"},
            {"X_Autoreply": "yes"},
            {"Precedence": "bulk"},
            {"List_Unsubscribe": "<mailto:off@news.example.com>"},
            {"List_Id": "<news.example.com>"},
            {"Return_Path": "<>"},
            {"subject": "自动回复: 出差"},
            {"subject": "Out of office"},
            {"sender": "MAILER-DAEMON@golden.example.com"},
        ):
            self.assertFalse(self.mail(**headers), headers)
        self.assertFalse(self.feedback())
        self.assertEqual(self.sent_out(), before)
        self.assertTrue(self.mail(Auto_Submitted="no"))

    def test_by_a_machine_in_answer_to_us(self):
        """An absence notice in answer to our receipt or question, while we wait for the
        customer | mail hosts of customers | not recorded, answered, or taken for the
        customer's word"""
        feedback = self.mail()
        mine = feedback.with_user(self.specialist)
        asked = mine.message_post(body="Which?", subtype_xmlid="mail.mt_comment")
        mine.action_wait("Which pump?")
        before = self.messages(feedback), self.sent_out()
        self.mail(References=asked.message_id, Auto_Submitted="auto-replied")
        self.assertEqual((self.messages(feedback), self.sent_out()), before)
        self.assertEqual(feedback.state, "waiting")

    def test_by_our_own_address(self):
        """A mail from the address of feedback itself, another alias, catchall and
        bounce of ours | a mail host that sends in a circle | no record"""
        domain = self.company.alias_domain_id
        other = self.env["mail.alias"].create(
            {
                "alias_name": "enquiries",
                "alias_domain_id": domain.id,
                "alias_model_id": self.env["ir.model"]._get_id("crm.lead"),
            }
        )
        for sender in (
            self.address,
            f"Sales <{other.alias_full_name}>",
            domain.catchall_email,
            domain.bounce_email,
            domain.default_from_email,
        ):
            self.assertFalse(self.mail(sender), sender)
        self.assertFalse(self.feedback())

    def test_a_mail_without_a_sender(self):
        """A mail without an address it comes from | anybody | no record"""
        self.assertFalse(self.mail("nobody"))
        self.assertFalse(self.feedback())

    # Floods

    def test_the_same_again_and_again(self):
        """Two hundred mails of one complaint at once | a known customer's mailbox | one
        record, one receipt, Odoo's bound of messages, one notice that it ends; what
        comes after costs little and answers nothing"""
        first = self.mail()
        before = self.sent_out()
        for _each in range(30):
            self.mail()
        self.assertEqual(self.messages(first), 20)
        self.assertEqual(self.sent_out(), before + 1)
        count = self.env.cr.sql_log_count
        for _each in range(170):
            self.mail()
        self.assertLess((self.env.cr.sql_log_count - count) / 170, 60)
        self.assertEqual(self.feedback(), first)
        self.assertEqual(self.messages(first), 20)
        self.assertEqual(self.sent_out(), before + 1)
        notes = first.message_ids.filtered(lambda m: "no more are taken" in m.body)
        self.assertEqual(len(notes), 1)

    def test_always_another_subject(self):
        """A hundred mails at once, each with a subject of its own | one mailbox, known
        or not | five records, the rest in the last one, up to the bound"""
        for sender in (LI, "x@unknown.example.com"):
            for index in range(50):
                self.mail(sender, subject=f"No {index} of {sender}")
        self.assertEqual(len(self.feedback()), 10)
        counts = sorted(self.messages(each) for each in self.feedback())
        self.assertEqual(counts, [1] * 8 + [20] * 2)

    def test_from_an_address_without_end(self):
        """A mail from an address of thousands of characters, with a subject of as many
        answers and blanks | a stranger | taken in, and read by its last words"""
        book = "".join(sha512(bytes([n])).hexdigest() for n in range(40))
        subject = "Re:" * 2000 + "Re" + " " * 2000 + "leaks"
        feedback = self.mail(f"{book}@example.com", subject=subject)
        self.assertEqual(feedback.name, "Re leaks")
        self.assertIn(book, feedback.email_from)

    def test_from_many_addresses(self):
        """One text from many addresses we do not know | somebody who hides | one
        record; the same text of a known customer comes in as theirs"""
        for index in range(30):
            self.mail(f"a{index}@x{index}.example.com", body="Pay or else")
        stranger = self.feedback()
        self.assertEqual(len(stranger), 1)
        own = self.mail(body="Pay or else")
        self.assertEqual(own.key_account_id, self.account)
        self.assertNotEqual(own, stranger)

    def test_in_the_thread_of_a_stranger(self):
        """A mail like that of a stranger, but with more words, or a file: whoever wrote
        first would read it by the link of their receipt | somebody who writes “Hello”
        before others do | each comes in by itself"""
        first = self.mail("a@one.example.com", subject="Complaint", body="Hello")
        for index, more in enumerate(
            (
                {"body": "Hello, our order 77 is late"},
                {"body": "Hello", "files": [("drawing.png", b"\x89PNG ours")]},
            )
        ):
            other = self.mail(f"b{index}@two.example.com", subject="Complaint", **more)
            self.assertNotEqual(other, first)
        self.assertEqual(self.messages(first), 1)

    def test_of_whom_nobody_answers(self):
        """A complaint after whoever has the account has lost their rights | the
        customer | comes in under their account, as nobody's: the managers are told"""
        self.specialist.group_ids = self.env.ref("base.group_user")
        feedback = self.mail()
        self.assertEqual(feedback.key_account_id, self.account)
        self.assertFalse(feedback.user_id)
        due = feedback._deadline_due()[feedback]
        self.assertIn(self.manager, due.responsible)

    def test_whom_odoo_lets_send(self):
        """More than the bound from an address that an administrator has allowed |
        customer's own quality system | all of it comes in"""
        self.env["mail.gateway.allowed"].create({"email": LI})
        feedback = self.mail()
        for _each in range(25):
            self.mail()
        self.assertEqual(self.messages(feedback), 26)

    # What is pretended

    def test_said_by_the_address(self):
        """State, fault, account, responsible, number as defaults of the address, and
        others' company | whoever may edit aliases | what the process keeps does not
        begin otherwise"""
        alias = self.company.key_account_feedback_alias_id
        forged = {"state": "resolved", "fault": "customer", "number": "X1"}
        for name, value in forged.items():
            alias.alias_defaults = repr({"company_id": self.company.id, name: value})
            with self.assertRaises(AccessError):
                self.mail(subject=name)
        self.assertFalse(self.feedback())

    def test_into_a_thread_of_another(self):
        """A mail that refers to another customer's feedback | a customer who was sent a
        copy | it stands there as theirs, ends no waiting, tells nothing"""
        feedback = self.mail()
        mine = feedback.with_user(self.specialist)
        asked = mine.message_post(body="Which?", subtype_xmlid="mail.mt_comment")
        mine.action_wait("Which pump?")
        before = self.sent_out()
        self.stranger.partner_id.email = "boss@corner.example.com"
        self.mail("boss@corner.example.com", References=asked.message_id)
        self.assertEqual(feedback.state, "waiting")
        self.assertEqual(feedback.partner_id, self.li)
        self.assertEqual(self.sent_out(), before)

    def test_what_goes_out(self):
        """Receipt and answer by mail, with remarks, cause, fault and notes on the
        record | the customer | none of them is in it"""
        feedback = self.mail()
        mine = feedback.with_user(self.specialist)
        mine.write({"note": INNER, "root_cause": INNER, "corrective_action": INNER})
        mine.message_post(body=INNER, subtype_xmlid="mail.mt_note")
        mine.answer_draft = "The seal was wrong."
        mine.action_answer()
        mails = self.env["mail.mail"].search(
            [("model", "=", feedback._name), ("res_id", "=", feedback.id)]
        )
        self.assertGreaterEqual(len(mails), 2)
        for mail in mails:
            self.assertNotIn(INNER, mail.body_html)
            self.assertNotIn(INNER, mail.subject)

    def test_the_address_named_by_others(self):
        """The company's address, its alias | specialist, manager, support, portal
        contact | refused: administrators and Configuration name it"""
        for user in (self.specialist, self.manager, self.support, self.contact):
            with self.assertRaises(AccessError):
                self.company.with_user(user).key_account_feedback_alias = "mine"
        model = self.env["key.account.company.settings"]
        for user in (self.specialist, self.manager, self.support):
            with self.assertRaises(AccessError):
                model.with_user(user).create({"key_account_feedback_alias": "mine"})
        alias = self.company.key_account_feedback_alias_id
        self.assertEqual(alias.alias_name, "complaints")

    def test_quoted_link(self):
        """A mail that begins a new feedback, and quotes a mail of ours with its link:
        of other feedback, of a survey, of a rating, as another host has rewritten it |
        the customer | neither the record nor its message shows the key; who writes the
        same once more is joined"""
        key = "8c7f2a10-1b2c-4d3e-8f90-a1b2c3d4e5f6"
        token = "Zx9_" + "k3-Q" * 10
        links = (
            f"https://x.example.com/my/feedback/1?access_token={key}",
            f"https://x.example.com/satisfaction/{token}",
            f"https://x.example.com/rate/{token}?rate=5",
            f"https://safe.example.com/?url=https%3A%2F%2Fx%2Frate%2F{token}&data=1",
        )
        for place, link in enumerate(links):
            with self.subTest(link=link):
                words = {"subject": f"Quoted {place}", "body": f"It drips.\n> {link}"}
                feedback = self.mail(**words)
                said = str(feedback.message_ids.mapped("body"))
                for text in (feedback.description, said):
                    self.assertIn("It drips", text)
                    self.assertNotIn(key, text)
                    self.assertNotIn(token, text)
        stranger = {"sender": "who@elsewhere.example.com", **words}
        first = self.mail(**stranger)
        stranger["sender"] = "other@elsewhere.example.com"
        self.assertEqual(self.mail(**stranger), first)
