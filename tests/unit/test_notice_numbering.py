from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.tasks.notices.numbering import (
    CIRCLED,
    Level,
    format_chinese_number,
    parse_chinese_number,
    read_automatic_marker,
    read_marker,
)
from services.tasks.notices.word.formats import format_number

MARKERS = [
    ("一、总体要求", Level.CHINESE, 1, "总体要求"),
    ("十二、附则", Level.CHINESE, 12, "附则"),
    ("二. 任务", Level.CHINESE, 2, "任务"),
    ("(一)培训", Level.CHINESE_IN_BRACKETS, 1, "培训"),
    ("（十一）培训", Level.CHINESE_IN_BRACKETS, 11, "培训"),
    ("（ 二 ）培训", Level.CHINESE_IN_BRACKETS, 2, "培训"),
    ("（三）、培训", Level.CHINESE_IN_BRACKETS, 3, "培训"),
    ("\u3000\u3000㈣培训", Level.CHINESE_IN_BRACKETS, 4, "培训"),
    ("1.办班", Level.ARABIC, 1, "办班"),
    ("12．办班", Level.ARABIC, 12, "办班"),
    ("3、办班", Level.ARABIC, 3, "办班"),
    ("⒋办班", Level.ARABIC, 4, "办班"),
    ("1.2025年底前办班", Level.ARABIC, 1, "2025年底前办班"),
    ("1.“三送”活动", Level.ARABIC, 1, "“三送”活动"),
    ("1.1 办班", Level.DOTTED, 1, "办班"),
    ("2.1.3 办班", Level.DOTTED, 3, "办班"),
    ("(1)选课", Level.ARABIC_IN_BRACKETS, 1, "选课"),
    ("（15）选课", Level.ARABIC_IN_BRACKETS, 15, "选课"),
    ("2）选课", Level.ARABIC_IN_BRACKETS, 2, "选课"),
    ("⑶选课", Level.ARABIC_IN_BRACKETS, 3, "选课"),
    ("①报名", Level.CIRCLED, 1, "报名"),
    ("⑳报名", Level.CIRCLED, 20, "报名"),
    ("第一章 总则", Level.CHAPTER, 1, "总则"),
    ("第二部分：任务", Level.CHAPTER, 2, "任务"),
]


@pytest.mark.parametrize(("text", "level", "value", "rest"), MARKERS)
def test_a_paragraphs_number_is_read(text, level, value, rest):
    marker, found = read_marker(text)

    assert marker is not None
    assert (marker.level, marker.value, found) == (level, value, rest)


@pytest.mark.parametrize(
    "text",
    [
        "2025年工作",
        "1.5亿元投资",
        "3.14",
        "一是加强领导",
        "一次性补贴",
        "第一条战线",
        "(含开发区)",
        "（2025年）",
        "20%以上",
        "",
        "①"[:0],
        "(一",
        "十十、",
    ],
)
def test_other_beginnings_are_no_number(text):
    assert read_marker(text)[0] is None


AUTOMATIC = [
    ("一、", Level.CHINESE, 1),
    ("（二）", Level.CHINESE_IN_BRACKETS, 2),
    ("3.", Level.ARABIC, 3),
    ("4", Level.ARABIC, 4),
    ("1.2", Level.DOTTED, 2),
    ("1.2.3.", Level.DOTTED, 3),
    ("（5）", Level.ARABIC_IN_BRACKETS, 5),
    ("⑥", Level.CIRCLED, 6),
    ("b.", Level.LETTER, 2),
    ("第三章", Level.CHAPTER, 3),
    ("七", Level.CHINESE, 7),
]


@pytest.mark.parametrize(("numbering", "level", "value"), AUTOMATIC)
def test_words_automatic_number_is_read(numbering, level, value):
    marker = read_automatic_marker(numbering)

    assert marker is not None
    assert (marker.level, marker.value) == (level, value)


@pytest.mark.parametrize("bullet", ["●", "■", "——", "\uf06c", "·"])
def test_a_bullet_is_no_number(bullet):
    assert read_automatic_marker(bullet) is None


@given(st.integers(1, 999))
def test_a_chinese_number_written_is_read_again(value):
    assert parse_chinese_number(format_chinese_number(value)) == value


@pytest.mark.parametrize("text", ["", "甲", "十十", "一二十", "百十百"])
def test_what_is_no_chinese_number_is_refused(text):
    assert parse_chinese_number(text) is None


@given(st.integers(1, 99))
def test_every_form_of_heading_is_read_up_to_99(value):
    chinese = format_chinese_number(value)
    for text, level in (
        (f"{chinese}、甲", Level.CHINESE),
        (f"（{chinese}）甲", Level.CHINESE_IN_BRACKETS),
        (f"({chinese})甲", Level.CHINESE_IN_BRACKETS),
        (f"{value}.甲", Level.ARABIC),
        (f"{value}．甲", Level.ARABIC),
        (f"{value}、甲", Level.ARABIC),
        (f"（{value}）甲", Level.ARABIC_IN_BRACKETS),
    ):
        marker, rest = read_marker(text)
        assert marker is not None
        assert (marker.level, marker.value, rest) == (level, value, "甲")


@given(st.integers(1, len(CIRCLED)))
def test_circled_numbers_are_read_up_to_50(value):
    marker, _ = read_marker(f"{CIRCLED[value - 1]}甲")

    assert marker is not None
    assert marker.value == value


@given(st.text())
def test_any_text_keeps_what_follows_its_number(text):
    marker, rest = read_marker(text)

    assert text.rstrip().endswith(rest.rstrip())
    assert marker is None or marker.value >= 0


WORD_FORMATS = [
    ("decimal", 7, "7"),
    ("chineseCounting", 12, "十二"),
    ("chineseCountingThousand", 105, "一百零五"),
    ("japaneseCounting", 20, "二十"),
    ("ideographDigital", 10, "一〇"),
    ("chineseLegalSimplified", 3, "叁"),
    ("decimalEnclosedCircle", 3, "③"),
    ("decimalEnclosedCircleChinese", 51, "51"),
    ("decimalEnclosedParen", 2, "(2)"),
    ("decimalEnclosedFullstop", 2, "2."),
    ("decimalFullWidth", 12, "１２"),
    ("decimalZero", 4, "04"),
    ("ideographTraditional", 2, "乙"),
    ("ideographZodiac", 1, "子"),
    ("lowerLetter", 28, "bb"),
    ("upperLetter", 3, "C"),
    ("lowerRoman", 14, "xiv"),
    ("upperRoman", 9, "IX"),
    ("none", 5, ""),
    ("somethingNew", 5, "5"),
]


@pytest.mark.parametrize(("number_format", "value", "written"), WORD_FORMATS)
def test_words_formats_are_written_as_word_prints_them(number_format, value, written):
    assert format_number(value, number_format) == written
