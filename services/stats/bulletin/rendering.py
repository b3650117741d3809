"""A bulletin as a Word document in the form of GB/T 9704; the same content makes the same bytes. Pure."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from services.stats.bulletin.layout import DRAFT, Issue, imprint, paragraphs
from services.stats.bulletin.records import Fields
from shared.paper.parts import Annex, Paper


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is to be rendered."""

    fields: Fields
    issue: Issue
    tables: tuple[Annex, ...]

    @property
    def is_draft(self) -> bool:
        return self.issue.number is None


def render(sheet: Sheet) -> bytes:
    """The document as a file."""
    from shared.paper.writing import write

    return write(
        Paper(
            title=sheet.fields.title,
            author=sheet.fields.issuer,
            day=sheet.issue.issued_on,
            paragraphs=tuple(paragraphs(sheet.fields, sheet.issue, sheet.tables)),
            tables=sheet.tables,
            imprint=tuple(imprint(sheet.fields, sheet.issue)),
            mark=DRAFT if sheet.is_draft else "",
        )
    )


def sha256_of(content: bytes) -> str:
    """By which anybody tells whether a file is the one that was issued."""
    return hashlib.sha256(content).hexdigest()
