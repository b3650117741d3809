"""Who is told: everybody of the unit, or those whom the stage of a policy names. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from services.notifications.policies.rules import Audience
from services.notifications.reminding.digest import Lines, merge
from services.notifications.reminding.policy import Stage

Told = tuple[int, Stage, Sequence[int]]


@dataclass(frozen=True, slots=True)
class Readers:
    """People by the unit whose staff or heads they are, and those who watch over all units."""

    staff: Mapping[int, Sequence[int]]
    heads: Mapping[int, Sequence[int]]
    lead_bureau: Sequence[int] = ()
    leaders: Sequence[int] = ()

    def of_unit(self, unit_id: int) -> list[int]:
        """Everybody of the unit; empty where nobody is there to be told."""
        return sorted({*self.staff.get(unit_id, ()), *self.heads.get(unit_id, ())})

    def of(self, unit_id: int, audience: frozenset[Audience]) -> list[int]:
        """Those of `audience`. Where the unit has nobody of that kind, its others are told: someone must know."""
        own: set[int] = set()
        if Audience.POST in audience:
            own |= set(self.staff.get(unit_id, ()))
        if Audience.HEAD in audience:
            own |= set(self.heads.get(unit_id, ()))
        beyond: set[int] = set()
        if Audience.LEAD in audience:
            beyond |= set(self.lead_bureau)
        if Audience.LEADERS in audience:
            beyond |= set(self.leaders)
        return sorted((own or (set() if beyond else set(self.of_unit(unit_id)))) | beyond)


def by_reader(told: Iterable[Told]) -> dict[int, Lines]:
    """The lines of each person, in person order: of each duty the most urgent that the person is to be told."""
    found: dict[int, list[tuple[int, Stage]]] = {}
    for subject_id, stage, people in told:
        for person_id in people:
            found.setdefault(person_id, []).append((subject_id, stage))
    return {person_id: merge(own) for person_id, own in sorted(found.items())}
