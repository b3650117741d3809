"""Who has not signed for what was issued: of a checklist, or of one row of it. Read from the projection of duties.

Of few duties all is counted while somebody waits. Of many the numbers are those that a tick counts with how far the
units are (`progress`), and only the units of the page are looked at: where many have not signed, through the directory
until there are enough, else from the duties that are still open.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from services.stats.completion import progress, queries
from services.stats.completion.boards import NO_ROW, header_with_duties, pages_for
from services.stats.completion.completion import OPEN_BUCKETS, Bucket
from services.stats.completion.records import UnsignedUnit
from services.stats.completion.tree import Tree
from shared.database import Cursor
from shared.errors import NotFound

UNITS_PER_PAGE = 200
# As many open duties are looked through within half a second; where more are, and nearly all signed, no unit is listed.
MOST_OPEN = 500_000
# As many are looked through as soon as a page of them is found in the directory.
FEW_OPEN = 2_000
# Where one of so many units has not signed, a page of them is found in some ten thousand looks at most.
ONE_OF = 50


class Numbers(NamedTuple):
    """How many units are asked, and how many have signed for all of it, as counted at a moment; None for just now."""

    asked: int
    signed: int
    counted_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class _Found:
    """A page of the units that have not signed, of `found`; `numbers` None as long as nobody has counted."""

    numbers: Numbers | None
    units: Sequence[UnsignedUnit]
    found: int
    is_listed: bool = True


@dataclass(frozen=True, slots=True)
class _Asked:
    """Which units are looked for, and which page of them; each way of finding them says the same."""

    cur: Cursor
    checklist_id: int
    item_ids: Sequence[int]
    text: str
    page: int
    after: int | None

    @property
    def offset(self) -> int:
        return (self.page - 1) * UNITS_PER_PAGE

    def counted(self) -> _Found:
        told, units = queries.signing_units(
            self.cur, self.item_ids, text=self.text, limit=UNITS_PER_PAGE, offset=self.offset
        )
        return _Found(Numbers(told.units_total, told.units_signed), units, told.found)

    def of_open(self, numbers: Numbers | None) -> _Found:
        units, found = queries.unsigned_of_open(
            self.cur, self.checklist_id, self.item_ids, text=self.text, limit=UNITS_PER_PAGE, offset=self.offset
        )
        return _Found(numbers, units, found)

    def through_directory(self, numbers: Numbers | None) -> _Found:
        """The page by the number that is kept; where the list is seen to be another one, it is counted first."""
        if numbers is not None and not self.text:
            kept = numbers.asked - numbers.signed
            units, page = self._through(kept)
            is_more, is_last = len(units) > UNITS_PER_PAGE, page == pages_for(kept, UNITS_PER_PAGE)
            if is_more != is_last and bool(units) == bool(kept):
                return _Found(numbers, units[:UNITS_PER_PAGE], kept)
        found = queries.count_unsigned_units(self.cur, self.checklist_id, self.item_ids, text=self.text)
        units, _page = self._through(found)
        return _Found(numbers, units[:UNITS_PER_PAGE], found)

    def _through(self, found: int) -> tuple[list[UnsignedUnit], int]:
        """The units of the page and one more, where there is one, and which page of so many units it is."""
        page = min(self.page, pages_for(found, UNITS_PER_PAGE))
        last = self.after if 1 < self.page == page else None
        units = queries.first_unsigned_units(
            self.cur,
            self.checklist_id,
            self.item_ids,
            text=self.text,
            limit=UNITS_PER_PAGE + 1,
            offset=(page - 1) * UNITS_PER_PAGE,
            after=None if last is None else queries.place_of_unit(self.cur, last),
        )
        return units, page


def signing(
    cur: Cursor, checklist_id: int, row_id: int | None, *, text: str, page: int, after: int | None = None
) -> dict[str, Any]:
    """Units that have not signed for everything, in directory order; numbers are None until somebody has counted them.

    `after` is the last unit of the page before: those behind it are found sooner than the same ones by their number. A
    unit that has done a duty needs to sign for it no more.
    """
    checklist = header_with_duties(cur, checklist_id)
    rows = queries.rows_of(cur, checklist_id)
    if row_id is not None and row_id not in {row.row_id for row in rows}:
        raise NotFound(NO_ROW)
    tree = Tree(rows)
    item_ids = tree.items(row_id)
    groups = [group for found in queries.item_groups(cur, checklist_id, item_ids).values() for group in found]
    duties = sum(group.duties for group in groups if group.bucket is not Bucket.WITHDRAWN)
    still_open = sum(group.duties for group in groups if group.bucket in OPEN_BUCKETS)
    asked = _Asked(cur, checklist_id, item_ids, text, page, after)
    if duties <= progress.MOST_DUTIES:
        found = asked.counted()
    else:
        numbers = kept_numbers(cur, checklist_id, row_id)
        # Without numbers nobody knows how many looks the directory would take.
        if still_open <= (FEW_OPEN if numbers and is_dense(numbers) else MOST_OPEN):
            found = asked.of_open(numbers)
        elif is_dense(numbers):
            found = asked.through_directory(numbers)
        else:
            found = _Found(numbers, [], 0, is_listed=False)
    pages = pages_for(found.found, UNITS_PER_PAGE)
    page = min(page, pages)
    counted = found.numbers
    return {
        "checklist": checklist,
        "row": _row(tree, row_id),
        "units_signed": counted.signed if counted else None,
        "units_total": counted.asked if counted else None,
        "units_as_of": counted.counted_at.isoformat() if counted and counted.counted_at else None,
        "unsigned": [unit._asdict() for unit in found.units],
        "is_listed": found.is_listed,
        "found": found.found,
        "page": page,
        "pages": pages,
        "next_after": found.units[-1].unit_id if found.units and page < pages else None,
    }


def kept_numbers(cur: Cursor, checklist_id: int, row_id: int | None) -> Numbers | None:
    """The numbers of a row of a large checklist, or of all of it, as they were counted last; None where nobody has."""
    if row_id is None:
        kinds = queries.kept_units(cur, checklist_id)
        signed = [kind.units_signed for kind in kinds if kind.units_signed is not None]
        if not kinds or len(signed) < len(kinds):
            return None
        return Numbers(sum(kind.units for kind in kinds), sum(signed), kinds[0].counted_at)
    for row in queries.kept_progress(cur, checklist_id, [row_id]):
        if row.units_asked is not None and row.units_signed is not None:
            return Numbers(row.units_asked, row.units_signed, row.signed_at)
    return None


def is_dense(numbers: Numbers | None) -> bool:
    """Whether a page of units that have not signed is soon full on the way through the directory.

    What nobody has counted was just issued, and hardly anybody has signed for it.
    """
    return numbers is None or (numbers.asked - numbers.signed) * ONE_OF >= numbers.asked


def _row(tree: Tree, row_id: int | None) -> dict[str, Any] | None:
    if row_id is None:
        return None
    row = tree.row(row_id)
    return {"row_id": row_id, "level": row.level, "number": tree.number(row_id), "title": row.title}
