"""Reads of what was done: the audit log, the histories of duties and the refusals as one list, newest first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from services.tasks.audit import kinds
from shared.calling.audited import MOST_COUNTED
from shared.database import Cursor
from shared.rows import many, value, values


@dataclass(frozen=True, slots=True)
class Sought:
    """Which entries are meant: of whom, of which units by their names of then, of a kind, and between two moments.

    None is everybody, everywhere, always.
    """

    people: Sequence[int] | None = None
    units: Sequence[str] | None = None
    kind: str | None = None
    since: dt.datetime | None = None
    until: dt.datetime | None = None


class Place(NamedTuple):
    """Where an entry stands: in which of the three, under which id."""

    source: str
    id: int


class Entry(NamedTuple):
    """An entry of the audit log; `detail` is decoded JSON, the rest None where no person did it."""

    id: int
    at: dt.datetime
    action: str
    subject: str
    detail: dict[str, Any]
    correlation_id: str
    person: str | None
    post: str | None
    unit: str | None


class Act(NamedTuple):
    """What happened to a duty; `act_before` is what last gave the duty a state, None when nothing did."""

    id: int
    at: dt.datetime
    act: str
    act_before: str | None
    text: str
    item: str
    of_unit: str
    period: str
    person: str | None
    post: str | None
    unit: str | None


class PersonName(NamedTuple):
    """What a person is called now."""

    id: int
    name: str


class Refusal(NamedTuple):
    """A call that was refused; `person`, `post` and `unit` are None where nobody was signed in."""

    id: int
    at: dt.datetime
    operation: str
    reason: str
    correlation_id: str
    person: str | None
    post: str | None
    unit: str | None


@dataclass(frozen=True, slots=True)
class _Source:
    name: str
    table: str
    at: str
    column: str
    always: str = "true"


_LOG = _Source("log", "audit_log", "at", "action")
# As in the indexes, which leave reminders out: there are more of them than of all else.
_ACTS = _Source("duty", "duty_history", "at", "action", "action <> 'reminded'")
_REFUSALS = _Source("refusal", "refusal", "refused_at", "operation")

# What the row says of who it was. Only a row that a release of old wrote says nothing, and takes the person of now.
_WHO = """
    coalesce({0}.person_name, person.display_name) AS person, coalesce({0}.post, person.post) AS post,
    coalesce({0}.unit_name, home.name) AS unit
"""
_PERSON_OF_NOW = """
    LEFT JOIN person ON person.id = {0}.person_id AND {0}.post IS NULL
    LEFT JOIN unit AS home ON home.id = person.unit_id
