"""The code behind the two commands: what it decides, without a network or Odoo."""

import io
import socket
import sys
import threading
from datetime import datetime
from pathlib import Path

import docutils.core
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tools"))

import dev  # noqa: E402
from devkit import (  # noqa: E402
    any_day,
    apt,
    attacks,
    checks,
    cli,
    dashboards,
    demo,
    lint,
    mutants,
    neighbours,
    odoo,
    paths,
    postgres,
    process,
    readme,
    source,
    stamps,
    summary,
    testing,
    translations,
)
from devkit.console import Failure  # noqa: E402
from devkit.summary import Result  # noqa: E402

LOG = """\
2026-01-02 03:04:05,678 9 INFO db odoo.modules.loading: Loading module sale (3/9)
2026-01-02 03:04:06,678 9 ERROR db odoo.addons.sale.tests.test_x: FAIL: TestX.test_y
Traceback (most recent call last):
AssertionError: 1 != 2
2026-01-02 03:04:07,678 9 INFO db odoo.x: going on
2026-01-02 03:04:08,678 9 ERROR db odoo.tests.result: 1 failed, 1 error(s) of 9 tests \
when loading database 'db'
"""


# Prerequisites


@pytest.mark.parametrize("version", [(3, 9), (3, 14), (2, 7)])
def test_unsupported_python_is_refused_in_one_line(version):
    refusal = dev.check_python(version)
    assert "%d.%d is not supported" % version in refusal
    assert "\n" not in refusal


@pytest.mark.parametrize("version", [(3, 10), (3, 11, 7), (3, 13)])
def test_supported_python_is_accepted(version):
    assert dev.check_python(version) is None


def test_taken_port_is_refused():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(Failure, match=f"port {port} .* PORT="):
            checks.check_port(port)
    checks.check_port(port)


def test_full_disk_is_refused(tmp_path):
    with pytest.raises(Failure, match="not enough disk space"):
        checks.check_disk(tmp_path, needed_gb=10**9)
    checks.check_disk(tmp_path, needed_gb=0)


def test_missing_program_names_its_package():
    with pytest.raises(Failure, match="apt-get install some-package"):
        checks.check_program("no-such-program-at-all", "some-package")


def test_failure_is_one_line_and_an_exit_code(monkeypatch, capsys):
    def refuse(_arguments):
        raise Failure("the reason")

    monkeypatch.setattr(cli.setup, "ensure_python", refuse)
    assert cli.main(["lint"]) == 1
    assert capsys.readouterr().err == "error: the reason\n"


# Downloads


def test_mirror_is_debians_and_not_its_security_archive():
    targets = (
        "Debian|trixie-security|mirror:/security/\n"
        "Other|trixie|mirror:/other/\n"
        "Debian|trixie|mirror:/debian/\n"
    )
    assert apt.pick_mirror(targets, "debian") == "mirror:/debian/"


def test_mirror_before_the_first_update_has_no_origin():
    assert apt.pick_mirror("|trixie|mirror:/debian/\n", "debian") == "mirror:/debian/"
    assert apt.pick_mirror("|noble|mirror:/ubuntu/\n", "ubuntu") is None
    assert apt.pick_mirror("Ubuntu|noble|mirror:/ubuntu/\n", "ubuntu") is None


def test_distribution(tmp_path):
    release = tmp_path / "os-release"
    release.write_text('NAME="Debian GNU/Linux"\nID=debian\nVERSION_ID="13"\n')
    assert apt.distribution(release) == "debian"
    assert apt.distribution(tmp_path / "missing") == ""


def test_broken_step_is_repeated_then_told_in_one_line(tmp_path, monkeypatch):
    monkeypatch.setattr(process, "LOGS", tmp_path)
    monkeypatch.setattr(process.time, "sleep", lambda _seconds: None)
    count = tmp_path / "count"
    command = ("sh", "-c", f"echo x >> {count}; echo broken; exit 3")
    with pytest.raises(Failure, match="no luck .broken; log: ") as caught:
        process.must("step", "no luck", *command, attempts=3)
    assert "\n" not in str(caught.value)
    assert count.read_text() == "x\n" * 3


def test_program_that_is_missing_fails_in_one_line(tmp_path, monkeypatch):
    monkeypatch.setattr(process, "LOGS", tmp_path)
    with pytest.raises(Failure, match="no luck .*no-such-program"):
        process.must("step", "no luck", "no-such-program-at-all")


