"""Rules of the questions that a draft leaves to a person: which answers fit which question."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

from services.tasks.notices.draft import QuestionKind
from shared.text import Text

# The words that pages and clients know; a notice's other kinds keep theirs.
KINDS = {
    QuestionKind.UNFILLED_GROUP: "group",
    QuestionKind.UNIT_LISTED_TWICE: "duplicate_unit",
    QuestionKind.APPROXIMATE_TARGET: "approximate",
    QuestionKind.TREND_TARGET: "trend",
}
REPLACES_DUE = frozenset({"past_due", "several_dues"})

_UNITS = frozenset({"units"})
_DUE = frozenset({"due"})
_TARGET = frozenset({"target"})
# Beside "keep", which fits them all.
ANSWERS = {
    "open_ended": _UNITS,
    "group": frozenset({"group"}),
    "unknown_unit": _UNITS,
    "ambiguous_unit": _UNITS,
    "duplicate_unit": _UNITS,
    "several_leads": _UNITS,
    "several_tails": _UNITS,
    "no_unit": _UNITS,
    "applies_to_all": _UNITS,
    "left_out_duty": _UNITS,
    "no_due": _DUE,
    "impossible_due": _DUE,
    "past_due": _DUE,
    "unclear_due": _DUE,
    "several_dues": _DUE,
    "approximate": _TARGET,
    "trend": _TARGET,
}
ANSWER_WORDS = {
    "keep": Text("保持原样", "keep as it stands"),
    "units": Text("增加单位", "add units"),
    "group": Text("选定组内单位", "fill the group"),
    "due": Text("填写时限或周期", "give a due date or recurrence"),
    "target": Text("填写目标值", "give the target's value"),
}


class Asked(Protocol):
    """What the rules need to know of a question."""

    @property
    def kind(self) -> str: ...
    @property
    def quote(self) -> str: ...
    @property
    def row_id(self) -> int | None: ...
    @property
    def group_id(self) -> int | None: ...
    @property
    def target_id(self) -> int | None: ...


def kind_of(kind: QuestionKind) -> str:
    """The word that pages and clients know a notice's question by."""
    return KINDS.get(kind, kind.value)


def complain_of_answer(questions: Iterable[Asked], answer: dict[str, Any]) -> Text | None:
    """Return why the answer does not fit all the questions, or lacks its content; None when it does."""
    kind = answer["kind"]
    for question in questions:
        fitting = answers_to(question)
        if kind not in fitting:
            words = [text for name, text in ANSWER_WORDS.items() if name in fitting]
            return Text(
                f"“{question.quote}”这个问题不能用“{ANSWER_WORDS[kind].zh}”来答复，"
                f"可以：{'、'.join(word.zh for word in words)}。",
                f"“{ANSWER_WORDS[kind].en}” does not answer the question on “{question.quote}”. "
                f"Possible: {', '.join(word.en for word in words)}.",
            )
    return _complain_of_content(kind, answer)


def answers_to(question: Asked) -> frozenset[str]:
    """The kinds of answer that fit; where the row has been replaced there is nothing left to change."""
    subject = {
        "units": question.row_id,
        "due": question.row_id,
        "group": question.group_id,
        "target": question.target_id,
    }
    fitting = ANSWERS.get(question.kind, frozenset())
    return frozenset({"keep", *(kind for kind in fitting if subject.get(kind))})


def _complain_of_content(kind: str, answer: dict[str, Any]) -> Text | None:
    if kind == "units" and not answer["units"]:
        return Text("请选择至少一个单位。", "Please choose at least one unit.")
    if kind == "group" and not answer["member_ids"]:
        return Text("请选择组内的单位。", "Please choose the units of the group.")
    if kind == "due" and answer["due_on"] is None and answer["recurrence"] == "once":
        return Text("请填写完成时限，或选择周期。", "Please give a due date or choose a recurrence.")
    if kind == "target" and answer["value"] is None:
        return Text("请填写目标值。", "Please give the target's value.")
    return None
