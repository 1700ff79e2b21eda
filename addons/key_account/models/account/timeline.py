"""The history of an account as one line of time, read from what there is."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

# Sources below this many, records below so many more: one number for both.
_PER_SOURCE = 10_000_000_000
# What each source says of an entry, besides what it is about.
_COLUMNS = {
    "account": "int",
    "company": "int",
    "moment": "timestamp",
    "day": "date",
    "code": "varchar",
    "note": "varchar",
    "user_id": "int",
    "amount": "numeric",
    "currency_id": "int",
}


class KeyAccountTimeline(models.Model):
    """Something that happened with an account, and the way to it.

    A query over the records themselves, never stored. Each source asks as the reader,
    so that nobody is told of a record they may not read; what is asked of one account
    is found there by its account, however much there is of others.

    A room adds a source to ``_sources()``: SQL made by :meth:`_entries`, with a number
    of its own; what its codes mean it says in ``_code_labels()``.
    """

    _name = "key.account.timeline"
    _description = "Account Timeline"
    _auto = False
    _order = "date desc, moment desc, id desc"
    _rec_name = "note"

    kind = fields.Selection(
        [("account", "The file itself"), ("deal", "Deals")], readonly=True
    )
    date = fields.Date(string="Happened on", readonly=True)
    moment = fields.Datetime(readonly=True)
    key_account_id = fields.Many2one("key.account", string="Account", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    user_id = fields.Many2one("res.users", string="By", readonly=True)
    res_model = fields.Char(string="Model", readonly=True)
    res_id = fields.Many2oneReference(
        string="Record", model_field="res_model", readonly=True
    )
    code = fields.Char(readonly=True)
    note = fields.Char(readonly=True)
    amount = fields.Monetary(readonly=True, aggregator=None)
    currency_id = fields.Many2one("res.currency", readonly=True)
    what = fields.Char(string="What happened", compute="_compute_what")
    subject = fields.Char(string="About", compute="_compute_subject")
    detail = fields.Char(compute="_compute_detail")

    # ------------------------------------------------------------
    # QUERY
    # ------------------------------------------------------------

    @property
    def _table_query(self):
        accounts = self.env["key.account"].with_context(active_test=False)
        found = []
        if accounts.has_access("read"):
            found = [
                SQL("SELECT %s AS source, entry.* FROM (%s) entry", number, entries)
                for number, entries in self._sources().items()
                if entries is not None
            ]
        return SQL(
            """
            SELECT source * %(per_source)s + entry.res_id AS id, entry.kind,
                   entry.day AS date, entry.moment, entry.account AS key_account_id,
                   entry.company AS company_id, entry.user_id, entry.res_model,
                   entry.about AS res_id, entry.code, entry.note, entry.amount,
                   entry.currency_id
              FROM (%(entries)s) entry
            """,
            per_source=_PER_SOURCE,
            entries=SQL(" UNION ALL ").join(found) if found else self._no_entries(),
        )

    @api.model
    def _sources(self):
        """Hook: ``{number of the source: its entries, None for who may read none}``;
        each room adds its own."""
        return {1: self._changes(), 2: self._steps()}

    @api.model
    def _changes(self):
        return self._entries(
            "key.account.event",
            "account",
            Domain.TRUE,
            moment="create_date",
            day="date",
            code=("change.", "kind"),
            note="reason",
        )

    @api.model
    def _steps(self):
        """Steps of deals that were entered or handed on, and deals that were lost."""
        told = Domain("event", "=", "enter")
        told |= Domain("how", "in", ("lost", "hand_on"))
        return self._entries(
            "key.account.stage.log",
            "deal",
            told
            & Domain("key_account_id", "!=", False)
            & self._of_readable("opportunity_id", "crm.lead"),
            about=("crm.lead", "opportunity_id"),
            moment="date",
            code=("step.", "how"),
            note=self._step_name(),
        )

    @api.model
    def _step_name(self):
        """The step as named then: in the reader's language, where it still is."""
        return SQL(
            """
            COALESCE(
                (SELECT step.name->>%s FROM crm_stage step
                  WHERE step.id = key_account_stage_log.stage_id
                    AND EXISTS (SELECT FROM jsonb_each_text(step.name) said
                                 WHERE said.value = key_account_stage_log.stage_name)),
                key_account_stage_log.stage_name
            )
            """,
            self.env.lang or "en_US",
        )

    @api.model
    def _of_readable(self, name, model):
        """Domain of what belongs, by the field ``name``, to what the reader may
        read: its log or its evidence alone tells nothing of it here."""
        records = self.env[model].with_context(active_test=False)
        return Domain(name, "in", records._search([]))

    @api.model
    def _entries(self, model, kind, domain, about=None, **columns):
        """An entry for each record of this domain that the reader may read.

        :param model: name of the model of these records, which have an account, a
            company and a user who did it
        :param about: what an entry opens, (model, field of these records); by default
            the record itself
        :param columns: what the entries say, as a field of the model, as SQL over its
            table, or as a pair of what stands before it and the field: ``moment``,
            ``day`` (by default that of the moment, as the reader's clock shows it),
            ``code`` (what happened), ``note``, ``user_id``, ``amount`` and
            ``currency_id``
        :return: SQL, or None for readers without access to the model
        """
        records = self.env[model].with_context(active_test=False)
        if not records.has_access("read"):
            return None
        query = records._search(Domain(domain))

        def column(name):
            value = columns.get(name)
            if isinstance(value, tuple):
                prefix, value = value
                value = records._field_to_sql(query.table, value, query)
                return SQL("%s || %s", prefix, value)
            if isinstance(value, str):
                value = records._field_to_sql(query.table, value, query)
            return value

        names = {"account": "key_account_id", "company": "company_id"}
        if "user_id" in records._fields:
            names["user_id"] = "user_id"
        columns = {**names, **columns}
        if "day" not in columns:
            columns["day"] = self.env["key.account.next.step"]._day(column("moment"))
        opened, name = about or (model, "id")
        return query.select(
            SQL("%s AS res_id", records._field_to_sql(query.table, "id", query)),
            SQL("%s::varchar AS kind", kind),
            SQL("%s::varchar AS res_model", opened),
            SQL("%s AS about", records._field_to_sql(query.table, name, query)),
            *(
                SQL(
                    "(%s)::%s AS %s", column(name) or SQL("NULL"), SQL(type_), SQL(name)
                )
                for name, type_ in _COLUMNS.items()
            ),
        )

    @api.model
    def _no_entries(self):
        return SQL(
            "SELECT 0 AS source, 0 AS res_id, '' AS kind, '' AS res_model, 0 AS about,"
            " %s WHERE FALSE",
            SQL(", ").join(
                SQL("NULL::%s AS %s", SQL(type_), SQL(name))
                for name, type_ in _COLUMNS.items()
            ),
        )

    # ------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------

    @api.depends("code")
    @api.depends_context("lang")
    def _compute_what(self):
        labels = self._code_labels()
        for entry in self:
            entry.what = labels.get(entry.code, entry.code)

    @api.model
    def _code_labels(self):
        """Hook: ``{code: what happened, in the reader's language}``; each room adds
        those of its sources."""
        return {
            "change.opened": self.env._("File opened"),
            "change.initial": self.env._("File loaded"),
            "change.state": self.env._("State changed"),
            "change.signed": self.env._("First order signed"),
            "change.interest": self.env._("Interested"),
            "change.owner": self.env._("Another specialist"),
            "change.team": self.env._("Another team"),
            "change.grade": self.env._("Importance changed"),
            "change.merged": self.env._("Files merged"),
            "step.move": self.env._("Step reached"),
            "step.skip": self.env._("Step reached, one skipped"),
            "step.override": self.env._("Step reached by override"),
            "step.won": self.env._("Deal won"),
            "step.lost": self.env._("Deal lost"),
            "step.reopen": self.env._("Deal taken up again"),
            "step.initial": self.env._("Deal followed from here on"),
            "step.merge": self.env._("Deals merged"),
            "step.hand_on": self.env._("Step handed on"),
        }

    @api.depends("res_model", "res_id")
    def _compute_subject(self):
        """The name of what it opens; of the file's own changes it would be that of the
        account."""
        for model, entries in self.grouped("res_model").items():
            names = {}
            if model != "key.account.event":
                records = self.env[model].browse(entries.mapped("res_id")).exists()
                names = {record.id: record.display_name for record in records}
            for entry in entries:
                entry.subject = names.get(entry.res_id, False)

    @api.depends("note", "res_model", "res_id")
    @api.depends_context("lang")
    def _compute_detail(self):
        for entry in self:
            entry.detail = entry.note
        changes = self.filtered(lambda entry: entry.res_model == "key.account.event")
        events = self.env["key.account.event"].browse(changes.mapped("res_id"))
        for entry, event in zip(changes, events, strict=True):
            change = " → ".join(filter(None, (event.old_value, event.new_value)))
            entry.detail = " · ".join(filter(None, (change, entry.note))) or False

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_open(self):
        """Open what happened."""
        self.ensure_one()
        if not self.exists():
            raise UserError(self.env._("This is no longer there. Reload the page."))
        return self.env[self.res_model].browse(self.res_id).get_formview_action()


class KeyAccount(models.Model):
    _inherit = "key.account"

    def action_view_timeline(self):
        """What happened with this customer: with all files kept of them."""
        self.ensure_one()
        self.check_access("read")
        action = self._action("key_account.timeline_action")
        files = self._files()[self.id] or self.ids
        action["domain"] = [("key_account_id", "in", list(files))]
        return action