def test_program_that_hangs_is_ended(tmp_path, monkeypatch):
    monkeypatch.setattr(process, "LOGS", tmp_path)
    code, log = process.logged("x", "sh", "-c", "echo on; exec sleep 60", timeout=0.5)
    assert (code, log.read_text()) == (process.TIMED_OUT, "on\n")
    monkeypatch.setattr(process, "GRACE", 0.2)
    deaf = "trap '' TERM; echo on; while :; do sleep 0.1; done"
    assert process.logged("x", "sh", "-c", deaf, timeout=0.5)[0] == process.TIMED_OUT
    assert process.logged("x", "sh", "-c", "exit 3", timeout=60)[0] == 3


def test_stamp_holds_for_its_very_input(tmp_path, monkeypatch):
    monkeypatch.setattr(stamps, "STAMPS", tmp_path / "stamps")
    one, other = stamps.fingerprint("a", "b"), stamps.fingerprint("ab")
    assert one != other
    assert not stamps.is_done("step", one)
    stamps.mark_done("step", one)
    assert stamps.is_done("step", one)
    assert not stamps.is_done("step", other)
    stamps.forget("step")
    assert not stamps.is_done("step", one)


# Choices


def test_checkout_must_be_odoo_19(tmp_path, monkeypatch):
    monkeypatch.setenv("ODOO_PATH", str(tmp_path))
    with pytest.raises(Failure, match="no checkout"):
        source.given()
    (tmp_path / "odoo").mkdir()
    release = tmp_path / "odoo" / "release.py"
    release.write_text("version_info = (18, 0, 0, FINAL, 0, '')\n")
    with pytest.raises(Failure, match="another version"):
        source.given()
    release.write_text("version_info = (19, 0, 0, FINAL, 0, '')\n")
    assert source.given() == tmp_path.resolve()
    assert source.python_path() == tmp_path.resolve()


def test_own_server_is_named_by_the_environment(monkeypatch):
    for name in ("ODOO_RC", "PGHOST", "PGHOSTADDR", "PGPORT", "PGSERVICE", "PGUSER"):
        monkeypatch.delenv(name, raising=False)
    assert postgres.named() is None
    monkeypatch.setenv("PGUSER", "someone")
    assert postgres.named() is None, "a user alone names no server"
    monkeypatch.setenv("PGHOST", "db.example")
    assert postgres.named()["db_host"] == "db.example"
    assert postgres.named()["db_user"] == "someone"


def test_own_server_is_named_by_a_configuration(tmp_path, monkeypatch):
    conf = tmp_path / "odoo.conf"
    conf.write_text("[options]\ndb_host = db.example\ndb_port = False\ndb_user = me\n")
    monkeypatch.setenv("ODOO_RC", str(conf))
    assert postgres.named() == {"db_host": "db.example", "db_user": "me"}
    monkeypatch.setenv("ODOO_RC", str(tmp_path / "missing"))
    with pytest.raises(Failure, match="ODOO_RC"):
        postgres.named()


def test_configuration_serves_this_machine_only(tmp_path, monkeypatch):
    monkeypatch.setattr(odoo.paths, "CONF", tmp_path / "odoo.conf")
    odoo.write_conf({"db_host": "/socket", "db_password": "secret"})
    text = (tmp_path / "odoo.conf").read_text()
    assert "http_interface = 127.0.0.1" in text
    assert "db_host = /socket" in text
    assert "secret" not in text


def test_compiled_code_is_kept_beside_the_sources(monkeypatch):
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    env = odoo.environment()
    assert "PYTHONDONTWRITEBYTECODE" not in env
    assert env["PYTHONPYCACHEPREFIX"] == str(odoo.paths.DEV / "pycache")


def test_options_are_handed_on_to_odoo():
    options = cli.parse(["odoo", "-d", "x", "--stop-after-init"])
    assert options.arguments == ["-d", "x", "--stop-after-init"]
    options = cli.parse(["psql", "x", "-c", "SELECT 1"])
    assert (options.database, options.arguments) == ("x", ["-c", "SELECT 1"])


