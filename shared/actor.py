"""Who is asking: a person's roles and unit, as the service that owns the data sees them."""

from __future__ import annotations

from dataclasses import dataclass, replace
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
# Beside the post of whoever acted by a link of a letter, without having signed in.
BY_LINK = "（凭链接）"


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

    def by_link(self) -> Signature:
        """The same of somebody who did not sign in but opened a link: it stands where the post stands, for good."""
        return replace(self, post=f"{self.post or ''}{BY_LINK}")


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in person. Which units lie below theirs is a question to the database, asked of the units at hand.

    As long as `must_change_password`, the password is one that somebody else was told, and may be somebody else's hands
    that act: only choosing an own one is allowed then.
    The display name, the post and the name of the unit are there as far as the service knows them. `other_accounts`
    are those of the same human being: who stands in for an absent one acts under an account of that post.
    Who came `by_link` acts for the own unit alone, not for those below, and never as its head. `holder` counts up with
    each hand-over of the post; None where the service does not know that.
    """

    person_id: int
    unit_id: int
    roles: frozenset[Role]
    must_change_password: bool = False
    name: str | None = None
    post: str | None = None
    unit: str | None = None
    other_accounts: frozenset[int] = frozenset()
    by_link: bool = False
    holder: int | None = None

    @property
    def signature(self) -> Signature:
        signed = Signature(self.person_id, self.name, self.post, self.unit)
        return signed.by_link() if self.by_link else signed

    def narrowed(self) -> Actor:
        """The same as a link lets him act: as staff of the own unit and nothing else; nobody's without such a post."""
        roles = frozenset({Role.UNIT_STAFF}) if self.has_any(UNIT_ROLES) else frozenset[Role]()
        return replace(self, roles=roles, by_link=True)

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
