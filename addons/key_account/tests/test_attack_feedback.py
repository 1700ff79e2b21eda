"""Complaints prettied, judged by those they are about, hidden, or read by strangers"""

from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged

from .attack_common import FORGED
from .test_feedback import FeedbackCommon

_JUDGED = ("ours", "Measured")
# What an attack would leave.
_TRACE = (
    *("state", "fault", "fault_judged_by_id", "kind", "severity", "received_on"),
    *("key_account_id", "user_id", "answer", "answer_due", "resolution_due"),
    *("next_due", "answered_on", "resolved_on", "root_cause", "event_ids"),
    *("name", "partner_id", "answer_draft", "reopened", "entered_on", "number"),
)


@tagged("post_install", "-at_install")
class TestAttackFeedback(FeedbackCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_team = cls.env["crm.team"].create(
            {
                "name": "Others",
                "company_id": cls.company.id,
                "user_id": cls.other_manager.id,
                "is_key_account": True,
            }
        )
        cls.other_support = cls._user("ka_support_2", "key_account.group_support")
        cls.other_team.key_account_support_ids = cls.other_support
        cls.stranger = cls._user("ka_stranger", "key_account.group_specialist")
        customer = cls.env["res.partner"].create(
            {"name": "Their Customer", "is_company": True}
        )
        cls.other_account = cls.env["key.account"].create(
            {
                "partner_id": customer.id,
                "company_id": cls.company.id,
                "team_id": cls.other_team.id,
                "user_id": cls.stranger.id,
            }
        )
        cls.portal = new_test_user(
            cls.env,
            login="ka_portal",
            groups="base.group_portal",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )
        cls.portal.partner_id.parent_id = cls.customer
        cls.abroad = new_test_user(
            cls.env,
            login="ka_abroad",
            groups="key_account.group_director",
            company_id=cls.other_company.id,
            company_ids=[(6, 0, cls.other_company.ids)],
        )

    def setUp(self):
        super().setUp()
        self.feedback = self._received(moment=fields.Datetime.now())

    def refuse(self, user, records, method, *args, error=AccessError, **context):
        """The words of the refusal, after which nothing is written."""
        self.env.invalidate_all()
        before = self.feedback.sudo().read(_TRACE)[0]
        with self.assertRaises(error) as caught, self.env.cr.savepoint():
            self.rpc(user, records, method, *args, context={**FORGED, **context})
        self.env.invalidate_all()
        self.assertEqual(self.feedback.sudo().read(_TRACE)[0], before)
        return str(caught.exception)

    def test_read_by_strangers(self):
        """read, search, every button | specialist and support of other teams, manager
        and director elsewhere, plain salesperson, contract reviewer, the customer |
        refused, nothing found"""
        for user in (
            *(self.stranger, self.other_support, self.other_manager, self.abroad),
            *(self.outsider, self.reviewer, self.portal, self.colleague),
        ):
            with self.subTest(user.login):
                self.refuse(user, self.feedback, "read", ["name", "answer_draft"])
                for method, *args in (
                    ("action_answer",),
                    ("action_wait", "Later"),
                    ("action_resume",),
                    ("action_resolve",),
                    ("action_reopen", "Again"),
                    ("action_cancel", "Not ours"),
                    ("action_judge", *_JUDGED),
                    ("write", {"name": "Nothing"}),
                    ("unlink",),
                ):
                    self.refuse(user, self.feedback, method, *args)
                events = self.feedback.sudo().event_ids
                self.refuse(user, events, "read", ["told"])
                model = self.feedback.with_user(user).with_context(
                    allowed_company_ids=user.company_ids.ids
                )
                if model.has_access("read"):
                    self.fail("readable")
                if model.browse().has_access("read"):
                    self.assertNotIn(self.feedback.id, model.search([]).ids)

    def test_words_of_refusals(self):
        """any button on what one may not read | specialist of another team | the
        refusal names neither subject nor account"""
        words = self.refuse(
            self.stranger, self.feedback, "action_judge", "ours", "Measured"
        )
        self.assertNotIn("Bores", words)
        self.assertNotIn(self.account.name, words)

    def test_said_by_hand(self):
        """state, number, answer, deadlines, hours, who judged, reopened, entered on:
        written, created, as default_*, as a personal default | specialist,
        director | refused, or left out"""
        now = fields.Datetime.now()
        forged = {
            "state": "resolved",
            "number": "F1",
            "answer": "<p>Told</p>",
            "answer_due": now + timedelta(days=99),
            "resolution_due": now + timedelta(days=99),
            "next_due": now + timedelta(days=99),
            "answered_on": now,
            "resolved_on": now,
            "answer_in_time": True,
            "answer_limit": 999.0,
            "answer_hours": 0.5,
            "fault": "customer",
            "fault_judged_by_id": self.support.id,
            "is_valid": True,
            "reopened": 7,
            "entered_on": now - timedelta(days=9),
            "entered_by_id": self.configurator.id,
            "team_id": self.other_team.id,
            "waiting_since": now,
        }
        model = self.env["key.account.feedback"]
        base = {"name": "New", "key_account_id": self.account.id}
        for user in (self.specialist, self.director):
            for name, value in forged.items():
                with self.subTest(user=user.login, field=name):
                    self.refuse(user, self.feedback, "write", {name: value})
                    self.refuse(user, model, "create", [{**base, name: value}])
        stored = ("is_valid", "team_id")
        for name, value in forged.items():
            self.env["ir.default"].with_user(self.specialist).set(
                model._name, name, value, user_id=True
            )
            if name not in stored:
                self.refuse(
                    self.specialist,
                    model,
                    "create",
                    [base],
                    **{f"default_{name}": value},
                )
        made = self.env[model._name].with_user(self.specialist).create(base)
        self.assertEqual((made.state, made.fault), ("open", "undecided"))
        self.assertEqual(made.entered_by_id, self.specialist)
        self.assertTrue(made.next_due < now + timedelta(days=30))

    def test_by_import_and_onchange(self):
        """state and fault in an import and by the form | specialist | refused, nothing
        computed from an account of others"""
        model = self.env["key.account.feedback"].with_user(self.specialist)
        found = model.load(
            ["name", "key_account_id/.id", "state", "fault"],
            [["New", str(self.account.id), "resolved", "customer"]],
        )
        self.assertFalse(found["ids"])
        self.refuse(
            self.specialist,
            model,
            "onchange",
            [],
            {"key_account_id": self.other_account.id},
            ["key_account_id"],
            {"user_id": {}, "company_id": {}},
        )

    def test_events_by_hand(self):
        """create, write, unlink of a feedback's history | specialist, director,
        superuser | refused: evidence"""
        event = self.feedback.event_ids[:1]
        for user in (self.specialist, self.director):
            self.refuse(user, event, "write", {"date": "2020-01-01"})
            self.refuse(user, event, "unlink")
            vals = {
                "feedback_id": self.feedback.id,
                "kind": "resume",
                "date": fields.Datetime.now(),
                "user_id": user.id,
            }
            self.refuse(user, event.browse(), "create", [vals])
        with self.assertRaises(AccessError):
            event.sudo().write({"reason": "Other"})

    def test_owner_judges(self):
        """whose fault it was | the account's specialist, a manager who has the account,
        or had it when the complaint came | refused; another one judges"""
        self.refuse(self.specialist, self.feedback, "action_judge", *_JUDGED)
        self.account.user_id = self.manager
        self.refuse(self.manager, self.feedback, "action_judge", *_JUDGED)
        mine = self._received(self.manager, moment=fields.Datetime.now())
        self.account.user_id = self.specialist
        self.refuse(self.manager, mine, "action_judge", *_JUDGED)
        self.rpc(self.support, mine, "action_judge", *_JUDGED)
        self.assertEqual(mine.fault_judged_by_id, self.support)

    def test_responsible_judges(self):
        """whose fault it was | support who has to answer, gives it away and judges |
        refused"""
        self.rpc(self.support, self.feedback, "write", {"user_id": self.support.id})
        self.refuse(self.support, self.feedback, "action_judge", *_JUDGED)
        self.rpc(self.support, self.feedback, "write", {"user_id": self.specialist.id})
        self.refuse(self.support, self.feedback, "action_judge", *_JUDGED)

    def test_judged_without_reason(self):
        """whose fault it was, with an empty or invisible reason, or a made-up fault |
        support | refused"""
        for reason in ("", "  ", "\u200b", False, 7):
            args = ("action_judge", "ours", reason)
            self.refuse(self.support, self.feedback, *args, error=UserError)
        self.refuse(
            self.support, self.feedback, "action_judge", "theirs", "So", error=UserError
        )

    def test_cancelled_to_hide_it(self):
        """cancel, take up again | specialist, support, a manager who has to answer |
        refused; a director does"""
        self.refuse(self.specialist, self.feedback, "action_cancel", "Twice")
        self.refuse(self.support, self.feedback, "action_cancel", "Twice")
        self.rpc(self.manager, self.feedback, "write", {"user_id": self.manager.id})
        self.refuse(self.manager, self.feedback, "action_cancel", "Twice")
        self.rpc(self.director, self.feedback, "action_cancel", "Twice")
        self.refuse(self.specialist, self.feedback, "action_reopen", "It is not")
        self.assertEqual(self.feedback.state, "cancelled")

    def test_deleted(self):
        """unlink | everybody, superuser | refused: it counts"""
        for user in (self.specialist, self.support, self.manager, self.director):
            self.refuse(user, self.feedback, "unlink")
        with self.assertRaises(AccessError):
            self.feedback.sudo().unlink()

    def test_more_time(self):
        """a complaint made an opinion, critical made normal, received later | the
        account's specialist | refused; the team's support may, and it is tracked"""
        self.feedback.severity = "critical"
        later = fields.Datetime.now()
        early = self._received(
            moment=later, received_on=later - timedelta(days=3), severity="critical"
        )
        for vals in (
            {"kind": "opinion"},
            {"severity": "normal"},
            {"received_on": later},
        ):
            self.refuse(self.specialist, early, "write", vals)
        due = early.answer_due
        self.rpc(self.support, early, "write", {"severity": "normal"})
        self.assertGreater(early.answer_due, due)

    def test_more_time_for_oneself(self):
        """a complaint made an opinion, critical made normal, received later | a manager
        who has the account, or has to answer | refused; another one may"""
        early = fields.Datetime.now() - timedelta(days=1)
        self.feedback.write({"severity": "critical", "received_on": early})
        self.rpc(self.support, self.feedback, "write", {"user_id": self.support.id})
        self.account.user_id = self.manager
        own = self._received(self.manager, severity="critical")
        for user, feedback in ((self.manager, own), (self.support, self.feedback)):
            for vals in (
                {"kind": "opinion"},
                {"severity": "normal"},
                {"received_on": fields.Datetime.now()},
            ):
                with self.subTest(user=user.login, vals=vals):
                    self.refuse(user, feedback, "write", vals)
        self.rpc(self.support, own, "write", {"kind": "opinion"})

    def test_more_time_by_what_is_graver(self):
        """called critical once the account has less importance; an opinion made a
        complaint then | the account's specialist, who has to answer | no hour more"""
        for vals, start in (
            ({"severity": "critical"}, {}),
            ({"kind": "complaint"}, {"kind": "opinion"}),
        ):
            self.account.grade = "A"
            own = self._received(moment=fields.Datetime.now(), **start)
            due = own.answer_due, own.resolution_due
            self.account.grade = "D"
            self.rpc(self.specialist, own, "write", vals, context=FORGED)
            self.assertLessEqual((own.answer_due, own.resolution_due), due)

    def test_in_another_company(self):
        """written or entered in another company than its account's, where no gate asks
        for it | specialist who works in both | refused"""
        self.specialist.company_ids |= self.other_company
        both = {"allowed_company_ids": self.specialist.company_ids.ids}
        elsewhere = {"company_id": self.other_company.id}
        vals = {"name": "New", "key_account_id": self.account.id, **elsewhere}
        model = self.env["key.account.feedback"]
        self.refuse(
            *(self.specialist, self.feedback, "write", elsewhere),
            error=ValidationError,
            **both,
        )
        self.refuse(
            *(self.specialist, model, "create", [vals]), error=ValidationError, **both
        )

    def test_names_themselves(self):
        """names themselves manager or support of the team, then judges and cancels what
        had been entered before | Configuration | refused; what comes later is theirs"""
        groups = "key_account.group_configuration,key_account.group_manager"
        now = fields.Datetime.now()
        for number, name in enumerate(
            ("key_account_manager_ids", "key_account_support_ids")
        ):
            user = self._user(f"ka_names_{number}", groups)
            with freeze_time(now + timedelta(hours=1)):
                self.rpc(user, self.team, "write", {name: [(4, user.id)]})
            with self.subTest(name), freeze_time(now + timedelta(hours=2)):
                self.refuse(user, self.feedback, "action_judge", *_JUDGED)
                self.refuse(user, self.feedback, "action_cancel", "Twice")
                self.refuse(user, self.feedback, "write", {"kind": "question"})
            later = self._received(moment=now + timedelta(hours=3))
            self.rpc(user, later, "action_judge", *_JUDGED)
            with Form(self.feedback.browse().with_user(user)) as form:
                form.name, form.key_account_id = "New", self.account

    def test_answer_that_says_nothing(self):
        """give an answer of spaces, or of characters nobody sees | specialist |
        refused, the clock runs on"""
        for words in ("<p>\u200b</p>", "<p>&nbsp;</p>", "<div><br></div>"):
            self.feedback.answer_draft = words
            self.refuse(
                self.specialist, self.feedback, "action_answer", error=UserError
            )

    def test_tomorrow(self):
        """received in the future | specialist | refused"""
        tomorrow = fields.Datetime.now() + timedelta(days=1)
        self.refuse(
            self.specialist,
            self.feedback,
            "write",
            {"received_on": tomorrow},
            error=UserError,
        )

    def test_moved_away(self):
        """put under an account of others, taken from theirs, put under none |
        specialist who works on both, support of one team | refused"""
        self.env["key.account.member"].create(
            [
                {"key_account_id": self.other_account.id, "user_id": user.id}
                for user in self.specialist | self.support
            ]
        )
        vals = {"key_account_id": self.other_account.id, "partner_id": False}
        self.refuse(self.specialist, self.feedback, "write", vals)
        self.refuse(self.support, self.feedback, "write", vals)
        self.refuse(self.other_support, self.feedback, "write", vals)
        self.refuse(self.specialist, self.feedback, "write", {"key_account_id": False})
        self.other_team.key_account_support_ids |= self.support
        self.env.flush_all()
        self.rpc(self.support, self.feedback, "write", vals)
        self.assertEqual(self.feedback.key_account_id, self.other_account)
        event = self.feedback.event_ids.sorted("id")[-1:]
        self.assertEqual((event.kind, event.old_account_id), ("move", self.account))

    def test_entered_under_others(self):
        """create under an account, an order or a visit of others | specialist |
        refused"""
        model = self.env["key.account.feedback"]
        base = {"name": "New", "key_account_id": self.other_account.id}
        self.refuse(self.specialist, model, "create", [base])
        visit = self.env["key.account.visit"].create(
            {
                "key_account_id": self.other_account.id,
                "user_id": self.stranger.id,
                "date_start": fields.Datetime.now(),
            }
        )
        vals = {"name": "New", "key_account_id": self.account.id, "visit_id": visit.id}
        self.refuse(self.specialist, model, "create", [vals])

    def test_whose_contact(self):
        """the answer would go to a contact of another customer | specialist |
        refused"""
        self.refuse(
            self.specialist,
            self.feedback,
            "write",
            {"partner_id": self.plain_customer.id},
            error=ValidationError,
        )

    def test_changed_afterwards(self):
        """what was told, why it came to be, who had it, once it is resolved |
        specialist, manager | refused"""
        now = fields.Datetime.now()
        self._answered(self.feedback, now)
        self._resolved(self.feedback, now)
        for user in (self.specialist, self.manager):
            for vals in (
                {"root_cause": "Their drawing"},
                {"description": "Nothing"},
                {"user_id": self.support.id},
                {"kind": "question"},
                {"answer_draft": "<p>Other</p>"},
            ):
                self.refuse(user, self.feedback, "write", vals, error=UserError)

    def test_in_the_wrong_state(self):
        """every button in every state it is not for | specialist | refused, with what
        it is for"""
        refused = {
            "open": (("action_resume",), ("action_reopen", "Again")),
            "waiting": (("action_wait", "Longer"), ("action_reopen", "Again")),
            "resolved": (
                *(("action_wait", "Longer"), ("action_resume",)),
                *(("action_answer",), ("action_resolve",)),
            ),
        }

        def tried(state):
            self.assertEqual(self.feedback.state, state)
            for method, *args in refused[state]:
                self.refuse(
                    self.specialist, self.feedback, method, *args, error=UserError
                )

        now = fields.Datetime.now()
        tried("open")
        self.feedback.action_wait("Sends samples")
        tried("waiting")
        self.feedback.action_resume()
        self._answered(self.feedback, now)
        self._resolved(self.feedback, now)
        tried("resolved")

    def test_wizard_about_others(self):
        """the reason's dialog, about feedback of others | specialist of another team |
        refused"""
        wizard = self.env["key.account.feedback.act"]
        vals = {
            "feedback_ids": [(6, 0, self.feedback.ids)],
            "act": "wait",
            "reason": "So",
        }
        self.refuse(self.stranger, wizard, "create", [vals])
