"""Signs of a page → its lines in the order of reading, one column after the other where there are two. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.tasks.notices.sources.pdf.placed import Sign

# In heights of a sign: how far the next word of a line begins, and the next column.
_WORD = 0.6
_LATIN_WORD = 0.18
_COLUMN = 1.2
_SAME_LINE = 0.35
# Two columns are so many lines that both stop before the middle strip, and few that cross it.
_LEAST_SIDE_BY_SIDE = 6
_MOST_CROSSING = 0.25


@dataclass(frozen=True, slots=True)
class Row:
    """Signs of one line, from left to right; `column` is 0 for a line over the whole page, else 1 or 2."""

    signs: tuple[Sign, ...]
    column: int = 0

    @property
    def left(self) -> float:
        """Where it begins."""
        return self.signs[0].left

    @property
    def right(self) -> float:
        """Where it ends."""
        return max(sign.right for sign in self.signs)

    @property
    def top(self) -> float:
        """Its upper edge."""
        return min(sign.top for sign in self.signs)

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return max(sign.bottom for sign in self.signs)

    @property
    def size(self) -> float:
        """How high its signs are."""
        return sorted(sign.size for sign in self.signs)[len(self.signs) // 2]

    @property
    def text(self) -> str:
        """What it says."""
        text = ""
        for before, sign in zip((None, *self.signs), self.signs, strict=False):
            text += sign.text if before is None or not _is_apart(before, sign) else f" {sign.text}"
        return text


def rows_of(signs: Sequence[Sign]) -> list[Row]:
    """Lines from above, each over its whole width."""
    rows: list[list[Sign]] = []
    # Where the highest sign of the last line is, so that one which is set lower or smaller belongs to it still.
    tallest: Sign | None = None
    for sign in sorted(signs, key=lambda one: one.middle):
        if tallest is not None and abs(sign.middle - tallest.middle) <= _SAME_LINE * max(sign.size, tallest.size):
            rows[-1].append(sign)
            tallest = max(tallest, sign, key=lambda one: one.size)
        else:
            rows.append([sign])
            tallest = sign
    return [Row(tuple(sorted(row, key=lambda one: one.left))) for row in rows]


def in_reading_order(signs: Sequence[Sign], width: float) -> list[Row]:
    """Lines as they are read: the left column before the right one between lines that go over both."""
    rows = rows_of(signs)
    gutter = _gutter(rows, width)
    if gutter is None:
        return rows
    done: list[Row] = []
    left: list[Row] = []
    right: list[Row] = []
    for row in rows:
        sides = _sides(row, gutter)
        if sides is None:
            done += [*left, *right, row]
            left, right = [], []
        else:
            left += [Row(sides[0], 1)] if sides[0] else []
            right += [Row(sides[1], 2)] if sides[1] else []
    return [*done, *left, *right]


def _gutter(rows: Sequence[Row], width: float) -> float | None:
    """Where the strip between two columns is, or None where there is one column."""
    candidates = [gap for row in rows for gap in _gaps(row) if width * 0.35 <= gap <= width * 0.65]
    if len(candidates) < _LEAST_SIDE_BY_SIDE:
        return None
    gutter = sorted(candidates)[len(candidates) // 2]
    sides = [_sides(row, gutter) for row in rows]
    both = sum(side is not None and bool(side[0]) and bool(side[1]) for side in sides)
    crossing = sum(side is None for side in sides)
    is_two = both >= _LEAST_SIDE_BY_SIDE and crossing <= _MOST_CROSSING * len(rows) and both * 2 >= len(rows) - crossing
    return gutter if is_two else None


def _gaps(row: Row) -> Iterator[float]:
    for before, sign in zip(row.signs, row.signs[1:], strict=False):
        if sign.left - before.right >= _COLUMN * row.size:
            yield (before.right + sign.left) / 2


def _sides(row: Row, gutter: float) -> tuple[tuple[Sign, ...], tuple[Sign, ...]] | None:
    """The signs left and right of the strip; None where a sign stands on it, or its words are too near."""
    if any(sign.left < gutter < sign.right for sign in row.signs):
        return None
    left = tuple(sign for sign in row.signs if sign.right <= gutter)
    right = tuple(sign for sign in row.signs if sign.left >= gutter)
    is_near = left and right and right[0].left - left[-1].right < _COLUMN * row.size * 0.6
    return None if is_near else (left, right)


def _is_apart(before: Sign, sign: Sign) -> bool:
    gap = sign.left - before.right
    are_latin = before.text.isascii() and sign.text.isascii()
    return gap > (_LATIN_WORD if are_latin and before.text.isalpha() and sign.text.isalpha() else _WORD) * sign.size
