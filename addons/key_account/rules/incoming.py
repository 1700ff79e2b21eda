"""What comes in from outside: mail that no person wrote, what belongs together, files
that are taken."""

import re

from .evidence import is_visible, said

# By whom a header says that no person wrote the mail (RFC 3834 and what came before).
_ANSWERING = frozenset(
    "x-autoreply x-autorespond x-autoresponder x-auto-reply x-vacation".split()
)
_BULK = frozenset(("bulk", "junk", "list", "auto_reply"))
# Some hosts set no header at all; what their automatic answers begin with.
_AUTOMATIC_SUBJECT = re.compile(
    r"\s*(automatic reply|auto[ -]?reply|auto(matic)? response|out of (the )?office"
    r"|undeliver(ed|able)|delivery status|mail delivery|自动回复|自动答复|自动应答"
    r"|自動回覆|自動回復|外出自动|退信|系统退信)",
    re.IGNORECASE,
)
_NOBODY = frozenset("mailer-daemon postmaster".split())
_UNANSWERED = re.compile(r"(no|do-?not|don-?t)[-_.]?reply", re.IGNORECASE)
# What mail programs put before a subject that was there already; read where blanks are
# single, so that a line of a million of them is read in the time its length takes.
_REPLY = re.compile(
    r"(re|aw|sv|vs|fw|fwd|wg|tr|rv|回复|回覆|答复|转发|轉寄|轉發) ?"
    r"(\[\d+\]|\(\d+\))? ?[:：] ?",
    re.IGNORECASE,
)
SUBJECT = 200
FILES = 5
FILE_BYTES = 10 * 1024 * 1024
FILE_TYPES = frozenset(
    "pdf png jpg jpeg gif bmp webp heic tif tiff txt csv doc docx xls xlsx ppt pptx odt"
    " ods zip mp4 mov dwg dxf step stp".split()
)
# A page that runs something, whatever its name says.
_RUNS = (b"<!doctype html", b"<html", b"<script", b"<svg", b"<?xml", b"mz", b"#!")


def by_machine(headers, sender, subject, own=(), own_domains=()):
    """Why a mail is none that a person wrote to us: ``own``, ``automatic``, ``bulk``,
    or None where it is.

    :param headers: ``{lower-case name: value}`` of the mail
    :param sender: its address, in lower case
    :param own: our own addresses, in lower case
    :param own_domains: domains of our own lists: a mail that comes by a list of ours is
        one to us
    """
    if not sender or sender in own:
        return "own"
    answered = headers.get("auto-submitted", "").split(";")[0].strip().lower()
    if (
        answered not in ("", "no")
        or _ANSWERING & headers.keys()
        or headers.get("return-path", "").strip() == "<>"
        or sender.partition("@")[0] in _NOBODY
        or _AUTOMATIC_SUBJECT.match(subject or "")
    ):
        return "automatic"
    return _by_list(headers, own_domains)


def _by_list(headers, own_domains):
    named = headers.get("list-id", "").strip().rstrip(">").lower()
    if named and named.endswith(tuple(own_domains) or ("\0",)):
        return None
    bulk = headers.get("precedence", "").strip().lower() in _BULK
    return "bulk" if named or bulk or "list-unsubscribe" in headers else None


def takes_answers(sender):
    """Whether somebody reads what is sent to this address.

    >>> takes_answers("li@golden.cn"), takes_answers("no-reply@golden.cn")
    (True, False)
    """
    local = (sender or "").partition("@")[0]
    return bool(local) and local not in _NOBODY and not _UNANSWERED.match(local)


def subject_said(subject, most=SUBJECT):
    """A subject as it was meant: one line, without "Re:", and not without end.

    >>> subject_said("Re: AW[2]:  Pump\\n leaks ")
    'Pump leaks'
    """
    subject = "".join(each if is_visible(each) else " " for each in said(subject or ""))
    subject, at = " ".join(subject.split()), 0
    while found := _REPLY.match(subject, at):
        at = found.end()
    subject = subject[at:]
    return subject if len(subject) <= most else subject[: most - 1] + "…"


def same_subject(one, other):
    """Whether two mails of one sender are about the same."""
    return subject_said(one).casefold() == subject_said(other).casefold()


def why_not_taken(name, content):
    """``type``, ``size`` or ``empty`` where a file is not taken from outside; None
    where it is."""
    ending = said(name or "").rpartition(".")[2].lower()
    if ending not in FILE_TYPES or content[:64].lstrip().lower().startswith(_RUNS):
        return "type"
    if not content:
        return "empty"
    return "size" if len(content) > FILE_BYTES else None
