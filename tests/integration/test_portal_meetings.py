"""Pages of meetings: one short form, the agenda out of the facts, decisions beside it, and both files."""

import datetime as dt
import io
import re

import docx
import openpyxl
import pytest

from services.portal.views import meetings
from services.stats.economy.roles import Role
from services.tasks.difficulties import queries as difficulties
from tests.support.checklists import fetch, run, work_off
from tests.support.duties import TODAY, do, issued, today
from tests.support.economy import choices, in_roles, published
from tests.support.figures import a_fact, an_indicator, recorded
from tests.support.meetings import a_meeting, decide, issue, read
from tests.support.tasks import Caller

__all__ = ["today"]

pytestmark = pytest.mark.usefixtures("today")

LATE = TODAY - dt.timedelta(days=10)


@pytest.fixture
def call(house):
    return Caller(house.services["tasks"], house.world)


@pytest.fixture
def lead(house):
    return house.sign_in("lead")


@pytest.fixture
def duties(house, call):
    """A duty each of two townships that is late, one of which is blocked beside another that is not late."""
    house.services["stats"].today = lambda: TODAY
    made = issued(call, "徽城镇", "深渡镇", items=2, due_on=LATE)
    do(call, "report_blocker", made[0], reason="缺场地\n要三间房")
    house.deliver()
    return made


def of_meeting(person):
    """The page's forms by the last step of their addresses."""
    return {(form.action or person.path).rpartition("/")[2]: form for form in person.forms}


def spoken(person):
    return re.sub(r"\s+", " ", person.text)


def recorded_decision(person, at, **typed):
    person.open(at)
    fields = {"text": "三间房由县财政局落实", "due_on": "2026-06-30", **typed}
    return person.send(person.form("/decide"), **fields)


def test_one_form_that_is_filled_in_already_makes_the_papers(lead, duties):
    lead.open("/meetings")
    form = lead.form("/make")
    assert (form.value("held_on"), form.value("year"), form.value("title")) == ("2026-05-08", "2026", "")

    lead.send(form)

    assert re.fullmatch(r"/meetings/\d+", lead.path)
    said = spoken(lead)
    assert "2026年5月8日就业工作专题会议" in said
    assert "今天开会，材料是现在的情况" in said
    assert "缺场地" in said
    assert said.count("已逾期") >= 3
    lead.open("/meetings")
    lead.send(lead.form("/make"))
    assert "这一天已经有一次会议" in lead.text
    assert "会议还没有议定事项。" in lead.open("/meetings").text


def test_beside_a_point_its_unit_and_its_words_stand_there_and_what_is_decided_is_issued_as_any_checklist(
    house, lead, call, duties, tasks_db
):
    meeting = a_meeting(call)
    page = lead.open(f"/meetings/{meeting['meeting_id']}").response.get_data(as_text=True)
    (beside, *_more) = re.findall(r'href="([^"]+/decide\?part=blocked[^"]+)"', page)

    lead.open(beside.replace("&amp;", "&"))
    form = lead.form("/decide")
    assert (form.value("unit_id"), form.value("part")) == (str(house.world.units["徽城镇"]), "blocked")
    assert form.value("about").startswith("徽城镇 · 事项1：缺场地")
    lead.send(form, text="三间房由县财政局落实", unit_id=str(house.world.units["县发改委"]), due_on="2026-06-30")

    assert lead.path == f"/meetings/{meeting['meeting_id']}"
    assert "已记录" in lead.text
    assert "还没有下发" in lead.text
    html = lead.response.get_data(as_text=True)
    (to_issue,) = re.findall(r'href="(/checklists/\d+/issue)"', html)
    lead.open(to_issue)
    lead.send(lead.form("/issue"))
    assert lead.status == 200
    work_off(tasks_db)
    house.deliver()
    of_meetings = "SELECT unit_id, due_on FROM duty JOIN checklist ON checklist.id = checklist_id"
    owed = fetch(tasks_db, f"{of_meetings} WHERE meeting_id IS NOT NULL")
    assert [(duty.unit_id, duty.due_on.isoformat()) for duty in owed] == [(house.world.units["县发改委"], "2026-06-30")]
    assert "看办理情况" in lead.open(f"/meetings/{meeting['meeting_id']}").text
    # Leaders begin with the county's checklist, not with that of a meeting.
    board = house.sign_in("leader").open("/board")
    assert board.path == f"/board/{duties[0]['checklist_id']}"


