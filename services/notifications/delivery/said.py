"""What a delivery says beside mail, before and after it is put into the words of its channel (pure)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from services.notifications.delivery.letter import Line
from services.notifications.delivery.states import Purpose


@dataclass(frozen=True, slots=True)
class Said:
    """What a delivery is to say, before it is put into the words of its channel."""

    purpose: Purpose
    unit: str
    code: str
    lines: Sequence[Line]
    language: str
    pages_url: str


@dataclass(frozen=True, slots=True)
class Worded:
    """The words of a channel; `segments` and `places` of a short message: its parts, and what fills a template."""

    text: str
    segments: int | None = None
    places: Mapping[str, str] = field(default_factory=dict)
