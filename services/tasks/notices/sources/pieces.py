"""What a reader of one kind of file hands on: lines and tables in their order, before anything is cleaned. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from services.tasks.notices.blocks import Reason


@dataclass(frozen=True, slots=True)
class Line:
    """One line as a person saw it.

    `numbering` is what Word prints in front of it; `skipped` says why it is no part of the notice. `runs_on` says
    whether the paragraph goes on in the next line, where the layout tells; None leaves it to the widths of the lines.
    """

    text: str
    numbering: str = ""
    skipped: Reason | None = None
    runs_on: bool | None = None


@dataclass(frozen=True, slots=True)
class Grid:
    """A table as read: rows of any length; a merged cell's text is repeated in every cell it covers."""

    rows: tuple[tuple[str, ...], ...]
    skipped: Reason | None = None


Piece = Line | Grid
