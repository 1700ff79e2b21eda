"""What was decided while a deal was somebody else's: another customer's, another
company's"""

from odoo.exceptions import UserError
from odoo.tests import tagged

from .stage_common import StageCommon


@tagged("post_install", "-at_install")
class TestAttackPassage(StageCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_customer = cls.env["res.partner"].create(
            {"name": "Harbour Cranes", "is_company": True}
        )
        cls.other_account = cls.env["key.account"].create(
            {
                "partner_id": cls.other_customer.id,
                "company_id": cls.company.id,
                "team_id": cls.team.id,
                "user_id": cls.specialist.id,
            }
        )

    def asked(self, **vals):
        """A deal in the step of the ruling: a line outside, a line settled, and the
        manager asked."""
        lead = self.put(self.make_lead(**vals), self.ruling_step)
        lines = self.outside(lead) | self.settled(lead, kind="delivery")
        self.rpc(self.specialist, lead, "action_request_ruling", "A thicker wall")
        return lead, lines.sudo()

    def rule(self, lead):
        self.rpc(self.manager, lead, "action_rule", "quote", "Yes", category="price")
        self.env.flush_all()

    def ruled(self, **vals):
        lead, lines = self.asked(**vals)
        self.rule(lead)
        self.assertEqual(set(lines.mapped("state")), {"settled"})
        return lead, lines

    def to(self, lead, customer):
        self.rpc(self.specialist, lead, "write", {"partner_id": customer.id})
        self.env.flush_all()
        self.env.invalidate_all()

    def not_ruled(self, lead, lines):
        self.assertEqual(lines.mapped("state"), ["outside", "open"])
        self.assertFalse(lines.ruling_id)
        self.assertEqual(lead.ruling_state, "needed")
        with self.assertRaisesRegex(UserError, "ask again"):
            self.move(lead, self.quotation_step)

    def test_ruling_for_another_customer(self):
        """partner_id of a deal that was ruled on: another customer, by way of none;
        another contact of the same; the customer is merged | specialist | ruled and
        settled no more, the step stays shut; the ruling holds"""
        for way in ((self.other_customer,), (self.env["res.partner"],) * 2):
            lead, lines = self.ruled()
            for customer in way:
                self.to(lead, customer)
            self.to(lead, self.other_customer)
            self.not_ruled(lead, lines)
        lead, lines = self.ruled()
        self.to(lead, self.contact)
        self.assertEqual(set(lines.mapped("state")), {"settled"})
        duplicate = self.customer.create({"name": "Golden", "is_company": True})
        merge = self.env["base.partner.merge.automatic.wizard"].create({})
        merge._merge((self.customer | duplicate).ids, duplicate)
        self.env.invalidate_all()
        self.assertEqual(lead.partner_id.commercial_partner_id, duplicate)
        self.move(lead, self.quotation_step)
        self.assertEqual(lead.stage_id, self.quotation_step)

    def test_ruling_asked_for_another_customer(self):
        """partner_id of a deal while the manager is asked for a ruling | specialist |
        the ruling to quote is refused: it was asked for another customer's; asked anew
        it is given"""
        lead, lines = self.asked()
        self.to(lead, self.other_customer)
        with self.assertRaisesRegex(UserError, "asked for anew"):
            self.rule(lead)
        self.assertEqual(lines[:1].state, "outside")
        self.rpc(self.specialist, lead, "action_request_ruling", "A thicker wall")
        self.rule(lead)
        self.assertEqual(lines[:1].state, "settled")

    def asked_to_rule(self, lead):
        kind = self.env.ref("key_account.mail_activity_ruling")
        tasks = lead.sudo().activity_ids
        return tasks.filtered(lambda task: task.activity_type_id == kind).user_id

    def test_prospect_is_found_to_work_for_a_customer(self):
        """The person of a deal is put under their company while the manager is asked,
        after the ruling | specialist | the same customer: ruled, settled, the step
        opens; put under another company afterwards, asked anew"""
        for ruled in (False, True):
            person = self.env["res.partner"].create({"name": "Ms Wu"})
            lead, lines = self.asked(partner_id=person.id)
            if ruled:
                self.rule(lead)
            self.rpc(self.specialist, person, "write", {"parent_id": self.customer.id})
            self.env.flush_all()
            self.env.invalidate_all()
            if not ruled:
                self.rule(lead)
            self.assertEqual(set(lines.mapped("state")), {"settled"})
            self.move(lead, self.quotation_step)
            self.assertEqual(lead.stage_id, self.quotation_step)

    def test_asked_while_the_deal_goes_on(self):
        """While the manager is asked for a ruling the deal goes to another team, is
        given to the manager, the manager leaves, or no longer manages the team |
        specialist, director, administrator | whoever rules now is asked, and nobody who
        may not any more"""
        team = self.team.copy({"name": "Second"})
        team.write(
            {
                "user_id": self.other_manager.id,
                "key_account_manager_ids": [(6, 0, self.other_manager.ids)],
            }
        )
        team._load_stage_template("eight_steps")
        lead, _lines = self.asked()
        self.assertEqual(self.asked_to_rule(lead), self.manager)
        self.rpc(self.specialist, lead, "write", {"team_id": team.id})
        self.assertEqual(self.asked_to_rule(lead), self.other_manager)
        given, _lines = self.asked()
        self.rpc(self.specialist, given, "write", {"user_id": self.manager.id})
        self.assertTrue(self.asked_to_rule(given))
        self.assertNotIn(self.manager, self.asked_to_rule(given))
        left, _lines = self.asked()
        self.manager.active = False
        self.assertTrue(self.asked_to_rule(left))
        self.assertNotIn(self.manager, self.asked_to_rule(left))
        self.manager.active = True
        led, _lines = self.asked()
        self.assertEqual(self.asked_to_rule(led), self.manager)
        self.team.write(
            {
                "user_id": self.other_manager.id,
                "key_account_manager_ids": [(6, 0, self.other_manager.ids)],
            }
        )
        self.assertTrue(self.asked_to_rule(led))
        self.assertNotIn(self.manager, self.asked_to_rule(led))

    def test_ruling_asked_before_a_merge(self):
        """The customer is merged while the manager is asked | whoever keeps contacts |
        the ruling is given: it is the same customer"""
        lead, lines = self.asked()
        duplicate = self.customer.create({"name": "Golden", "is_company": True})
        merge = self.env["base.partner.merge.automatic.wizard"].create({})
        merge._merge((self.customer | duplicate).ids, duplicate)
        self.env.invalidate_all()
        self.rule(lead)
        self.assertEqual(set(lines.mapped("state")), {"settled"})

    def test_ruled_deal_merged_into_another_customers(self):
        """A deal that was ruled on merged into the deal of another customer, and into
        one of the same | specialist | ruled and settled no more; the ruling holds"""
        for customer in (self.other_customer, self.customer):
            head = self.put(self.make_lead(partner_id=customer.id), self.ruling_step)
            head.priority = "3"
            self.rpc(self.specialist, head, "write", {"probability": 99.0})
            lead, lines = self.ruled()
            both = (head | lead).with_user(self.specialist)
            self.assertEqual(both.merge_opportunity(auto_unlink=False), head)
            self.env.flush_all()
            self.env.invalidate_all()
            self.assertEqual(lines.opportunity_id, head)
            if customer == self.customer:
                self.assertEqual(set(lines.mapped("state")), {"settled"})
            else:
                self.not_ruled(head, lines)

    def test_ruling_of_another_company(self):
        """A deal that was ruled on goes over to another company, with or without its
        team | a salesperson of both | ruled and settled no more"""
        both = self.company | self.other_company
        self.specialist.company_ids = both
        lead, lines = self.ruled()
        context = {"allowed_company_ids": both.ids}
        vals = {"company_id": self.other_company.id, "team_id": False}
        self.rpc(self.specialist, lead, "write", vals, context=context)
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(lines.mapped("state"), ["outside", "open"])

    def test_grant_before_the_customer_is_named(self):
        """Authority granted in a deal without a customer; one customer is named in it,
        then another | specialist | it is for the first one who was named"""
        lead = self.make_lead(partner_id=False)
        grant = self.env["key.account.authority.grant"].with_user(self.manager)
        grant = grant.create(
            {
                "opportunity_id": lead.id,
                "company_id": self.company.id,
                "user_id": self.specialist.id,
                "dimension": "discount",
                "value": 9.0,
            }
        )
        self.to(lead, self.contact)
        self.assertEqual(grant.customer_id, self.customer)
        order = self.make_order(discount=9.0, opportunity_id=lead.id)
        self.assertEqual(order.authority_state, "within")
        self.to(lead, self.other_customer)
        other = self.make_order(
            discount=9.0, opportunity_id=lead.id, partner=self.other_customer
        )
        self.assertEqual(other.authority_state, "required")

    def test_grant_of_before(self):
        """Another customer named in a deal whose grant does not say for whom it was
        given, as grants of long ago do not | specialist | it was for the former one"""
        lead = self.make_lead()
        grant = self.env["key.account.authority.grant"].with_user(self.manager)
        grant = grant.create(
            {
                "opportunity_id": lead.id,
                "company_id": self.company.id,
                "user_id": self.specialist.id,
                "dimension": "discount",
                "value": 9.0,
            }
        )
        grant._set_kept({"customer_id": False})
        self.to(lead, self.other_customer)
        self.assertEqual(grant.customer_id, self.customer)

    def test_grants_merged(self):
        """Grants of a deal without a customer merged into a customer's | specialist |
        for that customer, and no other one that is named afterwards"""
        lead, head = self.make_lead(partner_id=False), self.make_lead()
        self.rpc(self.specialist, head, "write", {"probability": 99.0})
        self.env["key.account.authority.grant"].with_user(self.manager).create(
            {
                "opportunity_id": lead.id,
                "company_id": self.company.id,
                "user_id": self.specialist.id,
                "dimension": "discount",
                "value": 9.0,
            }
        )
        both = (head | lead).with_user(self.specialist)
        self.assertEqual(both.merge_opportunity(auto_unlink=False), head)
        self.to(head, self.other_customer)
        order = self.make_order(
            discount=9.0, opportunity_id=head.id, partner=self.other_customer
        )
        self.assertEqual(order.authority_state, "required")

    def test_nobody_is_asked_of_what_needs_it_no_more(self):
        """An account dropped, archived, given another customer while a quotation of it
        waits for sign-off | its manager | nobody is asked any more, the request is
        ended; once it is an account again, sign-off is asked for anew"""
        other = self.customer.create({"name": "Third", "is_company": True})
        for method, *args in (
            ("action_drop", "No demand"),
            ("action_archive",),
            ("write", {"partner_id": other.id}),
        ):
            order = self.make_order(discount=8.0, team_id=self.plain_team.id)
            order.with_user(self.specialist).action_request_approval()
            self.assertEqual(order.approver_ids, self.manager)
            self.rpc(self.manager, self.account, method, *args)
            self.env.flush_all()
            self.env.invalidate_all()
            self.assertEqual(order.authority_state, "not_applicable", method)
            self.assertFalse(order.approver_ids, method)
            self.assertFalse(order.sudo().activity_ids, method)
            last = order.sudo().approval_ids.sorted("id")[-1:]
            self.assertEqual(last.event, "supersede", method)
            self.account._write_kept({"state": "candidate"})
            self.account.write({"active": True, "partner_id": self.customer.id})
            self.env.flush_all()
            self.assertEqual(order.authority_state, "required", method)

    def test_agreement_of_another_company(self):
        """An agreement that another company has with the same customer, put under the
        deal whose process asks for it | a specialist of both | the step stays shut;
        the company's own opens it"""
        both = self.company | self.other_company
        self.specialist.company_ids = both
        theirs = self.env["key.account"].create(
            {
                "partner_id": self.customer.id,
                "company_id": self.other_company.id,
                "team_id": False,
                "user_id": self.specialist.id,
            }
        )
        self.first.gate_ids.unlink()
        kind = self.env["key.account.agreement.type"].search([("code", "!=", False)])
        self.first.gate_ids = [
            (0, 0, {"kind": "document", "document_type": kind[0].code})
        ]
        context = {"allowed_company_ids": both.ids}
        for account, opens in ((theirs, False), (self.account, True)):
            agreement = self.env["key.account.agreement"]
            vals = {
                "name": "Quality agreement",
                "type_id": kind[0].id,
                "key_account_id": account.id,
                "opportunity_id": self.lead.id,
            }
            made = self.rpc(self.specialist, agreement, "create", vals, context=context)
            agreement.browse(made)._write_kept({"state": "ready"})
            self.env.flush_all()
            self.env.invalidate_all()
            if opens:
                self.move(self.lead, self.visit_step)
                self.assertEqual(self.lead.stage_id, self.visit_step)
            else:
                with self.assertRaisesRegex(UserError, "missing before"):
                    self.move(self.lead, self.visit_step)
