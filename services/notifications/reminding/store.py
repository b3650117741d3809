"""All writes of reminding: what was learnt, what was said, and when to look again.

Rows go in key order, so that two consumers, or two sweeps, wait for each other and never deadlock; a sweep skips the
duties that somebody else holds.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from psycopg2.extras import execute_values

from services.notifications.reminding.policy import SPOKEN, Occasion, Stage
from shared.accounts import MAIL
from shared.database import Cursor
from shared.light import State
from shared.retention import AgedRows
from shared.rows import ROWS_PER_STATEMENT, columns, many, returned
from shared.text import Text

# Longer than a queue is worked off, or the delay of that time would pass for the way; shorter than a working day, as
# reminders pause for up to two of it when a clock was set back.
COUNTED_FOR = dt.timedelta(hours=1)
# A row keeps its occasion from being used twice, so it goes only when the occasion cannot come again: dated ones lie
# weeks back by then, but of its being issued a duty is reminded for as long as nobody has acknowledged it, and of an
# answer for as long as the unit has not gone on.
REMINDERS = AgedRows(
    name="reminder",
    table="reminder",
    at="reminded_at",
    where="""
        stage IN ('due_soon', 'overdue') OR NOT EXISTS (
            SELECT FROM duty WHERE duty.id = duty_id AND duty.remind_on IS NOT NULL
                AND (stage = 'issued' AND duty.state = 'issued' OR stage = duty.answer AND slot = duty.answered_on))
    """,
    days=400,
    least=120,
    what=Text("已发提醒的记录", "what people were reminded of"),
    why=Text("期内的提醒不能再发一次。", "within that time the same reminder could come again."),
)


@dataclass(frozen=True, slots=True)
class ChecklistRecord:
    """A checklist as the projection keeps it: reminders of a closed one end, on the day `ended_on`."""

    checklist_id: int
    state: str
    version: int
    title: str = ""
    ended_on: dt.date | None = None
    dropped_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class ItemRecord:
    """An item of an issued revision, for its title."""

    item_id: int
    checklist_id: int
    title: str
    revision: int


@dataclass(frozen=True, slots=True)
class DutyRecord:
    """A duty as the projection keeps it; `remind_on` is when to look at it if this change opens it."""

    duty_id: int
    checklist_id: int
    item_id: int
    unit_id: int
    due_on: dt.date
    remind_on: dt.date | None
    version: int
    state: State
    is_open: bool
    period: str
    answer: Occasion | None = None
    is_paused: bool = False
    # The duty that it is a part of.
    parent_id: int | None = None
    is_blocked: bool | None = None


@dataclass(frozen=True, slots=True)
class AskedRecord:
    """That a unit is asked to help with a duty's difficulty, as of the duty's version of then.

    Without a unit, that nobody has to be told of it any more: the lead bureau is asked, or somebody has said something.
    """

    duty_id: int
    unit_id: int | None
    version: int
    asked_on: dt.date
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class SpokenRecord:
    """Words of somebody on a duty, that wait for the sweep."""

    duty_id: int
    stage: Stage
    said_on: dt.date
    words: str


@dataclass(frozen=True, slots=True)
class ReplyRecord:
    """What was answered for a duty to the remark of a person."""

    remark_id: int
    duty_id: int
    person_id: int
    answered_on: dt.date
    words: str


class Claimed(NamedTuple):
    """An open duty whose day has come, locked by this transaction."""

    duty_id: int
    unit_id: int
    due_on: dt.date
    state: State
    is_closed: bool
    answer: str | None
    answered_on: dt.date | None
    is_paused: bool
    checklist_id: int
    unit: str
    item: str
    period: str
    slips: int


@dataclass(frozen=True, slots=True)
class Line:
    """What a message says of a duty or a report; a stage of the policy has `words`, and may be kept from channels.

    `channels` is None of what goes by all of them.
    """

    message_id: int
    subject_id: int
    stage: Stage
    words: Text | None = None
    channels: frozenset[str] | None = None

    @property
    def said(self) -> tuple[str | None, str | None, bool, list[str] | None]:
        """As rows of messages keep it: the words in both languages, whether mail says them, and all that do."""
        words = (self.words.zh, self.words.en) if self.words else (None, None)
        if self.channels is None:
            return (*words, True, None)
        return (*words, MAIL in self.channels, sorted(self.channels))


class ClaimedAsking(NamedTuple):
    """A duty with whose difficulty a unit is asked to help and was not told yet, locked by this transaction.

    `is_open` is whether the duty is, and its difficulty still stands as far as anything was said of that. Without a
    unit, as the one that was asked is closed and no other has the whole, it is the lead bureau's.
    """

    duty_id: int
    unit_id: int | None
    is_open: bool


class ClaimedWords(NamedTuple):
    """What was said of a duty and not told yet."""

    duty_id: int
    stage: Stage
    words: str


class Ended(NamedTuple):
    """A checklist that ended, locked by this transaction, with the units that still owe something under it."""

    checklist_id: int
    unit_ids: list[int]


class ClaimedReply(NamedTuple):
    """An answer to a remark that was not told yet, locked by this transaction; `is_told` is whether it is to be."""

    remark_id: int
    duty_id: int
    person_id: int
    is_told: bool


class Reminder(NamedTuple):
    """That there was something to say of a duty."""

    duty_id: int
    stage: Stage


class _Saved(NamedTuple):
    id: int


class _Message(NamedTuple):
    person_id: int
    id: int


def save_checklists(cur: Cursor, checklists: Sequence[ChecklistRecord]) -> None:
    """Store the checklists that are newer than what is known."""
    execute_values(
        cur,
        """
        INSERT INTO checklist (id, state, version, title, ended_on, dropped_on) VALUES %s
        ON CONFLICT (id) DO UPDATE SET state = excluded.state, version = excluded.version, title = excluded.title,
            -- That it is dropped is told long after its end.
            ended_on = CASE WHEN excluded.dropped_on IS NULL THEN excluded.ended_on ELSE checklist.ended_on END,
            dropped_on = excluded.dropped_on, gone_at = NULL
        WHERE checklist.version < excluded.version
        """,
        [
            (found.checklist_id, found.state, found.version, found.title, found.ended_on, found.dropped_on)
            for found in checklists
        ],
        template="(%s, %s, %s, %s, %s::date, %s::date)",
        page_size=ROWS_PER_STATEMENT,
    )


def save_items(cur: Cursor, items: Sequence[ItemRecord]) -> None:
    """Store the items of revisions that are newer than what is known."""
    execute_values(
        cur,
        """
        INSERT INTO item (id, checklist_id, title, revision) VALUES %s
        ON CONFLICT (id) DO UPDATE SET title = excluded.title, revision = excluded.revision
        WHERE item.revision < excluded.revision
        """,
        [(item.item_id, item.checklist_id, item.title, item.revision) for item in items],
        page_size=ROWS_PER_STATEMENT,
    )


# In these states nobody answers a remark.
NO_ANSWER = frozenset({State.WAIVED, State.WITHDRAWN})

# That something was amended is less than what the lead bureau answered and nobody has said yet.
_IS_LESS = """excluded.answer = 'amended' AND duty.answer <> 'amended' AND NOT EXISTS (
                SELECT FROM reminder WHERE duty_id = duty.id AND stage = duty.answer AND slot = duty.answered_on)"""

_SAVE_DUTIES = f"""
    INSERT INTO duty (id, checklist_id, item_id, unit_id, due_on, remind_on, version, state, is_open, period,
        answer, answered_on, is_paused, parent_id, is_blocked)
    SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::date[], %s::date[], %s::integer[],
        %s::text[], %s::boolean[], %s::text[], %s::text[], %s::date[], %s::boolean[], %s::bigint[], %s::boolean[])
    ON CONFLICT (id) DO UPDATE SET due_on = excluded.due_on, version = excluded.version, state = excluded.state,
        is_open = excluded.is_open, is_paused = excluded.is_paused, parent_id = excluded.parent_id,
        is_blocked = excluded.is_blocked,
        answer = CASE WHEN NOT excluded.is_open THEN excluded.answer WHEN {_IS_LESS} THEN duty.answer
            ELSE coalesce(excluded.answer, duty.answer) END,
        answered_on = CASE WHEN NOT excluded.is_open THEN excluded.answered_on WHEN {_IS_LESS} THEN duty.answered_on
            ELSE coalesce(excluded.answered_on, duty.answered_on) END,
        remind_on = CASE
            WHEN excluded.answer IS NOT NULL THEN excluded.remind_on
            WHEN excluded.is_open AND duty.is_open AND duty.due_on = excluded.due_on
                AND duty.is_paused = excluded.is_paused THEN duty.remind_on
            ELSE excluded.remind_on
        END
    WHERE duty.version < excluded.version
    RETURNING id
