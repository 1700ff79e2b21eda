"""The history of an account as one line of time."""

from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from .common import speak_chinese
from .test_account_glance import GlanceCommon

SHOWN = ["date", "kind", "what", "subject", "detail", "amount", "user_id"]


class TimelineCommon(GlanceCommon):
    def entries(self, user=None, domain=None, account=None):
        self.env.flush_all()
        self.env.invalidate_all()
        line = self.env["key.account.timeline"].with_user(user or self.specialist)
        about = [("key_account_id", "=", (account or self.account).id)]
        return line.search(about + (domain or []))

    def live(self, account=None):
        """A visit, a complaint resolved, a deal with an order, a signature."""
        account = account or self.account
        self.visit(-40, "reviewed", account, outcome="achieved")
        complaint = self.env["key.account.feedback"].create(
            {
                "name": "Leaks",
                "kind": "complaint",
                "key_account_id": account.id,
                "received_on": fields.Datetime.now() - timedelta(days=30),
            }
        )
        complaint._write_kept(
            {"state": "resolved", "resolved_on": fields.Datetime.now()}
        )
        lead = self.env["crm.lead"].create(
            {
                "name": "Pumps",
                "type": "opportunity",
                "partner_id": account.partner_id.id,
                "team_id": self.team.id,
                "user_id": self.specialist.id,
            }
        )
        order = self.make_order(partner=account.partner_id).sudo()
        self.env["key.account.signature"]._record(
            [
                {
                    "order_id": order.id,
                    "key_account_id": account.id,
                    "company_id": self.company.id,
                    "method": "portal",
                    "signed_by": "Ms Buyer",
                    "signed_on": fields.Datetime.now(),
                    "entered_by_id": self.specialist.id,
                    "fingerprint": "0",
                }
            ]
        )
        return lead, complaint, order


@tagged("post_install", "-at_install")
class TestTimeline(TimelineCommon):
    def test_everything_on_one_line(self):
        lead, complaint, _order = self.live()
        self.visit(9, "planned")
        self.visit(-2, "cancelled")
        entries = self.entries()
        self.assertEqual(
            set(entries.mapped("code")),
            {
                *("change.opened", "visit.achieved", "feedback.complaint"),
                *("feedback.resolved", "step.move", "signature.signature"),
            },
        )
        dates = entries.mapped("date")
        self.assertEqual(dates, sorted(dates, reverse=True))
        self.assertEqual(entries[-1].what, "Visit: Achieved")
        [step] = entries.filtered(lambda entry: entry.code == "step.move")
        self.assertEqual((step.subject, step.detail), ("Pumps", lead.stage_id.name))
        self.assertEqual(step.action_open()["res_id"], lead.id)
        [told] = entries.filtered(lambda entry: entry.code == "feedback.complaint")
        action = told.action_open()
        self.assertEqual(
            (action["res_model"], action["res_id"]), (complaint._name, complaint.id)
        )

    def test_a_step_is_named_in_the_readers_language(self):
        """As named then; where it is called otherwise by now, as written down."""
        speak_chinese(self.env)
        lead, _complaint, _order = self.live()
        english = lead.stage_id.name
        lead.stage_id.with_context(lang="zh_CN").name = "第一步"
        self.specialist.lang = "zh_CN"
        steps = [("code", "=", "step.move")]
        reader = self.specialist.with_user(self.specialist).with_context(lang="zh_CN")
        line = reader.env["key.account.timeline"]
        about = [("key_account_id", "=", self.account.id), *steps]
        self.env.flush_all()
        self.assertEqual(line.search(about).mapped("detail"), ["第一步"])
        lead.stage_id.with_context(lang="en_US").name = "Another step"
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(line.search(about).mapped("detail"), [english])

    def test_a_signature_names_what_was_signed_and_by_whom(self):
        _lead, _complaint, order = self.live()
        [entry] = self.entries(domain=[("code", "=", "signature.signature")])
        self.assertEqual(entry.subject, order.name)
        self.assertEqual(entry.detail, "Ms Buyer")
        self.assertEqual(entry.action_open()["res_model"], "key.account.signature")

    def test_of_a_kind_and_of_a_year(self):
        with freeze_time("2024-05-05 08:00:00"):
            self.visit(0, "reviewed")
        self.live()
        visits = self.entries(domain=[("kind", "=", "visit")])
        self.assertEqual(len(visits), 2)
        of_2024 = [("date", ">=", "2024-01-01"), ("date", "<=", "2024-12-31")]
        found = self.entries(domain=of_2024)
        self.assertEqual(found.mapped("date"), [fields.Date.to_date("2024-05-05")])

    def test_every_code_says_what_happened(self):
        """Also those that later rooms and versions add: what can be written down has
        words."""
        labels = self.env["key.account.timeline"]._code_labels()
        for model, name, prefix in (
            ("key.account.event", "kind", "change"),
            ("key.account.stage.log", "how", "step"),
            ("key.account.signature", "event", "signature"),
            ("key.account.feedback", "kind", "feedback"),
            ("key.account.visit", "outcome", "visit"),
        ):
            for value in self.env[model]._fields[name].get_values(self.env):
                self.assertIn(f"{prefix}.{value}", labels)

    def test_changes_of_the_file_say_what_was_before(self):
        self.account.with_user(self.manager)._on_occasion(reason="Leave").write(
            {"user_id": self.colleague.id}
        )
        [change] = self.entries(self.manager, [("code", "=", "change.owner")])
        self.assertEqual(
            change.detail, f"{self.specialist.name} → {self.colleague.name} · Leave"
        )

    def test_the_button_shows_all_files_of_the_customer(self):
        old = self.other_account("Golden Gate Pumps")
        self.visit(-100, "reviewed", old)
        old._write_kept({"active": False, "merged_into_id": self.account.id})
        action = self.account.with_user(self.specialist).action_view_timeline()
        line = self.env["key.account.timeline"].with_user(self.specialist)
        found = line.search(action["domain"])
        self.assertEqual(found.key_account_id, self.account | old)
        self.assertIn("visit", found.mapped("kind"))

    def test_a_page_costs_the_same_however_much_happened(self):
        counted = []
        for number in (1, 10):
            for _time in range(number):
                self.live()
            self.env.flush_all()
            self.env.invalidate_all()
            line = self.env["key.account.timeline"].with_user(self.specialist)
            about = [("key_account_id", "=", self.account.id)]
            # What rules and registry keep in memory is asked once.
            line.search(about, limit=40).read(SHOWN)
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            rows = line.search(about, limit=40).read(SHOWN)
            counted.append(self.env.cr.sql_log_count - before)
        self.assertEqual(len(rows), 40)
        self.assertLessEqual(counted[1], counted[0])