def test_subcommands_stand_before_the_configuration():
    assert odoo.command("-d", "x")[1:4] == ["-m", "odoo", "-c"]
    assert odoo.command("shell", "-d", "x")[1:5] == ["-m", "odoo", "shell", "-c"]
    exported = odoo.command("i18n", "export", "-d", "x")
    assert exported[1:6] == ["-m", "odoo", "i18n", "export", "-c"]


def test_lint_sees_modules_and_formats():
    assert lint.module_of("tools/dev.py") is None
    assert lint.prettier_wants("addons/a/views/b.xml")
    assert not lint.prettier_wants("addons/a/static/lib/c.js")
    assert not lint.prettier_wants("addons/a/models/b.py")


# Counting


def test_progress_is_read_from_odoos_log():
    assert odoo.progress(LOG.splitlines()[0]) == "sale (3 of 9)"
    assert odoo.progress("anything else") is None


def test_odoos_own_count_is_read():
    assert summary.of_odoo_log(LOG) == Result(passed=7, failed=2)
    assert summary.of_odoo_log("") == Result()


def test_error_entries_come_with_their_traceback():
    first, _count = summary.error_blocks(LOG)
    assert first.endswith("AssertionError: 1 != 2")
    assert summary.failing_tests(LOG) == ["TestX.test_y"]


def test_junit_is_read(tmp_path):
    report = tmp_path / "report.xml"
    report.write_text(
        '<testsuites><testsuite tests="7" failures="1" errors="2" skipped="1"/>'
        "</testsuites>"
    )
    assert summary.of_junit(report) == Result(passed=3, failed=3, skipped=1)
    assert summary.of_junit(tmp_path / "missing") == Result()


@pytest.mark.parametrize(
    ("result", "code", "failed"),
    [
        (Result(5), 0, 0),
        (Result(5), 1, 1),
        (Result(4, 1), 1, 1),
        (Result(), 0, 1),
        (Result(skipped=3), 0, 1),
    ],
)
def test_run_that_broke_or_ran_nothing_has_failed(result, code, failed):
    assert summary.of_step(result, code).failed == failed


def test_closing_line():
    assert str(Result(3, 0) + Result(1, 2)) == "4 passed, 2 failed"
    assert str(Result(3, 0, 1)) == "3 passed, 0 failed, 1 skipped"


def test_step_that_cannot_run_counts_as_failed(capsys):
    def step():
        raise Failure("not there")

    assert testing.run_step("a step", step) == Result(failed=1)
    assert "error: not there" in capsys.readouterr().out


def test_failures_of_pytest_are_shown_from_their_heading_on():
    text = "collected 1 item\n==== FAILURES ====\nthe reason\n"
    assert testing.failures_of_pytest(text) == "==== FAILURES ====\nthe reason\n"
    assert testing.failures_of_pytest("broken") == "broken"


def test_each_test_of_the_add_ons_runs_in_one_of_two_runs():
    classes = testing.test_classes(paths.ADDONS)
    assert ("key_account", "TestProductFacts") in classes
    first, second = testing.test_tags(paths.MODULES, classes)
    chosen = second.split(",")
    # What is not chosen by name for the second run is left to the first.
    assert first == ",".join(
        ["/" + m for m in paths.MODULES] + ["-" + t for t in chosen]
    )
    assert abs(len(classes) - 2 * len(chosen)) <= 1
    assert set(chosen) < {"/%s:%s" % pair for pair in classes}


# Neighbours


def test_neighbours_that_the_source_lacks_are_named(tmp_path):
    folders = (tmp_path / "one", tmp_path / "two")
    for folder, name in zip(folders, ("survey", "sale_stock"), strict=True):
        (folder / name).mkdir(parents=True)
        (folder / name / "__manifest__.py").write_text("{}")
    there, missing = neighbours.found(folders)
    assert there == ["sale_stock", "survey"]
    assert set(there) | set(missing) == set(neighbours.NEIGHBOURS)
    assert not set(there) & set(missing)


def test_some_tests_run_beside_the_neighbours_else_all():
    assert neighbours.chosen_tags(()) == testing.test_tags(
        paths.MODULES, testing.test_classes(paths.ADDONS)
    )
    chosen = ("TestNeighbours.test_kit", "TestDashboard")
    assert neighbours.chosen_tags(chosen) == (
        "/key_account:TestNeighbours.test_kit,/key_account_reports:TestDashboard",
    )
    with pytest.raises(Failure, match="no test is called TestNothing"):
        neighbours.chosen_tags(("TestNothing",))


