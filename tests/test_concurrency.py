"""People who work on the same quotation at the same moment, over real connections.

PostgreSQL runs Odoo's transactions as REPEATABLE READ: each sees the database as it
was when it began. Writing (or locking) a row that somebody else has changed since then
fails with a serialization error, and Odoo does the whole request again, up to five
times (``odoo.service.model.retrying``, used by every RPC and HTTP request). Two
transactions that write *different* rows never meet, however much one depends on what
the other reads.

So two things make a control hold under concurrency, and are proved here: what decides
(sign-off, signature, verdict) and what it depends on (terms) write the same row, that
of the order or the review; and methods can be repeated, as the second run finds what
the first one could not see.

The tests commit, so they work on a copy of the database, which is dropped afterwards.
"""

import base64
import sys
import threading
import time
import unittest
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import odoo
from odoo import Command, api, fields
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.tools import config, mute_logger

from odoo.addons.key_account.models.shared.batch import one_by_one
from odoo.addons.key_account.rules.webhook import PER_MINUTE, Outcome
from odoo.addons.key_account.tests import common
from odoo.addons.key_account_reports.rules.judgement import Seat

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tools"))

from devkit import databases, postgres  # noqa: E402

DATABASE = "ka_concurrency"
PIXEL = (
    b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9"
    b"awAAAABJRU5ErkJggg=="
)
OUTSIDE = 9.0  # percent of discount: beyond the specialist, within the manager's limit
WORSE = 50.0
# What is closed: its lines, one of them (or one there is, renamed), how it is closed,
# and what is said of it.
CLOSED = {
    "key.account.visit": (
        "key.account.visit.commitment",
        {"name": "A second sample"},
        *("reviewed", "is reviewed"),
    ),
    "key.account.diagnosis": (
        "key.account.diagnosis.problem",
        {"name": "Scrap"},
        *("sent", "put before the customer"),
    ),
    "key.account.evaluation": (
        "key.account.evaluation.line",
        {"criterion_id": None},
        *("done", "stays as it is"),
    ),
    "key.account.canvass.day": (
        "key.account.canvass",
        {},
        *("handed_in", "stands as it is"),
    ),
}


