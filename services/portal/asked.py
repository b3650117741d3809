"""The questions of a draft as their page lists them: under their kinds, in pages, those that a search finds. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Question = Mapping[str, Any]

# A page of as many lines weighs some 40 KB.
LISTED = 100
ANSWERED = "answered"
# What questions of a kind have in common that one answer is for: a group, or a name.
TOGETHER = {"group": "group_id", "unknown_unit": "quote", "ambiguous_unit": "quote"}


@dataclass(frozen=True, slots=True)
class Kind:
    """Questions of one kind; `sets` are those of this page that one answer is for, `total` counts all pages."""

    kind: str
    sets: list[list[Question]]
    total: int
    page: int
    pages: int

    @property
    def shown(self) -> int:
        """How many of them this page lists."""
        return sum(map(len, self.sets))


def under_kinds(
    questions: Iterable[Question], answers: Mapping[str, str], *, kinds: Sequence[str], chosen: str, page: int
) -> list[Kind]:
    """Open questions under their kinds, in this order and unknown ones last; of a chosen kind the page, else the first.

    One answer is for all questions on the same group or name, and each target is asked about by itself.
    """
    found: dict[str, list[Question]] = {kind: [] for kind in kinds}
    for question in questions:
        found.setdefault(question["kind"], []).append(question)
    listed = [(kind, asked) for kind, asked in found.items() if asked and chosen in ("", kind)]
    return [
        _kind(kind, asked, page=page if chosen else 1, is_single=answers.get(kind) == "target")
        for kind, asked in listed
    ]


def cut(questions: Sequence[Question], page: int) -> Kind:
    """One page of questions that stand alone, such as the answered ones; a page after the last is the last."""
    return _kind(ANSWERED, questions, page=page, is_single=True)


def holding(questions: Iterable[Question], rows: Mapping[int, Mapping[str, Any]], text: str) -> list[Question]:
    """The questions with this text in their words, the notice's words, or the title or number of their row."""
    return [question for question in questions if any(text.lower() in word.lower() for word in _words(question, rows))]


def _kind(kind: str, asked: Sequence[Question], *, page: int, is_single: bool) -> Kind:
    pages = max(1, -(-len(asked) // LISTED))
    page = min(page, pages)
    sets: dict[Any, list[Question]] = {}
    for question in asked[(page - 1) * LISTED : page * LISTED]:
        together = question["question_id"] if is_single else question.get(TOGETHER.get(kind, ""))
        sets.setdefault(together, []).append(question)
    return Kind(kind, list(sets.values()), len(asked), page, pages)


def _words(question: Question, rows: Mapping[int, Mapping[str, Any]]) -> tuple[str, ...]:
    row = rows.get(question["row_id"], {})
    return (*question["text"].values(), question["quote"], row.get("title", ""), row.get("number", ""))