def test_early_in_a_year_boards_still_begin_with_the_last_list_of_the_county(house, call, duties, today):
    january = dt.date(2027, 1, 8)
    today(january)
    house.services["stats"].today = lambda: january
    issue(call, decide(call, a_meeting(call, january), due_on="2027-02-26"))
    house.deliver()

    board = house.sign_in("leader").open("/board")

    assert board.path == f"/board/{duties[0]['checklist_id']}"


def test_papers_are_about_the_lists_that_were_under_way_on_that_day(house, lead, call, duties, tasks_db):
    day = dt.datetime.combine(TODAY - dt.timedelta(days=1), dt.time(4), dt.UTC)
    for title, issued_at, closed_at in (
        ("先结束的清单", day - dt.timedelta(days=30), day - dt.timedelta(days=2)),
        ("当天结束的清单", day - dt.timedelta(days=30), day),
        ("后结束的清单", day - dt.timedelta(days=30), day + dt.timedelta(days=1)),
        ("后下发的清单", day + dt.timedelta(days=1), None),
        ("没有下发的清单", None, None),
    ):
        run(
            tasks_db,
            "INSERT INTO checklist (title, year, state, issued_at, closed_at) VALUES (%s, 2026, %s, %s, %s)",
            (title, "closed" if closed_at else "issued" if issued_at else "draft", issued_at, closed_at),
        )
    meeting = a_meeting(call, TODAY - dt.timedelta(days=1))

    said = spoken(lead.open(f"/meetings/{meeting['meeting_id']}"))

    assert [one["title"] for one in read(call, meeting["meeting_id"])["under_way"]] == ["后结束的清单"]
    assert "“后结束的清单”在那一天还没有记录。" in said
    assert said.count("还没有记录") == 1


def test_of_many_difficulties_the_first_are_read_and_all_are_counted(lead, call, duties, monkeypatch):
    do(call, "report_blocker", duties[1], reason="缺资金")
    answered = do(call, "report_blocker", duties[2], as_="shendu", reason="缺人")
    do(call, "answer_blocker", answered, as_="lead", reason="已经安排")
    monkeypatch.setattr(difficulties, "PAGE", 1)
    monkeypatch.setattr(meetings, "ON_PAGE", 1)
    asked = []
    reading = difficulties.difficulties
    monkeypatch.setattr(
        difficulties, "difficulties", lambda *given, **more: asked.append(more) or reading(*given, **more)
    )

    said = spoken(lead.open(f"/meetings/{a_meeting(call)['meeting_id']}"))

    assert "需要协调的困难 2 项" in said
    assert ("缺场地" in said, "缺资金" in said, "缺人" in said) == (True, False, False)
    assert "看全部" in said
    assert len(asked) == 2


def test_once_its_list_is_ended_a_meeting_offers_to_record_nothing(lead, call, duties, tasks_db):
    meeting = issue(call, decide(call, a_meeting(call)))
    run(tasks_db, "UPDATE checklist SET state = 'closed' WHERE id = %s", (meeting["checklist_id"],))

    lead.open(f"/meetings/{meeting['meeting_id']}")

    assert "/decide" not in lead.response.get_data(as_text=True)
    assert "会议的清单已经结束，不能再记录议定。" in lead.text


def test_what_was_decided_later_is_led_to_the_page_of_amendments(lead, call, duties, house):
    meeting = issue(call, decide(call, a_meeting(call)))
    decide(call, meeting, "补一项")

    html = lead.open(f"/meetings/{meeting['meeting_id']}").response.get_data(as_text=True)

    assert re.search(r'href="/checklists/\d+/amendment"', html)
    assert "核对并下发 1 项" in lead.text


def test_the_next_meeting_says_what_became_of_each_decision(house, lead, call, duties, today):
    issue(call, decide(call, a_meeting(call), due_on="2026-05-29"))
    later = dt.date(2026, 6, 5)
    today(later)
    house.services["stats"].today = lambda: later
    house.deliver()

    said = spoken(lead.open(f"/meetings/{a_meeting(call, later)['meeting_id']}"))

    assert re.search(r"上次会议议定的事项 .*落实场地\s*徽城镇 · 完成时限 5月29日 周五\s*▲ 已逾期", said)


def test_what_is_the_whole_countys_is_given_to_somebody_by_hand(house, lead, call):
    meeting = a_meeting(call)
    county = house.world.units["歙县"]

    lead.open(f"/meetings/{meeting['meeting_id']}/decide?part=targets&unit={county}")

    assert lead.form("/decide").value("unit_id") == ""


def test_what_is_recorded_beside_no_point_is_about_nothing(lead, call):
    """What the meeting before decided and nobody issued has no row either."""
    decide(call, a_meeting(call))
    meeting = a_meeting(call, TODAY + dt.timedelta(days=7))

    lead.open(f"/meetings/{meeting['meeting_id']}/decide")

    assert lead.form("/decide").value("about") == ""


