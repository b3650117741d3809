"""The measures and fonts of GB/T 9704 for official documents, as styles of a Word document. Pure.

Fonts are named by the standard; a machine that lacks one shows another in its place and keeps the name in the file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from shared.paper.parts import Role

# 发文标志 and 标题; 正文; 一、; （一）; page numbers.
TITLE, BODY, HEI, KAI, SONG = "方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312", "宋体"
LATIN = "Times New Roman"
# A4 with 37 mm above, 28 mm at the binding edge, and 156 × 225 mm of text.
PAGE = (Mm(210), Mm(297))
TOP, LEFT, WIDTH, HEIGHT = Mm(37), Mm(28), Mm(156), Mm(225)
RIGHT, BOTTOM = PAGE[0] - LEFT - WIDTH, PAGE[1] - TOP - HEIGHT
# The dash of the page number stands 7 mm below the text.
FOOTER = BOTTOM - Mm(7) - Pt(14)
# 22 lines fill the height of the text; with 29 points it would be 21.
LINE = Pt(28.95)
# 28 signs of 16 points fill the width, each a quarter of a point nearer to the next.
NEARER = Pt(-0.25)
TWO, THREE, FOUR, FIVE = Pt(22), Pt(16), Pt(14), Pt(10.5)
RED, BLACK = RGBColor(0xFF, 0x00, 0x00), RGBColor(0, 0, 0)


@dataclass(frozen=True, slots=True)
class Style:
    """How a kind of paragraph is set. Indents are in signs of its own size."""

    name: str
    font: str
    size: Pt
    align: WD_ALIGN_PARAGRAPH = WD_ALIGN_PARAGRAPH.JUSTIFY
    first: int = 0
    left: int = 0
    right: int = 0
    line: Pt | None = LINE
    before: Pt = Pt(0)  # noqa: RUF009 - a length is a number
    after: Pt = Pt(0)  # noqa: RUF009
    color: RGBColor = BLACK
    keep_with_next: bool = False


_LEFT, _CENTER, _RIGHT = WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT

STYLES: dict[str, Style] = {
    Role.MASTHEAD: Style("发文标志", TITLE, Pt(42), _CENTER, line=Pt(58), color=RED),
    Role.ISSUE: Style("期号", BODY, THREE, _CENTER, after=Pt(29)),
    Role.TITLE: Style("公文标题", TITLE, TWO, _CENTER, line=Pt(36), after=Pt(29), keep_with_next=True),
    Role.ADDRESSEES: Style("主送机关", BODY, THREE, _LEFT),
    Role.BODY: Style("公文正文", BODY, THREE, first=2),
    Role.FIRST: Style("一级标题", HEI, THREE, first=2, keep_with_next=True),
    Role.SECOND: Style("二级标题", KAI, THREE, first=2, keep_with_next=True),
    Role.THIRD: Style("三级标题", BODY, THREE, first=2),
    Role.FOURTH: Style("四级标题", BODY, THREE, first=2),
    Role.ANNEXES: Style("附件说明", BODY, THREE, _LEFT, first=2, before=LINE),
    # Under the number of the first one.
    Role.MORE_ANNEXES: Style("附件说明续", BODY, THREE, _LEFT, left=5),
    Role.ISSUER: Style("发文机关署名", BODY, THREE, _RIGHT, right=2, before=Pt(58), keep_with_next=True),
    Role.DATED: Style("成文日期", BODY, THREE, _RIGHT, right=4),
    Role.COPIES: Style("抄送机关", BODY, FOUR, _LEFT, left=1, right=1, line=Pt(26)),
    Role.PRINTED: Style("印发机关", BODY, FOUR, _LEFT, left=1, right=1, line=Pt(26)),
    "annex": Style("附件编号", HEI, THREE, _LEFT, keep_with_next=True),
    "annex_title": Style(
        "附件标题", TITLE, TWO, _CENTER, line=Pt(36), before=Pt(14), after=Pt(14), keep_with_next=True
    ),
    "annex_note": Style("附件说明文字", BODY, FOUR, _LEFT, line=Pt(22), after=Pt(6)),
    "head_cell": Style("表头", HEI, FIVE, _CENTER, line=Pt(16)),
    "cell": Style("表格文字", BODY, FIVE, _LEFT, line=Pt(16)),
    "number_cell": Style("表格数字", BODY, FIVE, _RIGHT, line=Pt(16)),
    "page_odd": Style("单页页码", SONG, FOUR, _RIGHT, right=1, line=None),
    "page_even": Style("双页页码", SONG, FOUR, _LEFT, left=1, line=None),
    "draft": Style("草稿标记", HEI, FOUR, _CENTER, line=None, color=RED),
}
# Signs in these are as near to one another as in the body, so that 28 of them fill a line.
_NEARER = frozenset({Role.ADDRESSEES, Role.BODY, *(Role.FIRST, Role.SECOND, Role.THIRD, Role.FOURTH)})


def add_styles(document: Any) -> dict[str, Any]:
    """The styles of the form in a document, by the name of their paragraphs here."""
    _set_default(document)
    return {code: _add(document, code, style) for code, style in STYLES.items()}


def set_fonts(properties: Any, font: str) -> None:
    """Name the font for Chinese, the Latin one for the rest."""
    fonts = properties.get_or_add_rFonts()
    for attribute, name in (("w:ascii", LATIN), ("w:hAnsi", LATIN), ("w:cs", LATIN), ("w:eastAsia", font)):
        fonts.set(qn(attribute), name)
    # Quotation marks and dashes are Chinese signs here.
    fonts.set(qn("w:hint"), "eastAsia")


def _set_default(document: Any) -> None:
    normal = document.styles["Normal"]
    set_fonts(normal.element.get_or_add_rPr(), BODY)
    normal.font.size = THREE
    normal.paragraph_format.space_after = Pt(0)


def _add(document: Any, code: str, wanted: Style) -> Any:
    style = document.styles.add_style(wanted.name, WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = document.styles["Normal"]
    # Without one a reader's program takes it for a style of its own that somebody changed.
    style.quick_style = True
    style.font.size, style.font.color.rgb = wanted.size, wanted.color
    set_fonts(style.element.get_or_add_rPr(), wanted.font)
    if code in _NEARER:
        _set_spacing(style.element.get_or_add_rPr())
    shape = style.paragraph_format
    shape.alignment, shape.keep_with_next = wanted.align, wanted.keep_with_next
    shape.space_before, shape.space_after, shape.widow_control = wanted.before, wanted.after, False
    if wanted.line is not None:
        shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, wanted.line
    _indent(style.element.get_or_add_pPr(), wanted)
    return style


def _set_spacing(properties: Any) -> None:
    spacing = OxmlElement("w:spacing")
    spacing.set(qn("w:val"), str(round(NEARER.pt * 20)))
    # The order of elements is fixed: behind the colour, before the size.
    properties.find(qn("w:sz")).addprevious(spacing)


def _indent(properties: Any, wanted: Style) -> None:
    """Indents in signs, with the same in twentieths of a point for programs that know no signs."""
    if not (wanted.first or wanted.left or wanted.right):
        return
    indent = properties.get_or_add_ind()
    for name, signs in (("firstLine", wanted.first), ("left", wanted.left), ("right", wanted.right)):
        if signs:
            indent.set(qn(f"w:{name}Chars"), str(signs * 100))
            indent.set(qn(f"w:{name}"), str(round(signs * wanted.size.pt * 20)))
