"""Every way a known unit or group may be written, looked up by its longest form.

Beside the directory's own names and aliases, a unit answers to its name with the county's name, with 县 alone and with
neither; a township also with 人民政府. The directory's own words win over these derived ones.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from services.tasks.notices.directory import Directory, KnownGroup, KnownUnit
from services.tasks.notices.everyone import kind_of_everyone, kind_of_group
from shared.typed_text import tidy

Known = KnownUnit | KnownGroup

_TO_HALF_WIDTH = str.maketrans("（），；：［］．／", "(),;:[]./", " ")
# Below it a proposal shares too few signs with the name to be meant.
_SIGNIFICANT_SHARE = 0.35


def normalise(text: str) -> str:
    """Return `text` with half-width punctuation and without blanks, so that two spellings compare equal.

    Line ends stay: they separate the names of a list.
    """
    return tidy(text, has_lines=True).translate(_TO_HALF_WIDTH)


@dataclass(frozen=True, slots=True)
class NameIndex:
    """The known names by how they may be written."""

    written: dict[str, tuple[Known, ...]]
    longest: int
    _signs: dict[str, frozenset[str]] = field(repr=False)
    # By kind the group of all units of it.
    _everyone: dict[str, KnownGroup] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, directory: Directory) -> NameIndex:
        """The index of a directory."""
        own: dict[str, list[Known]] = {}
        derived: dict[str, list[Known]] = {}
        counties = tuple(unit.name for unit in directory.units if unit.kind == "county")
        everyone: tuple[Known, ...] = (*directory.units, *directory.groups)
        for known in everyone:
            names = [name for name in map(normalise, (known.name, *known.aliases)) if name]
            _add(own, names, known)
            if isinstance(known, KnownUnit):
                _add(derived, _derived_names(names, known.kind, _counties_of(known, counties)), known)
        written = {name: tuple(knowns) for name, knowns in {**derived, **own}.items()}
        signs = {known.name: frozenset(known.name) for known in everyone}
        # Of several that mean all units of a kind the one that lacks the fewest.
        fullest_last = sorted(directory.groups, key=lambda group: (group.is_filled, len(group.member_codes)))
        whole = {kind: group for group in fullest_last if (kind := kind_of_group((group.name, *group.aliases)))}
        return cls(written, max(map(len, written), default=0), signs, whole)

    def at(self, text: str, position: int) -> Iterable[tuple[int, tuple[Known, ...]]]:
        """Yield (end, who) of the known names that begin at `position`, the longest first."""
        for end in range(min(len(text), position + self.longest), position, -1):
            knowns = self.written.get(text[position:end])
            if knowns:
                yield end, knowns

    def all_meant_by(self, name: str) -> tuple[Known, ...]:
        """The group of everybody whom a name means that stands in no directory: 各镇(街道) is 各乡镇人民政府."""
        group = self._everyone.get(kind_of_everyone(name))
        return (group,) if group else ()

    def nearest(self, name: str, count: int = 3) -> tuple[str, ...]:
        """Return known names that share the most signs with `name`, the likeliest first."""
        signs = frozenset(normalise(name))
        scored = [(2 * len(signs & own) / (len(signs) + len(own)), known) for known, own in self._signs.items()]
        close = [(score, known) for score, known in scored if score > _SIGNIFICANT_SHARE]
        return tuple(known for _, known in sorted(close, key=lambda pair: (-pair[0], pair[1]))[:count])


def _add(index: dict[str, list[Known]], names: Iterable[str], known: Known) -> None:
    for name in dict.fromkeys(names):
        index.setdefault(name, []).append(known)


def _counties_of(unit: KnownUnit, counties: tuple[str, ...]) -> tuple[str, ...]:
    """The county whose name the unit's may follow. With the names of all, a country's would fill gigabytes."""
    if unit.county:
        return (unit.county,)
    return counties if len(counties) == 1 else ()


def _derived_names(names: list[str], kind: str, county_names: tuple[str, ...]) -> list[str]:
    if kind in ("county", "village"):
        return []
    derived = []
    for name in names:
        base = _without_county(name, county_names)
        derived += [f"{county}{base}" for county in county_names]
        derived += [f"{county[-1]}{base}" for county in county_names if kind != "township"]
        # 县委人才局 without 县 would be no word.
        if len(base) > 1 and not base.startswith("委"):
            derived.append(base)
    return derived + [f"{name}人民政府" for name in derived if kind == "township" and not name.endswith("政府")]


def _without_county(name: str, county_names: tuple[str, ...]) -> str:
    for county in county_names:
        if name.startswith(county) and len(name) > len(county) + 1:
            return name[len(county) :]
    return name[1:] if name[:1] in "县市区" and len(name) > 2 else name
