"""Running other programs."""

import subprocess
import time

from .console import Failure, Ticker
from .paths import LOGS

TIMED_OUT = 124  # as timeout(1) has it
GRACE = 10  # seconds


def output(*command, **kwargs):
    """Standard output of ``command``; raises CalledProcessError or OSError."""
    kwargs.setdefault("stderr", subprocess.DEVNULL)
    return subprocess.run(
        [str(part) for part in command],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        **kwargs,
    ).stdout


def logged(name, *command, progress=None, timeout=None, **kwargs):
    """Run ``command`` into the log ``name``; return its exit code and the log's path.

    ``progress`` maps a line of output to what the ticker shall show, or None. A run of
    more than ``timeout`` seconds is ended; its exit code is ``TIMED_OUT``.
    """
    LOGS.mkdir(parents=True, exist_ok=True)
    log_path = LOGS / (name + ".log")
    with log_path.open("w") as log:
        try:
            process = subprocess.Popen(
                [str(part) for part in command],
                stdout=subprocess.PIPE if progress and not timeout else log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                text=True,
                errors="replace",
                **kwargs,
            )
        except OSError as error:
            log.write("%s\n" % error)
            return 127, log_path
        try:
            if process.stdout:
                return follow(process, log, progress), log_path
            return process.wait(timeout), log_path
        except subprocess.TimeoutExpired:
            return TIMED_OUT, log_path
        finally:
            end(process)


def follow(process, log, progress):
    """Copy a process's output into its log until it ends; return its exit code."""
    ticker = Ticker()
    try:
        for line in process.stdout:
            log.write(line)
            shown = progress(line)
            if shown:
                ticker.show(shown)
        return process.wait()
    finally:
        ticker.close()


def end(process):
    """End a process that still runs: it may tidy up for some seconds."""
    if process.poll() is None:
        process.terminate()
    try:
        process.wait(GRACE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def must(name, problem, *command, attempts=1, **kwargs):
    """Run ``command`` like :func:`logged`; repeat a failure, then say ``problem``."""
    for attempt in range(1, attempts + 1):
        code, log_path = logged(name, *command, **kwargs)
        if not code:
            return log_path
        if attempt < attempts:
            time.sleep(3 * attempt)
    raise Failure("%s (%s)" % (problem, last_line(log_path)))


def last_line(log_path):
    """The last line of a log that is not empty, and where the rest stands."""
    lines = [line.strip() for line in log_path.read_text(errors="replace").splitlines()]
    lines = [line for line in lines if line]
    return "%s; log: %s" % (lines[-1] if lines else "no output", log_path)
