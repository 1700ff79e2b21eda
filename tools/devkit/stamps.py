"""Remembers which set-up steps are complete, and for which input."""

import hashlib

from .paths import STAMPS


def fingerprint(*parts):
    """Short digest of texts and of the contents of files."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(
            part.read_bytes() if hasattr(part, "read_bytes") else str(part).encode()
        )
        digest.update(b"\0")
    return digest.hexdigest()[:16]


def is_done(step, value):
    """Whether ``step`` was completed for this very ``value``."""
    path = STAMPS / step
    return path.is_file() and path.read_text() == value


def mark_done(step, value):
    """Remember ``step`` as complete; the file appears whole or not at all."""
    STAMPS.mkdir(parents=True, exist_ok=True)
    partial = STAMPS / (step + ".part")
    partial.write_text(value)
    partial.replace(STAMPS / step)


def forget(step):
    """Have ``step`` done again next time."""
    (STAMPS / step).unlink(missing_ok=True)
