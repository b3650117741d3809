"""Days in the address of a list, as somebody typed them."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from flask_babel import gettext as _

from services.portal.dates import day_or_none


def wrong_days(typed: Mapping[str, str]) -> dict[str, str]:
    """By the name of its field, what to do about each text that is no day, or that lies before the one named first."""
    sentence = str(_("没有这一天。请写成 2026-11-30 这样的日期。"))
    wrong = {name: sentence for name, text in typed.items() if text and day_or_none(text) is None}
    if wrong:
        return wrong
    days = [(name, day_or_none(text)) for name, text in typed.items() if text]
    for (__, first), (name, last) in pairwise(days):
        if first and last and last < first:
            return {name: str(_("结束日期早于开始日期，请改正。"))}
    return {}


def iso_day(text: str) -> str | None:
    """What somebody typed as an ISO date; None for nothing and for what is no day."""
    day = day_or_none(text)
    return day.isoformat() if day else None
