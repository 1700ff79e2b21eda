"""Samples past their check"""

import base64
from datetime import timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .attack_common import FORGED
from .test_sample import SampleCommon

OTHER = base64.b64encode(b"%PDF-9").decode()


@tagged("post_install", "-at_install")
class TestAttackSample(SampleCommon):
    """``self.other``: the account of a colleague with a deal, which the specialist may
    not read."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.env["key.account"].create(
            {
                "partner_id": cls.plain_customer.id,
                "company_id": cls.company.id,
                "team_id": cls.team.id,
                "user_id": cls.colleague.id,
            }
        )
        cls.other_lead = cls.make_lead(
            name="Of another",
            partner_id=cls.plain_customer.id,
            user_id=cls.colleague.id,
        )

    def denied(self, user, records, method, *args, **kwargs):
        self.env.flush_all()
        with self.assertRaises(UserError) as caught, self.env.cr.savepoint():
            self.rpc(user, records, method, *args, **kwargs)
        self.env.invalidate_all()
        return str(caught.exception)

    def stays(self, sample, state="agreed"):
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(sample.state, state)
        self.assertFalse(sample.sent_on)

    def test_own_sample_checked_by_who_asked_for_it(self):
        """`action_check()` on one's own sample | specialist, manager, director, support | refused: the named person checks it, nobody else"""  # noqa: E501
        sample = self.agreed()
        for user in (self.specialist, self.manager, self.director, self.support):
            self.assertIn(
                "is checked by", self.denied(user, sample, "action_check", True)
            )
        self.stays(sample)

    def test_naming_oneself_as_checker(self):
        """`checker_id` = oneself, before or after the standard is agreed, in `create`, as `default_checker_id`, as a default of one's own | specialist | refused: who asked for it does not check it"""  # noqa: E501
        sample = self.agreed()
        vals = {"checker_id": self.specialist.id}
        self.assertIn(
            "does not check it", self.denied(self.specialist, sample, "write", vals)
        )
        new = {"opportunity_id": self.lead.id, "subject": "Valve"}
        samples = sample.browse()
        self.denied(self.specialist, samples, "create", [{**new, **vals}])
        context = {f"default_{name}": value for name, value in vals.items()}
        self.denied(self.specialist, samples, "create", [new], context=context)
        self.env["ir.default"].with_user(self.specialist).set(
            sample._name, "checker_id", self.specialist.id, user_id=True
        )
        self.denied(self.specialist, samples, "create", [new])
        self.stays(sample)

    def test_a_request_in_anothers_name(self):
        """`requested_by_id`, `user_id` of a colleague, to check it oneself | specialist | refused: who made the request is written down by the process, and nobody who sells the deal checks"""  # noqa: E501
        new = {"opportunity_id": self.lead.id, "subject": "Valve"}
        samples = self.env["key.account.sample"]
        forged = {**new, "requested_by_id": self.support.id}
        self.denied(self.specialist, samples, "create", [forged])
        # Support asks for it, and the salesperson of the deal is named.
        named = {**new, "checker_id": self.specialist.id}
        self.assertIn(
            "sells the deal", self.denied(self.support, samples, "create", [named])
        )

    def test_who_became_responsible_after_the_naming(self):
        """the checker is made responsible, or the deal's salesperson, then checks | manager | refused at the naming, and again when it is checked"""  # noqa: E501
        sample = self.agreed(checker_id=self.manager.id)
        words = self.denied(self.manager, sample, "write", {"user_id": self.manager.id})
        self.assertIn("does not check it", words)
        self.lead.user_id = self.manager
        words = self.denied(self.manager, sample, "action_check", True)
        self.assertIn("is yours", words)
        self.stays(sample)

    def test_the_checker_writes_nothing_else(self):
        """`write`, `unlink`, `action_send()`, `action_judge()`, `action_cancel()`, the dialog with another act | the named checker | refused: they read it, and give their check"""  # noqa: E501
        sample = self.agreed()
        for vals in ({"standard": "Less"}, {"checker_id": False}, {"note": "x"}):
            self.denied(self.reviewer, sample, "write", vals)
        self.denied(self.reviewer, sample, "unlink")
        for method, arguments in (
            ("action_revise", ()),
            ("action_promise", (str(self.today + timedelta(days=20)), "Later")),
            ("action_cancel", ("No",)),
            ("action_ask_check", ()),
        ):
            self.denied(self.reviewer, sample, method, *arguments)
        wizard = self.env["key.account.sample.act"].with_user(self.reviewer)
        wizard = wizard.create({"sample_id": sample.id, "act": "cancel", "note": "No"})
        self.denied(self.reviewer, wizard, "action_apply")
        self.stays(sample)
        self.rpc(self.reviewer, sample, "action_check", True)
        self.denied(self.reviewer, sample, "action_send")
        self.stays(sample, "checked")

    def test_sent_before_it_is_checked(self):
        """`state`, `sent_on`, `check_result`, `checked_by_id` by `write`, `create`, `load`, `default_*`, with forged contexts, as superuser; `action_send()` before the check | specialist, director, superuser | refused"""  # noqa: E501
        sample = self.agreed()
        forged = {
            "state": "sent",
            "sent_on": str(self.today),
            "check_result": "passed",
            "checked_by_id": self.reviewer.id,
            "on_time": "yes",
            "agreed_on": str(self.today),
            "result": "accepted",
            "first_promised": "2099-01-01",
        }
        for name, value in forged.items():
            for user in (self.specialist, self.director):
                with self.subTest(name=name, user=user.name):
                    vals = {name: value}
                    self.denied(user, sample, "write", vals)
                    self.denied(user, sample, "write", vals, context=FORGED)
                    new = {"opportunity_id": self.lead.id, "subject": "V", **vals}
                    self.denied(user, sample.browse(), "create", [new])
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                sample.sudo().write({name: value})
        header = ["opportunity_id/.id", "subject", "state"]
        row = [str(self.lead.id), "Valve", "Sent"]
        loaded = self.rpc(self.specialist, sample.browse(), "load", header, [row])
        self.assertFalse(loaded["ids"])
        for user in (self.specialist, self.manager, self.director):
            self.denied(user, sample, "action_send")
            self.denied(user, sample, "action_send", context=FORGED)
        self.stays(sample)

    def test_sent_on_a_day_of_ones_choice(self):
        """`action_send()` dated before the check, or ahead; a time zone in the context | specialist | refused; the day is the company's"""  # noqa: E501
        sample = self.checked()
        for day in (self.today - timedelta(days=1), self.today + timedelta(days=1)):
            self.denied(self.specialist, sample, "action_send", str(day))
        context = {"tz": "Pacific/Kiritimati"}
        self.rpc(self.specialist, sample, "action_send", context=context)
        self.assertEqual(sample.sent_on, self.today)

    def test_late_made_on_time(self):
        """another promise once the first one is broken | specialist | what was first promised stays, and it is late"""  # noqa: E501
        sample = self.checked()
        sample._write_kept({"first_promised": self.today - timedelta(days=1)})
        self.denied(self.specialist, sample, "write", {"promised_date": "2099-01-01"})
        later = str(self.today + timedelta(days=30))
        self.rpc(self.specialist, sample, "action_promise", later, "Asked for by them")
        self.rpc(self.specialist, sample, "action_revise")
        self.rpc(self.specialist, sample, "action_agree", self.contact.id)
        self.rpc(self.reviewer, sample, "action_check", True)
        self.rpc(self.specialist, sample, "action_send")
        self.assertEqual(sample.on_time, "no")

    def test_another_standard_after_the_check(self):
        """the standard, the drawings, the product written after the check; a drawing overwritten through its attachment | specialist | refused; what leaves is what was checked"""  # noqa: E501
        drawing = {"name": "4711.pdf", "raw": b"%PDF-1"}
        sample = self.checked(drawing_ids=[Command.create(drawing)])
        for vals in (
            {"standard": "Anything"},
            {"product_id": self.pump.id},
            {"drawing_ids": [Command.clear()]},
        ):
            self.denied(self.specialist, sample, "write", vals)
        self.rpc(self.specialist, sample.drawing_ids, "write", {"datas": OTHER})
        self.assertIn(
            "no longer what was agreed",
            self.denied(self.specialist, sample, "action_send"),
        )
        self.stays(sample, "checked")

    def test_moved_to_another_deal(self):
        """an accepted sample's `opportunity_id` or `key_account_id` is changed; a request is moved to the deal or account of a colleague | specialist | refused: it opens no gate of another deal"""  # noqa: E501
        good = self.judged()
        mine = self.make_lead(name="Second deal")
        for vals in ({"opportunity_id": mine.id}, {"key_account_id": self.other.id}):
            self.denied(self.specialist, good, "write", vals)
        request = self.request()
        for vals in (
            {"opportunity_id": self.other_lead.id},
            {"key_account_id": self.other.id},
            {"opportunity_id": self.other_lead.id, "key_account_id": self.other.id},
        ):
            self.denied(self.specialist, request, "write", vals)
        new = {"opportunity_id": self.other_lead.id, "subject": "V"}
        self.denied(self.specialist, request.browse(), "create", [new])
        # One's own deal of a customer whose file is not one's own.
        self.other_lead.user_id = self.specialist
        vals = {"opportunity_id": self.other_lead.id}
        self.denied(self.specialist, request, "write", vals)
        self.denied(self.specialist, request.browse(), "create", [new])

    def test_merged_into_the_deal_of_another_customer(self):
        """a deal with an accepted sample is merged into the deal of another customer | specialist, manager | refused: what one customer accepted opens no gate of another's"""  # noqa: E501
        good = self.judged(contact_id=False)
        self.other_lead.probability = 95
        gate = self.env["crm.stage.gate"].create(
            {"stage_id": self.other_lead.stage_id.id, "kind": "sample"}
        )
        both = self.other_lead | self.lead
        with self.assertRaises(UserError), self.env.cr.savepoint():
            both.with_user(self.manager).merge_opportunity()
        self.env.invalidate_all()
        self.assertEqual(good.key_account_id, self.account)
        self.assertIn("No sample", gate._check(self.other_lead)[self.other_lead.id])

    def test_a_broken_promise_is_deleted(self):
        """`action_revise()`, then `unlink` of what is a request once more | specialist | refused: what was agreed, promised or not passed stays on record"""  # noqa: E501
        sample = self.agreed()
        self.rpc(self.reviewer, sample, "action_check", False, "Bore too wide")
        self.rpc(self.specialist, sample, "action_revise")
        self.assertIn(
            "cannot be deleted", self.denied(self.specialist, sample, "unlink")
        )
        self.assertTrue(sample.exists())

    def test_a_product_of_another_company(self):
        """`product_id` names a product of another company | specialist | refused"""
        theirs = self.env["product.product"].create(
            {"name": "Secret", "company_id": self.other_company.id}
        )
        new = {"opportunity_id": self.lead.id, "product_id": theirs.id, "subject": "V"}
        samples = self.env["key.account.sample"]
        self.denied(self.specialist, samples, "create", [new])
        self.denied(self.specialist, self.request(), "write", {"product_id": theirs.id})

    def test_another_team_reads_nothing(self):
        """`read`, `search`, the dialog's and the form's `onchange` on a sample of another account; its drawing | colleague, another team's manager, plain salesperson | nothing is told"""  # noqa: E501
        drawing = {"name": "4711.pdf", "raw": b"%PDF-1"}
        sample = self.agreed(drawing_ids=[Command.create(drawing)])
        for user in (self.colleague, self.other_manager, self.outsider):
            with self.subTest(user.name):
                self.denied(user, sample, "read", ["subject", "standard"])
                self.denied(user, sample.drawing_ids, "read", ["raw"])
                self.denied(user, sample, "action_check", True)
                if user != self.outsider:
                    found = self.rpc(user, sample.browse(), "search", [])
                    self.assertFalse(found)
                    values = {"sample_id": sample.id, "act": "judge"}
                    spec = {"standard": {}, "customer_id": {"fields": {}}}
                    act = self.env["key.account.sample.act"]
                    self.denied(user, act, "onchange", [], values, ["sample_id"], spec)

    def test_a_strangers_file_hung_on_a_sample(self):
        """`drawing_ids` names a file that one may not read, to have it shown to oneself or to the checker | specialist | refused"""  # noqa: E501
        secret = self.env["ir.attachment"].create(
            {
                "name": "price.pdf",
                "raw": b"%PDF-s",
                "res_model": "key.account",
                "res_id": self.other.id,
            }
        )
        linked = {"drawing_ids": [Command.link(secret.id)]}
        self.denied(self.specialist, self.request(), "write", linked)
        new = {"opportunity_id": self.lead.id, "subject": "V", **linked}
        samples = self.env["key.account.sample"]
        self.denied(self.specialist, samples, "create", [new])

    def test_accepted_in_strangers_name(self):
        """`action_judge()` before it was sent, by a contact of another customer, on a day before it left, twice | specialist | refused"""  # noqa: E501
        checked = self.checked()
        self.denied(
            self.specialist, checked, "action_judge", "accepted", self.contact.id
        )
        sample = self.sent()
        stranger = self.env["res.partner"].create({"name": "Mr Wu"})
        judge = (self.specialist, sample, "action_judge", "accepted")
        self.denied(*judge, stranger.id)
        self.denied(*judge, False)
        self.denied(*judge, self.contact.id, str(self.today - timedelta(days=1)))
        self.denied(self.specialist, sample, "action_judge", "refused", self.contact.id)
        self.rpc(*judge, self.contact.id)
        self.denied(
            self.specialist,
            sample,
            "action_judge",
            "refused",
            self.contact.id,
            None,
            "x",
        )
        self.assertEqual(sample.result, "accepted")

    def test_legitimate_a_manager_may_check(self):
        """a manager who has no part in the deal is named and checks | manager | goes through"""  # noqa: E501
        sample = self.agreed(checker_id=self.manager.id)
        self.rpc(self.manager, sample, "action_check", True)
        self.assertEqual(sample.checked_by_id, self.manager)
