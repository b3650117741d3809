"""What becomes of a notice's draft in a checklist: due dates, targets, titles that fit. Pure."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from services.tasks.notices.draft import Draft, Due, DueKind, Measure, Target
from services.tasks.vocabulary import LONGEST_BODY, LONGEST_TITLE
from shared.text import Text
from shared.typed_text import tidy

_IN_TITLE = re.compile("《(.+)》")


@dataclass(frozen=True, slots=True)
class Timing:
    """When the items of a measure are due; `doubt` asks the person instead when the checklist cannot say it so."""

    due_on: dt.date | None = None
    recurrence: str = "once"
    due_day: int | None = None
    doubt: Text | None = None

    @property
    def is_set(self) -> bool:
        """Whether anything is known of when it is due."""
        return self.due_on is not None or self.recurrence != "once"

    def as_dict(self) -> dict[str, Any]:
        """The columns of a row."""
        return {"due_on": self.due_on, "recurrence": self.recurrence, "due_day": self.due_day}


def timing_of(due: Due | None, year: int) -> Timing:
    """How a due date of a notice stands in a checklist of `year`, and what is doubtful about it."""
    if due is None:
        return Timing()
    match due.kind:
        case DueKind.DATE:
            return _on_date(due, year)
        case DueKind.MONTHLY:
            return Timing(recurrence="monthly", due_day=due.day)
        case DueKind.QUARTERLY:
            if due.month not in (None, 3):
                return Timing(
                    doubt=_not_so(due, "每季度的期限只能在季末月份", "a quarterly date lies in the last month")
                )
            return Timing(recurrence="quarterly", due_day=due.day)
        case DueKind.YEARLY:
            return Timing(due_on=_yearly_date(due, year), recurrence="yearly")
        case DueKind.CONTINUOUS:
            return Timing(recurrence="yearly")


def _on_date(due: Due, year: int) -> Timing:
    # A person may set a date of a neighbouring year; one that a notice gives is more likely the plan's end.
    if due.date is not None and due.date.year != year:
        zh, en = f"{due.date}不在{year}年清单之内", f"{due.date} does not lie within the checklist of {year}"
        return Timing(doubt=_not_so(due, zh, en))
    return Timing(due_on=due.date)


def _yearly_date(due: Due, year: int) -> dt.date | None:
    if due.month is None:
        return None
    last = calendar.monthrange(year, due.month)[1]
    return dt.date(year, due.month, min(due.day or last, last))


def _not_so(due: Due, zh: str, en: str) -> Text:
    return Text(
        f"写明的时限是“{due.text}”，但{zh}：请填写本年度的时限或周期。",
        f"The notice says “{due.text}”, but {en}: give a due date or recurrence for this year.",
    )


def fitted(title: str) -> tuple[str, str]:
    """A title that fits into a row, and the whole text for its body when it had to be cut."""
    title = tidy(title)
    if len(title) <= LONGEST_TITLE:
        return title, ""
    return f"{title[: LONGEST_TITLE - 1]}…", title[:LONGEST_BODY]


def titled(title: str, text: str) -> tuple[str, str]:
    """Title and body of a row: the body has the whole title where it had to be cut, then the text."""
    fitting, whole = fitted(title)
    return fitting, tidy(f"{whole}\n{text}", has_lines=True)[:LONGEST_BODY].rstrip()


def tasks_of(measure: Measure) -> tuple[str, ...]:
    """The proposed tasks; a measure of one sentence is its own task, so that it has something to issue."""
    return measure.tasks or (measure.title,)


def plan_title(draft: Draft) -> str:
    """The plan's own name, without the words of the notice that hands it on."""
    named = _IN_TITLE.search(draft.title)
    return fitted(named[1] if named else draft.title)[0] or "工作方案"


def checklist_title(draft: Draft, year: int) -> str:
    """The plan's title, with the year where it names none or others, within the limit of titles."""
    title = plan_title(draft)
    # Of a plan of 2027 and 2028 there is a checklist for each.
    if f"{year}年" in title and re.findall(r"\d{4}", title) == [str(year)] and len(title) <= LONGEST_TITLE:
        return title
    suffix = f"（{year}年清单）"
    return title[: LONGEST_TITLE - len(suffix)] + suffix


def plan_years(draft: Draft, year: int) -> tuple[int, int]:
    """First and last year of the plan: those that it names, those of its targets, and the checklist's own."""
    targets = [target for _, target in all_targets(draft)]
    named = draft.plan_years or ()
    return (
        min([year, *named, *(target.from_year for target in targets if target.from_year)]),
        max([year, *named, *(target.to_year for target in targets if target.to_year)]),
    )


def all_targets(draft: Draft) -> Iterator[tuple[str, Target]]:
    """Every target with its path in the draft, each whole before its parts."""
    waiting = [(f"targets[{n}]", target) for n, target in enumerate(draft.targets)][::-1]
    while waiting:
        path, target = waiting.pop()
        yield path, target
        waiting += [(f"{path}.subsets[{n}]", part) for n, part in enumerate(target.subsets)][::-1]


def target_row(target: Target, to_year: int, *, is_part: bool) -> dict[str, Any]:
    """The columns of a target."""
    return {
        "name": target.name,
        "quote": target.text,
        "kind": target.kind.value,
        "comparator": target.comparator,
        "value": target.value,
        "unit_of_measure": target.unit_of_measure,
        "to_year": target.to_year or to_year,
        "is_approximate": target.is_approximate,
        "is_part": is_part,
    }
