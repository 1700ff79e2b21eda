"""What was acknowledged stays, once, and within its guards, though workers are killed
and PostgreSQL is restarted: ``make soak ARGS='--seconds 60'``.

Four clients over HTTP (JSON-RPC and the portal) against three workers of Odoo, with a
database in a PostgreSQL cluster of their own, which listens on a socket only. Each
client leads quotations beyond the author's limit the whole way: made, tried to send
too early, sign-off asked, approved, sent, signed on the portal. Every six seconds a
worker is killed (``kill -9``), halfway PostgreSQL is restarted at once, without asking
its clients. What the server has answered "done" to is written down and compared with
the database afterwards. An answer that never came says nothing, and is asked again.
"""

import argparse
import hashlib
import os
import random
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import parse_qs, urlparse

import psycopg2
import requests

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tools"))

from devkit import paths, postgres, testing  # noqa: E402

DATABASE = "ka_soak"
MODULES = "sale_crm,sale_management,key_account,key_account_reports"
CLIENTS, WORKERS, KILL_EVERY = 4, 3, 6.0
DISCOUNT = 8.0  # beyond the author's limit of 5 %, within the manager's of 10 %
TRIES = 40
PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9"
    "awAAAABJRU5ErkJggg=="
)
STEPS = ("create", "request", "approve", "send", "sign")


class Refused(Exception):
    """The server answered, with an error."""


class Cluster:
    """A PostgreSQL of its own."""

    def __init__(self, folder):
        folder.mkdir(parents=True, exist_ok=True)
        self.server = postgres.package().get_server(folder, cleanup_mode=None)
        info = self.server.get_postmaster_info()
        self.settings = {"db_host": str(info.socket_dir), "db_port": str(info.port)}
        with postgres.connect(dict(self.settings, db_user="postgres")) as cursor:
            cursor.execute("SELECT FROM pg_roles WHERE rolname = %s", (postgres.ROLE,))
            if not cursor.rowcount:
                cursor.execute(f"CREATE ROLE {postgres.ROLE} LOGIN CREATEDB")
        self.settings["db_user"] = postgres.ROLE

    def options(self):
        return [f"--{name}={value}" for name, value in self.settings.items()]

    def end(self, how):
        """End the server by its process id, and wait until it is gone."""
        pid = self.server.get_pid()
        if not pid or not _runs(pid):
            return
        os.kill(pid, how)
        for _attempt in range(600):
            if not _runs(pid):
                return
            time.sleep(0.1)

    def restart(self):
        # At once: whoever is connected loses what is not committed.
        self.end(signal.SIGQUIT)
        for _attempt in range(12):
            # It reads its journal first, which takes long on a busy machine.
            with suppress(AssertionError, subprocess.SubprocessError):
                self.server.ensure_postgres_running()
                return
            time.sleep(5)
        raise RuntimeError("PostgreSQL does not start again")


def _runs(pid):
    with suppress(OSError):
        return (
            Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
        )
    return False


def command(cluster, *arguments):
    # A file, because Odoo starts its further processes by what it was started with.
    program = paths.DEV / "soak" / "odoo-bin"
    program.parent.mkdir(parents=True, exist_ok=True)
    program.write_text("import odoo.cli\n\nodoo.cli.main()\n")
    python = [sys.executable, str(program), "-c", os.environ["ODOO_RC"]]
    return [*python, "-d", DATABASE, *cluster.options(), *arguments]


# The department


def prepare(cluster):
    """A fresh database with people, a customer and products; ids of them."""
    with postgres.connect(cluster.settings) as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{DATABASE}" WITH (FORCE)')
    install = ("-i", MODULES, "--stop-after-init", "--no-http", "--log-level=error")
    subprocess.run(command(cluster, *install), check=True)
    from odoo import SUPERUSER_ID, api, sql_db
    from odoo.modules.registry import Registry
    from odoo.tools import config

    config.parse_config(command(cluster, "--log-level=error")[2:])
    with Registry(DATABASE).cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        ids = make_department(env)
    sql_db.close_db(DATABASE)
    return ids, Path(config.filestore(DATABASE))