def test_of_nothing_each_part_says_so_in_a_sentence(house, lead, call):
    house.services["stats"].today = lambda: TODAY

    said = spoken(lead.open(f"/meetings/{a_meeting(call)['meeting_id']}"))

    for sentence in (
        "没有需要协调的困难。",
        "没有逾期未完成的责任。",
        "还没有设定目标。",
        "还没有经济数据。",
        "这是第一次会议，以前没有议定事项。",
        "会议还没有议定事项。",
    ):
        assert sentence in said


def test_a_meeting_of_a_day_that_is_over_stays_as_of_that_day(house, lead, call, duties, today, tasks_db):
    meeting = a_meeting(call)
    later = TODAY + dt.timedelta(days=3)
    today(later)
    house.services["stats"].today = lambda: later
    # The database has a clock of its own.
    run(tasks_db, "UPDATE checklist SET issued_at = %s", (dt.datetime.combine(TODAY, dt.time(1), dt.UTC),))
    call("submit_duties", {"duties": [{"duty_id": duties[2]["duty_id"], "version": 1}]}, as_="shendu")
    house.deliver()

    said = spoken(lead.open(f"/meetings/{meeting['meeting_id']}"))

    assert "材料是会议那一天结束时的情况" in said
    assert re.search(r"逾期未完成的责任 4 项", said)


def test_targets_and_the_economy_stand_there_with_their_numbers_and_source(house, lead, call, stats_db, duties):
    units = house.world.units
    jobs = an_indicator(stats_db, "XZJY", decimals=0)
    indicators = in_roles(stats_db)
    stats = Caller(house.services["stats"], house.world)
    stats("set_economy_roles", {"version": 0, "roles": choices(indicators)}, as_="lead")
    target = {"indicator_id": jobs, "comparator": "at_least", "value": "3000"}
    stats("save_target", {**target, "first_month": "2026-01", "last_month": "2026-12"}, as_="lead")
    recorded(
        stats_db,
        a_fact(jobs, units["徽城镇"], "2026-04", "100"),
        *published(indicators[Role.GDP], units["歙县"], y2024="240", y2025="250"),
    )

    said = spoken(lead.open(f"/meetings/{a_meeting(call)['meeting_id']}"))

    assert "▲ 欠进度" in said
    assert "到2026年4月共 100 人" in said
    assert re.search(r"地区生产总值 2025\s*250.00 亿元.*\+4.2%\s*县统计局公报，2025年的数", said)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"text": " "}, "请填写"),
        ({"due_on": "2026-05-01"}, "早于会议日期"),
        ({"due_on": "2029-05-01"}, "2026年的清单"),
        ({"due_on": "明天"}, "没有这一天"),
        ({"unit_id": "999999"}, "所选的单位不存在"),
        ({"unit_id": ""}, "单位"),
        ({"text": "长" * 201}, "太长了"),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_nothing_typed_is_lost(lead, call, tasks_db, house, typed, sentence):
    meeting = a_meeting(call)
    fields = {"unit_id": str(house.world.units["徽城镇"]), "about": "背景", **typed}

    recorded_decision(lead, f"/meetings/{meeting['meeting_id']}/decide", **fields)

    assert lead.status == 422
    assert sentence in lead.text
    again = lead.form("/decide")
    assert again.value("about") == "背景"
    assert again.value("text") == typed.get("text", "三间房由县财政局落实")
    assert fetch(tasks_db, "SELECT id FROM checklist") == []


def test_of_two_who_decide_at_once_the_later_one_is_asked_and_loses_nothing(house, lead, call):
    meeting = a_meeting(call)
    unit = str(house.world.units["徽城镇"])
    lead.open(f"/meetings/{meeting['meeting_id']}/decide")
    form = lead.form("/decide")
    decide(call, meeting)

    lead.send(form, text="我记的", unit_id=unit, due_on="2026-06-30")

    assert lead.status == 409
    assert "我记的" in lead.text
    assert "落实场地" in lead.text
    lead.send(next(one for one in lead.forms if "text" in dict(one.fields)))
    assert "已记录" in lead.text
    assert "我记的" in lead.text
    assert "落实场地" in lead.text


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"held_on": "2026-12-31"}, "太远了"),
        ({"held_on": "2020-01-01"}, "以前没有记录"),
        ({"held_on": "昨天"}, "没有这一天"),
        ({"year": "2024"}, "只能看2026年或2025年的清单"),
        ({"year": "今年"}, "请填写数字"),
    ],
)
def test_a_meeting_that_cannot_be_is_said_at_its_field(lead, duties, typed, sentence):
    lead.open("/meetings")

    lead.send(lead.form("/make"), title="季度会", **typed)

    assert lead.status == 422
    assert sentence in lead.text
    assert lead.form("/make").value("title") == "季度会"