def test_neighbours_with_and_without_demo_data_and_chinese(monkeypatch):
    told = {str(variant): variant.suffix for variant in neighbours.VARIANTS}
    assert told == {
        "without demo data, with Chinese": "",
        "without demo data, without Chinese": "_english",
        "with demo data, with Chinese": "_demo",
        "with demo data, without Chinese": "_demo_english",
    }
    runs = []
    monkeypatch.setattr(neighbours, "run", lambda *given: runs.append(given))
    monkeypatch.setattr(cli.setup, "ensure_python", lambda _arguments: None)
    cli.main(["test-neighbours"])
    cli.main(["test-neighbours", "TestKept", "--demo", "--english"])
    cli.main(["test-neighbours", "--all"])
    assert runs == [
        ([], False, False, False),
        (["TestKept"], True, True, False),
        ([], False, False, True),
    ]


# Mutants


def test_every_mutant_still_fits_the_code():
    listed = mutants.read(mutants.LIST.read_text(encoding="utf-8"))
    assert len({mutant.name for mutant in listed}) == len(listed)
    assert not mutants.stale(listed)


def test_a_mutant_is_read_applied_and_found_stale(tmp_path):
    path = tmp_path / "addons" / "a" / "rule.py"
    path.parent.mkdir(parents=True)
    path.write_text("def may(x):\n    if x > 5:\n        return False\n")
    (tmp_path / "addons" / "a" / "tests").mkdir()
    (tmp_path / "addons" / "a" / "tests" / "test_rule.py").write_text(
        "class TestRule(Case):\n    def test_may(self):\n        pass\n"
    )
    [mutant] = mutants.read(
        "= A heading\n\n# A remark.\n\nfive: At most five: no more.\n"
        "addons/a/rule.py\n-    if x > 5:\n+    if x > 6:\n         return False\n"
        "TestRule TestRule.test_may\n"
    )
    assert (mutant.name, mutant.sentence) == ("five", "At most five: no more.")
    assert not mutant.needs_installing()
    assert not mutants.stale([mutant], tmp_path)
    mutant.apply(tmp_path)
    assert "if x > 6:\n        return False\n" in path.read_text()
    assert mutants.stale([mutant], tmp_path) == ["five: 0 times in addons/a/rule.py"]
    mutant.tests.append("TestRule.test_gone")
    assert "five: no test TestRule.test_gone" in mutants.stale([mutant], tmp_path)


def test_only_a_test_that_fails_kills():
    tests = ["TestX.test_y"]
    assert mutants.judge(tests, LOG)[0] == mutants.KILLED
    assert mutants.judge(["TestX"], LOG)[0] == mutants.KILLED
    assert mutants.judge(["TestX.test_z"], LOG) == (mutants.SURVIVED, ["TestX.test_z"])
    assert mutants.judge(tests, "SyntaxError")[0] == mutants.BROKEN
    subtest = LOG.replace("FAIL: TestX", "FAIL: Subtest TestX")
    assert mutants.judge(tests, subtest)[0] == mutants.KILLED
    broken = LOG.replace("FAIL: TestX.test_y", "ERROR: setUpClass (TestX)")
    assert mutants.judge(tests, broken)[0] == mutants.BROKEN
    assert mutants.judge(tests, None)[0] == mutants.BROKEN


class Bench:
    """Stands for a trial: has one mutant at a time, and tells in which order."""

    def __init__(self, meet, log):
        self.meet, self.log, self.busy = meet, log, False

    def try_out(self, mutant):
        assert not self.busy
        self.busy = True
        self.meet.wait(5)  # broken unless all of them are at work
        self.log.append(mutant)
        self.busy = False
        return "verdict of %s" % mutant


def test_mutants_are_tried_out_side_by_side_and_told_in_their_order():
    log = []
    meet = threading.Barrier(3)
    verdicts = mutants.try_all([Bench(meet, log) for _n in range(3)], range(9))
    assert verdicts == ["verdict of %d" % n for n in range(9)]
    assert sorted(log) == list(range(9))


def test_as_many_places_as_cores_and_never_more_than_mutants():
    assert mutants.places("x", jobs=3, count=9) == ["x", "x_2", "x_3"]
    assert mutants.places("x", jobs=3, count=2) == ["x", "x_2"]
    assert mutants.shares(["a", "b", "c"], 2) == [["a", "c"], ["b"]]


