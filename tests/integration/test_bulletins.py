"""Bulletins: made by one click as of a day, edited, signed once for all, and made again from what was known then."""

import base64
import dataclasses
import datetime as dt
import hashlib
import io
from concurrent.futures import ThreadPoolExecutor

import docx
import psycopg2
import pytest

from services.stats.bulletin.records import Fields
from shared import calendars
from shared.clock import start_of
from shared.errors import Conflict, Forbidden, Invalid, NotFound
from shared.events import DutyAccepted, DutyWithdrawn, IssuedRow, RowsIssued, UnitChanged
from shared.light import State
from shared.workdays import YearTable, base_table
from tests.integration.test_published_practices import told
from tests.support.checklists import fetch
from tests.support.figures import a_fact, a_round, an_indicator, recorded
from tests.support.stats import (
    AREA,
    CHECKLIST,
    COUNTY,
    HUICHENG,
    ITEM,
    MEASURE,
    OTHER_ITEM,
    SHENDU,
    SHIMEN,
    TASK,
    TODAY,
    a_duty,
    call,
    changed,
    issued,
    received,
    take,
)

# The checklist goes out on 20 May; today is 10 June.
ISSUED_ON, DUE, MAY = dt.date(2026, 5, 20), dt.date(2026, 5, 28), dt.date(2026, 5, 31)
LATER = dt.date(2026, 7, 3)
NAMES = tuple(field.name for field in dataclasses.fields(Fields))


def at(day, hour=12):
    return start_of(day) + dt.timedelta(hours=hour)


@pytest.fixture
def duties(stats):
    """Two items asked of three townships; one of six is done in time, the other five are due in May or in June."""
    for place, unit_id in enumerate((HUICHENG, SHENDU, SHIMEN)):
        both = a_duty(10 * place + 1, DUE), a_duty(10 * place + 2, dt.date(2026, 6, 20), item_id=OTHER_ITEM)
        take(stats, [received(issued(unit_id, *both), at=at(ISSUED_ON))])
    done = changed(DutyAccepted, 1, HUICHENG, 2, State.ACCEPTED, due_on=DUE, done_on=dt.date(2026, 5, 27))
    take(stats, [received(done, at=at(dt.date(2026, 5, 27)))])


def make(stats, *, as_of=MAY, kind="month", as_="lead", **more):
    params = {"checklist_id": CHECKLIST, "kind": kind, "as_of": as_of.isoformat(), **more}
    return call(stats, "make_bulletin", params, as_=as_)["bulletin_id"]


def shown(stats, bulletin_id, as_="lead"):
    return call(stats, "get_bulletin", {"bulletin_id": bulletin_id}, as_=as_)


def save(stats, one, **more):
    kept = {name: one[name] for name in NAMES} | {"dated_on": one["dated_on"] or None}
    asked = {"bulletin_id": one["bulletin_id"], "version": one["version"], **kept, **more}
    return call(stats, "save_bulletin", asked, as_="lead")


def sign(stats, one, **more):
    asked = {"bulletin_id": one["bulletin_id"], "version": one["version"], **more}
    return call(stats, "sign_bulletin", asked, as_="lead")


def signed(stats, **more):
    return sign(stats, shown(stats, make(stats, **more)))


def file_of(stats, bulletin_id, as_="lead"):
    part = call(stats, "get_bulletin_file", {"bulletin_id": bulletin_id, "number": 0}, as_=as_)
    assert part["is_last"]
    return base64.b64decode(part["content"])


def again(stats, one):
    return call(stats, "remake_bulletin", {"bulletin_id": one["bulletin_id"]}, as_="leader")


def refusal(error):
    return {name: said["zh"] for name, said in error.value.details["fields"].items()}