class TestConcurrency(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        [origin] = config["db_name"]
        cls.settings = postgres.ensure()
        odoo.sql_db.close_db(origin)
        databases.clone(cls.settings, origin, DATABASE)
        cls.addClassCleanup(cls._drop)
        # Loading modules under test would run their tests.
        testing, config["test_enable"] = config["test_enable"], False
        try:
            cls.registry = Registry(DATABASE)
        finally:
            config["test_enable"] = testing
        with cls.registry.cursor() as cr:
            cls._make_department(api.Environment(cr, api.SUPERUSER_ID, {}))
        # Repeating a request waits up to two seconds, by chance.
        patcher = patch("odoo.service.model.random.uniform", return_value=0.01)
        patcher.start()
        cls.addClassCleanup(patcher.stop)

    @classmethod
    def _drop(cls):
        odoo.sql_db.close_db(DATABASE)
        Registry.delete(DATABASE)
        databases.drop(cls.settings, DATABASE)

    @classmethod
    def _make_department(cls, env):
        """The department of the add-on's own tests, with a second manager."""
        department = type("Department", (common.KeyAccountCommon,), {})
        department.company = env["res.company"].create({"name": "East Precision"})
        department.other_company = department.company
        env.user.company_ids |= department.company
        department.env = env(context={"allowed_company_ids": department.company.ids})
        for make in ("users", "team", "authority", "customer"):
            getattr(department, f"_make_{make}")()
        department.levels[20].user_ids |= department.other_manager
        department.team.key_account_manager_ids |= department.other_manager
        env["res.users"].search([]).notification_type = "inbox"
        department.valve.list_price = department.pump.list_price
        reviewer = "key_account.group_contract_reviewer"
        department.other_reviewer = department._user("ka_other_reviewer", reviewer)
        for function in ("reviewer", "other_reviewer"):
            department.env["key.account.contract.review.function"].create(
                {
                    "function": "technical" if function == "reviewer" else "finance",
                    "company_id": department.company.id,
                    "user_ids": [Command.set(getattr(department, function).ids)],
                }
            )
        names = (
            *("specialist", "manager", "other_manager", "reviewer", "other_reviewer"),
            "director",
        )
        cls.users = {name: getattr(department, name).id for name in names}
        cls.company_id = department.company.id
        cls.ids = {
            name: getattr(department, name).id
            for name in ("team", "customer", "pump", "valve", "payment_term")
        }

    # Requests

    def environment(self, cr, user):
        uid = self.users.get(user, api.SUPERUSER_ID)
        context = {"allowed_company_ids": [self.company_id], "lang": "en_US"}
        return api.Environment(cr, uid, context)

    def request(self, user, function):
        """``function(env)`` as one request, repeated where Odoo repeats it."""
        with self.registry.cursor() as cr:
            env = self.environment(cr, user)
            return retrying(lambda: function(env), env)

    def refused(self, user, function):
        """The words in which a request is refused."""
        with self.assertRaises(UserError) as caught:
            self.request(user, function)
        return str(caught.exception)

    def overtaken(self, function, by):
        """``function``, in a transaction that began before ``by()`` was done."""
        ahead = [by]

        def overtaken(env):
            env.cr.execute("SELECT count(*) FROM sale_order_line")
            if ahead:
                ahead.pop()()
            return function(env)

        return overtaken

    @contextmanager
    def in_hand(self, user, function):
        """Have ``function`` done, and committed only after the block."""
        with self.registry.cursor() as cr:
            function(self.environment(cr, user))
            cr.flush()
            yield

    def together(self, *requests):
        """Requests at the same moment; what each returns, or the error it meets."""
        barrier = threading.Barrier(len(requests))
        results = [None] * len(requests)

        def run(number, user, function):
            def at_once(env):
                env.cr.execute("SELECT count(*) FROM sale_order_line")
                if results[number] is None:
                    results[number] = "begun"
                    barrier.wait(20)
                return function(env)

            try:
                self.request(user, at_once)
                results[number] = "done"
            except UserError as error:
                results[number] = str(error)

        threads = [
            threading.Thread(target=run, args=(number, *request))
            for number, request in enumerate(requests)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        return results

    # Quotations

    def make_order(self, discount=OUTSIDE, **vals):
        def create(env):
            line = {"product_id": self.ids["pump"], "discount": discount}
            return env["sale.order"].create(
                {
                    "partner_id": self.ids["customer"],
                    "team_id": self.ids["team"],
                    "user_id": env.uid,
                    "require_signature": False,
                    "require_payment": False,
                    "payment_term_id": self.ids["payment_term"],
                    "order_line": [Command.create(line)],
                    **vals,
                }
            )

        return self.request("specialist", create).id

    def requested(self, **vals):
        order_id = self.make_order(**vals)
        self.request("specialist", self.action(order_id, "action_request_approval"))
        return order_id

    def action(self, order_id, method, *arguments):
        def act(env):
            return getattr(env["sale.order"].browse(order_id), method)(*arguments)

        return act

    def edit_line(self, order_id, **vals):
        def edit(env):
            env["sale.order"].browse(order_id).order_line.write(vals)

        return edit

    def read(self, order_id, *names):
        def read(env):
            return [env["sale.order"].browse(order_id)[name] for name in names]

        return self.request("root", read)

    def events(self, order_id):
        def events(env):
            approvals = env["sale.order"].browse(order_id).approval_ids.sorted("id")
            return approvals.mapped("event")

        return self.request("root", events)

    # A sample that two have in hand

    def checked_sample(self):
        def make(env):
            lead = env["crm.lead"].create(
                {
                    "name": "Pumps",
                    "type": "opportunity",
                    "partner_id": self.ids["customer"],
                    "team_id": self.ids["team"],
                    "user_id": self.users["specialist"],
                }
            )
            sample = env["key.account.sample"].with_user(self.users["specialist"])
            sample = sample.create(
                {
                    "opportunity_id": lead.id,
                    "subject": "Pump",
                    "standard": "Runs dry",
                    "promised_date": fields.Date.add(fields.Date.today(), days=9),
                    "checker_id": self.users["reviewer"],
                }
            )
            contact = env["res.partner"].create(
                {"name": "Ms Li", "parent_id": self.ids["customer"]}
            )
            sample.action_agree(contact.id)
            sample.with_user(self.users["reviewer"]).action_check(True)
            return sample.id

        return self.request("root", make)

    def test_a_sample_is_sent_once(self):
        """`action_send()` of a sample that somebody else sent a moment ago, or sends
        right now | manager | told so; one dispatch on record"""
        sample_id = self.checked_sample()

        def send(carrier):
            return lambda env: (
                env["key.account.sample"].browse(sample_id).action_send(carrier=carrier)
            )

        with self.in_hand("specialist", send("First")):
            said = self.refused("manager", send("Second"))
        self.assertIn("Somebody else is working on", said)
        said = self.refused("manager", send("Second"))
        self.assertIn("cannot be sent", said)
        other_id, sample_id = sample_id, self.checked_sample()
        late = self.overtaken(
            send("Second"), by=lambda: self.request("specialist", send("First"))
        )
        self.assertIn("cannot be sent", self.refused("manager", late))

        def carriers(env):
            samples = env["key.account.sample"].browse((other_id, sample_id))
            return samples.mapped("carrier")

        self.assertEqual(self.request("root", carriers), ["First", "First"])

    # What a team messenger is told

    def test_two_workers_tell_a_messenger_once(self):
        """Two workers send what a team messenger is told, at the same moment; one has
        begun before the other is done | scheduled action | each message goes once, and
        no more of them than the messenger takes a minute"""

        def pile(env):
            place = "key_account.webhook_own_hosts"
            env["ir.config_parameter"].set_param(place, "127.0.0.1:1")
            webhook = env["key.account.webhook"].create(
                {
                    "name": "Group",
                    "format": "generic",
                    "company_id": self.company_id,
                    "new_address": "http://127.0.0.1:1/",
                    "new_secret": "secret",
                }
            )
            row = {"webhook_id": webhook.id, "event": "approval_asked"}
            return env["key.account.webhook.message"]._create_kept([row] * 30).ids

        def run(env):
            env["key.account.webhook.message"]._cron_send()

        def send(message):
            sent.append(message.id)
            return Outcome(True)

        sent, ids = [], self.request("root", pile)
        outbox = self.registry["key.account.webhook.message"]
        with patch.object(outbox, "_send", send):
            self.together(("root", run), ("root", run))
            self.request(
                "root", self.overtaken(run, by=lambda: self.request("root", run))
            )
        own = [id_ for id_ in sent if id_ in ids]
        self.assertEqual(len(own), PER_MINUTE)
        self.assertEqual(len(set(own)), PER_MINUTE)

    # Two who decide

    def test_while_one_decides_the_other_is_told(self):
        """Deciding while somebody else does | second manager | told that somebody is
        deciding"""
        order_id = self.requested()
        with self.in_hand("manager", self.action(order_id, "action_approve")):
            said = self.refused(
                "other_manager", self.action(order_id, "action_reject", "Too cheap")
            )
        self.assertIn("Somebody else is deciding", said)
        self.assertEqual(self.events(order_id), ["request", "approve"])

    def test_who_comes_second_is_told_who_was_first(self):
        """Rejecting what was approved a moment ago | second manager | told who was
        first; one decision on record"""
        order_id = self.requested()
        reject = self.overtaken(
            self.action(order_id, "action_reject", "Too cheap"),
            by=lambda: self.request("manager", self.action(order_id, "action_approve")),
        )
        said = self.refused("other_manager", reject)
        self.assertIn("has been decided already by Ka Manager", said)
        self.assertEqual(self.events(order_id), ["request", "approve"])

    def test_of_two_at_once_one_stands(self):
        """Approving and rejecting at the same moment | two managers | one decision
        stands, the other is refused"""
        for _round in range(3):
            order_id = self.requested()
            results = self.together(
                ("manager", self.action(order_id, "action_approve")),
                ("other_manager", self.action(order_id, "action_reject", "No")),
            )
            self.assertEqual(results.count("done"), 1, results)
            self.assertEqual(len(self.events(order_id)), 2)
            state = self.read(order_id, "authority_state")[0]
            decided = "approved" if results[0] == "done" else "rejected"
            self.assertEqual(state, decided)

    def test_withdrawn_while_it_is_approved(self):
        """Approving what was withdrawn a moment ago | manager and specialist |
        refused"""
        order_id = self.requested()
        approve = self.overtaken(
            self.action(order_id, "action_approve"),
            by=lambda: self.request(
                "specialist", self.action(order_id, "action_withdraw")
            ),
        )
        self.assertIn("Nobody has asked", self.refused("manager", approve))
        self.assertEqual(self.events(order_id), ["request", "withdraw"])

    # The cron that escalates, and people who decide

    def late(self, order_id):
        """So late that the next level has to be asked as well."""

        def late(env):
            order = env["sale.order"].browse(order_id)
            order._set_kept({"sign_off_deadline": "2026-01-05 10:00:00"})

        self.request("root", late)

    def run_cron(self, env):
        """What one run does for this department, committed by whoever calls."""
        notices, orders = env["key.account.deadline.notice"], env["sale.order"]
        now = fields.Datetime.now()
        thresholds = env["res.company"].browse(self.company_id)
        thresholds = thresholds._key_account_thresholds(now)
        due = orders.search(orders._deadline_domain(now))
        one_by_one(due, lambda some: notices._tell_due(some, now, thresholds))

    def asked(self, order_id):
        def asked(env):
            order = env["sale.order"].browse(order_id)
            activities = order.activity_ids.mapped("user_id").ids
            return sorted(order.approver_ids.ids), sorted(activities)

        return self.request("root", asked)

    def test_two_crons_escalate_once(self):
        order_id = self.requested()
        self.late(order_id)
        self.request(
            "root",
            self.overtaken(
                self.run_cron, by=lambda: self.request("root", self.run_cron)
            ),
        )
        self.request("root", self.run_cron)
        events = self.events(order_id)
        self.assertEqual(events, ["request", "escalate", "escalate"])
        approvers, activities = self.asked(order_id)
        self.assertEqual(approvers, activities)
        self.assertEqual(len(approvers), 4)

    def test_two_crons_at_the_same_moment(self):
        order_id = self.requested()
        self.late(order_id)
        with self.in_hand("root", self.run_cron):
            running = threading.Thread(
                target=self.request, args=("root", self.run_cron)
            )
            running.start()
            running.join(10)
            self.assertFalse(running.is_alive())
        self.assertEqual(self.events(order_id).count("escalate"), 1)
        approvers, activities = self.asked(order_id)
        self.assertEqual(approvers, activities)

    def test_decided_before_the_cron_escalates(self):
        order_id = self.requested()
        self.late(order_id)
        self.request(
            "root",
            self.overtaken(
                self.run_cron,
                by=lambda: self.request(
                    "manager", self.action(order_id, "action_approve")
                ),
            ),
        )
        self.assertEqual(self.events(order_id), ["request", "approve"])
        self.assertEqual(self.asked(order_id), ([], []))

    def test_escalated_before_somebody_decides(self):
        order_id = self.requested()
        self.late(order_id)
        approve = self.overtaken(
            self.action(order_id, "action_approve"),
            by=lambda: self.request("root", self.run_cron),
        )
        self.request("manager", approve)
        events = self.events(order_id)
        self.assertEqual(events, ["request", "escalate", "approve"])
        # Nobody is left asked, although they were when the decision began.
        self.assertEqual(self.asked(order_id), ([], []))

    def test_withdrawn_before_somebody_decides_and_the_other_way(self):
        order_id = self.requested()
        withdraw = self.overtaken(
            self.action(order_id, "action_withdraw"),
            by=lambda: self.request("manager", self.action(order_id, "action_approve")),
        )
        self.assertIn("no open request", self.refused("specialist", withdraw))
        self.assertEqual(self.events(order_id), ["request", "approve"])

    def test_two_delegations_of_the_same_days_at_once(self):
        def delegate(user, to):
            def create(env):
                today = fields.Date.today()
                env["key.account.authority.delegation"].create(
                    {
                        "delegate_id": self.users[to],
                        "date_from": today,
                        "date_to": today,
                        "reason": "Trip",
                        "company_id": self.company_id,
                    }
                )

            return create

        other = delegate("manager", "other_manager")
        delegate = self.overtaken(
            delegate("manager", "specialist"),
            by=lambda: self.request("manager", other),
        )
        with mute_logger("odoo.sql_db"):
            self.assertIn("already delegated", self.refused("manager", delegate))

        def count(env):
            domain = [("delegator_id", "=", self.users["manager"])]
            delegations = env["key.account.authority.delegation"].search(domain)
            found = len(delegations)
            delegations.active = False
            return found

        self.assertEqual(self.request("root", count), 1)

    def test_a_chain_of_delegations_at_once(self):
        """A delegates to B, and B to C, at the same moment | the managers | one stands;
        the other is told that what is delegated is not passed on"""

        def delegate(to):
            def create(env):
                day = fields.Date.add(fields.Date.today(), days=30)
                vals = {"delegate_id": self.users[to], "reason": "Trip"}
                vals |= {"date_from": day, "date_to": day}
                vals["company_id"] = self.company_id
                env["key.account.authority.delegation"].create(vals)

            return create

        def end(env):
            days = [("date_from", ">", fields.Date.today())]
            found = env["key.account.authority.delegation"].search(days)
            count = len(found)
            found.active = False
            return count

        to_other, onward = delegate("other_manager"), delegate("director")
        first = self.overtaken(
            to_other, by=lambda: self.request("other_manager", onward)
        )
        with mute_logger("odoo.sql_db"):
            self.assertIn("passed on", self.refused("manager", first))
        self.assertEqual(self.request("root", end), 1)
        with mute_logger("odoo.sql_db"):
            results = self.together(("manager", to_other), ("other_manager", onward))
        self.assertEqual(results.count("done"), 1, results)
        self.assertEqual(self.request("root", end), 1)

    # Lines of what is closed at this moment; who may read what two change at once

    def overtaken_and_refused(self, user, function, by, words):
        late = self.overtaken(function, by=by)
        with mute_logger("odoo.sql_db"):
            self.assertIn(words, self.refused(user, late))

    def drafted_plan(self, account_id):
        def make(env):
            objective = {"name": "A second line", "target": "30"}
            due = fields.Date.today()
            action = {"name": "Visit", "user_id": env.uid, "date_due": due}
            plan = env["key.account.plan"].create(
                {
                    "name": "Way to the second line",
                    "key_account_id": account_id,
                    "kind": "year",
                    "contingency": "The first line only",
                    "objective_ids": [Command.create(objective)],
                    "action_ids": [Command.create(action)],
                }
            )
            return plan.id

        return self.request("specialist", make)

    def on(self, model, number, method, *arguments):
        def act(env):
            return getattr(env[model].browse(number), method)(*arguments)

        return act

    def test_a_plan_approved_while_its_lines_change(self):
        """Lines of a plan added, changed, deleted in requests that began before it was
        approved | specialist, manager | refused: what was approved stands"""
        account_id = self.agreed()[0]
        for change in ("create", "write", "unlink"):
            plan_id = self.drafted_plan(account_id)

            def changed(env, change=change, plan_id=plan_id):
                lines = env["key.account.plan"].browse(plan_id).objective_ids
                if change == "create":
                    lines.create({"plan_id": plan_id, "name": "Another"})
                elif change == "write":
                    lines.write({"name": "Less than that"})
                else:
                    lines.unlink()

            approve = self.on("key.account.plan", plan_id, "action_approve")
            with self.subTest(change):
                self.overtaken_and_refused(
                    "specialist",
                    changed,
                    lambda approve=approve: self.request("manager", approve),
                    "stays as it was approved",
                )
            self.request("root", self.on("key.account.plan", plan_id, "action_revise"))
            self.request("root", self.on("key.account.plan", plan_id, "unlink"))

    def test_lines_of_what_is_closed_at_this_moment(self):
        """A line of a visit, an evaluation, a diagnosis, a canvassing day added or
        changed in a request that began before it was reviewed, finished, sent, handed
        in | specialist | refused: it stays as it was closed"""
        account_id = self.agreed()[0]
        for model, (lines, line, state, words) in CLOSED.items():
            link = f"{model.rpartition('.')[2]}_id"

            def make(env, model=model, lines=lines, line=line, link=link):
                vals = {"user_id": self.users["specialist"]}
                if model == "key.account.visit":
                    vals["date_start"] = fields.Datetime.now()
                if model != "key.account.canvass.day":
                    vals["key_account_id"] = account_id
                names = env[model]._fields
                record = env[model].create(
                    {n: v for n, v in vals.items() if n in names}
                )
                if not line:
                    env[lines].create({link: record.id, "name": "Shop"})
                used = env["key.account.evaluation.line"].search(
                    [("evaluation_id", "=", record.id)]
                )
                unused = [("id", "not in", used.criterion_id.ids)]
                criterion = env["key.account.criterion"].search(unused, limit=1)
                return record.id, criterion.id

            made = self.request("specialist", make)

            def change(env, lines=lines, line=line, link=link, to=made):
                if line:
                    line = {**line, link: to[0]}
                    if "criterion_id" in line:
                        line["criterion_id"] = to[1]
                    env[lines].create(line)
                else:
                    found = env[lines].search([(link, "=", to[0])])
                    found.write({"name": "Market hall"})

            def close(env, model=model, to=made, state=state):
                env[model].browse(to[0])._write_kept({"state": state})

            with self.subTest(model):
                self.overtaken_and_refused(
                    "specialist", change, lambda c=close: self.request("root", c), words
                )

    def document_to_check(self):
        """An agreement that is with the legal function, and the file of it."""
        account_id = self.agreed()[0]

        def make(env):
            kinds = env["key.account.agreement.type"]
            kind = kinds.create(
                {"name": "Secrecy", "code": "secret", "needs_legal_check": True}
            )
            agreements = env["key.account.agreement"]
            agreement = agreements.with_user(self.users["specialist"]).create(
                {
                    "name": "Secrecy",
                    "key_account_id": account_id,
                    "type_id": kind.id,
                    "file": base64.b64encode(b"%PDF-1.4 as it was checked"),
                }
            )
            agreement = agreement.sudo()
            judges = [Command.set([self.users["reviewer"]])]
            agreement._write_kept({"state": "legal_check", "legal_user_ids": judges})
            place = [("res_model", "=", agreement._name), ("res_id", "=", agreement.id)]
            place += [("res_field", "=", "file")]
            return agreement.id, env["ir.attachment"].search(place).id

        return self.request("root", make)

    def test_a_document_replaced_while_it_is_checked(self):
        """The file of an agreement replaced in a request that began before its legal
        check passed, and while it passes | specialist, legal reviewer | another file
        than was checked is not ready"""
        agreement_id, file_id = self.document_to_check()

        def replace(env):
            # What is given to it, Odoo changes: each try has its own.
            other = {"raw": b"%PDF-1.4 another one"}
            env["ir.attachment"].browse(file_id).write(other)

        passed = self.on("key.account.agreement", agreement_id, "action_legal_pass")

        def outcome(env):
            agreement = env["key.account.agreement"].browse(agreement_id)
            found = agreement.state, bool(agreement.legal_checked_on)
            file = env["ir.attachment"].browse(file_id)
            file.raw = b"%PDF-1.4 as it was checked"
            agreement._write_kept({"state": "legal_check"})
            return found

        late = self.overtaken(replace, by=lambda: self.request("reviewer", passed))
        with mute_logger("odoo.sql_db"):
            self.request("specialist", late)
            self.assertEqual(self.request("root", outcome), ("draft", False))
            late = self.overtaken(
                passed, by=lambda: self.request("specialist", replace)
            )
            said = self.refused("reviewer", late)
        self.assertIn("is not in its legal check", said)
        self.assertEqual(self.request("root", outcome), ("draft", False))

    def test_an_item_ticked_by_two_at_once(self):
        """An item of the process ticked by two at the same moment | specialist,
        manager | one tick is written down"""

        def make(env):
            stages = env["crm.stage"].search([("team_ids", "in", self.ids["team"])])
            check = env["key.account.stage.check"].search(
                [("gate_id.stage_id", "in", stages.ids)], limit=1
            )
            if not check:
                gate = env["crm.stage.gate"].create(
                    {"stage_id": stages[0].id, "name": "List", "kind": "checklist"}
                )
                check = env["key.account.stage.check"].create(
                    {"gate_id": gate.id, "name": "Asked who decides"}
                )
            lead = env["crm.lead"].create(
                {
                    "name": "Ticked",
                    "type": "opportunity",
                    "partner_id": self.ids["customer"],
                    "team_id": self.ids["team"],
                    "user_id": self.users["specialist"],
                }
            )
            return lead.id, check.id

        lead_id, check_id = self.request("root", make)
        tick = self.on("crm.lead", lead_id, "action_tick", check_id)
        late = self.overtaken(tick, by=lambda: self.request("manager", tick))
        with mute_logger("odoo.sql_db"):
            self.request("specialist", late)

        def count(env):
            return len(env["crm.lead"].browse(lead_id).stage_tick_ids)

        self.assertEqual(self.request("root", count), 1)

    def test_rights_taken_by_two_at_once(self):
        """Somebody is taken off the account team and off the team's managers, by two at
        the same moment | directors | reads the account no more"""
        account_id = self.agreed()[0]
        person = self.users["other_manager"]

        def make(env):
            vals = {"key_account_id": account_id, "user_id": person}
            return env["key.account.member"].create(vals).id

        member_id = self.request("root", make)

        def manage(command):
            def write(env):
                team = env["crm.team"].browse(self.ids["team"])
                team.key_account_manager_ids = [command(person)]

            return write

        self.addCleanup(self.request, "root", manage(Command.link))
        late = self.overtaken(
            self.on("key.account.member", member_id, "unlink"),
            by=lambda: self.request("root", manage(Command.unlink)),
        )
        with mute_logger("odoo.sql_db"):
            self.request("director", late)

        def readers(env):
            return env["key.account"].browse(account_id).access_user_ids.ids

        self.assertNotIn(person, self.request("root", readers))

    # Terms that change while somebody decides

    def test_worse_terms_before_the_decision_end_the_request(self):
        """Worse terms a moment before the approval | specialist and manager | the
        approval is refused"""
        order_id = self.requested()
        approve = self.overtaken(
            self.action(order_id, "action_approve"),
            by=lambda: self.request(
                "specialist", self.edit_line(order_id, discount=WORSE)
            ),
        )
        self.assertIn("Nobody has asked", self.refused("manager", approve))
        self.assertEqual(self.read(order_id, "authority_state"), ["required"])

    def test_worse_terms_during_the_decision_are_not_covered_by_it(self):
        """Worse terms during the approval | specialist and manager | the approval does
        not cover them: required"""
        order_id = self.requested()
        edit = self.edit_line(order_id, discount=WORSE)
        with self.in_hand("manager", self.action(order_id, "action_approve")):
            edited = threading.Thread(target=self.request, args=("specialist", edit))
            edited.start()
            time.sleep(0.5)
            # The line is written, its order cannot be: the manager has it in hand.
            self.assertTrue(edited.is_alive())
        edited.join(30)
        state, discount = self.read(order_id, "authority_state", "order_line")
        self.assertEqual(state, "required")
        said = self.refused("specialist", self.action(order_id, "action_confirm"))
        self.assertIn("cannot be confirmed yet", said)
        self.assertEqual(self.events(order_id), ["request", "approve"])

    def test_another_product_at_the_same_price_is_a_change_too(self):
        """Another product at the same price a moment before the approval | specialist
        and manager | the approval is refused"""
        # It changes no amount, so nothing but the count of changes writes the order.
        order_id = self.requested()

        def exchange(env):
            order = env["sale.order"].browse(order_id)
            amount = order.amount_untaxed
            vals = {"product_id": self.ids["valve"], "discount": OUTSIDE}
            order.order_line.write(vals)
            self.assertEqual(order.amount_untaxed, amount)

        approve = self.overtaken(
            self.action(order_id, "action_approve"),
            by=lambda: self.request("specialist", exchange),
        )
        self.assertIn("Nobody has asked", self.refused("manager", approve))
        self.assertEqual(self.read(order_id, "authority_state"), ["required"])

    def test_edited_and_approved_at_once(self):
        """Worse terms and approval at the same moment | specialist and manager |
        required, whoever was first"""
        for _round in range(3):
            order_id = self.requested()
            self.together(
                ("manager", self.action(order_id, "action_approve")),
                ("specialist", self.edit_line(order_id, discount=WORSE)),
            )
            state = self.read(order_id, "authority_state")[0]
            self.assertEqual(state, "required", self.events(order_id))

    # Two who ask

    def test_asked_twice_at_once_is_one_request(self):
        """Asking for sign-off twice at once | specialist | one request"""
        order_id = self.make_order()
        ask = self.action(order_id, "action_request_approval")
        again = self.overtaken(ask, by=lambda: self.request("specialist", ask))
        self.assertIn("needs no sign-off now", self.refused("specialist", again))
        self.assertEqual(self.events(order_id), ["request"])

        def asked(env):
            order = env["sale.order"].browse(order_id)
            return order.activity_ids.mapped("user_id").ids

        managers = {self.users["manager"], self.users["other_manager"]}
        found = self.request("root", asked)
        self.assertEqual(len(found), len(set(found)))
        self.assertLessEqual(set(found), managers)

    # The customer signs

    def sign(self, order_id):
        """As the portal's controller does it, for whoever holds the link."""

        def sign(env):
            shown = self.shown[order_id]
            order = env["sale.order"].browse(order_id)
            if shown != order._terms_fingerprint():
                raise UserError("This quotation has been changed")
            order.write(
                {"signed_by": "Buyer", "signed_on": "2030-01-01", "signature": PIXEL}
            )

        return sign

    def quoted(self, **vals):
        order_id = self.make_order(discount=2.0, require_signature=True, **vals)
        self.request("specialist", self.action(order_id, "action_quotation_sent"))
        self.shown = {
            order_id: self.request("root", self.action(order_id, "_terms_fingerprint"))
        }
        return order_id

    def evidence(self, order_id):
        def evidence(env):
            order = env["sale.order"].browse(order_id)
            return (
                order.signature_ids.mapped("fingerprint"),
                order._terms_fingerprint(),
                bool(order.signed_on),
            )

        return self.request("root", evidence)

    def test_terms_changed_before_the_signature_refuse_it(self):
        """Terms changed a moment before the signature | specialist and customer | not
        signed"""
        order_id = self.quoted()
        sign = self.overtaken(
            self.sign(order_id),
            by=lambda: self.request(
                "specialist", self.edit_line(order_id, discount=4.0)
            ),
        )
        self.assertIn("has been changed", self.refused("root", sign))
        fingerprints, _terms, signed = self.evidence(order_id)
        self.assertEqual((fingerprints, signed), ([], False))

    def test_terms_changed_during_the_signature_release_it(self):
        """Terms changed during the signature | specialist and customer | evidence of
        what was signed; the order unsigned"""
        order_id = self.quoted()
        edit = self.edit_line(order_id, discount=4.0)
        with self.in_hand("root", self.sign(order_id)):
            edited = threading.Thread(target=self.request, args=("specialist", edit))
            edited.start()
            time.sleep(0.5)
            self.assertTrue(edited.is_alive())
        edited.join(30)
        fingerprints, terms, signed = self.evidence(order_id)
        self.assertEqual(fingerprints, [self.shown[order_id]])
        self.assertNotEqual(fingerprints, [terms])
        self.assertFalse(signed)

    def test_signed_and_edited_at_once(self):
        """Signature and change at the same moment | customer and specialist | no order
        is signed for other terms than shown"""
        for _round in range(2):
            order_id = self.quoted()
            self.together(
                ("root", self.sign(order_id)),
                ("specialist", self.edit_line(order_id, discount=4.0)),
            )
            fingerprints, terms, signed = self.evidence(order_id)
            # Signed is what was shown, or nothing; no order is signed for other terms.
            self.assertIn(fingerprints, ([], [self.shown[order_id]]))
            self.assertFalse(signed and fingerprints != [terms])

    def test_signed_twice_at_once(self):
        """Two signatures at the same moment, from two windows | customer | one is
        filed, the other is told"""
        order_id = self.quoted()

        def sign_once(env):
            # As the portal's controller: read what is there, then sign.
            if not env["sale.order"].browse(order_id)._has_to_be_signed():
                raise UserError("It has been signed already")
            self.sign(order_id)(env)

        again = self.overtaken(sign_once, by=lambda: self.request("root", sign_once))
        self.assertIn("signed already", self.refused("root", again))
        self.assertEqual(len(self.evidence(order_id)[0]), 1)

    def test_a_scan_confirmed_by_two_at_once(self):
        """Two confirm one signed return at the same moment, before it is paid and with
        nobody's task in between; or one does while the quotation is handed to them |
        two managers | confirmed once; nobody confirms what has just become their own
        """

        def file(env):
            order = env["sale.order"].browse(order_id)
            now = fields.Datetime.now()
            scan = order._file_signed_return(PIXEL, "back.png", "Buyer", "", now)
            order.sudo().activity_ids.unlink()
            return scan.id

        def confirm(env):
            env["key.account.signature"].browse(scan_id).action_confirm_scan()

        def hand_over(env):
            order = env["sale.order"].browse(order_id)
            order.user_id = self.users["manager"]

        def confirmed(env):
            scan = env["key.account.signature"].browse(scan_id)
            return len(scan.confirmation_ids)

        prepaid = {"require_payment": True, "prepayment_percent": 1.0}
        by_other = ("other_manager", confirm, 1, "has been confirmed already")
        handed_over = ("root", hand_over, 0, "is your own quotation")
        for user, first, count, words in (handed_over, by_other):
            order_id = self.quoted(**prepaid)
            scan_id = self.request("specialist", file)
            late = self.overtaken(
                confirm, by=lambda user=user, first=first: self.request(user, first)
            )
            self.assertIn(words, self.refused("manager", late))
            self.assertEqual(self.request("root", confirmed), count)

    # Confirmation and payment

    def test_worse_terms_before_the_confirmation(self):
        """Worse terms a moment before the confirmation | specialist, from two windows |
        not confirmed"""
        order_id = self.make_order(discount=2.0)
        confirm = self.overtaken(
            self.action(order_id, "action_confirm"),
            by=lambda: self.request(
                "specialist", self.edit_line(order_id, discount=WORSE)
            ),
        )
        said = self.refused("specialist", confirm)
        self.assertIn("cannot be confirmed yet", said)
        self.assertEqual(self.read(order_id, "state"), ["draft"])

    def test_worse_terms_during_the_confirmation(self):
        """Worse terms during the confirmation | specialist, from two windows | they
        wait for it; the confirmed order is not billed before sign-off"""
        order_id = self.make_order(discount=2.0)
        edit = self.edit_line(order_id, discount=WORSE)
        with self.in_hand("specialist", self.action(order_id, "action_confirm")):
            edited = threading.Thread(target=self.request, args=("specialist", edit))
            edited.start()
            time.sleep(0.5)
            self.assertTrue(edited.is_alive())
        edited.join(30)
        self.assertEqual(
            self.read(order_id, "state", "authority_state"), ["sale", "required"]
        )
        said = self.refused("root", self.action(order_id, "_create_invoices"))
        self.assertIn("cannot be invoiced yet", said)

    def paid(self, order_id, number=1):
        """A payment of the whole amount that has arrived and is not processed yet."""

        def paid(env):
            provider = env["payment.provider"].create(
                {
                    "name": "Test",
                    "company_id": self.company_id,
                    "code": "none",
                    "state": "test",
                }
            )
            method = env["payment.method"].create({"name": "Test", "code": "test"})
            order = env["sale.order"].browse(order_id)
            return (
                env["payment.transaction"]
                .create(
                    {
                        "provider_id": provider.id,
                        "payment_method_id": method.id,
                        "amount": order.amount_total,
                        "currency_id": order.currency_id.id,
                        "partner_id": order.partner_id.id,
                        "reference": f"paid-{order_id}-{number}",
                        "state": "done",
                        "sale_order_ids": [Command.set(order.ids)],
                    }
                )
                .id
            )

        return self.request("root", paid)

    def process(self, tx_id):
        def process(env):
            tx = env["payment.transaction"].browse(tx_id)
            tx._check_amount_and_confirm_order()

        return process

    def outcome(self, order_id):
        """What a confirmation leaves: the state, how many contract reviews, numbers,
        signatures, and messages that say it is an order."""

        def outcome(env):
            order = env["sale.order"].browse(order_id)
            confirmed = order.message_ids.tracking_value_ids.filtered(
                lambda value: (
                    value.field_id.name == "state"
                    and value.new_value_char == "Sales Order"
                )
            )
            return (
                order.state,
                order.contract_state,
                len(order.contract_review_ids),
                len(order.signature_ids),
                len(confirmed),
            )

        return self.request("root", outcome)

    def reviewing(self):
        """Contract reviews are asked for during this test; what the others do in the
        same team stays as it is."""

        def ask(answer):
            def write(env):
                team = env["crm.team"].browse(self.ids["team"])
                team.key_account_contract_review = answer

            return write

        self.addCleanup(self.request, "root", ask(False))
        self.request("root", ask("yes"))

    def signed_and_paid(self):
        """Signed by the customer, and paid twice; nothing of it is processed yet."""
        order_id = self.quoted(require_payment=True, prepayment_percent=1.0)
        self.request("root", self.sign(order_id))
        return order_id, [self.paid(order_id, number) for number in (1, 2)]

    def test_two_payments_at_once_confirm_once(self):
        """Two payments processed at the same moment | customer, from two windows |
        confirmed once, one evidence of the signature"""
        order_id, (first, second) = self.signed_and_paid()
        overtaken = self.overtaken(
            self.process(second),
            by=lambda: self.request("root", self.process(first)),
        )
        self.request("root", overtaken)
        self.assertEqual(self.outcome(order_id), ("sale", "none", 0, 1, 1))

    def test_payment_and_button_at_once_confirm_once(self):
        """A payment processed while somebody confirms | customer and specialist |
        confirmed once"""
        order_id, (first, _second) = self.signed_and_paid()
        overtaken = self.overtaken(
            self.action(order_id, "action_confirm"),
            by=lambda: self.request("root", self.process(first)),
        )
        # Odoo says that it is confirmed already.
        self.refused("specialist", overtaken)
        self.assertEqual(self.outcome(order_id), ("sale", "none", 0, 1, 1))

    def test_two_payments_at_once_start_one_review(self):
        """Two payments processed at the same moment where a contract review is asked
        for | customer, from two windows | one review, one contract number"""
        self.reviewing()
        order_id, (first, second) = self.signed_and_paid()
        overtaken = self.overtaken(
            self.process(second),
            by=lambda: self.request("root", self.process(first)),
        )
        self.request("root", overtaken)
        self.assertEqual(self.outcome(order_id), ("sent", "in_review", 1, 1, 0))

    def test_two_payments_at_the_same_moment_really(self):
        """The same, neither waiting for the other | customer | one review"""
        self.reviewing()
        for _round in range(2):
            order_id, payments = self.signed_and_paid()
            done = self.together(*(("root", self.process(tx)) for tx in payments))
            self.assertEqual(done, ["done", "done"])
            self.assertEqual(self.outcome(order_id), ("sent", "in_review", 1, 1, 0))

    def test_worse_terms_before_the_payment(self):
        """Worse terms a moment before a payment is processed | specialist and
        customer | not confirmed; the payment is kept"""
        order_id = self.make_order(discount=2.0, require_payment=True)

        process = self.overtaken(
            self.process(self.paid(order_id)),
            by=lambda: self.request(
                "specialist", self.edit_line(order_id, discount=WORSE)
            ),
        )
        self.request("root", process)
        self.assertEqual(
            self.read(order_id, "state", "authority_state"), ["draft", "required"]
        )

    # Contract review

    def test_the_last_two_verdicts_at_once_end_the_review(self):
        """The last two verdicts of a contract review at once | two reviewers | the
        review ends, the order is confirmed"""
        order_id = self.quoted()

        def start(env):
            order = env["sale.order"].browse(order_id)
            order.team_id.key_account_contract_review = "yes"
            self.sign(order_id)(env)
            order._validate_order()
            return order.contract_review_ids.item_ids.ids

        def verdict(item_id):
            Item = "key.account.contract.review.item"
            return lambda env: env[Item].browse(item_id).action_pass()

        def end(env):
            team = env["sale.order"].browse(order_id).team_id
            team.key_account_contract_review = False

        # The others sell in the same team, and what is done here stays done.
        self.addCleanup(self.request, "root", end)
        technical, finance = self.request("root", start)
        last = self.overtaken(
            verdict(finance),
            by=lambda: self.request("reviewer", verdict(technical)),
        )
        self.request("other_reviewer", last)
        state, order_state = self.read(order_id, "contract_state", "state")
        self.assertEqual((state, order_state), ("passed", "sale"))

    def test_the_page_tells_which_terms_it_shows(self):
        order_id = self.quoted()
        address = self.request("root", self.action(order_id, "_shown_terms"))
        self.assertEqual(address, f"&terms={self.shown[order_id]}")

    def test_two_contracts_signed_at_once_have_two_numbers(self):
        """Two quotations signed at the same moment, the first contracts of a company,
        or of a year | two customers | one number each, neither is refused"""
        self.reviewing()

        def sequences(env):
            domain = [("code", "=", "key.account.contract")]
            domain += [("company_id", "=", self.company_id)]
            return env["ir.sequence"].search(domain)

        begin_anew = (
            lambda env: sequences(env).unlink(),
            lambda env: sequences(env).date_range_ids.unlink(),
        )
        for begin in begin_anew:
            self.request("root", begin)
            first, shown = self.quoted(), self.shown
            second = self.quoted()
            self.shown.update(shown)
            signed = self.together(
                ("root", self.sign(first)), ("root", self.sign(second))
            )
            self.assertEqual(signed, ["done", "done"])
            numbers = {
                self.read(each, "contract_number")[0] for each in (first, second)
            }
            self.assertEqual(len(numbers - {False}), 2, numbers)
        self.assertEqual(self.request("root", lambda env: len(sequences(env))), 1)

    # Rulings

    def asked_for_a_ruling(self):
        """A deal whose exception request waits, without a task for anybody."""

        def ask(env):
            lead = env["crm.lead"].create(
                {
                    "name": "Pumps",
                    "type": "opportunity",
                    "partner_id": self.ids["customer"],
                    "team_id": self.ids["team"],
                    "user_id": self.users["specialist"],
                }
            )
            lead = lead.with_user(self.users["specialist"])
            lead.requirement_ids.create(
                {"opportunity_id": lead.id, "name": "Runs dry", "able": "no"}
            )
            lead.action_request_ruling("Let us try")
            lead.sudo().activity_ids.unlink()
            return lead.id

        return self.request("root", ask)

    def test_ruled_by_two_at_once(self):
        """Two rule on an exception request at the same moment, to quote and to abandon,
        and nobody's task stands in between | two managers | one ruling; the other is
        told that there is nothing to rule on any more"""

        def rule(decision):
            return lambda env: (
                env["crm.lead"].browse(lead_id).action_rule(decision, "Because")
            )

        def events(env):
            rulings = env["key.account.ruling"].sudo()
            rulings = rulings.search([("opportunity_id", "=", lead_id)], order="id")
            return rulings.mapped(lambda ruling: ruling.decision or ruling.event)

        lead_id = self.asked_for_a_ruling()
        late = self.overtaken(
            rule("quote"), by=lambda: self.request("other_manager", rule("abandon"))
        )
        said = self.refused("manager", late)
        self.assertIn("there is no exception request", said)
        self.assertEqual(self.request("root", events), ["request", "abandon"])
        lead_id = self.asked_for_a_ruling()
        results = self.together(
            ("manager", rule("quote")), ("other_manager", rule("abandon"))
        )
        self.assertEqual(results.count("done"), 1, results)
        self.assertEqual(len(self.request("root", events)), 2)

    # Agreed prices

    def agreed(self):
        """(account, price) of a new customer with prices that nobody approved yet."""

        def make(env):
            price = {
                "applied_on": "0_product_variant",
                "product_id": self.ids["pump"],
                "compute_price": "fixed",
                "fixed_price": 990.0,
            }
            prices = env["product.pricelist"].create(
                {
                    "name": "Agreed",
                    "company_id": self.company_id,
                    "item_ids": [Command.create(price)],
                }
            )
            customer = env["res.partner"].create(
                {"name": f"Buyer {time.time_ns()}", "is_company": True}
            )
            account = env["key.account"].create(
                {
                    "partner_id": customer.id,
                    "company_id": self.company_id,
                    "team_id": self.ids["team"],
                    "user_id": self.users["specialist"],
                    "agreed_pricelist_id": prices.id,
                }
            )
            return account.id, prices.item_ids.id

        return self.request("root", make)

    def on_account(self, account_id, method, *arguments):
        def act(env):
            return getattr(env["key.account"].browse(account_id), method)(*arguments)

        return act

    def test_prices_changed_while_they_are_approved(self):
        """The prices of a list are lowered by a request that began before they were
        approved for a customer | a manager, whoever keeps pricelists | what was
        approved is not these prices: the approval is withdrawn"""
        account_id, item_id = self.agreed()
        approve = self.on_account(account_id, "action_approve_agreed_pricelist")

        def lower(env):
            env["product.pricelist.item"].browse(item_id).fixed_price = 100.0

        def approved(env):
            account = env["key.account"].browse(account_id)
            return bool(account.agreed_approved_on), account._agreed_pricelists().keys()

        late = self.overtaken(lower, by=lambda: self.request("manager", approve))
        self.request("root", late)
        stands, kept = self.request("root", approved)
        self.assertFalse(stands)
        self.assertNotIn(account_id, kept)

    def test_read_while_agreed_prices_are_withdrawn(self):
        """Somebody reads what is agreed while the agreement is being changed, in the
        same process | specialist | what was true until then is not kept in memory:
        the prices count no more"""
        account_id, _item = self.agreed()
        approve = self.on_account(account_id, "action_approve_agreed_pricelist")
        self.request("manager", approve)
        ended = {"agreed_until": fields.Date.today()}
        change = self.on_account(account_id, "write", ended)

        def kept(env):
            return account_id in env["key.account"]._agreed_pricelists()

        with self.in_hand("manager", change):
            self.assertTrue(self.request("specialist", kept))
        self.assertFalse(self.request("specialist", kept))

    # Processes

    def test_a_process_loaded_by_two_at_once(self):
        """Two load the same process template for a team at the same moment |
        Configuration | each step is made once"""

        def make(env):
            vals = {"name": "New team", "company_id": self.company_id}
            return env["crm.team"].create({**vals, "is_key_account": True}).id

        team_id = self.request("root", make)

        def load(env):
            env["crm.team"].browse(team_id)._load_stage_template()

        def codes(env):
            stages = env["crm.stage"].search([("team_ids", "in", team_id)])
            return stages.filtered("template_code").mapped("template_code")

        self.request(
            "root", self.overtaken(load, by=lambda: self.request("root", load))
        )
        found = self.request("root", codes)
        self.assertEqual(len(found), len(set(found)))

    # Satisfaction

    def to_ask(self):
        """A survey that is with the customer: its id, and those of its answers."""

        def ask(env):
            account = env["key.account"].search(
                [("partner_id", "=", self.ids["customer"])]
            )
            contact = env["res.partner"].create(
                {
                    "name": "Ms Li",
                    "parent_id": account.partner_id.id,
                    "email": f"li{time.time_ns()}@golden.example.com",
                }
            )
            person = env["key.account.stakeholder"].create(
                {"key_account_id": account.id, "partner_id": contact.id}
            )
            return person.id

        person_id = self.request("root", ask)

        def send(env):
            person = env["key.account.stakeholder"].browse(person_id)
            return person.key_account_id._ask_satisfaction(person, "2030-05").id

        return person_id, send

    def test_a_survey_answered_twice_at_once(self):
        """Two answers by one link at the same moment | the customer | the first stands,
        the other finds it and changes nothing"""
        survey_id = self.request("root", self.to_ask()[1])
        recorded = []

        def answer(mark):
            def answer(env):
                survey = env["key.account.satisfaction"].browse(survey_id)
                given = dict.fromkeys(survey.answer_ids.ids, mark)
                if survey._answer(given, str(mark)):
                    recorded.append(mark)

            return answer

        again = self.overtaken(answer(1), by=lambda: self.request("root", answer(5)))
        self.request("root", again)
        self.assertEqual(recorded, [5])

        def read(env):
            survey = env["key.account.satisfaction"].browse(survey_id)
            return survey.mean, survey.comment, set(survey.answer_ids.mapped("mark"))

        self.assertEqual(self.request("root", read), (5.0, "5", {5}))
        survey_id = self.request("root", self.to_ask()[1])
        recorded.clear()
        self.together(("root", answer(1)), ("root", answer(5)))
        mean, comment, marks = self.request("root", read)
        self.assertIn(mean, (1.0, 5.0))
        self.assertEqual((comment, marks), (str(int(mean)), {int(mean)}))

    def test_a_diagnosis_answered_twice_at_once(self):
        """A diagnosis accepted and rejected by one link at the same moment | the
        customer | the first stands, the other is told in words of ours"""

        def put(env):
            account = env["key.account"].search([], limit=1)
            diagnosis = env["key.account.diagnosis"]
            diagnosis = diagnosis.create({"key_account_id": account.id})
            diagnosis._write_kept({"state": "sent"})
            return diagnosis.id

        diagnosis_id = self.request("root", put)

        def answer(given):
            def answer(env):
                diagnosis = env["key.account.diagnosis"].browse(diagnosis_id)
                visitor = env.ref("base.public_user")
                diagnosis._answer_from_outside(given, visitor, given, "Our answer")

            return answer

        with mute_logger("odoo.sql_db"):
            results = self.together(
                ("root", answer("accepted")), ("root", answer("rejected"))
            )
        [told] = [words for words in results if words != "done"]
        self.assertIn("not with the customer", told)

        def read(env):
            diagnosis = env["key.account.diagnosis"].browse(diagnosis_id)
            return diagnosis.state, diagnosis.answered_name

        state, name = self.request("root", read)
        self.assertEqual(state, name)

    def test_a_contact_made_a_lead_twice_at_once(self):
        """A canvassed contact made into a lead by two at the same moment | specialist,
        from two windows | one lead; both see it"""

        def make(env):
            # Of a day of its own: a person's day has one report.
            day = fields.Date.add(fields.Date.context_today(env.user), days=-1)
            vals = {"name": "Corner Works", "date": day}
            return env["key.account.canvass"].create(vals).id

        canvass_id = self.request("specialist", make)

        def convert(env):
            env["key.account.canvass"].browse(canvass_id).action_to_lead()

        with mute_logger("odoo.sql_db"):
            results = self.together(("specialist", convert), ("specialist", convert))
        self.assertEqual(results, ["done", "done"])

        def count(env):
            return env["crm.lead"].search_count([("name", "=", "Corner Works")])

        self.assertEqual(self.request("root", count), 1)

    def test_asked_by_two_at_once(self):
        """Two send a survey to one contact at the same moment | specialist, manager |
        one goes out, the other is told"""
        person_id, send = self.to_ask()
        again = self.overtaken(send, by=lambda: self.request("manager", send))
        self.assertIn("not answered the last survey", self.refused("specialist", again))

        def count(env):
            person = env["key.account.stakeholder"].browse(person_id)
            return env["key.account.satisfaction"].search_count(
                [("partner_id", "=", person.partner_id.id)]
            )

        self.assertEqual(self.request("root", count), 1)

    def test_a_rating_asked_by_two_at_once(self):
        """Two ask one contact to rate the same feedback, at the same moment or
        one just after the other | specialist, manager | asked once, the other is told
        """
        person_id, _send = self.to_ask()

        def answered(env):
            person = env["key.account.stakeholder"].browse(person_id)
            feedback = env["key.account.feedback"].create(
                {
                    "name": "Pump leaks",
                    "kind": "question",
                    "key_account_id": person.key_account_id.id,
                    "partner_id": person.partner_id.id,
                    "answer_draft": "<p>A new one is on its way.</p>",
                }
            )
            feedback.action_answer()
            return feedback.id

        feedback_id = self.request("specialist", answered)

        def ask(env):
            feedback = env["key.account.feedback"].browse(feedback_id)
            return feedback._ask_rating(feedback.partner_id).ids

        with self.in_hand("specialist", ask):
            said = self.refused("manager", ask)
        self.assertIn("Somebody else is working on", said)
        feedback_id = self.request("specialist", answered)
        late = self.overtaken(ask, by=lambda: self.request("manager", ask))
        self.assertIn("was asked about this already", self.refused("specialist", late))

        def count(env):
            feedback = env["key.account.feedback"].browse(feedback_id)
            return len(feedback.rating_ids), feedback.rating_asked

        self.assertEqual(self.request("root", count), (1, 1))

    # Figures

    def test_figures_computed_by_two_for_the_first_time(self):
        """Two have a figure computed that nobody had before, at the same moment |
        specialist, the scheduled action | one figure of each; neither is refused"""

        def compute(env):
            company = env["res.company"].browse(self.company_id)
            period = company._key_account_period("quarter", fields.Date.today())
            kpi = env["key.account.kpi"].search([("code", "=", "lost_accounts")])
            person = env["res.users"].browse(self.users["specialist"])
            team = env["crm.team"].browse(self.ids["team"])
            Figure = env["key.account.kpi.figure"]
            Figure._compute(company, period, kpi, person, team)
            return Figure.sudo().search_count(
                [
                    ("company_id", "=", company.id),
                    ("kpi_id", "=", kpi.id),
                    ("date_from", "=", period.start),
                    ("period", "=", "quarter"),
                ]
            )

        again = self.overtaken(compute, by=lambda: self.request("root", compute))
        with mute_logger("odoo.sql_db"):
            self.assertEqual(self.request("specialist", again), 2)

    # An appraisal that two have in hand

    def confirmed_sheet(self, steps=("start_self_assessment", "appraise", "confirm")):
        """A sheet of the specialist for the last quarter, confirmed by the director:
        no account lost, as was the target."""

        def make(env):
            company = env["res.company"].browse(self.company_id)
            running = company._key_account_period("quarter", fields.Date.today())
            kpi = env["key.account.kpi"].search([("code", "=", "lost_accounts")])
            line = {"kpi_id": kpi.id, "default_target": 0.0}
            sheets = env["key.account.kpi.sheet"].search(
                [("user_id", "=", self.users["specialist"])]
            )
            start = min(sheets.mapped("date_from"), default=running.start)
            sheet = sheets.create(
                {
                    "user_id": self.users["specialist"],
                    "company_id": company.id,
                    "team_id": self.ids["team"],
                    "date": fields.Date.subtract(start, days=1),
                    "line_ids": [Command.create(line)],
                }
            )
            for step in steps:
                getattr(sheet, f"action_{step}")()
            return sheet.id

        return self.request("director", make)

    def test_a_target_opened_while_its_appraisal_is_confirmed(self):
        """A locked target opened again in a request that began before the appraisal
        that was measured by it was confirmed | director | refused: it stays as it is"""
        sheet_id = self.confirmed_sheet(steps=("start_self_assessment", "appraise"))

        def set_target(env):
            sheet = env["key.account.kpi.sheet"].browse(sheet_id)
            target = env["key.account.kpi.target"].create(
                {
                    "kpi_id": sheet.line_ids.kpi_id.id,
                    "user_id": sheet.user_id.id,
                    "company_id": sheet.company_id.id,
                    "period": "quarter",
                    "date": sheet.date_from,
                    "value": 1.0,
                }
            )
            target.action_lock()
            return target.id

        target_id = self.request("director", set_target)
        confirm = self.on_sheet(sheet_id, "action_confirm")
        late = self.overtaken(
            self.on("key.account.kpi.target", target_id, "action_unlock"),
            by=lambda: self.request("director", confirm),
        )
        with mute_logger("odoo.sql_db"):
            said = self.refused("director", late)
        self.assertIn("stays as it is", said)

    def on_sheet(self, sheet_id, method, *arguments):
        def act(env):
            sheet = env["key.account.kpi.sheet"].browse(sheet_id)
            return getattr(sheet, method)(*arguments)

        return act

    def of_sheet(self, sheet_id):
        """(state, version, former versions, outcomes with their states)"""

        def read(env):
            sheet = env["key.account.kpi.sheet"].browse(sheet_id)
            outcomes = [(each.kind, each.state) for each in sheet.outcome_ids]
            return sheet.state, sheet.version, len(sheet.version_ids), outcomes

        return self.request("root", read)

    def test_reopened_by_two_at_once(self):
        """Two directors reopen an appraisal at the same moment | director | one new
        version; the other is told that it is a draft"""
        sheet_id = self.confirmed_sheet()
        reopen = self.on_sheet(sheet_id, "action_reopen", "A plan was missing")
        with mute_logger("odoo.sql_db"):
            results = self.together(("director", reopen), ("director", reopen))
        self.assertEqual(results.count("done"), 1, results)
        state = self.of_sheet(sheet_id)
        self.assertEqual(state, ("draft", 2, 1, [("bonus", "withdrawn")]))
        overtaken = self.confirmed_sheet()
        reopen = self.on_sheet(overtaken, "action_reopen", "A plan was missing")
        late = self.overtaken(reopen, by=lambda: self.request("director", reopen))
        with mute_logger("odoo.sql_db"):
            self.refused("director", late)
        self.assertEqual(self.of_sheet(overtaken)[1:3], (2, 1))

    def test_acknowledged_while_it_is_reopened(self):
        """An appraisal is acknowledged, its bonus accepted, in requests that began
        before it was reopened | the person, director | refused: that version stands
        no more"""
        sheet_id = self.confirmed_sheet()
        reopen = self.on_sheet(sheet_id, "action_reopen", "A plan was missing")

        def accept(env):
            env["key.account.kpi.sheet"].browse(sheet_id).outcome_ids.action_accept()

        acknowledge = self.overtaken(
            self.on_sheet(sheet_id, "action_acknowledge"),
            by=lambda: self.request("director", reopen),
        )
        with mute_logger("odoo.sql_db"):
            self.refused("specialist", acknowledge)
            self.refused("director", accept)
        state = self.of_sheet(sheet_id)
        self.assertEqual(state, ("draft", 2, 1, [("bonus", "withdrawn")]))

    def seats_to_take(self):
        """A sheet with two seats, neither of them of a director, who could sit in
        both: (sheet, ``{role: seat}``)."""

        def make(env):
            company = env["res.company"].browse(self.company_id)
            running = company._key_account_period("quarter", fields.Date.today())
            kpi = env["key.account.kpi"].search([("kind", "=", "judged")], limit=1)
            sheets = env["key.account.kpi.sheet"].search(
                [("user_id", "=", self.users["specialist"])]
            )
            start = min(sheets.mapped("date_from"), default=running.start)
            sheet = sheets.with_user(self.users["director"]).create(
                {
                    "user_id": self.users["specialist"],
                    "company_id": company.id,
                    "team_id": self.ids["team"],
                    "date": fields.Date.subtract(start, days=1),
                    "line_ids": [Command.create({"kpi_id": kpi.id})],
                }
            )
            sheet.action_start_self_assessment()
            sheet = sheet.sudo()
            for role, user in (("director", "reviewer"), ("hr", "other_reviewer")):
                seat = Seat(role, 50.0, self.users[user])
                sheet._seat(seat, sheet._judged_lines())
            sheet._move_to("appraisal")
            # Nobody's task stands in between.
            sheet.activity_ids.unlink()
            director = env["res.users"].browse(self.users["director"])
            director.group_ids += env.ref("key_account.group_appraiser")
            return sheet.id, {seat.role: seat.id for seat in sheet.appraiser_ids}

        return self.request("root", make)

    def on_seat(self, seat_id, method):
        return self.on("key.account.kpi.sheet.appraiser", seat_id, method)

    def test_two_seats_taken_at_once(self):
        """Both seats of a sheet taken over at the same moment | somebody with both
        roles, from two windows | one; nobody judges twice"""
        sheet_id, seats = self.seats_to_take()
        first, second = (self.on_seat(seats[r], "action_take_over") for r in seats)
        late = self.overtaken(second, by=lambda: self.request("director", first))
        with mute_logger("odoo.sql_db"):
            said = self.refused("director", late)
        self.assertIn("nobody twice on a sheet", said)

        def people(env):
            sheet = env["key.account.kpi.sheet"].browse(sheet_id)
            return sheet.appraiser_ids.mapped("user_id.id")

        self.assertEqual(len(self.request("root", people)), 2)

    def test_given_while_the_sheet_is_returned(self):
        """An appraisal given in a request that began before the sheet was returned |
        appraiser, manager | refused: what is asked for anew is given anew"""
        sheet_id, seats = self.seats_to_take()
        seat_id = seats["director"]
        self.request("director", self.on_seat(seat_id, "action_take_over"))

        def judge(env):
            seat = env["key.account.kpi.sheet.appraiser"].browse(seat_id)
            seat.judgement_ids.write({"remark": "Not seen at work"})
            seat.sheet_id.sudo().activity_ids.unlink()

        def given(env):
            seat = env["key.account.kpi.sheet.appraiser"].browse(seat_id)
            return seat.sheet_id.state, bool(seat.given_on)

        self.request("director", judge)
        give = self.on_seat(seat_id, "action_give")
        back = self.on_sheet(sheet_id, "action_return")
        late = self.overtaken(give, by=lambda: self.request("manager", back))
        with mute_logger("odoo.sql_db"):
            self.refused("director", late)
        self.assertEqual(self.request("root", given), ("draft", False))
