"""Which names two units or groups may not both have: whatever a notice or a sheet would take for the same. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from shared.text import Text
from shared.typed_text import comparable


class Named(Protocol):
    """A unit, or a group, which has no code."""

    @property
    def code(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def aliases(self) -> Sequence[str]: ...


@dataclass(frozen=True, slots=True)
class NamedGroup:
    """A group beside units; its code is empty."""

    name: str
    aliases: Sequence[str]
    code: str = ""


def distinct(names: Iterable[str], *, but: str) -> list[str]:
    """The names in their order without those that say the same as an earlier one or as `but`."""
    found = {comparable(but): but}
    for name in names:
        found.setdefault(comparable(name), name)
    return list(found.values())[1:]


def complain_of_names(name: str, aliases: Iterable[str], others: Iterable[Named]) -> dict[str, Text]:
    """What is wrong with a name and other names beside those of `others`, by field: name and aliases."""
    own = {comparable(alias): alias for alias in aliases}
    wrong: dict[str, Text] = {}
    for other in others:
        others_aliases = {comparable(alias): alias for alias in other.aliases}
        if comparable(other.name) == comparable(name):
            wrong["name"] = name_taken(other)
        elif comparable(name) in others_aliases:
            wrong["name"] = name_is_alias(other)
        if comparable(other.name) in own:
            wrong["aliases"] = alias_is_name(own[comparable(other.name)], other)
        elif shared := own.keys() & others_aliases.keys():
            wrong["aliases"] = alias_is_alias(own[min(shared)], other)
    return wrong


def who(one: Named) -> Text:
    if not one.code:
        return Text(f"单位组“{one.name}”", f"the group {one.name}")
    return Text(f"{one.name}（{one.code}）", f"{one.name} ({one.code})")


def name_taken(other: Named) -> Text:
    whose = who(other)
    return Text(
        f"名称已被{whose.zh}使用，请换一个。", f"The name belongs to {whose.en} already. Please choose another."
    )


def name_is_alias(other: Named) -> Text:
    whose = who(other)
    return Text(
        f"名称是{whose.zh}的别名，请换一个，或先从那里删去。",
        f"The name is another name of {whose.en}. Please choose another, or remove it there first.",
    )


def alias_is_name(alias: str, other: Named) -> Text:
    whose = who(other)
    return Text(
        f"别名“{alias}”是{whose.zh}的名称，请删去。",
        f"The other name {alias} is what {whose.en} is called. Please remove it.",
    )


def alias_is_alias(alias: str, other: Named) -> Text:
    whose = who(other)
    return Text(
        f"别名“{alias}”也是{whose.zh}的别名，通知里写它时分不清是谁，请删去一个。",
        f"The other name {alias} is one of {whose.en}, too, and a notice could mean either. Please remove one.",
    )
