"""All reads of bulletins, and what no other package reads for them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from services.stats.bulletin.records import Bulletin, Edit, FormerBulletin, FoundRound, ListedBulletin
from services.stats.bulletin.spans import Span
from shared.database import Cursor
from shared.rows import many, one, value, value_or_none

_COLUMNS = ", ".join("octet_length(document) AS size" if name == "size" else name for name in Bulletin._fields)


def bulletin(cur: Cursor, bulletin_id: int, *, for_update: bool = False) -> Bulletin | None:
    """One bulletin; None when there is none."""
    cur.execute(
        f"SELECT {_COLUMNS} FROM bulletin WHERE id = %s {'FOR UPDATE' if for_update else ''}",
        (bulletin_id,),
    )
    return one(cur, Bulletin)


def draft_of(cur: Cursor, checklist_id: int, span: Span, corrects_id: int | None) -> int | None:
    """The draft of a period, if there is one."""
    cur.execute(
        """
        SELECT id FROM bulletin
        WHERE state = 'draft' AND checklist_id = %s AND kind = %s AND first_on = %s AND as_of = %s
            AND coalesce(corrects_id, 0) = coalesce(%s, 0)
        """,
        (checklist_id, span.kind.value, span.first_on, span.as_of, corrects_id),
    )
    return value_or_none(cur, int)


def listed(cur: Cursor, *, with_drafts: bool, limit: int, offset: int) -> list[ListedBulletin]:
    """A page of bulletins, the newest first; drafts and withdrawn ones `with_drafts` alone."""
    cur.execute(
        """
        SELECT bulletin.id, checklist_id, coalesce(checklist.title, '') AS checklist, kind, first_on, as_of,
            bulletin.state, fields ->> 'title' AS title, number, bulletin.year, issued_on, made_at, made_post,
            made_unit, signed_at, signed_post, signed_unit
        FROM bulletin LEFT JOIN checklist ON checklist.id = checklist_id
        WHERE %s OR bulletin.state = 'signed'
        ORDER BY bulletin.id DESC LIMIT %s OFFSET %s
        """,
        (with_drafts, limit, offset),
    )
    return many(cur, ListedBulletin)


def count(cur: Cursor, *, with_drafts: bool) -> int:
    """How many `listed` finds on all pages."""
    cur.execute("SELECT count(*) AS bulletins FROM bulletin WHERE %s OR state = 'signed'", (with_drafts,))
    return value(cur, int)


def last_signed_day(cur: Cursor, checklist_id: int) -> dt.date | None:
    """The day as of which the newest signed bulletin of a checklist is."""
    cur.execute(
        "SELECT as_of FROM bulletin WHERE checklist_id = %s AND state = 'signed' ORDER BY as_of DESC LIMIT 1",
        (checklist_id,),
    )
    return value_or_none(cur, dt.date)


def last_number(cur: Cursor, year: int) -> int:
    """The number of the last bulletin of a year; 0 without any."""
    cur.execute("SELECT coalesce(max(number), 0) AS number FROM bulletin WHERE year = %s", (year,))
    return value(cur, int)


def former(cur: Cursor, bulletin_id: int) -> FormerBulletin | None:
    """How the text names a signed bulletin; None for one that is not signed."""
    cur.execute(
        "SELECT number, year, fields ->> 'title' AS title FROM bulletin WHERE id = %s AND state = 'signed'",
        (bulletin_id,),
    )
    return one(cur, FormerBulletin)


def edits(cur: Cursor, bulletin_id: int) -> list[Edit]:
    """Who made which version, the newest first."""
    cur.execute(
        """
        SELECT version, at, person_post AS post, person_unit AS unit, fields FROM bulletin_version
        WHERE bulletin_id = %s ORDER BY version DESC
        """,
        (bulletin_id,),
    )
    return many(cur, Edit)


def document(cur: Cursor, bulletin_id: int) -> bytes | None:
    """The file of a signed bulletin."""
    cur.execute("SELECT document FROM bulletin WHERE id = %s AND document IS NOT NULL", (bulletin_id,))
    found = value_or_none(cur, memoryview)
    return None if found is None else bytes(found)


def due_rounds(cur: Cursor, *, first: dt.date, last: dt.date, until: dt.datetime) -> list[FoundRound]:
    """Rounds due from `first` to `last`, each with every unit that was not in at `until`, in directory order."""
    cur.execute(
        """
        SELECT round.id AS round_id, report.name AS report, round.period, due_on, expected, late.unit_id,
            coalesce(unit.name, '') AS unit
        FROM round JOIN report ON report.id = round.report_id
        CROSS JOIN LATERAL (
            SELECT count(*) AS expected FROM submission WHERE round_id = round.id AND is_expected
        ) AS asked
        LEFT JOIN submission AS late ON late.round_id = round.id AND late.is_expected
            AND (late.first_submitted_at IS NULL OR late.first_submitted_at >= %(until)s)
        LEFT JOIN unit ON unit.id = late.unit_id
        WHERE due_on BETWEEN %(first)s AND %(last)s AND expected > 0
        ORDER BY due_on, table_number, round.id, unit.code, late.unit_id
        """,
        {"first": first, "last": last, "until": until},
    )
    return many(cur, FoundRound)


def has_duties_of(cur: Cursor, item_ids: Sequence[int], kind: str) -> bool:
    """Whether any of these items is or was asked of a unit of this kind."""
    cur.execute(
        """
        SELECT EXISTS (SELECT FROM duty JOIN unit ON unit.id = unit_id AND unit.kind = %s
            WHERE item_id = ANY (%s::bigint[]) AND bucket <> 'withdrawn') AS is_there
        """,
        (kind, list(item_ids)),
    )
    return value(cur, bool)
