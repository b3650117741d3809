"""The list of targets, and one of them with its periods, its split and its versions."""

from __future__ import annotations

import datetime as dt
from typing import Any

from services.stats.figures import answers as figure_answers
from services.stats.figures import queries as figure_queries
from services.stats.figures import reading as figures
from services.stats.targets import answers, queries, reading, rules, statements
from services.stats.targets.saving import NO_TARGET
from shared.database import Cursor
from shared.errors import NotFound
from shared.text import Text

NOT_THEN = Text(
    "那时还没有这个目标，或者已经撤销。请换一天，或返回列表。",
    "There was no such target then, or it was dropped. Please choose another day, or go back to the list.",
)


def list_targets(cur: Cursor, *, as_of: dt.datetime | None, day: dt.date) -> dict[str, Any]:
    """All targets, each part after its whole."""
    book = figures.book(cur)
    found = reading.held(cur, book, queries.targets(cur, as_of=as_of), as_of=as_of, day=day)
    top = figure_queries.top_unit(cur)
    return {
        "unit": figure_answers.of_unit(top) if top else None,
        "as_of": as_of.isoformat() if as_of else None,
        "targets": [answers.shown(one) | {"rows": answers.rows(one)} for one in found],
        # Only now: what a notice says waits for somebody to deal with it, which no moment of the past does.
        "statements": statements.waiting(cur, book.by_id.values()) if as_of is None else [],
        "is_invented": any(one.indicator.is_invented for one in found),
    }


def get_target(cur: Cursor, target_id: int, *, as_of: dt.datetime | None, day: dt.date) -> dict[str, Any]:
    """One target. NotFound for one that was not there then, or was dropped."""
    book = figures.book(cur)
    known = queries.targets(cur, as_of=as_of)
    target = next((one for one in known if one.target_id == target_id), None)
    if target is None:
        raise NotFound(NO_TARGET if as_of is None else NOT_THEN)
    (one,) = reading.held(cur, book, [target], as_of=as_of, day=day)
    unit_ids = sorted({share.unit_id for share in one.shares if share.unit_id is not None})
    points = reading.points_of_units(cur, book, one, unit_ids, as_of=as_of)
    whole = next((other for other in known if other.target_id == target.whole_id), None)
    return answers.shown(one) | {
        "as_of": as_of.isoformat() if as_of else None,
        "whole": None if whole is None else book.by_id[whole.indicator_id].name,
        "rows": answers.rows(one),
        **answers.split(one, figure_queries.units(cur, unit_ids), points),
        "versions": answers.versions(queries.versions(cur, target_id)),
    }


def choices(cur: Cursor) -> dict[str, Any]:
    """Which indicators there are with the comparators that fit each, and which targets may be wholes."""
    book = figures.book(cur)
    return {
        "indicators": [
            figure_answers.of_indicator(one)
            | {"comparators": [comparator.value for comparator in rules.FITTING[one.type]]}
            for one in book.by_id.values()
        ],
        "wholes": [
            {"target_id": one.target_id, "name": book.by_id[one.indicator_id].name}
            for one in queries.targets(cur)
            if one.whole_id is None
        ],
    }
