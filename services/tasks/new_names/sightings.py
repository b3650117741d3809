"""The names of a draft's open questions, each once with all places where it stands and all forms it has. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from services.tasks.drafting.records import Question
from services.tasks.new_names.proposing import heads

# Questions that ask whose a name is.
ON_NAMES = frozenset({"unknown_unit", "ambiguous_unit"})


@dataclass(slots=True)
class Sighting:
    """One name in all its forms; `questions` are in reading order. `is_ambiguous`: several units answer to it."""

    questions: list[Question] = field(default_factory=list)

    @property
    def name(self) -> str:
        return heads([question.quote for question in self.questions])

    @property
    def forms(self) -> list[str]:
        """All writings, the name first."""
        return list(dict.fromkeys([self.name, *(question.quote for question in self.questions)]))

    @property
    def is_ambiguous(self) -> bool:
        return any(question.kind == "ambiguous_unit" for question in self.questions)


def on_names(questions: Iterable[Question]) -> list[Question]:
    """The open ones that ask whose a name is, in reading order."""
    return sorted((q for q in questions if q.kind in ON_NAMES and q.answered_at is None), key=lambda q: q.id)


def sightings_of(questions: Sequence[Question], key_of: Callable[[str], str]) -> list[Sighting]:
    """Group questions by what all forms of a name have in common, in the order in which they first stand there."""
    found: dict[tuple[str, bool], Sighting] = {}
    for question in questions:
        ambiguous = question.kind == "ambiguous_unit"
        found.setdefault((key_of(question.quote), ambiguous), Sighting()).questions.append(question)
    return list(found.values())
