"""What a team messenger is sent, how it is signed, and when it is tried again.

The messengers' public documents, as read in November 2026:

- WeCom (企业微信) group robot, https://developer.work.weixin.qq.com/document/path/91770:
  ``msgtype`` text or markdown, at most 4096 bytes of markdown, 20 messages a minute,
  no signature (the key in the address is all). It answers with ``errcode`` 0.
- DingTalk (钉钉) custom robot, https://open.dingtalk.com/document/robots/custom-robot-access:
  markdown with ``title`` and ``text``; ``timestamp`` in milliseconds and ``sign`` as
  parameters of the address: Base64 of HMAC-SHA256 over ``timestamp + "\\n" + secret``
  by the secret. More than 20 messages a minute hold the robot for ten minutes
  (``errcode`` 130101). It answers with ``errcode`` 0.
- Feishu / Lark (飞书) custom bot,
  https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot: ``msg_type`` text;
  ``timestamp`` in seconds and ``sign`` in the body: Base64 of HMAC-SHA256 over nothing,
  by ``timestamp + "\\n" + secret``. 100 messages a minute and 5 a second, less at full
  and half hours (``code`` 11232). It answers with ``code`` 0.
"""

import base64
import hashlib
import hmac
import ipaddress
import json
from datetime import timedelta
from typing import NamedTuple
from urllib.parse import parse_qsl, quote_plus, urlsplit

GENERIC, WECOM, DINGTALK, FEISHU = "generic", "wecom", "dingtalk", "feishu"
# Whoever takes these has to be able to tell that they come from us.
SIGNED = (GENERIC,)

# What one address is sent a minute: the least of the documented bounds, less what a
# slow network may push into the next minute.
PER_MINUTE = 18
MINUTE = timedelta(seconds=60)
# A robot that was sent too much hears nothing from us for so long.
HELD = timedelta(minutes=10)
# After each try that failed; after the last one it is given up.
DELAYS = tuple(timedelta(minutes=each) for each in (1, 4, 16, 64, 256))
TRIES = len(DELAYS) + 1
# Of what is answered, so much is read, and so much is kept.
READ_BYTES = 4096
SAID_CHARS = 200

_TOO_MUCH = {WECOM: {45009}, DINGTALK: {130101}, FEISHU: {11232}}
# NAT64 and 6to4: addresses that carry another one, by which it is reached.
_CARRYING = tuple(map(ipaddress.ip_network, ("64:ff9b::/96", "2002::/16")))


class Notice(NamedTuple):
    """What is told: that something has happened, and where it is looked at. Nothing of
    what it is about."""

    number: int
    event: str
    heading: str
    text: str
    open: str
    link: str
    time: str


class Request(NamedTuple):
    address: str
    headers: dict
    body: bytes


class Outcome(NamedTuple):
    """What came of a try; ``said`` is a short text for whoever looks after it."""

    sent: bool
    held: bool = False
    said: str = ""


# ------------------------------------------------------------
# WHERE TO
# ------------------------------------------------------------


def own_hosts(text):
    """Hosts (with or without a port) that an administrator lets be reached in the own
    network, from “messenger.lan, 10.0.0.5:8080”."""
    return frozenset(each.strip().lower() for each in (text or "").split(",") if each)


def place(address):
    """(scheme, host, port) of an address; None where it is none."""
    try:
        parts = urlsplit((address or "").strip())
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host or parts.username is not None:
        return None
    if not (address.isascii() and address.isprintable()) or " " in address.strip():
        return None
    return parts.scheme, host, port or (443 if parts.scheme == "https" else 80)


def is_own(host, port, own):
    """Whether an administrator has named this place as one in the own network."""
    name = f"[{host}]" if ":" in host else host
    return name in own or f"{name}:{port}" in own


def refusal(address, own=frozenset()):
    """Why nothing may be sent there: ``none`` (it is no address), ``https`` (it would
    be readable on the way) or ``own`` (it lies in the own network); None where it may.

    What a name leads to is asked again when it is sent: :func:`is_public`.
    """
    found = place(address)
    if not found:
        return "none"
    scheme, host, port = found
    if is_own(host, port, own):
        return None
    if scheme != "https":
        return "https"
    if "." not in host and ":" not in host:
        return "own"
    if ":" in host or host.rpartition(".")[2][:1].isdigit():
        # Written as a number, in whatever of its forms.
        return None if is_public(host) else "own"
    if host.endswith((".localhost", ".local", ".internal", ".lan", ".home.arpa")):
        return "own"
    return None


