"""Installing, updating, setting up and uninstalling beside plain crm and sale in use.

One story on a database of its own: a company that works with plain Odoo gets both
add-ons, updates them twice, sets one team up with mode ``enforce``, works in it, and
gives the add-ons up again. After each chapter everything that belongs to the other
teams is compared with what it was, value by value. The steps themselves stand in
``installation_steps.py``.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tools"))

from devkit import databases, odoo, paths, postgres  # noqa: E402

DATABASE = "ka_installation"
STEPS = Path(__file__).with_name("installation_steps.py")
MODULES = ",".join(paths.MODULES)


class Story:
    """The database, the snapshots taken of it, and what happened in between."""

    def __init__(self, settings):
        self.settings = settings
        self.environment = odoo.environment(settings)

    def tell(self):
        databases.clone(self.settings, odoo.TEMPLATE, DATABASE)
        self.plain = self.run("prepare", "snapshot")["snapshot"]
        self.known = self.plain["columns"]
        self.odoo("-i")
        told = self.run("snapshot", "own_data", "mandatory_columns")
        self.installed, self.own = told["snapshot"], told["own_data"]
        self.mandatory = told["mandatory_columns"]
        self.odoo("-u")
        self.odoo("-u")
        told = self.run(
            "snapshot", "own_data", "set_up", "work", "stages_of_department"
        )
        self.updated, self.own_updated = told["snapshot"], told["own_data"]
        self.set_up, self.work = told["set_up"], told["work"]
        self.department = told["stages_of_department"]
        self.beside = self.run("snapshot")["snapshot"]
        self.run("uninstall")
        told = self.run(
            *("snapshot", "leftovers", "new_columns", "stages_of_department"),
            "after_uninstalling",
        )
        self.gone, self.leftovers = told["snapshot"], told["leftovers"]
        self.new_columns = told["new_columns"]
        self.department_after = told["stages_of_department"]
        self.after = told["after_uninstalling"]

    def run(self, *steps):
        known = [self.known] if hasattr(self, "known") else []
        given = dict.fromkeys(("snapshot", "new_columns", "mandatory_columns"), known)
        process = subprocess.run(
            [str(paths.venv_program("python")), str(STEPS), DATABASE, *steps],
            input=json.dumps(given),
            capture_output=True,
            text=True,
            env=dict(self.environment, ODOO_RC=str(paths.CONF)),
            cwd=ROOT,
        )
        assert process.returncode == 0, process.stderr[-4000:]
        assert " ERROR " not in process.stderr, process.stderr[-4000:]
        return json.loads(process.stdout)

    def odoo(self, option):
        code, log = odoo.logged(
            self.settings,
            f"installation{option}",
            *("-d", DATABASE, option, MODULES, "--stop-after-init", "--no-http"),
        )
        text = log.read_text(errors="replace")
        assert not code and not odoo.errors(text), odoo.errors(text)


@pytest.fixture(scope="module")
def story():
    os.environ.pop("PGDATABASE", None)
    story = Story(postgres.ensure())
    try:
        story.tell()
        yield story
    finally:
        databases.drop(story.settings, DATABASE)


def differences(before, after, path=""):
    """Where two values differ, one line each."""
    if type(before) is type(after) is dict:
        return [
            line
            for key in sorted(before.keys() | after.keys())
            for line in differences(before.get(key), after.get(key), f"{path}/{key}")
        ]
    if type(before) is type(after) is list and len(before) == len(after):
        return [
            line
            for number, (one, other) in enumerate(zip(before, after, strict=True))
            for line in differences(one, other, f"{path}/{number}")
        ]
    return [] if before == after else [f"{path}: {before!r} -> {after!r}"]


def assert_same(before, after, *parts):
    found = [
        line for part in parts for line in differences(before[part], after[part], part)
    ]
    assert not found, "\n".join(found[:40])


def without_department(snapshot):
    """What belongs to the other teams of the company."""
    rows = snapshot["rows"]
    team = next(r["id"] for r in rows["crm_team"] if "Large" in str(r["name"]))
    others = {
        "crm_lead": [r for r in rows["crm_lead"] if r["team_id"] != team],
        "sale_order": [r for r in rows["sale_order"] if r["team_id"] != team],
        "crm_team": [r for r in rows["crm_team"] if r["id"] != team],
    }
    orders = {row["id"] for row in others["sale_order"]}
    others["sale_order_line"] = [
        r for r in rows["sale_order_line"] if r["order_id"] in orders
    ]
    return {"rows": others}


EVERYTHING = (
    *("rows", "definitions", "counts", "groups"),
    *("seen", "pipelines", "trials", "portal"),
)


@pytest.mark.parametrize("part", EVERYTHING)
def test_installing_changes_nothing(story, part):
    assert_same(story.plain, story.installed, part)


@pytest.mark.parametrize("part", EVERYTHING)
def test_updating_twice_changes_nothing(story, part):
    assert_same(story.installed, story.updated, part)


def test_updating_twice_keeps_what_the_add_ons_brought(story):
    assert story.own == story.own_updated


def test_nothing_is_asked_of_records_that_others_make(story):
    assert not story.mandatory


def test_the_fixture_is_worth_comparing(story):
    trials = story.plain["trials"]
    assert not [name for name, result in trials.items() if isinstance(result, str)]
    assert trials["confirm"][0] == trials["sign"][0] == "sale"
    assert trials["quote"][0] == "sent"
    assert {status for status, _page in story.plain["portal"].values()} == {200}
    assert all(len(page) > 40 for _status, page in story.plain["portal"].values())
    assert len(story.plain["pipelines"]["seller"]["mine"]) > 4


def test_the_department_was_set_up_and_works(story):
    assert story.set_up == {"mode": "enforce", "team": True}
    assert story.work["states"] == ["approved", "approved", "pending"]
    assert story.work["lead"][1] == "Large customers"


def test_other_teams_keep_their_records_beside_the_department(story):
    before, after = map(without_department, (story.updated, story.beside))
    assert_same(before, after, "rows")


def test_other_teams_work_as_before_beside_the_department(story):
    before, after = story.updated, story.beside
    assert_same(before, after, "trials")
    seen = [dict(snapshot["seen"]["seller"]) for snapshot in (before, after)]
    for one in seen:
        one["stage choice"] = dict(one["stage choice"], **{"Large customers": None})
    assert_same(*seen, *seen[0])
    assert_same(before["pipelines"], after["pipelines"], "seller")
    # Who sees all documents sees the department's, whose pipeline is another one now.
    for name in ("all_seller", "sales_manager"):
        pipelines = before["pipelines"][name], after["pipelines"][name]
        assert_same(*pipelines, "Direct", "Partners", "Sales")


def test_other_teams_customers_see_the_same_pages(story):
    before, after = story.updated["portal"], story.beside["portal"]
    for name in ("seller sent", "sales_manager sent"):
        assert before[name] == after[name]


def test_uninstalling_leaves_nothing_behind(story):
    assert not {name: found for name, found in story.leftovers.items() if found}
    assert not story.new_columns


def test_uninstalling_restores_plain_odoo(story):
    before, after = map(without_department, (story.beside, story.gone))
    assert_same(before, after, "rows")
    assert_same(story.plain, story.gone, "trials", "definitions")
    assert story.gone["pipelines"].keys() == story.plain["pipelines"].keys()


def test_uninstalling_keeps_the_departments_deals(story):
    assert story.department_after == story.department
    assert story.after == {"orders": 3, "state": "sale", "won": True}
