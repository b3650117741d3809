"""Amending an issued checklist: a draft beside it, a difference to read, duties that follow with their history."""

import datetime as dt
import threading

import pytest

from services.tasks.amending import queries
from services.tasks.revisions import store
from shared.errors import Conflict, Forbidden, Invalid, NotFound
from shared.events import SCHEMAS
from tests.support.checklists import (
    DUE_ON,
    Drafted,
    add_row,
    ask,
    draft,
    duties_of,
    fetch,
    group,
    issue,
    lead,
    name_units,
    run,
    work_off,
)
from tests.support.duties import do, read, submit, today
from tests.support.tasks import TO_BE_FILLED

__all__ = ["today"]

pytestmark = pytest.mark.usefixtures("today")

SEPTEMBER = dt.date(2026, 9, 30)


@pytest.fixture
def checklist(call, tasks_db):
    """Issued: 甲 for two townships, 乙 for one, 丙 every month for one."""
    units = call.world.units
    drafted = draft(tasks_db)
    add_row(tasks_db, drafted, "甲", units=[lead(units["徽城镇"]), lead(units["深渡镇"])], due_on=DUE_ON)
    add_row(tasks_db, drafted, "乙", units=[lead(units["徽城镇"])], due_on=DUE_ON, review_rule="all")
    add_row(tasks_db, drafted, "丙", units=[lead(units["石门乡"])], recurrence="monthly", due_day=25)
    issue(call, drafted)
    return drafted


def begin(call, checklist):
    """The draft that amends it, with its rows by title."""
    draft_id = call("start_amendment", {"checklist_id": checklist.id}, as_="lead")["checklist_id"]
    rows = call("get_checklist", {"checklist_id": draft_id}, as_="lead")["rows"]
    return draft_id, {row["title"]: row for row in rows}


def change(call, row, **fields):
    kept = {name: row[name] for name in ("row_id", "title", "body", "due_on", "recurrence", "due_day", "review_rule",
        "acceptance_rule", "version")}  # fmt: skip
    own = [] if row["inherits_units"] else row["units"]
    units = [{name: unit[name] for name in ("role", "unit_id", "group_id")} for unit in own]
    return call("save_row", kept | {"units": units} | fields, as_="lead")


def named(*unit_ids, role="lead"):
    return [{"role": role, "unit_id": unit_id, "group_id": None} for unit_id in unit_ids]


def look(call, draft_id, **params):
    return call("preview_amendment", {"checklist_id": draft_id, **params}, as_="lead")


def issue_amendment(call, draft_id, *, reason="县里调整了安排", work=True, **params):
    said = {name: params.pop(name) for name in ("hurry", "knows_late") if name in params}
    seen = look(call, draft_id, **params)
    params |= {"checklist_id": draft_id, "version": seen["version"], "seen": seen["seen"], "reason": reason} | said
    answer = call("issue_amendment", params, as_="lead")
    if work:
        work_off(call.service.database)
    return answer


def owed(call, unit, item=None):
    """The duties of a unit by item and period: (state, due date)."""
    rows = fetch(
        call.service.database,
        """
        SELECT title, period, duty.state, duty.due_on FROM duty JOIN checklist_row ON checklist_row.id = item_id
        WHERE unit_id = %s ORDER BY duty.id
        """,
        (call.world.units[unit],),
    )
    return {(row.title, row.period): (row.state, row.due_on) for row in rows if item in (None, row.title)}


def told(call, kind):
    rows = fetch(call.service.database, "SELECT payload FROM outbox WHERE type = %s ORDER BY seq", (kind,))
    return [SCHEMAS[kind].load(row.payload) for row in rows]


def the_duty(call, unit, item="甲"):
    rows = fetch(
        call.service.database,
        "SELECT duty.id FROM duty JOIN checklist_row ON checklist_row.id = item_id WHERE unit_id = %s AND title = %s",
        (call.world.units[unit], item),
    )
    return call("get_duty", {"duty_id": rows[0].id}, as_="lead")