"""


# What a unit's people did, and what others did with what the unit owes.
_BY_OR_ABOUT = """(unit_name = ANY (%(units)s) OR duty_id IN (
    SELECT duty.id FROM duty JOIN unit ON unit.id = duty.unit_id WHERE unit.name = ANY (%(units)s)))"""


def people_called(cur: Cursor, text: str) -> list[int]:
    """The accounts whose name, sign-in name or post holds the text; strpos knows no patterns."""
    cur.execute(
        """
        SELECT id FROM person WHERE strpos(lower(display_name), lower(%(text)s)) > 0
            OR strpos(sign_in_name, lower(%(text)s)) > 0 OR strpos(lower(post), lower(%(text)s)) > 0
        """,
        {"text": text},
    )
    return values(cur, int)


def names_of(cur: Cursor, person_ids: Sequence[int]) -> list[PersonName]:
    """What the people are called."""
    cur.execute("SELECT id, display_name AS name FROM person WHERE id = ANY (%s) ORDER BY id", (list(person_ids),))
    return many(cur, PersonName)


def units_called(cur: Cursor, text: str) -> list[str]:
    """The names of units that hold the text, and the text itself: a name that a unit had once is nowhere else."""
    cur.execute(
        "SELECT name FROM unit WHERE strpos(lower(name), lower(%(text)s)) > 0 UNION SELECT %(text)s", {"text": text}
    )
    return values(cur, str)


def count(cur: Cursor, sought: Sought) -> int:
    """How many entries there are; MOST_COUNTED + 1 stands for more."""
    each = " UNION ALL ".join(f"(SELECT 1 {_found(source, sought)} LIMIT %(most)s)" for source in _sources(sought))
    cur.execute(
        f"SELECT count(*) FROM (SELECT FROM ({each}) AS found LIMIT %(most)s) AS counted",
        _params(sought) | {"most": MOST_COUNTED + 1},
    )
    return value(cur, int)


def places(cur: Cursor, sought: Sought, *, limit: int, offset: int) -> list[Place]:
    """Where the entries of a page stand, newest first."""
    each = " UNION ALL ".join(
        f"(SELECT '{source.name}' AS source, id, {source.at} AS at {_found(source, sought)}"
        f" ORDER BY {source.at} DESC, id DESC LIMIT %(last)s)"
        for source in _sources(sought)
    )
    cur.execute(
        f"""
        SELECT source, id FROM ({each}) AS found
        ORDER BY at DESC, source, id DESC LIMIT %(limit)s OFFSET %(offset)s
        """,
        _params(sought) | {"limit": limit, "offset": offset, "last": limit + offset},
    )
    return many(cur, Place)


def entries(cur: Cursor, ids: Sequence[int]) -> list[Entry]:
    """The entries of the audit log with these ids."""
    cur.execute(
        f"""
        SELECT audit_log.id, at, action, subject, detail, correlation_id, {_WHO.format("audit_log")}
        FROM audit_log {_PERSON_OF_NOW.format("audit_log")} WHERE audit_log.id = ANY (%s)
        """,
        (list(ids),),
    )
    return many(cur, Entry)


def acts(cur: Cursor, ids: Sequence[int]) -> list[Act]:
    """What happened to duties, by the ids of their histories."""
    cur.execute(
        f"""
        SELECT did.id, did.at, did.action AS act, earlier.action AS act_before, did.text, item.title AS item,
            owing.name AS of_unit, duty.period, {_WHO.format("did")}
        FROM duty_history AS did
        JOIN duty ON duty.id = did.duty_id
        JOIN unit AS owing ON owing.id = duty.unit_id
        JOIN checklist_row AS item ON item.id = duty.item_id
        LEFT JOIN LATERAL (
            SELECT action FROM duty_history
            WHERE duty_id = did.duty_id AND id < did.id AND action = ANY (%(moving)s) ORDER BY id DESC LIMIT 1
        ) AS earlier ON true
        {_PERSON_OF_NOW.format("did")}
        WHERE did.id = ANY (%(ids)s)
        """,
        {"ids": list(ids), "moving": list(kinds.STATES_AFTER)},
    )
    return many(cur, Act)


def refusals(cur: Cursor, ids: Sequence[int]) -> list[Refusal]:
    """The refusals with these ids."""
    cur.execute(
        f"""
        SELECT refusal.id, refused_at AS at, operation, reason, correlation_id, {_WHO.format("refusal")}
        FROM refusal {_PERSON_OF_NOW.format("refusal")} WHERE refusal.id = ANY (%s)
        """,
        (list(ids),),
    )
    return many(cur, Refusal)


def _sources(sought: Sought) -> list[_Source]:
    if sought.kind is None:
        return [_LOG, _ACTS, _REFUSALS]
    if sought.kind in kinds.ENTRIES:
        return [_LOG]
    return [_ACTS] if sought.kind in kinds.ACTS else [_REFUSALS]


def _found(source: _Source, sought: Sought) -> str:
    """The part of a query that finds the entries of one source."""
    conditions = [source.always]
    if sought.people is not None:
        conditions.append("person_id = ANY (%(people)s::bigint[])")
    if sought.units is not None:
        conditions.append(_BY_OR_ABOUT if source is _ACTS else "unit_name = ANY (%(units)s)")
    if sought.since:
        conditions.append(f"{source.at} >= %(since)s")
    if sought.until:
        conditions.append(f"{source.at} < %(until)s")
    if sought.kind and source is not _REFUSALS:
        conditions.append(f"{source.column} = ANY (%(codes)s)")
    return f"FROM {source.table} WHERE {' AND '.join(conditions)}"


def _params(sought: Sought) -> dict[str, Any]:
    codes = {**kinds.ENTRIES, **kinds.ACTS}.get(sought.kind or "", ())
    return {
        "people": list(sought.people or ()),
        "units": list(sought.units or ()),
        "since": sought.since,
        "until": sought.until,
        "codes": list(codes),
    }
