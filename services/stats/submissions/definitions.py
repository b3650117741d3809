"""Which definitions a form was opened or handed in with, as a short text, and what has changed since. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.stats.indicators.records import Indicator
from shared.text import Text

LONGEST = 8000
# What a figure means; a new owner or legal basis makes no other figure of it.
_MEANING = ("definition", "type", "unit_of_measure", "decimals")
_WRITTEN = re.compile(r"[0-9]{1,18}:[0-9]{1,9}(?: [0-9]{1,18}:[0-9]{1,9})*")


@dataclass(frozen=True, slots=True)
class Changes:
    """What became of the lines of a form: added, taken out (by their ids), and defined anew."""

    added: tuple[Indicator, ...] = ()
    removed: tuple[int, ...] = ()
    changed: tuple[Indicator, ...] = ()

    @property
    def sentences(self) -> list[Text]:
        """What to tell whoever filled in the form as it was."""
        found = [
            Text(f"“{one.name}”是新增的指标，请填写。", f"“{one.name}” was added. Please fill it in.")
            for one in self.added
        ]
        found += [_changed(one) for one in self.changed]
        if self.removed:
            count = len(self.removed)
            found.append(
                Text(
                    f"有 {count} 项指标不再填报，原来填的没有删除，只是不再报送。",
                    f"{count} of the indicators are not asked any more; what was typed is kept and not reported.",
                )
            )
        return found


def is_redefined(before: Mapping[str, Any] | None, now: Indicator) -> bool:
    """Whether figures mean something else than when the definition was `before`, as `indicator_version` keeps it.

    A version that nobody kept may have meant anything.
    """
    if before is None:
        return True
    return any(before.get(name) != getattr(now, name) for name in _MEANING)


def written(lines: Sequence[Indicator]) -> str:
    """The definitions of a form: each indicator with its version, in the order of the form."""
    return " ".join(f"{one.id}:{one.version}" for one in lines)


def is_written(text: str) -> bool:
    """Whether `text` is something that `written` wrote."""
    return not text or _WRITTEN.fullmatch(text) is not None


def read(text: str) -> dict[int, int]:
    """Versions by indicator, as `written` wrote them."""
    pairs = (pair.split(":") for pair in text.split())
    return {int(indicator_id): int(version) for indicator_id, version in pairs}


def changes_since(opened: str, now: Sequence[Indicator]) -> Changes:
    """What has changed since a form was opened with these definitions; nothing when it does not say which."""
    if not opened:
        return Changes()
    before: Mapping[int, int] = read(opened)
    ids = {one.id for one in now}
    return Changes(
        added=tuple(one for one in now if one.id not in before),
        removed=tuple(indicator_id for indicator_id in before if indicator_id not in ids),
        changed=tuple(one for one in now if one.id in before and before[one.id] != one.version),
    )


def _changed(one: Indicator) -> Text:
    return Text(
        f"“{one.name}”的定义改了。现在是：{one.unit_of_measure}，{one.decimals} 位小数，口径：{one.definition}",
        f"“{one.name}” was redefined. It is now: {one.unit_of_measure}, {one.decimals} decimals, {one.definition}",
    )