"""


def save_duties(cur: Cursor, duties: Sequence[DutyRecord]) -> None:
    """Store the duties that are newer than what is known.

    A duty that closes is never looked at again. One that stays open with the same due date keeps its next day; one that
    opens again, moves, was answered, or whose clock stops or runs again is looked at by the next sweep.
    """
    if not duties:
        return
    rows = [
        (
            duty.duty_id,
            duty.checklist_id,
            duty.item_id,
            duty.unit_id,
            duty.due_on,
            duty.remind_on,
            duty.version,
            duty.state.value,
            duty.is_open,
            duty.period,
            duty.answer.stage.value if duty.answer else None,
            duty.answer.slot if duty.answer else None,
            duty.is_paused,
            duty.parent_id,
            duty.is_blocked,
        )
        for duty in duties
    ]
    cur.execute(_SAVE_DUTIES, columns(rows))
    saved = many(cur, _Saved)
    newer = {duty.id for duty in saved}
    _free_occasions(cur, [(duty.duty_id, duty.answer) for duty in duties if duty.answer and duty.duty_id in newer])
    _let_words_go(cur, [duty for duty in duties if not duty.is_open and duty.duty_id in newer])


def _let_words_go(cur: Cursor, closed: Sequence[DutyRecord]) -> None:
    """Say nothing any more of duties that closed; but of what is done, a leader's remark still asks for an answer."""
    take_words(cur, [duty.duty_id for duty in closed if duty.state in NO_ANSWER])
    done = [duty.duty_id for duty in closed if duty.state not in NO_ANSWER]
    cur.execute("DELETE FROM spoken WHERE duty_id = ANY (%s) AND stage <> %s", (done, Stage.REMARKED.value))
    cur.execute(
        "UPDATE duty SET remind_on = said_on FROM spoken WHERE duty_id = duty.id AND duty.id = ANY (%s)",
        (done,),
    )


