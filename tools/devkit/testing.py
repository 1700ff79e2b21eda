"""``make test`` and ``make test-odoo``."""

import re
import socket
import time
from concurrent.futures import ThreadPoolExecutor

from . import (
    databases,
    extras,
    lint,
    odoo,
    paths,
    process,
    setup,
    summary,
    translations,
)
from .console import Failure, say
from .summary import Result

OWN, OWN_SECOND = "ka_test", "ka_test_second"
OWN_PYTEST = "ka_pytest"
# Top-level tests that install into databases of their own, in processes of their own.
OWN_DATABASES = ("test_installation.py", "test_integrator.py", "test_update.py")
# Names, to these, a database in which the add-ons are installed, to be copied.
INSTALLED = "KA_INSTALLED"
PLAIN_SUITE, OWN_SUITE = "ka_suite_plain", "ka_suite_own"
ODOO_SUITES = ("crm", "sale", "sale_management", "sale_crm")


def free_port():
    """A port nobody serves."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


# make test


def run_all():
    """Lint, the add-ons' own tests, the top-level tests; one closing line."""
    start = time.monotonic()
    settings = setup.ensure()
    extras.ensure_chromium()
    steps = (
        ("lint", lambda: Result(1) if lint.lint() else Result(failed=1)),
        ("tests of the add-ons", lambda: run_addons(settings)),
        ("translation templates", lambda: check_templates(settings)),
        ("top-level tests", lambda: run_pytest(settings)),
    )
    results = [run_step(title, step) for title, step in steps]
    total = sum(results, Result())
    say()
    for (title, _step), result in zip(steps, results, strict=True):
        say("%-24s %s" % (title, result))
    say("%-24s %.0f s" % ("time", time.monotonic() - start))
    say(str(total))
    return 1 if total.failed else 0


def run_step(title, step):
    """Run one step; one that cannot run at all has failed."""
    say("\n==> " + title)
    start = time.monotonic()
    try:
        result = step()
    except Failure as failure:
        say("error: %s" % failure)
        result = Result(failed=1)
    say("    %s in %.0f s" % (result, time.monotonic() - start))
    return result


def run_addons(settings):
    """Install the add-ons on clean databases with their tests: half of the test classes
    on each, side by side."""
    modules = paths.installable_modules()
    if set(modules) != set(paths.MODULES):
        raise Failure("an add-on lacks its manifest: %s" % ", ".join(paths.MODULES))
    halves = test_tags(modules, test_classes(paths.ADDONS))
    runs = list(zip((OWN, OWN_SECOND), halves, strict=True))
    for database, _tags in runs:
        databases.clone(settings, odoo.TEMPLATE, database)
    with ThreadPoolExecutor(len(runs)) as pool:
        results = pool.map(lambda run: install_with_tests(settings, *run), runs)
    return sum(results, Result())


def test_classes(addons):
    """``[(module, test class)]`` of the add-ons, in the order of their names."""
    found = {
        (path.parts[-3], name)
        for path in addons.glob("*/tests/test_*.py")
        for name in re.findall(r"^class (Test\w+)\(", path.read_text(), re.MULTILINE)
    }
    return sorted(found)


def test_methods(addons):
    """Names of the test classes of the add-ons, and of each ``class.method``."""
    for path in addons.glob("*/tests/test_*.py"):
        name = None
        for new, method in re.findall(
            r"^class (Test\w+)\(|^    def (test_\w+)\(", path.read_text(), re.MULTILINE
        ):
            name = new or name
            yield name + ("." + method if method else "")


def test_tags(modules, classes):
    """Odoo's ``--test-tags`` of two runs that have every test between them: every
    other class, and all that is not in those."""
    chosen = ["/%s:%s" % pair for pair in classes[::2]]
    rest = ["/" + name for name in modules] + ["-" + tag for tag in chosen]
    return ",".join(rest), ",".join(chosen)


def install_with_tests(settings, database, tags, *options):
    """Install the add-ons on one database with the tests that have these tags."""
    code, log = odoo.logged(
        settings,
        "test-addons-" + database,
        *("-d", database, "-i", ",".join(paths.MODULES), "--stop-after-init"),
        *("--test-enable", "--http-port", free_port(), "--test-tags", tags),
        *options,
    )
    text = log.read_text(errors="replace")
    blocks = summary.error_blocks(text)
    for block in blocks:
        say(block)
    result = summary.of_step(summary.of_odoo_log(text), code or len(blocks))
    if result.failed:
        say("    log: %s" % log)
    return result


