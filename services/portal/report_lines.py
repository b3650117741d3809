"""The lines of a report as its form has them: an order, a section and a box to take out for each, boxes to add others.

Without a script a list is put in order by numbers; lines with the same number stay as they stood. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from services.portal.numbers import is_number

LAST = 10**9


@dataclass(frozen=True, slots=True)
class FormLine:
    """One line as the form shows it; `order` is what was typed."""

    indicator_id: int
    section: str
    order: str
    is_out: bool = False


def lines_of_report(report: Mapping[str, Any]) -> list[FormLine]:
    """The lines as they are stored, in tens, so that one fits between two others."""
    return [
        FormLine(line["indicator_id"], line["section"], str(place * 10))
        for place, line in enumerate(report["lines"], start=1)
    ]


def lines_of_form(form: MultiDict[str, str]) -> list[FormLine]:
    """The lines as they were typed, in the order of the page; what is added comes last."""
    known = [
        FormLine(
            int(value),
            form.get(f"section-{value}", ""),
            form.get(f"order-{value}", "").strip(),
            value in form.getlist("out"),
        )
        for value in dict.fromkeys(form.getlist("line"))
        if is_number(value)
    ]
    there = {line.indicator_id for line in known}
    added = [int(value) for value in dict.fromkeys(form.getlist("add")) if is_number(value)]
    section = form.get("add_section", "").strip()
    return [*known, *(FormLine(one, section, "") for one in added if one not in there)]


def in_order(lines: Sequence[FormLine]) -> list[dict[str, Any]]:
    """The lines that stay as a call carries them, by their numbers; those without one come last."""
    staying = [line for line in lines if not line.is_out]
    staying.sort(key=lambda line: int(line.order) if is_number(line.order) else LAST)
    return [{"section": line.section, "indicator_id": line.indicator_id} for line in staying]


def to_add(lines: Iterable[FormLine], indicators: Iterable[Mapping[str, Any]], period_kind: str) -> list[Any]:
    """The indicators that may be added: asked of units, of this kind of period, and not there yet."""
    there = {line.indicator_id for line in lines}
    return [
        one
        for one in indicators
        if one["is_asked"] and one["period_kind"] == period_kind and one["indicator_id"] not in there
    ]
