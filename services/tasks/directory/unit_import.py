"""Use case: take over a CSV file of units into the directory, all of it or nothing."""

from __future__ import annotations

from uuid import UUID

from services.tasks.audit import store as audit
from services.tasks.directory import queries, store, unit_files, units
from services.tasks.directory.queries import Unit
from services.tasks.directory.unit_files import Existing, UnitLine
from services.tasks.files import files
from shared.calling.calls import Context
from shared.calling.service import Offload
from shared.database import Cursor


def import_units(cur: Cursor, context: Context, offload: Offload, *, file_id: UUID) -> dict[str, int]:
    """Make the file's new units and change those whose code is known; units it does not name stay as they are."""
    name, content = files.read(cur, context, file_id)
    store.lock_units(cur)
    before = {unit.code: unit for unit in queries.units(cur)}
    existing = _existing(before)
    lines: list[UnitLine] = offload(unit_files.read_units, content, existing)
    new = [line for line in lines if line.code not in before]
    changed = [line for line in lines if line.code in before and _differs(line, before[line.code], existing)]
    ids = {code: unit.id for code, unit in before.items()}
    if changed:
        store.set_aside_names(cur, [ids[line.code] for line in changed])
    if new:
        ids |= store.insert_units(cur, [(line.code, line.name, line.kind, list(line.aliases)) for line in new])
    if changed:
        store.update_units(cur, [(ids[line.code], line.name, line.kind, list(line.aliases)) for line in changed])
    if new or changed:
        store.place_units(cur, [(ids[line.code], ids.get(line.parent_code)) for line in (*new, *changed)])
        touched = {line.code for line in (*new, *changed)}
        units.announce_units(cur, context, [unit for unit in queries.units(cur) if unit.code in touched])
    counts = {"created": len(new), "changed": len(changed)}
    audit.record(cur, context, "units.imported", subject=name, detail=counts)
    return counts


def _existing(before: dict[str, Unit]) -> dict[str, Existing]:
    codes: dict[int | None, str] = {unit.id: code for code, unit in before.items()}
    return {code: Existing(unit.name, codes.get(unit.parent_id, "")) for code, unit in before.items()}


def _differs(line: UnitLine, unit: Unit, existing: dict[str, Existing]) -> bool:
    now = (unit.name, unit.kind, tuple(unit.aliases), existing[unit.code].parent_code)
    return now != (line.name, line.kind, line.aliases, line.parent_code)
