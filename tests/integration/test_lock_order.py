"""Two at once wait for each other, and nobody loses: whatever locks several rows takes them in one order.

Each test holds the first lock that the two come to, lets them queue up behind it one after the other, and lets go. Who
takes locks in different orders then holds what the other one wants, and PostgreSQL ends one of them.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import psycopg2
import pytest

from services.stats.figures import store as figures_store
from services.tasks.duties import store as duties_store
from services.tasks.duties.store import Reminder
from shared import clock
from shared.database import Database
from shared.errors import Conflict, Invalid, QingdanError
from tests.support.checklists import add_row, ask, draft, fetch, group, run
from tests.support.duties import issued, submit, today
from tests.support.eventually import eventually
from tests.support.rebuilding import rebuilt_from
from tests.support.stats import PEOPLE
from tests.support.tasks import ALL_TOWNSHIPS, TO_BE_FILLED, save_row

__all__ = ["today"]

WAITING = """
    SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
"""


@contextmanager
def held(dsn: str, statement: str, values: Sequence[object]) -> Iterator[None]:
    """A connection of somebody else holds the locks of `statement` until the end of the block."""
    connection = psycopg2.connect(dsn)
    try:
        with connection.cursor() as cur:
            cur.execute(statement, values)
        yield
        connection.rollback()
    finally:
        connection.close()


def at_once(database: Database, first: Callable[[], Any], second: Callable[[], Any], *, behind: Any) -> list[Any]:
    """Let both begin while the context manager `behind` holds a lock; `first` waits for it before `second` begins.

    Returns what each answered, or the error that it got. `second` may need no lock that is held.
    """
    with ThreadPoolExecutor(2) as pool:
        with behind:
            begun = [pool.submit(first)]
            eventually(lambda: waiting(database) == 1, within=2)
            begun.append(pool.submit(second))
            eventually(lambda: waiting(database) == 2 or begun[1].done(), within=2)
        return [outcome(future) for future in begun]


def waiting(database: Database) -> int:
    return fetch(database, WAITING)[0].count


def outcome(future: Future[Any]) -> Any:
    try:
        return future.result()
    except QingdanError as error:
        return error


def ask_about(database: Database, drafted: Any, group_id: int) -> int:
    """An open question of this draft on who belongs to the group."""
    question_id = ask(database, drafted, "谁？", group_id=group_id)
    run(database, "UPDATE question SET kind = 'group' WHERE id = %s", (question_id,))
    return question_id


def fill(call: Any, drafted: Any, question_ids: list[int], members: list[str]) -> dict[str, Any]:
    answer = {"kind": "group", "member_ids": [call.world.units[name] for name in members]}
    return call(
        "answer_questions",
        {"checklist_id": drafted.id, "question_ids": question_ids, "answer": answer},
        as_="lead",
    )


def locked(table: str, key: int) -> tuple[str, tuple[int]]:
    return f"SELECT 1 FROM {table} WHERE id = %s FOR UPDATE", (key,)


@pytest.fixture
def naming(tasks_db: Database, world: Any) -> Callable[..., Any]:
    """`naming(*groups)` makes a draft whose item names these groups."""

    def make(*groups: str) -> Any:
        drafted = draft(tasks_db, title=f"清单 {'、'.join(groups)}")
        add_row(tasks_db, drafted, "事项", units=[group(world.groups[name]) for name in groups])
        return drafted

    return make


def test_two_leads_answer_on_one_group_in_two_drafts(call, tasks_db, tasks_dsn, world, naming):
    older, newer = naming(TO_BE_FILLED), naming(TO_BE_FILLED)
    on_older, on_newer = (ask_about(tasks_db, one, world.groups[TO_BE_FILLED]) for one in (older, newer))

    outcomes = at_once(
        tasks_db,
        lambda: fill(call, older, [on_older], ["县发改委"]),
        lambda: fill(call, newer, [on_newer], ["县财政局"]),
        behind=held(tasks_dsn, *locked("checklist", older.id)),
    )

    assert outcomes[0]["answered"] == [on_older]
    assert isinstance(outcomes[1], Conflict)
    assert [shown["question_id"] for shown in outcomes[1].details["current"]] == [on_newer]


BUSY_HISTORY = "LOCK TABLE duty_history IN SHARE MODE", ()


@pytest.mark.usefixtures("today")
def test_a_checklist_is_not_ended_while_one_of_its_duties_is_being_submitted(call, tasks_db, tasks_dsn):
    (duty,) = issued(call, "徽城镇", review_rule="all")
    end = {"checklist_id": duty["checklist_id"], "version": 3, "reason": "到期"}

    submitted, ended = at_once(
        tasks_db,
        lambda: submit(call, duty),
        lambda: call("close_checklist", end, as_="lead"),
        behind=held(tasks_dsn, *BUSY_HISTORY),
    )

    assert submitted["results"][0]["outcome"] == "submitted"
    assert isinstance(ended, Invalid)
    assert "wait for a review" in ended.text.en


@pytest.mark.usefixtures("today")
@pytest.mark.parametrize("meant", ["duty_id", "item_id"])
def test_two_who_urge_at_once_urge_once(call, tasks_db, tasks_dsn, meant):
    (duty,) = issued(call, "徽城镇", due_on=clock.today())

    urged = at_once(
        tasks_db,
        lambda: call("urge", {meant: duty[meant]}, as_="lead"),
        lambda: call("urge", {meant: duty[meant]}, as_="leader"),
        behind=held(tasks_dsn, *BUSY_HISTORY),
    )

    assert [(one["urged"], one["already"]) for one in urged] == [(1, 0), (0, 1)]


def test_a_draft_that_only_asks_about_the_group_is_locked_as_well(call, tasks_db, tasks_dsn, world):
    """None of its rows names the group any more, but filling the group answers its question: not twice, then."""
    drafted, group_id = draft(tasks_db), world.groups[TO_BE_FILLED]
    question_id = ask_about(tasks_db, drafted, group_id)
    members = [world.units["县发改委"]]
    changed = {"group_id": group_id, "name": TO_BE_FILLED, "aliases": [], "member_ids": members, "version": 1}
    kept = {"checklist_id": drafted.id, "question_ids": [question_id], "answer": {"kind": "keep"}}

    outcomes = at_once(
        tasks_db,
        lambda: call("save_group", changed, as_="admin"),
        lambda: call("answer_questions", kept, as_="lead"),
        behind=held(tasks_dsn, *locked("checklist", drafted.id)),
    )

    assert outcomes[0]["version"] == 2
    assert isinstance(outcomes[1], Conflict)
    assert outcomes[1].details["current"][0]["answer"]["member_ids"] == members


def test_answering_on_several_groups_while_a_row_comes_to_name_one_of_them(call, tasks_db, tasks_dsn, world, naming):
    """The row's change holds its draft and wants the other group; the answer wants both."""
    older = max(world.groups, key=world.groups.__getitem__)
    row_names, asks = naming(older), naming(TO_BE_FILLED, ALL_TOWNSHIPS)
    questions = [ask_about(tasks_db, asks, world.groups[name]) for name in (ALL_TOWNSHIPS, TO_BE_FILLED)]
    row = call("get_row", {"row_id": row_names.rows["事项"]}, as_="lead")["row"]
    units = [{"role": "lead", "group_id": group_id} for group_id in sorted(world.groups.values())]

    outcomes = at_once(
        tasks_db,
        lambda: save_row(call, row, units=units, due_on="2026-06-30"),
        lambda: fill(call, asks, questions, ["县财政局"]),
        behind=held(tasks_dsn, *locked("checklist", row_names.id)),
    )

    assert [unit["group_id"] for unit in outcomes[0]["units"]] == sorted(world.groups.values())
    assert outcomes[1]["answered"] == sorted(questions)


