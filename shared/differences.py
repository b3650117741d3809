"""From what to what: the fields that a change made different, as an audit log shows them. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

# Of a list with more entries the first ones stand for all.
MOST_NAMED = 50


def changes(
    before: Mapping[str, Any] | None, after: Mapping[str, Any] | None, fields: Iterable[str]
) -> list[dict[str, Any]]:
    """The fields that differ, each as {"field", "before", "after"}: lists of texts, empty where there was nothing.

    `before` is None for what is new, `after` for what is gone.
    """
    found = [(field, _texts(before, field), _texts(after, field)) for field in fields]
    return [change(field, was, now) for field, was, now in found if was != now]


def change(field: str, before: Sequence[str] = (), after: Sequence[str] = ()) -> dict[str, Any]:
    """One field that differs."""
    return {"field": field, "before": list(before[:MOST_NAMED]), "after": list(after[:MOST_NAMED])}


def _texts(row: Mapping[str, Any] | None, field: str) -> list[str]:
    value = None if row is None else row.get(field)
    if value is None or value == "":
        return []
    if isinstance(value, (list, tuple)):
        return [_text(one) for one in value]
    return [_text(value)]


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, dt.date) else str(value)
