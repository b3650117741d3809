"""Notices in many forms, each with what is rightly read of it: parsed, read, and counted.

After `---` stand the expected lines: `A` an area, `M` a measure with `lead=`, `units=` (responsible), `support=`,
`groups=` (~ for a 、 within a name), `unknown=`, `due=`, `fig=` (figures proposed as targets) and `ask=` (questions
that must be put); `T` its tasks, `X` a line that is left out, `target` one of the whole notice, and `title`,
`issuer`, `date`, `number`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from services.tasks.notices.directory import Directory
from services.tasks.notices.draft import Draft, Due, DueKind, Measure, Question, Target

# The least precision and recall.
LEAST = {"units": 0.98, "measures": 0.98, "leads": 0.97, "targets": 0.9}
FOLDER = Path(__file__).parents[1] / "unit" / "notices" / "forms"


@dataclass
class Expected:
    """A measure as it must be read; of names the whole lists, in any order."""

    area: str
    title: str
    said: dict[str, list[str]] = field(default_factory=dict)
    tasks: list[str] = field(default_factory=list)


@dataclass
class Form:
    """One notice and its right reading."""

    name: str
    text: str
    heads: dict[str, str] = field(default_factory=dict)
    measures: list[Expected] = field(default_factory=list)
    targets: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


def forms(files: str = "*.txt") -> list[Form]:
    """All of them, or those of some files."""
    return [form for path in sorted(FOLDER.glob(files)) for form in _parsed(path.read_text())]


def _parsed(content: str) -> Iterator[Form]:
    for chunk in re.split(r"^=== ", content, flags=re.MULTILINE)[1:]:
        name, _, rest = chunk.partition("\n")
        text, _, expected = rest.partition("\n---\n")
        form, area = Form(name, text + "\n"), ""
        for line in expected.strip().splitlines():
            key, _, value = line.partition(" ")
            if key == "A":
                area = value
            elif key == "M":
                title, *said = value.split(" | ")
                pairs = (one.partition("=") for one in said)
                form.measures.append(Expected(area, title, {word: _list(word, of) for word, _, of in pairs}))
            elif key == "T":
                form.measures[-1].tasks.append(value)
            elif key == "X":
                form.left_out.append(value)
            elif key == "target":
                form.targets.append(value)
            else:
                form.heads[key] = value
        yield form


def _list(word: str, value: str) -> list[str]:
    pieces = re.split({"fig": ";", "ask": ",", "due": "\n"}.get(word, "、"), value)
    return [piece.replace("~", "、") if word == "groups" else piece for piece in pieces]


def said_of(measure: Measure, directory: Directory) -> dict[str, list[str]]:
    """What was read of a measure, as the files of expectations write it."""
    names = {unit.code: unit.name for unit in directory.units}
    lead = [names[measure.lead]] if measure.lead else []
    support = [names[code] for code in measure.support]
    units = [names[code] for code in measure.units if names[code] not in (*lead, *support)]
    return {"lead": lead, "units": units, "support": support, "groups": list(measure.groups)}


def unknown_of(measure: Measure) -> list[str]:
    """The names that the directory does not know."""
    return [str(getattr(one, "text", one)) for one in measure.unknown]


def due_word(due: Due | None, questions: list[Question]) -> str:
    """The due date as the files write it; `ask` where it is asked, `none` where the notice says nothing."""
    asked = {question.kind.value for question in questions}
    if asked & {"unclear_due", "impossible_due", "past_due", "several_dues"}:
        return "ask"
    if due is None:
        return "none"
    if due.kind is DueKind.DATE:
        return str(due.date)
    if due.kind is DueKind.CONTINUOUS:
        return "continuous"
    parts = [str(part) for part in (due.month if due.kind is not DueKind.MONTHLY else None, due.day) if part]
    return f"{due.kind.value}:{'/'.join(parts)}"


def figure_word(target: Target) -> str:
    """A target as the files write it."""
    value = "" if target.value is None else format(_plain(target.value), "f")
    return f"{target.name}{target.comparator}{value}{target.unit_of_measure}"


def _plain(value: Decimal) -> Decimal:
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()


@dataclass
class Score:
    """How much of what there is was found, and how much of what was found is there."""

    right: int = 0
    found: int = 0
    there: int = 0

    def add(self, found: list[str], there: list[str]) -> None:
        """Count one list against the other; what stands twice counts twice."""
        left = list(there)
        for one in found:
            if one in left:
                left.remove(one)
                self.right += 1
        self.found += len(found)
        self.there += len(there)

    @property
    def precision(self) -> float:
        """Share of the found that is right; 1 where nothing was found."""
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """Share of what is there that was found; 1 where nothing is."""
        return self.right / self.there if self.there else 1.0


def all_units(said: dict[str, list[str]]) -> list[str]:
    """Every name of a measure, whatever its part."""
    unknown = [name.partition(":")[2] or name for name in said.get("unknown", [])]
    return [name for word in ("lead", "units", "support", "groups") for name in said.get(word, [])] + unknown


def measures_of(draft: Draft) -> list[tuple[str, Measure, list[Question]]]:
    """Each measure with the title of its area and the questions on it."""
    return [
        (
            area.title,
            measure,
            [one for one in draft.questions if one.where == f"areas[{n}].measures[{m}]"],
        )
        for n, area in enumerate(draft.areas)
        for m, measure in enumerate(area.measures)
    ]


def targets_of(draft: Draft) -> list[str]:
    """The targets of the whole notice and their parts, as the files write them."""
    return [figure_word(one) for whole in draft.targets for one in (whole, *whole.subsets)]


def scores(read: Callable[[Form], Draft], directory: Directory) -> dict[str, Score]:
    """How much of units, measures, leads and targets is found in all forms, read by `read`."""
    found = {what: Score() for what in LEAST}
    for form in forms():
        draft = read(form)
        measures = {measure.title: measure for _area, measure, _asked in measures_of(draft)}
        found["measures"].add(list(measures), [one.title for one in form.measures])
        found["targets"].add(targets_of(draft), form.targets)
        for expected in form.measures:
            measure = measures.get(expected.title)
            said = said_of(measure, directory) | {"unknown": unknown_of(measure)} if measure else {}
            found["units"].add(all_units(said), all_units(expected.said))
            found["leads"].add(said.get("lead", []), expected.said.get("lead", []))
            figures = [figure_word(one) for one in measure.targets] if measure else []
            found["targets"].add(figures, expected.said.get("fig", []))
    return found


def too_little(found: dict[str, Score]) -> dict[str, Score]:
    """What lies below the least that must be found."""
    return {what: one for what, one in found.items() if min(one.precision, one.recall) < LEAST[what]}
