"""Reads of duties: with their titles, by unit, waiting for review, and what happened to one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import NamedTuple

from services.tasks.duties.duty import TRANSITIONS, VERSIONLESS, Action, Doer, Waiting
from services.tasks.vocabulary import PracticeState
from shared.database import Cursor
from shared.directory import STEPS_BELOW
from shared.light import State
from shared.rows import many, one, the, value, values

PAGE = 50
# Enough for a reviewer to look; more say no more.
NAMED_WITH_SAME_NOTE = 3
# As long as a unit wonders where its duties are.
ENDED_DAYS = 60
# As many as a person scrolls in a list to choose from; a county has about forty.
HELPERS_LISTED = 200

_DUTY = """
    SELECT duty.id, duty.checklist_id, duty.item_id, duty.unit_id, duty.period, duty.role, duty.written_due_on,
        duty.due_on, duty.state, duty.done_on, blocker.reason AS blocked_reason,
        CASE WHEN waiver.state = 'open' THEN waiver.reason END AS waiver_reason,
        duty.returned_reason, duty.last_note,
        CASE WHEN blocker.state = 'answered' THEN blocker.answer END AS blocker_answer,
        CASE WHEN blocker.state = 'accepted' THEN nullif(blocker.answer, '') END AS blocker_plan,
        CASE WHEN blocker.state IN ('accepted', 'answered') THEN blocker.answered_by_unit END AS blocker_answered_by,
        CASE WHEN waiver.state = 'refused' THEN waiver.answer END AS waiver_refusal, duty.version,
        duty.first_due_on, extension.wanted_on, extension.reason AS extension_reason,
        CASE WHEN extension.state = 'refused' THEN extension.answer END AS extension_refusal,
        duty.is_sampled, blocker.asked_unit_id,
        CASE WHEN helper.is_active THEN helper.name END AS asked_unit,
        CASE WHEN NOT helper.is_active AND blocker.state <> 'answered' THEN helper.name END AS closed_helper,
        CASE WHEN blocker.state = 'accepted' THEN blocker.accepted_on END AS paused_on,
        unit.name AS unit_name, item.title AS item,
        item.review_rule, item.acceptance_rule, item.evidence_rule, item.reviewer_unit_id, reviewer.name AS reviewer,
        (SELECT count(*) FROM evidence WHERE evidence.duty_id = duty.id AND removed_at IS NULL) AS files,
        (SELECT remark.text FROM remark JOIN remark_answer ON remark_id = remark.id
            WHERE remark_answer.duty_id = duty.id AND answered_at IS NULL ORDER BY remark.id LIMIT 1) AS open_remark,
        task.title AS task, measure.title AS measure, area.title AS area,
        checklist.state = 'closed' AS is_closed, checklist.closed_at, checklist.closed_reason,
        item.dropped_in IS NOT NULL AS is_dropped,
        duty.parent_id, whole.unit_id AS parent_unit_id, whole.due_on AS parent_due_on, delegator.name AS delegated_by,
        parts.total AS parts_total, parts.done AS parts_done, parts.waiting AS parts_waiting, parts.ever AS parts_ever
    FROM duty
    JOIN checklist ON checklist.id = duty.checklist_id
    JOIN unit ON unit.id = duty.unit_id
    JOIN checklist_row AS item ON item.id = duty.item_id
    JOIN checklist_row AS task ON task.id = item.parent_id
    JOIN checklist_row AS measure ON measure.id = task.parent_id
    JOIN checklist_row AS area ON area.id = measure.parent_id
    LEFT JOIN request AS waiver ON waiver.duty_id = duty.id AND waiver.kind = 'waiver' AND waiver.ended_at IS NULL
    LEFT JOIN request AS blocker ON blocker.duty_id = duty.id AND blocker.kind = 'blocker' AND blocker.ended_at IS NULL
    LEFT JOIN unit AS helper ON helper.id = blocker.asked_unit_id
    LEFT JOIN unit AS reviewer ON reviewer.id = item.reviewer_unit_id
    LEFT JOIN request AS extension
        ON extension.duty_id = duty.id AND extension.kind = 'extension' AND extension.ended_at IS NULL
    LEFT JOIN duty AS whole ON whole.id = duty.parent_id
    LEFT JOIN unit AS delegator ON delegator.id = whole.unit_id
    CROSS JOIN LATERAL (
        SELECT count(*) FILTER (WHERE part.state NOT IN ('waived', 'withdrawn')) AS total,
            count(*) FILTER (WHERE part.state = 'accepted') AS done,
            count(*) FILTER (WHERE EXISTS (
                SELECT FROM request WHERE duty_id = part.id AND state = 'open'
                    AND (kind <> 'blocker' OR asked_unit_id = duty.unit_id OR NOT EXISTS (
                        SELECT FROM unit AS asked WHERE asked.id = asked_unit_id AND asked.is_active)))) AS waiting,
            count(*) AS ever
        FROM duty AS part WHERE part.parent_id = duty.id
    ) AS parts
