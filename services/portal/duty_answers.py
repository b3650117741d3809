"""What the lead bureau said of a unit's duties, for the top of the unit's page. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

# What was said, by its word of a message, and where the service has the text of it.
SAID = {"returned": "returned_reason", "refused": "waiver_refusal", "answered": "blocker_answer"}


@dataclass(frozen=True, slots=True)
class Answered:
    """A duty with what was said of it: pairs of a word's code and the text."""

    duty: Mapping[str, Any]
    said: tuple[tuple[str, str], ...]


def answers_in(duties: Iterable[Mapping[str, Any]]) -> list[Answered]:
    """The duties with what was said; what was returned first, then refusals, then advice, each in the given order."""
    found = [Answered(duty, _said(duty)) for duty in duties]
    places = {code: place for place, code in enumerate(SAID)}
    return sorted((one for one in found if one.said), key=lambda one: places[one.said[0][0]])


def _said(duty: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple((code, duty[field]) for code, field in SAID.items() if duty.get(field))