def save_first_days(cur: Cursor, days: Mapping[int, dt.date]) -> None:
    """Keep the due dates before the first extension, by duty id; whichever event tells one, it is the same for ever."""
    execute_values(
        cur,
        """
        UPDATE duty SET first_due_on = told.first_due_on FROM (VALUES %s) AS told (id, first_due_on)
        WHERE duty.id = told.id AND duty.first_due_on IS NULL
        """,
        sorted(days.items()),
        template="(%s::bigint, %s::date)",
        page_size=ROWS_PER_STATEMENT,
    )


def save_asked(cur: Cursor, asked: Sequence[AskedRecord]) -> None:
    """Keep whom duties ask to help, where that is newer than what is known; whoever is asked anew is told anew."""
    execute_values(
        cur,
        """
        INSERT INTO asked (duty_id, unit_id, version, asked_on, reason, is_told) VALUES %s
        ON CONFLICT (duty_id) DO UPDATE SET unit_id = excluded.unit_id, version = excluded.version,
            asked_on = excluded.asked_on, reason = coalesce(excluded.reason, asked.reason), is_told = excluded.is_told
        WHERE asked.version < excluded.version
        """,
        [(one.duty_id, one.unit_id, one.version, one.asked_on, one.reason, one.unit_id is None) for one in asked],
        template="(%s, %s::bigint, %s, %s::date, %s, %s)",
        page_size=ROWS_PER_STATEMENT,
    )


def claim_asked(cur: Cursor, *, limit: int) -> list[ClaimedAsking]:
    """Lock what units are asked and were not told yet; what another sweep holds is left to it."""
    cur.execute(
        """
        SELECT duty_id, CASE WHEN asked.unit_id IS NULL OR unit.is_active IS false THEN delegator.id
                ELSE asked.unit_id END AS unit_id,
            coalesce(duty.is_open AND duty.is_blocked IS DISTINCT FROM false, false) AS is_open
        FROM asked LEFT JOIN duty ON duty.id = duty_id LEFT JOIN unit ON unit.id = asked.unit_id
        LEFT JOIN duty AS whole ON whole.id = duty.parent_id
        LEFT JOIN unit AS delegator ON delegator.id = whole.unit_id AND delegator.is_active
        WHERE NOT is_told ORDER BY duty_id LIMIT %s FOR UPDATE OF asked SKIP LOCKED
        """,
        (limit,),
    )
    return many(cur, ClaimedAsking)


