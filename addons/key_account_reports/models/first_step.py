"""What is to be set up of KPIs: the sets people are appraised by, and targets."""

from odoo import api, models

from odoo.addons.key_account.models.shared.first_step import FirstStep


class KeyAccountFirstStep(models.Model):
    _inherit = "key.account.first.step"

    @api.model
    def _first_steps(self):
        return {**super()._first_steps(), "kpi_sets": 110, "kpi_targets": 120}

    @api.model
    def _first_step_kpi_sets(self):
        return FirstStep(
            self.env._("KPI sets"),
            self.env._("What people are appraised by, and with which weight."),
            self._has_any("key.account.kpi.set", of_all=True),
            "key_account_reports.kpi_set_action",
        )

    @api.model
    def _first_step_kpi_targets(self):
        return FirstStep(
            self.env._("KPI targets"),
            self.env._("What a person or a team is to reach; a director enters them."),
            self._has_any("key.account.kpi.target"),
            "key_account_reports.kpi_target_action",
        )