def check_templates(settings):
    """Whether the .pot files have the terms that the add-ons have."""
    require_installed(settings)
    stale = translations.outdated(settings, OWN, paths.MODULES)
    if stale:
        say("outdated: %s; run `make translations`" % ", ".join(stale))
    return Result(failed=1) if stale else Result(passed=1)


def require_installed(settings):
    """Refuse to go on where the add-ons did not install."""
    if not installed_modules(settings, OWN).issuperset(paths.MODULES):
        raise Failure("the add-ons are not installed, so this step cannot run")


def run_pytest(settings):
    """The top-level tests: those that make databases of their own, and beside them the
    others, on a copy of the database with the add-ons installed."""
    require_installed(settings)
    databases.clone(settings, OWN, OWN_PYTEST)
    tests = sorted(path.name for path in paths.TESTS.glob("test_*.py"))
    apart = [name for name in OWN_DATABASES if name in tests]
    rest = [name for name in tests if name not in apart]
    serving = ("--odoo-config", paths.CONF, "--odoo-database", OWN_PYTEST)
    runs = (
        ("test-pytest", (*serving, "--odoo-http"), rest),
        ("test-pytest-databases", ("-p", "no:odoo"), apart),
    )
    with ThreadPoolExecutor(len(runs)) as pool:
        results = pool.map(lambda run: run_some_pytest(settings, *run), runs)
    return sum(results, Result())


def run_some_pytest(settings, name, options, files):
    """Some of the top-level tests, in a process of their own."""
    report = paths.LOGS / (name + ".xml")
    report.unlink(missing_ok=True)
    code, log = process.logged(
        name,
        *(paths.venv_program("python"), "-m", "pytest", "-v", "-p", "no:cacheprovider"),
        *(*options, "--junitxml", report, *(paths.TESTS / file for file in files)),
        progress=lambda line: line.strip() if "::" in line else None,
        env=dict(odoo.environment(settings), **{INSTALLED: OWN}),
        cwd=paths.ROOT,
    )
    result = summary.of_step(summary.of_junit(report), code)
    if result.failed:
        say(failures_of_pytest(log.read_text(errors="replace")))
        say("    log: %s" % log)
    return result


def failures_of_pytest(text):
    """What pytest prints from its first failure or error on, else all."""
    for heading in ("= ERRORS =", "= FAILURES ="):
        position = text.find(heading)
        if position >= 0:
            return text[text.rfind("\n", 0, position) + 1 :]
    return text


def installed_modules(settings, database):
    """Names of the modules that are installed in a database."""
    if not databases.exists(settings, database):
        return set()
    sql = "SELECT name FROM ir_module_module WHERE state = 'installed'"
    return {name for (name,) in databases.query(settings, database, sql)}


# make test-odoo


def run_odoo_suites(only=None, suites=ODOO_SUITES):
    """Odoo's own tests without and with the add-ons; a difference fails."""
    settings = setup.ensure()
    extras.ensure_chromium()
    sides = {
        "plain": ("without the add-ons", PLAIN_SUITE, ()),
        "own": ("with the add-ons", OWN_SUITE, paths.installable_modules()),
    }
    outcome = {}
    for side, (title, database, modules) in sides.items():
        if only in (None, side):
            say("==> Odoo's own tests %s" % title)
            outcome[side] = run_suite(settings, database, modules, suites)
    say()
    for side, (result, _failing) in outcome.items():
        say("%-20s %s" % (sides[side][0], result))
    if len(outcome) == 2 and outcome["plain"] != outcome["own"]:
        changed = set(outcome["plain"][1]) ^ set(outcome["own"][1])
        say("They differ: %s" % (", ".join(sorted(changed)) or "in their number"))
        return 1
    return 1 if any(result.failed for result, _failing in outcome.values()) else 0


def run_suite(settings, database, modules, suites):
    """Run Odoo's suites on a fresh database; return the count and what failed."""
    odoo.prepare(settings, database, modules)
    code, log = odoo.logged(
        settings,
        database.replace("ka_", ""),
        *("-d", database, "--stop-after-init", "--http-port", free_port()),
        *("--test-tags", ",".join("/" + name for name in suites)),
    )
    text = log.read_text(errors="replace")
    result = summary.of_step(summary.of_odoo_log(text), code)
    if result.failed:
        for block in summary.error_blocks(text):
            say(block)
    return result, summary.failing_tests(text)
