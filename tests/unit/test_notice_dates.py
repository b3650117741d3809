from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.tasks.notices.dates import DueReading, find_due, is_past, read_due
from services.tasks.notices.draft import Due, DueKind, QuestionKind
from services.tasks.notices.numbering import format_chinese_number

DATES = [
    ("2025年12月底前", date(2025, 12, 31)),
    ("2025年12月31日", date(2025, 12, 31)),
    ("2025年12月31日前", date(2025, 12, 31)),
    ("2025 年 6 月 30 日之前", date(2025, 6, 30)),
    ("于2024年2月底前完成", date(2024, 2, 29)),
    ("2025年12月", date(2025, 12, 31)),
    ("2025年11月中旬", date(2025, 11, 20)),
    ("2025年11月上旬前", date(2025, 11, 10)),
    ("2025年11月下旬", date(2025, 11, 30)),
    ("2027年4月10日内", date(2027, 4, 10)),
    ("4月10日以内", date(2026, 4, 10)),
    ("4月10日下班前", date(2026, 4, 10)),
    ("4月10日（星期五）17:00前", date(2026, 4, 10)),
    ("4月10日下午5时之前", date(2026, 4, 10)),
    ("12月内", date(2026, 12, 31)),
    ("2025年底前", date(2025, 12, 31)),
    ("2027年", date(2027, 12, 31)),
    ("年底前", date(2026, 12, 31)),
    ("今年年底", date(2026, 12, 31)),
    ("年内", date(2026, 12, 31)),
    ("9月底前", date(2026, 9, 30)),
    ("3月15日前", date(2026, 3, 15)),
    ("第三季度", date(2026, 9, 30)),
    ("三季度末", date(2026, 9, 30)),
    ("2025年第1季度", date(2025, 3, 31)),
    ("上半年", date(2026, 6, 30)),
    ("2025年下半年", date(2025, 12, 31)),
    ("2025-12-31", date(2025, 12, 31)),
    ("2025.6.30前", date(2025, 6, 30)),
    ("2025/9", date(2025, 9, 30)),
    ("12月1日至15日", date(2026, 12, 15)),
    ("12月1日—15日前", date(2026, 12, 15)),
    ("11月20日至12月5日", date(2026, 12, 5)),
    ("2026年3月1日起至5月31日", date(2026, 5, 31)),
    ("10月上旬至中旬", date(2026, 10, 20)),
    ("11月中旬至下旬", date(2026, 11, 30)),
    ("5月1日起实施，10月底前完成", date(2026, 10, 31)),
    ("3月至6月", date(2026, 6, 30)),
    ("3至6月", date(2026, 6, 30)),
    ("2025年3月至5月", date(2025, 5, 31)),
    ("2025年3至5月", date(2025, 5, 31)),
    ("2025年3月—5月底前", date(2025, 5, 31)),
    ("2025年11月至次年2月", date(2026, 2, 28)),
    ("3月份至6月份", date(2026, 6, 30)),
    ("3月5至10日", date(2026, 3, 10)),
    ("3月5日起至6月10日", date(2026, 6, 10)),
    ("第1至3季度", date(2026, 9, 30)),
    ("第一季度至第三季度", date(2026, 9, 30)),
    ("2025年第一至三季度", date(2025, 9, 30)),
    ("2025年二至三季度末", date(2025, 9, 30)),
]


@pytest.mark.parametrize(("text", "day"), DATES)
def test_a_date_as_written_is_the_last_day_it_allows(text, day):
    reading = read_due(text, 2026)

    assert reading.doubt is None
    assert reading.due is not None
    assert (reading.due.kind, reading.due.date) == (DueKind.DATE, day)