def test_two_notices_that_name_new_groups_in_opposite_order(call, tasks_db, tasks_dsn):
    texts = [NOTICE.format("、".join(names)) for names in (("各产业园区", "各平台公司"), ("各平台公司", "各产业园区"))]
    files = [call.upload("notice.txt", text.encode("utf-8"), as_="lead") for text in texts]
    attempts = [lambda one=one: call("import_notice", {"file_id": one, "year": 2026}, as_="lead") for one in files]

    outcomes = at_once(
        tasks_db,
        *attempts,
        behind=held(tasks_dsn, "INSERT INTO unit_group (name) VALUES (%s)", ("各产业园区",)),
    )

    assert all("checklist_id" in answer for answer in outcomes)
    names = [row.name for row in fetch(tasks_db, "SELECT name FROM unit_group ORDER BY name")]
    assert names == sorted([ALL_TOWNSHIPS, TO_BE_FILLED, "各产业园区", "各平台公司"])


def test_a_group_is_made_twice_at_once(call, tasks_db, tasks_dsn):
    made = {"name": "各产业园区", "aliases": [], "member_ids": []}
    attempts = [lambda: call("save_group", made, as_="lead"), lambda: call("save_group", made, as_="admin")]

    outcomes = at_once(
        tasks_db, *attempts, behind=held(tasks_dsn, "INSERT INTO unit_group (name) VALUES (%s)", ("各产业园区",))
    )

    assert outcomes[0]["name"] == "各产业园区"
    assert "已被单位组“各产业园区”使用" in outcomes[1].text.zh


