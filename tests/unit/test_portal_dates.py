import datetime as dt

import pytest

from services.portal.dates import NoSuchDay, day_in_words, distance_in_words, instant_in_words, parse_day

TODAY = dt.date(2026, 11, 24)


@pytest.mark.parametrize(
    "typed",
    ["2026-11-30", "2026/11/30", "2026.11.30", "2026年11月30日", " ２０２６－１１－３０ ", "2026 年 11 月 30 日"],
)
def test_a_day_is_read_in_every_way_people_write_it(typed):
    assert parse_day(typed) == dt.date(2026, 11, 30)


@pytest.mark.parametrize("typed", ["2026-02-31", "2025-02-29", "2026-13-01", "30.11.2026", "十一月底", "", "2026-11"])
def test_what_is_no_day_is_refused(typed):
    with pytest.raises(NoSuchDay):
        parse_day(typed)


def test_a_day_of_this_year_is_said_without_the_year():
    day = dt.date(2026, 11, 30)

    assert day_in_words(day, TODAY, "zh") == "11月30日 周一"
    assert day_in_words(day, TODAY, "en") == "Mon 30 Nov"


def test_a_day_of_another_year_is_said_with_it():
    day = dt.date(2027, 1, 8)

    assert day_in_words(day, TODAY, "zh") == "2027年1月8日 周五"
    assert day_in_words(day, TODAY, "en") == "Fri 8 Jan 2027"


@pytest.mark.parametrize(
    ("day", "zh", "en"),
    [
        (dt.date(2026, 11, 27), "还剩 3 个工作日", "3 working days left"),
        (dt.date(2026, 11, 25), "还剩 1 个工作日", "1 working day left"),
        (TODAY, "今天", "today"),
        (dt.date(2026, 11, 20), "已过 2 个工作日", "2 working days ago"),
    ],
)
def test_distance_is_counted_in_working_days(day, zh, en):
    assert distance_in_words(day, TODAY, "zh") == zh
    assert distance_in_words(day, TODAY, "en") == en


def test_over_days_off_alone_a_day_is_less_than_a_working_day_away():
    friday, saturday = dt.date(2026, 11, 20), dt.date(2026, 11, 21)

    assert distance_in_words(friday, saturday, "zh") == "已过不到 1 个工作日"
    assert distance_in_words(friday, saturday, "en") == "less than 1 working day ago"


def test_an_instant_is_said_in_the_time_of_shanghai():
    instant = dt.datetime(2026, 11, 23, 18, 5, tzinfo=dt.UTC)

    assert instant_in_words(instant, TODAY, "zh") == "11月24日 周二 02:05"
