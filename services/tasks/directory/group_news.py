"""Tells the other services of unit groups, in the transaction of the change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from services.tasks.directory import queries
from services.tasks.directory.queries import Group
from shared.database import Cursor
from shared.delivery import outbox
from shared.figure_events import MOST_MEMBERS, GroupChanged


def announce_groups(cur: Cursor, group_ids: Sequence[int], *, correlation_id: str = "") -> None:
    """Tell who belongs to the groups now. A group has a new version whenever its name or its members changed."""
    found = queries.groups_with_ids(cur, group_ids)
    events = [part for group in found for part in parts_of(group)]
    outbox.add(cur, events, correlation_id=correlation_id)


def parts_of(group: Group) -> Iterator[GroupChanged]:
    """The events that together say who belongs to the group; one of a group without members says that."""
    starts = range(0, max(1, len(group.member_ids)), MOST_MEMBERS)
    for number, start in enumerate(starts, start=1):
        yield GroupChanged(
            group_id=group.id,
            name=group.name,
            version=group.version,
            part=number,
            parts=len(starts),
            unit_ids=group.member_ids[start : start + MOST_MEMBERS],
        )
