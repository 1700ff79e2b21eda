"""What is refused of sheets and targets, said by one's own default instead"""

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.key_account.tests import test_attack_default_walk as walk


@tagged("post_install", "-at_install")
class TestAttackKpiDefault(walk.TestAttackDefaultWalk):
    @mute_logger("odoo.sql_db")
    def test_whatever_is_refused(self):
        """Each value of each field of a sheet, its lines, a target, what is answered of
        a canvassed contact, that is refused when a record is made with it, as one's own
        default, all at once and one by one | manager, appraiser, director, specialist |
        refused, or the record has a value of its own"""
        person = {"user_id": self.colleague.id, "company_id": self.company.id}
        person["date"] = "2025-04-01"
        sheets = self.env["key.account.kpi.sheet"].with_user(self.manager)
        sheet = sheets.create({**person, "user_id": self.specialist.id})
        kpis = self.env["key.account.kpi"].search([])
        [kpi, *_others] = kpis - sheet.line_ids.kpi_id
        line = {"sheet_id": sheet.id, "kpi_id": kpi.id, "weight": 10.0}
        target = {**person, "kpi_id": kpis[0].id, "value": 10.0}
        entry = self.env["key.account.canvass"].with_user(self.specialist)
        entry = entry.create({"name": "Corner Shop"})
        question = self.env.ref("key_account.option_dealer_mode_retail").question_id
        answer = {"canvass_id": entry.id, "question_id": question.id}
        count = 0
        for name, user, vals in (
            ("key.account.kpi.sheet", self.manager, person),
            ("key.account.kpi.sheet", self.appraiser, person),
            ("key.account.kpi.sheet.line", self.manager, line),
            ("key.account.kpi.target", self.director, target),
            ("key.account.canvass.answer", self.specialist, answer),
        ):
            count += self.walked(name, user, vals)
        self.assertGreater(count, 40)
