"""The calendar as data: imported or changed by the administrator, and what depends on it follows, everywhere."""

import datetime as dt
import json
from uuid import uuid4

import pytest

from services.tasks.calendar import moving
from services.tasks.calendar.year_files import write_year
from shared import calendars, workdays
from shared.errors import Conflict, Forbidden, Invalid
from shared.events import SCHEMAS, CalendarChanged
from shared.workdays import YearTable, base_table
from tests.support.checklists import add_row, draft, events, fetch, lead, run, work_off
from tests.support.delegation import amend, part_of, redate, split
from tests.support.duties import a_duty, do, issued, read, submit, today

__all__ = ["today"]

D = dt.date.fromisoformat
EVENT = "calendar.changed.v1"


@pytest.fixture(autouse=True)
def in_may(today):
    """8 May 2026, a Friday."""


def a_day(day="2026-06-30", becomes="off", name="县庆", version=0, **params):
    known = {"year": int(day[:4]), "day": day, "becomes": becomes, "name": name, "version": version}
    return known | {"reason": "县政府通知〔2026〕8号"} | params


def a_year(table, version=0, **params):
    content = write_year(table)
    return {"year": table.year, "content": content, "version": version, "reason": "国办发明电〔2026〕9号"} | params


def save(call, **params):
    return call("save_calendar_day", a_day(**params), as_="admin")


def told(tasks_db):
    return [SCHEMAS[EVENT].load(row.payload) for row in events(tasks_db, EVENT)]


def reword(call, row):
    run(call.service.database, "UPDATE checklist_row SET body = '补充说明' WHERE id = %s", (row["row_id"],))


def without(table, *days):
    return YearTable(table.year, True, {day: name for day, name in table.off.items() if day not in days}, table.worked)


def test_a_local_holiday_moves_what_is_due_on_it_and_nothing_else(call, tasks_db):
    moved, other = a_duty(call, due_on=D("2026-06-30")), a_duty(call, due_on=D("2026-06-29"))

    answer = save(call)
    work_off(tasks_db)

    assert answer["table"]["off"]["2026-06-30"] == "县庆"
    assert answer["own_days"][0]["reason"] == "县政府通知〔2026〕8号"
    now = read(call, moved)
    assert (now["due_on"], now["version"]) == ("2026-07-01", moved["version"] + 1)
    assert now["history"][-1]["action"] == "amended"
    assert now["history"][-1]["text"] == "2026-06-30 → 2026-07-01 放假安排调整：县政府通知〔2026〕8号"
    assert read(call, other) == other
    (fact,) = told(tasks_db)
    assert (fact.year, fact.version, fact.is_announced) == (2026, 1, True)
    assert fact.off[-1].date == D("2026-10-07")
    (amended,) = [row.payload for row in events(tasks_db, "duties.amended.v1")]
    assert [(one["duty_id"], one["due_on"]) for one in amended["duties"]] == [(moved["duty_id"], "2026-07-01")]
    assert SCHEMAS["duties.amended.v1"].load(amended)


def test_an_imported_year_changes_exactly_the_expected_dates(call, tasks_db):
    """2026 without one day of the national holiday, and 2027, of which nothing was known."""
    october, other = a_duty(call, due_on=D("2026-10-07")), a_duty(call, due_on=D("2026-10-01"))
    january = a_duty(call, due_on=D("2027-01-01"))
    assert (october["due_on"], other["due_on"], january["due_on"]) == ("2026-10-08", "2026-10-08", "2027-01-01")
    assert january["is_provisional"]
    assert not october["is_provisional"]
    year = YearTable(2027, True, {D("2027-01-01"): "元旦", D("2026-12-31"): "元旦"})

    call("import_calendar", a_year(without(base_table(2026), D("2026-10-07"))), as_="admin")
    call("import_calendar", a_year(year), as_="admin")
    work_off(tasks_db)

    assert read(call, october)["due_on"] == "2026-10-07"
    assert read(call, other)["due_on"] == "2026-10-07"
    assert read(call, january)["due_on"] == "2027-01-04"
    assert not read(call, january)["is_provisional"]
    # The notice of 2027 reaches into the December before.
    assert [(fact.year, fact.version) for fact in told(tasks_db)] == [(2026, 1), (2026, 2), (2027, 1)]
    assert call("calendar_year", {"year": 2026}, as_="staff")["table"]["off"]["2026-12-31"] == "元旦"


