"""The preview before issuing, as the lead bureau sees it."""

import datetime as dt
import io
import re

import openpyxl
import pytest

from services.tasks.issuing import issuing, queries
from tests.support.checklists import add_row, draft, duties_of, fetch, group, lead, run, work_off
from tests.support.duties import today
from tests.support.tasks import ALL_TOWNSHIPS

__all__ = ["today"]

pytestmark = pytest.mark.usefixtures("today")


@pytest.fixture
def drafted(tasks_db, world):
    """For one township: twelve items due on the same holiday, a quarterly one, and one that was due in April."""
    drafted = draft(tasks_db)
    own = [lead(world.units["徽城镇"])]
    for number in range(12):
        add_row(tasks_db, drafted, f"十月事项{number}", units=own, due_on=dt.date(2026, 10, 1 + number % 3))
    add_row(tasks_db, drafted, "季报", units=own, recurrence="quarterly")
    add_row(tasks_db, drafted, "四月的事", units=[group(world.groups[ALL_TOWNSHIPS])], due_on=dt.date(2026, 4, 10))
    return drafted


def issue_form(person):
    return next(form for form in person.forms if "seen" in dict(form.fields))


def page_of(person):
    return person.response.get_data().decode()


def test_warnings_come_first_and_open_and_the_button_stands_at_the_top_and_the_bottom(visit, drafted):
    person = visit("lead").open(f"/checklists/{drafted.id}/issue")
    html = page_of(person)

    warnings = html[html.index("请先核对") : html.index("遇休息日顺延")]

    assert "四月的事" in warnings
    assert "徽城镇" in warnings
    assert "<details" not in warnings
    first, second = (found.start() for found in re.finditer("下发 15 项责任", html))
    assert first < html.index("请先核对")
    assert second > html.index("各单位责任数")


def test_all_that_would_be_issued_is_taken_away_and_put_on_record(visit, drafted, tasks_db):
    person = visit("lead").open(f"/checklists/{drafted.id}/issue?past=1")

    person.send(person.form("/xlsx"))

    book = openpyxl.load_workbook(io.BytesIO(person.response.get_data()))
    units = list(book["单位"].iter_rows(min_row=4, max_col=3, values_only=True))
    *_, last = book["责任"].iter_rows(min_row=4, max_col=5)
    assert units == [("徽城镇", "乡镇", 17), ("深渡镇", "乡镇", 1), ("石门乡", "乡镇", 1)]
    assert [str(cell.value) for cell in last] == ["石门乡", "四月的事", "2026年", "2026-04-10 00:00:00", "牵头"]
    assert "责任 19 项，单位 3 个" in book["单位"]["A2"].value
    (entry,) = fetch(tasks_db, "SELECT subject, detail FROM audit_log WHERE action = 'list.exported'")
    assert (entry.subject, entry.detail["asked"], entry.detail["rows"]) == (
        "2026年就业清单 下发预览",
        "已经过去的期次也下发",
        19,
    )


def test_a_draft_that_changes_while_it_is_taken_away_is_no_file(visit, drafted, tasks_db, monkeypatch):
    """Half of one draft and half of another would be issued by nobody."""
    monkeypatch.setattr(issuing, "UNITS_AT_A_TIME", 1)
    person = visit("lead").open(f"/checklists/{drafted.id}/issue?past=1")
    whole = queries.units_after

    def units_after(cur, *args, **options):
        run(tasks_db, "UPDATE checklist SET version = version + 1")
        return whole(cur, *args, **options)

    monkeypatch.setattr(queries, "units_after", units_after)

    person.send(person.form("/xlsx"))

    assert person.status == 503
    assert "请再下载一次" in person.text
    assert not fetch(tasks_db, "SELECT FROM audit_log WHERE action = 'list.exported'")


def test_of_many_rows_whose_dates_are_over_the_first_are_listed_and_all_are_counted(visit, tasks_db, world):
    drafted = draft(tasks_db)
    for number in range(305):
        add_row(tasks_db, drafted, f"一月{number}", units=[lead(world.units["徽城镇"])], due_on=dt.date(2026, 1, 9))

    person = visit("lead").open(f"/checklists/{drafted.id}/issue")
    html = page_of(person)
    over = html[html.index('id="past"') :].partition("</section>")[0]

    assert "305 个事项" in over
    assert over.count("一月") == 300
    assert "这里只列出前 300 个，总数以上面为准" in over


def test_what_one_holiday_moves_is_one_line_with_its_number(visit, drafted):
    person = visit("lead").open(f"/checklists/{drafted.id}/issue")
    html = page_of(person)
    lines = html[html.index('id="moved"') :].partition("</ul>")[0]

    assert lines.count("<li>") == 1
    assert "12 期" in lines
    assert "等 12 个事项" in lines


def test_past_periods_are_left_out_unless_the_tick_asks_for_them(visit, drafted, tasks_db, world):
    person = visit("lead").open(f"/checklists/{drafted.id}/issue")
    assert "这些期次不下发" in person.text
    assert "1 个事项的期限全部过去，不会有责任" in person.text

    person.send(issue_form(person))
    work_off(tasks_db)

    assert len(duties_of(tasks_db, world.units["徽城镇"])) == 12 + 3
    assert duties_of(tasks_db, world.units["深渡镇"]) == []


def test_with_the_tick_they_are_previewed_and_issued(visit, drafted, tasks_db, world):
    person = visit("lead").open(f"/checklists/{drafted.id}/issue?past=1")
    assert "一并下发" in person.text

    person.send(issue_form(person))
    work_off(tasks_db)

    assert len(duties_of(tasks_db, world.units["徽城镇"])) == 12 + 4 + 1
    assert len(duties_of(tasks_db, world.units["深渡镇"])) == 1


def test_what_changed_since_is_shown_instead_of_being_issued(visit, drafted, tasks_db, today):
    person = visit("lead").open(f"/checklists/{drafted.id}/issue")
    form = issue_form(person)
    today(dt.date(2026, 7, 1))

    person.send(form)

    assert person.status == 409
    assert "请重新核对再下发" in person.text
    assert "下发 14 项责任" in person.text
    person.send(issue_form(person))
    assert person.path.endswith("/progress")
