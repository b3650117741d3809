"""A web page, saved or pasted as its source → its lines and tables, the frame around the notice marked as such. Pure.

Everything that a person saw becomes a line. Which of them are the notice, `webpage` decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree  # type: ignore[import-untyped]

from services.tasks.notices.blocks import Reason
from services.tasks.notices.errors import NoticeUnreadableError
from services.tasks.notices.sources import webpage
from services.tasks.notices.sources.html_tables import as_rows, is_data
from services.tasks.notices.sources.navigation import is_about, is_foot, is_frame, without_navigation
from services.tasks.notices.sources.pieces import Grid, Line, Piece
from services.tasks.notices.sources.signs import edges, is_blank
from shared.text import Text

# The page of a whole ministry has some ten thousand.
_MOST_TAGS = 100_000
_UNSEEN = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "head",
        "select",
        "option",
        "datalist",
        "button",
        "textarea",
        "svg",
        "math",
        "iframe",
        "object",
        "embed",
        "canvas",
        "audio",
        "video",
        "map",
        "input",
        "title",
    ]
)
_INLINE = frozenset(
    [
        "a",
        "abbr",
        "acronym",
        "b",
        "bdi",
        "bdo",
        "big",
        "cite",
        "code",
        "data",
        "del",
        "dfn",
        "em",
        "font",
        "i",
        "img",
        "ins",
        "kbd",
        "label",
        "mark",
        "nobr",
        "o:p",
        "q",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "time",
        "tt",
        "u",
        "var",
        "wbr",
        "st1:chsdate",
    ]
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_AS_TYPED = re.compile(r"white-space\s*:\s*(?:pre|break-spaces)", re.IGNORECASE)
_TYPED_END = re.compile("\r\n|[\r\n]")
_ANNEX = re.compile(r"附件|\.(?:docx?|xlsx?|pdf|wps|zip|rar)\s*$", re.IGNORECASE)
_FILED = re.compile("索引号")
_FILED_TOO = re.compile("主题分类|信息分类|发布机构|发文机关|成文日期|发文日期|发布日期|生成日期")
_TOO_DEEP = Text(
    "网页套得太深，没有读完，所以没有采用：请在浏览器里选中通知正文，复制后粘贴。",
    "The page is nested too deep to be read to its end, so it was not used: select the notice's text in the "
    "browser, copy "
    "and paste it.",
)
_TOO_MANY = Text(
    f"网页的标记超过 {_MOST_TAGS // 10_000} 万个，不像一份通知，没有读取：请在浏览器里选中通知正文，复制后粘贴。",
    f"The page has more than {_MOST_TAGS} tags, which is no notice, so it was not read: select the notice's text "
    f"in the "
    "browser, copy and paste it.",
)


def pieces_of(text: str) -> list[Piece]:
    """The lines and tables of a page. Raises NoticeUnreadableError for one that cannot be read to its end."""
    if text.count("<") > _MOST_TAGS:
        raise NoticeUnreadableError(_TOO_MANY)
    root = _tree(text)
    if root is None:
        return []
    page = webpage.Page.of(root)
    walk = _Walk(page)
    walk.through(root)
    return without_navigation(walk.pieces)


def _tree(text: str) -> etree._Element | None:
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    try:
        root: etree._Element | None = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:
        return None
    if any(error.level == etree.ErrorLevels.FATAL for error in parser.error_log):
        raise NoticeUnreadableError(_TOO_DEEP)
    return root


class _Walk:
    """One walk through a page: text gathers until a block ends."""

    def __init__(self, page: webpage.Page) -> None:
        self.pieces: list[Piece] = []
        self._page = page
        self._texts: list[str] = []
        self._linked = 0
        self._links = 0
        # How many elements around this place keep the ends of lines as they were typed.
        self._as_typed = 0
        self._owner: etree._Element | None = None

    def through(self, root: etree._Element) -> None:
        """Gather everything below `root`; without recursion, since pages nest as they like."""
        for event, element in _events(root):
            if event == "text":
                self._take(element, element.text or "")
            elif event == "tail":
                parent = element.getparent()
                if parent is not None:
                    self._take(parent, element.tail or "")
            elif event == "grid":
                self._end_line()
                self._grid(element)
            elif event == "begin":
                self._links += element.tag == "a"
                self._as_typed += _is_as_typed(element)
            elif event == "line":
                self._end_line()
            elif event == "end":
                self._links -= element.tag == "a"
                self._as_typed -= _is_as_typed(element)
        self._end_line()

    def _take(self, owner: etree._Element, text: str) -> None:
        for position, line in enumerate(_TYPED_END.split(text) if self._as_typed else (text,)):
            if position:
                self._end_line()
            self._take_words(owner, line)

    def _take_words(self, owner: etree._Element, text: str) -> None:
        if not text:
            return
        is_first = self._owner is None
        self._texts.append(text)
        if not is_blank(text):
            self._linked += sum(not sign.isspace() for sign in text) if self._links else 0
            if is_first:
                self._owner = owner

    def _end_line(self) -> None:
        text = re.sub(r"[ \t\r\n\f]+", " ", "".join(self._texts)).strip(" ")
        owner, linked = self._owner, self._linked
        self._texts, self._owner, self._linked = [], None, 0
        if owner is None or is_blank(text):
            return
        start, end = edges(text)
        seen = text[start:end].replace("\u00a0", " ")
        is_link = linked * 10 >= 9 * sum(not sign.isspace() for sign in seen)
        self.pieces.append(Line(text, skipped=self._reason(owner, seen, is_link=is_link)))

    def _reason(self, owner: etree._Element, text: str, *, is_link: bool) -> Reason | None:
        # What is said about the page is marked later, where its neighbours are known.
        if is_frame(text) and not is_about(text):
            return Reason.NAVIGATION
        if self._page.is_title(text, owner):
            return None
        if not self._page.is_inside(owner) or is_foot(text):
            return Reason.NAVIGATION
        # Links in the notice itself are its annexes, or a word in a sentence.
        is_menu = is_link and not _ANNEX.search(text) and not self._page.is_found
        return Reason.NAVIGATION if is_menu else None

    def _grid(self, table: etree._Element) -> None:
        rows = as_rows(table, _cell_text)
        written = "".join(cell for row in rows for cell in row)
        is_record = _FILED.search(written) is not None and len(_FILED_TOO.findall(written)) > 1
        is_frame_of_page = is_record or not self._page.is_inside(table)
        if not is_blank(written):
            self.pieces.append(Grid(rows, Reason.NAVIGATION if is_frame_of_page else None))


def _events(root: etree._Element) -> Iterator[tuple[str, etree._Element]]:
    """What comes one after the other: begin and end of elements, their texts, ends of lines, and tables as a whole."""
    stack: list[tuple[str, etree._Element]] = [("open", root)]
    while stack:
        step, element = stack.pop()
        if step != "open":
            yield step, element
            continue
        if is_unseen(element):
            stack.append(("tail", element))
            continue
        if element.tag == "table" and is_data(element):
            yield "grid", element
            stack.append(("tail", element))
            continue
        is_block = element.tag not in _INLINE
        if is_block:
            yield "line", element
        yield "begin", element
        yield "text", element
        after = [
            ("end", element),
            *([("line", element)] if is_block else []),
            *([("tail", element)] if element is not root else []),
        ]
        stack.extend(reversed([*(("open", child) for child in element), *after]))


def is_unseen(element: etree._Element) -> bool:
    """Whether a person saw nothing of the element."""
    if not isinstance(element.tag, str) or element.tag in _UNSEEN:
        return True
    return "hidden" in element.attrib or _HIDDEN.search(element.get("style", "")) is not None


def _is_as_typed(element: etree._Element) -> bool:
    return element.tag in ("pre", "listing", "xmp") or _AS_TYPED.search(element.get("style", "")) is not None


def _cell_text(cell: etree._Element) -> str:
    """The lines of a cell."""
    lines: list[str] = []
    gathered: list[str] = []
    for event, element in [*_events(cell), ("line", cell)]:
        if event == "text":
            gathered.append(element.text or "")
        elif event == "tail":
            gathered.append(element.tail or "")
        elif event == "grid":
            gathered.append(" ".join("".join(element.itertext()).split()))
        elif event == "line":
            line = re.sub(r"[ \t\r\n\f]+", " ", "".join(gathered)).strip(" ")
            lines += [line] if not is_blank(line) else []
            gathered = []
    return "\n".join(lines)
