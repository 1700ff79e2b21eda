"""Figures of My Day: appraisals to give, to confirm, to acknowledge."""

from odoo import api, models
from odoo.fields import Domain


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
            tiles += self._tile(
                "outcomes",
                "key.account.kpi.outcome",
                [("state", "=", "proposed"), ("user_id", "!=", uid)],
                "key_account_reports.kpi_outcome_action",
                23,
                quiet=True,
                label=self.env._("What follows, to decide"),
            )
        return tiles + self._to_appraise() + self._own_appraisal()

    @api.model
    def _to_appraise(self):
        tiles, uid = [], self.env.uid
        if managed := self._managed_teams():
            # Everybody asked has said what they have to say.
            tiles += self._tile(
                "sheets_to_appraise",
                "key.account.kpi.sheet",
                [
                    ("state", "=", "appraisal"),
                    ("appraiser_ids", "!=", False),
                    ("appraiser_ids", "not any", [("given_on", "=", False)]),
                    ("team_id", "in", managed.ids),
                    ("user_id", "!=", uid),
                ],
                "key_account_reports.kpi_sheet_action",
                20,
                quiet=True,
                label=self.env._("Sheets to appraise"),
            )
        return tiles

    @api.model
    def _own_appraisal(self):
        """What somebody says of their own sheets, as of those of the team they lead or
        manage; and to whom they have confirmed one that is not agreed with."""
        uid, sheets = self.env.uid, "key.account.kpi.sheet"
        action = "key_account_reports.kpi_sheet_action"
        mine = Domain("subject", "=", "person") & Domain("user_id", "=", uid)
        teams = Domain("subject", "=", "team")
        confirmed = Domain("state", "=", "confirmed") & Domain("result_id", "!=", False)
        managed = self._managed_teams().filtered(
            lambda team: self.env.user in team._key_account_managers()
        )
        return [
            *self._tile(
                "self_assessment",
                sheets,
                Domain("state", "=", "self_assessment")
                & (mine | teams & Domain("team_id.user_id", "=", uid)),
                action,
                29,
                quiet=True,
                label=self.env._("Self-assessment to give"),
            ),
            *self._tile(
                "acknowledge",
                sheets,
                confirmed
                & Domain("acknowledgement", "=", False)
                & (mine | teams & Domain("team_id", "in", managed.ids)),
                action,
                28,
                quiet=True,
                label=self.env._("Appraisals to acknowledge"),
            ),
            *self._tile(
                "talk_over",
                sheets,
                confirmed
                & Domain("acknowledgement", "=", "remark")
                & Domain("talked_by_id", "=", False)
                & Domain("confirmed_by_id", "=", uid),
                action,
                22,
                quiet=True,
                label=self.env._("Appraisals to talk over"),
            ),
        ]
