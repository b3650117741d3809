"""How indicators are shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

from services.stats.indicators import queries
from services.stats.indicators.definitions import Definition, users, written
from services.stats.indicators.records import Indicator, IndicatorVersion
from services.stats.indicators.rules_in_words import sentences
from shared.database import Cursor

INDICATORS_OF_A_PAGE = 50


def definition_of(indicator: Indicator, codes: Mapping[int, str]) -> Definition:
    """An indicator as it is defined; `codes` are those of all indicators by id."""
    found = indicator._asdict() | {
        "numerator": codes[indicator.numerator_id] if indicator.numerator_id else "",
        "denominator": codes[indicator.denominator_id] if indicator.denominator_id else "",
    }
    return Definition(**{field.name: found[field.name] for field in fields(Definition)})


def indicator_as_dict(indicator: Indicator, definition: Definition) -> dict[str, Any]:
    """An indicator without its history."""
    return {
        "indicator_id": indicator.id,
        "version": indicator.version,
        **definition.as_dict(),
        "is_asked": indicator.is_asked,
    }


def list_indicators(cur: Cursor, *, text: str, page: int, is_whole: bool) -> dict[str, Any]:
    """One page of the indicators that hold `text`, or all of them; a page after the last one is the last."""
    codes = {one.id: one.code for one in queries.all_indicators(cur)}
    found = queries.found_indicators(cur, text)
    size = max(1, len(found)) if is_whole else INDICATORS_OF_A_PAGE
    pages = max(1, -(-len(found) // size))
    page = min(page, pages)
    shown = found[(page - 1) * size : page * size]
    return {
        "page": page,
        "pages": pages,
        "count": len(found),
        "indicators": [indicator_as_dict(one, definition_of(one, codes)) for one in shown],
    }


def indicator_answer(cur: Cursor, indicator: Indicator) -> dict[str, Any]:
    """An indicator with what its type means, what is made of it, which reports ask it, and its versions."""
    all_of_them = queries.all_indicators(cur)
    codes = {one.id: one.code for one in all_of_them}
    by_code = {one.code: one for one in all_of_them}
    known = {one.code: definition_of(one, codes) for one in all_of_them}
    made_of = [code for code in (known[indicator.code].numerator, known[indicator.code].denominator) if code]
    return indicator_as_dict(indicator, known[indicator.code]) | {
        "rules": [text.as_dict() for text in sentences(indicator)],
        "parts": [_named(by_code[code]) for code in made_of],
        "users": [_named(by_code[one.code]) for one in users(indicator.code, known)],
        "reports": [one._asdict() for one in queries.asking_reports(cur, indicator.id)],
        "versions": _versions(queries.versions(cur, indicator.id)),
    }


def _named(indicator: Indicator) -> dict[str, Any]:
    return {"indicator_id": indicator.id, "code": indicator.code, "name": indicator.name}


def _versions(found: Sequence[IndicatorVersion]) -> list[dict[str, Any]]:
    """Newest first, each with what it changed in the one before; the first one changed nothing."""
    shown = []
    before: dict[str, Any] | None = None
    for one in found:
        shown.append(
            {
                "version": one.version,
                "changed_at": one.changed_at.isoformat(),
                "person_post": one.person_post,
                "person_unit": one.person_unit,
                "changes": [] if before is None else _changes(before, one.content),
            }
        )
        before = one.content
    return shown[::-1]


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[dict[str, str]]:
    return [
        {"field": name, "before": written(before.get(name)), "after": written(after[name])}
        for name in after
        if before.get(name) != after[name]
    ]
