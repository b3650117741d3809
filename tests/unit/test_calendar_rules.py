"""The rules of the calendar as data: files, tables put together, and how due dates follow."""

import datetime as dt
import json
import re

import pytest

from services.notifications.delivery.letter import Line, digest
from services.notifications.reminding.policy import stage_day
from services.portal.calendar_months import months_of
from services.tasks.calendar.following import due_on_of, moves_of, wanted_on
from services.tasks.calendar.records import Announced, Candidate, Group, OwnDay
from services.tasks.calendar.year_files import MOST_DAYS, UnreadableYear, read_year, write_year
from services.tasks.calendar.year_tables import differences, span_of, table_of
from shared.light import State, light_of
from shared.provisional import MARK
from shared.workdays import Calendar, YearTable, base_table, by
from tests.support.markdown import ROOT

D = dt.date.fromisoformat
OWN = {
    "year": 2027,
    "off": [{"date": "2027-01-01", "name": "元旦"}, {"date": "2027-02-08", "name": "春节"}],
    "worked": [{"date": "2027-02-14", "name": "春节"}],
}
PUBLIC = {
    "$schema": "…",
    "year": 2027,
    "papers": ["…"],
    "days": [
        {"name": "元旦", "date": "2027-01-01", "isOffDay": True},
        {"name": "春节", "date": "2027-02-08", "isOffDay": True},
        {"name": "春节", "date": "2027-02-14", "isOffDay": False},
    ],
}


def test_both_forms_of_a_file_hold_the_same():
    assert read_year(json.dumps(OWN), 2027) == read_year("\ufeff" + json.dumps(PUBLIC), 2027)
    assert read_year(json.dumps(OWN), 2027).worked == {D("2027-02-14"): "春节"}


def test_what_is_written_is_read_again():
    table = base_table(2026)

    read = read_year(write_year(table), 2026)

    assert table_of(2026, {2026: read}, []) == table


def days_with(**changes):
    return json.dumps(OWN | changes)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "不是 JSON"),
        ("[" * 100_000, "不是 JSON"),
        ("[]", "没有放假安排"),
        ('{"year": true, "off": []}', "没有放假安排"),
        ('{"year": 2027}', "没有放假安排"),
        ('{"year": 2027, "off": {}}', "没有放假安排"),
        (" " * 100_001, "文件太大"),
        (json.dumps({"year": 2027, "off": [{"date": "2027-01-01", "name": "假"}] * (MOST_DAYS + 1)}), "文件太大"),
        (days_with(year=2028), "文件是 2028 年的"),
        (days_with(off=[]), "没有一天放假"),
        (days_with(off=[{"date": "2027-02-30", "name": "假"}]), "2027-02-30”不存在"),
        (days_with(off=[{"date": 1, "name": "假"}]), "第 1 项不完整"),
        (days_with(off=[{"date": "2027-01-01", "name": " "}]), "第 1 项不完整"),
        (days_with(off=["2027-01-01"]), "第 1 项不完整"),
        (days_with(off=[{"date": "2027-01-01", "name": "长" * 41}]), "名称太长"),
        (days_with(off=[{"date": "2028-01-01", "name": "假"}]), "2028-01-01 不在 2027 年"),
        (days_with(off=[{"date": "2026-11-30", "name": "假"}]), "2026-11-30 不在 2027 年"),
        (days_with(worked=[{"date": "2027-02-15", "name": "班"}]), "周一至周五"),
        (days_with(worked=[{"date": "2027-01-01", "name": "班"}]), "出现了两次"),
        (json.dumps({"year": 2027, "days": [{"date": "2027-01-01", "name": "假"}]}), "第 1 项不完整"),
    ],
)
def test_what_is_wrong_is_said_in_both_languages(content, said):
    with pytest.raises(UnreadableYear) as error:
        read_year(content, 2027)

    assert said in error.value.complaints[0].zh
    assert error.value.complaints[0].en
    assert error.value.complaints[0].en != error.value.complaints[0].zh


