"""The pages of the calendar, and what a change does to boards, reminders, reports and all pages with due dates."""

import datetime as dt
import io
import json

import pytest
from openpyxl import load_workbook

from services.notifications.policies.rules import DEFAULT
from services.notifications.reminding.policy import replanned
from shared import workdays
from shared.calendars import days_of
from shared.provisional import MARK
from shared.workdays import YearTable, by
from tests.support.checklists import add_row, draft, fetch, issue, lead, run, work_off
from tests.support.duties import today
from tests.support.notifications import noon_of
from tests.support.pages import Person
from tests.support.reports import an_indicator, wished
from tests.support.stats import call as ask

__all__ = ["today"]

D = dt.date.fromisoformat


@pytest.fixture(autouse=True)
def in_may(today):
    """8 May 2026, a Friday."""


@pytest.fixture
def owed(house, call):
    """One duty of 徽城镇 due on 30 June 2026, and one due in 2027, of which no days off are announced."""
    tasks_db, world = house.databases["tasks"], house.world
    drafted = draft(tasks_db)
    for title, due_on in (("近的事项", D("2026-06-30")), ("明年的事项", D("2027-03-03"))):
        add_row(tasks_db, drafted, title, units=[lead(world.units["徽城镇"])], due_on=due_on)
    issue(call, drafted)
    house.deliver()
    found = "SELECT duty.*, title FROM duty JOIN checklist_row ON checklist_row.id = item_id"
    return {row.title: row for row in fetch(tasks_db, found)}


def change(person: Person, day: str, becomes: str = "off", name: str = "县庆") -> Person:
    """Change one day, as far as the page that says what follows."""
    person.open(f"/calendar/{day[:4]}/day")
    return person.send(person.form("/day"), day=day, becomes=becomes, name=name, reason="县政府通知〔2026〕8号")


def confirm(person: Person) -> Person:
    form = next(form for form in person.forms if form.action.endswith("/confirm"))
    return person.send(form)


def test_everybody_looks_and_only_the_administrator_changes(house):
    staff = house.sign_in("staff").open("/calendar/2026")

    assert "放假安排已公布" in staff.text
    assert "国庆节" in staff.text
    assert "/calendar/2026/day" not in staff.response.text
    assert staff.open("/calendar/2026/day").response.status_code == 403
    assert staff.open("/calendar/1999").response.status_code == 404
    assert "随系统自带，系统升级时更正" in staff.open("/calendar/2026").text
    assert "放假安排待公布" in staff.open("/calendar/2027").text
    confirm(change(house.sign_in("admin"), "2026-06-30"))
    assert "这些日子盖在放假安排之上" in staff.open("/calendar/2026").text


def test_a_day_is_changed_after_a_look_at_what_follows_and_everything_follows(house, owed):
    admin = house.sign_in("admin")

    seen = change(admin, "2026-06-30")

    assert "还没有保存" in seen.text
    assert "近的事项" in seen.text
    assert fetch(house.databases["tasks"], "SELECT * FROM own_day") == []
    confirm(admin)
    assert "日历已保存" in admin.text
    assert "县政府通知〔2026〕8号" in admin.text
    work_off(house.databases["tasks"])
    house.deliver()
    near = owed["近的事项"].id
    for name in ("stats", "notifications"):
        (duty,) = fetch(house.databases[name], "SELECT due_on FROM duty WHERE id = %s", (near,))
        assert duty.due_on == D("2026-07-01"), name
    assert "7月1日" in house.sign_in("staff").open(f"/duties/{near}").text
    assert "随清单调整或日历调整" in house.sign_in("lead").open(f"/duties/{near}").text


def test_another_calendar_alone_moves_what_is_reminded_and_what_counts_as_soon(house, owed, today):
    """29 June becomes off: nothing is due on it, but one working day less lies before the 30th."""
    house.remind(noon_of(D("2026-05-08")))
    before = remind_on(house, owed)
    today(D("2026-06-24"))
    with by(workdays.OF_PACKAGE):
        assert workdays.add_workdays(D("2026-06-24"), 3) == D("2026-06-29")

    change(admin := house.sign_in("admin"), "2026-06-29")
    confirm(admin)
    house.deliver()
    leader = house.sign_in("leader").open(f"/board/{owed['近的事项'].checklist_id}")
    today(D("2026-05-11"))
    house.remind(noon_of(D("2026-05-11")))

    table = tables(house)["2026"]
    with by(workdays.Calendar.of([table])):
        after = replanned(D("2026-06-30"), before, D("2026-05-11"), DEFAULT)
    assert remind_on(house, owed) == after != before
    assert "即将到期" in leader.text


def remind_on(house, owed):
    statement = "SELECT remind_on FROM duty WHERE id = %s"
    return fetch(house.databases["notifications"], statement, (owed["近的事项"].id,))[0].remind_on


def tables(house):
    rows = fetch(house.databases["notifications"], "SELECT year, is_announced, off, worked FROM calendar_year")
    return {str(row.year): YearTable(row.year, row.is_announced, days_of(row.off), days_of(row.worked)) for row in rows}


def test_rounds_of_reports_follow_and_the_page_says_so_before(house, call):
    stats = house.services["stats"]
    indicator, chief = an_indicator(house.databases["stats"]), house.world.people["lead"]
    made = ask(stats, "save_report", wished([indicator], unit_ids=[house.world.units["徽城镇"]]), as_=chief)
    ask(stats, "start_report", {"report_id": made["report_id"], "version": made["version"]}, as_=chief)
    stats.today = lambda: D("2026-05-08")
    stats.keep_rounds()
    days = "SELECT period, due_on FROM round ORDER BY period"
    before = dict(fetch(house.databases["stats"], days))

    seen = change(admin := house.sign_in("admin"), "2026-05-11")

    assert "就业月报" in seen.text
    confirm(admin)
    house.deliver()
    stats.keep_rounds()
    after = dict(fetch(house.databases["stats"], days))
    assert {period for period in before if before[period] != after[period]} == {"2026-04"}
    assert after["2026-04"] == D("2026-05-12")