"""
# What the row says of who it was. Only a row that the release before wrote says nothing, and takes the person of now.
_WHO = "coalesce(happened.post, person.post) AS post, coalesce(happened.unit_name, unit.name) AS unit"
_PERSON_OF_NOW = """
    LEFT JOIN person ON person.id = happened.person_id AND happened.post IS NULL
    LEFT JOIN unit ON unit.id = person.unit_id
"""
# Of a duty with several open requests one waits: a waiver is decided before more time, and both before the difficulty
# behind them. A difficulty with which another unit is asked to help waits for that one as long as it is active. What is
# asked about a part waits for the unit that has the whole, also where who was asked is closed; of an ended checklist
# nothing waits.
_ENTRIES = """
    SELECT duty.id AS duty_id, changed_at AS since,
        CASE WHEN reviewer.id IS NULL THEN 'submitted' ELSE 'elsewhere' END AS kind
    FROM duty JOIN checklist_row AS item ON item.id = item_id
    LEFT JOIN unit AS reviewer ON reviewer.id = item.reviewer_unit_id AND reviewer.id <> duty.unit_id
        AND reviewer.is_active AND reviewer.kind <> 'lead' AND duty.parent_id IS NULL
    WHERE duty.state = 'submitted'
    UNION ALL
    SELECT duty_id, asked_at, CASE kind WHEN 'waiver' THEN 'waivers' WHEN 'extension' THEN 'extensions'
        ELSE 'blocked' END
    FROM request WHERE state = 'open'
        AND NOT EXISTS (SELECT FROM unit WHERE unit.id = request.asked_unit_id AND is_active) AND NOT EXISTS (
        SELECT FROM duty JOIN checklist ON checklist.id = checklist_id
        WHERE duty.id = duty_id AND (checklist.state = 'closed' OR duty.parent_id IS NOT NULL)) AND NOT EXISTS (
        SELECT FROM request AS first WHERE first.duty_id = request.duty_id AND first.state = 'open'
            AND (first.kind = 'waiver' AND request.kind <> 'waiver'
                OR first.kind = 'extension' AND request.kind = 'blocker'))
"""
_FITS = """
    AND (%(text)s = '' OR strpos(lower(item.title), lower(%(text)s)) > 0
        OR strpos(lower(unit.name), lower(%(text)s)) > 0)