def test_all_that_is_wrong_is_said_at_once():
    with pytest.raises(UnreadableYear) as error:
        read_year(days_with(off=[{"date": "x", "name": "假"}, {"date": "2029-01-01", "name": "假"}]), 2027)

    assert len(error.value.complaints) == 2


def test_the_days_around_new_year_belong_to_the_december_before():
    notice = Announced(2019, {D("2018-12-31"): "元旦", D("2019-01-01"): "元旦"}, {D("2018-12-29"): "元旦"})

    before, after = table_of(2018, {2019: notice}, []), table_of(2019, {2019: notice}, [])

    assert not before.is_workday(D("2018-12-31"))
    assert before.is_workday(D("2018-12-29"))
    assert after.off == {D("2019-01-01"): "元旦"}
    assert base_table(2018).off.keys() <= before.off.keys()


def test_single_days_lie_on_top_of_what_was_announced():
    notice = read_year(json.dumps(OWN), 2027)
    own = [
        OwnDay(D("2027-02-08"), True, ""),  # a holiday on which all work
        OwnDay(D("2027-02-14"), False, "县庆"),  # a make-up day that is off after all
        OwnDay(D("2027-03-03"), False, "县庆"),
        OwnDay(D("2027-03-06"), True, "抢险"),
    ]

    table = table_of(2027, {2027: notice}, own)

    assert table.off == {D("2027-01-01"): "元旦", D("2027-02-14"): "县庆", D("2027-03-03"): "县庆"}
    assert table.worked == {D("2027-03-06"): "抢险"}
    assert table.is_announced
    # A single day announces no year.
    assert not table_of(2030, {}, own[2:]).is_announced


def test_differences_name_each_day_from_what_to_what():
    before, after = YearTable(2027, False), table_of(2027, {2027: read_year(json.dumps(OWN), 2027)}, [])

    found = differences(before, after)

    assert [(one.day.isoformat(), one.was_worked, one.is_worked, one.name) for one in found] == [
        ("2027-01-01", True, False, "元旦"),
        ("2027-02-08", True, False, "春节"),
        ("2027-02-14", False, True, "春节"),
    ]
    assert span_of(found) == (D("2026-12-01"), D("2027-02-14"))
    assert span_of([]) is None


OFF = Calendar.of([YearTable(2026, True, {D("2026-06-30"): "县庆"})])
TODAY = D("2026-05-08")


def a_duty(written, due=None, *, extended=None, submitted=False, whole=(None, None, None)):
    return Candidate(1, D(written), D(due or written), D(extended) if extended else None, submitted, *whole)


@pytest.mark.parametrize(
    ("duty", "today", "due_on"),
    [
        (a_duty("2026-06-30"), TODAY, "2026-07-01"),
        (a_duty("2026-06-29"), TODAY, "2026-06-29"),
        # It was put off for a day that is worked after all: it comes back, but not to today or to the past.
        (a_duty("2026-06-26", "2026-06-29"), TODAY, "2026-06-26"),
        (a_duty("2026-06-26", "2026-06-29"), D("2026-06-26"), "2026-06-29"),
        (a_duty("2026-06-26", "2026-06-29"), D("2026-06-28"), "2026-06-29"),
        # What is late is less late, and not late at all where the day was off.
        (a_duty("2026-06-30"), D("2026-07-01"), "2026-07-01"),
        # What was given stays given, and moves off a day off.
        (a_duty("2026-06-01", "2026-06-26", extended="2026-06-26"), TODAY, "2026-06-26"),
        (a_duty("2026-06-01", "2026-06-30", extended="2026-06-30"), TODAY, "2026-07-01"),
        # What an amendment set beyond it follows like any other, and never before what was given.
        (a_duty("2026-06-30", extended="2026-06-15"), TODAY, "2026-07-01"),
        (a_duty("2026-06-26", "2026-06-29", extended="2026-06-15"), TODAY, "2026-06-26"),
        (a_duty("2026-06-26", "2026-06-29", extended="2026-06-29"), TODAY, "2026-06-29"),
        # What waits for a review gets more time alone.
        (a_duty("2026-06-26", "2026-06-29", submitted=True), TODAY, "2026-06-29"),
        (a_duty("2026-06-30", submitted=True), TODAY, "2026-07-01"),
        # A part is not due after the whole, as that is by now.
        (a_duty("2026-06-30", whole=(D("2026-06-30"), D("2026-06-30"), None)), TODAY, "2026-07-01"),
        (a_duty("2026-06-30", whole=(D("2026-06-29"), D("2026-06-29"), None)), TODAY, "2026-06-29"),
    ],
)
def test_how_a_due_date_follows(duty, today, due_on):
    with by(OFF):
        moved = due_on_of(duty, today)
        assert moved == D(due_on)
        # Gone over again, it stays.
        assert due_on_of(duty._replace(due_on=moved), today) == moved