def test_one_click_makes_a_draft_whose_text_says_what_the_board_of_the_day_says(stats, duties):
    one = shown(stats, make(stats))

    board = call(stats, "overview", {"checklist_id": CHECKLIST, "as_of": MAY.isoformat()}, as_="leader")
    assert (board["totals"]["total"], board["totals"]["done"], board["totals"]["overdue"]) == (6, 1, 2)
    assert one["title"] == "关于2026年就业清单5月份完成情况的通报"
    assert "分解责任6项：已完成1项，占16.7%" in one["overall"]
    assert "逾期未完成2项" in one["overall"]
    assert "到期应完成3项，其中已完成1项，占33.3%" in one["overall"]
    assert "1.1.1.1 建成一个创业园（完成时限5月28日）：深渡镇、石门乡。" in one["behind"]
    assert "1.1.1.2 每月走访企业（6月20日，3项）" in one["requirements"]
    assert (one["state"], one["issuer"], one["addressees"]) == ("draft", "县人社局", "各乡镇人民政府")
    (completion, overdue) = one["annexes"]
    assert [row["cells"][0] for row in completion["rows"]] == ["1", "1.1"]
    assert [row["cells"] for row in overdue["rows"]] == [
        ["1.1.1.1", "建成一个创业园", name, "2026-05-28", "3"] for name in ("深渡镇", "石门乡")
    ]


def test_good_practice_of_the_period_is_taken_in_and_that_of_another_is_not(stats, duties):
    practices = (
        told(1, title="家门口的招聘会", text="每月三场。", at=dt.date(2026, 5, 30)),
        told(2, title="下个月的", text="不在这一期。", at=dt.date(2026, 6, 1)),
    )
    take(stats, [received(one) for one in practices])

    one = shown(stats, make(stats))

    assert "家门口的招聘会" in one["practice"]
    assert "每月三场" in one["practice"]
    assert "徽城镇" in one["practice"]
    assert "下个月的" not in one["practice"]


def test_a_second_click_leads_to_the_same_draft(stats, duties):
    first = make(stats)

    assert make(stats) == first
    assert make(stats, as_of=TODAY) != first
    listed = call(stats, "list_bulletins", {}, as_="lead")
    assert listed["total"] == 2
    assert ("month", "2026-05-01", "2026-05-31") in [
        (one["kind"], one["first_on"], one["as_of"]) for one in listed["offered"]
    ]


def test_reports_that_are_not_in_and_targets_are_told(stats, duties):
    jobs = an_indicator(stats.database, "XZJY", decimals=0, may_be_negative=False)
    target = {
        "indicator_id": jobs,
        "comparator": "at_least",
        "value": "100",
        "first_month": "2026",
        "last_month": "2026",
    }
    call(stats, "save_target", target, as_="lead")
    recorded(stats.database, a_fact(jobs, HUICHENG, "2026-04", "20"))
    a_round(stats.database, [jobs], "2026-05", [HUICHENG, SHENDU])
    with stats.database.transaction() as cur:
        cur.execute("UPDATE round SET due_on = %s", (dt.date(2026, 6, 5),))

    one = shown(stats, make(stats, as_of=TODAY))

    assert "缺徽城镇、深渡镇。" in one["behind"]
    assert "目标共1个" in one["overall"]
    assert "（不低于100人，到2026年12月）" in one["overall"]
    assert [table["title"] for table in one["annexes"]] == [
        "责任完成情况表",
        "逾期未完成责任明细表",
        "目标进度表",
        "未报送报表的单位",
    ]


def test_without_any_duty_nothing_is_offered_and_asking_is_answered_with_a_sentence(stats):
    assert call(stats, "list_bulletins", {}, as_="lead")["offered"] == []
    with pytest.raises(Invalid) as refused:
        make(stats)
    assert "才有每日的记录" in refusal(refused)["as_of"]


@pytest.mark.parametrize("day", [TODAY + dt.timedelta(days=1), ISSUED_ON - dt.timedelta(days=1)])
def test_a_day_to_come_and_one_before_the_beginning_are_refused(stats, duties, day):
    with pytest.raises(Invalid) as refused:
        make(stats, as_of=day)
    assert list(refusal(refused)) == ["as_of"]


def test_nothing_overdue_and_no_targets_are_said_as_such(stats, duties):
    one = shown(stats, make(stats, as_of=DUE))

    assert "没有逾期未完成的责任" in one["behind"]
    assert "还没有设定目标" in one["overall"]
    assert [table["title"] for table in one["annexes"]] == ["责任完成情况表"]