"""
# What began the waiting of each kind.
_ASKED = ("submitted", "waiver_asked", "blocked", "extension_asked")
# What somebody did who is not let decide on it.
_DECIDED_ON = ("submitted", "completed", "waiver_asked", "extension_asked", "blocked")


class ShownDuty(NamedTuple):
    """A duty with the name of its unit and the titles above it, from its item up to its area."""

    id: int
    checklist_id: int
    item_id: int
    unit_id: int
    period: str
    role: str
    written_due_on: dt.date
    due_on: dt.date
    state: State
    done_on: dt.date | None
    blocked_reason: str | None
    waiver_reason: str | None
    returned_reason: str | None
    last_note: str | None
    blocker_answer: str | None
    blocker_plan: str | None
    blocker_answered_by: str | None
    waiver_refusal: str | None
    version: int
    first_due_on: dt.date | None
    wanted_on: dt.date | None
    extension_reason: str | None
    extension_refusal: str | None
    is_sampled: bool | None
    asked_unit_id: int | None
    asked_unit: str | None
    closed_helper: str | None
    paused_on: dt.date | None
    unit_name: str
    item: str
    review_rule: str
    acceptance_rule: str
    evidence_rule: str
    reviewer_unit_id: int | None
    reviewer: str | None
    files: int
    open_remark: str | None
    task: str
    measure: str
    area: str
    is_closed: bool
    closed_at: dt.datetime | None
    closed_reason: str | None
    is_dropped: bool
    parent_id: int | None
    parent_unit_id: int | None
    parent_due_on: dt.date | None
    delegated_by: str | None
    parts_total: int
    parts_done: int
    parts_waiting: int
    parts_ever: int

    @property
    def is_blocked(self) -> bool:
        """Whether the unit has reported what stands in its way."""
        return self.blocked_reason is not None


class Standing(NamedTuple):
    """What decides the light of a duty, and its period."""

    id: int
    state: State
    due_on: dt.date
    done_on: dt.date | None
    is_blocked: bool
    period: str
    first_due_on: dt.date | None
    paused_on: dt.date | None
    is_answered: bool


class Contact(NamedTuple):
    """Whom the units of a checklist may ask."""

    checklist: str
    contact: str


class EndedChecklist(NamedTuple):
    """A checklist that was ended, with the word that was said."""

    title: str
    closed_at: dt.datetime
    closed_reason: str | None


class Counted(NamedTuple):
    """How many duties of one kind wait for the lead bureau."""

    kind: Waiting
    duties: int


class Entry(NamedTuple):
    """One thing to decide: a duty, and what of it."""

    duty_id: int
    kind: Waiting


class Asked(NamedTuple):
    """Since when a duty has waited for a decision of its kind."""

    duty_id: int
    action: str
    at: dt.datetime


class SameNote(NamedTuple):
    """How many other units gave the same note for a duty's item, and the first of them in directory order."""

    duty_id: int
    units: int
    names: list[str]


class SampleShown(NamedTuple):
    """How a duty's checklist is sampled; the seed is null where the release before issued it."""

    percent: int
    seed: str | None
    is_closed: bool


class NamedUnit(NamedTuple):
    id: int
    name: str


class CodedUnit(NamedTuple):
    """A unit with the code that orders it in the directory."""

    id: int
    name: str
    code: str


class Happened(NamedTuple):
    """One line of a duty's history, with the post and the unit of who did it as they were then; None when unknown.

    `part` is the name of the unit whose part of the duty it happened to, None for the duty itself.
    """

    at: dt.datetime
    action: str
    text: str
    part: str | None
    post: str | None
    unit: str | None


class DoneBy(NamedTuple):
    """Who submitted a duty last, with the post and the unit of then."""

    duty_id: int
    post: str | None
    unit: str | None


class File(NamedTuple):
    """A file that a duty has, with the post and the unit of who added it as they were then."""

    id: int
    name: str
    bytes: int
    added_at: dt.datetime
    added_by_post: str
    added_by_unit: str


class PracticeOf(NamedTuple):
    """What a unit made of its duty as good practice last."""

    id: int
    state: PracticeState


class _Done(NamedTuple):
    duty_id: int
    action: str
    person_id: int | None
    name: str | None
    is_former: bool


class _Signed(NamedTuple):
    duty_id: int
    version: int


class LatestChange(NamedTuple):
    """When a duty was changed, and by whom, with the post and the unit of then; None when unknown."""

    duty_id: int
    at: dt.datetime
    post: str | None
    unit: str | None


def duties(cur: Cursor, duty_ids: Sequence[int], *, for_update: bool = False) -> list[ShownDuty]:
    """The duties by id; locked in that order, so that two who mark several at once wait instead of deadlocking.

    The lock lets lines of their history be written, which name a duty and nothing else of it. What is asked about them
    is read once they are locked: a statement that waits sees other tables as they were when it began. Until the commit
    nobody ends their checklists (`services/tasks/years/store.py`), or what is submitted here would wait in one that is
    ended; the rows of checklists are not locked for it, since an amendment holds its own for long.
    """
    if for_update:
        cur.execute(
            """
            SELECT pg_advisory_xact_lock_shared(hashtextextended('end of a checklist', checklist_id)) FROM (
                SELECT DISTINCT checklist_id FROM (
                    SELECT checklist_id FROM duty WHERE id = ANY (%s) ORDER BY id FOR NO KEY UPDATE) AS held
                ORDER BY checklist_id) AS of_them
            """,
            (list(duty_ids),),
        )
    cur.execute(_DUTY + "WHERE duty.id = ANY (%s) ORDER BY duty.id", (list(duty_ids),))
    return many(cur, ShownDuty)


