"""A key-account deal from the prospect to the invoice, in a real browser.

People act on Odoo's own screens (tours in ``addons/*/static/tests/tours``); between two
of them the database is asked whether what they saw is what has been recorded.
"""

import hashlib
from unittest.mock import patch

from odoo import Command, fields
from odoo.tests import HttpCase, new_test_user

CONFIGURATOR = "gao_configurator"
SPECIALIST = "lin_specialist"
MANAGER = "chen_manager"
DIRECTOR = "wang_director"
TECHNICIAN = "zhou_technician"
CONTROLLER = "sun_controller"
SUPPORT = "wu_support"
ACCOUNTANT = "qian_accountant"

# The roles of specialist, manager and support are given by the set-up wizard. Billing
# takes Odoo's right to invoice besides that to sell: without it a salesperson can make
# an invoice, but not open it.
PEOPLE = {
    CONFIGURATOR: "key_account.group_configuration,base.group_erp_manager",
    SPECIALIST: "base.group_user",
    MANAGER: "base.group_user",
    DIRECTOR: "key_account.group_director,sales_team.group_sale_salesman_all_leads",
    TECHNICIAN: "key_account.group_contract_reviewer",
    CONTROLLER: "key_account.group_contract_reviewer",
    SUPPORT: "sales_team.group_sale_salesman_all_leads,account.group_account_invoice",
    ACCOUNTANT: "account.group_account_invoice",
}
# From the deal to what the accountant sees; before (19.0.1.6.0) they were 196.
WAY = (
    *("plan_deal", "visit", "review_visit", "authority_check", "rule", "rule_above"),
    *("quote", "sign_off", "send", "customer_signs", "review_contract"),
    *("review_contract", "make_invoice", "accountant"),
)
MOST_CLICKS = 129
# What is clicked in these tours: what an attempt that is refused takes is left out, and
# so are the steps of other editions of Odoo.
COUNT = """
    const {registry} = odoo.loader.modules.get("@web/core/registry");
    const {ATTEMPT} = odoo.loader.modules.get("@key_account/../tests/tours/steps");
    const tours = registry.category("web_tour.tours");
    const clicked = ({run, content, isActive}) =>
        ["click", "check"].includes(run) &&
        !`${content}`.startsWith(ATTEMPT) &&
        !(isActive || []).some((each) => ["enterprise", "mobile"].includes(each));
    const counts = %s.map((name) => [
        name, tours.get(`key_account_${name}`).steps().filter(clicked).length,
    ]);
    const all = counts.reduce((sum, [, count]) => sum + count, 0);
    console.log(`Clicks of the whole way: ${all} (${counts.join("; ")})`);
    if (all > %s) {
        console.error(`${all} clicks are more than %s`);
    } else {
        console.log("test successful");
    }
"""
STEPS = [
    "Development plan",
    "Visit",
    "Manager's review",
    "Authority check",
    "Ruling",
    "Formal quotation",
    "Sign-off",
    "Signed return",
    "Won",
]


