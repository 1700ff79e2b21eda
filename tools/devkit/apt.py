"""Debian packages, downloaded by apt with private state and unpacked below ``.dev``.

Nothing is installed and no root is needed. The mirror is the one apt is set up with.
"""

import re
import shutil
from pathlib import Path

from . import process
from .console import Failure
from .paths import DEBS

KEYRINGS = (
    "/usr/share/keyrings/debian-archive-keyring.pgp",
    "/usr/share/keyrings/debian-archive-keyring.gpg",
)


class Apt:
    """apt with its own lists and cache, for the system's suites or for ``suite``."""

    def __init__(self, suite=None):
        self.suite = suite
        self.folder = DEBS / (suite or "system")
        self.updated = False

    def download(self, *packages):
        """Download ``packages`` (verified by apt) and return their files."""
        self.update()
        target = self.folder / "archives"
        for package in packages:
            process.must(
                "apt-" + package,
                "cannot download the Debian package " + package,
                "apt-get",
                *self.options(),
                "download",
                package,
                attempts=3,
                cwd=target,
            )
        return [newest(target, package) for package in packages]

    def update(self):
        """Fetch the package lists once per run."""
        if self.updated:
            return
        if not shutil.which("apt-get"):
            raise Failure("apt-get is missing: this is no Debian or Ubuntu")
        for name in ("lists/partial", "cache/archives/partial", "archives"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        if self.suite:
            (self.folder / "private.sources").write_text(source_text(self.suite))
        process.must(
            "apt-update-" + self.folder.name,
            "cannot read Debian's package lists: is there a network connection?",
            "apt-get",
            *self.options(),
            "-oAPT::Update::Error-Mode=any",
            "update",
            attempts=2,
        )
        self.updated = True

    def options(self):
        """Options that keep apt away from the system's state."""
        options = [
            "-oDir::State::lists=%s" % (self.folder / "lists"),
            "-oDir::Cache=%s" % (self.folder / "cache"),
            "-oAcquire::Retries=3",
            "-oAPT::Sandbox::User=root",
        ]
        if self.suite:
            options += [
                "-oDir::Etc::sourcelist=%s" % (self.folder / "private.sources"),
                "-oDir::Etc::sourceparts=/dev/null",
            ]
        return options

    def with_dependencies(self, packages, pattern):
        """``packages`` and those they need whose names match ``pattern``."""
        self.update()
        listing = process.output(
            "apt-cache",
            *self.options(),
            "depends",
            "--recurse",
            "--no-recommends",
            "--no-suggests",
            "--no-conflicts",
            "--no-breaks",
            "--no-replaces",
            "--no-enhances",
            *packages,
        )
        names = {line.strip() for line in listing.splitlines() if line[:1].isalnum()}
        return sorted(
            name for name in names if re.match(pattern, name) and ":" not in name
        )


def newest(folder, package):
    """The file of ``package`` among the downloads."""
    files = sorted(
        folder.glob(package + "_*.deb"), key=lambda path: path.stat().st_mtime
    )
    return files[-1]


def source_text(suite):
    """A deb822 source for ``suite`` on the mirror that the system uses."""
    lines = ["Types: deb", "URIs: " + mirror(), "Suites: " + suite, "Components: main"]
    keyring = next((path for path in KEYRINGS if Path(path).exists()), None)
    if keyring:
        lines.append("Signed-By: " + keyring)
    return "\n".join(lines) + "\n"


def mirror():
    """Debian's mirror as apt is set up with it."""
    try:
        targets = process.output(
            "apt-get",
            "indextargets",
            "--format",
            "$(ORIGIN)|$(RELEASE)|$(REPO_URI)",
            "Identifier: Packages",
        )
    except (OSError, process.subprocess.CalledProcessError):
        targets = ""
    found = pick_mirror(targets, distribution())
    if not found:
        raise Failure("apt is set up with no mirror of Debian")
    return found


def pick_mirror(targets, distribution_id):
    """First archive of Debian in apt's ``targets``; its origin may be unknown yet."""
    for line in targets.splitlines():
        origin, release, uri = (line.split("|") + ["", ""])[:3]
        known = origin == "Debian" or (not origin and distribution_id == "debian")
        if known and "security" not in release and "security" not in uri:
            return uri
    return None


def distribution(path="/etc/os-release"):
    """The system's ID, such as debian or ubuntu."""
    try:
        match = re.search(r'^ID="?([\w.-]+)', Path(path).read_text(), re.MULTILINE)
    except OSError:
        return ""
    return match.group(1) if match else ""


def unpack(deb, target):
    """Unpack one package into ``target``."""
    target.mkdir(parents=True, exist_ok=True)
    process.must("dpkg", "cannot unpack " + deb.name, "dpkg", "-x", deb, target)
