"""Which connections are kept: none stays half-sent for long, and nobody takes the place of all others.

A proxy in front may read requests whole before it passes them on; this holds where there is none.
"""

from __future__ import annotations

import errno
import logging
import os
import resource
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from enum import Enum
from types import MethodType
from typing import Any

from waitress.channel import HTTPChannel
from waitress.utilities import BadRequest

from shared.limits import PORTAL

log = logging.getLogger(__name__)

# A request on a slow line comes at more than this; what drips is no browser.
LEAST_BYTES_A_SECOND = 1000
# Half-sent at one moment by one address: a county behind one address sends each of its requests within moments.
MOST_HALF_SENT = 60
# Beside connections a process needs files for its database, the broker, what is uploaded, and its own start.
OTHER_FILES = 100
FEWEST_CONNECTIONS = 8
LOOK_AROUND_SECONDS = 1.0
SECONDS_TO_TURN_AWAY = 0.05
# What happens where no file can be opened any more.
NO_HANDLE_LEFT = frozenset({errno.EMFILE, errno.ENFILE})
# So many files each thread of the server may need while it makes a page.
SPARE_FILES = 8
FULL = (
    "HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain; charset=utf-8\r\nRetry-After: 30\r\n"
    "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n"
    "现在同时使用的人太多，请过半分钟再试；还没有保存任何内容。\n"
    "Too many are using this at the moment. Please try again in half a minute; nothing was saved.\n"
).encode()


class Standing(Enum):
    """What a connection does."""

    HALF_SENT = "half-sent"
    IDLE = "idle"
    AT_WORK = "at work"


@dataclass(frozen=True, slots=True)
class Connection:
    """One connection: whose, what it does, and for how many seconds."""

    address: str
    standing: Standing
    seconds: float


class RequestTimeout(BadRequest):  # type: ignore[misc]
    """A request that did not arrive in its time."""

    code = 408
    reason = "Request Timeout"


def time_allowed(taken: int, *, has_head: bool) -> float:
    """The seconds within which a request arrives, of which `taken` bytes are there."""
    return PORTAL.head if not has_head else PORTAL.body + taken / LEAST_BYTES_A_SECOND


def to_close(connections: Sequence[Connection], *, room: int, proxy: str = "") -> list[int]:
    """The places of the connections that make way, of those that are not at work.

    Of what one address has half-sent the oldest beyond `MOST_HALF_SENT`, but of the `proxy`, through which all come;
    and where there are more than `room`, one after the other the oldest of the address that has the most.
    """
    going: set[int] = set()
    waiting: dict[str, list[int]] = defaultdict(list)
    half_sent: dict[str, list[int]] = defaultdict(list)
    for place, one in sorted(enumerate(connections), key=lambda found: -found[1].seconds):
        if one.standing is not Standing.AT_WORK:
            waiting[one.address].append(place)
        if one.standing is Standing.HALF_SENT and one.address != proxy:
            half_sent[one.address].append(place)
    for places in half_sent.values():
        going |= set(places[: max(len(places) - MOST_HALF_SENT, 0)])
    left = {address: [place for place in places if place not in going] for address, places in waiting.items()}
    held = Counter(one.address for place, one in enumerate(connections) if place not in going)
    for _ in range(len(connections) - len(going) - room):
        crowd = max((address for address, places in left.items() if places), key=held.__getitem__, default=None)
        if crowd is None:
            break
        going.add(left[crowd].pop(0))
        held[crowd] -= 1
    return sorted(going)


def connections_for(files: int) -> int:
    """How many connections are taken by a process that may open so many files."""
    return max(min(PORTAL.connections, files - OTHER_FILES), FEWEST_CONNECTIONS)


def note_full() -> None:
    """Log that no file can be opened; how often that is written is not left to the crowd."""
    log.warning("no file handle is left")


