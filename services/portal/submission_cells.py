"""The fields of a report's form as a browser sends them: what is typed in each cell, and what it said before. Pure.

Of indicator 12 they are `v12` the period's value, `t12` the cumulative, `n12` why there is no figure, `w12` what the
three said when the page was made, and where two people changed the cell `o12` what the other one made of it with `k12`
as the choice between both.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

NAMES = {"v": "typed", "t": "typed_total", "n": "no_figure"}
_FIELD = re.compile(r"([vtn])([1-9][0-9]{0,17})")
# On the page of published figures: of which indicator and unit.
_PUBLISHED = re.compile(r"typed-[1-9][0-9]{0,17}-[1-9][0-9]{0,17}")
_EXPLANATION = re.compile(r"x([1-9][0-9]{0,17})")
MINE, THEIRS = "mine", "theirs"


def cells_of(fields: Mapping[str, str]) -> list[dict[str, Any]]:
    """The cells of a form as `save_submission` takes them; a choice for the colleague's version is carried out."""
    found: dict[int, dict[str, str]] = {}
    for name, value in fields.items():
        match = _FIELD.fullmatch(name)
        if match:
            found.setdefault(int(match[2]), {})[NAMES[match[1]]] = value
    return [_cell(indicator_id, typed, fields) for indicator_id, typed in found.items()]


def explanations_of(fields: Mapping[str, str]) -> list[dict[str, Any]]:
    """What is typed about checks: `x5` is about check 5."""
    matches = ((_EXPLANATION.fullmatch(name), value) for name, value in fields.items())
    return [{"check_id": int(match[1]), "text": value} for match, value in matches if match and value.strip()]


def is_figure(name: str) -> bool:
    """Whether a field of this name is one that a person types a figure into."""
    return any(pattern.fullmatch(name) for pattern in (_FIELD, _PUBLISHED))


def written(cell: Mapping[str, str]) -> str:
    """What a cell says, to travel in a hidden field."""
    return json.dumps([cell.get(name) or "" for name in NAMES.values()], ensure_ascii=False, separators=(",", ":"))


def read(text: str) -> dict[str, str] | None:
    """What `written` wrote; None for anything else."""
    try:
        value = json.loads(text)
    except ValueError:
        return None
    if not isinstance(value, list) or len(value) != len(NAMES) or not all(isinstance(one, str) for one in value):
        return None
    return dict(zip(NAMES.values(), value, strict=True))


def same_as_last(lines: Iterable[Mapping[str, Any]], cells: Iterable[Mapping[str, Any]], only: int | None) -> list[Any]:
    """The cells with last period's figures: where nothing is typed, or in the one cell `only` whatever it says."""
    last = {line["indicator_id"]: line["last"] for line in lines if line["last"]}
    return [_as_last(cell, last.get(cell["indicator_id"]), only) for cell in cells]


def filled(before: Iterable[Mapping[str, Any]], after: Iterable[Mapping[str, Any]]) -> int:
    """How many cells were empty and are not any more."""
    return sum(is_empty(old) and not is_empty(new) for old, new in zip(before, after, strict=True))


def is_empty(cell: Mapping[str, Any]) -> bool:
    """Whether nothing is typed in it."""
    return not any((cell.get(name) or "").strip() for name in NAMES.values())


def overlaid(lines: Iterable[Mapping[str, Any]], cells: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The lines of a form with what was typed and not saved in their fields."""
    typed = {cell["indicator_id"]: {name: cell.get(name) or "" for name in NAMES.values()} for cell in cells}
    return [{**line, **typed.get(line["indicator_id"], {})} for line in lines]


def as_typed(form: Mapping[str, Any], fields: Mapping[str, str]) -> dict[str, Any]:
    """A form that could not be saved, with what was typed in its fields, on what the page of then was based on.

    Each line says as `was` what its hidden field said.
    """
    explained = {one["check_id"]: one["text"] for one in explanations_of(fields)}
    return {
        **form,
        "version": fields.get("version") or form["version"],
        "lines": [
            {**line, "was": fields.get(f"w{line['indicator_id']}")}
            for line in overlaid(form["lines"], cells_of(fields))
        ],
        "failures": [
            {**one, "explanation": explained.get(one["check_id"], one["explanation"])} for one in form["failures"]
        ],
    }


def _cell(indicator_id: int, typed: Mapping[str, str], fields: Mapping[str, str]) -> dict[str, Any]:
    was = read(fields.get(f"w{indicator_id}", ""))
    other = read(fields.get(f"o{indicator_id}", ""))
    if other is None:
        return {"indicator_id": indicator_id, **typed, "was": was}
    chosen = other if fields.get(f"k{indicator_id}") == THEIRS else typed
    return {"indicator_id": indicator_id, **chosen, "was": other}


def _as_last(cell: Mapping[str, Any], last: Mapping[str, Any] | None, only: int | None) -> dict[str, Any]:
    wanted = is_empty(cell) if only is None else cell["indicator_id"] == only
    if last is None or not wanted:
        return dict(cell)
    value = last["value"]
    return {**cell, "typed": value or "", "typed_total": "", "no_figure": "" if value else last["no_figure"]}


def wrong_among(cells: Sequence[Mapping[str, Any]], problems: Sequence[Mapping[str, Any]]) -> list[int]:
    """The indicators whose cells are wrong, in the order of the form: what is empty in a draft is not wrong yet."""
    typed = {cell["indicator_id"] for cell in cells if any(cell.get(name) for name in NAMES.values())}
    return [problem["indicator_id"] for problem in problems if problem["indicator_id"] in typed]