def ask_lead_bureau(cur: Cursor, unit_ids: Sequence[int]) -> None:
    """Let the difficulties with which units were asked to help that are closed now be the lead bureau's.

    Those of parts are of the unit that has the whole, which is told in their place.
    """
    cur.execute(
        """
        UPDATE asked SET unit_id = NULL, is_told = false WHERE duty_id IN (
            SELECT duty_id FROM asked JOIN unit ON unit.id = unit_id
            WHERE unit_id = ANY (%s) AND NOT is_active ORDER BY duty_id FOR UPDATE OF asked)
        """,
        (list(unit_ids),),
    )


def set_told(cur: Cursor, duty_ids: Sequence[int]) -> None:
    """Note that those who are asked to help with these duties were told."""
    cur.execute("UPDATE asked SET is_told = true WHERE duty_id = ANY (%s)", (list(duty_ids),))


def speak_of(cur: Cursor, spoken: Sequence[SpokenRecord]) -> None:
    """Let the next sweep say what was said of duties that are open; of unknown ones nothing is said.

    A leader's remark is told of what is done, too, since it asks for an answer.

    It waits beside an answer of the lead bureau that is not said yet, and takes no place but that of earlier words.
    """
    said = returned(
        cur,
        _Saved,
        """
        INSERT INTO spoken (duty_id, stage, said_on, words)
        SELECT duty.id, said.stage, said.said_on, said.words
        FROM (VALUES %s) AS said (duty_id, stage, said_on, words) JOIN duty ON duty.id = said.duty_id
        WHERE duty.is_open OR said.stage = 'remarked' AND duty.state NOT IN ('waived', 'withdrawn') ORDER BY duty.id
        ON CONFLICT (duty_id, stage) DO UPDATE SET said_on = excluded.said_on, words = excluded.words
        RETURNING duty_id AS id
        """,
        [(one.duty_id, one.stage.value, one.said_on, one.words) for one in spoken],
        template="(%s::bigint, %s, %s::date, %s)",
        page_size=ROWS_PER_STATEMENT,
    )
    cur.execute(
        """
        UPDATE duty SET remind_on = least(remind_on, spoken.said_on) FROM spoken
        WHERE spoken.duty_id = duty.id AND duty.id IN (
            SELECT id FROM duty WHERE id = ANY (%s) ORDER BY id FOR UPDATE)
        """,
        ([one.id for one in said],),
    )


def take_words(cur: Cursor, duty_ids: Sequence[int]) -> list[ClaimedWords]:
    """Take what waits to be said of these duties off the waiting, and return it."""
    cur.execute(
        "DELETE FROM spoken WHERE duty_id = ANY (%s) RETURNING duty_id, stage, words",
        (list(duty_ids),),
    )
    return many(cur, ClaimedWords)


def save_replies(cur: Cursor, replies: Sequence[ReplyRecord]) -> None:
    """Keep answers to remarks for the sweep; each remark is answered once for a duty, and one that is known stays."""
    execute_values(
        cur,
        """
        INSERT INTO remark_answer (remark_id, duty_id, person_id, answered_on, words) VALUES %s ON CONFLICT DO NOTHING
        """,
        sorted((one.remark_id, one.duty_id, one.person_id, one.answered_on, one.words) for one in replies),
        page_size=ROWS_PER_STATEMENT,
    )


def claim_replies(cur: Cursor, *, limit: int) -> list[ClaimedReply]:
    """Lock answers that were not told yet; what another sweep holds is left to it.

    Those wait of whose duty or person no event has told yet.
    """
    cur.execute(
        """
        SELECT remark_id, duty_id, person_id, person.is_active AND duty.state <> 'withdrawn' AS is_told
        FROM remark_answer JOIN duty ON duty.id = duty_id JOIN person ON person.id = person_id
        WHERE message_id IS NULL ORDER BY remark_id, duty_id LIMIT %s FOR UPDATE OF remark_answer SKIP LOCKED
        """,
        (limit,),
    )
    return many(cur, ClaimedReply)


def put_replies(cur: Cursor, told: Sequence[tuple[int, int, int]]) -> None:
    """Put (remark id, duty id) answers into messages, by the id that comes third."""
    execute_values(
        cur,
        """
        UPDATE remark_answer SET message_id = told.message_id FROM (VALUES %s) AS told (remark_id, duty_id, message_id)
        WHERE remark_answer.remark_id = told.remark_id AND remark_answer.duty_id = told.duty_id
        """,
        told,
        page_size=ROWS_PER_STATEMENT,
    )


