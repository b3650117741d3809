"""What one line says of a notice that was read, and the table of a folder of notices. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from services.tasks.notices.draft import Draft
from shared.text import Text

HEADINGS = ("文件", "领域", "举措", "任务", "目标", "单位", "不认得", "问题", "未收入", "草稿", "有误")
_COUNTS = ("areas", "measures", "tasks", "targets", "units", "unknown", "questions", "left_out", "checklist_id")
_LONGEST_ERROR = 60


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
