"""What delivery reads: whom there is something to tell, and what."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from services.notifications.delivery import window
from services.notifications.delivery.rhythm import Rhythm
from services.notifications.delivery.states import DEAD_LETTERS, ROBOTS, Channel, Purpose, State
from shared.database import Cursor
from shared.rows import has_row, many, one, value, values
from shared.workdays import SHANGHAI

# Longer than the longest holidays. What nobody could be told for so long is in the inbox; it would be no news.
WITHIN = dt.timedelta(days=14)

# Each line of a message of those who are asked about that still means something: what is done is not told. Asked about
# are people, each by a channel and from a day on. What was read in the house needs no telling outside. `is_told` is
# null unless the channel said the line for certain. Of what the house said up to a restore from a backup nobody knows
# whether it was sent: of the day of a restore before the window opens, nothing was.
_LINES = f"""
    asked AS (
        SELECT * FROM unnest(%(people)s::bigint[], %(channels)s::text[], %(since)s::date[])
            AS asked (person_id, channel, since)
    ),
    said AS (
        SELECT asked.person_id, asked.channel, message.id, message.day FROM asked
        JOIN message ON message.person_id = asked.person_id AND NOT is_read AND day BETWEEN since AND %(day)s
            AND day >= ALL (SELECT (at AT TIME ZONE '{SHANGHAI.key}' - time '{window.OPENS}' + interval '1 day')::date
                FROM restored)
    ),
    line AS (
        SELECT said.person_id, said.channel, said.id AS message_id, said.day, 'duty' AS kind, duty.id AS subject_id,
            line.stage, coalesce(item.title, '') AS title, duty.period, duty.due_on, line.words_zh, line.words_en
        FROM said JOIN message_line AS line ON line.message_id = said.id JOIN duty ON duty.id = line.duty_id
        LEFT JOIN item ON item.id = duty.item_id LEFT JOIN checklist ON checklist.id = duty.checklist_id
        WHERE coalesce(said.channel = ANY (line.channels), line.by_mail)
            AND (duty.is_open AND checklist.ended_on IS NULL OR line.stage = 'withdrawn' OR line.remarked IS NOT NULL)
        UNION ALL
        SELECT said.person_id, said.channel, said.id, said.day, 'report', submission.id, line.stage,
            submission.report_name, submission.period, coalesce(report_round.due_on, submission.due_on), line.words_zh,
            line.words_en
        FROM said JOIN message_submission AS line ON line.message_id = said.id
        JOIN submission ON submission.id = line.submission_id
        LEFT JOIN report_round ON report_round.id = submission.round_id
        WHERE submission.is_open AND coalesce(said.channel = ANY (line.channels), line.by_mail)
        UNION ALL
        SELECT said.person_id, said.channel, said.id, said.day, 'checklist', checklist_id, 'ended',
            coalesce(checklist.title, ''), '', NULL, NULL, NULL
        FROM said JOIN message_checklist ON message_checklist.message_id = said.id
        JOIN checklist ON checklist.id = checklist_id
        UNION ALL
        SELECT said.person_id, said.channel, said.id, said.day, 'remark', remark_id, 'replied',
            coalesce(min(item.title), ''), '', NULL, NULL, NULL
        FROM said JOIN remark_answer ON remark_answer.message_id = said.id JOIN duty ON duty.id = duty_id
        LEFT JOIN item ON item.id = duty.item_id
        GROUP BY said.person_id, said.channel, said.id, said.day, remark_id
        UNION ALL
        SELECT said.person_id, said.channel, said.id, said.day, 'offer', practice_id, outcome, title, '', NULL, NULL,
            NULL
        FROM said JOIN message_offer ON message_offer.message_id = said.id
    ),
    told AS (
        SELECT line.*, max(delivery.state) FILTER (WHERE delivery.state IN ('sent', 'sending')) AS is_told,
            count(delivery.id) FILTER (WHERE delivery.state = 'unknown') > 0 AS is_repeated
        FROM line LEFT JOIN delivery_line USING (message_id, kind, subject_id, stage)
        LEFT JOIN delivery ON delivery.id = delivery_id AND delivery.channel = line.channel
        GROUP BY line.person_id, line.channel, line.message_id, line.day, line.kind, line.subject_id, line.stage,
            line.title, line.period, line.due_on, line.words_zh, line.words_en
    )