def drop_replies(cur: Cursor, untold: Sequence[tuple[int, int]]) -> None:
    """Let (remark id, duty id) answers go that nobody is to be told."""
    cur.execute(
        """
        DELETE FROM remark_answer USING unnest(%s::bigint[], %s::bigint[]) AS untold (remark_id, duty_id)
        WHERE remark_answer.remark_id = untold.remark_id AND remark_answer.duty_id = untold.duty_id
        """,
        ([remark_id for remark_id, _ in untold], [duty_id for _, duty_id in untold]),
    )


def claim_ended(cur: Cursor, *, limit: int) -> list[Ended]:
    """Lock checklists that ended and of which nobody was told; what another sweep holds is left to it."""
    cur.execute(
        """
        SELECT checklist.id AS checklist_id, ARRAY(
            SELECT DISTINCT unit_id FROM duty WHERE duty.checklist_id = checklist.id AND is_open ORDER BY unit_id
        ) AS unit_ids
        FROM checklist WHERE ended_on IS NOT NULL AND NOT is_end_told
        ORDER BY id LIMIT %s FOR UPDATE OF checklist SKIP LOCKED
        """,
        (limit,),
    )
    return many(cur, Ended)


def set_end_told(cur: Cursor, checklist_ids: Sequence[int]) -> None:
    """Note that the units were told that these checklists ended."""
    cur.execute("UPDATE checklist SET is_end_told = true WHERE id = ANY (%s)", (list(checklist_ids),))


def add_endings(cur: Cursor, lines: Sequence[tuple[int, int]]) -> None:
    """Write (message id, checklist id) lines."""
    execute_values(
        cur,
        "INSERT INTO message_checklist (message_id, checklist_id) VALUES %s ON CONFLICT DO NOTHING",
        lines,
        page_size=ROWS_PER_STATEMENT,
    )


def _free_occasions(cur: Cursor, answers: Sequence[tuple[int, Occasion]]) -> None:
    """Let new answers be said, by duty id: an earlier one of the same kind and day has used their occasions."""
    if answers:
        execute_values(
            cur,
            """
            DELETE FROM reminder USING (VALUES %s) AS new (duty_id, stage, slot)
            WHERE reminder.duty_id = new.duty_id AND reminder.stage = new.stage AND reminder.slot = new.slot
            """,
            [(duty_id, answer.stage.value, answer.slot) for duty_id, answer in answers],
            template="(%s::bigint, %s, %s::date)",
            page_size=ROWS_PER_STATEMENT,
        )


def hear(cur: Cursor, ticked_at: dt.datetime, *, table: str = "heartbeat") -> None:
    """Take a heartbeat, and how much later it comes by the clock here than it says by the clock of its sender.

    The last one counts and not the one with the highest moment, or a clock that was set back would silence all that
    follow; one that is late by itself is seen to be late, and the next comes ten seconds after it. The least delay is
    kept for one to two of `COUNTED_FOR`, so that a clock that was set is known anew.
    """
    cur.execute(
        f"""
        INSERT INTO {table} AS known (ticked_at, least_delay, counted_since)
        VALUES (%(ticked_at)s, now() - %(ticked_at)s, now())
        ON CONFLICT (is_only) DO UPDATE SET
            ticked_at = excluded.ticked_at,
            least_delay = CASE WHEN known.counted_since >= now() - %(counted_for)s
                THEN least(known.least_delay, excluded.least_delay) ELSE excluded.least_delay END,
            least_delay_before = CASE WHEN known.counted_since >= now() - %(counted_for)s
                THEN known.least_delay_before ELSE known.least_delay END,
            counted_since = CASE WHEN known.counted_since >= now() - %(counted_for)s
                THEN known.counted_since ELSE now() END
        """,
        {"ticked_at": ticked_at, "counted_for": COUNTED_FOR},
    )


def claim_duties_to_remind(cur: Cursor, today: dt.date, *, limit: int) -> list[Claimed]:
    """Lock open duties whose day has come, and those that were withdrawn or remarked on, unit by unit.

    Those that another sweep or consumer holds are left to it.
    """
    cur.execute(
        """
        SELECT duty.id AS duty_id, duty.unit_id, duty.due_on, duty.state,
            EXISTS (SELECT FROM checklist WHERE checklist.id = duty.checklist_id AND checklist.state = 'closed')
                AS is_closed, duty.answer, duty.answered_on, duty.is_paused, duty.checklist_id,
            -- By their keys: joined, they would be compared row by row while nobody knows how many there are.
            coalesce((SELECT name FROM unit WHERE unit.id = duty.unit_id), '') AS unit,
            coalesce((SELECT title FROM item WHERE item.id = duty.item_id), '') AS item, duty.period,
            (SELECT count(*) FROM slip WHERE kind = 'checklist' AND subject_id = duty.id AND settled_on IS NULL)
                AS slips
        FROM duty
        WHERE duty.remind_on <= %s AND (duty.is_open OR duty.answer = 'withdrawn'
            OR EXISTS (SELECT FROM spoken WHERE spoken.duty_id = duty.id))
        ORDER BY duty.remind_on, duty.unit_id, duty.id
        LIMIT %s
        FOR UPDATE OF duty SKIP LOCKED
        """,
        (today, limit),
    )
    return many(cur, Claimed)


