"""Whether the lines of a file of units go together, with one another and with what the directory holds. Pure.

The outcome must be a tree without circles in which no two units or groups answer to the same name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from services.tasks.directory import naming
from services.tasks.directory.naming import Named
from services.tasks.directory.unit_lines import Complaint, Known, Standing, UnitLine, settled
from shared.text import Text
from shared.typed_text import comparable

PARENT_OFF = Text(
    "上级单位已停用，请先启用它或另选。", "The unit above is switched off. Switch it on or choose another."
)


class _Owner(NamedTuple):
    """Who answers to a name, and in which line of the file it says so; 0 is the directory."""

    who: Named
    line: int


def complaints_of(lines: Sequence[UnitLine], known: Known) -> list[Complaint]:
    outcome = [(line, settled(line, known.units.get(line.code))) for line in lines]
    return [*_repeated_codes(lines), *_ambiguous(outcome, known), *_misplaced(outcome, known)]


def _repeated_codes(lines: Sequence[UnitLine]) -> Iterator[Complaint]:
    seen: dict[str, int] = {}
    for line in lines:
        first = seen.setdefault(line.code, line.line)
        if line.code and first != line.line:
            yield Complaint(line.line, "code", _stands_already(line.code, first))


def _ambiguous(outcome: Sequence[tuple[UnitLine, Standing]], known: Known) -> Iterator[Complaint]:
    """Complain of names and other names that mean somebody else, too."""
    in_file = {line.code for line, _ in outcome}
    others: list[Named] = [*(unit for code, unit in known.units.items() if code not in in_file), *known.groups]
    names = {comparable(other.name): _Owner(other, 0) for other in others}
    aliases = {comparable(alias): _Owner(other, 0) for other in others for alias in other.aliases}
    kept = [unit for line, unit in outcome if line.aliases is None]
    aliases |= {comparable(alias): _Owner(unit, 0) for unit in kept for alias in unit.aliases}
    for line, unit in outcome:
        yield from _taken_name(line, unit, names, aliases)
    for line, unit in outcome:
        for alias in line.aliases or ():
            yield from _taken_alias(line, unit, alias, names=names, aliases=aliases)


def _taken_name(
    line: UnitLine, unit: Standing, names: dict[str, _Owner], aliases: Mapping[str, _Owner]
) -> Iterator[Complaint]:
    key = comparable(line.name)
    named = names.setdefault(key, _Owner(unit, line.line))
    aliased = aliases.get(key)
    if line.name and named.line and named.line != line.line:
        yield Complaint(line.line, "name", _stands_already(line.name, named.line))
    elif line.name and not named.line:
        yield Complaint(line.line, "name", naming.name_taken(named.who))
    elif aliased and aliased.who.code != line.code:
        yield Complaint(line.line, "name", naming.name_is_alias(aliased.who))


def _taken_alias(
    line: UnitLine, unit: Standing, alias: str, *, names: Mapping[str, _Owner], aliases: dict[str, _Owner]
) -> Iterator[Complaint]:
    named = names.get(comparable(alias))
    aliased = aliases.setdefault(comparable(alias), _Owner(unit, line.line))
    if named and named.line != line.line:
        yield Complaint(line.line, "aliases", naming.alias_is_name(alias, named.who))
    elif aliased.line != line.line:
        yield Complaint(line.line, "aliases", naming.alias_is_alias(alias, aliased.who))


def _stands_already(value: str, line: int) -> Text:
    return Text(
        f"“{value}”在第{line}行已经出现过，请删去一行。", f"{value} stands in line {line} already. Please remove one."
    )


def _misplaced(outcome: Sequence[tuple[UnitLine, Standing]], known: Known) -> Iterator[Complaint]:
    """Complain of units above that do not exist or are switched off, and of circles."""
    above = {code: unit.parent_code for code, unit in known.units.items()}
    above |= {line.code: unit.parent_code for line, unit in outcome}
    rooted: set[str] = {""}
    for line, unit in outcome:
        text = _complaint_of_place(unit, known, above)
        if text is None and _is_in_circle(line.code, above, rooted):
            text = _circle(line.name)
        if text:
            yield Complaint(line.line, "parent_code", text)


def _circle(name: str) -> Text:
    return Text(f"“{name}”的上级绕了一圈又回到它自己。", f"The units above {name} lead back to itself.")


def _complaint_of_place(unit: Standing, known: Known, above: Mapping[str, str]) -> Text | None:
    parent, before = known.units.get(unit.parent_code), known.units.get(unit.code)
    if unit.parent_code and unit.parent_code not in above:
        return Text(
            f"没有代码为“{unit.parent_code}”的上级单位。", f"There is no unit above with the code {unit.parent_code}."
        )
    is_moved = before is None or before.parent_code != unit.parent_code
    return PARENT_OFF if parent and not parent.is_active and unit.is_active and is_moved else None


def _is_in_circle(code: str, above: Mapping[str, str], rooted: set[str]) -> bool:
    path: list[str] = []
    seen: set[str] = set()
    while code not in rooted and code in above:
        if code in seen:
            return True
        seen.add(code)
        path.append(code)
        code = above[code]
    rooted.update(path)
    return False
