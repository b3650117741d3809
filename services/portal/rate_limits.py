"""How often links may be opened: each of them, and by one client with tokens that nobody gave out.

A whole county may stand behind one address, and reads its mail at half past eight: what somebody there tries does not
shut the good links of all others. So a token is asked for first, and refused where it is none; only of very many tries
nobody is asked any more.

Counted in the memory of each portal process, so that opening a link writes nothing. As many processes as there are
allow as many times as much, which is still far from guessing 256 bits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import Flask, current_app, request

if TYPE_CHECKING:
    from limits.strategies import MovingWindowRateLimiter

EXTENSION = "qingdan.rate-limits"
KNOWS_CLIENTS = "QINGDAN_KNOWS_CLIENTS"
# In a minute. Nobody types a token; a mailer that cuts lines opens the wrong one now and then.
UNKNOWN_PER_CLIENT = 20
# Each costs a call of notifications, which reads one row. Beyond them it is a flood, and good links wait with it.
ASKED_PER_CLIENT = 300
PER_TOKEN = 30
# As `signing_in.attempts` does it.
NOTED_MINUTES = 15


def install(app: Flask, *, knows_clients: bool) -> None:
    """Begin to count. Behind a proxy that is not named all clients look like one, and only tokens are counted."""
    app.config[KNOWS_CLIENTS] = knows_clients
    app.extensions.pop(EXTENSION, None)


def may_ask(token_hash: str) -> bool:
    """Count one opening, and say whether it may be asked what the token is worth."""
    address = client()
    if address and _is_spent(ASKED_PER_CLIENT, "asked", address):
        return False
    return _hit(PER_TOKEN, "token", token_hash)


def may_be_unknown() -> bool:
    """Count a token that nobody gave out, and say whether this client came with no more of them than may be."""
    address = client()
    if not address:
        return True
    _hit(ASKED_PER_CLIENT, "asked", address)
    return _hit(UNKNOWN_PER_CLIENT, "unknown", address)


def is_to_be_noted(*key: str) -> bool:
    """Whether the audit log has not heard of the key for a quarter of an hour; from now on it has."""
    from limits import RateLimitItemPerMinute

    return bool(_limiter().hit(RateLimitItemPerMinute(1, NOTED_MINUTES), "noted", *key))


def not_noted(*key: str) -> None:
    """The log could not be told: the next time shall be noted."""
    from limits import RateLimitItemPerMinute

    _limiter().clear(RateLimitItemPerMinute(1, NOTED_MINUTES), "noted", *key)


def client() -> str:
    """From which address a request comes, "" where all would seem to come from the proxy."""
    return (request.remote_addr or "") if current_app.config[KNOWS_CLIENTS] else ""


def _hit(most: int, *key: str) -> bool:
    from limits import RateLimitItemPerMinute

    return bool(_limiter().hit(RateLimitItemPerMinute(most), *key))


def _is_spent(most: int, *key: str) -> bool:
    from limits import RateLimitItemPerMinute

    return not _limiter().test(RateLimitItemPerMinute(most), *key)


def _limiter() -> MovingWindowRateLimiter:
    from limits.storage import MemoryStorage
    from limits.strategies import MovingWindowRateLimiter

    found = current_app.extensions.get(EXTENSION)
    if found is None:
        # Of two threads that come first, both count with the one of them.
        found = current_app.extensions.setdefault(EXTENSION, MovingWindowRateLimiter(MemoryStorage()))
    return cast(MovingWindowRateLimiter, found)
