"""Use cases: a sheet of indicators, shown before it is taken over, all of it or nothing.

The portal reads the sheet. A column that it lacks leaves that field as it is; an empty cell of a column that it has
empties the field.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from marshmallow import ValidationError

from services.stats.indicators import store
from services.stats.indicators.definitions import Definition, changes, complaints
from services.stats.indicators.saving import Standing, store_definitions, wrong_changes
from services.stats.indicators.schemas import DefinitionParams
from shared.calling.calls import Context
from shared.calling.params import complaints_of
from shared.database import Cursor
from shared.errors import Conflict, Invalid
from shared.fingerprint import fingerprint_of
from shared.text import Text

MOST_COMPLAINTS = 200
WRONG_ROWS = Text(
    "文件里有错误，一行也没有导入。请按下面的行和列改好后重新上传。",
    "There are errors in the file and nothing was imported. Please correct the lines below and upload it again.",
)
CHANGED_SINCE = Text(
    "您看过之后，指标又有变化，还没有导入。请看一遍现在会有哪些更改，再确认。",
    "Indicators have changed since you looked, and nothing was imported. Please look at the changes again.",
)
TWICE = Text("这个代码在文件里出现了两次。", "This code is in the file twice.")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the sheet, as the definition that it asks for; `before` is what stands now, None for a new one."""

    line: int
    after: Definition
    before: Definition | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """What taking over a sheet would do."""

    lines: Sequence[Line]

    @property
    def new(self) -> list[Line]:
        return [line for line in self.lines if line.before is None]

    @property
    def changed(self) -> list[Line]:
        return [line for line in self.lines if line.before not in (None, line.after)]

    @property
    def fingerprint(self) -> str:
        return fingerprint_of((line.after, line.before) for line in (*self.new, *self.changed))


def preview_indicators(cur: Cursor, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Tell what importing the rows would change, storing nothing."""
    return _preview_of(_read(cur, Standing.read(cur), rows))


def import_indicators(cur: Cursor, context: Context, params: Mapping[str, Any]) -> dict[str, Any]:
    """Make the sheet's new indicators and change those whose code is known; others stay as they are."""
    store.lock_indicators(cur)
    standing = Standing.read(cur)
    sheet = _read(cur, standing, params["rows"])
    if params["seen"] != sheet.fingerprint:
        raise Conflict(CHANGED_SINCE, {"current": _preview_of(sheet)})
    wanted = [line.after for line in (*sheet.new, *sheet.changed)]
    store_definitions(cur, wanted, standing, who=context.signed_in.signature)
    return {"created": len(sheet.new), "changed": len(sheet.changed)}


def _read(cur: Cursor, standing: Standing, rows: Sequence[Mapping[str, Any]]) -> Sheet:
    """The sheet beside what stands. Invalid, with all that is wrong cell by cell."""
    wrong: dict[tuple[int, str], Text] = {}
    lines: list[Line] = []
    for row in rows:
        try:
            lines.append(_line(row, standing))
        except ValidationError as error:
            wrong |= {(row["line"], field): text for field, text in complaints_of(error).items()}
    often = Counter(line.after.code for line in lines)
    wrong |= {(line.line, "code"): TWICE for line in lines if often[line.after.code] > 1}
    if not wrong:
        wrong = dict(_wrong_lines(cur, standing, lines))
    if wrong:
        raise _refusal(wrong)
    return Sheet(lines)


def _line(row: Mapping[str, Any], standing: Standing) -> Line:
    cells = row["cells"]
    code = cells.get("code")
    before = standing.definitions.get(code.strip()) if isinstance(code, str) else None
    given = (before.as_dict() if before else {}) | cells
    loaded = DefinitionParams().load(given)
    after = Definition(**{field.name: loaded[field.name] for field in fields(Definition)})
    return Line(row["line"], after, standing.definitions.get(after.code))


def _wrong_lines(cur: Cursor, standing: Standing, lines: Sequence[Line]) -> Iterable[tuple[tuple[int, str], Text]]:
    known = {**standing.definitions, **{line.after.code: line.after for line in lines}}
    changed = {line.after.code: line.after for line in lines if line.before not in (None, line.after)}
    of_changes = wrong_changes(cur, standing, changed)
    for line in lines:
        wrong = complaints(line.after, known) | of_changes.get(line.after.code, {})
        yield from (((line.line, field), text) for field, text in wrong.items())


def _refusal(wrong: Mapping[tuple[int, str], Text]) -> Invalid:
    rows = [{"line": line, "column": field, "text": wrong[line, field].as_dict()} for line, field in sorted(wrong)]
    return Invalid(WRONG_ROWS, {"rows": rows[:MOST_COMPLAINTS], "count": len(rows)})


def _preview_of(sheet: Sheet) -> dict[str, Any]:
    return {
        "new": [{"line": one.line, "code": one.after.code, "name": one.after.name} for one in sheet.new],
        "changed": [_changed(one) for one in sheet.changed],
        "unchanged": len(sheet.lines) - len(sheet.new) - len(sheet.changed),
        "fingerprint": sheet.fingerprint,
    }


def _changed(line: Line) -> dict[str, Any]:
    found = [] if line.before is None else changes(line.before, line.after)
    return {
        "line": line.line,
        "code": line.after.code,
        "name": line.after.name,
        "changes": [{"field": field, "before": before, "after": after} for field, before, after in found],
    }