"""


class Untold(NamedTuple):
    """A line of the message of `day` that the channel has not told.

    `is_repeated` when it was sent once and nobody knows whether it arrived.
    """

    person_id: int
    message_id: int
    day: dt.date
    kind: str
    subject_id: int
    stage: str
    title: str
    period: str
    due_on: dt.date | None
    is_repeated: bool
    words_zh: str | None
    words_en: str | None


class Waiting(NamedTuple):
    """A person with a proven contact and a message of the last days, who has no delivery of that day yet.

    `changed_at` is when one of these messages was last added to, `writings` how often they were altogether.
    """

    person_id: int
    channel: Channel
    rhythm: Rhythm
    since: dt.date
    changed_at: dt.datetime
    writings: int


class Stage(NamedTuple):
    """That the channel has not told the person something of a stage, of a message of that day."""

    person_id: int
    channel: Channel
    stage: str
    day: dt.date


class Reach(NamedTuple):
    """By what people can be reached now: the channels that are set up, and the names of all robots."""

    channels: tuple[Channel, ...]
    robots: tuple[str, ...]


class Contact(NamedTuple):
    """Where a post is reached by a channel; proven once `verified_at` is set."""

    address: str
    language: str
    rhythm: Rhythm
    code: str | None
    code_until: dt.datetime | None
    verified_at: dt.datetime | None
    version: int


class Tried(NamedTuple):
    """What became of the newest delivery of a purpose."""

    state: State
    answer: str | None
    changed_at: dt.datetime


class Listed(NamedTuple):
    """A delivery as the administrator sees it; the address is that of now."""

    id: int
    person_id: int
    day: dt.date
    unit: str
    post: str
    address: str | None
    channel: Channel
    purpose: Purpose
    state: State
    tries: int
    answer: str | None
    why: str | None
    changed_at: dt.datetime
    replay_reason: str | None
    account: str | None
    segments: int | None


class _Counted(NamedTuple):
    state: State
    deliveries: int


class _Oldest(NamedTuple):
    channel: Channel
    due: dt.datetime


class _Dead(NamedTuple):
    channel: Channel
    state: State
    deliveries: int


_LISTED = """
    SELECT delivery.id, delivery.person_id, delivery.day, coalesce(unit.name, '') AS unit,
        coalesce(person.post, '') AS post, contact.address, delivery.channel, delivery.purpose, delivery.state,
        delivery.tries, delivery.answer, delivery.why, delivery.changed_at, delivery.replay_reason,
        delivery.account, delivery.segments
    FROM delivery LEFT JOIN person ON person.id = delivery.person_id LEFT JOIN unit ON unit.id = person.unit_id
    LEFT JOIN contact ON contact.person_id = delivery.person_id AND contact.channel = delivery.channel