def test_the_preview_says_what_will_move_and_moves_nothing(call, tasks_db):
    duties = issued(call, "徽城镇", "石门乡", due_on=D("2026-06-30"))
    asked = {name: value for name, value in a_day().items() if name not in ("version", "reason")}

    found = call("preview_calendar", asked, as_="admin")

    assert found["duties"] == 2
    assert [(one["due_on"], one["wanted_on"], one["duties"]) for one in found["moves"]] == [
        ("2026-06-30", "2026-07-01", 2)
    ]
    assert found["days"] == [
        {"date": "2026-06-30", "was_worked": True, "was_name": "", "is_worked": False, "name": "县庆"}
    ]
    assert call("preview_calendar", asked | {"most": 0}, as_="admin")["more_moves"] == 1
    assert told(tasks_db) == []
    assert read(call, duties[0]) == duties[0]
    # What was seen is what is saved; meanwhile somebody issued more.
    issued(call, "徽城镇", due_on=D("2026-06-30"))
    with pytest.raises(Conflict) as error:
        save(call, seen=found["fingerprint"])
    assert error.value.details["preview"]["duties"] == 3
    save(call, seen=error.value.details["preview"]["fingerprint"])


def test_a_date_that_would_come_forward_to_today_stays_and_the_preview_says_so(call, tasks_db, today):
    save(call)
    duty = a_duty(call, due_on=D("2026-06-30"))
    assert duty["due_on"] == "2026-07-01"
    today(D("2026-06-30"))
    asked = {"year": 2026, "day": "2026-06-30", "becomes": "announced"}

    found = call("preview_calendar", asked, as_="admin")
    save(call, becomes="announced", version=1)
    work_off(tasks_db)

    assert (found["duties"], found["staying"], found["moves"][0]["stays"]) == (0, 1, True)
    now = read(call, duty)
    assert (now["due_on"], now["version"]) == (duty["due_on"], duty["version"])
    # Nor does an amendment of its words bring it forward; one of its day does.
    amend(call, duty, reword)
    assert read(call, duty)["due_on"] == "2026-07-01"
    amend(call, duty, redate("2026-07-02"))
    assert read(call, duty)["due_on"] == "2026-07-02"


def test_what_is_done_stays_and_what_waits_for_a_review_only_gets_more_time(call, tasks_db):
    done, waiting = a_duty(call, due_on=D("2026-06-30")), a_duty(call, due_on=D("2026-06-30"), review_rule="all")
    submit(call, done, waiting)

    save(call)
    work_off(tasks_db)

    assert read(call, done)["due_on"] == "2026-06-30"
    assert read(call, waiting)["due_on"] == "2026-07-01"


def test_a_part_follows_with_its_whole(call, tasks_db):
    whole = a_duty(call, "徽城镇", due_on=D("2026-06-30"))
    split(call, whole, day="2026-06-30")
    part = part_of(call, whole)

    save(call)
    work_off(tasks_db)

    assert read(call, whole)["due_on"] == "2026-07-01"
    assert read(call, part)["due_on"] == "2026-07-01"


def test_an_extension_that_was_given_moves_off_a_day_off_and_never_back(call, tasks_db):
    duty = a_duty(call, due_on=D("2026-06-01"))
    asked = do(call, "ask_extension", duty, wanted_on="2026-06-30", reason="材料未齐")
    given = do(call, "grant_extension", asked, as_="lead", due_on="2026-06-30", reason="")
    # As the release before leaves it, which keeps no day of its own of what it gave.
    run(tasks_db, "UPDATE duty SET extended_on = NULL")

    save(call)
    work_off(tasks_db)
    moved = read(call, given)
    save(call, becomes="announced", version=1)
    work_off(tasks_db)

    assert (moved["due_on"], moved["first_due_on"]) == ("2026-07-01", "2026-06-01")
    assert read(call, given)["due_on"] == "2026-07-01"


@pytest.fixture
def amended(call):
    """More time was given until 15 June, and an amendment then set 30 June for everybody."""
    duty = a_duty(call, due_on=D("2026-06-01"))
    asked = do(call, "ask_extension", duty, wanted_on="2026-06-15", reason="材料未齐")
    given = do(call, "grant_extension", asked, as_="lead", due_on="2026-06-15", reason="")
    amend(call, given, redate("2026-06-30"))
    return read(call, given)


