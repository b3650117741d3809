"""How long rows stay: policies as data, what operators chose instead, and how the last runs went.

Each service names its policies and what it keeps for ever; the defaults stand there, in the code, because what may go
is a promise of the product. The database holds only what an operator chose and how far the work is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from shared.database import Cursor
from shared.errors import Invalid, NotFound
from shared.rows import many, one, value, value_or_none
from shared.text import Text

FOR_EVER = None


class Turn(NamedTuple):
    """How many rows went. It is done when nothing older is left, held when what is left must not go yet."""

    deleted: int
    is_done: bool
    is_held: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Rows that go when they are older than `days`; None is for ever, and less than `least` would break a promise.

    `what` says of which rows it speaks, `why` what the least number of days is for, `price` what is lost with the rows.
    A turn deletes at most `at_once`.
    """

    name: str
    table: str
    days: int | None
    least: int
    what: Text
    why: Text
    price: Text | None = None
    at_once: int = 1000

    def forget(self, cur: Cursor, days: int) -> Turn:
        """Delete up to `at_once` of the oldest rows that are older than `days`."""
        raise NotImplementedError

    def oldest_seconds(self, cur: Cursor) -> float:
        """The age of the oldest row that the policy speaks of, 0 without any."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True, kw_only=True)
class AgedRows(Policy):
    """Rows of a table by the time in their column `at`; where no index begins with it, the table must be small.

    `where` narrows them down. `parts` are tables whose rows go with theirs: (table, column that holds their id).
    """

    at: str
    where: str = "true"
    parts: tuple[tuple[str, str], ...] = ()

    def forget(self, cur: Cursor, days: int) -> Turn:
        returning = "id" if self.parts else "1"
        parts = "".join(
            f", {table}_gone AS (DELETE FROM {table} USING gone WHERE {table}.{column} = gone.id)"
            for table, column in self.parts
        )
        cur.execute(
            f"""
            WITH gone AS (
                DELETE FROM {self.table} WHERE ctid = ANY (ARRAY(
                    SELECT ctid FROM {self.table}
                    WHERE {self.at} < now() - make_interval(days => %s) AND ({self.where}) ORDER BY {self.at} LIMIT %s
                ))
                RETURNING {returning}
            ){parts}
            SELECT count(*) AS gone FROM gone
            """,
            (days, self.at_once),
        )
        deleted = value(cur, int)
        return Turn(deleted, is_done=deleted < self.at_once)

    def oldest_seconds(self, cur: Cursor) -> float:
        cur.execute(
            f"""
            SELECT extract(epoch FROM now() - {self.at})::float AS seconds FROM {self.table}
            WHERE {self.at} IS NOT NULL AND ({self.where}) ORDER BY {self.at} LIMIT 1
            """
        )
        return value_or_none(cur, float) or 0.0


@dataclass(frozen=True, slots=True)
class Retention:
    """All that a database says of how long its rows stay.

    `kept` are the tables of which nothing may ever go, each with the sentence that says so; `bounded` those that do not
    grow with time by themselves, or whose rows go with what they belong to.
    """

    policies: tuple[Policy, ...] = ()
    kept: Mapping[str, Text] = field(default_factory=dict)
    bounded: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        names = [policy.name for policy in self.policies]
        if len(set(names)) < len(names):
            raise ValueError(f"two policies have the same name: {', '.join(sorted(names))}")
        for policy in self.policies:
            if policy.table in self.kept:
                raise ValueError(f"the policy {policy.name} deletes from {policy.table}, which is kept for ever")
            if policy.days is not None and policy.days < policy.least:
                raise ValueError(f"the policy {policy.name} keeps less than its own least")

    def __add__(self, other: Retention) -> Retention:
        return Retention((*self.policies, *other.policies), {**self.kept, **other.kept}, self.bounded | other.bounded)

    def policy(self, name: str) -> Policy:
        """The policy of that name; Invalid with the sentence of a table that is kept for ever, else NotFound."""
        if name in self.kept:
            raise Invalid(self.kept[name])
        for policy in self.policies:
            if policy.name == name:
                return policy
        names = "、".join(policy.name for policy in self.policies)
        raise NotFound(
            Text(f"没有名为“{name}”的保留策略，只有：{names}。", f"There is no policy {name}, only {names}.")
        )


class Choice(NamedTuple):
    """What an operator chose: `days` is None for ever."""

    name: str
    days: int | None
    chosen_at: dt.datetime


class Run(NamedTuple):
    """When a policy was last through with everything (None: never yet), and how many rows went in all its turns."""

    policy: str
    done_at: dt.datetime | None
    deleted: int


def days_of(cur: Cursor, policy: Policy) -> int | None:
    """How long its rows stay here: as an operator chose, else as the policy itself says."""
    cur.execute("SELECT name, days, chosen_at FROM retention_policy WHERE name = %s", (policy.name,))
    choice = one(cur, Choice)
    return policy.days if choice is None else choice.days


def choose(cur: Cursor, policy: Policy, days: int | None) -> None:
    """Let rows stay for `days`, or for ever; Invalid when that is less than the policy allows."""
    if days is not None and days < policy.least:
        raise Invalid(
            Text(
                f"“{policy.name}”至少保留 {policy.least} 天：{policy.why.zh}",
                f"{policy.name} must stay for {policy.least} days at least: {policy.why.en}",
            )
        )
    cur.execute(
        """
        INSERT INTO retention_policy (name, days) VALUES (%s, %s)
        ON CONFLICT (name) DO UPDATE SET days = excluded.days, chosen_at = now()
        """,
        (policy.name, days),
    )


def note(cur: Cursor, policy: Policy, turn: Turn) -> None:
    """Count what went, and when nothing was left."""
    cur.execute(
        """
        INSERT INTO retention_run (policy, done_at, deleted)
        VALUES (%(policy)s, CASE WHEN %(is_done)s THEN now() END, %(deleted)s)
        ON CONFLICT (policy) DO UPDATE SET deleted = retention_run.deleted + excluded.deleted,
            done_at = coalesce(excluded.done_at, retention_run.done_at)
        """,
        {"policy": policy.name, "deleted": turn.deleted, "is_done": turn.is_done},
    )


def runs(cur: Cursor) -> dict[str, Run]:
    cur.execute("SELECT policy, done_at, deleted FROM retention_run")
    return {run.policy: run for run in many(cur, Run)}


def stored_rows(cur: Cursor, table: str) -> float:
    """About how many rows a table has, partitions included, as the database's own statistics say."""
    cur.execute(
        """
        SELECT coalesce(sum(greatest(reltuples, 0)), 0)::float AS number FROM pg_class
        WHERE relkind = 'r' AND (oid = %(table)s::regclass
            OR oid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = %(table)s::regclass))
        """,
        {"table": table},
    )
    return value(cur, float)