def test_what_was_not_killed_is_told_again_at_the_end(capsys):
    [one, other] = [mutants.Mutant(name, "A sentence.") for name in ("one", "other")]
    assert mutants.closing([one, other], [mutants.KILLED] * 2) == 0
    assert mutants.closing([one, other], [mutants.KILLED, mutants.BROKEN]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "2 mutants, 2 killed",
        "2 mutants, 1 killed",
        "DID NOT RUN  other",
    ]


# Any day


@pytest.mark.parametrize("today", (datetime(2026, 11, 28), datetime(2027, 4, 1)))
def test_moments_are_what_they_are_called(today):
    found = {each.label: each.wall for each in any_day.moments(today)}
    assert len(found) == 10 and all(wall > today for wall in found.values())
    assert found["new-year-utc"].strftime("%m-%d %H:%M") == "12-31 23:50"
    assert found["leap-day-shanghai"].strftime("%m-%d") == "02-29"
    assert found["sunday-utc"].weekday() == 6
    quarter = found["quarter-shanghai"]
    assert (quarter.month, quarter.day, quarter.hour, quarter.minute) == (4, 1, 0, 0)


# Demo and translations


def test_logins_are_listed_with_their_roles():
    text = demo.logins_table([("ann", "Ann Wu", "Key Account Manager")])
    assert "ann" in text and "Ann Wu" in text and "Key Account Manager" in text


def test_role_is_told_by_the_add_ons_groups_first():
    assert demo.role(False, "Manager", "Invoicing") == "Manager"
    assert demo.role(False, None, "Invoicing") == "Invoicing"
    assert demo.role(True, None, None) == "Customer (portal)"


def test_merge_keeps_translations_and_drops_what_is_gone(tmp_path, monkeypatch):
    monkeypatch.setattr(translations.paths, "ADDONS", tmp_path)
    folder = tmp_path / "addon" / "i18n"
    folder.mkdir(parents=True)
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
    (folder / "addon.pot").write_text(
        head + 'msgid "Visit"\nmsgstr ""\n\nmsgid "Plan"\nmsgstr ""\n'
    )
    (folder / "zh_CN.po").write_text(
        head + 'msgid "Visit"\nmsgstr "拜访"\n\nmsgid "Gone"\nmsgstr "没了"\n'
    )
    _path, catalogue = translations.merge("addon", "zh_CN")
    assert catalogue.find("Visit").msgstr == "拜访"
    assert [entry.msgid for entry in catalogue.untranslated_entries()] == ["Plan"]
    assert catalogue.find("Gone", include_obsolete_entries=True) is None


def test_the_dashboards_are_what_their_page_says():
    assert not dashboards.stale(), "run: python3 tools/dev.py readme"


def test_the_page_of_attacks_says_what_the_tests_try():
    assert not attacks.is_stale(), "run: python3 tools/dev.py readme"


@pytest.mark.parametrize("path", attacks.sources()[:-1], ids=lambda path: path.name)
def test_every_attack_says_what_it_tries(path):
    assert not attacks.unnamed(path.read_text(encoding="utf-8"))


def test_an_attack_is_read_from_its_docstring():
    source = (
        '"""Ways to\nprint.\n\nMore of it."""\n'
        'def test_a(self):\n    """Print | anybody,\n    at all | refused"""\n'
        'def test_b(self):\n    """Nothing of the kind."""\n'
    )
    assert list(attacks.attacks(source)) == [
        ("test_a", "Print", "anybody, at all", "refused")
    ]
    assert attacks.titled(source) == "Ways to print"
    assert attacks.unnamed(source) == ["test_b"]
    assert attacks.unnamed('"Ways"') == [] and attacks.unnamed("") == [
        "the file itself"
    ]


@pytest.mark.parametrize("module", paths.MODULES)
def test_the_readmes_are_well_formed(module):
    """Odoo reads them for the description of the add-on; a slip shows as a warning."""
    said = io.StringIO()
    text = (paths.ADDONS / module / "README.rst").read_text()
    settings = {"report_level": 2, "warning_stream": said}
    docutils.core.publish_doctree(text, settings_overrides=settings)
    assert not said.getvalue()


def test_the_readmes_say_what_their_fragments_say():
    assert not readme.stale(), "run: python3 tools/dev.py readme"