def test_a_wrong_date_is_mended_and_each_duty_keeps_its_history(call, checklist):
    duty = the_duty(call, "徽城镇")
    do(call, "report_blocker", duty, reason="缺人")
    draft_id, rows = begin(call, checklist)

    change(call, rows["甲"], due_on=SEPTEMBER.isoformat())
    seen = look(call, draft_id)
    assert [(row["kind"], row["title"], row["changes"]) for row in seen["rows"]] == [
        ("changed", "甲", [{"field": "due_on", "before": ["2026-06-30"], "after": ["2026-09-30"]}])
    ]
    assert (seen["made"], seen["changed"], seen["withdrawn"]) == (0, 2, 0)
    assert [(unit["name"], unit["changed"]) for unit in seen["units"]] == [("徽城镇", 1), ("深渡镇", 1)]
    assert owed(call, "徽城镇", "甲") == {("甲", "2026"): ("acknowledged", DUE_ON)}
    issue_amendment(call, draft_id, reason="时限写错")

    now = read(call, duty)
    assert (now["due_on"], now["is_blocked"], now["version"]) == ("2026-09-30", True, 4)
    assert [line["action"] for line in now["history"]] == ["issued", "acknowledged", "blocked", "amended"]
    assert now["history"][-1]["text"] == "2026-06-30 → 2026-09-30 时限写错"
    assert now["history"][-1]["who"]["unit"] == "县人社局"
    assert owed(call, "徽城镇", "乙") == {("乙", "2026"): ("issued", DUE_ON)}
    events = told(call, "duties.amended.v1")
    assert {event.unit_id for event in events} == {call.world.units["徽城镇"], call.world.units["深渡镇"]}
    (changed,) = events[0].duties
    assert (changed.due_on, changed.is_blocked, changed.version, changed.state.value) == (
        SEPTEMBER,
        True,
        4,
        "acknowledged",
    )


def test_units_are_exchanged_and_what_is_done_stays_done(call, checklist):
    units = call.world.units
    submit(call, the_duty(call, "深渡镇"), as_="shendu")
    draft_id, rows = begin(call, checklist)

    change(call, rows["甲"], units=named(units["石门乡"]))
    issue_amendment(call, draft_id)

    assert owed(call, "徽城镇", "甲") == {("甲", "2026"): ("withdrawn", DUE_ON)}
    assert owed(call, "深渡镇", "甲") == {("甲", "2026"): ("accepted", DUE_ON)}
    assert owed(call, "石门乡", "甲") == {("甲", "2026"): ("issued", DUE_ON)}
    assert the_duty(call, "徽城镇")["history"][-1]["action"] == "withdrawn"
    first = [line["action"] for line in the_duty(call, "石门乡")["history"]]
    assert first == ["issued"]


def test_it_is_said_before_and_in_the_history_which_unit_gains_and_loses_what(call, checklist):
    draft_id, rows = begin(call, checklist)
    change(call, rows["甲"], units=named(call.world.units["石门乡"]))
    wanted = {"石门乡": (["甲"], []), "徽城镇": ([], ["甲"]), "深渡镇": ([], ["甲"])}

    seen = look(call, draft_id)
    issue_amendment(call, draft_id)

    (row,) = seen["rows"]
    (leads,) = [one for one in row["changes"] if one["field"] == "leads"]
    assert (sorted(leads["before"]), leads["after"]) == (sorted(["徽城镇", "深渡镇"]), ["石门乡"])
    (kept,) = call("list_amendments", {"checklist_id": checklist.id}, as_="leader")["amendments"]
    page = call("list_changed_rows", {"checklist_id": checklist.id, "revision": 2}, as_="leader")
    for units in (seen["units"], kept["units"], page["units"]):
        assert {unit["name"]: (unit["gains"], unit["loses"]) for unit in units} == wanted


def test_units_of_a_row_stand_beside_those_that_it_had_from_above(call, tasks_db):
    units = call.world.units
    drafted = draft(tasks_db)
    name_units(tasks_db, drafted.rows["任务"], [lead(units["徽城镇"]), lead(units["深渡镇"])])
    add_row(tasks_db, drafted, "甲", due_on=DUE_ON)
    issue(call, drafted)
    draft_id, rows = begin(call, drafted)

    change(call, rows["甲"], units=named(units["深渡镇"]))

    (row,) = look(call, draft_id)["rows"]
    assert [(one["field"], one["before"], one["after"]) for one in row["changes"]] == [
        ("leads", ["徽城镇", "深渡镇"], ["深渡镇"])
    ]


