"""Every list of duties, of what waits, of who has not signed and of checklists is taken away as it is sought."""

import io

import openpyxl
import pytest

from services.portal.views import board_files
from tests.support.checklists import fetch
from tests.support.duties import do, issued, issued_ids, submit, today
from tests.support.submissions import OPENS, a_check, a_round
from tests.support.submissions import submit as fill
from tests.support.tasks import Caller

__all__ = ["today"]


@pytest.fixture
def call(house):
    return Caller(house.services["tasks"], house.world)


def rows_of(person):
    """Title, sentence and headings, then the rows as dicts by heading."""
    values = list(openpyxl.load_workbook(io.BytesIO(person.response.data)).worksheets[0].values)
    title, sentence, headings = values[0][0], values[1][0], values[2]
    return title, sentence, [dict(zip(headings, row, strict=True)) for row in values[3:]]


def take(person):
    person.send(person.form("/xlsx"))
    return rows_of(person)


def test_a_unit_takes_all_its_duties_away_and_what_it_searched(house, call, today):
    issued_ids(call, "徽城镇", items=130)
    person = house.sign_in("staff")

    title, sentence, rows = take(person)
    assert title == "徽城镇 责任"
    assert sentence.startswith("截至")
    assert sorted(row["事项"] for row in rows) == sorted(f"事项{number}" for number in range(1, 131))

    title, sentence, rows = take(person.open("/duties?q=事项12"))
    assert len(rows) == 11
    assert "查找：事项12" in sentence


def test_the_lead_bureau_takes_away_what_waits_with_reasons(house, call, today):
    first, second, third = issued(call, "徽城镇", items=3, review_rule="all")
    submit(call, first, note="见台账")
    do(call, "ask_waiver", second, reason="不涉及")
    do(call, "report_blocker", third, reason="缺人")

    _title, _sentence, rows = take(house.sign_in("lead").open("/review"))

    assert [row["说明"] for row in rows] == ["见台账", "不涉及", "缺人"]


def test_who_has_not_signed_and_the_checklists_are_taken_away(house, call, today):
    (duty, *_others) = issued(call, "徽城镇", "深渡镇", "石门乡")
    call("acknowledge_duties", {"duty_ids": [duty["duty_id"]]}, as_="staff")
    house.deliver()
    lead = house.sign_in("lead")

    _title, _sentence, rows = take(lead.open(f"/checklists/{duty['checklist_id']}/signing"))
    assert [(row["单位"], row["没有签收"]) for row in rows] == [("深渡镇", 1), ("石门乡", 1)]

    _title, _sentence, rows = take(lead.open("/checklists"))
    assert [(row["状态"], row["责任数"]) for row in rows] == [("已下发", 3)]


def test_a_file_says_what_it_is_narrowed_to(house, call, today):
    first, second, _third = issued(call, "徽城镇", "深渡镇", items=1) + issued(call, "徽城镇", review_rule="all")
    do(call, "report_blocker", second, as_="shendu", reason="缺人")
    house.deliver()
    (item,) = fetch(house.databases["tasks"], "SELECT title FROM checklist_row WHERE id = %s", (first["item_id"],))
    board, signing = f"/board/{first['checklist_id']}/units", f"/checklists/{first['checklist_id']}/signing"
    lead = house.sign_in("lead")

    sentences = [
        take(person.open(address))[1].partition(" · ")[2]
        for person, address in (
            (lead, "/checklists?state=issued"),
            (lead, "/review?kind=blocked"),
            (lead, f"{signing}?row={first['item_id']}"),
            (lead, f"{board}?kind=township"),
            (house.sign_in("staff"), "/duties?heading=later"),
        )
    ]

    assert sentences == ["状态：已下发", "类型：困难待答复", f"范围：{item.title}", "类型：乡镇", "类型：以后"]


def test_a_file_that_does_not_hold_all_says_so(house, call, today, monkeypatch):
    monkeypatch.setattr(board_files, "A_CALL", 2)
    monkeypatch.setattr(board_files, "MOST_IN_ONE", 4)
    (duty, *_others) = issued(call, "徽城镇", "深渡镇", items=3)
    house.deliver()
    leader = house.sign_in("leader")

    _title, sentence, rows = take(leader.open(f"/board/{duty['checklist_id']}/duties"))

    assert len(rows) == 4
    assert "共 6 行，只含前 4 行" in sentence


def test_what_leaders_remarked_and_what_was_suggested_are_taken_away(house, call, today):
    (duty, _other) = issued(call, "徽城镇", "石门乡")
    call("make_remark", {"item_id": duty["item_id"], "text": "抓紧"}, as_="leader")
    (remark,) = call("list_remarks", as_="lead")["remarks"]
    answer = {"remark_id": remark["remark_id"], "duty_id": duty["duty_id"], "text": "已安排"}
    call("answer_remark", answer, as_="staff")
    for name in ("staff", "shimen"):
        for number in range(18):
            call("make_suggestion", {"text": f"表太长 {number}"}, as_=name)
    person = house.sign_in("lead")

    _title, _sentence, rows = take(person.open("/remarks"))
    assert {(row["单位"], row["答复"]) for row in rows} == {("徽城镇", "已安排"), ("石门乡", None)}
    assert {row["批示"] for row in rows} == {"抓紧"}
    _title, _sentence, rows = take(person.open("/suggestions"))
    assert len(rows) == 36


def test_reports_rounds_their_units_checks_and_what_waits_are_taken_away(house, today):
    stats = house.databases["stats"]
    today(OPENS)
    unit_id = house.world.units["徽城镇"]
    made = a_round(stats, unit_id, house.world.units["深渡镇"])
    a_check(stats, made, "JOBS < 100")
    fill(house.services["stats"], made, unit_id, as_=house.world.people["staff"])
    person = house.sign_in("lead")

    _title, _sentence, rows = take(person.open("/reports"))
    assert [(row["报表"], row["应报单位数"], row["已报单位数"]) for row in rows] == [("就业情况月报", 2, 1)]
    title, sentence, rows = take(person.open(f"/rounds/{made.round_id}?q=徽城"))
    assert "就业情况月报" in title
    assert "查找：徽城" in sentence
    assert [row["单位"] for row in rows] == ["徽城镇"]
    _title, _sentence, rows = take(person.open("/submissions/waiting"))
    assert [row["单位"] for row in rows] == ["徽城镇"]
    assert take(person.open("/checks"))[2]
