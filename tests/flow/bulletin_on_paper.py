"""A bulletin opened by LibreOffice: its pages, its lines, where the numbers stand, and the fonts that it asks for.

`make verify-bulletin` runs this: LibreOffice takes a minute to install, too much for every run of all tests. What the
file itself says is held by tests/unit/test_bulletin.py in each of them.
"""

import os
import re
import subprocess
from dataclasses import replace
from datetime import date
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from services.stats.bulletin.annexes import annexes
from services.stats.bulletin.composing import compose
from services.stats.bulletin.layout import Issue
from services.stats.bulletin.rendering import Sheet, render
from services.stats.targets.progress import Standing
from tests.support.bulletins import JUNE, a_target, some_facts, some_overdue

STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
# Where a line of 28 signs and a page of 22 lines can be counted.
LONG = "字" * 28 * 60
POINTS = 72 / 25.4


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    facts = some_facts(overdue=some_overdue([20] * 5), targets=(a_target(1, Standing.BEHIND),))
    fields = compose(facts, JUNE, issuer="县人社局")
    fields = replace(fields, practice="1. 徽城镇：设窗口。\n（1）第四级。", copies="县委办公室", requirements=LONG)
    made = tmp_path_factory.mktemp("paper")
    sheet = Sheet(fields, Issue(6, 2026, date(2026, 7, 2)), tuple(annexes(facts)))
    (made / "bulletin.docx").write_bytes(render(sheet))
    for kind in ("pdf", "fodt"):
        command = ["soffice", f"-env:UserInstallation=file://{made}/profile", "--headless", "--convert-to", kind]
        subprocess.run(
            [*command, "--outdir", made, made / "bulletin.docx"], check=True, capture_output=True, timeout=120
        )
    # Where somebody wants to look at them.
    if kept := os.environ.get("QINGDAN_PAPER"):
        subprocess.run(["pdftoppm", "-r", "60", "-png", made / "bulletin.pdf", Path(kept) / "page"], check=True)
    return made


@pytest.fixture(scope="module")
def pages(folder):
    """The text of each page, its lines without their indents."""
    told = subprocess.run(
        ["pdftotext", "-layout", folder / "bulletin.pdf", "-"], check=True, capture_output=True, text=True
    ).stdout
    return [[line.strip() for line in page.split("\n") if line.strip()] for page in told.split("\f")[:-1]]


@pytest.fixture(scope="module")
def words(folder):
    """Per page: the words with the left and right ends of each, in points."""
    told = subprocess.run(
        ["pdftotext", "-bbox", folder / "bulletin.pdf", "-"], check=True, capture_output=True, text=True
    ).stdout
    found = re.compile(r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</word>')
    return [
        [
            (float(left), float(top), float(right), float(low), word)
            for left, top, right, low, word in found.findall(page)
        ]
        for page in told.split("<page ")[1:]
    ]


def test_it_opens_as_so_many_a4_pages_as_its_parts_need(folder, pages):
    told = subprocess.run(["pdfinfo", folder / "bulletin.pdf"], check=True, capture_output=True, text=True).stdout

    assert "(A4)" in told
    # The text with its 60 full lines, and four tables, of which the one of 100 rows takes more than a page.
    assert int(re.search(r"Pages:\s+(\d+)", told)[1]) == len(pages)
    assert 9 <= len(pages) <= 14


def test_everything_that_was_written_is_on_paper(pages):
    whole = "".join("".join(page) for page in pages).replace(" ", "")

    assert "关于2026年就业清单6月份完成情况的通报" in whole
    assert "2026年第6期" in whole
    for heading in ("一、总体情况", "（一）责任完成情况", "二、进度滞后和未报事项", "三、好的做法", "四、下一步要求"):
        assert heading in whole
    for title in ("责任完成情况表", "逾期未完成责任明细表", "目标进度表", "未报送报表的单位"):
        assert whole.count(title) == 2
    assert "抄送：县委办公室。" in whole
    assert "2026年7月2日印发" in whole


def test_a_full_page_has_22_lines_and_a_full_line_28_signs(pages):
    full = [page for page in pages if sum("字" * 20 in line for line in page) >= 22]

    assert full
    for page in full:
        assert [len(line) for line in page[:-1]] == [28] * 22


def test_page_numbers_stand_outside_with_a_dash_on_each_side(words, pages):
    for number, page in enumerate(words, 1):
        assert pages[number - 1][-1].replace(" ", "") == f"—{number}—"
        line = sorted(page, key=lambda word: word[1])[-3:]
        left, right = min(word[0] for word in line), max(word[2] for word in line)
        if number % 2:
            assert abs(right - ((28 + 156) * POINTS - 14)) < 3
        else:
            assert abs(left - (28 * POINTS + 14)) < 3


def test_nothing_stands_outside_the_text_but_the_page_number(words):
    for page in words:
        *_, bottom = sorted(word[3] for word in page)
        for left, top, right, low, word in page:
            assert left > 28 * POINTS - 1, word
            assert right < (28 + 156) * POINTS + 1, word
            assert top > 37 * POINTS - 6, word
            assert low < (37 + 225) * POINTS + 2 or low > bottom - 3, word


def test_a_long_table_has_its_head_on_each_of_its_pages(pages):
    with_rows = [page for page in pages if any("建成第" in line and "2026-06-09" in line for line in page)]

    assert len(with_rows) > 1
    assert all(any("完成时限" in line and "单位" in line for line in page) for page in with_rows)


def test_the_program_reads_the_fonts_of_the_levels(folder):
    tree = ET.parse(folder / "bulletin.fodt")
    asked = {}
    for style in tree.iter(f"{STYLE}style"):
        for properties in style.iter(f"{STYLE}text-properties"):
            name = style.get(f"{STYLE}display-name") or style.get(f"{STYLE}name")
            asked[name] = (properties.get(f"{STYLE}font-name-asian"), properties.get(f"{STYLE}font-size-asian"))

    wanted = {
        "公文标题": ("方正小标宋简体", "22pt"),
        "公文正文": ("仿宋_GB2312", "16pt"),
        "一级标题": ("黑体", "16pt"),
        "二级标题": ("楷体_GB2312", "16pt"),
        "单页页码": ("宋体", "14pt"),
    }
    for name, (font, size) in wanted.items():
        assert asked[name][0].startswith(font), name
        assert asked[name][1] in (size, None), name