def standing_of_unit(cur: Cursor, unit_id: int) -> list[Standing]:
    """What decides the lights of all that a unit owes under the checklists in force."""
    cur.execute(
        """
        SELECT duty.id, duty.state, due_on, done_on, coalesce(asked.is_blocked, false) AS is_blocked, period,
            first_due_on, paused_on, duty.state = 'returned' OR coalesce(asked.is_answered, false)
                OR remarked.duty_id IS NOT NULL
                OR waits.whole_id IS NOT NULL AND duty.state IN ('issued', 'acknowledged')
                OR duty.state = 'submitted' AND duty.parent_id IS NULL
                    AND EXISTS (SELECT FROM checklist_row AS item
                        WHERE item.id = item_id AND review_rule = 'sample' AND evidence_rule = 'required')
                    AND NOT EXISTS (SELECT FROM evidence WHERE duty_id = duty.id AND removed_at IS NULL)
                AS is_answered
        FROM duty JOIN checklist ON checklist.id = checklist_id
        LEFT JOIN (
            SELECT duty_id, bool_or(request.kind = 'blocker') AS is_blocked,
                max(accepted_on) FILTER (WHERE request.state = 'accepted') AS paused_on,
                bool_or(request.state IN ('refused', 'answered')) AS is_answered
            FROM request JOIN duty ON duty.id = duty_id WHERE unit_id = %(unit)s AND ended_at IS NULL GROUP BY duty_id
        ) AS asked ON asked.duty_id = duty.id
        LEFT JOIN (
            SELECT DISTINCT duty_id FROM remark_answer JOIN duty ON duty.id = duty_id
            WHERE unit_id = %(unit)s AND answered_at IS NULL
        ) AS remarked ON remarked.duty_id = duty.id
        LEFT JOIN (
            SELECT DISTINCT whole.id AS whole_id
            FROM duty AS whole JOIN duty AS part ON part.parent_id = whole.id JOIN request ON duty_id = part.id
            WHERE whole.unit_id = %(unit)s AND request.state = 'open' AND ended_at IS NULL
                AND (kind <> 'blocker' OR asked_unit_id = %(unit)s OR NOT EXISTS (
                    SELECT FROM unit WHERE unit.id = asked_unit_id AND is_active))
        ) AS waits ON waits.whole_id = duty.id
        WHERE unit_id = %(unit)s AND duty.state <> 'withdrawn' AND checklist.state <> 'closed'
        """,
        {"unit": unit_id},
    )
    return many(cur, Standing)


def lock_with_parts(cur: Cursor, duty_id: int) -> None:
    """Lock a duty with its parts, in the order in which everybody locks several."""
    cur.execute("SELECT FROM duty WHERE id = %s OR parent_id = %s ORDER BY id FOR NO KEY UPDATE", (duty_id, duty_id))


def parts(cur: Cursor, duty_id: int) -> list[ShownDuty]:
    """The parts of a duty in directory order, withdrawn ones last."""
    cur.execute(_DUTY + "WHERE duty.parent_id = %s ORDER BY duty.state = 'withdrawn', unit.code, duty.id", (duty_id,))
    return many(cur, ShownDuty)


def submitted_by(cur: Cursor, duty_ids: Sequence[int]) -> dict[int, DoneBy]:
    """By duty, who submitted it last."""
    cur.execute(
        f"""
        SELECT DISTINCT ON (duty_id) duty_id, {_WHO} FROM duty_history AS happened {_PERSON_OF_NOW}
        WHERE duty_id = ANY (%s) AND action IN ('submitted', 'completed') ORDER BY duty_id, happened.id DESC
        """,
        (list(duty_ids),),
    )
    return {found.duty_id: found for found in many(cur, DoneBy)}


