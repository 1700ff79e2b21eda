from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.key_account.demo.department import TEAMS
from odoo.addons.key_account.demo.quiet import quietly

# Planned sales of a quarter, in company currency.
SALES_PLANS = {
    "specialist": 1_300_000,
    "specialist_2": 2_000_000,
    "specialist_europe": 80_000,
}
VISITS_DUE = 95
TREND_DAYS = 100
SELF_ASSESSMENT = {
    "en": "Kept the big customers close; two reports came late because of travel.",
    "zh": "重点客户关系稳定;因出差有两份报告提交较晚。",
}
APPRAISAL = {
    "en": "Good quarter. Write reports the same day, on the telephone if need be.",
    "zh": "总体良好。拜访报告请当天完成,必要时用手机填写。",
}


class KeyAccountDemo(models.AbstractModel):
    """Targets and appraisal sheets of the demo's people."""

    _inherit = "key.account.demo"

    @api.model
    def _plan_and_appraise(self):
        with quietly(self.env):
            for code, spec in TEAMS.items():
                company = self._company(code)
                today = fields.Date.context_today(self)
                quarter = company._key_account_period("quarter", today)
                last = quarter.start - timedelta(days=1)
                for day in (last, quarter.start):
                    self._set_targets(code, spec, day)
                for member in spec["members"]:
                    self._finish(code, self._open_sheet(code, member, last), member)
                    self._open_sheet(code, member, today)
                self._open_team_sheet(code, today)
            self._compute_figures()

    def _compute_figures(self):
        """Some months and quarters, so that a trend shows before the job has run."""
        Figure = self.env["key.account.kpi.figure"]
        companies = self.env["res.company"].union(*map(self._company, TEAMS))
        since = fields.Date.context_today(self) - timedelta(days=TREND_DAYS)
        for portion in Figure._portions():
            period = portion.period
            recent = period.kind != "year" and period.end > since
            if recent and portion.company in companies:
                Figure._compute_portion(portion)

    def _set_targets(self, code, spec, day):
        env = self._env_of(self._user("director"), code)
        targets = env["key.account.kpi.target"]
        for member in spec["members"]:
            for kpi, value in (
                ("sales_plan_completion", SALES_PLANS[member]),
                ("visit_plan_completion", VISITS_DUE),
            ):
                targets |= targets.create(
                    {
                        "kpi_id": self.env.ref(f"key_account_reports.kpi_{kpi}").id,
                        "user_id": self._user(member).id,
                        "date": day,
                        "value": value,
                    }
                )
        targets.action_lock()

    def _open_sheet(self, code, member, day):
        env = self._env_of_manager(code)
        return env["key.account.kpi.sheet"].create(
            {"user_id": self._user(member).id, "date": day}
        )

    def _open_team_sheet(self, code, day):
        env = self._env_of(self._user("director"), code)
        team = self._team(code)
        env["key.account.kpi.sheet"].create(
            {"subject": "team", "team_id": team.id, "date": day}
        )

    def _finish(self, code, sheet, member):
        """The person speaks first, then the manager; the appraiser closes it."""
        user = self._user(member)
        lang = "zh" if user.lang == "zh_CN" else "en"
        sheet.action_start_self_assessment()
        own = sheet.with_env(self._env_of(user, code))
        own.self_comment = SELF_ASSESSMENT[lang]
        sheet.appraisal_comment = APPRAISAL[lang]
        sheet.action_appraise()
        self.env.flush_all()
        sheet.with_env(self._env_of(self._user("appraiser"), code)).action_confirm()