def test_a_year_is_imported_from_a_file_and_taken_away_again_as_the_same(house, owed):
    admin = house.sign_in("admin").open("/calendar/2027/import")
    file = {
        "year": 2027,
        "off": [{"date": "2027-03-03", "name": "示例节"}],
        "worked": [{"date": "2027-03-06", "name": "示例节"}],
    }
    content = json.dumps(file, ensure_ascii=False).encode()

    admin.send(admin.form("/import"), file=(io.BytesIO(b"{"), "2027.json"), reason="依据")
    assert admin.response.status_code == 422
    assert "不是 JSON" in admin.text
    admin.send(admin.form("/import"), file=(io.BytesIO(content), "2027.json"), reason="依据")
    assert "明年的事项" in admin.text
    sheet = admin.send(next(form for form in admin.forms if form.action.endswith("/xlsx"))).response
    assert load_workbook(io.BytesIO(sheet.data)).active.cell(4, 5).value.date() == D("2027-03-04")
    admin.open("/calendar/2027/import")
    admin.send(admin.form("/import"), file=(io.BytesIO(content), "2027.json"), reason="依据")
    confirm(admin)

    assert "放假安排已公布" in admin.text
    admin.send(next(form for form in admin.forms if form.action.endswith("/json")))
    assert json.loads(admin.response.data) == file


def test_two_administrators_at_once_lose_nothing_of_what_was_typed(house, owed):
    one, other = house.sign_in("admin"), house.sign_in("admin")
    change(one, "2026-06-30")
    change(other, "2026-06-29", name="别的假日")
    confirm(one)

    confirm(other)

    assert other.response.status_code == 409
    assert "刚被别人改过" in other.text
    assert "别的假日" in other.text
    assert confirm(other).response.status_code == 200
    assert len(fetch(house.databases["tasks"], "SELECT * FROM own_day")) == 2


# Every page that shows the due date of something due in a year whose days off are not announced.
PLACES = {
    "staff": ("/duties", "/duties/{duty}", "/search?q=明年的事项", "/duties/{duty}/delegate"),
    "lead": ("/duties/{duty}", "/board/items/{item}", "/board/{checklist}/duties"),
}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_place_marks_what_a_year_not_announced_may_move(house, owed, language):
    far = owed["明年的事项"]
    mark = (MARK.en if language == "en" else MARK.zh).strip()
    for who, paths in PLACES.items():
        person = house.sign_in(who)
        person.client.get(f"/language/{language}")
        for path in paths:
            address = path.format(duty=far.id, checklist=far.checklist_id, item=far.item_id)
            person.open(address)
            assert person.response.status_code == 200, address
            assert mark in person.text, address


def test_slips_and_what_was_silenced_mark_it_too(house, owed):
    far = owed["明年的事项"]
    given = {"subject": far.id, "unit": far.unit_id, "due": far.due_on}
    run(
        house.databases["notifications"],
        """
        INSERT INTO slip (kind, subject_id, unit_id, level, name_zh, name_en, audience, due_on, issued_on)
        VALUES ('checklist', %(subject)s, %(unit)s, 1, '蓝色提醒单', 'Blue slip', '{post}', %(due)s, '2026-05-08');
        INSERT INTO silence (scope, subject_id, from_day, until_day, reason, author_id, author, made_at)
        VALUES ('all', 0, '2026-05-08', '2026-05-08', '防汛', 1, '县人社局', now());
        INSERT INTO silenced (silence_id, kind, subject_id, day, stage)
        SELECT id, 'checklist', %(subject)s, '2026-05-08', 'due_soon' FROM silence
        """,
        given,
    )
    (silence,) = fetch(house.databases["notifications"], "SELECT id FROM silence")

    for path in ("/slips", f"/silences/{silence.id}"):
        page = house.sign_in("lead").open(path)
        assert f"2027年3月3日 周三{MARK.zh}" in page.text, path
        assert "&lt;" not in page.response.text, path


def test_the_mark_goes_when_the_year_is_imported(house, owed):
    staff, admin = house.sign_in("staff"), house.sign_in("admin")
    assert MARK.zh in staff.open("/duties").text
    admin.open("/calendar/2027/import")
    content = json.dumps({"year": 2027, "off": [{"date": "2027-01-01", "name": "元旦"}]}).encode()
    admin.send(admin.form("/import"), file=(io.BytesIO(content), "2027.json"), reason="依据")
    confirm(admin)

    assert MARK.zh not in staff.open("/duties").text
    assert MARK.zh not in staff.open(f"/duties/{owed['明年的事项'].id}").text


def test_a_workbook_marks_it_beside_a_date_that_stays_a_date(house, owed):
    staff = house.sign_in("staff").open("/duties")
    sheet = staff.send(next(form for form in staff.forms if form.action.endswith("/xlsx"))).response
    cells = [cell for row in load_workbook(io.BytesIO(sheet.data)).active.iter_rows(min_row=4) for cell in row]
    dates = {cell.value.date(): cell.number_format for cell in cells if isinstance(cell.value, dt.datetime)}

    assert MARK.zh in dates[D("2027-03-03")]
    assert MARK.zh not in dates[D("2026-06-30")]