def has_units_for_parts(cur: Cursor, duty_id: int) -> bool:
    """Whether a unit lies directly below that of the duty and owes nothing of the same item and period."""
    cur.execute(
        """
        SELECT EXISTS (
            SELECT FROM duty JOIN unit ON unit.parent_id = duty.unit_id
            WHERE duty.id = %s AND is_active AND NOT EXISTS (
                SELECT FROM duty AS has WHERE has.unit_id = unit.id AND has.item_id = duty.item_id
                    AND has.period = duty.period AND has.state <> 'withdrawn'))
        """,
        (duty_id,),
    )
    return value(cur, bool)


def with_text(cur: Cursor, unit_id: int, text: str) -> set[int]:
    """The unit's duties in whose item, task, measure or area the text stands, in whichever case."""
    cur.execute(
        """
        SELECT duty.id FROM duty
        JOIN checklist_row AS item ON item.id = duty.item_id
        JOIN checklist_row AS task ON task.id = item.parent_id
        JOIN checklist_row AS measure ON measure.id = task.parent_id
        JOIN checklist_row AS area ON area.id = measure.parent_id
        WHERE duty.unit_id = %s
            AND strpos(lower(concat_ws(E'\n', item.title, task.title, measure.title, area.title)), lower(%s)) > 0
        """,
        (unit_id, text),
    )
    return set(values(cur, int))


def contacts(cur: Cursor, unit_id: int) -> list[Contact]:
    """Whom to ask, of each checklist in force under which the unit owes something and that names somebody."""
    cur.execute(
        """
        SELECT title AS checklist, contact FROM checklist
        WHERE contact <> '' AND state <> 'closed'
            AND EXISTS (SELECT FROM duty WHERE unit_id = %s AND checklist_id = checklist.id)
        ORDER BY id DESC
        """,
        (unit_id,),
    )
    return many(cur, Contact)


def ended_lately(cur: Cursor, unit_id: int) -> list[EndedChecklist]:
    """The checklists under which the unit owed something and that ended in the last ENDED_DAYS days, newest first."""
    cur.execute(
        """
        SELECT title, closed_at, closed_reason FROM checklist
        WHERE state = 'closed' AND closed_at > now() - make_interval(days => %s)
            AND EXISTS (SELECT FROM duty WHERE unit_id = %s AND checklist_id = checklist.id)
        ORDER BY closed_at DESC
        """,
        (ENDED_DAYS, unit_id),
    )
    return many(cur, EndedChecklist)


def contact_of(cur: Cursor, checklist_id: int) -> str:
    """Whom the units of a checklist may ask; empty when nobody is named."""
    cur.execute("SELECT contact FROM checklist WHERE id = %s", (checklist_id,))
    return value(cur, str)


def units_from(cur: Cursor, unit_id: int, *, most: int) -> list[CodedUnit]:
    """The active ones of a unit and all below it, at most `most` of them and the nearest first.

    PostgreSQL walks down no further than it must, so a whole country costs as much as a large county. OFFSET 0 keeps
    it from making a join of the look at each unit, for which it may read the whole table.
    """
    cur.execute(
        f"""
        WITH RECURSIVE {STEPS_BELOW}
        SELECT own.id, name, code FROM (SELECT unnest(ids) AS id FROM step) AS own
        CROSS JOIN LATERAL (SELECT name, code, is_active FROM unit WHERE unit.id = own.id OFFSET 0) AS unit
        WHERE is_active LIMIT %(most)s
        """,
        {"above": unit_id, "most": most},
    )
    return many(cur, CodedUnit)


