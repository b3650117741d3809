"""From a draft to its duties: preview, start, the chunks of the issuer, and what is announced."""

import datetime as dt
import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from services.tasks.issuer import issue_next_chunk
from services.tasks.issuing import issuing, queries, store
from shared.delivery.envelope import MAX_BODY_BYTES
from shared.errors import Conflict, Invalid, NotFound
from shared.events import SCHEMAS
from shared.rows import value
from tests.support.checklists import (
    DUE_ON,
    add_row,
    ask,
    draft,
    duties_of,
    events,
    fetch,
    group,
    issue,
    lead,
    name_units,
    run,
    support,
    work_off,
)
from tests.support.duties import today
from tests.support.tasks import ALL_TOWNSHIPS, TO_BE_FILLED

__all__ = ["today"]

TOWNSHIPS = ["徽城镇", "深渡镇", "石门乡"]


@pytest.fixture
def townships(world):
    return group(world.groups[ALL_TOWNSHIPS])


def preview(call, drafted, **params):
    return call("preview_issue", {"checklist_id": drafted.id, **params}, as_="lead")


def start(call, drafted, *, version=None):
    return call("issue_checklist", {"checklist_id": drafted.id, "version": version or drafted.version}, as_="lead")


def duties(database):
    return fetch(
        database,
        """
        SELECT unit.name AS unit, title, period, role, duty.due_on FROM duty
        JOIN unit ON unit.id = unit_id JOIN checklist_row ON checklist_row.id = item_id ORDER BY unit.code, 2, 3
        """,
    )


def test_a_group_becomes_one_duty_per_member(call, tasks_db, townships):
    drafted = draft(tasks_db)
    add_row(tasks_db, drafted, "办好招聘会", units=[townships], due_on=DUE_ON)

    issue(call, drafted)

    assert [(duty.unit, duty.title, duty.period, duty.due_on) for duty in duties(tasks_db)] == [
        (unit, "办好招聘会", "2026", DUE_ON) for unit in TOWNSHIPS
    ]


def test_an_item_without_units_takes_those_of_the_nearest_row_above(call, tasks_db, world):
    drafted = draft(tasks_db)
    name_units(tasks_db, drafted.rows["领域"], [lead(world.units["县财政局"])])
    name_units(tasks_db, drafted.rows["举措"], [lead(world.units["徽城镇"])])
    add_row(tasks_db, drafted, "继承", due_on=DUE_ON)
    add_row(tasks_db, drafted, "自有", units=[lead(world.units["深渡镇"])], due_on=DUE_ON)

    issue(call, drafted)

    assert [(duty.unit, duty.title) for duty in duties(tasks_db)] == [("徽城镇", "继承"), ("深渡镇", "自有")]


def test_a_unit_named_itself_and_through_a_group_gets_one_duty_and_leads(call, tasks_db, world):
    drafted = draft(tasks_db)
    units = [support(world.units["徽城镇"]), group(world.groups[ALL_TOWNSHIPS]), support(world.units["徽城镇"])]
    add_row(tasks_db, drafted, "办好招聘会", units=units, due_on=DUE_ON)

    issue(call, drafted)

    assert [(duty.unit, duty.role) for duty in duties(tasks_db)] == [(unit, "lead") for unit in TOWNSHIPS]


def test_a_preview_counts_what_is_issued_however_units_are_named(call, tasks_db, world, townships):
    """Through two groups, by name beside a group, twice, closed: alike for some rows and not for others."""
    run(tasks_db, "UPDATE unit SET is_active = false WHERE id = %s", (world.units["县财政局"],))
    with tasks_db.transaction() as cur:
        cur.execute("INSERT INTO unit_group (name) VALUES ('沿江乡镇') RETURNING id")
        river = value(cur, int)
        members = [(river, world.units[name]) for name in ("深渡镇", "县发改委", "县财政局")]
        cur.executemany("INSERT INTO unit_group_member VALUES (%s, %s)", members)
    drafted = draft(tasks_db)
    name_units(tasks_db, drafted.rows["任务"], [townships, group(river), support(world.units["徽城镇"])])
    add_row(tasks_db, drafted, "继承", due_on=DUE_ON)
    both = [group(river), lead(world.units["深渡镇"])]
    add_row(tasks_db, drafted, "沿江", units=both, recurrence="monthly", due_day=9)
    add_row(tasks_db, drafted, "一家", units=[lead(world.units["徽城镇"])], recurrence="quarterly")
    add_row(tasks_db, drafted, "停用", units=[lead(world.units["县财政局"]), townships], due_on=DUE_ON)

    shown = preview(call, drafted, busy_above=1)
    issue(call, drafted)

    made = Counter(duty.unit for duty in duties(tasks_db))
    months = Counter((duty.unit, duty.due_on.isoformat()[:7]) for duty in duties(tasks_db))
    assert {unit["name"]: unit["duties"] for unit in shown["units"]} == made
    assert (shown["duties"], shown["units_total"]) == (sum(made.values()), len(made))
    assert {(one["name"], one["month"]): one["duties"] for one in shown["busy"]} == {
        place: number for place, number in months.items() if number > 1
    }
    assert shown["busy_total"] == len({unit for (unit, _), number in months.items() if number > 1})


