"""Use case: take over a CSV file of units into the directory, all of it or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from services.tasks.audit import store as audit
from services.tasks.directory import queries, store, units
from services.tasks.directory.naming import NamedGroup
from services.tasks.directory.queries import Group, Unit
from services.tasks.directory.unit_files import UnitFile, read_units
from services.tasks.directory.unit_lines import Known, Standing, settled
from services.tasks.files import files
from shared.calling.calls import Context
from shared.calling.service import Offload
from shared.database import Cursor


def import_units(cur: Cursor, context: Context, offload: Offload, *, file_id: UUID) -> dict[str, int]:
    """Make the file's new units and change those whose code is known; units it does not name stay as they are."""
    name, content = files.read(cur, context, file_id)
    store.lock_units(cur)
    before = queries.units(cur)
    known = _known(before, queries.groups(cur))
    file: UnitFile = offload(read_units, content, known)
    after = [settled(line, known.units.get(line.code)) for line in file.lines]
    new = [unit for unit in after if unit.code not in known.units]
    changed = [unit for unit in after if unit.code in known.units and unit != known.units[unit.code]]
    if new or changed:
        touched = _store(cur, new, changed, {unit.code: unit.id for unit in before})
        units.announce_units(cur, context, [unit for unit in queries.units(cur) if unit.id in touched])
    counts = {"created": len(new), "changed": len(changed)}
    audit.record(cur, context, "units.imported", subject=name, detail=counts)
    return counts


def _known(found: Sequence[Unit], groups: Sequence[Group]) -> Known:
    codes: dict[int | None, str] = {unit.id: unit.code for unit in found}
    standing = {
        unit.code: Standing(
            code=unit.code,
            name=unit.name,
            kind=unit.kind,
            parent_code=codes.get(unit.parent_id, ""),
            aliases=tuple(unit.aliases),
            is_active=unit.is_active,
        )
        for unit in found
    }
    return Known(standing, [NamedGroup(group.name, group.aliases) for group in groups])


def _store(cur: Cursor, new: Sequence[Standing], changed: Sequence[Standing], ids: dict[str, int]) -> set[int]:
    """Store the units, and return the ids of those that are new or changed."""
    store.set_aside_names(cur, [ids[unit.code] for unit in changed])
    ids |= store.insert_units(cur, [(unit.code, unit.name, unit.kind, list(unit.aliases)) for unit in new])
    store.update_units(cur, [(ids[unit.code], unit.name, unit.kind, list(unit.aliases)) for unit in changed])
    store.place_units(cur, [(ids[unit.code], ids.get(unit.parent_code)) for unit in (*new, *changed)])
    return {ids[unit.code] for unit in (*new, *changed)}