def test_since_the_last_one_needs_a_last_one(stats, duties):
    with pytest.raises(Invalid) as refused:
        make(stats, kind="since", as_of=TODAY)
    assert "还没有签发过" in refusal(refused)["kind"]

    signed(stats)

    one = shown(stats, make(stats, kind="since", as_of=TODAY))
    assert (one["first_on"], one["period"]) == ("2026-06-01", "6月1日至6月10日")


def test_every_edit_is_kept_with_who_made_it_and_a_stale_one_shows_both(stats, duties):
    one = shown(stats, make(stats))
    after = save(stats, one, practice="徽城镇设了窗口。", title="六月通报")
    assert save(stats, after)["version"] == after["version"] == 2

    with pytest.raises(Conflict) as refused:
        save(stats, one, practice="别的话")

    assert refused.value.details["current"]["practice"] == "徽城镇设了窗口。"
    edits = shown(stats, one["bulletin_id"])["edits"]
    assert [(e["version"], e["unit"], e["changed"]) for e in edits] == [
        (2, "县人社局", ["title", "practice"]),
        (1, "县人社局", []),
    ]
    acts = call(stats, "list_reporting_audit", {"kind": "bulletins"}, as_="auditor")["entries"]
    assert [act["action"] for act in acts] == ["bulletin.saved", "bulletin.made"]


def test_signing_numbers_within_the_year_and_keeps_the_file_as_it_was(stats, duties):
    first, second = signed(stats), signed(stats, as_of=TODAY)

    assert [(one["year"], one["number"], one["issued_on"]) for one in (first, second)] == [
        (2026, 1, "2026-06-10"),
        (2026, 2, "2026-06-10"),
    ]
    content = file_of(stats, first["bulletin_id"], as_="leader")
    assert hashlib.sha256(content).hexdigest() == first["sha256"]
    texts = [one.text for one in docx.Document(io.BytesIO(content)).paragraphs]
    assert "2026年第1期" in texts
    assert first["title"] in texts


def test_what_was_signed_changes_no_more_not_even_in_the_database(stats, stats_db, duties):
    one = signed(stats)

    for operation, more in (
        ("save_bulletin", dict.fromkeys(NAMES, "新") | {"dated_on": None}),
        ("sign_bulletin", {}),
        ("withdraw_bulletin", {}),
    ):
        with pytest.raises(Invalid, match="changes no more"):
            call(stats, operation, {"bulletin_id": one["bulletin_id"], "version": one["version"], **more}, as_="lead")
    for statement in (
        "UPDATE bulletin SET fields = '{}'",
        "DELETE FROM bulletin",
        "UPDATE bulletin SET state = 'draft'",
    ):
        with pytest.raises(psycopg2.Error, match="changes no more"), psycopg2.connect(stats_db.dsn) as conn:
            conn.cursor().execute(statement)
    assert shown(stats, one["bulletin_id"]) | {"edits": []} == one


def test_a_draft_can_be_withdrawn_and_stays_to_be_read_by_its_bureau(stats, duties):
    one = shown(stats, make(stats))

    after = call(stats, "withdraw_bulletin", {"bulletin_id": one["bulletin_id"], "version": 1}, as_="lead")

    assert after["state"] == "withdrawn"
    assert shown(stats, one["bulletin_id"])["title"] == one["title"]
    assert make(stats) != one["bulletin_id"]


def test_leaders_read_what_was_issued_and_no_draft(stats, duties):
    draft = make(stats)
    issued_one = signed(stats, as_of=TODAY)

    for reader in ("leader", "auditor"):
        listed = call(stats, "list_bulletins", {}, as_=reader)["bulletins"]
        assert [one["bulletin_id"] for one in listed] == [issued_one["bulletin_id"]]
        for operation in ("get_bulletin", "get_bulletin_file", "remake_bulletin"):
            asked = {"bulletin_id": draft} | ({"number": 0} if operation == "get_bulletin_file" else {})
            with pytest.raises(NotFound):
                call(stats, operation, asked, as_=reader)
        with pytest.raises(Forbidden):
            sign(stats, {"bulletin_id": draft, "version": 1}) if reader == "lead" else make(stats, as_=reader)


