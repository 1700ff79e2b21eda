from odoo import Command, fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common import KeyAccountCommon


@tagged("post_install", "-at_install")
class TestPartnerMerge(KeyAccountCommon):
    """Core's own wizard merges two customers, each with a file in the same company."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Partner = cls.env["res.partner"]
        cls.old, cls.kept = Partner.create(
            [
                {"name": name, "is_company": True, "email": "a@b.example"}
                for name in ("Old", "Kept")
            ]
        )
        cls.old_file, cls.kept_file = (
            cls.env["key.account"]
            .with_user(cls.specialist)
            .create(
                [
                    {"partner_id": p.id, "team_id": cls.team.id}
                    for p in cls.old | cls.kept
                ]
            )
        )
        cls.leads = cls.env["crm.lead"].create(
            [
                {
                    "name": partner.name,
                    "type": "opportunity",
                    "partner_id": partner.id,
                    "company_id": cls.env.company.id,
                    "team_id": cls.team.id,
                }
                for partner in cls.old | cls.kept
            ]
        )
        cls.orders = cls.env["sale.order"].create(
            [{"partner_id": partner.id} for partner in cls.old | cls.kept]
        )
        cls.person = cls.env["key.account.stakeholder"].create(
            {
                "key_account_id": cls.old_file.id,
                "partner_id": Partner.create(
                    {"name": "Zhang", "parent_id": cls.old.id}
                ).id,
            }
        )

    def _merge(self, partners, into, user=None):
        wizard = (
            self.env["base.partner.merge.automatic.wizard"]
            .with_user(user or self.env.user)
            .with_context(active_model="res.partner", active_ids=partners.ids)
            .create({"dst_partner_id": into.id})
        )
        wizard.action_merge()
        self.env.invalidate_all()

    def test_both_files_are_kept_and_documents_follow_the_survivor(self):
        answers = self.old_file.answer_ids
        answers.filtered(lambda a: a.answer_type == "char")[0].value_char = "kept"
        self.env.flush_all()
        self._merge(self.old | self.kept, self.kept)
        self.assertFalse(self.old.exists())
        self.assertEqual(self.old_file.merged_into_id, self.kept_file)
        self.assertFalse(self.old_file.active)
        self.assertEqual((self.old_file | self.kept_file).partner_id, self.kept)
        self.assertTrue(self.kept_file.active)
        self.assertEqual(self.leads.key_account_id, self.kept_file)
        self.assertEqual(self.orders.key_account_id, self.kept_file)
        # The archived file keeps its own history.
        self.assertEqual(self.old_file.answer_ids, answers)
        self.assertEqual(self.old_file.stakeholder_ids, self.person)
        self.assertEqual(self.person.partner_id.commercial_partner_id, self.kept)
        self.assertEqual(self.kept_file.merged_account_ids, self.old_file)
        self.assertEqual(self.kept_file.with_user(self.specialist).merged_count, 1)

    def test_an_obstacle_goes_on_with_its_deal(self):
        """Whoever keeps the file that stays reads and removes it."""
        deal = self.leads.filtered(lambda lead: lead.partner_id == self.old)
        obstacle = self.env["key.account.obstacle"].create(
            {"name": "Price", "opportunity_id": deal.id}
        )
        self.old_file.with_user(self.manager).user_id = self.colleague
        self._merge(self.old | self.kept, self.kept)
        self.assertEqual(obstacle.key_account_id, self.kept_file)
        obstacle = obstacle.with_user(self.specialist)
        obstacle.plan = "Show what it costs over five years"
        obstacle.action_end()
        self.assertEqual(obstacle.state, "done")

    def test_evidence_stays_where_and_what_it_was(self):
        Log = self.env["key.account.stage.log"]
        before = Log.search([("opportunity_id", "in", self.leads.ids)])
        self.assertTrue(before)
        # The account of an event is the one of its opportunity: it decides
        # who may read it.
        names = [name for name in Log._fields if name != "key_account_id"]
        values = before.read(names, load="_classic_write")
        self._merge(self.old | self.kept, self.kept)
        after = Log.search([("opportunity_id", "in", self.leads.ids)])
        self.assertEqual(after.read(names, load="_classic_write"), values)

    def test_the_survivor_takes_over_how_far_the_customer_had_come(self):
        self.old_file._set_won(fields.Date.to_date("2025-05-05"))
        self.kept_file._set_won(fields.Date.to_date("2026-01-01"))
        self.kept_file.with_user(self.manager).action_mark_dormant()
        self._merge(self.old | self.kept, self.kept)
        self.assertEqual(self.kept_file.state, "active")
        self.assertEqual(str(self.kept_file.won_date), "2025-05-05")

    def test_a_trial_ends_when_it_does(self):
        """Lost after a trial that ended last year; the other is on trial a month."""
        today = self.company._key_account_today()
        ended, ends = (fields.Date.add(today, days=days) for days in (-400, 30))
        lost = {"lost_reason": "price", "lost_date": today}
        self.kept_file._write_kept({"state": "trial", "trial_end": ended})
        self.kept_file._write_kept({"state": "lost", **lost})
        self.old_file._write_kept({"state": "trial", "trial_end": ends})
        self._merge(self.old | self.kept, self.kept)
        self.assertEqual(self.kept_file.state, "trial")
        self.assertEqual(self.kept_file.trial_end, ends)

    def test_a_trial_is_made_no_longer_whichever_file_stays(self):
        """Both on trial, for one month and for two: for one, as the other way round."""
        today = self.company._key_account_today()
        one, two = (fields.Date.add(today, months=months) for months in (1, 2))
        self.old_file._write_kept({"state": "trial", "trial_end": one})
        self.kept_file._write_kept({"state": "trial", "trial_end": two})
        self._merge(self.old | self.kept, self.kept)
        self.assertEqual(self.kept_file.state, "trial")
        self.assertEqual(self.kept_file.trial_end, one)

    def evaluate(self, account):
        evaluation = self.env["key.account.evaluation"].with_user(self.specialist)
        evaluation = evaluation.create({"key_account_id": account.id})
        evaluation.line_ids[0].write({"actual": 100, "known": True, "judgement": "5"})
        evaluation.action_finish()

    def test_a_trial_that_was_evaluated_is_passed_in_the_file_that_stays(self):
        """On trial and evaluated in it, then merged into the file of a candidate."""
        self.old_file._write_kept({"state": "trial"})
        self.evaluate(self.old_file)
        self._merge(self.old | self.kept, self.kept)
        self.assertEqual(self.kept_file.state, "trial")
        self.kept_file.with_user(self.manager).action_activate()
        self.assertEqual(self.kept_file.state, "active")

    def test_an_earlier_trial_passes_no_later_one(self):
        """Evaluated last week, on a trial that was lost; on trial again since today."""
        today = self.company._key_account_today()
        self.old_file._write_kept({"state": "trial"})
        self.evaluate(self.old_file)
        self.env.flush_all()
        for statement in (
            "UPDATE key_account_event SET date = date - 7 WHERE key_account_id = %s",
            "UPDATE key_account_evaluation SET date = date - 7,"
            " done_on = done_on - INTERVAL '7 day' WHERE key_account_id = %s",
        ):
            self.env.cr.execute(statement, [self.old_file.id])
        self.env.invalidate_all()
        lost = {"lost_reason": "price", "lost_date": today}
        self.old_file._write_kept({"state": "lost", **lost})
        self.kept_file._write_kept({"state": "trial"})
        self._merge(self.old | self.kept, self.kept)
        self.assertEqual(self.kept_file.state, "trial")
        with self.assertRaisesRegex(UserError, "passed by an evaluation"):
            self.kept_file.with_user(self.manager).action_activate()

    def agree(self, account, price, **vals):
        item = {"compute_price": "fixed", "fixed_price": price}
        item["applied_on"] = "3_global"
        prices = self.env["product.pricelist"].create(
            {
                "name": f"Agreed {price}",
                "company_id": self.company.id,
                "item_ids": [Command.create(item)],
            }
        )
        account.write({"agreed_pricelist_id": prices.id, **vals})
        account.with_user(self.manager).action_approve_agreed_pricelist()
        return prices

    def quoted(self, price):
        line = {"product_id": self.pump.id, "price_unit": price}
        order = self.make_order(
            partner_id=self.kept.id, order_line=[Command.create(line)]
        )
        return order.authority_discount

    def test_prices_that_were_agreed_hold_for_the_survivor(self):
        """800 for a pump of 1000, until the end of the year after the next."""
        until = fields.Date.add(fields.Date.today(), years=2)
        prices = self.agree(self.old_file, 800.0, agreed_until=until)
        self.assertAlmostEqual(self.quoted(800.0), 20.0)
        approved_on = self.old_file.agreed_approved_on
        self._merge(self.old | self.kept, self.kept)
        self.assertEqual(self.kept_file.agreed_pricelist_id, prices)
        self.assertEqual(self.kept_file.agreed_until, until)
        self.assertEqual(self.kept_file.agreed_approved_by_id, self.manager)
        self.assertEqual(self.kept_file.agreed_approved_on, approved_on)
        self.assertAlmostEqual(self.quoted(800.0), 0.0)

    def test_its_own_agreement_comes_first(self):
        """700 with the one, 900 with the other that stays; or nothing approved yet."""
        self.agree(self.old_file, 700.0)
        own = self.agree(self.kept_file, 900.0)
        self._merge(self.old | self.kept, self.kept)
        self.assertEqual(self.kept_file.agreed_pricelist_id, own)
        self.assertAlmostEqual(self.quoted(900.0), 0.0)

    def test_what_nobody_approved_is_not_agreed(self):
        self.agree(self.old_file, 700.0)
        self.old_file.agreed_until = fields.Date.today()
        self.assertFalse(self.old_file.agreed_approved_on)
        self._merge(self.old | self.kept, self.kept)
        self.assertFalse(self.kept_file.agreed_pricelist_id)
        self.assertAlmostEqual(self.quoted(800.0), 20.0)

    def test_the_only_file_moves_along(self):
        other = self.env["res.partner"].create(
            {"name": "Other", "email": "a@b.example"}
        )
        self._merge(self.old | other, other)
        self.assertTrue(self.old_file.active)
        self.assertEqual(self.old_file.partner_id, other)
        self.assertFalse(self.old_file.merged_into_id)
        self.assertEqual(self.leads[0].key_account_id, self.old_file)

    def test_each_company_keeps_its_own_file(self):
        elsewhere = self.env["key.account"].create(
            {
                "partner_id": self.old.id,
                "company_id": self.other_company.id,
                "team_id": False,
            }
        )
        self._merge(self.old | self.kept, self.kept)
        self.assertTrue(elsewhere.active)
        self.assertEqual(elsewhere.partner_id, self.kept)
        self.assertFalse(self.old_file.active)

    def test_merging_into_a_contact_finds_the_other_companyehind_it(self):
        contact = self.env["res.partner"].create(
            {"name": "Li", "parent_id": self.kept.id, "email": "a@b.example"}
        )
        self._merge(self.old | contact, contact)
        self.assertEqual(self.old_file.merged_into_id, self.kept_file)
        self.assertEqual(self.old_file.partner_id, self.kept)

    def test_three_at_once(self):
        third = self.env["res.partner"].create(
            {"name": "Third", "is_company": True, "email": "a@b.example"}
        )
        third_file = self.env["key.account"].create({"partner_id": third.id})
        self._merge(self.old | self.kept | third, self.kept)
        self.assertEqual(
            (self.old_file.sudo() | third_file).merged_into_id, self.kept_file
        )
        self.assertEqual(self.leads.key_account_id, self.kept_file)

    def test_a_merged_file_is_not_revived(self):
        self._merge(self.old | self.kept, self.kept)
        with self.assertRaises(ValidationError):
            self.old_file.with_user(self.manager).action_unarchive()

    def test_who_merges_contacts_need_not_manage_accounts(self):
        groups = ["base.group_user", "base.group_partner_manager"]
        if self.beside("website"):
            # Odoo's own merge reads who visited the website, by the clerk's rights.
            groups.append("website.group_website_designer")
        clerk = self._user("ka_clerk", ",".join(groups))
        self._merge(self.old | self.kept, self.kept, user=clerk)
        self.assertEqual(self.old_file.merged_into_id, self.kept_file)
        self.assertEqual(self.leads.key_account_id, self.kept_file)

    def test_what_was_decided_on_a_proposal_stays(self):
        proposals = self.env["key.account.proposal"]._create_kept(
            [
                {"partner_id": p.id, "company_id": self.company.id, "state": state}
                for p, state in ((self.old, "declined"), (self.kept, "open"))
            ]
        )
        self.env.flush_all()
        self._merge(self.old | self.kept, self.kept)
        self.env.invalidate_all()
        self.assertEqual(proposals.exists().partner_id, self.kept)
        self.assertEqual(
            proposals.filtered(lambda p: not p.is_superseded), proposals[0]
        )
        self.assertEqual(proposals.mapped("state"), ["declined", "open"])

    def test_nothing_of_ours_can_be_deleted_by_a_merge(self):
        """Core deletes rows that clash with a unique or check constraint on a partner
        column.
        """
        self.env.cr.execute(
            """SELECT r.relname, a.attname FROM pg_constraint fk JOIN pg_class r ON
            r.oid = fk.conrelid JOIN pg_class target ON target.oid = fk.confrelid AND
            target.relname = 'res_partner' JOIN pg_attribute a ON a.attrelid = r.oid AND
            a.attnum = fk.conkey[1] JOIN pg_constraint c ON c.conrelid = r.oid AND
            a.attnum = ANY (c.conkey) WHERE fk.contype = 'f' AND c.contype IN ('c', 'u')
            AND r.relname LIKE 'key_account%'
            """
        )
        self.assertFalse(self.env.cr.fetchall())
