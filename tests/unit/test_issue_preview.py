"""What issuing would mean and what stands in its way, from rows that are simply given."""

import datetime as dt

from services.tasks.issuing.periods import Recurrence, Schedule
from services.tasks.issuing.preview import (
    blockers,
    busy_keys,
    counted,
    dates,
    due_dates,
    dues_by_month,
    fingerprint,
    shared_loads,
    to_be_issued,
)
from services.tasks.issuing.records import Alike, Load, OpenQuestion
from services.tasks.issuing.tree import BareRow, EmptyGroup, Item

TODAY = dt.date(2026, 3, 2)


def an_item(
    item_id=1, title="办好招聘会", *, due_on=dt.date(2026, 6, 30), recurrence="once", has_units=True, units_row_id=9
):
    return Item(item_id, title, Schedule(Recurrence(recurrence), due_on), units_row_id, has_units)


def a_load(alike, month, duties, files=0, *, units=1):
    return Load(alike, units, month, duties, files)


def units_named(loads, *, busy_above=10):
    """What is told when the first unit of each key is listed."""
    shared = shared_loads(loads)
    first = {key: Alike(number, f"乡镇{key}", "township", key) for number, key in enumerate(shared, start=1)}
    busy = [first[key] for key in busy_keys(shared, above=busy_above)]
    return counted(shared, first.values(), busy, busy_above=busy_above)


def found(items, *, questions=(), nowhere=(), empty_groups=()):
    return [
        (blocker.row_id, blocker.text.zh)
        for blocker in blockers(items, questions=questions, nowhere=nowhere, empty_groups=empty_groups)
    ]


def test_the_duties_of_a_unit_are_summed_over_its_months():
    answer = units_named([a_load("1", "2026-03", 2), a_load("1", "2026-06", 3), a_load("2", "2026-06", 1)])

    assert answer["duties"] == 6
    assert [(unit["unit_id"], unit["duties"]) for unit in answer["units"]] == [(1, 5), (2, 1)]


def test_a_month_is_busy_above_the_limit_only():
    answer = units_named([a_load("1", "2026-03", 2), a_load("1", "2026-06", 3)], busy_above=2)

    assert answer["busy"] == [{"unit_id": 1, "name": "乡镇1", "month": "2026-06", "duties": 3, "steps": 3, "files": 0}]


def test_units_that_are_named_alike_are_all_counted_though_the_first_are_told():
    many = [a_load("a", "2026-03", 2, units=40_000), a_load("a", "2026-06", 12, units=40_000)]
    loads = [*many, a_load("b", "2026-06", 1)]

    answer = units_named(loads)

    assert (answer["duties"], answer["units_total"], answer["busy_total"]) == (40_000 * 14 + 1, 40_001, 40_000)
    assert [(one["name"], one["month"]) for one in answer["busy"]] == [("乡镇a", "2026-06")]


def test_a_duty_that_asks_for_a_file_costs_a_step_more():
    loads = [a_load("1", "2026-03", 2, files=1), a_load("1", "2026-06", 2)]
    asked = Item(2, "附台账", Schedule(Recurrence.ONCE, dt.date(2026, 6, 30)), 9, has_units=True, asks_file=True)

    answer = units_named(loads, busy_above=2)

    assert [(one["month"], one["duties"], one["files"], one["steps"]) for one in answer["busy"]] == [
        ("2026-03", 2, 1, 3)
    ]
    assert [(one["duties"], one["files"], one["steps"]) for one in answer["units"]] == [(4, 1, 5)]
    assert dues_by_month(due_dates([an_item(), asked], 2026)) == [(9, "2026-06", 2, 1)]


def test_a_date_on_a_day_off_is_shown_with_where_it_moves():
    dues = due_dates([an_item(due_on=dt.date(2026, 10, 1))], 2026)

    answer = dates(dues, today=TODAY)

    assert answer["moved"] == [{"row_id": 1, "title": "办好招聘会", "written": "2026-10-01", "moved_to": "2026-10-08"}]
    assert dues_by_month(dues) == [(9, "2026-10", 1, 0)]


def test_the_month_of_a_moved_date_is_the_one_it_moves_to():
    """2026-01-31 is a Saturday."""
    assert dues_by_month(due_dates([an_item(due_on=dt.date(2026, 1, 31))], 2026)) == [(9, "2026-02", 1, 0)]


