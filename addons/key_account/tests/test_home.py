"""The figures above My Day: what each role is told, and that it is what they open."""

from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import Form, new_test_user, tagged

from .stage_common import StageCommon
from .test_signature import SIGNATURE

ROLES = (
    *("specialist", "colleague", "manager", "other_manager", "director"),
    *("general_manager", "support", "reviewer", "appraiser", "configurator"),
    "accountant",
)


class HomeCase(StageCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.now = fields.Datetime.now().replace(minute=0, second=0, microsecond=0)
        cls.home = cls.env["key.account.home"]

    def figures(self, user):
        """``{key: figure}`` as this user reads them."""
        self.env.flush_all()
        self.env.invalidate_all()
        # The web client says where the reader is.
        tiles = self.rpc(user, self.home, "read_tiles", context={"tz": "UTC"})
        return {tile["key"]: tile["count"] for tile in tiles}

    def opened(self, user, key):
        """The records that the figure opens for this user."""
        self.env.invalidate_all()
        action = self.rpc(user, self.home, "open_tile", key)
        model = self.env[action["res_model"]].with_user(user)
        self.assertFalse(
            [name for name in action["context"] if name.startswith("search_default_")]
        )
        if action.get("res_id"):
            found = model.browse(action["res_id"])
            found.check_access("read")
            return found
        return model.search(action["domain"])

    def visit(self, user=None, state="planned", **vals):
        user = user or self.specialist
        visit = (
            self.env["key.account.visit"]
            .with_user(user)
            .create(
                {
                    "key_account_id": self.account.id,
                    "date_start": self.now,
                    "objectives": "To know the buyers.",
                    **vals,
                }
            )
        )
        if state != "planned":
            visit._write_kept(
                {"state": state, "held_start": self.now, "held_end": self.now}
            )
        if state == "reported":
            visit._write_kept(
                {"reported_on": self.now, "reported_by_id": visit.user_id.id}
            )
        return visit

    def feedback(self, **vals):
        return self.env["key.account.feedback"].create(
            {
                "name": "Pump leaks",
                "key_account_id": self.account.id,
                "company_id": self.company.id,
                "received_on": self.now - timedelta(days=90),
                **vals,
            }
        )

    def late(self, lead):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_lead SET stage_deadline = %s WHERE id = %s",
            [self.now - timedelta(days=2), lead.id],
        )

    def signed_by_the_customer(self):
        """With us again, though still a quotation: its advance is not paid."""
        order = self.make_order(require_signature=True, require_payment=True)
        order.action_quotation_sent()
        public = self.env.ref("base.public_user")
        order.with_user(public).sudo().write(
            {
                "signature": SIGNATURE,
                "signed_by": "Zhao Min",
                "signed_on": fields.Datetime.now(),
            }
        )

    def a_bit_of_everything(self, times=1):
        """Something of each kind, so many times."""
        for turn in range(times):
            for state in ("planned", "held", "reported"):
                self.visit(state=state)
            self.feedback()
            self.feedback(key_account_id=False, user_id=False)
            lead = self.make_lead(name=f"Pumps {turn}")
            self.late(lead)
            self.outside(lead)
            self.rpc(self.specialist, lead, "action_request_ruling", "Buy it in")
            self.make_order(discount=8.0).action_request_approval()
            self.approve(self.make_order(discount=8.0))
            sent = self.make_order()
            sent.action_quotation_sent()
            self.env["key.account.agreement"].create(
                {"name": f"NDA {turn}", "key_account_id": self.account.id}
            )
            sent.sudo()._make_contract_review()
            self.make_order().action_quotation_sent()
            self.signed_by_the_customer()