def test_whoever_moves_duties_to_a_day_that_is_over_says_that_it_is_meant(call, checklist):
    draft_id, rows = begin(call, checklist)
    change(call, rows["甲"], due_on="2026-05-06")

    seen = look(call, draft_id)
    assert (seen["overdue"], [one["title"] for one in seen["late"]]) == (2, ["甲"])
    with pytest.raises(Invalid) as refused:
        issue_amendment(call, draft_id, knows_late=False)
    assert "勾选" in refused.value.details["fields"]["knows_late"]["zh"]
    issue_amendment(call, draft_id, knows_late=True)

    assert owed(call, "徽城镇", "甲") == {("甲", "2026"): ("issued", dt.date(2026, 5, 6))}


def test_what_is_done_or_late_already_is_not_overdue_at_once(call, checklist, today):
    submit(call, the_duty(call, "深渡镇"), as_="shendu")
    today(DUE_ON + dt.timedelta(days=5))
    draft_id, rows = begin(call, checklist)
    change(call, rows["甲"], due_on="2026-05-06")

    assert look(call, draft_id)["overdue"] == 0


def test_an_item_is_added_and_one_is_dropped(call, checklist, tasks_db):
    draft_id, rows = begin(call, checklist)
    task = rows["任务"]["row_id"]
    added = call("add_row", {"checklist_id": draft_id, "parent_id": task, "title": "丁"}, as_="lead")
    change(call, added, due_on=SEPTEMBER.isoformat(), units=named(call.world.units["古关村"]))
    call("delete_row", {"row_id": rows["乙"]["row_id"], "version": rows["乙"]["version"]}, as_="lead")

    seen = look(call, draft_id)
    assert [(row["kind"], row["title"]) for row in seen["rows"]] == [("added", "丁"), ("dropped", "乙")]
    assert (seen["made"], seen["changed"], seen["withdrawn"]) == (1, 0, 1)
    issue_amendment(call, draft_id)

    assert owed(call, "古关村") == {("丁", "2026"): ("issued", SEPTEMBER)}
    assert owed(call, "徽城镇", "乙") == {("乙", "2026"): ("withdrawn", DUE_ON)}
    now = call("get_checklist", {"checklist_id": checklist.id}, as_="lead")
    assert [row["title"] for row in now["rows"] if row["level"] == 4] == ["甲", "丙", "丁"]
    assert (now["state"], now["revision"]) == ("issued", 2)
    assert {row.row_id for event in told(call, "rows.issued.v1") if event.revision == 2 for row in event.rows} == {
        row["row_id"] for row in now["rows"]
    }
    with pytest.raises(NotFound):
        call("get_checklist", {"checklist_id": draft_id}, as_="lead")


def test_what_was_dropped_and_is_wanted_again_comes_back_under_its_history(call, checklist):
    units = call.world.units
    draft_id, rows = begin(call, checklist)
    change(call, rows["甲"], units=named(units["深渡镇"]))
    issue_amendment(call, draft_id)
    draft_id, rows = begin(call, checklist)
    change(call, rows["甲"], units=named(units["徽城镇"], units["深渡镇"]))

    assert look(call, draft_id)["made"] == 1
    issue_amendment(call, draft_id)

    assert owed(call, "徽城镇", "甲") == {("甲", "2026"): ("issued", DUE_ON)}
    assert [line["action"] for line in the_duty(call, "徽城镇")["history"]] == ["issued", "withdrawn", "brought_back"]


def test_other_words_are_told_to_who_still_has_to_do_it(call, checklist):
    submit(call, the_duty(call, "深渡镇"), as_="shendu")
    draft_id, rows = begin(call, checklist)

    change(call, rows["甲"], title="甲（两场）", acceptance_rule="有签到表")
    issue_amendment(call, draft_id, reason="写清楚")

    (event,) = told(call, "duties.amended.v1")
    assert (event.unit_id, len(event.duties)) == (call.world.units["徽城镇"], 1)
    assert the_duty(call, "徽城镇", "甲（两场）")["history"][-1]["text"] == "写清楚"


def test_a_unit_that_joins_a_group_gets_what_the_group_has_and_nobody_else_is_told(call, tasks_db):
    world = call.world
    group_id = world.groups["各乡镇人民政府"]
    drafted = draft(tasks_db, title="按组")
    add_row(tasks_db, drafted, "甲", units=[group(group_id)], due_on=DUE_ON)
    issue(call, drafted)
    run(
        tasks_db,
        "INSERT INTO unit_group_member (group_id, unit_id) VALUES (%s, %s)",
        (group_id, world.units["县发改委"]),
    )
    draft_id, _ = begin(call, drafted)

    seen = look(call, draft_id)
    assert (seen["rows"], seen["made"], seen["changed"], seen["withdrawn"]) == ([], 1, 0, 0)
    issue_amendment(call, draft_id)

    assert owed(call, "县发改委") == {("甲", "2026"): ("issued", DUE_ON)}
    assert told(call, "duties.amended.v1") == []


