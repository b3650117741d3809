"""Word's automatic numbers: what is printed in front of a list paragraph, which its text does not contain.

Follows numbering.xml (levels, formats, starts, overrides) and the styles that refer to it; a list goes on counting over
every paragraph that shares its abstract definition, and a higher level's next number restarts the lower ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from xml.etree.ElementTree import Element

from services.tasks.notices.word.formats import format_number

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_LEVELS = 9
_LONGEST_NUMBER = 40


@dataclass(frozen=True, slots=True)
class _Level:
    format: str = "decimal"
    text: str = ""
    start: int = 1
    # The level whose next number restarts this one; 0 for never, None for any higher level.
    restart: int | None = None
    style: str = ""
    is_plain: bool = False


@dataclass(slots=True)
class _List:
    """One w:num: its abstract list's id, its levels after overrides, and the levels it restarts at first use."""

    abstract: str
    levels: dict[int, _Level]
    restarts: dict[int, int]


@dataclass(frozen=True, slots=True)
class _Style:
    list_id: str | None
    level: int | None
    based_on: str | None


@dataclass(slots=True)
class Numbering:
    """The lists of one document and how far each has counted."""

    _lists: dict[str, _List]
    _styles: dict[str, _Style]
    _default_style: str | None
    _counts: dict[str, dict[int, int]] = field(default_factory=dict)
    _begun: set[str] = field(default_factory=set)

    @classmethod
    def read(cls, numbering: Element | None, styles: Element | None) -> Numbering:
        """The lists of a document from its numbering and its styles, where it has them."""
        by_id, default = _read_styles(styles)
        return cls(_read_lists(numbering, by_id), by_id, default)

    def next_number(self, paragraph: Element) -> str:
        """Count this paragraph and return its visible number; empty when it is no list paragraph."""
        place = self._place(paragraph)
        if place is None:
            return ""
        known, level, list_id = place
        counts = self._counts.setdefault(known.abstract, {})
        if list_id not in self._begun:
            self._begun.add(list_id)
            for at, start in known.restarts.items():
                counts[at] = start - 1
        definition = known.levels[level]
        counts[level] = counts.get(level, definition.start - 1) + 1
        for lower in [at for at in counts if at > level]:
            restart = known.levels.get(lower, _Level()).restart
            if restart is None or level < restart:
                del counts[lower]
        return self._written(known, level, counts)

    def _place(self, paragraph: Element) -> tuple[_List, int, str] | None:
        properties = paragraph.find(f"{W}pPr")
        list_id, level = _list_reference(properties)
        style = _value(properties, "pStyle") or self._default_style
        if list_id is None and style is not None:
            list_id, style_level = self._from_style(style)
            level = style_level if level is None else level
        known = self._lists.get(list_id or "")
        if known is None or list_id is None:
            return None
        if level is None:
            level = next((at for at, one in known.levels.items() if one.style and one.style == style), 0)
        return (known, level, list_id) if level in known.levels else None

    def _from_style(self, style: str) -> tuple[str | None, int | None]:
        list_id: str | None = None
        level: int | None = None
        seen: set[str] = set()
        current: str | None = style
        while current is not None and current not in seen and list_id is None:
            seen.add(current)
            found = self._styles.get(current)
            if found is None:
                break
            list_id = found.list_id
            level = found.level if level is None else level
            current = found.based_on
        return list_id, level

    def _written(self, known: _List, level: int, counts: dict[int, int]) -> str:
        definition = known.levels[level]
        if definition.format == "bullet":
            return definition.text or "●"

        def number_at(match: re.Match[str]) -> str:
            at = int(match[1]) - 1
            one = known.levels.get(at, _Level())
            count = counts.get(at, one.start)
            return format_number(count, "decimal" if definition.is_plain and at != level else one.format)

        return re.sub(r"%([1-9])", number_at, definition.text)[:_LONGEST_NUMBER]


def _read_lists(root: Element | None, styles: dict[str, _Style]) -> dict[str, _List]:
    if root is None:
        return {}
    abstracts = {one.get(f"{W}abstractNumId", ""): one for one in root.findall(f"{W}abstractNum")}
    references = {num.get(f"{W}numId", ""): _value(num, "abstractNumId") or "" for num in root.findall(f"{W}num")}
    lists: dict[str, _List] = {}
    for num in root.findall(f"{W}num"):
        list_id = num.get(f"{W}numId", "")
        abstract_id = _resolve(references[list_id], abstracts, references, styles)
        abstract = abstracts.get(abstract_id)
        if abstract is None or list_id in ("", "0"):
            continue
        levels = dict(_levels(abstract))
        restarts: dict[int, int] = {}
        for override in num.findall(f"{W}lvlOverride"):
            at = _integer(override.get(f"{W}ilvl"))
            if at is None or not 0 <= at < _LEVELS:
                continue
            levels.update(_levels(override))
            start = _integer(_value(override, "startOverride"))
            if start is not None:
                restarts[at] = start
                levels[at] = replace(levels.get(at, _Level()), start=start)
        lists[list_id] = _List(abstract_id, levels, restarts)
    return lists


def _resolve(
    abstract_id: str, abstracts: dict[str, Element], references: dict[str, str], styles: dict[str, _Style]
) -> str:
    """Follow a list that only says "as the numbering style X" to the list which defines that style."""
    linked = _value(abstracts.get(abstract_id), "numStyleLink")
    style = styles.get(linked or "")
    if style is not None and style.list_id is not None:
        return references.get(style.list_id, abstract_id)
    return abstract_id


def _levels(element: Element) -> Iterator[tuple[int, _Level]]:
    for one in element.findall(f"{W}lvl"):
        at = _integer(one.get(f"{W}ilvl"))
        if at is None or not 0 <= at < _LEVELS:
            continue
        start = _integer(_value(one, "start"))
        yield (
            at,
            _Level(
                format=_format(one),
                text=_value(one, "lvlText") or "",
                start=1 if start is None else start,
                restart=_integer(_value(one, "lvlRestart")),
                style=_value(one, "pStyle") or "",
                is_plain=one.find(f"{W}isLgl") is not None,
            ),
        )


def _format(level: Element) -> str:
    # A custom format sits in alternatives, the fallback holding the nearest standard one.
    found = next(level.iter(f"{W}numFmt"), None)
    formats = [one.get(f"{W}val", "") for one in level.iter(f"{W}numFmt")]
    standard = [one for one in formats if one and one != "custom"]
    return standard[0] if standard else ("decimal" if found is None else "none")


def _read_styles(root: Element | None) -> tuple[dict[str, _Style], str | None]:
    styles: dict[str, _Style] = {}
    default = None
    for one in root.findall(f"{W}style") if root is not None else ():
        style_id = one.get(f"{W}styleId", "")
        list_id, level = _list_reference(one.find(f"{W}pPr"))
        styles[style_id] = _Style(list_id, level, _value(one, "basedOn"))
        if one.get(f"{W}type") == "paragraph" and one.get(f"{W}default") in ("1", "true", "on"):
            default = style_id
    return styles, default


def _list_reference(properties: Element | None) -> tuple[str | None, int | None]:
    found = properties.find(f"{W}numPr") if properties is not None else None
    level = _integer(_value(found, "ilvl"))
    return _value(found, "numId"), level if level is not None and 0 <= level < _LEVELS else None


def _value(element: Element | None, name: str) -> str | None:
    found = element.find(f"{W}{name}") if element is not None else None
    return found.get(f"{W}val") if found is not None else None


def _integer(written: str | None) -> int | None:
    return int(written) if written is not None and re.fullmatch(r"[0-9]{1,6}", written) else None
