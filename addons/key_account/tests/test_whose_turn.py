"""What somebody reads while a matter waits: whose turn it is, and what comes next."""

from lxml import etree

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import HttpCase, tagged

from .test_contract_strip import SignedCommon
from .test_home import HomeCase
from .test_identification import PromotionCommon

NEXT = "key_account.crm_lead_view_kanban_of_account"
CLOCK = (
    "filter_activities_my",
    "activities_overdue",
    "activities_today",
    "activities_upcoming_all",
)


@tagged("post_install", "-at_install")
class TestForwarded(HomeCase):
    """An exception request that went on to the next level."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.key_account_mode = "off"
        cls.lead.stage_id = cls.ruling_step
        cls.company.key_account_mode = "enforce"

    def forward(self):
        self.outside(self.lead)
        self.rpc(self.specialist, self.lead, "action_request_ruling", "Buy it in")
        grants = [{"dimension": "discount", "value": 15}]
        self.rpc(
            self.manager, self.lead, "action_rule", "quote", "Big one", grants=grants
        )
        self.env.invalidate_all()
        return self.lead.ruling_ids.filtered(lambda event: event.event == "request")

    def said_of_the_step(self):
        lead = self.lead.with_user(self.specialist)
        gates = lead.stage_id.gate_ids.filtered(lambda gate: gate.kind == "ruling")
        return gates._check_ruling(lead)[lead.id]

    def test_the_step_says_that_it_went_on(self):
        self.outside(self.lead)
        self.rpc(self.specialist, self.lead, "action_request_ruling", "Buy it in")
        self.assertIn("the manager's ruling", self.said_of_the_step())
        self.rpc(
            self.manager,
            self.lead,
            "action_rule",
            "quote",
            "Big one",
            grants=[{"dimension": "discount", "value": 15}],
        )
        self.env.invalidate_all()
        self.assertIn("the next level", self.said_of_the_step())

    def test_it_leaves_the_list_of_who_forwarded_it(self):
        self.outside(self.lead)
        self.rpc(self.specialist, self.lead, "action_request_ruling", "Buy it in")
        action = self.rpc(self.manager, self.home, "open_tile", "to_rule")
        lists = self.env["key.account.ruling"].with_user(self.manager)
        shown = [("asks_me", "=", True)]
        self.assertEqual(lists.search(shown).event, "request")
        self.assertEqual(action["res_model"], "key.account.rule")
        self.rpc(
            self.manager,
            self.lead,
            "action_rule",
            "quote",
            "Big one",
            grants=[{"dimension": "discount", "value": 15}],
        )
        self.env.invalidate_all()
        self.assertFalse(lists.search(shown), "it asks the director now")
        self.assertEqual(self.figures(self.manager)["to_rule"], 0)
        request = lists.with_user(self.director).search(shown)
        self.assertEqual(request.event, "request")
        self.assertTrue(request.asks_me)
        self.assertFalse(request.with_user(self.manager).asks_me)
        self.assertEqual(self.figures(self.director)["to_rule"], 1)

    def test_the_next_level_grants_what_was_wanted(self):
        """What the manager would grant is proposed to the director, and named."""
        self.forward()
        wizard = (
            self.env["key.account.rule"]
            .with_user(self.director)
            .create(
                {
                    "opportunity_id": self.lead.id,
                    "decision": "quote",
                    "reason": "Agreed",
                    "category": "price",
                }
            )
        )
        self.assertEqual(
            [(grant.dimension, grant.value) for grant in wizard.grant_ids],
            [("discount", 15)],
        )
        self.assertIn("15.0 %", wizard.forwarded_by)
        wizard.action_rule()
        self.env.invalidate_all()
        self.assertEqual(self.lead.ruling_ids[0].grant_id.value, 15)

    def test_the_specialist_is_told_how_far_they_may_go(self):
        self.forward()
        went_on = self.lead.message_ids.filtered(lambda note: "Big one" in note.body)
        self.assertEqual(len(went_on), 1, "once")
        self.assertIn(self.director.name, went_on.body)
        self.rpc(
            self.director,
            self.lead,
            "action_rule",
            "quote",
            "Agreed",
            grants=[{"dimension": "discount", "value": 12}],
        )
        given = self.lead.message_ids.filtered(lambda note: "Agreed" in note.body)
        self.assertEqual(len(given), 1)
        self.assertIn("12.0 %", given.body)
        self.assertIn(self.specialist.partner_id, given.partner_ids)


@tagged("post_install", "-at_install")
class TestProposalsWait(PromotionCommon):
    def figures(self, user):
        self.env.invalidate_all()
        tiles = self.rpc(user, self.env["key.account.home"], "read_tiles")
        return {tile["key"]: tile["count"] for tile in tiles}

    def test_who_is_to_decide_is_told_on_my_day(self):
        self.company.key_account_approve_strategy = True
        proposal = self.ready()
        self.assertEqual(self.figures(self.manager)["proposals"], 1)
        self.assertNotIn("strategies_to_approve", self.figures(self.director))
        self.rpc(self.manager, proposal, "action_accept")
        self.assertNotIn("proposals", self.figures(self.manager))
        self.assertNotIn("strategies_to_approve", self.figures(self.manager))
        self.assertEqual(self.figures(self.director)["strategies_to_approve"], 1)
        self.rpc(self.director, proposal, "action_approve")
        self.assertNotIn("strategies_to_approve", self.figures(self.director))

    def test_no_button_that_can_only_be_refused(self):
        self.company.key_account_approve_strategy = True
        proposal = self.ready()
        self.assertTrue(proposal.with_user(self.manager).may_decide)
        self.rpc(self.director, proposal, "action_accept")
        for user, may in (
            (self.manager, False),
            (self.director, False),
            (self.general_manager, True),
        ):
            self.assertEqual(proposal.with_user(user).may_decide, may, user.name)


@tagged("post_install", "-at_install")
class TestReviewIsOver(SignedCommon, HttpCase):
    def failed(self):
        self.team.key_account_contract_review = "yes"
        reviewers = self.director | self.general_manager
        reviewers.group_ids |= self.env.ref("key_account.group_contract_reviewer")
        self.env["key.account.contract.review.function"].create(
            [
                {
                    "function": name,
                    "company_id": self.company.id,
                    "user_ids": user.ids,
                }
                for name, user in zip(("technical", "finance"), reviewers, strict=True)
            ]
        )
        order = self.sign(self.quote(require_signature=True))
        order.with_user(self.env.ref("base.public_user")).sudo()._validate_order()
        item = order.contract_review_ids.item_ids.filtered(
            lambda each: each.function == "technical"
        )
        item.with_user(item.user_ids).action_fail("The coating is too thin")
        self.assertEqual(order.contract_state, "failed")
        return order

    def test_nobody_is_waited_for_any_more(self):
        text = self.strip(self.failed())
        self.assertIn("was not passed", text)
        self.assertIn("start the review again", text)
        self.assertIn("The coating is too thin", text)
        self.assertNotIn("waits for", text)

    def test_the_customer_is_not_left_in_silence(self):
        order = self.failed()
        order._portal_ensure_token()
        self.env.flush_all()
        page = self.url_open(order.get_portal_url()).text
        self.assertIn("something left to settle with you", page)
        self.assertNotIn("coating", page)


@tagged("post_install", "-at_install")
class TestOnTheScreen(SignedCommon):
    def test_a_file_that_was_merged_becomes_nothing(self):
        """Neither by its manager nor by its owner, whatever they call."""
        partner = self.env["res.partner"].create({"name": "Again", "is_company": True})
        other = (
            self.env["key.account"]
            .with_user(self.specialist)
            .create({"partner_id": partner.id, "team_id": self.team.id})
        )
        other.sudo()._merge_into(self.account)
        for user, act, args in (
            (self.manager, "action_activate", ()),
            (self.manager, "action_drop", ("No need",)),
            (self.specialist, "action_start_trial", ()),
            (self.manager, "write", ({"state": "active"},)),
        ):
            with self.subTest(act), self.assertRaisesRegex(UserError, "merged"):
                self.rpc(user, other, act, *args)
        self.assertEqual(other.state, "candidate")

    def test_archived_accounts_offer_no_change_of_state(self):
        arch = self.env["key.account"].get_view(view_type="form")["arch"]
        for button in etree.fromstring(arch).iterfind(".//header/button"):
            self.assertIn("not active", button.get("invisible"), button.get("string"))

    def test_another_payment_is_named_once_and_by_who_said_it(self):
        """While the quotation is edited, too, where each line comes as a new one."""
        line = self.requirement(self.lead, kind="payment", name="60 days net")
        term = self.env.ref("account.account_payment_term_immediate")
        order = self.quote()
        draft = order.new({"payment_term_id": term.id}, origin=order)
        notices = draft._payment_notices()
        self.assertEqual(len(notices), 1)
        self.assertIn("The customer asks for payment “60 days net”", notices[0])
        line.our_standard = "30 days net"
        self.assertIn("settled with the customer", draft._payment_notices()[0])
        self.assertIn("30 days net", draft._payment_notices()[0])

    def test_the_clock_opens_what_it_counts(self):
        """Each of our lists has the filters that Odoo's clock asks for."""
        for name, model in self.env.items():
            if not name.startswith("key.account") or model._abstract:
                continue
            if "activity_user_id" not in model._fields:
                continue
            with self.subTest(name):
                arch = etree.fromstring(model.get_view(view_type="search")["arch"])
                for wanted in CLOCK:
                    found = arch.findall(f".//filter[@name='{wanted}']")
                    self.assertEqual(len(found), 1, wanted)

    def test_deals_of_a_customer_are_a_list_on_a_telephone(self):
        action = self.account.with_user(self.specialist).action_view_opportunities()
        board = self.env.ref(NEXT)
        self.assertIn((board.id, "kanban"), [tuple(view) for view in action["views"]])
        arch = self.env["crm.lead"].get_view(board.id, "kanban")["arch"]
        self.assertIn('js_class="key_account_deals_kanban"', arch)


