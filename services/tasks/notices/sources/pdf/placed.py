"""What stands on the pages of a PDF: signs with their places, and strokes that may be borders of tables.

Read with PDFium, in the process that reads files: whatever a file makes it do ends with that process.
"""

from __future__ import annotations

import ctypes
import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import pypdfium2  # type: ignore[import-untyped]
from pypdfium2 import raw

from services.tasks.notices.errors import NoticeUnreadableError
from services.tasks.notices.sources.signs import is_blank
from shared.text import Text

# A plan with all its annexes has some sixty pages of at most three thousand signs.
MOST_PAGES = 300
_MOST_SIGNS = 600_000
# Of one page; a map or a drawing has more, and no table that is worth it.
_MOST_OBJECTS = 20_000
_MOST_SEGMENTS = 60_000
# In points: a border is thinner, an edge straighter.
_THIN = 3.0
# The share of a sign that stands above the line on which it is written.
_ABOVE = 0.85
# A picture over so much of a page is the page.
_MOST_OF_A_PAGE = 0.4

_LOCKED = Text(
    "这份 PDF 加了密码：请用打开它的软件去掉密码，另存后再导入，或者打开后复制正文粘贴。",
    "This PDF has a password: remove it and save it again, or open it, copy the text and paste it.",
)
_DAMAGED = Text(
    "PDF 文件已损坏或没有传完：请重新下载或另存一份，再导入。",
    "The PDF is damaged or incomplete: download it or save it once more, and try again.",
)
_TOO_LONG = Text(
    f"这份 PDF 超过 {MOST_PAGES} 页，不像一份通知，没有读取：请只导入方案正文的那几页。",
    f"This PDF has more than {MOST_PAGES} pages, which is no notice, so it was not read: import the plan's own "
    f"pages only.",
)
_TOO_MUCH = Text(
    f"这份 PDF 的文字超过 {_MOST_SIGNS // 10_000} 万字，不像一份通知，没有读取：请只导入方案正文的那几页。",
    f"This PDF has more than {_MOST_SIGNS} signs, which is no notice, so it was not read: import the plan's own "
    f"pages only.",
)


@dataclass(frozen=True, slots=True)
class Sign:
    """One sign; in points from the left and from the top of its page."""

    text: str
    left: float
    top: float
    right: float
    bottom: float

    @property
    def size(self) -> float:
        """How high the sign is."""
        return self.bottom - self.top

    @property
    def middle(self) -> float:
        """Its middle from the top."""
        return (self.top + self.bottom) / 2


