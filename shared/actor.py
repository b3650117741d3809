"""Who is asking: a person's roles and unit, as the service that owns the data sees them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    UNIT_STAFF = "unit_staff"  # 填报员
    UNIT_HEAD = "unit_head"  # 分管领导
    LEAD_BUREAU = "lead_bureau"  # 牵头单位
    LEADERSHIP = "leadership"  # 领导小组
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


UNIT_ROLES = frozenset({Role.UNIT_STAFF, Role.UNIT_HEAD})
READERS_OF_ALL = frozenset({Role.LEAD_BUREAU, Role.LEADERSHIP, Role.AUDITOR})
EVERYBODY = frozenset(Role)


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in person. Which units lie below theirs is a question to the database, asked of the units at hand.

    As long as `must_change_password`, the password is one that somebody else was told, and may be somebody else's hands
    that act: only choosing an own one is allowed then.
    """

    person_id: int
    unit_id: int
    roles: frozenset[Role]
    must_change_password: bool = False

    def has_any(self, roles: frozenset[Role]) -> bool:
        return bool(self.roles & roles)