def test_dates_that_are_over_are_named_one_by_one():
    dues = due_dates([an_item(due_on=None, recurrence="monthly")], 2026)

    answer = dates(dues, today=TODAY)

    assert [past["due_on"] for past in answer["past_due"]] == ["2026-02-02", "2026-02-28"]


def test_a_date_today_is_not_over():
    answer = dates(due_dates([an_item(due_on=TODAY)], 2026), today=TODAY)

    assert answer["past_due"] == []


def test_a_year_without_an_announced_calendar_is_named():
    dues = due_dates([an_item(due_on=dt.date(2098, 6, 2)), an_item(due_on=dt.date(2099, 6, 2))], 2098)

    assert dates(dues, today=TODAY)["provisional_years"] == [2098, 2099]


def test_a_complete_checklist_has_no_blockers():
    assert found([an_item()]) == []


def test_an_open_question_is_named_with_its_row():
    question = OpenQuestion(row_id=5, title="拓展岗位", text_zh="还有哪些单位？", text_en="Which others?")

    assert found([an_item()], questions=[question]) == [(5, "“拓展岗位”有问题未答：还有哪些单位？")]


def test_a_question_on_no_row_is_the_checklists():
    question = OpenQuestion(row_id=None, title=None, text_zh="目标是多少？", text_en="How much?")

    assert found([an_item()], questions=[question]) == [(None, "清单有问题未答：目标是多少？")]


def test_an_item_without_units_and_date_says_both():
    lines = found([an_item(due_on=None, has_units=False, units_row_id=None)])

    assert [row_id for row_id, _ in lines] == [1, 1]
    assert "没有责任单位" in lines[0][1]
    assert "没有完成时限" in lines[1][1]


def test_an_empty_group_is_named_once_and_not_again_for_each_item_below_it():
    group = EmptyGroup(row_id=9, title="拓展岗位", name="各行业主管部门")

    lines = found([an_item(1, has_units=False), an_item(2, has_units=False)], empty_groups=[group])

    assert lines == [(9, "“拓展岗位”的单位组“各行业主管部门”没有可下发的成员，请填写成员或改选单位。")]


def test_a_row_with_nothing_below_it_is_named():
    assert found([an_item()], nowhere=[BareRow(id=4, title="促进创业")])[0][0] == 4


def test_a_checklist_without_items_says_so():
    assert found([]) == [(None, "清单里还没有任何事项，请先添加。")]


def days(dues):
    return [due.period.due_on.isoformat() for due in dues]


def test_periods_that_are_over_are_issued_only_when_somebody_asks_for_them():
    quarters = due_dates([an_item(due_on=None, recurrence="quarterly")], 2026)
    today = dt.date(2026, 7, 1)

    assert days(to_be_issued(quarters, today=today, with_past=False)) == ["2026-09-30", "2026-12-31"]
    assert to_be_issued(quarters, today=today, with_past=True) == quarters


def test_what_is_due_today_is_not_over():
    (due,) = due_dates([an_item(due_on=TODAY)], 2026)

    assert to_be_issued([due], today=TODAY, with_past=False) == [due]


def test_an_item_all_of_whose_dates_are_over_is_left_out_and_named_once_with_the_last():
    monthly = due_dates([an_item(due_on=None, recurrence="monthly")], 2025)

    answer = dates(monthly, today=TODAY, with_past=False)

    assert [(row["row_id"], row["due_on"]) for row in answer["left_out"]] == [(1, "2025-12-31")]
    assert len(answer["past_due"]) == 12
    assert dates(monthly, today=TODAY, with_past=True)["left_out"] == []


def test_what_is_not_issued_moves_nowhere_either():
    over = due_dates([an_item(due_on=dt.date(2026, 1, 31))], 2026)

    assert dates(over, today=TODAY, with_past=False)["moved"] == []


def test_the_fingerprint_tells_versions_choices_and_days_apart():
    dues = due_dates([an_item(due_on=None, recurrence="monthly")], 2026)
    found = {
        fingerprint(version, chosen, with_past=with_past)
        for version in (1, 2)
        for chosen in (dues, dues[1:])
        for with_past in (False, True)
    }

    assert len(found) == 8
    assert fingerprint(1, dues, with_past=True) == fingerprint(1, list(dues), with_past=True)