def is_public(ip):
    """Whether this network address belongs to the world outside."""
    try:
        number = ipaddress.ip_address(ip.partition("%")[0])
    except ValueError:
        return False
    if number.version == 6:
        if number.ipv4_mapped:
            number = number.ipv4_mapped
        elif any(number in network for network in _CARRYING):
            return False
    return number.is_global and not number.is_multicast


def secrets_of(address, secret):
    """What of an address and its secret is shown nowhere."""
    parts = urlsplit(address or "")
    words = [value for _name, value in parse_qsl(parts.query)]
    words += [parts.query, parts.path.rpartition("/")[2], secret or ""]
    return [word for word in words if len(word) >= 6]


# ------------------------------------------------------------
# WHAT
# ------------------------------------------------------------


def _hmac(key, text):
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()


def _json(content):
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def signature(secret, timestamp, body):
    """What ``X-Key-Account-Signature`` says: HMAC-SHA256 over “timestamp.body”, in
    hexadecimal digits, so that neither can be exchanged."""
    text = f"{timestamp}.".encode() + body
    return "sha256=" + hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()


def _generic(address, secret, notice, timestamp):
    body = _json(
        {
            "id": notice.number,
            "event": notice.event,
            "text": notice.text,
            "link": notice.link,
            "time": notice.time,
        }
    )
    headers = {
        "X-Key-Account-Timestamp": str(timestamp),
        "X-Key-Account-Signature": signature(secret or "", timestamp, body),
    }
    return Request(address, headers, body)


def _wecom(address, _secret, notice, _timestamp):
    text = f"**{notice.heading}**\n{notice.text}\n[{notice.open}]({notice.link})"
    content = {"msgtype": "markdown", "markdown": {"content": text}}
    return Request(address, {}, _json(content))


def _dingtalk(address, secret, notice, timestamp):
    title = f"{notice.heading}: {notice.text}"
    text = f"**{notice.heading}**\n\n{notice.text}\n\n[{notice.open}]({notice.link})"
    if secret:
        moment = timestamp * 1000
        sign = base64.b64encode(_hmac(secret, f"{moment}\n{secret}")).decode()
        mark = "&" if "?" in address else "?"
        address += f"{mark}timestamp={moment}&sign={quote_plus(sign)}"
    content = {"msgtype": "markdown", "markdown": {"title": title, "text": text}}
    return Request(address, {}, _json(content))


def _feishu(address, secret, notice, timestamp):
    text = f"{notice.heading}\n{notice.text}\n{notice.open}: {notice.link}"
    content = {"msg_type": "text", "content": {"text": text}}
    if secret:
        sign = base64.b64encode(_hmac(f"{timestamp}\n{secret}", "")).decode()
        content = {"timestamp": str(timestamp), "sign": sign, **content}
    return Request(address, {}, _json(content))


_MAKERS = {
    GENERIC: _generic,
    WECOM: _wecom,
    DINGTALK: _dingtalk,
    FEISHU: _feishu,
}


def request(kind, address, secret, notice, timestamp):
    """What is posted.

    :param int timestamp: now, in seconds since 1970
    """
    made = _MAKERS[kind](address, secret, notice, timestamp)
    headers = {"Content-Type": "application/json; charset=utf-8", **made.headers}
    return made._replace(headers=headers)


# ------------------------------------------------------------
# WHAT CAME OF IT, AND WHEN NEXT
# ------------------------------------------------------------


def outcome(kind, status, body, secrets=()):
    """What an answer means: its HTTP status, and of a robot its own code.

    :param bytes body: as far as it was read
    """
    answer = _answer(body)
    code = answer.get("errcode", answer.get("code", answer.get("StatusCode")))
    fine = 200 <= status < 300 and (kind == GENERIC or code == 0)
    held = status == 429 or (not fine and code in _TOO_MUCH.get(kind, ()))
    words = answer.get("errmsg") or answer.get("msg") or answer.get("StatusMessage")
    if kind == GENERIC:
        # Whatever stands there said nothing that was agreed upon.
        words, code = None, None
    parts = (f"HTTP {status}", code, words)
    said = " · ".join(str(part) for part in parts if part is not None)
    return Outcome(fine, held, shown(said, secrets))


def _answer(body):
    try:
        answer = json.loads(body)
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}


def shown(text, secrets=()):
    """A text as it may be kept: short, printable, without what is secret."""
    for secret in secrets:
        text = text.replace(secret, "…")
    text = "".join(char if char.isprintable() else " " for char in text)
    return text[:SAID_CHARS]


def next_try(tries, now):
    """When to try again after so many tries; None when it is given up."""
    return now + DELAYS[tries - 1] if tries < TRIES else None
