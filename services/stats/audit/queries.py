"""Reads of what was done: all histories of reporting, the log beside them, and the refusals, as one list."""

from __future__ import annotations

from typing import Any

from services.stats.audit.kinds import KINDS
from services.stats.audit.records import Found, Sought
from shared.calling.audited import MOST_COUNTED
from shared.database import Cursor
from shared.rows import many, value


# Each source names its columns alike; `number` and `part` tell rows of one moment apart.
def _versions(noun: str) -> str:
    """The acts of saving a thing that keeps every version of itself, `indicator` or `report`."""
    return f"""
        SELECT now.{noun}_id AS number, now.version AS part, now.changed_at AS at, '{noun}.saved' AS action,
            now.content ->> 'name' AS subject, NULL AS of_unit, NULL AS period, '' AS text, was.content AS before,
            now.content AS after, now.person_id, now.person_post AS post, now.person_unit AS unit, NULL AS operation,
            '' AS correlation_id
        FROM {noun}_version AS now LEFT JOIN {noun}_version AS was
            ON was.{noun}_id = now.{noun}_id AND was.version = now.version - 1
    """


_EXCEPTIONS = """
    SELECT given.id AS number, 0 AS part, granted_at AS at, 'round.unlocked' AS action, report.name AS subject,
        coalesce(about.name, given.unit_id::text) AS of_unit, round.period, reason AS text, NULL::jsonb AS before,
        jsonb_build_object('until_on', until_on) AS after, person_id, person_post AS post, person_unit AS unit,
        NULL AS operation, '' AS correlation_id
    FROM lock_exception AS given JOIN round ON round.id = round_id JOIN report ON report.id = round.report_id
        LEFT JOIN unit AS about ON about.id = given.unit_id
"""
_SUBMISSIONS = """
    SELECT did.id AS number, 0 AS part, did.at, 'submission.' || did.action AS action, report.name AS subject,
        coalesce(about.name, submission.unit_id::text) AS of_unit, submission.period, did.reason AS text,
        jsonb_build_object('submission_state', coalesce(earlier.state, 'open')) AS before,
        jsonb_build_object('submission_state', did.state) AS after, did.person_id, did.person_post AS post,
        did.person_unit AS unit, NULL AS operation, '' AS correlation_id
    FROM submission_history AS did JOIN submission ON submission.id = did.submission_id
        JOIN report ON report.id = submission.report_id LEFT JOIN unit AS about ON about.id = submission.unit_id
        LEFT JOIN LATERAL (
            SELECT state FROM submission_history
            WHERE submission_id = did.submission_id AND id < did.id ORDER BY id DESC LIMIT 1
        ) AS earlier ON true
    WHERE did.action <> 'saved'
"""
_ADJUSTMENTS = """
    SELECT adjustment.id AS number, 0 AS part, known_since AS at, 'adjustment.added' AS action,
        indicator.name AS subject, coalesce(about.name, adjustment.unit_id::text) AS of_unit, period, reason AS text,
        NULL::jsonb AS before, jsonb_build_object('amount', amount::text) AS after, person_id, person_post AS post,
        person_unit AS unit, NULL AS operation, '' AS correlation_id
    FROM adjustment JOIN indicator ON indicator.id = indicator_id LEFT JOIN unit AS about ON about.id = unit_id
"""
_EXTERNALS = """
    SELECT fact.id AS number, 0 AS part, fact.known_since AS at, 'external.recorded' AS action,
        indicator.name AS subject, coalesce(about.name, fact.unit_id::text) AS of_unit, fact.period,
        fact.reason AS text, earlier.said AS before,
        jsonb_build_object('figure', fact.value::text, 'source', fact.source) AS after, fact.person_id,
        fact.person_post AS post, fact.person_unit AS unit, NULL AS operation, '' AS correlation_id
    FROM fact JOIN indicator ON indicator.id = fact.indicator_id LEFT JOIN unit AS about ON about.id = fact.unit_id
        LEFT JOIN LATERAL (
            SELECT jsonb_build_object('figure', was.value::text, 'source', was.source) AS said FROM fact AS was
            WHERE was.indicator_id = fact.indicator_id AND was.period = fact.period AND was.unit_id = fact.unit_id
                AND (was.known_since, was.id) < (fact.known_since, fact.id)
            ORDER BY was.known_since DESC, was.id DESC LIMIT 1
        ) AS earlier ON true
    WHERE fact.origin = 'external'
"""
_IMPORTS = """
    SELECT id AS number, 0 AS part, begun_at AS at, 'import.begun' AS action, source AS subject, NULL AS of_unit,
        NULL AS period, '' AS text, NULL::jsonb AS before, jsonb_build_object('cells', cells) AS after, person_id,
        person_post AS post, person_unit AS unit, NULL AS operation, '' AS correlation_id
    FROM import_run
"""
_LOG = """
    SELECT did.id AS number, 0 AS part, did.at, did.action,
        concat_ws(' · ', report.name, nullif(did.subject, '')) AS subject,
        coalesce(about.name, did.unit_id::text) AS of_unit, NULL AS period, '' AS text, before, after, person_id,
        person_post AS post, person_unit AS unit, NULL AS operation, correlation_id
    FROM audit_log AS did LEFT JOIN report ON report.id = report_id LEFT JOIN unit AS about ON about.id = did.unit_id
"""
_REFUSALS = """
    SELECT id AS number, 0 AS part, refused_at AS at, 'refused' AS action, '' AS subject, NULL AS of_unit,
        NULL AS period, reason AS text, NULL::jsonb AS before, NULL::jsonb AS after, person_id, post,
        unit_name AS unit, operation, correlation_id
    FROM refusal
"""
_SOURCES = (
    *(_versions("indicator"), _versions("report"), _EXCEPTIONS, _SUBMISSIONS, _ADJUSTMENTS, _EXTERNALS),
    *(_IMPORTS, _LOG, _REFUSALS),
)
_COLUMNS = ", ".join(Found._fields)
_NEWEST_FIRST = "at DESC, number DESC, part DESC"


