"""Whether the databases agree with one another: events, boards, figures, reminders. Each by a count of its own."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator

from shared.events import ReminderSent
from tests.support.chaos.books import Books
from tests.support.chaos.findings import Finding, Harm

# As many of a kind as anybody reads.
MOST = 20


def disagreements(books: Books) -> list[Finding]:
    """What one database says and another does not."""
    return [
        *_events(books),
        *_pictures(books),
        *_counters(books),
        *_boards(books),
        *_figures(books),
        *_facts(books),
        *_reminders(books),
    ]


def _events(books: Books) -> Iterator[Finding]:
    """Whoever listens has heard each event, and none is parked.

    What was heard and stands in no outbox is a heartbeat that was made for a listener that had lost some.
    """
    for service, missing in books.unheard().items():
        yield from _some("events", Harm.LOST, [f"{service} has not heard {one}" for one in missing])
        parked = books.read(service, "SELECT event_type, reason FROM parked_message WHERE state <> 'replayed'")
        yield from _some("events", Harm.LOST, [f"{service} parked {of}: {reason}" for of, reason in parked])


def _pictures(books: Books) -> Iterator[Finding]:
    """Every listener knows each duty as the ledger has it; of a version that only splits it nobody is told."""
    statement = "SELECT id, checklist_id, unit_id, state, due_on::text FROM duty"
    ledger = set(books.read("tasks", statement))
    for service in ("stats", "notifications"):
        known = set(books.read(service, statement))
        yield from _some("pictures", Harm.LOST, [f"{service} does not know {one}" for one in sorted(ledger - known)])
        yield from _some("pictures", Harm.WRONG, [f"{service} thinks {one}" for one in sorted(known - ledger)])


def _counters(books: Books) -> Iterator[Finding]:
    """The boards' counters are what a count of the duties gives."""
    for table, key in (("unit_count", "unit_id"), ("item_count", "item_id")):
        columns = f"checklist_id, {key}, due_on::text, bucket"
        kept = Counter(_tally(books, f"SELECT {columns}, duties FROM {table}"))
        counted = Counter(_tally(books, f"SELECT {columns}, count(*) FROM duty GROUP BY 1, 2, 3, 4"))
        for cell in sorted(set(kept) | set(counted)):
            if kept[cell] > counted[cell]:
                yield Finding("counters", Harm.DOUBLED, f"{table} {cell}: {kept[cell]} instead of {counted[cell]}")
            elif kept[cell] < counted[cell]:
                yield Finding("counters", Harm.LOST, f"{table} {cell}: {kept[cell]} instead of {counted[cell]}")


def _tally(books: Books, statement: str) -> dict[tuple[object, ...], int]:
    return {row[:-1]: int(row[-1]) for row in books.read("stats", statement)}


def _boards(books: Books) -> Iterator[Finding]:
    """What boards show as done is what is accepted in the ledger; the parts of a duty count with the whole."""
    shown = books.read(
        "stats",
        """
        SELECT checklist_id, unit_id, sum(duties)::bigint FROM unit_count WHERE bucket IN ('done', 'done_late')
        GROUP BY 1, 2 HAVING sum(duties) <> 0
        """,
    )
    done = books.read(
        "tasks",
        """
        SELECT checklist_id, unit_id, count(*) FROM duty WHERE state = 'accepted' AND parent_id IS NULL GROUP BY 1, 2
        """,
    )
    for row in sorted(set(shown) ^ set(done)):
        side = "the boards show" if row in shown else "the ledger has"
        yield Finding("boards", Harm.WRONG, f"checklist {row[0]}, unit {row[1]}: {side} {row[2]} done")


def _figures(books: Books) -> Iterator[Finding]:
    """A unit's figure is its newest fact, and a sum that of the figures below it."""
    newest = books.read(
        "stats",
        """
        SELECT DISTINCT ON (indicator_id, period, unit_id) indicator_id, period, unit_id, id, value
        FROM fact ORDER BY indicator_id, period, unit_id, known_since DESC, id DESC
        """,
    )
    own = books.read(
        "stats",
        "SELECT indicator_id, period, unit_id, own_fact_id, own FROM figure WHERE own_fact_id IS NOT NULL",
    )
    wrong = [f"{row} is not in both" for row in sorted(set(newest) ^ set(own), key=str)]
    yield from _some("figures", Harm.WRONG, wrong)
    above = dict(books.read("stats", "SELECT id, parent_id FROM unit"))
    sums: Counter[tuple[int, str, int]] = Counter()
    for indicator_id, period, unit_id, _fact_id, value in newest:
        at = unit_id
        while at is not None:
            sums[indicator_id, period, at] += value or 0
            at = above.get(at)
    kept = books.read("stats", "SELECT indicator_id, period, unit_id, total FROM figure")
    wrong = [f"{row} instead of {sums[row[:3]]}" for row in kept if row[3] != sums[row[:3]]]
    yield from _some("figures", Harm.WRONG, wrong)


