"""Who decides on whose: every decision of the add-on, as a table."""

from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .attack_common import PIXEL
from .stage_common import SCORES, StageCommon

# Of what one person made or sells (the boss, who has every role), who decides?
#
#   boss: whose it is        peer: another manager of the team, as high
#   mate: a specialist       lead: the director
DECISIONS = {
    # decision           boss   peer   mate   lead
    "ruling": (False, True, False, True),
    "override": (False, True, False, True),
    "grant": (False, True, False, True),
    "visit_review": (False, True, False, True),
    "plan_approval": (False, True, False, True),
    "sign_off": (False, True, False, True),
    "scan": (False, True, False, True),
    "review_item": (False, True, False, False),
    "legal_check": (False, True, False, False),
    "evaluation": (False, True, False, True),
    "account_end": (False, True, False, True),
    "lent_sign_off": (False, False, False, False),
}
ROLES = "key_account.group_manager,key_account.group_contract_reviewer"


@tagged("post_install", "-at_install")
class TestWhoDecides(StageCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.boss = cls._user("ka_boss", ROLES)
        cls.peer = cls._user("ka_peer", ROLES)
        cls.mate, cls.lead_user = cls.colleague, cls.director
        cls.team.key_account_manager_ids = cls.boss | cls.peer
        cls.team.user_id = cls.peer
        cls.levels[20].user_ids |= cls.boss | cls.peer
        cls.team.key_account_contract_review = "yes"
        for function in ("technical", "legal"):
            cls.env["key.account.contract.review.function"].create(
                {
                    "function": function,
                    "company_id": cls.company.id,
                    "user_ids": [Command.set((cls.boss | cls.peer).ids)],
                }
            )
        cls.account.user_id = cls.boss
        cls.lead.write({"user_id": cls.boss.id, "team_id": cls.team.id})
        cls.account.member_ids.create(
            [
                {"key_account_id": cls.account.id, "user_id": user.id}
                for user in cls.specialist | cls.mate | cls.lead_user
            ]
        )

    def may(self, user, decide):
        """Whether this user may; what they decide is undone."""
        self.env.flush_all()
        savepoint = self.env.cr.savepoint()
        try:
            decide(user)
            self.env.flush_all()
            return True
        except UserError as error:
            self.why.append(f"{user.name}: {error}")
            return False
        finally:
            savepoint.close(rollback=True)
            self.env.invalidate_all()

    def test_every_decision(self):
        people = (self.boss, self.peer, self.mate, self.lead_user)
        for name, expected in DECISIONS.items():
            with self.subTest(name):
                savepoint = self.env.cr.savepoint()
                self.why = []
                decide = getattr(self, f"_{name}")()
                found = tuple(self.may(user, decide) for user in people)
                savepoint.close(rollback=True)
                self.env.invalidate_all()
                self.assertEqual(found, expected, "\n".join(self.why))

    # What is decided on

    def _outside_line(self):
        lines = self.env(user=self.boss)["key.account.requirement"]
        values = {"name": "Steel", "opportunity_id": self.lead.id, "able": "no"}
        self.assertEqual(lines.create(values).state, "outside")

    def _ruling(self):
        self.put(self.lead, self.ruling_step)
        self._outside_line()
        self.rpc(self.boss, self.lead, "action_request_ruling", "Buy it")
        return lambda user: self.rpc(user, self.lead, "action_rule", "quote", "Fine")

    def _override(self):
        self.put(self.lead, self.ruling_step)
        self._outside_line()

        def decide(user):
            model = self.env["key.account.gate.override"]
            values = {
                "lead_ids": [Command.set(self.lead.ids)],
                "stage_id": self.quotation_step.id,
                "reason": "Because",
            }
            made = self.rpc(user, model, "create", [values])
            self.rpc(user, model.browse(made), "action_let_pass")

        return decide

    def _grant(self):
        values = {
            "opportunity_id": self.lead.id,
            "user_id": self.specialist.id,
            "company_id": self.company.id,
            "dimension": "discount",
            "value": 9.0,
        }
        model = self.env["key.account.authority.grant"]
        return lambda user: self.rpc(user, model, "create", [values])

    def _visit_review(self):
        team = self.team.id
        self.lead.write({"user_id": self.specialist.id, "team_id": team})
        visit = self.meet_visit(self.lead)
        self.lead.write({"user_id": self.boss.id, "team_id": team})
        return lambda user: self.rpc(user, visit, "action_review", SCORES)

    def _plan_approval(self):
        self.env.invalidate_all()
        plans = self.env(user=self.boss)["key.account.plan"]
        plan = plans.create(
            {
                "opportunity_id": self.lead.id,
                "contingency": "Offer a trial order",
                "objective_ids": [Command.create({"name": "First order"})],
                "action_ids": [
                    Command.create(
                        {
                            "name": "Visit the buyer",
                            "user_id": self.boss.id,
                            "date_due": fields.Date.today(),
                        }
                    )
                ],
            }
        )
        return lambda user: self.rpc(user, plan, "action_approve")

    def _asked(self, **vals):
        order = self.make_order(discount=9.0, user=self.boss, **vals)
        order.with_user(self.boss).action_request_approval()
        return order

    def _sign_off(self):
        self.team.key_account_approval_policy = "always"
        self.levels[20].limit_ids.filtered(
            lambda limit: limit.dimension == "discount"
        ).value = 50.0
        self.levels[30].user_ids |= self.peer
        self.env.flush_all()
        order = self._asked()
        return lambda user: self.rpc(user, order, "action_approve")

    def _sent(self):
        self.levels[20].limit_ids.value = 9_000_000
        order = self.make_order(discount=2.0, user=self.boss, require_signature=True)
        self.assertEqual(order.authority_state, "within")
        order.with_user(self.boss).action_quotation_sent()
        self.env.flush_all()
        return order

    def _scan(self):
        self.team.key_account_approval_policy = "over_limit"
        order = self._sent()
        order.with_user(self.support).sudo()._file_signed_return(
            b"JVBERi0xLjQ=", "scan.pdf", "Wang", "Buyer", fields.Datetime.now()
        )
        scan = order.signature_ids
        return lambda user: self.rpc(user, scan, "action_confirm_scan")

    def _review_item(self):
        self.team.key_account_approval_policy = "over_limit"
        order = self._sent()
        public = order.with_user(self.env.ref("base.public_user")).sudo()
        public.write({"signature": PIXEL, "signed_by": "Wang"})
        public._validate_order()
        item = order.sudo().contract_review_ids.item_ids.filtered(
            lambda item: item.function == "technical"
        )
        return lambda user: self.rpc(user, item, "action_pass")

    def _legal_check(self):
        agreement = (
            self.env["key.account.agreement"]
            .with_user(self.boss)
            .create(
                {
                    "name": "Agency",
                    "type_id": self.env.ref("key_account.agreement_type_agency").id,
                    "key_account_id": self.account.id,
                    "body": "<p>Agency</p>",
                }
            )
        )
        agreement.action_request_legal_check()
        return lambda user: self.rpc(user, agreement, "action_legal_pass")

    def _evaluation(self):
        model = self.env["key.account.evaluation"]
        values = {
            "key_account_id": self.account.id,
            "manager_grade": "A",
            "manager_reason": "Their plans",
        }
        return lambda user: self.rpc(user, model, "create", [values])

    def _account_end(self):
        self.account.sudo().state = "active"
        return lambda user: self.rpc(user, self.account, "action_lose", "Price")

    def _lent_sign_off(self):
        def decide(user):
            values = {
                "delegator_id": self.general_manager.id,
                "delegate_id": user.id,
                "date_from": fields.Date.today(),
                "date_to": fields.Date.today() + timedelta(days=2),
                "reason": "Away",
            }
            model = self.env["key.account.authority.delegation"]
            self.rpc(user, model, "create", [values])

        return decide