def test_a_file_of_units_renames_those_that_a_row_comes_to_name(call, tasks_db, tasks_dsn, world, naming):
    first, last = sorted(world.units[name] for name in ("深渡镇", "石门乡"))
    csv = "code,name,kind,parent_code\n341021213,石门畲族乡,township,341021\n341021101,深渡古镇,township,341021\n"
    file_id = call.upload("units.csv", csv.encode(), as_="admin")
    row_id = naming(TO_BE_FILLED).rows["事项"]
    row = call("get_row", {"row_id": row_id}, as_="lead")["row"]
    units = [{"role": "lead", "unit_id": last}, {"role": "support", "unit_id": first}]

    outcomes = at_once(
        tasks_db,
        lambda: call("import_units", {"file_id": file_id}, as_="admin"),
        lambda: save_row(call, row, units=units, due_on="2026-06-30"),
        behind=held(tasks_dsn, *locked("unit", first)),
    )

    assert outcomes[0] == {"created": 0, "changed": 2}
    assert [unit["unit_id"] for unit in outcomes[1]["units"]] == [last, first]


def test_two_people_mark_the_same_duties_done_in_opposite_order(call, tasks_db, tasks_dsn, today):
    duties = issued(call, "徽城镇", items=4)

    outcomes = at_once(
        tasks_db,
        lambda: submit(call, *duties, as_="staff"),
        lambda: submit(call, *reversed(duties), as_="head"),
        behind=held(tasks_dsn, *locked("duty", duties[0]["duty_id"])),
    )

    assert {result["outcome"] for result in outcomes[0]["results"]} == {"done"}
    assert {result["outcome"] for result in outcomes[1]["results"]} == {"already"}


def test_duties_are_marked_done_while_their_reminders_are_noted(call, tasks_db, tasks_dsn, world, today):
    # So many that PostgreSQL sorts them by a hash on the way, unless it is told in which order to write them.
    duties = issued(call, "徽城镇", items=60)
    told = [Reminder(duty["duty_id"], world.people["staff"], "issued", clock.now()) for duty in reversed(duties)]

    def note() -> int:
        with tasks_db.transaction() as cur:
            return duties_store.add_reminders(cur, told)

    outcomes = at_once(
        tasks_db,
        lambda: submit(call, *duties),
        note,
        behind=held(tasks_dsn, *locked("duty", duties[0]["duty_id"])),
    )

    assert {result["outcome"] for result in outcomes[0]["results"]} == {"done"}
    assert outcomes[1] == len(duties)


NOTICE = """关于印发歙县就业创业三年行动方案的通知

一、拓展就业岗位
（一）促进企业用工。建立用工清单。责任单位：{}
"""


@pytest.mark.parametrize("has_read", ["as somebody signed in", "as a batch with units"])
def test_a_rebuild_lets_whoever_is_recording_come_to_the_end(stats, has_read):
    """Whoever records has the tree already and wants the clock of figures; the rebuild wants both."""
    database = stats.database
    with ThreadPoolExecutor(1) as pool:
        with database.transaction() as cur:
            if has_read == "as a batch with units":
                figures_store.lock_tree(cur)
            else:
                stats.load_actor(cur, PEOPLE["lead"][0])
            rebuilt = pool.submit(rebuilt_from, database, iter(()))
            # Whoever only reads is not waited for.
            if has_read == "as a batch with units":
                eventually(lambda: waiting(database) == 1, within=5)
            figures_store.hold_clock(cur)
        assert rebuilt.result(timeout=20).events == 0


def test_of_two_meetings_that_move_to_one_day_the_second_is_told(call, tasks_db, tasks_dsn, today):
    moved = {"held_on": "2026-05-12", "year": 2026, "title": "", "version": 1}
    first, second = (
        call("make_meeting", {"held_on": day, "year": 2026}, as_="lead")["meeting_id"]
        for day in ("2026-05-08", "2026-05-11")
    )

    outcomes = at_once(
        tasks_db,
        lambda: call("save_meeting", {**moved, "meeting_id": first}, as_="lead"),
        lambda: call("save_meeting", {**moved, "meeting_id": second}, as_="lead"),
        behind=held(tasks_dsn, "SELECT pg_advisory_xact_lock(hashtext('days of meetings'))", ()),
    )

    assert outcomes[0]["held_on"] == "2026-05-12"
    assert set(outcomes[1].details["fields"]) == {"held_on"}