def test_what_stays_although_it_should_come_forward_is_said():
    group = Group(1, "清单", 2, "事项", "2026", D("2026-06-26"), D("2026-06-29"), None, False, None, None, None, 3)
    with by(OFF):
        (move,) = moves_of([group, group._replace(written_due_on=D("2026-06-29"))], D("2026-06-26"))

        assert move.stays
        assert wanted_on(group, D("2026-06-26")) == D("2026-06-26")


def test_what_is_kept_is_kept_by_calendar():
    """A light, or the day of a reminder, that was counted by one calendar is not answered under another."""
    due_on, day = D("2026-06-30"), D("2026-06-24")
    plain = stage_day(due_on, -3), light_of(State.ISSUED, due_on, day).brief

    with by(Calendar.of([YearTable(2026, True, {D("2026-06-29"): "县庆"})])):
        other = stage_day(due_on, -3), light_of(State.ISSUED, due_on, day).brief

    assert plain[0] == D("2026-06-25")
    assert other[0] == D("2026-06-24")
    assert plain[1] != other[1]
    assert (stage_day(due_on, -3), light_of(State.ISSUED, due_on, day).brief) == plain


def test_no_module_that_counts_working_days_keeps_answers_without_the_calendar():
    counting = re.compile(r"^from shared(\.workdays|\.light| import .*workdays)", re.MULTILINE)
    found = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "services").rglob("*.py")
        if counting.search(text := path.read_text()) and re.search(r"@(lru_)?cache\b", text)
    }

    # It is handed the fingerprint.
    assert found == {"services/notifications/planning/replanning.py"}


def test_a_month_is_laid_out_from_monday_with_its_holidays():
    may = months_of(base_table(2026))[4]

    assert [len(week) for week in may.weeks] == [7] * 5
    assert [cell.day.day if cell else None for cell in may.weeks[0]] == [None, None, None, None, 1, 2, 3]
    assert [cell.kind for cell in may.weeks[1] if cell] == ["off", "off", "", "", "", "worked", "rest"]
    assert [(one.name, one.first.day, one.last.day, one.is_worked) for one in may.holidays] == [
        ("劳动节", 1, 5, False),
        ("劳动节", 9, 9, True),
    ]


@pytest.mark.parametrize(("language", "mark"), [("zh", MARK.zh), ("en", MARK.en)])
def test_a_mail_marks_what_a_year_not_announced_may_move(language, mark):
    lines = [Line("due_soon", title, due_on=D(day)) for title, day in (("近", "2026-12-31"), ("远", "2030-01-04"))]

    near, far = (
        next(line for line in digest("徽城镇", lines, address="", language=language).text.splitlines() if name in line)
        for name in ("近", "远")
    )

    assert mark in far
    assert mark not in near
