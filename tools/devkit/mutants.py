"""``make mutants``: whether each sentence has a test that fails without it.

``tests/mutants.txt`` lists the sentences. Each names the smallest change of the add-ons
that takes away what it promises, and the tests that must fail then. The change is made
in a copy of the add-ons; nothing of the working tree is touched. As many are tried out
side by side as there are cores, each with a copy and a database of its own.
"""

import fnmatch
import os
import queue
import re
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from . import databases, odoo, paths, process, setup, source, summary, testing
from .console import Failure, say

LIST = paths.TESTS / "mutants.txt"
DATABASE = "ka_mutants"
INSTALLED = ",".join(paths.MODULES)
KILLED, SURVIVED, BROKEN = "killed", "SURVIVED", "DID NOT RUN"
# Seconds after which a run has hung: installing and the longest test class take two
# minutes, but several times as long on a busy machine.
PATIENCE = 1200
_FAILED = re.compile(r" (?:FAIL|ERROR): (?:Subtest )?(Test\w+)\.(test_\w+)")


@dataclass
class Edit:
    """A change of one file: whole lines, as in a patch."""

    path: str
    installed: bool
    before: list = field(default_factory=list)
    after: list = field(default_factory=list)

    def count(self, root):
        """How often the lines to be changed stand in the file."""
        return _lines(root / self.path).count(_block(self.before))

    def apply(self, root):
        """Change the file below ``root``."""
        changed = _lines(root / self.path).replace(
            _block(self.before), _block(self.after)
        )
        (root / self.path).write_text(changed[1:], encoding="utf-8")


@dataclass
class Mutant:
    """A sentence, what takes it away, and the tests that must fail then: ``TestClass``
    or ``TestClass.test_method``."""

    name: str
    sentence: str
    edits: list = field(default_factory=list)
    tests: list = field(default_factory=list)

    def apply(self, root):
        """Change the files below ``root``."""
        for edit in self.edits:
            edit.apply(root)

    def needs_installing(self):
        """Whether the database itself becomes another one: data, or its columns."""
        return any(edit.installed for edit in self.edits)


def _lines(path):
    return "\n" + path.read_text(encoding="utf-8")


def _block(lines):
    return "".join("\n" + line for line in lines) + "\n"


# The list


def read(text):
    """The mutants of a list: blocks parted by empty lines.

    The first line is ``name: sentence``; then come files (with ``-i`` where the
    database must be made anew), each followed by its lines as in a patch (`` `` as it
    is, ``-`` before, ``+`` after); then the tests. Blocks that begin with ``=`` or
    ``#`` are headings and remarks.
    """
    blocks = re.split(r"\n{2,}", text.strip("\n"))
    return [_mutant(block) for block in blocks if block[0] not in "=#"]


def _mutant(block):
    head, *rest = block.split("\n")
    name, sentence = head.split(": ", 1)
    mutant = Mutant(name, sentence)
    for line in rest:
        if line.startswith("addons/"):
            path, *options = line.split()
            installed = "-i" in options or not path.endswith(".py")
            mutant.edits.append(Edit(path, installed))
        elif line[0] in " -+":
            edit, sign = mutant.edits[-1], line[0]
            if sign != "+":
                edit.before.append(line[1:])
            if sign != "-":
                edit.after.append(line[1:])
        else:
            mutant.tests += line.split()
    return mutant


def stale(mutants, root=paths.ROOT):
    """What in a list does not fit the code: changes that cannot be made in exactly one
    place, tests that are not there."""
    known = set(testing.test_methods(root / "addons"))
    problems = []
    for mutant in mutants:
        for edit in mutant.edits:
            count = edit.count(root) if (root / edit.path).is_file() else 0
            if count != 1:
                problems.append("%s: %s times in %s" % (mutant.name, count, edit.path))
            if edit.before == edit.after:
                problems.append("%s: changes nothing" % mutant.name)
        missing = [name for name in mutant.tests if name not in known]
        if missing or not mutant.tests:
            problems.append("%s: no test %s" % (mutant.name, " ".join(missing)))
    return problems


def chosen(mutants, patterns):
    """Those whose name fits one of the patterns; all without patterns."""
    if not patterns:
        return mutants
    found = [
        mutant
        for mutant in mutants
        if any(fnmatch.fnmatchcase(mutant.name, pattern) for pattern in patterns)
    ]
    if not found:
        raise Failure("no mutant is named so: %s" % " ".join(patterns))
    return found


# Running


def run(patterns=(), database=DATABASE, jobs=None):
    """Try the mutants, ``jobs`` at a time; 0 when every one is killed."""
    mutants = chosen(read(LIST.read_text(encoding="utf-8")), patterns)
    if problems := stale(mutants):
        raise Failure("did not apply: " + "; ".join(problems))
    settings = setup.ensure()
    with tempfile.TemporaryDirectory() as folder:
        trials = [
            Trial(settings, Path(folder) / name, name)
            for name in places(database, jobs or os.cpu_count() or 1, len(mutants))
        ]
        for trial in trials:
            shutil.copytree(paths.ADDONS, trial.root / "addons")
        prepare(trials, mutants)
        verdicts = try_all(trials, mutants)
        for trial in trials:
            databases.drop(settings, trial.database)
    return closing(mutants, verdicts)


