"""The same notice typed with Word's automatic numbers gives the same draft as with typed ones."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from services.running.example_directory import load_example_directory
from services.tasks.notices.files import read_file
from services.tasks.notices.numbering import Level, read_marker
from services.tasks.notices.reading import read_notice

ROOT = Path(__file__).parents[2]
NOTICE = ROOT / "tests/unit/notices/county-plan.txt"
DIRECTORY = load_example_directory(ROOT / "data")
LEVELS = {Level.CHINESE: 0, Level.CHINESE_IN_BRACKETS: 1, Level.ARABIC: 2}
NUMBERING = (
    '<w:abstractNum {} w:abstractNumId="90">'
    '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCountingThousand"/><w:lvlText w:val="%1、"/></w:lvl>'
    '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="(%2)"/></w:lvl>'
    '<w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlRestart w:val="0"/>'
    '<w:lvlText w:val="%3."/></w:lvl></w:abstractNum>'
)


def automatically_numbered(text: str) -> bytes:
    document = docx.Document()
    numbering = document.part.numbering_part.element
    numbering.insert(0, parse_xml(NUMBERING.format(nsdecls("w"))))
    numbering.append(
        parse_xml(f'<w:num {nsdecls("w")} w:numId="90"><w:abstractNumId w:val="90"/></w:num>'),
    )
    for line in text.splitlines():
        marker, rest = read_marker(line)
        paragraph = document.add_paragraph(rest)
        if marker:
            properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
            properties.get_or_add_ilvl().val = LEVELS[marker.level]
            properties.get_or_add_numId().val = 90
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def test_automatic_numbers_give_the_same_draft_as_typed_ones():
    text = NOTICE.read_text(encoding="utf-8")

    typed = read_notice(read_file("notice.txt", text.encode()), DIRECTORY)
    automatic = read_notice(read_file("notice.docx", automatically_numbered(text)), DIRECTORY)

    # A number that Word prints stands in no text of the file.
    assert replace(automatic, lines=(), pieces=()) == replace(typed, lines=(), pieces=())
    assert [piece.where for piece in automatic.pieces] == [piece.where for piece in typed.pieces]
