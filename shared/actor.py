"""Who is asking: a person's roles and unit, as the service that owns the data sees them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a post may do; a person may hold several."""

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
class Signature:
    """Who acted, as they were called and where they worked then: it is written beside what they did.

    Read from the person's row later, it would be the post of that later day. None stands for the system, and for what
    the service does not know of the person.
    """

    person_id: int | None = None
    name: str | None = None
    post: str | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in person. Which units lie below theirs is a question to the database, asked of the units at hand.

    As long as `must_change_password`, the password is one that somebody else was told, and may be somebody else's hands
    that act: only choosing an own one is allowed then.
    The display name, the post and the name of the unit are there as far as the service knows them. `other_accounts`
    are those of the same human being: who stands in for an absent one acts under an account of that post.
    """

    person_id: int
    unit_id: int
    roles: frozenset[Role]
    must_change_password: bool = False
    name: str | None = None
    post: str | None = None
    unit: str | None = None
    other_accounts: frozenset[int] = frozenset()

    @property
    def signature(self) -> Signature:
        return Signature(self.person_id, self.name, self.post, self.unit)

    @property
    def seat(self) -> str:
        """Unit and post, as they stand beside what somebody decided; the name where neither is known."""
        return " ".join(filter(None, (self.unit, self.post))) or self.name or ""

    @property
    def accounts(self) -> frozenset[int]:
        """All under which this human being acts: nobody decides on what he did himself, whichever he used."""
        return self.other_accounts | {self.person_id}

    def has_any(self, roles: frozenset[Role]) -> bool:
        """Whether the person holds one of `roles`."""
        return bool(self.roles & roles)
