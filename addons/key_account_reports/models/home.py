"""Figures of My Day: appraisals to give, sheets to confirm."""

from odoo import api, models


class KeyAccountHome(models.AbstractModel):
    _inherit = "key.account.home"

    @api.model
    def _tiles(self):
        tiles = super()._tiles()
        uid = self.env.uid
        appraiser = self._is("appraiser")
        if appraiser or self._is("manager"):
            tiles += self._tile(
                "appraisals",
                "key.account.kpi.sheet.appraiser",
                [
                    ("user_id", "=", uid),
                    ("role", "!=", "self"),
                    ("given_on", "=", False),
                    ("sheet_id.state", "=", "appraisal"),
                ],
                "key_account_reports.kpi_seat_action",
                19,
                quiet=not appraiser,
                label=self.env._("Appraisals to give"),
            )
        if appraiser or self._is("director"):
            tiles += self._tile(
                "sheets_to_confirm",
                "key.account.kpi.sheet",
                [
                    ("state", "=", "appraised"),
                    ("user_id", "!=", uid),
                    ("date_to", "<", "today"),
                ],
                "key_account_reports.kpi_sheet_action",
                21,
                quiet=not appraiser,
                label=self.env._("Sheets to confirm"),
            )
        if self._is("specialist"):
            tiles += self._tile(
                "self_assessment",
                "key.account.kpi.sheet",
                [("state", "=", "self_assessment"), ("user_id", "=", uid)],
                "key_account_reports.kpi_sheet_action",
                29,
                quiet=True,
                label=self.env._("Self-assessment to give"),
            )
        return tiles
