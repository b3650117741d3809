"""What issuing a checklist would mean, and what stands in its way. Pure: everything that it needs is given."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.tasks.issuing.periods import Period, periods_of
from services.tasks.issuing.records import Alike, Load, OpenQuestion
from services.tasks.issuing.tree import BareRow, EmptyGroup, Item
from shared.fingerprint import fingerprint_of
from shared.text import Text
from shared.workdays import add_workdays

ALL_OVER = Text(
    "所有期限都已经过去，没有可下发的期次：请改期限，或选择一并下发已经过去的期次。",
    "All due dates are over, so nothing would be issued. Please change them, or choose to issue past periods as well.",
)
# Two weeks of work: what is due sooner leaves a township no time to plan, so somebody has to say why.
NOTICE_WORKDAYS = 10
HURRIED = Text(
    "有期限离现在不到 10 个工作日，请写明为什么这么急，或者改期限。",
    "Some due dates are less than 10 working days away. Please say why it has to be so soon, or change them.",
)
LATE = Text(
    "有责任会立即逾期。确实要这样，请勾选确认；否则请改期限。",
    "Some duties will be overdue at once. If that is meant, please tick the box; otherwise change the dates.",
)
NOTHING_TO_ISSUE = Text("清单里还没有任何事项，请先添加。", "The checklist has no items yet. Please add some first.")


@dataclass(frozen=True, slots=True)
class Due:
    """One due date of one item."""

    item: Item
    period: Period


@dataclass(frozen=True, slots=True)
class Blocker:
    """Something that must be mended first, beside its row."""

    row_id: int | None
    text: Text

    def as_dict(self) -> dict[str, Any]:
        """As the preview answers it."""
        return {"row_id": self.row_id, "text": self.text.as_dict()}


def due_dates(items: Iterable[Item], year: int) -> list[Due]:
    """Every date on which an item is due in `year`."""
    return [Due(item, period) for item in items for period in periods_of(item.schedule, year)]


def to_be_issued(dues: Iterable[Due], *, today: dt.date, with_past: bool) -> list[Due]:
    """Those of which duties are made: periods that are over only when somebody asks for them."""
    return [due for due in dues if with_past or due.period.due_on >= today]


def at_short_notice(dues: Iterable[Due], *, today: dt.date) -> list[Due]:
    """Those that are due in less than NOTICE_WORKDAYS working days, without what is over."""
    first, until = short_notice(today)
    return [due for due in dues if first <= due.period.due_on < until]


def short_notice(today: dt.date) -> tuple[dt.date, dt.date]:
    """The first day that is near, and the first that is notice enough."""
    return today, add_workdays(today, NOTICE_WORKDAYS)


def fingerprint(version: int, dues: Iterable[Due], *, with_past: bool) -> str:
    """What tells whether issuing would still make what somebody was shown; another day may make periods past."""
    periods = [(due.item.id, due.period.label, due.period.due_on) for due in dues]
    return fingerprint_of([version, with_past, *periods])


def steps(duties: int, files: int) -> int:
    """What so many duties cost a unit: marking each done is a step, adding the file that some ask for is another."""
    return duties + files


def dues_by_month(dues: Iterable[Due]) -> list[tuple[int, str, int, int]]:
    """(row that names the units, month, due dates in it, those that ask for a file), by the date after moving.

    Items that take their units from the same row are counted together: its units are looked up once. One without units
    makes no duty.
    """
    counts: Counter[tuple[int | None, str]] = Counter()
    files: Counter[tuple[int | None, str]] = Counter()
    for due in dues:
        place = (due.item.units_row_id, due.period.due_on.isoformat()[:7])
        counts[place] += 1
        files[place] += due.item.asks_file
    return [(place[0], place[1], number, files[place]) for place, number in counts.items() if place[0] is not None]


def coming_dues(dues: Iterable[Due]) -> list[dict[str, Any]]:
    """The dates of items for which a row names units, as `ComingDuties` lists them."""
    return [
        {
            "row_id": due.item.units_row_id,
            "item_id": due.item.id,
            "title": due.item.title,
            "period": due.period.label,
            "due_on": due.period.due_on.isoformat(),
            "asks_file": due.item.asks_file,
        }
        for due in dues
        if due.item.units_row_id is not None
    ]


@dataclass(frozen=True, slots=True)
class Shared:
    """What is to be done in a year by each of the units that are named alike, and its months by how many steps."""

    units: int
    months: tuple[Load, ...]

    @property
    def duties(self) -> int:
        return sum(load.duties for load in self.months)

    @property
    def files(self) -> int:
        return sum(load.files for load in self.months)

    def busy(self, above: int) -> list[Load]:
        """The months with more than so many steps."""
        return [load for load in self.months if steps(load.duties, load.files) > above]


def shared_loads(loads: Iterable[Load]) -> dict[str, Shared]:
    """The loads by the key of the units that are named alike, months in order."""
    found: dict[str, list[Load]] = {}
    for load in loads:
        found.setdefault(load.alike, []).append(load)
    return {key: Shared(months[0].units, tuple(months)) for key, months in found.items()}


def busy_keys(shared: Mapping[str, Shared], *, above: int) -> list[str]:
    """Of which units a month is busy."""
    return [key for key, load in shared.items() if load.busy(above)]


def counted(
    shared: Mapping[str, Shared], units: Iterable[Alike], busy: Iterable[Alike], *, busy_above: int
) -> dict[str, Any]:
    """What units would get: the first of them, the busy months of the first that have any, and how many there are.

    `busy_above` is the budget of steps that a unit has in a month.
    """
    return {
        "duties": sum(load.units * load.duties for load in shared.values()),
        "units": [_unit_load(unit, shared[unit.alike]) for unit in units],
        "units_total": sum(load.units for load in shared.values()),
        "busy": [_busy_month(unit, month) for unit in busy for month in shared[unit.alike].busy(busy_above)],
        "busy_total": sum(shared[key].units for key in busy_keys(shared, above=busy_above)),
    }


def _unit_load(unit: Alike, load: Shared) -> dict[str, Any]:
    return {
        "unit_id": unit.unit_id,
        "name": unit.name,
        "kind": unit.kind,
        "duties": load.duties,
        "steps": steps(load.duties, load.files),
        "files": load.files,
    }


def _busy_month(unit: Alike, load: Load) -> dict[str, Any]:
    return {
        "unit_id": unit.unit_id,
        "name": unit.name,
        "month": load.month,
        "duties": load.duties,
        "steps": steps(load.duties, load.files),
        "files": load.files,
    }


def dates(dues: Sequence[Due], *, today: dt.date, with_past: bool = True) -> dict[str, Any]:
    """What is to be seen of the due dates, of which `dues` are all that the items have."""
    chosen = to_be_issued(dues, today=today, with_past=with_past)
    kept = {due.item.id for due in chosen}
    return {
        "moved": [_moved(due) for due in chosen if due.period.is_moved],
        "provisional_years": provisional_years(chosen),
        "past_due": [past_due(due) for due in dues if due.period.due_on < today],
        "hurried": [past_due(due) for due in at_short_notice(chosen, today=today)],
        "left_out": [past_due(due) for due in _last_dues(dues) if due.item.id not in kept],
    }


def _last_dues(dues: Iterable[Due]) -> list[Due]:
    """The last date of each item."""
    return list({due.item.id: due for due in dues}.values())


def provisional_years(dues: Iterable[Due]) -> list[int]:
    """Years in which due dates may still move, because their days off are not announced."""
    return sorted({due.period.due_on.year for due in dues if due.period.is_provisional})


def blockers(
    items: Sequence[Item],
    *,
    questions: Iterable[OpenQuestion],
    nowhere: Iterable[BareRow],
    empty_groups: Sequence[EmptyGroup],
) -> list[Blocker]:
    """Everything that must be mended before issuing: questions first, then rows without content, units or dates."""
    found = [_question(question) for question in questions]
    found += [_leads_nowhere(row) for row in nowhere]
    found += [_empty_group(row) for row in empty_groups]
    told = {row.row_id for row in empty_groups}
    for item in items:
        found += _gaps(item, is_told=item.units_row_id in told)
    if not items:
        found.append(Blocker(None, NOTHING_TO_ISSUE))
    return found


def _moved(due: Due) -> dict[str, Any]:
    return {
        "row_id": due.item.id,
        "title": due.item.title,
        "written": due.period.written_due_on.isoformat(),
        "moved_to": due.period.due_on.isoformat(),
    }


def past_due(due: Due) -> dict[str, Any]:
    """A date of an item, as a PastDue."""
    return {"row_id": due.item.id, "title": due.item.title, "due_on": due.period.due_on.isoformat()}


def _question(question: OpenQuestion) -> Blocker:
    where = Text(f"“{question.title}”", f"“{question.title}”") if question.title else Text("清单", "The checklist")
    return Blocker(
        question.row_id,
        Text(f"{where.zh}有问题未答：{question.text_zh}", f"{where.en} has an open question: {question.text_en}"),
    )


def _leads_nowhere(row: BareRow) -> Blocker:
    return Blocker(
        row.id,
        Text(
            f"“{row.title}”下面没有内容，请逐级添加到事项，或删除这一行。",
            f"There is nothing below “{row.title}”. Please add rows down to an item, or delete it.",
        ),
    )


def _empty_group(row: EmptyGroup) -> Blocker:
    return Blocker(
        row.row_id,
        Text(
            f"“{row.title}”的单位组“{row.name}”没有可下发的成员，请填写成员或改选单位。",
            f"The group “{row.name}” of “{row.title}” has no active members. Please fill it or choose units.",
        ),
    )


def _gaps(item: Item, *, is_told: bool) -> Iterator[Blocker]:
    if not item.has_units and not is_told:
        yield Blocker(
            item.id,
            Text(
                f"“{item.title}”没有责任单位，请选择启用中的单位或单位组。",
                f"“{item.title}” has no unit. Please choose active units or groups.",
            ),
        )
    if not item.schedule.is_set:
        yield Blocker(
            item.id,
            Text(
                f"“{item.title}”没有完成时限，请填写日期或周期。",
                f"“{item.title}” has no due date. Please give a date or a recurrence.",
            ),
        )