RECURRING = [
    ("每月25日前", DueKind.MONTHLY, None, 25),
    ("每月底前", DueKind.MONTHLY, None, None),
    ("每个月10号", DueKind.MONTHLY, None, 10),
    ("每月", DueKind.MONTHLY, None, None),
    ("每季度末", DueKind.QUARTERLY, 3, None),
    ("每季度", DueKind.QUARTERLY, 3, None),
    ("每季度首月10日前", DueKind.QUARTERLY, 1, 10),
    ("每季度末月25日前", DueKind.QUARTERLY, 3, 25),
    ("每季最后一个月20日前", DueKind.QUARTERLY, 3, 20),
    ("每年12月底前", DueKind.YEARLY, 12, None),
    ("每年6月30日前", DueKind.YEARLY, 6, 30),
    ("每年底", DueKind.YEARLY, 12, None),
    ("每年第一季度", DueKind.YEARLY, 3, None),
    ("每年2月29日", DueKind.YEARLY, 2, 29),
    ("每月1日至5日", DueKind.MONTHLY, None, 5),
    ("每月5至10日", DueKind.MONTHLY, None, 10),
    ("每季度首月1日至10日", DueKind.QUARTERLY, 1, 10),
    ("每年3月1日至15日", DueKind.YEARLY, 3, 15),
    ("每年3月1日至4月15日", DueKind.YEARLY, 4, 15),
    ("2026年5月1日起长期坚持", DueKind.CONTINUOUS, None, None),
    ("长期坚持", DueKind.CONTINUOUS, None, None),
    ("持续推进", DueKind.CONTINUOUS, None, None),
    ("常态化开展", DueKind.CONTINUOUS, None, None),
]


@pytest.mark.parametrize(("text", "kind", "month", "day"), RECURRING)
def test_a_recurrence_is_read_with_its_day(text, kind, month, day):
    reading = read_due(text, 2026)

    assert reading.doubt is None
    assert reading.due is not None
    assert (reading.due.kind, reading.due.month, reading.due.day) == (kind, month, day)


DOUBTS = [
    ("2025年2月31日", QuestionKind.IMPOSSIBLE_DUE),
    ("2月30日前", QuestionKind.IMPOSSIBLE_DUE),
    ("2025年2月29日前", QuestionKind.IMPOSSIBLE_DUE),
    ("13月1日前", QuestionKind.IMPOSSIBLE_DUE),
    ("2025年0月", QuestionKind.IMPOSSIBLE_DUE),
    ("每月32日前", QuestionKind.IMPOSSIBLE_DUE),
    ("每年2月30日", QuestionKind.IMPOSSIBLE_DUE),
    ("2025年12月前", QuestionKind.UNCLEAR_DUE),
    ("2027年Q2", QuestionKind.UNCLEAR_DUE),
    ("2027年夏", QuestionKind.UNCLEAR_DUE),
    ("2027年“双11”前", QuestionKind.UNCLEAR_DUE),
    ("2027年正月十五前", QuestionKind.UNCLEAR_DUE),
    ("农历八月底前", QuestionKind.UNCLEAR_DUE),
    ("2027年3、6、9、12月", QuestionKind.UNCLEAR_DUE),
    ("每月5日、20日前", QuestionKind.UNCLEAR_DUE),
    ("5月1日起", QuestionKind.UNCLEAR_DUE),
    ("2026年3月后", QuestionKind.UNCLEAR_DUE),
    ("自6月1日开始", QuestionKind.UNCLEAR_DUE),
    ("每月25日至次月5日", QuestionKind.UNCLEAR_DUE),
    ("尽快", QuestionKind.UNCLEAR_DUE),
    ("", QuestionKind.UNCLEAR_DUE),
    ("每半年", QuestionKind.UNCLEAR_DUE),
    ("6月底前启动,12月底前完成", QuestionKind.SEVERAL_DUES),
    ("11月至2月", QuestionKind.UNCLEAR_DUE),
    ("3月5日、20日前", QuestionKind.UNCLEAR_DUE),
    ("第一、三季度", QuestionKind.UNCLEAR_DUE),
    ("2027年一、二季度末", QuestionKind.UNCLEAR_DUE),
    ("10月初", QuestionKind.UNCLEAR_DUE),
    ("每月第1周", QuestionKind.UNCLEAR_DUE),
]


@pytest.mark.parametrize(("text", "doubt"), DOUBTS)
def test_a_doubtful_date_is_questioned(text, doubt):
    assert read_due(text, 2026).doubt is doubt


def in_chinese(text: str) -> str:
    """The same with its years digit by digit and its months and days as numbers: 二〇二五年十二月三十一日."""
    signs = "〇一二三四五六七八九"
    text = re.sub(r"\d{4}(?=年)", lambda year: "".join(signs[int(sign)] for sign in year.group()), text)
    return re.sub(
        r"(?<!\d)[1-9]\d?(?=月|日|号|季度|周|[至到—、和])", lambda one: format_chinese_number(int(one.group())), text
    )


