"""Posts one request by TLS, and says what is known of it afterwards.

The name is looked up once, here, and an address that passed is what is connected to; the certificate must be that of
the name. No redirect is followed, no proxy of the environment used, no cookie kept. Up to the first byte of the body
nothing has happened when the connection breaks; from then on nobody knows.
"""

from __future__ import annotations

import http.client
import io
import socket
import ssl
import time
from collections.abc import Callable, Sequence

from services.notifications.channels.exchange import NotSent, Reply, Request, Unanswered
from services.notifications.channels.hosts import all_may_be_spoken_to
from services.notifications.delivery.mail import left_of
from shared.accounts import Endpoint

# All steps together; below the lease of a claim and below the deadline of the tick that sends.
SECONDS = 10.0
# No answer of a provider has a hundredth of it.
MOST_BYTES = 65_536

Resolve = Callable[[str, int], Sequence[str]]


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a name, in the order of the system."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


def post(endpoint: Endpoint, request: Request, *, seconds: float = SECONDS, resolve: Resolve = resolve) -> Reply:
    """Post within about `seconds`. NotSent and Unanswered for everything that a server or a network can do."""
    until = time.monotonic() + seconds
    try:
        connection = _connected(endpoint, until, resolve)
    except (OSError, ValueError) as error:
        raise NotSent(_said(error)) from error
    try:
        return _exchanged(connection, request)
    finally:
        connection.close()


def _exchanged(connection: http.client.HTTPConnection, request: Request) -> Reply:
    try:
        connection.putrequest("POST", request.target, skip_accept_encoding=True)
        for name, value in {**request.headers, "Content-Length": str(len(request.body))}.items():
            connection.putheader(name, value)
        connection.endheaders()
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise NotSent(_said(error)) from error
    try:
        connection.send(request.body)
        answer = connection.getresponse()
        body = answer.read(MOST_BYTES)
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise Unanswered(_said(error)) from error
    return Reply(answer.status, body, answer.getheader("Retry-After"))


def _connected(endpoint: Endpoint, until: float, resolve: Resolve) -> http.client.HTTPConnection:
    addresses = resolve(endpoint.host, endpoint.port)
    if not all_may_be_spoken_to(addresses, may_be_private=endpoint.may_be_private):
        raise PermissionError(f"{endpoint.host} leads into a network that must not be spoken to")
    connection = http.client.HTTPConnection(endpoint.host, endpoint.port)
    # Nothing may connect again by the name.
    connection.auto_open = 0
    connection.sock = _Bounded(_secured(endpoint, addresses, until), until)
    return connection


def _secured(endpoint: Endpoint, addresses: Sequence[str], until: float) -> ssl.SSLSocket:
    context = ssl.create_default_context(cafile=endpoint.ca_file or None)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    plain = _first_that_answers(addresses, endpoint.port, until)
    try:
        plain.settimeout(left_of(until))
        return context.wrap_socket(plain, server_hostname=endpoint.host)
    except BaseException:
        plain.close()
        raise


def _first_that_answers(addresses: Sequence[str], port: int, until: float) -> socket.socket:
    wrong: OSError | None = None
    for address in addresses:
        try:
            return socket.create_connection((address, port), timeout=left_of(until))
        except OSError as error:
            wrong = error
    raise wrong or OSError("no address")


class _Bounded:
    """A socket as the library uses it, whose every step takes no longer than is left of the whole."""

    def __init__(self, sock: ssl.SSLSocket, until: float) -> None:
        self.sock, self.until = sock, until

    def sendall(self, data: bytes) -> None:
        self.sock.settimeout(left_of(self.until))
        self.sock.sendall(data)

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Reader(self.sock, self.until))

    def close(self) -> None:
        self.sock.close()


class _Reader(io.RawIOBase):
    """The bytes that come, each read within what is left."""

    def __init__(self, sock: ssl.SSLSocket, until: float) -> None:
        self.sock, self.until = sock, until

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]
        self.sock.settimeout(left_of(self.until))
        return self.sock.recv_into(buffer)


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
