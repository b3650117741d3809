"""How often links may be opened: by one client, with tokens that nobody gave out, and each of them.

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
# In a minute. A whole bureau may stand behind one address, and reads its mail at half past eight.
PER_CLIENT = 300
# Nobody types a token; a mailer that cuts lines opens the wrong one now and then.
UNKNOWN_PER_CLIENT = 20
PER_TOKEN = 30


def install(app: Flask, *, knows_clients: bool) -> None:
    """Begin to count. Behind a proxy that is not named all clients look like one, and only tokens are counted."""
    app.config[KNOWS_CLIENTS] = knows_clients
    app.extensions.pop(EXTENSION, None)


def may_open(token_hash: str) -> bool:
    """Count one opening, and say whether it is within the limits."""
    client = _client()
    if client and (_is_spent(UNKNOWN_PER_CLIENT, "unknown", client) or not _hit(PER_CLIENT, "client", client)):
        return False
    return _hit(PER_TOKEN, "token", token_hash)


def count_unknown() -> None:
    """This client came with a token that nobody gave out."""
    if client := _client():
        _hit(UNKNOWN_PER_CLIENT, "unknown", client)


def _hit(most: int, *key: str) -> bool:
    from limits import RateLimitItemPerMinute

    return bool(_limiter().hit(RateLimitItemPerMinute(most), *key))


def _is_spent(most: int, *key: str) -> bool:
    from limits import RateLimitItemPerMinute

    return not _limiter().test(RateLimitItemPerMinute(most), *key)


def _client() -> str:
    return (request.remote_addr or "") if current_app.config[KNOWS_CLIENTS] else ""


def _limiter() -> MovingWindowRateLimiter:
    from limits.storage import MemoryStorage
    from limits.strategies import MovingWindowRateLimiter

    found = current_app.extensions.get(EXTENSION)
    if found is None:
        # Of two threads that come first, both count with the one of them.
        found = current_app.extensions.setdefault(EXTENSION, MovingWindowRateLimiter(MemoryStorage()))
    return cast(MovingWindowRateLimiter, found)