def make_department(env):
    people = [f"soak_{n}" for n in range(CLIENTS)]
    users = {
        login: make_user(env, login, "manager" if login == "chief" else "specialist")
        for login in (*people, "chief")
    }
    authors = env["res.users"].concat(*(users[login] for login in people))
    team = env["crm.team"].create(
        {
            "name": "Key Accounts",
            "company_id": env.company.id,
            "user_id": users["chief"].id,
            "key_account_manager_ids": [(6, 0, users["chief"].ids)],
            "crm_team_member_ids": [(0, 0, {"user_id": user.id}) for user in authors],
        }
    )
    team.is_key_account = True
    team._load_stage_template("eight_steps")
    for sequence, who, discount in ((10, authors, 5), (20, users["chief"], 10)):
        limits = (("discount", discount), ("amount", 1_000_000))
        env["key.account.authority.level"].create(
            {
                "name": f"Level {sequence}",
                "sequence": sequence,
                "user_ids": [(6, 0, who.ids)],
                "limit_ids": [(0, 0, {"dimension": d, "value": v}) for d, v in limits],
            }
        )
    env.company.key_account_mode = "enforce"
    partner = env["res.partner"].create({"name": "Golden Gate", "is_company": True})
    account = env["key.account"].create(
        {"partner_id": partner.id, "team_id": team.id, "user_id": authors[0].id}
    )
    account.member_ids = [(0, 0, {"user_id": user.id}) for user in authors[1:]]
    product = env["product.product"].create({"name": "Pump", "list_price": 100.0})
    product.taxes_id = [(5, 0)]
    return {"team": team.id, "partner": partner.id, "product": product.id}


def make_user(env, login, role):
    groups = ("base.group_user", f"key_account.group_{role}")
    return (
        env["res.users"]
        .with_context(no_reset_password=True)
        .create(
            {
                "name": login,
                "login": login,
                "password": login,
                "email": f"{login}@example.com",
                "notification_type": "inbox",
                "group_ids": [(6, 0, [env.ref(name).id for name in groups])],
            }
        )
    )


# Clients


class Client:
    """One person's browser."""

    def __init__(self, address, login=None):
        self.address, self.login = address, login
        self.session = requests.Session()
        self.known = login is None

    def post(self, path, params):
        answer = self.session.post(
            self.address + path,
            json={"jsonrpc": "2.0", "method": "call", "params": params},
            timeout=60,
        )
        answer.raise_for_status()
        result = answer.json()
        if "error" in result:
            data = result["error"].get("data", {})
            if "Session" in str(result["error"].get("message")):
                self.known = False
            # The database was gone: that is no answer of the controls.
            if str(data.get("name")).startswith("psycopg2."):
                raise requests.ConnectionError(data.get("message"))
            raise Refused(data.get("message", ""))
        return result.get("result")

    def call(self, model, method, *args, **kwargs):
        if not self.known:
            who = {"db": DATABASE, "login": self.login, "password": self.login}
            self.post("/web/session/authenticate", who)
            self.known = True
        params = {"model": model, "method": method, "args": args, "kwargs": kwargs}
        return self.post("/web/dataset/call_kw", params)


class Salesperson(threading.Thread):
    """Leads one quotation after the other the whole way."""

    def __init__(self, address, number, ids, until):
        super().__init__(daemon=True)
        self.me = Client(address, f"soak_{number}")
        self.chief = Client(address, "chief")
        self.customer = Client(address)
        self.ids, self.until = ids, until
        self.journal, self.counts, self.open_doors = {}, Counter(), []

    def run(self):
        while time.monotonic() < self.until:
            self.lead_one()

    def lead_one(self):
        reference = uuid.uuid4().hex
        done = self.journal[reference] = {}
        order_id = self.try_once("create", done, lambda: self.create(reference))
        if not order_id:
            return
        done["id"] = order_id
        self.try_too_early(order_id)
        order = "sale.order"
        steps = {
            "request": lambda: self.me.call(
                order, "action_request_approval", [order_id]
            ),
            "approve": lambda: self.chief.call(order, "action_approve", [order_id]),
            "send": lambda: self.me.call(order, "action_quotation_sent", [order_id]),
            "sign": lambda: self.sign(order_id),
        }
        for name, step in steps.items():
            if not self.try_on(name, done, step):
                return
        self.counts["whole way"] += 1

    def create(self, reference):
        line = {"product_id": self.ids["product"], "discount": DISCOUNT}
        vals = {
            "client_order_ref": reference,
            "partner_id": self.ids["partner"],
            "team_id": self.ids["team"],
            "require_signature": True,
            "require_payment": False,
            "commitment_date": "2099-01-01 00:00:00",
            "handover_terms": "<p>Ex works</p>",
            "order_line": [(0, 0, {**line, "product_uom_qty": 2.0})],
        }
        [order_id] = self.me.call("sale.order", "create", [vals])
        return order_id

    def sign(self, order_id):
        action = self.me.call("sale.order", "action_preview_sale_order", [order_id])
        [token] = parse_qs(urlparse(action["url"]).query)["access_token"]
        result = self.customer.post(
            f"/my/orders/{order_id}/accept",
            {"access_token": token, "name": "Buyer Wang", "signature": PIXEL},
        )
        if not result or result.get("error"):
            raise Refused((result or {}).get("error", "no answer"))
        return result

    def try_too_early(self, order_id):
        """What must be refused whatever happens to the server meanwhile."""
        for method in ("action_quotation_sent", "action_confirm"):
            with suppress(Refused, requests.RequestException):
                self.me.call("sale.order", method, [order_id])
                self.open_doors.append(f"{method} on {order_id}")

    def try_once(self, name, done, step):
        try:
            result = step()
        except (Refused, requests.RequestException) as error:
            self.counts[f"{name}: {type(error).__name__}"] += 1
            time.sleep(0.3)
            return None
        done[name] = True
        self.counts[name] += 1
        return result

    def try_on(self, name, done, step):
        """Until it is acknowledged; a refusal of what a lost answer did is an end."""
        lost = False
        for _try in range(TRIES):
            try:
                step()
            except Refused as refusal:
                if not lost:
                    self.counts[f"{name} refused: {str(refusal)[:80]}"] += 1
                return lost
            except requests.RequestException:
                lost = True
                self.counts["answers lost"] += 1
                time.sleep(0.3)
            else:
                done[name] = True
                self.counts[name] += 1
                return True
        return False


