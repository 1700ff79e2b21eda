"""Next steps by rule: what a rule is, and the frame that all of them share."""

from datetime import timedelta
from typing import NamedTuple

from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from ..shared.remembered import forget
from .key_account import ENDED_STATES

KINDS = [
    ("work", "Work of the day"),
    ("customer", "Towards the customer"),
    ("file", "Account file"),
]
# The columns of a line that rules fill in.
_TYPES = {
    "account": "int",
    "date": "date",
    "since": "date",
    "user": "int",
    "mine": "boolean",
    "number": "numeric",
}


class Known(NamedTuple):
    """What is kept in memory of a rule."""

    id: int
    code: str
    company_id: int | bool
    active: bool


class KeyAccountNextStep(models.Model):
    """A rule that says what is to be done next: rules are data, what they look for is
    one method each.

    An add-on adds one with a record of this model and a method ``_due_<code>()``, which
    answers with :meth:`_steps`: one query for all accounts, as the reader may read
    them. A method ``_open_<code>(record)`` opens what does away with a line; without
    it, the record itself is opened. Nothing is stored: what is done is a line no more.

    A rule of a company takes the place of the general one with the same code; an
    archived one says that it does not hold there.
    """

    _name = "key.account.next.step"
    _description = "Next-Step Rule"
    _inherit = ["key.account.kept"]
    _order = "sequence, id"

    name = fields.Char(string="What is due", required=True, translate=True)
    code = fields.Char(
        required=True,
        help="Names the method that looks for it; an add-on that brings a new one says"
        " what it is called.",
    )
    sequence = fields.Integer(default=100)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        index=True,
        help="For this company instead of the general rule; empty: for all.",
    )
    kind = fields.Selection(KINDS, required=True, default="customer")
    days = fields.Integer(
        help="How many days ahead, or after which, the rule speaks up, where it counts"
        " days."
    )
    threshold = fields.Float(
        string="Threshold (%)",
        help="The figure below which the rule speaks up, where it measures one.",
    )
    reason = fields.Char(
        required=True,
        translate=True,
        help="Says why. %(date)s: when it is due; %(since)s: when it last happened;"
        " %(number)s: the figure found; %(days)s and %(threshold)s: as set here.",
    )
    example = fields.Char(
        string="For example",
        compute="_compute_example",
        help="The reason as somebody reads it, with a day and a figure in it.",
    )

    _once = models.UniqueIndex(
        "(code, COALESCE(company_id, 0))",
        "There is a rule with this code already, for the same companies.",
    )
    _days_not_negative = models.Constraint(
        "CHECK (days >= 0 AND threshold >= 0)",
        "Days and thresholds of a rule cannot be negative.",
    )

    _days_within = models.Constraint(
        "CHECK (days <= 3660)", "A rule looks ten years ahead at most: 3660 days."
    )

    @api.depends("reason", "days", "threshold")
    @api.depends_context("lang", "tz")
    def _compute_example(self):
        """What a line of this rule may say today."""
        today = fields.Date.context_today(self)
        values = {
            "date": format_date(self.env, today),
            "since": format_date(self.env, today - timedelta(days=30)),
            "number": "12",
        }
        for step in self:
            step.example = step._reason_text(values)

    @api.constrains("code")
    def _check_code(self):
        for step in self:
            if not callable(getattr(self, f"_due_{step.code}", None)):
                raise ValidationError(
                    self.env._(
                        "%(rule)s: nothing looks for “%(code)s”. Use the code of a rule"
                        " that exists, or install the add-on that brings this one.",
                        rule=step.name,
                        code=step.code,
                    )
                )

    def copy_data(self, default=None):
        """A copy is the rule of one company, to be set otherwise there."""
        default = {"company_id": self.env.company.id, **(default or {})}
        return super().copy_data(default)

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        steps = super().create(vals_list)
        forget(self.env)
        return steps

    def write(self, vals):
        result = super().write(vals)
        forget(self.env)
        return result

    def unlink(self):
        result = super().unlink()
        forget(self.env)
        return result

    # ------------------------------------------------------------
    # ALL RULES AT ONCE
    # ------------------------------------------------------------

    @api.model
    def _lines_query(self):
        """The lines of all rules that hold, in one query; None without any."""
        # What a rule of another company is set to is no secret; whose accounts it is
        # about, the query asks as the reader.
        found = [
            SQL(
                "SELECT %s AS step_id, %s AS step_kind, %s AS step_sequence, line.*"
                " FROM (%s) line",
                step.id,
                step.kind,
                step.sequence,
                lines,
            )
            for step in self._in_force()
            if (lines := getattr(step, f"_due_{step.code}")()) is not None
        ]
        return SQL(" UNION ALL ").join(found) if found else None

    @api.model
    def _in_force(self):
        """Rules that hold for the reader's companies and that this code knows."""
        companies = {False, *self.env.companies.ids}
        return self.browse(
            rule.id
            for rule in self._known()
            if rule.active
            and rule.company_id in companies
            and hasattr(self, f"_due_{rule.code}")
        )

    @api.model
    @tools.ormcache()
    def _known(self):
        """All rules there are, in their order.

        With full rights: whether a company has a rule for itself does not hang on which
        companies the reader may see.
        """
        every = self.sudo().with_context(active_test=False).search(Domain.TRUE)
        return tuple(
            Known(step.id, step.code, step.company_id.id, step.active) for step in every
        )

    # ------------------------------------------------------------
    # FOR THE METHODS OF THE RULES
    # ------------------------------------------------------------

    def _steps(self, model, domain, **columns):
        """A line for each record of this domain that the reader may read.

        :param model: name of the model of these records, which have a company
        :param columns: what the lines say, as a field of the model or as SQL over its
            table: ``account`` (the account it is about; with it the line is hers only
            who may read that), ``date`` (when it is due), ``since`` (when it last
            happened), ``user`` (whose turn it is; without: the account's specialist),
            ``mine`` (whether it is the reader's turn; without: where they are the
            user), ``number`` (a figure for the reason)
        :return: SQL, or None for readers without access to the model
        """
        query = self._find(model, domain)
        return query if query is None else self._select(model, query, **columns)

    def _find(self, model, domain):
        """The query of these records, to be joined with more before ``_select()``."""
        records = self.env[model]
        if not records.has_access("read"):
            return None
        records = records.with_context(active_test=True)
        return records._search(Domain(domain) & self._of_its_companies())

    def _select(self, model, query, **columns):
        records = self.env[model]

        def column(name):
            value = columns.get(name)
            if isinstance(value, str):
                value = records._field_to_sql(query.table, value, query)
            return SQL("(%s)::%s", value or SQL("NULL"), SQL(_TYPES[name]))

        values = [SQL("%s AS %s", column(name), SQL(name)) for name in _TYPES]
        return query.select(
            SQL("%s AS res_model", model),
            SQL("%s AS res_id", records._field_to_sql(query.table, "id", query)),
            SQL(
                "%s AS company",
                records._field_to_sql(query.table, "company_id", query),
            ),
            *values,
        )

    def _of_its_companies(self):
        if self.company_id:
            return Domain("company_id", "=", self.company_id.id)
        apart = [
            rule.company_id
            for rule in self._known()
            if rule.company_id and rule.code == self.code
        ]
        return Domain("company_id", "not in", apart) if apart else Domain.TRUE

    @api.model
    def _kept_accounts(self):
        """Accounts that are worked on."""
        return Domain("state", "not in", ENDED_STATES)

    @api.model
    def _day(self, moment):
        """The day of a moment (SQL, in UTC) as the reader's clock shows it."""
        zone = self.env.context.get("tz") or self.env.user.tz or "UTC"
        return SQL("((%s AT TIME ZONE 'UTC') AT TIME ZONE %s)::date", moment, zone)

    # ------------------------------------------------------------
    # TEXT
    # ------------------------------------------------------------

    def _reason_text(self, values):
        """Why, with these words in their places; what is no place stays as it is."""
        text = self.reason or ""
        values = {"days": str(self.days), "threshold": f"{self.threshold:g}", **values}
        for name, value in values.items():
            text = text.replace(f"%({name})s", value)
        return text
