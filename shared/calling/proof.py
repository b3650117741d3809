"""What proves that a call is the portal's: a signature over all of it, under a key that only both ends know.

Who holds an account of the broker can put messages into a queue; he cannot say in whose name. The time in a signature
is that of the service: the caller learns it by a refusal, which is signed, too, and counts on by its own monotonic
clock. So no clock is compared with another one's.
"""

from __future__ import annotations

import hmac
import json
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from shared.errors import Unproven
from shared.limits import SERVICE
from shared.process import metrics
from shared.text import Text

log = logging.getLogger(__name__)

SIGNED = "signed"
LATE, FORGED, UNSIGNED, ACCEPTED = "late", "forged", "unsigned", "accepted"
OUTCOMES = (LATE, FORGED, UNSIGNED, ACCEPTED)

REFUSED = Text(
    "系统内部的签名核对不上，这一步没有办理，您填写的内容已保留。请稍后重试；仍不行时请告诉管理员。",
    "The parts of the system do not know each other's signature, so nothing was done. What you entered is kept: please "
    "try again shortly; if it persists, tell the administrator.",
)

Envelope = dict[str, Any]
# Of one service, the one that signs first; the others are still believed, while a new one is handed out.
Keys = tuple[str, ...]


class Signer:
    """Signs for every service under its own key. One for the whole process; threads may share it."""

    def __init__(self, keys: Mapping[str, Keys], *, clock: Callable[[], float] = time.monotonic) -> None:
        self._keys = {service: ours[0].encode() for service, ours in keys.items()}
        self._clock = clock
        # By how much the time of a service is ahead of our monotonic clock.
        self._ahead: dict[str, float] = {}

    def sign(self, service: str, operation: str, envelope: Envelope) -> Envelope:
        """The envelope with its signature; a service whose time is not known yet will say it, and refuse."""
        ahead = self._ahead.get(service)
        at = None if ahead is None else round(self._clock() + ahead, 3)
        mac = _mac(self._keys[service], [service, operation, at, envelope])
        return {**envelope, SIGNED: {"at": at, "mac": mac}}

    def learn(self, service: str, refused: Envelope, error: Unproven) -> bool:
        """Take the service's time from its refusal of `refused`; False when it says none, or somebody else says it."""
        at, mac = error.details.get("at"), error.details.get("mac")
        if error.details.get("reason") != LATE or not isinstance(at, float) or not isinstance(mac, str):
            return False
        if not hmac.compare_digest(mac.encode(), _mac(self._keys[service], [refused[SIGNED]["mac"], at]).encode()):
            return False
        self._ahead[service] = at - self._clock()
        return True


@dataclass(frozen=True, slots=True)
class Proof:
    """What a service asks of its callers. `accepts_unsigned` is for the time in which old portals are replaced."""

    keys: Keys
    accepts_unsigned: bool = False


class Checker:
    """Checks the calls of one service; `now` is its own time in seconds, whichever of its processes is asked."""

    def __init__(self, service: str, proof: Proof, now: Callable[[], float]) -> None:
        self._service = service
        self._keys = [key.encode() for key in proof.keys]
        self._accepts_unsigned = proof.accepts_unsigned
        self._now = now
        metrics.begin_at_zero(metrics.UNPROVEN_CALLS, [service], OUTCOMES)

    def check(self, operation: str, envelope: Any) -> None:
        """Return when the call is its caller's, and not too old; raises Unproven."""
        signed = envelope.get(SIGNED) if isinstance(envelope, dict) else None
        if signed is None:
            self._count(ACCEPTED if self._accepts_unsigned else UNSIGNED, operation)
            if not self._accepts_unsigned:
                raise Unproven(REFUSED, {"reason": UNSIGNED})
            return
        at, mac = _read(signed)
        inner = {name: value for name, value in envelope.items() if name != SIGNED}
        key = self._key_of(mac, [self._service, operation, at, inner])
        if key is None:
            self._count(FORGED, operation)
            raise Unproven(REFUSED, {"reason": FORGED})
        now = self._now()
        if at is None or abs(now - at) > SERVICE.proof:
            self._count(LATE, operation)
            raise Unproven(REFUSED, {"reason": LATE, "at": now, "mac": _mac(key, [mac, now])})

    def _key_of(self, mac: str, said: list[Any]) -> bytes | None:
        """The key under which `mac` is the signature of what was said."""
        text = _text(said)
        found = (key for key in self._keys if hmac.compare_digest(_digest(key, text).encode(), mac.encode()))
        return next(found, None)

    def _count(self, outcome: str, operation: str) -> None:
        metrics.UNPROVEN_CALLS.labels(self._service, outcome).inc()
        if outcome in (FORGED, UNSIGNED):
            extra = {"service": self._service, "operation": operation, "reason": outcome}
            log.warning("call is not proven and was refused", extra=extra)


class OwnTime:
    """The time of a service: its database's, asked once a minute and counted on by the monotonic clock."""

    EVERY_SECONDS = 60.0

    def __init__(self, ask: Callable[[], float], *, clock: Callable[[], float] = time.monotonic) -> None:
        self._ask = ask
        self._clock = clock
        self._asked: tuple[float, float] | None = None

    def __call__(self) -> float:
        """Seconds since 1970. Raises what asking raises when it was never known."""
        before = self._clock()
        if self._asked is None or before - self._asked[0] > self.EVERY_SECONDS:
            self._asked = (before, self._ask())
        asked_at, told = self._asked
        return round(told + before - asked_at, 3)


def _read(signed: Any) -> tuple[float | None, str]:
    """The time and the signature as they were sent; a signature of nobody where that is none."""
    at, mac = (signed.get("at"), signed.get("mac")) if isinstance(signed, dict) else (None, None)
    is_time = at is None or (isinstance(at, float) and abs(at) < 1e12)
    return (at, mac) if is_time and isinstance(mac, str) and mac.isascii() else (None, "")


def _mac(key: bytes, said: list[Any]) -> str:
    return _digest(key, _text(said))


def _text(said: list[Any]) -> bytes:
    """What is signed, the same on both ends: JSON keeps the order of its names and the words for its numbers."""
    return json.dumps(said, separators=(",", ":")).encode()


def _digest(key: bytes, text: bytes) -> str:
    return hmac.digest(key, text, "sha256").hex()
