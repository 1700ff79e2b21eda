"""What is to be done next: the lines of "My Day", found anew whenever it is opened."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from .next_step import KINDS

# Rules below this many, records below so many more: one number for both.
_PER_RULE = 10_000_000_000
# What the form of an account, and the rules of who reads them, ask of them; and of how
# many.
_SHOWN_ON_ACCOUNT = [
    *("step_id", "urgency", "date", "since", "number", "res_model", "res_id"),
    *("sequence", "kind", "key_account_id", "company_id", "team_id", "user_id"),
    "mine",
]
_SO_MANY_ON_ACCOUNT = 3
# Days ahead that are more than "today".
URGENCIES = [
    ("1", "Overdue"),
    ("2", "Today"),
    ("3", "Next days"),
    ("4", "Files to complete"),
]


class KeyAccountNextStepLine(models.Model):
    """Something to be done next, with why, and the way to it.

    A query over what there is, never stored: whatever is done vanishes by itself. Each
    rule asks as the reader, so that nobody is told of a record they may not read.
    """

    _name = "key.account.next.step.line"
    _description = "Next Step"
    _auto = False
    _order = "urgency, date, sequence, id"
    _rec_name = "step_id"

    step_id = fields.Many2one(
        "key.account.next.step", string="What is due", readonly=True
    )
    kind = fields.Selection(KINDS, readonly=True)
    sequence = fields.Integer(readonly=True, aggregator=None)
    key_account_id = fields.Many2one("key.account", string="Account", readonly=True)
    team_id = fields.Many2one("crm.team", string="Sales Team", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    user_id = fields.Many2one("res.users", string="Whose turn", readonly=True)
    mine = fields.Boolean(readonly=True, help="It is your turn.")
    res_model = fields.Char(string="Model", readonly=True)
    res_id = fields.Many2oneReference(
        string="Record", model_field="res_model", readonly=True
    )
    date = fields.Date(string="Due", readonly=True)
    since = fields.Date(string="Last time", readonly=True)
    number = fields.Float(string="Figure", readonly=True, aggregator=None)
    urgency = fields.Selection(URGENCIES, readonly=True)
    subject = fields.Char(string="About", compute="_compute_subject")
    reason = fields.Char(string="Why", compute="_compute_reason")

    # ------------------------------------------------------------
    # QUERY
    # ------------------------------------------------------------

    @property
    def _table_query(self):
        lines = self.env["key.account.next.step"]._lines_query()
        self.env["key.account.member"].flush_model()
        if lines is None:
            lines = self._no_lines()
        return SQL(
            """
            SELECT line.step_id * %(per_rule)s + line.res_id AS id,
                   line.step_id, line.step_kind AS kind,
                   line.step_sequence AS sequence, account.id AS key_account_id,
                   account.team_id, line.company AS company_id,
                   %(user)s AS user_id,
                   COALESCE(line.mine, %(user)s = %(uid)s, FALSE) OR EXISTS (
                       SELECT 1 FROM key_account_member member
                        WHERE member.key_account_id = account.id
                          AND member.user_id = %(uid)s
                          AND member.stands_in_for_id = %(user)s
                          AND %(today)s BETWEEN member.date_from AND member.date_to
                   ) AS mine,
                   line.res_model, line.res_id, line.date, line.since, line.number,
                   CASE WHEN line.step_kind = 'file' THEN '4'
                        WHEN line.date < %(today)s THEN '1'
                        WHEN line.date = %(today)s THEN '2'
                        ELSE '3' END AS urgency
              FROM (%(lines)s) line
              LEFT JOIN %(readable)s account ON account.id = line.account
             WHERE account.id IS NOT NULL OR line.account IS NULL
            """,
            per_rule=_PER_RULE,
            user=SQL("COALESCE(line.user, account.user_id)"),
            uid=self.env.uid,
            today=fields.Date.context_today(self),
            lines=lines,
            readable=self._readable_accounts(),
        )

    @api.model
    def _readable_accounts(self):
        """Whoever has no access to files at all, is told of what waits without one."""
        accounts = self.env["key.account"].with_context(active_test=False)
        if not accounts.has_access("read"):
            return SQL(
                "(SELECT NULL::int AS id, NULL::int AS user_id, NULL::int AS team_id"
                " WHERE FALSE)"
            )
        return accounts._search([]).subselect(
            "key_account.id", "key_account.user_id", "key_account.team_id"
        )

    # ------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------

    @api.depends("res_model", "res_id", "key_account_id")
    def _compute_subject(self):
        for model, lines in self.grouped("res_model").items():
            # A quotation's number alone says nothing: whose it is, too.
            known = self.env[model].with_context(sale_show_partner_name=True)
            records = known.browse(lines.mapped("res_id")).exists()
            names = {record.id: record.display_name for record in records}
            for line in lines:
                line.subject = line._with_whose(names.get(line.res_id, False))

    def _with_whose(self, name):
        """What does not name its customer by itself, with the customer before it."""
        whose = self.key_account_id.display_name
        if not name or not whose or whose in name:
            return name
        return f"{whose} – {name}"

    @api.depends("step_id", "date", "since", "number")
    @api.depends_context("lang")
    def _compute_reason(self):
        for line in self:
            line.reason = line.step_id._reason_text(
                {
                    "date": format_date(self.env, line.date) if line.date else "",
                    "since": format_date(self.env, line.since)
                    if line.since
                    else self.env._("never"),
                    "number": f"{line.number:g}",
                }
            )

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_open(self):
        """Open what does away with this line."""
        self.ensure_one()
        if not self.exists():
            raise UserError(self.env._("This is done already. Reload the page."))
        record = self.env[self.res_model].browse(self.res_id)
        open_record = getattr(self.step_id, f"_open_{self.step_id.code}", None)
        return open_record(record) if open_record else record.get_formview_action()

    # ------------------------------------------------------------
    # TOOLING
    # ------------------------------------------------------------

    @api.model
    def _no_lines(self):
        columns = (
            "0 AS step_id, '' AS step_kind, 0 AS step_sequence, '' AS res_model,"
            " 0 AS res_id, NULL::int AS company, NULL::int AS account,"
            " NULL::date AS date, NULL::date AS since, NULL::int AS user,"
            " NULL::boolean AS mine, NULL::numeric AS number"
        )
        return SQL("SELECT %s WHERE FALSE", SQL(columns))


class KeyAccount(models.Model):
    _inherit = "key.account"

    next_step_ids = fields.Many2many(
        "key.account.next.step.line",
        string="Next steps",
        compute="_compute_next_step_ids",
    )
    next_step_count = fields.Integer(compute="_compute_next_step_ids")

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_next_step_ids(self):
        """The most urgent ones, whosever turn it is, of files that were merged into
        these as well; read with all that a line of the form says, as this is a query
        over everything there is."""
        lines, files = self.env["key.account.next.step.line"], self._with_merged()
        if lines.has_access("read") and files:
            lines = lines.search_fetch(
                Domain("key_account_id", "in", list(files)), _SHOWN_ON_ACCOUNT
            )
        by_account = lines.grouped(lambda line: files[line.key_account_id.id])
        for account in self:
            steps = by_account.get(account._origin.id, lines.browse())
            account.next_step_ids = steps[:_SO_MANY_ON_ACCOUNT]
            account.next_step_count = len(steps)

    def action_view_next_steps(self):
        """What is to be done next with this account, whosever turn it is."""
        self.ensure_one()
        action = self._action("key_account.next_step_line_action_account")
        action["domain"] = [("key_account_id", "in", list(self._with_merged()))]
        return action
