"""Role x model x operation: what the access list gives each role, and no more."""

from odoo.tests import tagged

from .common import KeyAccountCommon

# Model: {role: operations}, of r(ead) w(rite) c(reate) u(nlink). A manager and a
# director have what a specialist has, plus what is said here.
MATRIX = {
    "key.account": {"specialist": "rwc", "support": "rwc", "director": "rwcu"},
    "key.account.member": {"specialist": "rwcu", "support": "rwcu"},
    "key.account.stakeholder": {"specialist": "rwcu", "support": "rwcu"},
    "key.account.survey.question": {
        "specialist": "r",
        "support": "r",
        "configurator": "rwcu",
        "reviewer": "r",
        "appraiser": "r",
        "accountant": "r",
        "outsider": "r",
    },
    "key.account.survey.answer": {"specialist": "rwcu", "support": "rwcu"},
    "key.account.next.step": {
        "specialist": "r",
        "support": "r",
        "reviewer": "r",
        "appraiser": "r",
        "configurator": "rwcu",
        "accountant": "r",
    },
    "key.account.next.step.line": {
        "specialist": "r",
        "support": "r",
        "reviewer": "r",
        "appraiser": "r",
        "configurator": "r",
        "accountant": "r",
    },
    "key.account.first.step": {"configurator": "r"},
    "key.account.timeline": {"specialist": "r", "support": "r"},
    "key.account.plan": {"specialist": "rwcu", "support": "rwcu"},
    "key.account.plan.objective": {"specialist": "rwcu", "support": "rwcu"},
    "key.account.plan.action": {"specialist": "rwcu", "support": "rwcu"},
    "key.account.plan.competitor": {"specialist": "rwcu", "support": "rwcu"},
    "key.account.plan.factor": {"specialist": "rwcu", "support": "rwcu"},
    "key.account.plan.budget": {"specialist": "rwcu", "support": "rwcu"},
    "key.account.white.space": {"specialist": "r", "support": "r"},
    "key.account.plan.item": {"specialist": "r", "support": "r"},
    "key.account.visit": {"specialist": "rwcu", "support": "rwcu"},
    "key.account.visit.plan": {"specialist": "rwcu", "support": "rwcu"},
    "key.account.visit.plan.line": {"specialist": "rwu", "support": "rwu"},
    "key.account.visit.coverage": {"specialist": "r", "support": "r"},
    "key.account.visit.participant": {"specialist": "rwcu", "support": "rwcu"},
    "key.account.visit.commitment": {"specialist": "rwcu", "support": "rwcu"},
    "key.account.visit.preparation": {"specialist": "rwcu", "support": "rwcu"},
    "key.account.visit.preparation.template": {
        "specialist": "r",
        "support": "r",
        "configurator": "rwcu",
    },
    "key.account.canvasser": {"specialist": "r", "support": "r"},
    "key.account.market": {"specialist": "rwcu", "support": "rwcu"},
    "key.account.market.place": {"specialist": "rwcu", "support": "rwcu"},
    "key.account.brand": {
        "specialist": "rc",
        "manager": "rwc",
        "support": "rwc",
        "configurator": "rwcu",
    },
    "key.account.canvass": {"specialist": "rwcu", "support": "rwcu"},
    "key.account.canvass.answer": {"specialist": "rwcu", "support": "rwcu"},
    "key.account.canvass.day": {"specialist": "rwcu", "support": "rwcu"},
    "key.account.canvass.week": {"specialist": "rwcu", "support": "rwcu"},
    "key.account.feedback": {"specialist": "rwc", "support": "rwc"},
    "key.account.feedback.event": {"specialist": "r", "support": "r"},
    "key.account.suggestion": {
        "specialist": "rwc",
        "support": "rwc",
        "reviewer": "rwc",
    },
    "key.account.satisfaction": {"specialist": "r", "support": "r"},
    "key.account.satisfaction.answer": {"specialist": "r", "support": "r"},
    "key.account.satisfaction.question": {
        "specialist": "r",
        "support": "r",
        "configurator": "rwcu",
    },
    "key.account.requirement": {"specialist": "rwcu", "support": "rwcu"},
    "key.account.capability": {
        "specialist": "r",
        "support": "rwc",
        "configurator": "rwcu",
    },
    "crm.stage.gate": {
        "specialist": "r",
        "support": "r",
        "outsider": "r",
        "configurator": "rwcu",
    },
    "key.account.stage.log": {"specialist": "r", "support": "r", "configurator": "r"},
    "key.account.stage.check": {
        "specialist": "r",
        "support": "r",
        "outsider": "r",
        "configurator": "rwcu",
    },
    "key.account.stage.tick": {"specialist": "r", "support": "r"},
    "key.account.criterion": {
        "specialist": "r",
        "support": "r",
        "configurator": "rwcu",
    },
    "key.account.evaluation": {"specialist": "rwcu", "support": "rwcu"},
    "key.account.evaluation.line": {"specialist": "rwcu", "support": "rwcu"},
    "key.account.diagnosis": {"specialist": "rwcu", "support": "rwcu"},
    "key.account.diagnosis.problem": {"specialist": "rwcu", "support": "rwcu"},
    "key.account.diagnosis.value": {"specialist": "rwcu", "support": "rwcu"},
    "key.account.problem": {
        "specialist": "rc",
        "manager": "rwc",
        "support": "rwc",
        "configurator": "rwcu",
    },
    "key.account.proposal": {"manager": "rw"},
    "key.account.service.cost": {"specialist": "r", "support": "r"},
    "key.account.delivery": {"specialist": "r", "support": "r"},
    "key.account.loss": {"specialist": "r", "support": "r", "manager": "rw"},
    "key.account.policy": {
        "specialist": "r",
        "support": "r",
        "configurator": "rwcu",
    },
    "key.account.survey.change": {"specialist": "r", "support": "r"},
    "key.account.event": {"specialist": "r", "support": "r"},
    "key.account.risk": {"specialist": "rwcu", "support": "rwcu"},
    "key.account.obstacle": {"specialist": "rwcu", "support": "rwcu"},
    "key.account.purchase.step": {"specialist": "rwcu", "support": "rwcu"},
    "key.account.merge": {"director": "r"},
    "key.account.ruling": {"specialist": "r", "support": "r"},
    "key.account.naming": {"director": "r", "configurator": "r"},
    "key.account.export": {"director": "r", "configurator": "r"},
    "key.account.authority.level": {
        "specialist": "r",
        "support": "r",
        "outsider": "r",
        "configurator": "rwcu",
    },
    "key.account.authority.limit": {
        "specialist": "r",
        "support": "r",
        "outsider": "r",
        "configurator": "rwcu",
    },
    "key.account.authority.grant": {
        "specialist": "r",
        "support": "r",
        "manager": "rwcu",
    },
    "key.account.authority.delegation": {
        "specialist": "rwc",
        "support": "rwc",
        "outsider": "rwc",
        "configurator": "rwc",
    },
    "key.account.deadline.notice": {"configurator": "r"},
    "key.account.webhook": {"configurator": "rwcu"},
    "key.account.webhook.message": {"configurator": "r"},
    "key.account.approval": {"specialist": "r", "support": "r", "outsider": "r"},
    "key.account.observation": {"specialist": "r", "support": "r", "outsider": "r"},
    "key.account.approval.term": {"specialist": "r", "support": "r", "outsider": "r"},
    "key.account.sample": {
        "specialist": "rwcu",
        "support": "rwcu",
        "reviewer": "r",
    },
    "key.account.agreement": {
        "specialist": "rwcu",
        "support": "rwcu",
        "reviewer": "r",
    },
    "key.account.agreement.type": {
        "specialist": "r",
        "support": "r",
        "reviewer": "r",
        "configurator": "rwcu",
    },
    "key.account.signature.document": {
        "specialist": "r",
        "support": "r",
        "outsider": "r",
    },
    "key.account.signature": {"specialist": "r", "support": "r", "outsider": "r"},
    "key.account.contract.review": {"specialist": "r", "support": "r", "reviewer": "r"},
    "key.account.contract.review.item": {
        "specialist": "r",
        "support": "r",
        "reviewer": "rw",
    },
    "key.account.contract.review.function": {
        "specialist": "r",
        "reviewer": "r",
        "configurator": "rwcu",
    },
}
ROLES = (
    "specialist",
    "manager",
    "director",
    "support",
    "reviewer",
    "appraiser",
    "configurator",
    "accountant",
    "outsider",
)
CHAIN = {"manager": ("specialist",), "director": ("specialist", "manager")}
OPERATIONS = {"r": "read", "w": "write", "c": "create", "u": "unlink"}