def test_what_is_told_of_coming_duties_is_what_is_issued_however_many_units_come_at_a_time(
    call, tasks_db, world, townships, monkeypatch
):
    """A unit named itself and through a group, one that is closed, an item that inherits, one due every quarter."""
    run(tasks_db, "UPDATE unit SET is_active = false WHERE id = %s", (world.units["县财政局"],))
    drafted = draft(tasks_db)
    name_units(tasks_db, drafted.rows["任务"], [townships, support(world.units["县发改委"])])
    add_row(tasks_db, drafted, "继承", due_on=DUE_ON)
    add_row(tasks_db, drafted, "一家", units=[lead(world.units["徽城镇"])], recurrence="quarterly")
    add_row(tasks_db, drafted, "两回", units=[support(world.units["徽城镇"]), townships], due_on=DUE_ON)
    add_row(tasks_db, drafted, "停用", units=[lead(world.units["县财政局"]), townships], due_on=DUE_ON)
    monkeypatch.setattr(issuing, "UNITS_AT_A_TIME", 2)

    told, seen, after = [], set(), ""
    dues = call("list_coming_duties", {"checklist_id": drafted.id}, as_="lead")["dues"]
    while True:
        page = call("list_coming_duties", {"checklist_id": drafted.id, "after": after}, as_="lead")
        seen.add(page["seen"])
        told += [
            (unit["name"], due["title"], due["period"], due["due_on"], part["role"])
            for unit in page["units"]
            for part in page["parts"]
            for due in dues
            if part["alike"] == unit["alike"] and part["row_id"] == due["row_id"]
        ]
        after = page["next"]
        if not after:
            break
    before = preview(call, drafted)
    issue(call, drafted)

    made = fetch(
        tasks_db,
        """
        SELECT unit.name, title, period, duty.due_on, role
        FROM duty JOIN unit ON unit.id = unit_id JOIN checklist_row ON checklist_row.id = item_id
        """,
    )
    assert sorted(told) == sorted((one.name, one.title, one.period, one.due_on.isoformat(), one.role) for one in made)
    assert len(told) == before["duties"]
    assert seen == {before["seen"]}


def test_nobody_waits_for_the_draft_while_it_is_counted_what_a_stale_preview_would_make(
    call, tasks_db, townships, monkeypatch
):
    drafted = draft(tasks_db)
    add_row(tasks_db, drafted, "办好招聘会", units=[townships], due_on=DUE_ON)
    counted, free = queries.loads, []

    def loads(cur, periods):
        free.extend(fetch(tasks_db, "SELECT id FROM checklist WHERE id = %s FOR UPDATE NOWAIT", (drafted.id,)))
        return counted(cur, periods)

    monkeypatch.setattr(queries, "loads", loads)

    with pytest.raises(Conflict) as refused:
        start(call, drafted, version=7)

    assert [row.id for row in free] == [drafted.id]
    assert refused.value.details["current"]["units_total"] == 3


def test_a_monthly_item_becomes_twelve_duties_moved_off_days_off(call, tasks_db, world):
    drafted = draft(tasks_db)
    add_row(tasks_db, drafted, "月报", units=[lead(world.units["徽城镇"])], recurrence="monthly", due_day=31)

    issue(call, drafted)

    made = duties_of(tasks_db, world.units["徽城镇"])
    assert [duty.period for duty in made] == [f"2026-{month:02}" for month in range(1, 13)]
    assert (made[0].written_due_on, made[0].due_on) == (dt.date(2026, 1, 31), dt.date(2026, 2, 2))
    assert made[1].written_due_on == dt.date(2026, 2, 28)


