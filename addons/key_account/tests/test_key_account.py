from lxml import etree

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import KeyAccountCommon


@tagged("post_install", "-at_install")
class TestKeyAccount(KeyAccountCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Account = cls.env["key.account"]
        cls.prospect = cls.env["res.partner"].create(
            {"name": "Huaxin Pumps", "is_company": True}
        )
        cls.contact = cls.env["res.partner"].create(
            {"name": "Ms Chen", "parent_id": cls.prospect.id}
        )
        cls.file = cls.Account.with_user(cls.specialist).create(
            {"partner_id": cls.contact.id, "team_id": cls.team.id}
        )
        cls.stranger = cls._user(
            "ka_stranger", "key_account.group_specialist,base.group_partner_manager"
        )

    # ---------------------------------------- file and customer

    def test_a_file_is_kept_of_the_other_companyehind_a_contact(self):
        self.assertEqual(self.file.partner_id, self.prospect)
        self.assertEqual(self.file.name, "Huaxin Pumps")
        self.assertRegex(self.file.code, r"^KA\d+$")
        self.assertEqual(self.file.user_id, self.specialist)

    def test_one_file_per_customer_and_company(self):
        with self.assertRaisesRegex(
            ValidationError, f"{self.file.code}.*{self.specialist.name}"
        ):
            self.Account.with_user(self.stranger).create(
                {"partner_id": self.prospect.id}
            )
        with self.assertRaises(ValidationError):
            self.Account.with_user(self.stranger).create(
                [{"partner_id": self.contact.id}, {"partner_id": self.prospect.id}]
            )
        other = self.Account.create(
            {
                "partner_id": self.prospect.id,
                "company_id": self.other_company.id,
                "team_id": False,
            }
        )
        self.assertNotEqual(other.code, self.file.code)
        file = self.file.with_user(self.manager)
        file.action_archive()
        again = self.Account.create({"partner_id": self.prospect.id})
        with self.assertRaises(ValidationError):
            file.action_unarchive()
        self.assertTrue(again.active)

    def test_two_new_files_of_one_customer_at_once_are_refused(self):
        partner = self.env["res.partner"].create({"name": "Twice", "is_company": True})
        with self.assertRaises(ValidationError):
            self.Account.create(
                [{"partner_id": partner.id}, {"partner_id": partner.id}]
            )

    def test_form_opens_a_file(self):
        partner = self.env["res.partner"].create(
            {"name": "Form GmbH", "is_company": True}
        )
        with Form(self.Account.with_user(self.specialist)) as form:
            form.partner_id = partner
            form.man_money = "confirmed"
            form.man_money_evidence = "Audited accounts 2025"
        account = form.record
        self.assertEqual(account.name, "Form GmbH")
        self.assertEqual(account.likelihood, "B")
        self.assertTrue(account.answer_ids)

    # ---------------------------------------- who may read

    def test_readable_by_owner_team_managers_support_only(self):
        member = self._user("ka_member", "key_account.group_specialist")
        sponsor = self._user("ka_sponsor", "key_account.group_specialist")
        for user in (self.specialist, self.manager, self.support, self.director):
            self.assertTrue(self.file.with_user(user).has_access("read"), user.login)
        for user in (self.stranger, member, sponsor):
            self.assertFalse(self.file.with_user(user).has_access("read"), user.login)
        self.file.with_user(self.specialist).member_ids = [
            Command.create({"user_id": member.id})
        ]
        self.file.with_user(self.specialist).sponsor_id = sponsor
        for user in (member, sponsor):
            self.assertTrue(self.file.with_user(user).has_access("read"), user.login)
        self.file.member_ids.with_user(self.specialist).unlink()
        self.assertFalse(self.file.with_user(member).has_access("read"))

    def test_leaving_the_team_ends_access(self):
        self.team.key_account_support_ids -= self.support
        self.assertFalse(self.file.with_user(self.support).has_access("read"))
        self.team.key_account_support_ids |= self.stranger
        self.assertTrue(self.file.with_user(self.stranger).has_access("read"))

    def test_children_follow_the_account(self):
        person = self.file.stakeholder_ids.create(
            {"key_account_id": self.file.id, "partner_id": self.contact.id}
        )
        for child in (person, self.file.answer_ids):
            self.assertFalse(child.with_user(self.stranger).has_access("read"))
            self.assertTrue(child.with_user(self.specialist).has_access("read"))

    def test_only_the_manager_assigns(self):
        with self.assertRaisesRegex(AccessError, "manager"):
            self.file.with_user(self.specialist).write({"user_id": self.stranger.id})
        with self.assertRaises(AccessError):
            self.file.with_user(self.specialist).sudo().write({"team_id": False})
        # Writing what stands already is no assignment: forms and imports do it.
        self.file.with_user(self.specialist).write({"user_id": self.specialist.id})
        self.file.with_user(self.manager).write({"user_id": self.stranger.id})
        self.assertTrue(self.file.with_user(self.stranger).has_access("read"))
        self.assertFalse(self.file.with_user(self.specialist).has_access("read"))

    def test_only_the_manager_takes_an_account_out_of_the_controls(self):
        other = self.env["res.partner"].create({"name": "Other", "is_company": True})
        self.file.with_user(self.manager).action_activate()
        # Also where the other company is one's own.
        self.specialist.company_ids |= self.other_company
        for vals in (
            {"active": False},
            {"partner_id": other.id},
            {"company_id": self.other_company.id},
            {"state": "lost"},
        ):
            for file in (self.file, self.file.sudo()):
                with self.assertRaisesRegex(AccessError, "manager"):
                    file.write(vals)
                with self.assertRaises(AccessError):
                    file.write({**vals, "lost_reason": "x", "lost_date": "2026-01-01"})
        with self.assertRaises(AccessError):
            self.rpc(self.specialist, self.file, "action_lose", "x", "2026-01-01")
        with self.assertRaises(AccessError):
            self.rpc(self.support, self.file, "action_archive")
        self.rpc(self.manager, self.file, "action_lose", "x", "2026-01-01")
        self.assertEqual(self.file.state, "lost")

    def test_what_the_process_records_is_not_entered_by_hand(self):
        other = self.env["res.partner"].create({"name": "Other", "is_company": True})
        for vals in (
            {"access_user_ids": [Command.link(self.stranger.id)]},
            {"merged_into_id": self.account.id},
            {"won_date": "2020-01-01"},
            {"man_user_id": self.manager.id},
        ):
            for context in ({}, {"key_account_process": True}):
                with self.assertRaisesRegex(AccessError, "by hand"):
                    self.rpc(self.specialist, self.file, "write", vals, context=context)
        with self.assertRaises(AccessError):
            self.Account.with_user(self.specialist).create(
                {
                    "partner_id": other.id,
                    "access_user_ids": [Command.link(self.stranger.id)],
                }
            )

    # ---------------------------------------- qualification

    def test_likelihood_and_its_author(self):
        file = self.file.with_user(self.manager)
        self.assertEqual(file.likelihood, "C")
        self.assertEqual(
            file._unjudged_parts(), ["Money", "Authority to decide", "Need"]
        )
        for name in ("man_money", "man_authority", "man_need"):
            file[f"{name}_evidence"] = "Told by their director"
        file.write({"man_money": "confirmed", "man_authority": "confirmed"})
        self.assertEqual(file.likelihood, "B")
        self.assertEqual(file._unjudged_parts(), ["Need"])
        file.man_need = "confirmed"
        self.assertEqual(file.likelihood, "A")
        self.assertEqual(file.man_user_id, self.manager)
        self.assertEqual(file.man_date, fields.Date.context_today(file))
        file.man_need = "refused"
        self.assertEqual(file.likelihood, "C")
        self.assertEqual(file._unjudged_parts(), [])

    # ---------------------------------------- life

    def test_first_signed_order_makes_a_customer(self):
        first, later = (
            fields.Date.to_date("2026-01-10"),
            fields.Date.to_date("2026-03-01"),
        )
        self.file._set_won(first)
        self.assertEqual((self.file.state, self.file.won_date), ("active", first))
        self.file._set_won(later)
        self.assertEqual(self.file.won_date, first)

    def test_a_trial_stays_a_trial_when_an_order_is_signed(self):
        self.file.action_start_trial()
        self.file._set_won(fields.Date.to_date("2026-01-10"))
        self.assertEqual(self.file.state, "trial")
        self.assertTrue(self.file.won_date)

    def test_losing_needs_a_reason_and_customers(self):
        file = self.file.with_user(self.manager)
        with self.assertRaisesRegex(UserError, "Huaxin"):
            file.action_lose("price")
        file.action_activate()
        with self.assertRaises(ValidationError):
            file.write({"state": "lost"})
        with self.assertRaises(UserError):
            file.action_drop("no interest")
        wizard = self.env["key.account.close"].with_user(self.manager)
        wizard = wizard.with_context(active_model="key.account", active_ids=file.ids)
        with Form(wizard) as form:
            form.reason = "Production moved abroad"
            form.date = "2026-02-02"
        form.record.action_close()
        self.assertEqual((file.state, str(file.lost_date)), ("lost", "2026-02-02"))

    def test_dropping_ends_a_candidate_but_no_customer(self):
        partner = self.env["res.partner"].create(
            {"name": "Customer Co", "is_company": True}
        )
        customer = self.Account.create({"partner_id": partner.id, "state": "active"})
        (self.file | customer)._drop("outside our capability")
        self.assertEqual(self.file.state, "dropped")
        self.assertEqual(self.file.lost_reason, "outside our capability")
        self.assertEqual(customer.state, "active")

    def test_a_file_with_history_is_not_deleted(self):
        self.file.with_user(self.manager).action_activate()
        with self.assertRaisesRegex(UserError, "Archive"):
            self.file.with_user(self.director).unlink()

    # ---------------------------------------- documents

    def test_orders_and_opportunities_find_the_file_when_it_is_opened(self):
        partner = self.env["res.partner"].create(
            {"name": "Late File Ltd", "is_company": True}
        )
        buyer = self.env["res.partner"].create(
            {"name": "Buyer", "parent_id": partner.id}
        )
        lead = self.env["crm.lead"].create(
            {"name": "Old", "partner_id": buyer.id, "company_id": self.env.company.id}
        )
        order = self.env["sale.order"].create({"partner_id": buyer.id})
        self.assertFalse(lead.key_account_id | order.key_account_id)
        account = self.Account.create({"partner_id": partner.id})
        self.assertEqual(lead.key_account_id, account)
        self.assertEqual(order.key_account_id, account)
        account.action_archive()
        self.assertFalse(lead.key_account_id | order.key_account_id)
        account.action_unarchive()
        self.assertEqual(account.order_ids, order)

    def test_relinking_costs_the_same_for_many_orders(self):
        partner = self.env["res.partner"].create({"name": "Bulk", "is_company": True})
        account = self.Account.create({"partner_id": partner.id})
        costs = []
        for number in (1, 10):
            self.env["sale.order"].create([{"partner_id": partner.id}] * number)
            account.action_archive()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            account.action_unarchive()
            self.env.flush_all()
            costs.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(costs[1], costs[0] + 2)

    def test_the_form_costs_the_same_with_many_orders(self):
        file = self.file.with_user(self.specialist)
        spec = Form(file)._view["fields_spec"]
        vals = {"partner_id": self.prospect.id, "user_id": self.specialist.id}

        def queries():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            file.web_read(spec)
            return self.env.cr.sql_log_count - before

        self.env["sale.order"].create([vals] * 2)
        queries()
        few = queries()
        self.env["sale.order"].create([vals] * 18)
        self.assertEqual(queries(), few)
        self.assertEqual(file.quotation_count, 20)

    def test_a_deal_is_with_the_only_person_known(self):
        file = self.file.with_user(self.specialist)
        people = self.env["res.partner"].create(
            [{"name": name, "parent_id": self.prospect.id} for name in ("Wu", "Li")]
        )

        def proposed():
            return file.action_view_opportunities()["context"]["default_partner_id"]

        self.assertEqual(proposed(), self.prospect.id)
        for person, expected in zip(people, (people[0], self.prospect), strict=True):
            self.env["key.account.stakeholder"].create(
                {"key_account_id": file.id, "partner_id": person.id}
            )
            self.assertEqual(proposed(), expected.id)

    def test_a_new_customer_reads_what_whoever_takes_them_on_reads(self):
        view = self.env["key.account"].get_view(view_type="form")
        new = etree.fromstring(view["arch"]).find(".//h1/field[@name='partner_id']")
        self.assertIn("'default_lang': context.get('lang')", new.get("context"))

    def test_smart_buttons_count_and_open(self):
        self.env["sale.order"].create(
            {"partner_id": self.prospect.id, "user_id": self.specialist.id}
        )
        file = self.file.with_user(self.specialist)
        self.assertEqual(file.quotation_count, 1)
        for action in (
            file.action_view_opportunities(),
            file.action_view_visits(),
            file.action_view_plans(),
            file.action_view_quotations(),
            file.action_view_orders(),
            file.action_view_invoices(),
            file.action_open_survey(),
        ):
            records = self.env[action["res_model"]].with_user(self.specialist)
            records.search(action["domain"])
        self.assertEqual(
            file.env["sale.order"].search_count(
                file.action_view_quotations()["domain"]
            ),
            1,
        )

    # ---------------------------------------- people

    def test_personal_notes_are_for_the_account_team_and_the_manager(self):
        person = (
            self.env["key.account.stakeholder"]
            .with_user(self.specialist)
            .create(
                {
                    "key_account_id": self.file.id,
                    "partner_id": self.contact.id,
                    "role": "decision_maker",
                    "personal_notes": "plays go on Sundays",
                }
            )
        )
        member = self._user("ka_member_2", "key_account.group_specialist")
        self.file.member_ids = [Command.create({"user_id": member.id})]
        for user in (self.specialist, member, self.manager):
            self.env.invalidate_all()
            self.assertEqual(
                person.with_user(user).personal_notes, "plays go on Sundays"
            )
        for user in (self.support, self.director):
            self.env.invalidate_all()
            self.assertFalse(person.with_user(user).personal_notes)
            exported = person.with_user(user)._export_rows([["personal_notes"]])
            self.assertFalse(exported[0][0])
            with self.assertRaises(AccessError):
                person.with_user(user).read(["personal_notes_stored"])
            with self.assertRaises(AccessError):
                person.with_user(user).search(
                    [("personal_notes_stored", "ilike", "go")]
                )
            with self.assertRaises(AccessError):
                person.with_user(user).write({"personal_notes": "overwritten"})
        self.assertFalse(person.with_user(self.support).sudo().personal_notes)
        # The rest of the row is theirs to keep.
        person.with_user(self.support).write({"attitude": "supporter"})
        created = person.with_user(self.support).create(
            {
                "key_account_id": self.file.id,
                "partner_id": self.contact.id,
                "personal_notes": False,
            }
        )
        self.assertFalse(created.personal_notes)

    def test_map_and_missing_roles(self):
        self.assertIn("Decision maker", self.file.missing_roles)
        self.file.stakeholder_ids.create(
            {
                "key_account_id": self.file.id,
                "partner_id": self.env["res.partner"].create({"name": "<b>Eve</b>"}).id,
                "role": "decision_maker",
                "influence": "5",
                "attitude": "opponent",
            }
        )
        self.assertNotIn("Decision maker", self.file.missing_roles)
        self.env["res.lang"]._activate_lang("zh_CN")
        chinese = self.file.with_context(lang="zh_CN").missing_roles
        self.assertIn("、", chinese)
        self.assertNotIn(",", chinese)
        self.assertIn("&lt;b&gt;Eve", self.file.stakeholder_map)
        self.assertNotIn("<b>Eve", self.file.stakeholder_map)