def _facts(books: Books) -> Iterator[Finding]:
    """Of an accepted report each cell is a fact, and no acceptance made facts twice."""
    rows = books.read(
        "stats",
        """
        SELECT submission.id, cell.indicator_id, cell.value, newest.value
        FROM submission JOIN submission_cell AS cell ON cell.submission_id = submission.id
        LEFT JOIN LATERAL (
            SELECT value FROM fact WHERE fact.indicator_id = cell.indicator_id AND fact.unit_id = submission.unit_id
                AND fact.period = submission.period ORDER BY known_since DESC, id DESC LIMIT 1
        ) AS newest ON true
        WHERE submission.state = 'accepted' AND cell.value IS DISTINCT FROM newest.value
        """,
    )
    yield from _some(
        "facts", Harm.LOST, [f"report {one[0]}, cell {one[1]}: {one[3]} instead of {one[2]}" for one in rows]
    )
    twice = books.read(
        "stats",
        """
        SELECT submission_id, count(DISTINCT known_since), (
            SELECT count(*) FROM submission_history AS line
            WHERE line.submission_id = fact.submission_id AND action = 'accepted')
        FROM fact WHERE submission_id IS NOT NULL GROUP BY 1
        """,
    )
    wrong = [f"report {one}: facts {made} times, accepted {times} times" for one, made, times in twice if made > times]
    yield from _some("facts", Harm.DOUBLED, wrong)


def _reminders(books: Books) -> Iterator[Finding]:
    """Nobody is told the same twice on one day by one way, and each reminder stands in its duty's timeline once."""
    for what, statement in TWICE.items():
        rows = books.read("notifications", statement)
        yield from _some("reminders", Harm.DOUBLED, [f"{what} {row}" for row in rows])
    sent: Counter[tuple[int, int, str]] = Counter()
    for (payload,) in books.read(
        "notifications", "SELECT payload::text FROM outbox WHERE type = %s", ReminderSent.TYPE
    ):
        said = json.loads(payload)
        sent.update((int(duty_id), int(said["person_id"]), stage) for duty_id, stage in said["stages"].items())
    lines = books.read(
        "tasks",
        "SELECT duty_id, person_id, text, count(*) FROM duty_history WHERE action = 'reminded' GROUP BY 1, 2, 3",
    )
    written = Counter({row[:3]: int(row[3]) for row in lines})
    yield from _some("reminders", Harm.LOST, [f"not in the timeline: {one}" for one in sorted(sent - written)])
    yield from _some("reminders", Harm.DOUBLED, [f"again in the timeline: {one}" for one in sorted(written - sent)])


TWICE = {
    "a person's message of a day": """
        SELECT person_id, day::text, count(*) FROM message GROUP BY 1, 2 HAVING count(*) > 1
    """,
    "a person's digest of a day and channel": """
        SELECT person_id, day::text, channel, count(*) FROM delivery WHERE purpose = 'digest'
        GROUP BY 1, 2, 3 HAVING count(*) > 1
    """,
    "what was sent by one channel": """
        SELECT message_id, kind, subject_id, stage, channel, count(*)
        FROM delivery_line JOIN delivery ON delivery.id = delivery_id WHERE state = 'sent'
        GROUP BY 1, 2, 3, 4, 5 HAVING count(*) > 1
    """,
    "a reminder told": """
        SELECT payload ->> 'message_id', told.key, told.value, count(*)
        FROM outbox, jsonb_each_text(payload -> 'stages') AS told WHERE type = 'reminder.sent.v1'
        GROUP BY 1, 2, 3 HAVING count(*) > 1
    """,
}


def _some(check: str, harm: Harm, whats: list[str]) -> list[Finding]:
    """The first of them, and how many there are in all."""
    found = [Finding(check, harm, what) for what in whats[:MOST]]
    return [*found, Finding(check, harm, f"{len(whats)} in all")] if len(whats) > MOST else found