def test_a_closed_unit_gets_nothing(call, tasks_db, world, townships):
    run(tasks_db, "UPDATE unit SET is_active = false WHERE id = %s", (world.units["深渡镇"],))
    drafted = draft(tasks_db)
    add_row(tasks_db, drafted, "办好招聘会", units=[townships], due_on=DUE_ON)

    issue(call, drafted)

    assert [duty.unit for duty in duties(tasks_db)] == ["徽城镇", "石门乡"]


def test_the_preview_says_what_issuing_then_makes(call, tasks_db, world, townships):
    drafted = draft(tasks_db)
    add_row(tasks_db, drafted, "办好招聘会", units=[townships], due_on=dt.date(2026, 10, 1))
    add_row(
        tasks_db, drafted, "月报", units=[lead(world.units["徽城镇"])], recurrence="monthly", evidence_rule="required"
    )

    shown = preview(call, drafted, busy_above=1)
    issue(call, drafted)

    assert shown["blockers"] == []
    assert shown["version"] == 1
    assert shown["duties"] == len(duties(tasks_db)) == 15
    assert [(unit["name"], unit["duties"]) for unit in shown["units"]] == [("徽城镇", 13), ("深渡镇", 1), ("石门乡", 1)]
    assert [(unit["files"], unit["steps"]) for unit in shown["units"]] == [(12, 25), (0, 1), (0, 1)]
    assert {one["name"] for one in shown["busy"]} == {"徽城镇"}
    assert all(one["steps"] == one["duties"] + one["files"] for one in shown["busy"])
    assert {
        "row_id": drafted.rows["办好招聘会"],
        "title": "办好招聘会",
        "written": "2026-10-01",
        "moved_to": "2026-10-08",
    } in (shown["moved"])


def test_a_draft_with_gaps_names_all_of_them_and_is_not_issued(call, tasks_db, world):
    drafted = draft(tasks_db)
    whole = add_row(tasks_db, drafted, "完整", units=[lead(world.units["徽城镇"])], due_on=DUE_ON)
    bare = add_row(tasks_db, drafted, "空白")
    grouped = add_row(tasks_db, drafted, "待定", units=[group(world.groups[TO_BE_FILLED])], due_on=DUE_ON)
    empty = add_row(tasks_db, drafted, "空任务", level=3, under="举措")
    ask(tasks_db, drafted, "还有哪些单位？", row_id=whole)

    with pytest.raises(Invalid) as refused:
        start(call, drafted)

    blockers = refused.value.details["blockers"]
    assert [blocker["row_id"] for blocker in blockers] == [whole, empty, grouped, bare, bare]
    assert "“完整”有问题未答：还有哪些单位？" in refused.value.text.zh
    assert "各行业主管部门" in refused.value.text.zh
    assert preview(call, drafted)["blockers"] == blockers
    assert events(tasks_db) == []


def test_a_group_that_was_decided_to_stay_empty_stops_nothing(call, tasks_db, world, townships):
    drafted = draft(tasks_db)
    add_row(tasks_db, drafted, "办好招聘会", units=[townships, group(world.groups[TO_BE_FILLED])], due_on=DUE_ON)
    question_id = ask(tasks_db, drafted, "包括哪些单位？", group_id=world.groups[TO_BE_FILLED])
    run(tasks_db, "UPDATE question SET answer = %s WHERE id = %s", (json.dumps({"kind": "keep"}), question_id))

    issue(call, drafted)

    assert len(duties(tasks_db)) == 3


def test_issuing_the_same_revision_twice_is_refused(call, tasks_db, townships):
    drafted = draft(tasks_db)
    add_row(tasks_db, drafted, "办好招聘会", units=[townships], due_on=DUE_ON)
    start(call, drafted)

    for version in (1, 2):
        with pytest.raises(Conflict, match="issued already"):
            start(call, drafted, version=version)

    work_off(tasks_db)
    with pytest.raises(Conflict, match="issued already"):
        start(call, drafted, version=3)
    assert len(duties(tasks_db)) == 3