def test_a_text_that_is_too_long_needs_a_reason_and_a_much_longer_one_is_refused(stats, duties):
    one = shown(stats, make(stats))
    longer = save(stats, one, practice="长" * 4000)
    assert longer["length"] == "needs_reason"
    assert "一般不超过 4000 字" in longer["warning"]["zh"]

    with pytest.raises(Invalid) as refused:
        sign(stats, longer)
    assert "理由" in refusal(refused)["reason"]
    much = save(stats, longer, practice="长" * 5001)
    with pytest.raises(Invalid) as refused:
        sign(stats, much, reason="就是要长")
    assert "5000" in refusal(refused)["overall"]

    after = sign(stats, save(stats, much, practice="长" * 4000), reason="半年综合情况")
    assert (after["state"], after["reason"]) == ("signed", "半年综合情况")


def test_signing_needs_what_a_document_needs_and_a_possible_date(stats, duties):
    one = save(stats, shown(stats, make(stats)), issuer="", overall="", dated_on="2026-05-30")

    with pytest.raises(Invalid) as refused:
        sign(stats, one)

    assert set(refusal(refused)) == {"issuer", "overall", "dated_on"}
    assert "2026-05-31 到 2026-06-10" in refusal(refused)["dated_on"]


def later(stats):
    """July, when much of what the bulletin of May told has become another thing."""
    stats.today = lambda: LATER
    late = at(dt.date(2026, 7, 1))
    names = [("深渡新镇", SHENDU, False), ("石门镇", SHIMEN, True)]
    for place, unit_id in ((1, SHENDU), (2, SHIMEN)):
        done = changed(
            DutyAccepted, 10 * place + 1, unit_id, 2, State.ACCEPTED, due_on=DUE, done_on=dt.date(2026, 7, 1)
        )
        take(stats, [received(done, at=late)])
    gone = changed(DutyWithdrawn, 2, HUICHENG, 2, State.WITHDRAWN, due_on=dt.date(2026, 6, 20), item_id=OTHER_ITEM)
    rows = [
        IssuedRow(AREA, None, 1, 1, "改了名的领域"),
        IssuedRow(MEASURE, AREA, 2, 1, "改了名的举措"),
        IssuedRow(TASK, MEASURE, 3, 1, "建设创业园"),
        IssuedRow(99, TASK, 4, 1, "新加在最前的事项"),
        IssuedRow(ITEM, TASK, 4, 2, "换了说法的创业园"),
    ]
    units = [
        UnitChanged(unit_id, f"341021{unit_id}", name, "township", COUNTY, is_active=is_active, version=2)
        for name, unit_id, is_active in names
    ]
    told = [gone, *units, RowsIssued(CHECKLIST, 2, rows), issued(HUICHENG, a_duty(77, LATER, item_id=99))]
    take(stats, [received(one, at=late) for one in told])


def test_it_is_made_again_as_of_its_day_with_the_same_text_whatever_happened_since(stats, duties):
    """Duties done or withdrawn, rows and units renamed, units dissolved, figures put right, practice taken back."""
    jobs = an_indicator(stats.database, "XZJY", decimals=0, may_be_negative=False)
    target = {
        "indicator_id": jobs,
        "comparator": "at_least",
        "value": "100",
        "first_month": "2026",
        "last_month": "2026",
    }
    recorded(stats.database, a_fact(jobs, HUICHENG, "2026-04", "20"))
    take(stats, [received(told(title="家门口的招聘会", at=dt.date(2026, 5, 30)))])
    saved = call(stats, "save_target", target, as_="lead")
    one = signed(stats)
    assert "到2026年4月为20人" in one["overall"]
    later(stats)
    take(stats, [received(told(title="家门口的招聘会", at=dt.date(2026, 5, 30), version=3, is_taken_back=True))])
    recorded(stats.database, a_fact(jobs, HUICHENG, "2026-04", "99"))
    call(stats, "save_target", {**target, **saved, "value": "500", "reason": "调高"}, as_="lead")

    found = again(stats, one)

    assert [field["field"] for field in found["compared"] if not field["is_same"]] == []
    assert (found["is_same_text"], found["is_same_tables"], found["is_same_file"]) == (True, True, True)
    assert "深渡镇、石门乡" in found["compared"][3]["now"]
    # Not because nothing is compared: a bulletin of today says another thing.
    assert "深渡镇" not in shown(stats, make(stats, as_of=LATER))["behind"]


