"""``make bench`` and ``make screenshots``: databases and servers for those programs."""

import os
import subprocess

from . import (
    databases,
    demo,
    extras,
    odoo,
    paths,
    peers,
    python_env,
    setup,
    source,
    testing,
)
from .console import Failure

BENCH_PLAIN, BENCH_OWN, BENCH_PEER = "ka_bench_plain", "ka_bench", "ka_bench_peer"
BENCH_SCALE, BENCH_ACCOUNTS = "ka_bench_scale", "ka_bench_accounts"
BENCH_VISITS = "ka_bench_visits"
BENCH_KPI, BENCH_ANALYSES = "ka_bench_kpi", "ka_bench_analyses"
PICTURES = "ka_screenshots"


def bench(arguments):
    """Measure with and without the add-ons on fresh databases.

    With ``--peer`` also with OCA's sale_tier_validation in their place. With
    ``--scale`` where there is much, with ``--accounts`` the files of a thousand
    accounts, with ``--visits`` 200 000 visits, with ``--kpi`` each KPI, with
    ``--analyses`` the analyses and dashboards: databases of their own, filled by SQL.
    """
    for option, name, database in (
        ("--scale", "benchmark_scale.py", BENCH_SCALE),
        ("--accounts", "benchmark_accounts.py", BENCH_ACCOUNTS),
        ("--visits", "benchmark_visits.py", BENCH_VISITS),
        ("--kpi", "benchmark_kpi.py", BENCH_KPI),
        ("--analyses", "benchmark_analyses.py", BENCH_ANALYSES),
    ):
        if option in arguments:
            rest = [argument for argument in arguments if argument != option]
            return bench_filled(name, database, rest)
    program = existing(paths.TESTS / "benchmark.py")
    settings = setup.ensure()
    odoo.prepare(settings, BENCH_PLAIN, ())
    odoo.prepare(settings, BENCH_OWN, paths.installable_modules())
    if "--peer" in arguments:
        rest = [argument for argument in arguments if argument != "--peer"]
        arguments = [*rest, "--peer", prepare_peer(settings)]
    return call(settings, program, *arguments)


def bench_filled(name, database, arguments):
    """Measure where there is much; with ``--keep`` in the database of last time."""
    program = existing(paths.TESTS / name)
    settings = setup.ensure()
    if "--keep" not in arguments:
        odoo.prepare(settings, database, paths.installable_modules())
    return call(settings, program, database, *arguments)


def prepare_peer(settings):
    """A fresh database with the peer; return the add-ons path that it needs."""
    path = ",".join(map(str, [peers.ensure(), *source.addons_paths()]))
    databases.clone(settings, odoo.TEMPLATE, BENCH_PEER)
    name = "install-" + BENCH_PEER
    odoo.install(settings, BENCH_PEER, peers.MODULES, name, "--addons-path=" + path)
    return path


def soak(arguments):
    """Kill workers and restart PostgreSQL under four clients, and look what is left.

    The program has a PostgreSQL cluster of its own below ``.dev``.
    """
    program = existing(paths.TESTS / "soak.py")
    return call(setup.ensure(template=False), program, *arguments)


def replica(arguments):
    """Read everything through a streaming replica, and look what came from there.

    The program has two PostgreSQL clusters of its own below ``.dev``.
    """
    program = existing(paths.TESTS / "replica.py")
    return call(setup.ensure(template=False), program, *arguments)


def screenshots(arguments):
    """Take the pictures on a copy of the demo database."""
    program = existing(paths.ROOT / "tools" / "screenshots.py")
    settings = setup.ensure(template=False)
    extras.ensure_chromium()
    python_env.ensure_pdfium()
    demo.ensure_database(settings)
    databases.clone(settings, demo.DATABASE, PICTURES)
    port = testing.free_port()
    server = demo.start_server(settings, PICTURES, port)
    try:
        return call(
            settings,
            program,
            *arguments,
            KA_URL=demo.ADDRESS % port,
            KA_DATABASE=PICTURES,
            KA_CHROMIUM=extras.chromium(),
        )
    finally:
        demo.stop(server)
        databases.drop(settings, PICTURES)


def existing(program):
    """``program``, or a clear refusal."""
    if not program.is_file():
        raise Failure("%s is missing" % program.relative_to(paths.ROOT))
    return program


def call(settings, program, *arguments, **variables):
    """Run a Python program of this repository."""
    env = dict(odoo.environment(settings), **variables)
    env["PYTHONPATH"] = os.pathsep.join(
        part for part in (str(paths.ROOT / "tools"), env.get("PYTHONPATH", "")) if part
    )
    command = [str(paths.venv_program("python")), str(program), *arguments]
    return subprocess.call(command, cwd=paths.ROOT, env=env)
