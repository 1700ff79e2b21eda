"""``make demo``: the demo database, served on this machine alone."""

import ast
import signal
import subprocess
import time
import urllib.error
import urllib.request

from . import checks, databases, odoo, paths, setup
from .console import Failure, say, step

DATABASE = "key_account_demo"
ADDRESS = "http://127.0.0.1:%d"
WITH_DEMO = "UPDATE ir_module_module SET demo = true WHERE state = 'installed'"
LOGINS = """
    SELECT u.login, p.name, u.share,
           string_agg(DISTINCT g.name->>'en_US', ', ')
           FILTER (WHERE gd.module IN ('key_account', 'key_account_reports')),
           string_agg(DISTINCT g.name->>'en_US', ', ')
           FILTER (WHERE gd.module NOT IN ('base', 'mail'))
      FROM ir_model_data d
      JOIN res_users u ON u.id = d.res_id AND u.active
      JOIN res_partner p ON p.id = u.partner_id
 LEFT JOIN res_groups_users_rel r ON r.uid = u.id
 LEFT JOIN res_groups g ON g.id = r.gid
 LEFT JOIN ir_model_data gd ON gd.model = 'res.groups' AND gd.res_id = g.id
     WHERE d.model = 'res.users' AND d.module = 'key_account'
       AND d.name LIKE 'demo\\_user\\_%%'
  GROUP BY u.id, u.login, p.name
  ORDER BY min(d.id)
"""


def run(port):
    """Set up, make the database once, serve it and print how to log in."""
    checks.check_port(port)
    settings = setup.ensure(template=False)
    ensure_database(settings)
    return serve(settings, port)


def ensure_database(settings):
    """The demo database: its name exists only when it is complete."""
    modules = paths.installable_modules()
    if databases.exists(settings, DATABASE):
        upgrade(settings, modules)
        return
    checks.check_disk(needed_gb=1)
    with setup.locked():
        odoo.ensure_template(settings)
    partial = DATABASE + "_new"
    with step("Demo database (two to three minutes)"):
        databases.clone(settings, odoo.TEMPLATE, partial)
        # The demo data of the add-ons is theirs alone: it asks for none of Odoo's.
        databases.execute(settings, partial, WITH_DEMO)
        odoo.install(settings, partial, modules, "demo", "--with-demo")
        databases.rename(settings, partial, DATABASE)


def upgrade(settings, modules):
    """Upgrade add-ons whose version on disk is newer than the database's."""
    sql = "SELECT name, latest_version FROM ir_module_module WHERE name = ANY(%s)"
    known = dict(databases.query(settings, DATABASE, sql, (list(modules),)))
    outdated = [name for name in modules if known.get(name) != version(name)]
    if outdated:
        with step("Upgrade of %s" % ", ".join(outdated)):
            odoo.install(settings, DATABASE, outdated, "demo-upgrade")


def version(module):
    """Version in a module's manifest."""
    manifest = paths.ADDONS / module / "__manifest__.py"
    return ast.literal_eval(manifest.read_text())["version"]


def serve(settings, port):
    """Serve until interrupted."""
    server = start_server(settings, DATABASE, port, "--max-cron-threads", "1")
    try:
        say()
        say("Odoo with Key Account: " + ADDRESS % port)
        say(logins_table(logins(settings)))
        say("Stop with Ctrl-C; `make demo` starts it again with the same data.")
        return server.wait()
    except KeyboardInterrupt:
        return 0
    finally:
        stop(server)


def start_server(settings, database, port, *options):
    """Start a server for one database and wait until it answers."""
    log = paths.LOGS / ("server-%d.log" % port)
    paths.LOGS.mkdir(parents=True, exist_ok=True)
    arguments = odoo.command(
        *("-d", database, "--db-filter", "^%s$" % database, "--no-database-list"),
        *("--http-interface", "127.0.0.1", "--http-port", str(port), *options),
    )
    with log.open("w") as stream:
        server = subprocess.Popen(
            arguments,
            stdout=stream,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            env=odoo.environment(settings),
            start_new_session=True,
        )
    try:
        wait_until_ready(server, port, log)
    except BaseException:
        stop(server)
        raise
    return server


def wait_until_ready(server, port, log, seconds=120):
    """Wait for the login page, which also builds its assets."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if server.poll() is not None:
            raise Failure("Odoo's server has stopped; log: %s" % log)
        try:
            with urllib.request.urlopen(
                (ADDRESS % port) + "/web/login", timeout=60
            ) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
    raise Failure("Odoo's server does not answer; log: %s" % log)


def stop(server):
    """End a server that was started here."""
    if server.poll() is None:
        server.send_signal(signal.SIGTERM)
        try:
            server.wait(15)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def logins(settings):
    """Login, name and roles of the demo users; each password equals its login."""
    found = databases.query(settings, DATABASE, LOGINS)
    return [
        (login, name, role(share, own, other))
        for login, name, share, own, other in found
    ] + [("admin", "Administrator", "everything")]


def role(share, own, other):
    """What a user is: by the add-ons' groups, else by Odoo's."""
    return own or ("Customer (portal)" if share else other or "")


def logins_table(rows):
    """The logins as text."""
    lines = ["", "Logins (the password is the login):", ""]
    for login, name, roles in rows:
        lines.append("  %-28s %-24s %s" % (login, name, roles))
    return "\n".join(lines) + "\n"
