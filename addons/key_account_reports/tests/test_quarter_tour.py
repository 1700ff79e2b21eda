"""A quarter in the browser, as each who has part in it: from target to consequence."""

from datetime import timedelta

from odoo import Command, fields
from odoo.tests import HttpCase, tagged

from .common import KeyAccountReportsCommon


@tagged("post_install", "-at_install")
class TestQuarterTour(KeyAccountReportsCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.specialist.name = "Lin Specialist"
        cls.sets["specialist"].write(
            {
                "line_ids": [
                    Command.clear(),
                    *(
                        Command.create({"kpi_id": cls.kpis[code].id, "weight": 50})
                        for code in ("sales_plan_completion", "archive_quality")
                    ),
                ],
                "appraiser_ids": [
                    Command.create({"role": role, "weight": 50, "user_id": user.id})
                    for role, user in (
                        ("director", cls.director),
                        ("hr", cls.appraiser),
                    )
                ],
            }
        )

    def _tour(self, user, name):
        self.start_tour("/odoo", f"key_account_quarter_{name}", login=user.login)
        self.env.invalidate_all()

    def test_from_the_target_to_what_follows(self):
        """Nothing was sold, and both appraisers judge the archive 30: 15 points."""
        self._tour(self.director, "target")
        self._tour(self.manager, "open")
        day = fields.Date.today() - timedelta(days=92)
        quarter = self.company._key_account_period("quarter", day)
        sheet = self.Sheet.search(
            [("user_id", "=", self.specialist.id), ("date_from", "=", quarter.start)]
        )
        self._tour(self.specialist, "self")
        self.assertEqual(sheet.state, "appraisal")
        for user in (self.director, self.appraiser):
            self._tour(user, "give")
        self._tour(self.director, "confirm")
        self.assertAlmostEqual(sheet.score, 15.0)
        self._tour(self.specialist, "agree")
        self.assertEqual(sheet.acknowledgement, "agreed")
        self._tour(self.director, "follow")
        self.assertIn("done", sheet.outcome_ids.mapped("state"))