def test_dates_that_are_over_make_nothing_new_unless_wanted(call, checklist, today):
    today(dt.date(2026, 7, 15))
    draft_id, rows = begin(call, checklist)
    change(call, rows["丙"], units=named(call.world.units["石门乡"], call.world.units["古关村"]))

    assert (look(call, draft_id)["made"], look(call, draft_id, with_past=True)["made"]) == (6, 12)
    issue_amendment(call, draft_id)

    assert [period for _, period in owed(call, "古关村")] == [f"2026-{month:02}" for month in range(7, 13)]


def test_nobody_becomes_late_afterwards_and_more_time_is_not_taken_back(call, checklist, today):
    early, late = dt.date(2026, 5, 6), dt.date(2026, 12, 15)
    done = submit(call, the_duty(call, "深渡镇"), as_="shendu")["duties"][0]
    duty = do(call, "ask_extension", the_duty(call, "徽城镇"), reason="等验收", wanted_on=late.isoformat())
    do(call, "grant_extension", duty, as_="lead", due_on=late.isoformat())
    draft_id, rows = begin(call, checklist)

    change(call, rows["甲"], due_on=early.isoformat())
    issue_amendment(call, draft_id)

    assert read(call, done)["light"] == "done"
    assert owed(call, "深渡镇", "甲") == {("甲", "2026"): ("accepted", DUE_ON)}
    assert owed(call, "徽城镇", "甲") == {("甲", "2026"): ("acknowledged", late)}


def test_an_extended_date_follows_amendments_beyond_it_and_back_to_it_and_says_each_in_its_history(call, checklist):
    late, later = dt.date(2026, 11, 16), dt.date(2026, 12, 15)
    duty = do(call, "ask_extension", the_duty(call, "徽城镇"), reason="等验收", wanted_on=late.isoformat())
    do(call, "grant_extension", duty, as_="lead", due_on=late.isoformat())

    seen = []
    for day in (SEPTEMBER, later, dt.date(2026, 5, 6)):
        draft_id, rows = begin(call, checklist)
        change(call, rows["甲"], due_on=day.isoformat())
        issue_amendment(call, draft_id, reason="县里调整")
        seen.append((owed(call, "徽城镇", "甲")["甲", "2026"][1], owed(call, "深渡镇", "甲")["甲", "2026"][1]))

    # The other one was never extended, and follows every amendment.
    assert seen == [(late, SEPTEMBER), (later, later), (late, dt.date(2026, 5, 6))]
    lines = [line["text"] for line in read(call, duty)["history"] if line["action"] == "amended"]
    assert lines == [
        f"{DUE_ON} → {SEPTEMBER}（已延期至 {late}，不变）县里调整",
        f"{late} → {later} 县里调整",
        f"{later} → {late} 县里调整",
    ]


def test_more_time_after_an_amendment_is_what_the_next_one_goes_by(call, checklist):
    draft_id, rows = begin(call, checklist)
    change(call, rows["甲"], due_on=SEPTEMBER.isoformat())
    issue_amendment(call, draft_id)
    late = dt.date(2026, 11, 16)
    duty = do(call, "ask_extension", the_duty(call, "徽城镇"), reason="等验收", wanted_on=late.isoformat())
    do(call, "grant_extension", duty, as_="lead", due_on=late.isoformat())
    # What the release before extends, it keeps without the day.
    with call.service.database.transaction() as cur:
        cur.execute("UPDATE duty SET extended_on = NULL")

    draft_id, rows = begin(call, checklist)
    change(call, rows["甲"], due_on=DUE_ON.isoformat())
    issue_amendment(call, draft_id)

    assert owed(call, "徽城镇", "甲") == {("甲", "2026"): ("acknowledged", late)}


