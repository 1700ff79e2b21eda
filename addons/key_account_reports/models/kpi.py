"""What is measured, and the engine that measures it."""

from collections import defaultdict
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ..rules import kpi as rules


class KpiFacts(NamedTuple):
    """Which records count for a KPI in a period: the model they belong to, and a query.

    The query's columns: ``record_id``, ``user_id`` and ``team_id`` that get the credit,
    and what the record adds to ``numerator``, ``denominator`` and ``aside``. The
    figures are sums over these rows and the buttons open the records of these rows, so
    the two cannot disagree.
    """

    model: str
    query: SQL


class KpiFigures(NamedTuple):
    """One KPI of one person or team in one period, as measured: not yet scored.

    ``n`` is how many facts were counted; ``value`` is None where it is n/a.
    """

    numerator: float
    denominator: float | None
    aside: float
    value: float | None
    target: float | None
    records: dict
    n: int = 0


class KeyAccountKpi(models.Model):
    """What is measured. A new KPI is one record and one method ``_kpi_facts_<code>``.

    ``_kpi_facts_<code>(company, period)`` returns the facts of everybody in the
    company; the engine below sums them in one query for all people and teams asked for,
    looks up the targets, and divides. Kinds:

    - ``plan``: Σ numerator ÷ the target entered (sold ÷ planned);
    - ``ratio``: Σ numerator ÷ Σ denominator (held ÷ due), scored against a target in
      percent;
    - ``count``: Σ numerator, scored against a target number;
    - ``median``: the middle of the numerators, ``mean``: their mean; each fact has
      denominator 1, and both are scored against a target in their unit;
    - ``judged``: no facts: appraisers choose among described levels, see
      ``kpi_judged.py``.

    The median of a team is that of all its facts, not of its people's medians.
    """

    _name = "key.account.kpi"
    _description = "KPI"
    _inherit = ["key.account.single", "key.account.kept"]
    _single = frozenset(("code",))
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        required=True, help="Names the computation; cannot be invented here."
    )
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    source = fields.Selection(
        [("sales", "Sales"), ("service", "Service"), ("finance", "Finance")],
        required=True,
        default="sales",
    )
    kind = fields.Selection(
        [
            ("plan", "Achieved ÷ planned"),
            ("ratio", "Part ÷ whole"),
            ("count", "Count"),
            ("median", "Median"),
            ("mean", "Mean"),
            ("judged", "Appraisers' judgement"),
        ],
        required=True,
        default="ratio",
    )
    unit = fields.Selection(
        [
            ("amount", "Amount"),
            ("number", "Number"),
            ("days", "Days"),
            ("hours", "Working hours"),
            ("rating", "Rating"),
        ],
        string="Unit of numerator",
        required=True,
        default="number",
    )
    monthly = fields.Boolean(help="Measured for each month.")
    quarterly = fields.Boolean(default=True, help="Measured for each quarter.")
    yearly = fields.Boolean(default=True, help="Measured for each fiscal year.")
    lower_is_better = fields.Boolean("Lower is better")
    cap = fields.Float(
        string="Highest score",
        default=rules.DEFAULT_CAP,
        help="In points; the value stays uncapped.",
    )
    default_target = fields.Float(
        "Default target",
        default=100.0,
        help="Used where no target was entered: percent, or a number for"
        " KPIs that count.",
    )
    min_records = fields.Integer(
        string="Fewest records",
        aggregator=None,
        help="For a mean: with fewer records than this, the result is n/a.",
    )
    numerator_label = fields.Char("Numerator label", translate=True)
    denominator_label = fields.Char("Denominator label", translate=True)
    aside_label = fields.Char(
        string="Shown apart",
        translate=True,
        help="What is counted beside, but not in the ratio.",
    )
    description = fields.Text(translate=True, string="How it is measured")

    _code_unique = models.UniqueIndex(
        "(code)", "There is a KPI with this code already."
    )

    def _single_text(self):
        return self.env._(
            "A KPI is computed by its code, which an add-on brings: the same one twice"
            " would be one KPI under two names."
        )

    # ------------------------------------------------------------
    # CONSTRAINTS
    # ------------------------------------------------------------

    @api.constrains("code")
    def _check_code(self):
        for kpi in self:
            if not hasattr(kpi, f"_kpi_facts_{kpi.code}"):
                raise ValidationError(
                    self.env._(
                        "Nothing computes a KPI with the code “%(code)s” (%(kpi)s)."
                        " Use the code of"
                        " an existing computation, or install the add-on that brings"
                        " it.",
                        code=kpi.code,
                        kpi=kpi.name,
                    )
                )

    # ------------------------------------------------------------
    # BUSINESS METHODS
    # ------------------------------------------------------------

    def _figures(
        self, company, period, users, teams, with_records=False, everybody=False
    ):
        """Measure these KPIs for all people and teams of a period.

        :param everybody: also everybody else to whom something counts
        :return: ``{(kpi, user or team): KpiFigures}``; one query per KPI, one more for
            all targets
        """
        found = {}
        for kpi in self:
            asked = (None, teams) if everybody else (users, teams)
            found[kpi] = kpi._parts(company, period, *asked, with_records)
            ids = {row["res.users"] for row in found[kpi]} - {None}
            users |= users.browse(ids if everybody else ())
        targets = self._targets(company, period, users, teams)
        figures = {}
        for kpi, rows in found.items():
            middles = kpi._medians(company, period, users, teams)
            by_subject = defaultdict(list)
            for row in rows:
                by_subject["res.users", row["res.users"]].append(row)
                by_subject["crm.team", row["crm.team"]].append(row)
            for subject in [*users, *teams]:
                mine = by_subject[subject._name, subject.id]
                middle = middles.get((subject._name, subject.id))
                figures[kpi, subject] = kpi._figures_of(
                    mine, targets[kpi, subject], middle
                )
        return figures

    def _figures_of(self, rows, target, middle=None):
        """
        :param middle: the median of these facts, where it is one
        """
        self.ensure_one()
        part = rules.total(row["part"] for row in rows)
        n = sum(row["n"] for row in rows)
        if self.kind == "mean" and n < self.min_records:
            # Too few to say anything: as if there were none.
            part = rules.Part(aside=part.aside)
        records = {
            column: sorted(
                {record_id for row in rows for record_id in row[column] or ()}
            )
            for column in rules.Part._fields
        }
        denominator = target if self.kind == "plan" else part.denominator
        value = rules.value(self.kind, part.numerator, denominator, middle)
        if self._is_sum() and not n:
            # Nothing was valued: that is not zero.
            value = None
        numerator = 0.0 if self.kind == "median" else part.numerator
        if self.kind in rules.WITHOUT_DENOMINATOR:
            denominator = None
        # The plan itself is what a plan's completion is measured against.
        target = None if self.kind == "plan" else target
        return KpiFigures(numerator, denominator, part.aside, value, target, records, n)

    def _is_sum(self):
        """Whether it sums up amounts, of which there may be none."""
        return self.kind == "count" and self.unit == "amount"

    def _parts(self, company, period, users, teams, with_records=False):
        """Sums of this KPI's facts by person and team, in one query.

        :param users: None for everybody
        """
        self.ensure_one()
        facts = self._facts(company, period)
        columns = self._sum_columns(with_records)
        wanted = (
            SQL("TRUE")
            if users is None
            else SQL(
                "facts.user_id = ANY(%s) OR facts.team_id = ANY(%s)",
                users.ids,
                teams.ids,
            )
        )
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT facts.user_id, facts.team_id, %(columns)s,
                       COUNT(*) FILTER (
                            WHERE facts.numerator <> 0 OR facts.denominator <> 0) AS n
                  FROM (%(facts)s) facts
                 WHERE %(wanted)s
              GROUP BY facts.user_id, facts.team_id
                """,
                columns=SQL(", ").join(columns),
                facts=facts.query,
                wanted=wanted,
            )
        )
        return [
            {
                "res.users": row["user_id"],
                "crm.team": row["team_id"],
                "part": rules.Part(
                    *(float(row[column] or 0) for column in rules.Part._fields)
                ),
                "n": row["n"],
                **{column: row.get(f"{column}_ids") for column in rules.Part._fields},
            }
            for row in rows
        ]

    def _sum_columns(self, with_records):
        """Sums of the facts, as SQL; with the records behind each."""
        names = [SQL.identifier(name) for name in rules.Part._fields]
        columns = [SQL("SUM(facts.%(name)s) AS %(name)s", name=name) for name in names]
        if with_records:
            columns += [
                SQL(
                    "ARRAY_AGG(facts.record_id) FILTER (WHERE facts.%s <> 0) AS %s",
                    SQL.identifier(self._counted_by(name)),
                    SQL.identifier(f"{name}_ids"),
                )
                for name in rules.Part._fields
            ]
        return columns

    def _counted_by(self, column):
        """By which of their numbers the records behind a number are known."""
        if column == "numerator" and self.kind in rules.OF_EACH:
            # Also what took no time at all is among them.
            return "denominator"
        return column

    def _medians(self, company, period, users, teams):
        """``{(model, id): median}`` of people and teams, in one query; sums of sums
        would not say it."""
        self.ensure_one()
        if self.kind != "median":
            return {}
        rows = self.env.execute_query(
            SQL(
                """
                SELECT facts.user_id, facts.team_id,
                       PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY facts.numerator)
                  FROM (%(facts)s) facts
                 WHERE facts.denominator <> 0
                   AND (facts.user_id = ANY(%(users)s)
                        OR facts.team_id = ANY(%(teams)s))
              GROUP BY GROUPING SETS ((facts.user_id), (facts.team_id))
                """,
                facts=self._facts(company, period).query,
                users=users.ids,
                teams=teams.ids,
            )
        )
        return {
            ("res.users", user_id) if user_id else ("crm.team", team_id): middle
            for user_id, team_id, middle in rows
        }

    def _targets(self, company, period, users, teams):
        """Targets of these KPIs for these people and teams: ``{(kpi, user or team):
        number}``."""
        # A figure is the same for whoever reads it, whose targets they may read or not.
        found = (
            self.env["key.account.kpi.target"]
            .sudo()
            .search(
                [
                    ("kpi_id", "in", self.ids),
                    ("company_id", "=", company.id),
                    ("date_from", ">=", period.start),
                    ("date_to", "<=", period.last_day),
                    "|",
                    ("user_id", "in", users.ids),
                    ("team_id", "in", teams.ids),
                ]
            )
        )
        entered = found.grouped(
            lambda target: (target.kpi_id, target.user_id or target.team_id)
        )
        of_people = found.filtered("user_id").grouped(
            lambda target: (target.kpi_id, target.team_id)
        )
        nobody = found.browse()
        targets = {}
        for kpi in self:
            for subject in [*users, *teams]:
                target = entered.get((kpi, subject), nobody)._target_of(period)
                if target is None and kpi.kind == "plan":
                    target = of_people.get((kpi, subject), nobody)._sum_of_people(
                        period
                    )
                targets[kpi, subject] = target
        return targets

    def _measured(self):
        """Those of these KPIs that are computed from facts, not judged."""
        return self.filtered(lambda kpi: kpi.kind != "judged")

    def _facts(self, company, period):
        self.ensure_one()
        return getattr(self, f"_kpi_facts_{self.code}")(company, period)

    def _records(self, company, period, subject, column):
        """Records behind one number of a person or team, as a recordset of the facts'
        model."""
        self.ensure_one()
        facts = self._facts(company, period)
        credit = SQL.identifier(
            "user_id" if subject._name == "res.users" else "team_id"
        )
        rows = self.env.execute_query(
            SQL(
                "SELECT DISTINCT facts.record_id FROM (%s) facts"
                " WHERE facts.%s = %s AND facts.%s <> 0",
                facts.query,
                credit,
                subject.id,
                SQL.identifier(self._counted_by(column)),
            )
        )
        return self.env[facts.model].browse(sorted(record_id for [record_id] in rows))

    def _score(self, value, target):
        """Points of a value in percent (or a number, for KPIs that count)."""
        self.ensure_one()
        return rules.score(
            value,
            target,
            self.lower_is_better,
            self.kind == "count",
            self.cap or rules.DEFAULT_CAP,
        )
