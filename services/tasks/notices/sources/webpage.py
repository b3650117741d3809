"""Which part of a web page is the notice: where the running text is, and where its title stands. Pure.

A page that does not tell is taken as a whole: a line of a menu too many can be seen and struck, a missing paragraph
not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree  # type: ignore[import-untyped]

# Of the text outside links; what is left are the footer and the lines about the page.
_SHARE = 0.75
# What usual systems of offices call the box of the text.
_NAMED = re.compile(
    r"TRS_Editor|TRS_UEDITOR|UCAP-CONTENT|^zoom$|vsb_content|article[-_]?(?:con|content|body|text)|art[-_]?con|news[-_]?(?:con|content|text)|wzcontent"
    r"|j-fontContent|pages_content|con[-_]?text|bt[-_]content|xl[-_]content|detail[-_]?(?:con|content)|main[-_]?(?:text|content)",
    re.IGNORECASE,
)
_NAMED_SHARE = 0.3
_FRAME_TAGS = frozenset(("nav", "footer", "aside"))
_HEADINGS = frozenset(("h1", "h2", "h3"))
_TITLED = re.compile(
    r"(?:^|[-_ ])(?:art(?:icle)?|news|con(?:tent)?|xl|wz|page|main|info)?[-_]?(?:tit|title|bt|biaoti)(?:$|[-_ \d])",
    re.IGNORECASE,
)
_SHORTEST_TITLE = 6
_BLANKS = re.compile(r"\s")
_UNCOUNTED = frozenset(("script", "style", "noscript", "template", "head", "select", "button", "textarea", "svg", "a"))


@dataclass(frozen=True, slots=True)
class Page:
    """A page, the box of its notice, and what its window was called."""

    main: etree._Element
    window: str
    # Whether the box is smaller than the whole page.
    is_found: bool

    @classmethod
    def of(cls, root: etree._Element) -> Page:
        """Find the box of the notice below the root of a page."""
        body = root.find(".//body")
        start = root if body is None else body
        counts = _counts(start)
        main = _named(start, counts)
        if main is None:
            main = _densest(start, counts)
        title = root.find(".//title")
        window = _BLANKS.sub("", "".join(title.itertext())) if title is not None else ""
        return cls(main, window, main is not start)

    def is_inside(self, element: etree._Element) -> bool:
        """Whether the element stands in the notice's box and not in a frame within it."""
        if self.is_found:
            return any(one is self.main for one in _upwards(element))
        return not any(one.tag in _FRAME_TAGS for one in _upwards(element))

    def is_title(self, text: str, owner: etree._Element) -> bool:
        """Whether a line is the title, which stands above the box on most pages."""
        closed = _BLANKS.sub("", text)
        if len(closed) < _SHORTEST_TITLE or any(one.tag == "a" or one.tag in _FRAME_TAGS for one in _upwards(owner)):
            return False
        if closed in self.window and len(closed) * 2 >= len(self.window):
            return True
        near = [one for one, _ in zip(_upwards(owner), range(3), strict=False)]
        is_called_so = any(
            one.tag in _HEADINGS or _TITLED.search(f"{one.get('class', '')} {one.get('id', '')}") for one in near
        )
        return is_called_so and (closed in self.window or self._comes_before(owner))

    def _comes_before(self, owner: etree._Element) -> bool:
        """Whether the line stands in one of the boxes around the notice's, before it."""
        if not self.is_found:
            return True
        around = list(_upwards(self.main))[1:4]
        return any(one.tag not in ("body", "html") and one in around for one in _upwards(owner))


def _upwards(element: etree._Element) -> Iterator[etree._Element]:
    one: etree._Element | None = element
    while one is not None:
        yield one
        one = one.getparent()


def _counts(start: etree._Element) -> dict[etree._Element, int]:
    """Signs of text in each element with all below it, without those of links."""
    counts: dict[etree._Element, int] = {}
    for _, element in etree.iterwalk(start, events=("end",)):
        if not isinstance(element.tag, str):
            continue
        own = 0 if element.tag in _UNCOUNTED else len((element.text or "").strip())
        if element.tag not in _UNCOUNTED:
            own += sum(counts.get(child, 0) + len((child.tail or "").strip()) for child in element)
        counts[element] = own
    return counts


def _named(start: etree._Element, counts: dict[etree._Element, int]) -> etree._Element | None:
    """The outermost box with a usual name that has a good part of the text."""
    whole = counts.get(start, 0)
    boxes = [
        one
        for one, count in counts.items()
        if one is not start
        and count >= _NAMED_SHARE * whole
        and any(_NAMED.search(name) for name in (*one.get("class", "").split(), one.get("id", "")))
    ]
    return max(boxes, key=lambda one: counts[one]) if boxes else None


def _densest(start: etree._Element, counts: dict[etree._Element, int]) -> etree._Element:
    """The innermost element that still has most of the text."""
    best = start
    whole = counts.get(start, 0)
    while True:
        child = max(best, key=lambda one: counts.get(one, 0), default=None)
        if (
            child is None
            or counts.get(child, 0) < max(_SHARE * whole, 1)
            or child.tag in ("p", "span", "td", "tr", "tbody", "font", "table")
        ):
            return best
        best = child
