"""What lines of a terminal say of a notice that was read, and the table of a folder of notices. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.tasks.notices.draft import Draft, Due, DueKind, Measure, NamedAs
from shared.text import Text

HEADINGS = ("文件", "领域", "举措", "任务", "目标", "单位", "不认得", "问题", "未收入", "草稿", "有误")
_COUNTS = ("areas", "measures", "tasks", "targets", "units", "unknown", "questions", "left_out", "checklist_id")
_LONGEST_ERROR = 60
_PARTS = {
    NamedAs.LEAD: "牵头 / lead",
    NamedAs.RESPONSIBLE: "责任 / responsible",
    NamedAs.SUPPORT: "配合 / co-operating",
}
_NOT_GIVEN = "未写明 / not given"
_RECURS = {
    DueKind.MONTHLY: ("每月", "monthly"),
    DueKind.QUARTERLY: ("每季度", "quarterly"),
    DueKind.YEARLY: ("每年", "yearly"),
}


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a notice became no draft: a word for scripts, the code that the command ends with, a sentence."""

    code: str
    exit_code: int
    text: Text

    def as_dict(self) -> dict[str, Any]:
        return {"code": self.code, "text": self.text.as_dict()}


@dataclass(frozen=True, slots=True)
class Summary:
    """One notice in numbers; they are None where it could not be read."""

    file: str
    counts: dict[str, int] | None = None
    checklist_id: int | None = None
    failure: Failure | None = None

    def as_dict(self) -> dict[str, Any]:
        """A line of JSON, every field in it."""
        counts = self.counts or {}
        return {
            "file": self.file,
            **{name: counts.get(name) for name in _COUNTS if name != "checklist_id"},
            "checklist_id": self.checklist_id,
            "error": self.failure.as_dict() if self.failure else None,
        }


def counts_of(draft: Draft) -> dict[str, int]:
    """How much of everything the notice has; units and unknown names are counted once each."""
    measures = [measure for area in draft.areas for measure in area.measures]
    return {
        "areas": len(draft.areas),
        "measures": len(measures),
        "tasks": sum(len(measure.tasks) for measure in measures),
        "targets": len(draft.targets),
        "units": len({code for measure in measures for code in measure.units}),
        "unknown": len({name.text for measure in measures for name in measure.unknown}),
        "questions": len(draft.questions),
        "left_out": len(draft.left_out),
    }


def units_of(measure: Measure, unit_names: Mapping[str, str]) -> str:
    """Who does the measure, in a line by the parts in the work; ? marks a name that the directory lacks."""
    named: dict[NamedAs, list[str]] = {part: [] for part in NamedAs}
    for code in measure.units:
        named[_part_of(code, measure)].append(unit_names[code])
    for name in measure.unknown:
        named[name.role].append(f"{name.text}?")
    lists = [*((word, named[part]) for part, word in _PARTS.items()), ("单位组 / groups", measure.groups)]
    return "  ".join(f"{word}: {'、'.join(names)}" for word, names in lists if names) or f"单位 / units: {_NOT_GIVEN}"


def _part_of(code: str, measure: Measure) -> NamedAs:
    if code == measure.lead:
        return NamedAs.LEAD
    return NamedAs.SUPPORT if code in measure.support else NamedAs.RESPONSIBLE


def due_of(due: Due | None) -> str:
    """When a measure is due, in a line: the day or how often, and behind it the notice's words."""
    said = " ".join(_when(due)) if due else _NOT_GIVEN
    return f"时限 / due: {said}" + (f"  “{due.text}”" if due and due.text else "")


def _when(due: Due) -> Iterator[str]:
    if due.kind is DueKind.DATE:
        yield str(due.date)
    elif due.kind is DueKind.CONTINUOUS:
        yield "长期 / continuous"
    else:
        zh, en = _RECURS[due.kind]
        month = "" if due.month is None else f"{due.month}月" if due.kind is DueKind.YEARLY else f"第{due.month}个月"
        day = f"{due.day}日" if due.day else "底"
        yield f"{zh}{month}{day} / {en}, {_day_in_english(due)}"


def _day_in_english(due: Due) -> str:
    month = f"month {due.month}, " if due.month is not None else ""
    return f"{month}{f'day {due.day}' if due.day else 'last day'}"


def table_of(summaries: Sequence[Summary]) -> str:
    """A table for a terminal, in which Chinese signs are two wide."""
    rows = [HEADINGS, *(_cells(summary) for summary in summaries)]
    widths = [max(map(width_of, column)) for column in zip(*rows, strict=True)]
    return "\n".join(_line(row, widths) for row in rows)


def width_of(text: str) -> int:
    """Columns of a terminal."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def _cells(summary: Summary) -> tuple[str, ...]:
    told = summary.as_dict()
    numbers = ["" if told[name] is None else str(told[name]) for name in _COUNTS]
    error = summary.failure.text.zh if summary.failure else ""
    return (summary.file, *numbers, error if len(error) <= _LONGEST_ERROR else f"{error[: _LONGEST_ERROR - 1]}…")


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    padded = [f"{cell}{' ' * (width - width_of(cell))}" for cell, width in zip(row, widths, strict=True)]
    return "  ".join(padded).rstrip()