def test_what_was_asked_about_a_withdrawn_duty_is_over(call, checklist):
    do(call, "ask_waiver", the_duty(call, "徽城镇", "乙"), reason="不涉及")
    draft_id, rows = begin(call, checklist)
    call("delete_row", {"row_id": rows["乙"]["row_id"], "version": rows["乙"]["version"]}, as_="lead")

    issue_amendment(call, draft_id)

    assert call("count_waiting", {}, as_="lead")["waiting"] == 0
    withdrawn = the_duty(call, "徽城镇", "乙")
    assert (withdrawn["state"], withdrawn["waiver_asked"], withdrawn["light"]) == ("withdrawn", False, "not_applicable")
    with pytest.raises(Conflict):
        do(call, "report_blocker", withdrawn, reason="缺人")


def test_there_is_one_amendment_at_a_time_and_it_can_be_given_up(call, checklist):
    draft_id, _ = begin(call, checklist)
    assert begin(call, checklist)[0] == draft_id
    header = call("get_checklist", {"checklist_id": draft_id}, as_="lead")
    assert (header["amends_id"], header["state"], header["revision"]) == (checklist.id, "draft", 2)

    call("delete_checklist", {"checklist_id": draft_id, "version": header["version"]}, as_="lead")

    assert begin(call, checklist)[0] != draft_id
    assert call("get_checklist", {"checklist_id": checklist.id}, as_="lead")["revision"] == 1


def test_what_cannot_be_amended_or_issued_so_is_refused_with_a_sentence(call, checklist, tasks_db):
    plain = draft(tasks_db, title="草稿")
    with pytest.raises(Invalid, match="Only an issued"):
        call("start_amendment", {"checklist_id": plain.id}, as_="lead")
    with pytest.raises(NotFound):
        call("preview_amendment", {"checklist_id": plain.id}, as_="lead")
    with pytest.raises(NotFound):
        call("start_amendment", {"checklist_id": 99999}, as_="lead")
    draft_id, rows = begin(call, checklist)
    with pytest.raises(Invalid, match="nothing to issue"):
        issue_amendment(call, draft_id)
    with pytest.raises(Invalid, match="draft of an amendment"):
        version = look(call, draft_id)["version"]
        call("issue_checklist", {"checklist_id": draft_id, "version": version}, as_="lead")
    header = call("get_checklist", {"checklist_id": draft_id}, as_="lead")
    with pytest.raises(Invalid) as refused:
        params = {name: header[name] for name in ("checklist_id", "title", "level_names", "version")}
        call("save_checklist", params | {"year": 2027}, as_="lead")
    assert "不能改年度" in refused.value.details["fields"]["year"]["zh"]
    change(call, rows["甲"], due_on=None)
    with pytest.raises(Invalid) as refused:
        issue_amendment(call, draft_id)
    assert "没有完成时限" in refused.value.details["blockers"][0]["text"]["zh"]
    with pytest.raises(Forbidden):
        call("start_amendment", {"checklist_id": checklist.id}, as_="staff")


@pytest.mark.parametrize("reason", [None, "", " ", "字" * 501])
def test_an_amendment_needs_a_reason(call, checklist, reason):
    draft_id, rows = begin(call, checklist)
    change(call, rows["甲"], title="甲乙")

    with pytest.raises(Invalid) as refused:
        issue_amendment(call, draft_id, reason=reason)

    assert "reason" in refused.value.details["fields"]


def test_what_changed_after_it_was_looked_at_is_shown_again(call, checklist):
    draft_id, rows = begin(call, checklist)
    change(call, rows["甲"], due_on=SEPTEMBER.isoformat())
    seen = look(call, draft_id)
    params = {"checklist_id": draft_id, "version": seen["version"], "seen": seen["seen"], "reason": "时限写错"}
    submit(call, the_duty(call, "深渡镇"), as_="shendu")
    # A date of what is done moves to a later one as well, so that is no other effect.
    do(call, "ask_waiver", the_duty(call, "徽城镇"), reason="不涉及")
    call(
        "grant_waiver",
        {"duty_id": (duty := the_duty(call, "徽城镇"))["duty_id"], "version": duty["version"]},
        as_="lead",
    )

    with pytest.raises(Conflict) as stale:
        call("issue_amendment", params, as_="lead")

    assert stale.value.details["current"]["changed"] == 1