def record_reminders(cur: Cursor, reminders: Sequence[tuple[int, Occasion]], now: dt.datetime) -> list[Reminder]:
    """Note the occasions, by duty id, as used and return those that were not used before."""
    return returned(
        cur,
        Reminder,
        """
        INSERT INTO reminder (duty_id, stage, slot, reminded_at) VALUES %s
        ON CONFLICT DO NOTHING RETURNING duty_id, stage
        """,
        [(duty_id, occasion.stage.value, occasion.slot, now) for duty_id, occasion in reminders],
        page_size=ROWS_PER_STATEMENT,
    )


def open_messages(cur: Cursor, person_ids: Sequence[int], now: dt.datetime, *, day: dt.date) -> dict[int, int]:
    """The message of each person for `day`, new or unread again, as {person id: message id}. Ids come sorted."""
    messages = returned(
        cur,
        _Message,
        """
        INSERT INTO message (person_id, day, changed_at) VALUES %s
        ON CONFLICT (person_id, day) DO UPDATE SET is_read = false, changed_at = excluded.changed_at,
            writings = message.writings + 1
        RETURNING person_id, id
        """,
        [(person_id, day, now) for person_id in person_ids],
        page_size=ROWS_PER_STATEMENT,
    )
    return {message.person_id: message.id for message in messages}


def merged_channels(table: str) -> str:
    """Of two lines on one thing in a message: all channels that either goes by. Null with by_mail is all there are."""
    return f"""
            CASE WHEN ({table}.channels IS NULL AND {table}.by_mail) OR (excluded.channels IS NULL AND excluded.by_mail)
                THEN NULL
                ELSE ARRAY (
                    SELECT DISTINCT unnest(coalesce({table}.channels, '{{}}') || coalesce(excluded.channels, '{{}}'))
                        AS channel ORDER BY channel)
            END
    """


def add_lines(cur: Cursor, lines: Sequence[Line], words: Mapping[int, Mapping[Stage, str]]) -> None:
    """Write lines, with the words on each duty.

    A later stage of the same day takes the place of the earlier one; but words alone leave an answer what it is, and
    what was said before stays unless something else was said.
    """
    execute_values(
        cur,
        f"""
        INSERT INTO message_line (message_id, duty_id, stage, urged, remarked, words_zh, words_en, by_mail,
            channels) VALUES %s
        ON CONFLICT (message_id, duty_id) DO UPDATE SET
            stage = CASE WHEN excluded.stage IN ('urged', 'remarked')
                    AND message_line.stage NOT IN ('issued', 'due_soon', 'overdue', 'urged', 'remarked')
                THEN message_line.stage ELSE excluded.stage END,
            urged = coalesce(excluded.urged, message_line.urged),
            remarked = coalesce(excluded.remarked, message_line.remarked),
            words_zh = CASE WHEN excluded.stage IN ('urged', 'remarked') THEN message_line.words_zh
                ELSE excluded.words_zh END,
            words_en = CASE WHEN excluded.stage IN ('urged', 'remarked') THEN message_line.words_en
                ELSE excluded.words_en END,
            by_mail = message_line.by_mail OR excluded.by_mail,
            channels = {merged_channels("message_line")}
        """,
        [
            (
                line.message_id,
                line.subject_id,
                line.stage.value,
                *(words.get(line.subject_id, {}).get(said) for said in SPOKEN),
                *line.said,
            )
            for line in lines
        ],
        page_size=ROWS_PER_STATEMENT,
    )


def set_next_days(cur: Cursor, days: Mapping[int, dt.date | None]) -> None:
    """Set on which day each duty, by its id, is looked at again; None for never."""
    if not days:
        return
    execute_values(
        cur,
        """
        UPDATE duty SET remind_on = next.remind_on FROM (VALUES %s) AS next(id, remind_on) WHERE duty.id = next.id
        """,
        list(days.items()),
        template="(%s, %s::date)",
        page_size=ROWS_PER_STATEMENT,
    )