def helpers(cur: Cursor, unit_id: int) -> list[NamedUnit]:
    """Whom a unit may ask to help with a difficulty, beside the lead bureau; at most HELPERS_LISTED of them.

    Leading groups and departments of the units above it, and those themselves; the leading groups first.
    """
    cur.execute(
        """
        WITH RECURSIVE above AS (
            SELECT parent.id, parent.parent_id, parent.kind FROM unit JOIN unit AS parent ON parent.id = unit.parent_id
            WHERE unit.id = %(unit)s
            UNION ALL
            SELECT parent.id, parent.parent_id, parent.kind
            FROM above JOIN unit AS parent ON parent.id = above.parent_id
        )
        SELECT id, name FROM unit
        WHERE is_active AND id <> %(unit)s AND (
            parent_id IN (SELECT id FROM above) AND kind IN ('leading_group', 'department')
            OR id IN (SELECT id FROM above WHERE kind NOT IN ('county', 'lead')))
        ORDER BY kind <> 'leading_group', code LIMIT %(most)s
        """,
        {"unit": unit_id, "most": HELPERS_LISTED},
    )
    return many(cur, NamedUnit)


def unit(cur: Cursor, unit_id: int) -> NamedUnit:
    """A unit's name."""
    cur.execute("SELECT id, name FROM unit WHERE id = %s", (unit_id,))
    return the(cur, NamedUnit)


# What waits for a unit that reviews: the submissions of its items, but for its own.
_TO_REVIEW = """
    SELECT duty.id AS duty_id, changed_at AS since, 'submitted' AS kind
    FROM duty JOIN checklist_row AS item ON item.id = item_id
    WHERE duty.state = 'submitted' AND duty.parent_id IS NULL
        AND item.reviewer_unit_id = %(reviewer)s AND duty.unit_id <> %(reviewer)s
"""


def waiting(cur: Cursor, kinds: Collection[Waiting], *, reviewer_id: int | None, text: str, page: int) -> list[Entry]:
    """One page of what the lead bureau, or a unit that reviews, has to decide of these kinds, longest waiting first."""
    cur.execute(
        f"""
        SELECT entry.duty_id, entry.kind FROM ({_entries(reviewer_id)}) AS entry
        JOIN duty ON duty.id = entry.duty_id
        JOIN unit ON unit.id = duty.unit_id
        JOIN checklist_row AS item ON item.id = duty.item_id
        WHERE entry.kind = ANY (%(kinds)s) {_FITS}
        ORDER BY entry.since, entry.duty_id, entry.kind LIMIT %(most)s OFFSET %(skip)s
        """,
        {
            "kinds": [kind.value for kind in kinds],
            "text": text,
            "most": PAGE,
            "skip": (page - 1) * PAGE,
            "reviewer": reviewer_id,
        },
    )
    return many(cur, Entry)


def _entries(reviewer_id: int | None) -> str:
    return _ENTRIES if reviewer_id is None else _TO_REVIEW


def count_waiting(cur: Cursor, *, reviewer_id: int | None, text: str) -> dict[Waiting, int]:
    """How much of each kind waits and fits the text; kinds without any are left out."""
    cur.execute(
        f"""
        SELECT entry.kind, count(*) AS duties FROM ({_entries(reviewer_id)}) AS entry
        JOIN duty ON duty.id = entry.duty_id
        JOIN unit ON unit.id = duty.unit_id
        JOIN checklist_row AS item ON item.id = duty.item_id
        WHERE true {_FITS} GROUP BY 1
        """,
        {"text": text, "reviewer": reviewer_id},
    )
    return {found.kind: found.duties for found in many(cur, Counted)}


def count_to_decide(cur: Cursor, *, reviewer_id: int | None) -> int:
    """How much waits for the lead bureau altogether, or for a unit that reviews.

    What another unit is named to review waits for that one. What units offer as good practice waits for the lead
    bureau.
    """
    offered = "(SELECT count(*) FROM practice WHERE state = 'offered')" if reviewer_id is None else "0"
    cur.execute(
        f"SELECT count(*) + {offered} AS number FROM ({_entries(reviewer_id)}) AS entry WHERE kind <> 'elsewhere'",
        {"reviewer": reviewer_id},
    )
    return value(cur, int)


