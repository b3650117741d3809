"""What a file of units would change in the directory, told before it is stored. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.tasks.directory.unit_files import UnitFile
from services.tasks.directory.unit_lines import Known, Standing, settled
from shared.fingerprint import fingerprint_of

MOST_SHOWN = 300
# Of a unit, those that a file can change.
FIELDS = ("name", "kind", "parent_code", "aliases")


@dataclass(frozen=True, slots=True)
class Change:
    """A known unit that the file makes another one; whether it gets another place, or loses a name it went by."""

    before: Standing
    after: Standing

    @property
    def is_moved(self) -> bool:
        return self.before.parent_code != self.after.parent_code

    @property
    def is_losing_aliases(self) -> bool:
        return not set(self.before.aliases) <= {*self.after.aliases, self.after.name}


@dataclass(frozen=True, slots=True)
class Changes:
    """`new` and `changed` in the order of the file; `unchanged` counts the units that it names and leaves alone."""

    new: tuple[Standing, ...]
    changed: tuple[Change, ...]
    unchanged: int

    @property
    def fingerprint(self) -> str:
        return fingerprint_of([*self.new, *self.changed])


def changes_of(file: UnitFile, known: Known) -> Changes:
    new: list[Standing] = []
    changed: list[Change] = []
    for line in file.lines:
        before = known.units.get(line.code)
        after = settled(line, before)
        if before is None:
            new.append(after)
        elif after != before:
            changed.append(Change(before, after))
    return Changes(tuple(new), tuple(changed), len(file.lines) - len(new) - len(changed))


def handed_on(changes: Changes) -> list[str]:
    """The codes of the units whose name another one gets, which must give it up first."""
    wanted = {unit.name for unit in changes.new} | {
        change.after.name for change in changes.changed if change.after.name != change.before.name
    }
    return [change.before.code for change in changes.changed if change.before.name in wanted]


def preview_of(file: UnitFile, changes: Changes, known: Known) -> dict[str, Any]:
    """The changes as `UnitsPreview` shows them; those that are hard to take back come first."""
    after = [*changes.new, *(change.after for change in changes.changed)]
    names = {code: unit.name for code, unit in known.units.items()} | {unit.code: unit.name for unit in after}
    ordered = sorted(changes.changed, key=lambda change: not (change.is_moved or change.is_losing_aliases))
    return {
        "created": len(changes.new),
        "changed": len(changes.changed),
        "unchanged": changes.unchanged,
        "moved": sum(change.is_moved for change in changes.changed),
        "losing_aliases": sum(change.is_losing_aliases for change in changes.changed),
        "new_units": [_new_unit(unit, names) for unit in changes.new[:MOST_SHOWN]],
        "changed_units": [_changed_unit(change, names) for change in ordered[:MOST_SHOWN]],
        "absent_columns": list(file.absent),
        "ignored_columns": list(file.ignored[:MOST_SHOWN]),
        "fingerprint": changes.fingerprint,
    }


def _new_unit(unit: Standing, names: Mapping[str, str]) -> dict[str, Any]:
    return {"code": unit.code, "name": unit.name, "kind": unit.kind, "above": _shown(unit, "parent_code", names)}


def _changed_unit(change: Change, names: Mapping[str, str]) -> dict[str, Any]:
    differences = [
        {"field": name, "before": _shown(change.before, name, names), "after": _shown(change.after, name, names)}
        for name in FIELDS
        if getattr(change.before, name) != getattr(change.after, name)
    ]
    return {"code": change.before.code, "name": change.before.name, "differences": differences}


def _shown(unit: Standing, field: str, names: Mapping[str, str]) -> list[str]:
    """What the field holds, as texts: none where it is empty, several of other names."""
    if field == "parent_code":
        return [f"{names[unit.parent_code]}（{unit.parent_code}）"] if unit.parent_code else []
    value = getattr(unit, field)
    return [value] if isinstance(value, str) else list(value)