@tagged("post_install", "-at_install")
class TestHeadOfThePage(SignedCommon, HttpCase):
    """Whoever follows a link meets the company that wrote, not the first there is."""

    def head(self, address):
        self.env.flush_all()
        self.authenticate(None, None)
        return self.url_open(address).text

    def test_times_are_those_of_the_company(self):
        """Whoever follows a link has no time zone of their own."""
        self.company.resource_calendar_id.tz = "Asia/Shanghai"
        feedback = self.env["key.account.feedback"].create(
            {
                "name": "Rust",
                "key_account_id": self.account.id,
                "received_on": "2026-01-05 07:12:00",
            }
        )
        token = feedback.sudo()._portal_ensure_token()
        page = self.head(f"/my/feedback/{feedback.id}?access_token={token}")
        self.assertRegex(page, r"\b(15|0?3):12\b")
        self.assertNotRegex(page, r"\b0?7:12\b")

    def test_of_the_company_that_wrote(self):
        # Beside a website the head is that of the website.
        logo = f"/logo.png?company={self.company.id}"
        head = "data-website-id" if "website" in self.env else logo
        diagnosis = self.env["key.account.diagnosis"].create(
            {
                "name": "Stops on line 2",
                "key_account_id": self.account.id,
                "contact_id": self.contact.id,
                "why_us": "One clamping.",
                "problem_ids": [
                    Command.create({"name": "Leaks", "root_cause": "Wear", "cost": 5})
                ],
            }
        )
        diagnosis.with_user(self.specialist).action_send()
        feedback = self.env["key.account.feedback"].create(
            {"name": "Rust", "key_account_id": self.account.id}
        )
        held = self.make_order(discount=8.0)
        for record in (diagnosis, feedback, held):
            token = record.sudo()._portal_ensure_token()
            with self.subTest(record._name):
                page = self.head(f"{record.sudo().access_url}?access_token={token}")
                self.assertIn(head, page)