def test_the_papers_come_as_a_word_document_and_as_a_workbook_and_both_are_on_record(house, lead, call, duties):
    meeting = decide(call, a_meeting(call))
    lead.open(f"/meetings/{meeting['meeting_id']}")
    word, sheets = lead.form("/docx"), lead.form("/xlsx")

    content = lead.send(word).response.get_data()
    document = docx.Document(io.BytesIO(content))
    book = openpyxl.load_workbook(io.BytesIO(lead.send(sheets).response.get_data()))

    texts = [paragraph.text for paragraph in document.paragraphs]
    # The database has a clock of its own, so the days do not count here.
    assert any(text.startswith("1. 徽城镇：事项1。困难：缺场地 要三间房。请牵头单位协调，") for text in texts)
    assert "逾期未完成的责任4项，逾期最久的在前：" in texts
    assert [row.value for row in book["逾期未完成的责任"]["C"][3:]] == ["徽城镇", "深渡镇", "徽城镇", "深渡镇"]
    kept = fetch(house.databases["tasks"], "SELECT subject FROM audit_log WHERE action = 'list.exported'")
    assert len(kept) == 2


def test_on_an_english_page_the_document_is_chinese_all_the_same(lead, call, duties):
    meeting = a_meeting(call)
    with lead.client.session_transaction() as session:
        session["language"] = "en"
    lead.open(f"/meetings/{meeting['meeting_id']}")
    assert "Difficulties that wait for help" in lead.text

    document = docx.Document(io.BytesIO(lead.send(lead.form("/docx")).response.get_data()))

    assert "二、需要协调的困难" in [paragraph.text for paragraph in document.paragraphs]


def test_leaders_read_and_have_no_form_but_the_files_and_units_read_none(house, call, duties):
    meeting = decide(call, a_meeting(call))
    leader = house.sign_in("leader").open(f"/meetings/{meeting['meeting_id']}")

    assert {one for one in of_meeting(leader) if one in ("docx", "xlsx", "decide", "make")} == {"docx", "xlsx"}
    assert "/decide" not in leader.response.get_data(as_text=True)
    assert leader.open(f"/meetings/{meeting['meeting_id']}/decide").status == 403
    assert house.sign_in("staff").open(f"/meetings/{meeting['meeting_id']}").status == 403


def test_a_meeting_gets_another_day_and_a_stale_page_of_it_loses_nothing(lead, call):
    meeting = a_meeting(call)
    lead.open(f"/meetings/{meeting['meeting_id']}/edit")
    form = lead.form("/edit")
    form.action = lead.path

    lead.send(form, title="二季度分析会", held_on="2026-05-11")
    assert "二季度分析会" in lead.text
    lead.send(form, title="别的名字", held_on="2026-05-12", command_id="6f1c2c0e-6f63-4f1a-9f0c-9f5c7f1f2a11")

    assert lead.status == 409
    assert "别的名字" in lead.text


def test_the_form_of_a_meeting_sent_as_it_was_opened_changes_nothing(lead, call, tasks_db):
    meeting = a_meeting(call, title="会" * 190)
    kept = fetch(tasks_db, "SELECT * FROM meeting")
    lead.open(f"/meetings/{meeting['meeting_id']}/edit")

    lead.send(lead.form("/edit"))

    assert "已保存" in lead.text
    assert fetch(tasks_db, "SELECT * FROM meeting") == kept


def test_a_meeting_is_deleted_from_its_form_as_long_as_it_decided_nothing(lead, call):
    decided = decide(call, a_meeting(call))
    lead.open(f"/meetings/{decided['meeting_id']}/edit")
    assert "删除会议" not in lead.text
    other = a_meeting(call, TODAY + dt.timedelta(days=7), title="重复的会议")
    lead.open(f"/meetings/{other['meeting_id']}/edit")

    lead.send(lead.form("/delete"))

    assert (lead.path, lead.status) == ("/meetings", 200)
    assert "会议已删除" in lead.text
    assert "重复的会议" not in lead.text
    assert decided["title"] in lead.text


def test_a_meeting_that_is_not_there_is_said(lead):
    assert lead.open("/meetings/999").status == 404
    assert "没有找到这次会议" in lead.text
