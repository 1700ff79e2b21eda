from datetime import timedelta

from odoo import Command, api, fields, models

from odoo.addons.key_account.demo.quiet import quietly

# Planned sales of the quarter before the last one: nobody could have reached them.
OVERAMBITIOUS = 3_400_000
REMARK = {
    "en": "The plan was set before the customer put off the project.",
    "zh": "计划是在客户推迟项目之前制定的。",
}
TRAINING = {
    "en": "Two days with the product managers; then visits together.",
    "zh": "与产品经理一起培训两天，然后共同拜访客户。",
}
BONUS = {"en": "One month's pay.", "zh": "一个月工资。"}
REOPENED = {
    "en": "A visit was missing from the report: the quarter is looked at again.",
    "zh": "漏报了一次拜访：重新考核本季度。",
}


class KeyAccountDemo(models.AbstractModel):
    """What follows the appraisals: acknowledged, decided, one reopened."""

    _inherit = "key.account.demo"

    @api.model
    def _plan_and_appraise(self):
        result = super()._plan_and_appraise()
        with quietly(self.env):
            company = self._company("china")
            today = fields.Date.context_today(self)
            quarter = company._key_account_period("quarter", today)
            last = quarter.start - timedelta(days=1)
            self._acknowledge("china", "specialist", last)
            self._fail("china", "specialist_2", last)
            self._reopen("europe", "specialist_europe", last)
            self.env.flush_all()
        return result

    def _sheet_of(self, code, member, day):
        """The sheet of a member for the quarter around a day."""
        return self.env["key.account.kpi.sheet"].search(
            [
                ("user_id", "=", self._user(member).id),
                ("company_id", "=", self._company(code).id),
                ("period", "=", "quarter"),
                ("date_from", "<=", day),
                ("date_to", ">=", day),
            ],
            limit=1,
        )

    def _as(self, record, who, code):
        return record.with_env(self._env_of(self._user(who), code))

    def _say(self, texts, who):
        """In the language of whom it is said to or by."""
        return texts["zh" if self._user(who).lang == "zh_CN" else "en"]

    def _acknowledge(self, code, member, day):
        sheet = self._sheet_of(code, member, day)
        self._as(sheet, member, code).action_acknowledge()
        self._as(sheet, "appraiser", code).action_talked_over()
        self._grant_bonus(code, sheet, member)

    def _sales_plan(self, member, back):
        if (member, back) == ("specialist_2", 2):
            return OVERAMBITIOUS
        return super()._sales_plan(member, back)

    def _fail(self, code, member, last):
        """The quarter before was measured by the sales plan alone, which was too
        high."""
        company = self._company(code)
        day = company._key_account_period("quarter", last).start - timedelta(days=1)
        kpi = self.env.ref("key_account_reports.kpi_sales_plan_completion")
        sheet = self._env_of_manager(code)["key.account.kpi.sheet"].create(
            {
                "user_id": self._user(member).id,
                "date": day,
                "line_ids": [Command.create({"kpi_id": kpi.id, "weight": 100})],
            }
        )
        sheet.action_start_self_assessment()
        self._finish(code, sheet, member)
        own = self._as(sheet, member, code)
        own.action_acknowledge_with_remark(self._say(REMARK, member))
        self._as(sheet, "appraiser", code).action_talked_over()
        for outcome in self._as(sheet.outcome_ids, "director", code):
            words = self._say(TRAINING, member) if outcome.kind == "training" else ""
            outcome.action_accept(words)
            if outcome.kind == "verbal_warning":
                outcome.action_done()

    def _reopen(self, code, member, day):
        sheet = self._sheet_of(code, member, day)
        self._grant_bonus(code, sheet, member)
        self._as(sheet, "director", code).action_reopen(self._say(REOPENED, member))

    def _grant_bonus(self, code, sheet, member):
        for outcome in self._as(sheet.outcome_ids, "director", code):
            if outcome.kind == "bonus":
                outcome.action_accept(self._say(BONUS, member))