def test_the_revisions_say_why_by_whom_and_what(call, checklist):
    draft_id, rows = begin(call, checklist)
    change(call, rows["甲"], due_on=SEPTEMBER.isoformat())
    issue_amendment(call, draft_id, reason="时限写错", work=False)
    (one,) = call("list_amendments", {"checklist_id": checklist.id}, as_="leader")["amendments"]
    assert (one["revision"], one["is_done"], one["changed"]) == (2, False, 0)

    work_off(call.service.database)

    (one,) = call("list_amendments", {"checklist_id": checklist.id}, as_="auditor")["amendments"]
    assert (one["reason"], one["is_done"], one["made"], one["changed"], one["withdrawn"]) == ("时限写错", True, 0, 2, 0)
    assert (one["by"]["unit"], [row["title"] for row in one["rows"]]) == ("县人社局", ["甲"])
    progress = call("issue_progress", {"checklist_id": checklist.id}, as_="lead")
    assert (progress["state"], progress["done_chunks"], progress["chunks"], progress["duties"]) == ("issued", 2, 2, 2)
    acts = fetch(call.service.database, "SELECT action FROM audit_log WHERE action LIKE 'amendment%%' ORDER BY id")
    assert [row.action for row in acts] == ["amendment.begun", "amendment.issued"]


def test_a_unit_that_submits_meanwhile_is_waited_for_and_keeps_its_work(call, checklist, monkeypatch):
    """Its submission comes before: what is done is not withdrawn."""
    duty = the_duty(call, "徽城镇")
    draft_id, rows = begin(call, checklist)
    change(call, rows["甲"], units=named(call.world.units["深渡镇"]))
    issue_amendment(call, draft_id, work=False)
    database = call.service.database
    with database.transaction() as cur:
        cur.execute("SELECT FROM duty WHERE id = %s FOR NO KEY UPDATE", (duty["duty_id"],))
        amending = threading.Thread(target=lambda: work_off(database))
        amending.start()
        amending.join(0.3)
        assert amending.is_alive()
        cur.execute(
            "UPDATE duty SET state = 'accepted', done_on = due_on, version = 2 WHERE id = %s", (duty["duty_id"],)
        )
    amending.join()

    assert owed(call, "徽城镇", "甲") == {("甲", "2026"): ("accepted", DUE_ON)}