def test_two_who_issue_at_once_start_one_run(call, tasks_db, townships):
    drafted = draft(tasks_db)
    add_row(tasks_db, drafted, "办好招聘会", units=[townships], due_on=DUE_ON)

    def attempt(_):
        try:
            return start(call, drafted)
        except Conflict as refused:
            return refused

    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(attempt, range(2)))

    assert sorted(isinstance(result, Conflict) for result in results) == [False, True]
    assert len(fetch(tasks_db, "SELECT 1 FROM issue_run")) == 1


def test_a_draft_changed_since_the_preview_is_not_issued_and_shown_again(call, tasks_db, townships):
    drafted = draft(tasks_db)
    add_row(tasks_db, drafted, "办好招聘会", units=[townships], due_on=DUE_ON)
    run(tasks_db, "UPDATE checklist SET version = 2")

    with pytest.raises(Conflict) as refused:
        start(call, drafted, version=1)

    assert refused.value.details["current"]["version"] == 2
    assert refused.value.details["current"]["duties"] == 3


@pytest.mark.parametrize("operation", ["preview_issue", "issue_progress"])
def test_a_checklist_that_does_not_exist_is_not_found(call, operation):
    with pytest.raises(NotFound):
        call(operation, {"checklist_id": 999}, as_="lead")


def test_the_checklist_and_its_rows_are_announced_before_its_duties_and_its_end_after(call, tasks_db, townships):
    drafted = draft(tasks_db)
    add_row(tasks_db, drafted, "办好招聘会", units=[townships], due_on=DUE_ON)

    issue(call, drafted)

    told = events(tasks_db)
    assert [event.type for event in told] == [
        "checklist.changed.v1",
        "rows.issued.v1",
        *["duties.issued.v1"] * 3,
        "checklist.changed.v1",
    ]
    assert [(told[at].payload["state"], told[at].payload["version"]) for at in (0, -1)] == [
        ("issuing", 2),
        ("issued", 3),
    ]
    assert [row["level"] for row in told[1].payload["rows"]] == [1, 2, 3, 4]


def test_what_is_built_in_sql_satisfies_the_schema_of_its_event(call, tasks_db, world, townships):
    drafted = draft(tasks_db)
    add_row(tasks_db, drafted, "月报", units=[townships], recurrence="monthly")

    issue(call, drafted)

    told = [SCHEMAS[event.type].load(event.payload) for event in events(tasks_db, "duties.issued.v1")]
    made = {duty.id: duty for duty in fetch(tasks_db, "SELECT * FROM duty")}
    announced = {duty.duty_id: (event, duty) for event in told for duty in event.duties}
    assert announced.keys() == made.keys()
    for duty_id, (event, duty) in announced.items():
        stored = made[duty_id]
        assert (event.checklist_id, event.revision, event.unit_id) == (drafted.id, 1, stored.unit_id)
        assert (duty.item_id, duty.period, duty.due_on) == (stored.item_id, stored.period, stored.due_on)


def test_a_unit_with_many_duties_gets_several_announcements_that_fit_a_message(call, tasks_db, world):
    drafted = draft(tasks_db)
    for number in range(35):
        add_row(tasks_db, drafted, f"月报{number}", units=[lead(world.units["徽城镇"])], recurrence="monthly")

    issue(call, drafted)

    told = events(tasks_db, "duties.issued.v1")
    assert [len(event.payload["duties"]) for event in told] == [200, 200, 20]
    assert all(len(json.dumps(event.payload)) < MAX_BODY_BYTES for event in told)


def test_rows_with_long_titles_are_announced_in_parts_that_fit_a_message(call, tasks_db, world):
    drafted = draft(tasks_db)
    for number in range(150):
        title = f"{number}" + "长" * 197
        add_row(tasks_db, drafted, title, units=[lead(world.units["徽城镇"])], due_on=DUE_ON)

    issue(call, drafted)

    told = events(tasks_db, "rows.issued.v1")
    assert sum(len(event.payload["rows"]) for event in told) == 153
    for event in told:
        assert len(event.payload["rows"]) <= issuing.EVENT_ROWS
        assert len(json.dumps(event.payload, ensure_ascii=False).encode()) < MAX_BODY_BYTES