"""


class Addressee(NamedTuple):
    """To whom a delivery goes; `address` is None without a contact, `verified_at` before the code was typed in.

    `version` is that of the contact, another after each change of it.
    """

    person_id: int
    is_active: bool
    unit: str
    address: str | None
    language: str | None
    rhythm: Rhythm
    code: str | None
    code_until: dt.datetime | None
    verified_at: dt.datetime | None
    version: int | None


def people_waiting(
    cur: Cursor, look: dt.datetime, reach: Reach, *, after: tuple[int, str], limit: int
) -> list[Waiting]:
    """Up to `limit` contacts behind the person and channel `after` to which a message of `day` may have to be planned.

    Only those that can be reached: `reach` says by which channels, and by which robots. `look` is the day with the hour
    of the look: who had nothing to hear is not looked at again in that hour before there is something new. Who has a
    message on its way is left until that is settled: nobody knows yet what it told. A cancelled one told nothing.
    """
    day = look.date()
    cur.execute(
        """
        SELECT contact.person_id, contact.channel, contact.rhythm,
            greatest((contact.verified_at AT TIME ZONE 'Asia/Shanghai')::date, %(day)s - %(within)s) AS since,
            newest.changed_at, newest.writings
        FROM contact JOIN person ON person.id = contact.person_id
        CROSS JOIN LATERAL (
            SELECT max(changed_at) AS changed_at, sum(writings) AS writings FROM message
            WHERE message.person_id = contact.person_id
                AND NOT message.is_read AND day BETWEEN %(day)s - %(within)s AND %(day)s
                AND day >= (contact.verified_at AT TIME ZONE 'Asia/Shanghai')::date
        ) AS newest
        WHERE (contact.person_id, contact.channel) > (%(person)s, %(after)s)
            AND contact.channel = ANY (%(channels)s)
            AND (contact.channel <> ALL (%(of_robots)s) OR contact.address = ANY (%(robots)s))
            AND contact.verified_at IS NOT NULL AND person.is_active
            AND newest.changed_at IS NOT NULL
            AND (contact.looked_for, contact.looked_change, contact.looked_writings)
                IS DISTINCT FROM (%(look)s::timestamptz, newest.changed_at, newest.writings)
            AND NOT EXISTS (
                SELECT FROM delivery WHERE delivery.person_id = contact.person_id
                    AND delivery.day >= %(day)s - %(within)s AND delivery.channel = contact.channel
                    AND purpose = %(digest)s
                    AND (delivery.day = %(day)s AND state <> 'cancelled' OR state IN ('planned', 'sending')))
        ORDER BY contact.person_id, contact.channel LIMIT %(limit)s
        """,
        {
            "day": day,
            "look": look,
            "within": WITHIN.days,
            "digest": Purpose.DIGEST,
            "limit": limit,
            "person": after[0],
            "after": after[1],
            "channels": list(reach.channels),
            "of_robots": sorted(ROBOTS),
            "robots": list(reach.robots),
        },
    )
    return many(cur, Waiting)


def planned_between(cur: Cursor, person_id: int, channel: Channel, first: dt.date, last: dt.date) -> int:
    """How many messages of the day the person has had or may have had on these days, or will have."""
    cur.execute(
        """
        SELECT count(*) AS deliveries FROM delivery WHERE person_id = %s AND channel = %s AND purpose = %s
            AND day BETWEEN %s AND %s AND state IN ('planned', 'sending', 'sent', 'unknown')
        """,
        (person_id, channel, Purpose.DIGEST, first, last),
    )
    return value(cur, int)


def untold_lines(cur: Cursor, since: Mapping[int, dt.date], channel: Channel, *, day: dt.date) -> list[Untold]:
    """What the channel has not told these people of their messages, each from the day beside them on up to `day`."""
    cur.execute(
        f"""
        WITH {_LINES}
        SELECT person_id, message_id, day, kind, subject_id, stage, title, period, due_on, is_repeated, words_zh,
            words_en
        FROM told WHERE is_told IS NULL ORDER BY person_id, message_id, kind, subject_id
        """,
        {"people": list(since), "channels": [channel] * len(since), "since": list(since.values()), "day": day},
    )
    return many(cur, Untold)


def untold_stages(cur: Cursor, waiting: Sequence[Waiting], day: dt.date) -> list[Stage]:
    """Of what those who wait have something to hear by their channels, up to `day`."""
    cur.execute(
        f"""
        WITH {_LINES}
        SELECT DISTINCT person_id, channel, stage, day FROM told WHERE is_told IS NULL
        """,
        {
            "people": [one.person_id for one in waiting],
            "channels": [one.channel for one in waiting],
            "since": [one.since for one in waiting],
            "day": day,
        },
    )
    return many(cur, Stage)


def addressees(cur: Cursor, person_ids: Sequence[int], channel: Channel) -> list[Addressee]:
    """Where each of these people is to be reached now."""
    cur.execute(
        """
        SELECT asked.id AS person_id, coalesce(person.is_active, false) AS is_active, coalesce(unit.name, '') AS unit,
            contact.address, contact.language, coalesce(contact.rhythm, 'daily') AS rhythm, contact.code,
            contact.code_until, contact.verified_at, contact.version
        FROM unnest(%(people)s::bigint[]) AS asked (id) LEFT JOIN person ON person.id = asked.id
        LEFT JOIN unit ON unit.id = person.unit_id
        LEFT JOIN contact ON contact.person_id = asked.id AND contact.channel = %(channel)s
        """,
        {"people": sorted(set(person_ids)), "channel": channel},
    )
    return many(cur, Addressee)


def contact(cur: Cursor, person_id: int, channel: Channel) -> Contact | None:
    """The contact of a post, locked until the transaction ends."""
    cur.execute(
        """
        SELECT address, language, rhythm, code, code_until, verified_at, version FROM contact
        WHERE person_id = %s AND channel = %s FOR UPDATE
        """,
        (person_id, channel),
    )
    return one(cur, Contact)


def newest(cur: Cursor, person_id: int, channel: Channel, purpose: Purpose) -> Tried | None:
    """The person's newest delivery of a purpose."""
    cur.execute(
        """
        SELECT state, answer, changed_at FROM delivery WHERE person_id = %s AND channel = %s AND purpose = %s
        ORDER BY id DESC LIMIT 1
        """,
        (person_id, channel, purpose),
    )
    return one(cur, Tried)


