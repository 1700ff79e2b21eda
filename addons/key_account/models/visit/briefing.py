"""What to know before going there: computed where the page is read, for no list."""

from odoo import api, fields, models


class KeyAccountVisit(models.Model):
    _inherit = "key.account.visit"

    open_commitment_ids = fields.Many2many(
        "key.account.visit.commitment",
        string="Still open",
        compute="_compute_open_commitment_ids",
    )
    overdue_invoices = fields.Char(
        "Overdue invoices", compute="_compute_overdue_invoices"
    )
    survey_gap_count = fields.Integer(
        string="Questions without an answer",
        compute="_compute_survey_gap_count",
        aggregator=None,
    )

    @api.depends("key_account_id", "date_start")
    def _compute_open_commitment_ids(self):
        """What was promised at earlier visits to the customer, by either side, and is
        not done; also where a file that was merged into this one tells of them."""
        files = self.key_account_id._with_merged()
        found = self.env["key.account.visit.commitment"].search(
            [
                ("key_account_id", "in", list(files)),
                ("done_on", "=", False),
                ("carried_to_id", "=", False),
                ("visit_id.state", "in", ("reported", "reviewed")),
            ]
        )
        by_account = found.grouped(lambda line: files[line.key_account_id.id])
        for visit in self:
            promised = by_account.get(visit.key_account_id._origin.id, found.browse())
            visit.open_commitment_ids = promised.filtered(
                lambda line, visit=visit: (
                    line.visit_id != visit._origin
                    and visit.date_start
                    and line.visit_id.date_start <= visit.date_start
                )
            )

    @api.depends("key_account_id")
    @api.depends_context("uid", "lang")
    def _compute_overdue_invoices(self):
        """As the account's page says it."""
        accounts = self.key_account_id
        texts = accounts._overdue_texts(accounts._overdue_invoices())
        for visit in self:
            visit.overdue_invoices = texts.get(visit.key_account_id, False)

    @api.depends("key_account_id")
    def _compute_survey_gap_count(self):
        counts = dict(
            self.env["key.account.survey.answer"]._read_group(
                self._gap_domain(), ["key_account_id"], ["__count"]
            )
        )
        for visit in self:
            visit.survey_gap_count = counts.get(visit.key_account_id, 0)

    def _gap_domain(self):
        return [
            ("key_account_id", "in", self.key_account_id.ids),
            ("question_id.active", "=", True),
            ("required", "=", True),
            ("is_current", "=", False),
        ]

    def action_open_survey_gaps(self):
        """The questions that this visit could answer."""
        self.ensure_one()
        action = self.key_account_id.action_open_survey()
        return {**action, "domain": self._gap_domain()}