# Trouble


def http_workers(server):
    """Process ids of Odoo's HTTP workers."""
    found = []
    children = Path(f"/proc/{server.pid}/task/{server.pid}/children")
    for pid in children.read_text().split():
        with suppress(OSError):
            words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
            if b"gevent" not in words:
                found.append(int(pid))
    return found


def make_trouble(server, cluster, until, seconds):
    """Kill a worker every six seconds, restart PostgreSQL halfway."""
    killed, halfway, restarts = 0, until - seconds / 2, 0
    while time.monotonic() + KILL_EVERY < until:
        time.sleep(KILL_EVERY)
        if not restarts and time.monotonic() > halfway:
            cluster.restart()
            restarts += 1
        workers = http_workers(server)
        if workers:
            with suppress(ProcessLookupError):
                os.kill(random.choice(workers), signal.SIGKILL)
                killed += 1
    return killed, restarts


@contextmanager
def serving(cluster, *more, name="soak"):
    """Odoo with three workers; its process and its address."""
    port, other = testing.free_port(), testing.free_port()
    paths.LOGS.mkdir(parents=True, exist_ok=True)
    log = paths.LOGS / f"{name}.log"
    with log.open("w") as stream:
        server = subprocess.Popen(
            command(
                *(cluster, f"--workers={WORKERS}", "--max-cron-threads=0"),
                *("--http-interface=127.0.0.1", f"--http-port={port}"),
                *(f"--gevent-port={other}", f"--db-filter=^{DATABASE}$", *more),
            ),
            stdout=stream,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
        )
    try:
        address = f"http://127.0.0.1:{port}"
        for _attempt in range(240):
            with suppress(requests.RequestException):
                if requests.get(address + "/web/login", timeout=60).ok:
                    break
            time.sleep(0.5)
        yield server, address
    finally:
        server.send_signal(signal.SIGTERM)
        try:
            server.wait(30)
        except subprocess.TimeoutExpired:
            server.kill()


# Afterwards


