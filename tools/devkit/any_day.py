"""``make any-day``: the tests at moments at which days, quarters and years turn.

PostgreSQL and Odoo are both told, by Debian's libfaketime, that it is then: a database
server of its own is started with that clock, in whose time zone sessions count days.
Nothing of it touches the databases of the other commands.
"""

import os
import re
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from . import apt, databases, odoo, paths, postgres, process, setup, summary, testing
from .console import Failure, say, step
from .summary import Result

FOLDER = paths.DEV / "any_day"
PACKAGE = "libfaketime"
DATABASE = "ka_any_day"
ZONES = ("UTC", "Asia/Shanghai")
# What a test is about that asks for the present day or moment, or sets it.
_DAYS = re.compile(r"freeze_time|\btoday\b|\bnow\(|context_today|timedelta|date_from")


class Moment(NamedTuple):
    """A moment by the clock on the wall of a place."""

    name: str
    wall: datetime
    zone: str

    @property
    def label(self):
        """As it is called on the command line."""
        return "%s-%s" % (self.name, self.zone.rpartition("/")[2].lower())

    def seconds_ahead(self):
        """How far the clocks are put forward for it to be then."""
        moment = self.wall.replace(tzinfo=ZoneInfo(self.zone))
        return int(moment.timestamp() - datetime.now().timestamp())


def moments(today=None):
    """The next ones of each kind, in each zone."""
    today = today or datetime.now().replace(hour=0, minute=0, second=0, microsecond=0)
    leap = next(year for year in range(today.year + 1, today.year + 10) if leaps(year))
    # One that does not begin a year as well, which is a moment of its own.
    spring = next(
        day
        for year in (today.year, today.year + 1)
        if (day := datetime(year, 4, 1)) > today
    )
    walls = {
        "new-year": today.replace(month=12, day=31, hour=23, minute=50),
        "leap-day": datetime(leap, 2, 29, 12, 0),
        "after-leap-day": datetime(leap, 3, 1, 0, 5),
        "sunday": today + timedelta(days=7 - today.weekday() + 6, hours=10),
        "quarter": spring,
    }
    return [Moment(name, wall, zone) for name, wall in walls.items() for zone in ZONES]


def leaps(year):
    """Whether the year has a 29 February."""
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def run(names=(), whole=False):
    """Run the tests at these moments, else at all; those about days, or the whole
    suite."""
    chosen = [each for each in moments() if not names or each.label in names]
    if not chosen or len(chosen) < len(names):
        known = ", ".join(each.label for each in moments())
        raise Failure("moments are: %s" % known)
    setup.ensure(template=False)
    return run_at(chosen, whole)


def run_at(chosen, whole):
    """Run the tests at each of these moments; tell what came out."""
    library = ensure_library()
    with server({}) as settings:
        ensure_template(settings)
    results = {}
    for moment in chosen:
        clock = {
            "LD_PRELOAD": str(library),
            "FAKETIME": "%+d" % moment.seconds_ahead(),
            # Waiting is measured by the true clock, files keep their true dates.
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "FAKETIME_DISABLE_SHM": "1",
            "NO_FAKE_STAT": "1",
            "TZ": moment.zone,
        }
        say("==> %s, %s" % (moment.wall, moment.zone))
        with server(clock) as settings:
            results[moment.label] = run_tests(settings, moment, clock, whole)
    say()
    for label, result in results.items():
        say("%-26s %s" % (label, result))
    total = sum(results.values(), Result())
    say(str(total))
    return 1 if total.failed else 0


def ensure_library():
    """libfaketime for programs with several threads, unpacked once."""
    found = sorted(FOLDER.glob("library/**/libfaketimeMT.so.1"))
    if not found:
        with step("libfaketime"):
            for deb in apt.Apt().download(PACKAGE):
                apt.unpack(deb, FOLDER / "library")
        found = sorted(FOLDER.glob("library/**/libfaketimeMT.so.1"))
    return found[0]


@contextmanager
def server(clock):
    """A database server that runs by this clock; its settings."""
    folder = FOLDER / "postgres"
    folder.mkdir(parents=True, exist_ok=True)
    with environment(clock):
        running = postgres.package().get_server(folder, cleanup_mode="stop")
        info = running.get_postmaster_info()
        settings = {
            "db_host": str(info.socket_dir),
            "db_port": str(info.port),
            "db_user": postgres.ROLE,
        }
        postgres.ensure_role(settings)
        with postgres.connect(dict(settings, db_user="postgres")) as cursor:
            zone = clock.get("TZ", "UTC")
            cursor.execute("ALTER ROLE %s SET timezone = '%s'" % (postgres.ROLE, zone))
    try:
        yield settings
    finally:
        with environment(clock):
            running.cleanup()


@contextmanager
def environment(variables):
    """These variables, for the programs that are started meanwhile."""
    before = dict(os.environ)
    os.environ.update(variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def ensure_template(settings):
    """Build once the database with what the add-ons depend on."""
    if databases.exists(settings, odoo.TEMPLATE):
        return
    partial = odoo.TEMPLATE + "_new"
    with step("Template database (about one minute)"):
        databases.drop(settings, partial)
        languages = "--load-language=" + odoo.LANGUAGES
        odoo.install(
            settings,
            partial,
            odoo.TEMPLATE_MODULES,
            "any-day-template",
            *("--data-dir", FOLDER / "data", *options(settings), languages),
        )
        with postgres.connect(settings) as cursor:
            cursor.execute(
                'ALTER DATABASE "%s" RENAME TO "%s"' % (partial, odoo.TEMPLATE)
            )


def options(settings):
    """Odoo's options that have it use this server, whatever is configured."""
    return [part for name in settings for part in ("--" + name, settings[name])]


def run_tests(settings, moment, clock, whole):
    """Install the add-ons at that moment, and run their tests."""
    with postgres.connect(settings) as cursor:
        databases.disconnect(cursor, odoo.TEMPLATE)
        cursor.execute('DROP DATABASE IF EXISTS "%s"' % DATABASE)
        cursor.execute('CREATE DATABASE "%s" TEMPLATE "%s"' % (DATABASE, odoo.TEMPLATE))
    with postgres.connect(settings, DATABASE) as cursor:
        # Where the company works, and who tests.
        for table in ("resource_calendar", "res_partner"):
            cursor.execute("UPDATE %s SET tz = %%s" % table, (moment.zone,))
    code, log = process.logged(
        "any-day-" + moment.label,
        *odoo.command("-d", DATABASE, "-i", ",".join(paths.MODULES)),
        *("--stop-after-init", "--test-enable", "--test-tags", tags(whole)),
        *("--http-port", testing.free_port(), "--data-dir", FOLDER / "data"),
        *options(settings),
        progress=odoo.progress,
        env={**odoo.environment(settings), **clock},
        cwd=paths.ROOT,
    )
    text = log.read_text(errors="replace")
    blocks = summary.error_blocks(text)
    for block in blocks:
        say(block)
    result = summary.of_step(summary.of_odoo_log(text), code or len(blocks))
    say("    %s; log: %s" % (result, log))
    return result


def tags(whole):
    """Odoo's ``--test-tags``: of the classes that are about days, or of all."""
    if whole:
        return ",".join("/" + name for name in paths.MODULES)
    return ",".join(
        "/%s:%s" % (path.parts[-3], name)
        for path in sorted(paths.ADDONS.glob("*/tests/test_*.py"))
        if _DAYS.search(path.read_text())
        for name in re.findall(r"^class (Test\w+)\(", path.read_text(), re.MULTILINE)
    )
