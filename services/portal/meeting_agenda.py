"""What comes on the agenda of a meeting, and in which order: what presses first, and units by the directory. Pure.

Made of what the services answer, of which the page, the Word document and the workbook show the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain, groupby
from typing import Any

Found = Mapping[str, Any]

# A difficulty that was answered waits for nobody; its unit goes on.
WAITING = ("open", "accepted")
BEHIND, REACHED = "behind", "reached"
# Below it a target is missed rather than reached.
LIKELY = Decimal("0.5")


@dataclass(frozen=True, slots=True)
class EconomyLine:
    """The newest figure of a series with where it comes from; `growth` is against the year before, 0.05 is 5 %."""

    name: Found
    year: int
    value: str
    measure: str
    growth: str | None
    source: str
    source_period: str | None


@dataclass(frozen=True, slots=True)
class Followed:
    """Something decided before, with the duties that came of it; none as long as it was not issued."""

    decision: Found
    duties: tuple[Found, ...]


@dataclass(frozen=True, slots=True)
class Agenda:
    """All parts as of a day; `blockers` and `overdue` hold the first of so many in all. `unknown` are titles of
    checklists that had no records on that day. `former` is the meeting before, None for the first one.
    """

    day: str
    is_over: bool
    checklists: tuple[str, ...]
    unknown: tuple[str, ...]
    blockers: tuple[Found, ...]
    blockers_total: int
    overdue: tuple[Found, ...]
    overdue_total: int
    targets: tuple[Found, ...]
    targets_total: int
    economy: tuple[EconomyLine, ...]
    economy_sentences: tuple[str, ...]
    former: Found | None
    followed: tuple[Followed, ...]
    is_invented: bool


def blockers(difficulties: Iterable[Found]) -> tuple[Found, ...]:
    """Those that nobody answered first, then those that somebody took on; of each the longest standing first.

    Those of one day stay as they came, which is in the order of the directory.
    """
    waiting = [one for one in difficulties if one["state"] in WAITING]
    return tuple(sorted(waiting, key=lambda one: (WAITING.index(one["state"]), one["asked_on"])))


def overdue(by_checklist: Iterable[Sequence[Found]], most: int) -> tuple[Found, ...]:
    """Duties of several checklists, what is longest overdue first, and at most `most`.

    Those of one day stay as they came: as each checklist is read, and units by the directory.
    """
    return tuple(sorted(chain.from_iterable(by_checklist), key=lambda one: str(one["due_on"])))[:most]


def by_item(duties: Iterable[Found]) -> list[list[Found]]:
    """Duties that follow one another with the same item, period and due date, together."""
    groups = groupby(duties, key=lambda one: (one["row_id"], one["period"], one["due_on"]))
    return [list(found) for _key, found in groups]


def at_risk(targets: Iterable[Found]) -> tuple[Found, ...]:
    """Targets that are behind, or that will rather be missed: those behind first, then what is least likely.

    Where nothing is known of the likelihood a target comes after those of which something is, as they are listed.
    """
    found = [one for one in targets if is_at_risk(one)]
    return tuple(sorted(found, key=lambda one: (one["standing"] != BEHIND, _likelihood(one, Decimal(1)))))


def is_at_risk(target: Found) -> bool:
    """Whether a meeting has to talk of it."""
    if target["standing"] == REACHED:
        return False
    return target["standing"] == BEHIND or is_unlikely(target)


def is_unlikely(target: Found) -> bool:
    """Whether a target is missed rather than reached as things go; not where nobody can say."""
    return _likelihood(target, LIKELY) < LIKELY


def newest(series: Iterable[Found]) -> tuple[EconomyLine, ...]:
    """The newest figure of each series that has any, in the order of the page of economy."""
    return tuple(_line(one, cell) for one in series if (cell := _last(one["cells"])) is not None)


def followed(decisions: Iterable[Found], duties: Iterable[Found]) -> tuple[Followed, ...]:
    """What was decided, as the checklist is read, each with its duties in the order in which they came."""
    by_row: dict[int, list[Found]] = {}
    for duty in duties:
        by_row.setdefault(duty["row_id"], []).append(duty)
    return tuple(Followed(one, tuple(by_row.get(one["row_id"], ()))) for one in decisions)


def _likelihood(target: Found, unknown: Decimal) -> Decimal:
    return unknown if target["likelihood"] is None else Decimal(target["likelihood"])


def _last(cells: Sequence[Found]) -> Found | None:
    return next((cell for cell in reversed(cells) if cell["value"] is not None), None)


def _line(one: Found, cell: Found) -> EconomyLine:
    return EconomyLine(
        name=one["name"],
        year=cell["year"],
        value=cell["value"],
        measure=one["indicator"]["unit_of_measure"],
        growth=cell["growth"],
        source=one["source"],
        source_period=one["source_period"],
    )