def count(cur: Cursor, sought: Sought) -> int:
    """How many acts there are; MOST_COUNTED + 1 stands for more."""
    each = " UNION ALL ".join(f"(SELECT 1 {_found(source, sought)} LIMIT %(most)s)" for source in _SOURCES)
    cur.execute(
        f"SELECT count(*) FROM (SELECT FROM ({each}) AS found LIMIT %(most)s) AS counted",
        _params(sought) | {"most": MOST_COUNTED + 1},
    )
    return value(cur, int)


def acts(cur: Cursor, sought: Sought, *, limit: int, offset: int) -> list[Found]:
    """A page of what was done, newest first."""
    each = " UNION ALL ".join(
        f"(SELECT {_COLUMNS}, number, part {_found(source, sought)} ORDER BY {_NEWEST_FIRST} LIMIT %(last)s)"
        for source in _SOURCES
    )
    cur.execute(
        f"SELECT {_COLUMNS} FROM ({each}) AS found ORDER BY {_NEWEST_FIRST} LIMIT %(limit)s OFFSET %(offset)s",
        _params(sought) | {"limit": limit, "offset": offset, "last": limit + offset},
    )
    return many(cur, Found)


def _found(source: str, sought: Sought) -> str:
    """The part of a query that finds the acts of one source; strpos knows no patterns."""
    conditions = ["true"]
    if sought.person:
        conditions.append("(person_id = ANY (%(people)s::bigint[]) OR strpos(lower(post), lower(%(person)s)) > 0)")
    if sought.unit:
        conditions.append("strpos(lower(concat_ws(' ', unit, of_unit)), lower(%(unit)s)) > 0")
    if sought.since:
        conditions.append("at >= %(since)s")
    if sought.until:
        conditions.append("at < %(until)s")
    if sought.kind:
        conditions.append("action = ANY (%(acts)s)")
    return f"FROM ({source}) AS source WHERE {' AND '.join(conditions)}"


def _params(sought: Sought) -> dict[str, Any]:
    return {
        "people": list(sought.person_ids),
        "person": sought.person,
        "unit": sought.unit,
        "since": sought.since,
        "until": sought.until,
        "acts": list(KINDS.get(sought.kind or "", ())),
    }