def allow_files() -> int:
    """Let this process open as many files as it may, and say how many that are."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = PORTAL.connections + OTHER_FILES
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
            return most
    return wanted if soft == resource.RLIM_INFINITY else soft


class Arriving(HTTPChannel):  # type: ignore[misc]
    """A connection that knows since when a request is on its way."""

    # The one that is not here as a whole, None between two; waitress says no types.
    request: Any

    def __init__(self, *args: Any, **more: Any) -> None:
        self.arriving_since: float | None = time.monotonic()
        self.idle_since = self.arriving_since
        super().__init__(*args, **more)

    def received(self, data: bytes) -> bool:
        """Take what came."""
        done = bool(super().received(data))
        now = time.monotonic()
        if self.request is None:
            self.arriving_since, self.idle_since = None, now
        elif self.arriving_since is None:
            self.arriving_since = now
        return done

    def as_connection(self, now: float) -> Connection:
        """How it stands."""
        address = str(self.addr[0]) if isinstance(self.addr, tuple) else ""
        if self.requests or self.total_outbufs_len or self.will_close:
            return Connection(address, Standing.AT_WORK, 0.0)
        if self.arriving_since is not None:
            return Connection(address, Standing.HALF_SENT, now - self.arriving_since)
        return Connection(address, Standing.IDLE, now - self.idle_since)

    def is_overdue(self, now: float) -> bool:
        """Whether what is on its way has had its time."""
        if self.arriving_since is None or self.requests:
            return False
        request = self.request
        has_head = request is not None and request.headers_finished
        return now - self.arriving_since > time_allowed(getattr(request, "taken", 0), has_head=has_head)

    def give_up(self) -> None:
        """Answer what is half here with a sentence, and close; close at once where nothing came."""
        with self.requests_lock:
            request, self.request = self.request, None
            self.arriving_since = None
            if request is None or self.requests:
                self.will_close = True
                return
            request.error, request.completed = RequestTimeout("the request did not arrive in time"), True
            self.requests.append(request)
            self.server.add_task(self)


class Doorkeeper:
    """Looks around among the connections of a server once in a while; `proxy` is the address of a trusted one."""

    def __init__(self, sockets: dict[int, Any], *, room: int, proxy: str) -> None:
        self._sockets = sockets
        self._room, self._proxy = room, proxy
        self._looks_at = 0.0

    def look(self) -> None:
        """Close what has had its time and what makes way, when it is time to look."""
        now = time.monotonic()
        # Where nobody else fits, somebody makes way at once.
        if now < self._looks_at and len(self._sockets) <= self._room:
            return
        self._looks_at = now + LOOK_AROUND_SECONDS
        channels = [one for one in self._sockets.values() if isinstance(one, Arriving)]
        overdue = [one for one in channels if one.is_overdue(now)]
        for channel in overdue:
            channel.give_up()
        staying = [one for one in channels if one not in overdue]
        going = to_close([one.as_connection(now) for one in staying], room=self._room, proxy=self._proxy)
        for place in going:
            staying[place].will_close = True
        if overdue or going:
            log.warning("connections closed", extra={"overdue": len(overdue), "make_way": len(going)})


class Spare:
    """A file that is open for nothing: where no other is to be had, it makes room to say so to who comes."""

    def __init__(self) -> None:
        self._file: int | None = None
        self._open()

    def guard(self, listener: Any) -> None:
        """Let a listening socket of waitress accept with it."""
        accept = listener.handle_accept
        sock = listener.socket

        def handle_accept(_listener: Any) -> None:
            if self._file is None:
                self._open()
            if self._file is not None and not _is_full():
                accept()
                return
            self._turn_away(sock)

        listener.handle_accept = MethodType(handle_accept, listener)

    def close(self) -> None:
        """Give it back."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _turn_away(self, listening: Any) -> None:
        note_full()
        self.close()
        try:
            with suppress(OSError):
                connection, _address = listening.accept()
                with connection:
                    connection.settimeout(SECONDS_TO_TURN_AWAY)
                    # What was not read when a connection is closed makes its other end lose the answer.
                    with suppress(TimeoutError):
                        connection.recv(65_536)
                    connection.sendall(FULL)
        finally:
            self._open()

    def _open(self) -> None:
        with suppress(OSError):
            self._file = os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC)


def _is_full() -> bool:
    """Whether less than `SPARE_FILES` can be opened."""
    with ExitStack() as opened:
        try:
            for _ in range(SPARE_FILES):
                opened.callback(os.close, os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC))
        except OSError:
            return True
    return False