@tagged("post_install", "-at_install")
class TestHome(HomeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.key_account_mode = "off"
        cls.lead.stage_id = cls.ruling_step
        cls.company.key_account_mode = "enforce"
        # A working day ends on the same evening where it is asked for in the morning.
        cls.env.flush_all()
        cls.env.cr.execute(
            "UPDATE crm_lead SET stage_deadline = %s WHERE id = %s",
            [cls.now + timedelta(days=3), cls.lead.id],
        )
        cls.env.invalidate_all()
        cls.env["key.account.contract.review.function"].create(
            {
                "function": "technical",
                "company_id": cls.company.id,
                "user_ids": [Command.set(cls.reviewer.ids)],
            }
        )

    def test_what_each_role_is_told(self):
        """Each figure is what it opens, for every role; who has nothing to do with it,
        is not told."""
        self.a_bit_of_everything(2)
        told = {}
        for role in ROLES:
            user = getattr(self, role)
            told[role] = self.figures(user)
            for key, count in told[role].items():
                self.assertEqual(len(self.opened(user, key)), count, (role, key))
        self.assertEqual(
            told["specialist"],
            {
                "visits_today": 2,
                "reports": 2,
                "feedback_due": 2,
                "steps_due": 2,
                "answers": 2,
            },
        )
        self.assertEqual(
            told["manager"],
            {
                "sign_off": 2,
                "to_rule": 2,
                "to_review": 2,
                "team_steps_late": 2,
                "team_feedback": 2,
            },
        )
        self.assertEqual(
            told["support"],
            {"feedback_to_take": 2, "team_visits": 2, "papers": 2, "contracts_out": 2},
        )
        self.assertEqual(told["reviewer"], {"reviews": 2})
        for role in ("appraiser", "configurator"):
            self.assertFalse(told[role].keys() & told["manager"].keys())
        self.assertEqual(set(told["colleague"].values()), {0})
        self.assertEqual(set(told["other_manager"].values()), {0})
        self.assertEqual(told["director"]["team_steps_late"], 2)

    def test_a_single_record_is_opened_itself(self):
        visit = self.visit(state="held")
        action = self.rpc(self.specialist, self.home, "open_tile", "reports")
        form = self.env.ref("key_account.visit_view_form_report")
        self.assertEqual(
            (action["res_id"], action["views"]), (visit.id, [(form.id, "form")])
        )
        order = self.make_order(discount=8.0)
        order.action_request_approval()
        action = self.rpc(self.manager, self.home, "open_tile", "sign_off")
        form = self.env.ref("key_account.sign_off_view_form")
        self.assertEqual(
            (action["res_id"], action["views"]), (order.id, [(form.id, "form")])
        )

    def test_no_answer_is_not_no_request(self):
        order = self.make_order(discount=8.0)
        order.with_user(self.specialist).action_request_approval()
        action = self.rpc(self.specialist, self.home, "open_tile", "answers")
        self.assertFalse(self.env["sale.order"].search(action["domain"]))
        self.assertIn("No answer is new", action["help"])

    def test_a_single_request_is_ruled_on_at_once(self):
        self.outside(self.lead)
        self.rpc(self.specialist, self.lead, "action_request_ruling", "Buy it in")
        self.assertEqual(self.figures(self.manager)["to_rule"], 1)
        action = self.rpc(self.manager, self.home, "open_tile", "to_rule")
        self.assertEqual(
            (action["res_model"], action["views"]),
            ("key.account.rule", [(False, "form")]),
        )
        dialog = Form(
            self.env[action["res_model"]]
            .with_user(self.manager)
            .with_context(**action["context"])
        )
        self.assertEqual(dialog.opportunity_id, self.lead, "it says which deal")
        self.assertEqual(dialog.proposal, "Buy it in")
        self.assertFalse(dialog.decision, "nobody rules by leaving it as it is")

    def test_a_ruled_request_leaves_the_list_that_is_open(self):
        leads = self.lead | self.lead.copy({"name": "Another"})
        for lead in leads:
            self.outside(lead)
            self.rpc(self.specialist, lead, "action_request_ruling", "Buy it in")
        domain = self.rpc(self.manager, self.home, "open_tile", "to_rule")["domain"]
        requests = self.env["key.account.ruling"].with_user(self.manager)
        self.assertEqual(requests.search(domain).opportunity_id, leads)
        self.rpc(self.manager, self.lead, "action_rule", "revise", "Too dear")
        self.assertEqual(requests.search(domain).opportunity_id, leads - self.lead)

    def test_a_deal_whose_manager_has_answered_can_go_on(self):
        """Reviewed, or all settled and nothing quoted: its specialist is told, nobody
        else; while an answer is waited for, nobody is."""
        lead = self.lead

        def told(user=self.specialist):
            return self.figures(user).get("answered_deals")

        self.put(lead, self.review_step)
        visit = self.meet_visit(lead)
        self.assertIsNone(told(), "the report waits for its review")
        self.meet_review(visit)
        self.assertEqual(told(), 1)
        self.assertIsNone(told(self.colleague))
        self.assertEqual(self.opened(self.specialist, "answered_deals"), lead)
        self.meet_visit(lead)
        self.assertIsNone(told(), "the latest report waits")
        self.put(lead, self.ruling_step)
        self.settled(lead)
        self.assertEqual(told(), 1)
        outside = self.outside(lead)
        self.assertIsNone(told(), "the manager has not ruled")
        outside.action_drop()
        self.assertEqual(told(), 1)
        order = self.make_order(opportunity_id=lead.id)
        self.assertIsNone(told(), "it is quoted")
        order.action_cancel()
        self.assertEqual(told(), 1)

    def test_the_managers_own_report_is_the_directors_turn(self):
        self.visit(self.manager, state="reported")
        self.assertEqual(self.figures(self.manager)["to_review"], 0)
        self.assertEqual(self.figures(self.director)["to_review"], 1)

    def test_who_takes_part_is_told_of_the_visit(self):
        self.account.member_ids = [Command.create({"user_id": self.colleague.id})]
        part = [Command.create({"user_id": self.colleague.id})]
        self.visit(participant_ids=part)
        self.visit(participant_ids=part, date_start=self.now + timedelta(days=1))
        self.assertEqual(self.figures(self.colleague)["visits_today"], 1)

    def test_nobody_else_is_told_anything(self):
        """Without a role of ours there are no figures, and no way in by their names."""
        self.a_bit_of_everything()
        portal = new_test_user(self.env, login="ka_portal", groups="base.group_portal")
        for user in (self.outsider, self.accountant, portal):
            self.assertEqual(self.figures(user).keys() - {"to_invoice"}, set())
            for key in ("reports", "sign_off", "reviews", "papers"):
                with self.assertRaisesRegex(UserError, "not among your figures"):
                    self.rpc(user, self.home, "open_tile", key)
        with self.assertRaisesRegex(UserError, "not among your figures"):
            self.rpc(self.specialist, self.home, "open_tile", "_tiles")

    def test_many_are_not_counted_to_the_end(self):
        self.env["key.account.feedback"].create(
            [
                {
                    "name": f"Pump {number} leaks",
                    "key_account_id": self.account.id,
                    "received_on": self.now,
                }
                for number in range(101)
            ]
        )
        tiles = self.rpc(self.manager, self.home, "read_tiles")
        [tile] = [tile for tile in tiles if tile["key"] == "team_feedback"]
        self.assertEqual((tile["count"], tile["more"]), (99, True))

    def test_never_more_than_eight(self):
        """Of somebody with all roles, what says nothing gives way first."""
        everybody = self._user(
            "ka_everybody",
            "key_account.group_director,key_account.group_support,"
            "key_account.group_contract_reviewer,key_account.group_approver",
        )
        self.team.key_account_support_ids |= everybody
        self.feedback(key_account_id=False, user_id=False)
        figures = self.figures(everybody)
        self.assertEqual(len(figures), 8)
        self.assertEqual(figures["feedback_to_take"], 1)
        self.assertEqual(next(iter(figures)), "sign_off")

    def test_constant_number_of_queries(self):
        counted = []
        users = (self.specialist, self.manager, self.support, self.reviewer)
        for times in (1, 9):
            self.a_bit_of_everything(times)
            for user in users:
                self.figures(user)
            before = self.env.cr.sql_log_count
            for user in users:
                self.figures(user)
            counted.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counted[0], counted[1])

    def test_the_app_opens_on_it(self):
        root = self.env.ref("key_account.menu_root")
        my_day = self.env.ref("key_account.next_step_line_action")
        lines = self.env["key.account.next.step.line"]
        approver = self._user(
            "ka_asked", "sales_team.group_sale_salesman,key_account.group_approver"
        )
        for user in (*(getattr(self, role) for role in ROLES), approver):
            menus = root.with_user(user).load_web_menus(False)
            self.assertEqual(menus[root.id]["actionID"], my_day.id, user.login)
            self.rpc(user, lines, "search_read", [("mine", "=", True)], ["reason"])
        self.assertNotIn(root.id, root.with_user(self.outsider).load_web_menus(False))

    def test_whoever_is_concerned_reads_again(self):
        """An open page is told when something comes and when it has gone; others, and
        people of other departments, are not."""
        told = []

        def send(user, notice, _message, **_kwargs):
            if notice == "key_account.home":
                told.extend(user.mapped("login"))

        order = self.make_order(discount=8.0)
        with patch.object(type(self.env["res.users"]), "_bus_send", send):
            order.with_user(self.specialist).action_request_approval()
            self.assertEqual(set(told), {"ka_manager"})
            told.clear()
            order.with_user(self.manager).action_approve()
            self.assertEqual(set(told), {"ka_manager"})
            told.clear()
            both = self.specialist | self.outsider
            self.lead.message_post(body="Hello", partner_ids=both.partner_id.ids)
            self.assertEqual(told, ["ka_specialist"])

    def test_open_pages_follow_what_is_counted_only(self):
        """A chat, or a to-do of something else, has no open page read again."""
        told = []

        def send(user, notice, _message, **_kwargs):
            if notice == "key_account.home":
                told.extend(user.mapped("login"))

        partner = self.env["res.partner"].create({"name": "A supplier of ours"})
        to_do = {"act_type_xmlid": "mail.mail_activity_data_todo"}
        to_do["user_id"] = self.specialist.id
        with patch.object(type(self.env["res.users"]), "_bus_send", send):
            partner.message_post(
                body="Hello", partner_ids=self.specialist.partner_id.ids
            )
            activity = partner.activity_schedule(**to_do)
            activity.user_id = self.manager
            activity.unlink()
            self.assertEqual(told, [])
            activity = self.lead.activity_schedule(**to_do)
            self.assertIn("ka_specialist", told)
            told.clear()
            activity.unlink()
            self.assertIn("ka_specialist", told)
