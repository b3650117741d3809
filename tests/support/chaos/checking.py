"""Holds the databases against what people were told: each acknowledged command took effect once, and nothing else did.

A command is due when its person was told that it is done, or that it was kept. One that was refused at once must have
left nothing behind; of one that nobody ever answered both is right.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tests.support.chaos.agreeing import disagreements
from tests.support.chaos.books import Books
from tests.support.chaos.findings import Finding, Harm, times
from tests.support.chaos.records import SERVICE_OF, Click, Record, Told, What

# The submissions' histories, by the click that adds a line.
LINES = {What.SUBMIT: "submitted", What.TAKE_BACK: "taken_back", What.CORRECT: "corrected", What.ACCEPT: "accepted"}


@dataclass(frozen=True, slots=True)
class Before:
    """What was there before anybody clicked: the last line of the histories, and which checklists are the run's own."""

    submission_line: int
    checklists: tuple[int, ...]


def check(record: Record, books: Books, before: Before) -> list[Finding]:
    """Everything that is wrong; nothing when all is well. For a product that has come to rest."""
    return [
        *_commands(record, books),
        *_kept(record, books),
        *_duties(record, books, before),
        *_notes(record, books),
        *_reports(record, books, before),
        *_typed(record, books),
        *_issued(record, books),
        *disagreements(books),
        *(Finding("pages", Harm.DEFECT, one) for one in record.defects),
    ]


def _commands(record: Record, books: Books) -> Iterator[Finding]:
    """What was acknowledged is in its service's book of commands, with its answer."""
    for service in sorted(set(SERVICE_OF.values())):
        answered = {row[0] for row in books.read(service, "SELECT id::text FROM command WHERE answer IS NOT NULL")}
        for click in record.clicks:
            if click.service == service and click.is_acknowledged and click.command_id not in answered:
                yield Finding("commands", Harm.LOST, _named(click))


def _kept(record: Record, books: Books) -> Iterator[Finding]:
    """What was kept was carried out, unless somebody else was first, which is taken for refused before."""
    rows = books.read("portal", "SELECT command_id::text, state, refusal::text FROM kept_command")
    states = {row[0]: row[1:] for row in rows}
    for click in record.clicks:
        state, refusal = states.get(click.command_id, (None, None))
        if click.told is Told.KEPT and state != "confirmed":
            yield Finding("kept", Harm.LOST, f"{_named(click)}: {state}, {refusal}")


def _duties(record: Record, books: Books, before: Before) -> Iterator[Finding]:
    """Each duty was completed as often as somebody was told so, and stands where that leaves it."""
    clicked = _bounds(record, What.DONE)
    rows = books.read(
        "tasks",
        """
        SELECT duty.id, duty.state, duty.version, count(*) FILTER (WHERE action = 'completed'),
            1 + count(DISTINCT line.version) FILTER (WHERE line.version > 1)
        FROM duty LEFT JOIN duty_history AS line ON duty_id = duty.id WHERE checklist_id = ANY (%s) GROUP BY duty.id
        """,
        list(before.checklists),
    )
    for duty_id, state, version, completed, told in rows:
        least, most = clicked.get(duty_id, (0, 0))
        yield from times("duties", completed, min(least, 1), min(most, 1), f"duty {duty_id} completed")
        if (state == "accepted") is not (completed > 0) or version != told:
            yield Finding("duties", Harm.WRONG, f"duty {duty_id} is {state} in version {version}, told are {told}")
    for duty_id in set(clicked) - {row[0] for row in rows}:
        yield Finding("duties", Harm.LOST, f"duty {duty_id} is not there")


def _notes(record: Record, books: Books) -> Iterator[Finding]:
    """Each note stands in the history of its duty once."""
    rows = books.read("tasks", "SELECT duty_id, text FROM duty_history WHERE action = 'progress'")
    written = Counter((int(duty_id), str(text)) for duty_id, text in rows)
    for click in record.clicks:
        if click.what is What.NOTE:
            yield from times("notes", written[click.subjects[0], click.text], *_bound(click), _named(click))