def asked_for_since(cur: Cursor, person_id: int, channel: Channel, since: dt.datetime) -> int:
    """How many codes and tests the person has asked for by a channel."""
    cur.execute(
        """
        SELECT count(*) AS deliveries FROM delivery
        WHERE person_id = %s AND channel = %s AND purpose <> %s AND planned_at > %s
        """,
        (person_id, channel, Purpose.DIGEST, since),
    )
    return value(cur, int)


def closed_among(cur: Cursor, person_ids: Sequence[int]) -> list[int]:
    """Those of the accounts that are closed, as far as is known."""
    cur.execute("SELECT id FROM person WHERE id = ANY (%s) AND NOT is_active ORDER BY id", (sorted(person_ids),))
    return values(cur, int)


def deliveries(cur: Cursor, state: State | None, *, limit: int, offset: int) -> list[Listed]:
    """A page of the ledger, or of what is in one state: newest day first, units in the order of the directory."""
    cur.execute(
        f"""
        {_LISTED}
        WHERE %(state)s::text IS NULL OR delivery.state = %(state)s
        ORDER BY delivery.day DESC, unit.code, delivery.person_id, delivery.id LIMIT %(limit)s OFFSET %(offset)s
        """,
        {"state": state, "limit": limit, "offset": offset},
    )
    return many(cur, Listed)


def locked_delivery(cur: Cursor, delivery_id: int) -> Listed | None:
    """One delivery, locked until the transaction ends."""
    cur.execute(f"{_LISTED} WHERE delivery.id = %s FOR UPDATE OF delivery", (delivery_id,))
    return one(cur, Listed)


def counts_by_state(cur: Cursor) -> dict[State, int]:
    """How many deliveries are in each state; 0 where there are none."""
    cur.execute("SELECT state, count(*) AS deliveries FROM delivery GROUP BY state")
    return dict.fromkeys(State, 0) | {found.state: found.deliveries for found in many(cur, _Counted)}


def has_digest(cur: Cursor, person_id: int, channel: Channel, day: dt.date) -> bool:
    """Whether the day has its message for the person."""
    cur.execute(
        "SELECT 1 FROM delivery WHERE person_id = %s AND channel = %s AND day = %s AND purpose = %s",
        (person_id, channel, day, Purpose.DIGEST),
    )
    return has_row(cur)


def oldest_due(cur: Cursor, now: dt.datetime) -> dict[Channel, dt.datetime]:
    """When the delivery that has waited longest was due, by channel, among those whose next try has come."""
    cur.execute(
        "SELECT channel, min(not_before) AS due FROM delivery WHERE state = %s AND not_before <= %s GROUP BY channel",
        (State.PLANNED, now),
    )
    return {found.channel: found.due for found in many(cur, _Oldest)}


def dead_since(cur: Cursor, since: dt.datetime) -> dict[tuple[Channel, State], int]:
    """How many dead letters there are from `since` on, by channel and state."""
    cur.execute(
        """
        SELECT channel, state, count(*) AS deliveries FROM delivery
        WHERE changed_at > %s AND state = ANY (%s) GROUP BY channel, state
        """,
        (since, sorted(DEAD_LETTERS)),
    )
    return {(found.channel, found.state): found.deliveries for found in many(cur, _Dead)}
