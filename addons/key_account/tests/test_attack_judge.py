"""Nobody decides on their own"""

from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .attack_common import PIXEL, AttackCase
from .stage_common import SCORES, StageCommon


@tagged("post_install", "-at_install")
class TestAttackJudgeContract(AttackCase):
    """Contract review: who judges, and who says who judges."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team.key_account_contract_review = "yes"
        cls.finance = cls._user("ka_finance", "key_account.group_contract_reviewer")
        # Salesperson, manager and reviewer in one person.
        cls.mighty = cls._user(
            "ka_mighty", "key_account.group_manager,key_account.group_contract_reviewer"
        )
        cls.team.key_account_manager_ids |= cls.mighty
        cls.levels[20].user_ids |= cls.mighty
        Function = cls.env["key.account.contract.review.function"]
        cls.functions = {
            name: Function.create(
                {
                    "function": name,
                    "company_id": cls.company.id,
                    "user_ids": [Command.set(users.ids)],
                }
            )
            for name, users in (
                ("technical", cls.reviewer | cls.mighty),
                ("finance", cls.finance),
            )
        }

    def reviewed(self, user=None, **vals):
        """Signed by the customer and in review, made and sold by ``user``."""
        order = self.make_order(discount=8.0, user=user, require_signature=True, **vals)
        if order.authority_state == "required":
            order.with_user(user or self.specialist).action_request_approval()
            approver = self.director if user == self.mighty else self.manager
            order.with_user(approver).action_approve()
        order.with_user(user or self.specialist).action_quotation_sent()
        self.env.flush_all()
        public = self.env.ref("base.public_user")
        order.with_user(public).sudo().write(
            {
                "signature": PIXEL,
                "signed_by": "Buyer Wang",
                "signed_on": fields.Datetime.now(),
            }
        )
        order.with_user(public).sudo()._validate_order()
        self.env.flush_all()
        self.assertEqual(order.contract_state, "in_review")
        return order

    def item(self, order, function):
        return order.sudo().contract_review_ids.item_ids.filtered(
            lambda item: item.function == function
        )

    def kept_open(self, order, *functions):
        self.env.invalidate_all()
        for function in functions or ("technical", "finance"):
            self.assertEqual(self.item(order, function).verdict, "open")
        self.assertEqual(order.contract_state, "in_review")

    def test_own_contract_is_not_put_to_its_salesperson(self):
        """A contract sold by one of a function's reviewers | manager, salesperson and
        reviewer in one | the others of the function are asked, their verdict is
        refused"""
        order = self.reviewed(self.mighty)
        item = self.item(order, "technical")
        self.assertEqual(item.user_ids, self.reviewer)
        self.refused_rpc(self.mighty, item, "action_pass", order=order)
        self.kept_open(order)

    def test_function_of_the_salesperson_alone(self):
        """A contract sold by a function's only reviewer | manager, salesperson and
        reviewer in one | the function is not passed over: it waits for somebody else"""
        self.functions["technical"].user_ids = self.mighty
        order = self.reviewed(self.mighty)
        self.assertFalse(self.item(order, "technical").user_ids)
        self.refused_rpc(
            self.mighty, self.item(order, "technical"), "action_pass", order=order
        )
        self.rpc(self.finance, self.item(order, "finance"), "action_pass")
        self.kept_open(order, "technical")
        self.rpc(
            self.manager,
            self.item(order, "technical"),
            "action_reassign",
            self.reviewer.ids,
        )
        self.rpc(self.reviewer, self.item(order, "technical"), "action_pass")
        self.assertEqual(order.state, "sale")

    def test_all_functions_by_reassigning(self):
        """Handing every item to oneself, by method and by wizard | manager,
        salesperson and reviewer in one | refused"""
        order = self.reviewed(self.mighty)
        wizard = self.env["key.account.reassign.review"]
        for function in ("technical", "finance"):
            item = self.item(order, function)
            self.refused_rpc(
                self.mighty, item, "action_reassign", self.mighty.ids, order=order
            )
            values = {
                "item_id": item.id,
                "user_ids": [Command.set(self.mighty.ids)],
            }
            dialog = wizard.browse(self.rpc(self.mighty, wizard, "create", [values]))
            self.refused_rpc(self.mighty, dialog, "action_apply", order=order)
        self.kept_open(order)

    def test_choosing_the_judge_of_ones_own(self):
        """Handing an item of one's own contract to a reviewer of one's liking |
        manager who sells it | refused"""
        order = self.reviewed(self.mighty)
        friend = self._user("ka_friend", "key_account.group_contract_reviewer")
        self.refused_rpc(
            self.mighty,
            self.item(order, "technical"),
            "action_reassign",
            friend.ids,
            order=order,
        )

    def test_handed_over_before_the_verdict(self):
        """Salesperson of the contract changed while its review runs, then judged |
        manager, salesperson and reviewer in one | refused: it was theirs"""
        order = self.reviewed(self.mighty)
        order.sudo().user_id = self.colleague
        item = self.item(order, "technical")
        self.refused_rpc(
            self.manager, item, "action_reassign", self.mighty.ids, order=order
        )
        self.refused_rpc(self.mighty, item, "action_pass", order=order)

    def test_reviewer_becomes_salesperson(self):
        """A reviewer is named as salesperson of the contract while its review runs, and
        passes it | reviewer | refused: it is theirs now"""
        order = self.reviewed()
        order.sudo().user_id = self.reviewer
        words = self.refused_rpc(
            self.reviewer, self.item(order, "technical"), "action_pass", order=order
        )
        self.assertIn("judged by somebody else", words)

    def test_item_of_another_function(self):
        """The technical item handed to finance | technical reviewer, manager |
        refused"""
        order = self.reviewed()
        for user in (self.reviewer, self.manager):
            words = self.refused_rpc(
                user,
                self.item(order, "technical"),
                "action_reassign",
                self.finance.ids,
                order=order,
            )
            self.assertIn("Technical", words)
        self.kept_open(order)

    def test_joining_the_function_while_its_review_runs(self):
        """Configuration names themselves reviewer of a function during a review, and
        is handed the item | Configuration and reviewer in one | refused; whom another
        has named is not"""
        both = self._user(
            "ka_both",
            "key_account.group_configuration,key_account.group_contract_reviewer",
        )
        order = self.reviewed()
        function, item = self.functions["technical"], self.item(order, "technical")
        self.rpc(both, function, "write", {"user_ids": [Command.link(both.id)]})
        self.refused_rpc(self.reviewer, item, "action_reassign", both.ids, order=order)
        self.rpc(
            self.configurator,
            function,
            "write",
            {"user_ids": [Command.unlink(both.id)]},
        )
        self.rpc(
            self.configurator, function, "write", {"user_ids": [Command.link(both.id)]}
        )
        self.rpc(self.reviewer, item, "action_reassign", both.ids)
        self.rpc(both, item, "action_pass")
        self.assertEqual(self.item(order, "technical").verdict, "passed")

    def test_items_by_write_and_default(self):
        """Reviewers and verdict of an item by write, as a personal default and in the
        context | reviewer, manager, also as superuser | refused; the default has no
        effect"""
        for user in (self.manager, self.specialist, self.env.ref("base.public_user")):
            self.env["ir.default"].set(
                "key.account.contract.review.item",
                "verdict",
                "passed",
                user_id=user.id,
            )
        order = self.reviewed()
        self.kept_open(order)
        item = self.item(order, "finance")
        for vals in (
            {"user_ids": [Command.link(self.reviewer.id)]},
            {"verdict": "passed"},
            {"function": "technical"},
            {"decided_by_id": self.finance.id},
        ):
            for user in (self.reviewer, self.finance, self.manager):
                self.refused_rpc(user, item, "write", vals, order=order)
            self.refused(item.sudo().write, vals, order=order)

    def test_scan_confirmed_by_its_salesperson(self):
        """A scan filed by support, confirmed by whoever sells or made the quotation |
        specialist, their own salesperson | refused; the manager confirms"""
        order = self.sent(require_signature=True)
        order.with_user(self.support)._file_signed_return(
            b"JVBERi0xLjQ=", "scan.pdf", "Wang", "Buyer", fields.Datetime.now()
        )
        scan = order.signature_ids
        self.refused_rpc(self.specialist, scan, "action_confirm_scan", order=order)
        self.rpc(self.manager, scan, "action_confirm_scan")
        self.assertTrue(scan.confirmation_ids)

    def test_sign_off_of_others_lent_to_oneself(self):
        """A delegation of the general manager's sign-off to oneself, made or moved |
        Configuration | refused"""
        greedy = self._user(
            "ka_greedy",
            "key_account.group_configuration,sales_team.group_sale_salesman",
        )
        values = {
            "delegator_id": self.general_manager.id,
            "delegate_id": greedy.id,
            "date_from": fields.Date.today(),
            "date_to": fields.Date.today() + timedelta(days=3),
            "reason": "away",
        }
        model = self.env["key.account.authority.delegation"]
        self.refused_rpc(greedy, model, "create", [values])
        other = self.rpc(
            greedy, model, "create", [{**values, "delegate_id": self.manager.id}]
        )
        self.refused_rpc(
            greedy, model.browse(other), "write", {"delegate_id": greedy.id}
        )

    def test_level_given_to_oneself(self):
        """Configuration makes themselves general manager while a request waits, and
        signs off | Configuration | refused; asked afterwards they may"""
        greedy = self._user(
            "ka_greedy",
            "key_account.group_configuration,key_account.group_manager",
        )
        self.order.with_user(self.specialist).action_request_approval()
        self.rpc(
            greedy, self.levels[40], "write", {"user_ids": [Command.link(greedy.id)]}
        )
        words = self.refused_rpc(greedy, self.order, "action_approve")
        self.assertIn("named yourself", words)


@tagged("post_install", "-at_install")
class TestAttackJudgeDeal(StageCommon):
    """Rulings, overrides, grants, visits: what is decided in a deal."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team.key_account_manager_ids |= cls.other_manager
        cls.levels[20].user_ids |= cls.other_manager
        cls.greedy = cls._user(
            "ka_greedy", "key_account.group_configuration,key_account.group_manager"
        )

    def setUp(self):
        super().setUp()
        self.put(self.lead, self.ruling_step)

    def denied(self, user, records, method, *args, says="", **kwargs):
        self.env.flush_all()
        with self.assertRaises(UserError) as caught, self.env.cr.savepoint():
            self.rpc(user, records, method, *args, **kwargs)
        self.env.invalidate_all()
        self.assertIn(says, str(caught.exception))

    def ask(self, user=None, **vals):
        line = self.outside(self.lead, **vals)
        self.rpc(user or self.specialist, self.lead, "action_request_ruling", "Buy it")
        return line

    # Rulings

    def test_ruling_on_ones_own_deal(self):
        """Ruling on a request that a specialist made in one's own deal | manager who
        sells it | refused, also once it is somebody else's; another manager rules"""
        self.outside(self.lead)
        self.lead.user_id = self.manager
        self.lead.with_user(self.specialist).sudo().action_request_ruling("Buy it")
        self.denied(self.manager, self.lead, "action_rule", "quote", "Fine")
        self.lead.user_id = self.specialist
        self.denied(self.manager, self.lead, "action_rule", "quote", "Fine")
        self.rpc(self.other_manager, self.lead, "action_rule", "quote", "Fine")
        self.assertEqual(self.lead.ruling_ids[0].decision, "quote")

    def test_ruling_on_what_one_worded(self):
        """Ruling on a line that one has worded oneself | manager | refused"""
        line = self.outside(self.lead)
        self.rpc(self.manager, line, "write", {"name": "Any steel"})
        self.rpc(self.specialist, self.lead, "action_request_ruling", "Buy it")
        self.denied(self.manager, self.lead, "action_rule", "quote", "Fine")

    def test_sole_manager_on_their_own_deal(self):
        """Ruling on one's own request where no other manager is | the team's only
        manager | refused: a director rules"""
        self.team.key_account_manager_ids = self.manager
        self.outside(self.lead)
        self.lead.user_id = self.manager
        self.rpc(self.manager, self.lead, "action_request_ruling", "Buy it")
        self.denied(self.manager, self.lead, "action_rule", "quote", "Fine")
        self.rpc(self.director, self.lead, "action_rule", "quote", "Fine")

    def test_without_a_role(self):
        """Ruling, and letting pass at a gate, by the number of a deal | who is named as
        a manager of the team, and was taken every role | refused; another manager
        rules"""
        self.ask()
        self.other_manager.group_ids = self.env.ref("base.group_user")
        self.denied(self.other_manager, self.lead, "action_rule", "quote", "Fine")
        self.assertFalse(self.team._is_managed_by(self.other_manager))
        self.rpc(self.manager, self.lead, "action_rule", "quote", "Fine")

    def test_configuration_names_itself(self):
        """Naming oneself manager or leader of the team while a request waits, and
        ruling | Configuration | refused; whom another has named since rules"""
        self.ask()
        for vals in (
            {"key_account_manager_ids": [Command.link(self.greedy.id)]},
            {"user_id": self.greedy.id},
        ):
            self.rpc(self.greedy, self.team, "write", vals)
            self.denied(self.greedy, self.lead, "action_rule", "quote", "Fine")
        self.team.write(
            {
                "user_id": self.manager.id,
                "key_account_manager_ids": [Command.unlink(self.greedy.id)],
            }
        )
        self.rpc(
            self.configurator,
            self.team,
            "write",
            {"key_account_manager_ids": [Command.link(self.greedy.id)]},
        )
        self.rpc(self.greedy, self.lead, "action_rule", "revise", "Ask again")

    def test_team_of_ones_own(self):
        """A new team with oneself as manager, and the deal moved there | Configuration
        | ruling and letting pass refused"""
        self.ask()
        teams = self.env["crm.team"].with_user(self.greedy).sudo()
        team = teams.create(
            {
                "name": "Mine",
                "company_id": self.company.id,
                "user_id": self.greedy.id,
                "is_key_account": True,
            }
        )
        self.stages.team_ids |= team
        self.lead.team_id = team
        self.denied(self.greedy, self.lead, "action_rule", "quote", "Fine")

    def test_ruling_falls_with_what_it_was_about(self):
        """A line settled by ruling is changed, or moved to another deal, and used
        there | specialist | the ruling is void, the gate asks for another"""
        other = self.make_lead(name="Another deal")
        for vals in (
            {"name": "Titanium"},
            {"quantity": 900.0},
            {"opportunity_id": other.id},
        ):
            line = self.ask()
            self.rpc(self.manager, self.lead, "action_rule", "quote", "Fine")
            self.env.invalidate_all()
            self.assertEqual(line.state, "settled")
            self.rpc(self.specialist, line, "write", vals)
            self.env.invalidate_all()
            self.assertFalse(line.ruling_id)
            self.assertEqual(line.state, "outside")
            self.put(line.opportunity_id, self.ruling_step)
            self.denied(
                self.specialist,
                line.opportunity_id,
                "write",
                {"stage_id": self.quotation_step.id},
            )
            line.sudo().action_drop()

    def test_ruling_on_less_than_is_there(self):
        """A line changed, or added, between request and ruling | specialist | it is
        not covered by the ruling"""
        line = self.ask()
        self.rpc(self.specialist, line, "write", {"name": "Titanium"})
        self.denied(
            self.manager, self.lead, "action_rule", "quote", "Fine", says="changed"
        )
        self.rpc(self.specialist, self.lead, "action_request_ruling", "Buy it")
        late = self.outside(self.lead, name="Gold")
        self.rpc(self.manager, self.lead, "action_rule", "quote", "Fine")
        self.env.invalidate_all()
        self.assertEqual((line.state, late.state), ("settled", "outside"))
        self.denied(
            self.specialist, self.lead, "write", {"stage_id": self.quotation_step.id}
        )

    def test_dropped_skipped_reopened(self):
        """A line outside is dropped (or deleted), the ruling skipped, and the line
        opened again (or made anew) | specialist | no further step without a ruling"""
        for again in (True, False):
            lead = self.make_lead(name=f"Deal {again}")
            self.put(lead, self.check_step)
            self.settled(lead)
            line = self.outside(lead)
            if again:
                self.rpc(self.specialist, line, "action_drop")
            else:
                self.rpc(self.specialist, line, "unlink")
            self.move(lead, self.quotation_step)
            if again:
                self.rpc(self.specialist, line, "action_reopen")
            else:
                self.outside(lead)
            order = self.make_order(opportunity_id=lead.id)
            self.assertFalse(order._missing_parts()[order.id])
            self.denied(
                self.specialist,
                lead,
                "write",
                {"stage_id": self.sign_off_step.id},
                says="ruling",
            )
            self.rpc(self.specialist, lead, "action_request_ruling", "Buy it")
            self.rpc(self.manager, lead, "action_rule", "quote", "Fine")
            self.move(lead, self.sign_off_step)

    # Letting pass, granting

    def test_letting_ones_own_deal_pass(self):
        """The gate override on one's own deal, or after naming oneself manager |
        manager who sells it, Configuration | refused; another manager may"""
        self.outside(self.lead)
        self.lead.user_id = self.manager

        def wizard(user):
            model = self.env["key.account.gate.override"].with_user(user)
            return model.create(
                {
                    "lead_ids": [Command.set(self.lead.ids)],
                    "stage_id": self.quotation_step.id,
                    "reason": "Because",
                }
            )

        self.denied(self.manager, wizard(self.manager), "action_let_pass", says="own")
        self.rpc(
            self.greedy,
            self.team,
            "write",
            {"key_account_manager_ids": [Command.link(self.greedy.id)]},
        )
        self.denied(self.greedy, wizard(self.greedy), "action_let_pass")
        self.rpc(self.other_manager, wizard(self.other_manager), "action_let_pass")
        self.assertEqual(self.lead.stage_id, self.quotation_step)

    def test_letting_pass_out_of_the_process(self):
        """The gate override into a step that is none of the team's process; of a deal
        that was lost meanwhile | another manager of the team | refused; it stays where
        it is"""
        elsewhere = self.env["crm.stage"].create(
            {"name": "Talks", "team_ids": [Command.set(self.plain_team.ids)]}
        )
        here = self.lead.stage_id
        Wizard = self.env["key.account.gate.override"].with_user(self.other_manager)

        def kept_at(stage, says):
            wizard = Wizard.create(
                {
                    "lead_ids": [Command.set(self.lead.ids)],
                    "stage_id": stage.id,
                    "reason": "Because",
                }
            )
            self.denied(self.other_manager, wizard, "action_let_pass", says=says)
            self.assertEqual(self.lead.stage_id, here)

        kept_at(elsewhere, "not a stage of the team's process")
        reason = self.env["crm.lost.reason"].create({"name": "Price"})
        self.lead.action_set_lost(lost_reason_id=reason.id)
        kept_at(self.quotation_step, "has ended")

    def test_granting_in_ones_own_deal(self):
        """More room for a colleague in a deal that one sells | manager | refused"""
        self.lead.user_id = self.manager
        grant = {
            "opportunity_id": self.lead.id,
            "user_id": self.specialist.id,
            "company_id": self.company.id,
            "dimension": "discount",
            "value": 9.0,
        }
        model = self.env["key.account.authority.grant"]
        self.denied(self.manager, model, "create", [grant], says="own deal")
        self.rpc(self.other_manager, model, "create", [grant])

    # Visits

    def test_visit_hung_on_another_deal(self):
        """A visit reviewed for one deal is linked to a new one, from the visit, from
        the deal and by a form | specialist | it opens no gate there"""
        visit = self.meet_visit(self.lead)
        self.meet_review(visit)
        new = self.make_lead(name="New deal")
        self.put(new, self.visit_step)
        self.settled(new)
        for record, vals in (
            (visit, {"opportunity_ids": [Command.link(new.id)]}),
            (new, {"key_account_visit_ids": [Command.link(visit.id)]}),
        ):
            try:
                self.rpc(self.specialist, record, "write", vals)
            except UserError:
                self.env.invalidate_all()
            self.denied(
                self.specialist, new, "write", {"stage_id": self.review_step.id}
            )
            self.put(new, self.review_step)
            self.denied(self.specialist, new, "write", {"stage_id": self.check_step.id})
            self.put(new, self.visit_step)
        self.denied(
            self.specialist,
            visit,
            "write",
            {"reported_opportunity_ids": [Command.link(new.id)]},
        )

    def test_visit_of_another_customer(self):
        """A visit to another customer linked from the deal; the deal's customer
        changed after the visit | specialist | refused; it counts no more"""
        visit = self.meet_visit(self.lead)
        stranger = self.make_lead(name="Other", partner_id=self.plain_customer.id)
        self.denied(
            self.specialist,
            stranger,
            "write",
            {"key_account_visit_ids": [Command.link(visit.id)]},
        )
        self.settled(self.lead)
        self.put(self.lead, self.visit_step)
        self.lead.partner_id = self.plain_customer
        self.denied(
            self.specialist, self.lead, "write", {"stage_id": self.review_step.id}
        )

    def test_unreviewed_visit_taken_off(self):
        """The latest visit, which nobody has reviewed, taken off the deal | specialist
        | the gate still asks for its review"""
        first = self.meet_visit(self.lead)
        self.meet_review(first)
        latest = self.meet_visit(self.lead)
        self.put(self.lead, self.review_step)
        try:
            self.rpc(
                self.specialist,
                latest,
                "write",
                {"opportunity_ids": [Command.clear()]},
            )
        except UserError:
            self.env.invalidate_all()
        self.denied(
            self.specialist, self.lead, "write", {"stage_id": self.check_step.id}
        )

    def test_visit_for_ones_own_deal(self):
        """The review of a visit that a specialist made for one's own deal | manager who
        sells it | refused; another manager reviews"""
        visit = self.meet_visit(self.lead)
        self.lead.user_id = self.manager
        self.denied(self.manager, visit, "action_review", SCORES)
        self.rpc(self.other_manager, visit, "action_review", SCORES)

    # Won

    def test_won_in_two_writes(self):
        """The deal taken out of the process (another team, none), then won there |
        specialist | refused: its gates are not met"""
        self.plain_team.user_id = self.outsider
        won = self.env["crm.stage"].search([("is_won", "=", True)])
        plain = won.filtered(lambda stage: not stage.team_ids) or self.env[
            "crm.stage"
        ].create({"name": "Won", "is_won": True})
        for vals in ({"team_id": self.plain_team.id}, {"team_id": False}):
            lead = self.make_lead(name="Two writes")
            self.rpc(self.specialist, lead, "write", vals)
            self.env.flush_all()
            for stage in plain | self.won:
                self.denied(self.specialist, lead, "write", {"stage_id": stage.id})
            self.denied(self.specialist, lead, "action_set_won")
            self.assertNotEqual(lead.won_status, "won")

    def test_own_account(self):
        """Ending one's own account; another grade than the score's | manager who owns
        it | refused; another manager may"""
        self.account.user_id = self.manager
        self.account.sudo().state = "active"
        self.denied(self.manager, self.account, "action_lose", "price")
        model = self.env["key.account.evaluation"]
        values = {"key_account_id": self.account.id, "manager_grade": "A"}
        with self.assertRaises(AccessError):
            self.rpc(self.manager, model, "create", [values])
        self.rpc(self.other_manager, self.account, "action_lose", "price")

    def test_own_account_let_go(self):
        """Archiving one's own account, giving it another customer or company: what is
        quoted to the customer would be free | manager who owns it | refused; another
        manager may, and it stays on record; one that has ended they archive"""
        self.account.user_id = self.manager
        third = self.customer.create({"name": "Third", "is_company": True})
        order = self.make_order(discount=60.0, team_id=self.plain_team.id)
        self.denied(self.manager, self.account, "action_archive")
        for name, value in (
            ("active", False),
            ("partner_id", third.id),
            ("company_id", self.other_company.id),
        ):
            self.denied(self.manager, self.account, "write", {name: value})
        self.env.flush_all()
        self.assertEqual(order.authority_state, "required")
        self.rpc(self.other_manager, self.account, "action_archive")
        self.env.flush_all()
        self.env.cr.precommit.run()
        noted = self.account.message_ids.tracking_value_ids
        self.assertIn("active", noted.field_id.mapped("name"))
        self.rpc(self.manager, self.account, "action_unarchive")
        self.rpc(self.other_manager, self.account, "action_drop", "No demand")
        self.rpc(self.manager, self.account, "action_archive")
        self.assertFalse(self.account.active)
