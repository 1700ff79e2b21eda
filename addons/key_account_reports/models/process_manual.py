"""The process manual in print."""

from odoo import api, models
from odoo.exceptions import AccessError

_READERS = (
    "key_account.group_specialist",
    "key_account.group_support",
    "key_account.group_configuration",
)


class ReportProcessManual(models.AbstractModel):
    """The process manual in print: of teams, or of a template."""

    _name = "report.key_account_reports.report_process_manual"
    _description = "Process Manual"

    @api.model
    def _get_report_values(self, docids, data=None):
        data = data or {}
        if not any(self.env.user.has_group(group) for group in _READERS):
            raise AccessError(
                self.env._(
                    "The process manual is for those who work by it: ask for a role in"
                    " Key Accounts."
                )
            )
        manual = self.env["key.account.process.manual"]
        lang = data.get("lang")
        if lang in dict(self.env["res.lang"].get_installed()):
            manual = manual.with_context(lang=lang)
        if data.get("template_code"):
            return {
                "manuals": [manual._of_template(data["template_code"])],
                "docs": self.env["crm.team"],
            }
        teams = self.env["crm.team"].browse(docids or [int(data.get("team_id", 0))])
        teams = teams.with_env(manual.env)
        teams.check_access("read")
        return {
            "manuals": [manual._printed_of_team(team) for team in teams],
            "docs": teams,
        }


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    def _letterhead_room(self, report, docs):
        # The manual bears a line with the company's name, and no letterhead.
        if report.report_name == ReportProcessManual._name.removeprefix("report."):
            return {}
        return super()._letterhead_room(report, docs)
