"""The signed-in person, as the pages need them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from shared.actor import READERS_OF_ALL, UNIT_ROLES, Role


@dataclass(frozen=True, slots=True)
class Person:
    """Roles decide what is shown; whether it may be done is decided by the service that owns the data."""

    person_id: int
    display_name: str
    post: str
    unit_id: int
    unit_name: str
    roles: frozenset[Role]
    must_change_password: bool
    posts_to_enter: int = 0
    # Within how many working days something is due soon today; None from a process of the release before.
    due_soon_workdays: int | None = None

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> Person:
        """The person of a PersonAnswer."""
        return cls(
            person_id=value["person_id"],
            display_name=value["display_name"],
            post=value["post"],
            unit_id=value["unit"]["unit_id"],
            unit_name=value["unit"]["name"],
            roles=frozenset(Role(role) for role in value["roles"]),
            must_change_password=value["must_change_password"],
            posts_to_enter=value.get("posts_to_enter", 0),
            due_soon_workdays=value.get("due_soon_workdays"),
        )

    @property
    def has_duties(self) -> bool:
        """Whether the person fills in for a unit."""
        return bool(self.roles & UNIT_ROLES)

    @property
    def reads_all(self) -> bool:
        """Whether the person reads every unit's duties."""
        return bool(self.roles & READERS_OF_ALL)

    @property
    def opens_duties(self) -> bool:
        """Whether there are duties and figures that the person may open; a link to one leads the others nowhere."""
        return self.has_duties or self.reads_all

    @property
    def is_lead(self) -> bool:
        """Whether the person works for the lead bureau."""
        return Role.LEAD_BUREAU in self.roles

    @property
    def may_urge(self) -> bool:
        """Whether the person may urge what units have not done."""
        return bool(self.roles & {Role.LEAD_BUREAU, Role.LEADERSHIP})

    @property
    def may_remark(self) -> bool:
        """Whether the person is a leader, whose remarks units answer."""
        return Role.LEADERSHIP in self.roles

    @property
    def is_head(self) -> bool:
        """Whether the person answers for a unit beside its staff."""
        return Role.UNIT_HEAD in self.roles

    @property
    def takes_checklists_away(self) -> bool:
        """Whether the person may have a checklist as a workbook."""
        return bool(self.roles & {Role.LEAD_BUREAU, Role.LEADERSHIP})

    @property
    def is_administrator(self) -> bool:
        """Whether the person keeps units and accounts."""
        return Role.ADMINISTRATOR in self.roles

    @property
    def is_auditor(self) -> bool:
        """Whether the person reads the audit log."""
        return Role.AUDITOR in self.roles