class Audit:
    """The database compared with what was acknowledged."""

    def __init__(self, cluster, filestore):
        settings = {k.removeprefix("db_"): v for k, v in cluster.settings.items()}
        self.connection = psycopg2.connect(dbname=DATABASE, **settings)
        self.filestore, self.wrong = filestore, []

    def rows(self, query, *parameters):
        with self.connection.cursor() as cursor:
            cursor.execute(query, parameters)
            return cursor.fetchall()

    def check(self, journal):
        orders = self.rows(
            "SELECT client_order_ref, array_agg(id), array_agg(state) FROM sale_order"
            " WHERE client_order_ref IS NOT NULL GROUP BY 1"
        )
        found = {reference: (ids, states) for reference, ids, states in orders}
        for reference, (ids, _states) in found.items():
            if len(ids) > 1:
                self.wrong.append(f"doubled: {reference} {ids}")
        events = Counter()
        query = "SELECT order_id, event FROM key_account_approval"
        events.update(self.rows(query))
        query = "SELECT order_id, event FROM key_account_signature"
        events.update(self.rows(query))
        for (order_id, event), count in events.items():
            if count > 1:
                self.wrong.append(f"doubled: {event} of {order_id}, {count} times")
        for reference, done in journal.items():
            self.check_one(reference, done, found.get(reference), events)
        self.check_guards(events)
        self.check_evidence()
        return self.wrong

    def check_one(self, reference, done, kept, events):
        if not done.get("create"):
            return
        if not kept or done.get("id") not in kept[0]:
            self.wrong.append(f"lost: quotation {reference}")
            return
        order_id, state = done["id"], kept[1][0]
        for step, event in (("request", "request"), ("approve", "approve")):
            if done.get(step) and not events[order_id, event]:
                self.wrong.append(f"lost: {event} of {order_id}")
        if done.get("sign") and not events[order_id, "signature"]:
            self.wrong.append(f"lost: signature of {order_id}")
        if done.get("send") and state not in ("sent", "sale"):
            self.wrong.append(f"lost: {order_id} was sent and is {state}")

    def check_guards(self, events):
        passed = self.rows(
            "SELECT id, state FROM sale_order WHERE state IN ('sent', 'sale')"
        )
        for order_id, state in passed:
            if not events[order_id, "approve"]:
                self.wrong.append(f"past its guard: {order_id} is {state}, unapproved")
            if state == "sale" and not events[order_id, "signature"]:
                self.wrong.append(f"past its guard: {order_id} confirmed, unsigned")

    def check_evidence(self):
        """What was signed is there, and is what its hash says."""
        rows = self.rows(
            "SELECT s.order_id, s.sha256, a.store_fname FROM key_account_signature s"
            " LEFT JOIN ir_attachment a ON a.id = s.attachment_id"
            " WHERE s.event = 'signature'"
        )
        for order_id, sha256, name in rows:
            path = self.filestore / (name or "-")
            if not path.is_file():
                self.wrong.append(f"evidence of {order_id} has no document")
            elif hashlib.sha256(path.read_bytes()).hexdigest() != sha256:
                self.wrong.append(f"evidence of {order_id} is another document")


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=120, help="of trouble (120)")
    return parser.parse_args()


def interrupt(_signal, _frame):
    """Let SIGTERM end what was started here, as Ctrl-C does."""
    raise KeyboardInterrupt


def main():
    options = parse()
    signal.signal(signal.SIGTERM, interrupt)
    cluster = Cluster(paths.DEV / "soak" / "postgres")
    try:
        ids, filestore = prepare(cluster)
        with serving(cluster) as (server, address):
            until = time.monotonic() + options.seconds
            people = [Salesperson(address, n, ids, until) for n in range(CLIENTS)]
            for person in people:
                person.start()
            killed, restarts = make_trouble(server, cluster, until, options.seconds)
            for person in people:
                person.join(180)
        journal = {k: v for person in people for k, v in person.journal.items()}
        wrong = [f"open: {door}" for person in people for door in person.open_doors]
        wrong += Audit(cluster, filestore).check(journal)
    finally:
        cluster.end(signal.SIGINT)
    # A run in which nothing happened proves nothing.
    if not killed or not restarts:
        wrong.append(f"no trouble: {killed} workers killed, {restarts} restarts")
    if not any(person.counts["whole way"] for person in people):
        wrong.append("no quotation went the whole way")
    report(people, killed, restarts, wrong)
    return 1 if wrong else 0


def report(people, killed, restarts, wrong):
    counts = sum((person.counts for person in people), Counter())
    steps = ", ".join(f"{name} {counts[name]}" for name in STEPS)
    print(
        f"{counts['create']} quotations, {counts['whole way']} the whole way;"
        f" acknowledged: {steps}"
    )
    print(
        f"{killed} workers killed, PostgreSQL restarted {restarts} time(s),"
        f" {counts['answers lost']} answers lost"
    )
    for name, count in sorted(counts.items()):
        if name not in (*STEPS, "whole way", "answers lost"):
            print(f"  {name}: {count}")
    for line in wrong:
        print(f"WRONG: {line}")
    print(
        f"{len(wrong)} wrong" if wrong else "Nothing lost, doubled or past its guards."
    )


if __name__ == "__main__":
    sys.exit(main())
