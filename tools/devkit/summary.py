"""What test runs have counted."""

import re
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass

STAMP = re.compile(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d+ \d+ (\w+) ")
COUNT = re.compile(r"(\d+) failed, (\d+) error\(s\) of (\d+) tests? when loading")


@dataclass(frozen=True)
class Result:
    """Tests passed, failed and skipped."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other):
        return Result(
            self.passed + other.passed,
            self.failed + other.failed,
            self.skipped + other.skipped,
        )

    def __str__(self):
        text = "%d passed, %d failed" % (self.passed, self.failed)
        return text + (", %d skipped" % self.skipped if self.skipped else "")

    @property
    def ran(self):
        """Number of tests that ran."""
        return self.passed + self.failed


def of_step(result, exit_code):
    """``result``, with one failure more where a run broke or ran no test at all."""
    if not result.ran or (exit_code and not result.failed):
        return result + Result(failed=1)
    return result


def of_odoo_log(text):
    """Count of the tests in a log of Odoo; skipped ones count as run there."""
    counts = COUNT.findall(text)
    if not counts:
        return Result()
    failures, errors, total = map(int, counts[-1])
    # An error in a class's set-up fails tests that were never counted as run.
    failed = failures + errors
    return Result(passed=max(total - failed, 0), failed=failed)


def of_junit(path):
    """Count of the tests in a JUnit file."""
    if not path.is_file():
        return Result()
    result = Result()
    for suite in ElementTree.parse(path).getroot().iter("testsuite"):
        total, failures, errors, skipped = (
            int(suite.get(name, 0))
            for name in ("tests", "failures", "errors", "skipped")
        )
        failed = failures + errors
        result += Result(max(total - failed - skipped, 0), failed, skipped)
    return result


def error_blocks(text):
    """The entries of Odoo's log at level ERROR or CRITICAL, tracebacks included."""
    blocks, keep = [], False
    for line in text.splitlines():
        stamp = STAMP.match(line)
        if stamp:
            keep = stamp.group(1) in ("ERROR", "CRITICAL")
            if keep:
                blocks.append([])
        if keep:
            blocks[-1].append(line)
    return ["\n".join(block) for block in blocks]


def failing_tests(text):
    """Names of Odoo's tests that failed, as its log tells them."""
    return sorted(set(re.findall(r" (?:FAIL|ERROR): ([\w.]+)", text)))
