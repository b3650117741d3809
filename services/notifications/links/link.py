"""What a link of a letter is worth: its token, how long it holds, and what makes it worthless. Pure."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from enum import StrEnum

# Two hundred and fifty-six bits: nobody finds one by trying.
TOKEN_BYTES = 32
# A post that wants mail once a week gets the next one within two weeks, even across the longest holidays; until then
# the last one has to open. Whatever a message says is also told for no longer.
HOLDS = dt.timedelta(days=14)
# For so long after the links of a post were made void it is given none. Whoever began to send before may have read an
# address that was given up then, and clocks of two processes differ by less.
NONE_AFTER_VOIDING = dt.timedelta(minutes=1)
# Of the last four digits of a telephone number.
MOST_WRONG_DIGITS = 5
DIGITS = 4


class Standing(StrEnum):
    """What a token is: good, good once the last digits of the post's phone are typed, or worthless and why."""

    GOOD = "good"
    DIGITS = "digits"
    UNKNOWN = "unknown"
    EXPIRED = "expired"
    REVOKED = "revoked"
    HANDED_OVER = "handed_over"
    CLOSED = "closed"
    MOVED = "moved"


OPENS = frozenset({Standing.GOOD, Standing.DIGITS})


@dataclass(frozen=True, slots=True)
class Bound:
    """To whom and what a link was given: a post, which holder of it, in which unit, and until when."""

    holder: int
    unit_id: int
    expires_at: dt.datetime
    is_revoked: bool


@dataclass(frozen=True, slots=True)
class Post:
    """What the post is now; `has_duties` while it fills in for a unit."""

    holder: int
    unit_id: int
    is_active: bool
    has_duties: bool


def hash_of(token: str) -> str:
    """What is kept of a token, in hexadecimal digits; the token itself is kept nowhere."""
    return hashlib.sha256(token.encode()).hexdigest()


def standing(bound: Bound | None, post: Post | None, now: dt.datetime) -> Standing:
    """What a link is worth at `now`; of several reasons against it the one that its reader can do least about."""
    if bound is None:
        return Standing.UNKNOWN
    if post is None or not post.is_active:
        return Standing.CLOSED
    if post.holder != bound.holder:
        return Standing.HANDED_OVER
    if post.unit_id != bound.unit_id or not post.has_duties:
        return Standing.MOVED
    if bound.is_revoked:
        return Standing.REVOKED
    return Standing.GOOD if now < bound.expires_at else Standing.EXPIRED


def may_be_given(voided_until: dt.datetime | None, now: dt.datetime) -> bool:
    """Whether a post is given a link at `now`, of which all links were made void up to a moment, or never."""
    return voided_until is None or now > voided_until + NONE_AFTER_VOIDING


def last_digits(phone: str) -> str:
    """The last four digits of a telephone number; empty when it has fewer, which opens nothing and asks for nothing."""
    digits = "".join(sign for sign in phone if sign in "0123456789")
    return digits[-DIGITS:] if len(digits) >= DIGITS else ""
