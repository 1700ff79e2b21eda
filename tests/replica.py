"""What is only read is read from a replica: ``make replica``.

A PostgreSQL of its own with a streaming replica (``pg_basebackup``), and Odoo with
three workers in front of both. Each screen of the add-ons is asked for what it asks
when it opens, as a manager and as a specialist; Odoo's log tells which cursor a request
had: ``ro`` came from the replica, ``ro->rw`` tried to write and was done again on the
primary, ``rw`` never asked. Then what was written is read from the replica; and four
clients read as fast as they can, with the replica and without.
"""

import argparse
import os
import pwd
import re
import shutil
import signal
import statistics
import sys
import threading
import time
from collections import defaultdict

import soak
from devkit import paths, postgres

SECONDS = 10
# Models whose lists, groups and views are read; the analyses with a measure.
LISTS = (
    *("key.account", "key.account.visit", "key.account.feedback"),
    *("key.account.sample", "key.account.suggestion", "key.account.satisfaction"),
    *("key.account.plan", "key.account.approval", "key.account.signature"),
    *("key.account.kpi.figure", "key.account.kpi.sheet", "key.account.kpi.target"),
    *("crm.lead", "sale.order"),
)
ANALYSES = {
    "key.account.account.report": ("grade", "amount:sum", "churn:avg"),
    "key.account.visit.report": ("user_id", "held:sum", "report_timeliness:avg"),
    "key.account.stage.report": ("stage_id", "steps:sum", "conversion:avg"),
    "key.account.approval.report": ("level_id", "requests:sum", "concession:avg"),
    "key.account.white.space": ("category_id", "bought:sum", "amount:sum"),
    "key.account.service.cost": ("team_id", "actual:sum", "ratio:avg"),
}
# What Odoo itself never asks a replica, for comparison.
NEVER = ("onchange", "default_get")
_LINE = re.compile(
    r'"POST /web/dataset/call_kw#(?P<model>[\w.]+)\.(?P<method>\w+) [^"]*"'
    r" (?P<status>\d+) .* (?P<mode>ro->rw|ro|rw|-)$"
)


class Replica:
    """A standby of a cluster, which follows it by streaming."""

    def __init__(self, primary, folder):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        user = primary.server.system_user
        if user:
            who = pwd.getpwnam(user)
            os.chown(folder, who.pw_uid, who.pw_gid)
        folder.chmod(0o700)
        settings = primary.settings
        postgres.package().pg_basebackup(
            [
                *("-D", str(folder), "-R", "-X", "stream", "-c", "fast", "-U"),
                *("postgres", "-h", settings["db_host"], "-p", settings["db_port"]),
            ],
            user=user,
        )
        # What says of the primary that it runs is not the standby's.
        for name in (*folder.glob(".s.PGSQL*"), *folder.glob(".handle_pids*")):
            name.unlink()
        (folder / "log").unlink(missing_ok=True)
        self.server = postgres.package().get_server(folder, cleanup_mode=None)
        info = self.server.get_postmaster_info()
        self.settings = {"db_host": str(info.socket_dir), "db_port": str(info.port)}
        self.settings["db_user"] = postgres.ROLE
        self.primary = primary

    def options(self):
        return (
            f"--db_replica_host={self.settings['db_host']}",
            f"--db_replica_port={self.settings['db_port']}",
        )

    def ask(self, query, settings=None):
        with postgres.connect(settings or self.settings, soak.DATABASE) as cursor:
            cursor.execute(query)
            return cursor.fetchone()[0]

    def transactions(self):
        return self.ask(
            "SELECT xact_commit + xact_rollback FROM pg_stat_database"
            f" WHERE datname = '{soak.DATABASE}'"
        )

    def follow(self):
        """Wait until it has what was committed until now."""
        place = self.ask("SELECT pg_current_wal_lsn()", self.primary.settings)
        for _attempt in range(100):
            if self.ask(f"SELECT pg_last_wal_replay_lsn() >= '{place}'"):
                return
            time.sleep(0.1)
        raise RuntimeError("the replica does not follow")


# What is asked


def read_everything(client):
    """What opens with each screen; the names of what could not be read."""
    failed = []

    def ask(model, method, *args, **kwargs):
        try:
            return client.call(model, method, *args, **kwargs)
        except soak.Refused as refusal:
            failed.append(f"{model}.{method}: {refusal}")

    for model in (*LISTS, *ANALYSES):
        views = [[False, "list"], [False, "search"]]
        ask(model, "get_views", views=views, options={})
        ask(model, "web_search_read", [], {"display_name": {}}, limit=80)
        ask(model, "search_count", [])
    for model, (group, *measures) in ANALYSES.items():
        ask(model, "formatted_read_group", [], [group], measures)
        ask(model, "formatted_read_grouping_sets", [], [[], [group]], measures)
    accounts = ask("key.account", "search", [], limit=2)
    ask("key.account", "web_read", accounts, {"name": {}, "grade": {}})
    ask("key.account", "name_search", "G")
    ask("key.account.visit", "default_get", ["date_start"])
    ask("key.account", "onchange", [], {}, [], {"name": {}})
    return failed