# 十三月 is the name of nothing, and asked about as such.
TWINS = [text for text, *_ in (*DATES, *RECURRING, *DOUBTS) if in_chinese(text) != text and "13月" not in text]


@pytest.mark.parametrize("text", TWINS)
def test_in_chinese_numerals_a_date_means_what_it_means_in_digits(text):
    written, twin = read_due(text, 2026), read_due(in_chinese(text), 2026)

    assert (what_of(twin), twin.doubt) == (what_of(written), written.doubt)


def what_of(reading: DueReading) -> tuple[object, ...]:
    due = reading.due
    return (due.kind, due.date, due.month, due.day) if due else ()


@pytest.mark.parametrize("text", ["统一日程安排", "三个月后评估", "开展一日游", "第一、二批项目", "三农工作和五一慰问"])
def test_a_number_in_words_is_no_day(text):
    reading = find_due(text, 2026)

    assert reading is None


def test_of_several_dates_the_last_is_proposed():
    reading = read_due("12月底前完成,6月底前启动", 2026)

    assert reading.due is not None
    assert reading.due.date == date(2026, 12, 31)


def test_a_date_outweighs_a_remark_that_work_goes_on():
    reading = read_due("2026年6月底前,并长期坚持", 2026)

    assert reading.doubt is None
    assert reading.due is not None
    assert reading.due.date == date(2026, 6, 30)


def test_a_date_without_any_known_year_is_unclear():
    assert read_due("6月底前", None).doubt is QuestionKind.UNCLEAR_DUE


@pytest.mark.parametrize("text", ["每季度开展一次督查", "加强抽查，每月抽查不少于10家企业", "每季度1次。"])
def test_how_often_something_is_done_is_asked_about(text):
    reading = find_due(text, 2026)

    assert reading is not None
    assert reading.due is not None
    assert (reading.due.kind, reading.doubt) in (
        (DueKind.MONTHLY, QuestionKind.UNCLEAR_DUE),
        (DueKind.QUARTERLY, QuestionKind.UNCLEAR_DUE),
    )


@pytest.mark.parametrize(
    "text",
    [
        "持续加强领导",
        "落实2025年政策",
        "每年初制定清单",
        "举办每月活动",
        "到2027年实现目标",
        "12月25日举行决赛",
        "2027年5月内部审计发现的问题",
        "10日内办结",
        "年轻人",
    ],
)
def test_running_text_without_a_limit_has_no_due_date(text):
    assert find_due(text, 2025) is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("县财政局于2027年4月10日内完成拨付。", date(2027, 4, 10)),
        ("各单位在4月10日以内报送总结", date(2026, 4, 10)),
        ("2027年12月之内完成验收", date(2027, 12, 31)),
    ],
)
def test_within_a_day_or_a_month_sets_a_limit(text, day):
    reading = find_due(text, 2026)

    assert reading is not None
    assert reading.due is not None
    assert (reading.due.date, reading.doubt) == (day, None)


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("力争2025年6月底前建成平台。", "2025年6月底前"),
        ("年底前全部完成", "年底前"),
        ("每月25日前报送进展", "每月25日前"),
        ("每季度末汇总", "每季度末"),
        ("于2025年底完成", "2025年底"),
    ],
)
def test_a_limit_in_running_text_is_found(text, quote):
    reading = find_due(text, 2025)

    assert reading is not None
    assert reading.quote == quote


def test_only_a_date_can_be_past():
    assert is_past(Due("x", DueKind.DATE, date=date(2025, 1, 1)), date(2025, 1, 2))
    assert not is_past(Due("x", DueKind.DATE, date=date(2025, 1, 1)), date(2025, 1, 1))
    assert not is_past(Due("x", DueKind.MONTHLY, day=1), date(2025, 1, 2))
    assert not is_past(Due("x", DueKind.DATE, date=date(2025, 1, 1)), None)


WORDS = st.lists(
    st.sampled_from(
        [
            "2025年",
            "0000年",
            "9999年",
            "2月",
            "13月",
            "31日",
            "每",
            "月",
            "季度",
            "末",
            "底",
            "前",
            "第三",
            "今年",
            "长期",
            "，",
            "2025-",
            "99",
        ]
    )
)


@given(WORDS.map("".join) | st.text(), st.none() | st.integers(-5, 20000))
def test_no_text_breaks_the_reading(text, year):
    reading = read_due(text, year)
    find_due(text, year)

    assert reading.due is not None or reading.doubt is not None