@dataclass(frozen=True, slots=True)
class Stroke:
    """A straight line across (`top` is `bottom`) or down (`left` is `right`)."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Page:
    """One page as it is shown."""

    width: float
    height: float
    signs: tuple[Sign, ...]
    strokes: tuple[Stroke, ...]
    is_picture: bool
    # Pieces of text that are drawn with a font which neither the file nor this machine has: blanks, or unreadable.
    undrawn: int


def pages_of(content: bytes) -> Iterator[Page]:
    """The pages one after the other. Raises NoticeUnreadableError for a file that is locked, damaged or too long."""
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        locked = (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY)
        raise NoticeUnreadableError(_LOCKED if error.err_code in locked else _DAMAGED) from error
    try:
        if len(document) > MOST_PAGES:
            raise NoticeUnreadableError(_TOO_LONG)
        left = _MOST_SIGNS
        for number in range(len(document)):
            page = _page(document, number, left)
            left -= len(page.signs)
            yield page
    finally:
        document.close()


def _page(document: pypdfium2.PdfDocument, number: int, most: int) -> Page:
    try:
        page = document[number]
    except pypdfium2.PdfiumError as error:
        raise NoticeUnreadableError(_DAMAGED) from error
    try:
        shown = _Shown(page.get_cropbox(), page.get_rotation())
        signs = tuple(_signs(page, shown, most))
        strokes, pictures, undrawn = _drawn(page, shown)
    finally:
        page.close()
    covered = sum(max(0.0, one.right - one.left) * max(0.0, one.bottom - one.top) for one in pictures)
    is_picture = covered >= _MOST_OF_A_PAGE * shown.width * shown.height
    return Page(shown.width, shown.height, signs, tuple(strokes), is_picture, undrawn)


class _Shown:
    """From the places of a file, which count from below and know no turning, to those of the page as it is shown."""

    def __init__(self, box: tuple[float, float, float, float], turned: int) -> None:
        self._left, self._bottom, self._right, self._top = left, bottom, right, top = box
        self._turned = turned % 360
        across, down = right - left, top - bottom
        self.width, self.height = (down, across) if self._turned in (90, 270) else (across, down)

    def box(self, left: float, bottom: float, right: float, top: float) -> tuple[float, float, float, float]:
        """(left, top, right, bottom) from the upper left corner."""
        corners = [self.point(left, bottom), self.point(right, top)]
        across, down = sorted(x for x, _ in corners), sorted(y for _, y in corners)
        return across[0], down[0], across[1], down[1]

    def point(self, x: float, y: float) -> tuple[float, float]:
        """(from the left, from the top)."""
        if self._turned == 90:
            return y - self._bottom, x - self._left
        if self._turned == 180:
            return self._right - x, y - self._bottom
        if self._turned == 270:
            return self._top - y, self._right - x
        return x - self._left, self._top - y


def _signs(page: pypdfium2.PdfPage, shown: _Shown, most: int) -> Iterator[Sign]:
    text = page.get_textpage()
    try:
        count = raw.FPDFText_CountChars(text)
        if count > most:
            raise NoticeUnreadableError(_TOO_MUCH)
        box = raw.FS_RECTF()
        x, y = ctypes.c_double(), ctypes.c_double()
        pending = ""
        for place in range(count):
            if raw.FPDFText_IsGenerated(text, place) == 1:
                continue
            code = raw.FPDFText_GetUnicode(text, place)
            # Signs beyond the first plane come as two halves.
            if 0xD800 <= code < 0xDC00:
                pending = chr(code)
                continue
            sign = (pending + chr(code)).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
            pending = ""
            if is_blank(sign) or not raw.FPDFText_GetLooseCharBox(text, place, ctypes.byref(box)):
                continue
            raw.FPDFText_GetCharOrigin(text, place, ctypes.byref(x), ctypes.byref(y))
            yield _sign(sign, shown.box(box.left, box.bottom, box.right, box.top), shown.point(x.value, y.value)[1])
    finally:
        text.close()


def _sign(text: str, box: tuple[float, float, float, float], baseline: float) -> Sign:
    """A sign as high as its font is: some fonts say of 一 that it is as high as its stroke."""
    left, top, right, bottom = box
    size = bottom - top if text.isascii() else max(bottom - top, right - left)
    return Sign(text, left, baseline - _ABOVE * size, right, baseline + (1 - _ABOVE) * size)


def _drawn(page: pypdfium2.PdfPage, shown: _Shown) -> tuple[list[Stroke], list[Stroke], int]:
    """(strokes, boxes of pictures, texts that are not drawn) of a page; no strokes where there are too many of them."""
    strokes: list[Stroke] = []
    pictures: list[Stroke] = []
    undrawn = 0
    count = raw.FPDFPage_CountObjects(page)
    for place in range(min(count, _MOST_OBJECTS)):
        drawn = raw.FPDFPage_GetObject(page, place)
        kind = raw.FPDFPageObj_GetType(drawn)
        if kind == raw.FPDF_PAGEOBJ_IMAGE:
            pictures += _bounds(drawn, shown)
        elif kind == raw.FPDF_PAGEOBJ_PATH and len(strokes) < _MOST_SEGMENTS:
            strokes += _strokes(drawn, shown)
        elif kind == raw.FPDF_PAGEOBJ_TEXT:
            undrawn += all(box.left == box.right for box in _bounds(drawn, shown))
    is_drawing = count > _MOST_OBJECTS or len(strokes) >= _MOST_SEGMENTS
    return ([] if is_drawing else strokes), pictures, undrawn


def _bounds(drawn: raw.FPDF_PAGEOBJECT, shown: _Shown) -> list[Stroke]:
    values = [ctypes.c_float() for _ in range(4)]
    if not raw.FPDFPageObj_GetBounds(drawn, *map(ctypes.byref, values)):
        return []
    return [Stroke(*shown.box(*(value.value for value in values)))]


def _strokes(path: raw.FPDF_PAGEOBJECT, shown: _Shown) -> Iterator[Stroke]:
    for box in _bounds(path, shown):
        if box.bottom - box.top <= _THIN or box.right - box.left <= _THIN:
            yield _straight(box)
            return
    fill, is_stroked = ctypes.c_int(), ctypes.c_int()
    raw.FPDFPath_GetDrawMode(path, ctypes.byref(fill), ctypes.byref(is_stroked))
    count = raw.FPDFPath_CountSegments(path)
    # Rectangles one after the other: thin ones are borders even where they are only filled.
    if 0 < count <= _MOST_SEGMENTS:
        yield from _edges(_subpaths(path, count), shown, is_stroked=bool(is_stroked.value))


def _subpaths(path: raw.FPDF_PAGEOBJECT, count: int) -> list[list[tuple[float, float]]]:
    """The corners of each part of a path, on the page; a part that is closed ends where it began."""
    matrix = raw.FS_MATRIX()
    raw.FPDFPageObj_GetMatrix(path, ctypes.byref(matrix))
    x, y = ctypes.c_float(), ctypes.c_float()
    parts: list[list[tuple[float, float]]] = []
    for place in range(count):
        segment = raw.FPDFPath_GetPathSegment(path, place)
        kind = raw.FPDFPathSegment_GetType(segment)
        if kind == raw.FPDF_SEGMENT_MOVETO or not parts:
            parts.append([])
        raw.FPDFPathSegment_GetPoint(segment, ctypes.byref(x), ctypes.byref(y))
        parts[-1].append(
            (
                matrix.a * x.value + matrix.c * y.value + matrix.e,
                matrix.b * x.value + matrix.d * y.value + matrix.f,
            )
        )
        if raw.FPDFPathSegment_GetClose(segment):
            parts[-1].append(parts[-1][0])
    return parts


def _edges(parts: list[list[tuple[float, float]]], shown: _Shown, *, is_stroked: bool) -> Iterator[Stroke]:
    for part in parts:
        across, down = [x for x, _ in part], [y for _, y in part]
        whole = Stroke(*shown.box(min(across), min(down), max(across), max(down)))
        if whole.bottom - whole.top <= _THIN or whole.right - whole.left <= _THIN:
            yield _straight(whole)
        elif is_stroked:
            for (x, y), (to_x, to_y) in itertools.pairwise(part):
                box = Stroke(*shown.box(min(x, to_x), min(y, to_y), max(x, to_x), max(y, to_y)))
                if box.bottom - box.top <= _THIN or box.right - box.left <= _THIN:
                    yield _straight(box)


def _straight(box: Stroke) -> Stroke:
    if box.right - box.left >= box.bottom - box.top:
        middle = (box.top + box.bottom) / 2
        return Stroke(box.left, middle, box.right, middle)
    middle = (box.left + box.right) / 2
    return Stroke(middle, box.top, middle, box.bottom)
