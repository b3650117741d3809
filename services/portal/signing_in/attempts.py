"""Attempts to sign in, counted before they are judged: those made at the same time do not slip through together.

Counted are digests under the key of the portals. The name that somebody typed may be his password, and from where he
came is nobody's business.
"""

from __future__ import annotations

import datetime as dt
import hmac
import ipaddress
from dataclasses import dataclass

from services.portal.signing_in import store
from services.portal.signing_in.budgets import BUDGETS, Kind, level_with_one_more, wait_at
from services.portal.signing_in.store import Counted, Counter, New
from shared.database import Cursor, Database
from shared.typed_text import comparable

# Of an account, or an address, that is tried all day the log has four entries an hour and no more.
NOTED_WITHIN = dt.timedelta(minutes=15)
MARK_LENGTH = 8
# Whose failures end with a success: those of who knows the password after all. What comes from everywhere, or counts
# for everybody there, does not: an own account would be a means to guess on.
ENDED = (Kind.PAIR, Kind.BROWSER)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One that may be looked at; `wait` is for how many seconds the next may not if this one fails."""

    ended: tuple[Counted, ...]
    shared: tuple[Counted, ...]
    wait: float

    @property
    def keys(self) -> list[bytes]:
        """Of all its counters."""
        return [one.key for one in (*self.ended, *self.shared)]


@dataclass(frozen=True, slots=True)
class Note:
    """That an account is held up, or whoever comes from an address; `key` is of the counter that remembers it.

    `mark` tells one address from another and says nothing else of it; "" where none is known.
    """

    key: bytes
    is_of_account: bool
    mark: str


@dataclass(frozen=True, slots=True)
class MustWait:
    """One that came too early, by so many seconds; `note` is what the audit log has not heard of for a while."""

    seconds: float
    note: Note | None = None


def digest_of(secret: bytes, kind: str, *values: str) -> bytes:
    """What stands for the values in the table and in cookies; only who has the key can make or try it."""
    text = "\0".join(("sign-in", kind, *values))
    return hmac.digest(secret, text.encode(errors="backslashreplace"), "sha256")


def name_digest(secret: bytes, name: str) -> bytes:
    """Of a name however it is typed, whether or not anybody has it."""
    return digest_of(secret, "name", comparable(name))


def address_digest(secret: bytes, address: str) -> bytes:
    """Of what counts as one address."""
    return digest_of(secret, "address", network_of(address))


def network_of(address: str) -> str:
    """What counts as one address: of IPv6 whoever has one has 2**64 of them."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if found.version == 4:
        return address
    mapped = found.ipv4_mapped
    return str(mapped) if mapped else str(ipaddress.ip_network((found, 64), strict=False))


def of_stranger(secret: bytes, name: str, address: str) -> list[New]:
    """By what an attempt is counted; without an address, by the name alone: a pair would be everybody's then."""
    of_name = name_digest(secret, name)
    counters = [New(digest_of(secret, Kind.NAME, comparable(name)), Kind.NAME, of_name, None)]
    if address:
        network = network_of(address)
        of_address = address_digest(secret, address)
        pair = digest_of(secret, Kind.PAIR, comparable(name), network)
        counters += [New(pair, Kind.PAIR, of_name, of_address), New(of_address, Kind.ADDRESS, None, of_address)]
    return counters


def of_browser(secret: bytes, name: str, browser: str) -> list[New]:
    """By what an attempt is counted in a browser in which the name has signed in before."""
    of_name = name_digest(secret, name)
    return [New(digest_of(secret, Kind.BROWSER, comparable(name), browser), Kind.BROWSER, of_name, None)]


def begin(database: Database, wanted: list[New]) -> Attempt | MustWait:
    """Count an attempt, unless one of its counters says that it came too early; then none of them counts it."""
    kinds = {row.key: Kind(row.kind) for row in wanted}
    with database.transaction() as cur:
        found = store.take(cur, wanted)
        early = max((one.wait for one in found), default=0.0)
        if early > 0:
            return MustWait(early, _note_once(cur, wanted, {bytes(one.key) for one in found if one.wait > 0}))
        counted = [_with_one_more(one, kinds[bytes(one.key)]) for one in found]
        store.save(cur, counted)
    return Attempt(
        tuple(one for one in counted if kinds[one.key] in ENDED),
        tuple(one for one in counted if kinds[one.key] not in ENDED),
        max(one.wait for one in counted),
    )


def _note_once(cur: Cursor, wanted: list[New], early: set[bytes]) -> Note | None:
    """What the log is to hear: of an account once in a while, from however many addresses it is tried."""
    of_name = [row for row in wanted if row.kind in (Kind.NAME, Kind.BROWSER)]
    is_of_account = any(row.key in early for row in wanted if row.kind != Kind.ADDRESS)
    row = next(row for row in (of_name if is_of_account else wanted) if is_of_account or row.key in early)
    if not store.note_once(cur, row.key, within=NOTED_WITHIN):
        return None
    address = next((one.address_hash for one in wanted if one.address_hash), b"")
    return Note(row.key, is_of_account, mark_of(address))


def mark_of(digest: bytes) -> str:
    """Enough of a digest to see that two entries of the log are about the same."""
    return digest.hex()[:MARK_LENGTH]


def not_noted(database: Database, note: Note) -> None:
    """The log could not be told: the next attempt shall be noted."""
    with database.transaction() as cur:
        store.forget_note(cur, note.key)


def _with_one_more(counter: Counter, kind: Kind) -> Counted:
    budget = BUDGETS[kind]
    level = level_with_one_more(budget, counter.level, counter.elapsed)
    return Counted(bytes(counter.key), level, wait_at(budget, level))


def succeeded(database: Database, attempt: Attempt) -> None:
    """The password was right: this was no failure."""
    with database.transaction() as cur:
        store.hold(cur, attempt.keys)
        store.give_back(cur, attempt.shared)
        store.forget(cur, [one.key for one in attempt.ended])


def not_looked_at(database: Database, attempt: Attempt) -> None:
    """Nobody compared the password: as if the attempt had not been made."""
    with database.transaction() as cur:
        store.hold(cur, attempt.keys)
        store.give_back(cur, (*attempt.ended, *attempt.shared))


def waits_until(database: Database, secret: bytes, name: str) -> dt.datetime | None:
    """Until when somewhere an attempt for the name waits; None when nowhere."""
    with database.transaction() as cur:
        return store.delay_of(cur, name_digest(secret, name)).until


def end_waits(database: Database, secret: bytes, name: str) -> int:
    """Let the name be tried from everywhere as if nobody had; how many counters there were."""
    with database.transaction() as cur:
        return store.forget_name(cur, name_digest(secret, name))
