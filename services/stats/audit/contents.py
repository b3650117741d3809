"""From what to what: the fields of a definition that a change made different, lists of things by their names. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shared.differences import changes

# What a version says of itself besides its definition.
NOT_SHOWN = frozenset({"version", "report_id", "indicator_id", "check_id", "is_asked"})
# The state of a report has other words than that of a duty, which the log of duties calls so.
RENAMED = {"state": "report_state"}


def told(before: Mapping[str, object] | None, after: Mapping[str, object] | None) -> list[dict[str, Any]]:
    """The fields that differ, each as {"field", "before", "after"}; `before` is None for what is new."""
    was, now = _flat(before), _flat(after) or {}
    return changes(was, now, now)


def _flat(content: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if content is None:
        return None
    return {
        RENAMED.get(name, name): _names(found) if isinstance(found, list) else found
        for name, found in content.items()
        if name not in NOT_SHOWN
    }


def _names(found: list[Any]) -> list[Any]:
    return [_name(one) if isinstance(one, Mapping) else one for one in found]


def _name(one: Mapping[str, Any]) -> str:
    return f"{one['section']} {one['name']}" if one.get("section") else str(one["name"])