class TestWholeWay(HttpCase):
    test_tags = {"standard", "post_install"}
    test_module = "key_account"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env["res.company"].create({"name": "East Precision"})
        cls.env.user.company_ids |= cls.company
        cls.env = cls.env(
            context=dict(cls.env.context, allowed_company_ids=cls.company.ids)
        )
        cls.env["account.chart.template"].try_loading("generic_coa", cls.company)
        cls.people = {
            login: cls._make_user(login, groups) for login, groups in PEOPLE.items()
        }
        cls._make_customer()
        cls._make_review_functions()

    @classmethod
    def _make_user(cls, login, groups):
        return new_test_user(
            cls.env,
            login=login,
            name=login.replace("_", " ").title(),
            groups=groups,
            tz="Asia/Shanghai",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    @classmethod
    def _make_customer(cls):
        cls.customer = cls.env["res.partner"].create(
            {
                "name": "Golden Gate Motors",
                "is_company": True,
                "email": "office@golden.example.com",
                "child_ids": [Command.create({"name": "Zhao Min"})],
            }
        )
        cls.env["product.product"].create(
            {
                "name": "Pump P-200",
                "list_price": 1000.0,
                "taxes_id": [Command.clear()],
                "invoice_policy": "order",
            }
        )
        cls.env["account.payment.term"].create(
            {
                "name": "30 days after delivery",
                "note": "<p>Payment within 30 days after delivery.</p>",
                "company_id": cls.company.id,
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": 100, "nb_days": 30}
                    )
                ],
            }
        )

    @classmethod
    def _make_review_functions(cls):
        cls.env["key.account.contract.review.function"].with_user(
            cls.people[CONFIGURATOR]
        ).create(
            [
                {
                    "function": function,
                    "question": "Understood, capable, differences resolved?",
                    "user_ids": [Command.set(cls.people[login].ids)],
                }
                for function, login in (
                    ("technical", TECHNICIAN),
                    ("finance", CONTROLLER),
                )
            ]
        )

    # ------------------------------------------------------------
    # The way
    # ------------------------------------------------------------

    def test_whole_way(self):
        """Every step is a method: a person acts, then the records are looked at."""
        self._render_real_pdfs()
        self._configurator_sets_up()
        self._specialist_opens_the_account()
        self._specialist_plans_the_deal()
        self._specialist_visits()
        self._manager_reviews()
        self._specialist_asks_for_a_ruling()
        self._manager_rules()
        self._director_rules()
        self._specialist_quotes()
        self._director_signs_off()
        self._specialist_sends()
        self._customer_signs()
        self._reviewers_pass()
        self._support_bills()
        self._accountant_opens_what_was_signed()
        self._manager_appraises()

    def _configurator_sets_up(self):
        self.tour(CONFIGURATOR, "key_account_set_up")
        company = self.company
        self.assertEqual(company.key_account_mode, "enforce")
        self.assertEqual(company.key_account_approval_policy, "always")
        self.assertTrue(company.key_account_contract_review)
        self.team = self.env["crm.team"].search(
            [("is_key_account", "=", True), ("company_id", "=", company.id)]
        )
        self.assertEqual(self.team.user_id, self.people[MANAGER])
        self.assertEqual(self.team.member_ids, self.people[SPECIALIST])
        self.assertEqual(self.team._key_account_stages().mapped("name"), STEPS)
        specialist = self.people[SPECIALIST]
        self.assertTrue(specialist.has_group("key_account.group_specialist"))
        self.assertFalse(specialist.has_group("key_account.group_manager"))
        self.assertTrue(self.people[MANAGER].has_group("key_account.group_manager"))
        self.assertTrue(self.people[SUPPORT].has_group("key_account.group_support"))
        levels = self.env["key.account.authority.level"].search(
            [("company_id", "=", company.id)]
        )
        self.assertEqual(
            {level.sequence: level.user_ids.login for level in levels},
            {10: SPECIALIST, 20: MANAGER, 30: DIRECTOR, 40: False},
        )

    def _specialist_opens_the_account(self):
        self.tour(SPECIALIST, "key_account_open_account")
        self.account = self.env["key.account"].search(
            [("partner_id", "=", self.customer.id)]
        )
        account = self.account
        self.assertEqual(
            (account.state, account.likelihood, account.user_id, account.team_id),
            ("candidate", "A", self.people[SPECIALIST], self.team),
        )
        self.assertEqual(account.man_user_id, self.people[SPECIALIST])
        self.assertGreater(account.profile_completeness, 0)
        self.assertLess(account.profile_completeness, 40)

    def _specialist_plans_the_deal(self):
        self.tour(SPECIALIST, "key_account_plan_deal")
        self.lead = self.env["crm.lead"].search(
            [("key_account_id", "=", self.account.id)]
        )
        self.assertEqual(
            (self.lead.team_id, self.lead.stage_id.name), (self.team, "Visit")
        )
        self.assertGreaterEqual(self.account.profile_completeness, 40)
        plan = self.lead.key_account_plan_ids
        self.assertFalse(plan._missing_parts())
        self.assertEqual(plan.action_ids.user_id, self.people[SPECIALIST])
        self.assert_log(
            ("enter", "Development plan"),
            ("leave", "Development plan"),
            ("enter", "Visit"),
        )

    def _specialist_visits(self):
        self.tour(SPECIALIST, "key_account_visit")
        visit = self.visit = self.lead.key_account_visit_ids
        self.assertEqual(visit.state, "reported")
        self.assertEqual(visit.met_ids.name, "Zhao Min")
        self.assertEqual(visit.reported_by_id, self.people[SPECIALIST])
        self.assertTrue(visit.report_in_time)
        self.assertTrue(visit.held_start <= visit.held_end <= fields.Datetime.now())
        self.assertEqual(visit.calendar_event_id.user_id, self.people[SPECIALIST])
        price, handover = visit.requirement_ids.sorted("id")
        self.assertEqual(
            (price.measured_discount, price.within_authority, price.state),
            (12, "no", "outside"),
        )
        self.assertEqual((handover.able, handover.state), ("yes", "settled"))
        self.assertEqual(self.lead.stage_id.name, "Manager's review")

    def _manager_reviews(self):
        self.tour(MANAGER, "key_account_review_visit")
        visit = self.visit
        self.assertEqual(
            (visit.state, visit.reviewed_by_id), ("reviewed", self.people[MANAGER])
        )
        self.assertEqual((visit.review_potential, visit.review_difficulty), (4, 4))
        grant = visit.grant_ids
        self.assertEqual(
            (grant.user_id, grant.granted_by_id, grant.dimension, grant.value),
            (self.people[SPECIALIST], self.people[MANAGER], "discount", 8),
        )

    def _specialist_asks_for_a_ruling(self):
        self.tour(SPECIALIST, "key_account_authority_check")
        request = self.lead.ruling_ids
        self.assertEqual(
            (request.event, request.user_id), ("request", self.people[SPECIALIST])
        )
        self.assertEqual(request.requirement_ids.product_id.name, "Pump P-200")
        self.assertEqual(self.lead.stage_id.name, "Ruling")
        self.assertIn(self.people[MANAGER], self.lead.activity_ids.user_id)

    def _manager_rules(self):
        self.tour(MANAGER, "key_account_rule")
        forward = self.lead.ruling_ids.sorted("id")[-1]
        self.assertEqual(
            (forward.event, forward.user_id, forward.forwarded_to_ids),
            ("forward", self.people[MANAGER], self.people[DIRECTOR]),
        )
        self.assertEqual(self.lead.stage_id.name, "Ruling")

    def _director_rules(self):
        self.tour(DIRECTOR, "key_account_rule_above")
        ruling = self.lead.ruling_ids.filtered(lambda event: event.event == "ruling")
        self.assertEqual(
            (ruling.decision, ruling.user_id), ("quote", self.people[DIRECTOR])
        )
        self.assertEqual(set(self.lead.requirement_ids.mapped("state")), {"settled"})
        self.assertEqual(self.lead.stage_id.name, "Ruling")

    def _specialist_quotes(self):
        self.tour(SPECIALIST, "key_account_quote")
        order = self.order = self.lead.order_ids
        self.assertEqual(
            (order.key_account_id, order.team_id), (self.account, self.team)
        )
        self.assertEqual(order.amount_untaxed, 44_000)
        self.assertEqual(order.requirement_ids, self.lead.requirement_ids)
        self.assertEqual(order.terms_author_id, self.people[SPECIALIST])
        self.assertEqual(order.agreement_ids.state, "ready")
        self.assertFalse(order._missing_parts()[order.id])
        self.assertEqual(self.lead.stage_id.name, "Sign-off")

        self.assertEqual((order.state, order.authority_state), ("draft", "pending"))
        self.assertEqual(order.approver_ids, self.people[DIRECTOR])
        self.assertFalse(
            order.message_ids.filtered("attachment_ids"), "nothing has left"
        )
        self.authenticate(None, None)
        page = self.url_open(order.get_portal_url()).text
        self.assertIn("being prepared", page)
        self.assertNotIn("Pump P-200", page)

    def _director_signs_off(self):
        self.tour(DIRECTOR, "key_account_sign_off")
        order = self.order
        self.assertEqual(
            (order.authority_state, order.authority_level_id.sequence), ("approved", 30)
        )
        self.assertEqual(
            order.approval_ids.sorted("id").mapped("event"), ["request", "approve"]
        )
        approval = order.approval_ids.sorted("id")[-1]
        self.assertEqual(
            (approval.user_id, approval.discount), (self.people[DIRECTOR], 12)
        )

    def _specialist_sends(self):
        self.tour(SPECIALIST, "key_account_send")
        order = self.order
        self.assertEqual(
            (order.state, self.lead.stage_id.name), ("sent", "Signed return")
        )
        mailed = order.message_ids.attachment_ids
        self.assertTrue(mailed and mailed[0].raw.startswith(b"%PDF-"), "a PDF went out")

    def _customer_signs(self):
        order = self.order
        self.tour(None, "key_account_customer_signs", url=order.get_portal_url())
        evidence = order.signature_ids
        self.assertEqual((evidence.method, evidence.signed_by), ("portal", "Zhao Min"))
        self.assertEqual(evidence.function, "Purchasing director")
        self.assertEqual(evidence.fingerprint, order._terms_fingerprint())
        self.signed = evidence.attachment_id.raw
        self.assertTrue(self.signed.startswith(b"%PDF-"))
        self.assertEqual(evidence.sha256, hashlib.sha256(self.signed).hexdigest())
        self.assertTrue(evidence.intact and evidence.binding)
        self.assertEqual((order.state, order.contract_state), ("sent", "in_review"))
        self.assertTrue(order.contract_number)

    def _reviewers_pass(self):
        order, lead = self.order, self.lead
        self.tour(TECHNICIAN, "key_account_review_contract")
        self.assertEqual((order.state, order.contract_state), ("sent", "in_review"))
        self.assertEqual(lead.stage_id.name, "Signed return")
        self.tour(CONTROLLER, "key_account_review_contract")
        self.assertEqual((order.state, order.contract_state), ("sale", "passed"))
        self.assertEqual(lead.won_status, "won")
        self.assertEqual(self.account.state, "active")
        self.assertTrue(self.account.won_date)
        walked = [(event, step) for step in STEPS[:-1] for event in ("enter", "leave")]
        self.assert_log(*walked, ("enter", "Won"))

    def _support_bills(self):
        self.tour(SUPPORT, "key_account_make_invoice")
        self.invoice = self.order.invoice_ids
        self.assertEqual(
            (self.invoice.state, self.invoice.amount_untaxed), ("draft", 44_000)
        )

    def _accountant_opens_what_was_signed(self):
        accountant = self.people[ACCOUNTANT]
        self.assertFalse(accountant.has_group("sales_team.group_sale_salesman"))
        self.tour(ACCOUNTANT, "key_account_accountant")
        self.assertEqual(self.invoice.state, "posted")
        action = self.invoice.with_user(accountant).action_open_signed_quotation()
        self.authenticate(ACCOUNTANT, ACCOUNTANT)
        document = self.url_open(action["url"]).content
        self.assertTrue(document == self.signed, "byte for byte what was signed")

    def _manager_appraises(self):
        self.env["key.account.kpi.target"].with_user(self.people[DIRECTOR]).create(
            {
                "kpi_id": self.env.ref(
                    "key_account_reports.kpi_sales_plan_completion"
                ).id,
                "company_id": self.company.id,
                "period": "quarter",
                "date": fields.Date.context_today(self.company),
                "user_id": self.people[SPECIALIST].id,
                "value": 100_000,
            }
        )
        self.tour(MANAGER, "key_account_appraisal")
        sheet = self.env["key.account.kpi.sheet"].search(
            [("user_id", "=", self.people[SPECIALIST].id)]
        )
        figures = {
            line.kpi_id.code: (line.numerator, line.denominator)
            for line in sheet.line_ids
        }
        expected = {
            "sales_plan_completion": (44_000, 100_000),
            "visit_plan_completion": (1, 1),
            "report_timeliness": (1, 1),
        }
        self.assertEqual({code: figures[code] for code in expected}, expected)

    def test_clicks(self):
        """The way takes a third fewer clicks than it took."""
        ready = "odoo.loader.modules.has('@key_account/../tests/tours/quotation')"
        code = COUNT % (list(WAY), MOST_CLICKS, MOST_CLICKS)
        self.browser_js("/odoo", code, ready, login=SPECIALIST)

    # ------------------------------------------------------------
    # Tooling
    # ------------------------------------------------------------

    def tour(self, login, name, url="/odoo"):
        self.start_tour(url, name, login=login, timeout=120)
        self.env.invalidate_all()

    def assert_log(self, *events):
        log = self.lead.stage_log_ids.sorted("id")
        self.assertEqual([(line.event, line.stage_name) for line in log], list(events))

    def _render_real_pdfs(self):
        """Odoo renders HTML in place of PDF while tests run, unless it is told not to.

        Meanwhile the page that asked goes on loading; only wkhtmltopdf would be let in.
        """
        reports = self.registry["ir.actions.report"]
        render = reports._pre_render_qweb_pdf

        def render_pdf(report, *args, **kwargs):
            with patch.object(self, "http_request_allow_all", True):
                return render(
                    report.with_context(force_report_rendering=True), *args, **kwargs
                )

        self.patch(reports, "_pre_render_qweb_pdf", render_pdf)