def test_chunks_of_several_issuers_come_to_the_same(call, checklist, monkeypatch):
    monkeypatch.setattr(store, "CHUNK_DUTIES", 1)
    draft_id, rows = begin(call, checklist)
    change(call, rows["甲"], due_on=SEPTEMBER.isoformat())
    change(call, rows["丙"], due_day=20)
    issue_amendment(call, draft_id, work=False)

    threads = [threading.Thread(target=lambda: work_off(call.service.database)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert fetch(call.service.database, "SELECT count(*) AS chunks FROM amendment_chunk")[0].chunks > 1
    assert call("get_checklist", {"checklist_id": checklist.id}, as_="lead")["state"] == "issued"
    (one,) = call("list_amendments", {"checklist_id": checklist.id}, as_="lead")["amendments"]
    assert one["changed"] == sum(len(event.duties) for event in told(call, "duties.amended.v1")) == 14
    versions = fetch(
        call.service.database,
        "SELECT DISTINCT duty.version FROM duty JOIN checklist_row ON item_id = checklist_row.id WHERE title <> '乙'",
    )
    assert [row.version for row in versions] == [2]


def test_a_part_in_the_work_changes_in_place(call, checklist):
    units = call.world.units
    draft_id, rows = begin(call, checklist)
    change(call, rows["乙"], units=[*named(units["深渡镇"]), *named(units["徽城镇"], role="support")])

    issue_amendment(call, draft_id)

    duty = the_duty(call, "徽城镇", "乙")
    assert (duty["role"], duty["state"], duty["version"]) == ("support", "issued", 2)


def test_rows_are_moved_under_a_new_one(call, checklist):
    draft_id, rows = begin(call, checklist)
    measure = rows["举措"]["row_id"]
    added = call("add_row", {"checklist_id": draft_id, "parent_id": measure, "title": "新任务"}, as_="lead")
    row = rows["甲"]
    call("move_row", {"row_id": row["row_id"], "version": row["version"], "new_parent_id": added["row_id"]}, as_="lead")
    row = rows["任务"]

    issue_amendment(call, draft_id)

    now = {one["title"]: one for one in call("get_checklist", {"checklist_id": checklist.id}, as_="lead")["rows"]}
    assert now["甲"]["parent_id"] == now["新任务"]["row_id"]
    assert now["甲"]["row_id"] == checklist.rows["甲"]
    assert now["新任务"]["parent_id"] == now["举措"]["row_id"]


def test_the_release_before_cannot_issue_an_amendment_beside_its_checklist(call, checklist, tasks_db):
    draft_id, _ = begin(call, checklist)

    with pytest.raises(Exception, match="issued with its checklist"):
        run(tasks_db, "INSERT INTO issue_run (checklist_id, revision, asked_by) VALUES (%s, 2, 1)", (draft_id,))


def test_a_unit_that_comes_back_into_a_group_gets_what_is_to_come_though_it_has_done_some(call, tasks_db, today):
    """It left and came back; what it did before says nothing of what it owes now."""
    world = call.world
    group_id, unit_id = world.groups["各乡镇人民政府"], world.units["石门乡"]
    drafted = draft(tasks_db, title="按组")
    add_row(tasks_db, drafted, "月报", units=[group(group_id)], recurrence="monthly", due_day=25)
    add_row(tasks_db, drafted, "总结", units=[group(group_id)], due_on=dt.date(2026, 12, 15))
    issue(call, drafted)
    (first, *_) = [duty for duty in duties_of(tasks_db, unit_id) if duty.checklist_id == drafted.id]
    submit(call, {"duty_id": first.id, "version": 1}, as_="shimen")
    member = (group_id, unit_id)
    run(tasks_db, "DELETE FROM unit_group_member WHERE group_id = %s AND unit_id = %s", member)
    draft_id, _ = begin(call, drafted)
    issue_amendment(call, draft_id)
    assert {state for state, _ in owed(call, "石门乡").values()} == {"accepted", "withdrawn"}

    run(tasks_db, "INSERT INTO unit_group_member (group_id, unit_id) VALUES (%s, %s)", member)
    draft_id, _ = begin(call, drafted)
    assert look(call, draft_id)["made"] == 9
    issue_amendment(call, draft_id)

    now = owed(call, "石门乡")
    assert {period for (item, period), (state, _) in now.items() if item == "月报" and state == "issued"} == {
        f"2026-{month:02}" for month in range(5, 13)
    }
    assert now["总结", "2026"][0] == "issued"


def test_another_order_alone_is_issued_and_tells_nobody(call, checklist):
    draft_id, rows = begin(call, checklist)
    row = rows["乙"]
    call("move_row", {"row_id": row["row_id"], "version": row["version"], "direction": "up"}, as_="lead")

    issue_amendment(call, draft_id)

    now = call("get_checklist", {"checklist_id": checklist.id}, as_="lead")["rows"]
    assert [one["title"] for one in now if one["level"] == 4] == ["乙", "甲", "丙"]
    assert told(call, "duties.amended.v1") == []


def test_what_many_rows_change_is_read_in_pages_and_no_answer_holds_them_all(call, tasks_db, world):
    drafted = draft(tasks_db)
    for number in range(queries.ROWS + 5):
        add_row(tasks_db, drafted, f"事项{number}", units=[lead(world.units["徽城镇"])], due_on=DUE_ON)
    issue(call, drafted)
    draft_id, _ = begin(call, drafted)
    run(tasks_db, "UPDATE checklist_row SET body = '改过' WHERE checklist_id = %s AND level = 4", (draft_id,))

    first, last = look(call, draft_id), look(call, draft_id, page=9)
    assert (len(first["rows"]), first["rows_total"], first["pages"]) == (queries.ROWS, queries.ROWS + 5, 2)
    assert (last["page"], [row["title"] for row in last["rows"]][-1]) == (2, f"事项{queries.ROWS + 4}")
    assert (first["changed"], first["seen"]) == (queries.ROWS + 5, last["seen"])
    issue_amendment(call, draft_id)

    (one,) = call("list_amendments", {"checklist_id": drafted.id}, as_="lead")["amendments"]
    assert (len(one["rows"]), one["rows_total"]) == (queries.FIRST_ROWS, queries.ROWS + 5)
    asked = {"checklist_id": drafted.id, "revision": 2}
    rest = call("list_changed_rows", {**asked, "page": 2}, as_="lead")
    assert [row["title"] for row in rest["rows"]] == [
        f"事项{number}" for number in range(queries.ROWS, queries.ROWS + 5)
    ]
    with pytest.raises(NotFound):
        call("list_changed_rows", {**asked, "revision": 3}, as_="lead")


def test_what_was_decided_in_the_draft_is_not_asked_again(call, tasks_db, checklist, world):
    empty = world.groups[TO_BE_FILLED]
    draft_id, rows = begin(call, checklist)
    run(tasks_db, "INSERT INTO row_unit (row_id, position, role, group_id) VALUES (%s, 9, 'support', %s)",
        (rows["乙"]["row_id"], empty))  # fmt: skip
    assert [one["row_id"] for one in look(call, draft_id)["blockers"]] == [rows["乙"]["row_id"]]
    question_id = ask(tasks_db, Drafted(draft_id), "没有成员", row_id=rows["乙"]["row_id"], group_id=empty)
    answer = {"checklist_id": draft_id, "question_ids": [question_id], "answer": {"kind": "keep"}}
    call("answer_questions", answer, as_="lead")
    issue_amendment(call, draft_id)

    again, _ = begin(call, checklist)

    assert look(call, again)["blockers"] == []
    (kept,) = fetch(tasks_db, "SELECT checklist_id, row_id FROM question")
    assert kept == (checklist.id, checklist.rows["乙"])


def test_what_was_done_of_a_dropped_item_stays_and_is_worked_on_by_nobody(call, tasks_db, checklist, world):
    done = next(one for one in duties_of(tasks_db, world.units["徽城镇"]) if one.item_id == checklist.rows["甲"])
    submit(call, {"duty_id": done.id, "version": 1})
    draft_id, rows = begin(call, checklist)
    call("delete_row", {"row_id": rows["甲"]["row_id"], "version": rows["甲"]["version"]}, as_="lead")
    issue_amendment(call, draft_id)
    duty = call("get_duty", {"duty_id": done.id}, as_="lead")
    assert (duty["state"], duty["actions"]) == ("accepted", [])

    for operation, person in (("return_duty", "lead"), ("reopen_duty", "staff")):
        with pytest.raises(Conflict, match="dropped"):
            do(call, operation, duty, as_=person, **({"reason": "重做"} if operation == "return_duty" else {}))


def test_more_time_that_was_asked_for_and_came_otherwise_waits_no_more(call, checklist):
    """Neither for the day that was asked, nor for a later one; for an earlier one it goes on waiting."""
    duties = [the_duty(call, unit) for unit in ("徽城镇", "深渡镇")]
    for duty, staff, day in zip(duties, ("staff", "shendu"), ("2026-09-30", "2026-10-15"), strict=True):
        do(call, "ask_extension", duty, as_=staff, reason="缺人", wanted_on=day)
    draft_id, rows = begin(call, checklist)
    change(call, rows["甲"], due_on=SEPTEMBER.isoformat())

    issue_amendment(call, draft_id)

    overtaken, waits = (read(call, duty) for duty in duties)
    assert [line["action"] for line in overtaken["history"]][-2:] == ["amended", "extension_overtaken"]
    assert (overtaken["history"][-1]["text"], overtaken["extension_asked"]) == ("2026-09-30", False)
    assert waits["extension_asked"]
    assert [duty["duty_id"] for duty in call("review_queue", {"kinds": ["extensions"]}, as_="lead")["extensions"]] == [
        waits["duty_id"]
    ]


def test_whoever_amends_at_short_notice_says_why(call, checklist, tasks_db):
    draft_id, rows = begin(call, checklist)
    change(call, rows["甲"], due_on="2026-05-20")
    change(call, rows["乙"], due_on=SEPTEMBER.isoformat())

    assert [one["title"] for one in look(call, draft_id)["hurried"]] == ["甲"]
    with pytest.raises(Invalid) as refused:
        issue_amendment(call, draft_id, hurry="")
    assert "hurry" in refused.value.details["fields"]
    issue_amendment(call, draft_id, hurry="省里本周通知")

    (act,) = fetch(tasks_db, "SELECT detail FROM audit_log WHERE action = 'amendment.issued'")
    assert act.detail["hurry"] == "省里本周通知"


def test_what_was_near_before_and_what_moves_away_asks_for_no_reason(call, checklist, today):
    today(dt.date(2026, 6, 29))
    draft_id, rows = begin(call, checklist)
    change(call, rows["甲"], due_on="2026-07-03")
    change(call, rows["乙"], title="乙二")

    assert look(call, draft_id)["hurried"] == []
    issue_amendment(call, draft_id, hurry="")
