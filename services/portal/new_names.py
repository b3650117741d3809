"""The new names of a draft as their form has them: what is chosen before anybody typed, and what was sent. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from werkzeug.datastructures import MultiDict

Sent = MultiDict[str, str]

LATER, ADD, GROUP, KEEP, OTHER = "later", "add", "group", "keep", "other"
UNIT = "unit:"
# What ticked names may all be set to at once; after the colon the kind of the unit.
SEVERAL = (ADD, "add:department", "add:township", "add:village", "add:leading_group", GROUP, KEEP, LATER)


@dataclass(frozen=True, slots=True)
class Entry:
    """One name with what is chosen and typed for it; `same` are its other forms that are ticked as the same."""

    n: int
    found: Mapping[str, Any]
    choice: str
    same: Sequence[str]
    called: str
    name: str
    kind: str
    code: str
    above: str
    is_remembered: bool
    is_ticked: bool = False

    @property
    def standing(self) -> str:
        """Under which heading it stands: known for certain, to be looked at, or new."""
        if any(guess["is_certain"] for guess in self.found["guesses"]):
            return "known"
        return "new" if self.found["is_addable"] and not self.found["guesses"] else "doubtful"

    def as_params(self) -> dict[str, Any] | None:
        """As `settle_names` takes it; None where it is left for later."""
        if self.choice == LATER:
            return None
        one: dict[str, Any] = {"names": [self.found["name"], *self.same], "choice": self.choice}
        if self.choice == ADD:
            return one | {"name": self.name, "kind": self.kind, "code": self.code, "above": self.above}
        if self.choice in (GROUP, KEEP):
            return one
        which = {"called": self.called} if self.choice == OTHER else {"unit_id": int(self.choice.removeprefix(UNIT))}
        return one | {"choice": "unit", "is_remembered": self.is_remembered} | which


def proposed(n: int, found: Mapping[str, Any]) -> Entry:
    """A name before anybody typed: a certain unit is chosen, a name like no other is to be added, others wait."""
    certain = next((guess for guess in found["guesses"] if guess["is_certain"]), None)
    choice = LATER
    if certain:
        choice = f"{UNIT}{certain['unit_id']}"
    elif found["is_addable"] and not found["guesses"]:
        choice = ADD
    unit = found["proposed"]
    return Entry(
        n,
        found,
        choice,
        found["forms"][1:],
        "",
        unit["name"],
        unit["kind"],
        unit["code"],
        unit["above"],
        # A name that several units answer to may be another one's in the next notice.
        is_remembered=not found["is_ambiguous"],
    )


def sent(found: Sequence[Mapping[str, Any]], form: Sent, kinds: Iterable[str]) -> list[Entry]:
    """The names with what the form says of each; one that it does not have stands as it is proposed."""
    places = {form.get(f"name-{n}", ""): n for n in range(len(form.getlist("n"))) if form.get(f"name-{n}")}
    entries = []
    for n, one in enumerate(found):
        entry = proposed(n, one)
        at = places.get(one["name"])
        entries.append(entry if at is None else _typed(entry, at, form, set(kinds)))
    return entries


def _typed(entry: Entry, at: int, form: Sent, kinds: set[str]) -> Entry:
    units = {f"{UNIT}{guess['unit_id']}" for guess in entry.found["guesses"]}
    choice, kind = form.get(f"choice-{at}", ""), form.get(f"kind-{at}", "")
    return replace(
        entry,
        choice=choice if choice in {LATER, ADD, GROUP, KEEP, OTHER, *units} else LATER,
        same=[one for one in entry.found["forms"][1:] if one in form.getlist(f"same-{at}")],
        called=form.get(f"called-{at}", ""),
        name=form.get(f"as-{at}", ""),
        kind=kind if kind in kinds else entry.kind,
        code=form.get(f"code-{at}", ""),
        above=form.get(f"above-{at}", ""),
        is_remembered=bool(form.get(f"remember-{at}")),
        is_ticked=str(at) in form.getlist("ticked"),
    )


def set_to(entries: Sequence[Entry], several: str) -> list[Entry]:
    """The ticked ones set to one of SEVERAL, unticked again."""
    choice, _colon, kind = several.partition(":")
    return [
        replace(entry, choice=choice, kind=kind or entry.kind, is_ticked=False) if entry.is_ticked else entry
        for entry in entries
    ]


def all_added(entries: Sequence[Entry]) -> list[Entry]:
    """Those under the heading of new names all to be added, as what stands beside each."""
    return [replace(entry, choice=ADD) if entry.standing == "new" else entry for entry in entries]


def kinds_of(entries: Sequence[Entry]) -> dict[str, int]:
    """How many of the names would be units of each kind, in the order in which the kinds first come."""
    return dict(Counter(entry.kind for entry in entries))