def given_on(tasks_db):
    return [row.extended_on for row in fetch(tasks_db, "SELECT extended_on FROM duty")]


def test_an_amended_date_that_the_calendar_moves_is_not_granted_by_that(call, tasks_db, amended):
    """What was granted is 15 June, before and after: an amendment to a sooner day still holds."""
    assert (amended["due_on"], given_on(tasks_db)) == ("2026-06-30", [D("2026-06-15")])

    save(call)
    work_off(tasks_db)

    assert (read(call, amended)["due_on"], given_on(tasks_db)) == ("2026-07-01", [D("2026-06-15")])
    amend(call, amended, redate("2026-06-18"))
    assert read(call, amended)["due_on"] == "2026-06-18"
    amend(call, amended, redate("2026-06-03"))
    assert read(call, amended)["due_on"] == "2026-06-15"


def test_an_amended_date_follows_the_calendar_back_though_more_time_was_given_before(call, tasks_db, amended):
    save(call)
    work_off(tasks_db)
    save(call, becomes="announced", version=1)
    work_off(tasks_db)

    assert read(call, amended)["due_on"] == "2026-06-30"


def test_a_granted_day_behind_an_amended_one_moves_off_a_day_off_too(call, tasks_db, amended):
    save(call, day="2026-06-15")
    work_off(tasks_db)

    assert (read(call, amended)["due_on"], given_on(tasks_db)) == ("2026-06-30", [D("2026-06-16")])
    assert read(call, amended)["version"] == amended["version"]


def test_an_amended_date_that_would_come_forward_to_today_stays_beside_more_time_given_before(
    call, tasks_db, amended, today
):
    save(call)
    work_off(tasks_db)
    today(D("2026-06-30"))

    save(call, becomes="announced", version=1)
    work_off(tasks_db)
    amend(call, amended, reword)

    assert read(call, amended)["due_on"] == "2026-07-01"


def test_a_question_for_more_time_that_the_new_date_answers_is_over(call, tasks_db):
    duty = a_duty(call, due_on=D("2026-06-30"))
    do(call, "ask_extension", duty, wanted_on="2026-07-01", reason="材料未齐")

    save(call)
    work_off(tasks_db)

    now = read(call, duty)
    assert [line["action"] for line in now["history"]][-2:] == ["amended", "extension_overtaken"]
    assert call("review_queue", as_="lead")["extensions"] == []


def test_many_duties_follow_bit_by_bit_and_a_step_again_moves_nothing_twice(call, tasks_db, monkeypatch):
    monkeypatch.setattr(moving, "PER_STEP", 2)
    duties = issued(call, "徽城镇", "石门乡", items=3, due_on=D("2026-06-30"))

    save(call)
    steps = work_off(tasks_db)
    first = [read(call, duty) for duty in duties]
    # The second time: whoever began before the change has ended.
    run(tasks_db, "UPDATE calendar_move SET asked_at = now() - interval '1 hour'")
    again = work_off(tasks_db)

    assert steps == again == 4
    assert {(one["due_on"], one["version"]) for one in first} == {("2026-07-01", 2)}
    assert [read(call, duty) for duty in duties] == first
    assert fetch(tasks_db, "SELECT moved FROM calendar_move WHERE done_at IS NOT NULL") == [(6,)]
    assert work_off(tasks_db) == 0


def test_a_duty_made_meanwhile_by_the_calendar_before_is_found_the_second_time(call, tasks_db):
    save(call)
    work_off(tasks_db)
    with workdays.by(workdays.OF_PACKAGE):
        late = a_duty(call, due_on=D("2026-06-29"))
    run(tasks_db, "UPDATE duty SET written_due_on = '2026-06-30', due_on = '2026-06-30'")
    run(tasks_db, "UPDATE calendar_move SET asked_at = now() - interval '1 hour'")

    work_off(tasks_db)

    assert read(call, late)["due_on"] == "2026-07-01"


def test_duties_that_are_still_being_made_get_the_dates_of_now(call, tasks_db, world):
    drafted = draft(tasks_db)
    add_row(tasks_db, drafted, "事项", units=[lead(world.units["徽城镇"])], due_on=D("2026-06-30"))
    call("issue_checklist", {"checklist_id": drafted.id, "version": drafted.version}, as_="lead")

    save(call)
    work_off(tasks_db)

    assert [row.due_on for row in fetch(tasks_db, "SELECT due_on FROM duty")] == [D("2026-07-01")]


