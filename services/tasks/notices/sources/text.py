"""Plain text, from a file or a paste → its lines. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from services.tasks.notices.blocks import Reason
from services.tasks.notices.sources.navigation import without_navigation
from services.tasks.notices.sources.pieces import Line, Piece
from shared.typed_text import LINE_ENDS

_LINE_END = re.compile(f"\r\n|[{LINE_ENDS}]")


# Possessive: what comes before the first element is looked at in one way only.
_BEGINNING = re.compile(r"(?>(?:<\?xml[^>]*>|<!--(?>.*?-->)|<!doctype[^>]*>|\s)*+)<[a-z!/]", re.IGNORECASE | re.DOTALL)
_MARKUP = re.compile(
    r"<(?:!doctype html|html|head|body|div|p|table|span|meta|title|article|section|br)\b", re.IGNORECASE
)
_LOOKED_AT = 5_000


# — 3 —, 第3页, 第 3 页 共 9 页: nothing else of a notice is written so. A bare number may be that of a heading.
_PAGE_NUMBER = re.compile(
    r"\s*(?:[-—–－]{1,2}\s*\d{1,3}\s*[-—–－]{1,2}|第\s*\d{1,3}\s*页(?:\s*[/／,，(（]?\s*共\s*\d{1,3}\s*页\s*[)）]?)?)\s*"
)


def is_page(text: str) -> bool:
    """Whether a text is the source of a web page."""
    beginning = text[:_LOOKED_AT].lstrip("\ufeff")
    return _BEGINNING.match(beginning) is not None and _MARKUP.search(beginning) is not None


def lines_of(text: str, *, most: int) -> list[str]:
    """The lines of a text, and what is left of it as one more where it has more than `most`."""
    return [line.strip("\x1a") for line in _LINE_END.split(text, most)]


def pieces_of(lines: Sequence[str]) -> list[Piece]:
    """The lines of a text, with those that only a web page has around it marked."""
    return without_navigation([Line(line, skipped=_skipped(line)) for line in lines])


def _skipped(line: str) -> Reason | None:
    return Reason.PAGE_NUMBER if _PAGE_NUMBER.fullmatch(line) else None
