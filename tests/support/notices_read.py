"""What must hold of every notice that is read, whatever it came as."""

from __future__ import annotations

from services.tasks.notices.blocks import Paragraph, Source, Table
from services.tasks.notices.sources.signs import is_blank


def lost_or_twice(source: Source) -> list[str]:
    """What of the source's lines is in no block and not skipped, or in more than one of them, as it stands there."""
    spans = [span for block in source.blocks for span in block.origins] + [skipped.span for skipped in source.skipped]
    taken: dict[int, list[tuple[int, int]]] = {}
    for span in spans:
        taken.setdefault(span.line, []).append((span.start, span.end))
    complaints = []
    for number, line in enumerate(source.lines):
        place = 0
        for start, end in sorted(taken.get(number, [])):
            if start < place:
                complaints.append(f"twice: {line[start:place]}")
            if not is_blank(line[place:start]):
                complaints.append(f"lost: {line[place:start]}")
            place = end
        if place > len(line) or not is_blank(line[place:]):
            complaints.append(f"lost: {line[place:]}")
    return complaints + [f"rows: {block}" for block in source.blocks if _lacks_rows(block)]


def _lacks_rows(block: Paragraph | Table) -> bool:
    return isinstance(block, Table) and len(block.rows) != len(block.origins)


def texts(source: Source) -> list[str]:
    return [block.text for block in source.blocks if isinstance(block, Paragraph)]


def tables(source: Source) -> list[tuple[tuple[str, ...], ...]]:
    return [block.rows for block in source.blocks if isinstance(block, Table)]


def skipped(source: Source) -> list[str]:
    return [source.lines[piece.span.line][piece.span.start : piece.span.end] for piece in source.skipped]