def test_nothing_of_an_ended_checklist_moves(call, tasks_db):
    duty = a_duty(call, due_on=D("2026-06-30"))
    run(tasks_db, "UPDATE checklist SET state = 'closed'")

    save(call)
    work_off(tasks_db)

    assert read(call, duty)["due_on"] == "2026-06-30"


def test_new_duties_and_lights_are_counted_by_the_calendar_in_force(call, tasks_db):
    save(call)

    duty = a_duty(call, due_on=D("2026-06-30"))

    assert duty["due_on"] == "2026-07-01"
    assert not read(call, duty)["is_provisional"]


def test_a_double_tap_changes_once_and_a_stale_page_shows_what_is_there(call, tasks_db):
    command = uuid4()
    first = call("save_calendar_day", a_day(), as_="admin", command_id=command)
    assert call("save_calendar_day", a_day(), as_="admin", command_id=command) == first

    with pytest.raises(Conflict) as error:
        call("import_calendar", a_year(without(base_table(2026))), as_="admin")

    assert error.value.details["current"] == first
    assert len(told(tasks_db)) == 1


def test_what_cannot_be_saved_is_said(call):
    for params, said in (
        (a_day(name=""), "写明这天是什么假日"),
        (a_day(becomes="worked"), "完全一样"),
        (a_day(becomes="announced"), "完全一样"),
        (a_day(day="2031-06-30"), "只能改 2025 年到 2028 年"),
        (a_day(reason=""), "依据"),
    ):
        with pytest.raises(Invalid) as error:
            call("save_calendar_day", params, as_="admin")
        assert said in str(error.value.text), params
    with pytest.raises(Invalid) as error:
        call("import_calendar", a_year(base_table(2026)) | {"content": "{"}, as_="admin")
    assert error.value.details["lines"]
    with pytest.raises(Invalid):
        call("preview_calendar", {"year": 2026}, as_="admin")


def test_it_stands_in_the_log_and_only_the_administrator_may(call):
    with pytest.raises(Forbidden):
        call("save_calendar_day", a_day(), as_="lead")
    save(call)

    newest = call("list_audit", {"kind": "calendar"}, as_="auditor")["entries"][0]

    assert (newest["action"], newest["subject"]) == ("calendar.day_saved", "2026-06-30")
    assert newest["detail"]["reason"] == "县政府通知〔2026〕8号"
    assert newest["changes"] == [
        {"field": "calendar_days", "before": ["2026-06-30 上班"], "after": ["2026-06-30 休息（县庆）"]}
    ]


def test_the_tables_are_said_again_for_whoever_missed_them(call, tasks, tasks_db):
    save(call)
    tasks.follow_calendar()
    assert len(told(tasks_db)) == 1
    run(tasks_db, "UPDATE calendar_year SET told_at = now() - interval '2 hours'")

    tasks.follow_calendar()
    tasks.follow_calendar()

    assert [fact.version for fact in told(tasks_db)] == [1, 1]


def test_a_calendar_that_a_release_brings_moves_what_an_earlier_one_left(call, tasks, tasks_db, monkeypatch):
    """A local holiday of a year that was not announced stays on top of what the next release knows of it."""
    duty = a_duty(call, due_on=D("2027-02-08"))
    save(call, day="2027-03-03")
    tasks.follow_calendar()
    work_off(tasks_db)
    assert read(call, duty)["due_on"] == "2027-02-08"
    known = base_table
    brought = YearTable(2027, True, {D("2027-02-08"): "春节"})
    monkeypatch.setattr(workdays, "base_table", lambda year: brought if year == 2027 else known(year))
    monkeypatch.setattr("services.tasks.calendar.year_tables.base_table", workdays.base_table)

    tasks.follow_calendar()
    work_off(tasks_db)

    assert read(call, duty)["due_on"] == "2027-02-09"
    assert set(told(tasks_db)[-1].off) == {*told(tasks_db)[0].off, *calendars.event_of(brought, 1).off}
    assert told(tasks_db)[-1].is_announced


@pytest.fixture
def release(monkeypatch):
    """Replace the package's table of 2026."""
    known = base_table

    def bring(table):
        found = (lambda year: table if year == table.year else known(year)) if table else known
        monkeypatch.setattr(workdays, "base_table", found)
        monkeypatch.setattr("services.tasks.calendar.year_tables.base_table", found)

    return bring


