"""Use cases: a CSV file of units, shown before it is taken over into the directory, all of it or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from services.tasks.audit import store as audit
from services.tasks.directory import queries, store
from services.tasks.directory.naming import NamedGroup
from services.tasks.directory.queries import Group, Unit
from services.tasks.directory.unit_changes import Changes, changes_of, handed_on, preview_of
from services.tasks.directory.unit_files import UnitFile
from services.tasks.directory.unit_lines import Known, Standing
from services.tasks.files import files
from shared.calling.calls import Context
from shared.database import BUSY, Cursor
from shared.errors import Conflict, TryAgain
from shared.text import Text

CHANGED_SINCE = Text(
    "您看过之后，单位名录又有变化，还没有导入。请看一遍现在会有哪些更改，再确认。",
    "The directory has changed since you looked, and nothing was imported. Please look at the changes again.",
)


class UnitFileRead(NamedTuple):
    """A file beside the directory that it was compared with."""

    file: UnitFile
    changes: Changes
    known: Known


def to_read(cur: Cursor, context: Context, *, file_id: UUID) -> tuple[bytes, Known]:
    """The caller's file, and the directory that it is to be compared with, once the transaction is over."""
    _, content = files.read(cur, context, file_id)
    return content, _known(queries.units(cur), queries.groups(cur))


def compared(file: UnitFile, known: Known) -> UnitFileRead:
    """A file that was read, beside the directory; pure."""
    return UnitFileRead(file, changes_of(file, known), known)


def preview_units(read: UnitFileRead) -> dict[str, Any]:
    """Tell what importing the file would change, storing nothing."""
    return preview_of(*read)


def import_units(cur: Cursor, context: Context, read: UnitFileRead, params: dict[str, Any]) -> dict[str, Any]:
    """Make the file's new units and change those whose code is known; units it does not name stay as they are.

    `seen` is the fingerprint of the preview that somebody looked at; Conflict shows the new one when it would not be
    that any more. TryAgain when the directory changed while the file was read.
    """
    name = files.name_of(cur, context, params["file_id"])
    store.lock_units(cur)
    before = queries.units(cur)
    file, changes, known = read
    if known != _known(before, queries.groups(cur)):
        raise TryAgain(BUSY)
    if params["seen"] not in (None, changes.fingerprint):
        raise Conflict(CHANGED_SINCE, {"current": preview_of(file, changes, known)})
    if changes.new or changes.changed:
        touched = _store(cur, changes, {unit.code: unit.id for unit in before})
        store.announce_units(cur, touched, correlation_id=context.correlation_id)
    counts = {"created": len(changes.new), "changed": len(changes.changed)}
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


def _store(cur: Cursor, changes: Changes, ids: dict[str, int]) -> set[int]:
    """Store the changes, and return the ids of the units that are new or changed."""
    changed = [change.after for change in changes.changed]
    store.hold_units(cur, [ids[unit.code] for unit in changed])
    store.set_aside_names(cur, [ids[code] for code in handed_on(changes)])
    ids |= store.insert_units(cur, [(unit.code, unit.name, unit.kind, list(unit.aliases)) for unit in changes.new])
    store.update_units(
        cur,
        [(ids[unit.code], unit.name, unit.kind, ids.get(unit.parent_code), list(unit.aliases)) for unit in changed],
    )
    store.place_units(cur, [(ids[unit.code], ids.get(unit.parent_code)) for unit in changes.new if unit.parent_code])
    return {ids[unit.code] for unit in (*changes.new, *changed)}
