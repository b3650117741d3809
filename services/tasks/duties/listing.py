"""Use cases: what a unit owes, as a list."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from services.tasks.duties import answers, queries
from services.tasks.duties.headings import Heading, Sought, heading_of, shared_out
from services.tasks.duties.queries import Standing
from services.tasks.vocabulary import FEW_UNITS
from shared.actor import Actor
from shared.calling.calls import Context
from shared.database import Cursor
from shared.directory import units_below
from shared.errors import Forbidden
from shared.light import OPEN_STATES, Light, State
from shared.text import Text

NOT_YOUR_UNIT = Text(
    "您只能查看本单位和下级单位的责任。", "You may only see the duties of your unit and of the units below it."
)
# Sixty lines with the style sheet make a page of 60 KB.
LINES = 60
# Enough of each heading to see what kind of thing stands under it.
LEAST_LINES = 5
# As many as one call signs for.
MOST_UNSIGNED = 200


def my_duties(
    cur: Cursor, context: Context, *, unit_id: int | None, light: str | None, limit: int, today: dt.date
) -> dict[str, Any]:
    """What a unit owes: open duties first by due date, done ones last and the latest of them first."""
    actor = context.signed_in
    chosen = actor.unit_id if unit_id is None else unit_id
    _refuse_others(cur, actor, chosen)
    lights = [(row, answers.lit(row, today).light) for row in queries.standing_of_unit(cur, chosen)]
    counts = Counter(found.value for _, found in lights)
    shown = sorted((row for row, found in lights if light in (None, found.value)), key=_order)[:limit]
    full = {row.id: row for row in queries.duties(cur, [row.id for row in shown])}
    unit = queries.unit(cur, chosen)
    return {
        "today": today.isoformat(),
        "unit": {"unit_id": unit.id, "name": unit.name},
        "counts": {name.value: counts[name.value] for name in Light},
        "duties": [answers.duty_as_dict(full[row.id], today) for row in shown],
        **_own_units(cur, actor),
    }


def owed(
    cur: Cursor,
    context: Context,
    *,
    unit_id: int | None,
    text: str,
    sought: Sought,
    heading: str | None,
    page: int,
    today: dt.date,
) -> dict[str, Any]:
    """What a unit owes under its headings, each with its true number; of one heading any page.

    Without `heading` the lines of one page are shared out among all of them.
    """
    actor = context.signed_in
    chosen = actor.unit_id if unit_id is None else unit_id
    _refuse_others(cur, actor, chosen)
    everything = queries.standing_of_unit(cur, chosen)
    if text:
        sought = replace(sought, ids=queries.with_text(cur, chosen, text))
    found = _by_heading([row for row in everything if sought.keeps(row.id, row.period, row.due_on)], today)
    shown, page, pages = _lines(found, heading, page)
    full = {row.id: row for row in queries.duties(cur, [row.id for rows in shown.values() for row in rows])}
    unit = queries.unit(cur, chosen)
    fresh = [row.id for row in everything if row.state is State.ISSUED] if chosen == actor.unit_id else []
    return {
        "today": today.isoformat(),
        "unit": {"unit_id": unit.id, "name": unit.name},
        "headings": [
            {
                "heading": one.value,
                "total": len(rows),
                "duties": [answers.answered_as_dict(full[row.id], today) for row in shown.get(one, ())],
            }
            for one, rows in found.items()
            if rows
        ],
        "total": len(everything),
        "found": sum(map(len, found.values())),
        "periods": sorted({row.period for row in everything}),
        "unsigned": sorted(fresh)[:MOST_UNSIGNED],
        "unsigned_total": len(fresh),
        "ended": _ended_lately(cur, chosen),
        "contacts": [contact._asdict() for contact in queries.contacts(cur, chosen)],
        "page": page,
        "pages": pages,
        **_own_units(cur, actor),
    }


def _refuse_others(cur: Cursor, actor: Actor, unit_id: int) -> None:
    """Forbidden for a unit that is neither the own one nor below it; by a link there is the own one alone."""
    is_own = unit_id == actor.unit_id
    if not is_own and (actor.by_link or not units_below(cur, [unit_id], actor.unit_id)):
        raise Forbidden(NOT_YOUR_UNIT)


def _ended_lately(cur: Cursor, unit_id: int) -> list[dict[str, str]]:
    return [
        {"title": one.title, "at": one.closed_at.isoformat(), "reason": one.closed_reason or ""}
        for one in queries.ended_lately(cur, unit_id)
    ]


def _by_heading(rows: Sequence[Standing], today: dt.date) -> dict[Heading, list[Standing]]:
    found: dict[Heading, list[Standing]] = {heading: [] for heading in Heading}
    for row in sorted(rows, key=_order):
        found[heading_of(answers.lit(row, today).light, row.due_on, today, is_answered=row.is_answered)].append(row)
    return found


def _lines(
    found: dict[Heading, list[Standing]], heading: str | None, page: int
) -> tuple[dict[Heading, list[Standing]], int, int]:
    """The duties on the page, which page it is, the last one for any beyond it, and how many there are."""
    if heading is None:
        numbers = shared_out([len(rows) for rows in found.values()], LINES, least=LEAST_LINES)
        return {one: rows[:number] for (one, rows), number in zip(found.items(), numbers, strict=True)}, 1, 1
    rows = found[Heading(heading)]
    pages = max(1, -(-len(rows) // LINES))
    page = min(page, pages)
    return {Heading(heading): rows[(page - 1) * LINES : page * LINES]}, page, pages


def _own_units(cur: Cursor, actor: Actor) -> dict[str, Any]:
    """The unit and those below it to choose from, as far as a page lists them, and whether there are more."""
    if actor.by_link:
        return {"units": [], "units_more": False}
    units = queries.units_from(cur, actor.unit_id, most=FEW_UNITS + 1)
    listed = sorted(units[:FEW_UNITS], key=lambda unit: unit.code)
    return {
        "units": [{"unit_id": unit.id, "name": unit.name} for unit in listed],
        "units_more": len(units) > FEW_UNITS,
    }


def _order(row: Standing) -> tuple[int, int, int]:
    day = row.due_on.toordinal()
    if row.state in OPEN_STATES:
        return 0, day, row.id
    if row.state is State.SUBMITTED:
        return 1, day, row.id
    return 2, -day, row.id