def places(database, jobs, count):
    """Names of the databases on which ``count`` mutants are tried out."""
    others = ["%s_%d" % (database, n) for n in range(2, min(jobs, count) + 1)]
    return [database, *others]


def prepare(trials, mutants):
    """Install the add-ons once and copy that; unchanged, every named test passes."""
    first, *others = trials
    databases.clone(first.settings, odoo.TEMPLATE, first.database)
    text = first.log(first.database, "-i", INSTALLED, progress=odoo.progress)
    if not text or odoo.errors(text):
        raise Failure("the add-ons do not install without any change")
    for other in others:
        databases.clone(other.settings, first.database, other.database)
    tests = sorted({name for mutant in mutants for name in mutant.tests})
    with ThreadPoolExecutor(len(trials)) as pool:
        passed = pool.map(Trial.passing, trials, shares(tests, len(trials)))
        say("%d tests pass without any change" % sum(passed))


def shares(names, count):
    """``names`` parted into ``count`` lists of about the same length."""
    return [names[start::count] for start in range(count)]


def try_all(trials, mutants):
    """The verdicts in the order of the mutants, whichever trial each went to."""
    free = queue.SimpleQueue()
    for trial in trials:
        free.put(trial)

    def try_out(mutant):
        trial = free.get()
        try:
            return trial.try_out(mutant)
        finally:
            free.put(trial)

    with ThreadPoolExecutor(len(trials)) as pool:
        return list(pool.map(try_out, mutants))


def closing(mutants, verdicts):
    """Say how many were killed, and again which were not; 0 when all were."""
    lived = [
        "%-12s %s" % (verdict, mutant.name)
        for mutant, verdict in zip(mutants, verdicts, strict=True)
        if verdict != KILLED
    ]
    say("%d mutants, %d killed" % (len(verdicts), len(verdicts) - len(lived)))
    for line in lived:
        say(line)
    return 1 if lived else 0


@dataclass
class Trial:
    """Where mutants are tried out: a copy of the add-ons, and a database that has them
    installed as they are."""

    settings: dict
    root: Path
    database: str

    def passing(self, tests):
        """How many tests these are; unchanged, they all pass."""
        if not tests:
            return 0
        text = self.log(self.database, *tags(tests), progress=odoo.progress)
        result = summary.of_odoo_log(text)
        if not result.passed or result.failed or odoo.errors(text):
            raise Failure(
                "these tests fail without any change: %s"
                % (" ".join(summary.failing_tests(text)) or "none ran")
            )
        return result.passed

    def try_out(self, mutant):
        """Whether the tests of a mutant fail with it."""
        files = {self.root / edit.path for edit in mutant.edits}
        unchanged = {path: path.read_text(encoding="utf-8") for path in files}
        mutant.apply(self.root)
        text = self.tested(mutant)
        for path, content in unchanged.items():
            path.write_text(content, encoding="utf-8")
        verdict, passing = judge(mutant.tests, text)
        say(" ".join(["%-12s" % verdict, mutant.name, *passing]))
        return verdict

    def tested(self, mutant):
        """The log of the mutant's tests; None when they took too long."""
        limits = {"timeout": PATIENCE}
        if not mutant.needs_installing():
            return self.log(self.database, *tags(mutant.tests), **limits)
        scratch = self.database + "_scratch"
        # Made anew: an update would leave out what users may change.
        databases.clone(self.settings, odoo.TEMPLATE, scratch)
        options = ("-i", INSTALLED, *tags(mutant.tests))
        text = self.log(scratch, *options, **limits)
        databases.drop(self.settings, scratch)
        return text

    def log(self, database, *options, **keywords):
        """The log of a run of Odoo; None when it took too long."""
        addons = [self.root / "addons", *source.addons_paths()]
        code, log = odoo.logged(
            self.settings,
            database,
            *("-d", database, "--stop-after-init", *options),
            *("--addons-path", ",".join(map(str, addons))),
            *("--http-port", testing.free_port()),
            **keywords,
        )
        return None if code == process.TIMED_OUT else log.read_text(errors="replace")


def tags(tests):
    """Odoo's options that have it run these tests, whichever add-on has them."""
    homes = {name: module for module, name in testing.test_classes(paths.ADDONS)}
    names = (
        "/%s:%s" % (homes.get(name.partition(".")[0], paths.MODULES[0]), name)
        for name in tests
    )
    return "--test-enable", "--test-tags", ",".join(names)


def judge(tests, text):
    """(verdict, tests that passed): killed when each of the tests is told to fail. Code
    that does not load, a class that cannot be set up, a run without end kill nothing.
    """
    if text is None:
        return BROKEN, ["took more than %d s" % PATIENCE]
    found = _FAILED.findall(text)
    failed = {name for pair in found for name in (pair[0], ".".join(pair))}
    passing = [name for name in tests if name not in failed]
    if not passing:
        return KILLED, passing
    result = summary.of_odoo_log(text)
    if not result.ran or (result.failed and not failed):
        return BROKEN, passing
    return SURVIVED, passing
