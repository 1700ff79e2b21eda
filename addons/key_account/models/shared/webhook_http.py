"""Posting to an address that people entered: bounded in time and size, and never into
the own network unless an administrator has named the place."""

import contextlib
import http.client
import socket
import ssl
import threading
from urllib.parse import urlsplit

from ...rules import webhook as rules

# Seconds for each step, and for all of them together.
_STEP, _WHOLE = 5, 10


class NotAllowedError(Exception):
    """The address leads where nothing may be sent."""


def post(request, own=frozenset()):
    """(HTTP status, first bytes of the answer); no redirect is followed.

    :param request: :class:`rules.webhook.Request`
    :param own: places in the own network that may be reached
    :raises NotAllowedError: before anything has been sent
    :raises OSError: no connection, no answer in time, no valid certificate
    :raises http.client.HTTPException: what answers speaks no HTTP
    """
    if rules.refusal(request.address, own):
        raise NotAllowedError
    scheme, host, port = rules.place(request.address)
    parts = urlsplit(request.address.strip())
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    secure = scheme == "https"
    kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
    connection = kind(host, port, timeout=_STEP)
    plain = _reach(host, port, rules.is_own(host, port, own))
    # Whoever sends a byte now and then would never be timed out.
    watch = threading.Timer(_WHOLE, _cut, [plain])
    watch.daemon = True
    watch.start()
    try:
        connection.sock = plain
        if secure:
            context = ssl.create_default_context()
            connection.sock = context.wrap_socket(plain, server_hostname=host)
        connection.request("POST", target, request.body, request.headers)
        response = connection.getresponse()
        return response.status, response.read(rules.READ_BYTES)
    finally:
        watch.cancel()
        connection.close()
        plain.close()


def _reach(host, port, is_own):
    """A connection to the very address that was looked at: a name that leads elsewhere
    a moment later does not."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    places = [place[:2] for *_kind, place in found]
    if not is_own and not all(rules.is_public(ip) for ip, _port in places):
        raise NotAllowedError
    error = OSError()
    for each in places:
        try:
            return socket.create_connection(each, timeout=_STEP)
        except OSError as failure:
            error = failure
    raise error


def _cut(connection):
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
