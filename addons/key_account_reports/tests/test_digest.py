from datetime import datetime, timedelta

from dateutil.relativedelta import relativedelta

from odoo import Command, fields
from odoo.tests import tagged

from .common import KeyAccountReportsCommon


@tagged("post_install", "-at_install")
class TestDigest(KeyAccountReportsCommon):
    def setUp(self):
        super().setUp()
        self.digest = self.env["digest.digest"].create(
            {
                "name": "Key accounts",
                "company_id": self.company.id,
                "kpi_key_account_visits": True,
                "kpi_key_account_signed": True,
                "kpi_key_account_complaints": True,
            }
        )
        self.hold_visit(self.make_visit("2025-08-13 02:00:00"))
        self.env["key.account.feedback"].with_user(self.specialist).create(
            {
                "key_account_id": self.account.id,
                "kind": "complaint",
                "name": "Leaks",
                "received_on": "2025-08-13 03:00:00",
            }
        )
        self.env["key.account.signature"]._record(
            [
                {
                    "order_id": self.make_order().id,
                    "key_account_id": self.account.id,
                    "company_id": self.company.id,
                    "method": "portal",
                    "signed_by": "Ms Wang",
                    "signed_on": "2025-08-13 02:00:00",
                    "entered_by_id": self.specialist.id,
                    "fingerprint": "x",
                    "is_valued": True,
                    "net_value": 920.0,
                }
            ]
        )
        self.env.flush_all()

    def _figures(self, user):
        # As in the mail, where each reader's figures are computed anew.
        self.digest.invalidate_model()
        digest = (
            self.digest.with_user(user)
            .with_company(self.company)
            .with_context(
                start_datetime=datetime(2025, 8, 13), end_datetime=datetime(2025, 8, 14)
            )
        )
        return (
            digest.kpi_key_account_visits_value,
            digest.kpi_key_account_signed_value,
            digest.kpi_key_account_complaints_value,
        )

    def test_each_reads_of_what_they_may_read(self):
        for user in (self.specialist, self.manager, self.director):
            self.assertEqual(self._figures(user), (1, 920.0, 1), user.name)
        for user in (self.colleague, self.other_manager):
            self.assertEqual(self._figures(user), (0, 0.0, 0), user.name)

    def test_visits_are_those_that_figures_count(self):
        """One was held on that day; another took place then, before visits were kept
        here, and was entered from a list: 1, as the analysis of visits has it."""
        self.env["key.account.visit"].with_user(self.manager).create(
            {
                "key_account_id": self.account.id,
                "user_id": self.specialist.id,
                "is_history": True,
                "date_start": "2025-08-13 06:00:00",
                "date_end": "2025-08-13 07:00:00",
                "summary": "They told us of the new plant.",
                "outcome": "achieved",
            }
        )
        self.env.flush_all()
        visits = self.env["key.account.visit.report"]
        held = visits.search([("key_account_id", "=", self.account.id)])
        self.assertEqual(len(held), 2)
        self.assertEqual(sum(held.mapped("held")), 1)
        self.assertEqual(self._figures(self.specialist)[0], 1)

    def test_signed_is_what_stands(self):
        """Signed again it counts once; neither what was cancelled, nor a scan that
        nobody has confirmed, nor what was cleared by a reset."""
        signatures = self.env["key.account.signature"]
        first = signatures.search([("key_account_id", "=", self.account.id)])
        values = {
            "order_id": first.order_id.id,
            "key_account_id": self.account.id,
            "company_id": self.company.id,
            "method": "portal",
            "signed_by": "Ms Wang",
            "signed_on": "2025-08-13 05:00:00",
            "entered_by_id": self.specialist.id,
            "fingerprint": "x",
            "is_valued": True,
            "net_value": 900.0,
        }

        def sign(**vals):
            found = signatures._record([{**values, **vals}])
            self.env.flush_all()
            return found

        sign()
        self.assertEqual(self._figures(self.specialist)[1], 900.0)
        sign(order_id=self.make_order().id, method="scan")
        self.assertEqual(self._figures(self.specialist)[1], 900.0)
        other = sign(order_id=self.make_order().id, net_value=50.0)
        self.assertEqual(self._figures(self.specialist)[1], 950.0)
        other._record_again("reset")
        self.assertEqual(self._figures(self.specialist)[1], 900.0)
        first.order_id._action_cancel()
        self.env.flush_all()
        self.assertEqual(self._figures(self.specialist)[1], 0.0)

    def test_the_mail_leaves_them_out_for_strangers(self):
        def names(user):
            kpis = self.digest._compute_kpis(self.company, user)
            return {kpi["kpi_name"] for kpi in kpis}

        asked = {
            name for name in self.digest._get_kpi_fields() if "key_account" in name
        }
        self.assertEqual(len(asked), 3)
        self.assertLessEqual(asked, names(self.specialist))
        self.assertFalse(asked & names(self.outsider))

    def test_sent_every_week(self):
        today = fields.Date.today()
        digests = self.env["digest.digest"].sudo()
        digests.search([]).next_run_date = today + timedelta(days=30)
        self.digest.write(
            {
                "periodicity": "weekly",
                "next_run_date": today,
                "user_ids": [Command.set(self.specialist.ids)],
            }
        )
        # Who has not been here for a fortnight gets it less often.
        self.env["res.users.log"].with_user(self.specialist).sudo().create({})
        self.env.flush_all()
        digests._cron_send_digest_email()
        digests._cron_send_digest_email()
        subject = f"{self.company.name}: {self.digest.name}"
        mails = self.env["mail.mail"].search([("subject", "=", subject)])
        self.assertEqual(len(mails), 1)
        self.assertIn("Visits to Key Accounts", mails.body_html)
        self.assertEqual(self.digest.periodicity, "weekly")
        self.assertEqual(self.digest.next_run_date, today + relativedelta(weeks=1))

    def test_links_open_actions(self):
        actions = self.digest._compute_kpis_actions(self.company, self.specialist)
        for name, action in actions.items():
            if "key_account" in name:
                self.assertTrue(self.env.ref(action.split("?")[0]))
