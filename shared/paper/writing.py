"""Official paper as a Word document in the form of GB/T 9704; the same content makes the same bytes. Pure.

It begins with the library's own template, of which nothing but the frame is kept: its hundred styles weigh twenty times
as much as a bulletin.
"""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Iterator, Sequence
from typing import Any

import docx
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from shared.paper import form
from shared.paper.parts import Annex, Paper, Paragraph, Role, label_of
from shared.paper.tables import table_of

# Inside a file stands the day of the paper, never the moment at which the file was made; a file of the kind that
# carries Word documents knows no year before this one.
EARLIEST = dt.datetime(1980, 1, 1)  # noqa: DTZ001 - as the file has it, without a zone
KEPT_STYLES = frozenset({"Normal", "Default Paragraph Font", "Normal Table", "No List", "Header", "Footer"})
NOT_NEEDED = ("thumbnail", "customXml", "stylesWithEffects", "webSettings", "numbering")


def write(paper: Paper) -> bytes:
    """The document as a file."""
    document = docx.Document()
    _empty(document)
    styles = form.add_styles(document)
    _set_page(document, styles, mark=paper.mark)
    _describe(document, paper)
    for part in paper.paragraphs:
        _add(document, styles, part)
    _add_annexes(document, styles, paper.tables)
    if paper.imprint:
        _add_imprint(document, styles, paper.imprint)
    raw = io.BytesIO()
    document.save(raw)
    return _without_moments(raw)


def _empty(document: Any) -> None:
    """Leave out of the template what no such paper has."""
    for style in list(document.styles.element.style_lst):
        if (style.name_val or "") not in KEPT_STYLES:
            document.styles.element.remove(style)
    for source in (document.part, document.part.package):
        for key, relation in list(source.rels.items()):
            if any(relation.reltype.endswith(name) for name in NOT_NEEDED):
                del source.rels[key]


def _set_page(document: Any, styles: dict[str, Any], *, mark: str) -> None:
    (section,) = document.sections
    section.page_width, section.page_height = form.PAGE
    section.top_margin, section.bottom_margin = form.TOP, form.BOTTOM
    section.left_margin, section.right_margin = form.LEFT, form.RIGHT
    section.footer_distance, section.header_distance, section.gutter = form.FOOTER, Mm(15), Mm(0)
    document.settings.odd_and_even_pages_header_footer = True
    for footer, code in ((section.footer, "page_odd"), (section.even_page_footer, "page_even")):
        footer.is_linked_to_previous = False
        _add_page_number(footer.paragraphs[0], styles[code])
    if mark:
        for header in (section.header, section.even_page_header):
            header.is_linked_to_previous = False
            header.paragraphs[0].style = styles["draft"]
            header.paragraphs[0].add_run(mark)


def _add_page_number(paragraph: Any, style: Any) -> None:
    """The number with a dash on each side."""
    paragraph.style = style
    paragraph.add_run("— ")
    run = paragraph.add_run()
    for kind, text in (("begin", None), (None, " PAGE "), ("separate", None), ("text", "1"), ("end", None)):
        if kind == "text":
            run.add_text(text)
        elif kind is None:
            code = OxmlElement("w:instrText")
            code.set(qn("xml:space"), "preserve")
            code.text = text
            run._r.append(code)  # noqa: SLF001 - the library has no fields
        else:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run._r.append(mark)  # noqa: SLF001
    paragraph.add_run(" —")


def _describe(document: Any, paper: Paper) -> None:
    about = document.core_properties
    about.title, about.author, about.comments, about.language = paper.title, paper.author, "", "zh-CN"
    about.last_modified_by, about.revision = paper.author, 1
    day = paper.day
    about.created = about.modified = EARLIEST if day is None else dt.datetime(day.year, day.month, day.day)  # noqa: DTZ001


def _add(document: Any, styles: dict[str, Any], part: Paragraph) -> None:
    paragraph = document.add_paragraph(style=styles[part.role])
    if part.head and part.head < len(part.text):
        paragraph.add_run(part.text[: part.head])
        rest = paragraph.add_run(part.text[part.head :])
        form.set_fonts(rest._r.get_or_add_rPr(), form.BODY)  # noqa: SLF001 - the library knows Latin fonts alone
    else:
        paragraph.add_run(part.text)
    if part.role is Role.ISSUE:
        _rule(paragraph, "bottom", size=12, color="FF0000", space=4)


def _add_annexes(document: Any, styles: dict[str, Any], tables: Sequence[Annex]) -> None:
    for number, annex in enumerate(tables, 1):
        heading = document.add_paragraph(style=styles["annex"])
        heading.paragraph_format.page_break_before = True
        heading.add_run(label_of(number, tables))
        document.add_paragraph(annex.title, style=styles["annex_title"])
        if annex.note:
            document.add_paragraph(annex.note, style=styles["annex_note"])
        document.element.body.insert_element_before(table_of(annex, styles), "w:sectPr")


def _add_imprint(document: Any, styles: dict[str, Any], parts: Sequence[Paragraph]) -> None:
    """Between a thick line above and one below, with thin ones between."""
    gap = document.add_paragraph(style=styles[Role.BODY])
    gap.paragraph_format.keep_with_next = True
    for place, part in enumerate(parts):
        paragraph = document.add_paragraph(style=styles[part.role])
        paragraph.paragraph_format.keep_with_next = place < len(parts) - 1
        paragraph.paragraph_format.tab_stops.add_tab_stop(form.WIDTH - Pt(14), WD_TAB_ALIGNMENT.RIGHT)
        paragraph.add_run(part.text)
        _rule(paragraph, "top", size=4 if place else 8)
        if place == len(parts) - 1:
            _rule(paragraph, "bottom", size=8)


def _rule(paragraph: Any, side: str, *, size: int, color: str = "000000", space: int = 1) -> None:
    """A line along a side of a paragraph, as thick as so many eighths of a point."""
    properties = paragraph._p.get_or_add_pPr()  # noqa: SLF001 - the library has no borders
    borders = properties.find(qn("w:pBdr"))
    if borders is None:
        borders = OxmlElement("w:pBdr")
        properties.insert_element_before(
            borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:rPr", "w:sectPr"
        )
    line = OxmlElement(f"w:{side}")
    for name, value in (("val", "single"), ("sz", str(size)), ("space", str(space)), ("color", color)):
        line.set(qn(f"w:{name}"), value)
    borders.append(line)


def _without_moments(raw: io.BytesIO) -> bytes:
    """The file with one day for all of its parts, in the order of their names behind the first."""
    packed = io.BytesIO()
    with zipfile.ZipFile(raw) as given, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as made:
        for name in _in_order(given.namelist()):
            entry = zipfile.ZipInfo(name, EARLIEST.timetuple()[:6])
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            made.writestr(entry, given.read(name))
    return packed.getvalue()


def _in_order(names: Sequence[str]) -> Iterator[str]:
    # Readers that look into a file before they open it expect the list of its parts at its beginning.
    first = "[Content_Types].xml"
    yield first
    yield from sorted(name for name in names if name != first)