def modes(log, start):
    """``{(model, method): {mode: how often}}`` of the lines after ``start``."""
    found = defaultdict(lambda: defaultdict(int))
    for line in log.read_text(errors="replace")[start:].splitlines():
        if match := _LINE.search(line):
            found[match["model"], match["method"]][match["mode"]] += 1
    return found


def judge(found):
    """What is wrong with how requests were served."""
    wrong = []
    for (model, method), seen in sorted(found.items()):
        if method in NEVER:
            continue
        if set(seen) != {"ro"}:
            wrong.append(f"{model}.{method}: {dict(seen)}")
    if not found:
        wrong.append("no request was seen in the log")
    return wrong


# Load


def load(address, seconds):
    """(requests a second, median milliseconds) of four clients that read."""
    times, until = [], time.monotonic() + seconds
    lock = threading.Lock()

    def read(number):
        client = soak.Client(address, f"soak_{number}")
        while time.monotonic() < until:
            start = time.monotonic()
            for model, (group, *measures) in ANALYSES.items():
                client.call(model, "formatted_read_group", [], [group], measures)
                client.call(model, "web_search_read", [], {"display_name": {}})
            with lock:
                times.append((time.monotonic() - start) / (2 * len(ANALYSES)))

    readers = [threading.Thread(target=read, args=(n,)) for n in range(soak.CLIENTS)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    asked = len(times) * 2 * len(ANALYSES)
    return asked / seconds, statistics.median(times) * 1000


# The run


def with_replica(primary, replica, seconds):
    """What was wrong, and the load."""
    log = paths.LOGS / "replica.log"
    with soak.serving(primary, *replica.options(), name="replica") as (_odoo, address):
        manager = soak.Client(address, "chief")
        specialist = soak.Client(address, "soak_0")
        for client in (manager, specialist):
            read_everything(client)
        replica.follow()
        start, before = len(log.read_text(errors="replace")), replica.transactions()
        wrong = read_everything(manager) + read_everything(specialist)
        time.sleep(1)
        served = replica.transactions() - before
        found = modes(log, start)
        wrong += judge(found)
        asked = sum(sum(seen.values()) for seen in found.values())
        print(f"{asked} requests; {served} transactions on the replica")
        for name in NEVER:
            for key, seen in found.items():
                if key[1] == name:
                    print(f"  {'.'.join(key)}: {dict(seen)} (Odoo's own rule)")
        if not served:
            wrong.append("the replica served nothing")
        wrong += read_after_write(specialist, replica)
        return wrong, load(address, seconds)


def read_after_write(client, replica):
    """What was written is on the primary at once, and on the replica soon after."""
    [account] = client.call("key.account", "search", [], limit=1)
    vals = {"key_account_id": account, "name": "Leaks", "kind": "complaint"}
    [feedback] = client.call("key.account.feedback", "create", [vals])
    replica.follow()
    query = f"SELECT count(*) FROM key_account_feedback WHERE id = {feedback}"
    if replica.ask(query) != 1:
        return ["what was written did not arrive at the replica"]
    return []


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=SECONDS, help="of load (10)")
    parser.add_argument("--keep", action="store_true", help="the database of last time")
    return parser.parse_args()


def main():
    options = parse()
    signal.signal(signal.SIGTERM, soak.interrupt)
    primary, replica = soak.Cluster(paths.DEV / "replica" / "primary"), None
    try:
        if not options.keep:
            soak.prepare(primary)
        replica = Replica(primary, paths.DEV / "replica" / "standby")
        wrong, reading = with_replica(primary, replica, options.seconds)
        with soak.serving(primary, name="replica-without") as (_odoo, address):
            alone = load(address, options.seconds)
    finally:
        for each in (replica, primary):
            if each:
                soak.Cluster.end(each, signal.SIGINT)
    print(f"{soak.CLIENTS} clients that read, {options.seconds} s each:")
    for what, (rate, median) in (("replica", reading), ("without", alone)):
        print(f"  {what}: {rate:.0f} requests/s, median {median:.0f} ms")
    for line in wrong:
        print("WRONG:", line)
    print("wrong: %d" % len(wrong) if wrong else "Everything that reads, reads there.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
