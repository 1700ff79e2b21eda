"""Computing the stored figures: by the scheduled action, by a sheet, by the button."""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.key_account.models.shared.batch import one_by_one

from ..rules import kpi as rules

# How many KPIs of one period the button computes at once.
MOST_AT_ONCE = 12
# What was computed for everybody since then is not computed anew by a job that goes on
# after it was stopped: less than the hour in which it runs again.
FRESH = timedelta(minutes=45)
NEVER = datetime.min


class Portion(NamedTuple):
    """What is computed in one pass, and committed by itself."""

    company: models.BaseModel
    period: rules.Period
    kpi: models.BaseModel

    @property
    def key(self):
        """As what was computed last is looked up by."""
        return (self.company.id, self.period.kind, self.period.start, self.kpi.id)


class KeyAccountKpiFigure(models.Model):
    _inherit = "key.account.kpi.figure"

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_compute_now(self):
        """Compute these figures anew, but those that an appraisal was confirmed on."""
        self.check_access("read")
        portions = self._portions_of_these()
        if len(portions) > MOST_AT_ONCE:
            raise UserError(
                self.env._(
                    "Computing %(count)s KPIs and periods would take too long: choose"
                    " figures of at most %(most)s at once. The others are computed"
                    " every hour.",
                    count=len(portions),
                    most=MOST_AT_ONCE,
                )
            )
        for (company, period, kpi), figures in portions.items():
            people = figures.filtered(lambda figure: figure.subject == "person")
            teams = (figures - people).team_id
            self._compute(company, period, kpi, people.user_id, teams)

    @api.model
    def _cron_compute(self):
        """Compute the running periods and the last ones anew, the stalest first, each
        KPI and period by itself: a run that is stopped has done what it has done, and
        the next one goes on with what is stalest then.

        :return: False when the time of the scheduled action is over before all is done
        """
        cron, portions = self.env["ir.cron"], self._portions_due()
        for index, portion in enumerate(portions, start=1):
            self._compute_portion(portion)
            remaining = len(portions) - index
            if not cron._commit_progress(1, remaining=remaining) and remaining:
                return False
        return True

    # ------------------------------------------------------------
    # WHAT IS COMPUTED WHEN
    # ------------------------------------------------------------

    def _portions_of_these(self):
        return self.grouped(
            lambda figure: (figure.company_id, figure._period(), figure.kpi_id)
        )

    @api.model
    def _portions_due(self):
        """What was not computed for everybody a moment ago, the stalest first."""
        portions, computed = self._portions(), self._computed_last()
        since = fields.Datetime.now() - FRESH
        return [each for each in portions if computed.get(each.key, NEVER) <= since]

    @api.model
    def _portions(self):
        """What is kept up to date, the stalest first."""
        kpis = self.env["key.account.kpi"].search(Domain.TRUE)._measured()
        computed = self._computed_last()
        portions = [
            portion
            for company in self._measured_companies()
            for kind in rules.MONTHS
            for period, ended in self._periods_due(company, kind)
            for kpi in kpis._of_period(kind)
            if (portion := Portion(company, period, kpi))
            and (not ended or computed.get(portion.key, NEVER) < ended)
        ]
        portions += self._asked_by_sheets().difference(portions)
        return sorted(portions, key=lambda each: computed.get(each.key, NEVER))

    @api.model
    def _asked_by_sheets(self):
        """What appraisal sheets that are not confirmed show, of whatever period."""
        sheets = self.env["key.account.kpi.sheet"].sudo()
        running = sheets.search([("state", "!=", "confirmed")])
        return {
            Portion(sheet.company_id, sheet._period(), kpi)
            for sheet in running
            for kpi in sheet.line_ids.kpi_id._measured()
        }

    @api.model
    def _measured_companies(self):
        """Companies that have teams of key accounts."""
        teams = self.env["crm.team"].sudo().search([("is_key_account", "=", True)])
        companies = self.env["res.company"].sudo().search(Domain.TRUE, order="id")
        if all(team.company_id for team in teams):
            companies &= teams.company_id
        return companies if teams else companies.browse()

    @api.model
    def _periods_due(self, company, kind):
        """The running period and the last one, and those before, a year back, with the
        moment at which they ended: of these only what was not computed since then (as
        when nothing was computed for long).

        :return: (period, moment in UTC or None)
        """
        today, zone = company._key_account_today(), company._key_account_timezone()
        running = company._key_account_period(kind, today)
        periods, start = [(running, None)], running.start
        for index in range(rules.LOOK_BACK[kind]):
            period = company._key_account_period(kind, start - timedelta(days=1))
            start = period.start
            periods.append((period, index and rules.utc_bounds(period, zone)[1]))
        return periods

    @api.model
    def _computed_last(self):
        """``{(company, kind, first day, KPI): when it was computed last}``, for
        everybody: what one person computed for themselves says nothing of the others,
        nor does what stays as it was confirmed."""
        self.flush_model()
        self.env["key.account.kpi.sheet"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT figure.company_id, figure.period, figure.date_from,
                       figure.kpi_id,
                       COALESCE(MIN(figure.computed_at) FILTER (WHERE sheet.id IS NULL),
                                MAX(figure.computed_at))
                  FROM key_account_kpi_figure figure
             LEFT JOIN key_account_kpi_sheet sheet
                    ON sheet.state = 'confirmed'
                   AND sheet.company_id = figure.company_id
                   AND sheet.subject = figure.subject
                   AND CASE WHEN sheet.subject = 'person'
                            THEN sheet.user_id = figure.user_id
                            ELSE sheet.team_id = figure.team_id END
                   AND sheet.date_from <= figure.date_from
                   AND sheet.date_to >= figure.date_to
              GROUP BY figure.company_id, figure.period, figure.date_from,
                       figure.kpi_id
                """
            )
        )
        return {tuple(key): moment for *key, moment in rows}

    @api.model
    def _domain(self, company, period):
        return (
            Domain("company_id", "=", company.id)
            & Domain("period", "=", period.kind)
            & Domain("date_from", "=", period.start)
        )

    # ------------------------------------------------------------
    # COMPUTING
    # ------------------------------------------------------------

    @api.model
    def _compute_portion(self, portion):
        """Compute one portion for everybody; what cannot be computed is logged, and
        stops none of the others."""
        company, period, kpi = portion
        people, teams = self._roster(company)
        one_by_one(
            kpi,
            lambda kpi: self._compute(
                company, period, kpi, people, teams, everybody=True
            ),
        )

    @api.model
    def _roster(self, company):
        """Whose figures are kept, whatever they have done: people and teams of key
        accounts."""
        # Figures are the same for whoever has them computed.
        teams = (
            self.env["crm.team"]
            .sudo()
            .search(
                [
                    ("is_key_account", "=", True),
                    ("company_id", "in", [company.id, False]),
                ]
            )
        )
        people = (
            teams.member_ids
            | teams.key_account_support_ids
            | teams._key_account_managers()
        )
        return people.filtered(lambda user: company in user.company_ids), teams

    @api.model
    def _compute(self, company, period, kpis, users, teams, everybody=False):
        """Compute figures and store them: one pass over the facts of each KPI, however
        many people; those that an appraisal was confirmed on stay as they are.

        :param everybody: also of everybody else to whom something counts, or did when
            it was computed before
        """
        # What counts for whom is not for whoever asks to decide, by what they may read.
        figures, kpis = self.sudo(), kpis._measured()
        stored = figures._stored(company, period, kpis)
        if everybody:
            before = figures.union(*stored.values())
            people = before.filtered(lambda figure: figure.subject == "person")
            users |= people.user_id
            teams |= (before - people).team_id
        measured = kpis.sudo()._figures(
            company.sudo(), period, users.sudo(), teams.sudo(), everybody=everybody
        )
        closed = figures._closed(company, period)
        supported = figures._supported_teams(company)
        now, missing = fields.Datetime.now(), []
        for (kpi, subject), figure in measured.items():
            key = (subject._name, subject.id)
            if kpi.id in closed.get(key, ()) and (*key, kpi.id) in stored:
                continue
            vals = figures._figure_values(figure, now)
            vals["team_id"] = figures._team_of(subject, company, supported).id
            if old := stored.get((*key, kpi.id)):
                old._set_kept(vals)
            else:
                missing.append(
                    {
                        **vals,
                        **figures._identity(company, period, kpi, subject),
                    }
                )
        if missing:
            kpis._touch()
            figures._create_kept(missing)

    @api.model
    def _closed(self, company, period):
        """``{(model, id): ids of KPIs}`` of people and teams on whose figures of this
        period an appraisal was confirmed; not of those whose own sheet was reopened,
        though a year's around it is confirmed. What stands on no such sheet goes on."""
        sheets = self.env["key.account.kpi.sheet"].search(
            [
                ("company_id", "=", company.id),
                ("date_from", "<=", period.start),
                ("date_to", ">=", period.last_day),
                "|",
                ("state", "=", "confirmed"),
                ("version", ">", 1),
            ]
        )
        closed, reopened = defaultdict(set), set()
        for sheet in sheets:
            who = sheet._subject_record()
            if sheet.state == "confirmed":
                closed[who._name, who.id].update(sheet.line_ids.kpi_id.ids)
            elif sheet._period() == period:
                reopened.add((who._name, who.id))
        return {who: kpis for who, kpis in closed.items() if who not in reopened}

    @api.model
    def _stored(self, company, period, kpis):
        """``{(model, id, KPI id): figure}`` of a period, in one query."""
        found = self.search_fetch(
            self._domain(company, period) & Domain("kpi_id", "in", kpis.ids),
            ["subject", "user_id", "team_id", "kpi_id"],
        )
        return {
            (figure._who()._name, figure._who().id, figure.kpi_id.id): figure
            for figure in found
        }

    @api.model
    def _identity(self, company, period, kpi, subject):
        person = subject._name == "res.users"
        return {
            "company_id": company.id,
            "period": period.kind,
            "date": period.start,
            "kpi_id": kpi.id,
            "subject": "person" if person else "team",
            "user_id": subject.id if person else False,
        }

    @api.model
    def _supported_teams(self, company):
        """``{person: the first team of this company that they support}``."""
        # Figures are the same for whoever has them computed.
        teams = self.env["crm.team"].sudo()
        ours = Domain("is_key_account", "=", True)
        ours &= Domain("company_id", "in", [company.id, False])
        found = {}
        for team in teams.search(ours):
            for person in team.key_account_support_ids:
                found.setdefault(person, team)
        return found

    @api.model
    def _team_of(self, subject, company, supported):
        """The team itself; of a person the one of this company that they work in, of
        sales support the one that they support."""
        if subject._name == "crm.team":
            return subject
        teams = subject.sale_team_id | subject.crm_team_ids
        found = teams.filtered(lambda team: team.company_id in (company, company[:0]))
        return found[:1] or supported.get(subject, found)

    @api.model
    def _figure_values(self, figure, now):
        return {
            "numerator": figure.numerator,
            "denominator": figure.denominator or 0.0,
            "aside": figure.aside,
            "value": figure.value or 0.0,
            "n": figure.n,
            "applicable": figure.value is not None,
            "target": figure.target or 0.0,
            "has_target": figure.target is not None,
            "computed_at": now,
        }

    # ------------------------------------------------------------
    # READING
    # ------------------------------------------------------------

    @api.model
    def _of_sheets(self, sheets, kpis):
        """``{(sheet, KPI id): figure}`` as stored for these sheets, whoever asks: the
        right to a sheet is the right to its figures. One query for each period."""
        found = {}
        dated = sheets.filtered("date_from")
        for (company, period), group in dated.grouped(
            lambda sheet: (sheet.company_id._origin, sheet._period())
        ).items():
            wanted = defaultdict(list)
            for sheet in group:
                who = sheet._subject_record()
                wanted[who._name, who.id].append(sheet)
            stored = self.sudo()._stored(company, period, kpis)
            for (model, id_, kpi_id), figure in stored.items():
                for sheet in wanted.get((model, id_), ()):
                    found[sheet, kpi_id] = figure
        return found


class KeyAccountKpi(models.Model):
    _inherit = "key.account.kpi"

    def _touch(self):
        """Write these rows, so that two who compute their figures for the first time at
        the same moment meet here: the later one is tried again, and finds the figures
        of the other, where making them twice would be refused."""
        self.env.cr.execute(
            SQL(
                "UPDATE key_account_kpi SET write_date = write_date WHERE id = ANY(%s)",
                self.ids,
            )
        )

    def _of_period(self, kind):
        """Those of these KPIs that are measured for such periods."""
        name = {"month": "monthly", "quarter": "quarterly", "year": "yearly"}[kind]
        return self.filtered(name)