def test_news_that_came_late_and_what_a_person_had_changed_are_told_apart(stats, duties):
    one = sign(stats, save(stats, shown(stats, make(stats)), practice="徽城镇设了窗口。"))
    done = changed(DutyAccepted, 11, SHENDU, 2, State.ACCEPTED, due_on=DUE, done_on=dt.date(2026, 5, 30))
    take(stats, [received(done, at=at(dt.date(2026, 5, 30)))])

    found = again(stats, one)

    differs = {field["field"] for field in found["compared"] if not field["is_same"]}
    assert differs == {"overall", "behind", "requirements"}
    assert [field["field"] for field in found["compared"] if field["is_edited"]] == ["practice"]
    assert (found["is_same_text"], found["is_same_file"]) == (False, True)


def test_a_bulletin_of_a_day_that_is_not_over_says_so(stats, duties):
    one = signed(stats, as_of=TODAY)
    assert not one["is_over"]

    assert again(stats, one)["is_same_text"]
    assert not again(stats, one)["was_over"]


def test_a_correction_is_a_bulletin_of_the_same_days_that_names_the_former_one(stats, duties):
    one = signed(stats)

    after = shown(stats, make(stats, corrects_id=one["bulletin_id"]))

    assert (after["first_on"], after["as_of"], after["corrects_id"]) == ("2026-05-01", "2026-05-31", one["bulletin_id"])
    assert after["overall"].startswith(f"本期通报更正2026年第1期《{one['title']}》，以本期为准。")
    with pytest.raises(NotFound):
        make(stats, corrects_id=after["bulletin_id"])
    assert again(stats, sign(stats, after))["is_same_text"]


def test_a_file_larger_than_a_message_comes_in_parts(stats, duties, monkeypatch):
    monkeypatch.setattr("services.stats.bulletin.showing.CHUNK_BYTES", 4_000)
    one = signed(stats)

    parts, number = [], 0
    while not parts or not parts[-1]["is_last"]:
        parts.append(
            call(stats, "get_bulletin_file", {"bulletin_id": one["bulletin_id"], "number": number}, as_="leader")
        )
        number += 1

    content = b"".join(base64.b64decode(part["content"]) for part in parts)
    assert len(parts) > 2
    assert {part["sha256"] for part in parts} == {hashlib.sha256(content).hexdigest()} == {one["sha256"]}


def test_both_who_sign_at_once_get_numbers_of_their_own(stats, stats_db, duties):
    first, second = shown(stats, make(stats)), shown(stats, make(stats, as_of=TODAY))
    with ThreadPoolExecutor() as both:
        list(both.map(lambda one: sign(stats, one), (first, second)))

    found = fetch(stats_db, "SELECT year, number FROM bulletin ORDER BY number")
    assert [(row.year, row.number) for row in found] == [(2026, 1), (2026, 2)]


def announce(stats, *, is_announced):
    version = 2 if is_announced else 1
    with stats.database.transaction() as cur:
        calendars.save(cur, YearTable(2026, is_announced, base_table(2026).off, base_table(2026).worked), version)


def test_a_due_date_that_may_still_move_says_so_and_the_signed_text_goes_on_saying_it(stats, duties):
    """The calendar of the year is imported only after the bulletin was signed."""
    announce(stats, is_announced=False)
    one = signed(stats)
    assert "（完成时限5月28日，放假安排待公布）" in one["behind"]
    assert "每月走访企业（6月20日，放假安排待公布，3项）" in one["requirements"]
    assert one["annexes"][1]["rows"][0]["cells"][3] == "2026-05-28（放假安排待公布）"

    announce(stats, is_announced=True)
    found = again(stats, one)

    assert (found["is_same_text"], found["is_same_tables"], found["is_same_file"]) == (True, True, True)
    # Not because nothing is asked anew: another one of the same day says nothing of it.
    another = shown(stats, make(stats, corrects_id=one["bulletin_id"]))
    assert "完成时限5月28日）" in another["behind"]
