from odoo import api, fields, models
from odoo.exceptions import UserError


class KeyAccountKpiOpenSheets(models.TransientModel):
    """Open the appraisal sheets of a period for teams and their people, those missing
    only."""

    _name = "key.account.kpi.open.sheets"
    _description = "Open Appraisal Sheets"
    _inherit = ["key.account.number"]

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    period = fields.Selection(
        [("quarter", "Quarter"), ("year", "Year")], required=True, default="quarter"
    )
    date = fields.Date(
        string="Period containing",
        required=True,
        default=lambda self: self.env.company._key_account_today(),
    )
    team_ids = fields.Many2many(
        "crm.team",
        string="Teams",
        compute="_compute_team_ids",
        store=True,
        readonly=False,
        domain="[('is_key_account', '=', True), ('company_id', 'in',"
        " [company_id, False])]",
    )
    user_ids = fields.Many2many(
        "res.users",
        string="People",
        compute="_compute_user_ids",
        store=True,
        readonly=False,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    with_teams = fields.Boolean(
        string="A sheet for each team too",
        compute="_compute_with_teams",
        store=True,
        readonly=False,
    )

    # ------------------------------------------------------------
    # COMPUTE METHODS
    # ------------------------------------------------------------

    @api.depends("company_id")
    def _compute_team_ids(self):
        everywhere = self.env["key.account.kpi.sheet"]._is_director_or_appraiser()
        for wizard in self:
            teams = self.env["crm.team"].search(
                [
                    ("is_key_account", "=", True),
                    ("company_id", "in", [wizard.company_id.id, False]),
                ]
            )
            wizard.team_ids = teams.filtered(
                lambda team: everywhere or self.env.user in team._key_account_managers()
            )

    @api.depends("team_ids", "company_id")
    def _compute_user_ids(self):
        everywhere = self.env["key.account.kpi.sheet"]._is_director_or_appraiser()
        for wizard in self:
            teams = wizard.team_ids._origin
            people = teams.member_ids
            if everywhere:
                people |= teams._key_account_managers()
            people = people.filtered(
                lambda user, company=wizard.company_id._origin: (
                    company in user.company_ids
                )
            )
            wizard.user_ids = people - self.env.user

    @api.depends("company_id")
    def _compute_with_teams(self):
        self.with_teams = self.env["key.account.kpi.sheet"]._is_director_or_appraiser()

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_open(self):
        self.ensure_one()
        sheets = self._sheets()
        missing = [
            *self._missing(sheets, "user_id", self.user_ids),
            *(
                self._missing(sheets, "team_id", self.team_ids)
                if self.with_teams
                else ()
            ),
        ]
        if not missing and not sheets:
            raise UserError(
                self.env._("Choose the people or teams whose sheets shall be opened.")
            )
        sheets |= sheets.create(missing)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Appraisal Sheets"),
            "res_model": sheets._name,
            "view_mode": "list,kanban,form",
            "mobile_view_mode": "kanban",
            "domain": [("id", "in", sheets.ids)],
        }

    # ------------------------------------------------------------
    # BUSINESS METHODS
    # ------------------------------------------------------------

    def _sheets(self):
        """Sheets that stand already for these people and teams in this period."""
        start = self.company_id._key_account_period(self.period, self.date).start
        return self.env["key.account.kpi.sheet"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("period", "=", self.period),
                ("date_from", "=", start),
                "|",
                ("user_id", "in", self.user_ids.ids),
                "&",
                ("user_id", "=", False),
                ("team_id", "in", self.team_ids.ids),
            ]
        )

    def _missing(self, sheets, name, subjects):
        subject = "person" if name == "user_id" else "team"
        there = sheets.filtered(lambda sheet: sheet.subject == subject)[name]
        return [
            {
                "company_id": self.company_id.id,
                "period": self.period,
                "date": self.date,
                "subject": subject,
                name: record.id,
            }
            for record in subjects - there
        ]
