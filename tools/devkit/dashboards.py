"""Writes the spreadsheets of the dashboards from what stands in them.

A dashboard is a file of Odoo's spreadsheet, thousands of lines of which say where a
cell lies. Here is what it answers, and each answer's records; ``make readme`` writes
the rest, and a test fails when the files are not what this page says.
"""

import json
from typing import NamedTuple

from .paths import ADDONS

FOLDER = ADDONS / "key_account_reports" / "data" / "dashboards"
# As Odoo 19 writes them.
VERSION = "18.5.10"
TITLE, HEAD, CELL, HEAD_RIGHT, NOTE = 1, 2, 3, 4, 5
ONE_DECIMAL = 1
WIDTHS = (240, 125, 125, 20, 240, 125, 125)
WIDTH, ROW = sum(WIDTHS), 23
CARD_WIDTH, CARD_HEIGHT, CARDS_PER_ROW = 242, 101, 4
CARD_FONT = 24
AMOUNT = "%s"
ROWS = 8
LEFT, RIGHT = "ABC", "EFG"
_PERIOD, _TEAM = "period", "team"


class Source(NamedTuple):
    """Which records: a model, a domain, and what the filters above look at."""

    model: str
    domain: str = "[]"
    date: str | None = None
    team: str | None = None
    menu: str | None = None

    def matching(self, filters, offset=0):
        found = {}
        if self.date and _PERIOD in filters:
            found[_PERIOD] = {"chain": self.date, "type": "date", "offset": offset}
        if self.team and _TEAM in filters:
            found[_TEAM] = {"chain": self.team, "type": "many2one"}
        return found


class Card(NamedTuple):
    """One figure, beside that of the period before."""

    title: str
    source: Source
    measure: str
    before: bool = True
    number: str = "ROUND(%s,1)"  # or AMOUNT


class Table(NamedTuple):
    """A pivot: one group and measures (field, with its aggregator where it is a rate).

    ``heads``: what stands above its columns; here and in lists, as field names are too
    long for a column."""

    title: str
    source: Source
    rows: tuple
    measures: tuple
    heads: tuple
    sort: str | None = None


class Records(NamedTuple):
    """The first records of a list."""

    title: str
    source: Source
    columns: tuple
    heads: tuple
    order: str
    ascending: bool = True


class Chart(NamedTuple):
    """Bars or a line over all the width."""

    title: str
    source: Source
    kind: str
    groups: tuple
    measure: str
    axis: str
    stacked: bool = False


class Dashboard(NamedTuple):
    """``blocks``: charts over all the width, or pairs of tables and lists."""

    name: str
    filters: tuple
    cards: tuple
    blocks: tuple
    mine: bool = False
    widths: tuple = WIDTHS


