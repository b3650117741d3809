"""Days in the sentences of services stand on pages as all others there; files keep what machines read."""

import datetime as dt

import pytest
from flask import Flask

from services.portal import filters, language
from shared import clock
from shared.light import State, light_of

TODAY = dt.date(2026, 11, 24)
LIT = light_of(State.ISSUED, dt.date(2026, 11, 30), TODAY, first_due_on=dt.date(2027, 1, 8))
REASON, WORD = LIT.reason.as_dict(), {"zh": "即将到期", "en": "Due soon"}


@pytest.fixture(autouse=True)
def app(monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: TODAY)
    app = Flask(__name__)
    app.secret_key = "x"
    language.install(app)
    with app.test_request_context("/"):
        yield app


def test_a_reason_has_the_days_of_the_page_and_in_a_file_those_of_files():
    day = '<span class="day">{}</span>'
    first, due = day.format("2027年1月8日 周五"), day.format("11月30日 周一")

    assert filters.whole_rest(REASON, WORD) == f"还剩 4 个工作日：{due} 到期（已延期，原定 {first}）"
    assert filters.rest(REASON, WORD) == "还剩 4 个工作日：2026-11-30 到期（已延期，原定 2027-01-08）"


@pytest.mark.parametrize(
    ("zh", "shown"),
    [
        ("完成时限2026-11-30早于会议日期2026-12-01，请改。", "完成时限11月30日 周一早于会议日期12月1日 周二，请改。"),
        ("这份清单从2025-11-30起才有每日的记录。", "这份清单从2025年11月30日 周日起才有每日的记录。"),
        ("没有“2026-11-30.xlsx”。", "没有“2026-11-30.xlsx”。"),
        ("“安全检查 2026-11-30 通报”已经存在。", "“安全检查 2026-11-30 通报”已经存在。"),
        ("《总结2026-11-30版》在 2026-11-30 前发出。", "《总结2026-11-30版》在 11月30日 周一 前发出。"),
        ("第 3 项的日期“2026-02-31”不存在：2026-02-31。", "第 3 项的日期“2026-02-31”不存在：2026-02-31。"),
        ("在 2026-11-30T08:00 和 /board/2026-11-30/x。", "在 2026-11-30T08:00 和 /board/2026-11-30/x。"),
    ],
)
def test_days_are_those_of_the_page_and_names_codes_and_no_days_stay(zh, shown):
    assert filters.say({"zh": zh, "en": ""}) == shown


@pytest.mark.parametrize(
    ("en", "shown"),
    [
        ("Up to 2026-09 it came to 4,660.", "Up to Sep 2026 it came to 4,660."),
        ("Up to 2026-Q2 it came to 3.", "Up to quarter 2 of 2026 it came to 3."),
        ("There is no “2026-09 report”, nor 2026-13 or 2026-09/x.",) * 2,
    ],
)
def test_months_and_quarters_are_in_words_in_english_too(en, shown):
    with language.speaking("en"):
        assert filters.say({"zh": "", "en": en}) == shown


def test_in_english_too_at_the_end_of_a_sentence():
    with language.speaking("en"):
        assert filters.say({"zh": "", "en": "It lies after 2026-11-30."}) == "It lies after Mon 30 Nov."


@pytest.mark.parametrize(
    ("action", "text", "shown"),
    [
        ("extended", "2026-11-30 等到 2026-12-01", "11月30日 周一 等到 2026-12-01"),
        ("delegated", "石门乡、深渡镇 2026-11-30", "石门乡、深渡镇 11月30日 周一"),
        ("clock_resumed", "2026-11-30", "11月30日 周一"),
        ("amended", "2026-11-30 → 2027-01-08 改自 2026-11-30", "11月30日 周一 → 2027年1月8日 周五 改自 2026-11-30"),
        (
            "amended",
            "2026-11-30 → 2026-12-01（已延期至 2026-12-04，不变）",
            "11月30日 周一 → 12月1日 周二（已延期至 12月4日 周五，不变）",
        ),
        ("amended", "写错了 2026-11-30", "写错了 2026-11-30"),
        ("submitted", "2026-11-30 已走访", "2026-11-30 已走访"),
    ],
)
def test_of_a_line_of_history_the_day_that_was_given_is_said_and_what_was_written_stays(action, text, shown):
    assert filters.happened({"action": action, "text": text}) == shown


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("2026-11-30", "11月30日 周一"),
        ("2026-02-31", "2026-02-31"),
        ("2026-11-30 前报送", "2026-11-30 前报送"),
        ("招聘会 2026-11-30 专场", "招聘会 2026-11-30 专场"),
    ],
)
def test_of_a_field_a_day_is_said_and_what_was_written_stays(typed, shown):
    assert filters.day_alone(typed) == shown