def done_by(cur: Cursor, duty_ids: Sequence[int]) -> dict[int, dict[Action, Doer]]:
    """By duty, who did last what others decide on: submitting and asking."""
    cur.execute(
        """
        SELECT DISTINCT ON (duty_id, action) duty_id, action, person_id, person_name AS name,
            coalesce(at < coalesce(own.held_since, account.held_since), false) AS is_former
        FROM duty_history AS happened
        LEFT JOIN person AS account ON account.id = person_id LEFT JOIN person AS own ON own.id = account.same_as
        WHERE duty_id = ANY (%s) AND action = ANY (%s) ORDER BY duty_id, action, happened.id DESC
        """,
        (list(duty_ids), list(_DECIDED_ON)),
    )
    found: dict[int, dict[Action, Doer]] = {}
    for done in many(cur, _Done):
        if done.person_id is not None:
            found.setdefault(done.duty_id, {})[Action(done.action)] = Doer(done.person_id, done.name, done.is_former)
    return found


def asked_at(cur: Cursor, duty_ids: Sequence[int]) -> dict[tuple[int, str], dt.datetime]:
    """When each duty was last submitted, a waiver asked for, a difficulty reported: by id and action."""
    cur.execute(
        """
        SELECT duty_id, action, max(at) AS at FROM duty_history
        WHERE duty_id = ANY (%s) AND action = ANY (%s) GROUP BY duty_id, action
        """,
        (list(duty_ids), list(_ASKED)),
    )
    return {(found.duty_id, found.action): found.at for found in many(cur, Asked)}


def same_notes(cur: Cursor, duty_ids: Sequence[int]) -> dict[int, SameNote]:
    """By duty whose closing note other units' duties of the same item were closed with too, which and how many.

    Duties whose note is theirs alone are left out.
    """
    cur.execute(
        """
        SELECT duty_id, count(*) AS units, (array_agg(name ORDER BY code))[1:%(most)s] AS names
        FROM (
            SELECT DISTINCT duty.id AS duty_id, unit.name, unit.code
            FROM duty
            JOIN duty AS other ON other.item_id = duty.item_id AND other.note_key = duty.note_key
                AND other.unit_id <> duty.unit_id AND other.state IN ('submitted', 'accepted')
                AND other.parent_id IS NULL
            JOIN unit ON unit.id = other.unit_id
            WHERE duty.id = ANY (%(duties)s) AND duty.state IN ('submitted', 'accepted')
        ) AS found GROUP BY duty_id
        """,
        {"duties": list(duty_ids), "most": NAMED_WITH_SAME_NOTE},
    )
    return {found.duty_id: found for found in many(cur, SameNote)}


def sample_of(cur: Cursor, checklist_id: int) -> SampleShown:
    """How a checklist is sampled."""
    cur.execute(
        """
        SELECT sample_percent AS percent, sample_seed AS seed, state = 'closed' AS is_closed
        FROM checklist WHERE id = %s
        """,
        (checklist_id,),
    )
    return the(cur, SampleShown)


def history(cur: Cursor, duty_id: int) -> list[Happened]:
    """What happened, oldest first. That it was issued is known from the run, so no duty needs a row for it.

    Of a duty with parts also how each of them ended, was taken back or given back.
    """
    cur.execute(
        f"""
        SELECT happened.at, action, text, part, {_WHO}
        FROM (
            SELECT 0 AS id, asked_at AS at, 'issued' AS action, '' AS text, NULL AS part, asked_by AS person_id,
                asked_by_post AS post, asked_by_unit AS unit_name
            FROM duty JOIN issue_run USING (checklist_id, revision) WHERE duty.id = %(duty)s AND parent_id IS NULL
            UNION ALL
            SELECT id, at, action, text, NULL, person_id, post, unit_name FROM duty_history WHERE duty_id = %(duty)s
            UNION ALL
            SELECT line.id, at, action, text, unit.name, person_id, post, unit_name
            FROM duty AS part JOIN duty_history AS line ON duty_id = part.id JOIN unit ON unit.id = part.unit_id
            WHERE part.parent_id = %(duty)s
                AND action IN ('completed', 'reopened', 'returned', 'waived', 'taken_back', 'withdrawn')
        ) AS happened {_PERSON_OF_NOW}
        ORDER BY happened.at, happened.id
        """,
        {"duty": duty_id},
    )
    return many(cur, Happened)


def files(cur: Cursor, duty_id: int) -> list[File]:
    """The files that a duty has, in the order in which they were added."""
    cur.execute(
        """
        SELECT id, name, bytes, added_at, added_by_post, added_by_unit FROM evidence
        WHERE duty_id = %s AND removed_at IS NULL ORDER BY id
        """,
        (duty_id,),
    )
    return many(cur, File)