@tagged("post_install", "-at_install")
class TestAccess(KeyAccountCommon):
    def test_matrix(self):
        for model, roles in MATRIX.items():
            for role in ROLES:
                allowed = set(roles.get(role, ""))
                for implied in CHAIN.get(role, ()):
                    allowed |= set(roles.get(implied, ""))
                records = self.env[model].with_user(getattr(self, role))
                for letter, operation in OPERATIONS.items():
                    with self.subTest(model=model, role=role, operation=operation):
                        self.assertEqual(
                            records.has_access(operation), letter in allowed
                        )

    def test_roles_are_separate_and_none_sees_all_documents(self):
        """Each role as chosen alone: of the others it brings those below it at most."""
        below = {"director": {"manager", "specialist"}, "manager": {"specialist"}}
        names = (
            *("specialist", "manager", "director", "support"),
            *("contract_reviewer", "appraiser", "configuration"),
        )
        groups = {name: self.env.ref(f"key_account.group_{name}") for name in names}
        everything = self.env.ref("sales_team.group_sale_salesman_all_leads")
        for name, group in groups.items():
            with self.subTest(name):
                user = self._user(f"ka_only_{name}", f"key_account.group_{name}")
                held = user.all_group_ids
                others = {other for other, g in groups.items() if g in held} - {name}
                self.assertEqual(others, below.get(name, set()))
                self.assertNotIn(everything, held)
                self.assertNotIn(everything, group.all_implied_ids)

    def test_every_model_is_in_the_matrix(self):
        own = {
            model._name
            for model in self.env.registry.values()
            if model._module == "key_account"
            and not model._abstract
            and not model._transient
            and model._name.startswith(("key.account", "crm.stage.gate"))
            and "key_account" == model._original_module
        }
        self.assertFalse(own - set(MATRIX) - {"key.account.survey.option"})

    def test_who_reads_an_account(self):
        account = self.account
        for role in ("specialist", "manager", "director", "support"):
            self.assertTrue(
                account.with_user(getattr(self, role)).has_access("read"), role
            )
        for role in ("colleague", "other_manager"):
            self.assertFalse(
                account.with_user(getattr(self, role)).has_access("read"), role
            )

    def test_access_ends_with_the_role_on_the_team(self):
        self.team.key_account_manager_ids = False
        self.team.user_id = False
        self.env.flush_all()
        self.assertFalse(self.account.with_user(self.manager).has_access("read"))
        self.env["key.account.member"].create(
            {"key_account_id": self.account.id, "user_id": self.colleague.id}
        )
        self.env.flush_all()
        self.assertTrue(self.account.with_user(self.colleague).has_access("read"))