def _reports(record: Record, books: Books, before: Before) -> Iterator[Finding]:
    """Each report was submitted, taken back, corrected and accepted as often as somebody was told so."""
    rows = books.read(
        "stats",
        "SELECT submission_id, action, count(*) FROM submission_history WHERE id > %s GROUP BY 1, 2",
        before.submission_line,
    )
    lines = {(int(row[0]), str(row[1])): int(row[2]) for row in rows}
    for what, action in LINES.items():
        for submission_id, (least, most) in _bounds(record, what).items():
            found = lines.get((submission_id, action), 0)
            yield from times("reports", found, least, most, f"report {submission_id} {action}")


def _typed(record: Record, books: Books) -> Iterator[Finding]:
    """The cells of a report say what was typed last."""
    last: dict[int, Click] = {}
    for click in record.clicks:
        if click.typed:
            last[click.subjects[0]] = click
    for submission_id, click in last.items():
        if not click.is_acknowledged:
            continue
        rows = books.read(
            "stats", "SELECT indicator_id, typed FROM submission_cell WHERE submission_id = %s", submission_id
        )
        found = {int(row[0]): str(row[1]) for row in rows}
        for indicator_id, typed in click.typed.items():
            if found.get(indicator_id) != typed:
                where = f"report {submission_id}, cell {indicator_id}"
                yield Finding("typed", Harm.LOST, f"{where}: {found.get(indicator_id)} instead of {typed}")


def _issued(record: Record, books: Books) -> Iterator[Finding]:
    """Each list was issued once: every unit has each item once, and every service knows them."""
    known: dict[str, Mapping[int, int]] = {
        service: dict(books.read(service, "SELECT checklist_id, count(*) FROM duty GROUP BY 1"))
        for service in ("tasks", "stats", "notifications")
    }
    for click in record.clicks:
        if click.what is not What.ISSUE:
            continue
        (checklist_id,) = click.subjects
        runs = books.read("tasks", "SELECT state FROM issue_run WHERE checklist_id = %s", checklist_id)
        yield from times("issued", len(runs), *_bound(click), _named(click))
        if any(state != "done" for (state,) in runs):
            yield Finding("issued", Harm.LOST, f"{_named(click)}: not finished")
        expected = len(runs) * _expected(books, checklist_id)
        for service, duties in known.items():
            found = duties.get(checklist_id, 0)
            yield from times("issued", found, expected, expected, f"{_named(click)}: duties in {service}")


def _expected(books: Books, checklist_id: int) -> int:
    """How many duties a list makes whose items have one due date and name units or groups of them."""
    ((number,),) = books.read(
        "tasks",
        """
        SELECT count(DISTINCT (checklist_row.id, coalesce(member.unit_id, row_unit.unit_id)))
        FROM checklist_row JOIN row_unit ON row_id = checklist_row.id
        LEFT JOIN unit_group_member AS member ON member.group_id = row_unit.group_id
        WHERE checklist_id = %s AND level = 4
        """,
        checklist_id,
    )
    return int(number)


def _bounds(record: Record, what: What) -> dict[int, tuple[int, int]]:
    """By subject how often something must have happened, and how often it may have."""
    found: dict[int, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for click in record.clicks:
        for subject in click.subjects if click.what is what else ():
            (least, most), (more, at_most) = found[subject], _bound(click)
            found[subject] = (least + more, most + at_most)
    return dict(found)


def _bound(click: Click) -> tuple[int, int]:
    return (int(click.is_acknowledged), int(click.told is not Told.REFUSED))


def _named(click: Click) -> str:
    about = ", ".join(str(one) for one in click.subjects)
    return f"{click.what.value} of {about} by {click.person}, command {click.command_id}, {click.told.value}"
