"""Role x model x operation of what follows an appraisal, and who sees whose."""

from odoo.tests import tagged

from .outcome_common import OutcomeCommon

# Of r(ead) w(rite) c(reate) u(nlink); a manager and a director have what a specialist
# has, plus what is said here. What is written of an outcome, the process writes.
_EVERYBODY = (
    "specialist",
    "support",
    "reviewer",
    "appraiser",
    "accountant",
    "outsider",
)
MATRIX = {
    "key.account.kpi.grade": {**dict.fromkeys(_EVERYBODY, "r"), "configurator": "rwcu"},
    "key.account.kpi.grade.follow": {
        **dict.fromkeys(_EVERYBODY, "r"),
        "configurator": "rwcu",
    },
    "key.account.kpi.result": {"specialist": "r", "support": "r", "appraiser": "r"},
    "key.account.kpi.version": {"specialist": "r", "support": "r", "appraiser": "r"},
    "key.account.kpi.outcome": {
        "specialist": "r",
        "support": "r",
        "director": "rw",
        "appraiser": "rw",
    },
    "key.account.kpi.act": {
        "specialist": "rwc",
        "support": "rwc",
        "appraiser": "rwc",
    },
}
ROLES = (*_EVERYBODY, "manager", "director", "configurator")
CHAIN = {"manager": ("specialist",), "director": ("specialist", "manager")}
OPERATIONS = {"r": "read", "w": "write", "c": "create", "u": "unlink"}


@tagged("post_install", "-at_install")
class TestAccessKpi(OutcomeCommon):
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

    def test_who_sees_whose(self):
        sheet = self.confirmed(50)
        records = (sheet, sheet.outcome_ids, sheet.result_id)
        for user in (self.specialist, self.manager, self.director, self.appraiser):
            for record in records:
                self.assertEqual(record.with_user(user).search([]), record, user.name)
        for user in (self.colleague, self.other_manager, self.support):
            for record in records:
                self.assertFalse(record.with_user(user).search([]), user.name)

    def test_another_companys_director(self):
        sheet = self.confirmed(50)
        foreign = self._user("ka_foreign", "key_account.group_director")
        foreign.write(
            {
                "company_ids": [(6, 0, self.other_company.ids)],
                "company_id": self.other_company.id,
            }
        )
        for record in (sheet.outcome_ids, sheet.result_id):
            theirs = record.with_user(foreign).with_context(
                allowed_company_ids=self.other_company.ids
            )
            self.assertFalse(theirs.search([]))
            self.assertFalse(theirs.has_access("read"))

    def test_export_for_whoever_may_read(self):
        outcomes = self.confirmed(50).outcome_ids
        self.specialist.group_ids |= self.env.ref("base.group_allow_export")
        data = outcomes.with_user(self.specialist).export_data(["kind", "state", "due"])
        self.assertEqual(len(data["datas"]), 2)
