"""Two people at one report: what moved meanwhile under the form of one of them is refused, and he is told so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tests.support.chaos.books import Books
from tests.support.chaos.records import Click, Record, Told, What

# What the other of the two does to the report meanwhile.
RIVALS = {What.TAKE_BACK: What.ACCEPT, What.ACCEPT: What.TAKE_BACK}


@dataclass(frozen=True, slots=True)
class _Kept:
    """What became of a command that was kept, and when, in seconds."""

    state: str
    settled_at: float


def outrun(record: Record, books: Books) -> Iterator[Click]:
    """The clicks that came to nothing because the other one's took effect first.

    That is: both were at it at the same time, each from the look at the page that was clicked on to the answer. What
    came to nothing without that is none of them, and lost.
    """
    kept = {
        row[0]: _Kept(row[1], float(row[2]))
        for row in books.read(
            "portal",
            """
            SELECT command_id::text, state, extract(epoch FROM settled_at)::float FROM kept_command
            WHERE settled_at IS NOT NULL
            """,
        )
    }
    both = [click for click in record.clicks if click.what in RIVALS and click.told is not Told.REFUSED]
    for click in both:
        rivals = (one for one in both if one.what is RIVALS[click.what] and one.subjects == click.subjects)
        if any(_at_once(click, rival, kept) for rival in rivals) and _came_to_nothing(click, kept, books):
            yield click


def _at_once(one: Click, other: Click, kept: dict[str, _Kept]) -> bool:
    return one.looked_at <= _ended(other, kept) and other.looked_at <= _ended(one, kept)


def _ended(click: Click, kept: dict[str, _Kept]) -> float:
    settled = kept.get(click.command_id)
    return settled.settled_at if settled and click.told is Told.KEPT else click.told_at


def _came_to_nothing(click: Click, kept: dict[str, _Kept], books: Books) -> bool:
    if click.told is Told.UNSURE:
        return True
    state = kept[click.command_id].state if click.told is Told.KEPT and click.command_id in kept else "confirmed"
    if state == "refused" or click.what is not What.ACCEPT:
        return state == "refused"
    # Several reports are accepted in one go, each for itself, so the command is answered and says which it could not.
    statement = "SELECT answer -> 'results' -> 0 ->> 'outcome' FROM command WHERE id = %s"
    return state == "confirmed" and books.read("stats", statement, click.command_id) == [("conflict",)]