def test_progress_grows_from_the_start_to_the_end(call, tasks_db, townships):
    drafted = draft(tasks_db)
    add_row(tasks_db, drafted, "办好招聘会", units=[townships], due_on=DUE_ON)

    def progress():
        return call("issue_progress", {"checklist_id": drafted.id}, as_="leader")

    before = progress()
    start(call, drafted)
    seen = [progress()]
    while issue_next_chunk(tasks_db):
        seen.append(progress())

    assert before == {"state": "draft", "done_chunks": 0, "chunks": 0, "duties": 0, "is_amendment": False}
    assert [(step["state"], step["done_chunks"], step["chunks"], step["duties"]) for step in seen] == [
        ("issuing", 0, 1, 0),
        ("issuing", 1, 2, 0),
        ("issuing", 2, 2, 3),
        ("issued", 2, 2, 3),
    ]


@pytest.fixture
def large(call, tasks_db, world, monkeypatch):
    """A started run that is cut into a chunk per unit."""
    monkeypatch.setattr(store, "CHUNK_DUTIES", 2)
    drafted = draft(tasks_db)
    for number in range(4):
        units = [group(world.groups[ALL_TOWNSHIPS])]
        add_row(tasks_db, drafted, f"事项{number}", units=units, due_on=DUE_ON)
    start(call, drafted)
    return drafted


def announced(database):
    return [duty["duty_id"] for event in events(database, "duties.issued.v1") for duty in event.payload["duties"]]


class Killed(BaseException):
    """The process is gone: nothing after this point happens, and the transaction is lost with it."""


@pytest.mark.parametrize("step", ["prepare_run", "make_duties", "finish_chunk", "finish_run", "set_checklist_state"])
def test_an_issuer_killed_in_any_step_makes_nothing_twice(call, tasks_db, large, monkeypatch, step):
    """It dies after the step's statements and before its commit, each time it comes there, until it is repaired."""
    real = getattr(store, step)

    def dies_after(cur, *args):
        real(cur, *args)
        raise Killed

    with monkeypatch.context() as broken:
        broken.setattr(store, step, dies_after)
        for _ in range(2):
            with pytest.raises(Killed):
                work_off(tasks_db)

    work_off(tasks_db)

    assert len(duties(tasks_db)) == 12
    assert sorted(announced(tasks_db)) == sorted(duty.id for duty in fetch(tasks_db, "SELECT id FROM duty"))
    assert fetch(tasks_db, "SELECT state FROM checklist")[0].state == "issued"
    assert len([event for event in events(tasks_db, "checklist.changed.v1") if event.payload["state"] == "issued"]) == 1


def test_several_issuers_at_once_do_no_harm(tasks_db, large):
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work_off, [tasks_db] * 4))
    work_off(tasks_db)

    assert len(duties(tasks_db)) == 12
    assert len(announced(tasks_db)) == len(set(announced(tasks_db))) == 12
    assert [event.payload["state"] for event in events(tasks_db, "checklist.changed.v1")] == ["issuing", "issued"]


def test_a_second_issuer_passes_over_what_another_has_claimed(tasks_db, large):
    issue_next_chunk(tasks_db)

    with tasks_db.transaction() as cur:
        first = store.claim_chunk(cur)
        with tasks_db.transaction() as other:
            second = store.claim_chunk(other)

    assert first.number != second.number


def test_a_duty_that_is_there_already_is_neither_made_nor_announced_again(tasks_db, large):
    work_off(tasks_db)
    before = len(announced(tasks_db))
    run(tasks_db, "UPDATE issue_run SET state = 'running'")
    run(tasks_db, "UPDATE issue_chunk SET is_done = false")

    work_off(tasks_db)

    assert len(duties(tasks_db)) == 12
    assert len(announced(tasks_db)) == before


def test_nothing_to_issue_is_said(tasks_db):
    assert issue_next_chunk(tasks_db) is False


def save_members(call, group_id, unit_ids):
    (now,) = [g for g in call("list_units", as_="lead")["groups"] if g["group_id"] == group_id]
    kept = {name: now[name] for name in ("group_id", "name", "aliases", "version")}
    return call("save_group", {**kept, "member_ids": unit_ids}, as_="lead")


