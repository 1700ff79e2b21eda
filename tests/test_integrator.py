"""The page for integrators does what it says.

``docs/integrator.md`` is read: each block of code stands below the name of its file.
The add-on ``example_key_account`` that these files make is installed on a database of
its own, beside both add-ons, and its tests are run, those of the page and those of
``integrator_checks.py``. The programs call a server that is started for them, and print
what the page says they print.
"""

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from shutil import copyfile

import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tools"))

from devkit import (  # noqa: E402
    databases,
    odoo,
    paths,
    postgres,
    source,
    summary,
    testing,
)

PAGE = ROOT / "docs" / "integrator.md"
CHECKS = Path(__file__).with_name("integrator_checks.py")
STEPS = Path(__file__).with_name("integrator_steps.py")
DATABASE = "ka_integrator"
EXAMPLE = "example_key_account"
# A block of code, with the name of its file above it; what a program prints follows it.
BLOCK = re.compile(
    r"(?:^\*\*`(?P<name>[^`]+)`\*\*\n\n)?^```(?P<language>\w+)\n(?P<code>.*?)^```\n"
    r"(?:\n```text\n(?P<printed>.*?)^```\n)?",
    re.MULTILINE | re.DOTALL,
)
# Programs that serve, and are called by others.
SERVING = ("programs/receiver.py",)


def blocks(page):
    """``{file: (code, what it prints or None)}`` of a page, in its order."""
    found = {}
    for block in BLOCK.finditer(page.read_text(encoding="utf-8")):
        name = block["name"]
        assert name, f"no file is named above: {block['code'][:80]}"
        assert name not in found, name
        found[name] = block["code"], block["printed"]
    return found


FILES = blocks(PAGE)
PROGRAMS = [name for name, (_code, printed) in FILES.items() if printed is not None]


class Integration:
    """The database with the example, and the server that the programs call."""

    def __init__(self, settings, folder):
        self.settings = settings
        self.folder = folder
        self.addons_path = ",".join(
            map(str, (folder, paths.ADDONS, *source.addons_paths()))
        )
        self.environment = dict(odoo.environment(settings), ODOO_RC=str(paths.CONF))
        self.port, self.own_port = testing.free_port(), testing.free_port()
        self.processes = []

    def write_files(self):
        for name, (code, _printed) in FILES.items():
            file = self.folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(code, encoding="utf-8")
        tests = self.folder / EXAMPLE / "tests"
        copyfile(CHECKS, tests / "test_checks.py")
        for page in PAGE.parent.glob("*.md"):
            copyfile(page, tests / page.name)
        with (tests / "__init__.py").open("a") as file:
            file.write("from . import test_checks\n")

    def install(self):
        # Where nobody has installed the add-ons yet, they are with the example.
        origin = os.environ.get(testing.INSTALLED, odoo.TEMPLATE)
        databases.clone(self.settings, origin, DATABASE)
        code, log = odoo.logged(
            self.settings,
            "integrator",
            *("-d", DATABASE, "-i", EXAMPLE, "--stop-after-init"),
            *("--test-tags", f"/{EXAMPLE}", "--http-port", testing.free_port()),
            f"--addons-path={self.addons_path}",
        )
        text = log.read_text(errors="replace")
        self.code, self.log = code, "\n".join(summary.error_blocks(text))
        self.tests = summary.of_odoo_log(text)

    def serve(self):
        process = subprocess.run(
            [
                *(str(paths.venv_program("python")), str(STEPS), DATABASE),
                *(self.addons_path, f"127.0.0.1:{self.own_port}"),
            ],
            capture_output=True,
            text=True,
            env=self.environment,
        )
        assert process.returncode == 0, process.stderr[-4000:]
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment |= {
            "ODOO_URL": self.url,
            "ODOO_DB": DATABASE,
            "RECEIVER_PORT": str(self.own_port),
            **{
                f"KEY_{role.upper()}": key
                for role, key in json.loads(process.stdout).items()
            },
        }
        self.start(
            *odoo.command(
                *("-d", DATABASE, "--http-port", str(self.port)),
                *("--http-interface", "127.0.0.1", "--max-cron-threads", "0"),
                f"--addons-path={self.addons_path}",
            )
        )
        self.wait(f"{self.url}/web/health")
        for name in SERVING:
            self.start(sys.executable, str(self.folder / name))
            self.wait(f"http://127.0.0.1:{self.own_port}/")

    def start(self, *command):
        log = paths.LOGS / f"integrator-{len(self.processes)}.log"
        with log.open("w") as file:
            process = subprocess.Popen(
                command, stdout=file, stderr=file, env=self.environment, cwd=self.folder
            )
        self.processes.append((process, log))

    def wait(self, url):
        """Until somebody answers there, whatever it is."""
        for _try in range(120):
            try:
                urllib.request.urlopen(url, timeout=5).close()
            except urllib.error.HTTPError:
                return
            except OSError:
                time.sleep(0.5)
            else:
                return
        raise AssertionError(self.processes[-1][1].read_text()[-4000:])

    def run(self, name):
        return subprocess.run(
            [sys.executable, str(self.folder / name)],
            capture_output=True,
            text=True,
            env=dict(self.environment, PYTHONDONTWRITEBYTECODE="1"),
            cwd=self.folder,
            timeout=120,
        )

    def end(self):
        for process, _log in self.processes:
            process.send_signal(signal.SIGTERM)
            process.wait(30)
        databases.drop(self.settings, DATABASE)


@pytest.fixture(scope="module")
def integration(tmp_path_factory):
    os.environ.pop("PGDATABASE", None)
    folder = tmp_path_factory.mktemp("integrator")
    integration = Integration(postgres.ensure(), folder)
    try:
        integration.write_files()
        integration.install()
        if EXAMPLE in testing.installed_modules(integration.settings, DATABASE):
            integration.serve()
        yield integration
    finally:
        integration.end()


def test_the_example_is_installed_and_does_what_it_says(integration):
    assert not integration.code and not integration.log, integration.log
    assert integration.tests.passed and not integration.tests.failed


@pytest.mark.parametrize("name", PROGRAMS)
def test_program_prints_what_the_page_says(integration, name):
    process = integration.run(name)
    assert process.returncode == 0, process.stderr[-4000:]
    assert process.stdout == FILES[name][1]
