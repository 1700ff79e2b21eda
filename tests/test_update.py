"""A company that has worked with 19.0.1.0.0 updates to what lies here.

Its database is made by the code of that version, taken from the history, with that
version's demo data: accounts, deals, visits, quotations signed off, signed and
confirmed, appraisals. Today's code updates it. Then nothing that people made may be
another, but for what is named here with its reason; the rights are those that a new
database gets.
"""

import json
import os
import subprocess
import sys
import tarfile
from io import BytesIO
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tools"))

from devkit import databases, odoo, paths, postgres, source, testing  # noqa: E402

FIRST = "40a5b88"
DATABASE = "ka_update"
STEPS = Path(__file__).with_name("update_steps.py")
MODULES = ",".join(paths.MODULES)
# (table, column): why an update changes it.
CHANGED_ON_PURPOSE = {
    ("calendar_event", "privacy"): "meetings of visits are private",
    ("calendar_event", "description"): "objectives go to nobody who is invited",
    ("calendar_event", "notes"): "there they stand instead",
    ("key_account_stakeholder", "last_contact"): "visits held tell it",
    ("mail_activity", "activity_type_id"): "suggestions have a type of their own",
    ("res_company", "key_account_evaluation_months"): "it stands in the policies",
}
# Tables in which the update itself may add rows: why.
ADDED_ON_PURPOSE = {
    "mail_message": "Odoo notes that a scheduled action is new",
    "key_account_survey_question": "dealers are asked questions of their own",
    "key_account_survey_option": "their answers to choose from",
    "key_account_kpi": "more of the catalogue is measured, and judged",
    "key_account_kpi_set": "sales support is appraised, too",
    "key_account_kpi_set_line": "by KPIs that are judged",
    "res_partner": "the demo data of today names more customers",
    "product_category": "the demo data of today gives its products categories",
    "ir_sequence": "feedback, samples and suggestions are numbered",
}


def history_of(commit, target):
    """Write the add-ons of a commit below ``target``."""
    archive = subprocess.run(
        ["git", "archive", "--format=tar", commit, "addons"],
        cwd=ROOT,
        capture_output=True,
    )
    if archive.returncode:
        said = archive.stderr.decode().strip()
        pytest.skip(f"{commit} is not in the history at hand ({said})")
    with tarfile.open(fileobj=BytesIO(archive.stdout)) as tar:
        tar.extractall(target, filter="data")
    return target / "addons"


class Company:
    """The database: made by the first version, updated by this one."""

    def __init__(self, settings, addons):
        self.settings = settings
        self.environment = dict(
            odoo.environment(settings), ODOO_RC=str(paths.CONF), PYTHONHASHSEED="0"
        )
        self.old = self.addons_path(addons)
        self.new = self.addons_path(paths.ADDONS)

    @staticmethod
    def addons_path(addons):
        return ",".join(map(str, (addons, *source.addons_paths())))

    def live(self):
        databases.clone(self.settings, odoo.TEMPLATE, DATABASE)
        # The demo data of the add-ons is theirs alone: it asks for none of Odoo's.
        databases.execute(
            self.settings,
            DATABASE,
            "UPDATE ir_module_module SET demo = true WHERE state = 'installed'",
        )
        self.odoo(self.old, "-i", "--with-demo")
        self.before = self.look(DATABASE, self.old)
        self.odoo(self.new, "-u")
        self.after = self.look(DATABASE, self.new)

    def odoo(self, addons_path, *options):
        code, log = odoo.logged(
            self.settings,
            f"update{options[0]}",
            *("-d", DATABASE, options[0], MODULES, *options[1:]),
            *("--stop-after-init", "--no-http", f"--addons-path={addons_path}"),
        )
        text = log.read_text(errors="replace")
        assert not code and not odoo.errors(text), odoo.errors(text)

    def look(self, database, addons_path):
        process = subprocess.run(
            [str(paths.venv_program("python")), str(STEPS), database, addons_path],
            capture_output=True,
            text=True,
            env=self.environment,
            cwd=ROOT,
        )
        assert process.returncode == 0, process.stderr[-4000:]
        return json.loads(process.stdout)


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    os.environ.pop("PGDATABASE", None)
    company = Company(
        postgres.ensure(), history_of(FIRST, tmp_path_factory.mktemp("first"))
    )
    try:
        company.live()
        yield company
    finally:
        databases.drop(company.settings, DATABASE)


def same(before, after):
    """What of ``before`` is another or gone, one line each."""
    return [
        f"{key}: {value!r} -> {after.get(key)!r}"
        for key, value in before.items()
        if after.get(key) != value
    ]


def changed_rows(before, after):
    """Rows that are gone, and columns that have another value, but for the named ones:
    how many of each, and the first."""
    found = {}
    for table, rows in before.items():
        now = after.get(table, {})
        for key, row in rows.items():
            if key not in now:
                found.setdefault((table, "gone"), []).append(row)
                continue
            for column, value in row.items():
                new = now[key].get(column)
                if new != value and (table, column) not in CHANGED_ON_PURPOSE:
                    change = f"{key}: {value!r} -> {new!r}"
                    found.setdefault((table, column), []).append(change)
    return [
        f"{table} {what}, {len(changes)} times, e.g. {changes[0]}"
        for (table, what), changes in found.items()
    ]


def added_rows(before, after):
    return [
        f"{table}: {sorted(after[table].keys() - rows.keys())[:5]}"
        for table, rows in before.items()
        if table not in ADDED_ON_PURPOSE and after.get(table, {}).keys() - rows.keys()
    ]


def test_the_company_has_worked(company):
    rows = company.before["rows"]
    for table, least in (
        ("key_account", 10),
        ("sale_order", 20),
        ("crm_lead", 20),
        ("key_account_visit", 20),
        ("key_account_approval", 10),
        ("key_account_signature", 2),
        ("account_move", 1),
        ("key_account_kpi_sheet", 2),
    ):
        assert len(rows[table]) >= least, table
    signatures = company.before["evidence"]["signatures"].values()
    assert any(intact and binding for intact, binding, _fingerprint in signatures)


def test_no_row_is_lost_or_changed(company):
    found = changed_rows(company.before["rows"], company.after["rows"])
    assert not found, "\n".join(found)


def test_no_row_is_added(company):
    found = added_rows(company.before["rows"], company.after["rows"])
    assert not found, "\n".join(found)


def test_only_dealers_are_asked_more(company):
    before, after = company.before["rows"], company.after["rows"]
    table = "key_account_survey_question"
    added = after[table].keys() - before[table].keys()
    assert {after[table][key]["kind"] for key in added} == {"dealer"}
    options = "key_account_survey_option"
    for key in after[options].keys() - before[options].keys():
        assert str(after[options][key]["question_id"]) in added


def test_files_stay(company):
    found = same(company.before["files"], company.after["files"])
    assert not found, "\n".join(found[:40])


@pytest.mark.parametrize("part", ("orders", "signatures", "accounts"))
def test_evidence_stands(company, part):
    found = same(company.before["evidence"][part], company.after["evidence"][part])
    assert not found, "\n".join(found[:40])


def test_everybody_sees_what_they_saw(company):
    for login, models in company.before["seen"].items():
        assert not same(models, company.after["seen"][login]), login


def test_rights_are_those_of_a_new_database(company):
    fresh = company.look(testing.OWN_PYTEST, company.new)["rights"]
    updated = company.after["rights"]
    assert not fresh.keys() ^ updated.keys()
    assert not same(fresh, updated)
