"""What the lead bureau made of a unit's words: the pieces that stayed, those that went, those that are new. Pure."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

SAME, GONE, NEW = "same", "gone", "new"
# A clause and what ends it: Chinese has no blanks between words, and single signs would be a riddle.
_CLAUSE = re.compile(r"[^，。；：！？、,.;:!?\n]*[，。；：！？、,.;:!?\n]|[^，。；：！？、,.;:!?\n]+")


def pieces(before: str, after: str) -> list[tuple[str, str]]:
    """Pairs of what became of a piece and its text; all but the new ones are `before`, all but the gone `after`."""
    was, now = _CLAUSE.findall(before), _CLAUSE.findall(after)
    found: list[tuple[str, str]] = []
    for tag, first, end, start, stop in SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append((SAME, "".join(was[first:end])))
            continue
        found += [
            (kind, text) for kind, text in ((GONE, "".join(was[first:end])), (NEW, "".join(now[start:stop]))) if text
        ]
    return found