def practice_of(cur: Cursor, duty_id: int) -> PracticeOf | None:
    """The newest good practice of a duty, whatever became of it."""
    cur.execute("SELECT id, state FROM practice WHERE duty_id = %s ORDER BY id DESC LIMIT 1", (duty_id,))
    return one(cur, PracticeOf)


def without_files(cur: Cursor, duty_ids: Sequence[int]) -> set[int]:
    """Those of the duties that have no file.

    Asked once they are locked: what the query that locks them counts beside them may be older than its wait.
    """
    if not duty_ids:
        return set()
    cur.execute(
        """
        SELECT id FROM duty
        WHERE id = ANY (%s) AND NOT EXISTS (SELECT FROM evidence WHERE duty_id = duty.id AND removed_at IS NULL)
        """,
        (list(duty_ids),),
    )
    return set(values(cur, int))


def latest_changes(cur: Cursor, duty_ids: Sequence[int]) -> dict[int, LatestChange]:
    """By duty, who last changed it and when; reminders change nothing."""
    if not duty_ids:
        return {}
    cur.execute(
        f"""
        SELECT DISTINCT ON (duty_id) duty_id, at, {_WHO}
        FROM duty_history AS happened {_PERSON_OF_NOW}
        WHERE duty_id = ANY (%s) AND action <> 'reminded'
        ORDER BY duty_id, happened.id DESC
        """,
        (list(duty_ids),),
    )
    return {change.duty_id: change for change in many(cur, LatestChange)}


def versions_signed(cur: Cursor, duty_ids: Sequence[int]) -> dict[int, int]:
    """By duty, the version that it got when somebody signed for it, which happens once at most."""
    cur.execute(
        "SELECT duty_id, version FROM duty_history WHERE duty_id = ANY (%s) AND action = 'acknowledged'",
        (list(duty_ids),),
    )
    return {signed.duty_id: signed.version for signed in many(cur, _Signed)}


class InLedger(NamedTuple):
    """A duty as the ledger has it, with the names by which people know it."""

    id: int
    version: int
    state: str
    due_on: dt.date
    checklist: str
    unit: str


# What makes a new version of a duty and is told nobody: a request changes nothing that others know of it, and of a duty
# that is split the parts alone are told.
UNTOLD = sorted({one.value for one, how in TRANSITIONS.items() if how.event is None and one not in VERSIONLESS})
# The newest version of those duties that was told, where any was not; `of` has their lines of history.
TOLD = """
    SELECT asked.duty_id AS id, (
        SELECT max(number) FROM generate_series(1, duty.version) AS number WHERE NOT EXISTS (
            SELECT FROM duty_history AS line
            WHERE line.duty_id = duty.id AND line.version = number AND line.action = ANY (%s)
        )
    ) AS version
    FROM (SELECT DISTINCT duty_id FROM {of} AS line WHERE action = ANY (%s)) AS asked JOIN duty ON duty.id = duty_id
"""


def ledger(cur: Cursor, after: int, *, limit: int) -> list[InLedger]:
    """All duties that others keep, of issued checklists, in the order of their ids, in the versions that were told."""
    of = "(SELECT duty_id, action FROM duty_history JOIN page ON page.id = duty_id)"
    cur.execute(
        f"""
        WITH page AS MATERIALIZED (
            SELECT * FROM duty
            WHERE id > %s AND checklist_id <> ALL (ARRAY(SELECT id FROM checklist WHERE dropped_on IS NOT NULL))
            ORDER BY id LIMIT %s
        ),
        told AS MATERIALIZED ({TOLD.format(of=of)})
        SELECT page.id, coalesce(told.version, page.version) AS version, page.state, page.due_on,
            checklist.title AS checklist, unit.name AS unit
        FROM page JOIN checklist ON checklist.id = checklist_id JOIN unit ON unit.id = unit_id
            LEFT JOIN told ON told.id = page.id
        ORDER BY page.id
        """,
        (after, limit, UNTOLD, UNTOLD),
    )
    return many(cur, InLedger)
