"""What the person at the terminal sees."""

import sys
import time
from contextlib import contextmanager


class Failure(Exception):
    """What the person must know, in one line; ends the command without a traceback."""


def say(text=""):
    """Print at once, also into a pipe; whole lines, also from threads."""
    print(text + "\n", end="", flush=True)


def warn(text):
    """Print a line about something that works less well than it could."""
    print("warning: " + text, file=sys.stderr, flush=True)


@contextmanager
def step(title):
    """Announce a step and tell the seconds it took."""
    say("==> " + title)
    start = time.monotonic()
    yield
    say("    done in %.0f s" % (time.monotonic() - start))


class Ticker:
    """Shows the latest sign of life of a long step, on one line in a terminal."""

    INTERVAL = 10  # seconds between two lines where the output is no terminal

    def __init__(self, stream=None):
        self.stream = stream or sys.stdout
        self.last = 0.0

    def show(self, text):
        """Show ``text`` as the present state."""
        if self.stream.isatty():
            self.stream.write("\r    %-74.74s" % text)
        elif time.monotonic() - self.last >= self.INTERVAL:
            self.stream.write("    %s\n" % text)
            self.last = time.monotonic()
        self.stream.flush()

    def close(self):
        """Clear the line again."""
        if self.stream.isatty():
            self.stream.write("\r%-78s\r" % "")
            self.stream.flush()
