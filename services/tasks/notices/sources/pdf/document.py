"""A PDF → its lines and tables, page numbers and what each page repeats marked, and lines that run on. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from services.tasks.notices.blocks import Reason
from services.tasks.notices.errors import NoticeUnreadableError
from services.tasks.notices.sources.navigation import without_navigation
from services.tasks.notices.sources.pdf.lines import Row, in_reading_order
from services.tasks.notices.sources.pdf.placed import Page, pages_of
from services.tasks.notices.sources.pdf.ruled import Ruled, tables_of
from services.tasks.notices.sources.pieces import Grid, Line, Piece
from shared.text import Text

# The part of a page, from above and from below, where running heads and page numbers stand.
_EDGE = 0.12
_PAGE_NUMBER = re.compile(r"[-—–－―·•~\s]*第?\s*\d{1,3}\s*页?\s*(?:[/／,，]?\s*共?\s*\d{1,3}\s*页?)?[-—–－―·•~\s]*")
_LEAST_REPEATED = 3
_LONGEST_HEAD = 40
_SENTENCE = re.compile("[。；，：]")
# Below so many signs a page has no text of its own.
_LEAST_SIGNS = 10
_MOST_UNKNOWN = 0.2
# Blanks are not drawn either; there are fewer.
_MOST_UNDRAWN = 0.3
_UNKNOWN = re.compile("[\ue000-\uf8ff\ufffd\U000f0000-\U0010ffff]")
_ENDED = tuple("。！？；：!?;:…")

_SCANNED = Text(
    "这份 PDF 是扫描件或图片，里面没有文字，读不出来：请导入原来的 Word 文件，或用文字识别软件转成 .docx 后再导入。",
    "This PDF is a scan or a picture without any text in it: use the original Word file, or turn it into a .docx "
    "with a "
    "program that recognizes text.",
)
_GARBLED = Text(
    "这份 PDF 的字体没有说明各个字是什么字，读出来是乱码：请导入原来的 Word 文件，或打开 PDF 复制正文，"
    "粘贴后看是否正确。",
    "The fonts of this PDF do not say which signs they draw, so its text cannot be read: use the original Word "
    "file, or "
    "open the PDF, copy its text, paste it and see whether it is right.",
)


@dataclass(frozen=True, slots=True)
class _Placed:
    """A line or a table on its page."""

    page: int
    content: Row | Ruled
    reason: Reason | None = None


def pieces_of(content: bytes) -> list[Piece]:
    """The lines and tables of a PDF. Raises NoticeUnreadableError where it has no text that can be read."""
    pages = list(pages_of(content))
    _refuse_unreadable(pages)
    placed = [one for number, page in enumerate(pages) for one in _on_page(number, page)]
    placed = _without_repeated(placed, pages)
    margins = _Margins.of(placed)
    pieces: list[Piece] = []
    for place, one in enumerate(placed):
        if isinstance(one.content, Ruled):
            _add_table(pieces, one.content)
        else:
            following = next((other for other in placed[place + 1 :] if other.reason is None), None)
            runs_on = margins.runs_on(one, following)
            pieces.append(Line(one.content.text, skipped=one.reason, runs_on=runs_on))
    pieces += [_picture(number) for number, page in enumerate(pages, start=1) if _is_scanned(page)]
    return without_navigation(pieces)


def _refuse_unreadable(pages: Sequence[Page]) -> None:
    texts = [sign.text for page in pages for sign in page.signs]
    if len(texts) < _LEAST_SIGNS * len(pages) and any(page.is_picture for page in pages):
        raise NoticeUnreadableError(_SCANNED)
    unknown = sum(_UNKNOWN.match(text) is not None or text < " " for text in texts)
    undrawn = sum(page.undrawn for page in pages)
    if unknown > _MOST_UNKNOWN * len(texts) or undrawn > _MOST_UNDRAWN * (len(texts) + undrawn):
        raise NoticeUnreadableError(_GARBLED)


def _is_scanned(page: Page) -> bool:
    return page.is_picture and len(page.signs) < _LEAST_SIGNS


def _picture(number: int) -> Line:
    """What stands for a page that is a picture, so that it is not left out in silence."""
    return Line(f"（第 {number} 页是图片，没有读出文字）", skipped=Reason.ANNEX)


def _on_page(number: int, page: Page) -> list[_Placed]:
    tables = tables_of(page.signs, page.strokes)
    free = [sign for sign in page.signs if not any(table.holds(sign) for table in tables)]
    rows = in_reading_order(free, page.width)
    placed = [_Placed(number, row, _reason(row, page)) for row in rows]
    for table in tables:
        # A table stands before the first line below it; between columns, where its lines would be read.
        at = next((n for n, one in enumerate(placed) if _top(one) > table.top), len(placed))
        placed.insert(at, _Placed(number, table))
    return placed


def _top(one: _Placed) -> float:
    return one.content.top


def _reason(row: Row, page: Page) -> Reason | None:
    return Reason.PAGE_NUMBER if _is_at_edge(row, page) and _PAGE_NUMBER.fullmatch(row.text) else None


def _without_repeated(placed: Sequence[_Placed], pages: Sequence[Page]) -> list[_Placed]:
    """Mark what stands above and below the text of most pages at the same place, whatever number it has in it."""
    outer = {place: _head(placed[place]) for place in _outermost(placed, pages)}
    heads = Counter(head for head in outer.values() if head is not None)
    least = max(_LEAST_REPEATED, len(pages) // 2)
    repeated = {place for place, head in outer.items() if head is not None and heads[head] >= least}
    return [replace(one, reason=Reason.DECORATION) if n in repeated else one for n, one in enumerate(placed)]


def _outermost(placed: Sequence[_Placed], pages: Sequence[Page]) -> set[int]:
    """The first and the last two lines of each page at its edges, page numbers aside."""
    by_page: dict[int, list[int]] = {}
    for place, one in enumerate(placed):
        if isinstance(one.content, Row) and one.reason is None:
            by_page.setdefault(one.page, []).append(place)
    ends = {place for places in by_page.values() for place in (*places[:2], *places[-2:])}
    return {place for place in ends if _is_at_edge(placed[place].content, pages[placed[place].page])}


def _head(one: _Placed) -> tuple[str, int] | None:
    """What can be compared with other pages; no sentence, which may stand there because the text goes on."""
    if isinstance(one.content, Ruled) or len(one.content.text) > _LONGEST_HEAD or _SENTENCE.search(one.content.text):
        return None
    return re.sub(r"\d+", "0", one.content.text), round(one.content.top / 10)


def _is_at_edge(content: Row | Ruled, page: Page) -> bool:
    return content.top < _EDGE * page.height or content.bottom > (1 - _EDGE) * page.height


@dataclass(frozen=True, slots=True)
class _Margins:
    """Where the lines of each column begin and end, and whether paragraphs begin with an indent."""

    left: dict[int, float]
    right: dict[int, float]
    has_indents: bool

    @classmethod
    def of(cls, placed: Sequence[_Placed]) -> _Margins:
        left: dict[int, float] = {}
        right: dict[int, float] = {}
        rows = [one.content for one in placed if isinstance(one.content, Row) and one.reason is None]
        for column in {row.column for row in rows}:
            own = [row for row in rows if row.column == column]
            widest = max(row.right - row.left for row in own)
            long = [row for row in own if row.right - row.left >= widest * 0.6]
            right[column] = sorted(row.right for row in long)[(len(long) * 9) // 10]
            # The margin is where several lines begin; a single one may hang out.
            left[column] = sorted(row.left for row in own)[min(1, len(own) - 1)]
        indented = sum(row.left - left[row.column] >= row.size * 1.5 for row in rows)
        return cls(left, right, indented > 1)

    def runs_on(self, one: _Placed, following: _Placed | None) -> bool:
        """Whether the paragraph of a line goes on in the next one that is read."""
        row = one.content
        if not isinstance(row, Row) or following is None or not isinstance(following.content, Row):
            return False
        after = following.content
        if row.right < self.right[row.column] - 1.6 * row.size or abs(after.size - row.size) > 0.2 * row.size:
            return False
        is_indented = after.left - self.left[after.column] >= after.size
        is_next = one.page != following.page or row.column != after.column or after.top - row.bottom < 2 * row.size
        is_ended = row.text.rstrip("”’）)】》").endswith(_ENDED)
        return is_next and not is_indented and (self.has_indents or not is_ended)


def _add_table(pieces: list[Piece], table: Ruled) -> None:
    """Add a table, or the rows of one that goes on from the page before."""
    rows = table.rows
    before = next((n for n in range(len(pieces) - 1, -1, -1) if not _is_skipped(pieces[n])), None)
    above = pieces[before] if before is not None else None
    if before is None or not isinstance(above, Grid) or len(above.rows[0]) != len(rows[0]):
        pieces.append(Grid(rows))
        return
    has_head = rows[0] == above.rows[0]
    pieces[before] = Grid((*above.rows, *(rows[1:] if has_head else rows)))
    if has_head:
        pieces.append(Line("\t".join(" ".join(cell.split("\n")) for cell in rows[0]), skipped=Reason.DECORATION))


def _is_skipped(piece: Piece) -> bool:
    return piece.skipped is not None