class Writer:
    """One dashboard on its way to a file."""

    def __init__(self, dashboard):
        self.dashboard = dashboard
        self.cells, self.data, self.formats = {}, {}, {}
        self.styles, self.tables, self.figures = {}, [], []
        self.rows, self.menus = {}, {}
        self.pivots, self.lists = {}, {}

    def content(self):
        lines = -(-len(self.dashboard.cards) // CARDS_PER_ROW)
        for index, card in enumerate(self.dashboard.cards):
            self._card(index, card)
        row = note = 1 + lines * -(-(CARD_HEIGHT + 14) // ROW)
        for block in self.dashboard.blocks:
            if isinstance(block, Chart):
                row = self._chart(row, block)
            else:
                for part, columns in zip(block, (LEFT, RIGHT), strict=False):
                    self._part(row, part, columns)
                row += ROWS + 3
        return self._file(row, self._note(note))

    # What stands in it

    def _card(self, index, card):
        line, place = divmod(index, CARDS_PER_ROW)
        row = index + 2
        now = self._pivot(card.title, card.source, (), (card.measure,))
        self.data[f"A{row}"] = f'=_t("{card.title}")'
        self.data[f"B{row}"] = self._answer(now, card)
        if card.number != AMOUNT:
            self.formats[f"B{row}:C{row}"] = ONE_DECIMAL
        data = {
            "baselineColorDown": "#DC6965",
            "baselineColorUp": "#00A04A",
            "baselineMode": "text",
            "title": {"text": card.title, "bold": True, "color": "#434343"},
            "type": "scorecard",
            "background": "#EFF6FF" if line == 0 else "#FFF7ED",
            "keyValue": f"Data!B{row}",
            # Two beside each other on a telephone: amounts are not cut.
            "keyDescr": {"text": "", "fontSize": CARD_FONT},
            # What is humanized shows no words, as that there is no answer.
            "humanize": card.number == AMOUNT,
        }
        if card.before:
            before = self._pivot(
                card.title, card.source, (), (card.measure,), offset=-1
            )
            self.data[f"C{row}"] = self._answer(before, card)
            data["baseline"] = f"Data!C{row}"
            data["baselineDescr"] = {"text": "before"}
        offset = {
            "x": place * (CARD_WIDTH + 10),
            "y": 10 + line * (CARD_HEIGHT + 12),
        }
        self._figure(offset, CARD_WIDTH, CARD_HEIGHT, data, card.source.menu)

    def _answer(self, pivot, card):
        """What is not applicable is no zero."""
        value = f'PIVOT.VALUE({pivot},"{card.measure}")'
        return f'=IFERROR(IF({value}="","–",{card.number % value}),"–")'

    def _note(self, row):
        """What is said beside the first heading where quarters of another fiscal year
        were measured: the filter knows those of the calendar. Returns its cells."""
        own = ", ('user_id', '=', uid)" if self.dashboard.mine else ""
        source = Source(
            "key.account.kpi.figure",
            "[('off_calendar', '=', True),"
            f" ('kpi_id.code', '=', 'sales_plan_completion'){own}]",
            team="team_id",
        )
        measure = "kpi_id:count_distinct"
        number = self._pivot(
            "Quarters that are none of the calendar", source, (), (measure,)
        )
        self.data["E2"] = f'=IFERROR(PIVOT.VALUE({number},"{measure}"),0)'
        text = (
            "A quarter of your fiscal year stands under the calendar quarter in which"
            " it begins: November to January under Q4."
        )
        first, last = RIGHT[0], RIGHT[-1]
        self.cells[f"{first}{row}"] = f'=IF(SUM(Data!E2)>0,_t("{text}"),"")'
        self.styles[f"{first}{row}"] = NOTE
        return f"{first}{row}:{last}{row}"

    def _part(self, row, part, columns):
        self._title(row, part, columns[0])
        first, last = columns[0], columns[len(columns) - 1]
        if isinstance(part, Table):
            pivot = self._pivot(
                part.title, part.source, part.rows, part.measures, part.sort
            )
            shape = f"{ROWS}, FALSE, FALSE, {len(part.measures)}, FALSE"
            self.cells[f"{first}{row + 2}"] = f"=PIVOT({pivot}, {shape})"
        else:
            self._records(row + 1, part, columns)
        for column, head in zip(columns, part.heads, strict=True):
            self.cells[f"{column}{row + 1}"] = f'=_t("{head}")'
        self.styles[f"{first}{row + 1}"] = HEAD
        self.styles[f"{columns[1]}{row + 1}:{last}{row + 1}"] = HEAD_RIGHT
        self.styles[f"{first}{row + 2}:{last}{row + 1 + ROWS}"] = CELL
        self.tables.append(
            {
                "range": f"{first}{row + 1}:{last}{row + 1 + ROWS}",
                "type": "static",
                "config": {
                    "hasFilters": False,
                    "totalRow": False,
                    "firstColumn": False,
                    "lastColumn": False,
                    "numberOfHeaders": 1,
                    "bandedRows": True,
                    "bandedColumns": False,
                    "automaticAutofill": True,
                    "styleId": "None",
                },
            }
        )

    def _title(self, row, part, column):
        """A heading that opens what stands below it."""
        source = part.source
        groups = getattr(part, "rows", ())
        view = {
            "viewType": "pivot" if groups else "list",
            "action": {
                "domain": source.domain,
                "context": {"group_by": list(groups)},
                "modelName": source.model,
                "views": [[False, "list"], [False, "pivot"], [False, "search"]],
            },
            "threshold": 0,
            "name": part.title,
        }
        if isinstance(part, Chart):
            view["viewType"] = "graph"
            view["action"]["views"].insert(0, [False, "graph"])
            view["action"]["context"] = {
                "graph_groupbys": list(part.groups),
                "graph_measure": part.measure,
                "graph_mode": part.kind,
            }
        if source.model == "key.account.account.report":
            view["action"]["views"].sort(key=lambda each: each[1] != view["viewType"])
        self.cells[f"{column}{row}"] = f"[{part.title}](odoo://view/{json.dumps(view)})"
        self.styles[f"{column}{row}"] = TITLE
        self.rows[str(row - 1)] = {"size": 40}

    def _records(self, row, part, columns):
        number = str(len(self.lists) + 1)
        self.lists[number] = {
            "columns": list(part.columns),
            "domain": part.source.domain,
            "model": part.source.model,
            "context": {},
            "orderBy": [{"name": part.order, "asc": part.ascending}],
            "id": number,
            "name": part.title,
            "fieldMatching": part.source.matching(self.dashboard.filters),
        }
        for column, name in zip(columns, part.columns, strict=True):
            for line in range(1, ROWS + 1):
                cell = f'=ODOO.LIST({number},{line},"{name}")'
                self.cells[f"{column}{row + line}"] = cell

    def _chart(self, row, chart):
        self._title(row, chart, LEFT[0])
        source = chart.source
        data = {
            "title": {"text": ""},
            "background": "#FFFFFF",
            "legendPosition": "top" if len(chart.groups) > 1 else "none",
            "metaData": {
                "groupBy": list(chart.groups),
                "measure": chart.measure,
                "order": None,
                "resModel": source.model,
                "mode": chart.kind,
            },
            "searchParams": {
                "comparison": None,
                "context": {},
                "domain": source.domain,
                "groupBy": list(chart.groups),
                "orderBy": [],
            },
            "type": f"odoo_{chart.kind}",
            "dataSets": [{}],
            "verticalAxisPosition": "left",
            "stacked": chart.stacked,
            "axesDesign": {"y": {"title": {"text": chart.axis}}},
            "fieldMatching": source.matching(self.dashboard.filters),
        }
        height = 12 * ROW
        offset = {"x": 0, "y": row * ROW + (40 - ROW) * (len(self.rows)) + 6}
        self._figure(offset, WIDTH, height, data, source.menu)
        return row + 14

    # How it is written down

    def _pivot(self, name, source, rows, measures, sort=None, offset=0):
        number = str(len(self.pivots) + 1)
        pivot = {
            "type": "ODOO",
            "fieldMatching": source.matching(self.dashboard.filters, offset),
            "context": {},
            "domain": source.domain,
            "id": number,
            "measures": [self._measure(measure) for measure in measures],
            "model": source.model,
            "name": name,
            "sortedColumn": None,
            "formulaId": number,
            "columns": [],
            "rows": [self._group(group) for group in rows],
        }
        if sort:
            pivot["sortedColumn"] = {"measure": sort, "order": "desc", "domain": []}
        self.pivots[number] = pivot
        return number

    @staticmethod
    def _measure(measure):
        name, _colon, aggregator = measure.partition(":")
        found = {"id": measure, "fieldName": name}
        if aggregator:
            found["aggregator"] = aggregator
        return found

    @staticmethod
    def _group(group):
        name, _colon, granularity = group.partition(":")
        found = {"fieldName": name}
        if granularity:
            found.update(granularity=granularity, order="asc")
        return found

    def _figure(self, offset, width, height, data, menu):
        figure = f"figure-{len(self.figures) + 1}"
        if menu:
            self.menus[figure] = menu
        self.figures.append(
            {
                "id": figure,
                "width": width,
                "height": height,
                "tag": "chart",
                "data": {**data, "chartId": figure},
                "offset": offset,
                "col": 0,
                "row": 0,
            }
        )

    def _filters(self):
        known = {
            _PERIOD: {
                "id": _PERIOD,
                "type": "date",
                "label": "Period",
                "defaultValue": "this_quarter",
            },
            _TEAM: {
                "id": _TEAM,
                "type": "relation",
                "label": "Sales team",
                "modelName": "crm.team",
                "defaultValueDisplayNames": [],
            },
        }
        return [known[name] for name in self.dashboard.filters]

    def _file(self, rows, note):
        common = {"conditionalFormats": [], "dataValidationRules": []}
        common |= {"borders": {}, "isVisible": True, "comments": {}}
        common["headerGroups"] = {"ROW": [], "COL": []}
        return {
            "version": VERSION,
            "sheets": [
                {
                    "id": "dashboard",
                    "name": "Dashboard",
                    "colNumber": len(WIDTHS),
                    "rowNumber": rows + 1,
                    "rows": self.rows,
                    "cols": {
                        str(index): {"size": width}
                        for index, width in enumerate(self.dashboard.widths)
                    },
                    "cells": self.cells,
                    "styles": self.styles,
                    "figures": self.figures,
                    "tables": self.tables,
                    "areGridLinesVisible": False,
                    "merges": [note],
                    "formats": {},
                    **common,
                },
                {
                    "id": "data",
                    "name": "Data",
                    "colNumber": 5,
                    "rowNumber": len(self.dashboard.cards) + 2,
                    "rows": {},
                    "cols": {},
                    "cells": self.data,
                    "styles": {},
                    "figures": [],
                    "tables": [],
                    "areGridLinesVisible": True,
                    "merges": [],
                    "formats": self.formats,
                    **common,
                },
            ],
            "styles": {
                str(TITLE): {"textColor": "#01666b", "bold": True, "fontSize": 16},
                str(HEAD): {"textColor": "#434343", "fontSize": 11, "bold": True},
                str(CELL): {"textColor": "#434343", "verticalAlign": "middle"},
                str(HEAD_RIGHT): {
                    "textColor": "#434343",
                    "fontSize": 11,
                    "bold": True,
                    "align": "right",
                },
                str(NOTE): {
                    "textColor": "#666666",
                    "fontSize": 9,
                    "verticalAlign": "middle",
                    "wrapping": "wrap",
                },
            },
            "formats": {str(ONE_DECIMAL): "0.0"},
            "borders": {},
            "revisionId": "START_REVISION",
            "uniqueFigureIds": True,
            "settings": {},
            "pivots": self.pivots,
            "pivotNextId": len(self.pivots) + 1,
            "customTableStyles": {},
            "globalFilters": self._filters(),
            "lists": self.lists,
            "listNextId": len(self.lists) + 1,
            "chartOdooMenusReferences": self.menus,
        }


# ------------------------------------------------------------
# WHAT THEY ANSWER
# ------------------------------------------------------------

_MENU = "key_account_reports.menu_%s"


def _figures(code, subject="person", mine=False):
    """Stored figures of a KPI, by quarter."""
    whose = " ('user_id', '=', uid)," if mine else ""
    return Source(
        "key.account.kpi.figure",
        f"[('kpi_id.code', '=', '{code}'), ('period', '=', 'quarter'),"
        f" ('subject', '=', '{subject}'),{whose} ('applicable', '=', True)]",
        "date_from",
        "team_id",
        _MENU % "kpi_figure",
    )


def _always(source):
    """The same records whatever the period is."""
    return source._replace(date=None)


def _accounts(domain="[]"):
    return Source(
        "key.account.account.report", domain, None, "team_id", _MENU % "account_report"
    )


def _steps(domain="[]", date=None):
    return Source(
        "key.account.stage.report", domain, date, "team_id", _MENU % "stage_report"
    )


def _signed(domain=""):
    return Source(
        "key.account.approval.report",
        f"[('kind', '=', 'concession'){domain}]",
        "date",
        "team_id",
        _MENU % "concession_report",
    )


_REQUESTS = Source(
    "key.account.approval.report",
    "[('kind', '=', 'request')]",
    "date",
    "team_id",
    _MENU % "approval_report",
)
_LESS = ("key_account_id", "amount", "gained")
_LESS_HEADS = ("Account", "12 months", "Change")
_STEPS = ("running", "overdue")
_STEPS_HEADS = ("Step", "Running", "Overdue")
_CONCEDED = ("conceded:sum_currency", "concession:avg")
_CONCEDED_HEADS = ("Authority", "Conceded", "%")
_COMPLAINTS = ("key_account_id", "complaints_open", "complaints")
_COMPLAINTS_HEADS = ("Account", "Open", "12 months")

SPECIALIST = Dashboard(
    "specialist",
    (_PERIOD,),
    (
        Card(
            "Sales plan (%)", _figures("sales_plan_completion", mine=True), "value:avg"
        ),
        Card(
            "Visits held of plan (%)",
            _figures("visit_plan_completion", mine=True),
            "value:avg",
        ),
        Card(
            "Reports in time (%)",
            _figures("report_timeliness", mine=True),
            "value:avg",
        ),
        Card(
            "Conceded (%)",
            _signed(", ('user_id', '=', uid)"),
            "concession:avg",
        ),
    ),
    (
        Chart(
            "Where do I stand against plan?",
            _always(_figures("sales_plan_completion", mine=True)),
            "bar",
            ("date_from:quarter",),
            "value",
            "%",
        ),
        (
            Records(
                "Which of my accounts order less?",
                _accounts("[('user_id', '=', uid), ('gained', '<', 0)]"),
                _LESS,
                _LESS_HEADS,
                "gained",
            ),
            Table(
                "Where do my deals wait?",
                _steps("[('user_id', '=', uid), ('running', '=', 1)]"),
                ("stage_id",),
                _STEPS,
                _STEPS_HEADS,
                "overdue",
            ),
        ),
        (
            Table(
                "What did I concede, by whose authority?",
                _signed(", ('user_id', '=', uid)"),
                ("level_id",),
                _CONCEDED,
                _CONCEDED_HEADS,
            ),
            Records(
                "Which of my accounts have open complaints?",
                _accounts("[('user_id', '=', uid), ('complaints_open', '>', 0)]"),
                _COMPLAINTS,
                _COMPLAINTS_HEADS,
                "complaints_open",
                False,
            ),
        ),
    ),
    mine=True,
)

DEPARTMENT = Dashboard(
    "department",
    (_PERIOD, _TEAM),
    (
        Card(
            "Sales plan (%)",
            _figures("sales_plan_completion", "team"),
            "value:avg",
        ),
        Card(
            "Visits held of plan (%)",
            _figures("visit_plan_completion", "team"),
            "value:avg",
        ),
        Card(
            "Steps left in time (%)",
            _steps("[('steps_left', '=', 1)]", "date_left"),
            "timeliness:avg",
        ),
        Card("Working hours to decision", _REQUESTS, "working_hours:avg"),
    ),
    (
        Chart(
            "Who stands where against plan?",
            _figures("sales_plan_completion"),
            "bar",
            ("user_id",),
            "value",
            "%",
        ),
        (
            Records(
                "Which accounts order less?",
                _accounts("[('gained', '<', 0)]"),
                _LESS,
                _LESS_HEADS,
                "gained",
            ),
            Table(
                "Where do deals wait?",
                _steps("[('running', '=', 1)]"),
                ("stage_id",),
                _STEPS,
                _STEPS_HEADS,
                "overdue",
            ),
        ),
        (
            Table(
                "What was conceded, by whose authority?",
                _signed(),
                ("level_id",),
                _CONCEDED,
                _CONCEDED_HEADS,
            ),
            Table(
                "Who waits how long for sign-off?",
                _REQUESTS,
                ("user_id",),
                ("requests:sum", "working_hours:avg"),
                ("Asked by", "Requests", "Hours"),
                "requests:sum",
            ),
        ),
        (
            Records(
                "Which accounts have open complaints?",
                _accounts("[('complaints_open', '>', 0)]"),
                _COMPLAINTS,
                _COMPLAINTS_HEADS,
                "complaints_open",
                False,
            ),
            Table(
                "Which specialists visit how often?",
                _accounts("[('signed', '=', 1), ('lost', '=', 0)]"),
                ("user_id",),
                ("accounts:sum", "frequency:avg"),
                ("Specialist", "Accounts", "Visits each"),
            ),
        ),
    ),
)

DIRECTION = Dashboard(
    "direction",
    (_PERIOD, _TEAM),
    (
        Card(
            "Sales plan (%)",
            _figures("sales_plan_completion", "team"),
            "value:avg",
        ),
        Card("Orders of 12 months", _accounts(), "amount:sum_currency", False, AMOUNT),
        Card("Conceded (%)", _signed(), "concession:avg"),
        Card("Churn to date (%)", _accounts(), "churn:avg", False),
    ),
    (
        Chart(
            "Where do the teams stand against plan?",
            _always(_figures("sales_plan_completion", "team")),
            "bar",
            ("date_from:quarter", "team_id"),
            "value",
            "%",
        ),
        (
            Table(
                "What does each importance bring?",
                _accounts(),
                ("grade",),
                ("amount:sum_currency", "growth:avg"),
                ("Importance", "12 months", "Growth %"),
                "amount:sum_currency",
            ),
            Table(
                "How many came and went to date?",
                _accounts(),
                ("team_id",),
                ("conversion:avg", "churn:avg"),
                ("Team", "Conversion %", "Churn %"),
            ),
        ),
        (
            Table(
                "What was conceded, by whose authority?",
                _signed(),
                ("level_id",),
                _CONCEDED,
                _CONCEDED_HEADS,
            ),
            Table(
                "What was conceded to whom?",
                _signed(),
                ("key_account_id",),
                _CONCEDED,
                ("Account", "Conceded", "%"),
                "conceded:sum_currency",
            ),
        ),
        (
            Table(
                "Where do deals get lost?",
                _steps("[('ended', '=', 1)]", "date_left"),
                ("stage_id",),
                ("dropped:sum", "conversion:avg"),
                ("Step", "Lost here", "Went on %"),
                "dropped:sum",
            ),
            Table(
                "In which industries do we sell?",
                _accounts("[('signed', '=', 1)]"),
                ("industry_id",),
                ("amount:sum_currency", "white_space:avg"),
                ("Industry", "12 months", "White space %"),
                "amount:sum_currency",
            ),
        ),
    ),
    # Its last heading is a long one.
    widths=(240, 125, 120, 20, 240, 125, 145),
)

ALL = (SPECIALIST, DEPARTMENT, DIRECTION)


def build():
    """``{path: content}`` of all dashboards."""
    return {
        FOLDER / f"{each.name}_dashboard.json": Writer(each).content() for each in ALL
    }


def write():
    """Write those that have changed; ``make format`` gives them their lines."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for path in stale():
        text = json.dumps(build()[path], indent=2, ensure_ascii=False)
        path.write_text(text + "\n", encoding="utf-8")


def stale():
    """Files that do not hold what this page says."""
    return [
        path
        for path, content in build().items()
        if not path.exists() or json.loads(path.read_text("utf-8")) != content
    ]
