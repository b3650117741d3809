"""What a file of units says line by line, beside what the directory holds, and what is wrong with a line. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from services.tasks.directory.naming import Named
from shared.errors import Invalid
from shared.text import Text

MOST_COMPLAINTS = 200

WRONG_ROWS = Text(
    "文件里有错误，一行也没有导入。请按下面的行和列改好后重新上传。",
    "There are errors in the file and nothing was imported. Please correct the lines below and upload it again.",
)


@dataclass(frozen=True, slots=True)
class UnitLine:
    """One line of the file; `line` is counted as a text editor does.

    None stands for a column that the file does not have, which leaves that field of a known unit as it is.
    """

    line: int
    code: str
    name: str
    kind: str
    parent_code: str | None = None
    aliases: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """A unit as it stands in the directory, or as it will after the import; "" is no unit above."""

    code: str
    name: str
    kind: str = "township"
    parent_code: str = ""
    aliases: tuple[str, ...] = ()
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class Known:
    """What the directory holds: units by code, and groups, which share the world of names with them."""

    units: Mapping[str, Standing] = field(default_factory=dict)
    groups: Sequence[Named] = ()


@dataclass(frozen=True, slots=True)
class Complaint:
    line: int
    column: str
    text: Text

    def as_dict(self) -> dict[str, Any]:
        return {"line": self.line, "column": self.column, "text": self.text.as_dict()}


def refuse(complaints: Iterable[Complaint]) -> Invalid:
    """One complaint for each cell, the first of its own, in the order of the file."""
    found: dict[tuple[int, str], Complaint] = {}
    for complaint in complaints:
        found.setdefault((complaint.line, complaint.column), complaint)
    rows = [found[place].as_dict() for place in sorted(found)]
    return Invalid(WRONG_ROWS, {"rows": rows[:MOST_COMPLAINTS]})


def settled(line: UnitLine, before: Standing | None) -> Standing:
    """The unit as it will be: what the file has no column for stays as it was before."""
    kept = before or Standing(line.code, line.name)
    return Standing(
        code=line.code,
        name=line.name,
        kind=line.kind,
        parent_code=kept.parent_code if line.parent_code is None else line.parent_code,
        aliases=kept.aliases if line.aliases is None else line.aliases,
        is_active=kept.is_active,
    )