def test_a_corrected_table_of_a_release_reaches_a_year_with_a_day_of_its_own(call, tasks, tasks_db, release):
    """The local holiday lies on top of what the package says today; what it said when it was saved is over."""
    duty, local = a_duty(call, due_on=D("2026-10-07")), a_duty(call, due_on=D("2026-06-30"))
    save(call)
    tasks.follow_calendar()
    work_off(tasks_db)
    assert (read(call, duty)["due_on"], read(call, local)["due_on"]) == ("2026-10-08", "2026-07-01")

    release(without(base_table(2026), D("2026-10-07")))
    tasks.follow_calendar()
    tasks.follow_calendar()
    work_off(tasks_db)

    assert (read(call, duty)["due_on"], read(call, local)["due_on"]) == ("2026-10-07", "2026-07-01")
    assert [(fact.year, fact.version) for fact in told(tasks_db)] == [(2026, 1), (2026, 2)]
    off = call("calendar_year", {"year": 2026}, as_="staff")["table"]["off"]
    assert ("2026-06-30" in off, "2026-10-07" in off) == (True, False)


def test_a_corrected_table_reaches_a_year_whose_own_day_was_taken_back(call, tasks, tasks_db, release):
    save(call)
    save(call, becomes="announced", version=1)
    tasks.follow_calendar()

    release(without(base_table(2026), D("2026-10-07")))
    tasks.follow_calendar()

    assert "2026-10-07" not in call("calendar_year", {"year": 2026}, as_="staff")["table"]["off"]


def test_an_imported_year_stays_as_it_was_imported_whatever_a_release_brings(call, tasks, tasks_db, release):
    call("import_calendar", a_year(without(base_table(2026), D("2026-10-07"))), as_="admin")
    tasks.follow_calendar()

    release(without(base_table(2026), D("2026-10-06")))
    tasks.follow_calendar()

    off = call("calendar_year", {"year": 2026}, as_="staff")["table"]["off"]
    assert ("2026-10-06" in off, "2026-10-07" in off) == (True, False)
    assert len(told(tasks_db)) == 1


def test_a_release_that_is_taken_back_takes_its_calendar_with_it_once_it_runs_no_more(call, tasks, tasks_db, release):
    """While both run side by side the newer one holds: neither undoes what the other does."""
    duty = a_duty(call, due_on=D("2026-10-07"))
    save(call)
    tasks.follow_calendar()
    release(without(base_table(2026), D("2026-10-07")))
    tasks.follow_calendar()
    work_off(tasks_db)
    assert read(call, duty)["due_on"] == "2026-10-07"

    release(None)
    tasks.follow_calendar()
    work_off(tasks_db)
    assert read(call, duty)["due_on"] == "2026-10-07"
    run(tasks_db, "UPDATE seen_calendar SET seen_at = now() - interval '10 minutes'")
    tasks.follow_calendar()
    work_off(tasks_db)

    assert read(call, duty)["due_on"] == "2026-10-08"
    assert "2026-10-07" in call("calendar_year", {"year": 2026}, as_="staff")["table"]["off"]


def test_an_event_twice_late_or_out_of_order_leaves_the_newest_table(stats_db):
    def event(version, day):
        return CalendarChanged(
            2027, is_announced=True, off=[calendars.NamedDay(D(day), "假")], worked=[], version=version
        )

    with stats_db.transaction() as cur:
        for one in (event(2, "2027-02-09"), event(2, "2027-02-09"), event(1, "2027-02-08")):
            calendars.save(cur, calendars.table_of(one), one.version)
        assert list(calendars.load(cur).table_of(2027).off) == [D("2027-02-09")]


def test_the_file_that_is_written_is_the_one_that_was_imported(call):
    table = YearTable(2027, True, {D("2027-01-01"): "元旦"}, {D("2027-02-14"): "春节"})
    answer = call("import_calendar", a_year(table), as_="admin")

    assert json.loads(write_year(table))["off"] == [{"date": "2027-01-01", "name": "元旦"}]
    assert calendars.days_of(answer["table"]["off"]) == table.off
    assert answer["imported"]["reason"] == "国办发明电〔2026〕9号"
    assert answer["is_moving"]
