"""What a request reads: once, together, and no more of a record than it asks for."""

from contextlib import contextmanager
from unittest.mock import patch

from odoo import Command
from odoo.sql_db import Cursor
from odoo.tests import tagged

from .common import KeyAccountCommon
from .stage_common import StageCommon


@contextmanager
def asked(env):
    """The text of all queries that are made meanwhile."""
    texts = []
    execute = Cursor.execute

    def written_down(cursor, query, *args, **kwargs):
        texts.append(getattr(query, "code", query))
        return execute(cursor, query, *args, **kwargs)

    env.flush_all()
    env.invalidate_all()
    with patch.object(Cursor, "execute", written_down):
        yield texts


def rows_read(texts, table):
    """Queries that read records of a table, not only their ids."""
    start = f'SELECT "{table}"."id", '
    own = f'FROM "{table}" WHERE "{table}"."id" IN'
    return [text for text in texts if text.startswith(start) and own in text]


@tagged("post_install", "-at_install")
class TestDealReadOnce(StageCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        deal = {"opportunity_id": cls.lead.id, "key_account_id": cls.account.id}
        cls.plans = cls.env["key.account.plan"].create([deal, deal])
        cls.visit = cls.env["key.account.visit"].create(
            {
                "key_account_id": cls.account.id,
                "opportunity_ids": [Command.set(cls.lead.ids)],
                "date_start": "2030-01-07 09:00:00",
                "purpose": "development",
                "user_id": cls.specialist.id,
            }
        )

    def test_what_hangs_on_a_deal_is_counted_by_one_query(self):
        other = self.lead.copy({"name": "Another deal"})
        plain = self.lead.copy({"team_id": self.plain_team.id, "partner_id": False})
        leads = self.lead | other | plain
        self.plans[0].active = False
        names = ("plan_count", "visit_count", "diagnosis_count")
        leads.mapped("plan_count")
        leads.mapped("team_id.name")
        leads.invalidate_recordset(names)
        with self.assertQueryCount(1):
            found = [[lead[name] for name in names] for lead in leads]
        self.assertEqual(found, [[1, 1, 0], [0, 0, 0], [0, 0, 0]])
        self.assertEqual(
            self.lead.with_context(active_test=False).mapped("plan_count"), [1]
        )

    def test_a_deal_of_others_is_not_asked_what_hangs_on_it(self):
        plain = self.lead.copy({"team_id": self.plain_team.id, "partner_id": False})
        with asked(self.env) as texts:
            self.assertEqual(plain.visit_count, 0)
        self.assertFalse(
            [text for text in texts if "key_account_" in text.lower()[:80]]
        )

    def test_the_panel_reads_the_steps_at_once(self):
        lead = self.lead.with_user(self.specialist)
        spec = {"can_override_gates": {}, "gate_state": {}, "stage_panel": {}}
        lead.web_read(spec)
        with asked(self.env) as texts:
            [shown] = lead.web_read(spec)
        self.assertTrue(shown["stage_panel"]["next"])
        self.assertEqual(len(rows_read(texts, "crm_stage")), 1)

    def test_odoos_own_fields_are_read_without_asking_whose_they_are(self):
        lead = self.lead.with_user(self.specialist)
        asked = []
        Lead = self.env.registry["crm.lead"]
        is_colleague = Lead._is_read_by_colleague

        def counted(record):
            asked.append(record)
            return is_colleague(record)

        self.patch(Lead, "_is_read_by_colleague", counted)
        names = ("name", "partner_id", "company_id", "stage_id")
        lead.mapped("name")
        asked.clear()
        for name in names:
            self.assertTrue(lead[name])
        self.assertFalse(asked)
        self.assertTrue(lead.key_account_id)
        self.assertTrue(asked)


@tagged("post_install", "-at_install")
class TestSignOffReadsOnce(KeyAccountCommon):
    def request(self, order):
        with asked(self.env) as texts:
            self.rpc(self.specialist, order, "action_request_approval")
            self.env.flush_all()
        return texts

    def approve(self, order):
        with asked(self.env) as texts:
            self.rpc(self.manager, order, "action_approve")
            self.env.flush_all()
        return texts

    def test_quotation_people_and_file_are_read_once(self):
        first, second = self.make_order(discount=8.0), self.make_order(discount=8.0)
        # What is kept in memory for everybody is there from now on.
        self.request(first)
        self.approve(first)
        for texts in (self.request(second), self.approve(second)):
            for table in ("sale_order", "key_account"):
                self.assertEqual(len(rows_read(texts, table)), 1, table)
            # The customer, and together all colleagues who write or are written to.
            self.assertLessEqual(len(rows_read(texts, "res_partner")), 2)
            # A file has many columns, and a few of them are wanted.
            [file] = rows_read(texts, "key_account")
            self.assertLess(file.count('"key_account".'), 12)
        self.assertEqual(second.authority_state, "approved")

    def test_without_a_deal_nobody_looks_whether_the_contract_is_complete(self):
        order = self.make_order(discount=2.0)
        self.env.flush_all()
        self.env.invalidate_all()
        order.mapped("opportunity_id")
        order.mapped("team_id")
        with asked(self.env) as texts:
            self.assertFalse(order.contract_incomplete)
        self.assertFalse([text for text in texts if "sale_order_line" in text])
