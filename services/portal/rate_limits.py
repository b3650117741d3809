"""How often links may be opened: by one client, with tokens that nobody gave out, and each of them.

Counted in the memory of each portal process, so that opening a link writes nothing. As many processes as there are
allow as many times as much, which is still far from guessing 256 bits.
"""

from __future__ import annotations

from typing import cast

from flask import Flask, current_app, request
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

EXTENSION = "qingdan.rate-limits"
KNOWS_CLIENTS = "QINGDAN_KNOWS_CLIENTS"
# A whole bureau may stand behind one address, and reads its mail at half past eight.
PER_CLIENT = RateLimitItemPerMinute(300)
# Nobody types a token; a mailer that cuts lines opens the wrong one now and then.
UNKNOWN_PER_CLIENT = RateLimitItemPerMinute(20)
PER_TOKEN = RateLimitItemPerMinute(30)


def install(app: Flask, *, knows_clients: bool) -> None:
    """Begin to count. Behind a proxy that is not named all clients look like one, and only tokens are counted."""
    app.config[KNOWS_CLIENTS] = knows_clients
    app.extensions[EXTENSION] = MovingWindowRateLimiter(MemoryStorage())


def may_open(token_hash: str) -> bool:
    """Count one opening, and say whether it is within the limits."""
    limiter, client = _limiter(), _client()
    if client and not (limiter.test(UNKNOWN_PER_CLIENT, "unknown", client) and limiter.hit(PER_CLIENT, client)):
        return False
    return bool(limiter.hit(PER_TOKEN, token_hash))


def count_unknown() -> None:
    """This client came with a token that nobody gave out."""
    if client := _client():
        _limiter().hit(UNKNOWN_PER_CLIENT, "unknown", client)


def _client() -> str:
    return (request.remote_addr or "") if current_app.config[KNOWS_CLIENTS] else ""


def _limiter() -> MovingWindowRateLimiter:
    return cast(MovingWindowRateLimiter, current_app.extensions[EXTENSION])