def test_a_group_that_changed_after_the_preview_asks_for_another_look(call, tasks_db, world, townships):
    drafted = draft(tasks_db)
    add_row(tasks_db, drafted, "办好招聘会", units=[townships], due_on=DUE_ON)
    seen = preview(call, drafted)

    save_members(call, world.groups[ALL_TOWNSHIPS], [world.units["徽城镇"]])

    with pytest.raises(Conflict) as refusal:
        start(call, drafted, version=seen["version"])
    assert (seen["duties"], refusal.value.details["current"]["duties"]) == (3, 1)


def test_a_group_stays_as_it_was_issued_until_its_units_are_resolved(call, tasks_db, world, townships):
    """The run resolves groups after the checklist is frozen; a change in between would issue what nobody looked at."""
    drafted = draft(tasks_db)
    add_row(tasks_db, drafted, "办好招聘会", units=[townships], due_on=DUE_ON)
    start(call, drafted)

    with pytest.raises(Conflict, match="being issued"):
        save_members(call, world.groups[ALL_TOWNSHIPS], [world.units["徽城镇"]])
    work_off(tasks_db)

    assert [duty.unit for duty in duties(tasks_db)] == TOWNSHIPS
    save_members(call, world.groups[ALL_TOWNSHIPS], [world.units["徽城镇"]])


def with_past_periods(tasks_db, world):
    """An item of each quarter of 2026 and one that was due in April; on 8 May three dates are to come."""
    drafted = draft(tasks_db)
    own = [lead(world.units["徽城镇"])]
    add_row(tasks_db, drafted, "季报", units=own, recurrence="quarterly")
    add_row(tasks_db, drafted, "四月的事", units=own, due_on=dt.date(2026, 4, 10))
    return drafted


@pytest.mark.parametrize(("with_past", "made"), [(False, 3), (True, 5)])
def test_periods_that_are_over_are_issued_only_when_asked_for(call, tasks_db, world, today, with_past, made):
    drafted = with_past_periods(tasks_db, world)
    shown = preview(call, drafted, with_past=with_past)

    params = {"checklist_id": drafted.id, "version": 1, "with_past": with_past, "seen": shown["seen"]}
    call("issue_checklist", params, as_="lead")
    work_off(tasks_db)

    assert shown["duties"] == len(duties(tasks_db)) == made
    assert (len(shown["past_due"]), shown["with_past"]) == (2, with_past)
    assert [row["title"] for row in shown["left_out"]] == ([] if with_past else ["四月的事"])
    assert fetch(tasks_db, "SELECT state FROM checklist")[0].state == "issued"


def test_the_release_before_previews_and_issues_all_periods(call, tasks_db, world, today):
    drafted = with_past_periods(tasks_db, world)

    shown = preview(call, drafted)
    issue(call, drafted)

    assert shown["duties"] == len(duties(tasks_db)) == 5


def test_what_was_previewed_without_past_periods_is_not_issued_with_them(call, tasks_db, world, today):
    drafted = with_past_periods(tasks_db, world)
    seen = preview(call, drafted, with_past=False)["seen"]

    with pytest.raises(Conflict) as refused:
        call(
            "issue_checklist",
            {"checklist_id": drafted.id, "version": 1, "with_past": True, "seen": seen},
            as_="lead",
        )

    assert refused.value.details["current"]["duties"] == 5
    assert events(tasks_db) == []


def test_a_day_that_makes_a_period_past_asks_for_another_look(call, tasks_db, world, today):
    drafted = with_past_periods(tasks_db, world)
    seen = preview(call, drafted, with_past=False)["seen"]
    params = {"checklist_id": drafted.id, "version": 1, "with_past": False, "seen": seen}
    today(dt.date(2026, 7, 1))

    with pytest.raises(Conflict) as refused:
        call("issue_checklist", params, as_="lead")

    current = refused.value.details["current"]
    assert current["duties"] == 2
    call("issue_checklist", params | {"seen": current["seen"]}, as_="lead")


def test_where_every_date_is_over_nothing_is_issued_and_the_way_on_is_said(call, tasks_db, world, today):
    drafted = with_past_periods(tasks_db, world)
    today(dt.date(2027, 3, 1))
    shown = preview(call, drafted, with_past=False)

    with pytest.raises(Invalid, match="All due dates are over"):
        call(
            "issue_checklist",
            {"checklist_id": drafted.id, "version": 1, "with_past": False, "seen": shown["seen"]},
            as_="lead",
        )

    assert [blocker["row_id"] for blocker in shown["blockers"]] == [None]
    assert preview(call, drafted, with_past=True)["blockers"] == []


