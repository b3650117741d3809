"""Statements of the counters of failed attempts to sign in, and of nothing else: no name and no address is stored."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from psycopg2.extras import execute_values

from shared.database import Cursor
from shared.retention import AgedRows
from shared.rows import returned, the
from shared.text import Text

# A day forgives more than any wait can have counted up to.
ATTEMPTS = AgedRows(
    name="sign_in_counter",
    table="sign_in_counter",
    at="counted_at",
    days=2,
    least=2,
    what=Text("登录失败的计数", "counts of failed attempts to sign in"),
    why=Text("一天之后都已抵消；未满一天的还在起作用。", "they act for a day."),
)


class Counter(NamedTuple):
    """A counter as it stands: its level `elapsed` seconds ago, and for how many seconds it still lets nothing pass."""

    key: memoryview
    level: float
    elapsed: float
    wait: float


class New(NamedTuple):
    """A counter to be taken, by digests that only the portals can make. Without a name or an address: None."""

    key: bytes
    kind: str
    name_hash: bytes | None
    address_hash: bytes | None


class Counted(NamedTuple):
    """A counter as it shall stand."""

    key: bytes
    level: float
    wait: float


class Delay(NamedTuple):
    """Until when the next attempt for a name waits, wherever it waits longest; None when it does not."""

    until: dt.datetime | None


class Sprayed(NamedTuple):
    """With how many names one address failed, and did not sign in since: the most of any."""

    names: int


_ANEW = "UPDATE sign_in_counter SET level = 0, next_at = clock_timestamp() WHERE "


def take(cur: Cursor, wanted: Sequence[New]) -> list[Counter]:
    """The counters, made where there are none, and held until the transaction ends: attempts at once wait for it.

    All in one statement, so that none is ended between being made and being held; and here as everywhere in the order
    of their keys, so that no two transactions wait for each other.
    """
    return returned(
        cur,
        Counter,
        """
        INSERT INTO sign_in_counter (key, kind, name_hash, address_hash) VALUES %s
        ON CONFLICT (key) DO UPDATE SET kind = excluded.kind
        RETURNING key, level, extract(epoch FROM clock_timestamp() - counted_at)::float8 AS elapsed,
            extract(epoch FROM next_at - clock_timestamp())::float8 AS wait
        """,
        sorted(wanted),
        template="(%s, %s, %s, %s)",
    )


def hold(cur: Cursor, keys: Sequence[bytes]) -> None:
    """Hold counters until the transaction ends."""
    cur.execute("SELECT FROM sign_in_counter WHERE key = ANY (%s) ORDER BY key FOR UPDATE", (list(keys),))


def save(cur: Cursor, counters: Sequence[Counted]) -> None:
    """Let the counters stand so, from now on."""
    execute_values(
        cur,
        """
        UPDATE sign_in_counter SET level = new.level, counted_at = clock_timestamp(),
            next_at = clock_timestamp() + make_interval(secs => new.wait)
        FROM (VALUES %s) AS new (key, level, wait) WHERE sign_in_counter.key = new.key
        """,
        sorted(counters),
        template="(%s, %s::float8, %s::float8)",
    )


def note_once(cur: Cursor, key: bytes, *, within: dt.timedelta) -> bool:
    """Whether nobody has noted for so long that this counter lets nothing pass; it counts as noted now."""
    cur.execute(
        """
        UPDATE sign_in_counter SET noted_at = clock_timestamp()
        WHERE key = %s AND (noted_at IS NULL OR noted_at < clock_timestamp() - %s)
        """,
        (key, within),
    )
    return cur.rowcount > 0


def forget_note(cur: Cursor, key: bytes) -> None:
    """Let the next one be noted after all."""
    cur.execute("UPDATE sign_in_counter SET noted_at = NULL WHERE key = %s", (key,))


def give_back(cur: Cursor, counters: Sequence[Counted]) -> None:
    """Take back that an attempt was counted, and the wait that it made; one that others made since stays.

    The counters are held already.
    """
    if not counters:
        return
    execute_values(
        cur,
        """
        UPDATE sign_in_counter SET level = greatest(sign_in_counter.level - 1, 0),
            next_at = CASE WHEN sign_in_counter.level = counted.level THEN clock_timestamp() ELSE next_at END
        FROM (VALUES %s) AS counted (key, level, wait) WHERE sign_in_counter.key = counted.key
        """,
        counters,
        template="(%s, %s::float8, %s::float8)",
    )


def forget(cur: Cursor, keys: Sequence[bytes]) -> None:
    """Begin these anew; they are held already. No row goes: who waits for one would miss what stands there next."""
    cur.execute(_ANEW + "key = ANY (%s)", (list(keys),))


def forget_name(cur: Cursor, name_hash: bytes) -> int:
    """Begin everything anew that was counted by a name; how many counters there were."""
    return _anew_in_order(cur, "name_hash = %s", (name_hash,))


def forget_all(cur: Cursor) -> int:
    """Begin everything anew; how many counters there were."""
    return _anew_in_order(cur, "true", ())


def _anew_in_order(cur: Cursor, which: str, values: tuple[bytes, ...]) -> int:
    cur.execute(
        f"{_ANEW} key IN (SELECT key FROM sign_in_counter WHERE {which} AND level > 0 ORDER BY key FOR UPDATE)", values
    )
    return cur.rowcount


def delay_of(cur: Cursor, name_hash: bytes) -> Delay:
    """Until when an attempt for the name waits."""
    cur.execute(
        "SELECT max(next_at) AS until FROM sign_in_counter WHERE name_hash = %s AND next_at > clock_timestamp()",
        (name_hash,),
    )
    return the(cur, Delay)


def sprayed(cur: Cursor, *, within: dt.timedelta) -> Sprayed:
    """What monitoring shows of who tries one password with many names."""
    cur.execute(
        """
        SELECT coalesce(max(names), 0) AS names FROM (
            SELECT count(*) AS names FROM sign_in_counter
            WHERE kind = 'pair' AND address_hash IS NOT NULL AND level > 0 AND counted_at > clock_timestamp() - %s
            GROUP BY address_hash
        ) AS of_address
        """,
        (within,),
    )
    return the(cur, Sprayed)
