"""What the lead bureau said of a unit's duty, for its line in the list. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# What was said, by its word of a message, and where the service has the text of it.
SAID = {
    "returned": "returned_reason",
    "refused": "waiver_refusal",
    "not_extended": "extension_refusal",
    "answered": "blocker_answer",
    "remarked": "open_remark",
}


def said_of(duty: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Pairs of a word's code and the text; a return first, then a refusal, then advice."""
    return [(code, duty[field]) for code, field in SAID.items() if duty.get(field)]