def due_in(call, tasks_db, world, day):
    """A draft with one item due on `day`, and what was previewed of it."""
    drafted = draft(tasks_db)
    add_row(tasks_db, drafted, "报名册", units=[lead(world.units["徽城镇"])], due_on=day)
    seen = call("preview_issue", {"checklist_id": drafted.id, "with_past": False}, as_="lead")
    return seen, {name: seen[name] for name in ("version", "with_past", "seen")} | {"checklist_id": drafted.id}


def test_who_asks_for_something_in_less_than_ten_working_days_says_why(call, tasks_db, world, today):
    today(dt.date(2026, 5, 8))
    # The ninth working day from then on, the Saturday that is worked for a holiday among them; the tenth is in time.
    seen, params = due_in(call, tasks_db, world, dt.date(2026, 5, 20))
    assert [one["title"] for one in seen["hurried"]] == ["报名册"]

    with pytest.raises(Invalid) as refused:
        call("issue_checklist", params, as_="lead")
    assert "hurry" in refused.value.details["fields"]
    call("issue_checklist", {**params, "hurry": "省里本周通知"}, as_="lead")

    (act,) = fetch(tasks_db, "SELECT detail FROM audit_log WHERE action = 'checklist.issue_started'")
    assert act.detail["reason"] == "省里本周通知"


def test_ten_working_days_are_notice_enough(call, tasks_db, world, today):
    today(dt.date(2026, 5, 8))
    seen, params = due_in(call, tasks_db, world, dt.date(2026, 5, 21))

    assert seen["hurried"] == []
    call("issue_checklist", params, as_="lead")


def test_the_release_before_asks_for_no_reason(call, tasks_db, world, today):
    today(dt.date(2026, 5, 8))
    _, params = due_in(call, tasks_db, world, dt.date(2026, 5, 11))

    call("issue_checklist", {name: params[name] for name in ("checklist_id", "version")}, as_="lead")


def test_the_reason_is_asked_for_on_the_page_and_kept(visit, call, tasks_db, world, today):
    today(dt.date(2026, 5, 8))
    _, params = due_in(call, tasks_db, world, dt.date(2026, 5, 11))
    page = visit("lead").open(f"/checklists/{params['checklist_id']}/issue")
    assert "期限离现在不到 10 个工作日" in page.text
    assert page.response.get_data(as_text=True).count('name="hurry"') == 1

    page.send(page.form("/issue"), hurry=" ")
    assert page.status == 422
    page.send(page.form("/issue"), hurry="省里本周通知")

    assert page.path.endswith("/progress")


def test_what_the_plans_notice_says_of_targets_is_announced_with_the_checklist(call, tasks_db, townships):
    drafted = draft(tasks_db)
    add_row(tasks_db, drafted, "办好招聘会", units=[townships], due_on=DUE_ON)
    (plan,) = fetch(
        tasks_db, "INSERT INTO plan (title, from_year, to_year) VALUES ('三年方案', 2025, 2027) RETURNING id"
    )
    run(tasks_db, "UPDATE checklist SET plan_id = %s WHERE id = %s", (plan.id, drafted.id))
    run(
        tasks_db,
        """
        INSERT INTO target (plan_id, position, name, quote, kind, comparator, value, unit_of_measure, to_year,
            is_approximate)
        SELECT %s, n, '目标' || n, '原文', 'flow', '>=', n, '人', 2027, n = 2 FROM generate_series(1, 51) AS n
        """,
        (plan.id,),
    )

    issue(call, drafted)

    first, second = [SCHEMAS["plan.stated.v1"].load(event.payload) for event in events(tasks_db, "plan.stated.v1")]
    assert (first.title, first.from_year, len(first.targets), len(second.targets)) == ("三年方案", 2025, 50, 1)
    assert [(one.name, one.comparator) for one in first.targets[:2]] == [("目标1", ">="), ("目标2", "~")]


def test_a_plan_that_states_no_target_announces_none(call, tasks_db, townships):
    drafted = draft(tasks_db)
    add_row(tasks_db, drafted, "办好招聘会", units=[townships], due_on=DUE_ON)

    issue(call, drafted)

    assert events(tasks_db, "plan.%") == []
